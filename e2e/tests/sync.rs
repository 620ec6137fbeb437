//! Syncs in the real window: versions, nothing changed, cancel, and kills in the middle.

use std::path::Path;
use std::time::{Duration, Instant};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};
use rusqlite::{Connection, OpenFlags};

/// Enough that a sync can be caught in the middle.
const FILES: usize = 8_000;

fn database(data: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data.join("lectern.db"), flags).expect("the database opens");
    connection.busy_timeout(Duration::from_secs(5)).expect("a timeout can be set");
    connection
}

fn syncs(data: &Path) -> Vec<(String, Option<String>)> {
    let connection = database(data);
    let mut query =
        connection.prepare("SELECT status, error_message FROM repo_syncs ORDER BY id").expect("repo_syncs is as the schema says");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the query runs");
    rows.collect::<Result<_, _>>().expect("every row reads")
}

fn count(data: &Path, query: &str) -> u32 {
    database(data).query_row(query, [], |row| row.get(0)).expect("the query runs")
}

#[test]
fn a_sync_makes_a_version_only_when_something_changed() {
    let stage = Stage::new("sync");
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    // Watching would be faster than the hand.
    app.set_watching(false);
    app.press("Ctrl+1");

    app.press("Ctrl+Shift+S");
    app.wait_toast("Nothing changed since v1");
    app.dismiss_toasts();

    project::write(&root, "src/main.rs", "fn main() {}\n");
    project::write(&root, "src/extra.rs", "pub fn extra() {}\n");
    app.click("button", "Sync");
    app.wait_toast("Synced as v2");
    app.wait_toast("1 added, 1 changed");
    app.wait_in_sync(2);

    app.click("button", "Verify v2");
    app.wait_text("#status-bar", "Verified");
    app.shot("verified");
    app.kill();

    assert_eq!(count(&stage.data_dir(), "SELECT count(*) FROM project_manifests"), 2);
    let all = syncs(&stage.data_dir());
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.iter().all(|(status, error)| status == "SUCCESS" && error.is_none()), "{all:?}");
}

#[test]
fn a_cancelled_sync_leaves_the_last_version_alone() {
    let stage = Stage::new("sync-cancel");
    let root = stage.place("wide");
    project::wide(&root, 20_000, 600);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait("the first sync to run", || app.shows_named("button", "Cancel sync"));
    app.click("button", "Cancel sync");
    app.wait_js("the sync to stop", "!named('button', 'Cancel sync')", &[]);
    let all = syncs(&stage.data_dir());
    assert_eq!(all[0].0, "FAILED", "{all:?}");
    assert_eq!(count(&stage.data_dir(), "SELECT count(*) FROM project_manifests"), 0, "a cancelled first sync made a version");
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(1);
}

#[test]
fn killed_five_times_in_the_middle_of_a_sync_nothing_is_lost() {
    let stage = Stage::new("sync-kill");
    let root = stage.place("wide");
    project::wide(&root, FILES, 500);
    // A first version, made without the window and taken over by its first run.
    let first = stage.lectern_json(&["sync", &root.to_string_lossy()], &[]);
    let hash = first["manifest_hash"].clone();
    let data = stage.data_dir();
    // No other sync than the one that is asked for.
    let written = Connection::open(data.join("lectern.db")).expect("the database opens");
    assert_eq!(written.execute("UPDATE projects SET watching = 0", []).expect("the row takes it"), 1);
    drop(written);
    let mut app = stage.launch(&[]);
    app.first_run();

    for round in 1..=5 {
        // Everything changes each time, so that there is much to do and every kill falls into it.
        project::wide(&root, FILES, 500 + round * 40);
        open_project(&app, "wide");
        app.wait_project(&root);
        app.press("Ctrl+Shift+S");
        app.wait("the sync to run", || app.shows_named("button", "Cancel sync"));
        // A different moment each round.
        let until = Instant::now() + Duration::from_millis(20 * round as u64);
        app.wait("its moment", || Instant::now() >= until);
        app.kill();
        let at_kill = syncs(&data);
        let caught = at_kill.iter().filter(|(status, _)| status == "RUNNING" || status == "PENDING").count();
        assert_eq!(caught, 1, "the kill of round {round} came too late: {at_kill:?}");

        app = stage.launch(&[]);
        app.sign_in(EMAIL, PASSWORD);
        app.wait("the orphan to be marked", || syncs(&data).iter().all(|(status, _)| status != "RUNNING" && status != "PENDING"));
        let all = syncs(&data);
        let failed: Vec<_> = all.iter().filter(|(status, _)| status == "FAILED").collect();
        assert_eq!(failed.len(), round, "{all:?}");
        assert!(
            failed.iter().all(|row| row.1.as_ref().is_some_and(|message| !message.is_empty())),
            "a killed sync has no message: {all:?}"
        );
        assert_eq!(count(&data, "SELECT count(*) FROM project_manifests"), 1, "a killed sync made a version");
        let intact: String = database(&data).query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("the check runs");
        assert_eq!(intact, "ok");
        let kept: String = database(&data).query_row("SELECT hash FROM project_manifests", [], |row| row.get(0)).expect("the row is there");
        assert_eq!(hash, kept, "version 1 is another one now");
    }

    open_project(&app, "wide");
    app.wait_project(&root);
    app.click("button", "Verify v1");
    app.wait_text("#status-bar", "Verified");
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    app.click("button", "Verify v2");
    app.wait_text("#status-bar", "Verified");
}

/// Opens a project from wherever the window started.
fn open_project(app: &App, name: &str) {
    app.wait("the window after signing in", || app.shows("#projects-home") || app.shows("#workspace"));
    if app.shows("#projects-home") {
        app.click("link", name);
    }
}
