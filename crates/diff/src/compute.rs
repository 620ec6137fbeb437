//! From lines to hunks.

use std::{ops::Range, thread};

use imara_diff::{Algorithm, Diff, IndentHeuristic, IndentLevel, Interner, Token};

use crate::{Hunk, LineDiff, Lines};

/// Between two lines that occur once on each side, up to this many lines (of both sides together) are looked through for the shortest
/// difference. More come out as one hunk.
pub const LARGEST_STRETCH: usize = 50_000;

/// Up to this many lines are compared by the histogram algorithm, which reads best but takes quadratic time.
const HISTOGRAM: usize = 6000;

/// Up to this many lines, hunks are moved to where people would put them.
const SLIDES: usize = 1_000_000;

/// A comparison of more lines than this gets a stack of its own: both algorithms recurse as deep as the lines make them.
const OWN_STACK: usize = 2000;
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// The indentation of a line is told by this many of its first bytes: one of a gigabyte of blanks is looked at no longer.
const INDENT_PROBE: usize = 256;

/// When two lines are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// When they hold the same, however they end. For people.
    Content,
    /// When their ends are the same too. For putting texts together again, byte by byte.
    Exact,
}

/// Finds how `new` differs from `old`. The same two texts the other way round give the same hunks, reversed.
///
/// # Panics
/// With 2³¹ lines or more on one side.
pub fn diff_lines(old: &Lines<'_>, new: &Lines<'_>, compare: Compare) -> LineDiff {
    // Neither algorithm treats its sides alike; a fixed order makes the answer the same for both directions.
    if order(old, new, compare).is_gt() {
        return compute(new, old, compare).reversed();
    }
    compute(old, new, compare)
}

fn content<'a>(lines: &Lines<'a>, index: usize, compare: Compare) -> &'a [u8] {
    match compare {
        Compare::Content => lines.line(index),
        Compare::Exact => lines.whole(index),
    }
}

fn order(old: &Lines<'_>, new: &Lines<'_>, compare: Compare) -> std::cmp::Ordering {
    let unlike = || {
        let first = (0..old.len()).map(|index| content(old, index, compare).cmp(content(new, index, compare)));
        first.into_iter().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    };
    old.len().cmp(&new.len()).then_with(unlike)
}

fn compute<'a>(old: &Lines<'a>, new: &Lines<'a>, compare: Compare) -> LineDiff {
    let mut interner = Interner::new((old.len() + new.len()) / 2);
    let mut tokens =
        |lines: &Lines<'a>| -> Vec<Token> { (0..lines.len()).map(|index| interner.intern(content(lines, index, compare))).collect() };
    let (before, after) = (tokens(old), tokens(new));
    let mut marks = Marks {
        removed: vec![false; before.len()],
        added: vec![false; after.len()],
        coarse: false,
        numbers: vec![NONE; interner.num_tokens() as usize],
    };
    marks.between(&before, &after);
    if before.len() + after.len() <= SLIDES {
        let indent = |token| IndentLevel::for_ascii_line(interner[token].iter().take(INDENT_PROBE).copied(), 8);
        marks.slide(&before, &after, indent);
    }
    let hunks = trimmed(marks.hunks(), &before, &after);
    LineDiff { hunks, old_lines: count(before.len()), new_lines: count(after.len()), coarse: marks.coarse }
}

/// Which lines have no equal. Between two marked stretches, as many lines of one side stand against as many of the other.
struct Marks {
    removed: Vec<bool>,
    added: Vec<bool>,
    coarse: bool,
    /// For each line that differs from all others, its number in the stretch under comparison; [`NONE`] between two stretches.
    numbers: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Marks {
    fn between(&mut self, before: &[Token], after: &[Token]) {
        let (old, new) = stripped(before, after, 0..before.len(), 0..after.len());
        if old.len() + new.len() <= HISTOGRAM {
            return self.stretch(before, after, old, new);
        }
        let (mut at_old, mut at_new) = (old.start, new.start);
        for (anchor_old, anchor_new) in anchors(before, after, &old, &new, self.numbers.len()).into_iter().chain([(old.end, new.end)]) {
            let (old, new) = stripped(before, after, at_old..anchor_old, at_new..anchor_new);
            self.stretch(before, after, old, new);
            (at_old, at_new) = (anchor_old + 1, anchor_new + 1);
        }
    }

    fn stretch(&mut self, before: &[Token], after: &[Token], old: Range<usize>, new: Range<usize>) {
        if old.is_empty() || new.is_empty() {
            self.removed[old].fill(true);
            self.added[new].fill(true);
            return;
        }
        let (before, after) = (&before[old.clone()], &after[new.clone()]);
        match self.shortest(before, after) {
            Some(diff) => {
                self.removed[old].iter_mut().zip(0..).for_each(|(removed, at)| *removed = diff.is_removed(at));
                self.added[new].iter_mut().zip(0..).for_each(|(added, at)| *added = diff.is_added(at));
            }
            None => {
                self.coarse = true;
                self.removed[old].fill(true);
                self.added[new].fill(true);
            }
        }
    }

    /// The shortest difference, or nearly; `None` when there is no room for it.
    fn shortest(&mut self, before: &[Token], after: &[Token]) -> Option<Diff> {
        let lines = before.len() + after.len();
        if lines > LARGEST_STRETCH {
            return None;
        }
        // imara-diff takes memory for every number up to the largest, so each stretch has numbers of its own.
        let mut distinct = 0;
        let mut renumber = |tokens: &[Token]| -> Vec<Token> {
            let number = |token: &Token| {
                let number = &mut self.numbers[token.0 as usize];
                if *number == NONE {
                    *number = distinct;
                    distinct += 1;
                }
                Token(*number)
            };
            tokens.iter().map(number).collect()
        };
        let (renumbered_before, renumbered_after) = (renumber(before), renumber(after));
        for token in before.iter().chain(after) {
            self.numbers[token.0 as usize] = NONE;
        }
        let algorithm = if lines <= HISTOGRAM { Algorithm::Histogram } else { Algorithm::Myers };
        let compute = || {
            let mut diff = Diff::default();
            diff.compute_with(algorithm, &renumbered_before, &renumbered_after, distinct);
            diff
        };
        if lines <= OWN_STACK {
            return Some(compute());
        }
        thread::scope(|scope| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, compute).ok()?.join().ok())
    }

    fn hunks(&self) -> Vec<Hunk> {
        let mut hunks = Vec::new();
        let (mut old, mut new) = (0, 0);
        while old < self.removed.len() || new < self.added.len() {
            let run = |marks: &[bool], from: usize| from + marks[from..].iter().take_while(|marked| **marked).count();
            let (old_end, new_end) = (run(&self.removed, old), run(&self.added, new));
            if (old_end, new_end) != (old, new) {
                hunks.push(Hunk { old: count(old)..count(old_end), new: count(new)..count(new_end) });
            }
            (old, new) = (old_end + 1, new_end + 1);
        }
        hunks
    }

    /// Moves hunks that could as well stand some lines higher or lower to where their indentation says they belong.
    fn slide(&mut self, before: &[Token], after: &[Token], indent: impl Fn(Token) -> IndentLevel) {
        // imara-diff slides only what it found itself. Lines that are all unlike, but for the pairs found here, make it find these.
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            Token(next - 1)
        };
        let mut pairs = Vec::with_capacity(before.len());
        let old: Vec<Token> = self
            .removed
            .iter()
            .map(|removed| (*removed, fresh()))
            .inspect(|(removed, token)| {
                if !removed {
                    pairs.push(*token);
                }
            })
            .map(|(_, token)| token)
            .collect();
        let mut pairs = pairs.into_iter();
        let new: Vec<Token> = self.added.iter().map(|added| if *added { None } else { pairs.next() }.unwrap_or_else(&mut fresh)).collect();
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Myers, &old, &new, next);
        diff.postprocess_with(before, after, IndentHeuristic::new(indent));
        self.removed.iter_mut().zip(0..).for_each(|(removed, at)| *removed = diff.is_removed(at));
        self.added.iter_mut().zip(0..).for_each(|(added, at)| *added = diff.is_added(at));
    }
}

/// Lines that occur once in each of the two stretches, in the same order in both, as many as there are: what patience diff holds on to.
fn anchors(before: &[Token], after: &[Token], old: &Range<usize>, new: &Range<usize>, distinct: usize) -> Vec<(usize, usize)> {
    const NEVER: usize = usize::MAX;
    const OFTEN: usize = usize::MAX - 1;
    let places = |tokens: &[Token], range: &Range<usize>| {
        let mut places = vec![NEVER; distinct];
        for at in range.clone() {
            let place = &mut places[tokens[at].0 as usize];
            *place = if *place == NEVER { at } else { OFTEN };
        }
        places
    };
    let (in_old, in_new) = (places(before, old), places(after, new));
    let once = old.clone().map(|at| (at, before[at].0 as usize)).filter(|(_, token)| in_old[*token] < OFTEN && in_new[*token] < OFTEN);
    let once: Vec<(usize, usize)> = once.map(|(at, token)| (at, in_new[token])).collect();
    // The longest run that ascends on both sides: for each length, where the one that ends lowest ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![NEVER; once.len()];
    for (index, (_, place)) in once.iter().enumerate() {
        let length = ends.partition_point(|end| once[*end].1 < *place);
        if length > 0 {
            previous[index] = ends[length - 1];
        }
        if length == ends.len() { ends.push(index) } else { ends[length] = index }
    }
    let mut chosen = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        chosen.push(once[index]);
        at = Some(previous[index]).filter(|index| *index != NEVER);
    }
    chosen.reverse();
    chosen
}

/// Without the equal lines at both ends.
fn stripped(before: &[Token], after: &[Token], old: Range<usize>, new: Range<usize>) -> (Range<usize>, Range<usize>) {
    let (one, other) = (&before[old.clone()], &after[new.clone()]);
    let first = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[first..], &other[first..]);
    let last = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    (old.start + first..old.end - last, new.start + first..new.end - last)
}

/// Takes equal lines at the ends of hunks out of them.
fn trimmed(hunks: Vec<Hunk>, before: &[Token], after: &[Token]) -> Vec<Hunk> {
    let wide = |range: Range<u32>| range.start as usize..range.end as usize;
    let narrow = |range: Range<usize>| count(range.start)..count(range.end);
    let trimmed = hunks.into_iter().map(|hunk| stripped(before, after, wide(hunk.old), wide(hunk.new)));
    trimmed.filter(|(old, new)| !old.is_empty() || !new.is_empty()).map(|(old, new)| Hunk { old: narrow(old), new: narrow(new) }).collect()
}

fn count(lines: usize) -> u32 {
    u32::try_from(lines).expect("a text has less than 2³¹ lines")
}
