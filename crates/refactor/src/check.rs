//! What can't be parsed any more once a change is made.

use std::{sync::Arc, time::Duration};

use lectern_syntax::{Language, SyntaxTree};

/// A file that takes longer is not checked.
const BUDGET: Duration = Duration::from_secs(3);

/// Bytes that can be parsed before and can't afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewError {
    /// The line, from 1, in the text afterwards.
    pub line: u32,
    /// For people.
    pub message: String,
}

/// Parses a file before and after; `None` when there is no grammar for it or it takes too long. `moved` says where a byte of the text before is
/// afterwards. At most `most` places.
pub fn new_errors(path: &str, before: &Arc<str>, after: &Arc<str>, moved: impl Fn(usize) -> usize, most: usize) -> Option<Vec<NewError>> {
    let language = |text: &str| Language::for_path(path, text.lines().next());
    let parse = |text: &Arc<str>| SyntaxTree::parse(language(text)?, Arc::clone(text), BUDGET).ok();
    let broken_after = parse(after)?.broken();
    if broken_after.is_empty() {
        return Some(Vec::new());
    }
    let known: Vec<usize> = parse(before)?.broken().into_iter().map(|range| moved(range.start)).collect();
    let line_of = |at: usize| crate::names::line_of(after, crate::names::offset(at));
    // A place that was broken before is broken still, even where the parser gives up a little earlier or later on its line.
    let known_lines: Vec<u32> = known.iter().map(|at| line_of(*at)).collect();
    let mut found: Vec<NewError> = Vec::new();
    for range in broken_after {
        let line = line_of(range.start);
        if known_lines.contains(&line) || found.iter().any(|error| error.line == line) || found.len() >= most {
            continue;
        }
        let text: String = after.get(range).unwrap_or_default().lines().next().unwrap_or_default().trim().chars().take(60).collect();
        let message = if text.is_empty() { "something is missing here".to_owned() } else { format!("“{text}” can't be parsed") };
        found.push(NewError { line, message });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(before: &str, after: &str) -> Vec<u32> {
        let found = new_errors("a.rs", &before.into(), &after.into(), |at| at, 10).expect("parsed");
        found.into_iter().map(|error| error.line).collect()
    }

    #[test]
    fn only_what_is_new_is_told() {
        assert_eq!(errors("fn a() {}\n", "fn b() {}\n"), [0_u32; 0]);
        assert_eq!(errors("fn a() {}\n", "fn 1a() {}\n"), [1]);
        assert_eq!(errors("fn 1a() {}\nfn b() {}\n", "fn 1a() {}\nfn c() {}\n"), [0_u32; 0], "it was broken before");
    }
}
