//! Who may ask a preview anything: exact `Host`, `Origin`, single-use tickets, one cookie a session, an end.

mod admission;
mod entry;
mod headers;
mod pages;
mod tickets;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use lectern_store::{Clock, Timestamp};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub(crate) use admission::{Admitted, Refusal};
pub(crate) use headers::{add as add_headers, protect};
pub(crate) use pages::{STYLE, page, refusal_page};
use tickets::Tickets;

/// Everything below this path of every preview is Lectern's own.
pub(crate) const OWN_PATHS: &str = "/.lectern/";
/// Where a ticket is exchanged.
pub(crate) const ENTRY: &str = "/.lectern/open";

/// What a path may hold as it is in an address: everything but what would end it or start something else.
const IN_A_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\\').add(b'\'').add(b'`').add(b'{').add(b'}');

/// What a session is opened with: 256 random bits. They are wiped when it is dropped.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        Self(random())
    }

    /// What may be written down of it: its BLAKE3 as 64 lowercase hex digits, the row's `preview_token`.
    pub fn hash(&self) -> String {
        blake3::hash(&*self.0).to_hex().to_string()
    }
}

/// A part of a listener that has to let go when its gate closes.
pub(crate) trait Closes: Send + Sync {
    /// Drops every open connection, upgraded or not.
    fn close_all(&self);
}

/// Stands before a site and lets through what may pass.
pub struct Gate {
    cookie: String,
    /// A second cookie of the path `/.lectern/reload` alone: the endpoint asks for it besides the session's.
    reload_cookie: String,
    /// Marks a browser outside Lectern, whose pages bring the script along that reloads them.
    browser_cookie: String,
    secret: Zeroizing<[u8; 32]>,
    secret_hash: [u8; 32],
    reload_key: Zeroizing<[u8; 32]>,
    reload_key_hash: [u8; 32],
    clock: Arc<dyn Clock>,
    end: Mutex<End>,
    closed: AtomicBool,
    tickets: Mutex<Tickets>,
    listeners: Mutex<Vec<Weak<dyn Closes>>>,
}

/// When it ends: by the computer's clock, and by the time that really passes, so that setting the clock back gains nothing.
struct End {
    at: Timestamp,
    /// `None` when it is further away than this computer can count.
    latest: Option<Instant>,
    /// Once seen to be over it stays over, whatever the clock says next.
    over: bool,
}

impl End {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { at, latest: Instant::now().checked_add(Duration::from_millis(at.millis_since(now))), over: at <= now }
    }
}

impl Gate {
    /// A gate that is open until `expires_at`. `session_id` becomes part of its cookies' names.
    pub fn new(session_id: &str, secret: &Secret, expires_at: Timestamp, clock: Arc<dyn Clock>) -> Arc<Self> {
        let id: String = session_id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let reload_key = random();
        Arc::new(Self {
            cookie: format!("lectern-{id}"),
            reload_cookie: format!("lectern-reload-{id}"),
            browser_cookie: format!("lectern-browser-{id}"),
            secret: secret.0.clone(),
            secret_hash: *blake3::hash(&*secret.0).as_bytes(),
            reload_key_hash: *blake3::hash(&*reload_key).as_bytes(),
            reload_key,
            end: Mutex::new(End::new(expires_at, clock.now())),
            clock,
            closed: AtomicBool::new(false),
            tickets: Mutex::new(Tickets::default()),
            listeners: Mutex::new(Vec::new()),
        })
    }

    /// A ticket that opens this preview once, within `valid_ms` milliseconds from now. 64 hex digits. Of many that nobody used the oldest
    /// ones stop being good.
    pub fn mint(&self, valid_ms: i64) -> String {
        let ticket = random();
        lock(&self.tickets).add(&ticket, self.clock.now(), valid_ms);
        hex(&*ticket)
    }

    /// Moves the end. A gate that ended opens again, one that was closed doesn't.
    pub fn set_expiry(&self, expires_at: Timestamp) {
        *lock(&self.end) = End::new(expires_at, self.clock.now());
    }

    /// Ends it at once and for good: every later request is refused, open connections and upgrades are dropped.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.drop_connections();
    }

    /// Whether requests may pass at this moment.
    pub fn is_open(&self) -> bool {
        if self.closed.load(Ordering::SeqCst) {
            return false;
        }
        let mut end = lock(&self.end);
        if !end.over && (self.clock.now() >= end.at || end.latest.is_some_and(|latest| Instant::now() >= latest)) {
            end.over = true;
        }
        !end.over
    }

    /// Drops what is open when it is over. To be called every half second.
    pub(crate) fn look(&self) {
        if !self.is_open() {
            self.drop_connections();
        }
    }

    pub(crate) fn closes(&self, listener: Weak<dyn Closes>) {
        let mut listeners = lock(&self.listeners);
        listeners.retain(|known| known.strong_count() > 0);
        listeners.push(listener);
    }

    fn drop_connections(&self) {
        let listeners: Vec<_> = lock(&self.listeners).iter().filter_map(Weak::upgrade).collect();
        listeners.iter().for_each(|listener| listener.close_all());
    }
}

/// The address that exchanges `ticket` for the cookie and goes on to `to`, a path of the preview with its query, in a window of Lectern's.
pub fn link(origin: &str, ticket: &str, to: &str) -> String {
    format!("{origin}{ENTRY}?ticket={ticket}&to={}", utf8_percent_encode(to, NON_ALPHANUMERIC))
}

/// [`link`] for an outside browser: pages of a folder that is served as it is then bring a script along that reloads them.
pub fn browser_link(origin: &str, ticket: &str, to: &str) -> String {
    format!("{}&in=browser", link(origin, ticket, to))
}

fn random() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).expect("the system gives random bytes");
    bytes
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether `text` is the hex of the 32 bytes that hash to `hash`; takes the same time for every text of the right length.
fn matches(text: &[u8], hash: &[u8; 32]) -> bool {
    let Some(bytes) = unhex(text) else { return false };
    blake3::hash(&*bytes).as_bytes().ct_eq(hash).into()
}

fn unhex(text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is locked here can be left half changed.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
