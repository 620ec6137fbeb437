//! The commands of the window, one file for each area. Each is one call on the workspace.

pub mod ai;
pub mod desktop;
pub mod history;
pub mod models;
pub mod notifications;
pub mod previews;
pub mod projects;
pub mod reading;
pub mod refactor;
pub mod refactor_check;
pub mod searching;
pub mod session;
pub mod syncing;
pub mod threads;
pub mod threads_exchange;
pub mod versions;
