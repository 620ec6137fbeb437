//! Which words a change puts, takes, or may give another meaning.

use std::collections::{BTreeSet, HashSet};

use crate::{Planned, Project};

/// Files that change, by their paths before.
pub(super) fn touched(planned: &Planned<'_>) -> BTreeSet<String> {
    planned.edits.keys().chain(planned.moved.keys()).chain(&planned.created).chain(&planned.removed).cloned().collect()
}

/// All words that edits put or take, and those by which files that don't change may mean what does: what goes, and the names of files.
pub(super) fn changing_words(before: &dyn Project, planned: &Planned<'_>) -> (HashSet<String>, BTreeSet<String>) {
    let (mut names, mut mentioned) = (HashSet::new(), BTreeSet::new());
    for (path, edits) in &planned.edits {
        let Some(text) = before.text(path) else { continue };
        for edit in edits {
            // An edit of half a word is one of the word.
            let (head, tail) = around(&text, edit.start as usize, edit.end as usize);
            let old: HashSet<String> = words_of(&format!("{head}{}{tail}", edit.old));
            let new: HashSet<String> = words_of(&format!("{head}{}{tail}", edit.new));
            mentioned.extend(old.difference(&new).cloned());
            // What comes may be what others meant under that name so far.
            mentioned.extend(new.difference(&old).cloned());
            names.extend(old.into_iter().chain(new));
        }
    }
    let files = planned.moved.iter().flat_map(|(from, to)| [from, to]).chain(&planned.created).chain(&planned.removed);
    for path in files {
        let stem = stem(path);
        mentioned.insert(stem.to_owned());
        names.insert(stem.to_owned());
    }
    for path in planned.removed.iter().chain(&planned.created) {
        if let Some(text) = before.text(path).or_else(|| planned.after.text(path)) {
            names.extend(words_of(&text));
        }
    }
    (names, mentioned)
}

/// What a module is called by its file: the name without its ending, of `index` and the like the folder's.
fn stem(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    match stem {
        "index" | "__init__" | "mod" | "lib" | "main" => parts.next().unwrap_or(stem),
        _ => stem,
    }
}

/// Letters of words that go on beyond an edit.
fn around(text: &str, start: usize, end: usize) -> (&str, &str) {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let head = before.trim_end_matches(is_word).len();
    let tail = after.len() - after.trim_start_matches(is_word).len();
    (&before[head..], &after[..tail])
}

fn words_of(text: &str) -> HashSet<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_name = |word: &&str| word.chars().next().is_some_and(|first| !first.is_ascii_digit());
    text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).filter(is_name).map(str::to_owned).collect()
}
