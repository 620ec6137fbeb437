//! Where an endpoint is: an address that was looked at before anything is sent there.

use std::fmt;

use reqwest::Url;
use url_host::is_loopback;

/// Longer ones are a mistake.
const LONGEST: usize = 2048;

/// The base of an OpenAI-compatible API: scheme, host, port and path, nothing else.
///
/// Written without a slash at its end: `http://127.0.0.1:11434/v1`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address at all.
    #[error("this is no address: it looks like http://127.0.0.1:11434 or https://example.org/v1")]
    NotAnAddress,
    /// `ftp:`, `file:` and the like.
    #[error("an endpoint's address begins with http:// or https://")]
    Scheme,
    /// `https://name:password@host`
    #[error("a name or password doesn't belong in the address: the key has a field of its own")]
    Credentials,
    /// `?…` or `#…`
    #[error("an endpoint's address ends with its path, without ? or #")]
    Surplus,
    /// `0.0.0.0` or `[::]`: where a server listens, not where it is.
    #[error("0.0.0.0 is where a server listens; its address on this computer is 127.0.0.1")]
    Unspecified,
}

impl Address {
    /// Looks at an address as somebody typed it. Without a path it gets `/v1`, which is where these APIs live; a path that names
    /// the call itself (`/chat/completions`) loses that.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(AddressError::NotAnAddress);
        }
        let mut url = Url::parse(text).map_err(|_| if text.contains("://") { AddressError::NotAnAddress } else { AddressError::Scheme })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::Surplus);
        }
        match url.host_str() {
            None | Some("") => return Err(AddressError::NotAnAddress),
            Some("0.0.0.0" | "[::]") => return Err(AddressError::Unspecified),
            Some(_) => {}
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path).trim_end_matches('/');
        let path = if path.is_empty() { "/v1".to_owned() } else { path.to_owned() };
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Scheme, host and port: `http://127.0.0.1:11434`. What is allowed for one origin is not allowed for another.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether the host is this computer: a loopback address as it stands there, or `localhost`, which is never looked up.
    /// Other names don't count, wherever they lead today.
    pub fn is_this_computer(&self) -> bool {
        is_loopback(&self.0)
    }

    /// What somebody has to know before anything is sent there in the clear; `None` when nothing is.
    pub fn warning(&self) -> Option<&'static str> {
        (self.0.scheme() == "http" && !self.is_this_computer()).then_some(
            "This address has no encryption: code, answers and the key can be read and changed by everybody between here and there.",
        )
    }

    /// Whether a proxy of the environment may stand between: only where all that it sees is encrypted. Without that, code and key would go to a
    /// computer that nobody allowed.
    pub(crate) fn may_use_proxy(&self) -> bool {
        self.0.scheme() == "https" && !self.is_this_computer()
    }

    /// The address of one call below the base: `call("models")` is `…/v1/models`.
    pub(crate) fn call(&self, name: &str) -> Url {
        with_path(&self.0, &format!("{}/{name}", self.0.path()))
    }

    /// The address of a call of the server's own API, which begins where the base does without its `/v1`.
    pub(crate) fn native(&self, name: &str) -> Url {
        let root = self.0.path().strip_suffix("/v1").unwrap_or(self.0.path()).trim_end_matches('/');
        with_path(&self.0, &format!("{root}/{name}"))
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

fn with_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// Which hosts are this computer.
pub(crate) mod url_host {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use reqwest::Url;

    /// Whether a URL's host is a loopback address as it stands there, or `localhost`.
    pub(crate) fn is_loopback(url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        if host == "localhost" {
            return true;
        }
        if let Ok(v4) = host.parse::<Ipv4Addr>() {
            return v4.is_loopback();
        }
        let Some(v6) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).and_then(|host| host.parse::<Ipv6Addr>().ok()) else {
            return false;
        };
        IpAddr::V6(v6).to_canonical().is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Address {
        Address::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn an_address_is_the_base_of_the_api() {
        for (typed, base) in [
            ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
            (" http://127.0.0.1:11434/ ", "http://127.0.0.1:11434/v1"),
            ("https://api.example.org/v1/", "https://api.example.org/v1"),
            ("https://api.example.org/v1/chat/completions", "https://api.example.org/v1"),
            ("https://gateway.example.org/openai/", "https://gateway.example.org/openai"),
            ("HTTPS://API.Example.org:443/v1", "https://api.example.org/v1"),
        ] {
            assert_eq!(parsed(typed).to_string(), base, "{typed:?}");
            assert_eq!(parsed(base).to_string(), base, "reading it again changes nothing");
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("", AddressError::NotAnAddress),
            ("127.0.0.1:11434", AddressError::Scheme),
            ("localhost:8080/v1", AddressError::Scheme),
            ("ftp://127.0.0.1/", AddressError::Scheme),
            ("file:///etc/passwd", AddressError::Scheme),
            ("https://", AddressError::NotAnAddress),
            ("https://me:secret@example.org/v1", AddressError::Credentials),
            ("https://token@example.org/v1", AddressError::Credentials),
            ("https://example.org/v1#part", AddressError::Surplus),
            ("https://example.org/v1?key=1", AddressError::Surplus),
            ("http://0.0.0.0:8000/v1", AddressError::Unspecified),
            ("http://[::]:8000/v1", AddressError::Unspecified),
            ("http://exa mple.org", AddressError::NotAnAddress),
            ("http://example.org/\nHost: other", AddressError::NotAnAddress),
        ] {
            assert_eq!(Address::parse(typed), Err(reason), "{typed:?}");
        }
    }

    #[test]
    fn only_a_literal_loopback_address_or_localhost_is_this_computer() {
        for here in [
            "http://127.0.0.1:1",
            "http://127.8.9.1",
            "http://localhost:8080",
            "http://LOCALHOST",
            "http://[::1]:8080",
            "http://[::ffff:127.0.0.1]",
            "http://2130706433",
        ] {
            assert!(parsed(here).is_this_computer(), "{here}");
            assert_eq!(parsed(here).warning(), None, "{here}");
        }
        for elsewhere in [
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.",
            "http://my-computer",
            "http://192.168.1.2",
            "http://[::2]",
            "http://[fe80::1]",
            "http://[::ffff:10.0.0.1]",
            "http://128.0.0.1",
        ] {
            assert!(!parsed(elsewhere).is_this_computer(), "{elsewhere}");
            assert!(parsed(elsewhere).warning().is_some(), "nothing is encrypted on the way to {elsewhere}");
        }
        assert_eq!(parsed("https://192.168.1.2").warning(), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(parsed("https://example.org:443/v1").origin(), "https://example.org");
        assert_eq!(parsed("http://127.0.0.1:11434/v1").origin(), "http://127.0.0.1:11434");
    }

    #[test]
    fn calls_go_below_the_base_and_native_ones_beside_it() {
        let address = parsed("http://127.0.0.1:1234/v1");
        assert_eq!(address.call("chat/completions").as_str(), "http://127.0.0.1:1234/v1/chat/completions");
        assert_eq!(address.native("api/v0/models").as_str(), "http://127.0.0.1:1234/api/v0/models");
        assert_eq!(parsed("http://127.0.0.1/serve/v1").native("props").as_str(), "http://127.0.0.1/serve/props");
    }
}
