//! The threads of a project in lists and counts.

use lectern_comments::Filter;

use super::{
    cards::{CardMaker, author_type, place, state, state_of},
    rendering::first_words,
};
use crate::{
    Workspace,
    view::{Failure, ThreadCard, ThreadCount, ThreadFilter, ThreadPage, ThreadRow},
};

/// How many a page has at most.
const LONGEST_PAGE: u32 = 500;

impl Workspace {
    /// Up to `count` (at most 500) threads of a project from `first` (0-based) of those that the filter lets through.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn threads(&self, project_id: &str, filter: &ThreadFilter, first: u32, count: u32) -> Result<ThreadPage, Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        let comments = self.comments();
        let wanted = Filter {
            path: filter.path.clone(),
            states: filter.states.iter().copied().map(state_of).collect(),
            resolved: filter.resolved,
            author: filter.author.clone(),
            unread: filter.unread,
            text: filter.text.clone(),
            latest_first: filter.latest_first,
        };
        let (found, total) = comments.list(user.as_str(), project_id, &wanted, first, count.min(LONGEST_PAGE))?;
        let totals = comments.totals(user.as_str(), project_id)?;
        let mut maker = CardMaker::new(self, &project)?;
        let mut threads = Vec::with_capacity(found.len());
        for thread in found {
            let Some((first, many)) = comments.first_of(&thread.id)? else { continue };
            threads.push(ThreadRow {
                state: state(thread.state),
                place: place(&thread.place),
                origin: place(&thread.origin.place()),
                resolved: thread.resolved_at.is_some(),
                unread: maker.is_unread(&thread.id),
                comments: many,
                author: maker.author(&first),
                author_type: author_type(first.author_type),
                text: first_words(&first.body),
                candidates: u32::try_from(thread.anchor.candidates.len()).unwrap_or(u32::MAX),
                created_at: thread.created_at.to_string(),
                updated_at: thread.updated_at.to_string(),
                id: thread.id,
            });
        }
        Ok(ThreadPage {
            first,
            threads,
            total,
            all: totals.all,
            open: totals.open,
            needs_review: totals.needs_review,
            unread: totals.unread,
            authors: comments.authors(project_id)?,
        })
    }

    /// A thread with all that is shown of it.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn thread(&self, project_id: &str, thread_id: &str) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        let thread = self.thread_of(&project, thread_id)?;
        CardMaker::new(self, &project)?.card(&thread)
    }

    /// How many open threads each file of a project has, in the order of paths.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn thread_counts(&self, project_id: &str) -> Result<Vec<ThreadCount>, Failure> {
        let user = self.user()?;
        self.project(project_id)?;
        let counts = self.comments().counts(user.as_str(), project_id)?.into_iter();
        Ok(counts.map(|count| ThreadCount { path: count.path, open: count.open, unread: count.unread }).collect())
    }

    /// Notes that the user has read threads, or wants to read them again. Others than the project's are left alone.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn set_threads_read(&self, project_id: &str, thread_ids: &[String], read: bool) -> Result<(), Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        self.comments().set_read(user.as_str(), project_id, thread_ids, read)?;
        self.threads_changed(&project);
        Ok(())
    }
}
