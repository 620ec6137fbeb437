//! Runs a program as a tree of processes that never outlives the one who started it.
//!
//! **Promises.** There is a supervisor between the program and whoever started it, which holds a pipe from its starter: when that pipe ends, for
//! whatever reason, the whole tree ends. No shell is ever involved. The environment is an allow-list ([`environment`]). What the
//! program prints is passed on as clean lines of at most [`LINE_BYTES`]; a program that prints faster than its lines are taken waits.
//!
//! **Linux.** The supervisor is two processes, each of which is a *subreaper*: descendants that leave the process group, make a session of their own or
//! fork twice come back to it as its children when their parents end, so they are found, and "nothing is left" is what the system itself
//! says. If one of the two is killed, even by SIGKILL, the other ends the tree. If both are, the program itself gets SIGKILL from the system, and
//! the starter ends what it was told of the tree, and what carries the tree's mark in its environment. If the starter is killed as well, at the same moment,
//! [`sweep`] finds what carries the mark, and its sessions; the starter's next run should call it for each tree it remembers.
//! **What nothing finds:** when all three were killed at once, a process that took the mark out of its environment and left its session;
//! when both supervising processes were, one that forks without end, each time into a new session; and ever, a process of another user (`sudo`).
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
