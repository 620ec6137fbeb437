//! Texts that are hard to show: endless lines, every direction of writing, wide tables, drawings.

use lectern_e2e::hard_texts::hard_texts;

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ledgers");
    hard_texts(&root);
    let app = camera.open(&stage, &root);
    app.open_in_tree("texts/minified.js");
    app.wait_text("#workspace", "var ledger");
    camera.take(&app, "text-one-line");
    app.press("Alt+Z");
    camera.take(&app, "text-one-line-wrapped");
    for (path, name, says) in [
        ("texts/arabic.txt", "text-arabic", "folio"),
        ("texts/combining.txt", "text-combining", "composed"),
        ("texts/hidden-marks.rs", "text-hidden-marks", "level"),
        ("texts/mixed-ends.txt", "text-mixed-ends", "ends as"),
        ("texts/hebrew.md", "text-hebrew", "English"),
        ("texts/cjk.md", "text-cjk", "項目"),
    ] {
        app.open_in_tree(path);
        app.wait_text("#workspace", says);
        camera.take(&app, name);
    }
    app.click("button", "Source");
    app.wait_text("#workspace .cm-content", "項目");
    camera.take(&app, "text-cjk-source");
    app.open_in_tree("texts/hebrew.md");
    app.click("button", "Source");
    app.find("#workspace .cm-content");
    camera.take(&app, "text-hebrew-source");
    app.press("Alt+Z");
    app.open_in_tree("docs/table.md");
    app.wait_text("#workspace article", "The year");
    camera.take(&app, "text-wide-table");
    app.open_in_tree("config/nested.json");
    app.wait_text("#workspace .cm-content", "ledgers");
    app.press("Ctrl+G");
    app.fill("Line", "40");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 40");
    camera.take(&app, "text-json");
    app.command("Fold everything");
    app.find("#workspace .cm-folded");
    camera.take(&app, "text-json-folded");
    app.open_in_tree("assets/drawing.svg");
    app.wait_js("the drawing", "document.querySelector('#workspace img')?.naturalWidth > 0", &[]);
    camera.take(&app, "text-svg");
    app.click("button", "Source");
    app.wait_text("#workspace .cm-content", "viewBox");
    camera.take(&app, "text-svg-source");
}
