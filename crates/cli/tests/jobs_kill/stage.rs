//! A data folder with the real model, small projects, and the programs that work on them.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use lectern_workspace::{Workspace, WorkspaceOptions};
use std::sync::Arc;

use crate::{
    RUNS_QUEUE_OF,
    ledger::Ledger,
    processes::{Owner, models_left, wait_for},
};

/// Room for a definition and a little beside it: what takes the time of a page is mostly the reading of what stands beside.
const CONTEXT: u32 = 900;

/// Everything that a run needs; the folder goes with it.
pub struct Stage {
    dir: tempfile::TempDir,
    /// Asks for jobs beside the process that runs them; runs none itself.
    pub asking: Arc<Workspace>,
    pub project_id: String,
    /// Every process that was started.
    started: RefCell<Vec<u32>>,
    programs: Programs,
}

/// The programs that are started: in a folder of their own where `LECTERN_BIN_DIR` names one, so that a build beside a long run changes nothing.
struct Programs {
    lectern: PathBuf,
    /// Numbers of the processors that this process may use.
    processors: Vec<u32>,
}

impl Programs {
    fn find() -> Self {
        let built = || PathBuf::from(env!("CARGO_BIN_EXE_lectern"));
        let lectern = std::env::var_os("LECTERN_BIN_DIR").map_or_else(built, |folder| PathBuf::from(folder).join("lectern"));
        let status = fs::read_to_string("/proc/self/status").expect("/proc is there");
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("every process has some");
        // `0-3,8`
        let ranges = allowed.trim().split(',').map(|range| range.split_once('-').unwrap_or((range, range)));
        let number = |text: &str| text.parse::<u32>().expect("a processor's number");
        Self { lectern, processors: ranges.flat_map(|(first, last)| number(first)..=number(last)).collect() }
    }

    /// On one processor: there a model computes with one thread. Two wait for each other at every step, and on a busy machine that takes several
    /// times as long as one alone. The processors take turns.
    fn on_one_processor(&self, program: &Path, turn: usize) -> Command {
        let mut command = Command::new("taskset");
        // It becomes the program, with its own id.
        command.arg("--cpu-list").arg(self.processors[turn % self.processors.len()].to_string()).arg(program);
        command
    }
}

/// A file that is unlike the others, with a slot for itself and for each of two definitions.
fn code(number: u64) -> String {
    format!(
        "//! The quay of harbour {number}.\n\n/// Boats that lie at quay {number}.\npub struct Quay{number} {{\n    pub boats: Vec<String>,\n}}\n\n\
         /// Moors a boat at the first free place of quay {number}, and says where.\npub fn moor_{number}(quay: &mut Quay{number}, boat: &str) -> usize {{\n    \
         quay.boats.push(boat.to_owned());\n    quay.boats.len() + {number}\n}}\n"
    )
}

impl Stage {
    /// With so many rounds something must have been killed so often.
    pub fn rounds_for(kills: u64) -> u64 {
        kills * 4 + 8
    }

    /// Room for so many kills; `None`, and said, where there is no model.
    pub fn set(kills: u64) -> Option<Self> {
        let Some(model) = std::env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from).filter(|path| path.is_file()) else {
            println!("SKIPPED: LECTERN_TEST_MODEL names no model file (`cargo xtask test` sets it)");
            return None;
        };
        let dir = tempfile::tempdir().expect("a temporary folder");
        let models = dir.path().join("data/models");
        fs::create_dir_all(&models).expect("a folder");
        let target = models.join(model.file_name().expect("a name"));
        fs::hard_link(&model, &target).or_else(|_| fs::copy(&model, &target).map(drop)).expect("the model is put there");
        for project in ["harbour/src", "notes"] {
            fs::create_dir_all(dir.path().join(project)).expect("folders");
        }
        for number in 0..=Self::rounds_for(kills) {
            fs::write(dir.path().join(format!("harbour/{}", Self::file(number))), code(number)).expect("a file");
        }
        let options = WorkspaceOptions { data_dir: Some(dir.path().join("data")), ..WorkspaceOptions::default() };
        let asking = Workspace::open(options).expect("a new data folder");
        asking.sign_in_headless(None, |_| None).expect("a profile without a password");
        for model in asking.models().expect("the models of the data folder").models {
            asking.set_model_context(&model.id, CONTEXT).expect("it is set");
        }
        let (project_id, _) = asking.sync_path(&dir.path().join("harbour"), &|_| {}).expect("the first version");
        Some(Self { dir, asking, project_id, started: RefCell::default(), programs: Programs::find() })
    }

    /// The path of a round's own file.
    pub fn file(number: u64) -> String {
        format!("src/quay_{number}.rs")
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::open(&self.dir.path().join("data/lectern.db"))
    }

    /// Makes the project that `lectern docs` writes about another one.
    pub fn change_notes(&self, number: u64) {
        fs::write(self.dir.path().join("notes/tide.rs"), code(1000 + number)).expect("a file");
    }

    /// `lectern ai` for a page about a file.
    pub fn ai(&self, job_type: &str, number: u64) -> Owner {
        self.lectern(&["ai", "harbour", "--type", job_type, "--target", &Self::file(number), "--json"])
    }

    /// `lectern docs` for the small project.
    pub fn docs(&self) -> Owner {
        self.lectern(&["docs", "notes", "--out", "site", "--json"])
    }

    /// The process that runs the queue.
    pub fn queue(&self) -> Owner {
        let mut command = self.command(&std::env::current_exe().expect("a test has a file"));
        command.args(["--exact", "a_process_that_runs_the_queue", "--nocapture"]).env(RUNS_QUEUE_OF, self.dir.path().join("data"));
        // It finds the program that runs models there.
        let program = &self.programs.lectern;
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(program.parent().expect("a folder").to_owned()).chain(std::env::split_paths(&folders));
        command.env("PATH", std::env::join_paths(folders).expect("folders without a colon"));
        self.start(command, true)
    }

    fn lectern(&self, words: &[&str]) -> Owner {
        let mut command = self.command(&self.programs.lectern);
        command.args(words).arg("--data-dir").arg(self.dir.path().join("data"));
        self.start(command, false)
    }

    fn command(&self, program: &Path) -> Command {
        self.programs.on_one_processor(program, self.started.borrow().len())
    }

    fn start(&self, mut command: Command, is_queue: bool) -> Owner {
        command.current_dir(self.dir.path()).env("HOME", self.dir.path());
        command.env_remove("LECTERN_PASSWORD_FILE").env_remove("DBUS_SESSION_BUS_ADDRESS");
        let owner = Owner::start(command, is_queue);
        self.started.borrow_mut().push(owner.id);
        owner
    }

    /// How long a page takes from start to end when nobody disturbs it.
    pub fn write_one_undisturbed(&self) -> Duration {
        let began = Instant::now();
        let output = self.ai("DOCS", 0).finish();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        began.elapsed()
    }

    /// No process of a model is left of those that were started.
    pub fn processes_gone(&self) {
        wait_for("the model's processes to be gone", || models_left(&self.started.borrow()).is_empty().then_some(()));
    }
}
