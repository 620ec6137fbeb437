//! What surrounds the reading in the real window: palette, shortcuts, settings, themes.

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::versions::version_row;
use lectern_e2e::{App, Stage, project};

fn opened(stage: &Stage) -> App {
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app
}

#[test]
fn the_palette_runs_commands_and_shows_their_keys() {
    let stage = Stage::new("palette");
    let app = opened(&stage);
    app.press("Ctrl+K");
    app.find("#palette");
    app.assert_accessible("palette");
    app.shot("palette");
    let field = app.find("#palette input");
    app.fill_element(&field, "> sync project");
    app.named_in("#palette", "option", "Sync project");
    app.wait_text("#palette [role=option]", "S");
    app.press("Enter");
    app.wait_gone("#palette");
    app.wait_toast("Nothing changed since v1");

    app.press("Ctrl+K");
    let field = app.find("#palette input");
    app.fill_element(&field, "> zzzzqqq");
    app.wait_js("no option", "!document.querySelector('#palette [role=option]')", &[]);
    app.press("Escape");
    app.wait_gone("#palette");
}

#[test]
fn the_shortcuts_sheet_lists_the_keys() {
    let stage = Stage::new("shortcuts");
    let app = opened(&stage);
    app.press("?");
    app.wait_text("#shortcuts", "Command palette");
    app.assert_accessible("shortcuts");
    app.shot("shortcuts");
    app.press("Escape");
    app.wait_gone("#shortcuts");
}

#[test]
fn the_theme_is_chosen_at_once_and_kept() {
    let stage = Stage::new("theme");
    let app = opened(&stage);
    let paper = "return getComputedStyle(document.querySelector('.paper, .page, body')).backgroundColor";
    app.press("Ctrl+,");
    app.find("#settings");
    app.shot("settings");
    app.click("radio", "Light");
    let light = app.js(paper, &[]);
    app.click("radio", "Dark");
    app.wait("other colours", || app.js(paper, &[]) != light);
    let dark = app.js(paper, &[]);
    app.shot("settings-dark");
    app.kill();

    let app = stage.launch(&[]);
    app.find("#sign-in");
    app.sign_in(EMAIL, PASSWORD);
    app.find("#workspace");
    app.press("Ctrl+,");
    app.find("#settings");
    app.wait("the dark colours again", || app.js(paper, &[]) == dark);
    app.click("link", "Privacy and data");
    app.wait_text("#settings", &stage.data_dir().to_string_lossy());
}

#[test]
fn every_screen_is_accessible_in_both_themes() {
    let stage = Stage::new("accessible");
    let app = opened(&stage);
    for theme in ["light", "dark"] {
        app.command(&format!("Use the {theme} theme"));
        app.open_in_tree("src/main.rs");
        app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
        app.assert_accessible(&format!("workspace, {theme}"));
        app.open_in_tree("README.md");
        app.wait_text("#workspace article h1", "Shelf");
        app.assert_accessible(&format!("markdown, {theme}"));
        app.press("Ctrl+K");
        app.find("#palette");
        app.assert_accessible(&format!("palette, {theme}"));
        app.press("Escape");
        app.wait_gone("#palette");
        app.command("Show all projects");
        app.wait_text("#projects-home", "shelf");
        app.assert_accessible(&format!("projects, {theme}"));
        app.press("Ctrl+,");
        app.find("#settings");
        app.assert_accessible(&format!("settings, {theme}"));
        app.press("Ctrl+L");
        app.find("#lock-screen");
        app.assert_accessible(&format!("lock screen, {theme}"));
        app.fill("Password", PASSWORD);
        app.click("button", "Unlock");
        app.wait_gone("#lock-screen");
        app.command("Show all projects");
        app.click("link", "shelf");
        app.find("#workspace");
    }
}

#[test]
fn every_screen_about_versions_is_accessible_in_both_themes() {
    let stage = Stage::new("accessible-versions");
    let app = opened(&stage);
    app.set_watching(false);
    let root = stage.place("shelf");
    project::write(&root, "src/main.rs", "fn main() {}\n");
    project::write(&root, "src/extra.rs", "pub fn extra() {}\n");
    std::fs::remove_file(root.join("tools/server.go")).expect("the sample has it");
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    app.dismiss_toasts();
    for theme in ["light", "dark"] {
        app.command(&format!("Use the {theme} theme"));
        app.show_versions();
        app.click_css(&version_row(2));
        app.wait_compared("v1 to v2");
        for layout in ["Side by side", "Unified"] {
            app.click("radio", layout);
            app.jump_to_file("src/main.rs");
            app.find("#versions .dl.add");
            app.assert_accessible(&format!("compare, {layout}, {theme}"));
        }
        app.press("Ctrl+F");
        app.named("textbox", "Filter versions");
        app.assert_accessible(&format!("filter, {theme}"));
        app.press("Escape");
        app.click("button", "More about versions");
        app.find("[role=menu]");
        app.assert_accessible(&format!("menu of versions, {theme}"));
        app.click("menuitem", "Applied changes");
        app.wait_text(".drawer", "Nothing was applied yet");
        app.assert_accessible(&format!("applied changes, {theme}"));
        app.click_css(".drawer [aria-label=Close]");
        app.wait_gone(".drawer");
        app.click("button", "Restore v1");
        app.wait_text("#restore", "to create");
        app.assert_accessible(&format!("restore, {theme}"));
        app.press("Escape");
        app.wait_gone("#restore");
        app.command("Export this version");
        app.find("#export");
        app.assert_accessible(&format!("export, {theme}"));
        app.press("Escape");
        app.wait_gone("#export");
        app.command("Read the tree at this version");
        app.find("#workspace .at-bar");
        app.assert_accessible(&format!("as of a version, {theme}"));
        app.click("button", "Back to working copy");
        app.wait_gone("#workspace .at-bar");
        app.open_in_tree("src/main.rs");
        app.command("Compare the file with a version");
        app.named("option", "v1");
        app.assert_accessible(&format!("compare with, {theme}"));
        app.press("Escape");
        app.show_project_settings();
        app.wait_text("#settings", "2 versions of shelf");
        app.assert_accessible(&format!("project settings, {theme}"));
        app.press("Ctrl+1");
    }
}
