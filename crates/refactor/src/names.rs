//! Words in texts: what all languages' engines need of comments and strings.

use std::ops::Range;

use crate::{Certainty, Edit};

/// Every place in `text[within]` where `word` stands by itself (no letter, digit or `_` on either side), as byte ranges of `text`.
pub(crate) fn words(text: &str, within: Range<usize>, word: &str) -> Vec<Range<usize>> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let Some(part) = text.get(within.clone()) else { return Vec::new() };
    let alone = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(is_word);
        let after = text[at + word.len()..].chars().next().is_some_and(is_word);
        !before && !after
    };
    let found = memchr::memmem::find_iter(part.as_bytes(), word.as_bytes()).map(|at| within.start + at);
    found.filter(|at| !word.is_empty() && alone(*at)).map(|at| at..at + word.len()).collect()
}

/// Whether `word` stands by itself anywhere: the first such place ends the search.
pub(crate) fn spells(text: &str, word: &str) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let (first, last) = (is_word(word.chars().next()), is_word(word.chars().next_back()));
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
        let before = first && is_word(text[..at].chars().next_back());
        let after = last && is_word(text[at + word.len()..].chars().next());
        !before && !after
    })
}

/// Edits of every such place, as [`Certainty::Text`].
pub(crate) fn text_edits(path: &str, text: &str, within: Range<usize>, old: &str, new: &str, reason: &str) -> Vec<Edit> {
    let edit = |range: Range<usize>| Edit {
        path: path.to_owned(),
        start: offset(range.start),
        end: offset(range.end),
        old: old.to_owned(),
        new: new.to_owned(),
        certainty: Certainty::Text,
        reason: reason.to_owned(),
        group: None,
    };
    words(text, within, old).into_iter().map(edit).collect()
}

/// Texts are at most 8 MiB.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, at: u32) -> u32 {
    offset(memchr::memchr_iter(b'\n', &text.as_bytes()[..(at as usize).min(text.len())]).count()) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_by_themselves() {
        let text = "// cat, scat, cat_ ücat cat";
        assert_eq!(words(text, 0..text.len(), "cat"), [3..6, text.len() - 3..text.len()]);
        assert_eq!(words(text, 0..8, "cat"), std::slice::from_ref(&(3..6)));
        assert_eq!(words("a\nb", 0..3, ""), Vec::<Range<usize>>::new());
    }

    #[test]
    fn a_word_within_another_is_not_spelled() {
        assert!(spells("locale is", "is") && spells("a.is()", "is") && spells("x-#is", "#is") && spells("$is", "is"));
        assert!(!spells("this island vis_ _is", "is") && !spells("", "is"));
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!((line_of("a\nb", 0), line_of("a\nb", 2), line_of("a\nb", 99)), (1, 2, 2));
    }
}
