//! The page that code writes by itself: every fact, and empty slots for prose.

mod citing;
mod definitions;
mod diagrams;
mod file;
mod folders;
mod lists;
mod parts;
mod readme;
mod symbols;

#[cfg(test)]
mod tests;

use crate::{AiError, Block, Checks, FileId, JobType, PAGE_FORMAT, Page, ProjectIndex, Prose, ProseState, Run, Section, Subject, Version};

use citing::Citing;
use definitions::Room;

/// Makes the page: sections, facts, citations and diagrams, each slot for prose [`Waiting`](crate::ProseState::Waiting).
///
/// Slots say what they are about: `overview`, `folder:<path>`, `file:<path>`, `symbol:<path>#<qualified>` (with `@<line>` behind it where several of a
/// file are called so), `part:<path>:<from>-<to>`.
///
/// # Errors
/// [`AiError::NoSuchPath`], [`AiError::NoSymbol`], [`AiError::NoSuchLines`] when the subject is not in the version; [`AiError::Unreadable`] for what
/// is no text; [`AiError::WrongSubject`] for a difference (`difference` makes that page) and for what the job is not about.
pub fn skeleton(index: &ProjectIndex, version: &dyn Version, job: JobType, subject: &Subject) -> Result<Page, AiError> {
    skeleton_within(index, version, job, subject, Room::default())
}

/// The same on a page with room for so many definitions.
fn skeleton_within(index: &ProjectIndex, version: &dyn Version, job: JobType, subject: &Subject, room: Room) -> Result<Page, AiError> {
    if !job.takes(subject) {
        return Err(AiError::WrongSubject);
    }
    let mut making =
        Making { index, version, citing: Citing::new(index, version.number()), files: Vec::new(), symbols: 0, room, quoted: Vec::new() };
    let (title, sections) = match (job, subject) {
        (_, Subject::Diff { .. }) => return Err(AiError::WrongSubject),
        (_, Subject::Project) => (version.project().to_owned(), making.folder_page("")?),
        (_, Subject::Folder { path }) => {
            let path = path.trim_end_matches('/');
            if !index.is_folder(path) {
                return Err(AiError::NoSuchPath(path.to_owned()));
            }
            let title = if path.is_empty() { version.project().to_owned() } else { format!("{path}/") };
            (title, making.folder_page(path)?)
        }
        (JobType::Docs, Subject::File { path }) => (path.clone(), making.file_page(making.file(path)?)?),
        (JobType::Explanation, Subject::File { path }) => (path.clone(), making.explain_file(making.file(path)?)?),
        (_, Subject::Symbol { path, line, .. }) => {
            let file = making.file(path)?;
            let symbol = index.symbol_at(file, *line).ok_or_else(|| AiError::NoSymbol { path: path.clone(), line: *line })?;
            let sections = match job {
                JobType::Docs => making.symbol_page(symbol)?,
                JobType::Explanation => making.explain_symbol(symbol)?,
            };
            (index[symbol].qualified.clone(), sections)
        }
        (_, Subject::Selection { path, line_start, line_end }) => {
            let file = making.file(path)?;
            let lines = index[file].lines;
            let (from, to) = (*line_start, *line_end);
            if from == 0 || to < from || to > lines {
                return Err(AiError::NoSuchLines { path: path.clone(), lines, asked: to });
            }
            let place = if from == to { from.to_string() } else { format!("{from}-{to}") };
            (format!("{path}:{place}"), making.explain_lines(file, from, to)?)
        }
    };
    Ok(making.page(title, subject.clone(), sections))
}

/// A page in the making.
struct Making<'a> {
    index: &'a ProjectIndex,
    version: &'a dyn Version,
    citing: Citing<'a>,
    /// What was looked at.
    files: Vec<FileId>,
    /// Definitions that are on the page.
    symbols: u32,
    room: Room,
    /// Citations of what was quoted.
    quoted: Vec<u32>,
}

impl Making<'_> {
    fn file(&self, path: &str) -> Result<FileId, AiError> {
        self.index.file(path).ok_or_else(|| AiError::NoSuchPath(path.to_owned()))
    }

    fn page(mut self, title: String, subject: Subject, sections: Vec<Section>) -> Page {
        self.files.sort_unstable();
        self.files.dedup();
        let citations = self.citing.finish();
        let resolved = u32::try_from(citations.len()).unwrap_or(u32::MAX);
        Page {
            format: PAGE_FORMAT,
            title,
            subject,
            manifest_id: self.version.manifest_id().to_owned(),
            version: self.version.number(),
            writer: None,
            sections,
            citations,
            files_read: u32::try_from(self.files.len()).unwrap_or(u32::MAX),
            checks: Checks { symbols: self.symbols, citations_resolved: resolved, ..Checks::default() },
            run: Run::default(),
        }
    }

    /// The text of a file, as it is shown.
    fn text(&self, file: FileId) -> Option<String> {
        let bytes = self.version.read(&self.index[file].object)?;
        Some(lectern_reader::decode(bytes.to_vec()).text)
    }
}

fn waiting(slot: impl Into<String>) -> Prose {
    Prose { slot: slot.into(), state: ProseState::Waiting, sentences: Vec::new() }
}

fn section(id: impl Into<String>, title: impl Into<String>, level: u32, blocks: Vec<Block>) -> Section {
    Section { id: id.into(), title: title.into(), level, blocks }
}

/// `1 file`, `3 files`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `12,345`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
