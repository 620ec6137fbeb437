//! What can be done with threads: each is one transaction.

mod reading;

use std::sync::Arc;

use lectern_anchor::State;
use lectern_notify::{CommentReply, Notice, notify};
use lectern_store::{
    Clock, Store, Timestamp, new_id,
    rusqlite::{self, Connection},
};

use crate::{AuthorType, Comment, CommentThread, Event, NewComment, Origin, Place, Rejected, ThreadAnchor, rows};

/// The longest comment, in bytes.
pub(crate) const LONGEST_BODY: usize = 256 * 1024;
/// How a place is found that somebody named.
const BY_HAND: &str = "HAND";

/// What can go wrong with threads.
#[derive(Debug, thiserror::Error)]
pub enum CommentsError {
    /// No such thread in this project.
    #[error("this thread does not exist")]
    UnknownThread,
    /// No such comment in this project.
    #[error("this comment does not exist")]
    UnknownComment,
    /// Somebody else wrote it.
    #[error("somebody else wrote this comment")]
    NotYours,
    /// There is nothing in it.
    #[error("there is nothing in this comment")]
    Empty,
    /// Longer than 256 KiB.
    #[error("this comment is longer than 256 KiB")]
    TooLong,
    /// Nothing was said about its place that could be taken back.
    #[error("there is nothing to take back")]
    NothingToUndo,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// Which threads are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those of this file; of the project as a whole for `""`.
    pub path: Option<String>,
    /// Those in one of these states; empty for all.
    pub states: Vec<State>,
    /// Resolved ones, or those that are not.
    pub resolved: Option<bool>,
    /// `me`, `ai`, or the name of an imported author: who wrote in it.
    pub author: Option<String>,
    /// Only those with something unread.
    pub unread: bool,
    /// Part of a path or of a comment; case does not matter for ASCII letters.
    pub text: String,
    /// By the latest change instead of by place.
    pub latest_first: bool,
}

/// How many threads a project has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All that are not deleted.
    pub all: u32,
    /// Of them, not resolved.
    pub open: u32,
    /// Of the open ones, those whose place a person must say.
    pub needs_review: u32,
    /// Of all, those with something unread.
    pub unread: u32,
}

/// How many open threads a file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadCount {
    /// The file; `""` for the project as a whole.
    pub path: String,
    /// Not resolved.
    pub open: u32,
    /// Of them, with something unread.
    pub unread: u32,
}

/// A row of comment_drafts: what somebody is writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it becomes; the writer's own name for it.
    pub key: String,
    /// JSON.
    pub place: String,
    /// Markdown.
    pub body: String,
    /// When it was last written to.
    pub updated_at: Timestamp,
}

/// A thread and where somebody says it is.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its new origin: it is followed from there from now on.
    pub origin: Origin,
    /// The version that it is in, if it is in one.
    pub version: Option<u32>,
}

/// The threads of one data folder.
pub struct Threads {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Threads {
    /// Over an open store.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Begins a thread with its first comment.
    ///
    /// # Errors
    /// [`CommentsError::Empty`], [`CommentsError::TooLong`].
    pub fn create(&self, project_id: &str, origin: Origin, first: NewComment) -> Result<CommentThread, CommentsError> {
        let body = checked(&first.body)?;
        let now = self.clock.now();
        let thread = CommentThread {
            id: new_id(&*self.clock),
            project_id: project_id.to_owned(),
            place: origin.place(),
            state: State::Exact,
            anchor: ThreadAnchor::at_origin(&origin),
            origin,
            resolved_at: None,
            deleted_at: None,
            source: None,
            created_at: now,
            updated_at: now,
        };
        let comment = self.comment_of(&thread.id, first, body, now);
        self.store.write(|tx| {
            rows::insert_thread(tx, &thread)?;
            rows::insert_comment(tx, &comment)?;
            rows::insert_anchor(tx, &new_id(&*self.clock), Event::Created, &thread, now)?;
            Ok::<_, CommentsError>(())
        })?;
        Ok(thread)
    }

    /// Adds a comment to a thread. Whoever else wrote in it is notified: `owner_id` is told of what they did not write themselves.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`], [`CommentsError::Empty`], [`CommentsError::TooLong`].
    pub fn reply(&self, project_id: &str, owner_id: &str, thread_id: &str, new: NewComment) -> Result<Comment, CommentsError> {
        let body = checked(&new.body)?;
        let now = self.clock.now();
        let comment = self.comment_of(thread_id, new, body, now);
        self.store.write(|tx| {
            let thread = known(tx, project_id, thread_id)?;
            rows::insert_comment(tx, &comment)?;
            rows::touch(tx, thread_id, now)?;
            if comment.author_id.as_deref() == Some(owner_id) {
                rows::mark_read(tx, owner_id, thread_id, now)?;
            } else {
                notify(tx, &*self.clock, owner_id, &replied(&thread, &comment))?;
            }
            Ok::<_, CommentsError>(())
        })?;
        Ok(comment)
    }

    /// Gives the user's own comment another text.
    ///
    /// # Errors
    /// [`CommentsError::UnknownComment`], [`CommentsError::NotYours`], [`CommentsError::Empty`], [`CommentsError::TooLong`].
    pub fn edit(&self, project_id: &str, user_id: &str, comment_id: &str, body: &str) -> Result<Comment, CommentsError> {
        let body = checked(body)?;
        let now = self.clock.now();
        self.store.write(|tx| {
            let comment = own(tx, project_id, user_id, comment_id)?;
            if comment.body != body {
                rows::set_body(tx, comment_id, &body, Some(now))?;
                rows::touch(tx, &comment.thread_id, now)?;
            }
            rows::comment(tx, comment_id)?.ok_or(CommentsError::UnknownComment)
        })
    }

    /// Deletes the user's own comment, and with the last one its thread; `false` when it was deleted before. [`Threads::restore_comment`] takes it back.
    ///
    /// # Errors
    /// [`CommentsError::UnknownComment`], [`CommentsError::NotYours`].
    pub fn delete_comment(&self, project_id: &str, user_id: &str, comment_id: &str) -> Result<bool, CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let comment = own(tx, project_id, user_id, comment_id)?;
            if comment.deleted_at.is_some() {
                return Ok(false);
            }
            rows::set_comment_deleted(tx, comment_id, Some(now))?;
            rows::touch(tx, &comment.thread_id, now)?;
            if rows::comments(tx, &comment.thread_id)?.is_empty() {
                rows::set_deleted(tx, &comment.thread_id, Some(now), now)?;
            }
            Ok(true)
        })
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// [`CommentsError::UnknownComment`], [`CommentsError::NotYours`].
    pub fn restore_comment(&self, project_id: &str, user_id: &str, comment_id: &str) -> Result<(), CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let comment = own(tx, project_id, user_id, comment_id)?;
            rows::set_comment_deleted(tx, comment_id, None)?;
            rows::set_deleted(tx, &comment.thread_id, None, now)?;
            rows::touch(tx, &comment.thread_id, now)?;
            Ok(())
        })
    }

    /// Resolves a thread or opens it again; `false` when it was so already.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn set_resolved(&self, project_id: &str, thread_id: &str, resolved: bool) -> Result<bool, CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            known(tx, project_id, thread_id)?;
            Ok(rows::set_resolved(tx, thread_id, resolved.then_some(now), now)?)
        })
    }

    /// Deletes a thread, or takes that back; `false` when it was so already. What was deleted can be had back for 30 days.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn set_deleted(&self, project_id: &str, thread_id: &str, deleted: bool) -> Result<bool, CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            known(tx, project_id, thread_id)?;
            Ok(rows::set_deleted(tx, thread_id, deleted.then_some(now), now)?)
        })
    }

    /// Puts a thread where somebody says it is; it is followed from there from now on.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn place(&self, project_id: &str, thread_id: &str, placed: Placed) -> Result<CommentThread, CommentsError> {
        self.change(project_id, thread_id, Event::Placed, |thread| {
            thread.place = placed.origin.place();
            thread.state = State::Exact;
            let anchor = ThreadAnchor::at_origin(&placed.origin);
            thread.anchor = ThreadAnchor { method: BY_HAND.to_owned(), version: placed.version, ..anchor };
            thread.origin = placed.origin;
            Ok(())
        })
    }

    /// Notes that a thread is not where it was put, and what stands there. It needs review then: `candidates` are the places that are left.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn reject(&self, project_id: &str, thread_id: &str, anchor: ThreadAnchor, wrong: Rejected) -> Result<CommentThread, CommentsError> {
        self.change(project_id, thread_id, Event::Rejected, |thread| {
            thread.state = State::NeedsReview;
            let mut rejected = std::mem::take(&mut thread.anchor.rejected);
            if !rejected.contains(&wrong) {
                rejected.push(wrong);
            }
            thread.anchor = ThreadAnchor { rejected, kept: false, ..anchor };
            Ok(())
        })
    }

    /// Keeps a thread as outdated: none of its candidates is it.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`].
    pub fn keep(&self, project_id: &str, thread_id: &str) -> Result<CommentThread, CommentsError> {
        self.change(project_id, thread_id, Event::Kept, |thread| {
            thread.state = State::Outdated;
            thread.anchor.kept = true;
            Ok(())
        })
    }

    /// Takes back what somebody said last about a thread's place.
    ///
    /// # Errors
    /// [`CommentsError::UnknownThread`], [`CommentsError::NothingToUndo`] when it was followed since, or nobody said anything.
    pub fn undo_place(&self, project_id: &str, thread_id: &str) -> Result<CommentThread, CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let mut thread = known(tx, project_id, thread_id)?;
            let history = rows::anchors(tx, thread_id)?;
            let [.., before, last] = &history[..] else { return Err(CommentsError::NothingToUndo) };
            if !is_by_hand(last.event) {
                return Err(CommentsError::NothingToUndo);
            }
            thread.place = before.place.clone();
            thread.state = before.state;
            thread.origin = before.origin.clone();
            thread.anchor = before.anchor.clone();
            thread.updated_at = now;
            self.record(tx, &thread, Event::Undone, now)?;
            Ok(thread)
        })
    }

    /// Notes that a user has read these threads, or wants to read them again; others are left alone.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_read(&self, user_id: &str, project_id: &str, thread_ids: &[String], read: bool) -> Result<(), CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            for id in thread_ids {
                if rows::thread(tx, project_id, id)?.is_none() {
                    continue;
                }
                if read {
                    rows::mark_read(tx, user_id, id, now)?;
                } else {
                    rows::mark_unread(tx, user_id, id)?;
                }
            }
            Ok(())
        })
    }

    /// Keeps what somebody is writing; a blank body discards it.
    ///
    /// # Errors
    /// [`CommentsError::TooLong`].
    pub fn save_draft(&self, user_id: &str, project_id: &str, key: &str, place: &str, body: &str) -> Result<(), CommentsError> {
        if body.len() > LONGEST_BODY {
            return Err(CommentsError::TooLong);
        }
        let draft = Draft { key: key.to_owned(), place: place.to_owned(), body: body.to_owned(), updated_at: self.clock.now() };
        self.store.write(|tx| {
            if body.trim().is_empty() {
                rows::discard_draft(tx, user_id, project_id, key)?;
            } else {
                rows::save_draft(tx, user_id, project_id, &draft)?;
            }
            Ok(())
        })
    }

    /// Removes for good what was deleted before a moment.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn purge_deleted(&self, before: Timestamp) -> Result<usize, CommentsError> {
        self.store.write(|tx| Ok(rows::purge(tx, before)?))
    }

    fn change(
        &self,
        project_id: &str,
        thread_id: &str,
        event: Event,
        to: impl FnOnce(&mut CommentThread) -> Result<(), CommentsError>,
    ) -> Result<CommentThread, CommentsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let mut thread = known(tx, project_id, thread_id)?;
            to(&mut thread)?;
            thread.updated_at = now;
            self.record(tx, &thread, event, now)?;
            Ok(thread)
        })
    }

    /// Stores a thread's place and that it got it.
    pub(crate) fn record(&self, tx: &Connection, thread: &CommentThread, event: Event, now: Timestamp) -> rusqlite::Result<()> {
        rows::set_place(tx, thread)?;
        rows::insert_anchor(tx, &new_id(&*self.clock), event, thread, now)
    }

    fn comment_of(&self, thread_id: &str, new: NewComment, body: String, now: Timestamp) -> Comment {
        Comment {
            id: new_id(&*self.clock),
            thread_id: thread_id.to_owned(),
            author_type: if new.model.is_some() { AuthorType::Ai } else { AuthorType::User },
            author_id: new.author_id,
            author_name: String::new(),
            model: new.model,
            body,
            created_at: now,
            edited_at: None,
            deleted_at: None,
            source: None,
        }
    }
}

/// Whether somebody said it.
fn is_by_hand(event: Event) -> bool {
    matches!(event, Event::Placed | Event::Rejected | Event::Kept)
}

/// What is told of a comment that somebody else wrote.
pub(crate) fn replied(thread: &CommentThread, comment: &Comment) -> Notice {
    let author = match comment.author_type {
        AuthorType::Ai => comment.model.clone().map_or_else(|| "AI".to_owned(), |model| format!("AI ({model})")),
        AuthorType::User => comment.author_name.clone(),
    };
    let Place { path, line_start, .. } = &thread.place;
    Notice::CommentReply(CommentReply {
        project_id: thread.project_id.clone(),
        thread_id: thread.id.clone(),
        comment_id: comment.id.clone(),
        path: path.clone(),
        line: *line_start,
        author,
        text: comment.body.chars().take(200).collect(),
    })
}

fn known(connection: &Connection, project_id: &str, thread_id: &str) -> Result<CommentThread, CommentsError> {
    rows::thread(connection, project_id, thread_id)?.ok_or(CommentsError::UnknownThread)
}

fn own(connection: &Connection, project_id: &str, user_id: &str, comment_id: &str) -> Result<Comment, CommentsError> {
    let comment = rows::comment(connection, comment_id)?.ok_or(CommentsError::UnknownComment)?;
    rows::thread(connection, project_id, &comment.thread_id)?.ok_or(CommentsError::UnknownComment)?;
    if comment.author_id.as_deref() == Some(user_id) { Ok(comment) } else { Err(CommentsError::NotYours) }
}

/// A comment's text as it is stored: line ends are `\n`, blank lines around it are gone.
pub(crate) fn checked(body: &str) -> Result<String, CommentsError> {
    if body.len() > LONGEST_BODY {
        return Err(CommentsError::TooLong);
    }
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let body = body.trim_end().trim_start_matches('\n');
    if body.trim().is_empty() { Err(CommentsError::Empty) } else { Ok(body.to_owned()) }
}
