//! What is said in the place of a dev server that doesn't answer: a page without scripts, or one line for what isn't a page.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    header::{self, HeaderValue},
};

use super::outgoing::Refusal;
use crate::site::Body;

/// The last lines of output that a page shows.
const LINES_MOST: usize = 200;

/// Characters that a page shows of a line; bundlers print whole files into one.
const LINE_MOST: usize = 1_000;

/// Inline style is all that the page needs. The gate adds who may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0;padding:8vh 24px 24px;background:Canvas;color:CanvasText}\
main{max-width:46rem;margin:0 auto}\
h1{font-size:1.375rem;line-height:1.3;margin:0 0 8px}h2{font-size:1rem;margin:32px 0 8px}p{margin:0 0 16px}\
a{color:LinkText}\
pre{margin:0;padding:12px 16px;max-height:50vh;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;\
border:1px solid GrayText;border-radius:6px;font:13px/1.5 ui-monospace,monospace}";

/// How to tell whoever asked: a page to somebody who looks at one, a line to a script, nothing but the status to HEAD.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notice {
    is_page: bool,
    is_head: bool,
    /// Only what was asked for with GET can be asked for again by itself.
    may_refresh: bool,
}

struct Words<'a> {
    title: &'a str,
    explanation: &'a str,
    /// Seconds after which the page asks again by itself; `None` where that would change nothing.
    refresh: Option<u32>,
}

impl Notice {
    pub fn for_request<B>(request: &Request<B>) -> Self {
        let header = |name| request.headers().get(name).map_or(&b""[..], HeaderValue::as_bytes);
        let accepts_pages = header("accept").windows(9).any(|word| word.eq_ignore_ascii_case(b"text/html"));
        let destination = header("sec-fetch-dest");
        let looks = destination.is_empty() || [&b"document"[..], b"iframe", b"frame"].contains(&destination);
        let method = request.method();
        Self { is_page: accepts_pages && looks, is_head: method == Method::HEAD, may_refresh: method == Method::GET }
    }

    /// 503: it was started and doesn't listen yet.
    pub fn starting(self, tail: &[String]) -> Response<Body> {
        let words = Words {
            title: "The dev server is starting",
            explanation: "It doesn\u{2019}t answer yet. This page opens the preview as soon as it does.",
            refresh: Some(1),
        };
        let mut answer = self.say(StatusCode::SERVICE_UNAVAILABLE, &words, tail);
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        answer
    }

    /// 502: it answered before and doesn't listen any more.
    pub fn down(self, tail: &[String]) -> Response<Body> {
        let words = Words {
            title: "The dev server doesn\u{2019}t answer",
            explanation: "It may have stopped, or may be starting again. This page tries again every few seconds; in Lectern you can restart it.",
            refresh: Some(3),
        };
        self.say(StatusCode::BAD_GATEWAY, &words, tail)
    }

    /// 502: its process is over.
    pub fn ended(self, how: &str, tail: &[String]) -> Response<Body> {
        let explanation = format!("{how} Restart it in Lectern; this page then opens the preview by itself.");
        self.say(StatusCode::BAD_GATEWAY, &Words { title: "The dev server has stopped", explanation: &explanation, refresh: Some(3) }, tail)
    }

    /// 502: it answered, and not in a way that can be passed on.
    pub fn unusable(self, why: &str, tail: &[String]) -> Response<Body> {
        let explanation = format!(
            "Something listens there, but its answer can\u{2019}t be shown ({why}). If the dev server is set to https, turn that off for the preview."
        );
        self.say(
            StatusCode::BAD_GATEWAY,
            &Words { title: "The dev server\u{2019}s answer can\u{2019}t be read", explanation: &explanation, refresh: None },
            tail,
        )
    }

    /// The request itself goes no further.
    pub fn refused(self, refusal: &Refusal) -> Response<Body> {
        let words = Words { title: "The request wasn\u{2019}t passed on", explanation: &refusal.to_string(), refresh: None };
        let mut answer = Self { is_page: false, ..self }.say(refusal.status(), &words, &[]);
        // What was misread once is not read on: the rest of the connection could be another request or the body of this one.
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        if *refusal == Refusal::Method {
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
        }
        answer
    }

    fn say(self, status: StatusCode, words: &Words<'_>, tail: &[String]) -> Response<Body> {
        let (kind, text) = if self.is_page {
            ("text/html; charset=utf-8", self.page(words, tail))
        } else {
            ("text/plain; charset=utf-8", format!("{}. {}\n", words.title, words.explanation))
        };
        let length = text.len();
        let bytes = if self.is_head { Bytes::new() } else { Bytes::from(text) };
        let mut answer = Response::new(Full::new(bytes).map_err(|never| match never {}).boxed_unsync());
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        answer
    }

    fn page(self, words: &Words<'_>, tail: &[String]) -> String {
        let refresh = match words.refresh {
            Some(seconds) if self.may_refresh => format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">"),
            _ => String::new(),
        };
        let title = escaped(words.title);
        let explanation = escaped(words.explanation);
        // An empty address is this page itself, also where the request had an odd one.
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{refresh}<meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1><p>{explanation}</p>\
             <p><a href=\"\">Try again</a></p>{}</main></body></html>\n",
            output(tail)
        )
    }
}

fn output(tail: &[String]) -> String {
    if tail.is_empty() {
        return "<p>The dev server has printed nothing so far.</p>".into();
    }
    let lines: Vec<String> = tail[tail.len().saturating_sub(LINES_MOST)..].iter().map(|line| escaped(&printable(line))).collect();
    format!(
        "<section aria-labelledby=\"output\"><h2 id=\"output\">Its last output</h2><pre tabindex=\"0\" aria-labelledby=\"output\" role=\"region\">{}</pre></section>",
        lines.join("\n")
    )
}

/// A line without what terminals act upon: colours, cursor movements, titles, control characters.
fn printable(line: &str) -> String {
    let mut text = String::with_capacity(line.len().min(LINE_MOST));
    let mut rest = line.chars().peekable();
    let mut length = 0;
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => skip_escape(&mut rest),
            '\t' => text.push(' '),
            character if character.is_control() || is_reordering(character) => {}
            _ if length == LINE_MOST => {
                text.push('…');
                break;
            }
            character => {
                text.push(character);
                length += 1;
            }
        }
    }
    text
}

/// Characters that make text read in another order than it is in.
fn is_reordering(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Reads past a control sequence (`ESC [ … letter`), an operating system command (`ESC ] … BEL` or `ESC \`), or a single character.
fn skip_escape(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match rest.next() {
        Some('[') => while rest.next().is_some_and(|character| !('@'..='~').contains(&character)) {},
        Some(']') => {
            while let Some(character) = rest.next() {
                if character == '\u{7}' {
                    break;
                }
                if character == '\u{1b}' {
                    rest.next();
                    break;
                }
            }
        }
        _ => {}
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_text_whatever_was_printed() {
        assert_eq!(printable("\u{1b}[32mready\u{1b}[0m in \u{1b}]0;title\u{7}5 ms\r\u{0}"), "ready in 5 ms");
        assert_eq!(printable("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\"), "link");
        assert_eq!(printable("a\u{202e}b"), "ab");
        assert_eq!(printable("\u{1b}["), "");
        assert_eq!(escaped("<script>\"&'</script>"), "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
        let long = printable(&"x".repeat(LINE_MOST + 5));
        assert_eq!(long.chars().count(), LINE_MOST + 1);
    }
}
