//! Which trigrams a text must have for a pattern to match in it.
//!
//! The way of Russ Cox ("Regular Expression Matching with a Trigram Index", 2012): for each part of a pattern, what it matches exactly if
//! that is few strings, else what every match begins and ends with, and what must occur in between. All strings are folded as in the index,
//! so that an answer may ask for too little, never for too much.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::trigram::{Trigram, fold, of_folded};

/// More strings than this are not told apart.
const MOST_STRINGS: usize = 48;
/// Longer strings are not kept whole once their trigrams are noted.
const LONGEST_STRING: usize = 64;
/// Larger classes of characters could be anything.
const LARGEST_CLASS: usize = 16;

/// A condition on the trigrams of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Needed {
    /// Nothing is known: every text may match.
    Anything,
    /// This one.
    Trigram(Trigram),
    /// All of them; two or more.
    All(Vec<Needed>),
    /// At least one of them; two or more.
    Any(Vec<Needed>),
    /// No text matches.
    Nothing,
}

impl Needed {
    /// The condition of a parsed pattern.
    pub fn of(hir: &Hir) -> Self {
        let part = Part::of(hir);
        let ends = match &part.exact {
            Some(exact) => of_strings(exact),
            None => of_strings(&part.prefix).and(of_strings(&part.suffix)),
        };
        part.inside.and(ends)
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Anything, one) | (one, Self::Anything) => one,
            (one, other) => {
                let mut parts = Vec::new();
                for part in [one, other] {
                    match part {
                        Self::All(more) => more.into_iter().for_each(|part| push_new(&mut parts, part)),
                        part => push_new(&mut parts, part),
                    }
                }
                if parts.len() == 1 { parts.swap_remove(0) } else { Self::All(parts) }
            }
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Self::Anything,
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (one, other) => {
                let mut parts = Vec::new();
                for part in [one, other] {
                    match part {
                        Self::Any(more) => more.into_iter().for_each(|part| push_new(&mut parts, part)),
                        part => push_new(&mut parts, part),
                    }
                }
                if parts.len() == 1 { parts.swap_remove(0) } else { Self::Any(parts) }
            }
        }
    }
}

fn push_new(parts: &mut Vec<Needed>, part: Needed) {
    if !parts.contains(&part) {
        parts.push(part);
    }
}

type Strings = BTreeSet<Vec<u8>>;

/// What is known of the matches of a part of a pattern.
struct Part {
    /// All of them, if they are few.
    exact: Option<Strings>,
    /// Every match begins with one of these.
    prefix: Strings,
    /// Every match ends with one of these.
    suffix: Strings,
    /// What every match has inside.
    inside: Needed,
}

impl Part {
    /// Matches one of `strings`, and nothing else.
    fn exactly(strings: Strings) -> Self {
        Self { exact: Some(strings), prefix: Strings::new(), suffix: Strings::new(), inside: Needed::Anything }.bounded()
    }

    /// Could match anything.
    fn unknown() -> Self {
        Self { exact: None, prefix: empty(), suffix: empty(), inside: Needed::Anything }
    }

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            // Looking around takes no text.
            HirKind::Empty | HirKind::Look(_) => Self::exactly(empty()),
            HirKind::Literal(literal) => Self::exactly([literal.0.iter().map(|byte| fold(*byte)).collect()].into()),
            HirKind::Class(class) => strings_of(class).map_or_else(Self::unknown, Self::exactly),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => parts.iter().map(Self::of).reduce(Self::then).unwrap_or_else(|| Self::exactly(empty())),
            HirKind::Alternation(parts) => parts.iter().map(Self::of).reduce(Self::or).unwrap_or_else(|| Self::exactly(Strings::new())),
            HirKind::Repetition(repetition) => {
                let once = Self::of(&repetition.sub);
                match (repetition.min, repetition.max) {
                    (_, Some(0)) => Self::exactly(empty()),
                    (0, Some(1)) => once.or(Self::exactly(empty())),
                    (0, _) => Self::unknown(),
                    (1, Some(1)) => once,
                    // At least once: begins with a first and ends with a last.
                    _ => once.inexact(),
                }
            }
        }
    }

    /// What comes before and after are known only.
    fn inexact(mut self) -> Self {
        if let Some(exact) = self.exact.take() {
            self.inside = self.inside.and(of_strings(&exact));
            self.prefix.clone_from(&exact);
            self.suffix = exact;
        }
        self.bounded()
    }

    fn then(self, next: Self) -> Self {
        if let (Some(first), Some(second)) = (&self.exact, &next.exact)
            && let Some(both) = cross(first, second)
        {
            return Self::exactly(both).with(self.inside.and(next.inside));
        }
        let (before, after) = (self.exact.as_ref().unwrap_or(&self.suffix), next.exact.as_ref().unwrap_or(&next.prefix));
        let seam = cross(before, after).map_or(Needed::Anything, |strings| of_strings(&strings));
        let prefix = match &self.exact {
            Some(exact) => cross(exact, after).unwrap_or_else(|| exact.clone()),
            None => self.prefix.clone(),
        };
        let suffix = match &next.exact {
            Some(exact) => cross(before, exact).unwrap_or_else(|| exact.clone()),
            None => next.suffix.clone(),
        };
        let inside = self.inside.and(next.inside).and(seam);
        let ends = [&self.exact, &next.exact].into_iter().flatten().map(of_strings).fold(Needed::Anything, Needed::and);
        Self { exact: None, prefix, suffix, inside: inside.and(ends) }.bounded()
    }

    fn or(self, other: Self) -> Self {
        if let (Some(one), Some(two)) = (&self.exact, &other.exact)
            && one.len() + two.len() <= MOST_STRINGS
        {
            let both = one.union(two).cloned().collect();
            return Self::exactly(both).with(self.inside.or(other.inside));
        }
        let (one, other) = (self.inexact(), other.inexact());
        let prefix = one.prefix.union(&other.prefix).cloned().collect();
        let suffix = one.suffix.union(&other.suffix).cloned().collect();
        Self { exact: None, prefix, suffix, inside: one.inside.or(other.inside) }.bounded()
    }

    fn with(mut self, inside: Needed) -> Self {
        self.inside = self.inside.and(inside);
        self
    }

    /// Keeps the sets small; what they say beyond that goes inside.
    fn bounded(mut self) -> Self {
        if let Some(exact) = &self.exact {
            if exact.len() <= MOST_STRINGS && exact.iter().all(|string| string.len() <= LONGEST_STRING) {
                return self;
            }
            return self.inexact();
        }
        self.inside = self.inside.and(of_strings(&self.prefix)).and(of_strings(&self.suffix));
        for keep in (0..=3).rev() {
            let few = |strings: &Strings| strings.len() <= MOST_STRINGS / 2;
            let short = |strings: &Strings| strings.iter().all(|string| string.len() <= 8);
            if few(&self.prefix) && few(&self.suffix) && short(&self.prefix) && short(&self.suffix) {
                break;
            }
            if !(few(&self.prefix) && short(&self.prefix)) {
                self.prefix = self.prefix.iter().map(|string| string[..string.len().min(keep)].to_vec()).collect();
            }
            if !(few(&self.suffix) && short(&self.suffix)) {
                self.suffix = self.suffix.iter().map(|string| string[string.len().saturating_sub(keep)..].to_vec()).collect();
            }
        }
        self
    }
}

/// The empty string alone.
fn empty() -> Strings {
    [Vec::new()].into()
}

/// Every string of the first set followed by every one of the second, if they are few.
fn cross(first: &Strings, second: &Strings) -> Option<Strings> {
    if first.len() * second.len() > MOST_STRINGS {
        return None;
    }
    Some(first.iter().flat_map(|one| second.iter().map(move |two| [one.as_slice(), two].concat())).collect())
}

/// One of `strings` occurs. A string without a trigram says nothing.
fn of_strings(strings: &Strings) -> Needed {
    let of_one = |string: &Vec<u8>| of_folded(string).map(Needed::Trigram).fold(Needed::Anything, Needed::and);
    strings.iter().map(of_one).fold(Needed::Nothing, Needed::or)
}

/// The characters of a small class, folded.
fn strings_of(class: &Class) -> Option<Strings> {
    match class {
        Class::Unicode(class) => {
            let count: usize = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            if count > LARGEST_CLASS {
                return None;
            }
            let fold_char = |c: char| c.to_string().into_bytes().into_iter().map(fold).collect();
            Some(class.iter().flat_map(|range| range.start()..=range.end()).map(fold_char).collect())
        }
        Class::Bytes(class) => {
            let count: usize = class.iter().map(regex_syntax::hir::ClassBytesRange::len).sum();
            if count > LARGEST_CLASS {
                return None;
            }
            Some(class.iter().flat_map(|range| range.start()..=range.end()).map(|byte| vec![fold(byte)]).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(pattern: &str, ignore_case: bool) -> Needed {
        let hir = regex_syntax::ParserBuilder::new().utf8(false).case_insensitive(ignore_case).build().parse(pattern).expect("a pattern");
        Needed::of(&hir)
    }

    /// As if the index held this text alone.
    fn may_match(needed: &Needed, text: &str) -> bool {
        let folded: Vec<u8> = text.bytes().map(fold).collect();
        match needed {
            Needed::Anything => true,
            Needed::Nothing => false,
            Needed::Trigram(wanted) => of_folded(&folded).any(|trigram| trigram == *wanted),
            Needed::All(parts) => parts.iter().all(|part| may_match(part, text)),
            Needed::Any(parts) => parts.iter().any(|part| may_match(part, text)),
        }
    }

    #[test]
    fn what_matches_is_never_left_out() {
        for (pattern, text) in [
            ("abc", "xabcx"),
            ("abc|def", "def"),
            ("a(bc)?d", "ad"),
            ("a(bcd)+e", "abcdbcde"),
            ("foo.*bar", "foo bar"),
            ("[abc]def", "bdef"),
            ("kelvin", "\u{212a}elvin"),
            ("mass", "ma\u{17f}\u{17f}"),
            ("straße", "STRA\u{1e9e}E"),
            ("MISSISSIPPI river", "mi\u{17f}sissippi RIVER"),
            ("(hello|hi) (world|all)", "hi all"),
            ("x{3,}yz", "xxxxyz"),
            (r"\w+foo\d", "afoo1"),
            ("()abc", "abc"),
            ("(abc)*def(ghi)*", "def"),
        ] {
            let folded = needed(pattern, true);
            assert!(may_match(&folded, text), "{pattern} matches {text:?}, but {folded:?} says no");
        }
    }

    #[test]
    fn what_cannot_match_is_left_out() {
        for (pattern, text) in [
            ("abc", "acb ab bc"),
            ("abc|def", "abdef".trim_start_matches("abd")),
            ("foo.*bar", "foo"),
            ("foo.*bar", "bar"),
            (r"use \w+::search", "use engine"),
            ("a(bcd)+e", "abce"),
            ("kelvin", "kelwin"),
            ("MISSISSIPPI river", "missi ippi river"),
        ] {
            for ignore_case in [false, true] {
                assert!(!may_match(&needed(pattern, ignore_case), text), "{pattern} can't match {text:?}");
            }
        }
        assert_eq!(needed("ab", false), Needed::Anything);
        assert_eq!(needed(r"\w+", false), Needed::Anything);
    }
}
