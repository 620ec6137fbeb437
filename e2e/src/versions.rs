//! What users do with versions, as one call each: show them, pick two, ask for something, and look at what differs.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::process::poll;
use crate::stage::Stage;

/// The file card of a comparison.
pub fn card(path: &str) -> String {
    format!("#versions article.dfile[data-path=\"{path}\"]")
}

/// The row of a version in the timeline.
pub fn version_row(version: u32) -> String {
    format!("#versions [data-version=\"{version}\"]")
}

/// The row of the folder as it is now.
pub const FOLDER_ROW: &str = "#versions [data-version=folder]";

impl Stage {
    /// Records a folder as its next version, without the window.
    #[track_caller]
    pub fn record(&self, root: &Path) {
        let said = self.lectern_json(&["sync", &root.to_string_lossy()], &[]);
        assert!(said["manifest_hash"].is_string(), "{said}");
    }
}

impl App {
    /// Goes to the versions screen.
    #[track_caller]
    pub fn show_versions(&self) {
        self.press("Ctrl+3");
        self.find("#versions [role=option]");
    }

    /// Shows what is set for the project that is open.
    #[track_caller]
    pub fn show_project_settings(&self) {
        self.click_css(".topbar button.project-name");
        self.click("menuitem", "Versions and syncing of");
        self.find("#settings [role=switch][aria-label=\"Watch this folder\"]:not(:disabled)");
    }

    /// Turns watching of the project that is open on or off; leaves the settings in front.
    #[track_caller]
    pub fn set_watching(&self, on: bool) {
        self.show_project_settings();
        let state = format!("#settings [role=switch][aria-label=\"Watch this folder\"][aria-checked={on}]");
        if !self.shows(&state) {
            self.click("checkbox", "Watch this folder");
            self.find(&state);
        }
    }

    /// Waits until the version is listed.
    #[track_caller]
    pub fn wait_version(&self, version: u32) {
        self.find(&version_row(version));
    }

    /// Chooses an entry of a version's menu, which the keyboard opens.
    #[track_caller]
    pub fn version_action(&self, version: u32, label: &str) {
        self.focus_version(version);
        self.wait(&format!("the menu of v{version}"), || {
            if self.shows("[role=menu]") {
                return true;
            }
            self.press("Shift+F10");
            self.shows("[role=menu]")
        });
        self.choose(label);
    }

    /// Writes into the label that is being edited, in place of what it held, and ends with a key: Enter keeps it, Escape doesn't.
    #[track_caller]
    pub fn write_label(&self, version: u32, text: &str, end: &str) {
        let name = format!("Label of v{version}");
        self.named("textbox", &name);
        // Its text is selected; emptying the field by WebDriver would take the focus from it, which ends the editing.
        self.wait_js("the focus in the label", "nameOf(document.activeElement) === arguments[0]", &[json!(name)]);
        self.type_text(text);
        self.press(end);
        self.wait_gone(&format!("[aria-label=\"{name}\"]"));
    }

    /// Tells the window that its user is back from another one, who expects it to look at what nobody watched.
    pub fn come_back(&self) {
        self.js("dispatchEvent(new Event('focus'))", &[]);
    }

    /// Chooses an entry of the menu of a file that differs.
    #[track_caller]
    pub fn file_action(&self, path: &str, label: &str) {
        self.click_css(&format!("{} header button[aria-label^=\"Actions for\"]", card(path)));
        self.choose(label);
    }

    #[track_caller]
    fn choose(&self, label: &str) {
        self.named_in("[role=menu]", "menuitem", label);
        self.click("menuitem", label);
        self.wait_gone("[role=menu]");
    }

    /// Chooses an entry of what a right click on an element opens. After it the driver holds no Shift any more: type nothing that needs it.
    #[track_caller]
    pub fn menu_of(&self, css: &str, label: &str) {
        // A row may have moved away under the pointer, and then the menu is another's.
        self.wait(&format!("a menu of {css} with {label:?}"), || {
            let element = self.find_still(css);
            if self.session().pointer(&element, 2, 1).is_err() {
                return false;
            }
            let there = poll(Duration::from_secs(2), || self.shows_named("menuitem", label));
            if !there && self.shows("[role=menu]") {
                self.press("Escape");
            }
            there
        });
        self.choose(label);
    }

    /// Compares two versions by the keyboard alone: Enter on the older one, Space on the newer one.
    #[track_caller]
    pub fn compare_versions(&self, old: u32, new: u32) {
        self.focus_version(old);
        self.press("Enter");
        self.focus_version(new);
        self.press("Space");
        self.wait_compared(&format!("v{old} to v{new}"));
    }

    /// Moves the focus to a version's row with the arrow keys.
    #[track_caller]
    pub fn focus_version(&self, version: u32) {
        self.press("Ctrl+Shift+E");
        self.wait_js("the focus in the timeline", "document.activeElement?.dataset.version", &[]);
        self.press("Home");
        self.wait_js("the focus on the folder", "document.activeElement?.dataset.version === 'folder'", &[]);
        let mut at = String::from("folder");
        while at != version.to_string() {
            self.press("ArrowDown");
            self.wait_js("the focus to move", "![undefined, arguments[0]].includes(document.activeElement?.dataset.version)", &[json!(at)]);
            let next = self.js("return document.activeElement.dataset.version", &[]).as_str().unwrap_or_default().to_owned();
            assert_ne!(next, at, "v{version} is not listed");
            at = next;
        }
    }

    /// Waits until the sides are these ("v1 to v2") and their differences are there.
    #[track_caller]
    pub fn wait_compared(&self, sides: &str) {
        self.wait_text("#versions .vhead h1", sides);
        self.wait_js(
            &format!("what differs, {sides}"),
            "squeeze(document.querySelector('#versions .vhead .row .muted.trunc')?.textContent).match(/file/)",
            &[],
        );
    }

    /// Waits until a file's card holds an element.
    #[track_caller]
    pub fn wait_in_card(&self, path: &str, css: &str) {
        self.find(&format!("{} {css}", card(path)));
    }

    /// Goes to a file that differs, through the list of them.
    #[track_caller]
    pub fn jump_to_file(&self, path: &str) {
        self.click("button", "Jump to file");
        self.named_in("[role=listbox][aria-label=\"Files that differ\"]", "option", path);
        self.click("option", path);
        self.wait_gone("[role=listbox][aria-label=\"Files that differ\"]");
        self.find(&card(path));
    }

    /// Restores what the dialog that is open plans, and waits until it says that it did.
    #[track_caller]
    pub fn confirm_restore(&self) {
        self.wait_js("a plan", "[...document.querySelectorAll('#restore footer button')].some((e) => /^Restore \\d/.test(nameOf(e)))", &[]);
        self.js("[...document.querySelectorAll('#restore footer button')].find((e) => /^Restore \\d/.test(nameOf(e))).click()", &[]);
        self.wait_gone("#restore");
        self.wait_toast("Restored");
    }

    /// Whether the page, or a part of it that is in sight, is wider than its room; says which part.
    pub fn overflow(&self) -> String {
        let script = "
            if (document.documentElement.scrollWidth > innerWidth) return 'the page is ' + document.documentElement.scrollWidth + ' px wide';
            const outside = [...document.querySelectorAll('button, [role=tab], h1, h2, input, select')].filter((e) => isShown(e) && !e.closest('.vh, [role=tree], .column, .tabs'))
                .find((e) => { const box = e.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1 && !e.closest('[role=listbox], .diff-view, #settings, dialog'); });
            return outside ? nameOf(outside) + ' lies outside: ' + JSON.stringify(outside.getBoundingClientRect()) : '';";
        self.js(script, &[]).as_str().unwrap_or_default().to_owned()
    }
}
