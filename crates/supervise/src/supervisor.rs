//! The supervisor: takes a request on its standard input, runs it, tells what happens as JSON lines, and ends everything when its input ends.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead, BufReader, Read, Stdin, Write, stdin, stdout},
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    libc,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        signal::{SigHandler, SigSet, Signal, signal},
        wait::WaitStatus,
    },
    unistd::{Pid, getpid, getppid, setsid},
};

#[cfg(target_os = "linux")]
use crate::processes::Process;
use crate::{Launch, MARK, Said, Source, SuperviseError, environment, image::Image, lines::Lines, said::Report, tree::Tree};

/// More than any request needs.
const REQUEST_BYTES: u64 = 4 * 1024 * 1024;
/// How long the last lines may take to be written and taken once everything has ended.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// A line that nothing is added to for so long is told as it is.
const UNFINISHED_MS: u16 = 1_000;

/// Of larger trees only so many processes are told.
#[cfg(target_os = "linux")]
const MOST_SEEN: usize = 1_000;

/// What wakes the supervisor.
enum Woken {
    /// Everything is to end.
    End,
    /// A process ended.
    Child,
}

/// Runs the supervisor: what `lectern __supervise` does. Has to be called before there is a second thread. Does not return on Linux, but for errors.
pub fn run() -> ExitCode {
    let _ = std::env::set_current_dir("/");
    close_inherited();
    // Whoever started this may have ignored them, which would be inherited.
    for number in [Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        // SAFETY: the default is no function of ours.
        let _ = unsafe { signal(number, SigHandler::SigDfl) };
    }
    let watched = SigSet::from_iter([Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGCHLD]);
    if watched.thread_block().is_err() {
        return ExitCode::FAILURE;
    }
    #[cfg(target_os = "linux")]
    if crate::guard::split(&watched).is_err() {
        return ExitCode::FAILURE;
    }
    let code = supervise(&watched);
    // SAFETY: threads that wait for their pipes are left as they are; nothing of this process has to be tidied up.
    unsafe { libc::_exit(code) }
}

fn supervise(watched: &SigSet) -> i32 {
    let mut input = BufReader::new(stdin());
    let mut line = String::new();
    match input.by_ref().take(REQUEST_BYTES).read_line(&mut line) {
        Ok(_) if line.ends_with('\n') => {}
        // Whoever asks is gone already.
        _ => return 1,
    }
    let started = serde_json::from_str::<Launch>(&line)
        .map_err(|error| SuperviseError::BadRequest(error.to_string()))
        .and_then(|launch| start(&launch));
    let mut child = match started {
        Ok(child) => child,
        Err(refused) => {
            let _ = write(&[Report::Refused(refused)]);
            return 0;
        }
    };
    let mut tree = Tree::new(Pid::from_raw(child.id() as i32));
    let (sender, woken) = channel();
    let _ = write(&[Report::Said(Said::Started { pid: child.id() })]);
    #[cfg(target_os = "linux")]
    let _ = write(&[Report::Seen(Process::read(child.id() as i32).iter().map(Process::named).collect())]);
    watch_signals(*watched, sender.clone());
    watch_input(input, sender.clone());
    let (last_words, all_said) = channel();
    tell_lines(child.stdout.take().map(file), Source::Out, sender.clone(), last_words.clone());
    tell_lines(child.stderr.take().map(file), Source::Err, sender.clone(), last_words);
    #[cfg(target_os = "linux")]
    tell_tree(sender.clone());
    wait(&woken, &mut tree);
    let is_gone = tree.end();
    // Their pipes have ended with them. Whoever reads may have stopped reading: that must hold up nothing.
    let until = Instant::now() + LAST_WORDS;
    for _ in 0..2 {
        let _ = all_said.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
    let (code, signal) = tree.ended.map_or((None, None), how);
    let (sender, written) = channel();
    thread::spawn(move || sender.send(write(&[Report::Said(Said::Ended { code, signal })])));
    let _ = written.recv_timeout(until.saturating_duration_since(Instant::now()).max(LAST_WORDS / 3));
    if is_gone { 0 } else { 3 }
}

/// Until the program ended or everything is to end.
fn wait(woken: &Receiver<Woken>, tree: &mut Tree) {
    loop {
        // Not every system tells of children whose signal is blocked.
        match woken.recv_timeout(Duration::from_millis(if cfg!(target_os = "linux") { 2_000 } else { 50 })) {
            Ok(Woken::End) | Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
            Ok(Woken::Child) | Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
        }
        tree.reap();
        if tree.ended.is_some() {
            return;
        }
    }
}

fn how(status: WaitStatus) -> (Option<i32>, Option<i32>) {
    match status {
        WaitStatus::Exited(_, code) => (Some(code), None),
        WaitStatus::Signaled(_, signal, _) => (None, Some(signal as i32)),
        _ => (None, None),
    }
}

fn file(stream: impl Into<OwnedFd>) -> File {
    File::from(stream.into())
}

fn watch_signals(watched: SigSet, sender: Sender<Woken>) {
    thread::spawn(move || {
        while let Ok(signal) = watched.wait() {
            if sender.send(if signal == Signal::SIGCHLD { Woken::Child } else { Woken::End }).is_err() {
                return;
            }
        }
    });
}

/// The end of the input is the end of whoever wanted the program to run.
fn watch_input(mut input: BufReader<Stdin>, sender: Sender<Woken>) {
    thread::spawn(move || {
        let mut anything = [0; 256];
        loop {
            match input.read(&mut anything) {
                Ok(0) => break,
                Err(error) if error.kind() != std::io::ErrorKind::Interrupted => break,
                _ => {}
            }
        }
        let _ = sender.send(Woken::End);
    });
}

/// Passes on what is printed, until the last who could print has ended. A reader who takes his time holds up who prints, and nothing else.
fn tell_lines(stream: Option<File>, source: Source, sender: Sender<Woken>, done: Sender<()>) {
    thread::spawn(move || {
        let Some(mut stream) = stream else { return };
        let (mut lines, mut buffer) = (Lines::default(), vec![0; 64 * 1024]);
        loop {
            let mut told = Vec::new();
            let mut tell = |text| told.push(Report::Said(Said::Line { source, text }));
            let is_quiet = lines.is_unfinished() && {
                let mut ready = [PollFd::new(stream.as_fd(), PollFlags::POLLIN)];
                poll(&mut ready, PollTimeout::from(UNFINISHED_MS)) == Ok(0)
            };
            let mut is_over = false;
            if is_quiet {
                lines.flush(&mut tell);
            } else {
                match stream.read(&mut buffer) {
                    Ok(0) => is_over = true,
                    Ok(length) => lines.take(&buffer[..length], &mut tell),
                    Err(error) => is_over = error.kind() != std::io::ErrorKind::Interrupted,
                }
            }
            if is_over {
                lines.flush(&mut tell);
            }
            if write(&told).is_err() {
                let _ = sender.send(Woken::End);
                return;
            }
            if is_over {
                let _ = done.send(());
                return;
            }
        }
    });
}

/// Tells what belongs to the tree and which ports it listens on.
#[cfg(target_os = "linux")]
fn tell_tree(sender: Sender<Woken>) {
    thread::spawn(move || {
        let (mut ports, mut before) = (crate::ports::Ports::default(), Vec::new());
        loop {
            let tree = crate::processes::own_descendants();
            let listening = ports.look(&tree).map(|listening| Report::Said(Said::Listening(listening)));
            // Who listens is known before that somebody does.
            let seen = (tree != before).then(|| Report::Seen(tree.iter().copied().take(MOST_SEEN).collect()));
            before = tree;
            if write(&seen.into_iter().chain(listening).collect::<Vec<_>>()).is_err() {
                let _ = sender.send(Woken::End);
                return;
            }
            thread::sleep(ports.pause());
        }
    });
}

/// Writes lines in one go, so that they are never mixed.
fn write(reports: &[Report]) -> std::io::Result<()> {
    if reports.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    for report in reports {
        serde_json::to_writer(&mut bytes, report)?;
        bytes.push(b'\n');
    }
    let mut output = stdout().lock();
    output.write_all(&bytes)?;
    output.flush()
}

/// No file that whoever started this had open reaches the program.
fn close_inherited() {
    #[cfg(target_os = "linux")]
    // SAFETY: three numbers; descriptors are closed when a program is executed, not now. Older systems refuse, and Rust opens everything so anyhow.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC);
    }
}

fn start(launch: &Launch) -> Result<std::process::Child, SuperviseError> {
    launch.check()?;
    let folder = &launch.folder;
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(SuperviseError::FolderClosed { folder: folder.clone(), reason: plain(&error) });
        }
        _ => return Err(SuperviseError::FolderMissing(folder.clone())),
    }
    if let Err(error) = nix::unistd::access(folder, nix::unistd::AccessFlags::X_OK) {
        return Err(SuperviseError::FolderClosed { folder: folder.clone(), reason: error.desc().to_lowercase() });
    }
    let name = &launch.argv[0];
    let added = launch.environment.iter().map(|(name, value)| (name.into(), value.into()));
    let mark = (MARK.into(), launch.id.clone().into());
    let variables: Vec<_> = environment::allowed().into_iter().chain(added).chain([mark]).collect();
    let path = variables.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| value.clone()).unwrap_or_default();
    let program = find(name, folder, &path)?;
    let refused = |error: &std::io::Error| SuperviseError::NotExecutable { program: name.clone(), reason: plain(error) };
    let image = Image::new(&program, &launch.argv, variables).map_err(|error| refused(&error))?;
    let mut command = Command::new(&program);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let supervisor = getpid();
    // SAFETY: between fork and exec only system calls are made, no memory is taken.
    unsafe {
        command.pre_exec(move || {
            prepare(supervisor)?;
            Err(image.execute())
        })
    };
    command.spawn().map_err(|error| refused(&error))
}

/// What the new process does before it becomes the program.
fn prepare(supervisor: Pid) -> std::io::Result<()> {
    // A session of its own is a group of its own, and has no terminal to ask questions on.
    setsid()?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    // The supervisor may have ended before the line above.
    if getppid() != supervisor {
        return Err(Errno::ESRCH.into());
    }
    SigSet::empty().thread_set_mask()?;
    Ok(())
}

fn find(name: &str, folder: &Path, path: &OsStr) -> Result<PathBuf, SuperviseError> {
    if !name.contains('/') {
        return environment::program_in(name, path).ok_or_else(|| SuperviseError::ProgramMissing(name.to_owned()));
    }
    let program = folder.join(name);
    if !program.exists() {
        return Err(SuperviseError::ProgramMissing(name.to_owned()));
    }
    if program.is_dir() {
        return Err(SuperviseError::NotExecutable { program: name.to_owned(), reason: "it is a folder".to_owned() });
    }
    if !environment::is_executable(&program) {
        return Err(SuperviseError::NotExecutable { program: name.to_owned(), reason: "permission denied".to_owned() });
    }
    Ok(program)
}

/// The system's words without the error number.
fn plain(error: &std::io::Error) -> String {
    match error.raw_os_error().map(Errno::from_raw) {
        // The file is there: what it names in its first line is not.
        Some(Errno::ENOENT) => "the program that its first line names was not found".to_owned(),
        Some(number) => number.desc().to_lowercase(),
        None => error.to_string(),
    }
}
