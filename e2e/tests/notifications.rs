//! Notifications in the real window: counted on the bell, read by going to their place, remembered.

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{Stage, project};

const BELL: &str = ".topbar button.bell";

#[test]
fn a_sync_that_failed_is_told_by_the_bell_until_it_is_read() {
    let stage = Stage::new("notifications");
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.click_css(BELL);
    app.wait_text("#notifications", "Nothing yet");
    app.shot("none");
    app.press("Escape");
    app.wait_gone("#notifications");

    let unread = |count: u32| {
        let label = if count == 0 { "Notifications".to_owned() } else { format!("Notifications, {count} unread") };
        app.wait_js(&label, "document.querySelector(arguments[0])?.ariaLabel === arguments[1]", &[BELL.into(), label.as_str().into()]);
    };
    let away = stage.place("elsewhere");
    std::fs::rename(&root, &away).expect("the folder can be moved");
    let failed = stage.lectern_as(&["sync", &root.to_string_lossy()], &[]);
    assert!(!failed.status.success(), "a folder that is gone can't be synced");
    app.click("button", "Sync");
    unread(1);

    // By keyboard alone, and it is remembered that it was read.
    app.command("Notifications");
    app.wait_text("#notifications", "Sync failed");
    app.assert_accessible("notifications");
    app.shot("unread");
    app.press("ArrowDown");
    app.press("Enter");
    app.wait_gone("#notifications");
    app.find("#workspace");
    unread(0);
    app.click_css(BELL);
    app.wait_text("#notifications", "Sync failed");
    app.close(stage.desktop());

    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.find(BELL);
    app.click_css(BELL);
    app.wait_text("#notifications", "Sync failed");
    app.wait_js("all read", "document.querySelector('#notifications .semi') === null", &[]);
}
