//! A job that is done is told by the bell and on the desktop; choosing that leads to its page.

use lectern_e2e::{NotificationService, Stage};
use serde_json::json;

use crate::support::*;

#[test]
fn a_click_on_the_notification_of_a_job_opens_that_job() {
    let stage = Stage::new("jobs-notified");
    let (app, _root) = ferry(&stage);
    let first = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/hash.rs" }), true);
    wait_status(&app, &first, "SUCCESS");
    let second = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/store.rs" }), true);
    wait_status(&app, &second, "SUCCESS");
    app.dismiss_toasts();
    app.find("#workspace");
    app.wait_js("two are unread", "document.querySelector('.topbar button.bell')?.ariaLabel === 'Notifications, 2 unread'", &[]);
    app.click_css(".topbar button.bell");
    app.wait_text("#notifications", "src/store.rs");
    app.settled_shot("bell");
    // The older one, not what would be in front by itself.
    let older = app.named_in("#notifications", "button", "hash.rs");
    app.session().click(&older).expect("it can be clicked");
    app.wait_gone("#notifications");
    app.wait_text("#jobs article", "hash_file");
    app.wait_js(
        "that job is in front",
        "document.querySelector('#jobs [aria-selected=true]')?.dataset.job === arguments[0]",
        &[json!(first)],
    );
    app.wait_js("one is unread", "document.querySelector('.topbar button.bell')?.ariaLabel === 'Notifications, 1 unread'", &[]);
    app.settled_shot("opened");
}

#[test]
fn a_job_that_ends_while_the_window_is_away_is_told_on_the_desktop_and_opened_from_there() {
    let stage = Stage::new("jobs-notified-desktop");
    let service = NotificationService::start(stage.desktop());
    let (app, _root) = ferry(&stage);
    let window = stage.focus_window("Lectern");
    app.press("Ctrl+,");
    app.click("link", "Notifications");
    app.wait_text("#settings", "Show notifications on the desktop");
    app.wait_gone("#settings [role=status]");
    app.click("switch", "Show notifications on the desktop");
    app.wait_js("the switch", "document.querySelector('#settings [role=switch]').ariaChecked === 'true'", &[]);
    app.press("Ctrl+1");
    stage.put_away(&window);
    let id = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/store.rs" }), true);
    wait_status(&app, &id, "SUCCESS");
    let shown = service.wait_shown(1);
    // Nothing of the code, not even a path, is shown outside the window.
    assert_eq!((shown.title.as_str(), shown.text.as_str()), ("Documentation finished", "ferry"));
    assert!(shown.can_be_chosen);
    service.choose(shown.number);
    app.wait("the window to come forward", || stage.windows("Lectern").contains(&window));
    app.wait_text("#jobs article", "The digests of the newest version.");
    app.wait_js("that job is in front", "document.querySelector('#jobs [aria-selected=true]')?.dataset.job === arguments[0]", &[json!(id)]);
}
