//! The preview's origin and the dev server's, and turning the one into the other.

use std::net::SocketAddr;

use hyper::header::HeaderValue;

/// The two names of one page: as the browser knows it, and as the dev server does.
pub(super) struct Origins {
    /// `http://127.0.0.1:41700`; absent where the request named no host.
    preview: Option<String>,
    /// The dev server's `Host`.
    authority: String,
    port: u16,
}

impl Origins {
    /// From the `Host` of a request, which the gate has found to be the preview's own.
    ///
    /// The dev server is called `localhost` whatever address it listens on: every framework that checks hosts allows that name.
    pub fn new(host: Option<&HeaderValue>, target: SocketAddr) -> Self {
        let preview = host.and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}"));
        Self { preview, authority: format!("localhost:{}", target.port()), port: target.port() }
    }

    /// The `Host` that the dev server is asked by.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether an `Origin` is the preview's, or there is none.
    pub fn is_own_or_absent(&self, origin: Option<&HeaderValue>) -> bool {
        origin.is_none_or(|origin| self.preview.as_ref().is_some_and(|own| origin.as_bytes() == own.as_bytes()))
    }

    /// An `Origin` or `Referer` of the preview as the dev server's; `None` where it's another's and stays as it is.
    pub fn to_target(&self, value: &HeaderValue) -> Option<HeaderValue> {
        let rest = value.as_bytes().strip_prefix(self.preview.as_ref()?.as_bytes())?;
        if !matches!(rest.first(), None | Some(b'/' | b'?' | b'#')) {
            return None;
        }
        HeaderValue::from_bytes(&[b"http://", self.authority.as_bytes(), rest].concat()).ok()
    }

    /// An address that names the dev server itself, as one relative to the preview's root; `None` where it's another's, or relative already.
    pub fn to_relative(&self, value: &HeaderValue) -> Option<HeaderValue> {
        let address = value.as_bytes();
        let rest = without_scheme(address)?;
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if !self.is_target(authority) {
            return None;
        }
        // `//other/` and `/\other/` would leave the preview again; with a dot in front they are paths.
        let front: &[u8] = match path {
            [b'/', b'/' | b'\\', ..] => b"/.",
            [b'\\', ..] => b"/.",
            [b'/', ..] => b"",
            _ => b"/",
        };
        HeaderValue::from_bytes(&[front, path].concat()).ok()
    }

    fn is_target(&self, authority: &[u8]) -> bool {
        let Ok(authority) = std::str::from_utf8(authority) else { return false };
        let Some((host, port)) = authority.rsplit_once(':') else { return false };
        let names_loopback = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"].iter().any(|name| host.eq_ignore_ascii_case(name));
        names_loopback && port.parse() == Ok(self.port)
    }
}

/// What follows `http://`, `https://` or `//`.
fn without_scheme(address: &[u8]) -> Option<&[u8]> {
    let schemes: [&[u8]; 3] = [b"http://", b"https://", b"//"];
    schemes.into_iter().find_map(|scheme| {
        let (start, rest) = address.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        Origins::new(Some(&HeaderValue::from_static("127.0.0.1:41700")), "127.0.0.1:5173".parse().expect("it is written right"))
    }

    fn relative(address: &'static str) -> Option<String> {
        origins().to_relative(&HeaderValue::from_static(address)).map(|value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn redirects_to_the_dev_server_itself_stay_in_the_preview() {
        for (address, expected) in [
            ("http://localhost:5173/login?a=b#c", "/login?a=b#c"),
            ("HTTP://LocalHost:5173/", "/"),
            ("http://127.0.0.1:5173", "/"),
            ("http://[::1]:5173?q", "/?q"),
            ("https://0.0.0.0:5173/x", "/x"),
            ("//localhost:5173/x", "/x"),
            ("http://localhost:5173#top", "/#top"),
        ] {
            assert_eq!(relative(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn redirects_elsewhere_are_left_alone() {
        for address in [
            "http://localhost:5174/",
            "http://localhost/",
            "http://localhost:5173@example.com/",
            "http://example.com:5173/",
            "http://localhost:5173.example.com/",
            "//example.com/",
            "/here",
            "here",
            "",
            "javascript:alert(1)",
        ] {
            assert_eq!(relative(address), None, "{address}");
        }
    }

    #[test]
    fn a_made_relative_address_never_names_another_host() {
        assert_eq!(relative("http://localhost:5173//example.com/").as_deref(), Some("/.//example.com/"));
        assert_eq!(relative("http://localhost:5173/\\example.com/").as_deref(), Some("/./\\example.com/"));
        assert_eq!(relative("http://localhost:5173\\\\example.com/").as_deref(), Some("/.\\\\example.com/"));
    }

    #[test]
    fn only_the_previews_own_origin_becomes_the_dev_servers() {
        let target = |value| origins().to_target(&HeaderValue::from_static(value)).map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(target("http://127.0.0.1:41700").as_deref(), Some("http://localhost:5173"));
        assert_eq!(target("http://127.0.0.1:41700/a?b").as_deref(), Some("http://localhost:5173/a?b"));
        for other in
            ["http://127.0.0.1:417001", "http://127.0.0.1:41700.example.com", "null", "https://127.0.0.1:41700", "http://example.com"]
        {
            assert_eq!(target(other), None, "{other}");
        }
        assert!(origins().is_own_or_absent(None));
        assert!(!origins().is_own_or_absent(Some(&HeaderValue::from_static("null"))));
    }
}
