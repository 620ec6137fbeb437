//! Judges a request: its target, `Host`, where it comes from, and its cookie. Whatever is missing, double or unknown counts against it.

use hyper::{
    HeaderMap, Method, Request, Uri, Version,
    header::{CONNECTION, COOKIE, HOST, HeaderName, HeaderValue, ORIGIN, UPGRADE},
};

use super::{ENTRY, Gate, matches};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");

/// Begins the name of every cookie of Lectern's. Cookies ignore ports, so a browser sends those of all previews to each of them.
const OWN_COOKIES: &[u8] = b"lectern-";

/// Why a request doesn't get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not a request that a browser sends to a server.
    Malformed,
    /// CONNECT, TRACE, or a method nobody knows.
    Method,
    /// For another name than this one.
    Host,
    /// From a page of somewhere else, or from nobody knows where.
    Foreign,
    /// A script that would outlive the preview.
    ServiceWorker,
    /// Without the session's cookie.
    Unknown,
    /// The preview is over.
    Over,
}

/// What a request that passed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// The exchange of a ticket, whoever asks. `from_elsewhere` when a page of another site led here.
    Entry { from_elsewhere: bool, known: bool },
    /// A request with the session's cookie.
    Known {
        /// With the cookie of the reload endpoint.
        may_wait: bool,
        /// From a browser outside Lectern.
        in_browser: bool,
    },
}

/// Which cookies came along.
#[derive(Default)]
struct Cookies {
    session: bool,
    reload: bool,
    browser: bool,
}

impl Gate {
    /// Judges `request`, which came to `host` (`127.0.0.1:<port>`). When it passes, it has lost every cookie of Lectern's, and its target is a path.
    pub(crate) fn admit<B>(&self, request: &mut Request<B>, host: &str) -> Result<Admitted, Refusal> {
        let target_is_whole = check_target(request, host)?;
        let upgrade = check_method(request)?;
        // Before anything is told about this preview, even that it is over.
        if single(request.headers(), &HOST)?.is_none_or(|value| value.as_bytes() != host.as_bytes()) {
            return Err(Refusal::Host);
        }
        if !self.is_open() {
            return Err(Refusal::Over);
        }
        let headers = request.headers();
        let site = single(headers, &SEC_FETCH_SITE)?.map(HeaderValue::as_bytes);
        let mode = single(headers, &SEC_FETCH_MODE)?.map(HeaderValue::as_bytes);
        let safe = matches!(*request.method(), Method::GET | Method::HEAD);
        let navigates = safe && !upgrade && mode == Some(b"navigate");
        let mut from_elsewhere = false;
        match site {
            None | Some(b"same-origin" | b"none") => {}
            // Another port of this address is the same site to a browser, which sends our cookie along: frames and links may, nothing else.
            Some(b"same-site") if navigates => {}
            Some(b"cross-site") if navigates => from_elsewhere = true,
            Some(_) => return Err(Refusal::Foreign),
        }
        let own_null = check_origin(headers, host, upgrade, safe, site, mode)?;
        if headers.contains_key(SERVICE_WORKER) || headers.get(SEC_FETCH_DEST).is_some_and(|dest| dest == "serviceworker") {
            return Err(Refusal::ServiceWorker);
        }
        let entry = request.uri().path() == ENTRY && *request.method() == Method::GET && !upgrade;
        let cookies = self.take_cookies(request.headers_mut());
        if own_null {
            // The browser has vouched for it; a server behind may ask for the origin by name.
            let own = HeaderValue::try_from(format!("http://{host}")).map_err(|_| Refusal::Malformed)?;
            request.headers_mut().insert(ORIGIN, own);
        }
        if target_is_whole {
            let path = request.uri().path_and_query().cloned().ok_or(Refusal::Malformed)?;
            *request.uri_mut() = Uri::from(path);
        }
        if entry {
            return Ok(Admitted::Entry { from_elsewhere, known: cookies.session });
        }
        if from_elsewhere || !cookies.session {
            return Err(Refusal::Unknown);
        }
        Ok(Admitted::Known { may_wait: cookies.reload, in_browser: cookies.browser })
    }

    /// Takes every cookie of Lectern's out and says which of this session's were right.
    fn take_cookies(&self, headers: &mut HeaderMap) -> Cookies {
        let mut found = Cookies::default();
        let (mut ours, mut others) = (false, Vec::new());
        for header in headers.get_all(COOKIE) {
            for pair in header.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_at(pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len()));
                let value = value.get(1..).unwrap_or_default();
                if !name.trim_ascii_end().starts_with(OWN_COOKIES) {
                    if !others.is_empty() {
                        others.extend_from_slice(b"; ");
                    }
                    others.extend_from_slice(pair);
                    continue;
                }
                ours = true;
                // A server on another port can set a cookie of the same name; it can't take the right one's place.
                found.session |= name == self.cookie.as_bytes() && matches(value, &self.secret_hash);
                found.reload |= name == self.reload_cookie.as_bytes() && matches(value, &self.reload_key_hash);
                found.browser |= name == self.browser_cookie.as_bytes();
            }
        }
        if ours {
            headers.remove(COOKIE);
            if let (false, Ok(rest)) = (others.is_empty(), HeaderValue::from_bytes(&others)) {
                headers.insert(COOKIE, rest);
            }
        }
        found
    }
}

/// Whether the target is a whole address that has to be cut down to its path.
fn check_target<B>(request: &Request<B>, host: &str) -> Result<bool, Refusal> {
    let uri = request.uri();
    if !uri.path().starts_with('/') {
        return Err(if *request.method() == Method::CONNECT { Refusal::Method } else { Refusal::Malformed });
    }
    match (uri.scheme_str(), uri.authority()) {
        (None, None) => Ok(false),
        (Some("http"), Some(authority)) if authority.as_str() == host => Ok(true),
        _ => Err(Refusal::Host),
    }
}

/// Whether it asks for a websocket.
fn check_method<B>(request: &Request<B>) -> Result<bool, Refusal> {
    let method = request.method();
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if !known.contains(method) {
        return Err(Refusal::Method);
    }
    let headers = request.headers();
    let upgrade = single(headers, &UPGRADE)?;
    let connection_upgrades = headers
        .get_all(CONNECTION)
        .iter()
        .any(|value| value.as_bytes().split(|byte| *byte == b',').any(|token| token.trim_ascii().eq_ignore_ascii_case(b"upgrade")));
    let Some(protocol) = upgrade else {
        return if connection_upgrades { Err(Refusal::Malformed) } else { Ok(false) };
    };
    let websocket = protocol.as_bytes().eq_ignore_ascii_case(b"websocket")
        && connection_upgrades
        && *method == Method::GET
        && request.version() == Version::HTTP_11;
    if websocket { Ok(true) } else { Err(Refusal::Malformed) }
}

/// Refuses every origin but this one. Gives whether it was `null` where a browser says so about a form of our own page, because of
/// `Referrer-Policy: no-referrer`; only the browser can write the headers that tell.
fn check_origin(
    headers: &HeaderMap,
    host: &str,
    upgrade: bool,
    safe: bool,
    site: Option<&[u8]>,
    mode: Option<&[u8]>,
) -> Result<bool, Refusal> {
    let Some(origin) = single(headers, &ORIGIN)? else {
        return if upgrade || !safe { Err(Refusal::Foreign) } else { Ok(false) };
    };
    if origin.as_bytes().strip_prefix(b"http://") == Some(host.as_bytes()) {
        // A websocket that a browser calls anything but same-origin isn't ours, whatever it calls its origin.
        return if upgrade && site.is_some_and(|site| site != b"same-origin") { Err(Refusal::Foreign) } else { Ok(false) };
    }
    let own_form = !upgrade && !safe && origin == "null" && site == Some(b"same-origin") && mode == Some(b"navigate");
    if own_form { Ok(true) } else { Err(Refusal::Foreign) }
}

/// The value of a header that may be there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(Refusal::Malformed) } else { Ok(first) }
}
