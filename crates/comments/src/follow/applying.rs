//! Threads followed into a version by their rows, in one transaction.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use lectern_anchor::State;
use lectern_notify::{Notice, ThreadLost, notify};
use rayon::prelude::*;

use super::{Following, Tally, follow_into};
use crate::{CommentThread, CommentsError, Event, Threads, rows};

/// So many threads that lost their places at once are told of one by one; more are one notification.
const TOLD_ONE_BY_ONE: usize = 3;
/// So many threads whose code is lost are looked for in whatever changed, the latest first; the others when their own files change.
const MOST_LOST: u32 = 20_000;
/// After changes of no more files than this only those lost threads are looked for whose lines are in one of them: a save costs little. After a switch of
/// branches all are.
const FEW_FILES: usize = 64;
/// A line says something when it has so many letters and digits.
const SAYS_SOMETHING: usize = 4;

impl Threads {
    /// The version that a project's threads were last followed into.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn followed(&self, project_id: &str) -> Result<Option<String>, CommentsError> {
        self.store.read(|connection| Ok(rows::followed(connection, project_id)?))
    }

    /// Follows the threads of a project into the version `manifest_id`, in one transaction, and tells `owner_id` of those that lost their places.
    /// `changed` are the paths that differ from the version they were last followed into; `None` for all.
    ///
    /// A thread that somebody placed meanwhile stays where they placed it.
    ///
    /// # Errors
    /// When the database refuses; nothing is changed then.
    pub fn follow(
        &self,
        project_id: &str,
        owner_id: &str,
        manifest_id: &str,
        changed: Option<&HashSet<String>>,
        into: &Following<'_>,
    ) -> Result<Tally, CommentsError> {
        let threads = match changed {
            None => self.all(project_id)?,
            Some(changed) if changed.is_empty() => Vec::new(),
            Some(changed) => {
                let mut paths: Vec<&str> = changed.iter().map(String::as_str).collect();
                paths.sort_unstable();
                let threads = self.store.read(|connection| rows::concerned(connection, project_id, &paths, MOST_LOST))?;
                possible(threads, changed, into)
            }
        };
        let followed = follow_into(&threads, into);
        let mut tally = Tally { looked_at: threads.len(), ..Tally::default() };
        let now = self.clock.now();
        self.store.write(|tx| {
            let mut lost: Vec<(State, CommentThread)> = Vec::new();
            for (thread, found) in threads.into_iter().zip(followed) {
                let became_different = found.place != thread.place || found.state != thread.state;
                if !became_different && found.anchor == thread.anchor {
                    continue;
                }
                let was = thread.state;
                let next = CommentThread { place: found.place, state: found.state, anchor: found.anchor, ..thread };
                if !rows::follow_place(tx, &next)? {
                    // Somebody changed it meanwhile; what they said holds.
                    continue;
                }
                if became_different {
                    tally.changed += 1;
                    rows::insert_next_anchor(tx, &lectern_store::new_id(&*self.clock), Event::Followed, &next, now)?;
                }
                if next.state != was && next.resolved_at.is_none() && matches!(next.state, State::NeedsReview | State::Outdated) {
                    lost.push((next.state, next));
                }
            }
            for (state, notice) in
                [(State::NeedsReview, Notice::ThreadNeedsReview as fn(ThreadLost) -> Notice), (State::Outdated, Notice::ThreadOutdated)]
            {
                let these: Vec<&CommentThread> = lost.iter().filter(|(is, _)| *is == state).map(|(_, thread)| thread).collect();
                match state {
                    State::NeedsReview => tally.needs_review = these.len(),
                    _ => tally.outdated = these.len(),
                }
                let together = these.len() > TOLD_ONE_BY_ONE;
                for thread in these.iter().take(if together { 1 } else { TOLD_ONE_BY_ONE }) {
                    let threads = if together { u32::try_from(these.len()).unwrap_or(u32::MAX) } else { 1 };
                    notify(tx, &*self.clock, owner_id, &notice(lost_notice(thread, threads)))?;
                }
            }
            rows::set_followed(tx, project_id, manifest_id)?;
            Ok::<_, CommentsError>(())
        })?;
        Ok(tally)
    }
}

/// Without the threads that these changes can't have brought back: those whose code is lost, whose files did not change, and of whose lines none
/// is in a file that did.
fn possible(threads: Vec<CommentThread>, changed: &HashSet<String>, into: &Following<'_>) -> Vec<CommentThread> {
    let is_sure = |thread: &CommentThread| {
        let lost = matches!(thread.state, State::NeedsReview | State::Outdated);
        let candidates = thread.anchor.candidates.iter().map(|candidate| &candidate.path);
        let at_home = [&thread.place.path, &thread.origin.path].into_iter().chain(candidates).any(|path| changed.contains(path));
        !lost || at_home || thread.origin.quote.is_empty()
    };
    if changed.len() > FEW_FILES || threads.iter().all(is_sure) {
        return threads;
    }
    let wanted: HashSet<u64> = threads.iter().filter(|thread| !is_sure(thread)).flat_map(|thread| lines_of(&thread.origin.quote)).collect();
    let found: HashSet<u64> = changed
        .par_iter()
        .filter_map(|path| into.texts.text(&(into.object_at)(path)?))
        .flat_map_iter(|text| lines_of(&text).filter(|line| wanted.contains(line)).collect::<Vec<_>>())
        .collect();
    let may_be_back = |thread: &CommentThread| lines_of(&thread.origin.quote).any(|line| found.contains(&line));
    threads.into_iter().filter(|thread| is_sure(thread) || may_be_back(thread)).collect()
}

/// The lines that say something, by their hashes, whatever their blanks.
fn lines_of(text: &str) -> impl Iterator<Item = u64> {
    text.lines().filter(|line| line.chars().filter(|letter| letter.is_alphanumeric()).nth(SAYS_SOMETHING - 1).is_some()).map(|line| {
        let mut hasher = DefaultHasher::new();
        line.split_whitespace().for_each(|word| word.hash(&mut hasher));
        hasher.finish()
    })
}

fn lost_notice(thread: &CommentThread, threads: u32) -> ThreadLost {
    ThreadLost {
        project_id: thread.project_id.clone(),
        thread_id: thread.id.clone(),
        threads,
        path: thread.place.path.clone(),
        line: thread.place.line_start,
        candidates: u32::try_from(thread.anchor.candidates.len()).unwrap_or(u32::MAX),
    }
}
