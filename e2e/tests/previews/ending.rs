//! A preview's time is over.

use lectern_e2e::process::poll;
use lectern_e2e::{Ear, Stage};

use crate::support::*;

#[test]
fn its_end_is_announced_can_be_put_off_and_then_comes() {
    let (stage, ear) = (Stage::new("previews-ending"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "timed", GREEN);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", GREEN, 0.3);
    let preview = previews(&app).remove(0);
    move_end(&stage, &preview, "+11 minutes");
    std::thread::sleep(std::time::Duration::from_millis(800));
    assert!(!app.text("#toasts").contains("ends in"), "it is announced too early");
    move_end(&stage, &preview, "+9 minutes");
    app.wait_text("#toasts", "Working copy ends in 8 min");
    stage.focus_window("Lectern");
    picture(&stage, "announced");
    app.click("button", "Extend");
    app.wait("a later end", || previews(&app)[0]["ends_soon"] == false);
    move_end(&stage, &preview, "+1 seconds");
    stage.focus_window("Preview:");
    wait_no_colour(&stage, "a preview whose time is over", GREEN);
    picture(&stage, "over");
    let over = previews(&app).remove(0);
    assert_eq!((over["status"].as_str(), over["ended_reason"].as_str()), (Some("EXPIRED"), Some("TIMED_OUT")));
    assert!(poll(PATIENCE, || !listens(port(&preview))), "its port is held");
    stage.focus_window("Lectern");
    app.press("Ctrl+7");
    app.wait_text("#previews", "Its time ran out");
    picture(&stage, "listed");
    app.click("button", "Start again");
    ear.wait("/loaded", 1, PATIENCE);
    app.wait("a new preview", || previews(&app).iter().any(|preview| preview["status"] == "READY"));
}
