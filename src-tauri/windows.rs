//! The main window: made, remembered, brought forward.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use lectern_workspace::{private_file, view::Theme};
use serde::{Deserialize, Serialize};
use tauri::{
    AppHandle, LogicalSize, Manager, PhysicalPosition, Url, Webview, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    window::Color,
};
use tauri_specta::Event;

use crate::events::WindowClosing;

const MAIN: &str = "main";
const SIZE: LogicalSize<f64> = LogicalSize::new(1360.0, 860.0);
const SMALLEST: LogicalSize<f64> = LogicalSize::new(960.0, 600.0);

/// Where the window was and what it wore, kept in `window.json` of the data folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// Logical pixels.
    size: Option<(f64, f64)>,
    /// Physical pixels of the desktop.
    position: Option<(i32, i32)>,
    maximized: bool,
    theme: Theme,
}

/// The remembered place, and when it was last written.
pub struct Remembered {
    file: PathBuf,
    place: Mutex<(Place, Option<Instant>)>,
}

impl Remembered {
    /// What can't be read counts as never remembered.
    pub fn load(data_dir: &Path) -> Self {
        let file = data_dir.join("window.json");
        let place = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, place: Mutex::new((place, None)) }
    }

    fn place(&self) -> Place {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Changes the place and writes it, at most once a second unless `now`.
    fn update(&self, now: bool, change: impl FnOnce(&mut Place)) {
        let mut guard = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, written) = &mut *guard;
        let before = *place;
        change(place);
        if now || (*place != before && written.is_none_or(|at| at.elapsed() >= Duration::from_secs(1))) {
            *written = Some(Instant::now());
            // A place that can't be stored is not worth a word to the user.
            if let Ok(json) = serde_json::to_vec(place) {
                let partial = self.file.with_extension("partial");
                let _ = private_file()
                    .truncate(true)
                    .open(&partial)
                    .and_then(|mut file| file.write_all(&json))
                    .and_then(|()| fs::rename(&partial, &self.file));
            }
        }
    }
}

/// Opens the one window that has capabilities. It never leaves the built interface and opens no other window.
pub fn open_main(app: &AppHandle, data_dir: &Path) -> tauri::Result<()> {
    let place = app.state::<Remembered>().place();
    let (width, height) = place.size.filter(|(w, h)| *w >= SMALLEST.width && *h >= SMALLEST.height).unwrap_or((SIZE.width, SIZE.height));
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Lectern")
        .inner_size(width, height)
        .min_inner_size(SMALLEST.width, SMALLEST.height)
        .maximized(place.maximized)
        .theme(native(place.theme))
        .background_color(paper(place.theme))
        .data_directory(data_dir.join("webview"))
        .on_navigation(is_the_interface)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .zoom_hotkeys_enabled(false)
        .build()?;
    if let Some((x, y)) = place.position.filter(|position| is_on_a_screen(&window, *position)) {
        window.set_position(PhysicalPosition::new(x, y))?;
    }
    let watched = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::Resized(_) | WindowEvent::Moved(_) => remember(&watched, false),
        WindowEvent::CloseRequested { api, .. } => {
            remember(&watched, true);
            api.prevent_close();
            close_after_storing(&watched);
        }
        _ => {}
    });
    Ok(())
}

/// Lets the webview store what it still holds, then ends the window. Hidden at once, so that nobody waits.
fn close_after_storing(window: &WebviewWindow) {
    const TIME_TO_STORE: Duration = Duration::from_millis(250);
    let _ = window.hide();
    let _ = WindowClosing.emit(window);
    let window = window.clone();
    std::thread::spawn(move || {
        std::thread::sleep(TIME_TO_STORE);
        let _ = window.destroy();
    });
}

/// Only the built interface itself: `tauri://localhost`, or `http://tauri.localhost` where a webview has no schemes of its own.
fn is_the_interface(url: &Url) -> bool {
    let wanted = if cfg!(any(windows, target_os = "android")) { ("http", "tauri.localhost") } else { ("tauri", "localhost") };
    (url.scheme(), url.host_str()) == (wanted.0, Some(wanted.1)) && url.port().is_none()
}

/// Shows the window over the others.
pub fn come_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

/// Wears a theme now and at the next start.
pub fn set_theme(app: &AppHandle, theme: Theme) {
    app.state::<Remembered>().update(true, |place| place.theme = theme);
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.set_theme(native(theme));
        let webview: &Webview = window.as_ref();
        let _ = webview.set_background_color(Some(paper(theme)));
    }
}

fn remember(window: &WebviewWindow, now: bool) {
    let maximized = window.is_maximized().unwrap_or(false);
    let scale = window.scale_factor().unwrap_or(1.0);
    let size = window.inner_size().ok().map(|size| size.to_logical::<f64>(scale));
    let position = window.outer_position().ok();
    window.state::<Remembered>().update(now, |place| {
        place.maximized = maximized;
        // What a maximised window goes back to is the place it had before.
        if !maximized {
            place.size = size.map(|size| (size.width, size.height)).or(place.size);
            place.position = position.map(|position| (position.x, position.y)).or(place.position);
        }
    });
}

/// A screen may have been unplugged since.
fn is_on_a_screen(window: &WebviewWindow, (x, y): (i32, i32)) -> bool {
    window.available_monitors().unwrap_or_default().iter().any(|monitor| {
        let (position, size) = (monitor.position(), monitor.size());
        let right = position.x.saturating_add_unsigned(size.width);
        let bottom = position.y.saturating_add_unsigned(size.height);
        (position.x..right.saturating_sub(80)).contains(&x) && (position.y..bottom.saturating_sub(40)).contains(&y)
    })
}

fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The desk of `tokens.css`, so that nothing flashes before the first paint.
fn paper(theme: Theme) -> Color {
    if theme == Theme::Dark { Color(0x12, 0x14, 0x13, 0xff) } else { Color(0xe8, 0xe8, 0xe3, 0xff) }
}

/// Chooses how WebKitGTK draws where its own choice is known to be bad. What the user has set in the environment stays.
pub fn work_around_drivers() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let wayland = std::env::var_os("WAYLAND_DISPLAY").is_some();
    if wayland && Path::new("/proc/driver/nvidia/version").exists() {
        // This driver leaves windows blank under Wayland unless explicit sync is off.
        set_unless_chosen("__NV_DISABLE_EXPLICIT_SYNC");
    }
    if !has_graphics_processor(Path::new("/dev")) {
        // Layers composed by a processor that has to play the graphics card cost a tenth of a second a frame; drawn directly, a tenth of that.
        set_unless_chosen("WEBKIT_DISABLE_COMPOSITING_MODE");
    }
}

fn set_unless_chosen(switch: &str) {
    if std::env::var_os(switch).is_none() {
        // SAFETY: called first thing in main, while this is the only thread.
        unsafe { std::env::set_var(switch, "1") };
    }
}

/// Whether a program can reach a graphics processor: a render node of the kernel's, or the device of a driver that has none.
fn has_graphics_processor(devices: &Path) -> bool {
    let begins = |folder: &Path, prefixes: &[&str]| {
        fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
            let name = entry.file_name();
            prefixes.iter().any(|prefix| name.as_encoded_bytes().starts_with(prefix.as_bytes()))
        })
    };
    // NVIDIA's own, Windows' under Linux, and those of telephones and small boards.
    begins(&devices.join("dri"), &["renderD"]) || begins(devices, &["nvidia", "dxg", "mali", "kgsl", "pvr"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graphics_processor_is_known_by_its_device() {
        let with = |device: &str| {
            let devices = tempfile::tempdir().expect("a temporary folder");
            fs::create_dir(devices.path().join("dri")).expect("a folder");
            fs::write(devices.path().join(device), "").expect("a file");
            has_graphics_processor(devices.path())
        };
        assert!(with("dri/renderD128") && with("nvidia0") && with("dxg"));
        assert!(!with("dri/card0") && !with("null"), "a card that only shows pictures draws nothing");
        assert!(!has_graphics_processor(Path::new("/nowhere")));
    }

    #[cfg(not(windows))]
    #[test]
    fn the_window_never_leaves_the_built_interface() {
        let allowed = |url: &str| is_the_interface(&url.parse().expect("a URL"));
        assert!(allowed("tauri://localhost/index.html"));
        for url in [
            "http://tauri.localhost:8000/",
            "https://example.com/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!allowed(url), "allowed {url}");
        }
    }
}
