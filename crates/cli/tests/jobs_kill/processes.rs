//! Processes that are started, watched and killed: by their ids, never by name.

use std::{
    fs,
    process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use lectern_llm::embedded::protocol::PARENT;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long anything that must happen may take on a busy machine before the test says that it is stuck.
pub const PATIENCE: Duration = Duration::from_secs(240);

/// Waits until something is there.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(15));
    }
}

/// A `lectern` of ours, or the process that runs the queue; gone when it is dropped, also when a test fails.
pub struct Owner {
    child: Option<Child>,
    /// Held open: its end asks a process that runs the queue to end.
    _input: Option<ChildStdin>,
    pub id: u32,
    /// It runs what waits in the queue.
    pub is_queue: bool,
}

impl Owner {
    pub fn start(mut command: Command, is_queue: bool) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (id, input) = (child.id(), child.stdin.take());
        Self { child: Some(child), _input: input, id, is_queue }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().expect("it can be asked").is_some())
    }

    /// Kills it at once, as a power cut would; false when it had ended before. The model's process must follow by itself.
    pub fn kill(mut self) -> bool {
        let models = models_of(self.id);
        let ended_before = self.has_ended();
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is killed");
            child.wait().expect("it ended");
        }
        wait_for("the model's process to follow its owner", || models.iter().all(|model| !is_model(*model)).then_some(()));
        !ended_before
    }

    /// What it printed, once it ended by itself.
    pub fn finish(mut self) -> Output {
        let child = self.child.take().expect("it is waited for once");
        let (sender, output) = std::sync::mpsc::channel();
        thread::spawn(move || sender.send(child.wait_with_output()));
        match output.recv_timeout(PATIENCE) {
            Ok(output) => output.expect("its output is read"),
            Err(_) => {
                let _ = kill(pid(self.id), Signal::SIGKILL);
                panic!("it neither ended nor failed: it is stuck");
            }
        }
    }

    /// Asks it to end by closing its input, and waits.
    pub fn close(mut self) -> ExitStatus {
        self._input = None;
        self.finish().status
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Kills a model's process; false when it is not there any more.
pub fn kill_model(id: u32) -> bool {
    is_model(id) && kill(pid(id), Signal::SIGKILL).is_ok()
}

/// The model's processes that this process started.
pub fn models_of(owner: u32) -> Vec<u32> {
    all().filter(|id| parent_of(*id) == Some(owner) && is_model(*id)).collect()
}

/// The model's processes that any of these started, whoever is their parent by now.
pub fn models_left(owners: &[u32]) -> Vec<u32> {
    let told = |id: u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
        let mut variables = environment.split(|byte| *byte == 0).filter_map(|each| std::str::from_utf8(each).ok());
        variables.find_map(|each| each.strip_prefix(PARENT)?.strip_prefix('=')?.parse::<u32>().ok())
    };
    all().filter(|id| is_model(*id) && told(*id).is_some_and(|owner| owners.contains(&owner))).collect()
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).expect("ids of processes are small"))
}

fn all() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").expect("/proc is there").flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Whether it is there, is no corpse, and was started as a model's process.
fn is_model(id: u32) -> bool {
    let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    command.split(|byte| *byte == 0).nth(1) == Some(b"__model")
}

fn parent_of(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in brackets may hold anything.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}
