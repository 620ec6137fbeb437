//! Which line of an old text is which of a new one.

use std::{collections::HashMap, ops::Range, thread};

use imara_diff::{Algorithm, Diff, IndentHeuristic, IndentLevel, Token};

use crate::{
    range::Span,
    text::{Line, Text},
};

/// Up to this many lines (of both sides together) are looked through between two lines that occur once on each side. More of them without
/// such a pair are not aligned.
pub(crate) const LARGEST_STRETCH: usize = 6000;

/// The algorithm recurses as deep as the lines make it: from this many lines on it gets a stack of its own.
const OWN_STACK: usize = 1500;
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// A block that was moved is recognised by a line that occurs once and weighs at least this.
const MOVED_WEIGHT: u16 = 12;

/// Deeper lines are taken for this deep.
const MOST_INDENT: u16 = 200;

const NONE: u32 = u32::MAX;

/// Two texts, line by line: lines that are equal but for blanks, in order, and then blocks of them that were moved.
#[derive(Debug)]
pub(crate) struct Alignment {
    /// For each old line the new one.
    new_of: Vec<u32>,
    /// For each new line the old one.
    old_of: Vec<u32>,
    /// Whether an old line's pair is in the order of both texts.
    in_order: Vec<bool>,
}

/// Lines between two pairs that stand in order: if nothing was moved, what an old line became is in here.
#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

impl Alignment {
    pub fn of(old: &Text, new: &Text) -> Self {
        let mut found =
            Self { new_of: vec![NONE; old.line_count()], old_of: vec![NONE; new.line_count()], in_order: vec![false; old.line_count()] };
        let keys = Keys::of(old, new);
        found.in_order(&keys, 0..old.line_count(), 0..new.line_count());
        for old in 0..found.new_of.len() {
            found.in_order[old] = found.new_of[old] != NONE;
        }
        found.moved(&keys, old, new);
        found
    }

    /// The new line that an old one became, unchanged but for blanks.
    pub fn new_of(&self, old: usize) -> Option<usize> {
        self.new_of.get(old).copied().filter(|line| *line != NONE).map(|line| line as usize)
    }

    /// The old line that became a new one.
    pub fn old_of(&self, new: usize) -> Option<usize> {
        self.old_of.get(new).copied().filter(|line| *line != NONE).map(|line| line as usize)
    }

    /// The same, for pairs that stand in the same order in both texts.
    pub fn in_order_of(&self, old: usize) -> Option<usize> {
        self.new_of(old).filter(|_| self.in_order[old])
    }

    /// What stands between the nearest pairs in order around the span.
    pub fn gap(&self, span: Span) -> Gap {
        let before = (0..span.first).rev().find_map(|line| Some((line, self.in_order_of(line)?)));
        let after = (span.last + 1..self.new_of.len()).find_map(|line| Some((line, self.in_order_of(line)?)));
        let (old_start, new_start) = before.map_or((0, 0), |(old, new)| (old + 1, new + 1));
        let (old_end, new_end) = after.unwrap_or((self.new_of.len(), self.old_of.len()));
        Gap { old: old_start..old_end, new: new_start..new_end }
    }

    /// Calls for each place between two pairs in order where both texts have other lines.
    pub fn gaps(&self, mut each: impl FnMut(Gap)) {
        let (mut at_old, mut at_new) = (0, 0);
        for old in 0..=self.new_of.len() {
            let new = if old == self.new_of.len() { Some(self.old_of.len()) } else { self.in_order_of(old) };
            let Some(new) = new else { continue };
            if at_old < old && at_new < new {
                each(Gap { old: at_old..old, new: at_new..new });
            }
            (at_old, at_new) = (old + 1, new + 1);
        }
    }

    /// How much of two texts is the same: of both together, and of the new one alone. By weight, 0 to 1.
    pub fn shares(&self, old: &Text, new: &Text) -> (f32, f32) {
        let weight = |text: &Text| text.lines().iter().map(|line| u64::from(line.weight)).sum::<u64>();
        let common: u64 =
            (0..new.line_count()).filter(|line| self.old_of(*line).is_some()).map(|line| u64::from(new.lines()[line].weight)).sum();
        let (old, new) = (weight(old), weight(new));
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { (part as f32 / whole as f32).min(1.0) };
        (share(2 * common, old + new), share(common, new))
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.new_of[old] = new as u32;
        self.old_of[new] = old as u32;
    }

    fn in_order(&mut self, keys: &Keys, mut old: Range<usize>, mut new: Range<usize>) {
        if old.len() + new.len() <= LARGEST_STRETCH {
            return self.stretch(keys, old, new);
        }
        while !old.is_empty() && !new.is_empty() && keys.old[old.start] == keys.new[new.start] {
            self.pair(old.start, new.start);
            (old.start, new.start) = (old.start + 1, new.start + 1);
        }
        while !old.is_empty() && !new.is_empty() && keys.old[old.end - 1] == keys.new[new.end - 1] {
            (old.end, new.end) = (old.end - 1, new.end - 1);
            self.pair(old.end, new.end);
        }
        if old.len() + new.len() <= LARGEST_STRETCH {
            return self.stretch(keys, old, new);
        }
        let anchors = keys.anchors(&old, &new);
        if anchors.is_empty() {
            return;
        }
        let (mut at_old, mut at_new) = (old.start, new.start);
        for (anchor_old, anchor_new) in anchors.into_iter().chain([(old.end, new.end)]) {
            self.in_order(keys, at_old..anchor_old, at_new..anchor_new);
            if anchor_old < old.end {
                self.pair(anchor_old, anchor_new);
            }
            (at_old, at_new) = (anchor_old + 1, anchor_new + 1);
        }
    }

    fn stretch(&mut self, keys: &Keys, old: Range<usize>, new: Range<usize>) {
        if old.is_empty() || new.is_empty() {
            return;
        }
        let mut numbers: HashMap<u32, u32, Identity> = HashMap::with_capacity_and_hasher(old.len() + new.len(), Identity);
        let mut indents = Vec::new();
        let mut renumber = |lines: &[u32]| -> Vec<Token> {
            let mut number = |key: &u32| {
                Token(*numbers.entry(*key).or_insert_with(|| {
                    indents.push(keys.indents[*key as usize]);
                    indents.len() as u32 - 1
                }))
            };
            lines.iter().map(&mut number).collect()
        };
        let (before, after) = (renumber(&keys.old[old.clone()]), renumber(&keys.new[new.clone()]));
        let compute = || {
            let mut diff = Diff::default();
            diff.compute_with(Algorithm::Histogram, &before, &after, indents.len() as u32);
            let level = |token: Token| {
                let indent = indents[token.0 as usize];
                IndentLevel::for_ascii_line(std::iter::repeat_n(b' ', usize::from(indent.unwrap_or(0))).chain(indent.map(|_| b'x')), 4)
            };
            diff.postprocess_with(&before, &after, IndentHeuristic::new(level));
            diff
        };
        let diff = if before.len() + after.len() <= OWN_STACK {
            Some(compute())
        } else {
            thread::scope(|scope| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, compute).ok()?.join().ok())
        };
        let Some(diff) = diff else { return };
        let (mut at_old, mut at_new) = (0, 0);
        while at_old < before.len() && at_new < after.len() {
            if diff.is_removed(at_old as u32) {
                at_old += 1;
            } else if diff.is_added(at_new as u32) {
                at_new += 1;
            } else {
                self.pair(old.start + at_old, new.start + at_new);
                (at_old, at_new) = (at_old + 1, at_new + 1);
            }
        }
    }

    /// Pairs blocks that stand in another order: around a line that is left on both sides exactly once, everything equal that is left too.
    fn moved(&mut self, keys: &Keys, old: &Text, new: &Text) {
        let mut left: HashMap<u32, (u32, u32, u32)> = HashMap::new();
        for (line, key) in keys.old.iter().enumerate() {
            if self.new_of[line] == NONE && old.lines()[line].weight >= MOVED_WEIGHT {
                let entry = left.entry(*key).or_insert((0, 0, NONE));
                (entry.0, entry.1) = (entry.0 + 1, line as u32);
            }
        }
        if left.is_empty() {
            return;
        }
        let mut pairs = Vec::new();
        let mut new_lines: HashMap<u32, (u32, u32)> = HashMap::new();
        for (line, key) in keys.new.iter().enumerate() {
            if self.old_of[line] == NONE && left.get(key).is_some_and(|entry| entry.0 == 1) {
                let entry = new_lines.entry(*key).or_insert((0, 0));
                *entry = (entry.0 + 1, line as u32);
            }
        }
        for (key, (count, line)) in new_lines {
            if count == 1 {
                pairs.push((left[&key].1 as usize, line as usize));
            }
        }
        pairs.sort_unstable();
        let free = |this: &Self, one: usize, other: usize| this.new_of[one] == NONE && this.old_of[other] == NONE;
        for (one, other) in pairs {
            if !free(self, one, other) {
                continue;
            }
            self.pair(one, other);
            let (mut up, mut there) = (one, other);
            while up > 0 && there > 0 && keys.old[up - 1] == keys.new[there - 1] && free(self, up - 1, there - 1) {
                (up, there) = (up - 1, there - 1);
                self.pair(up, there);
            }
            let (mut down, mut there) = (one + 1, other + 1);
            while down < old.line_count() && there < new.line_count() && keys.old[down] == keys.new[there] && free(self, down, there) {
                self.pair(down, there);
                (down, there) = (down + 1, there + 1);
            }
        }
    }
}

/// Lines as numbers: equal ones have the same.
struct Keys {
    old: Vec<u32>,
    new: Vec<u32>,
    /// By number: the columns that the first such line is indented by; `None` for blank ones.
    indents: Vec<Option<u16>>,
}

impl Keys {
    fn of(old: &Text, new: &Text) -> Self {
        let mut numbers: HashMap<u64, u32, Identity> = HashMap::with_capacity_and_hasher(old.line_count() + 16, Identity);
        let mut indents = Vec::new();
        let mut number = |text: &Text| -> Vec<u32> {
            let mut number = |line: &Line| {
                *numbers.entry(line.key).or_insert_with(|| {
                    indents.push((!line.is_blank()).then_some(line.indent.min(MOST_INDENT)));
                    indents.len() as u32 - 1
                })
            };
            text.lines().iter().map(&mut number).collect()
        };
        let (old, new) = (number(old), number(new));
        Self { old, new, indents }
    }

    /// Pairs of lines that occur once on each side, as many as stand in the same order.
    fn anchors(&self, old: &Range<usize>, new: &Range<usize>) -> Vec<(usize, usize)> {
        let mut seen = vec![(0_u32, 0_u32, 0_u32); self.indents.len()];
        for key in &self.old[old.clone()] {
            seen[*key as usize].0 += 1;
        }
        for (line, key) in self.new[new.clone()].iter().enumerate() {
            let entry = &mut seen[*key as usize];
            (entry.1, entry.2) = (entry.1 + 1, (new.start + line) as u32);
        }
        let pairs: Vec<(usize, usize)> = old
            .clone()
            .filter_map(|line| {
                let (ours, theirs, place) = seen[self.old[line] as usize];
                (ours == 1 && theirs == 1).then_some((line, place as usize))
            })
            .collect();
        longest_ascending(&pairs)
    }
}

/// The most pairs whose second numbers ascend as the first ones do.
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // tails[n]: the pair that ends the ascent of n + 1 pairs with the smallest number.
    let mut tails: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let place = tails.partition_point(|tail| pairs[*tail].1 < pair.1);
        if place > 0 {
            before[index] = tails[place - 1];
        }
        if place == tails.len() {
            tails.push(index);
        } else {
            tails[place] = index;
        }
    }
    let mut found = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied().unwrap_or(usize::MAX);
    while at != usize::MAX {
        found.push(pairs[at]);
        at = before[at];
    }
    found.reverse();
    found
}

/// Keys of lines are hashes already.
#[derive(Clone, Copy)]
struct Identity;

impl std::hash::BuildHasher for Identity {
    type Hasher = Same;

    fn build_hasher(&self) -> Same {
        Same(0)
    }
}

struct Same(u64);

impl std::hash::Hasher for Same {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::words::hash(bytes);
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
