//! Signals that ask a command to end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use lectern_workspace::view::Failure;

/// As a shell says that an interrupt ended a program.
#[cfg(unix)]
const INTERRUPTED: i32 = 130;

/// Becomes true when the command is asked to end; asked twice, the program ends at once. Call it before there is another thread that a signal could go to.
#[cfg(unix)]
pub fn asked_to_end() -> Result<Arc<AtomicBool>, Failure> {
    use nix::sys::signal::{SigSet, Signal};
    let refused = |error: &dyn std::fmt::Display| Failure::internal(format!("signals can't be listened for: {error}"));
    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    signals.thread_block().map_err(|error| refused(&error))?;
    let asked = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&asked);
    let wait = move || {
        while signals.wait().is_ok() {
            if set.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map_err(|error| refused(&error))?;
    Ok(asked)
}

/// The system ends the program; the job goes on at the next start.
#[cfg(not(unix))]
pub fn asked_to_end() -> Result<Arc<AtomicBool>, Failure> {
    Ok(Arc::default())
}
