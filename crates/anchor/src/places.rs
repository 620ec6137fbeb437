//! Places in a new text where an old range may be.

use std::collections::HashMap;

use crate::{
    evidence::{Evidence, Pair, Witness, line_likeness},
    range::Span,
    text::Text,
};

/// So many beginnings are tried.
const STARTS: usize = 10;

/// A line must be so much like the first one to be a beginning on its own account.
const LIKE_HEAD: f32 = 0.3;

/// A place and what speaks for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub span: Span,
    pub evidence: Evidence,
    pub score: f32,
}

/// The best places first, at most one for each beginning.
pub(crate) fn find(pair: Pair<'_>, witness: &Witness) -> Vec<Place> {
    let Pair { old, new, alignment, .. } = pair;
    if new.line_count() == 0 {
        return Vec::new();
    }
    let around = alignment.gap(witness.span);
    let gap = around.new.clone();
    let shape = Shape::of(old, witness.span);
    let mut places: Vec<Place> = Vec::new();
    let renamed = pair.renames.renamed(&witness.words);
    for start in starts(pair, witness, &shape, &gap) {
        let first = shape.begin(new, start);
        let mut best: Option<Place> = None;
        for last in ends(pair, witness, &shape, start) {
            if last < first || last - first > 4 * witness.span.lines() + 60 {
                continue;
            }
            let span = Span { first, last };
            let whole = match shape.end {
                Some(back) if witness.span.lines() > 1 && shape.end_of(new, start, back) != last => 0.5,
                _ => 1.0,
            };
            let evidence = Evidence::of(pair, witness, span, &around, whole, renamed.as_deref());
            let score = evidence.score();
            if best.is_none_or(|best| score > best.score) {
                best = Some(Place { span, evidence, score });
            }
        }
        places.extend(best);
    }
    places.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.span.cmp(&other.span)));
    places.dedup_by_key(|place| place.span);
    for place in places.iter_mut().take(2) {
        let says = |line: &usize| new.lines()[*line].says_something();
        let head = place.span.iter().find(says).unwrap_or(place.span.first);
        place.evidence.rival = crate::evidence::rival(pair, witness.span, head);
    }
    places
}

/// Where a range begins in the new text when its first line is now `first`: with the annotations of its statement, if it began with them.
pub(crate) fn beginning(old: &Text, span: Span, new: &Text, first: usize) -> usize {
    let shape = Shape::of(old, span);
    if shape.begin == span.first { shape.begin(new, first) } else { first }
}

/// How the range stands among the blocks of its text.
struct Shape {
    /// Whether the range begins where its statement's annotations begin, and has more lines than those.
    annotated: bool,
    /// The first line that is no annotation.
    begin: usize,
    /// How many ends before the last one of what begins there the range ends; `None` when it ends nowhere in particular.
    end: Option<usize>,
}

impl Shape {
    fn of(text: &Text, span: Span) -> Self {
        let structure = text.structure();
        let mut begin = span.first;
        while begin < span.last && crate::structure::is_annotation(text.content(begin)) {
            begin = structure.ends(text, begin)[0] + 1;
        }
        let begin = if begin > span.last { span.first } else { begin };
        let ends = structure.ends(text, begin);
        let end = ends.iter().position(|end| *end == span.last).map(|at| ends.len() - 1 - at);
        let annotated = span.lines() > 1 && end.is_some() && structure.with_annotations(text, begin) == span.first;
        Self { annotated, begin, end }
    }

    /// Where the range ends when what it is about begins at `start`, and it ends so many ends before the last.
    fn end_of(&self, text: &Text, start: usize, back: usize) -> usize {
        let ends = text.structure().ends(text, start);
        ends[ends.len().saturating_sub(1 + back)]
    }

    /// Where the range begins when what it is about begins at `start`.
    fn begin(&self, text: &Text, start: usize) -> usize {
        if self.annotated { text.structure().with_annotations(text, start) } else { start }
    }
}

fn starts(pair: Pair<'_>, witness: &Witness, shape: &Shape, gap: &std::ops::Range<usize>) -> Vec<usize> {
    let Pair { old, new, alignment, .. } = pair;
    let mut votes: HashMap<usize, f32> = HashMap::new();
    let mut vote = |line: usize, weight: f32| *votes.entry(line).or_default() += weight;
    let head = shape.begin;
    if let Some(line) = alignment.new_of(head) {
        vote(line, 2.0);
    }
    // Where the lines before and after the range are.
    let before = (0..head).rev().take(6).find_map(|line| Some((line, alignment.new_of(line)?)));
    if let Some((line, there)) = before {
        let start = there + (head - line);
        if start < new.line_count() {
            vote(start, 0.3);
        }
        vote((there + 1).min(new.line_count() - 1), 0.3);
    }
    if !gap.is_empty() {
        vote(gap.start, 0.3);
    }
    // Lines like the first one, nearest to the gap first.
    let mut like: Vec<(f32, usize)> = Vec::new();
    for line in 0..new.line_count() {
        let likeness = line_likeness(pair, head, line);
        if likeness < LIKE_HEAD {
            continue;
        }
        let away = if gap.contains(&line) { 0 } else { line.abs_diff(gap.start).min(line.abs_diff(gap.end)) };
        let taken = alignment.old_of(line).is_some_and(|from| from != head);
        like.push((likeness - 0.1 * (away as f32 / 200.0).min(1.0) - if taken { 0.4 } else { 0.0 }, line));
    }
    like.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (likeness, line) in like.into_iter().take(STARTS) {
        vote(line, likeness);
    }
    // Blocks that hold lines of the range.
    let (of_old, of_new) = (old.structure(), new.structure());
    let weight = f32::from(u16::try_from(witness.span.lines()).unwrap_or(u16::MAX));
    for line in witness.span.iter().filter(|line| *line > head) {
        let Some(mut there) = alignment.new_of(line) else { continue };
        let up = of_old.depth(line).saturating_sub(of_old.depth(head));
        let target = of_new.depth(there).saturating_sub(up);
        while of_new.depth(there) > target {
            match of_new.parent(there) {
                Some(parent) => there = parent,
                None => break,
            }
        }
        if up > 0 {
            vote(there, 2.0 * f32::from(old.lines()[line].weight.min(40)) / 20.0 / weight);
        } else {
            vote(there.saturating_sub(line - head), 1.0 / weight);
        }
    }
    let mut starts: Vec<(usize, f32)> = votes.into_iter().collect();
    starts.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    starts.into_iter().take(STARTS).map(|(line, _)| line).collect()
}

fn ends(pair: Pair<'_>, witness: &Witness, shape: &Shape, start: usize) -> Vec<usize> {
    let Pair { new, alignment, .. } = pair;
    let mut ends = Vec::new();
    let span = witness.span;
    if span.lines() == 1 {
        // A line is a line, but for one that was a statement and had its parts put on lines of their own.
        ends.push(start);
        ends.extend(shape.end.map(|back| shape.end_of(new, start, back)).filter(|end| *end > start));
        return ends;
    }
    if let Some(back) = shape.end {
        ends.push(shape.end_of(new, start, back));
        ends.extend(new.structure().ends(new, start));
        ends.dedup();
        return ends;
    }
    ends.push(start + (span.last - shape.begin));
    ends.extend(alignment.new_of(span.last));
    let after = (span.last + 1..pair.old.line_count()).take(3).find_map(|line| Some((line, alignment.new_of(line)?)));
    if let Some((line, there)) = after {
        ends.extend(there.checked_sub(line - span.last));
        ends.extend(there.checked_sub(1));
    }
    let reach = start..(start + 2 * span.lines() + 8).min(new.line_count());
    let tail = reach.map(|line| (line_likeness(pair, witness.tail, line), line)).max_by(|one, other| one.0.total_cmp(&other.0));
    ends.extend(tail.filter(|(likeness, _)| *likeness > LIKE_HEAD).map(|(_, line)| line + (span.last - witness.tail)));
    ends.retain(|end| *end < new.line_count());
    ends.sort_unstable();
    ends.dedup();
    ends
}
