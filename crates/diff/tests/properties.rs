//! What holds of any two texts.

use lectern_diff::{Compare, LineDiff, Lines, diff_lines, formal_difference, line_marks, pair_lines, word_marks};
use proptest::{collection::vec, prelude::*};

/// Texts of few different lines, so that they have much in common, with every kind of end.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(""), Just("a"), Just("b"), Just("  c"), Just("\tdé 😀"), Just("}"), Just("x = 1")];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    (any::<bool>(), vec((line, end), 0..40), "[a-c]{0,2}").prop_map(|(marked, lines, last)| {
        let body: String = lines.into_iter().map(|(line, end)| format!("{line}{end}")).collect();
        format!("{}{body}{last}", if marked { "\u{feff}" } else { "" })
    })
}

/// A text and what a few edits make of it.
fn edited() -> impl Strategy<Value = (String, String)> {
    (text(), vec((any::<prop::sample::Index>(), "[ab}]{0,2}\n", any::<bool>()), 0..6)).prop_map(|(old, edits)| {
        let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
        for (at, line, insert) in edits {
            if lines.is_empty() || insert {
                lines.insert(at.index(lines.len() + 1), line);
            } else {
                let at = at.index(lines.len());
                lines[at] = line;
            }
        }
        (old, lines.concat())
    })
}

fn content<'a>(lines: &Lines<'a>, index: usize, compare: Compare) -> &'a [u8] {
    if compare == Compare::Exact { lines.whole(index) } else { lines.line(index) }
}

/// The old lines with the hunks put in.
fn apply(old: &Lines<'_>, new: &Lines<'_>, diff: &LineDiff, compare: Compare) -> Vec<Vec<u8>> {
    let mut made = Vec::new();
    let mut at = 0;
    for hunk in diff.hunks() {
        made.extend((at..hunk.old.start as usize).map(|index| content(old, index, compare).to_vec()));
        made.extend(hunk.new.clone().map(|index| content(new, index as usize, compare).to_vec()));
        at = hunk.old.end as usize;
    }
    made.extend((at..old.len()).map(|index| content(old, index, compare).to_vec()));
    made
}

fn all(lines: &Lines<'_>, compare: Compare) -> Vec<Vec<u8>> {
    (0..lines.len()).map(|index| content(lines, index, compare).to_vec()).collect()
}

fn check(old: &str, new: &str) -> Result<(), TestCaseError> {
    let (old_lines, new_lines) = (Lines::new(old), Lines::new(new));
    for compare in [Compare::Content, Compare::Exact] {
        let line = |lines: &Lines<'_>, index| content(lines, index, compare).to_vec();
        let diff = diff_lines(&old_lines, &new_lines, compare);
        prop_assert_eq!(apply(&old_lines, &new_lines, &diff, compare), all(&new_lines, compare), "the hunks make the new text");
        prop_assert_eq!(&diff_lines(&new_lines, &old_lines, compare).reversed(), &diff, "the other way round is the same");
        prop_assert_eq!(diff.lines(), (old_lines.len() as u32, new_lines.len() as u32));
        let mut last = None;
        for hunk in diff.hunks() {
            prop_assert!(!hunk.old.is_empty() || !hunk.new.is_empty());
            prop_assert!(last.is_none_or(|(old, new)| hunk.old.start > old && hunk.new.start > new), "hunks don't touch");
            last = Some((hunk.old.end, hunk.new.end));
            if !hunk.old.is_empty() && !hunk.new.is_empty() {
                let unlike = |one: u32, other: u32| line(&old_lines, one as usize) != line(&new_lines, other as usize);
                prop_assert!(unlike(hunk.old.start, hunk.new.start) && unlike(hunk.old.end - 1, hunk.new.end - 1), "{:?}", hunk);
            }
        }
        for at in 0..=diff.lines().0 {
            if let Some(mapped) = diff.map_line(at) {
                prop_assert_eq!(line(&old_lines, at as usize), line(&new_lines, mapped as usize));
                prop_assert_eq!(diff.map_line_back(mapped), Some(at));
                prop_assert_eq!(diff.hunk_of(at), None);
            }
        }
        prop_assert!(diff_lines(&old_lines, &old_lines, compare).is_empty());
    }
    let diff = diff_lines(&old_lines, &new_lines, Compare::Content);
    let formal = formal_difference(&old_lines, &new_lines, &diff);
    prop_assert_eq!(diff.is_empty() && formal.is_empty(), old == new, "what differs is said: {:?} {:?}", diff, formal);
    Ok(())
}

proptest! {
    #[test]
    fn any_two_texts((old, new) in (text(), text())) {
        check(&old, &new)?;
    }

    #[test]
    fn a_text_and_its_edited_self((old, new) in edited()) {
        check(&old, &new)?;
    }

    #[test]
    fn lines_make_up_their_text(text in text()) {
        let lines = Lines::new(&text);
        prop_assert_eq!(all(&lines, Compare::Exact).concat(), text.trim_start_matches('\u{feff}').as_bytes());
    }

    #[test]
    fn marks_lie_inside_their_lines_and_on_characters(old in "[a-c (){}é😀\u{301}\u{200d}_1]{0,30}", new in "[a-c (){}é😀\u{301}\u{200d}_1]{0,30}") {
        if let Some((of_old, of_new)) = line_marks(&old, &new) {
            let without = |text: &str, marks: &[std::ops::Range<usize>]| {
                let mut at = 0;
                let mut rest = String::new();
                for mark in marks {
                    assert!(mark.start >= at && mark.start < mark.end, "marks ascend");
                    rest.push_str(&text[at..mark.start]);
                    at = mark.end;
                }
                rest.push_str(&text[at..]);
                rest.split_whitespace().collect::<String>()
            };
            prop_assert_eq!(without(&old, &of_old), without(&new, &of_new), "what is not marked is the same");
            prop_assert!(!of_old.is_empty() || !of_new.is_empty());
        }
    }

    #[test]
    fn pairs_ascend(old in vec("[ab ]{0,6}", 0..8), new in vec("[ab ]{0,6}", 0..8)) {
        let (old, new): (Vec<&str>, Vec<&str>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        let pairs = pair_lines(&old, &new);
        prop_assert!(pairs.is_sorted_by(|one, two| one.0 < two.0 && one.1 < two.1));
        prop_assert!(pairs.iter().all(|pair| pair.0 < old.len() && pair.1 < new.len()));
        let marks = word_marks(&old, &new);
        prop_assert_eq!((marks.old.len(), marks.new.len()), (old.len(), new.len()));
    }
}

/// Enough lines for anchors, stretches and a stack of its own.
#[test]
fn large_texts_keep_the_promises_of_small_ones() {
    let mut random = 1_u64;
    let mut next = move |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % bound
    };
    let old: Vec<String> = (0..9000).map(|line| if next(3) == 0 { "}\n".to_owned() } else { format!("line {line}\n") }).collect();
    let mut new = Vec::new();
    for line in &old {
        match next(20) {
            0 => {}
            1 => new.extend([line.clone(), "inserted\n".to_owned()]),
            2 => new.push(format!("changed {line}")),
            _ => new.push(line.clone()),
        }
    }
    let block: Vec<String> = new.drain(100..400).collect();
    new.splice(5000..5000, block);
    check(&old.concat(), &new.concat()).expect("the promises hold");
}

/// A stretch without a single anchor that is too long to look through.
#[test]
fn a_hostile_stretch_is_one_hunk_and_right() {
    let old: String = (0..70_000).map(|line| if line % 3 == 0 { "a\n" } else { "b\n" }).collect();
    let new: String = (0..70_000).map(|line| if line % 2 == 0 { "b\n" } else { "a\n" }).collect();
    let diff = diff_lines(&Lines::new(&old), &Lines::new(&new), Compare::Content);
    assert!(diff.is_coarse());
    check(&old, &new).expect("the promises hold");
}
