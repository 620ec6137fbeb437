//! The desktop's notifications over its message bus: `org.freedesktop.Notifications`, version 1.2 of the specification.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use zbus::{
    blocking::{Connection, Proxy, connection::Builder, proxy::SignalIterator},
    zvariant::Value,
};

use super::Chosen;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The service forgets what it shows by its own rules.
const UNTIL_THE_SERVICE_SAYS: i32 = -1;

/// What is shown now: the service's number of a notification, and ours.
type Shown = Arc<Mutex<HashMap<u32, Option<String>>>>;

/// The service, as far as it is there: the bus is asked for it with the first notification, and again when it was lost.
pub struct Service {
    chosen: Chosen,
    shown: Shown,
    proxy: Option<Proxy<'static>>,
}

impl Service {
    pub fn new(chosen: Chosen) -> Self {
        Self { chosen, shown: Shown::default(), proxy: None }
    }

    /// Shows a notification. Where that can't be done nothing happens: it is behind the bell all the same.
    pub fn show(&mut self, id: Option<String>, title: &str, text: &str) {
        if self.try_to_show(id.clone(), title, text).is_err() {
            // The bus or the service was started anew since.
            self.proxy = None;
            let _ = self.try_to_show(id, title, text);
        }
    }

    fn try_to_show(&mut self, id: Option<String>, title: &str, text: &str) -> zbus::Result<()> {
        if self.proxy.is_none() {
            let proxy = reach()?;
            follow(&proxy, &self.shown, &self.chosen)?;
            self.proxy = Some(proxy);
        }
        let Some(proxy) = &self.proxy else { return Ok(()) };
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("desktop-entry", "lectern-desktop".into()), ("category", "im".into())]);
        let actions = ["default", "Show in Lectern"];
        let body = escaped(text);
        // Held while the service answers, so that a choice made at once finds what it was about.
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let number: u32 =
            proxy.call("Notify", &("Lectern", 0_u32, "lectern-desktop", title, body, &actions[..], hints, UNTIL_THE_SERVICE_SAYS))?;
        shown.insert(number, id);
        Ok(())
    }
}

/// Whether a service answers, and why not.
pub fn answers() -> Result<(), String> {
    let asked = reach().and_then(|proxy| proxy.call::<_, _, (String, String, String, String)>("GetServerInformation", &()));
    asked.map(drop).map_err(|error| match error {
        zbus::Error::MethodError(..) | zbus::Error::FDO(_) => "This desktop has no notification service.".to_owned(),
        _ => "This desktop has no message bus, and so no notification service.".to_owned(),
    })
}

fn reach() -> zbus::Result<Proxy<'static>> {
    let connection: Connection = Builder::session()?.method_timeout(PATIENCE).build()?;
    Proxy::new(&connection, NAME, PATH, NAME)
}

/// Hears of what is chosen and what is closed, on a thread that ends with the connection.
fn follow(proxy: &Proxy<'static>, shown: &Shown, chosen: &Chosen) -> zbus::Result<()> {
    let signals = proxy.receive_all_signals()?;
    let (shown, chosen) = (Arc::clone(shown), Arc::clone(chosen));
    let started = thread::Builder::new().name("desktop-choices".to_owned()).spawn(move || hear(signals, &shown, &chosen));
    started.map(drop).map_err(|error| zbus::Error::InputOutput(Arc::new(error)))
}

fn hear(signals: SignalIterator<'static>, shown: &Shown, chosen: &Chosen) {
    let take = |number: &u32| shown.lock().unwrap_or_else(PoisonError::into_inner).remove(number);
    for signal in signals {
        let header = signal.header();
        match header.member().map(|member| member.as_str()) {
            Some("ActionInvoked") => {
                if let Ok((number, _)) = signal.body().deserialize::<(u32, String)>()
                    && let Some(id) = take(&number)
                {
                    chosen(id);
                }
            }
            Some("NotificationClosed") => {
                if let Ok((number, _)) = signal.body().deserialize::<(u32, u32)>() {
                    take(&number);
                }
            }
            _ => {}
        }
    }
}

/// Services may read a little markup in the text; ours has none.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
