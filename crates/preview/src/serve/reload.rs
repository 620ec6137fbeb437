//! Tells pages that files changed: over a websocket, or to whoever asks again and again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::watch,
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    gate::page,
    site::{Body, whole},
};

/// Changes that are remembered for those who ask late; to anybody later everything has changed.
const REMEMBERED: usize = 64;
/// A change of more style sheets than this is a change of everything.
const MOST_SHEETS: usize = 100;
/// How long somebody who asks is kept waiting for a change.
const PATIENCE: Duration = Duration::from_secs(25);

/// What pages run that are told about changes; it holds nothing of the session's.
pub(super) const SCRIPT: &str = include_str!("reload.js");
/// Where they have it from.
pub(super) const SCRIPT_PATH: &str = "/.lectern/reload.js";

/// The pages of a preview that want to know about changes. Clones are the same one.
#[derive(Clone)]
pub struct Reload(Arc<Inner>);

struct Inner {
    log: Mutex<VecDeque<Change>>,
    /// How many changes there were.
    count: watch::Sender<u64>,
}

/// Style sheets that changed; `None` for anything else.
type Change = Option<Vec<String>>;

impl Default for Reload {
    fn default() -> Self {
        Self(Arc::new(Inner { log: Mutex::default(), count: watch::Sender::new(0) }))
    }
}

impl Reload {
    /// Nothing has changed yet, and nobody listens.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells every page at `/.lectern/reload` that these files changed, paths relative to the served folder, `/` between names:
    /// `{"css":[…]}` when all of them are style sheets, else `{"all":true}`; both with `"at"`, the number of the change from 1.
    pub fn changed(&self, paths: &[String]) {
        if paths.is_empty() {
            return;
        }
        let sheets = paths.len() <= MOST_SHEETS && paths.iter().all(|path| path.to_ascii_lowercase().ends_with(".css"));
        let mut log = self.log();
        log.push_back(sheets.then(|| paths.to_vec()));
        if log.len() > REMEMBERED {
            log.pop_front();
        }
        // While the log is held, so that a number always finds its change.
        self.0.count.send_modify(|count| *count += 1);
    }

    /// How many changes there were, and those after the first `after` as one message.
    fn since(&self, after: u64) -> (u64, Option<String>) {
        let log = self.log();
        let count = *self.0.count.borrow();
        if after == count {
            return (count, None);
        }
        let missed = usize::try_from(count.wrapping_sub(after)).unwrap_or(usize::MAX);
        let sheets: Option<Vec<&String>> = (missed <= log.len())
            .then(|| log.range(log.len() - missed..).map(Option::as_ref).collect::<Option<Vec<_>>>())
            .flatten()
            .map(|changes| changes.into_iter().flatten().collect());
        let message = match sheets {
            Some(mut sheets) => {
                sheets.sort_unstable();
                sheets.dedup();
                serde_json::json!({ "at": count, "css": sheets })
            }
            None => serde_json::json!({ "at": count, "all": true }),
        };
        (count, Some(message.to_string()))
    }

    fn log(&self) -> MutexGuard<'_, VecDeque<Change>> {
        self.0.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Answers a request below `/.lectern/` that isn't the exchange of a ticket. `may_wait` when it came with the endpoint's own cookie.
pub(super) async fn answer(reload: Option<&Reload>, request: Request<Incoming>, may_wait: bool) -> Response<Body> {
    let Some(reload) = reload else { return nothing() };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return page(StatusCode::METHOD_NOT_ALLOWED, "Not understood", "This address is only read.");
    }
    match request.uri().path() {
        SCRIPT_PATH => text(SCRIPT.to_owned(), "text/javascript; charset=utf-8"),
        "/.lectern/reload" if !may_wait => page(StatusCode::FORBIDDEN, "Refused", "Open the preview from Lectern again."),
        "/.lectern/reload" => {
            let after = request.uri().query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("after=")?.parse().ok()));
            if request.headers().contains_key(UPGRADE) { connect(reload, request, after) } else { wait(reload, after).await }
        }
        _ => nothing(),
    }
}

fn nothing() -> Response<Body> {
    page(StatusCode::NOT_FOUND, "Not here", "There is nothing at this address.")
}

fn text(text: String, kind: &'static str) -> Response<Body> {
    let mut answer = Response::new(whole(text));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The changes after the first `after`, at once or as soon as there is one.
async fn wait(reload: &Reload, after: Option<u64>) -> Response<Body> {
    let mut count = reload.0.count.subscribe();
    let after = after.unwrap_or_else(|| *count.borrow());
    let (mut at, mut message) = reload.since(after);
    if message.is_none() && after == at {
        // Timing out is an answer like any other: nothing changed.
        let _ = tokio::time::timeout(PATIENCE, count.wait_for(|count| *count != after)).await;
        (at, message) = reload.since(after);
    }
    text(message.unwrap_or_else(|| format!("{{\"at\":{at}}}")), "application/json")
}

/// Takes the connection over as a websocket on which only this side says anything.
fn connect(reload: &Reload, mut request: Request<Incoming>, after: Option<u64>) -> Response<Body> {
    const VERSION: HeaderName = HeaderName::from_static("sec-websocket-version");
    let accept = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let (Some(Ok(accept)), Some(true)) = (accept.map(HeaderValue::try_from), request.headers().get(VERSION).map(|version| version == "13"))
    else {
        return page(StatusCode::BAD_REQUEST, "Not understood", "This is not a websocket that a preview speaks.");
    };
    let reload = reload.clone();
    let mut count = reload.0.count.subscribe();
    let mut at = after.unwrap_or_else(|| *count.borrow());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let (mut reading, mut writing) = tokio::io::split(TokioIo::new(upgraded));
        let mut heard = [0; 64];
        loop {
            let (now, message) = reload.since(at);
            at = now;
            if let Some(message) = message {
                let sent = async {
                    writing.write_all(&frame(message.as_bytes())).await?;
                    writing.flush().await
                };
                if sent.await.is_err() {
                    return;
                }
            }
            tokio::select! {
                changed = count.changed() => if changed.is_err() { return },
                // Pages have nothing to say: what comes is a goodbye, or the end.
                _ = reading.read(&mut heard) => {
                    let _ = writing.write_all(GOODBYE).await;
                    let _ = writing.shutdown().await;
                    return;
                }
            }
        }
    });
    let mut answer = Response::new(Body::default());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    answer
}

/// A close frame without a reason.
const GOODBYE: &[u8] = &[0x88, 0];

/// A text frame of a server (RFC 6455, 5.2): whole, unmasked.
fn frame(text: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        length @ 0..126 => frame.push(u8::try_from(length).expect("below 126")),
        length @ 126..65536 => {
            frame.push(126);
            frame.extend_from_slice(&u16::try_from(length).expect("below 65536").to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(text);
    frame
}
