//! Notifications in the real window: counted on the bell, read by going to their place, switched off by type, shown on the desktop.

use std::path::{Path, PathBuf};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, NotificationService, Stage, project};
use serde_json::{Value, json};

const BELL: &str = ".topbar button.bell";

/// A project recorded once and open in the window.
fn opened(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

#[track_caller]
fn wait_unread(app: &App, count: u32) {
    let label = if count == 0 { "Notifications".to_owned() } else { format!("Notifications, {count} unread") };
    app.wait_js(&label, "document.querySelector(arguments[0])?.ariaLabel === arguments[1]", &[BELL.into(), label.as_str().into()]);
}

/// Calls a command as the window does.
#[track_caller]
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

fn project_id(app: &App) -> Value {
    command(app, "projects", &json!({}))[0]["id"].clone()
}

/// Tries to sync the folder while it is away.
fn fail_a_sync(app: &App, root: &Path) {
    let away = root.with_file_name("elsewhere");
    std::fs::rename(root, &away).expect("the folder can be moved");
    let id = command(app, "start_sync", &json!({ "projectId": project_id(app) }));
    app.wait(&format!("the sync {id} to fail"), || {
        let project = &command(app, "projects", &json!({}))[0];
        project["last_sync"]["id"] == id && project["last_sync"]["status"] == json!("FAILED")
    });
    std::fs::rename(&away, root).expect("the folder can be moved back");
}

fn show_settings(app: &App) {
    app.press("Ctrl+,");
    app.click("link", "Notifications");
    app.wait_text("#settings", "Show notifications on the desktop");
}

/// In the settings, chooses where a sync that failed is told: "Off" or "Bell".
fn deliver(app: &App, place: &str) {
    let kind = "A sync failed";
    let find = "[...document.querySelectorAll('#settings [role=radiogroup]')].find((each) => each.ariaLabel === arguments[0])";
    let radio = format!("[...{find}.querySelectorAll('[role=radio]')].find((each) => each.innerText.trim() === arguments[1])");
    app.js(&format!("{radio}.click()"), &[json!(kind), json!(place)]);
    app.wait_js("the choice", &format!("{radio}.ariaChecked === 'true'"), &[json!(kind), json!(place)]);
    let stored = if place == "Off" { "OFF" } else { "BELL" };
    app.wait("the choice to be stored", || command(app, "settings", &json!({}))["notifications"]["SYNC_FAILED"] == json!(stored));
}

#[test]
fn a_sync_that_failed_is_told_by_the_bell_until_it_is_read() {
    let stage = Stage::new("notifications");
    let (app, root) = opened(&stage);
    app.click_css(BELL);
    app.wait_text("#notifications", "Nothing yet");
    app.shot("none");
    app.press("Escape");
    app.wait_gone("#notifications");

    let away = stage.place("elsewhere");
    std::fs::rename(&root, &away).expect("the folder can be moved");
    let failed = stage.lectern_as(&["sync", &root.to_string_lossy()], &[]);
    assert!(!failed.status.success(), "a folder that is gone can't be synced");
    app.click("button", "Sync");
    wait_unread(&app, 1);

    // By keyboard alone, and it is remembered that it was read.
    app.command("Notifications");
    app.wait_text("#notifications", "Sync failed");
    app.assert_accessible("notifications");
    app.shot("unread");
    app.press("ArrowDown");
    app.press("Enter");
    app.wait_gone("#notifications");
    app.find("#workspace");
    wait_unread(&app, 0);
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

fn handler(name: &str) -> String {
    format!("fn on_{name}(event: Event) {{\n    log.write(event);\n    window.redraw(event.area);\n}}\n\n")
}

/// The handler of closing is on lines 6 to 9.
fn handlers() -> String {
    handler("open") + &handler("close") + &handler("move")
}

/// It is rewritten into two, either of which could be it.
fn doubled() -> String {
    handler("open") + &handler("move") + "fn pause() {}\n\n" + &handler("closed") + "fn go() {}\n\n" + &handler("closes")
}

/// Begins a thread on lines of the handlers; gives what is written in it.
fn begin(app: &App, first: u32, last: u32) -> &'static str {
    let place = json!({
        "place": { "path": "src/events.rs", "line_start": first, "line_end": last },
        "side": { "kind": "working_tree" },
        "document": null,
    });
    let body = "Is the window still there when this is called?";
    command(app, "create_thread", &json!({ "projectId": project_id(app), "place": place, "body": body }));
    body
}

#[test]
fn a_thread_that_lost_its_place_is_told_after_the_sync_and_one_key_leads_to_it() {
    let stage = Stage::new("notifications-thread");
    let root = stage.place("shelf");
    project::write(&root, "src/events.rs", &handlers());
    project::write(&root, "README.md", "# Shelf\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    let body = begin(&app, 6, 9);
    wait_unread(&app, 0);

    project::write(&root, "src/events.rs", &doubled());
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    wait_unread(&app, 1);
    // The rail says so, too.
    app.wait_text("nav.rail [href='#threads']", "1 needs review");
    app.command("Notifications");
    app.wait_text("#notifications", "A thread lost its exact place");
    app.wait_text("#notifications", "possible matches. Pick one.");
    app.settled_shot("lost");
    app.press("ArrowDown");
    app.press("Enter");
    app.wait_gone("#notifications");
    app.wait_js(
        "the thread in its code with the focus",
        "document.activeElement?.closest('#workspace .thread')?.dataset.t === 'review'",
        &[],
    );
    app.wait_text("#workspace .thread", body);
    wait_unread(&app, 0);
}

#[test]
fn a_type_that_is_off_is_not_told_and_the_list_can_be_narrowed() {
    let stage = Stage::new("notifications-off");
    let (app, root) = opened(&stage);
    show_settings(&app);
    app.wait_text("#settings", "This desktop has no notification service.");
    app.assert_accessible("settings");
    deliver(&app, "Off");
    fail_a_sync(&app, &root);
    let page = |app: &App| {
        command(
            app,
            "notifications",
            &json!({ "before": null, "limit": 9, "filter": { "unread": false, "project_id": null, "kinds": [] } }),
        )
    };
    assert_eq!(page(&app)["notifications"], json!([]), "what is off is not kept");
    deliver(&app, "Bell");
    fail_a_sync(&app, &root);
    wait_unread(&app, 1);
    app.press("Ctrl+1");
    app.click_css(BELL);
    app.wait_text("#notifications", "Sync failed");
    for (group, told) in [("Threads", "None of these"), ("Syncs", "Sync failed")] {
        app.click_css("#notifications button[aria-haspopup=listbox]");
        app.click("option", group);
        app.wait_text("#notifications .list", told);
    }
    app.click("radio", "This project");
    app.wait_text("#notifications .list", "Sync failed");
    app.settled_shot("narrowed");
    app.click("button", "Mark all read");
    app.click("radio", "Unread");
    app.wait_text("#notifications .list", "nothing that you have not seen");
    app.click_css("#notifications .foot button");
    app.wait_text("#settings", "Show notifications on the desktop");
}

#[test]
fn the_desktop_is_told_while_the_window_is_away_and_a_click_there_leads_to_the_place() {
    let stage = Stage::new("notifications-desktop");
    let service = NotificationService::start(stage.desktop());
    let root = stage.place("shelf");
    project::write(&root, "src/events.rs", &handlers());
    project::write(&root, "README.md", "# Shelf\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    let window = stage.focus_window("Lectern");
    show_settings(&app);
    app.wait_gone("#settings [role=status]");
    app.click("switch", "Show notifications on the desktop");
    app.wait_js("the switch", "document.querySelector('#settings [role=switch]').ariaChecked === 'true'", &[]);
    app.press("Ctrl+1");

    // In front nothing is shown, and what was told then is not told again later.
    begin(&app, 6, 9);
    project::write(&root, "src/events.rs", &doubled());
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    wait_unread(&app, 1);
    app.shot("in-front");
    stage.put_away(&window);
    fail_a_sync(&app, &root);
    let shown = service.wait_shown(1);
    assert_eq!((shown.title.as_str(), shown.text.as_str()), ("Sync failed", "shelf: The folder could not be synced."));
    assert!(shown.can_be_chosen);

    service.choose(shown.number);
    app.wait("the window to come forward", || stage.windows("Lectern").contains(&window));
    app.wait_js("the place", "isShown(document.querySelector('#workspace')) && document.hasFocus()", &[]);
    wait_unread(&app, 1);
}
