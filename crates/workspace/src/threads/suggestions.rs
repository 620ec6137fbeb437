//! Suggestions of comments, applied to the project's folder through the journal.

use std::{ops::Range, os::unix::fs::PermissionsExt, sync::Arc};

use lectern_anchor::LineRange;
use lectern_comments::{CommentThread, State};
use lectern_journal::{Change, Edit, JournalError, New, Proposal, RelPath, State as Expected};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{BeneathError, EntryType, LineEnds, Root, SMALL_LIMIT, TextEncoding, decode};
use lectern_sync::RepoPath;

use super::rendering::suggestions;
use crate::{
    Workspace,
    restoring::card,
    tasks::{Task, Tell},
    view::{Failure, JournalCard},
};

impl Workspace {
    /// Puts a suggestion in place of the thread's lines in the project's folder. The folder is recorded before, and the journal can be undone.
    ///
    /// # Errors
    /// `UNKNOWN_COMMENT`, `NO_SUGGESTION`; `NOT_EXACT` with why it is refused; `CHANGED_SINCE` when the file was saved meanwhile; what keeps it from being
    /// written. Nothing was changed then.
    pub fn apply_suggestion(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        comment_id: &str,
        index: u32,
        tell: Tell<'_>,
    ) -> Result<JournalCard, Failure> {
        let project = self.project(project_id)?;
        let comment = self.comments().comment(project_id, comment_id)?;
        let suggested = suggestions(&comment.body).into_iter().nth(index as usize);
        let suggested = suggested.ok_or_else(|| Failure::new("NO_SUGGESTION", "this comment has no such suggestion"))?;
        let thread = self.thread_of(&project, &comment.thread_id)?;
        refuse_unless_exact(&thread)?;
        let task = self.task(task_id, tell);
        let applied = self.alone(&project, || self.apply(&project, &comment.thread_id, &suggested, &task));
        // Also after a failure: the folder was recorded, and what was saved meanwhile moved threads.
        self.follow_threads_if_possible(&project);
        applied
    }

    fn apply(&self, project: &Project, thread_id: &str, suggested: &str, task: &Task<'_>) -> Result<JournalCard, Failure> {
        self.record(project, task)?;
        // What is in the folder is the latest version now: where the thread is in exactly that decides.
        self.follow_threads(project)?;
        let thread = self.thread_of(project, thread_id)?;
        let range = refuse_unless_exact(&thread)?;
        let path = RepoPath::from_key(&thread.place.path)?;
        let root = Root::open(&project.root)?;
        if root.kind(path.as_path())? != EntryType::File {
            return Err(BeneathError::NotAFile.into());
        }
        let file = root.open_file(path.as_path())?;
        let executable = file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0);
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::Read::take(file, SMALL_LIMIT + 1), &mut bytes).map_err(BeneathError::Unreadable)?;
        let hash = ObjectHash::of(&bytes);
        let relative = RelPath::new(path.as_bytes())?;
        if thread.anchor.object != Some(hash) {
            return Err(JournalError::ChangedSince(vec![relative]).into());
        }
        let edit = edit_of(bytes, range, suggested)?;
        let shown = path.as_path().display();
        let title = if range.lines() == 1 {
            format!("Suggestion for {shown}, line {}", range.start())
        } else {
            format!("Suggestion for {shown}, lines {} to {}", range.start(), range.end())
        };
        let proposal = Proposal {
            root: project.root.clone(),
            scope: project.id.as_str().to_owned(),
            kind: "SUGGESTION".to_owned(),
            title,
            changes: vec![Change { path: relative, expected: Expected::File { hash, executable }, becomes: New::Edited(vec![edit]) }],
        };
        let applied = self.write(project, self.journal.preflight(&proposal)?, task)?;
        let id = applied.journal_id.ok_or_else(|| Failure::new("NO_CHANGE", "the code is already as suggested"))?;
        Ok(card(self.journal.entry(&id)?.ok_or(JournalError::Unknown)?))
    }
}

/// Why a suggestion can't be applied now; `current` are the thread's lines as they are, `None` when they can't be had.
pub(super) fn refusal(thread: &CommentThread, current: Option<&str>, suggested: &str) -> Option<String> {
    if let Err(failure) = refuse_unless_exact(thread) {
        return Some(failure.message);
    }
    match current {
        None => Some("The lines that it is for can't be read.".to_owned()),
        Some(current) if current.lines().eq(suggested.lines()) => Some("The code is already as suggested.".to_owned()),
        Some(_) => None,
    }
}

fn refuse_unless_exact(thread: &CommentThread) -> Result<LineRange, Failure> {
    let Some(range) = thread.place.range() else {
        return Err(Failure::new("NOT_EXACT", "a suggestion is for lines, and this thread is on a whole file"));
    };
    let why = match thread.state {
        State::Exact => return Ok(range),
        State::Moved => "the code moved elsewhere since this was suggested",
        State::Edited => "the code changed since this was suggested",
        State::NeedsReview => "the code may be in one of several places",
        State::Outdated => "the code that this was suggested for is gone",
    };
    Err(Failure::new("NOT_EXACT", why).hint("Change it in your editor."))
}

/// The thread of a comment, and what the comment suggests.
///
/// # Errors
/// `UNKNOWN_COMMENT`, `NO_SUGGESTION`.
pub(crate) fn suggested(
    workspace: &Workspace,
    project: &Project,
    comment_id: &str,
    index: u32,
) -> Result<(CommentThread, String), Failure> {
    let comment = workspace.comments().comment(project.id.as_str(), comment_id)?;
    let suggested = suggestions(&comment.body).into_iter().nth(index as usize);
    let suggested = suggested.ok_or_else(|| Failure::new("NO_SUGGESTION", "this comment has no such suggestion"))?;
    Ok((workspace.thread_of(project, &comment.thread_id)?, suggested))
}

/// The lines that a thread is exactly on.
///
/// # Errors
/// `NOT_EXACT` with why.
pub(crate) fn exact_range(thread: &CommentThread) -> Result<LineRange, Failure> {
    refuse_unless_exact(thread)
}

/// The bytes of some lines of a decoded text, and what takes their place, with the text's line ends; `None` when it has no such lines.
pub(crate) fn lines_put(text: &str, range: LineRange, suggested: &str) -> Option<(Range<usize>, String)> {
    let at = byte_range(text.as_bytes(), range)?;
    let ends = if LineEnds::of(text.as_bytes()) == LineEnds::CrLf { "\r\n" } else { "\n" };
    let mut lines = suggested.lines().collect::<Vec<_>>().join(ends);
    if text[at.clone()].ends_with('\n') && !suggested.is_empty() {
        lines.push_str(ends);
    }
    Some((at, lines))
}

/// Some lines of a text with their ends as `\n`; those that it has.
pub(super) fn lines_of(text: &str, range: LineRange) -> String {
    let first = range.start() as usize - 1;
    text.lines().skip(first).take(range.lines() as usize).flat_map(|line| [line, "\n"]).collect()
}

/// What puts lines in the place of others, in the file's own encoding and line ends.
fn edit_of(bytes: Vec<u8>, range: LineRange, suggested: &str) -> Result<Edit, Failure> {
    let at = byte_range(&bytes, range).ok_or_else(|| Failure::new("NOT_EXACT", "the file has no such lines"))?;
    let ends_with_line_end = bytes[at.clone()].ends_with(b"\n");
    let ends = if LineEnds::of(&bytes) == LineEnds::CrLf { "\r\n" } else { "\n" };
    let decoded = decode(bytes);
    let mut lines = suggested.lines().collect::<Vec<_>>().join(ends);
    if ends_with_line_end && !suggested.is_empty() {
        lines.push_str(ends);
    }
    let refused = |why: String| Failure::new("NOT_ENCODABLE", why).hint("Save the file as UTF-8, or change it in your editor.");
    if matches!(decoded.encoding, TextEncoding::Utf16Le | TextEncoding::Utf16Be) {
        return Err(refused("the file is saved in UTF-16, which suggestions are not applied to".to_owned()));
    }
    let replacement = decoded.encoding.encode(&lines);
    let replacement = replacement
        .ok_or_else(|| refused(format!("the file is saved in {}, which has not all letters of this suggestion", decoded.encoding)))?;
    Ok(Edit { range: at, replacement })
}

/// The bytes of some lines with the end of the last one; `None` when there are no such lines.
fn byte_range(bytes: &[u8], range: LineRange) -> Option<Range<usize>> {
    let mut starts = vec![0];
    starts.extend(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1));
    if starts.last() == Some(&bytes.len()) && starts.len() > 1 {
        starts.pop();
    }
    let start = *starts.get(range.start() as usize - 1)?;
    let has_last = (range.end() as usize) <= starts.len();
    let end = starts.get(range.end() as usize).copied().unwrap_or(bytes.len());
    // A byte order mark is not part of the first line.
    let mark = if start == 0 && bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    has_last.then_some(start + mark..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &[u8], lines: (u32, u32), suggested: &str) -> Vec<u8> {
        let range = LineRange::new(lines.0, lines.1).expect("a range");
        let edit = edit_of(text.to_vec(), range, suggested).expect("an edit");
        [&text[..edit.range.start], &edit.replacement, &text[edit.range.end..]].concat()
    }

    #[test]
    fn everything_but_the_lines_stays_as_it_is() {
        assert_eq!(applied(b"a\nb\nc\n", (2, 2), "x\ny\n"), b"a\nx\ny\nc\n");
        assert_eq!(applied(b"a\r\nb\r\nc", (2, 3), "x\n"), b"a\r\nx", "no end where there was none");
        assert_eq!(applied(b"\xef\xbb\xbfa\nb\n", (1, 1), "x\n"), b"\xef\xbb\xbfx\nb\n");
        assert_eq!(applied(b"a\nb\nc\n", (2, 2), ""), b"a\nc\n", "nothing suggested takes the lines away");
        assert_eq!(applied(b"caf\xe9\nb\n", (2, 2), "\u{fc}\n"), b"caf\xe9\n\xfc\n", "Latin-1 stays Latin-1");
        assert_eq!(applied(b"a", (1, 1), "b\n"), b"b");
    }

    #[test]
    fn what_the_encoding_has_not_is_refused() {
        let range = LineRange::new(1, 1).expect("a range");
        assert_eq!(edit_of(b"caf\xe9\n".to_vec(), range, "\u{2192}\n").expect_err("refused").code, "NOT_ENCODABLE");
        assert_eq!(edit_of(b"a\n".to_vec(), LineRange::new(3, 3).expect("a range"), "x").expect_err("refused").code, "NOT_EXACT");
    }
}
