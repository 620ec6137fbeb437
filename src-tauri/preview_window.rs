//! Windows that show previews: without any capability, each kept to its preview's origins.

use lectern_workspace::view::Failure;
use tauri::AppHandle;

/// Opens the window of a preview, or brings it forward; `link` is its page with a ticket.
pub fn open(_app: &AppHandle, _id: &str, _link: &str) -> Result<(), Failure> {
    Err(Failure::new("NOT_BUILT", "previews are not built yet"))
}

/// Opens a preview's link in the user's browser.
pub fn open_in_browser(_app: &AppHandle, _link: &str) -> Result<(), Failure> {
    Err(Failure::new("NOT_BUILT", "previews are not built yet"))
}
