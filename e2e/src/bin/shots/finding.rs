//! Finding: text, symbols, files, commands, definitions and references.

use lectern_e2e::App;
use lectern_e2e::hard_texts::{add_volumes, hard_texts};
use serde_json::json;

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ledgers");
    hard_texts(&root);
    add_volumes(&root);
    let app = camera.open(&stage, &root);
    palette(camera, &app);
    names(camera, &app);
    text(camera, &app);
}

/// Types into the palette and waits until something is chosen, or nothing is found.
fn ask(app: &App, chord: &str, typed: &str) {
    app.press(chord);
    let field = app.find("#palette input");
    app.fill_element(&field, typed);
    app.wait_js(
        "an answer",
        "document.querySelector('#palette [role=option][aria-selected=true]') || squeeze(document.querySelector('#palette').innerText).includes('No ')",
        &[],
    );
}

fn palette(camera: &Camera, app: &App) {
    for (name, chord, typed) in [
        ("palette-commands", "Ctrl+K", "> show"),
        ("palette-mixed", "Ctrl+K", "led"),
        ("palette-none", "Ctrl+K", "zzqqyyxx"),
        ("quick-open-recent", "Ctrl+P", ""),
        ("quick-open", "Ctrl+P", "vol1"),
        ("quick-open-none", "Ctrl+P", "zzqqyyxx"),
        ("symbols", "Ctrl+T", "@folio_4"),
        ("symbols-none", "Ctrl+T", "@zzqqyyxx"),
        ("palette-line", "Ctrl+K", ":12"),
    ] {
        if name == "quick-open-recent" {
            app.open_in_tree("src/printing.rs");
            app.open_in_tree("src/accounts.rs");
        }
        if typed.is_empty() {
            app.press(chord);
            app.find("#palette [role=option]");
        } else {
            ask(app, chord, typed);
        }
        camera.take(app, name);
        app.press("Escape");
        app.wait_gone("#palette");
    }
}

/// Goes to a word of the file in front.
fn caret_on(app: &App, line_with: &str, word: &str) {
    let place = app.js(
        "const lines = [...document.querySelectorAll('#workspace .cm-line')].map((e) => e.textContent);
         const line = lines.findIndex((text) => text.includes(arguments[0]));
         return [line + 1, lines[line].indexOf(arguments[1]) + 2];",
        &[json!(line_with), json!(word)],
    );
    app.press("Ctrl+G");
    app.fill("Line", &format!("{}:{}", place[0], place[1]));
    app.press("Enter");
    app.wait_text("#status-bar", &format!("Ln {},", place[0]));
}

fn names(camera: &Camera, app: &App) {
    app.open_in_tree("src/accounts.rs");
    caret_on(app, "pub fn render", "render");
    app.press("F12");
    app.wait_text("#palette", "print");
    camera.take(app, "definitions");
    app.press("Escape");
    app.wait_gone("#palette");
    caret_on(app, "pub struct Entry", "Entry");
    app.press("Shift+F12");
    app.wait_text("#search", "by name");
    app.wait_text("#search", "matches");
    app.wait_gone("#search [aria-label^='Cancel the search']");
    app.press("F4");
    app.find("#search .cm-content");
    camera.take(app, "references");
    app.click("button", "All text");
}

fn text(camera: &Camera, app: &App) {
    // Caught on its way: on a fast computer it may be over before.
    camera.take_each(app, "search-running", || {
        app.fill("Search ledgers", "nothing");
        app.wait_text("#search", "No matches");
        app.js("const field = document.querySelector('#search input'); field.focus(); field.select()", &[]);
        app.type_text("[a-z]+");
        if !app.shows("#search [aria-label='Pattern'][aria-pressed=true]") {
            app.press("Alt+R");
        }
        let until = "const done = arguments[arguments.length - 1]; const look = () => document.querySelector('#search [aria-label^=\"Cancel the search\"]') ? done(true) : requestAnimationFrame(look); look(); setTimeout(() => done(false), 3000)";
        app.js_async(until, &[]);
    });
    app.press("Alt+R");
    app.fill("Search ledgers", "ledger");
    app.wait_text("#search", "matches in");
    app.wait_gone("#search [aria-label^='Cancel the search']");
    camera.take(app, "search-many");
    app.press("F4");
    app.find("#search .cm-content");
    camera.take(app, "search-preview");
    app.click("button", "Lines around each match");
    app.wait_text("#search", "matches in");
    camera.take(app, "search-context");
    app.click("button", "Lines around each match");
    app.fill("Search ledgers", "f0");
    app.wait_text("#search", "minified.js");
    app.press("F4");
    app.wait_text("#search", "Too large");
    camera.take(app, "search-long-line");
    app.fill("Search ledgers", "ledger وعلى");
    app.wait_text("#search", "arabic.txt");
    app.press("F4");
    camera.take(app, "search-right-to-left");
    app.fill("Search ledgers", "台帳");
    app.wait_text("#search", "cjk.md");
    app.press("F4");
    camera.take(app, "search-cjk");
    app.fill("Search ledgers", "no such words anywhere");
    app.wait_text("#search", "No matches");
    camera.take(app, "search-none");
    app.named("textbox", "Files to search");
    app.fill("Files to search", "*.rs, !tests/");
    app.wait_text("#search", "in *.rs");
    camera.take(app, "search-none-narrowed");
    app.fill("Files to search", "[");
    app.find("#search [role=alert], #search .note");
    camera.take(app, "search-bad-glob");
    app.press("Ctrl+A");
    app.press("Backspace");
    app.press("Alt+R");
    app.fill("Search ledgers", "folio_(\\d");
    app.find("#search [role=alert]");
    camera.take(app, "search-bad-pattern");
    app.fill("Search ledgers", "folio");
    app.wait_text("#search", "matches in");
    app.fill("Search ledgers", "folio[z-a]");
    app.find("#search [role=alert]");
    camera.take(app, "search-bad-pattern-over-matches");
    app.press("Alt+R");
}
