//! What pages print, and what they ask for in vain, is listed in the window.

use std::fs;

use lectern_e2e::process::poll;
use lectern_e2e::{App, Ear, Stage};

use crate::support::*;

/// Everything that is told to the console, and every way to ask for what isn't there.
const NOISE: &str = r"<img src=missing.png><script src=absent.js></script><script>
console.log('a line %s and %o', 'filled in', { deep: [1, 2] });
console.warn('a warning');
console.error('an error');
console.assert(false, 'an assertion');
setTimeout(() => { throw new TypeError('thrown later'); });
Promise.reject(new Error('nobody caught it'));
const request = new XMLHttpRequest();
request.open('PUT', '/gone.json');
request.send();
</script>";
/// Where the console's head has them, in pixels of a window of 1280 by 820.
const COPY: (u32, u32) = (1205, 627);
const FAILED: (u32, u32) = (159, 627);
const ERRORS: (u32, u32) = (1147, 627);
const CLEAR: (u32, u32) = (1233, 627);

/// What the window copied last, pasted where it can be read.
fn copied(stage: &Stage, app: &App, until: impl Fn(&str) -> bool) -> String {
    stage.focus_window("Lectern");
    app.press("Ctrl+K");
    let mut text = String::new();
    poll(PATIENCE, || {
        app.js("document.activeElement.value = ''", &[]);
        stage.keys(&["ctrl+v"]);
        std::thread::sleep(std::time::Duration::from_millis(150));
        text = app.js("return document.activeElement.value ?? ''", &[]).as_str().unwrap_or_default().to_owned();
        until(&text)
    });
    app.press("Escape");
    app.press("Escape");
    stage.focus_window("Preview:");
    text
}

#[test]
fn what_a_page_prints_and_what_fails_is_listed_and_can_be_copied() {
    let (stage, ear) = (Stage::new("previews-console"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "noisy", GREEN);
    let page = fs::read_to_string(root.join("index.html")).expect("it was written") + NOISE;
    fs::write(root.join("index.html"), page).expect("a project can be written");
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", GREEN, 0.3);
    stage.keys(&["ctrl+shift+j"]);
    std::thread::sleep(std::time::Duration::from_millis(600));
    picture(&stage, "console");
    let click = |(x, y): (u32, u32)| stage.point(x, y, 1);
    let expect = |list: &str, words: &[&str]| {
        let text = copied(&stage, &app, |text| words.iter().all(|word| text.contains(word)));
        for word in words {
            assert!(text.contains(word), "{word:?} is not in {list}: {text}");
        }
        text
    };
    click(COPY);
    let printed = expect(
        "the console",
        &[
            "ready {word: \"noisy\"}",
            "a line filled in and {deep: [1, 2]}",
            "warn",
            "a warning",
            "an error",
            "Assertion failed: an assertion",
            "TypeError: thrown later",
            "Unhandled rejection: Error: nobody caught it",
        ],
    );
    assert!(!printed.contains("/missing.json"), "what failed has a list of its own: {printed}");
    click(FAILED);
    click(COPY);
    let failed = expect("failed requests", &["GET /missing.json", "404", "PUT /gone.json", "img", "missing.png", "script", "absent.js"]);
    assert!(!failed.contains("a warning"), "{failed}");
    picture(&stage, "failed");
    // Back to what was printed, of which only the errors.
    stage.keys(&["shift+Tab"]);
    click((65, 627));
    click(ERRORS);
    click(COPY);
    let errors = expect("the errors", &["an error", "TypeError: thrown later"]);
    picture(&stage, "errors");
    assert!(!errors.contains("a warning") && !errors.contains("filled in"), "{errors}");
    click(CLEAR);
    std::thread::sleep(std::time::Duration::from_millis(300));
    picture(&stage, "cleared");
}
