//! The threads of one file in the state that is looked at.

use std::sync::Arc;

use lectern_anchor::{LineRange, Text};
use lectern_comments::{CommentThread, Followed, State, Texts, follow_into_file};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_sync::{RepoPath, latest_manifest};

use super::{
    cards::{CardMaker, state},
    states::{KeptTexts, document_of, file_name, side_of},
    suggestions::lines_of,
};
use crate::{
    Workspace,
    comparing::{coloured_lines, excerpt_rows},
    reading::DocumentName,
    view::{Failure, Side, ThreadChange, ThreadHere},
};

/// Lines before and after the original ones that are shown.
const AROUND: u32 = 3;

impl Workspace {
    /// The threads of an open file, where they are in exactly the text that is open, in the order of lines.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`, `UNKNOWN_PROJECT`.
    pub fn threads_of_document(&self, document: &str) -> Result<Vec<ThreadHere>, Failure> {
        let name = DocumentName::parse(document)?;
        let project = self.project(name.project)?;
        let side = side_of(name.from())?;
        let path = RepoPath::from_key(name.path)?;
        self.threads_here(&project, &path, side, Some(document))
    }

    /// The threads of a file on one side of a comparison.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, and what keeps the file from being read.
    pub fn threads_of_side(&self, project_id: &str, path: &str, side: Side) -> Result<Vec<ThreadHere>, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path)?;
        self.threads_here(&project, &path, side, None)
    }

    /// What a thread was written about, and what stands there now.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn thread_change(&self, project_id: &str, thread_id: &str) -> Result<ThreadChange, Failure> {
        let project = self.project(project_id)?;
        let thread = self.thread_of(&project, thread_id)?;
        let texts = KeptTexts::new(&self.objects);
        let origin = &thread.origin;
        let whole = origin.object.and_then(|object| texts.text(&object));
        let Some(range) = origin.place().range() else {
            return Ok(ThreadChange { original: Vec::new(), rows: Vec::new(), quoted_only: false });
        };
        let quoted_only = whole.is_none();
        let name = file_name(&origin.path);
        let original = match &whole {
            Some(text) => document_of(name, text)
                .map(|document| coloured_lines(document, range.start().saturating_sub(AROUND), range.end().saturating_add(AROUND)))
                .unwrap_or_default(),
            None => document_of(name, &origin.quote)
                .map(|document| {
                    let lines = coloured_lines(document, 1, u32::MAX).into_iter();
                    let numbered = lines.map(|line| crate::view::CodeLine { line: line.line + range.start() - 1, ..line });
                    numbered.collect()
                })
                .unwrap_or_default(),
        };
        let then = whole.as_deref().map_or_else(|| origin.quote.clone(), |text| lines_of(text, range));
        let placed = matches!(thread.state, State::Exact | State::Moved | State::Edited);
        let now = thread.anchor.object.filter(|_| placed).and_then(|object| texts.text(&object));
        let rows = now.zip(thread.place.range()).map(|(now, place)| {
            let now = lines_of(&now, place);
            excerpt_rows(file_name(&thread.place.path), (&then, range.start()), (&now, place.start()))
        });
        Ok(ThreadChange { original, rows: rows.unwrap_or_default(), quoted_only })
    }

    fn threads_here(&self, project: &Project, path: &RepoPath, side: Side, document: Option<&str>) -> Result<Vec<ThreadHere>, Failure> {
        let key = path.key();
        let found = self.comments().of_paths(project.id.as_str(), std::slice::from_ref(&key))?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let file = self.file_state(project, path, side, document)?;
        let latest = latest_manifest(&self.store, project.id.as_str())?.map(|manifest| manifest.version);
        let is_current = match side {
            Side::WorkingTree => true,
            Side::Version { version } => Some(version) == latest,
            Side::Commit { .. } | Side::Empty => false,
        };
        let texts = KeptTexts::new(&self.objects).with(file.object, file.text.clone());
        let mut maker = CardMaker::new(self, project)?;
        maker.knows(file.object, file.text.clone());
        let mut here = Vec::new();
        for thread in found {
            let Some(followed) = placed_in(&thread, &key, file.object, is_current, &texts) else { continue };
            let shown = CommentThread { place: followed.place, state: followed.state, anchor: followed.anchor, ..thread };
            let (line_start, line_end) = (shown.place.line_start, shown.place.line_end);
            here.push(ThreadHere { state: state(shown.state), line_start, line_end, thread: maker.card(&shown)? });
        }
        clamp(&mut here, file.text.as_ref());
        here.sort_by(|one, other| {
            (one.line_start, one.line_end, &one.thread.id).cmp(&(other.line_start, other.line_end, &other.thread.id))
        });
        Ok(here)
    }
}

/// Where a thread is in a file of these contents. `None` when it has nothing to do with it: it is in another file now, or was not there yet.
fn placed_in(thread: &CommentThread, path: &str, object: ObjectHash, is_current: bool, texts: &KeptTexts<'_>) -> Option<Followed> {
    let stored = || Followed { place: thread.place.clone(), state: thread.state, anchor: thread.anchor.clone() };
    if is_current {
        if thread.place.path != path {
            return None;
        }
        if thread.anchor.object == Some(object) {
            return Some(stored());
        }
        return Some(follow_into_file(thread, path, object, texts));
    }
    if thread.place.path == path && thread.anchor.object == Some(object) {
        return Some(stored());
    }
    let found = follow_into_file(thread, path, object, texts);
    let is_there = matches!(found.state, State::Exact | State::Moved | State::Edited) && found.place.path == path;
    is_there.then_some(found)
}

/// No thread is shown beyond the end of its file.
fn clamp(here: &mut [ThreadHere], text: Option<&Arc<str>>) {
    let Some(text) = text else { return };
    let last = u32::try_from(Text::new("", text.as_ref()).line_count()).unwrap_or(u32::MAX).max(1);
    for one in here {
        if LineRange::new(one.line_start, one.line_end).is_ok() {
            one.line_start = one.line_start.min(last);
            one.line_end = one.line_end.min(last);
        }
    }
}
