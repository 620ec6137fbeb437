//! The model's process as its parent sees it: started, asked, told apart from one that ended, ended.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use super::protocol::{ARGUMENT, Answer, Ask, LONGEST_LINE, PARENT, TOKEN, VERSION};
use crate::{Cancel, EngineError};

/// How long a process may take to say that it is there. It only starts; slow disks and scanners of new programs are allowed for.
const START: Duration = Duration::from_secs(20);
/// How long a process that has nothing more to do may take to end by itself.
const GOODBYE: Duration = Duration::from_millis(300);
/// How often somebody who waits looks whether they still want to.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// One process of the model. It ends when the last of these goes, and with Lectern, however that ends.
pub(super) struct Process(Arc<Shared>);

struct Shared {
    /// Lines on their way; a process that does not read holds nobody up.
    asks: Mutex<Option<Sender<Vec<u8>>>>,
    calls: Mutex<Calls>,
    ended: Condvar,
    child: Mutex<Child>,
    resident: AtomicU64,
}

#[derive(Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, Sender<Answer>>,
    ready: Option<Sender<u32>>,
    /// Why it is no more, in plain words.
    ended: Option<String>,
}

/// An ask that is being answered.
pub(super) struct Call<'a> {
    process: &'a Shared,
    pub id: u64,
    answers: Receiver<Answer>,
}

/// Why nothing came.
#[derive(Debug)]
pub(super) enum Silence {
    /// Not yet.
    Yet,
    /// The process ended. In plain words.
    Ended(String),
}

impl Process {
    /// Starts it and waits until it says that it is there.
    pub fn start(program: &Path, cancel: &Cancel) -> Result<Self, EngineError> {
        let token = token();
        let mut command = Command::new(program);
        command.arg(ARGUMENT).env(TOKEN, &token).env(PARENT, std::process::id().to_string());
        // A failed assertion ends the process at once, without calling a debugger.
        command.env("GGML_NO_BACKTRACE", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(if std::env::var_os("LECTERN_MODEL_LOG").is_some() { Stdio::inherit() } else { Stdio::null() });
        let (started, start) = channel();
        // The system takes the end of the thread that starts a process for the end of its parent: this one stays as long as the process does.
        thread::Builder::new()
            .name("model process".into())
            .spawn(move || keep(command, &started))
            .map_err(|error| EngineError::Stopped(format!("the model's process could not be watched: {error}")))?;
        let gone = |_| EngineError::Stopped("the model's process could not be started".into());
        let process = Self(
            start
                .recv()
                .map_err(gone)?
                .map_err(|error| EngineError::Stopped(format!("the program that runs models could not be started: {error}")))?,
        );
        let (ready, answer) = channel();
        {
            let mut calls = process.0.lock();
            // One that ended before anybody waited would be waited for in vain.
            if let Some(message) = &calls.ended {
                return Err(EngineError::Stopped(message.clone()));
            }
            calls.ready = Some(ready);
        }
        process.0.say(&Ask::Hello { version: VERSION, token })?;
        let start = Instant::now();
        loop {
            match answer.recv_timeout(LOOK) {
                Ok(VERSION) => return Ok(process),
                Ok(_) => {
                    return Err(EngineError::Stopped("the program that runs models is of another version of Lectern than this one".into()));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(EngineError::Stopped(process.ended().unwrap_or_default())),
                Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => return Err(EngineError::Cancelled),
                Err(RecvTimeoutError::Timeout) if start.elapsed() > START => {
                    return Err(EngineError::Stopped("the program that runs models does not answer".into()));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Asks something; the answers come to the call.
    pub fn ask(&self, ask: impl FnOnce(u64) -> Ask) -> Result<Call<'_>, EngineError> {
        let (sender, answers) = channel();
        let id = {
            let mut calls = self.0.lock();
            if let Some(message) = &calls.ended {
                return Err(EngineError::Stopped(message.clone()));
            }
            calls.last += 1;
            let id = calls.last;
            calls.waiting.insert(id, sender);
            id
        };
        let call = Call { process: &self.0, id, answers };
        self.0.say(&ask(id))?;
        Ok(call)
    }

    /// Why it is no more, in plain words; `None` while it runs.
    pub fn ended(&self) -> Option<String> {
        self.0.lock().ended.clone()
    }

    /// Bytes of memory it took when it last said so; 0 before.
    pub fn resident(&self) -> u64 {
        self.0.resident.load(Ordering::Relaxed)
    }

    /// Its id in the system.
    pub fn pid(&self) -> u32 {
        self.0.child().id()
    }

    /// Ends it now. Returns when it is gone.
    pub fn kill(&self) {
        let _ = self.0.child().kill();
        self.wait(Duration::from_secs(5));
    }

    fn wait(&self, at_most: Duration) -> bool {
        let calls = self.0.lock();
        let (calls, _) =
            self.0.ended.wait_timeout_while(calls, at_most, |calls| calls.ended.is_none()).unwrap_or_else(PoisonError::into_inner);
        calls.ended.is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        *self.0.asks.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if !self.wait(GOODBYE) {
            self.kill();
        }
    }
}

impl Call<'_> {
    /// The next answer, waited for at most this long.
    pub fn next(&self, at_most: Duration) -> Result<Answer, Silence> {
        self.answers.recv_timeout(at_most).map_err(|error| match error {
            RecvTimeoutError::Timeout => Silence::Yet,
            RecvTimeoutError::Disconnected => {
                Silence::Ended(self.process.lock().ended.clone().unwrap_or_else(|| "the model's process ended".into()))
            }
        })
    }

    /// Asks to stop it.
    pub fn cancel(&self) {
        // Where this fails, the process is gone, and the next look says so.
        let _ = self.process.say(&Ask::Cancel { id: self.id });
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.process.lock().waiting.remove(&self.id);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, ask: &Ask) -> Result<(), EngineError> {
        let mut line =
            serde_json::to_vec(ask).map_err(|error| EngineError::Stopped(format!("the model's process could not be asked: {error}")))?;
        line.push(b'\n');
        let asks = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        match asks.as_ref().map(|asks| asks.send(line)) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => {
                Err(EngineError::Stopped(self.lock().ended.clone().unwrap_or_else(|| "the model's process ended".into())))
            }
        }
    }

    /// Hears what the process says until it ends or says what nobody can understand.
    fn hear(&self, answers: ChildStdout) -> Heard {
        let mut answers = BufReader::new(answers);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut answers).take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return Heard::TheEnd,
                // Cut off in the middle by its end.
                Ok(_) if !line.ends_with(b"\n") && (line.len() as u64) < LONGEST_LINE => return Heard::TheEnd,
                Ok(_) => {}
            }
            let Ok(answer) = serde_json::from_slice::<Answer>(&line) else { return Heard::Nonsense };
            let mut calls = self.lock();
            match (&answer, answer.id()) {
                (Answer::Resident { bytes }, _) => self.resident.store(*bytes, Ordering::Relaxed),
                (Answer::Ready { version }, _) => {
                    if let Some(ready) = calls.ready.take() {
                        let _ = ready.send(*version);
                    }
                }
                (_, Some(id)) => {
                    let last = answer.is_last();
                    if let Some(call) = calls.waiting.get(&id) {
                        // Nobody who gave up is told anything.
                        let _ = call.send(answer);
                    }
                    if last {
                        calls.waiting.remove(&id);
                    }
                }
                (_, None) => {}
            }
        }
    }
}

/// Lines sent here go to the process; its stdin ends with the sender.
fn sender(mut pipe: ChildStdin) -> std::io::Result<Sender<Vec<u8>>> {
    let (sender, lines) = channel::<Vec<u8>>();
    thread::Builder::new().name("model asks".into()).spawn(move || {
        while let Ok(line) = lines.recv() {
            // Where the process is gone, whoever waits for an answer hears of it.
            if pipe.write_all(&line).and_then(|()| pipe.flush()).is_err() {
                return;
            }
        }
    })?;
    Ok(sender)
}

enum Heard {
    TheEnd,
    Nonsense,
}

/// Starts the process and stays with it until it is gone.
fn keep(mut command: Command, started: &Sender<std::io::Result<Arc<Shared>>>) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let answers = child.stdout.take();
    let asks = child.stdin.take().and_then(|pipe| sender(pipe).ok());
    let shared = Arc::new(Shared {
        asks: Mutex::new(asks),
        calls: Mutex::default(),
        ended: Condvar::new(),
        child: Mutex::new(child),
        resident: AtomicU64::new(0),
    });
    let _ = started.send(Ok(Arc::clone(&shared)));
    let heard = answers.map_or(Heard::TheEnd, |answers| shared.hear(answers));
    let message = {
        let mut child = shared.child();
        if matches!(heard, Heard::Nonsense) {
            let _ = child.kill();
        }
        // A process that closed its stdout is of no use any more.
        let status = ends_soon(&mut child).or_else(|| {
            let _ = child.kill();
            child.wait().ok()
        });
        match heard {
            Heard::Nonsense => "the model's process said something that can't be understood".to_owned(),
            Heard::TheEnd => how_it_ended(status),
        }
    };
    shared.resident.store(0, Ordering::Relaxed);
    let mut calls = shared.lock();
    calls.ended = Some(message);
    calls.waiting.clear();
    calls.ready = None;
    shared.ended.notify_all();
}

/// A process whose stdout ended is about to end itself, in most cases: how it does so is worth a moment.
fn ends_soon(child: &mut Child) -> Option<ExitStatus> {
    for _ in 0..50 {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => return None,
        }
    }
    None
}

fn how_it_ended(status: Option<ExitStatus>) -> String {
    #[cfg(unix)]
    if let Some(signal) = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) {
        return match signal {
            9 => "the model's process was ended from outside; perhaps memory ran out".into(),
            signal => format!("the model's process crashed (signal {signal})"),
        };
    }
    match status.and_then(|status| status.code()) {
        Some(code) => format!("the model's process ended by itself (code {code})"),
        None => "the model's process ended".into(),
    }
}

/// Nobody guesses it: 128 bits of two hash seeds of the system.
fn token() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2))
}
