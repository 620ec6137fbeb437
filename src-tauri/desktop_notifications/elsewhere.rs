//! The desktop's notifications on macOS and Windows.

use std::thread;

use notify_rust::{Notification, NotificationResponse};

use super::Chosen;

/// The desktop itself.
pub struct Service {
    chosen: Chosen,
}

impl Service {
    pub fn new(chosen: Chosen) -> Self {
        Self { chosen }
    }

    /// Shows a notification and waits on a thread of its own for it to be chosen. Where that can't be done nothing happens: it is behind the bell
    /// all the same.
    pub fn show(&mut self, id: Option<String>, title: &str, text: &str) {
        let mut notification = Notification::new();
        notification.appname("Lectern").summary(title).body(text);
        let chosen = self.chosen.clone();
        let _ = thread::Builder::new().name("desktop-choices".to_owned()).spawn(move || show_and_wait(&notification, id, &chosen));
    }
}

fn show_and_wait(notification: &Notification, id: Option<String>, chosen: &Chosen) {
    let Ok(handle) = notification.show() else { return };
    let _ = handle.wait_for_response(|response: &NotificationResponse| {
        if !matches!(response, NotificationResponse::Closed(_)) {
            chosen(id);
        }
    });
}

/// The desktop always has a place for notifications.
pub fn answers() -> Result<(), String> {
    Ok(())
}
