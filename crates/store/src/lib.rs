//! SQLite for Lectern: open, migrate, one writer and a pool of readers, backup, check.
//!
//! The store knows no table. Slices bring their own SQL and run it inside [`Store::read`] and [`Store::write`].

mod boot;
mod id;
mod migrate;
mod pool;
mod private;
mod time;

pub use boot::{Boot, BootId, is_alive};
pub use id::new_id;
pub use migrate::{LATEST_VERSION, schema_version};
pub use pool::{Store, StoreError, StoreOptions};
pub use private::private_file;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};

pub use rusqlite;
