//! Notifications on the desktop: shown while no window of ours is in front, and what is chosen there leads to its place.
//!
//! Everything that waits for the desktop happens on threads of its own. A desktop that has no service for notifications, or one that never
//! answers, costs nothing but what it would have shown.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use lectern_workspace::{
    DesktopNotice, Workspace,
    view::{DesktopChoice, DesktopState},
};
use tauri::{AppHandle, Manager, Window, WindowEvent};
use tauri_specta::Event;

use crate::{events::DesktopChosen, windows};

#[cfg_attr(target_os = "linux", path = "desktop_notifications/freedesktop.rs")]
#[cfg_attr(not(target_os = "linux"), path = "desktop_notifications/elsewhere.rs")]
mod service;

/// Several at once are one look.
const SETTLE: Duration = Duration::from_millis(150);

/// What the service is told to call when a notification is chosen: with the id that it was shown with.
type Chosen = Arc<dyn Fn(Option<String>) + Send + Sync>;

/// Hears that there may be something new.
pub struct DesktopNotifications(Sender<()>);

impl DesktopNotifications {
    /// Shows what comes from now on. Without a thread to spare nothing is shown.
    pub fn start(app: AppHandle, workspace: Arc<Workspace>) -> Self {
        let (news, heard) = channel();
        let work = move || show_what_comes(&app, &workspace, &heard);
        if let Err(error) = thread::Builder::new().name("desktop-notifications".to_owned()).spawn(work) {
            eprintln!("lectern-desktop: no thread for notifications on the desktop: {error}");
        }
        Self(news)
    }

    /// There may be something new. Returns at once.
    pub fn look(&self) {
        // Nobody listens when no thread could be had.
        let _ = self.0.send(());
    }
}

/// Whether the desktop can show notifications; waits for its answer a few seconds at most.
pub fn state() -> DesktopState {
    match service::answers() {
        Ok(()) => DesktopState { available: true, reason: None },
        Err(reason) => DesktopState { available: false, reason: Some(reason) },
    }
}

fn show_what_comes(app: &AppHandle, workspace: &Workspace, heard: &Receiver<()>) {
    let chosen: Chosen = {
        let app = app.clone();
        Arc::new(move |notification_id| {
            windows::come_forward(&app);
            let _ = DesktopChosen(DesktopChoice { notification_id }).emit(&app);
        })
    };
    let mut cursor = workspace.desktop_cursor();
    let mut service = service::Service::new(chosen);
    while heard.recv().is_ok() {
        // What counts is where the user was when it happened, not after the moment that is waited for more of it.
        let mut in_front = is_in_front(app);
        loop {
            match heard.recv_timeout(SETTLE) {
                Ok(()) => in_front = is_in_front(app),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        // What can't be asked now is asked with the next news; the cursor stays.
        let Ok(news) = workspace.desktop_notices(&mut cursor) else { continue };
        if news.is_empty() || in_front || is_in_front(app) {
            continue;
        }
        for DesktopNotice { id, title, text } in news {
            service.show(id, &title, &text);
        }
    }
}

/// Which of our windows has the keyboard, as their events say: asking the window itself takes until its thread has a moment, and by then the
/// user may be elsewhere.
#[derive(Default)]
pub struct InFront(Mutex<HashSet<String>>);

/// Notes that a window came to the front, or went.
pub fn note_focus(window: &Window, event: &WindowEvent) {
    let front = window.state::<InFront>();
    let mut labels = front.0.lock().unwrap_or_else(PoisonError::into_inner);
    match event {
        WindowEvent::Focused(true) => {
            labels.insert(window.label().to_owned());
        }
        WindowEvent::Focused(false) | WindowEvent::Destroyed => {
            labels.remove(window.label());
        }
        _ => {}
    }
}

fn is_in_front(app: &AppHandle) -> bool {
    !app.state::<InFront>().0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
}
