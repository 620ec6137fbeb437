//! What differs between two texts besides their lines: byte order mark, line ends, the end of the last line.

use crate::{LineDiff, LineEnd, LineEnds, Lines};

/// Differences that no line shows. Each `None` when that is the same on both sides, else old and new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Formal {
    /// Whether the text begins with a UTF-8 byte order mark.
    pub byte_order_mark: Option<(bool, bool)>,
    /// How the lines end, when a line that is equal on both sides ends in another way. Both are [`LineEnds::Mixed`] when only some changed.
    pub line_ends: Option<(LineEnds, LineEnds)>,
    /// Whether the last line has an end. Not told of a text without lines.
    pub last_line_end: Option<(bool, bool)>,
}

impl Formal {
    /// Whether there is no such difference.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What differs besides the lines. `diff` is the difference of the same two texts by [`crate::Compare::Content`].
pub fn formal_difference(old: &Lines<'_>, new: &Lines<'_>, diff: &LineDiff) -> Formal {
    let unlike = |a, b| (a != b).then_some((a, b));
    let both = !old.is_empty() && !new.is_empty();
    Formal {
        byte_order_mark: unlike(old.has_byte_order_mark(), new.has_byte_order_mark()),
        line_ends: ends_differ(old, new, diff).then(|| (old.ends(), new.ends())),
        last_line_end: unlike(old.ends_with_line_end(), new.ends_with_line_end()).filter(|_| both),
    }
}

fn ends_differ(old: &Lines<'_>, new: &Lines<'_>, diff: &LineDiff) -> bool {
    let (mut at_old, mut at_new) = (0, 0);
    let (lines, _) = diff.lines();
    let hunks = diff.hunks().iter().map(|hunk| (hunk.old.clone(), hunk.new.end)).chain([(lines..lines, 0)]);
    for (of_old, next_new) in hunks {
        for line in at_old..of_old.start as usize {
            let ends = (old.end(line), new.end(at_new + line - at_old));
            if ends.0 != ends.1 && ends.0 != LineEnd::Missing && ends.1 != LineEnd::Missing {
                return true;
            }
        }
        (at_old, at_new) = (of_old.end as usize, next_new as usize);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compare, diff_lines};

    fn formal(old: &str, new: &str) -> (bool, Formal) {
        let (old, new) = (Lines::new(old), Lines::new(new));
        let diff = diff_lines(&old, &new, Compare::Content);
        (diff.is_empty(), formal_difference(&old, &new, &diff))
    }

    #[test]
    fn differences_that_no_line_shows_are_told_apart() {
        let ends = |old, new| Formal { line_ends: Some((old, new)), ..Formal::default() };
        assert_eq!(formal("a\nb\n", "a\r\nb\r\n"), (true, ends(LineEnds::Lf, LineEnds::CrLf)));
        assert_eq!(formal("a\r\nb\nc\n", "a\nb\nc\r\n"), (true, ends(LineEnds::Mixed, LineEnds::Mixed)));
        assert_eq!(formal("a\n", "\u{feff}a\n"), (true, Formal { byte_order_mark: Some((false, true)), ..Formal::default() }));
        assert_eq!(formal("a\nb\n", "a\nb"), (true, Formal { last_line_end: Some((true, false)), ..Formal::default() }));
        assert_eq!(formal("a\nb", "a\nb\nc"), (false, Formal::default()), "the end that b needed is no difference of its own");
        assert_eq!(formal("x\nb\n", "y\r\nb\r\n"), (false, ends(LineEnds::Lf, LineEnds::CrLf)), "also beside other changes");
        assert_eq!(formal("", "a"), (false, Formal::default()));
    }
}
