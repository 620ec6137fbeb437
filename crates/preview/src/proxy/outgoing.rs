//! What the dev server is asked: which requests go to it, and how they read there.

use std::io;

use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Method, Request, StatusCode, Uri, Version,
    body::{Body as _, Frame, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use thiserror::Error;

use super::{fields, origins::Origins};
use crate::site::Body;

/// Cookies of Lectern's begin with this. Browsers send every preview the cookies of all others, for they don't look at ports.
pub(super) const OUR_COOKIES: &[u8] = b"lectern-";

/// Why a request goes no further.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A tunnel to anywhere, or an echo of what scripts must not read.
    #[error("This method isn't forwarded.")]
    Method,
    /// How long the body is could be read in more than one way.
    #[error("The request doesn't say plainly where its body ends.")]
    Framing,
    /// `Connection` names fields that the dev server has to see.
    #[error("The request hides header fields from the dev server.")]
    HiddenFields,
    /// Something other than `100-continue` is expected.
    #[error("The request expects something unknown.")]
    Expectation,
    /// The request target is neither a path nor an address of this preview.
    #[error("The request's address isn't a path.")]
    Target,
    /// A websocket that a page of another origin asks for.
    #[error("The request comes from another origin.")]
    ForeignOrigin,
}

impl Refusal {
    /// The status that says it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Framing | Self::HiddenFields | Self::Target => StatusCode::BAD_REQUEST,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
        }
    }
}

/// Refuses what the next server might read in another way than this one.
pub(super) fn check<B>(request: &Request<B>) -> Result<(), Refusal> {
    let headers = request.headers();
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) || request.method().as_str().eq_ignore_ascii_case("TRACK") {
        return Err(Refusal::Method);
    }
    let path = request.uri().path();
    let asks_the_server_itself = path == "*" && request.method() == Method::OPTIONS;
    if !path.starts_with('/') && !asks_the_server_itself {
        return Err(Refusal::Target);
    }
    let lengths: Vec<_> = headers.get_all(header::CONTENT_LENGTH).iter().collect();
    let encodings: Vec<_> = headers.get_all(header::TRANSFER_ENCODING).iter().collect();
    let digits_only = |value: &&HeaderValue| !value.is_empty() && value.as_bytes().iter().all(u8::is_ascii_digit);
    let framing_is_plain = match (&lengths[..], &encodings[..]) {
        ([], []) => true,
        ([length], []) => digits_only(length),
        ([], [encoding]) => request.version() == Version::HTTP_11 && encoding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        _ => false,
    };
    if !framing_is_plain {
        return Err(Refusal::Framing);
    }
    if fields::hides_end_to_end(headers) {
        return Err(Refusal::HiddenFields);
    }
    if headers.get_all(header::EXPECT).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Err(Refusal::Expectation);
    }
    Ok(())
}

/// Whether a request asks for a websocket. No other upgrade is passed on: one to HTTP/2 would carry requests that nobody checks.
pub(super) fn is_websocket<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && fields::lists(request.headers(), &header::CONNECTION, "upgrade")
        && request.headers().get_all(header::UPGRADE).iter().count() == 1
        && fields::lists(request.headers(), &header::UPGRADE, "websocket")
        && request.headers().get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && !request.headers().contains_key(header::TRANSFER_ENCODING)
        && request.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length.as_bytes() == b"0")
}

/// The request as the dev server gets it.
pub(super) fn rewrite(request: Request<Incoming>, origins: &Origins, upgrade: bool) -> Request<Body> {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    let takes_trailers = fields::lists(&headers, &header::TE, "trailers");
    let is_chunked = headers.contains_key(header::TRANSFER_ENCODING);
    rewrite_fields(&mut headers, origins);
    if is_chunked {
        // Said again, because hyper sends no body of unknown length with GET on its own account.
        headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    if takes_trailers && !upgrade {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("TE"));
    }
    if upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    let body = if body.is_end_stream() {
        http_body_util::Empty::new().map_err(|never| match never {}).boxed_unsync()
    } else {
        body.map_frame(|frame| without_deciding_trailers(frame, |_| {})).map_err(io::Error::other).boxed_unsync()
    };
    let mut outgoing = Request::new(body);
    *outgoing.method_mut() = parts.method;
    *outgoing.uri_mut() = path_only(&parts.uri);
    *outgoing.headers_mut() = headers;
    outgoing
}

fn rewrite_fields(headers: &mut HeaderMap, origins: &Origins) {
    fields::strip_hop_by_hop(headers);
    fields::strip_forwarded(headers);
    fields::strip_lookalikes(headers);
    // hyper has asked for the body with `100 Continue` itself; asking twice would only delay it.
    headers.remove(header::EXPECT);
    if let Ok(host) = HeaderValue::from_str(origins.authority()) {
        headers.insert(header::HOST, host);
    }
    for name in [header::ORIGIN, header::REFERER] {
        if let Some(value) = headers.get(&name).and_then(|value| origins.to_target(value)) {
            headers.insert(name, value);
        }
    }
    keep_their_cookies(headers);
}

/// Leaves the cookies of the page alone and takes out all of Lectern's: this session's (which the gate has removed) and other sessions'.
fn keep_their_cookies(headers: &mut HeaderMap) {
    let cookies = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let theirs: Vec<&[u8]> = cookies.map(<[u8]>::trim_ascii).filter(|cookie| !cookie.is_empty() && !is_ours(cookie)).collect();
    let joined = HeaderValue::from_bytes(&theirs.join(&b"; "[..]));
    headers.remove(header::COOKIE);
    if let Ok(cookies) = joined
        && !cookies.is_empty()
    {
        headers.insert(header::COOKIE, cookies);
    }
}

/// Whether a cookie is, or could be taken for, one of Lectern's. One without a name is sent back as its bare value.
pub(super) fn is_ours(cookie: &[u8]) -> bool {
    let start = cookie.iter().position(|byte| *byte != b'=' && !byte.is_ascii_whitespace()).unwrap_or(cookie.len());
    cookie[start..].get(..OUR_COOKIES.len()).is_some_and(|start| start.eq_ignore_ascii_case(OUR_COOKIES))
}

/// Trailers without fields that would have been rewritten or removed in the header section.
pub(super) fn without_deciding_trailers<D>(mut frame: Frame<D>, further: impl Fn(&mut HeaderMap)) -> Frame<D> {
    const DECIDING: &[HeaderName] =
        &[header::COOKIE, header::SET_COOKIE, header::HOST, header::ORIGIN, header::CONTENT_LENGTH, header::LOCATION, header::TRAILER];
    if let Some(trailers) = frame.trailers_mut() {
        fields::strip_hop_by_hop(trailers);
        fields::strip_forwarded(trailers);
        fields::strip_lookalikes(trailers);
        for name in DECIDING {
            trailers.remove(name);
        }
        further(trailers);
    }
    frame
}

/// The request target in origin form; an address loses scheme and host, which the gate has compared with `Host`.
fn path_only(uri: &Uri) -> Uri {
    let mut parts = hyper::http::uri::Parts::default();
    parts.path_and_query = uri.path_and_query().cloned();
    Uri::from_parts(parts).unwrap_or_default()
}
