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
    return linux::sweep(id);
    #[cfg(not(target_os = "linux"))]
    0
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        collections::HashSet,
        fs, thread,
        time::{Duration, Instant},
    };

    use nix::sys::signal::Signal;

    use super::MARK;
    use crate::processes::{Process, descendants};

    const PATIENCE: Duration = Duration::from_secs(2);
    /// A process can't be read in the moment in which it becomes another program: nobody was there so many times in a row.
    const CLEAN_LOOKS: u32 = 3;

    pub fn sweep(id: &str) -> usize {
        let begun = Instant::now();
        let (mut found, mut clean) = (HashSet::new(), 0);
        while clean < CLEAN_LOOKS && begun.elapsed() < PATIENCE {
            let left = members(id);
            for process in &left {
                found.insert((process.pid, process.began));
                process.signal(Signal::SIGKILL);
            }
            clean = if left.is_empty() { clean + 1 } else { 0 };
            if clean > 0 {
                thread::sleep(Duration::from_millis(2));
            }
        }
        found.len()
    }

    fn members(id: &str) -> Vec<Process> {
        let all: Vec<Process> = Process::all().into_iter().filter(|process| !process.is_zombie).collect();
        let mark = format!("{MARK}={id}");
        let own = std::process::id() as i32;
        let marked: Vec<Process> = all.iter().filter(|process| has(process.pid, mark.as_bytes())).copied().collect();
        let own_session = Process::read(own).map(|process| process.session);
        // A session begins with the process that gave it its number; one of the tree's own is no other's.
        let sessions: HashSet<i32> = marked.iter().map(|process| process.session).filter(|session| Some(*session) != own_session).collect();
        let same = all.iter().filter(|process| sessions.contains(&process.session)).copied();
        let mut members: Vec<Process> = marked.iter().copied().chain(same).collect();
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
