//! The hidden `lectern __supervise`: what a supervised program runs beneath.

use std::{env, process::ExitCode};

/// Runs the supervisor when that is what this process was started for. Before anything else: it is on no list, and needs a process with one thread.
pub fn run() -> Option<ExitCode> {
    (env::args_os().nth(1)? == "__supervise").then(lectern_supervise::run)
}
