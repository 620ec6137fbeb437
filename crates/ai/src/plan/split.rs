//! Long stretches of code in pieces that are cited one by one: cut where definitions begin, else at empty lines, else anywhere.

use std::{collections::BTreeSet, ops::Range};

use super::source::Source;

/// A piece has at most so many lines: a citation of more would prove little.
const MOST_LINES: u32 = 24;
/// A piece is not cut before so many lines.
const FEWEST_LINES: u32 = 6;
/// A piece has at most so many bytes; a longer line is cut into several pieces of the same line.
pub(crate) const MOST_BYTES: usize = 1600;

/// A piece of a text: some lines, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// 1-based, inclusive.
    pub lines: (u32, u32),
    /// What is shown of them. Everything, unless it is one very long line.
    pub bytes: Range<usize>,
}

/// Cuts lines `from` to `to` (1-based, inclusive) into pieces, in order. Together they hold everything but empty lines between them.
pub(crate) fn spans(source: &Source, starts: &BTreeSet<u32>, from: u32, to: u32) -> Vec<Span> {
    let to = to.min(source.len());
    let mut spans = Vec::new();
    let mut line = from.max(1);
    while line <= to {
        if source.line(line).trim().is_empty() {
            line += 1;
            continue;
        }
        if source.line(line).len() > MOST_BYTES {
            spans.extend(pieces_of_line(source, line, MOST_BYTES));
            line += 1;
            continue;
        }
        let last = last_line(source, starts, line, to);
        spans.push(whole(source, (line, last)));
        line = last + 1;
    }
    spans
}

/// Two pieces of one; `None` when it is a character.
pub(crate) fn halves(source: &Source, starts: &BTreeSet<u32>, span: &Span) -> Option<[Span; 2]> {
    let (first, last) = span.lines;
    if first < last {
        let middle = first + (last - first).div_ceil(2);
        let best = (first + 1..=last)
            .min_by_key(|line| (!starts.contains(line), line.abs_diff(middle)))
            .filter(|line| line.abs_diff(middle) * 3 <= last - first);
        let cut = best.unwrap_or(middle);
        return Some([whole(source, (first, cut - 1)), whole(source, (cut, last))]);
    }
    let text = source.text(span.bytes.clone());
    let middle = (text.len() / 2..text.len()).find(|at| *at > 0 && text.is_char_boundary(*at))?;
    let cut = span.bytes.start + middle;
    Some([Span { lines: span.lines, bytes: span.bytes.start..cut }, Span { lines: span.lines, bytes: cut..span.bytes.end }])
}

fn whole(source: &Source, lines: (u32, u32)) -> Span {
    // Empty lines at its end belong to no piece.
    let last = (lines.0..=lines.1).rev().find(|line| !source.line(*line).trim().is_empty()).unwrap_or(lines.0);
    Span { lines: (lines.0, last), bytes: source.bytes(lines.0).start..source.bytes(last).end }
}

/// The last line of the piece that begins at `first`.
fn last_line(source: &Source, starts: &BTreeSet<u32>, first: u32, to: u32) -> u32 {
    let start = source.bytes(first).start;
    let fits = |line: u32| line <= to && line - first < MOST_LINES && source.bytes(line).end - start <= MOST_BYTES;
    let limit = (first..).take_while(|line| fits(*line)).last().unwrap_or(first);
    if limit == to {
        return to;
    }
    let earliest = (first + FEWEST_LINES - 1).min(limit);
    let indentation = |line: u32| source.line(line).len() - source.line(line).trim_start().len();
    let before_start = (earliest..=limit).rev().find(|line| starts.contains(&(line + 1)));
    let before_empty = || {
        let empty = (earliest..=limit).filter(|line| source.line(line + 1).trim().is_empty());
        empty.min_by_key(|line| ((line + 2..=to).find(|next| !source.line(*next).trim().is_empty()).map_or(0, indentation), limit - line))
    };
    before_start.or_else(before_empty).unwrap_or(limit)
}

/// A line cut at spaces, commas, semicolons or brackets where there are any.
fn pieces_of_line(source: &Source, line: u32, most: usize) -> Vec<Span> {
    let bytes = source.bytes(line);
    let mut spans = Vec::new();
    let mut start = bytes.start;
    while start < bytes.end {
        let mut end = (start + most).min(bytes.end);
        if end < bytes.end {
            while !source.text(bytes.clone()).is_char_boundary(end - bytes.start) {
                end -= 1;
            }
            let piece = source.text(start..end);
            if let Some(at) = piece.rfind([' ', ',', ';', '}', ')', '>']).filter(|at| *at > most / 2) {
                end = start + at + 1;
            }
        }
        spans.push(Span { lines: (line, line), bytes: start..end });
        start = end;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, starts: &[u32]) -> Vec<(u32, u32)> {
        let source = Source::new(text.to_owned());
        spans(&source, &starts.iter().copied().collect(), 1, u32::MAX).into_iter().map(|span| span.lines).collect()
    }

    #[test]
    fn code_is_cut_where_definitions_begin() {
        let text = "line of code\n".repeat(50);
        assert_eq!(cut(&text, &[1, 20, 41]), [(1, 19), (20, 40), (41, 50)]);
        assert_eq!(cut(&text, &[]), [(1, 24), (25, 48), (49, 50)]);
        assert_eq!(cut("short\n\n\nlines\n", &[]), [(1, 4)], "what is short is one piece");
        assert_eq!(cut("\n \n", &[]), []);
    }

    #[test]
    fn empty_lines_are_cut_at_and_belong_to_no_piece() {
        let text = format!("{}\n{}", "    code\n".repeat(15), "    code\n".repeat(15));
        assert_eq!(cut(&text, &[]), [(1, 15), (17, 31)]);
    }

    #[test]
    fn a_very_long_line_is_cut_too_and_nothing_is_lost() {
        let line = "let ü = call(1, 2); ".repeat(50_000);
        let source = Source::new(format!("a\n{line}\nb\n"));
        let pieces = spans(&source, &BTreeSet::new(), 1, 3);
        let long: String = pieces.iter().filter(|span| span.lines == (2, 2)).map(|span| source.text(span.bytes.clone())).collect();
        assert_eq!(long, line);
        assert!(pieces.iter().all(|span| span.bytes.len() <= MOST_BYTES));
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_in_a_piece(text in "([a-zé ]{0,40}\n){0,120}", starts in proptest::collection::btree_set(1u32..120, 0..12), long in 0usize..5000) {
            let source = Source::new(format!("{text}{}", "x".repeat(long)));
            let pieces = spans(&source, &starts, 1, source.len());
            let mut next = 1;
            for piece in &pieces {
                for line in next..piece.lines.0 {
                    proptest::prop_assert!(source.line(line).trim().is_empty(), "line {} is in no piece", line);
                }
                proptest::prop_assert!(piece.bytes.len() <= MOST_BYTES + 1);
                next = piece.lines.1 + 1;
            }
            let shown: usize = pieces.iter().map(|piece| source.text(piece.bytes.clone()).matches('x').count()).sum();
            let there: usize = (1..=source.len()).map(|line| source.line(line).matches('x').count()).sum();
            proptest::prop_assert_eq!(shown, there);
        }

        #[test]
        fn halves_are_smaller_and_hold_everything(text in "[a-zé ]{1,20}(\n[a-zé ]{0,20}){0,12}") {
            let source = Source::new(text);
            let mut todo = spans(&source, &BTreeSet::new(), 1, source.len());
            while let Some(span) = todo.pop() {
                let Some(halves) = halves(&source, &BTreeSet::new(), &span) else { continue };
                for half in halves {
                    proptest::prop_assert!(half.bytes.len() < span.bytes.len());
                    todo.push(half);
                }
            }
        }
    }
}
