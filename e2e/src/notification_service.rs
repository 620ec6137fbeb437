//! A desktop's service for notifications that remembers what it was asked to show and can choose as a person would.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zbus::blocking::{Connection, connection::Builder};
use zbus::zvariant::OwnedValue;

use crate::desktop::Desktop;
use crate::process::poll;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// What was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The service's number of it.
    pub number: u32,
    /// One line.
    pub title: String,
    /// The text below it.
    pub text: String,
    /// Whether it can be chosen.
    pub can_be_chosen: bool,
}

type All = Arc<Mutex<Vec<Shown>>>;

/// Answers on the desktop's message bus until it is dropped.
#[derive(Debug)]
pub struct NotificationService {
    connection: Connection,
    shown: All,
}

struct Served(All);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Served {
    #[expect(clippy::too_many_arguments, reason = "the specification has as many")]
    fn notify(
        &self,
        _app_name: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX) + 1;
        let can_be_chosen = actions.first().is_some_and(|action| action == "default");
        all.push(Shown { number, title: summary.to_owned(), text: body.to_owned(), can_be_chosen });
        number
    }

    fn close_notification(&self, _number: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned(), "persistence".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("Test".to_owned(), "Lectern".to_owned(), "1".to_owned(), "1.2".to_owned())
    }
}

impl NotificationService {
    /// Begins to answer on the bus of a desktop.
    #[track_caller]
    pub fn start(desktop: &Desktop) -> Self {
        let shown = All::default();
        let connection = Builder::address(desktop.bus())
            .and_then(|builder| builder.serve_at(PATH, Served(Arc::clone(&shown))))
            .and_then(|builder| builder.name(NAME))
            .and_then(Builder::build)
            .unwrap_or_else(|error| panic!("the notification service can't be had: {error}"));
        Self { connection, shown }
    }

    /// What was shown so far.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until this many were shown, and gives the last.
    #[track_caller]
    pub fn wait_shown(&self, count: usize) -> Shown {
        let there = poll(Duration::from_secs(20), || self.shown().len() >= count);
        let shown = self.shown();
        assert!(there && shown.len() == count, "{count} notifications were awaited on the desktop: {shown:?}");
        shown.last().cloned().unwrap_or_else(|| panic!("none was awaited"))
    }

    /// Chooses one as a click does: it is told and closed.
    #[track_caller]
    pub fn choose(&self, number: u32) {
        let tell = |signal: &str, what: &str| {
            let told = match signal {
                "ActionInvoked" => self.connection.emit_signal(None::<&str>, PATH, NAME, signal, &(number, what)),
                _ => self.connection.emit_signal(None::<&str>, PATH, NAME, signal, &(number, 2_u32)),
            };
            told.unwrap_or_else(|error| panic!("{signal} can't be told: {error}"));
        };
        tell("ActionInvoked", "default");
        tell("NotificationClosed", "");
    }
}
