//! History: commits, one commit, branches and tags, a file through its renames, a project at a glance.

use lectern_e2e::hard_texts::hard_texts;
use lectern_e2e::project;

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ledgers");
    hard_texts(&root);
    let app = camera.open(&stage, &root);
    app.wait_text("#workspace", "Languages");
    app.wait_text("#workspace", "commits");
    camera.take(&app, "overview-full");
    app.js("document.querySelector('#workspace .overview')?.scrollTo(0, 1e6)", &[]);
    camera.take(&app, "overview-below");
    app.press("Ctrl+3");
    app.click("radio", "Commits");
    app.named_in("#versions", "option", "Take the audit in");
    app.find("#versions article.dfile");
    camera.take(&app, "commits");
    app.click("option", "Call the ledger accounts");
    app.wait_in_card("src/accounts.rs", ".dl.add");
    camera.take(&app, "commit");
    app.click("option", "Say how the accounts");
    app.wait_in_card("docs/reading.md", ".dl.add");
    camera.take(&app, "commit-long-title");
    camera.take_each(&app, "commit-menu", || {
        app.click("button", "More about this commit");
        app.find("[role=menu]");
    });
    app.fill("Filter commits", "audit");
    app.wait_text("#versions [role=status]", "of");
    camera.take(&app, "commits-filter");
    app.fill("Filter commits", "no such commit");
    app.wait_js("no commit", "document.querySelectorAll('#versions [role=option][data-index]').length === 0", &[]);
    camera.take(&app, "commits-none");
    app.press("Escape");
    camera.take_each(&app, "commits-begin-at", || {
        app.click("button", "Begin at");
        app.find("[role=listbox][aria-label='Branches and tags'] [role=option]");
    });
    app.click("radio", "Branches");
    app.named_in("#versions", "option", "auditing");
    app.wait_text("#versions", "v1.0");
    camera.take(&app, "branches");
    app.press("Ctrl+1");
    app.open_in_tree("src/accounts.rs");
    app.command("History of the file");
    app.wait_text("#versions", "src/ledger.rs");
    app.wait_in_card("src/accounts.rs", ".dl.add");
    camera.take(&app, "file-history");

    // A folder without a history says so.
    let plain = stage.place("loose");
    project::write(&plain, "notes.txt", "Nothing keeps these.\n");
    stage.open_again(&plain.to_string_lossy());
    app.wait_project(&plain);
    app.wait_in_sync(1);
    camera.take(&app, "overview-small");
    app.press("Ctrl+3");
    app.click("radio", "Commits");
    app.wait_text("#versions", "git");
    camera.take(&app, "commits-no-repository");
    app.click("radio", "Branches");
    camera.take(&app, "branches-no-repository");
}
