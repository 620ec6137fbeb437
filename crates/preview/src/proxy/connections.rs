//! Connections to the dev server: made, kept for a while, used again.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Empty};
use hyper::{
    Method, Request, Response,
    body::{Body as _, Incoming},
    client::conn::http1::{Builder, SendRequest},
};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;

use crate::site::Body;

/// Loopback answers at once or not at all; a full backlog is the only thing that makes it wait.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// A browser keeps six connections to an origin; more would never be idle at the same time for long.
const IDLE_MOST: usize = 6;

/// Node.js closes a connection after five idle seconds. A little less, so that it's rarely us who find out by a failure.
const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// Why the dev server gave no answer.
#[derive(Debug, Error)]
pub(super) enum SendError {
    /// Nothing accepts connections there.
    #[error("the connection was refused: {0}")]
    Connect(io::Error),
    /// Something is there and doesn't accept.
    #[error("the connection wasn't accepted in time")]
    ConnectTimeout,
    /// The target is another computer, which a preview never talks to.
    #[error("the target isn't on this computer")]
    NotLoopback,
    /// The connection was made, and what came back is no answer.
    #[error("{0}")]
    Answer(hyper::Error),
}

/// The connections to one target. Dropping it closes those that are idle.
pub(super) struct Connections {
    target: SocketAddr,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    sender: SendRequest<Body>,
    since: Instant,
}

impl Connections {
    pub fn new(target: SocketAddr) -> Self {
        Self { target, idle: Mutex::default() }
    }

    pub fn target(&self) -> SocketAddr {
        self.target
    }

    /// Sends a request and waits for the head of its answer, without a time limit once connected.
    ///
    /// A kept connection may be closed by the other side just as it's used, and then nobody knows whether the request was acted upon. Hence only
    /// requests that are safe and have no body travel on a kept one, and are sent once more on a new one; all others get a new one at once.
    pub async fn send(self: &Arc<Self>, request: Request<Body>) -> Result<Response<Incoming>, SendError> {
        let may_repeat = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
            && request.body().is_end_stream()
            && !request.headers().contains_key(hyper::header::UPGRADE);
        if may_repeat && let Some(mut kept) = self.take() {
            match kept.try_send_request(without_body(&request)).await {
                Ok(answer) => {
                    self.keep_when_done(kept);
                    return Ok(answer);
                }
                Err(failed) if failed.error().is_parse() => return Err(SendError::Answer(failed.into_error())),
                Err(_) => {}
            }
        }
        let mut sender = self.connect().await?;
        let answer = sender.send_request(request).await.map_err(SendError::Answer)?;
        self.keep_when_done(sender);
        Ok(answer)
    }

    async fn connect(&self) -> Result<SendRequest<Body>, SendError> {
        if !self.target.ip().is_loopback() {
            return Err(SendError::NotLoopback);
        }
        let stream = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(self.target))
            .await
            .map_err(|_| SendError::ConnectTimeout)?
            .map_err(SendError::Connect)?;
        // An update over a websocket is a small write; Nagle's algorithm would hold it back.
        stream.set_nodelay(true).map_err(SendError::Connect)?;
        let (sender, connection) = Builder::new().handshake(TokioIo::new(stream)).await.map_err(SendError::Answer)?;
        tokio::spawn(connection.with_upgrades());
        Ok(sender)
    }

    /// The connection that was used last, among those that seem to be open still.
    fn take(&self) -> Option<SendRequest<Body>> {
        let mut idle = self.idle();
        idle.retain(Idle::is_usable);
        idle.pop().map(|kept| kept.sender)
    }

    /// Keeps a connection from the moment the body of its answer has been read to the end.
    fn keep_when_done(self: &Arc<Self>, mut sender: SendRequest<Body>) {
        let connections: Weak<Self> = Arc::downgrade(self);
        tokio::spawn(async move {
            if sender.ready().await.is_err() {
                return;
            }
            if let Some(connections) = connections.upgrade() {
                let mut idle = connections.idle();
                idle.retain(Idle::is_usable);
                if idle.len() < IDLE_MOST {
                    idle.push(Idle { sender, since: Instant::now() });
                }
            }
        });
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn is_usable(&self) -> bool {
        self.sender.is_ready() && self.since.elapsed() < IDLE_LIMIT
    }
}

fn without_body(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}
