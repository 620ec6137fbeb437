//! Takes one picture per size, in one theme.

use std::path::{Path, PathBuf};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage};

/// The sizes of the page: the usual one and the smallest.
pub const SIZES: [(u32, u32); 2] = [(1360, 860), (960, 600)];

/// Where pictures go and how they look.
pub struct Camera {
    pub folder: PathBuf,
    pub theme: &'static str,
}

impl Camera {
    pub fn stage(&self) -> Stage {
        Stage::for_pictures(&self.folder)
    }

    /// Opens the window on a project that is there already, signed in, synced, in the theme.
    pub fn open(&self, stage: &Stage, root: &Path) -> App {
        let app = stage.launch(&[&root.to_string_lossy()]);
        app.create_profile(EMAIL, PASSWORD);
        app.wait_project(root);
        app.wait_in_sync(1);
        app.command(&format!("Use the {} theme", self.theme));
        app
    }

    /// One picture per size, once fonts are there and nothing fades; leaves the window in its usual size.
    pub fn take(&self, app: &App, name: &str) {
        for (width, height) in SIZES {
            app.resize(width, height);
            app.park_pointer();
            app.settle();
            app.window_shot(&format!("{name}-{width}-{}", self.theme));
        }
        let (width, height) = SIZES[0];
        app.resize(width, height);
        app.settle();
    }

    /// A picture per size while the pointer is over the first visible match of `css`, once `shown` is there.
    pub fn hover_each(&self, app: &App, name: &str, css: &str, shown: &str) {
        for (width, height) in SIZES {
            app.resize(width, height);
            app.settle();
            app.wait(&format!("{css} to be pointed at"), || app.session().pointer(&app.find_still(css), 0, 0).is_ok());
            app.find(shown);
            app.settle();
            app.window_shot(&format!("{name}-{width}-{}", self.theme));
            app.park_pointer();
        }
        let (width, height) = SIZES[0];
        app.resize(width, height);
        app.settle();
    }

    /// A picture per size of what has to be opened anew in each; Esc closes it in between.
    pub fn take_each(&self, app: &App, name: &str, open: impl Fn()) {
        for (width, height) in SIZES {
            app.resize(width, height);
            app.settle();
            open();
            app.park_pointer();
            app.settle();
            app.window_shot(&format!("{name}-{width}-{}", self.theme));
            app.press("Escape");
        }
        let (width, height) = SIZES[0];
        app.resize(width, height);
        app.settle();
    }
}
