//! Tells the window what a dev server prints, in batches.

use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use lectern_preview::sessions::Log;

use super::State;
use crate::{Workspace, previews::views::log_page, view::PreviewSaid};

/// At most twenty times a second.
const INTERVAL: Duration = Duration::from_millis(50);
/// How often it is looked at whether anybody is there still.
const PATIENCE: Duration = Duration::from_secs(1);

/// Until the dev server has ended and all of it was told.
pub(super) fn tell(weak: &Weak<Workspace>, id: &str, state: &State, log: &Arc<Log>) {
    let mut told = 0;
    loop {
        let ends = state.is_stopping();
        if log.total() > told {
            let Some(workspace) = weak.upgrade() else { return };
            let page = log_page(log, told);
            told = u64::from(page.total);
            let owner = workspace.previews.live(id).map(|live| live.owner.clone());
            // What it prints is part of what locking hides; it is asked for again then.
            if workspace.user().is_ok_and(|user| owner.is_none_or(|owner| owner == user)) {
                workspace.events.preview_said(PreviewSaid { id: id.to_owned(), page });
            }
            drop(workspace);
            thread::sleep(INTERVAL);
        } else if ends {
            return;
        } else {
            state.wait(PATIENCE);
        }
        if weak.strong_count() == 0 {
            return;
        }
    }
}
