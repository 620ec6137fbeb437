//! What the tests of trees share: finding what is left, and leaving nothing behind oneself.
#![allow(dead_code)]

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::PathBuf,
    process::Command,
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_supervise::{Launch, Said, SuperviseError, Supervised};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// For what has to happen, however busy the computer is.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// How soon nothing is left. What is repeated many times is measured; every day's tests only say that it ends, because a busy computer
/// makes anything late.
pub fn limit() -> Duration {
    if std::env::var_os("LECTERN_SOAK_COUNT").is_some() { Duration::from_secs(2) } else { DEADLINE }
}

/// A program beside this test. Cargo builds examples before it runs the tests of a package.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    profile.join("examples").join(name)
}

/// One tree of processes, with a name of its own on every command line in it. What is left of it is ended with this, also when a test fails.
pub struct Grove {
    pub tag: String,
    pub folder: tempfile::TempDir,
    pub supervisor: PathBuf,
}

impl Grove {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").subsec_nanos();
        let tag = format!("grove-{}-{now}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().expect("a folder");
        // Under a name that carries the tag.
        let supervisor = folder.path().join(format!("supervisor-{tag}"));
        symlink(example("supervisor"), &supervisor).expect("a link");
        Self { tag, folder, supervisor }
    }

    /// The hostile program with these shapes.
    pub fn hostile(&self, shapes: &[&str]) -> Vec<String> {
        let program = example("hostile").into_os_string().into_string().expect("UTF-8");
        [program.as_str(), &self.tag].iter().chain(shapes).map(|word| (*word).to_owned()).collect()
    }

    pub fn launch(&self, argv: &[impl AsRef<str>]) -> Launch {
        Launch {
            id: self.tag.clone(),
            argv: argv.iter().map(|word| word.as_ref().to_owned()).collect(),
            folder: self.folder.path().to_owned(),
            environment: Vec::new(),
        }
    }

    /// Runs a program, and what is told of it.
    pub fn start(&self, argv: &[impl AsRef<str>]) -> Result<(Supervised, Receiver<Said>), SuperviseError> {
        self.run(self.launch(argv))
    }

    pub fn run(&self, launch: Launch) -> Result<(Supervised, Receiver<Said>), SuperviseError> {
        let (sender, said) = channel();
        Ok((Supervised::start(&self.supervisor, launch, move |said| drop(sender.send(said)))?, said))
    }

    /// The stand-in for the app that runs `argv`.
    pub fn app(&self, argv: &[String]) -> Command {
        let mut app = Command::new(example("app"));
        app.arg(&self.supervisor).arg(&self.tag).arg(self.folder.path()).args(argv);
        app
    }

    /// Processes of this tree that live, its supervisors and the stand-in for the app among them.
    pub fn living(&self) -> Vec<i32> {
        let processes = fs::read_dir("/proc").expect("/proc").flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        processes.filter(|pid| *pid != std::process::id() as i32 && self.is_of_it(*pid)).collect()
    }

    /// What has ended has no command line.
    fn is_of_it(&self, pid: i32) -> bool {
        let read = |name| fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        let has = |bytes: Vec<u8>| bytes.windows(self.tag.len()).any(|part| part == self.tag.as_bytes());
        has(read("cmdline")) || has(read("environ"))
    }

    /// Waits until nothing lives, and says how long that took since `since`.
    pub fn end(&self, since: Instant, what: &str) -> Duration {
        let mut took = None;
        // Something that forks without end is not seen at every look.
        let mut empty = 0;
        while empty < 4 {
            let left = self.living();
            if left.is_empty() {
                took.get_or_insert_with(|| since.elapsed());
                empty += 1;
            } else {
                (took, empty) = (None, 0);
            }
            assert!(since.elapsed() < limit() || empty > 0, "{what}: after {:?} there still are {}", limit(), self.describe(&left));
            thread::sleep(Duration::from_millis(5));
        }
        took.expect("a time")
    }

    pub fn describe(&self, pids: &[i32]) -> String {
        let one = |pid: &i32| {
            let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            format!("{pid}: {}", String::from_utf8_lossy(&words).replace('\0', " "))
        };
        pids.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

impl Drop for Grove {
    fn drop(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            let left = self.living();
            if left.is_empty() {
                return;
            }
            for pid in left {
                // Looked at again, so that no number that went to another is signalled.
                if self.is_of_it(pid) {
                    let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
                }
            }
        }
    }
}

/// Waits for something that is told.
pub fn wait_for<T>(said: &Receiver<Said>, mut look: impl FnMut(&Said) -> Option<T>) -> T {
    let until = Instant::now() + DEADLINE;
    loop {
        let said = said.recv_timeout(until.saturating_duration_since(Instant::now())).expect("something is told");
        if let Some(found) = look(&said) {
            return found;
        }
    }
}

/// Everything that is told until the end.
pub fn all(said: &Receiver<Said>) -> Vec<Said> {
    let mut told = Vec::new();
    wait_for(said, |said| {
        told.push(said.clone());
        matches!(said, Said::Ended { .. }).then_some(())
    });
    told
}

/// The lines that are told until the end.
pub fn lines(said: &Receiver<Said>) -> Vec<String> {
    all(said).into_iter().filter_map(|said| if let Said::Line { text, .. } = said { Some(text) } else { None }).collect()
}

/// The sockets that listen on `ports`, by their inodes. A port that is free may be somebody else's in the next moment; a socket is not.
pub fn sockets(ports: &[SocketAddr]) -> Vec<String> {
    let table = fs::read_to_string("/proc/net/tcp").expect("a table");
    let entries: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let of = |port: &SocketAddr| {
        let listens = |entry: &&Vec<&str>| entry[1].ends_with(&format!(":{:04X}", port.port())) && entry[3] == "0A";
        entries.iter().skip(1).find(listens).map(|entry| entry[9].to_owned())
    };
    ports.iter().filter_map(of).collect()
}

/// Whether none of these sockets listens any more.
pub fn are_closed(sockets: &[String]) -> bool {
    let table = fs::read_to_string("/proc/net/tcp").expect("a table");
    !table.lines().skip(1).any(|line| line.split_whitespace().nth(9).is_some_and(|inode| sockets.iter().any(|socket| socket == inode)))
}

/// Numbers that are the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
