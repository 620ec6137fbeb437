//! Comparing in the real window: every kind of difference, both layouts, word marks, gaps, images, and long files.

use std::path::{Path, PathBuf};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::versions::{FOLDER_ROW, card};
use lectern_e2e::{App, Stage, project, repository_root};
use serde_json::json;

/// Lines of the file that is long.
const LONG: usize = 20_000;

/// Two versions that differ in every way a file can, and their window with the versions in front.
fn compared(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    let other = repository_root().join("icons/32x32.png");
    stage.record(&root);
    // Added, removed, changed, renamed, another mode, an image, a binary, a link.
    project::write(&root, "src/extra.rs", "pub fn extra() -> u32 {\n    41\n}\n");
    remove(&root, "tools/server.go");
    replace(&root, "src/main.rs", "const CAPACITY: usize = 42;", "const CAPACITY: usize = 44;");
    replace(&root, "src/shelf.rs", "self.books.get(60)", "self.volumes.get(60)");
    std::fs::rename(root.join("docs/guide.md"), root.join("docs/handbook.md")).expect("the sample has a guide");
    project::set_mode(&root, "scripts/build.sh", 0o755);
    std::fs::copy(other, root.join("assets/logo.png")).expect("icons/ holds a smaller logo");
    std::fs::write(root.join("assets/blob.bin"), b"BLOB\0\xff\xfe other bytes").expect("a test's file can be written");
    remove(&root, "odd names/link.txt");
    std::os::unix::fs::symlink("-dash.txt", root.join("odd names/link.txt")).expect("a test's folder takes links");
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_compared("v1 to v2");
    (app, root)
}

fn remove(root: &Path, path: &str) {
    std::fs::remove_file(root.join(path)).expect("the sample has it");
}

fn replace(root: &Path, path: &str, old: &str, new: &str) {
    let text = std::fs::read_to_string(root.join(path)).expect("the sample has it");
    assert!(text.contains(old), "{path} has no {old:?}");
    project::write(root, path, &text.replace(old, new));
}

/// Scrolls what differs down by a pane until an element is there.
#[track_caller]
fn scroll_to(app: &App, css: &str) {
    app.wait(&format!("{css} on the way down"), || {
        app.js("const view = document.querySelector('#versions .diff-view'); const there = document.querySelector(arguments[0]); if (!there) view.scrollTop += view.clientHeight / 2; return Boolean(there)", &[json!(css)])
            == json!(true)
    });
}

#[test]
fn every_kind_of_difference_is_named() {
    let stage = Stage::new("kinds");
    let (app, _root) = compared(&stage);
    app.settled_shot("kinds");
    for (path, words) in [
        ("src/extra.rs", "New file"),
        ("tools/server.go", "Removed"),
        ("docs/handbook.md", "Renamed from docs/guide.md"),
        ("scripts/build.sh", "Mode 644 to 755"),
        ("src/main.rs", "+1 −1"),
        ("assets/blob.bin", "Not text"),
        ("odd names/link.txt", "Link, with space.txt to -dash.txt"),
    ] {
        app.jump_to_file(path);
        app.wait_text(&card(path), words);
    }
    app.settled_shot("kinds-end");
}

#[test]
fn changed_words_are_marked_side_by_side_and_unified() {
    let stage = Stage::new("words");
    let (app, _root) = compared(&stage);
    for layout in ["Side by side", "Unified"] {
        app.click("radio", layout);
        app.jump_to_file("src/main.rs");
        let card = card("src/main.rs");
        let columns = if layout == "Unified" { 1 } else { 2 };
        app.wait_js(
            &format!("{columns} columns"),
            "document.querySelectorAll(arguments[0] + ' .column').length === arguments[1]",
            &[json!(card), json!(columns)],
        );
        app.wait_text(&format!("{card} .dl.del .w"), "42");
        app.wait_text(&format!("{card} .dl.add .w"), "44");
        let marked = app.js("return squeeze(document.querySelector(arguments[0]).innerText)", &[json!(format!("{card} .dl.add .w"))]);
        assert_eq!(marked, json!("44"), "more is marked than what changed");
        // Code keeps its colours.
        app.find(&format!("{card} .dl.add .k"));
        app.settled_shot(&format!("words-{columns}"));
    }
    app.jump_to_file("src/shelf.rs");
    app.wait_text(&format!("{} .dl.add .w", card("src/shelf.rs")), "volumes");
}

#[test]
fn a_gap_opens_and_shows_the_lines_between() {
    let stage = Stage::new("gap");
    let (app, _root) = compared(&stage);
    app.click("radio", "Unified");
    app.jump_to_file("src/shelf.rs");
    let shelf = card("src/shelf.rs");
    app.wait_text(&format!("{shelf} .hunk"), "equal lines");
    let gaps = app.js("return document.querySelectorAll(arguments[0]).length", &[json!(format!("{shelf} .hunk"))]);
    assert_eq!(gaps, json!(2));
    assert!(!app.text(&shelf).contains("A shelf of books"));
    app.click_css(&format!("{shelf} .hunk button.gap"));
    app.wait_text(&shelf, "A shelf of books");
    // What was unfolded has its line numbers.
    app.wait_text(&format!("{shelf} .dl[data-line=\"1\"]"), "A shelf of books");
    app.settled_shot("gap");
}

#[test]
fn both_states_of_an_image_are_shown() {
    let stage = Stage::new("image-diff");
    let (app, _root) = compared(&stage);
    app.jump_to_file("assets/logo.png");
    let image = card("assets/logo.png");
    app.wait_text(&image, "128 × 128");
    app.wait_text(&image, "32 × 32");
    let widths = "return [...document.querySelectorAll(arguments[0] + ' img')].map((e) => e.naturalWidth)";
    assert_eq!(app.js(widths, &[json!(image)]), json!([128, 32]));
    app.settled_shot("image-beside");
    for way in ["Swipe", "Onion skin"] {
        app.click("radio", way);
        app.find(&format!("{image} input[type=range]"));
        assert_eq!(app.js(widths, &[json!(image)]), json!([128, 32]));
        app.settled_shot(&format!("image-{}", &way[..5].to_lowercase()));
    }
}

#[test]
fn an_image_of_which_only_the_hash_was_kept_is_said_to_be_so() {
    let stage = Stage::new("image-not-kept");
    let root = stage.place("shelf");
    project::sample(&root);
    let picture = |from: &str| std::fs::copy(repository_root().join("icons").join(from), root.join("new.png")).expect("icons/ holds it");
    picture("32x32.png");
    // More than is kept of a picture; what stands after its end is no part of it.
    let mut large = std::fs::read(root.join("new.png")).expect("just copied");
    large.resize(300 * 1024, 0);
    std::fs::write(root.join("new.png"), large).expect("written");
    stage.record(&root);
    picture("128x128.png");
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_compared("v1 to v2");
    app.wait_text(&card("new.png"), "128 × 128");
    app.wait_text(&card("new.png"), "Only the hash of this image was kept");
    app.settled_shot("image-not-kept");
}

#[test]
fn a_version_is_compared_with_the_folder_as_it_changes() {
    let stage = Stage::new("with-folder");
    let (app, root) = compared(&stage);
    app.set_watching(false);
    app.press("Ctrl+3");
    project::write(&root, "config/data.json", "{\n  \"name\": \"shelf\",\n  \"books\": [1, 2, 3, 4],\n  \"open\": true\n}\n");
    app.version_action(2, "Compare with the working copy");
    app.wait_compared("v2 to working copy");
    app.wait_text(&format!("{} .dl.add .w", card("config/data.json")), "4");
    // What is said of the folder is what the comparison found in it.
    app.wait_text(FOLDER_ROW, "1 file changed");
    app.settled_shot("with-folder");
    // Against an earlier version the same file is among all that differs.
    app.version_action(1, "Compare with the working copy");
    app.wait_compared("v1 to working copy");
    app.jump_to_file("config/data.json");
    // The other way round what was added is removed.
    app.click_css(FOLDER_ROW);
    app.wait_compared("v2 to working copy");
    app.click("button", "Swap the sides");
    app.wait_compared("Working copy to v2");
    app.wait_text(&format!("{} .dl.del .w", card("config/data.json")), "4");
}

#[test]
fn a_comparison_with_a_watched_folder_follows_it() {
    let stage = Stage::new("follows");
    let (app, root) = compared(&stage);
    app.version_action(2, "Compare with the working copy");
    app.wait_text("#versions", "Nothing differs");
    project::write(&root, "notes.md", "# Notes\n");
    app.wait_compared("v2 to working copy");
    app.wait_text(&card("notes.md"), "New file");
    app.wait_in_sync(3);
    // The sides stay what they were.
    app.wait_text("#versions .vhead h1", "v2 to working copy");
}

#[test]
fn twenty_thousand_changed_lines_are_paged_while_scrolling() {
    let stage = Stage::new("long-diff");
    let root = stage.place("long");
    let lines = |word: &str| (1..=LONG).map(|line| format!("{line:05} {word} stands on the shelf\n")).collect::<String>();
    project::write(&root, "books.txt", &lines("gold"));
    project::write(&root, "after.txt", "one\n");
    stage.record(&root);
    project::write(&root, "books.txt", &lines("silver"));
    project::write(&root, "zebra.txt", "the last\n");
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_compared("v1 to v2");
    app.wait_text(&card("books.txt"), "+20,000");
    app.wait_text(&card("books.txt"), "00001");
    app.wait_text(&card("books.txt"), "Long, shown unified");
    app.settled_shot("long-top");
    let drawn = || app.js("return document.querySelectorAll('#versions .dl').length", &[]).as_u64().unwrap_or(u64::MAX);
    assert!(drawn() < 300, "{} rows are drawn", drawn());
    // In the middle, where no row was fetched before.
    app.js("const view = document.querySelector('#versions .diff-view'); view.scrollTop = view.scrollHeight / 2", &[]);
    app.wait_js(
        "rows of the middle",
        "[...document.querySelectorAll('#versions .dl.add, #versions .dl.del')].some((e) => /(gold|silver) stands/.test(e.innerText) && Number(e.dataset.line) > 1000)",
        &[],
    );
    app.settled_shot("long-middle");
    assert!(drawn() < 300, "{} rows are drawn", drawn());
    app.js("const view = document.querySelector('#versions .diff-view'); view.scrollTop = view.scrollHeight", &[]);
    app.wait_text("#versions .diff-view", "the last");
    app.wait_text(&card("books.txt"), "20000 silver stands");
    app.settled_shot("long-end");
    assert!(drawn() < 300, "{} rows are drawn", drawn());
}

#[test]
fn files_that_differ_are_filtered_folded_and_shown_alone() {
    let stage = Stage::new("diff-files");
    let (app, _root) = compared(&stage);
    app.fill("Filter files", "src/");
    app.wait_text("#versions .files-bar", "3 of 9");
    app.fill("Filter files", "nowhere");
    app.wait_text("#versions", "No file matches");
    app.click("button", "Show all files");
    app.jump_to_file("src/extra.rs");
    app.file_action("src/extra.rs", "Only this file");
    app.wait_text("#versions .files-bar", "Only src/extra.rs");
    app.wait_gone(&card("src/main.rs"));
    app.click("button", "Show all files");
    app.click("button", "Collapse all");
    app.wait_gone("#versions .dl");
    app.click("button", "Expand all");
    scroll_to(&app, "#versions .dl");
}
