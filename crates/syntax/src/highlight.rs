//! From captures of a highlights query to spans that don't overlap.

use std::cmp::Reverse;
use std::ops::Range;

use tree_sitter::{QueryCursor, QueryCursorOptions, StreamingIterator};

use crate::classes::{Class, Paint};
use crate::deadline::Deadline;
use crate::inject;
use crate::pace::Pace;
use crate::tree::Layer;
use crate::{SyntaxError, inject::MAX_DEPTH};

/// A stretch of text with a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub class: Class,
}

/// A stretch of text that a layer has something to say about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start: usize,
    end: usize,
    paint: Paint,
}

/// A node that a highlights pattern captured.
struct Capture {
    start: usize,
    end: usize,
    pattern: usize,
    paint: Paint,
}

/// In-progress matches a query may hold. Real code needs a few dozen; without a limit, degenerate input takes quadratic time.
const MATCH_LIMIT: u32 = 4096;

/// The spans of `bytes`, which is not empty and on character boundaries.
pub(crate) fn spans(root: &Layer, text: &str, bytes: Range<usize>, deadline: Deadline) -> Result<Vec<Span>, SyntaxError> {
    let mut spans: Vec<Span> = Vec::new();
    for segment in segments(root, text, &bytes, deadline, 0)? {
        let Paint::Class(class) = segment.paint else { continue };
        match spans.last_mut() {
            Some(last) if last.range.end == segment.start && last.class == class => last.range.end = segment.end,
            _ => spans.push(Span { range: segment.start..segment.end, class }),
        }
    }
    Ok(spans)
}

/// What `layer` and the layers inside it say about `bytes`, in order and not overlapping.
fn segments(layer: &Layer, text: &str, bytes: &Range<usize>, deadline: Deadline, depth: u8) -> Result<Vec<Segment>, SyntaxError> {
    let own = flatten(captures(layer, text, bytes, deadline)?, bytes);
    let own = if layer.ranges.is_empty() { own } else { within(own, layer) };
    if depth >= MAX_DEPTH {
        return Ok(own);
    }
    let mut inner = Vec::new();
    for injected in inject::layers(layer, text, bytes, deadline)? {
        inner.extend(segments(&injected, text, bytes, deadline, depth + 1)?);
    }
    Ok(overlay(own, inner))
}

/// Every node in `bytes` that the layer's highlights query captures.
fn captures(layer: &Layer, text: &str, bytes: &Range<usize>, deadline: Deadline) -> Result<Vec<Capture>, SyntaxError> {
    let highlights = layer.grammar.highlights();
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MATCH_LIMIT);
    cursor.set_byte_range(bytes.clone());
    let mut pace = Pace::of_query(deadline, bytes.len());
    let mut progress = |_: &tree_sitter::QueryCursorState| pace.flow(0, false);
    let options = QueryCursorOptions::new().progress_callback(&mut progress);
    let mut matches = cursor.matches_with_options(&highlights.query, layer.tree.root_node(), text.as_bytes(), options);
    let mut captures = Vec::new();
    while let Some(found) = matches.next() {
        for capture in found.captures() {
            let Some(paint) = highlights.paints[capture.index as usize] else { continue };
            let (start, end) = (capture.node.start_byte(), capture.node.end_byte());
            if start < bytes.end && end > bytes.start && start < end {
                captures.push(Capture { start, end, pattern: found.pattern_index, paint });
            }
        }
    }
    drop(matches);
    pace.check()?;
    Ok(captures)
}

/// Lets the innermost capture decide about each byte, and of those of the same text the one of the last pattern.
fn flatten(mut captures: Vec<Capture>, bytes: &Range<usize>) -> Vec<Segment> {
    captures.sort_by_key(|capture| (capture.start, Reverse(capture.end), capture.pattern));
    let mut segments = Vec::with_capacity(captures.len());
    let mut open: Vec<(usize, Paint)> = Vec::new();
    let mut at = bytes.start;
    let mut advance = |open: &[(usize, Paint)], at: &mut usize, to: usize| {
        let to = to.min(bytes.end);
        if let Some((_, paint)) = open.last()
            && *at < to
        {
            segments.push(Segment { start: *at, end: to, paint: *paint });
        }
        *at = (*at).max(to);
    };
    for capture in captures {
        while let Some((end, _)) = open.last().copied().filter(|(end, _)| *end <= capture.start) {
            advance(&open, &mut at, end);
            open.pop();
        }
        advance(&open, &mut at, capture.start);
        let end = open.last().map_or(capture.end, |(end, _)| capture.end.min(*end));
        open.push((end, capture.paint));
    }
    while let Some((end, _)) = open.last().copied() {
        advance(&open, &mut at, end);
        open.pop();
    }
    segments
}

/// The parts of `segments` inside the layer's ranges: a node of an injected tree may span text that isn't the layer's.
fn within(segments: Vec<Segment>, layer: &Layer) -> Vec<Segment> {
    let mut clipped = Vec::with_capacity(segments.len());
    for segment in segments {
        let first = layer.ranges.partition_point(|range| range.end_byte <= segment.start);
        for range in layer.ranges[first..].iter().take_while(|range| range.start_byte < segment.end) {
            let (start, end) = (segment.start.max(range.start_byte), segment.end.min(range.end_byte));
            if start < end {
                clipped.push(Segment { start, end, ..segment });
            }
        }
    }
    clipped
}

/// `outer` with `inner` on top of it. `inner` needn't be sorted.
fn overlay(outer: Vec<Segment>, mut inner: Vec<Segment>) -> Vec<Segment> {
    if inner.is_empty() {
        return outer;
    }
    inner.sort_by_key(|segment| segment.start);
    let mut result: Vec<Segment> = Vec::with_capacity(outer.len() + inner.len());
    let mut outer = outer.into_iter().peekable();
    let mut covered = 0;
    for top in inner {
        // Contents of two injections don't overlap in the grammars we have; should they, the first stays.
        let start = top.start.max(covered);
        if start >= top.end {
            continue;
        }
        while let Some(below) = outer.peek_mut().filter(|below| below.start < top.end) {
            let from = below.start.max(covered);
            if from < below.end.min(start) {
                result.push(Segment { start: from, end: below.end.min(start), paint: below.paint });
            }
            if below.end > top.end {
                break;
            }
            outer.next();
        }
        result.push(Segment { start, ..top });
        covered = top.end;
    }
    for below in outer {
        let start = below.start.max(covered);
        if start < below.end {
            result.push(Segment { start, ..below });
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYWORD: Paint = Paint::Class(Class::Keyword);
    const STRING: Paint = Paint::Class(Class::String);

    fn capture(range: Range<usize>, pattern: usize, paint: Paint) -> Capture {
        Capture { start: range.start, end: range.end, pattern, paint }
    }

    fn segment(range: Range<usize>, paint: Paint) -> Segment {
        Segment { start: range.start, end: range.end, paint }
    }

    #[test]
    fn the_innermost_capture_wins_and_the_outer_one_shows_around_it() {
        let captures = vec![capture(2..4, 0, KEYWORD), capture(0..6, 1, STRING)];
        assert_eq!(flatten(captures, &(0..10)), [segment(0..2, STRING), segment(2..4, KEYWORD), segment(4..6, STRING)]);
    }

    #[test]
    fn of_two_captures_of_the_same_text_the_later_pattern_wins() {
        let captures = vec![capture(0..3, 7, KEYWORD), capture(0..3, 2, STRING)];
        assert_eq!(flatten(captures, &(0..10)), [segment(0..3, KEYWORD)]);
    }

    #[test]
    fn segments_are_clipped_to_the_range() {
        let captures = vec![capture(0..9, 0, STRING), capture(4..5, 1, KEYWORD)];
        assert_eq!(flatten(captures, &(2..5)), [segment(2..4, STRING), segment(4..5, KEYWORD)]);
    }

    #[test]
    fn an_inner_layer_covers_the_outer_one() {
        let outer = vec![segment(0..10, STRING), segment(12..14, STRING), segment(20..22, STRING)];
        let inner = vec![segment(8..13, KEYWORD), segment(2..3, Paint::Plain)];
        let expected = [
            segment(0..2, STRING),
            segment(2..3, Paint::Plain),
            segment(3..8, STRING),
            segment(8..13, KEYWORD),
            segment(13..14, STRING),
            segment(20..22, STRING),
        ];
        assert_eq!(overlay(outer, inner), expected);
    }
}
