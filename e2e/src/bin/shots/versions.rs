//! The versions screen and what it opens, with version 2 in front.

use lectern_e2e::project;
use lectern_e2e::versions::FOLDER_ROW;

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("shelf");
    project::sample(&root);
    let app = camera.open(&stage, &root);
    project::write(&root, "src/main.rs", "fn main() {}\n");
    app.wait_in_sync(2);
    let shelf = std::fs::read_to_string(root.join("src/shelf.rs")).expect("the sample has it");
    project::write(&root, "src/shelf.rs", &shelf.replace("self.books.get(60)", "self.volumes.get(60)"));
    project::write(&root, "src/extra.rs", "//! More shelves.\n\npub fn extra() -> u32 {\n    41\n}\n");
    std::fs::rename(root.join("docs/guide.md"), root.join("docs/handbook.md")).expect("the sample has it");
    std::fs::remove_file(root.join("tools/server.go")).expect("the sample has it");
    std::fs::copy(lectern_e2e::repository_root().join("icons/32x32.png"), root.join("assets/logo.png")).expect("icons/ holds it");
    app.wait_text("#status-bar", "In sync with v");
    app.wait("one more version", || !app.text("#status-bar").contains("In sync with v2"));
    app.show_versions();
    app.version_action(2, "Label…");
    app.write_label(2, "Before the shelves moved", "Enter");
    app.version_action(1, "Pin");
    app.press("Home");
    app.press("ArrowDown");
    app.press("Enter");
    app.wait_text("#versions .vhead h1", "v2 to v3");
    app.jump_to_file("src/shelf.rs");
    app.find("#versions .dl.add .w");
    camera.take(&app, "versions");
    app.jump_to_file("assets/logo.png");
    app.wait_text("#versions", "32 × 32");
    camera.take(&app, "versions-image");
    app.click("radio", "Unified");
    app.jump_to_file("src/shelf.rs");
    camera.take(&app, "versions-unified");
    app.click("radio", "Side by side");
    app.click_css(FOLDER_ROW);
    app.wait_text("#versions", "Nothing differs");
    camera.take(&app, "versions-nothing-differs");
    app.version_action(1, "Restore…");
    app.wait_text("#restore", "to write");
    camera.take(&app, "restore");
    app.press("Escape");
    app.wait_gone("#restore");
    app.version_action(1, "Export…");
    app.find("#export");
    camera.take(&app, "export");
    app.press("Escape");
    app.wait_gone("#export");
    app.version_action(1, "Restore…");
    app.confirm_restore();
    camera.take(&app, "restored");
    app.dismiss_toasts();
    app.click("button", "More about versions");
    app.click("menuitem", "Applied changes");
    app.wait_text(".drawer", "Restore of v1");
    camera.take(&app, "applied");
    app.click_css(".drawer [aria-label=Close]");
    app.version_action(1, "Read the tree at v1");
    app.find("#workspace .at-bar");
    app.open_in_tree_at("src/shelf.rs", 1);
    camera.take(&app, "as-of-version");
}
