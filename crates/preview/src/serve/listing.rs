//! The page of a folder that has no index.

use std::fmt::Write;

use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, HeaderValue},
};
use lectern_sync::RepoPath;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::{lookup::MOST_LISTED, private::is_private_name};
use crate::{
    gate::{STYLE, page},
    site::{Body, whole},
};

/// Everything but what needs no escape anywhere in an address.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: Vec<u8>,
    /// What a link leads to isn't looked at; following it tells.
    pub directory: bool,
    /// In bytes, of a file.
    pub size: Option<u64>,
}

/// The page of the folder that is at `path` within what is served.
pub(super) fn listing(path: &RepoPath, mut entries: Vec<Listed>) -> Response<Body> {
    let more = entries.len() > MOST_LISTED;
    entries.truncate(MOST_LISTED);
    // A name that can't stand in an address can't be followed.
    entries.retain(|entry| !is_private_name(&entry.name) && !entry.name.contains(&b'\\'));
    entries.sort_unstable_by(|a, b| b.directory.cmp(&a.directory).then_with(|| a.name.cmp(&b.name)));
    let title = if path.is_root() { "Files".to_owned() } else { shown(path.as_bytes()) };
    let mut rows = String::new();
    if !path.is_root() {
        rows.push_str("<li><a href=\"../\">Up to the folder around this</a></li>");
    }
    for Listed { name, directory, size } in &entries {
        let slash = if *directory { "/" } else { "" };
        let size = size.map(|size| format!(" <span>{}</span>", human(size))).unwrap_or_default();
        // Writing to a string can't fail.
        let _ = write!(rows, "<li><a href=\"./{}{slash}\">{}{slash}</a>{size}</li>", percent_encode(name, NAME), shown(name));
    }
    let note = match (entries.is_empty(), more) {
        (true, _) => "<p>This folder is empty.</p>".to_owned(),
        (_, true) => format!("<p>Only {MOST_LISTED} entries are shown.</p>"),
        _ => String::new(),
    };
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}ul{{list-style:none;padding:0}}li{{display:flex;gap:1rem;justify-content:space-between;padding:.2rem 0;border-bottom:1px solid #8883}}\
         a{{overflow-wrap:anywhere}}span{{opacity:.7;white-space:nowrap}}</style></head>\
         <body><main><h1>{title}</h1><ul>{rows}</ul>{note}</main></body></html>\n"
    );
    let mut answer = page(StatusCode::OK, "", "");
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    *answer.body_mut() = whole(text);
    answer
}

/// A name as text of a page: nothing in it is markup, turns the line around, or is invisible.
fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for c in String::from_utf8_lossy(name).chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => text.push('\u{fffd}'),
            c if c.is_control() => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
    text
}

fn human(size: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if size < 1000 {
        return format!("{size} bytes");
    }
    let mut value = size as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_never_acted_on() {
        assert_eq!(shown(b"<script>alert(1)</script>&\"'"), "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;");
        assert_eq!(shown("a\u{202e}gpj.exe\n".as_bytes()), "a\u{fffd}gpj.exe\u{fffd}");
        assert_eq!(percent_encode(b"javascript:alert(1)?#\xff", NAME).to_string(), "javascript%3Aalert%281%29%3F%23%FF");
    }

    #[test]
    fn sizes_are_for_people() {
        assert_eq!([0, 999, 1000, 1_500_000, 999_999].map(human), ["0 bytes", "999 bytes", "1.0 kB", "1.5 MB", "1.0 MB"]);
    }
}
