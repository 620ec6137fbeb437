//! Names by their spelling, in languages that no engine knows but a grammar does.

use std::{ops::Range, sync::Arc, time::Duration};

use lectern_syntax::{Language, SyntaxTree};

use crate::{
    Certainty, Conflict, ConflictKind, Edit, Engine, Found, Moved, Occurrence, OccurrenceRole, Place, Project, Proposal, Refused,
    RefusedKind, Rename, engine_for,
    names::{line_of, offset, text_edits, words},
};

/// Finds what is spelled the same: nothing but the place that was asked about is certain.
pub(crate) struct ByName;

/// A file that takes longer to be parsed has no names in code, as far as this engine goes.
const PARSE_BUDGET: Duration = Duration::from_secs(2);
/// More conflicts of one kind say nothing new.
const MOST_CONFLICTS: usize = 20;

/// The engine for a file, or for one without, what finds names by their spelling; the flag says that it is that. `None`: there is no grammar.
pub fn engine_or_spelling(path: &str) -> Option<(&'static dyn Engine, bool)> {
    match engine_for(path) {
        Some(engine) => Some((engine, false)),
        None => ByName.takes(path).then_some((&ByName, true)),
    }
}

/// A name where it was asked about.
struct Asked {
    language: Language,
    name: String,
    range: Range<usize>,
}

/// A place where the name stands.
struct Hit {
    range: Range<usize>,
    in_code: bool,
}

impl Engine for ByName {
    fn takes(&self, path: &str) -> bool {
        Language::for_path(path, None).is_some()
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        let asked = asked(project, at)?;
        let mut occurrences = Vec::new();
        each_file(project, &asked, |path, text, hits| {
            for hit in hits.iter().filter(|hit| hit.in_code) {
                let (certainty, reason) = judged(&asked, at, path, &hit.range);
                occurrences.push(Occurrence {
                    path: path.to_owned(),
                    start: offset(hit.range.start),
                    end: offset(hit.range.end),
                    certainty,
                    reason,
                    role: OccurrenceRole::Read,
                });
            }
            let _ = text;
        })?;
        Ok(Found { name: asked.name, kind: String::new(), occurrences })
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        let asked = asked(project, &rename.at)?;
        let new = rename.new_name;
        if new == asked.name {
            return Err(Refused::new(RefusedKind::SameName, "it is called that already"));
        }
        if !is_name(new) {
            return Err(Refused::new(RefusedKind::BadName, format!("“{new}” is no name")));
        }
        let mut proposal = Proposal::default();
        each_file(project, &asked, |path, text, hits| {
            for hit in hits {
                let range = hit.range.clone();
                if !hit.in_code {
                    proposal.edits.extend(text_edits(path, text, range, &asked.name, new, "spelled the same in a comment or a string"));
                    continue;
                }
                let (certainty, reason) = judged(&asked, &rename.at, path, &range);
                let (start, end) = (offset(range.start), offset(range.end));
                let (old, new) = (asked.name.clone(), new.to_owned());
                proposal.edits.push(Edit { path: path.to_owned(), start, end, old, new, certainty, reason, group: None });
            }
            if let Some(there) = words(text, 0..text.len(), new).first()
                && proposal.conflicts.len() < MOST_CONFLICTS
            {
                proposal.conflicts.push(Conflict {
                    path: path.to_owned(),
                    line: line_of(text, offset(there.start)),
                    kind: ConflictKind::NameClash,
                    breaks: false,
                    message: format!("{path} has something called {new} already; whether that is the same scope is not known"),
                });
            }
        })?;
        Ok(proposal.sorted())
    }

    fn name_problem(&self, _kind: &str, name: &str) -> Option<String> {
        (!is_name(name)).then(|| format!("“{name}” is no name."))
    }

    fn moved(&self, _project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        Ok(Proposal { moves: moves.iter().map(Into::into).collect(), ..Proposal::default() })
    }
}

fn judged(asked: &Asked, at: &Place, path: &str, range: &Range<usize>) -> (Certainty, String) {
    if path == at.path && *range == asked.range {
        return (Certainty::Certain, "asked for here".to_owned());
    }
    (Certainty::Probable, format!("spelled the same; what it means is not known in {}", asked.language.name()))
}

fn is_name(text: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$');
    !text.is_empty() && text.chars().all(part) && !text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

fn asked(project: &dyn Project, at: &Place) -> Result<Asked, Refused> {
    let none = || Refused::new(RefusedKind::NoName, "there is no name here");
    let language = Language::for_path(&at.path, None).ok_or_else(none)?;
    let text = project.text(&at.path).ok_or_else(none)?;
    let range = word_at(&text, at.offset as usize).ok_or_else(none)?;
    let tree = parsed(language, &text).ok_or_else(none)?;
    if !tree.is_code_name(range.clone()) {
        return Err(none());
    }
    Ok(Asked { language, name: text[range.clone()].to_owned(), range })
}

/// The word that holds a byte or ends before it.
fn word_at(text: &str, at: usize) -> Option<Range<usize>> {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.char_indices().rev().take_while(|(_, letter)| part(*letter)).last().map_or(at, |(start, _)| start);
    let end = at + after.find(|letter| !part(letter)).unwrap_or(after.len());
    (start < end).then_some(start..end)
}

fn parsed(language: Language, text: &Arc<str>) -> Option<SyntaxTree> {
    SyntaxTree::parse(language, text.clone(), PARSE_BUDGET).ok()
}

/// Every place in files of the same language where the name stands by itself.
fn each_file(project: &dyn Project, asked: &Asked, mut act: impl FnMut(&str, &str, &[Hit])) -> Result<(), Refused> {
    for path in project.containing(&asked.name, &|path| Language::for_path(path, None) == Some(asked.language)) {
        if project.cancelled() {
            return Err(Refused::cancelled());
        }
        let Some(text) = project.text(&path) else { continue };
        let found = words(&text, 0..text.len(), &asked.name);
        if found.is_empty() {
            continue;
        }
        let tree = parsed(asked.language, &text);
        let hits: Vec<Hit> = found
            .into_iter()
            .map(|range| Hit { in_code: tree.as_ref().is_some_and(|tree| tree.is_code_name(range.clone())), range })
            .collect();
        act(&path, &text, &hits);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, RenameOptions};

    fn project() -> InMemory {
        let files = [
            ("a.c", "int size; /* size */\nint other = size;\n"),
            ("b.c", "char *s = \"size\"; int f(void) { return size; }\n"),
            ("c.py", "size = 1\n"),
        ];
        InMemory::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())))
    }

    fn renamed(new_name: &str) -> Result<Proposal, Refused> {
        let at = Place { path: "a.c".to_owned(), offset: 4 };
        ByName.rename(&project(), &Rename { at, new_name, options: RenameOptions::default() })
    }

    #[test]
    fn only_the_place_itself_is_certain_and_other_languages_are_left_alone() {
        let found: Vec<_> =
            renamed("length").expect("a proposal").edits.into_iter().map(|edit| (edit.path, edit.start, edit.certainty)).collect();
        let expected = [
            ("a.c", 4, Certainty::Certain),
            ("a.c", 13, Certainty::Text),
            ("a.c", 33, Certainty::Probable),
            ("b.c", 11, Certainty::Text),
            ("b.c", 39, Certainty::Probable),
        ];
        assert_eq!(found, expected.map(|(path, start, certainty)| (path.to_owned(), start, certainty)));
    }

    #[test]
    fn a_name_that_is_there_is_told_and_no_name_is_refused() {
        assert_eq!(renamed("other").expect("a proposal").conflicts[0].kind, ConflictKind::NameClash);
        assert_eq!(renamed("size").expect_err("refused").kind, RefusedKind::SameName);
        assert_eq!(renamed("a b").expect_err("refused").kind, RefusedKind::BadName);
        let nothing = Place { path: "a.c".to_owned(), offset: 14 };
        assert_eq!(ByName.references(&project(), &nothing).expect_err("a comment").kind, RefusedKind::NoName);
    }
}
