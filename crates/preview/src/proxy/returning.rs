//! What the browser gets of the dev server's answers.

use std::io;

use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Response, StatusCode, Version,
    body::{Body as _, Incoming},
    header::{self, HeaderName, HeaderValue},
};

use super::{fields, origins::Origins, outgoing};
use crate::site::Body;

/// Fields that would open the preview to others, or reach beyond it.
///
/// `Cross-Origin-Resource-Policy` is the gate's. `X-Frame-Options` can't name the preview window's page, in whose frames previews are shown, and would be
/// obeyed besides the gate's `frame-ancestors`, which says exactly who may frame them. `Clear-Site-Data` would sign out all previews and not only this
/// one, since cookies don't know ports; `Alt-Svc` and `Strict-Transport-Security` speak for ports that aren't the dev server's.
const OPENING: &[&str] = &[
    "alt-svc",
    "clear-site-data",
    "cross-origin-resource-policy",
    "public-key-pins",
    "strict-transport-security",
    "timing-allow-origin",
    "x-frame-options",
];

/// Refuses answers whose body could end in two places, or that switch to a protocol nobody asked for. The error is a sentence for people.
pub(super) fn check(answer: &Response<Incoming>, upgrade: bool) -> Result<(), String> {
    let headers = answer.headers();
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let websocket = headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
        return if upgrade && websocket { Ok(()) } else { Err("the answer switches to a protocol that wasn't asked for".into()) };
    }
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let Some(encoding) = encodings.next() else { return Ok(()) };
    if encodings.next().is_some() || !encoding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Err("the answer has a transfer encoding that isn't known".into());
    }
    if headers.contains_key(header::CONTENT_LENGTH) {
        return Err("the answer doesn't say plainly where its body ends".into());
    }
    Ok(())
}

/// The answer as the browser gets it, its body still on the way.
pub(super) fn rewrite(answer: Response<Incoming>, origins: &Origins) -> Response<Body> {
    let switched = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let (mut parts, body) = answer.into_parts();
    rewrite_fields(&mut parts.headers, origins);
    if switched {
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        parts.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    keep_one_length(&mut parts.headers);
    let mut returning = Response::new(if body.is_end_stream() {
        http_body_util::Empty::new().map_err(|never| match never {}).boxed_unsync()
    } else {
        body.map_frame(|frame| outgoing::without_deciding_trailers(frame, strip_opening)).map_err(io::Error::other).boxed_unsync()
    });
    *returning.status_mut() = parts.status;
    // Of an HTTP/1.0 answer too: it ends with its connection, ours goes on.
    *returning.version_mut() = Version::HTTP_11;
    *returning.headers_mut() = parts.headers;
    returning
}

fn rewrite_fields(headers: &mut HeaderMap, origins: &Origins) {
    fields::strip_hop_by_hop(headers);
    strip_opening(headers);
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        if let Some(value) = headers.get(&name).and_then(|value| origins.to_relative(value)) {
            headers.insert(name, value);
        }
    }
    rewrite_all(headers, &header::SET_COOKIE, own_host_cookie);
    rewrite_all(headers, &header::CONTENT_SECURITY_POLICY, without_frame_ancestors);
}

fn strip_opening(headers: &mut HeaderMap) {
    fields::remove_where(headers, |name| OPENING.contains(&name) || name.starts_with("access-control-"));
}

/// A length that hyper has found to be the only one, said once; it holds the body to it.
fn keep_one_length(headers: &mut HeaderMap) {
    if let Some(length) = headers.remove(header::CONTENT_LENGTH) {
        headers.insert(header::CONTENT_LENGTH, length);
    }
}

/// Puts each value of a field through the closure; what becomes `None` is removed.
fn rewrite_all(headers: &mut HeaderMap, name: &HeaderName, change: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    let changed: Vec<HeaderValue> =
        headers.get_all(name).iter().filter_map(|value| HeaderValue::from_bytes(&change(value.as_bytes())?).ok()).collect();
    headers.remove(name);
    for value in changed {
        headers.append(name, value);
    }
}

/// A cookie for the host that the browser asked, whatever the dev server believes its name to be; `None` for one that would replace Lectern's.
fn own_host_cookie(cookie: &[u8]) -> Option<Vec<u8>> {
    let mut parts = cookie.split(|byte| *byte == b';');
    let pair = parts.next().unwrap_or_default();
    if outgoing::is_ours(pair) {
        return None;
    }
    let mut kept = pair.to_vec();
    for attribute in parts {
        let name = attribute.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
        if !name.eq_ignore_ascii_case(b"domain") {
            kept.push(b';');
            kept.extend_from_slice(attribute);
        }
    }
    Some(kept)
}

/// A policy without the directive that the gate decides; `None` when nothing else was in it.
fn without_frame_ancestors(policies: &[u8]) -> Option<Vec<u8>> {
    let policies = policies.split(|byte| *byte == b',').filter_map(|policy| {
        let directives: Vec<&[u8]> = policy.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|text| !text.is_empty()).collect();
        let kept: Vec<&[u8]> = directives.into_iter().filter(|text| !is_frame_ancestors(text)).collect();
        (!kept.is_empty()).then(|| kept.join(&b"; "[..]))
    });
    let joined = policies.collect::<Vec<_>>().join(&b", "[..]);
    (!joined.is_empty()).then_some(joined)
}

fn is_frame_ancestors(directive: &[u8]) -> bool {
    let name = directive.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    name.eq_ignore_ascii_case(b"frame-ancestors")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Option<Vec<u8>>) -> Option<String> {
        bytes.map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn cookies_lose_their_domain_and_nothing_else() {
        for (cookie, expected) in [
            ("a=b; Domain=localhost; Path=/; HttpOnly", Some("a=b; Path=/; HttpOnly")),
            ("a=b;DOMAIN = localhost", Some("a=b")),
            ("a=domain=x; Secure", Some("a=domain=x; Secure")),
            ("a=b; Domain", Some("a=b")),
            ("lectern-0193=stolen; Path=/", None),
            (" Lectern-0193=stolen", None),
            ("=lectern-0193=stolen", None),
            ("lectern=theirs", Some("lectern=theirs")),
        ] {
            assert_eq!(text(own_host_cookie(cookie.as_bytes())).as_deref(), expected, "{cookie}");
        }
    }

    #[test]
    fn policies_lose_frame_ancestors_and_nothing_else() {
        for (policy, expected) in [
            ("frame-ancestors 'none'", None),
            ("default-src 'self'; Frame-Ancestors 'none'; img-src *", Some("default-src 'self'; img-src *")),
            ("frame-ancestors 'none', script-src 'self'", Some("script-src 'self'")),
            ("default-src frame-ancestors", Some("default-src frame-ancestors")),
            ("", None),
        ] {
            assert_eq!(text(without_frame_ancestors(policy.as_bytes())).as_deref(), expected, "{policy}");
        }
    }
}
