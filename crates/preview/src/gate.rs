//! Who may ask a preview anything: exact `Host`, `Origin`, single-use tickets, one cookie a session, an end.

use std::sync::Arc;

use lectern_store::{Clock, Timestamp};

/// What a session is opened with: 256 random bits.
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Self(bytes)
    }

    /// What may be written down of it: its BLAKE3 as 64 lowercase hex digits, the row's `preview_token`.
    pub fn hash(&self) -> String {
        blake3::hash(&self.0).to_hex().to_string()
    }
}

/// Stands before a site and lets through what may pass.
pub struct Gate {}

impl Gate {
    /// A gate that is open until `expires_at`.
    pub fn new(_session_id: &str, _secret: &Secret, _expires_at: Timestamp, _clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {})
    }

    /// A ticket that opens this preview once, within `valid_ms` milliseconds from now.
    pub fn mint(&self, _valid_ms: i64) -> String {
        String::new()
    }

    /// Moves the end.
    pub fn set_expiry(&self, _expires_at: Timestamp) {}

    /// Ends it at once and for good: every later request is refused, open connections and upgrades are dropped.
    pub fn close(&self) {}
}

/// The address that exchanges `ticket` for the cookie and goes on to `to`, a path of the preview, in a window of Lectern's.
pub fn link(origin: &str, ticket: &str, to: &str) -> String {
    format!("{origin}/.lectern/open?ticket={ticket}&to={to}")
}

/// [`link`] for an outside browser: pages of a folder that is served as it is then bring a script along that reloads them.
pub fn browser_link(origin: &str, ticket: &str, to: &str) -> String {
    format!("{}&in=browser", link(origin, ticket, to))
}
