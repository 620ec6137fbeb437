//! Suggestions of comments: what they come to in the lines of their threads.

use std::{ops::Range, sync::Arc};

use lectern_anchor::LineRange;
use lectern_comments::{CommentThread, State};
use lectern_projects::Project;
use lectern_reader::LineEnds;

use super::rendering::suggestions;
use crate::{
    Workspace,
    tasks::Tell,
    view::{Failure, RefactorAsk, RefactorJob},
};

impl Workspace {
    /// Puts a suggestion in place of the thread's lines in the project's folder, by a refactor job that is not reviewed: what it does is shown beside
    /// the comment. The folder is recorded before, and the job can be taken back.
    ///
    /// # Errors
    /// `UNKNOWN_COMMENT`, `NO_SUGGESTION`; `NOT_EXACT` with why it is refused; `CHANGED_SINCE` when the file was saved meanwhile; `NO_CHANGE`; what
    /// keeps it from being written. Nothing was changed then, and no job is left behind.
    pub fn apply_suggestion(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        comment_id: &str,
        index: u32,
        tell: Tell<'_>,
    ) -> Result<RefactorJob, Failure> {
        let project = self.project(project_id)?;
        // What is refused as it stands is no job.
        exact_range(&suggested(self, &project, comment_id, index)?.0)?;
        let ask = RefactorAsk::Suggestion { comment_id: comment_id.to_owned(), index };
        let applied = self.refactor_at_once(task_id, project_id, ask, tell).map_err(|failure| match failure.code.as_str() {
            "STALE" => Failure::new("CHANGED_SINCE", "the file was saved meanwhile").hint("Look at the suggestion again."),
            _ => failure,
        });
        // Also after a failure: the folder was recorded, and what was saved meanwhile moved threads.
        self.follow_threads_if_possible(&project);
        applied
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
    let at = byte_range(text, range)?;
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

/// The bytes of some lines of a decoded text with the end of the last one; `None` when there are no such lines.
fn byte_range(text: &str, range: LineRange) -> Option<Range<usize>> {
    let mut starts = vec![0];
    starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
    if starts.last() == Some(&text.len()) && starts.len() > 1 {
        starts.pop();
    }
    let start = *starts.get(range.start() as usize - 1)?;
    let has_last = (range.end() as usize) <= starts.len();
    let end = starts.get(range.end() as usize).copied().unwrap_or(text.len());
    has_last.then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str, lines: (u32, u32), suggested: &str) -> String {
        let range = LineRange::new(lines.0, lines.1).expect("a range");
        let (at, new) = lines_put(text, range, suggested).expect("lines");
        [&text[..at.start], &new, &text[at.end..]].concat()
    }

    #[test]
    fn everything_but_the_lines_stays_as_it_is() {
        assert_eq!(applied("a\nb\nc\n", (2, 2), "x\ny\n"), "a\nx\ny\nc\n");
        assert_eq!(applied("a\r\nb\r\nc", (2, 3), "x\n"), "a\r\nx", "no end where there was none");
        assert_eq!(applied("a\nb\nc\n", (2, 2), ""), "a\nc\n", "nothing suggested takes the lines away");
        assert_eq!(applied("a", (1, 1), "b\n"), "b");
        assert_eq!(lines_put("a\n", LineRange::new(3, 3).expect("a range"), "x"), None);
    }
}
