//! The outer of the two supervising processes: it does nothing but end the tree when the inner one can't.

use std::{
    fs::File,
    os::fd::{AsFd, BorrowedFd},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    libc,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{SigSet, Signal, kill},
        signalfd::{SfdFlags, SignalFd},
    },
    unistd::{ForkResult, Pid, fork, getpid, getppid},
};

use crate::tree::Tree;

/// How long the inner process has to end the tree once it was told to. More than it takes.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Splits this process in two. Comes back in the inner one only, which is a child of the outer one: both adopt orphans, and each notices the end of the other.
/// Signals in `watched` must be blocked, and no other thread may run.
///
/// # Errors
/// When the system does not let it.
pub(crate) fn split(watched: &SigSet) -> nix::Result<()> {
    prctl::set_child_subreaper(true)?;
    let outer = getpid();
    // SAFETY: there is one thread.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => {
            let is_gone = watch(child, watched);
            // SAFETY: nothing of this process has to be tidied up.
            unsafe { libc::_exit(if is_gone { 0 } else { 3 }) }
        }
        ForkResult::Child => {
            prctl::set_child_subreaper(true)?;
            prctl::set_pdeathsig(Signal::SIGTERM)?;
            // It may have ended before the line above.
            if getppid() != outer {
                return Err(Errno::ESRCH);
            }
            Ok(())
        }
    }
}

/// Waits for the inner process, then ends whatever that left.
fn watch(inner: Pid, watched: &SigSet) -> bool {
    if let Ok(nowhere) = File::options().write(true).open("/dev/null") {
        // Whoever reads sees the end of the output when the inner process ends.
        let _ = nix::unistd::dup2_stdout(&nowhere);
    }
    let mut tree = Tree::new(inner);
    let Ok(signals) = SignalFd::with_flags(watched, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC) else {
        let _ = kill(inner, Signal::SIGKILL);
        return tree.kill();
    };
    // SAFETY: standard input stays open as long as the process.
    let input = unsafe { BorrowedFd::borrow_raw(0) };
    let mut until: Option<Instant> = None;
    while tree.reap() && tree.ended.is_none() {
        let timeout = match until.map(|until| until.saturating_duration_since(Instant::now())) {
            None => PollTimeout::NONE,
            Some(left) if left.is_zero() => {
                // It was stopped, or hangs.
                let _ = kill(inner, Signal::SIGKILL);
                PollTimeout::from(20_u8)
            }
            Some(left) => PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::ZERO),
        };
        // The end of the input is told without being asked for, and again and again: it is looked at until it came once.
        let mut both = [PollFd::new(signals.as_fd(), PollFlags::POLLIN), PollFd::new(input, PollFlags::empty())];
        let looked_at = if until.is_none() { 2 } else { 1 };
        let _ = poll(&mut both[..looked_at], timeout);
        let input_ended = looked_at == 2 && both[1].any().unwrap_or(true);
        let mut told = false;
        while let Ok(Some(signal)) = signals.read_signal() {
            told |= signal.ssi_signo != Signal::SIGCHLD as u32;
        }
        if told {
            let _ = kill(inner, Signal::SIGTERM);
        }
        if told || input_ended {
            until.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
    }
    tree.kill()
}
