//! One connection: how long it may wait, how many there are, and what becomes of each request on it.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::Shutdown,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context as Waker, Poll},
};

use bytes::Bytes;
use hyper::{
    Request, Response, StatusCode,
    body::{Body as _, Frame, Incoming, SizeHint},
    header::HeaderValue,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    task::AbortHandle,
};

use super::Reload;
use crate::{
    gate::{Admitted, Closes, Gate, OWN_PATHS, Refusal, add_headers, protect, refusal_page},
    site::{Body, Site},
};

/// Connections at once, of all browsers together; further ones are closed as they come.
const MOST_CONNECTIONS: usize = 512;
/// Request line and headers together, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
/// A connection without a whole request on it, new or between two, is given up after so many looks: a minute.
const IDLE_LOOKS: u64 = 120;
/// A browser that takes nothing of what is sent to it is given up after so many looks: a minute.
const STUCK_LOOKS: u64 = 120;

/// What every connection of a listener shares.
pub(super) struct Context {
    host: String,
    gate: Arc<Gate>,
    site: Arc<dyn Site>,
    reload: Option<Reload>,
    framing: HeaderValue,
}

/// A request of a browser outside Lectern, whose pages should reload themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct InBrowser;

impl Context {
    pub fn new(port: u16, gate: Arc<Gate>, site: Arc<dyn Site>, reload: Option<Reload>, framing: HeaderValue) -> Self {
        Self { host: format!("127.0.0.1:{port}"), gate, site, reload, framing }
    }

    async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        let admitted = match self.gate.admit(&mut request, &self.host) {
            Ok(admitted) => admitted,
            Err(refusal) => return self.own(self.refuse(refusal, &request)),
        };
        match admitted {
            Admitted::Entry { from_elsewhere, known } => {
                let prefetched = ["sec-purpose", "purpose"].iter().any(|name| request.headers().contains_key(*name));
                self.own(self.gate.enter(request.uri().query().unwrap_or_default(), from_elsewhere, known, prefetched))
            }
            Admitted::Known { may_wait, in_browser } => {
                if request.uri().path().starts_with(OWN_PATHS) {
                    return self.own(super::reload::answer(self.reload.as_ref(), request, may_wait).await);
                }
                if in_browser && self.reload.is_some() {
                    request.extensions_mut().insert(InBrowser);
                }
                let mut answer = Arc::clone(&self.site).answer(request).await;
                protect(answer.headers_mut(), &self.framing);
                answer
            }
        }
    }

    fn refuse(&self, refusal: Refusal, request: &Request<Incoming>) -> Response<Body> {
        let mut answer = refusal_page(refusal);
        // A body that nobody will read must not be taken for the next request.
        if refusal == Refusal::Malformed || !request.body().is_end_stream() {
            answer.headers_mut().insert(hyper::header::CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    fn own(&self, mut answer: Response<Body>) -> Response<Body> {
        add_headers(answer.headers_mut(), &self.framing);
        answer
    }
}

/// The open connections of a listener.
#[derive(Default)]
pub(super) struct Connections {
    open: Mutex<HashMap<u64, Open>>,
    last: AtomicU64,
    /// How often somebody looked for stalled ones: the time that counts here, in steps of half a second.
    looks: AtomicU64,
    stopped: AtomicBool,
}

struct Open {
    /// A second handle of the socket: shutting it down ends the connection whoever holds it by now.
    socket: std::net::TcpStream,
    serving: Option<AbortHandle>,
    activity: Arc<Activity>,
}

/// What a connection waits for, as the number of the look at which it began; [`NOTHING`] when it doesn't.
struct Activity {
    /// A request.
    request: AtomicU64,
    /// That the browser takes what is sent.
    room: AtomicU64,
}

const NOTHING: u64 = u64::MAX;

impl Connections {
    /// Serves `stream` until it ends or is dropped.
    pub fn take(self: &Arc<Self>, stream: TcpStream, context: &Arc<Context>) {
        if lock(&self.open).len() >= MOST_CONNECTIONS {
            return;
        }
        let Ok((stream, socket)) = in_two(stream) else { return };
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let activity = Arc::new(Activity { request: AtomicU64::new(self.looks.load(Ordering::Relaxed)), room: AtomicU64::new(NOTHING) });
        lock(&self.open).insert(id, Open { socket, serving: None, activity: Arc::clone(&activity) });
        let stream = Stream { stream, id, connections: Arc::clone(self), activity: Arc::clone(&activity) };
        let serving = tokio::spawn(serve(stream, activity, Arc::clone(self), Arc::clone(context))).abort_handle();
        if let Some(open) = lock(&self.open).get_mut(&id) {
            open.serving = Some(serving);
        }
        // Stopping may have gone through the list between the two steps above.
        if self.stopped.load(Ordering::SeqCst) {
            self.close_all();
        }
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.close_all();
    }

    /// Drops connections that have waited for the other side for many looks; this is one.
    pub fn drop_stalled(&self) {
        let now = self.looks.fetch_add(1, Ordering::Relaxed) + 1;
        let too_long = |since: &AtomicU64, most| {
            let since = since.load(Ordering::Relaxed);
            since != NOTHING && now.saturating_sub(since) > most
        };
        for open in lock(&self.open).values() {
            if too_long(&open.activity.request, IDLE_LOOKS) || too_long(&open.activity.room, STUCK_LOOKS) {
                open.drop_now();
            }
        }
    }
}

impl Closes for Connections {
    fn close_all(&self) {
        lock(&self.open).values().for_each(Open::drop_now);
    }
}

impl Open {
    fn drop_now(&self) {
        // Whoever reads or writes it sees its end; it may have ended before.
        let _ = self.socket.shutdown(Shutdown::Both);
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

/// The same socket twice.
fn in_two(stream: TcpStream) -> io::Result<(TcpStream, std::net::TcpStream)> {
    let stream = stream.into_std()?;
    stream.set_nodelay(true)?;
    let other = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, other))
}

async fn serve(stream: Stream, activity: Arc<Activity>, connections: Arc<Connections>, context: Arc<Context>) {
    let service = service_fn(|request: Request<Incoming>| {
        let context = Arc::clone(&context);
        let mut answering = Answering { activity: Arc::clone(&activity), connections: Arc::clone(&connections), upgraded: false };
        activity.request.store(NOTHING, Ordering::Relaxed);
        async move {
            let answer = context.answer(request).await;
            answering.upgraded = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
            Ok::<_, Infallible>(answer.map(|body| Sending { body, _answering: answering }))
        }
    });
    let served = http1::Builder::new()
        .max_headers(MOST_HEADERS)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A browser that leaves, or says what is no request, ends its connection; there is nobody to tell.
    let _ = served.await;
}

/// A request that is being answered; when the answer is sent, or given up, its connection waits for the next.
struct Answering {
    /// Then no request follows, and silence is nobody's fault.
    upgraded: bool,
    activity: Arc<Activity>,
    connections: Arc<Connections>,
}

impl Drop for Answering {
    fn drop(&mut self) {
        if self.upgraded {
            return;
        }
        self.activity.request.store(self.connections.looks.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A body on its way.
struct Sending {
    body: Body,
    _answering: Answering,
}

impl hyper::body::Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Waker<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection's socket: it notes when the other side takes nothing, and leaves the list when it goes, whoever holds it then.
struct Stream {
    stream: TcpStream,
    id: u64,
    connections: Arc<Connections>,
    activity: Arc<Activity>,
}

impl Stream {
    fn noted<T>(&self, polled: Poll<T>) -> Poll<T> {
        if polled.is_ready() {
            self.activity.room.store(NOTHING, Ordering::Relaxed);
        } else if self.activity.room.load(Ordering::Relaxed) == NOTHING {
            self.activity.room.store(self.connections.looks.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        polled
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        lock(&self.connections.open).remove(&self.id);
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Waker<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Waker<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noted(polled)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Waker<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.noted(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Waker<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Waker<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
