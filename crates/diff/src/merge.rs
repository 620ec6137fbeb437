//! Two changes of the same text, brought together line by line.

use std::ops::Range;

use crate::{Compare, Hunk, LineDiff, Lines, diff_lines};

/// A stretch of a merged text. All ranges are lines, 0-based and half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergePart {
    /// These lines of our text: neither changed them, or only we did, or both did the same.
    Ours(Range<u32>),
    /// These lines of their text: only they changed them.
    Theirs(Range<u32>),
    /// Both changed the same lines, or lines that touch, each in another way.
    Conflict {
        /// What both began with.
        base: Range<u32>,
        /// What we made of it.
        ours: Range<u32>,
        /// What they made of it.
        theirs: Range<u32>,
    },
}

/// Merges what became of `base` in `ours` and in `theirs` (diff3: Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007, where changes
/// that touch are one). Lines are compared with their ends, so that a merge without conflict is exact to the byte. The parts are in order.
///
/// # Panics
/// With 2³¹ lines or more in a text.
pub fn merge_lines(base: &Lines<'_>, ours: &Lines<'_>, theirs: &Lines<'_>) -> Vec<MergePart> {
    let our_diff = diff_lines(base, ours, Compare::Exact);
    let their_diff = diff_lines(base, theirs, Compare::Exact);
    let mut merge = Merging { ours: Side::new(&our_diff), theirs: Side::new(&their_diff), parts: Vec::new() };
    while let Some(stretch) = merge.next_stretch() {
        merge.take(stretch, ours, theirs);
    }
    let end = our_diff.lines().1;
    merge.keep_ours(merge.ours.at..end);
    merge.parts
}

/// One side's hunks, and how far they are used.
struct Side<'a> {
    hunks: &'a [Hunk],
    /// The next line of this side's text.
    at: u32,
    /// How much later a line of the base stands here, after the hunks used.
    shift: i64,
}

impl<'a> Side<'a> {
    fn new(diff: &'a LineDiff) -> Self {
        Self { hunks: diff.hunks(), at: 0, shift: 0 }
    }

    /// Takes the hunks that a stretch of the base holds; the lines that stand here instead of it.
    fn take(&mut self, base: &Range<u32>) -> Option<Range<u32>> {
        let used = self.hunks.iter().take_while(|hunk| hunk.old.start <= base.end).count();
        let (taken, rest) = self.hunks.split_at(used);
        let start = self.place(base.start);
        if let Some(last) = taken.last() {
            self.shift = i64::from(last.new.end) - i64::from(last.old.end);
        }
        self.hunks = rest;
        let place = start..self.place(base.end);
        self.at = place.end;
        (!taken.is_empty()).then_some(place)
    }

    fn place(&self, base: u32) -> u32 {
        u32::try_from(i64::from(base) + self.shift).unwrap_or_default()
    }
}

struct Merging<'a> {
    ours: Side<'a>,
    theirs: Side<'a>,
    parts: Vec<MergePart>,
}

impl Merging<'_> {
    /// The lines of the base that the next changes of both sides cover together, as long as they touch.
    fn next_stretch(&self) -> Option<Range<u32>> {
        let (ours, theirs) = (self.ours.hunks.iter(), self.theirs.hunks.iter());
        let (mut ours, mut theirs) = (ours.peekable(), theirs.peekable());
        let first = match (ours.peek(), theirs.peek()) {
            (Some(our), Some(their)) if their.old.start < our.old.start => theirs.next(),
            (Some(_), _) => ours.next(),
            (None, _) => theirs.next(),
        };
        let mut stretch = first?.old.clone();
        while let Some(hunk) = [&mut ours, &mut theirs].into_iter().find_map(|side| side.next_if(|hunk| hunk.old.start <= stretch.end)) {
            stretch.end = stretch.end.max(hunk.old.end);
        }
        Some(stretch)
    }

    fn take(&mut self, base: Range<u32>, ours: &Lines<'_>, theirs: &Lines<'_>) {
        let before = self.ours.at..self.ours.place(base.start);
        self.keep_ours(before);
        let (our_change, their_change) = (self.ours.take(&base), self.theirs.take(&base));
        match (our_change, their_change) {
            (Some(our), Some(their)) if !same(ours, &our, theirs, &their) => {
                self.parts.push(MergePart::Conflict { base, ours: our, theirs: their });
            }
            (Some(our), _) => self.keep_ours(our),
            (None, Some(their)) if !their.is_empty() => self.parts.push(MergePart::Theirs(their)),
            (None, _) => {}
        }
    }

    fn keep_ours(&mut self, lines: Range<u32>) {
        if lines.is_empty() {
            return;
        }
        self.ours.at = self.ours.at.max(lines.end);
        match self.parts.last_mut() {
            Some(MergePart::Ours(last)) if last.end == lines.start => last.end = lines.end,
            _ => self.parts.push(MergePart::Ours(lines)),
        }
    }
}

fn same(ours: &Lines<'_>, our: &Range<u32>, theirs: &Lines<'_>, their: &Range<u32>) -> bool {
    our.len() == their.len() && our.clone().zip(their.clone()).all(|(our, their)| ours.whole(our as usize) == theirs.whole(their as usize))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The merged text, conflicts as `<ours|theirs>`.
    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        let (our_lines, their_lines) = (Lines::new(ours), Lines::new(theirs));
        let text = |lines: &Lines<'_>, range: &Range<u32>| -> String {
            range.clone().map(|at| String::from_utf8_lossy(lines.whole(at as usize)).into_owned()).collect()
        };
        let shown = |part: &MergePart| match part {
            MergePart::Ours(range) => text(&our_lines, range),
            MergePart::Theirs(range) => text(&their_lines, range),
            MergePart::Conflict { ours, theirs, .. } => format!("<{}|{}>", text(&our_lines, ours), text(&their_lines, theirs)),
        };
        merge_lines(&Lines::new(base), &our_lines, &their_lines).iter().map(shown).collect()
    }

    #[test]
    fn changes_of_different_lines_are_both_there() {
        assert_eq!(merged("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n"), "A\nb\nc\nD\n");
        assert_eq!(merged("a\nb\nc\n", "a\nb\nc\nd\n", "0\na\nb\nc\n"), "0\na\nb\nc\nd\n");
        assert_eq!(merged("a\nb\nc\nd\n", "a\nc\nd\n", "a\nb\nc\n"), "a\nc\n", "lines that one of both removed are gone");
    }

    #[test]
    fn the_same_change_on_both_sides_is_made_once() {
        assert_eq!(merged("a\nb\nc\n", "a\nx\ny\nc\n", "a\nx\ny\nc\n"), "a\nx\ny\nc\n");
    }

    #[test]
    fn different_changes_of_a_line_are_a_conflict() {
        assert_eq!(merged("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n"), "a\n<x\n|y\n>c\n");
        assert_eq!(merged("a\nb\nc\n", "a\nc\n", "a\ny\nc\n"), "a\n<|y\n>c\n");
        assert_eq!(merged("a\nb\n", "a\nx\nb\n", "a\ny\nb\n"), "a\n<x\n|y\n>b\n", "what both put at a place has no order");
    }

    #[test]
    fn line_ends_count() {
        assert_eq!(merged("a\nb\n", "a\r\nb\r\n", "a\nb\n"), "a\r\nb\r\n");
        assert_eq!(merged("a", "a\n", "a"), "a\n");
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(vec!["a\n", "b\n", "c\n", "d\n", "e\n"]), 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_gives_way(base in text(), changed in text()) {
            prop_assert_eq!(merged(&base, &base, &changed), changed.clone());
            prop_assert_eq!(merged(&base, &changed, &base), changed.clone());
            prop_assert_eq!(merged(&base, &changed, &changed), changed);
        }

        #[test]
        fn every_line_of_ours_is_kept_replaced_or_in_conflict(base in text(), ours in text(), theirs in text()) {
            let (our_lines, their_lines) = (Lines::new(&ours), Lines::new(&theirs));
            let parts = merge_lines(&Lines::new(&base), &our_lines, &their_lines);
            let (mut our_at, mut their_at) = (0, 0);
            for part in &parts {
                match part {
                    MergePart::Ours(range) => {
                        prop_assert!(range.start >= our_at && !range.is_empty());
                        our_at = range.end;
                    }
                    MergePart::Theirs(range) => {
                        prop_assert!(range.start >= their_at && !range.is_empty());
                        their_at = range.end;
                    }
                    MergePart::Conflict { ours, theirs, .. } => {
                        prop_assert!(ours.start >= our_at && theirs.start >= their_at);
                        (our_at, their_at) = (ours.end, theirs.end);
                    }
                }
            }
            prop_assert!(our_at as usize <= our_lines.len() && their_at as usize <= their_lines.len());
        }

        #[test]
        fn the_sides_may_be_exchanged(base in text(), ours in text(), theirs in text()) {
            let conflicts = |parts: Vec<MergePart>| parts.iter().filter(|part| matches!(part, MergePart::Conflict { .. })).count();
            let (base, ours, theirs) = (Lines::new(&base), Lines::new(&ours), Lines::new(&theirs));
            prop_assert_eq!(conflicts(merge_lines(&base, &ours, &theirs)), conflicts(merge_lines(&base, &theirs, &ours)));
        }
    }
}
