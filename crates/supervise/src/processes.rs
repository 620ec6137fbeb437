//! Processes as Linux lists them.

use std::{
    collections::{HashMap, HashSet},
    fs,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
};

use nix::{libc, sys::signal::Signal, unistd::Pid};
use serde::{Deserialize, Serialize};

/// What names a process for good: numbers are used again, but not with the same beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Named {
    pub pid: i32,
    /// In ticks since the system began.
    pub began: u64,
}

/// A process as it was a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pub pid: i32,
    pub parent: i32,
    pub group: i32,
    pub session: i32,
    /// In ticks since the system began.
    pub began: u64,
    /// It has ended and waits to be taken note of.
    pub is_zombie: bool,
    /// A signal or a debugger holds it.
    pub is_stopped: bool,
}

impl Process {
    /// None when there is no such process any more.
    pub fn read(pid: i32) -> Option<Self> {
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in parentheses and may hold anything, parentheses too.
        let after_name = stat.iter().rposition(|byte| *byte == b')')? + 2;
        let text = std::str::from_utf8(stat.get(after_name..)?).ok()?;
        let fields: Vec<&str> = text.split(' ').collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse::<i32>().ok());
        Some(Self {
            pid,
            parent: number(1)?,
            group: number(2)?,
            session: number(3)?,
            began: fields.get(19)?.parse().ok()?,
            is_zombie: matches!(*fields.first()?, "Z" | "X"),
            is_stopped: matches!(*fields.first()?, "T" | "t"),
        })
    }

    pub fn named(&self) -> Named {
        Named { pid: self.pid, began: self.began }
    }

    /// Every process that can be seen. Not one moment's picture: some may have ended meanwhile, and others begun.
    pub fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter_map(Self::read).collect()
    }

    /// Sends a signal to this very process, never to another that got its number meanwhile.
    pub fn signal(&self, signal: Signal) {
        // SAFETY: the call takes two numbers and answers with a descriptor of our own or an error.
        let opened = unsafe { libc::syscall(libc::SYS_pidfd_open, self.pid, 0) };
        if opened < 0 {
            // Linux before 5.3 knows no such descriptors; a moment remains in which the number could change hands.
            if nix::errno::Errno::last() == nix::errno::Errno::ENOSYS && self.is_still_there() {
                let _ = nix::sys::signal::kill(Pid::from_raw(self.pid), signal);
            }
            return;
        }
        // SAFETY: a descriptor that was just made and that nobody else has.
        let descriptor = unsafe { OwnedFd::from_raw_fd(opened as i32) };
        // The descriptor is somebody's who had the number just now: if that is the process that is meant, it stays so.
        if self.is_still_there() {
            let nothing = std::ptr::null::<libc::siginfo_t>();
            // SAFETY: the descriptor is open, and no further information is passed.
            unsafe { libc::syscall(libc::SYS_pidfd_send_signal, descriptor.as_raw_fd(), signal as i32, nothing, 0) };
        }
    }

    fn is_still_there(&self) -> bool {
        Self::read(self.pid).is_some_and(|now| now.began == self.began)
    }
}

/// Those of `all` that descend from one of `roots`, without these.
pub(crate) fn descendants(all: &[Process], roots: impl IntoIterator<Item = i32>) -> Vec<Process> {
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for process in all {
        children.entry(process.parent).or_default().push(*process);
    }
    let mut pending: Vec<i32> = roots.into_iter().collect();
    let mut seen: HashSet<i32> = pending.iter().copied().collect();
    let mut found = Vec::new();
    while let Some(pid) = pending.pop() {
        for child in children.get(&pid).into_iter().flatten() {
            if seen.insert(child.pid) {
                found.push(*child);
                pending.push(child.pid);
            }
        }
    }
    found
}

/// This process's own children, living or waiting to be taken note of. As long as nobody takes note of them, their numbers are theirs.
pub(crate) fn own_children() -> Vec<i32> {
    let own = std::process::id() as i32;
    children(own).unwrap_or_else(|| {
        // A kernel without these lists.
        Process::all().into_iter().filter(|process| process.parent == own).map(|process| process.pid).collect()
    })
}

/// All that descend from this process, in order. Costs as much as there are, not as much as the computer runs.
pub(crate) fn own_descendants() -> Vec<Named> {
    let own = std::process::id() as i32;
    let Some(mut pending) = children(own) else {
        return descendants(&Process::all(), [own]).iter().map(Process::named).collect();
    };
    let (mut found, mut seen) = (Vec::new(), HashSet::from([own]));
    while let Some(pid) = pending.pop() {
        if let Some(process) = seen.insert(pid).then(|| Process::read(pid)).flatten().filter(|process| !process.is_zombie) {
            found.push(process.named());
            pending.extend(children(pid).unwrap_or_default());
        }
    }
    found.sort_unstable();
    found
}

/// None when the kernel keeps no such lists, or the process is gone.
fn children(pid: i32) -> Option<Vec<i32>> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten();
    let lists: Vec<String> = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok()).collect();
    if lists.is_empty() {
        return None;
    }
    Some(lists.iter().flat_map(|list| list.split_whitespace()).filter_map(|pid| pid.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let own = Process::read(std::process::id() as i32).expect("this process");
        assert_eq!(own.parent, nix::unistd::getppid().as_raw());
        assert!(own.began > 0 && !own.is_zombie);
        assert_eq!(Process::read(i32::MAX), None);
        assert!(Process::all().contains(&own));
        let folder = tempfile::tempdir().expect("a folder");
        let odd = folder.path().join("a) Z 1 (b");
        std::fs::copy("/bin/sleep", &odd).expect("copied");
        let mut child = std::process::Command::new(&odd).arg("60").spawn().expect("runs");
        let read = Process::read(child.id() as i32).expect("the child");
        assert!(own_children().contains(&read.pid), "a child of ours");
        assert!(own_descendants().contains(&read.named()), "a descendant of ours");
        assert!(descendants(&Process::all(), [own.pid]).iter().any(|process| process.pid == read.pid));
        assert_eq!((read.parent, read.is_zombie), (own.pid, false));
        let other = Process { began: read.began + 1, ..read };
        other.signal(Signal::SIGKILL);
        assert!(child.try_wait().expect("a state").is_none(), "a number that went to another process is not signalled");
        read.signal(Signal::SIGKILL);
        assert!(!child.wait().expect("a state").success());
    }

    #[test]
    fn descendants_are_all_below_and_circles_end() {
        let process = |pid, parent| Process { pid, parent, group: 1, session: 1, began: 1, is_zombie: false, is_stopped: false };
        let all = [process(2, 1), process(3, 2), process(4, 3), process(5, 1), process(7, 6), process(6, 7)];
        let mut found: Vec<i32> = descendants(&all, [2]).iter().map(|process| process.pid).collect();
        found.sort_unstable();
        assert_eq!(found, [3, 4]);
        assert_eq!(descendants(&all, [6]).len(), 1);
    }
}
