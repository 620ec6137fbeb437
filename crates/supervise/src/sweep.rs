//! Ends what is left of a tree whose supervisors were killed.

/// The variable that marks every process of a tree with the tree's name.
pub const MARK: &str = "LECTERN_SUPERVISED";

/// Ends every process of the tree `id` whose supervisors are gone: those with the mark, whatever shares a session with them, and their
/// descendants; this process never. Returns how many there were. Takes at most two seconds; does nothing but look when nothing is left. On Linux only.
pub fn sweep(id: &str) -> usize {
    if !crate::launch::is_id(id) {
        return 0;
    }
    #[cfg(target_os = "linux")]
    return linux::sweep(id, None, &[]);
    #[cfg(not(target_os = "linux"))]
    0
}

/// The same for a tree that was watched until a moment ago: what was `seen` of it is ended too, with or without the mark. The first that was seen is the
/// program itself.
#[cfg(target_os = "linux")]
pub(crate) fn sweep_seen(id: &str, first: Option<crate::processes::Named>, seen: &[crate::processes::Named]) -> usize {
    linux::sweep(id, first, seen)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        collections::HashSet,
        fs, thread,
        time::{Duration, Instant},
    };

    use nix::{
        sys::signal::{Signal, killpg},
        unistd::Pid,
    };

    use super::MARK;
    use crate::processes::{Named, Process, descendants};

    const PATIENCE: Duration = Duration::from_secs(2);
    /// A process can't be read in the moment in which it becomes another program: nobody was there so many times in a row.
    const CLEAN_LOOKS: u32 = 3;

    pub fn sweep(id: &str, first: Option<Named>, seen: &[Named]) -> usize {
        let begun = Instant::now();
        let (mut found, mut clean) = (HashSet::new(), 0);
        if let Some(first) = first {
            kill_group(first);
        }
        while clean < CLEAN_LOOKS && begun.elapsed() < PATIENCE {
            let left = members(id, seen);
            for process in &left {
                found.insert(process.named());
                process.signal(Signal::SIGKILL);
            }
            clean = if left.is_empty() { clean + 1 } else { 0 };
            if clean > 0 {
                thread::sleep(Duration::from_millis(2));
            }
        }
        found.len()
    }

    /// A whole group at once, which is quicker than anything that forks within it. The number of a group is given to no new process while the group
    /// is there; so it is this one unless a process has that number which began at another time.
    fn kill_group(leader: Named) {
        if Process::read(leader.pid).is_none_or(|process| process.began == leader.began) {
            let _ = killpg(Pid::from_raw(leader.pid), Signal::SIGKILL);
        }
    }

    fn members(id: &str, seen: &[Named]) -> Vec<Process> {
        let all: Vec<Process> = Process::all().into_iter().filter(|process| !process.is_zombie).collect();
        let mark = format!("{MARK}={id}");
        let own = std::process::id() as i32;
        let is_known = |process: &&Process| seen.contains(&process.named()) || has(process.pid, mark.as_bytes());
        let known: Vec<Process> = all.iter().filter(is_known).copied().collect();
        let own_session = Process::read(own).map(|process| process.session);
        // A session begins with the process that gave it its number; one of the tree's own is no other's.
        let sessions: HashSet<i32> = known.iter().map(|process| process.session).filter(|session| Some(*session) != own_session).collect();
        let same = all.iter().filter(|process| sessions.contains(&process.session)).copied();
        let mut members: Vec<Process> = known.iter().copied().chain(same).collect();
        members.extend(descendants(&all, members.iter().map(|process| process.pid).collect::<Vec<_>>()));
        members.sort_unstable_by_key(|process| process.pid);
        members.dedup_by_key(|process| process.pid);
        members.retain(|process| process.pid != own);
        members
    }

    fn has(pid: i32, mark: &[u8]) -> bool {
        fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|entry| entry == mark))
    }
}
