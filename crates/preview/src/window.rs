//! The page of a preview's window: its frames and what is around them.
//!
//! The page has a listener and an origin of its own and no way to Lectern's commands. What happens in its frames it is told by a script that
//! the window runs in every document ([`frame_script`]), so that what is served stays as it is.

mod scripts;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;

use crate::site::{Answer, Body, Site};

pub use scripts::{frame_script, page_script};

const HTML: &str = include_str!("window/page.html");
const HTML_TYPE: &str = "text/html; charset=utf-8";
const CSS_TYPE: &str = "text/css; charset=utf-8";
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const FONT_TYPE: &str = "font/woff2";
const JSON_TYPE: &str = "application/json";
/// Where the page's data goes in its HTML.
const DATA_MARK: &str = "__FRAMES__";

/// What the page is made of, by path. None of it is secret, none depends on the preview.
const PARTS: &[(&str, &str, &[u8])] = &[
    ("/page.css", CSS_TYPE, include_bytes!("window/page.css")),
    ("/page.js", SCRIPT_TYPE, include_bytes!("window/page.js")),
    ("/frame.js", SCRIPT_TYPE, include_bytes!("window/frame.js")),
    ("/layout.js", SCRIPT_TYPE, include_bytes!("window/layout.js")),
    ("/console.js", SCRIPT_TYPE, include_bytes!("window/console.js")),
    ("/inter.woff2", FONT_TYPE, include_bytes!("window/inter.woff2")),
    ("/jetbrains-mono.woff2", FONT_TYPE, include_bytes!("window/jetbrains-mono.woff2")),
];

/// A preview that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// "Working copy", "Snapshot of v41".
    pub title: String,
    /// As `http://127.0.0.1:41700`.
    pub origin: String,
    /// Where the frame begins, with a ticket, as `/.lectern/open?ticket=…&to=/`. It is gone to once; later the cookie is there.
    pub link_path: String,
}

/// How the session behind a frame is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameState {
    /// "Static snapshot", "Dev server".
    pub note: String,
    /// Whether it answers still.
    pub running: bool,
    /// Milliseconds until it ends by itself, by the sessions' own clock; negative when that is past.
    pub left_ms: i64,
    /// Whether its listener tells of changes at `/.lectern/reload`.
    pub reloads: bool,
    /// Of one that is over: why, in one sentence.
    pub ended: Option<String>,
}

/// Asked by the page every other second: one state a frame, in their order.
pub type FrameStates = Arc<dyn Fn() -> Vec<FrameState> + Send + Sync>;

/// The page around one preview, or around two beside each other.
pub struct Page {
    html: Bytes,
    /// Of its frames, one after the other with a comma between.
    origins: String,
    policy: HeaderValue,
    states: FrameStates,
}

impl Page {
    /// A page with these frames, of which it believes that they run until it is told otherwise.
    pub fn new(frames: Vec<Frame>) -> Self {
        let count = frames.len();
        let running = FrameState { note: String::new(), running: true, left_ms: i64::MAX, reloads: false, ended: None };
        let origins = frames.iter().map(|frame| frame.origin.as_str()).collect::<Vec<_>>().join(",");
        Self { html: html(&frames), origins, policy: policy(&frames), states: Arc::new(move || vec![running.clone(); count]) }
    }

    /// Lets the page know how the sessions behind its frames are.
    #[must_use]
    pub fn with_states(self, states: FrameStates) -> Self {
        Self { states, ..self }
    }

    /// `asked` is the query: a window names the origins of its frames, for its page may have become another one's since.
    fn respond(&self, method: &Method, path: &str, asked: Option<&str>) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            let mut refused = response(StatusCode::METHOD_NOT_ALLOWED, HTML_TYPE, Bytes::new());
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        let mut found = match path {
            "/" => response(StatusCode::OK, HTML_TYPE, self.html.clone()),
            "/state" if asked.is_some_and(|asked| asked != self.origins) => response(StatusCode::GONE, JSON_TYPE, Bytes::new()),
            "/state" => {
                let states: Vec<_> = (self.states)().into_iter().map(Shown::from).collect();
                let json = serde_json::to_vec(&states).expect("plain data becomes JSON");
                response(StatusCode::OK, JSON_TYPE, Bytes::from(json))
            }
            _ => match PARTS.iter().find(|(name, _, _)| *name == path) {
                Some((_, kind, bytes)) => response(StatusCode::OK, kind, Bytes::from_static(bytes)),
                None => response(StatusCode::NOT_FOUND, HTML_TYPE, Bytes::new()),
            },
        };
        found.headers_mut().insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        found
    }
}

impl Site for Page {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let response = self.respond(request.method(), request.uri().path(), request.uri().query());
        Box::pin(std::future::ready(response))
    }
}

/// A state as the page reads it: its numbers are doubles.
#[derive(Serialize)]
struct Shown {
    note: String,
    running: bool,
    /// None for one without an end that is worth showing.
    seconds_left: Option<i64>,
    reloads: bool,
    ended: Option<String>,
}

impl From<FrameState> for Shown {
    fn from(state: FrameState) -> Self {
        let seconds_left = (state.left_ms != i64::MAX).then(|| state.left_ms.div_euclid(1000).max(0));
        Self { note: state.note, running: state.running, seconds_left, reloads: state.reloads, ended: state.ended }
    }
}

fn html(frames: &[Frame]) -> Bytes {
    let json = serde_json::to_string(frames).expect("plain data becomes JSON");
    // Within a script element no text may look like the element's end.
    Bytes::from(HTML.replace(DATA_MARK, &json.replace('<', "\\u003c")))
}

/// What the page may do: run its own scripts, ask its own origin, show its frames.
fn policy(frames: &[Frame]) -> HeaderValue {
    let origins: Vec<_> = frames.iter().map(|frame| frame.origin.as_str()).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self' {}; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        origins.join(" ")
    );
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

fn response(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(body).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;
