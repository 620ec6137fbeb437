//! How somebody ends a command that runs for long: by a signal, or by what else the command listens to.

use std::{
    process,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_workspace::{Workspace, view::Failure};

/// As a shell says that an interrupt ended a program.
const INTERRUPTED: i32 = 130;

/// Whether a command ends with the terminal that it was started in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// It ends in order, unless it was started so that it goes on (`nohup`).
    Ends,
    /// The system ends it like any program; what it was in goes on at the next start.
    LeftToTheSystem,
}

/// Whether a command was asked to end, and what happens then.
pub struct Ending {
    asked: AtomicBool,
    /// Set once there is something to end in order.
    workspace: OnceLock<Arc<Workspace>>,
    tell: Box<dyn Fn() + Send + Sync>,
}

impl Ending {
    /// Listens for signals from now on; `tell` is called once, when the command is asked to end. Call it before there is another thread that a
    /// signal could go to. Until [`in_order`](Self::in_order), and asked twice, the program ends at once.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen(terminal: Terminal, tell: impl Fn() + Send + Sync + 'static) -> Result<Arc<Self>, Failure> {
        let ending = Arc::new(Self { asked: AtomicBool::new(false), workspace: OnceLock::new(), tell: Box::new(tell) });
        wait_for_signals(&ending, terminal)?;
        Ok(ending)
    }

    /// There is something to end in order from now on.
    pub fn in_order(&self, workspace: &Arc<Workspace>) {
        let _ = self.workspace.set(Arc::clone(workspace));
    }

    /// Whether it was asked to end.
    pub fn asked(&self) -> &AtomicBool {
        &self.asked
    }

    /// Asks it to end. Asked before already, this changes nothing.
    pub fn ask(&self) {
        if self.asked.swap(true, Ordering::Relaxed) {
            return;
        }
        let Some(workspace) = self.workspace.get() else { process::exit(INTERRUPTED) };
        workspace.cancel_syncs();
        (self.tell)();
    }

    #[cfg(unix)]
    fn signalled(&self) {
        if self.asked.load(Ordering::Relaxed) {
            // Whoever asks twice doesn't want to wait.
            process::exit(INTERRUPTED);
        }
        self.ask();
    }
}

#[cfg(unix)]
fn wait_for_signals(ending: &Arc<Ending>, terminal: Terminal) -> Result<(), Failure> {
    use nix::sys::signal::{SigSet, Signal};
    let refused = |error: &dyn std::fmt::Display| Failure::internal(format!("signals can't be listened for: {error}"));
    let mut signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    if terminal == Terminal::Ends && !is_ignored(Signal::SIGHUP) {
        signals.add(Signal::SIGHUP);
    }
    // Threads that begin later inherit this; only the one that waits gets them.
    signals.thread_block().map_err(|error| refused(&error))?;
    let ending = Arc::clone(ending);
    let wait = move || {
        while signals.wait().is_ok() {
            ending.signalled();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop).map_err(|error| refused(&error))
}

/// Whoever started the program wanted it to go on: a signal that is waited for comes nevertheless.
#[cfg(unix)]
fn is_ignored(signal: nix::sys::signal::Signal) -> bool {
    use nix::libc;
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: nothing is changed; the system fills the structure, whose zeros are valid too.
    unsafe {
        libc::sigaction(signal as libc::c_int, std::ptr::null(), action.as_mut_ptr());
        action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// The system ends the program; what it was in is closed or gone on with at the next start.
#[cfg(not(unix))]
fn wait_for_signals(_: &Arc<Ending>, _: Terminal) -> Result<(), Failure> {
    Ok(())
}
