//! The words of a line, and which of them changed.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Interner, Token};

/// Words are looked for in lines of at most this many bytes.
pub const LONGEST_LINE: usize = 4000;

/// Lines less alike than this (in percent) were not changed but replaced.
const LEAST_ALIKE: usize = 40;

/// A line, cut into words.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    pub text: &'a str,
    /// One after the other, nothing left out.
    pub words: Vec<Range<usize>>,
    /// The characters in words that are not blank.
    pub weight: usize,
}

impl<'a> Words<'a> {
    /// Identifiers and numbers, runs of blanks, and everything else one by one; a character keeps what combines with it.
    pub fn of(text: &'a str) -> Self {
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut weight = 0;
        let mut last = Kind::Other;
        let mut joined = false;
        for (at, letter) in text.char_indices() {
            let kind = Kind::of(letter);
            let goes_on = kind == Kind::Combining || joined || (kind == last && kind != Kind::Other);
            joined = letter == ZERO_WIDTH_JOINER;
            let end = at + letter.len_utf8();
            match words.last_mut() {
                Some(word) if goes_on => word.end = end,
                _ => words.push(at..end),
            }
            // A combining character doesn't end the word it stands in.
            if kind != Kind::Combining {
                last = kind;
            }
            weight += usize::from(kind != Kind::Blank);
        }
        Self { text, words, weight }
    }

    pub fn word(&self, index: usize) -> &'a str {
        &self.text[self.words[index].clone()]
    }
}

/// How much a word counts towards being alike: its characters, blanks nothing.
pub(crate) fn weight(word: &str) -> usize {
    word.chars().filter(|letter| !letter.is_whitespace()).count()
}

/// Whether `common` of two weights is enough to call two lines versions of each other.
pub(crate) fn alike(common: usize, old: usize, new: usize) -> bool {
    common > 0 && 200 * common >= LEAST_ALIKE * (old + new)
}

const ZERO_WIDTH_JOINER: char = '\u{200d}';

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Blank,
    Combining,
    Other,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => Self::Letter,
            // Accents that stand alone, variation selectors, skin tones, and what joins emoji.
            '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{1f3fb}'..='\u{1f3ff}' => Self::Combining,
            ZERO_WIDTH_JOINER => Self::Combining,
            _ if letter.is_whitespace() => Self::Blank,
            _ if letter.is_alphanumeric() => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// The bytes of both lines that changed, in order and apart from each other. `None` when there is nothing worth marking: the lines are too
/// unlike, too long ([`LONGEST_LINE`]), blank, or equal.
#[expect(clippy::type_complexity, reason = "the marks of two lines")]
pub fn line_marks(old: &str, new: &str) -> Option<(Vec<Range<usize>>, Vec<Range<usize>>)> {
    if old == new || old.len() > LONGEST_LINE || new.len() > LONGEST_LINE {
        return None;
    }
    let (old, new) = (Words::of(old), Words::of(new));
    let mut interner = Interner::new(old.words.len() + new.words.len());
    let before: Vec<Token> = (0..old.words.len()).map(|index| interner.intern(old.word(index))).collect();
    let after: Vec<Token> = (0..new.words.len()).map(|index| interner.intern(new.word(index))).collect();
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &before, &after, interner.num_tokens());
    let removed: Vec<bool> = (0..).take(before.len()).map(|at| diff.is_removed(at)).collect();
    let added: Vec<bool> = (0..).take(after.len()).map(|at| diff.is_added(at)).collect();
    let common = removed.iter().enumerate().filter(|(_, removed)| !**removed).map(|(index, _)| weight(old.word(index))).sum();
    alike(common, old.weight, new.weight).then(|| (marks(&old, &removed), marks(&new, &added)))
}

/// Runs of changed words; blanks between two of them belong to the run.
fn marks(words: &Words<'_>, changed: &[bool]) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for (word, _) in words.words.iter().zip(changed).filter(|(_, changed)| **changed) {
        match marks.last_mut() {
            Some(mark) if words.text[mark.end..word.start].trim().is_empty() => mark.end = word.end,
            _ => marks.push(word.clone()),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str) -> Option<(Vec<String>, Vec<String>)> {
        let (of_old, of_new) = line_marks(old, new)?;
        let words = |text: &str, marks: Vec<Range<usize>>| marks.into_iter().map(|mark| text[mark].to_owned()).collect();
        Some((words(old, of_old), words(new, of_new)))
    }

    fn some(old: &[&str], new: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Some((owned(old), owned(new)))
    }

    #[test]
    fn the_words_that_changed_are_marked() {
        assert_eq!(marked("let total = count(items);", "let total = sum(items);"), some(&["count"], &["sum"]));
        assert_eq!(marked("    return x;", "        return x;"), some(&["    "], &["        "]), "indentation is a word");
        assert_eq!(marked("f(a, b)", "f(a, b, c)"), some(&[], &[", c"]));
        assert_eq!(marked("let größe = 1;", "let größen = 1;"), some(&["größe"], &["größen"]));
        assert_eq!(
            marked("a = one two; b = 1", "a = three four; b = 1"),
            some(&["one two"], &["three four"]),
            "blanks between belong to them"
        );
    }

    #[test]
    fn lines_that_have_little_in_common_are_not_marked() {
        assert_eq!(marked("let total = count(items);", "// nothing to see here"), None);
        assert_eq!(marked("", "   "), None);
        assert_eq!(marked("", "something"), None);
        assert_eq!(marked("same", "same"), None);
        let long = "x ".repeat(LONGEST_LINE);
        assert_eq!(marked(&long, &format!("{long}y")), None);
    }

    #[test]
    fn what_combines_stays_together() {
        let (family, flag) = ("👩\u{200d}👧", "e\u{301}");
        assert_eq!(marked(&format!("name {family} = {flag}"), &format!("name 👩 = {flag}")), some(&[family], &["👩"]));
        assert_eq!(Words::of("cafe\u{301}s x").words.len(), 3);
    }
}
