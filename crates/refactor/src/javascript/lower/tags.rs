//! The tags of documentation comments.

use std::ops::Range;

use super::Span;

/// One `@tag` of a comment.
pub(super) struct Tag {
    pub name: String,
    /// Within the braces.
    pub kind: Option<Range<usize>>,
    /// What follows: a name, perhaps dotted.
    pub subject: Range<usize>,
}

/// The tags of signatures that are documented apart (`@overload`), and those of the comment itself.
pub(super) fn overloads(tags: Vec<Tag>) -> (Vec<Vec<Tag>>, Vec<Tag>) {
    let (mut apart, mut own): (Vec<Vec<Tag>>, Vec<Tag>) = (Vec::new(), Vec::new());
    let mut is_within = false;
    for tag in tags {
        match tag.name.as_str() {
            "overload" => {
                apart.push(Vec::new());
                is_within = true;
                continue;
            }
            // What it gives back is the last of it.
            "param" | "returns" | "return" if is_within => {
                is_within = tag.name == "param";
                if let Some(last) = apart.last_mut() {
                    last.push(tag);
                }
                continue;
            }
            _ => is_within = false,
        }
        own.push(tag);
    }
    (apart, own)
}

pub(super) fn span_of(range: &Range<usize>) -> Span {
    Span { start: crate::names::offset(range.start), end: crate::names::offset(range.end) }
}

pub(super) fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// The tags of a comment, in order.
pub(super) fn tags(text: &str, comment: Range<usize>) -> Vec<Tag> {
    let Some(part) = text.get(comment.clone()) else { return Vec::new() };
    let part = part.strip_suffix("*/").unwrap_or(part);
    let mut starts = Vec::new();
    let mut is_after_blank = true;
    let mut depth = 0_usize;
    for (at, letter) in part.char_indices().skip(3) {
        match letter {
            '@' if is_after_blank && depth == 0 => starts.push(at),
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_after_blank = letter.is_whitespace() || letter == '*';
    }
    let ends = starts.iter().skip(1).copied().chain([part.len()]);
    starts.iter().zip(ends).map(|(start, end)| tag(text, comment.start + start + 1..comment.start + end)).collect()
}

fn tag(text: &str, range: Range<usize>) -> Tag {
    let part = &text[range.clone()];
    let word = part.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(part.len());
    let mut at = word;
    let skip =
        |at: usize| at + part[at..].len() - part[at..].trim_start_matches(|letter: char| letter.is_whitespace() || letter == '*').len();
    at = skip(at);
    let mut kind = None;
    if part[at..].starts_with('{') && !part[at..].starts_with("{@") {
        let mut depth = 0_usize;
        let close = part[at..].char_indices().find_map(|(offset, letter)| {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at + offset)
        });
        if let Some(close) = close {
            kind = Some(range.start + at + 1..range.start + close);
            at = skip(close + 1);
        }
    }
    if part[at..].starts_with('[') {
        at += 1;
    }
    let length = part[at..].find(|letter: char| !is_name_letter(letter) && letter != '.').unwrap_or(part.len() - at);
    Tag { name: part[..word].to_owned(), kind, subject: range.start + at..range.start + at + length }
}
