//! One run of the app with WebDriver attached.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::desktop::Desktop;
use crate::framebuffer::Framebuffer;
use crate::process::{self, poll};
use crate::webdriver::Session;

/// Answers two frames after the fonts are there.
const PAINTED: &str = "const done = arguments[arguments.length - 1];
    document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(1), 50))))";

/// The app in its real window. Dropping it ends the app.
#[derive(Debug)]
pub struct App {
    session: Session,
    id: u32,
    artifacts: PathBuf,
    screen: Framebuffer,
    patience: Duration,
}

impl App {
    /// Starts `binary` on `desktop` and waits until its first screen is shown; pictures and logs go to `artifacts`.
    #[track_caller]
    pub fn launch(desktop: &Desktop, binary: &Path, args: &[String], artifacts: &Path) -> Self {
        let app = Self::launch_unready(desktop, binary, args, artifacts);
        app.wait_js("the first screen", "document.documentElement.dataset.ready === 'true'", &[]);
        app
    }

    /// Like [`App::launch`], but returns as soon as the window takes orders.
    #[track_caller]
    pub fn launch_unready(desktop: &Desktop, binary: &Path, args: &[String], artifacts: &Path) -> Self {
        let log = artifacts.join("app.log");
        let deadline = Instant::now() + Duration::from_secs(60);
        let session = loop {
            let mut command = desktop.command("WebKitWebDriver");
            command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("RUST_BACKTRACE", "1");
            match Session::start(command, &log, binary, args) {
                Ok(session) => break session,
                // The driver gives up on a start that a busy machine drags out.
                Err(error) => assert!(Instant::now() < deadline, "no session with {}: {error}; see {}", binary.display(), log.display()),
            }
        };
        let mut id = None;
        poll(Duration::from_secs(10), || {
            id = process::children_of(session.driver_id()).into_iter().find(|&child| process::executable(child).as_deref() == Some(binary));
            id.is_some()
        });
        let id = id.expect("the app is a child of its driver");
        Self { session, id, artifacts: artifacts.to_path_buf(), screen: desktop.framebuffer().clone(), patience: patience() }
    }

    /// The WebDriver session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The app's process id.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// How long waits last.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Kills the app as a power cut would, and waits until it is gone.
    pub fn kill(self) {
        self.end_now();
    }

    /// Closes the window as its user does and waits until the app has ended by itself.
    #[track_caller]
    pub fn close(self, desktop: &Desktop) {
        let mut close = desktop.command("xdotool");
        close.args(["key", "alt+F4"]);
        let closed = close.output();
        let ended = poll(Duration::from_secs(10), || !process::is_alive(self.id));
        assert!(ended, "the app did not end when its window was closed ({closed:?})");
    }

    /// Saves a picture of the screen as `name`.png.
    pub fn shot(&self, name: &str) {
        let file = self.artifacts.join(format!("{name}.png"));
        if !self.screen.save_soon(&file) {
            eprintln!("no picture {}", file.display());
        }
    }

    /// Saves a picture of the window alone, cut out of the screen's.
    pub fn window_shot(&self, name: &str) {
        let file = self.artifacts.join(format!("{name}.png"));
        // A window manager may draw a thin edge.
        let place = self.js(
            "const edge = Math.max(0, (outerWidth - innerWidth) / 2); return [screenX + edge, screenY + edge, innerWidth, innerHeight]",
            &[],
        );
        let side = |index: usize| place[index].as_u64().and_then(|length| u32::try_from(length).ok()).unwrap_or_default();
        if !self.screen.save_part_soon(&file, side(0), side(1), side(2), side(3)) {
            eprintln!("no picture {}", file.display());
        }
    }

    /// Saves a picture of the page alone. Where the window is drawn without layers, the driver takes half a minute for it.
    pub fn page_shot(&self, name: &str) {
        let file = self.artifacts.join(format!("{name}.png"));
        match self.session.screenshot() {
            Ok(png) => std::fs::write(&file, png).unwrap_or_else(|error| panic!("{} can't be written: {error}", file.display())),
            Err(error) => eprintln!("no picture {}: {error}", file.display()),
        }
    }

    /// Like [`App::shot`], once fonts are there and what was drawn last is painted.
    pub fn settled_shot(&self, name: &str) {
        self.settle();
        self.shot(name);
    }

    /// Waits until fonts are there and what was drawn last is painted.
    pub fn settle(&self) {
        self.wait_transitions();
        self.js_async(PAINTED, &[]);
    }

    /// Waits until nothing fades or moves from one state to another any more.
    #[track_caller]
    pub fn wait_transitions(&self) {
        // What turns for ever says that something is under way, and does not count.
        let still = "document.getAnimations().every((each) => each.playState !== 'running' || each.effect.getComputedTiming().iterations === Infinity)";
        self.wait_js("transitions to end", still, &[]);
    }

    /// Gives the page this size, in CSS pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        self.session.resize(width, height).unwrap_or_else(|error| panic!("the window can't be resized: {error}"));
        let size = format!("innerWidth === {width} && innerHeight === {height}");
        self.wait_js(&format!("a page of {width}x{height}"), &size, &[]);
    }

    fn end_now(&self) {
        let family = process::tree_of(self.id);
        process::kill_hard(self.id);
        poll(Duration::from_secs(10), || !process::is_alive(self.id));
        // WebKit's helper processes follow by themselves, a moment later.
        poll(Duration::from_secs(2), || !family.iter().any(|&id| process::is_alive(id)));
        for id in family.into_iter().filter(|&id| process::is_alive(id)) {
            process::kill_hard(id);
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shot("when-it-failed");
        }
        if process::is_alive(self.id) {
            self.end_now();
        }
    }
}

/// 30 seconds, or what `LECTERN_E2E_PATIENCE` says, for slow machines.
fn patience() -> Duration {
    let seconds = std::env::var("LECTERN_E2E_PATIENCE").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(30))
}
