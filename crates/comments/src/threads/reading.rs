//! What is asked of threads: one of them, those of a file, lists, counts, histories, drafts.

use lectern_objects::ObjectHash;
use lectern_store::Timestamp;

use super::{CommentsError, Draft, Filter, ThreadCount, Threads, Totals, is_by_hand, known};
use crate::{AnchorEvent, Comment, CommentThread, rows};

impl Threads {
    /// A thread of a project, deleted or not.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn thread(&self, project_id: &str, id: &str) -> Result<Option<CommentThread>, CommentsError> {
        self.store.read(|connection| Ok(rows::thread(connection, project_id, id)?))
    }

    /// The comments of a thread, the first one first, without deleted ones.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn comments(&self, thread_id: &str) -> Result<Vec<Comment>, CommentsError> {
        self.store.read(|connection| Ok(rows::comments(connection, thread_id)?))
    }

    /// A comment of a project's thread, deleted or not.
    ///
    /// # Errors
    /// [`CommentsError::UnknownComment`].
    pub fn comment(&self, project_id: &str, id: &str) -> Result<Comment, CommentsError> {
        self.store.read(|connection| {
            let comment = rows::comment(connection, id)?.ok_or(CommentsError::UnknownComment)?;
            rows::thread(connection, project_id, &comment.thread_id)?.ok_or(CommentsError::UnknownComment)?;
            Ok(comment)
        })
    }

    /// The threads that are, or began, in one of these files.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn of_paths(&self, project_id: &str, paths: &[String]) -> Result<Vec<CommentThread>, CommentsError> {
        self.store.read(|connection| Ok(rows::threads_of_paths(connection, project_id, paths)?))
    }

    /// All threads of a project, in the order of their places, without deleted ones.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn all(&self, project_id: &str) -> Result<Vec<CommentThread>, CommentsError> {
        self.store.read(|connection| Ok(rows::all_threads(connection, project_id)?))
    }

    /// Up to `count` threads from `first` (0-based) of those that a filter lets through, and how many those are in all.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn list(
        &self,
        user_id: &str,
        project_id: &str,
        filter: &Filter,
        first: u32,
        count: u32,
    ) -> Result<(Vec<CommentThread>, u32), CommentsError> {
        self.store.read(|connection| Ok(rows::list(connection, user_id, project_id, filter, first, count)?))
    }

    /// How many threads a project has.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn totals(&self, user_id: &str, project_id: &str) -> Result<Totals, CommentsError> {
        self.store.read(|connection| Ok(rows::totals(connection, user_id, project_id)?))
    }

    /// How many open threads each file has, in the order of paths.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn counts(&self, user_id: &str, project_id: &str) -> Result<Vec<ThreadCount>, CommentsError> {
        self.store.read(|connection| Ok(rows::counts(connection, user_id, project_id)?))
    }

    /// Names of imported authors.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn authors(&self, project_id: &str) -> Result<Vec<String>, CommentsError> {
        self.store.read(|connection| Ok(rows::authors(connection, project_id)?))
    }

    /// The threads of a project in which somebody else wrote since the user read them.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn unread(&self, user_id: &str, project_id: &str) -> Result<Vec<String>, CommentsError> {
        self.store.read(|connection| Ok(rows::unread_ids(connection, user_id, project_id)?))
    }

    /// Up to when a user has read a thread.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn read_at(&self, user_id: &str, thread_id: &str) -> Result<Option<Timestamp>, CommentsError> {
        self.store.read(|connection| Ok(rows::read_at(connection, user_id, thread_id)?))
    }

    /// The first comment of a thread and how many it has; `None` of one that has none.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn first_of(&self, thread_id: &str) -> Result<Option<(Comment, u32)>, CommentsError> {
        self.store.read(|connection| Ok(rows::first_of(connection, thread_id)?))
    }

    /// Whether [`Threads::undo_place`] has something to take back.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn can_undo_place(&self, thread_id: &str) -> Result<bool, CommentsError> {
        self.store.read(|connection| Ok(rows::last_event(connection, thread_id)?.is_some_and(is_by_hand)))
    }

    /// Where a thread was, the first place first.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn history(&self, project_id: &str, thread_id: &str) -> Result<Vec<AnchorEvent>, CommentsError> {
        self.store.read(|connection| {
            known(connection, project_id, thread_id)?;
            Ok(rows::anchors(connection, thread_id)?)
        })
    }

    /// What a user is writing in a project, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn drafts(&self, user_id: &str, project_id: &str) -> Result<Vec<Draft>, CommentsError> {
        self.store.read(|connection| Ok(rows::drafts(connection, user_id, project_id)?))
    }

    /// The objects that threads were written about, which nothing else may keep.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn retained_objects(&self) -> Result<Vec<ObjectHash>, CommentsError> {
        let names = self.store.read(|connection| Ok::<_, CommentsError>(rows::objects(connection)?))?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The manifests of a project that threads were written in.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn origin_manifests(&self, project_id: &str) -> Result<Vec<String>, CommentsError> {
        self.store.read(|connection| Ok(rows::origin_manifests(connection, project_id)?))
    }
}
