//! History in the real window: commits, the history of a file, blame, changes beside the lines, a project at a glance.

use std::path::PathBuf;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::project::Git;
use lectern_e2e::versions::card;
use lectern_e2e::{App, Stage, project};

/// Opens the sample project with a third commit that renames a file and changes it, signed in and synced.
fn history(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    std::fs::rename(root.join("tools/report.py"), root.join("tools/account.py")).expect("the sample has it");
    let text = std::fs::read_to_string(root.join("tools/account.py")).expect("it was just moved");
    project::write(&root, "tools/account.py", &format!("{text}\n# Said again.\n"));
    let git = Git(&root);
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Call the report an account"]);
    git.run(&["tag", "-a", "v1.0", "-m", "The first one"]);
    git.run(&["branch", "cellar"]);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

#[test]
fn commits_are_listed_with_what_each_changed() {
    let stage = Stage::new("commits");
    let (app, _root) = history(&stage);
    app.press("Ctrl+3");
    app.click("radio", "Commits");
    app.named_in("#versions", "option", "Call the report an account");
    app.named_in("#versions", "option", "Put up the shelf");
    app.click("option", "Say what changed");
    app.wait_text("#versions", "CHANGELOG.md");
    app.wait_in_card("CHANGELOG.md", ".dl.add");
    app.settled_shot("commit");
    app.assert_accessible("commits");
    app.click("option", "Call the report an account");
    app.find(&card("tools/account.py"));
    app.wait_in_card("tools/account.py", ".dl.add");
    // The first commit has nothing before it.
    app.click("option", "Put up the shelf");
    app.wait_in_card(".gitignore", ".dl.add");
    app.fill("Filter commits", "changed");
    app.wait_js("one commit", "document.querySelectorAll('#versions [role=option][data-index]').length === 1", &[]);
    app.settled_shot("filtered");
    app.click("radio", "Branches");
    app.named_in("#versions", "option", "cellar");
    app.wait_text("#versions", "v1.0");
    app.settled_shot("branches");
    app.assert_accessible("branches");
}

#[test]
fn a_file_is_followed_through_its_renames_and_read_as_of_a_commit() {
    let stage = Stage::new("file-history");
    let (app, _root) = history(&stage);
    app.open_in_tree("tools/account.py");
    app.command("History of the file");
    app.named_in("#versions", "option", "Call the report an account");
    app.named_in("#versions", "option", "Put up the shelf");
    app.wait_text("#versions", "tools/report.py");
    app.settled_shot("followed");
}

#[test]
fn each_line_tells_who_wrote_it() {
    let stage = Stage::new("blame");
    let (app, root) = history(&stage);
    app.open_in_tree("tools/account.py");
    app.press("Ctrl+Alt+B");
    app.wait_text("#workspace .cm-editor", "Ada");
    app.settled_shot("blame");
    app.press("Ctrl+Alt+B");
    app.wait_js("the column to go", "!document.querySelector('#workspace .cm-editor').innerText.includes('Ada')", &[]);
    // A line that differs from HEAD is marked beside it.
    let text = std::fs::read_to_string(root.join("tools/account.py")).expect("the sample has it");
    project::write(&root, "tools/account.py", &text.replace("# Said again.", "# Said once more."));
    app.wait_in_sync(2);
    app.find("#workspace .cm-changes [class*=change]");
    app.press("Alt+F3");
    app.wait_js("the changed line", "document.querySelector('#workspace .cm-activeLine')?.innerText.includes('once more')", &[]);
    app.settled_shot("changes");
}

#[test]
fn a_project_is_seen_at_a_glance() {
    let stage = Stage::new("overview");
    let (app, _root) = history(&stage);
    app.wait_text("#workspace", "Languages");
    app.wait_text("#workspace", "Where it begins");
    app.wait_text("#workspace", "3 commits");
    for (width, height) in [(1360, 860), (960, 600)] {
        app.resize(width, height);
        app.settled_shot(&format!("overview-{width}"));
    }
    app.resize(1360, 860);
    app.assert_accessible("overview");
}

#[test]
fn code_folds_and_two_files_stand_side_by_side() {
    let stage = Stage::new("panes");
    let (app, _root) = history(&stage);
    app.open_in_tree("src/main.rs");
    app.press("Ctrl+G");
    app.fill("Line", "14");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 14");
    app.wait_text("#workspace .cm-content", "HashMap::with_capacity");
    app.command("Fold everything");
    app.wait_js("the body to be folded", "!document.querySelector('#workspace .cm-content').innerText.includes('with_capacity')", &[]);
    app.find("#workspace .cm-folded");
    app.settled_shot("folded");
    app.command("Unfold everything");
    app.wait_text("#workspace .cm-content", "HashMap::with_capacity");
    app.command("Open to the side");
    app.wait_js("two readers", "document.querySelectorAll('#workspace .cm-editor').length === 2", &[]);
    app.settled_shot("side-by-side");
    app.assert_accessible("side-by-side");
    app.command("Close the pane beside");
    app.wait_js("one reader", "document.querySelectorAll('#workspace .cm-editor').length === 1", &[]);
}
