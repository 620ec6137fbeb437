//! Notifications of the signed-in user.

mod desktop;
mod words;

use std::collections::HashMap;

use lectern_accounts::UserId;
use lectern_notify::{Notice, NoticeFilter, Notification, Notifications};

use self::words::{Words, in_the_window};
use crate::{
    Workspace,
    view::{Failure, NotificationCard, NotificationFilter, NotificationPage},
};

pub use self::desktop::{DesktopCursor, DesktopNotice};

/// How many a page has at most.
const PAGE: u32 = 200;
/// How long they are kept.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

impl Workspace {
    /// Up to `limit` (at most 200) of the user's notifications that the filter lets through, older than the one with the id `before`, the newest
    /// first.
    ///
    /// # Errors
    /// What the database says.
    pub fn notifications(&self, before: Option<&str>, limit: u32, filter: NotificationFilter) -> Result<NotificationPage, Failure> {
        let user = self.user()?;
        let limit = limit.clamp(1, PAGE);
        let NotificationFilter { unread, project_id, kinds } = filter;
        let mut found = self.notices().matching(user.as_str(), before, limit + 1, &NoticeFilter { unread, project_id, kinds })?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let names = self.project_names(&user)?;
        let notifications = found.into_iter().map(|one| card(one, &names)).collect();
        Ok(NotificationPage { notifications, unread: self.notices().unread(user.as_str())?, more })
    }

    /// One of the user's notifications, if it is still there.
    ///
    /// # Errors
    /// What the database says.
    pub fn notification(&self, id: &str) -> Result<Option<NotificationCard>, Failure> {
        let user = self.user()?;
        let Some(found) = self.notices().one(user.as_str(), id)? else { return Ok(None) };
        Ok(Some(card(found, &self.project_names(&user)?)))
    }

    /// How many of the user's notifications are unread.
    ///
    /// # Errors
    /// What the database says.
    pub fn unread_notifications(&self) -> Result<u32, Failure> {
        Ok(self.notices().unread(self.user()?.as_str())?)
    }

    /// Marks one of the user's notifications as read; one that is not there, or was read, is fine.
    ///
    /// # Errors
    /// What the database says.
    pub fn read_notification(&self, id: &str) -> Result<(), Failure> {
        if self.notices().mark_read(self.user()?.as_str(), id)? {
            self.events.notifications_changed();
        }
        Ok(())
    }

    /// Marks all of the user's notifications as read.
    ///
    /// # Errors
    /// What the database says.
    pub fn read_all_notifications(&self) -> Result<(), Failure> {
        if self.notices().mark_all_read(self.user()?.as_str())? > 0 {
            self.events.notifications_changed();
        }
        Ok(())
    }

    /// Leaves a notification for somebody, once until it is read. One that can't be stored is not worth failing for.
    pub(crate) fn notify(&self, user: &UserId, notice: &Notice) {
        let left = self.notices().add_once(user.as_str(), notice);
        if left.is_ok_and(|id| id.is_some()) && self.is_signed_in(user) {
            self.events.notifications_changed();
        }
    }

    /// Removes those that were kept long enough. One that can't be removed now is removed another time.
    pub fn forget_old_notifications(&self) {
        let _ = self.notices().remove_before(self.clock.now().plus_millis(-KEPT_MS));
    }

    /// The names of the user's projects by their ids.
    pub(crate) fn project_names(&self, user: &UserId) -> Result<HashMap<String, String>, Failure> {
        Ok(self.projects.of_owner(user)?.into_iter().map(|project| (project.id.as_str().to_owned(), project.name)).collect())
    }

    fn notices(&self) -> Notifications {
        Notifications::new(std::sync::Arc::clone(&self.store), std::sync::Arc::clone(&self.clock))
    }
}

fn card(one: Notification, names: &HashMap<String, String>) -> NotificationCard {
    let Words { tone, title, text } = in_the_window(&one.notice);
    let project_id = one.notice.project_id().to_owned();
    let (preview_id, thread) = match &one.notice {
        Notice::PreviewReady(about) => (Some(about.preview_session_id.clone()), None),
        Notice::PreviewFailed(about) => (Some(about.preview_session_id.clone()), None),
        Notice::PreviewExpiring(about) => (Some(about.preview_session_id.clone()), None),
        Notice::ThreadNeedsReview(about) | Notice::ThreadOutdated(about) => (None, Some((about.thread_id.clone(), about.threads))),
        Notice::CommentReply(about) => (None, Some((about.thread_id.clone(), 1))),
        Notice::SyncFailed(_) | Notice::JobFinished(_) | Notice::JobFailed(_) | Notice::BackupFailed(_) => (None, None),
    };
    let job_id = match &one.notice {
        Notice::JobFinished(about) => Some(about.job_id.clone()),
        Notice::JobFailed(about) => Some(about.job_id.clone()),
        _ => None,
    };
    NotificationCard {
        id: one.id,
        kind: one.notice.kind().to_owned(),
        tone,
        title,
        text,
        project_name: names.get(&project_id).cloned(),
        project_id,
        preview_id,
        threads: thread.as_ref().map_or(0, |(_, threads)| *threads),
        thread_id: thread.map(|(id, _)| id),
        job_id,
        created_at: one.created_at.to_string(),
        read: one.read_at.is_some(),
    }
}
