//! What surrounds the reading: first run, projects, settings, shortcuts, messages, the lock and the sign-in.

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::project;
use serde_json::json;

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[]);
    if camera.theme == "light" {
        camera.take(&app, "first-run");
    }
    app.create_profile(EMAIL, PASSWORD);
    app.find("#open-folder");
    app.leave_folder_step();
    app.command(&format!("Use the {} theme", camera.theme));
    camera.take(&app, "projects-empty");
    app.command("Clone a repository");
    app.find("#clone-dialog");
    camera.take(&app, "clone");
    app.press("Escape");
    let opened = stage.lectern(&[&root.to_string_lossy()]);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    app.wait_project(&root);
    app.wait_in_sync(1);
    camera.take(&app, "overview");
    app.press("Ctrl+K");
    app.find("#palette");
    camera.take(&app, "palette");
    app.press("Escape");
    app.wait_gone("#palette");
    app.press("?");
    app.find("#shortcuts");
    camera.take(&app, "shortcuts");
    app.press("Escape");
    app.wait_gone("#shortcuts");
    app.press("Ctrl+Shift+S");
    app.wait_toast("Nothing changed since v1");
    camera.take(&app, "toast");
    app.dismiss_toasts();
    app.command("Show all projects");
    app.wait_text("#projects-home", "In sync");
    camera.take(&app, "projects");
    app.press("Ctrl+,");
    app.find("#settings");
    let links = "[...document.querySelectorAll('#settings nav a, #settings nav button')]";
    let sections = app.js(&format!("return {links}.filter(isShown).map(nameOf)"), &[]);
    for section in sections.as_array().into_iter().flatten().filter_map(|name| name.as_str()) {
        app.js(&format!("{links}.find((each) => nameOf(each) === arguments[0])?.click()"), &[json!(section)]);
        camera.take(&app, &format!("settings-{}", section.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
    }
    app.command("Change the password");
    app.find("#password-dialog");
    camera.take(&app, "change-password");
    app.press("Escape");
    app.press("Ctrl+L");
    app.find("#lock-screen");
    app.fill("Password", "a wrong guess");
    app.click("button", "Unlock");
    app.find("#lock-screen [aria-invalid=true]");
    camera.take(&app, "locked");
    app.fill("Password", PASSWORD);
    app.click("button", "Unlock");
    app.wait_gone("#lock-screen");
    app.command("Sign out");
    app.find("#sign-in");
    camera.take(&app, "sign-in");
}
