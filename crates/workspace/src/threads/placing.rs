//! What people say about where a thread is.

use std::sync::Arc;

use lectern_anchor::{CandidateKind, Follower, LineRange, Text};
use lectern_comments::{CommentThread, MOST_CANDIDATES, PlaceCandidate, Placed, Rejected, State, Texts, ThreadAnchor};
use lectern_projects::Project;
use lectern_sync::{RepoPath, latest_manifest, lookup, share};

use super::states::KeptTexts;
use crate::{
    Workspace,
    view::{Failure, NewThreadPlace, Side, ThreadAnchorEvent, ThreadCard},
};

impl Workspace {
    /// Puts a thread where the user says it is; it is followed from there from now on.
    ///
    /// # Errors
    /// As [`Workspace::create_thread`].
    pub fn place_thread(&self, project_id: &str, thread_id: &str, place: &NewThreadPlace) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        self.thread_of(&project, thread_id)?;
        let _shared = share(&self.data.run())?;
        let (origin, version) = self.origin_at(&project, place)?;
        self.comments().place(project_id, thread_id, Placed { origin, version })?;
        if !matches!(place.side, Side::WorkingTree) {
            self.follow_all_threads(&project)?;
        }
        self.threads_changed(&project);
        self.thread(project_id, thread_id)
    }

    /// Notes that a thread is not where it was put. It needs review then, and is not put at these lines again by itself.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`; `NOT_PLACED` when it has no place that could be wrong.
    pub fn reject_thread_place(&self, project_id: &str, thread_id: &str) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        let thread = self.thread_of(&project, thread_id)?;
        let placed = matches!(thread.state, State::Exact | State::Moved | State::Edited);
        let Some(range) = thread.place.range().filter(|_| placed) else {
            return Err(Failure::new("NOT_PLACED", "this thread has no lines that could be wrong").hint("Pick the right ones instead."));
        };
        let texts = KeptTexts::new(&self.objects);
        let text = thread.anchor.object.and_then(|object| texts.text(&object));
        let wrong = text.and_then(|text| Rejected::at(&thread.place.path, &text, range));
        let wrong = wrong.unwrap_or_else(|| Rejected { path: thread.place.path.clone(), quote: thread.origin.quote.clone() });
        let candidates = self.other_places(&project, &thread, &texts);
        let anchor = ThreadAnchor { confidence: 0.0, candidates, ..thread.anchor.clone() };
        self.comments().reject(project_id, thread_id, anchor, wrong)?;
        self.threads_changed(&project);
        self.thread(project_id, thread_id)
    }

    /// Keeps a thread as outdated: none of the places is it. It isn't asked about again, unless its very lines come back.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn keep_thread(&self, project_id: &str, thread_id: &str) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        self.thread_of(&project, thread_id)?;
        self.comments().keep(project_id, thread_id)?;
        self.threads_changed(&project);
        self.thread(project_id, thread_id)
    }

    /// Takes back what the user said last about a thread's place.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`, `NOTHING_TO_UNDO`.
    pub fn undo_thread_place(&self, project_id: &str, thread_id: &str) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        self.thread_of(&project, thread_id)?;
        self.comments().undo_place(project_id, thread_id)?;
        self.threads_changed(&project);
        self.thread(project_id, thread_id)
    }

    /// Where a thread was, the first place first.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn thread_history(&self, project_id: &str, thread_id: &str) -> Result<Vec<ThreadAnchorEvent>, Failure> {
        let project = self.project(project_id)?;
        let events = self.comments().history(project.id.as_str(), thread_id)?;
        Ok(events.into_iter().map(super::cards::event).collect())
    }

    /// Places in the thread's file, other than the one it is at, that it may be in; best first.
    fn other_places(&self, project: &Project, thread: &CommentThread, texts: &KeptTexts<'_>) -> Vec<PlaceCandidate> {
        let latest = latest_manifest(&self.store, project.id.as_str()).ok().flatten();
        let object_at = |path: &str| {
            let path = RepoPath::from_key(path).ok()?;
            lookup(&self.store, latest.as_ref()?, &path).ok().flatten()?.content.object()
        };
        let wrong = thread.place.range();
        // Without the lines that are wrong; what is as likely elsewhere is found then, also where those were the very same.
        let text_at = |path: &str| {
            let text = texts.text(&object_at(path)?)?;
            let wrong = wrong.filter(|_| path == thread.place.path);
            Some(wrong.map_or_else(|| Text::new(path, Arc::clone(&text)), |wrong| Text::new(path, without(&text, wrong))))
        };
        let origin = &thread.origin;
        let kept = origin.object.and_then(|object| texts.text(&object)).map(|text| Text::new(&origin.path, text));
        let quoted = if kept.is_some() { None } else { origin.quote().to_text(&origin.path) };
        let (old, range) = match (&kept, &quoted) {
            (Some(old), _) => (old, origin.place().range()),
            (None, Some((old, range))) => (old, Some(*range)),
            (None, None) => return Vec::new(),
        };
        let Some(range) = range else { return Vec::new() };
        let same = text_at(&origin.path);
        let elsewhere = (thread.place.path != origin.path).then(|| text_at(&thread.place.path)).flatten().map(Arc::new);
        let text = || elsewhere.clone();
        let candidate = lectern_anchor::Candidate { path: &thread.place.path, kind: CandidateKind::Changed, text: &text };
        let candidates = if elsewhere.is_some() { vec![candidate] } else { Vec::new() };
        let Ok(found) = Follower::new(&origin.path, old, same.as_ref(), &candidates).follow(range) else { return Vec::new() };
        let is_wrong = |path: &str, range: LineRange| {
            path == thread.place.path && wrong.is_some_and(|wrong| range.start() <= wrong.end() && wrong.start() <= range.end())
        };
        // Where no line changed there is a place and nothing beside it.
        let sure = found.place.filter(|_| found.alternatives.is_empty()).map(|(path, range)| (path, range, found.confidence));
        let likely = found.alternatives.into_iter().map(|other| (other.path, other.range, other.score));
        let others = sure.into_iter().chain(likely).filter(|(path, range, _)| !is_wrong(path, *range)).take(MOST_CANDIDATES);
        others.map(|(path, range, score)| PlaceCandidate { path, line_start: range.start(), line_end: range.end(), score }).collect()
    }
}

/// A text with some of its lines empty.
fn without(text: &str, range: LineRange) -> String {
    let numbered = (1_u32..).zip(text.split('\n'));
    let lines = numbered.map(|(number, line)| if (range.start()..=range.end()).contains(&number) { "" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}
