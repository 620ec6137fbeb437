//! What a follower promises for any text.

use std::{cell::RefCell, fmt::Write as _, sync::Arc};

use lectern_anchor::{AnchorError, Candidate, CandidateKind, Follower, LineRange, Method, Quote, State, Text};
use proptest::prelude::*;

fn range(start: u32, end: u32) -> LineRange {
    LineRange::new(start, end).expect("a range")
}

fn follow(old: &str, lines: LineRange, new: &str) -> lectern_anchor::Anchor {
    let (old, new) = (Text::new("a.rs", old), Text::new("a.rs", new));
    Follower::new("a.rs", &old, Some(&new), &[]).follow(lines).expect("the range is in the text")
}

fn lines_of(text: &str, lines: LineRange) -> Vec<&str> {
    text.lines().skip(lines.start() as usize - 1).take(lines.lines() as usize).collect()
}

/// Some lines of code-like text, each made of a few words, brackets and blanks; many occur more than once.
fn code() -> impl Strategy<Value = Vec<String>> {
    let line = prop_oneof![
        4 => "( {0,8})(let|if|return|call) [a-d]{1,3} = [a-f]{1,2}\\([0-9]\\);",
        1 => Just("}".to_owned()),
        1 => Just("    if ready {".to_owned()),
        1 => Just(String::new()),
        1 => "[\\PC]{0,12}",
    ];
    prop::collection::vec(line, 1..40)
}

fn joined(lines: &[String], end: &str) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = write!(text, "{line}{end}");
        text
    })
}

fn within(lines: &[String], first: prop::sample::Index, last: prop::sample::Index) -> LineRange {
    let (first, last) = (first.index(lines.len()) as u32 + 1, last.index(lines.len()) as u32 + 1);
    range(first.min(last), first.max(last))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_range_of_an_unchanged_file_is_exact(lines in code(), first: prop::sample::Index, last: prop::sample::Index) {
        let (text, lines) = (joined(&lines, "\n"), within(&lines, first, last));
        let anchor = follow(&text, lines, &text);
        prop_assert_eq!((anchor.state, anchor.place), (State::Exact, Some(("a.rs".to_owned(), lines))));
    }

    #[test]
    fn lines_put_above_move_a_range_and_keep_its_text(lines in code(), first: prop::sample::Index, last: prop::sample::Index, above in 1_usize..9) {
        let lines_in = within(&lines, first, last);
        let old = joined(&lines, "\n");
        let new = (0..above).map(|line| format!("// put above {line}\n")).collect::<String>() + &old;
        let anchor = follow(&old, lines_in, &new);
        let (_, place) = anchor.place.expect("nothing of it changed");
        prop_assert_eq!(anchor.state, State::Exact);
        prop_assert_eq!(lines_of(&new, place), lines_of(&old, lines_in));
        prop_assert_eq!(place.start(), lines_in.start() + above as u32);
    }

    #[test]
    fn other_line_ends_change_nothing(lines in code(), first: prop::sample::Index, last: prop::sample::Index) {
        let lines_in = within(&lines, first, last);
        let crlf = joined(&lines, "\r\n");
        for (old, new) in [(joined(&lines, "\n"), crlf.clone()), (crlf, joined(&lines, "\n").trim_end_matches('\n').to_owned() + "\n")] {
            let (old, new) = (Text::new("a.rs", old), Text::new("a.rs", new));
            if let Ok(anchor) = Follower::new("a.rs", &old, Some(&new), &[]).follow(lines_in)
                && lines_in.end() as usize <= new.line_count()
            {
                prop_assert_eq!((anchor.state, anchor.place), (State::Exact, Some(("a.rs".to_owned(), lines_in))));
            }
        }
    }

    #[test]
    fn whatever_the_texts_an_answer_is_inside_the_new_one(old in "(\\PC{0,20}\r?\n){0,12}\\PC{0,9}", new in "(\\PC{0,20}\r?\n){0,12}\\PC{0,9}", first in 1_u32..9, more in 0_u32..9) {
        let (old, new) = (Text::new("x.py", old), Text::new("x.py", new));
        let other = Arc::new(Text::new("y.py", new.text()));
        let load = || Some(other.clone());
        let candidates = [Candidate { path: "y.py", kind: CandidateKind::Added, text: &load }];
        for same_path in [None, Some(&new)] {
            match Follower::new("x.py", &old, same_path, &candidates).follow(range(first, first + more)) {
                Err(error) => {
                    let beyond = AnchorError::BeyondEnd { start: first, end: first + more, lines: old.line_count() };
                    prop_assert!((first + more) as usize > old.line_count());
                    prop_assert_eq!(error, beyond);
                }
                Ok(anchor) => {
                    let places = anchor.place.iter().map(|(_, place)| *place).chain(anchor.alternatives.iter().map(|other| other.range));
                    for place in places {
                        prop_assert!(place.end() as usize <= new.line_count());
                    }
                    prop_assert!((0.0..=1.0).contains(&anchor.confidence));
                    prop_assert_eq!(anchor.place.is_some(), matches!(anchor.state, State::Exact | State::Moved | State::Edited));
                }
            }
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_whatever_was_asked_before(lines in code(), changed in code(), first: prop::sample::Index, last: prop::sample::Index) {
        let asked = within(&lines, first, last);
        let (old, new) = (Text::new("a.ts", joined(&lines, "\n")), Text::new("a.ts", joined(&changed, "\n")));
        let follower = Follower::new("a.ts", &old, Some(&new), &[]);
        for line in 1..=lines.len() as u32 {
            let _ = follower.follow(range(line, line));
        }
        let fresh = Follower::new("a.ts", &old, Some(&new), &[]);
        prop_assert_eq!(follower.follow(asked).expect("inside"), fresh.follow(asked).expect("inside"));
    }

    #[test]
    fn a_quote_stands_in_for_a_text_that_is_gone(lines in code(), first: prop::sample::Index, last: prop::sample::Index, around in 0_usize..5) {
        let asked = within(&lines, first, last);
        let text = Text::new("a.rs", joined(&lines, "\n"));
        let quote = Quote::of(&text, asked, around).expect("inside");
        prop_assert!(quote.is_at(&text, asked));
        let (alone, place) = quote.to_text("a.rs").expect("something was quoted");
        prop_assert!(quote.is_at(&alone, place));
    }
}

const FIRST: &str = "fn area(shape: &Shape) -> f64 {\n    let width = shape.right - shape.left;\n    width * shape.height()\n}\n";

#[test]
fn the_way_there_does_not_matter() {
    // From A through B to C: B has nothing of the range, C has it again. What counts is A and C.
    let (a, c) = (format!("// one\n{FIRST}"), format!("// one\n// two\n\n{FIRST}"));
    let b = "// nothing\n";
    assert_eq!(follow(&a, range(2, 5), b).place, None);
    let anchor = follow(&a, range(2, 5), &c);
    assert_eq!((anchor.state, anchor.place), (State::Exact, Some(("a.rs".to_owned(), range(4, 7)))));
}

#[test]
fn a_range_never_jumps_to_one_of_two_look_alikes() {
    let handler = |name: &str| format!("fn on_{name}(event: Event) {{\n    log.write(event);\n    window.redraw(event.area);\n}}\n\n");
    let old = handler("open") + &handler("close") + &handler("move");
    // The one in the middle is gone, those around it stay.
    let new = handler("open") + &handler("move");
    assert_eq!(follow(&old, range(6, 9), &new).place, None, "both look like it, neither is it");
    // It is gone and two new ones are put elsewhere, equally like it.
    let new = handler("open") + &handler("move") + "fn pause() {}\n\n" + &handler("closed") + "fn go() {}\n\n" + &handler("closes");
    let anchor = follow(&old, range(6, 9), &new);
    assert_eq!((anchor.state, anchor.place), (State::NeedsReview, None), "a person must choose");
    assert!(anchor.alternatives.len() >= 2);
}

#[test]
fn a_block_that_moved_is_moved_and_one_that_changed_is_edited() {
    let other = "fn perimeter(shape: &Shape) -> f64 {\n    2.0 * (shape.width() + shape.height())\n}\n\nconst UNIT: f64 = 1.0;\nconst LIMIT: f64 = 64.0;\n";
    let anchor = follow(&format!("{FIRST}\n{other}"), range(1, 4), &format!("{other}\n{FIRST}"));
    assert_eq!((anchor.state, anchor.method), (State::Moved, Method::SameFile));
    assert_eq!(anchor.place, Some(("a.rs".to_owned(), range(8, 11))));
    let anchor = follow(FIRST, range(1, 4), &FIRST.replace("width * ", "// Never negative.\n    width.abs() * "));
    assert_eq!((anchor.state, anchor.place), (State::Edited, Some(("a.rs".to_owned(), range(1, 5)))));
}

#[test]
fn a_reindented_block_is_edited_and_sure() {
    let new = FIRST.replace("    ", "\t");
    let anchor = follow(FIRST, range(1, 4), &new);
    assert_eq!((anchor.state, anchor.confidence, anchor.place), (State::Edited, 1.0, Some(("a.rs".to_owned(), range(1, 4)))));
}

#[test]
fn texts_of_other_files_are_not_asked_for_when_the_file_has_the_range() {
    let (old, new) = (Text::new("a.rs", FIRST), Text::new("a.rs", format!("// new\n{FIRST}")));
    let load = || panic!("nobody needs this text");
    let candidates = [Candidate { path: "b.rs", kind: CandidateKind::Changed, text: &load }];
    let anchor = Follower::new("a.rs", &old, Some(&new), &candidates).follow(range(2, 3)).expect("inside");
    assert_eq!(anchor.state, State::Exact);
}

#[test]
fn ranges_that_are_none_are_refused() {
    assert_eq!(LineRange::new(0, 3), Err(AnchorError::NoRange { start: 0, end: 3 }));
    assert_eq!(LineRange::new(4, 3), Err(AnchorError::NoRange { start: 4, end: 3 }));
    let empty = Text::new("a", "");
    let error = Follower::new("a", &empty, Some(&empty), &[]).follow(range(1, 1));
    assert_eq!(error, Err(AnchorError::BeyondEnd { start: 1, end: 1, lines: 0 }));
    let no_end = Text::new("a", "one\ntwo");
    assert!(Follower::new("a", &no_end, None, &[]).follow(range(2, 2)).is_ok(), "the last line needs no end");
}

#[test]
fn huge_texts_have_an_answer() {
    // 100,000 lines of which many are equal, another order of them, and a line of five megabytes. That it ends is the claim.
    let many = |factor: usize| (0..100_000).map(|line| format!("call({});\n", line * factor % 977)).collect::<String>();
    let _ = follow(&many(7), range(50_000, 50_040), &many(13));
    let _ = follow(&many(7), range(1, 100_000), &many(13));
    let long = "x = y + z; ".repeat(470_000);
    let _ = follow(&format!("a\n{long}\nb\n"), range(2, 2), &format!("a\n{long} // changed\nb\n"));
    let deep = "{(".repeat(50_000);
    let _ = follow(&format!("{deep}\nlast\n"), range(2, 2), &format!("{deep}\nleast\n"));
}

#[test]
fn of_a_long_list_few_texts_are_asked_for_the_likeliest_first() {
    let old = Text::new("app/src/shapes/area.rs", FIRST);
    let asked = RefCell::new(Vec::new());
    let paths: Vec<String> = (0..5000).map(|file| format!("module{}/src/pärt{file}.rs", file % 70)).collect();
    let likely = ["app/src/shapes/area_of_shape.rs", "app/src/shapes/lines.rs", "geometry/area.rs"];
    let became = "elsewhere/geometry.rs";
    let all: Vec<(&str, CandidateKind)> = (paths.iter().map(|path| (path.as_str(), CandidateKind::Changed)))
        .chain(likely.map(|path| (path, CandidateKind::Added)))
        .chain([(became, CandidateKind::Renamed)])
        .collect();
    let loaders: Vec<_> = all
        .iter()
        .map(|(path, _)| {
            let asked = &asked;
            move || {
                asked.borrow_mut().push(*path);
                Some(Arc::new(Text::new(path, "fn nothing_like_it() {}\n")))
            }
        })
        .collect();
    let candidates: Vec<Candidate<'_>> =
        all.iter().zip(&loaders).map(|((path, kind), text)| Candidate { path, kind: *kind, text }).collect();
    let follower = Follower::new("app/src/shapes/area.rs", &old, None, &candidates);
    for line in 1..=4 {
        let _ = follower.follow(range(line, 4)).expect("inside");
    }
    let asked = asked.into_inner();
    assert_eq!(asked[..4], [became, likely[0], likely[1], likely[2]]);
    assert_eq!(asked.len(), 48, "however many there are and however many ranges are followed");
}

const BODY: &str = "fn spread(values: &[f64]) -> f64 {\n    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);\n    let highest = values.iter().copied().fold(0.0, f64::max);\n    highest - lowest\n}\n";

/// Follows the lines of `BODY` from a file that is gone to other ones.
fn follow_elsewhere(files: &[(&str, CandidateKind, String)]) -> lectern_anchor::Anchor {
    let old = Text::new("src/spread.rs", format!("use crate::numbers;\n\n{BODY}"));
    let loaders: Vec<_> = files.iter().map(|(path, _, text)| move || Some(Arc::new(Text::new(path, text.as_str())))).collect();
    let candidates: Vec<Candidate<'_>> =
        files.iter().zip(&loaders).map(|((path, kind, _), text)| Candidate { path, kind: *kind, text }).collect();
    Follower::new("src/spread.rs", &old, None, &candidates).follow(range(3, 7)).expect("inside")
}

#[test]
fn a_copy_among_tests_is_not_where_code_went() {
    let edited = BODY.replace("highest - lowest", "(highest - lowest).abs()");
    let copy = ("tests/data/src/spread.rs", CandidateKind::Added, format!("use crate::numbers;\n\n{BODY}"));
    let anchor = follow_elsewhere(&[copy, ("src/numbers/spread.rs", CandidateKind::Added, format!("use super::*;\n\n{edited}"))]);
    assert_eq!(anchor.place, Some(("src/numbers/spread.rs".to_owned(), range(3, 7))));
}

#[test]
fn the_same_text_in_a_file_that_was_there_before_is_left_to_a_person() {
    let text = format!("use crate::numbers;\n\n{BODY}");
    let anchor = follow_elsewhere(&[("src/other.rs", CandidateKind::Changed, text.clone())]);
    assert_eq!((anchor.state, anchor.place), (State::NeedsReview, None), "who knows whether it stood there all the time");
    let anchor = follow_elsewhere(&[("src/other.rs", CandidateKind::Added, text)]);
    assert_eq!((anchor.state, anchor.place), (State::Moved, Some(("src/other.rs".to_owned(), range(3, 7)))));
}

#[test]
fn names_that_changed_throughout_do_not_hide_a_line() {
    let reader = "    let reader = SpdyReader::new(id, limit);\n    let writer = SpdyWriter::new(id, rest);\n    pump(reader, writer);\n";
    let old = format!("fn push(id: u32) {{\n    SpdyStream stream;\n    lock();\n}}\n\nfn other(id: u32) {{\n{reader}}}\n");
    let new = old
        .replace("Spdy", "Http2")
        .replace("lock()", "synchronized(stream, id)")
        .replace("push(id: u32)", "push_later(id: u32, more: bool)");
    let anchor = follow(&old, range(2, 2), &new);
    assert_eq!((anchor.state, anchor.place), (State::Edited, Some(("a.rs".to_owned(), range(2, 2)))));
    // Without the lines that tell of the new name it is a guess.
    let alone = |text: &str| text.split("\n\n").next().expect("a function").to_owned() + "\n";
    assert_eq!(follow(&alone(&old), range(2, 2), &alone(&new)).state, State::NeedsReview);
}

#[test]
fn one_line_stays_one_line() {
    let old = "fn open() {\n    let found = search(names, limit);\n    close(found);\n}\n";
    let anchor = follow(old, range(2, 2), &old.replace("search(names, limit)", "search(\n        names, limit, order)"));
    assert_eq!(anchor.alternatives[0].range, range(2, 2));
}

#[test]
fn code_that_moved_into_a_file_that_was_there_is_found_when_it_is_known_how_that_looked() {
    let block = "fn area(shape: &Shape) -> f64 {\n    let width = shape.right - shape.left;\n    log::trace(width);\n    width * shape.height()\n}\n";
    let own = "fn near() -> bool {\n    true\n}\n\nfn far() -> bool {\n    !near()\n}\n";
    let old = Text::new("a.rs", format!("fn first() -> u8 {{\n    7\n}}\n\n{block}"));
    let new = Text::new("a.rs", "fn first() -> u8 {\n    7\n}\n");
    let there = Arc::new(Text::new("b.rs", format!("{own}\n{block}")));
    let load = || Some(Arc::clone(&there));
    let candidates = [Candidate { path: "b.rs", kind: CandidateKind::Changed, text: &load }];
    let unknown = Follower::new("a.rs", &old, Some(&new), &candidates).follow(range(5, 9)).expect("an answer");
    assert_eq!(unknown.place, None, "it may have been there all along");
    let without = |_: &str| Some(Arc::new(Text::new("b.rs", own)));
    let moved = Follower::new("a.rs", &old, Some(&new), &candidates).with_previous(&without).follow(range(5, 9)).expect("an answer");
    assert_eq!((moved.state, moved.place), (State::Moved, Some(("b.rs".to_owned(), range(9, 13)))));
    let with = |_: &str| Some(Arc::clone(&there));
    let copied = Follower::new("a.rs", &old, Some(&new), &candidates).with_previous(&with).follow(range(5, 9)).expect("an answer");
    assert_eq!(copied.place, None, "a copy that was there before is not it");
}
