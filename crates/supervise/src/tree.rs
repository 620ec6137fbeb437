//! Ends everything that descends from this process, and takes note of what ended.

use std::{
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    sys::{
        signal::Signal,
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

/// How long programs have to end by themselves after they were asked to.
const GRACE: Duration = Duration::from_millis(400);
/// After that they are killed, and so long is it tried. What the system does not let end in this time (a process of another user) is left.
const PATIENCE: Duration = Duration::from_secs(5);

/// A process that this one started and everything that came of it.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The one that was started.
    pub first: Pid,
    /// How that one ended.
    pub ended: Option<WaitStatus>,
}

impl Tree {
    pub fn new(first: Pid) -> Self {
        Self { first, ended: None }
    }

    /// Takes note of what ended. False when this process has no children any more: since whatever loses its parent becomes a child of this
    /// process, nothing is left then.
    pub fn reap(&mut self) -> bool {
        loop {
            match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) => return true,
                Ok(status) => {
                    let is_over = matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..));
                    if is_over && status.pid() == Some(self.first) {
                        self.ended = Some(status);
                    }
                }
                Err(Errno::EINTR) => {}
                Err(_) => return false,
            }
        }
    }

    /// Asks everything to end, waits a little, and kills what is left until nothing is. False when something could not be killed.
    pub fn end(&mut self) -> bool {
        self.ask();
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !self.reap() {
                return true;
            }
            thread::sleep(Duration::from_millis(4));
        }
        self.kill()
    }

    #[cfg(target_os = "linux")]
    fn ask(&self) {
        use crate::processes::{Process, descendants};
        for process in descendants(&Process::all(), [std::process::id() as i32]) {
            process.signal(Signal::SIGTERM);
        }
    }

    /// Kills this process's children, which makes their children its own, until there are none. Only numbers of children are used, which can't
    /// go to another process before [`Tree::reap`] takes note of their end.
    #[cfg(target_os = "linux")]
    pub fn kill(&mut self) -> bool {
        let begun = Instant::now();
        let mut before = Vec::new();
        while self.reap() {
            if begun.elapsed() > PATIENCE {
                return false;
            }
            let children = crate::processes::own_children();
            for child in &children {
                let _ = nix::sys::signal::kill(Pid::from_raw(*child), Signal::SIGKILL);
            }
            if children == before {
                // They are dying. What forks without end is never the same twice, and is not waited for.
                thread::sleep(Duration::from_micros(300));
            }
            before = children;
        }
        true
    }

    /// Elsewhere there is the group alone, as long as the process that gave it its number is not taken note of.
    #[cfg(not(target_os = "linux"))]
    fn ask(&self) {
        let _ = nix::sys::signal::killpg(self.first, Signal::SIGTERM);
    }

    #[cfg(not(target_os = "linux"))]
    pub fn kill(&mut self) -> bool {
        let begun = Instant::now();
        loop {
            let is_gone = nix::sys::signal::killpg(self.first, Signal::SIGKILL).is_err();
            if !self.reap() && is_gone {
                return true;
            }
            if begun.elapsed() > PATIENCE {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}
