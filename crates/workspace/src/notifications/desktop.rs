//! What of the notifications is to be shown on the desktop.

use lectern_store::new_id;

use super::words::on_the_desktop;
use crate::{
    Workspace,
    view::{Delivery, Failure},
};

/// More than this many at once are told in one.
const ONE_BY_ONE: usize = 3;
/// How many are looked at.
const AT_ONCE: u32 = 200;

/// A notification of the desktop. It holds no code and, while the window is locked, nothing of any project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesktopNotice {
    /// The notification it is; none of several told in one, and while the window is locked.
    pub id: Option<String>,
    /// One line.
    pub title: String,
    /// A sentence; may be empty.
    pub text: String,
}

/// How far the desktop was told.
#[derive(Debug, Clone)]
pub struct DesktopCursor(String);

impl Workspace {
    /// From now on.
    pub fn desktop_cursor(&self) -> DesktopCursor {
        DesktopCursor(new_id(&*self.clock))
    }

    /// What the signed-in user is to be shown on the desktop of what was made since the cursor was asked last, the oldest first. Empty when they do
    /// not want any.
    ///
    /// # Errors
    /// What the database says.
    pub fn desktop_notices(&self, cursor: &mut DesktopCursor) -> Result<Vec<DesktopNotice>, Failure> {
        let Some(user) = self.signed_in() else { return Ok(Vec::new()) };
        let made = self.notices().unread_after(user.as_str(), &cursor.0, AT_ONCE)?;
        let Some(last) = made.last() else { return Ok(Vec::new()) };
        cursor.0.clone_from(&last.id);
        let settings = self.settings_of(&user)?;
        if !settings.desktop_notifications {
            return Ok(Vec::new());
        }
        let mut shown = made;
        shown.retain(|one| settings.notifications.get(one.notice.kind()).copied().unwrap_or_default() == Delivery::Desktop);
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        if self.user().is_err() {
            let text = "There is something new. Unlock Lectern to see it.".to_owned();
            return Ok(vec![DesktopNotice { id: None, title: "Lectern is locked".to_owned(), text }]);
        }
        if shown.len() > ONE_BY_ONE {
            let title = format!("{} new notifications", shown.len());
            return Ok(vec![DesktopNotice { id: None, title, text: "Lectern shows them behind the bell.".to_owned() }]);
        }
        let names = self.project_names(&user)?;
        Ok(shown
            .into_iter()
            .map(|one| {
                let (title, text) = on_the_desktop(&one.notice);
                let parts = [names.get(one.notice.project_id()).cloned().unwrap_or_default(), text];
                let text = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(": ");
                DesktopNotice { id: Some(one.id), title, text }
            })
            .collect())
    }
}
