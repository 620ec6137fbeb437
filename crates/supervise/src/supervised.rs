//! The side of whoever wants a program to run.

use std::{
    fmt,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{Launch, Said, SuperviseError, environment, said::Report};
#[cfg(target_os = "linux")]
use crate::{processes::Named, sweep::sweep_seen};

/// How long a supervisor may take to start a program. It takes milliseconds; a busy computer takes longer.
const ANSWER: Duration = Duration::from_secs(20);
/// How long it usually has to end one at most. If it stands still after that, it is killed.
const END: Duration = Duration::from_millis(1_200);
/// If it doesn't, the computer is busy with other things; but so long is too long.
const LATE: Duration = Duration::from_secs(8);

/// A program that runs, and everything that it started. When this is dropped, all of it is ended; when the process that holds it dies, too.
pub struct Supervised {
    pid: u32,
    shared: Arc<Shared>,
}

struct Shared {
    id: String,
    supervisor: Mutex<Supervisor>,
}

struct Supervisor {
    child: Child,
    /// Its end is what the supervisor waits for.
    input: Option<ChildStdin>,
    /// The supervisor has ended, and what it left, if anything, was swept.
    is_over: bool,
    #[cfg(target_os = "linux")]
    first: Option<Named>,
    /// What was last told to belong to the tree.
    #[cfg(target_os = "linux")]
    seen: Vec<Named>,
}

impl Supervised {
    /// Runs a program. `supervisor` is the binary `lectern`, or another that calls [`run`](crate::run) when its first argument is
    /// `__supervise`. `tell` is called from one other thread, one call after the other; while it runs nothing else is told, and a program that prints much waits. It
    /// may call [`Supervised::stop`].
    ///
    /// When this returns, the program runs or has run, and `Said::Started` was told.
    ///
    /// # Errors
    /// When the program, its folder or the supervisor is not there or can't be executed. Nothing runs then.
    pub fn start(supervisor: &Path, launch: Launch, tell: impl Fn(Said) + Send + Sync + 'static) -> Result<Self, SuperviseError> {
        launch.check()?;
        let no_answer = |error: &dyn fmt::Display| SuperviseError::NoAnswer(error.to_string());
        let mut request = serde_json::to_vec(&launch).map_err(|error| no_answer(&error))?;
        request.push(b'\n');
        let mut command = Command::new(supervisor);
        // Not even the supervisor has what the program must not have: its environment could be read.
        command.arg("__supervise").env_clear().envs(environment::allowed()).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|error| SuperviseError::SupervisorMissing { program: supervisor.to_owned(), reason: error.to_string() })?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let state = Supervisor {
            child,
            input,
            is_over: false,
            #[cfg(target_os = "linux")]
            first: None,
            #[cfg(target_os = "linux")]
            seen: Vec::new(),
        };
        let shared = Arc::new(Shared { id: launch.id, supervisor: Mutex::new(state) });
        let (sender, answer) = channel();
        let reading = Arc::clone(&shared);
        let Some(output) = output else { return Err(SuperviseError::NoAnswer("it has no output".to_owned())) };
        thread::Builder::new()
            .name("supervised".to_owned())
            .spawn(move || reading.read(output, &tell, &sender))
            .map_err(|error| no_answer(&error))?;
        let sent = shared.lock().input.as_mut().map_or(Ok(()), |input| input.write_all(&request));
        let answer = match sent {
            Ok(()) => answer.recv_timeout(ANSWER),
            // It ended at once; perhaps it said why.
            Err(_) => answer.recv_timeout(Duration::from_secs(1)),
        };
        let refused = match answer {
            Ok(Ok(pid)) => return Ok(Self { pid, shared }),
            Ok(Err(refused)) => refused,
            Err(RecvTimeoutError::Timeout) => SuperviseError::NoAnswer("it took too long".to_owned()),
            Err(RecvTimeoutError::Disconnected) => SuperviseError::NoAnswer("it ended".to_owned()),
        };
        shared.end();
        Err(refused)
    }

    /// The program's process, which is also its group and its session. It may have ended.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The supervisor's process.
    pub fn supervisor_pid(&self) -> u32 {
        self.shared.lock().child.id()
    }

    /// Ends the program and everything that it started. Nothing of it is left when this returns: usually after milliseconds, after half a second when programs don't
    /// end when asked to, after two seconds when the supervisor can't work. `Said::Ended` may be told a little later. Does nothing when everything has ended already.
    pub fn stop(&self) {
        self.shared.end();
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Supervised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervised").field("id", &self.shared.id).field("pid", &self.pid).finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Supervisor> {
        self.supervisor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the pipe and waits until the supervisor has ended.
    fn end(&self) {
        self.lock().input = None;
        self.settle();
    }

    /// Waits until the supervisor has ended everything, and does itself what that can't do any more.
    fn settle(&self) {
        let begun = Instant::now();
        loop {
            let mut supervisor = self.lock();
            if supervisor.is_over {
                return;
            }
            let status = supervisor.child.try_wait();
            let is_late = begun.elapsed() > LATE || begun.elapsed() > END && stands_still(supervisor.child.id());
            if is_late || !matches!(status, Ok(None)) {
                if is_late {
                    let _ = supervisor.child.kill();
                    let _ = supervisor.child.wait();
                }
                // It ends with 0 when nothing is left.
                if !status.ok().flatten().is_some_and(|status: ExitStatus| status.success()) {
                    #[cfg(target_os = "linux")]
                    sweep_seen(&self.id, supervisor.first, &supervisor.seen);
                }
                supervisor.is_over = true;
                return;
            }
            drop(supervisor);
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// Takes what the supervisor writes until that ends.
    fn read(&self, output: ChildStdout, tell: &dyn Fn(Said), answer: &Sender<Result<u32, SuperviseError>>) {
        let (mut runs, mut has_ended) = (false, false);
        let mut output = BufReader::with_capacity(64 * 1024, output);
        let mut line = Vec::new();
        while let Ok(1..) = output.read_until(b'\n', &mut line) {
            match serde_json::from_slice(&line) {
                Ok(Report::Refused(refused)) => {
                    let _ = answer.send(Err(refused));
                    break;
                }
                Ok(Report::Said(said)) => {
                    let started = if let Said::Started { pid } = &said { Some(*pid) } else { None };
                    runs = true;
                    // What ended is told when nothing is left, which is known when the supervisor has gone.
                    if let Said::Ended { .. } = said {
                        self.settle();
                        has_ended = true;
                    }
                    tell(said);
                    if let Some(pid) = started {
                        let _ = answer.send(Ok(pid));
                    }
                }
                #[cfg(target_os = "linux")]
                Ok(Report::Seen(seen)) => {
                    let mut supervisor = self.lock();
                    supervisor.first = supervisor.first.or(seen.first().copied());
                    supervisor.seen = seen;
                }
                // Cut off, because its writer was killed.
                Err(_) => {}
            }
            line.clear();
        }
        self.settle();
        if runs && !has_ended {
            tell(Said::Ended { code: None, signal: None });
        }
    }
}

/// Whether somebody stopped a process.
fn stands_still(pid: u32) -> bool {
    #[cfg(target_os = "linux")]
    return crate::processes::Process::read(pid as i32).is_some_and(|process| process.is_stopped);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = pid;
        true
    }
}
