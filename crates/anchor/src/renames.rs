//! Which words of an old text became which of a new one: names that were changed throughout.

use std::collections::HashMap;

use crate::{
    align::{Alignment, Gap},
    text::Text,
    words,
};

/// Changed lines are compared within stretches of so many lines at most.
const STRETCH: usize = 24;

/// Lines this much alike are taken for one that was changed.
const SAME_LINE: f32 = 0.5;

/// So many lines must tell of the same change.
const VOTES: u32 = 2;

/// Lines of an old text as they would read with the new names.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    /// What a word became, one or two words.
    to: HashMap<u32, (u32, Option<u32>)>,
    /// Old lines that hold such words, with the new ones instead; sorted.
    lines: HashMap<usize, Vec<u32>>,
}

impl Renames {
    pub fn of(old: &Text, new: &Text, alignment: &Alignment) -> Self {
        let mut votes: HashMap<u32, HashMap<(u32, Option<u32>), u32>> = HashMap::new();
        alignment.gaps(|gap| {
            if gap.old.len() <= STRETCH && gap.new.len() <= STRETCH {
                changed_lines(old, new, alignment, &gap, &mut votes);
            }
        });
        let mut to = HashMap::new();
        for (word, became) in votes {
            let all: u32 = became.values().sum();
            if let Some((names, votes)) = became.into_iter().max_by_key(|(names, votes)| (*votes, *names))
                && votes >= VOTES
                && votes * 5 >= all * 3
            {
                to.insert(word, names);
            }
        }
        let mut found = Self { to, lines: HashMap::new() };
        if !found.to.is_empty() {
            for line in 0..old.line_count() {
                if let Some(words) = found.renamed(old.words(line)) {
                    found.lines.insert(line, words);
                }
            }
        }
        found
    }

    /// An old line with the new names; `None` when it has none.
    pub fn line(&self, old: usize) -> Option<&[u32]> {
        if self.lines.is_empty() { None } else { self.lines.get(&old).map(Vec::as_slice) }
    }

    /// Words with the new names, sorted; `None` when there are none.
    pub fn renamed(&self, words: &[u32]) -> Option<Vec<u32>> {
        if self.to.is_empty() || !words.iter().any(|word| self.to.contains_key(word)) {
            return None;
        }
        let mut renamed = Vec::with_capacity(words.len() + 4);
        for word in words {
            match self.to.get(word) {
                Some((first, second)) => renamed.extend([Some(*first), *second].into_iter().flatten()),
                None => renamed.push(*word),
            }
        }
        renamed.sort_unstable();
        Some(renamed)
    }
}

fn changed_lines(old: &Text, new: &Text, alignment: &Alignment, gap: &Gap, votes: &mut HashMap<u32, HashMap<(u32, Option<u32>), u32>>) {
    for one in gap.old.clone().filter(|line| old.lines()[*line].says_something() && alignment.new_of(*line).is_none()) {
        let mut best = (SAME_LINE, None);
        for other in gap.new.clone() {
            if old.lines()[one].bits & new.lines()[other].bits != 0 && alignment.old_of(other).is_none() {
                let likeness = words::alike(old.words(one), new.words(other));
                if likeness > best.0 {
                    best = (likeness, Some(other));
                }
            }
        }
        let Some(other) = best.1 else { continue };
        let (gone, come) = words::differing(old.words(one), new.words(other));
        if let ([word], [first]) = (&gone[..], &come[..]) {
            *votes.entry(*word).or_default().entry((*first, None)).or_default() += 1;
        } else if let ([word], [first, second]) = (&gone[..], &come[..]) {
            *votes.entry(*word).or_default().entry((*first, Some(*second))).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Renames;
    use crate::{Text, align::Alignment, words};

    fn renames(old: &str, new: &str) -> (Renames, Text) {
        let (old, new) = (Text::new("a.rs", old), Text::new("a.rs", new));
        let alignment = Alignment::of(&old, &new);
        (Renames::of(&old, &new, &alignment), old)
    }

    const OLD: &str = "let a = SpdyStream::open(url);\nstart();\nlet b = SpdyReader::over(a, limit);\nstop();\n";

    #[test]
    fn a_name_that_changed_in_two_lines_changed() {
        let (renames, old) = renames(OLD, &OLD.replace("Spdy", "Http2"));
        let there = Text::new("a.rs", "let c = Http2Writer::new();\n");
        let renamed = renames.renamed(old.words(0)).expect("a new name");
        assert!(words::alike(&renamed, there.words(0)) > words::alike(old.words(0), there.words(0)));
        assert!(renames.line(0).is_some() && renames.line(2).is_some());
        assert_eq!(renames.line(1), None);
    }

    #[test]
    fn what_one_line_says_is_no_rename() {
        let (renames, _) = renames(OLD, &OLD.replace("SpdyStream", "Http2Stream"));
        assert_eq!(renames.line(2), None);
        assert_eq!(renames.renamed(&[]), None);
    }
}
