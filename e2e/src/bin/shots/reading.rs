//! The reader: every kind of file, finding in it, its outline, two panes, who wrote it and what changed in it.

use lectern_e2e::hard_texts::{change_source, hard_texts};
use lectern_e2e::{App, project};

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    kinds(camera);
    source(camera);
}

/// The sample project: one file of every kind.
fn kinds(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("shelf");
    project::sample(&root);
    project::add_large_text(&root);
    let app = camera.open(&stage, &root);
    app.open_in_tree("src/main.rs");
    app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
    camera.take(&app, "reader-code");
    app.press("Ctrl+F");
    app.fill("Find in file", "shelf");
    app.wait_text("#find-said", "of");
    camera.take(&app, "reader-find");
    app.click("button", "Pattern");
    app.fill("Find in file", "shelf(");
    app.find("#workspace [role=search] [aria-invalid=true]");
    camera.take(&app, "reader-find-bad-pattern");
    app.press("Escape");
    app.open_in_tree("README.md");
    app.wait_js("the image", "document.querySelector('#workspace article img')?.naturalWidth === 128", &[]);
    camera.take(&app, "reader-markdown");
    app.open_in_tree("assets/logo.png");
    app.wait_text("#workspace", "128 × 128");
    camera.take(&app, "reader-image");
    app.open_in_tree("assets/blob.bin");
    app.wait_text("#workspace", "is not text");
    camera.take(&app, "reader-hex");
    app.open_in_tree("docs/empty.txt");
    app.wait_text("#workspace", "is empty");
    camera.take(&app, "reader-empty");
    app.open_in_tree("odd names/link.txt");
    app.wait_text("#workspace", "with space.txt");
    camera.take(&app, "reader-link");
    app.open_in_tree("logs/large.log");
    app.wait_text("#workspace", "000001 a line");
    camera.take(&app, "reader-large");
    app.press("Ctrl+G");
    app.named("textbox", "Line");
    camera.take(&app, "reader-go-to-line");
    app.press("Escape");
    gone(camera, &app, &root);
}

/// A file that went while it was read, and one that is gone when it is opened.
fn gone(camera: &Camera, app: &App, root: &std::path::Path) {
    app.open_in_tree("tools/server.go");
    app.wait_text("#workspace .cm-content", "served");
    std::fs::remove_file(root.join("tools/server.go")).expect("the sample has it");
    app.find("#workspace .stale");
    camera.take(app, "reader-went");
    app.press("Ctrl+W");
    app.press("Ctrl+Shift+T");
    app.wait_text("#workspace", "can't be shown");
    camera.take(app, "reader-missing");
    app.press("Ctrl+W");
}

/// A source with a history: everything beside and over the code.
fn source(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ledgers");
    hard_texts(&root);
    let app = camera.open(&stage, &root);
    app.open_in_tree("src/accounts.rs");
    app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
    camera.take_each(&app, "reader-outline-filter", || {
        app.press("Ctrl+Shift+O");
        app.fill("Filter symbols", "folio_7");
        app.wait_js(
            "the outline to be narrowed",
            "[...document.querySelectorAll('[aria-label=Symbols] [role=option]')].every((each) => each.textContent.includes('folio_7'))",
            &[],
        );
    });
    camera.take_each(&app, "reader-outline-none", || {
        app.press("Ctrl+Shift+O");
        app.fill("Filter symbols", "no such name");
        app.wait_text("#workspace", "No symbol has");
    });
    app.press("Escape");
    app.press("Ctrl+G");
    app.fill("Line", "24");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 24");
    app.press("Ctrl+Alt+B");
    app.wait_text("#workspace .cm-editor", "Ada");
    camera.take(&app, "reader-blame");
    camera.take_each(&app, "reader-blame-card", || {
        app.command("Show the commit of this line");
        app.wait_text("#workspace [role=dialog]", "Show the commit");
    });
    app.press("Ctrl+Alt+B");
    change_source(&root);
    app.wait_in_sync(2);
    app.find("#workspace .cm-changes [class*=change]");
    app.press("Ctrl+F");
    app.fill("Find in file", "entry");
    app.wait_text("#find-said", "of");
    camera.take(&app, "reader-ruler");
    app.press("Escape");
    camera.take_each(&app, "reader-change", || {
        app.press("Ctrl+G");
        app.fill("Line", "20");
        app.press("Enter");
        app.wait_text("#status-bar", "Ln 20");
        app.press("Alt+F3");
        app.wait_text("#workspace .peek", "since");
    });
    camera.take_each(&app, "reader-selection", || select_lines(&app, 24, 27));
    camera.take_each(&app, "reader-text-menu", || {
        app.press("Shift+F10");
        app.find("[role=menu]");
    });
    camera.take_each(&app, "reader-file-menu", || {
        app.click("button", "More about this file");
        app.find("[role=menu]");
    });
    camera.take_each(&app, "reader-state-menu", || {
        app.click("button", "State of the file");
        app.find("[role=menu]");
    });
    camera.take_each(&app, "reader-crumb", || {
        app.click("button", "accounts.rs: Files beside");
        app.find("[role=listbox] [role=option]");
    });
    app.press("Ctrl+G");
    app.fill("Line", "28");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 28");
    app.command("Fold everything");
    app.find("#workspace .cm-folded");
    camera.take(&app, "reader-folded");
    app.command("Unfold everything");
    app.command("Show spaces and tabs");
    camera.take(&app, "reader-whitespace");
    app.command("Show spaces and tabs");
    app.command("Open to the side");
    app.wait_js("two readers", "document.querySelectorAll('#workspace .cm-editor').length === 2", &[]);
    camera.take(&app, "reader-side-by-side");
    app.wait_js("two readers", "document.querySelectorAll('#workspace .cm-editor').length === 2", &[]);
    // The right one is in front: it goes back to the first version.
    app.js("[...document.querySelectorAll('#workspace [aria-label^=\"State of the file\"]')].filter(isShown).at(-1).click()", &[]);
    app.click("menuitem", "v1");
    app.wait_text("#workspace [data-pane=side]", "v1");
    camera.take(&app, "reader-two-versions");
}

/// Selects whole lines with the pointer, so that what can be done with them is offered.
fn select_lines(app: &App, first: u32, last: u32) {
    app.press("Ctrl+G");
    app.fill("Line", &first.to_string());
    app.press("Enter");
    app.wait_text("#status-bar", &format!("Ln {first},"));
    for _ in first..last {
        app.press("Shift+ArrowDown");
    }
    app.find("#workspace .cm-selectionBackground");
    app.js("document.querySelector('#workspace .cm-content').dispatchEvent(new MouseEvent('mouseup', { bubbles: true, button: 0 }))", &[]);
    app.find("#workspace [role=toolbar][aria-label='Selected text']");
}
