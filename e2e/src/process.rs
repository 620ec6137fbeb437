//! Starting, watching and ending processes by their ids.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends when this value is dropped.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    name: String,
}

impl Guarded {
    /// Starts `command`; its output goes to `log`. The process also ends when the thread that started it does.
    pub fn start(command: &Command, log: &Path) -> Self {
        Self::start_with(command, log, |_| {})
    }

    /// Like [`Guarded::start`], with a last word on the command (pipes, say).
    pub fn start_with(command: &Command, log: &Path, adjust: impl FnOnce(&mut Command)) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let output =
            File::options().create(true).append(true).open(log).unwrap_or_else(|e| panic!("{} can't be written: {e}", log.display()));
        let mut bound = tied_to_this_thread(command);
        bound.stdin(Stdio::null()).stdout(output.try_clone().expect("a file handle can be doubled")).stderr(output);
        adjust(&mut bound);
        let child =
            bound.spawn().unwrap_or_else(|error| panic!("{name} can't be started: {error}. `cargo xtask e2e` installs what is missing"));
        Self { child, name }
    }

    /// The process itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What was started, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same command under `setpriv --pdeathsig`, which the kernel ends with the thread that started it.
fn tied_to_this_thread(command: &Command) -> Command {
    let mut bound = Command::new("setpriv");
    bound.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program()).args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => bound.env(key, value),
            None => bound.env_remove(key),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        bound.current_dir(folder);
    }
    bound
}

/// Asks `done` again and again, up to `limit`; true once it says so.
pub fn poll(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// Kills a process with SIGKILL.
pub fn kill_hard(id: u32) {
    let _ = Command::new("kill").args(["-9", &id.to_string()]).stderr(Stdio::null()).status();
}

/// Whether a process with this id exists and has not ended.
pub fn is_alive(id: u32) -> bool {
    stat(id).is_some_and(|(_, state)| state != 'Z' && state != 'X')
}

/// The program a process runs, if it can be told.
pub fn executable(id: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{id}/exe")).ok()
}

/// The direct children of a process.
pub fn children_of(id: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|&candidate| stat(candidate).is_some_and(|(parent, _)| parent == id)).collect()
}

/// A process and all that descend from it.
pub fn tree_of(id: u32) -> Vec<u32> {
    let mut tree = vec![id];
    let mut next = 0;
    while next < tree.len() {
        tree.extend(children_of(tree[next]));
        next += 1;
    }
    tree
}

/// The largest resident size a process has had, in KiB.
pub fn peak_resident_kib(id: u32) -> Option<u64> {
    status_kib(&format!("/proc/{id}/status"), "VmHWM:")
}

/// The resident size of a process with shared pages divided among their users, in KiB.
pub fn proportional_kib(id: u32) -> Option<u64> {
    status_kib(&format!("/proc/{id}/smaps_rollup"), "Pss:")
}

fn status_kib(file: &str, key: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Parent and state.
fn stat(id: u32) -> Option<(u32, char)> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may itself hold spaces and parentheses.
    let rest = text.get(text.rfind(')')? + 2..)?;
    let mut fields = rest.split(' ');
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}
