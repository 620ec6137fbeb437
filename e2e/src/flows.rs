//! What users do, as one call each: make a profile, sign in, run a command, open a file.

use std::path::Path;

use serde_json::json;

use crate::app::App;

/// The profile most tests make.
pub const EMAIL: &str = "ada@harbour.example";
/// Its password.
pub const PASSWORD: &str = "lamp-oil and long ladders 47";

impl App {
    /// Fills in the first run's form and goes on to the second step.
    #[track_caller]
    pub fn create_profile(&self, email: &str, password: &str) {
        self.find("#first-run");
        self.fill("E-mail", email);
        self.fill("Your name", email.split('@').next().unwrap_or(email));
        self.fill("Password", password);
        self.fill("Repeat the password", password);
        self.click("button", "Create profile");
        self.wait_gone("#first-run");
    }

    /// Makes the usual profile; afterwards the window shows the list of projects, or the project it was asked to open.
    #[track_caller]
    pub fn first_run(&self) {
        self.create_profile(EMAIL, PASSWORD);
        self.leave_folder_step();
    }

    /// Leaves "Open a folder" where it is shown.
    #[track_caller]
    pub fn leave_folder_step(&self) {
        self.wait("the window after signing in", || self.shows("#open-folder") || self.shows("#projects-home") || self.shows("#workspace"));
        if self.shows("#open-folder") && !self.shows("#workspace") {
            self.click("button", "Skip this step");
        }
    }

    /// Signs in on the sign-in screen, choosing the profile where there are several.
    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) {
        self.find("#sign-in");
        if self.shows("ul.profiles") {
            self.click("button", email);
        }
        self.fill("Password", password);
        self.click("button", "Sign in");
    }

    /// Runs a command by its title in the palette.
    #[track_caller]
    pub fn command(&self, title: &str) {
        self.press("Ctrl+K");
        let field = self.find("#palette input");
        self.fill_element(&field, &format!("> {title}"));
        self.named_in("#palette", "option", title);
        self.press("Enter");
        self.wait_gone("#palette");
    }

    /// Waits for a message whose text contains this.
    #[track_caller]
    pub fn wait_toast(&self, text: &str) {
        self.wait_text("#toasts .toast", text);
    }

    /// Takes all messages away.
    #[track_caller]
    pub fn dismiss_toasts(&self) {
        self.js(
            "for (const each of document.querySelectorAll('#toasts [aria-label=Dismiss], #toasts [aria-label^=\"Dismiss\"]')) each.click()",
            &[],
        );
        self.wait_gone("#toasts .toast");
    }

    /// Waits until the status bar says that the folder is as this version has it.
    #[track_caller]
    pub fn wait_in_sync(&self, version: u32) {
        self.wait_text("#status-bar", &format!("In sync with v{version}"));
    }

    /// Waits until the project of this folder is open.
    #[track_caller]
    pub fn wait_project(&self, root: &Path) {
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.named("button", &format!("Project {name}"));
        self.find("#workspace");
    }

    /// Opens a file through the tree, unfolding the folders above it.
    #[track_caller]
    pub fn open_in_tree(&self, path: &str) {
        self.open_in_tree_as(path, path);
    }

    /// Like [`App::open_in_tree`], where the tree shows a version.
    #[track_caller]
    pub fn open_in_tree_at(&self, path: &str, version: u32) {
        // As fileKey.ts names an open file of a version.
        self.open_in_tree_as(path, &format!("\0v{version}/{path}"));
    }

    /// Opens a file whose tab is then called `tab`.
    #[track_caller]
    fn open_in_tree_as(&self, path: &str, tab: &str) {
        let mut above = String::new();
        let parts: Vec<&str> = path.split('/').collect();
        for part in &parts[..parts.len() - 1] {
            if !above.is_empty() {
                above.push('/');
            }
            above.push_str(part);
            self.show_row(&above);
            let open = "[...document.querySelectorAll('[role=treeitem]')].find((row) => row.dataset.path === arguments[0])?.ariaExpanded === 'true'";
            if self.js(&format!("return {open}"), &[json!(above)]) != json!(true) {
                self.click_css(&row(&above));
                self.wait_js(&format!("{above} to unfold"), open, &[json!(above)]);
            }
        }
        // What comes in above may push the row out of sight again.
        self.wait(&format!("{path} to be pointed at"), || {
            self.show_row(path);
            let wanted = self.find_still(&row(path));
            self.session().pointer(&wanted, 0, 2).is_ok()
        });
        let name = parts[parts.len() - 1];
        self.wait_js(
            &format!("{path} to be shown"),
            "[...document.querySelectorAll('[role=tab][aria-selected=true]')].some((tab) => tab.dataset.path === arguments[2])
                && document.querySelector('#reader-panel')?.getAttribute('aria-busy') !== 'true'
                && ([...document.querySelectorAll('#reader-panel [aria-label]')].some((each) => squeeze(each.ariaLabel).startsWith(squeeze(arguments[0])))
                || squeeze(document.querySelector('#reader-panel')?.innerText).includes(squeeze(arguments[1])))",
            &[json!(path), json!(name), json!(tab)],
        );
    }

    /// Scrolls the tree until a row exists.
    #[track_caller]
    pub fn show_row(&self, path: &str) {
        let script = r"
            const rows = document.querySelector('[role=tree]');
            const wanted = [...(rows?.querySelectorAll('[data-path]') ?? [])].find((row) => row.dataset.path === arguments[0]);
            if (wanted) { wanted.scrollIntoView({ block: 'nearest' }); return true; }
            const box = rows && [rows, ...rows.querySelectorAll('*')].find((each) => each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== 'visible');
            if (box) box.scrollTop = box.scrollTop + box.clientHeight >= box.scrollHeight - 1 ? 0 : box.scrollTop + box.clientHeight / 2;
            return false;";
        self.wait(&format!("the row of {path}"), || self.js(script, &[json!(path)]) == json!(true));
    }
}

/// A selector of a path's row.
pub fn row(path: &str) -> String {
    let escaped: String =
        path.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) }).collect();
    format!("[role=treeitem][data-path=\"{escaped}\"]")
}
