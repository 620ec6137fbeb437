//! Puts the script that reloads a page into one, for browsers that Lectern can't give it to otherwise.

use super::reload::SCRIPT_PATH;

/// The page with the script at the end of its body; `None` for what isn't a page in an encoding that has ASCII in it.
pub(super) fn inject(page: &[u8]) -> Option<Vec<u8>> {
    if page.starts_with(b"\xff\xfe") || page.starts_with(b"\xfe\xff") {
        return None;
    }
    let tag = format!("<script src=\"{SCRIPT_PATH}\" async></script>");
    let end = (0..page.len().saturating_sub(6)).rev().find(|at| page[*at..*at + 7].eq_ignore_ascii_case(b"</body>")).unwrap_or(page.len());
    let mut injected = Vec::with_capacity(page.len() + tag.len());
    injected.extend_from_slice(&page[..end]);
    injected.extend_from_slice(tag.as_bytes());
    injected.extend_from_slice(&page[end..]);
    Some(injected)
}

#[cfg(test)]
mod tests {
    use super::inject;

    #[test]
    fn the_script_comes_last_in_the_body_and_nothing_else_changes() {
        let tag = b"<script src=\"/.lectern/reload.js\" async></script>";
        let expected = |before: &[u8], after: &[u8]| Some([before, tag, after].concat());
        assert_eq!(inject(b"<body>a</BODY></html>"), expected(b"<body>a", b"</BODY></html>"));
        assert_eq!(inject(b"no body"), expected(b"no body", b""));
        assert_eq!(inject(b""), expected(b"", b""));
        assert_eq!(inject(b"\xff\xfe<\0"), None);
    }
}
