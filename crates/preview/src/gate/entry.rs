//! Exchanges a ticket for the session's cookie.

use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, HeaderName, HeaderValue, LOCATION, SET_COOKIE},
};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::{Gate, IN_A_PATH, OWN_PATHS, Refusal, hex, lock, page, refusal_page};
use crate::site::Body;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

impl Gate {
    /// Answers `GET /.lectern/open` with this query. A browser that has the cookie already needs no ticket. `prefetched` requests take none,
    /// because nobody has asked for them yet.
    pub(crate) fn enter(&self, query: &str, from_elsewhere: bool, known: bool, prefetched: bool) -> Response<Body> {
        if prefetched {
            return page(StatusCode::SERVICE_UNAVAILABLE, "Not yet", "This link is opened by a person, once.");
        }
        let (mut ticket, mut to, mut browser) = ("", String::from("/"), false);
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("ticket", value)) => ticket = value,
                Some(("to", value)) => to = percent_decode_str(value).decode_utf8_lossy().into_owned(),
                Some(("in", "browser")) => browser = true,
                _ => {}
            }
        }
        let good = lock(&self.tickets).take(ticket.as_bytes(), self.clock.now());
        if !good && !known {
            return refusal_page(Refusal::Unknown);
        }
        let to = own_path(&to);
        let mut answer = if from_elsewhere {
            // A cookie that is set on the way from another site isn't sent along by the redirect itself, only by a step of our own page.
            let next = page(StatusCode::OK, "Opening the preview", "");
            next.map(|_| {
                let to = to.replace('&', "&amp;");
                let text = format!(
                    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Opening the preview</title>\
                     <meta http-equiv=\"refresh\" content=\"0;url={to}\"><p><a href=\"{to}\">Open the preview</a></p></html>"
                );
                crate::site::whole(text)
            })
        } else {
            let mut redirect = Response::new(Body::default());
            *redirect.status_mut() = StatusCode::SEE_OTHER;
            if let Ok(location) = HeaderValue::try_from(&to) {
                redirect.headers_mut().insert(LOCATION, location);
            }
            redirect
        };
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if !known {
            // What a page of an earlier preview left behind at this port is none of this one's business.
            headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
        }
        let rest = "HttpOnly; SameSite=Strict";
        let mut cookies = vec![
            format!("{}={}; Path=/; {rest}", self.cookie, hex(&*self.secret)),
            format!("{}={}; Path={OWN_PATHS}reload; {rest}", self.reload_cookie, hex(&*self.reload_key)),
        ];
        if browser {
            cookies.push(format!("{}=1; Path=/; {rest}", self.browser_cookie));
        }
        for cookie in cookies {
            if let Ok(mut value) = HeaderValue::try_from(cookie) {
                value.set_sensitive(true);
                headers.append(SET_COOKIE, value);
            }
        }
        answer
    }
}

/// `to` as a path of this origin, spelled so that it can stand in a header and in an attribute; the start page for anything else.
fn own_path(to: &str) -> String {
    let leads_away = !to.starts_with('/') || to.starts_with("//") || to.contains(['\\', '\t', '\n', '\r']) || to.starts_with(OWN_PATHS);
    if leads_away { "/".to_owned() } else { utf8_percent_encode(to, IN_A_PATH).to_string() }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_ticket_leads_to_a_path_of_its_own_preview_and_nowhere_else() {
        for away in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "",
            "evil",
            "/\t/evil.example",
            "/.lectern/open?to=/",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(away), "/", "{away:?} leads away");
        }
        assert_eq!(own_path("/a b/?q=\"x\"#y"), "/a%20b/?q=%22x%22%23y");
        assert_eq!(own_path("/docs/a%20b.html?x=1&y=2"), "/docs/a%20b.html?x=1&y=2");
    }
}
