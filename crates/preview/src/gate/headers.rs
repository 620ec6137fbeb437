//! The headers that every answer of a preview carries, and those that none may.

use hyper::{
    HeaderMap,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALT_SVC, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
        SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a site's own answer loses: what would let other origins read it, and what would change more of this address than one preview.
const NEVER: [HeaderName; 13] = [
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    HeaderName::from_static("access-control-allow-private-network"),
    HeaderName::from_static("timing-allow-origin"),
    HeaderName::from_static("clear-site-data"),
    HeaderName::from_static("service-worker-allowed"),
    STRICT_TRANSPORT_SECURITY,
    ALT_SVC,
    // Says the same as `frame-ancestors`, which is decided here.
    X_FRAME_OPTIONS,
];

/// Takes out of a site's answer what may not leave a preview.
pub(crate) fn strip(headers: &mut HeaderMap) {
    for name in NEVER {
        headers.remove(name);
    }
    if headers.get_all(SET_COOKIE).iter().any(is_ours) {
        let kept: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().filter(|value| !is_ours(value)).cloned().collect();
        headers.remove(SET_COOKIE);
        for value in kept {
            headers.append(SET_COOKIE, value);
        }
    }
    if headers.contains_key(CONTENT_SECURITY_POLICY) {
        let kept: Vec<HeaderValue> = headers.get_all(CONTENT_SECURITY_POLICY).iter().filter_map(without_frame_ancestors).collect();
        headers.remove(CONTENT_SECURITY_POLICY);
        for value in kept {
            headers.append(CONTENT_SECURITY_POLICY, value);
        }
    }
}

/// Gives an answer the headers that every one carries. `framing` is the policy that says who may frame it.
pub(crate) fn protect(headers: &mut HeaderMap, framing: &HeaderValue) {
    strip(headers);
    add(headers, framing);
}

/// As [`protect`] for answers that no site had a hand in.
pub(crate) fn add(headers: &mut HeaderMap, framing: &HeaderValue) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(CONTENT_SECURITY_POLICY, framing.clone());
    // Another preview gets this port one day: what a browser kept of this one belongs to this one's cookie.
    headers.append(VARY, HeaderValue::from_static("cookie"));
}

fn is_ours(cookie: &HeaderValue) -> bool {
    cookie.as_bytes().trim_ascii_start().starts_with(b"lectern-")
}

fn without_frame_ancestors(policy: &HeaderValue) -> Option<HeaderValue> {
    let Ok(text) = policy.to_str() else { return Some(policy.clone()) };
    let is_framing =
        |directive: &&str| directive.split_ascii_whitespace().next().is_some_and(|name| name.eq_ignore_ascii_case("frame-ancestors"));
    if !text.split([';', ',']).any(|directive| is_framing(&directive)) {
        return Some(policy.clone());
    }
    // One header may hold several policies, separated by commas, each of directives.
    let policies = text.split(',').map(|policy| policy.split(';').filter(|directive| !is_framing(directive)).collect::<Vec<_>>().join(";"));
    let rest: Vec<String> = policies.filter(|policy| !policy.trim().is_empty()).collect();
    if rest.is_empty() { None } else { HeaderValue::try_from(rest.join(",")).ok() }
}
