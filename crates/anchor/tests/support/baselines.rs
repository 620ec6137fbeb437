//! What others do with a comment's lines, to compare with: the two baselines of `data/anchors/baselines.py`, written again over our own difference.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use lectern_anchor::{LineRange, Listed, MoveKind, find_moves};
use lectern_diff::{Compare, LineDiff, Lines, diff_lines};

/// A file of the new version.
pub struct NewFile<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

/// Strict: the range moved by the hunks before it; a range that a hunk touches is outdated. What Gerrit and GitLab do.
/// Fuzzy: a range that a hunk touches is looked for by its words, its neighbours and its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    Strict,
    Fuzzy,
}

const ACCEPT: f64 = 0.55;
const CONTEXT: usize = 4;

/// Follows a range as the baseline does: in the file of the same path, else in the added file that the old one was renamed to.
pub fn follow<'a>(
    baseline: Baseline,
    (path, old): (&str, &str),
    range: LineRange,
    same_path: Option<NewFile<'a>>,
    added: &[NewFile<'a>],
) -> Option<(&'a str, LineRange)> {
    let target = match same_path {
        Some(file) => file,
        None => renamed(path, old, added)?,
    };
    let diff = diff_lines(&Lines::new(old.as_bytes()), &Lines::new(target.text.as_bytes()), Compare::Exact);
    let found =
        shifted(&diff, range).or_else(|| if baseline == Baseline::Fuzzy { search(old, target.text, range, &diff) } else { None })?;
    Some((target.path, found))
}

fn renamed<'a>(path: &str, old: &str, added: &[NewFile<'a>]) -> Option<NewFile<'a>> {
    let loaders: Vec<_> = added.iter().map(|file| move || Some(Arc::from(file.text))).collect();
    let load = || Some(Arc::from(old));
    let removed = [Listed { path, object: old, text: &load }];
    let listed: Vec<Listed<'_, &str>> =
        added.iter().zip(&loaders).map(|(file, text)| Listed { path: file.path, object: file.text, text }).collect();
    let found = find_moves(&removed, &listed).into_iter().find(|one| one.kind != MoveKind::Part)?;
    let file = &added[found.to];
    Some(NewFile { path: file.path, text: file.text })
}

fn shifted(diff: &LineDiff, range: LineRange) -> Option<LineRange> {
    let (first, last) = (range.start() - 1, range.end() - 1);
    let touched =
        diff.hunks().iter().any(|hunk| hunk.old.start <= last && hunk.old.end > first && (!hunk.old.is_empty() || hunk.old.start > first));
    let first = diff.map_line(first).filter(|_| !touched)?;
    LineRange::new(first + 1, first + range.lines()).ok()
}

type Bag<'a> = HashMap<&'a str, u32>;

fn bag<'a>(lines: &[&'a str]) -> Bag<'a> {
    let mut bag = Bag::new();
    for line in lines {
        let mut rest = *line;
        while let Some(letter) = rest.chars().next() {
            let word = |letter: char| letter.is_alphanumeric() || letter == '_';
            let length = if word(letter) { rest.find(|letter| !word(letter)).unwrap_or(rest.len()) } else { letter.len_utf8() };
            if !letter.is_whitespace() {
                *bag.entry(&rest[..length]).or_default() += 1;
            }
            rest = &rest[length..];
        }
    }
    bag
}

fn dice(one: &Bag<'_>, other: &Bag<'_>) -> f64 {
    let all = one.values().sum::<u32>() + other.values().sum::<u32>();
    let common: u32 = one.iter().map(|(word, count)| other.get(word).map_or(0, |there| *count.min(there))).sum();
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / f64::from(all) }
}

/// About where an old line (0-based) is in the new text, and whether it was kept.
fn place(diff: &LineDiff, line: usize) -> (usize, bool) {
    let number = line as u32;
    match (diff.map_line(number), diff.hunk_of(number)) {
        (Some(new), _) => (new as usize, true),
        (None, Some(hunk)) => {
            ((hunk.new.start + (number - hunk.old.start).min((hunk.new.end - hunk.new.start).saturating_sub(1))) as usize, false)
        }
        (None, None) => (0, false),
    }
}

fn search(old: &str, new: &str, range: LineRange, diff: &LineDiff) -> Option<LineRange> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if new.is_empty() {
        return None;
    }
    let (first, last) = (range.start() as usize - 1, range.end() as usize - 1);
    let count = last - first + 1;
    let bags: Vec<Bag<'_>> = new.iter().map(|line| bag(&[line])).collect();
    let (head, tail, want) = (bag(&old[first..=first]), bag(&old[last..=last]), bag(&old[first..=last]));
    let context =
        |lines: &[&'_ str]| -> Vec<String> { lines.iter().filter(|line| !line.trim().is_empty()).map(|line| (*line).to_owned()).collect() };
    let (before, after) =
        (context(&old[first.saturating_sub(CONTEXT)..first]), context(&old[last + 1..(last + 1 + CONTEXT).min(old.len())]));
    let around = |lines: &[String], near: std::ops::Range<usize>| {
        let best = |line: &String| bags[near.clone()].iter().map(|there| dice(&bag(&[line.as_str()]), there)).fold(0.0, f64::max);
        if lines.is_empty() { 0.5 } else { lines.iter().map(best).sum::<f64>() / lines.len() as f64 }
    };
    let like = |wanted: &Bag<'_>, guess: usize| -> Vec<usize> {
        let score = |at: usize| dice(wanted, &bags[at]) - 0.1 * (at.abs_diff(guess) as f64 / 200.0).min(1.0);
        let mut scored: Vec<(f64, usize)> = (0..new.len()).map(|at| (score(at), at)).collect();
        scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.abs_diff(guess).cmp(&other.1.abs_diff(guess))));
        scored.into_iter().take(12).filter(|(score, _)| *score > 0.3).map(|(_, at)| at).collect()
    };
    let ((start, start_kept), (end, end_kept)) = (place(diff, first), place(diff, last));
    let start = start.min(new.len() - 1);
    let end = end.clamp(start, new.len() - 1);
    let mut starts: BTreeSet<usize> = like(&head, start).into_iter().collect();
    starts.insert(start);
    let mut ends: BTreeSet<usize> = like(&tail, end).into_iter().collect();
    ends.insert(end);
    let mut pairs = BTreeSet::from([(start, end)]);
    for from in &starts {
        pairs.insert((*from, (from + count - 1).min(new.len() - 1)));
        pairs.extend(ends.iter().filter(|to| from <= to && (*to - from + 1) as f64 <= 2.5 * count as f64 + 3.0).map(|to| (*from, *to)));
    }
    pairs.extend(ends.iter().map(|to| ((to + 1).saturating_sub(count), *to)));
    let mut best: Option<(f64, f64, (usize, usize))> = None;
    for (from, to) in pairs {
        let content = dice(&want, &bag(&new[from..=to]));
        if content < 0.3 {
            continue;
        }
        let alike = (dice(&head, &bags[from]) + dice(&tail, &bags[to])) / 2.0;
        let close = 1.0 - ((from.abs_diff(start) + to.abs_diff(end)) as f64 / 200.0).min(1.0);
        let neighbours =
            (around(&before, from.saturating_sub(2 * CONTEXT)..from) + around(&after, to + 1..(to + 1 + 2 * CONTEXT).min(new.len()))) / 2.0;
        let kept = f64::from(u8::from(from == start && start_kept)) + f64::from(u8::from(to == end && end_kept));
        let score = 0.5 * content + 0.2 * alike + 0.2 * neighbours + 0.1 * close + 0.03 * kept;
        if best.is_none_or(|(other, ..)| score > other) {
            best = Some((score, content, (from, to)));
        }
    }
    let (_, content, (from, to)) = best?;
    if content < ACCEPT { None } else { LineRange::new(from as u32 + 1, to as u32 + 1).ok() }
}
