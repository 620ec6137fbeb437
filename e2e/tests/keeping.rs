//! What is kept, in the real window: verifying it, healing it, and thinning it out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::versions::version_row;
use lectern_e2e::{App, Stage, project};
use rusqlite::Connection;
use serde_json::json;

/// A text of this many bytes, which no other file of the sample has.
const SIZE: usize = 3_333;

/// Version 1 has notes that no other version and no commit has; those of version 2 are in the folder.
fn with_notes(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    project::write(&root, "docs/notes.txt", &text("old", SIZE));
    stage.record(&root);
    project::write(&root, "docs/notes.txt", &text("new", SIZE + 1));
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_version(2);
    (app, root)
}

fn text(word: &str, size: usize) -> String {
    let mut text: String = (0..).map(|line| format!("{line} {word} notes\n")).take(size / 8).collect();
    text.truncate(size);
    text
}

/// 300 kB of text that no compression makes much smaller.
fn diary(day: u64) -> String {
    let mut state = day.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut line = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("day {day}, {state:016x}\n")
    };
    (0..12_000).map(|_| line()).collect()
}

/// Changes the stored bytes of the one content of this size.
fn damage(stage: &Stage, size: usize) {
    let objects = Connection::open(stage.data_dir().join("objects.db")).expect("the objects open");
    objects.busy_timeout(Duration::from_secs(5)).expect("a timeout can be set");
    let changed = objects
        .execute("UPDATE objects SET data = zeroblob(length(data)) WHERE size = ?1", [i64::try_from(size).expect("it is small")])
        .expect("the row takes it");
    assert_eq!(changed, 1, "there is one content of {size} bytes");
}

/// The paths that the report names under one heading.
fn named(app: &App) -> Vec<String> {
    let found = app.js("return [...document.querySelectorAll('.drawer .problem-list code')].map((e) => squeeze(e.innerText))", &[]);
    found.as_array().into_iter().flatten().filter_map(|path| Some(path.as_str()?.to_owned())).collect()
}

fn versions(stage: &Stage, root: &Path) -> Vec<u64> {
    let listed = stage.lectern_json(&["versions", &root.to_string_lossy()], &[("LECTERN_PASSWORD_FILE", &password_file(stage))]);
    let all = listed["versions"].as_array().unwrap_or_else(|| panic!("{listed}"));
    all.iter().filter_map(|version| version["version"].as_u64()).collect()
}

fn password_file(stage: &Stage) -> String {
    let file = stage.place("password");
    std::fs::write(&file, PASSWORD).expect("a test's file can be written");
    file.to_string_lossy().into_owned()
}

#[test]
fn a_sound_version_is_sealed_as_verified() {
    let stage = Stage::new("verify");
    let (app, _root) = with_notes(&stage);
    assert!(!app.text(&version_row(1)).contains("Verified"), "nobody verified it");
    app.version_action(1, "Verify");
    app.wait_toast("v1 matches its hash");
    app.wait_text(&version_row(1), "Verified");
    app.click_css(&version_row(1));
    app.wait_text("#versions .vhead", "match their recorded hash");
    app.settled_shot("verified");
    app.dismiss_toasts();
    app.click("button", "Verify every version");
    app.wait_toast("All 2 versions match their hashes");
    app.wait_text(&version_row(2), "Verified");
    app.kill();
    // A verdict is kept.
    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.find("#workspace");
    app.show_versions();
    app.wait_text(&version_row(1), "Verified");
}

#[test]
fn damage_is_named_exactly_and_stays_in_sight() {
    let stage = Stage::new("damage");
    let (app, _root) = with_notes(&stage);
    damage(&stage, SIZE);
    app.version_action(1, "Verify");
    app.wait_text(".drawer", "1 version does not match its hash");
    assert_eq!(named(&app), ["docs/notes.txt"]);
    app.wait_text(".drawer", "Its content does not match its hash");
    app.wait_text(&version_row(1), "Does not match");
    app.settled_shot("mismatch");
    app.assert_accessible("mismatch");
    app.click_css(&version_row(1));
    app.wait_text("#versions .vhead", "Does not match its hash: 1 problem");
    // The other version is sound; among all, only the damaged one is named.
    app.click("button", "Verify every version");
    app.wait_text(&version_row(2), "Verified");
    app.wait_text(".drawer", "v1");
    assert_eq!(named(&app), ["docs/notes.txt"]);
    assert!(!app.shows(".drawer section[aria-label=v2]"), "{}", app.text(".drawer"));
    app.click_css(".drawer [aria-label=Close]");
    app.wait_gone(".drawer");
}

#[test]
fn what_the_folder_still_has_is_healed_and_said_so() {
    let stage = Stage::new("healed");
    let (app, _root) = with_notes(&stage);
    damage(&stage, SIZE + 1);
    app.version_action(2, "Verify");
    app.wait_text(".drawer", "Damage was put right");
    assert_eq!(named(&app), ["docs/notes.txt"]);
    app.wait_text(&version_row(2), "Verified");
    app.settled_shot("healed");
    app.click("button", "Verify again");
    app.wait_toast("v2 matches its hash");
    app.wait_gone(".drawer");
}

#[test]
fn thinning_frees_space_and_what_stays_is_sound() {
    let stage = Stage::new("thin");
    let root = stage.place("shelf");
    project::sample(&root);
    for version in 1..=6 {
        project::write(&root, "docs/diary.txt", &diary(version));
        stage.record(&root);
    }
    // All of one week, long ago: its newest stays.
    let database = Connection::open(stage.data_dir().join("lectern.db")).expect("the database opens");
    let aged = database.execute("UPDATE project_manifests SET created_at = '2026-01-06T10:0' || version || ':00.000Z'", []);
    assert_eq!(aged.expect("the rows take it"), 6);
    drop(database);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(6);
    app.show_versions();
    app.version_action(2, "Pin");
    app.wait_text(&version_row(2), "Pinned");
    app.version_action(4, "Label…");
    app.write_label(4, "Half the diary", "Enter");
    app.wait_text(&version_row(4), "Half the diary");

    app.show_project_settings();
    app.wait_text("#settings", "6 versions of shelf");
    app.wait_text("#settings", "1 pinned");
    app.click("radio", "Thin out");
    app.wait_text("#settings", "3 versions would be thinned out");
    app.settled_shot("thin");
    app.click("button", "Free up space");
    app.wait_text("#settings .note.ok", "freed");
    app.wait_text("#settings .note.ok", "3 versions");
    assert!(!app.text("#settings .note.ok").starts_with("0 bytes"), "{}", app.text("#settings .note.ok"));
    app.wait_text("#settings", "3 versions of shelf");
    app.settled_shot("thinned");
    app.press("Ctrl+3");
    app.wait_gone(&version_row(5));
    for kept in [6, 4, 2] {
        app.wait_version(kept);
    }
    app.wait_js("only those", "document.querySelectorAll('#versions [role=option][data-version]').length === arguments[0]", &[json!(4)]);
    app.click("button", "Verify every version");
    app.wait_toast("All 3 versions match their hashes");
    app.compare_versions(2, 6);
    app.wait_text("#versions .diff-view", "day 2");
    app.kill();
    assert_eq!(versions(&stage, &root), [6, 4, 2]);
}
