//! What [`crate::diff_lines`] finds, and how lines are carried over it.

use std::ops::Range;

/// Lines of the old text and the lines of the new one that stand in their place; one of the two may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hunk {
    /// 0-based, half-open.
    pub old: Range<u32>,
    /// 0-based, half-open.
    pub new: Range<u32>,
}

/// How two texts differ, line by line.
///
/// The hunks are in order and never touch: between two of them, before the first and after the last stand equal lines, one to one. The first
/// lines of a hunk's two sides differ, and so do the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineDiff {
    pub(crate) hunks: Vec<Hunk>,
    pub(crate) old_lines: u32,
    pub(crate) new_lines: u32,
    pub(crate) coarse: bool,
}

impl LineDiff {
    /// In the order of the lines.
    pub fn hunks(&self) -> &[Hunk] {
        &self.hunks
    }

    /// Whether all lines are equal.
    pub fn is_empty(&self) -> bool {
        self.hunks.is_empty()
    }

    /// Whether a stretch was too large to be looked through: it is one hunk, though lines in it may be equal.
    pub fn is_coarse(&self) -> bool {
        self.coarse
    }

    /// Lines of the old and of the new text.
    pub fn lines(&self) -> (u32, u32) {
        (self.old_lines, self.new_lines)
    }

    /// Lines of the old text that are in no equal place of the new one.
    pub fn removed(&self) -> u32 {
        self.hunks.iter().map(|hunk| hunk.old.end - hunk.old.start).sum()
    }

    /// Lines of the new text that are in no equal place of the old one.
    pub fn added(&self) -> u32 {
        self.hunks.iter().map(|hunk| hunk.new.end - hunk.new.start).sum()
    }

    /// The difference from the new text to the old one.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            hunks: self.hunks.iter().map(|hunk| Hunk { old: hunk.new.clone(), new: hunk.old.clone() }).collect(),
            old_lines: self.new_lines,
            new_lines: self.old_lines,
            coarse: self.coarse,
        }
    }

    /// Where a line of the old text is in the new one; `None` when it was changed or removed, or is no line of it.
    pub fn map_line(&self, old: u32) -> Option<u32> {
        if old >= self.old_lines {
            return None;
        }
        // The last hunk that begins at or before the line.
        match self.hunks.partition_point(|hunk| hunk.old.start <= old).checked_sub(1).map(|at| &self.hunks[at]) {
            None => Some(old),
            Some(hunk) => Some(hunk.new.end + old.checked_sub(hunk.old.end)?),
        }
    }

    /// Where a line of the new text was in the old one; `None` when it was changed or added, or is no line of it.
    pub fn map_line_back(&self, new: u32) -> Option<u32> {
        if new >= self.new_lines {
            return None;
        }
        match self.hunks.partition_point(|hunk| hunk.new.start <= new).checked_sub(1).map(|at| &self.hunks[at]) {
            None => Some(new),
            Some(hunk) => Some(hunk.old.end + new.checked_sub(hunk.new.end)?),
        }
    }

    /// The hunk that changes or removes a line of the old text.
    pub fn hunk_of(&self, old: u32) -> Option<&Hunk> {
        let at = self.hunks.partition_point(|hunk| hunk.old.end <= old);
        self.hunks.get(at).filter(|hunk| hunk.old.contains(&old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_carried_over_hunks_and_lost_in_them() {
        let diff = LineDiff {
            hunks: vec![Hunk { old: 1..1, new: 1..3 }, Hunk { old: 4..6, new: 6..7 }],
            old_lines: 8,
            new_lines: 9,
            coarse: false,
        };
        let mapped: Vec<_> = (0..9).map(|line| diff.map_line(line)).collect();
        assert_eq!(mapped, [Some(0), Some(3), Some(4), Some(5), None, None, Some(7), Some(8), None]);
        for line in 0..9 {
            assert_eq!(diff.map_line_back(line), diff.reversed().map_line(line), "line {line}");
        }
        assert_eq!(diff.hunk_of(5), Some(&diff.hunks[1]));
        assert_eq!((diff.hunk_of(1), diff.hunk_of(6)), (None, None));
        assert_eq!((diff.added(), diff.removed()), (3, 2));
    }
}
