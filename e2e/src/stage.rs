//! Everything one test needs: a desktop, a data folder, room for projects, and where its pictures go.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::app::App;
use crate::artifacts::run_folder;
use crate::desktop::{Bus, Desktop};
use crate::process::poll;

/// The two programs under test.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// `lectern-desktop`.
    pub desktop: PathBuf,
    /// `lectern`.
    pub headless: PathBuf,
}

impl Binaries {
    /// Those in the folder `LECTERN_BIN_DIR`, or else in the target folder that this program itself was built into.
    #[track_caller]
    pub fn locate() -> Self {
        let folder = match std::env::var_os("LECTERN_BIN_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => {
                let own = std::env::current_exe().expect("a running program has a path");
                let folder = own.parent().expect("a program lies in a folder");
                if folder.ends_with("deps") {
                    folder.parent().expect("deps/ lies in a profile's folder").to_path_buf()
                } else {
                    folder.to_path_buf()
                }
            }
        };
        let found = Self { desktop: folder.join("lectern-desktop"), headless: folder.join("lectern") };
        for binary in [&found.desktop, &found.headless] {
            assert!(binary.exists(), "{} is not built: run `cargo xtask e2e`", binary.display());
        }
        found
    }
}

/// A desktop and folders of its own for one test.
#[derive(Debug)]
pub struct Stage {
    desktop: Desktop,
    binaries: Binaries,
    artifacts: PathBuf,
    folder: TempDir,
}

impl Stage {
    /// Sets the stage for a test; its pictures go into a folder of this name.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        Self::with_bus(name, Bus::Bare)
    }

    /// Like [`Stage::new`], choosing what the message bus offers.
    #[track_caller]
    pub fn with_bus(name: &str, bus: Bus) -> Self {
        Self::set(run_folder().join(name), bus)
    }

    /// A stage whose pictures go right into this folder.
    #[track_caller]
    pub fn for_pictures(folder: &Path) -> Self {
        Self::set(folder.to_path_buf(), Bus::Bare)
    }

    #[track_caller]
    fn set(artifacts: PathBuf, bus: Bus) -> Self {
        let binaries = Binaries::locate();
        std::fs::create_dir_all(&artifacts).unwrap_or_else(|error| panic!("{} can't be created: {error}", artifacts.display()));
        println!("pictures and logs: {}", artifacts.display());
        let folder = tempfile::Builder::new().prefix("lectern-e2e-").tempdir().expect("the temporary folder can be written");
        std::fs::create_dir_all(folder.path().join("projects")).expect("the temporary folder can be written");
        let desktop = Desktop::start(folder.path(), &artifacts, bus);
        Self { desktop, binaries, artifacts, folder }
    }

    /// The desktop.
    pub fn desktop(&self) -> &Desktop {
        &self.desktop
    }

    /// Where this test's pictures and logs go.
    pub fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    /// Lectern's data folder in this test.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A place for a project of this name; not created.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join("projects").join(name)
    }

    /// Opens the window, with further arguments after the data folder.
    #[track_caller]
    pub fn launch(&self, args: &[&str]) -> App {
        App::launch(&self.desktop, &self.binaries.desktop, &self.arguments(args), &self.artifacts)
    }

    /// Opens the window without waiting for its first screen.
    #[track_caller]
    pub fn launch_unready(&self, args: &[&str]) -> App {
        App::launch_unready(&self.desktop, &self.binaries.desktop, &self.arguments(args), &self.artifacts)
    }

    /// Starts the window's program a second time, which hands its path to the window that is open and ends.
    #[track_caller]
    pub fn open_again(&self, path: &str) {
        let handed = self.desktop.command(&self.binaries.desktop).args(self.arguments(&[path])).output();
        let handed = handed.expect("lectern-desktop can be started");
        assert!(handed.status.success(), "{path} was not handed over: {}", String::from_utf8_lossy(&handed.stderr));
    }

    /// Runs `lectern` with these arguments on the same data folder and waits for its end.
    #[track_caller]
    pub fn lectern(&self, args: &[&str]) -> Output {
        self.lectern_as(args, &[])
    }

    /// Like [`Stage::lectern`], with further environment variables.
    #[track_caller]
    pub fn lectern_as(&self, args: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = self.desktop.command(&self.binaries.headless);
        command.env("LECTERN_DATA_DIR", self.data_dir()).args(args);
        command.envs(environment.iter().copied());
        command.output().expect("lectern can be started")
    }

    /// What `lectern … --json` prints, read.
    #[track_caller]
    pub fn lectern_json(&self, args: &[&str], environment: &[(&str, &str)]) -> Value {
        let output = self.lectern_as(&[args, &["--json"]].concat(), environment);
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("lectern {args:?} --json printed no JSON ({error}): {text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    /// Types a path into the system's dialog of this title and accepts it. No WebDriver sees such a dialog; it takes keys as any window does.
    #[track_caller]
    pub fn type_into_dialog(&self, title: &str, path: &str) {
        self.xdotool(&["search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync"]);
        // What the dialog proposes is replaced, also where only its stem is selected.
        self.xdotool(&["key", "--clearmodifiers", "ctrl+a"]);
        self.xdotool(&["type", "--delay", "5", path]);
        self.xdotool(&["key", "Return"]);
    }

    /// Like [`Stage::type_into_dialog`], where a file that is there is chosen: such a dialog takes the key only once it has read the folder.
    #[track_caller]
    pub fn choose_in_dialog(&self, title: &str, path: &str) {
        self.type_into_dialog(title, path);
        let is_open = || !self.windows(title).is_empty();
        let gone = poll(Duration::from_secs(30), || {
            // A dialog that closes meanwhile leaves the key to the button that opened it, which would open it again.
            std::thread::sleep(Duration::from_millis(1500));
            if is_open() {
                self.keys(&["Return"]);
            }
            std::thread::sleep(Duration::from_millis(500));
            !is_open()
        });
        assert!(gone, "the dialog {title:?} does not take {path}");
    }

    /// Waits for a visible window whose title contains this, gives it the keyboard and returns its X id.
    #[track_caller]
    pub fn focus_window(&self, title: &str) -> String {
        self.xdotool(&["search", "--sync", "--onlyvisible", "--name", title, "windowactivate", "--sync"]);
        self.windows(title).into_iter().next().unwrap_or_else(|| panic!("the window {title:?} went again"))
    }

    /// The X ids of the visible windows whose title contains this.
    pub fn windows(&self, title: &str) -> Vec<String> {
        let mut command = self.desktop.command("xdotool");
        let found = command.args(["search", "--onlyvisible", "--name", title]).output().expect("xdotool can be started");
        String::from_utf8_lossy(&found.stdout).split_whitespace().map(str::to_owned).collect()
    }

    /// Moves the pointer to a place of the screen and presses a button there: 1 is the left one, 5 a step of the wheel down.
    #[track_caller]
    pub fn point(&self, x: u32, y: u32, button: u8) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string(), "click", &button.to_string()]);
    }

    /// Puts a window away, as its user does; it no longer has the keyboard then.
    #[track_caller]
    pub fn put_away(&self, id: &str) {
        self.xdotool(&["windowminimize", "--sync", id]);
    }

    /// Gives a window a size, in pixels of the screen.
    #[track_caller]
    pub fn size_window(&self, id: &str, width: u32, height: u32) {
        self.xdotool(&["windowsize", "--sync", id, &width.to_string(), &height.to_string()]);
    }

    /// Presses keys (`ctrl+r`) in whichever window has the keyboard.
    #[track_caller]
    pub fn keys(&self, chords: &[&str]) {
        self.xdotool(&[&["key", "--clearmodifiers"], chords].concat());
    }

    #[track_caller]
    fn xdotool(&self, args: &[&str]) {
        let mut command = self.desktop.command("timeout");
        let done = command.args(["20", "xdotool"]).args(args).output().expect("xdotool can be started");
        assert!(done.status.success(), "xdotool {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn arguments(&self, args: &[&str]) -> Vec<String> {
        let mut all = vec!["--data-dir".to_owned(), self.data_dir().to_string_lossy().into_owned()];
        all.extend(args.iter().map(|&arg| arg.to_owned()));
        all
    }
}
