//! Windows that show previews: without any capability, each kept to its preview's origins.
//!
//! What is in such a window is the project's: its pages, and a dev server that runs its code. The window therefore has no way to Lectern's
//! commands (no capability, and on Linux not even the means), keeps nothing when it is closed, opens no other window, goes nowhere else, saves
//! no file by itself and asks for no camera.

mod limits;
mod picture;
mod webview;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lectern_preview::{
    gate::Secret,
    window::{frame_script, page_script},
};
use lectern_workspace::view::{Failure, LinkUse};
use tauri::{
    AppHandle, LogicalSize, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::{DownloadEvent, NewWindowResponse, PageLoadEvent, PermissionResponse},
    window::Color,
};
use tauri_plugin_opener::OpenerExt;

use crate::app::App;
use limits::{Limits, Order, Way};

const SIZE: LogicalSize<f64> = LogicalSize::new(1280.0, 820.0);
const SMALLEST: LogicalSize<f64> = LogicalSize::new(760.0, 480.0);
/// A page that tries to leave again and again is told of once in this time.
const BETWEEN_NOTES: Duration = Duration::from_millis(100);
/// Longer addresses are cut where they are only shown.
const LONGEST_SHOWN: usize = 500;

/// What a window is to show.
pub struct Shown {
    /// The previews: one, or two beside each other.
    pub ids: Vec<String>,
    /// The origin of each.
    pub origins: Vec<String>,
    /// The page with a ticket.
    pub link: String,
}

/// Opens the window of a preview, or brings it forward.
///
/// # Errors
/// When the link or an origin is none, or the system opens no window.
pub fn open(app: &AppHandle, shown: Shown) -> Result<(), Failure> {
    let label = format!("preview-{}", shown.ids.join("_"));
    if let Some(window) = app.get_webview_window(&label) {
        return window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()).map_err(|error| no_window(&error));
    }
    let link: Url = shown.link.parse().map_err(|error| Failure::internal(format!("a preview's link is none: {error}")))?;
    let page = link.origin().ascii_serialization();
    let (key, order) = (Secret::random().hash(), Secret::random().hash());
    let scripts = [page_script(&page, &key, &order), frame_script(&page, &key, &shown.origins)];
    let limits = Limits::new(page.clone(), shown.origins, order);
    let window = build(app, &label, limits, shown.ids, page).map_err(|error| no_window(&error))?;
    webview::enter(&window, scripts, link).map_err(|error| no_window(&error))?;
    if let Some(main) = app.get_webview_window("main") {
        // A preview lives no longer than Lectern, and its sessions end with the main window.
        main.on_window_event(move |event| {
            if matches!(event, WindowEvent::Destroyed) {
                let _ = window.destroy();
            }
        });
    }
    Ok(())
}

/// An empty window that holds to its limits. What it shows comes next.
fn build(app: &AppHandle, label: &str, limits: Limits, ids: Vec<String>, page: String) -> tauri::Result<WebviewWindow> {
    let nowhere = Url::parse("about:blank").expect("a URL");
    let dark = app.get_webview_window("main").and_then(|main| main.theme().ok()) == Some(tauri::Theme::Dark);
    let notes = Arc::new(Notes { app: app.clone(), label: label.to_owned(), last: Mutex::new(None) });
    let (windows, downloads, permissions) = (Arc::clone(&notes), Arc::clone(&notes), Arc::clone(&notes));
    let (handle, own) = (app.clone(), label.to_owned());
    WebviewWindowBuilder::new(app, label, WebviewUrl::External(nowhere))
        .title("Preview")
        .inner_size(SIZE.width, SIZE.height)
        .min_inner_size(SMALLEST.width, SMALLEST.height)
        // The desk of `tokens.css`, so that nothing flashes before the first paint.
        .background_color(if dark { Color(0x12, 0x14, 0x13, 0xff) } else { Color(0xe8, 0xe8, 0xe3, 0xff) })
        .incognito(true)
        .devtools(cfg!(debug_assertions))
        .zoom_hotkeys_enabled(false)
        .disable_drag_drop_handler()
        .on_navigation(move |url| match limits.judge(url) {
            Way::There => true,
            Way::Nowhere => {
                notes.refused("navigation", url.as_str());
                false
            }
            Way::Order(order) => {
                obey(&handle, &own, &ids, order);
                false
            }
        })
        .on_new_window(move |url, _| {
            windows.refused("window", url.as_str());
            NewWindowResponse::Deny
        })
        .on_download(move |_, event| {
            if let DownloadEvent::Requested { url, .. } = &event {
                downloads.refused("download", url.as_str());
            }
            false
        })
        .on_permission_request(move |_, kind| {
            permissions.refused("permission", &format!("{kind:?}"));
            PermissionResponse::Deny
        })
        .on_page_load(move |window, load| {
            // The frames can't lead the window away; should one ever, it closes.
            let away = load.url().as_str() != "about:blank" && load.url().origin().ascii_serialization() != page;
            if load.event() == PageLoadEvent::Started && away {
                let _ = window.destroy();
            }
        })
        .on_document_title_changed(|window, title| {
            let title: String = title.chars().filter(|c| !c.is_control()).take(120).collect();
            let _ = window.set_title(&title);
        })
        .build()
}

/// Does what the page asks for.
fn obey(app: &AppHandle, label: &str, ids: &[String], order: Order) {
    let Some(window) = app.get_webview_window(label) else { return };
    match order {
        Order::Close => drop(window.close()),
        Order::Picture(area, name) => picture::save(&window, area, &name),
        Order::Browser(number) => {
            let Some(id) = ids.get(number).cloned() else { return };
            let app = app.clone();
            tauri::async_runtime::spawn_blocking(move || {
                let opened = app.state::<App>().workspace().and_then(|workspace| workspace.preview_link(&id, LinkUse::Open));
                if let Err(failure) = opened.and_then(|link| open_in_browser(&app, &link)) {
                    say(&window, &failure.message);
                }
            });
        }
    }
}

/// Opens a preview's link in the user's browser.
///
/// # Errors
/// `NO_PROGRAM` when the system has none.
pub fn open_in_browser(app: &AppHandle, link: &str) -> Result<(), Failure> {
    app.opener().open_url(link, None::<&str>).map_err(|error| {
        Failure::new("NO_PROGRAM", format!("no program of this computer could open it: {error}"))
            .hint("Install a browser, and set it as the default.")
    })
}

/// Shows a short message in the page.
fn say(window: &WebviewWindow, text: &str) {
    call(window, "lecternSays", &[text]);
}

/// Calls a function of the page, if what is shown is the page.
fn call(window: &WebviewWindow, name: &str, values: &[&str]) {
    // JSON is JavaScript; nothing of it can end the call.
    let values = serde_json::to_string(values).unwrap_or_default();
    let _ = window.eval(format!("window.{name}?.(...{values})"));
}

/// Tells the page's console what the window refused.
struct Notes {
    app: AppHandle,
    label: String,
    last: Mutex<Option<Instant>>,
}

impl Notes {
    fn refused(&self, what: &str, about: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < BETWEEN_NOTES) {
            return;
        }
        *last = Some(Instant::now());
        if let Some(window) = self.app.get_webview_window(&self.label) {
            let shown: String = about.chars().take(LONGEST_SHOWN).collect();
            call(&window, "lecternRefused", &[what, &shown]);
        }
    }
}

fn no_window(error: &tauri::Error) -> Failure {
    Failure::internal(format!("the preview's window could not be opened: {error}"))
}
