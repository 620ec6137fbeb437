//! What the lines of a text difference don't show, said in words.

use lectern_diff::Formal;
use lectern_reader::TextEncoding;
use lectern_sync::{Content, Difference, DifferenceKind};

use super::rows::TextDiff;

/// The note of a text difference; `None` when its rows say everything.
pub(super) fn of(text: &TextDiff, file: &Difference, same_bytes: bool) -> Option<String> {
    if !text.old.present || !text.new.present {
        let only = if text.new.present { &text.new } else { &text.old };
        return (only.lines == 0).then(|| "The file is empty.".to_owned());
    }
    if same_bytes {
        let renamed = file.kind == DifferenceKind::Renamed;
        return Some(if renamed { "Renamed without a change." } else { "Both sides are the same now." }.to_owned());
    }
    let mut parts = parts(&text.formal, text.old.document.encoding(), text.new.document.encoding());
    if is_link(&file.old) != is_link(&file.new) {
        parts.push((if is_link(&file.new) { "a link took the file's place" } else { "a file took the link's place" }).to_owned());
    }
    let list = match &parts[..] {
        [] => return None,
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    Some(if text.diff.is_empty() { format!("The lines are the same: only {list}.") } else { format!("Besides the lines, {list}.") })
}

fn parts(formal: &Formal, old: Option<TextEncoding>, new: Option<TextEncoding>) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some((old, new)) = formal.line_ends {
        parts.push(if old == new { "some line ends differ".to_owned() } else { format!("the line ends differ ({old} to {new})") });
    }
    match (old, new) {
        (Some(TextEncoding::Utf8), Some(TextEncoding::Utf8Bom)) => parts.push("a byte order mark was added".to_owned()),
        (Some(TextEncoding::Utf8Bom), Some(TextEncoding::Utf8)) => parts.push("the byte order mark was removed".to_owned()),
        (Some(old), Some(new)) if old != new => parts.push(format!("the encoding differs ({old} to {new})")),
        _ => {}
    }
    match formal.last_line_end {
        Some((true, _)) => parts.push("the last line lost its end".to_owned()),
        Some((false, _)) => parts.push("the last line got an end".to_owned()),
        None => {}
    }
    parts
}

fn is_link(content: &Option<Content>) -> bool {
    matches!(content, Some(Content::Symlink { .. }))
}
