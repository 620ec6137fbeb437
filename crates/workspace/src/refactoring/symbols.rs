//! What a name in a file means: what it is, where it is declared, where it is used.

use std::sync::Arc;

use lectern_projects::Project;
use lectern_reader::{LineIndex, Root};
use lectern_refactor::{Found, OccurrenceRole, Place, Project as _, Refused, RefusedKind, engine_or_spelling};
use lectern_sync::{RepoPath, latest_manifest};

use super::{proposing::place, texts::VersionTexts};
use crate::{
    Workspace,
    syncing::count,
    view::{Failure, RefactorDefinitions, RefactorReference, RefactorReferences, RefactorSymbol, SymbolPlace},
};

/// Answers have no more places than this.
const MOST: usize = 2000;
/// A line is cut here, in characters.
const LONGEST: usize = 400;

/// What an engine found.
struct Answer<'a> {
    texts: VersionTexts<'a>,
    at: Place,
    found: Result<Found, Refused>,
    by_name: bool,
}

impl Workspace {
    /// What a rename at a place (line from 1, column in bytes from 0) of a file, as it is in the folder now, would be of.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `FILE_MISSING`, `NO_NAME`. Why a name can't be renamed is part of the answer.
    pub fn symbol_at(&self, project_id: &str, path: &str, line: u32, column: u32) -> Result<RefactorSymbol, Failure> {
        let project = self.project(project_id)?;
        let answer = self.asked_engine(&project, path, line, column)?;
        let text = answer.texts.text(path).unwrap_or_default();
        let (name, kind, refused) = match answer.found {
            Ok(found) => {
                let declared = found.occurrences.iter().any(|one| one.role == OccurrenceRole::Definition) || answer.by_name;
                let outside = || Failure::new("EXTERNAL", format!("{} is declared outside of this project", found.name));
                (found.name.clone(), found.kind.clone(), (!declared).then(outside))
            }
            Err(refused) if refused.kind == RefusedKind::NoName => return Err(refused.into()),
            Err(refused) => (String::new(), String::new(), Some(refused.into())),
        };
        let range = word_around(&text, answer.at.offset as usize, &name);
        let lines = LineIndex::new(&text);
        let start = lines.line(&text, line).map_or(0, |range| range.start);
        let column = |at: usize| count(text.get(start..at).unwrap_or_default().chars().map(char::len_utf16).sum::<usize>() as u64);
        Ok(RefactorSymbol {
            name: if name.is_empty() { text.get(range.clone()).unwrap_or_default().to_owned() } else { name },
            kind,
            path: path.to_owned(),
            line,
            column: column(range.start),
            end_column: column(range.end),
            by_name: answer.by_name,
            refused,
        })
    }

    /// Every place that means what the name at a place means.
    ///
    /// # Errors
    /// As [`symbol_at`](Self::symbol_at), and why there is no answer: `UNSUPPORTED`, `BUILT_IN`, ….
    pub fn references_at(&self, project_id: &str, path: &str, line: u32, column: u32) -> Result<RefactorReferences, Failure> {
        let project = self.project(project_id)?;
        let answer = self.asked_engine(&project, path, line, column)?;
        let found = answer.found?;
        let mut files: Vec<&str> = found.occurrences.iter().map(|one| one.path.as_str()).collect();
        files.dedup();
        let mut lines = Lined::new(&answer.texts);
        let places = found.occurrences.iter().take(MOST).map(|one| {
            let (line, column, end_column, text) = lines.of(&one.path, one.start as usize, one.end as usize);
            RefactorReference {
                path: one.path.clone(),
                line,
                column,
                end_column,
                certainty: one.certainty.into(),
                reason: one.reason.clone(),
                role: one.role.into(),
                text,
            }
        });
        Ok(RefactorReferences {
            places: places.collect(),
            total: count(found.occurrences.len() as u64),
            files: count(files.len() as u64),
            name: found.name,
            kind: found.kind,
            by_name: answer.by_name,
        })
    }

    /// Where the name at a place is declared, by what it means. A language without an engine has `UNSUPPORTED`; then the index knows by name.
    ///
    /// # Errors
    /// As [`references_at`](Self::references_at).
    pub fn definition_at(&self, project_id: &str, path: &str, line: u32, column: u32) -> Result<RefactorDefinitions, Failure> {
        let project = self.project(project_id)?;
        let answer = self.asked_engine(&project, path, line, column)?;
        if answer.by_name {
            return Err(Failure::new("UNSUPPORTED", "what names mean is not known in this language"));
        }
        let found = answer.found?;
        let mut lines = Lined::new(&answer.texts);
        let definitions = found.occurrences.iter().filter(|one| one.role == OccurrenceRole::Definition);
        let places = definitions.take(MOST).map(|one| {
            let (line, column, end_column, text) = lines.of(&one.path, one.start as usize, one.end as usize);
            SymbolPlace { path: one.path.clone(), line, column, end_column, kind: found.kind.clone(), container: None, text }
        });
        Ok(RefactorDefinitions { places: places.collect(), name: found.name.clone(), kind: found.kind.clone() })
    }

    /// Asks the engine of a file; what is in the folder counts for that file, the latest version for all others.
    fn asked_engine<'a>(&'a self, project: &'a Project, path: &str, line: u32, column: u32) -> Result<Answer<'a>, Failure> {
        let unsupported = || Failure::new("UNSUPPORTED", "names of such a file are not known").hint("Search for the text instead.");
        let (engine, by_name) = engine_or_spelling(path).ok_or_else(unsupported)?;
        let manifest = latest_manifest(&self.store, project.id.as_str())?;
        let manifest = manifest.ok_or_else(|| Failure::new("UNKNOWN_VERSION", "this project has no version yet").hint("Sync it."))?;
        let mut texts = self.version_texts(project, manifest, Arc::default())?;
        let relative = RepoPath::from_key(path)?;
        if let Ok(bytes) = Root::open(&project.root).and_then(|root| root.open_file(relative.as_path())).and_then(small)
            && texts.object(path).is_some_and(|object| object != lectern_objects::ObjectHash::of(&bytes))
        {
            texts = texts.with(path, bytes);
        }
        let at = place(&texts, path, line, column)?;
        let found = engine.references(&texts, &at);
        Ok(Answer { texts, at, found, by_name })
    }
}

fn small(file: std::fs::File) -> Result<Vec<u8>, lectern_reader::BeneathError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    file.take(lectern_reader::SMALL_LIMIT + 1).read_to_end(&mut bytes).map_err(lectern_reader::BeneathError::Unreadable)?;
    Ok(bytes)
}

/// The name around a byte: `name` if it stands there, else the word.
fn word_around(text: &str, at: usize, name: &str) -> std::ops::Range<usize> {
    let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return 0..0 };
    let start = before.char_indices().rev().take_while(|(_, letter)| part(*letter)).last().map_or(at, |(start, _)| start);
    let end = at + after.find(|letter| !part(letter)).unwrap_or(after.len());
    match text.get(start..end).and_then(|word| word.find(name)) {
        Some(inside) if !name.is_empty() => start + inside..start + inside + name.len(),
        _ => start..end,
    }
}

/// Lines of places, each file indexed once.
struct Lined<'a> {
    texts: &'a VersionTexts<'a>,
    last: Option<(String, Arc<str>, LineIndex)>,
}

impl<'a> Lined<'a> {
    fn new(texts: &'a VersionTexts<'a>) -> Self {
        Self { texts, last: None }
    }

    /// Line, UTF-16 columns and the line itself of a range.
    fn of(&mut self, path: &str, start: usize, end: usize) -> (u32, u32, u32, String) {
        if self.last.as_ref().is_none_or(|(last, ..)| last != path) {
            let text = self.texts.text(path).unwrap_or_default();
            let lines = LineIndex::new(&text);
            self.last = Some((path.to_owned(), text, lines));
        }
        let Some((_, text, lines)) = &self.last else { return (1, 0, 0, String::new()) };
        let line = lines.line_at(start);
        let Some(whole) = lines.line(text, line) else { return (line, 0, 0, String::new()) };
        let column = |at: usize| {
            let before = text.get(whole.start..at.min(whole.end)).unwrap_or_default();
            count(before.chars().map(char::len_utf16).sum::<usize>() as u64)
        };
        let shown = text.get(whole.clone()).unwrap_or_default().trim().chars().take(LONGEST).collect();
        (line, column(start), column(end), shown)
    }
}
