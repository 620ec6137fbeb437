//! Ending previews, and telling of them.

use lectern_accounts::UserId;
use lectern_notify::{Notice, PreviewFailed};
use lectern_preview::sessions::{EndedReason, SessionError};
use lectern_projects::ProjectId;

use super::live::{Live, Owed};
use crate::{
    Workspace,
    view::{Failure, Preview},
};

impl Workspace {
    /// Ends every preview that this process serves. For the end of a process; nothing of them answers or runs when this returns.
    pub fn end_previews(&self) {
        self.end_previews_where(|_| true);
    }

    pub(crate) fn end_previews_of_user(&self, user: &UserId) {
        self.end_previews_where(|live| live.owner == *user);
    }

    pub(crate) fn end_previews_of_project(&self, project: &ProjectId) {
        self.end_previews_where(|live| live.project == *project);
    }

    fn end_previews_where(&self, which: impl Fn(&Live) -> bool) {
        // One that begins right now has begun then.
        let begins = self.previews.starting.lock();
        let ids: Vec<_> = self.previews.all().into_iter().filter(|live| which(live)).map(|live| live.id.clone()).collect();
        std::thread::scope(|scope| {
            for id in &ids {
                // Each may take a moment until the last of its processes is gone.
                scope.spawn(|| self.end_preview(id, EndedReason::Stopped, None));
            }
        });
        drop(begins);
        if self.previews.all().is_empty() {
            self.previews.pages.close();
        }
    }

    /// Shuts a preview, then says so in its row. Nothing of it answers or runs when this returns; ending it twice is fine.
    pub(super) fn end_preview(&self, id: &str, reason: EndedReason, error: Option<SessionError>) {
        let live = self.previews.take(id);
        if let Some(live) = &live {
            live.shut();
        }
        self.end_row(id, live.as_ref().map(|live| &live.owner), reason, error);
    }

    /// Ends the row. A database that refuses is asked again by the keeper, and the row is an orphan's at the next start.
    pub(super) fn end_row(&self, id: &str, owner: Option<&UserId>, reason: EndedReason, error: Option<SessionError>) {
        let tells = matches!(reason, EndedReason::Failed | EndedReason::Crashed);
        let ended = self.previews.sessions.end(id, reason, error.as_ref(), &|tx, row| {
            let (Some(owner), Some(error)) = (owner.filter(|_| tells), &row.error) else { return Ok(()) };
            let notice = Notice::PreviewFailed(PreviewFailed {
                project_id: row.project_id.clone(),
                preview_session_id: row.id.clone(),
                title: row.title.clone(),
                code: error.code.clone(),
                message: error.message.clone(),
            });
            lectern_notify::notify(tx, &*self.clock, owner.as_str(), &notice).map(drop)
        });
        match (ended, owner) {
            (Ok(Some(row)), Some(owner)) => {
                let view = self.preview_view(row, None);
                self.tell_preview_view(owner, view);
            }
            (Ok(_), _) => {}
            (Err(_), _) => self.previews.owe(id, Owed { owner: owner.cloned(), reason, error }),
        }
    }

    /// Tells of a preview as its row is now.
    pub(super) fn tell_preview(&self, owner: &UserId, id: &str) {
        if let Ok(row) = self.previews.sessions.get(id) {
            let live = self.previews.live(id);
            self.tell_preview_view(owner, self.preview_view(row, live.as_deref()));
        }
    }

    /// Tells the window, unless somebody else is signed in by now. Also while it is locked: it must know what ended.
    pub(super) fn tell_preview_view(&self, owner: &UserId, view: Preview) {
        if self.is_signed_in(owner) {
            self.events.preview_changed(view);
            // What is told of it is told with the change itself.
            self.events.notifications_changed();
        }
    }

    /// After locking: ends the user's previews if that is what the user chose.
    pub(crate) fn end_previews_if_chosen(&self, user: &UserId) -> Result<(), Failure> {
        if self.settings_of(user)?.lock_ends_previews {
            self.end_previews_of_user(user);
        }
        Ok(())
    }
}
