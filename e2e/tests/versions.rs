//! Versions in the real window: made by themselves while a folder is watched, and listed in the timeline.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::project::Git;
use lectern_e2e::versions::{FOLDER_ROW, version_row};
use lectern_e2e::{App, Stage, project};

/// How long nothing has to happen before it counts as never: several times what a watched change takes.
const QUIET: Duration = Duration::from_millis(2_500);

fn opened(stage: &Stage, prepare: impl FnOnce(&Path)) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    prepare(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.wait_text("#status-bar", "Watching");
    (app, root)
}

/// Three versions: as the sample is; a file written anew and one added; one removed.
fn three_versions(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    stage.record(&root);
    project::write(&root, "src/main.rs", "fn main() {}\n");
    project::write(&root, "src/extra.rs", "pub fn extra() {}\n");
    stage.record(&root);
    std::fs::remove_file(root.join("src/lib.rs")).expect("the sample has it");
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(3);
    app.show_versions();
    app.wait_version(3);
    (app, root)
}

#[test]
fn saved_edits_become_versions_by_themselves() {
    let stage = Stage::new("watched");
    let (app, root) = opened(&stage, |_| {});
    project::write(&root, "src/main.rs", "fn main() {}\n");
    app.wait_in_sync(2);
    project::write(&root, "notes/new.md", "# New\n");
    app.wait_in_sync(3);
    app.show_versions();
    app.wait_text(&version_row(3), "+1");
    app.wait_text(&version_row(2), "~1");
    app.click_css(&version_row(2));
    app.wait_text(&version_row(2), "Synced by watching");
    app.shot("watched");
}

#[test]
fn what_is_ignored_makes_no_version() {
    let stage = Stage::new("watched-ignored");
    let (app, root) = opened(&stage, |_| {});
    for file in 0..200 {
        project::write(&root, &format!("build/part{}/object{file}.o", file % 7), "left out of versions\n");
    }
    project::write(&root, "server.log", "left out as well\n");
    std::thread::sleep(QUIET);
    app.wait_in_sync(1);
    // What comes after is still seen, and is all there is.
    project::write(&root, "src/main.rs", "fn main() {}\n");
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_text(&version_row(2), "~1");
    assert!(!app.text(&version_row(2)).contains('+'), "{}", app.text(&version_row(2)));
}

#[test]
fn checking_out_a_branch_makes_one_version() {
    let stage = Stage::new("watched-branch");
    let (app, root) = opened(&stage, |root| {
        let git = Git(root);
        git.run(&["checkout", "-q", "-b", "loft"]);
        for file in 0..400 {
            project::write(root, &format!("loft/beam{file:03}.txt"), "oak\n");
        }
        project::write(root, "README.md", "# The loft\n");
        git.run(&["rm", "-q", "tools/server.go"]);
        git.run(&["add", "-A"]);
        git.run(&["commit", "-q", "-m", "Build the loft"]);
        git.run(&["checkout", "-q", "main"]);
    });
    Git(&root).run(&["checkout", "-q", "loft"]);
    app.wait_in_sync(2);
    app.wait_text("#status-bar", "loft");
    std::thread::sleep(QUIET);
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_text(&version_row(2), "+400");
    app.wait_text(&version_row(2), "~1");
    app.wait_text(&version_row(2), "−1");
    app.wait_text(&version_row(2), "Build the loft");
    app.shot("branch");
}

#[test]
fn with_watching_off_nothing_is_recorded_until_it_is_asked_for() {
    let stage = Stage::new("watching-off");
    let (app, root) = opened(&stage, |_| {});
    app.set_watching(false);
    app.wait_text("#settings", "a version is made only when you sync");
    app.shot("settings-off");
    app.press("Ctrl+1");
    app.wait_text("#status-bar", "Watching is off");
    project::write(&root, "src/main.rs", "fn main() {}\n");
    std::thread::sleep(QUIET);
    assert!(!app.text("#status-bar").contains("v2"), "{}", app.text("#status-bar"));
    app.press("Ctrl+Shift+S");
    app.wait_toast("Synced as v2");
    app.wait_in_sync(2);

    // On again, what changed in the meantime is found as well.
    project::write(&root, "src/main.rs", "fn main() { println!(); }\n");
    app.set_watching(true);
    app.press("Ctrl+1");
    app.wait_text("#status-bar", "Watching");
    app.wait_in_sync(3);
}

#[test]
fn the_timeline_lists_versions_with_what_changed() {
    let stage = Stage::new("timeline");
    let (app, root) = three_versions(&stage);
    app.wait_text(&version_row(3), "−1");
    app.wait_text(&version_row(2), "+1");
    app.wait_text(&version_row(2), "~1");
    app.wait_text(&version_row(1), "+");
    app.wait_text(FOLDER_ROW, "In sync with v3");
    app.wait_compared("v2 to v3");
    app.set_watching(false);
    app.press("Ctrl+3");
    project::write(&root, "CHANGELOG.md", "# Changes\n");
    app.come_back();
    app.wait_text(FOLDER_ROW, "1 file changed");
    app.shot("timeline");
}

#[test]
fn labels_and_pins_survive_a_restart() {
    let stage = Stage::new("labels");
    let (app, _root) = three_versions(&stage);
    app.focus_version(2);
    app.press("F2");
    app.write_label(2, "Before the shelves moved", "Enter");
    app.wait_text(&version_row(2), "Before the shelves moved");
    app.wait_js("the focus back on the row", "document.activeElement?.dataset.version === '2'", &[]);
    // Esc leaves a label as it was.
    app.press("F2");
    app.write_label(2, "never", "Escape");
    app.wait_text(&version_row(2), "Before the shelves moved");
    app.version_action(1, "Pin");
    app.wait_text(&version_row(1), "Pinned");
    app.version_action(3, "Label…");
    app.write_label(3, "Library gone", "Enter");
    app.wait_text(&version_row(3), "Library gone");
    app.kill();

    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.find("#workspace");
    app.show_versions();
    app.wait_text(&version_row(2), "Before the shelves moved");
    app.wait_text(&version_row(3), "Library gone");
    app.wait_text(&version_row(1), "Pinned");
    app.version_action(1, "Unpin");
    app.wait_js("no pin", "!document.querySelector('[data-version=\"1\"]').innerText.includes('Pinned')", &[]);
}

#[test]
fn the_filter_finds_versions_by_label_path_and_pin() {
    let stage = Stage::new("timeline-filter");
    let (app, _root) = three_versions(&stage);
    app.version_action(1, "Label…");
    app.write_label(1, "Moving day", "Enter");
    app.wait_text(&version_row(1), "Moving day");
    app.version_action(2, "Pin");
    app.wait_text(&version_row(2), "Pinned");

    app.press("Ctrl+F");
    app.fill("Filter versions", "moving");
    app.wait_gone(&version_row(3));
    app.wait_version(1);
    app.fill("Filter versions", "extra.rs");
    app.wait_version(2);
    app.wait_gone(&version_row(1));
    app.fill("Filter versions", "nothing is called so");
    app.wait_text("#versions", "No version matches");
    app.shot("no-match");
    app.click("button", "Show all versions");
    app.wait_version(3);
    app.click("button", "Pinned versions only");
    app.wait_gone(&version_row(3));
    app.wait_version(2);
    let field = app.named("textbox", "Filter versions");
    app.fill_element(&field, "x");
    app.press("Escape");
    app.wait_gone("#versions [aria-label=\"Pinned versions only\"]");
    app.wait_version(3);
}

#[test]
fn the_timeline_is_walked_by_keyboard() {
    let stage = Stage::new("timeline-keys");
    let (app, _root) = three_versions(&stage);
    let focused = |version: &str| {
        app.wait_js(&format!("the focus on {version}"), "document.activeElement?.dataset.version === arguments[0]", &[version.into()]);
    };
    // The screen gives the focus to the timeline, on the newer side.
    focused("3");
    app.press("ArrowDown");
    focused("2");
    app.press("Home");
    focused("folder");
    app.press("End");
    focused("1");
    app.press("Enter");
    app.wait_text("#versions .vhead h1", "All of v1");
    app.wait_js("the focus on what differs", "document.activeElement?.matches('.diff-view')", &[]);
    // Space sets a second side, and lets it go again.
    app.focus_version(3);
    app.press("Space");
    app.wait_compared("v1 to v3");
    app.find(&format!("{}[aria-selected=true]", version_row(1)));
    app.find(&format!("{}[aria-selected=true]", version_row(3)));
    app.press("Space");
    app.wait_text("#versions .vhead h1", "All of v1");
    // Shift+F10 opens the row's menu.
    app.press("Shift+F10");
    app.find("[role=menu]");
    app.press("Escape");
    app.wait_gone("[role=menu]");
    focused("3");
    // N and P go from change to change.
    app.compare_versions(1, 3);
    app.click_css("#versions .diff-view");
    app.js("document.querySelector('#versions .diff-view').focus()", &[]);
    app.press("N");
    app.find("#versions .dl.now");
    app.press("Ctrl+1");
    app.find("#workspace");
    app.press("Ctrl+3");
    app.wait_text("#versions .vhead h1", "v1 to v3");
}

#[test]
fn nothing_overflows_a_small_window() {
    let stage = Stage::new("versions-small");
    let (app, root) = three_versions(&stage);
    app.set_watching(false);
    app.press("Ctrl+3");
    project::write(&root, "src/a-rather-long-folder-name/with-a-file-whose-name-is-longer-than-any-pane.rs", "fn main() {}\n");
    app.come_back();
    for (width, height) in [(960, 600), (1360, 860)] {
        app.resize(width, height);
        app.click_css(&version_row(3));
        app.wait_compared("v2 to v3");
        assert_eq!(app.overflow(), "");
        for button in ["Restore v2", "More about this comparison", "Swap the sides", "Filter versions", "More about versions"] {
            assert!(app.shows_named("button", button), "{button} is out of sight at {width}x{height}");
        }
        app.click_css(FOLDER_ROW);
        app.wait_compared("v3 to working copy");
        assert_eq!(app.overflow(), "");
        app.shot(&format!("versions-{width}"));
        app.version_action(1, "Restore…");
        app.wait_text("#restore", "to write");
        assert_eq!(app.overflow(), "");
        app.shot(&format!("restore-{width}"));
        app.press("Escape");
        app.wait_gone("#restore");
        app.set_watching(false);
        assert_eq!(app.overflow(), "");
        app.press("Ctrl+3");
    }
}
