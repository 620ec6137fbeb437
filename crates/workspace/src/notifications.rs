//! Notifications of the signed-in user, in words.

use std::collections::HashMap;

use lectern_accounts::UserId;
use lectern_notify::{Notice, Notification, Notifications};

use crate::{
    Workspace,
    view::{Failure, NotificationCard, NotificationPage, Tone},
};

/// How many a page has at most.
const PAGE: u32 = 200;
/// How long they are kept.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

impl Workspace {
    /// Up to `limit` (at most 200) of the user's notifications older than the one with the id `before`, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn notifications(&self, before: Option<&str>, limit: u32) -> Result<NotificationPage, Failure> {
        let user = self.user()?;
        let limit = limit.clamp(1, PAGE);
        let mut found = self.notices().list(user.as_str(), before, limit + 1)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let names: HashMap<String, String> =
            self.projects.of_owner(&user)?.into_iter().map(|project| (project.id.as_str().to_owned(), project.name)).collect();
        let notifications = found.into_iter().map(|one| card(one, &names)).collect();
        Ok(NotificationPage { notifications, unread: self.notices().unread(user.as_str())?, more })
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

    fn notices(&self) -> Notifications {
        Notifications::new(std::sync::Arc::clone(&self.store), std::sync::Arc::clone(&self.clock))
    }
}

fn card(one: Notification, names: &HashMap<String, String>) -> NotificationCard {
    let kind = one.notice.kind().to_owned();
    let (tone, title, text, project_id, preview_id) = match one.notice {
        Notice::PreviewReady(about) => {
            let text = format!("{} answers.", about.title);
            (Tone::Good, "Preview is ready", text, about.project_id, Some(about.preview_session_id))
        }
        Notice::PreviewFailed(about) => {
            let text = format!("{}: {}", about.title, about.message);
            (Tone::Bad, "Preview ended", text, about.project_id, Some(about.preview_session_id))
        }
        Notice::PreviewExpiring(about) => {
            let text = format!("{}. Extend it to keep it.", about.title);
            (Tone::Warning, "Preview ends soon", text, about.project_id, Some(about.preview_session_id))
        }
        Notice::SyncFailed(about) => (Tone::Bad, "Sync failed", about.message, about.project_id, None),
        Notice::ThreadNeedsReview(about) => {
            let text = format!("{} line {} now has {} possible matches. Pick one.", about.path, about.line, about.candidates);
            (Tone::Warning, "A thread lost its exact place", text, about.project_id, None)
        }
        Notice::ThreadOutdated(about) => {
            let text = format!("The code at {} line {} is gone. The thread keeps the original lines.", about.path, about.line);
            (Tone::Warning, "A thread is outdated", text, about.project_id, None)
        }
        Notice::CommentReply(about) => (Tone::Good, "New reply", format!("{}: {}", about.author, about.text), about.project_id, None),
        Notice::JobFinished(about) => (Tone::Good, "Job finished", about.title, about.project_id, None),
        Notice::JobFailed(about) => (Tone::Bad, "Job failed", format!("{}: {}", about.title, about.message), about.project_id, None),
        Notice::BackupFailed(about) => (Tone::Bad, "Backup failed", about.message, String::new(), None),
    };
    NotificationCard {
        id: one.id,
        kind,
        tone,
        title: title.to_owned(),
        text,
        project_name: names.get(&project_id).cloned(),
        project_id,
        preview_id,
        created_at: one.created_at.to_string(),
        read: one.read_at.is_some(),
    }
}
