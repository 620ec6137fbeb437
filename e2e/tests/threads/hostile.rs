//! What others write in comments can do nothing but be read.

use lectern_e2e::{Ear, Stage};

use crate::support::*;

#[test]
fn hostile_markdown_runs_nothing_and_loads_nothing() {
    let stage = Stage::new("threads-hostile");
    let ear = Ear::open();
    let (app, _root) = at_line(&stage, 5);
    let origin = ear.origin();
    let body = format!(
        "Hello <script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 2\">\n\n\
         ![a picture]({origin}/picture.png) <img src=\"{origin}/tag.png\">\n\n\
         <iframe src=\"{origin}/frame\"></iframe><style>@import url({origin}/style.css);</style>\n\n\
         [a link](javascript:window.hacked=3) <a href=\"#\" onclick=\"window.hacked=4\">another</a>\n\n\
         <svg onload=\"window.hacked=5\"></svg>\n"
    );
    begin(&app, FILE, 5, 5, &body);
    app.wait_text(".thread", "Hello");
    app.settled_shot("hostile");
    let inside = app.js(
        "const said = document.querySelector('.thread .said.md');
         const risky = said.querySelectorAll('script, iframe, style, object, embed, svg, form');
         const handlers = [...said.querySelectorAll('*')].flatMap((each) => [...each.attributes]).filter(({ name, value }) => /^on/i.test(name) || /javascript:/i.test(value) || /^http/.test(name === 'src' ? value : ''));
         for (const link of said.querySelectorAll('a')) link.click();
         return [risky.length, handlers.map(({ name }) => name).join(), String(window.hacked)];",
        &[],
    );
    assert_eq!(inside, serde_json::json!([0, "", "undefined"]));
    for path in ["/picture.png", "/tag.png", "/frame", "/style.css"] {
        assert!(ear.heard(path).is_empty(), "{path} was asked for");
    }
    app.wait_text(".thread .said", "image on the web, not loaded: a picture");
}
