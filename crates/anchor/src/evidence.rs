//! What speaks for a place, and what against it.

use crate::{
    align::{Alignment, Gap},
    range::Span,
    renames::Renames,
    text::Text,
    words::alike,
};

/// Lines around a range that are asked whether they are still its neighbours, on each side.
const NEIGHBOURS: usize = 3;

/// Among so many lines a neighbour is looked for.
const NEIGHBOURHOOD: usize = 8;

/// Enclosing blocks that are compared.
const ANCESTORS: usize = 3;

/// Of longer ranges every nth word is compared.
const MOST_WORDS: usize = 6000;

/// What speaks for a place, each from 0 to 1. Alternatives carry it, so that a person can be told why.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// How alike the words of both ranges are.
    pub content: f32,
    /// How alike the first lines are that say something.
    pub head: f32,
    /// How alike the last lines are.
    pub tail: f32,
    /// How much of the old range stands here unchanged.
    pub kept: f32,
    /// How much of the lines here belongs to other old lines.
    pub foreign: f32,
    /// Whether the first line here is another old line, unchanged: 1 or 0.
    pub theirs: f32,
    /// Whether the lines before and after are still around it.
    pub neighbours: f32,
    /// Whether it stands in the same blocks.
    pub blocks: f32,
    /// Whether it stands between the same unchanged lines: 1 or 0.
    pub in_order: f32,
    /// Whether the place is whole as the old range was: what begins in it ends in it.
    pub whole: f32,
    /// How much of the origin's file is in the place's file; 1 for the file of the same path.
    pub file: f32,
    /// How much the paths have in common; 1 for the same path.
    pub path: f32,
    /// Whether only one of both files is among tests, fixtures or other copies: 1 or 0.
    pub apart: f32,
    /// How much of the place was there before, in another file that was; 1 where it is not known how that looked.
    pub known: f32,
    /// How much the changed lines around the origin are as many as those around the place; 0 when the place is not in order.
    pub room: f32,
    /// How much of the shorter range the longer one would hold.
    pub length: f32,
    /// How much the old range says: 0 for nothing, near 1 from some ten lines on.
    pub said: f32,
    /// How alike the first line here is to some other old line that is gone.
    pub rival: f32,
}

/// What is known of the file that a place is in; [`Evidence`] says of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File {
    pub shared: f32,
    pub path: f32,
    pub apart: f32,
    pub known: f32,
}

impl File {
    /// The file of the origin's path.
    pub const SAME: Self = Self { shared: 1.0, path: 1.0, apart: 0.0, known: 0.0 };
}

/// Two texts and what they share.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub old: &'a Text,
    pub new: &'a Text,
    pub alignment: &'a Alignment,
    pub renames: &'a Renames,
    /// The new text's.
    pub file: File,
    /// From what was at the new text's path before, where that is known.
    pub before: Option<&'a Alignment>,
}

/// What a range says, gathered once for all places it is compared with.
pub(crate) struct Witness {
    pub span: Span,
    pub words: Vec<u32>,
    weight: u32,
    /// First and last line that say something, else of the span.
    pub head: usize,
    pub tail: usize,
    balanced: bool,
}

impl Witness {
    pub fn of(text: &Text, span: Span) -> Self {
        let says = |line: &usize| text.lines()[*line].says_something();
        Self {
            span,
            words: bag(text, span),
            weight: weight(text, span),
            head: span.iter().find(says).unwrap_or(span.first),
            tail: span.iter().rev().find(says).unwrap_or(span.last),
            balanced: text.structure().is_balanced(span),
        }
    }
}

/// All words of a range, sorted.
fn bag(text: &Text, span: Span) -> Vec<u32> {
    let count: usize = span.iter().map(|line| text.words(line).len()).sum();
    let step = count / MOST_WORDS + 1;
    let mut words: Vec<u32> =
        span.iter().flat_map(|line| text.words(line).iter().copied()).filter(|word| step == 1 || word / 2 % step as u32 == 0).collect();
    words.sort_unstable();
    words
}

/// What the lines of a range weigh together.
pub(crate) fn weight(text: &Text, span: Span) -> u32 {
    text.lines()[span.first..=span.last].iter().map(|line| u32::from(line.weight)).sum()
}

impl Evidence {
    pub(crate) fn of(pair: Pair<'_>, witness: &Witness, span: Span, gap: &Gap, whole: f32, renamed: Option<&[u32]>) -> Self {
        let Pair { new, alignment, .. } = pair;
        let there = bag(new, span);
        let in_order = gap.new.start <= span.first && span.last < gap.new.end;
        let (mut kept, mut foreign) = (0, 0);
        for line in span.iter() {
            let weight = u32::from(new.lines()[line].weight);
            match alignment.old_of(line) {
                Some(from) if witness.span.contains(from) => kept += weight,
                Some(_) => foreign += weight,
                None => {}
            }
        }
        let says = |line: &usize| new.lines()[*line].says_something();
        let head = span.iter().find(says).unwrap_or(span.first);
        let tail = span.iter().rev().find(says).unwrap_or(span.last);
        let own = |line: usize| witness.span.contains(line) || pair.old.lines()[line].key == pair.old.lines()[witness.head].key;
        let theirs = alignment.old_of(head).is_some_and(|from| !own(from));
        let share = |part: u32, whole: u32| if whole == 0 { 0.0 } else { (part as f32 / whole as f32).min(1.0) };
        Self {
            content: alike(&witness.words, &there).max(renamed.map_or(0.0, |words| alike(words, &there))),
            head: line_likeness(pair, witness.head, head),
            tail: line_likeness(pair, witness.tail, tail),
            kept: share(kept, witness.weight),
            foreign: share(foreign, weight(new, span)),
            theirs: f32::from(u8::from(theirs)),
            neighbours: neighbours(pair, witness.span, span),
            blocks: blocks(pair, witness.span.first, span.first),
            in_order: f32::from(u8::from(in_order)),
            whole: if new.structure().is_balanced(span) == witness.balanced { whole } else { 0.0 },
            file: pair.file.shared,
            path: pair.file.path,
            apart: pair.file.apart,
            known: pair.before.map_or(pair.file.known, |before| known(before, new, span)),
            room: if in_order { gap.old.len().min(gap.new.len()) as f32 / gap.old.len().max(gap.new.len()).max(1) as f32 } else { 0.0 },
            length: witness.span.lines().min(span.lines()) as f32 / witness.span.lines().max(span.lines()) as f32,
            said: 1.0 - (-(witness.weight as f32) / 60.0).exp(),
            rival: 0.0,
        }
    }

    /// All of it as one number, 0 to 1 for most: to compare places with each other, not to say how good the best one is. Weights are rounded from a fit.
    pub fn score(&self) -> f32 {
        let sum = 2.35 * self.content
            + 3.7 * self.head
            + 1.7 * self.tail
            + 4.0 * self.neighbours
            + 1.0 * self.blocks
            + 1.0 * self.in_order
            + 2.4 * self.whole
            + 0.55 * self.file
            + 1.5 * self.path
            + 1.7 * self.length
            - 1.5 * self.foreign
            - 4.5 * self.apart
            - 2.5 * self.known;
        sum / 20.0
    }
}

/// How much of a place was there before; all of it where it says nothing.
fn known(before: &Alignment, new: &Text, span: Span) -> f32 {
    let says: Vec<usize> = span.iter().filter(|line| new.lines()[*line].says_something()).collect();
    let old = says.iter().filter(|line| before.old_of(**line).is_some()).count();
    if says.is_empty() { 1.0 } else { old as f32 / says.len() as f32 }
}

/// How alike an old and a new line are: pairs are the same line.
pub(crate) fn line_likeness(pair: Pair<'_>, old: usize, new: usize) -> f32 {
    if pair.alignment.new_of(old) == Some(new) || pair.old.lines()[old].key == pair.new.lines()[new].key {
        return 1.0;
    }
    let renamed = pair.renames.line(old).map_or(0.0, |words| alike(words, pair.new.words(new)));
    if pair.old.lines()[old].bits & pair.new.lines()[new].bits == 0 {
        return renamed;
    }
    renamed.max(alike(pair.old.words(old), pair.new.words(new)))
}

/// How alike a new line is to the old line outside of the range that is most like it and stands nowhere unchanged.
pub(crate) fn rival(pair: Pair<'_>, old: Span, new: usize) -> f32 {
    let gone = |line: &usize| !old.contains(*line) && pair.alignment.new_of(*line).is_none();
    (0..pair.old.line_count()).filter(gone).map(|line| line_likeness(pair, line, new)).fold(0.0, f32::max)
}

fn neighbours(pair: Pair<'_>, old: Span, new: Span) -> f32 {
    let before = side(pair, (0..old.first).rev(), new.first.saturating_sub(NEIGHBOURHOOD)..new.first);
    let after = side(pair, old.last + 1..pair.old.line_count(), new.last + 1..(new.last + 1 + NEIGHBOURHOOD).min(pair.new.line_count()));
    match (before, after) {
        (Some(before), Some(after)) => (before + after) / 2.0,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => 0.5,
    }
}

/// How many of the next lines on one side are on that side of the new place.
fn side(pair: Pair<'_>, lines: impl Iterator<Item = usize>, near: std::ops::Range<usize>) -> Option<f32> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for line in lines.filter(|line| pair.old.lines()[*line].says_something()).take(NEIGHBOURS) {
        let likeness = match pair.alignment.new_of(line) {
            Some(there) => f32::from(u8::from(near.contains(&there))),
            None => near.clone().map(|there| line_likeness(pair, line, there)).fold(0.0, f32::max),
        };
        let weight = 1.0 / (1.0 + weights);
        sum += likeness * weight;
        weights += weight;
    }
    (weights > 0.0).then(|| sum / weights)
}

fn blocks(pair: Pair<'_>, old: usize, new: usize) -> f32 {
    let (of_old, of_new) = (pair.old.structure(), pair.new.structure());
    let (mut one, mut other) = (of_old.parent(old), of_new.parent(new));
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for _ in 0..ANCESTORS {
        let likeness = match (one, other) {
            (None, None) => break,
            (Some(one), Some(other)) => line_likeness(pair, one, other),
            _ => 0.0,
        };
        sum += weight * likeness;
        weights += weight;
        weight *= 0.6;
        one = one.and_then(|line| of_old.parent(line));
        other = other.and_then(|line| of_new.parent(line));
    }
    if weights == 0.0 { 1.0 } else { sum / weights }
}
