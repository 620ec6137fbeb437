//! Reading in the real window: the tree by keyboard, and every kind of file.

use lectern_e2e::flows::{EMAIL, PASSWORD, row};
use lectern_e2e::{App, Stage, project};
use serde_json::json;

/// Opens the sample project, signed in and synced.
fn reading(stage: &Stage, prepare: impl FnOnce(&std::path::Path)) -> App {
    let root = stage.place("shelf");
    project::sample(&root);
    prepare(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app
}

fn focused_path(app: &App) -> String {
    app.js("return document.activeElement?.dataset?.path ?? ''", &[]).as_str().unwrap_or_default().to_owned()
}

#[track_caller]
fn wait_focus(app: &App, path: &str) {
    app.wait_js(&format!("the focus on {path}"), "document.activeElement?.dataset?.path === arguments[0]", &[json!(path)]);
}

#[test]
fn the_tree_is_walked_by_keyboard() {
    let stage = Stage::new("tree");
    let app = reading(&stage, |_| {});
    app.press("Ctrl+Shift+E");
    app.wait("the focus in the tree", || !focused_path(&app).is_empty());
    app.press("Home");
    let first = focused_path(&app);
    app.press("End");
    app.wait("the last row", || focused_path(&app) != first);
    // Type-ahead: the folder that begins with "sr".
    app.type_text("sr");
    wait_focus(&app, "src");
    app.press("ArrowRight");
    app.find(&row("src/main.rs"));
    app.press("ArrowRight");
    wait_focus(&app, "src/lib.rs");
    app.press("ArrowDown");
    wait_focus(&app, "src/main.rs");
    app.press("Enter");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
    app.press("Ctrl+Shift+E");
    wait_focus(&app, "src/main.rs");
    app.press("ArrowLeft");
    wait_focus(&app, "src");
    app.press("ArrowLeft");
    app.wait_gone(&row("src/main.rs"));
}

#[test]
fn code_is_coloured_in_every_language_of_the_sample() {
    let stage = Stage::new("highlight");
    let app = reading(&stage, |_| {});
    for (path, classes) in [
        ("src/main.rs", &["k", "s", "c", "f", "y", "o", "ma"][..]),
        ("web/app.ts", &["k", "s", "c", "f", "y"]),
        ("web/page.tsx", &["k", "s"]),
        ("web/index.html", &["s"]),
        ("web/style.css", &["p"]),
        ("tools/report.py", &["k", "s", "c", "f", "y"]),
        ("tools/server.go", &["k", "s", "f"]),
        ("config/settings.toml", &["s", "p"]),
        ("config/data.json", &["s", "o"]),
        ("config/ci.yaml", &["p"]),
        ("scripts/build.sh", &["k", "s"]),
    ] {
        app.open_in_tree(path);
        for class in classes {
            app.wait_js(
                &format!("the colour class {class:?} in {path}"),
                "document.querySelector('#workspace .cm-content .' + arguments[0])",
                &[json!(class)],
            );
        }
    }
    app.open_in_tree("src/main.rs");
    app.wait_text("#status-bar", "Rust");
    app.wait_text("#status-bar", "UTF-8");
    app.shot("code");
    app.open_in_tree("docs/windows.txt");
    app.wait_text("#status-bar", "CRLF");
    // The outline jumps.
    app.open_in_tree("src/shelf.rs");
    app.fill("Filter symbols", "book_77");
    app.click("option", "book_77");
    app.wait_js("the line of book_77", "document.querySelector('.cm-activeLine')?.innerText.includes('book_77')", &[]);
}

#[test]
fn text_is_found_and_lines_are_gone_to() {
    let stage = Stage::new("find");
    let app = reading(&stage, |_| {});
    app.open_in_tree("src/shelf.rs");
    app.press("Ctrl+F");
    app.fill("Find in file", "pub fn book_1");
    app.wait_text("#find-said", "1 of 31");
    app.press("Enter");
    app.wait_text("#find-said", "2 of 31");
    app.find("#workspace .cm-match.now");
    app.shot("find");
    app.assert_accessible("find");
    app.click("button", "Pattern");
    app.fill("Find in file", r"book_\d{3}\(");
    app.wait_text("#find-said", "of 20");
    app.fill("Find in file", "book_(");
    app.find("#workspace [role=search] [aria-invalid=true]");
    app.fill("Find in file", "no such words");
    app.wait_text("#find-said", "No matches");
    app.press("Escape");
    app.wait_gone("#workspace [role=search]");

    app.press("Ctrl+G");
    app.fill("Line", "100");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 100");
    app.wait_text("#workspace .cm-activeLineGutter", "100");
    app.press("Ctrl+G");
    app.fill("Line", "nowhere");
    app.press("Enter");
    app.wait_text("[role=dialog], dialog[open]", "not a place");
    app.press("Escape");
}

#[test]
fn long_lines_wrap_when_asked_to() {
    let stage = Stage::new("wrap");
    let app = reading(&stage, |_| {});
    app.open_in_tree("src/main.rs");
    let wide =
        "document.querySelector('#workspace .cm-scroller').scrollWidth > document.querySelector('#workspace .cm-scroller').clientWidth + 1";
    app.wait_js("a line wider than the reader", wide, &[]);
    app.click("button", "Wrap");
    app.wait_js("lines that wrap", &format!("!({wide})"), &[]);
    app.shot("wrapped");
    app.press("Alt+Z");
    app.wait_js("lines that don't wrap", wide, &[]);
}

#[test]
fn pictures_bytes_links_and_odd_names_are_shown_for_what_they_are() {
    let stage = Stage::new("kinds");
    let app = reading(&stage, |_| {});
    app.open_in_tree("assets/logo.png");
    app.wait_js("the picture", "document.querySelector('#workspace img')?.naturalWidth === 128", &[]);
    app.wait_text("#workspace", "128 × 128");
    app.assert_accessible("image");
    app.shot("image");

    app.open_in_tree("assets/blob.bin");
    app.wait_text("#workspace", "is not text");
    app.wait_text("#workspace .hl", "42 4c 4f 42 00 01 02 03");
    app.assert_accessible("hex");
    app.shot("hex");

    app.open_in_tree("docs/empty.txt");
    app.wait_text("#workspace", "is empty");

    app.open_in_tree("odd names/link.txt");
    app.wait_text("#workspace", "with space.txt");
    for name in ["with space.txt", "quote\"s & <b>bold<b>.txt", "-dash.txt", "#hash?query.txt", "%41.txt", "new\nline.txt"] {
        app.open_in_tree(&format!("odd names/{name}"));
        app.wait_text("#workspace .cm-content", "I am");
    }
    // A name that isn't UTF-8 travels as the hex of its bytes.
    let hex: String = b"odd names/latin-\xe9.txt".iter().map(|byte| format!("{byte:02x}")).collect();
    let script = r"const row = [...document.querySelectorAll('[role=treeitem]')].find((r) => r.dataset.path === '\u0000' + arguments[0]); row?.click(); return Boolean(row)";
    app.wait("the row of the Latin-1 name", || app.js(script, &[json!(hex)]) == json!(true));
    app.wait_text("#workspace .cm-content", "not UTF-8 by name");
    app.shot("odd-names");
}

#[test]
fn markdown_is_a_page_without_anything_active() {
    let stage = Stage::new("markdown");
    let app = reading(&stage, |_| {});
    app.open_in_tree("README.md");
    app.wait_text("#workspace article h1", "Shelf");
    app.wait_js("the project's own image", "document.querySelector('#workspace article img')?.naturalWidth === 128", &[]);
    app.find("#workspace article table");
    app.assert_accessible("markdown");
    app.shot("markdown");
    // A link into the project opens the file at its line.
    app.click("link", "line 6 of the program");
    app.wait_text("#workspace .cm-content", "CAPACITY");
    app.wait_text("#status-bar", "Ln 6");

    app.open_in_tree("docs/guide.md");
    app.wait_text("#workspace article", "The end of the guide");
    let active = "return document.querySelector('#workspace article').querySelectorAll(
        'script, iframe, style, form, input, object, embed, svg, [onerror], [onload], [href^=javascript], img[src^=http]').length";
    assert_eq!(app.js(active, &[]), json!(0), "the page holds something active");
    app.click("*", "press me");
    assert_eq!(app.js("return window.hijacked ?? null", &[]), json!(null), "a page of the project ran a script");
    app.shot("hostile-markdown");

    app.click("button", "Source");
    app.wait_text("#workspace .cm-content", "<script>");
}

#[test]
fn a_large_text_is_read_in_pages() {
    let stage = Stage::new("large");
    let app = reading(&stage, project::add_large_text);
    app.open_in_tree("logs/large.log");
    app.wait_text("#workspace", "000001 a line of the large log");
    app.shot("large");
    app.assert_accessible("large text");
    app.press("Ctrl+F");
    app.fill("Find in file", "needle");
    app.wait_text("#find-said", "1 of 1");
    app.wait_text("#workspace", "120000 a line of the large log with some needle");
    app.press("Escape");
    app.press("Ctrl+G");
    app.fill("Line", "75000");
    app.press("Enter");
    app.wait_text("#workspace", "075000 a line");
}

#[test]
fn tabs_and_the_window_come_back_after_a_restart() {
    let stage = Stage::new("restart");
    let app = reading(&stage, |_| {});
    app.open_in_tree("src/main.rs");
    app.open_in_tree("web/app.ts");
    app.resize(1100, 700);
    app.wait_js("both tabs", "document.querySelectorAll('[role=tab]').length === 2", &[]);
    // Places are stored a moment after they change.
    let stored = ["lectern.db", "lectern.db-wal"].map(|name| stage.data_dir().join(name));
    let holds = |bytes: &[u8]| bytes.windows(10).any(|window| window == b"web/app.ts");
    app.wait("the open files to be stored", || stored.iter().any(|file| std::fs::read(file).is_ok_and(|bytes| holds(&bytes))));
    app.close(stage.desktop());

    let app = stage.launch(&[]);
    app.wait_js("the size it had", "innerWidth === 1100 && innerHeight === 700", &[]);
    app.sign_in(EMAIL, PASSWORD);
    app.wait_js("both tabs", "document.querySelectorAll('[role=tab]').length === 2", &[]);
    app.wait_text("#workspace .cm-content", "export interface Book");
}
