//! What a name in a file means: what it is, where it is declared, where it is used.

use std::sync::Arc;

use lectern_projects::Project;
use lectern_reader::{LineIndex, Root, utf16_len};
use lectern_refactor::{Certainty, Found, Occurrence, OccurrenceRole, Place, Project as _, Refused, RefusedKind, engine_or_spelling};
use lectern_sync::{RepoPath, latest_manifest};

use super::{proposing::place, texts::VersionTexts};
use crate::{
    Workspace,
    syncing::count,
    view::{Failure, RefactorDefinitions, RefactorSymbol, SymbolPlace},
};

/// Answers have no more places than this.
const MOST: usize = 2000;
/// A line is cut here, in characters.
const LONGEST: usize = 400;

/// What an engine found.
struct Answer<'a> {
    texts: VersionTexts<'a>,
    at: Place,
    found: Result<Arc<Found>, Refused>,
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
                (found.name.clone(), found.kind.clone(), (!declared).then(|| outside(&found)))
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

    /// Why what is of a kind ("function"; empty while that is not known) can't be called so in the language of a file; `None` where nothing speaks
    /// against it, and where nothing is known of the language.
    pub fn name_problem(&self, path: &str, kind: &str, name: &str) -> Option<String> {
        lectern_refactor::name_problem(path, kind, name)
    }

    /// Where the name at a place of an open document is declared, by what it means: the line from 1, the column in UTF-16 units from 0. Cancelled as
    /// the task `task_id`.
    ///
    /// # Errors
    /// Why that is not known: `UNSUPPORTED` in a language without an engine and in a commit, `NO_NAME`, `EXTERNAL`, `BUILT_IN`, `UNPARSABLE`,
    /// `UNKNOWN_VERSION`; `DOCUMENT_CHANGED` when what is shown is no longer what is in the folder; `CANCELLED`.
    pub fn definition_at(&self, task_id: &str, document: &str, line: u32, column: u32) -> Result<RefactorDefinitions, Failure> {
        let task = self.task(task_id, &|_| {});
        let pointed = self.pointed(document, line, column)?;
        let (found, texts) = self.found_at(&pointed, task.cancel(), |found| declared(found).map(|one| one.path.as_str()).collect())?;
        if found.occurrences.iter().all(|one| one.role != OccurrenceRole::Definition) {
            return Err(outside(&found));
        }
        let mut lines = Lined::new(&texts);
        let places = declared(&found).take(MOST).map(|one| {
            let (line, column, end_column, text) = lines.shown(&one.path, one.start as usize, one.end as usize);
            SymbolPlace { path: one.path.clone(), line, column, end_column, kind: found.kind.clone(), container: None, text }
        });
        Ok(RefactorDefinitions {
            certain: declared(&found).all(|one| one.certainty == Certainty::Certain),
            places: places.collect(),
            name: found.name.clone(),
            kind: found.kind.clone(),
        })
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
            texts = texts.with([(path.to_owned(), Some(bytes))]);
        }
        let at = place(&texts, path, line, column)?;
        let found = texts.references(engine, &at);
        Ok(Answer { texts, at, found, by_name })
    }
}

/// The places where it is declared for sure; those where it may be, when there are none.
fn declared(found: &Found) -> impl Iterator<Item = &Occurrence> {
    let is_definition = |one: &&Occurrence| one.role == OccurrenceRole::Definition;
    let surest = found.occurrences.iter().filter(is_definition).map(|one| one.certainty).min();
    found.occurrences.iter().filter(is_definition).filter(move |one| Some(one.certainty) == surest)
}

fn outside(found: &Found) -> Failure {
    Failure::new("EXTERNAL", format!("{} is declared outside of this project", found.name))
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
pub(super) struct Lined<'a> {
    texts: &'a VersionTexts<'a>,
    last: Option<(String, Arc<str>, LineIndex)>,
}

impl<'a> Lined<'a> {
    pub fn new(texts: &'a VersionTexts<'a>) -> Self {
        Self { texts, last: None }
    }

    /// The number of the line that a byte is in, where that begins, and the line without its end.
    pub fn line(&mut self, path: &str, at: usize) -> (u32, usize, &str) {
        if self.last.as_ref().is_none_or(|(last, ..)| last != path) {
            let text = self.texts.text(path).unwrap_or_default();
            let lines = LineIndex::new(&text);
            self.last = Some((path.to_owned(), text, lines));
        }
        let Some((_, text, lines)) = &self.last else { return (1, 0, "") };
        let line = lines.line_at(at);
        let range = lines.line(text, line).unwrap_or(0..0);
        (line, range.start, text.get(range).unwrap_or_default())
    }

    /// Line, UTF-16 columns of a range and what the line says.
    fn shown(&mut self, path: &str, start: usize, end: usize) -> (u32, u32, u32, String) {
        let (line, begin, text) = self.line(path, start);
        let column = |at: usize| utf16_len(text.get(..at.saturating_sub(begin).min(text.len())).unwrap_or_default());
        (line, column(start), column(end), text.trim().chars().take(LONGEST).collect())
    }
}
