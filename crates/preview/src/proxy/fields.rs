//! Header fields that concern one connection only, or that nobody behind the gate may see.

use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};

/// Fields of one connection (RFC 9110 §7.6.1), and those that older software treats so. Framing is hyper's: it writes its own.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What proxies claim about who asks. The dev server is addressed by its own name, and a framework that believed `X-Forwarded-Host` more than
/// `Host` would hold the two against each other (Next's server actions do) or build links to it; so nothing is claimed at all.
const FORWARDED: &[&str] = &[
    "client-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-original-host",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// Fields that a `Connection` field must not take away: what is removed with them is what others rely on to decide.
const END_TO_END: &[&str] =
    &["authorization", "cache-control", "content-length", "content-type", "cookie", "expect", "host", "origin", "range", "referer"];

/// Whether a `Connection` field names fields that are none of its business, as attacks do to hide them from the next server.
pub(super) fn hides_end_to_end(headers: &HeaderMap) -> bool {
    named_by_connection(headers).iter().any(|name| END_TO_END.contains(&name.as_str()) || name.as_str().starts_with("sec-"))
}

/// Removes fields of one connection, those that `Connection` names included.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    for name in named_by_connection(headers) {
        headers.remove(name);
    }
    remove_where(headers, |name| HOP_BY_HOP.contains(&name));
}

/// Removes what a request claims about its way here.
pub(super) fn strip_forwarded(headers: &mut HeaderMap) {
    remove_where(headers, |name| FORWARDED.contains(&name) || name.starts_with("x-forwarded-"));
}

/// Removes the underscored twins of fields that decide something: WSGI, Rack and CGI can't tell `X_Forwarded_For` from `X-Forwarded-For`.
pub(super) fn strip_lookalikes(headers: &mut HeaderMap) {
    const DECIDING: &[&str] = &["content-length", "cookie", "expect", "host", "origin", "referer"];
    let lookalikes: Vec<HeaderName> = headers
        .keys()
        .filter(|name| {
            let twin = name.as_str().replace('_', "-");
            name.as_str().contains('_')
                && (DECIDING.contains(&twin.as_str())
                    || HOP_BY_HOP.contains(&twin.as_str())
                    || FORWARDED.contains(&twin.as_str())
                    || twin.starts_with("x-forwarded-")
                    || twin.starts_with("sec-"))
        })
        .cloned()
        .collect();
    for name in lookalikes {
        headers.remove(name);
    }
}

/// Removes fields whose lower-case name the closure picks.
pub(super) fn remove_where(headers: &mut HeaderMap, picks: impl Fn(&str) -> bool) {
    let picked: Vec<HeaderName> = headers.keys().filter(|name| picks(name.as_str())).cloned().collect();
    for name in picked {
        headers.remove(name);
    }
}

/// Whether a comma-separated list in any of the values holds the word, in any case.
pub(super) fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    headers.get_all(name).iter().any(|value| items(value).any(|item| item.eq_ignore_ascii_case(word.as_bytes())))
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    values.flat_map(items).filter_map(|item| HeaderName::from_bytes(item).ok()).collect()
}

fn items(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|item| !item.is_empty())
}
