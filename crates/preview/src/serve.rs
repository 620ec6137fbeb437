//! Listens for a preview on a port of its own, and the sites that serve files: those of a version by their hashes, those of the folder
//! beneath a handle of it.

mod answer;
mod beneath;
mod cache;
mod connection;
mod encoding;
mod folder;
mod injection;
mod large;
mod listing;
mod lookup;
mod private;
mod reload;
mod target;
mod types;
mod version;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    sync::{Arc, Mutex, Weak},
    task::Poll,
    time::Duration,
};

use hyper::header::HeaderValue;
use tokio::{net::TcpListener, runtime::Handle, task::AbortHandle};

pub use folder::FolderSite;
pub use reload::Reload;
pub use version::{Elsewhere, VersionSite};

use crate::{
    gate::{Closes, Gate},
    site::Site,
};
use connection::{Connections, Context};

/// The ports that are tried first.
pub const PORTS: RangeInclusive<u16> = 41700..=41799;

/// How often the gate is asked whether it is over: often enough to end everything within a second, by whichever clock.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long accepting pauses when the system has no more files or memory for a connection.
const PAUSE: Duration = Duration::from_millis(50);

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
    connections: Arc<Connections>,
    /// The socket is in here and not in the task, so that stopping can close it at once.
    socket: Arc<Mutex<Option<TcpListener>>>,
    tasks: [AbortHandle; 2],
}

impl Listener {
    /// Listens on a free one of `ports`, or on any free port when none of several is.
    ///
    /// # Errors
    /// When no port can be had; `AddrInUse` when the only one asked for is taken; `InvalidInput` when `frame_ancestors` can't be a header.
    pub fn start(runtime: &Handle, gate: Arc<Gate>, site: Arc<dyn Site>, ports: RangeInclusive<u16>, extra: Extra) -> io::Result<Self> {
        let framing = match &extra.frame_ancestors {
            // A list of origins and nothing that could add a directive to it.
            Some(origins) if origins.contains([';', ',', '\'']) => return Err(io::ErrorKind::InvalidInput.into()),
            Some(origins) => HeaderValue::try_from(format!("frame-ancestors {origins}")).map_err(|_| io::ErrorKind::InvalidInput)?,
            None => HeaderValue::from_static("frame-ancestors 'none'"),
        };
        let bound = bind(ports)?;
        let port = bound.local_addr()?.port();
        bound.set_nonblocking(true)?;
        let entered = runtime.enter();
        let socket = Arc::new(Mutex::new(Some(TcpListener::from_std(bound)?)));
        drop(entered);
        let connections = Arc::new(Connections::default());
        let closes: Weak<dyn Closes> = Arc::downgrade(&connections) as _;
        gate.closes(closes);
        let context = Arc::new(Context::new(port, Arc::clone(&gate), site, extra.reload, framing));
        let accepting = runtime.spawn(accept(Arc::clone(&socket), Arc::clone(&connections), context)).abort_handle();
        let looking = runtime.spawn(look(gate, Arc::downgrade(&connections))).abort_handle();
        Ok(Self { port, connections, socket, tasks: [accepting, looking] })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:<port>`.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops it: every connection is dropped, and the port is free when this returns. Stopping twice is fine.
    pub fn stop(&self) {
        drop(self.socket.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take());
        self.tasks.iter().for_each(AbortHandle::abort);
        self.connections.stop();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The search begins anywhere among several ports, so that one preview seldom gets the address that another just had.
fn bind(ports: RangeInclusive<u16>) -> io::Result<std::net::TcpListener> {
    let listen = |port| std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if ports.start() == ports.end() {
        return listen(*ports.start());
    }
    let mut random = [0; 2];
    getrandom::fill(&mut random).map_err(io::Error::from)?;
    let ports: Vec<u16> = ports.collect();
    let first = usize::from(u16::from_le_bytes(random)) % ports.len().max(1);
    ports[first..].iter().chain(&ports[..first]).find_map(|port| listen(*port).ok()).map_or_else(|| listen(0), Ok)
}

async fn accept(socket: Arc<Mutex<Option<TcpListener>>>, connections: Arc<Connections>, context: Arc<Context>) {
    loop {
        let accepted = std::future::poll_fn(|cx| {
            let socket = socket.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            socket.as_ref().map_or(Poll::Ready(None), |socket| socket.poll_accept(cx).map(Some))
        });
        match accepted.await {
            None => return,
            Some(Ok((stream, _))) => connections.take(stream, &context),
            // A connection that was gone before it was taken is nobody's loss; out of files is worth a pause.
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Some(Err(_)) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn look(gate: Arc<Gate>, connections: Weak<Connections>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        gate.look();
        let Some(connections) = connections.upgrade() else { return };
        connections.drop_stalled();
    }
}
