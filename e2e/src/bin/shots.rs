//! Photographs every screen in both themes and both sizes, into the folder that is named.

#[cfg(target_os = "linux")]
fn main() {
    use lectern_e2e::flows::{EMAIL, PASSWORD};
    use lectern_e2e::versions::FOLDER_ROW;
    use lectern_e2e::{App, Stage, project};
    use serde_json::json;

    let folder = std::env::args().nth(1).unwrap_or_else(|| "artifacts/shots".into());
    let folder = std::path::absolute(folder).expect("the working directory is known");

    /// One picture per size, once fonts are there and nothing spins.
    fn take(app: &App, theme: &str, name: &str) {
        for (width, height) in [(1360, 860), (960, 600)] {
            app.resize(width, height);
            app.settle();
            app.page_shot(&format!("{name}-{width}-{theme}"));
        }
    }

    /// The versions screen and what it opens, with version 2 in front.
    fn versions(app: &App, root: &std::path::Path, theme: &str) {
        let shelf = std::fs::read_to_string(root.join("src/shelf.rs")).expect("the sample has it");
        project::write(root, "src/shelf.rs", &shelf.replace("self.books.get(60)", "self.volumes.get(60)"));
        project::write(root, "src/extra.rs", "//! More shelves.\n\npub fn extra() -> u32 {\n    41\n}\n");
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
        take(app, theme, "versions");
        app.jump_to_file("assets/logo.png");
        app.wait_text("#versions", "32 × 32");
        take(app, theme, "versions-image");
        app.resize(1360, 860);
        app.click("radio", "Unified");
        app.jump_to_file("src/shelf.rs");
        take(app, theme, "versions-unified");
        app.resize(1360, 860);
        app.click("radio", "Side by side");
        app.click_css(FOLDER_ROW);
        app.wait_text("#versions", "Nothing differs");
        take(app, theme, "versions-nothing-differs");
        app.version_action(1, "Restore…");
        app.wait_text("#restore", "to write");
        take(app, theme, "restore");
        app.press("Escape");
        app.wait_gone("#restore");
        app.version_action(1, "Export…");
        app.find("#export");
        take(app, theme, "export");
        app.press("Escape");
        app.wait_gone("#export");
        app.version_action(1, "Restore…");
        app.confirm_restore();
        take(app, theme, "restored");
        app.dismiss_toasts();
        app.click("button", "More about versions");
        app.click("menuitem", "Applied changes");
        app.wait_text(".drawer", "Restore of v1");
        take(app, theme, "applied");
        app.click_css(".drawer [aria-label=Close]");
        app.version_action(1, "Read the tree at v1");
        app.find("#workspace .at-bar");
        app.open_in_tree_at("src/shelf.rs", 1);
        take(app, theme, "as-of-version");
        app.click("button", "Back to working copy");
        app.wait_gone("#workspace .at-bar");
    }

    for theme in ["light", "dark"] {
        let stage = Stage::for_pictures(&folder);
        let root = stage.place("shelf");
        project::sample(&root);
        project::add_large_text(&root);
        let app = stage.launch(&[]);
        take(&app, "light", "first-run");
        app.create_profile(EMAIL, PASSWORD);
        app.find("#open-folder");
        app.leave_folder_step();
        app.command(&format!("Use the {theme} theme"));
        take(&app, theme, "projects-empty");
        app.command("Clone a repository");
        app.find("#clone-dialog");
        take(&app, theme, "clone");
        app.press("Escape");
        let opened = stage.lectern(&[&root.to_string_lossy()]);
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        app.wait_project(&root);
        app.wait_in_sync(1);
        take(&app, theme, "workspace-nothing-open");
        app.open_in_tree("src/main.rs");
        app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
        take(&app, theme, "workspace-code");
        app.press("Ctrl+F");
        app.fill("Find in file", "shelf");
        app.wait_text("#find-said", "of");
        take(&app, theme, "workspace-find");
        app.press("Escape");
        app.open_in_tree("README.md");
        app.wait_js("the image", "document.querySelector('#workspace article img')?.naturalWidth === 128", &[]);
        take(&app, theme, "workspace-markdown");
        app.open_in_tree("assets/logo.png");
        app.wait_text("#workspace", "128 × 128");
        take(&app, theme, "workspace-image");
        app.open_in_tree("assets/blob.bin");
        app.wait_text("#workspace", "is not text");
        take(&app, theme, "workspace-hex");
        app.open_in_tree("logs/large.log");
        app.wait_text("#workspace", "000001 a line");
        take(&app, theme, "workspace-large");
        app.press("Ctrl+G");
        app.named("textbox", "Line");
        take(&app, theme, "go-to-line");
        app.press("Escape");
        app.press("Ctrl+K");
        app.find("#palette");
        take(&app, theme, "palette");
        app.press("Escape");
        app.wait_gone("#palette");
        app.press("?");
        app.find("#shortcuts");
        take(&app, theme, "shortcuts");
        app.press("Escape");
        app.wait_gone("#shortcuts");
        project::write(&root, "src/main.rs", "fn main() {}\n");
        app.wait_in_sync(2);
        app.press("Ctrl+Shift+S");
        app.wait_toast("Nothing changed since v2");
        take(&app, theme, "toast");
        app.dismiss_toasts();
        versions(&app, &root, theme);
        app.command("Show all projects");
        app.wait_text("#projects-home", "In sync");
        take(&app, theme, "projects");
        app.press("Ctrl+,");
        app.find("#settings");
        let sections =
            app.js("return [...document.querySelectorAll('#settings nav a, #settings nav button')].filter(isShown).map(nameOf)", &[]);
        let sections: Vec<String> = sections.as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
        for section in &sections {
            app.js("for (const e of document.querySelectorAll('#settings nav a, #settings nav button')) if (nameOf(e) === arguments[0]) e.click()", &[json!(section)]);
            take(&app, theme, &format!("settings-{}", section.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        }
        if sections.is_empty() {
            take(&app, theme, "settings");
        }
        app.command("Change the password");
        app.find("#password-dialog");
        take(&app, theme, "change-password");
        app.press("Escape");
        app.press("Ctrl+L");
        app.find("#lock-screen");
        app.fill("Password", "a wrong guess");
        app.click("button", "Unlock");
        app.find("#lock-screen [aria-invalid=true]");
        take(&app, theme, "locked");
        app.fill("Password", PASSWORD);
        app.click("button", "Unlock");
        app.wait_gone("#lock-screen");
        app.command("Sign out");
        app.find("#sign-in");
        take(&app, theme, "sign-in");
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("pictures are taken on Linux only, with Xvfb and WebKitWebDriver");
}
