//! Runs a program as a tree of processes that never outlives the one who started it.
//!
//! **Promises.** There is a supervisor between the program and whoever started it, which holds a pipe from its starter: when that pipe ends, for
//! whatever reason, the whole tree ends. No shell is ever involved. The environment is an allow-list ([`environment`]). What the
//! program prints is passed on as clean lines of at most [`LINE_BYTES`]; a program that prints faster than its lines are taken waits.
//!
//! **Linux.** The supervisor is two processes, each of which is a *subreaper*: descendants that leave the process group, make a session of their own or
//! fork twice come back to it as its children when their parents end, so they are found, and "nothing is left" is what the system itself
//! says. If one of the two is killed, even by SIGKILL, the other ends the tree. If both are, the program itself gets SIGKILL from the system,
//! and [`sweep`] finds the others by a mark in their environment. What even that does not find: a process that took the mark out of its environment *and* left the
//! session, when both supervisors were killed at once.
//!
//! **macOS.** The program's process group and session are ended; what leaves them stays. No listening ports are told. **Windows.** Unsupported
//! so far: [`Supervised::start`] says so.

pub mod environment;
mod error;
#[cfg(target_os = "linux")]
mod guard;
#[cfg(unix)]
mod image;
mod launch;
#[cfg(unix)]
mod lines;
#[cfg(target_os = "linux")]
mod ports;
#[cfg(target_os = "linux")]
mod processes;
mod said;
#[cfg(unix)]
mod supervised;
#[cfg(unix)]
mod supervisor;
mod sweep;
#[cfg(unix)]
mod tree;
#[cfg(not(unix))]
mod unsupported;

pub use environment::program_on_path;
pub use error::SuperviseError;
pub use launch::Launch;
pub use said::{LINE_BYTES, Said, Source};
#[cfg(unix)]
pub use supervised::Supervised;
#[cfg(unix)]
pub use supervisor::run;
pub use sweep::{MARK, sweep};
#[cfg(not(unix))]
pub use unsupported::{Supervised, run};
