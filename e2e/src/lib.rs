//! Drives Lectern's real window for tests, screenshots and measurements: a display and a bus of its own, WebDriver, sample projects.
//!
//! Everything here panics with a sentence that says what was awaited, because its callers are tests. Every process that is started is
//! ended by its id when its guard is dropped, also when a test panics. A test that is killed takes its processes with it
//! (`setpriv --pdeathsig`), so that nothing is left behind.
#![cfg(target_os = "linux")]

mod accessibility;
mod app;
mod artifacts;
mod desktop;
mod ear;
mod file_server;
pub mod flows;
mod framebuffer;
pub mod hard_texts;
mod http;
mod notification_service;
mod page;
pub mod process;
pub mod project;
mod stage;
pub mod versions;
mod walking;
mod webdriver;

pub use app::App;
pub use artifacts::{repository_root, run_folder};
pub use desktop::{Bus, Desktop};
pub use ear::Ear;
pub use file_server::FileServer;
pub use framebuffer::Framebuffer;
pub use notification_service::{NotificationService, Shown};
pub use stage::{Binaries, Stage};
pub use webdriver::{DriverError, Element, Session};
