//! The process that is killed: it applies jobs and takes them back until then.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use lectern_workspace::{Workspace, view::RefactorStatus};

use crate::{
    Random,
    check::Step,
    faulty::{Fault, FaultDisk},
    number,
    stage::{Kind, Stage, State, proposed, undo},
};

/// Names the folders to the process.
const DIR: &str = "LECTERN_TORTURE_DIR";
const STATE: &str = "LECTERN_TORTURE_STATE";
const SEED: &str = "LECTERN_TORTURE_SEED";
/// A job of an earlier process that is to be turned round first, as its step would be printed.
const RESUME: &str = "LECTERN_TORTURE_RESUME";
/// `Rename 17`: that step of such a job's apply, or of its undo with `UNDO` set, is never come past.
const HALT: &str = "LECTERN_TORTURE_HALT";
const UNDO: &str = "LECTERN_TORTURE_UNDO";
/// It brings to an end what an earlier process left, and no more.
const ONLY_OPENS: &str = "LECTERN_TORTURE_ONLY_OPENS";

/// How to start one.
#[derive(Default)]
pub struct Order<'a> {
    pub seed: u64,
    pub resume: Option<&'a Step>,
    /// Which step of what is not come past; with `true` of its undo.
    pub halt: Option<(Kind, usize, bool)>,
    /// Nothing is asked for.
    pub only_opens: bool,
}

/// A started process and what it prints; gone when it is dropped, also when a test fails.
pub struct Running {
    child: Child,
    pub lines: Receiver<String>,
}

impl Running {
    /// Kills it at once, as a power cut would; `hear` is told what it had said until then.
    pub fn kill(mut self, mut hear: impl FnMut(&str)) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
        while let Ok(line) = self.lines.recv() {
            hear(&line);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a process that goes on from a state.
pub fn start(stage: &Stage, state: &State, order: &Order<'_>) -> Running {
    let mut command = Command::new(std::env::current_exe().expect("a test has a file"));
    command.args(["--exact", "child::a_process_that_refactors", "--nocapture", "--test-threads", "1"]);
    command.env(DIR, &stage.dir).env(STATE, state.to_string()).env(SEED, order.seed.to_string());
    if let Some(step) = order.resume {
        command.env(RESUME, step.line());
    }
    if let Some((kind, step, of_undo)) = order.halt {
        command.env(HALT, format!("{kind:?} {step}"));
        if of_undo {
            command.env(UNDO, "1");
        }
    }
    if order.only_opens {
        command.env(ONLY_OPENS, "1");
    }
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the test starts once more");
    let (sender, lines) = channel();
    let output = BufReader::new(child.stdout.take().expect("piped"));
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    Running { child, lines }
}

/// Not a test by itself: as this the program is started once more.
#[test]
fn a_process_that_refactors() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let stage = Stage::at(dir.into());
    let disk = FaultDisk::new();
    let workspace = stage.open_on(disk.clone());
    let project = stage.project(&workspace);
    let state = State::parse(&std::env::var(STATE).expect("a state"));
    let mut process = Process { workspace, project, state, random: Random::new(number(SEED).unwrap_or(1)) };
    say("ready");
    if std::env::var_os(ONLY_OPENS).is_some() {
        rest();
    }
    match std::env::var(HALT) {
        Ok(halt) => process.halt(&disk, &halt, std::env::var_os(UNDO).is_some()),
        Err(_) => process.go_on(),
    }
}

fn say(line: &str) {
    // Before it a line may have been begun by the one who runs tests.
    println!("\n{line}");
    let _ = std::io::stdout().flush();
}

/// Until it is killed.
fn rest() -> ! {
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

struct Process {
    workspace: Arc<Workspace>,
    project: String,
    state: State,
    random: Random,
}

impl Process {
    /// Jobs without end.
    fn go_on(&mut self) {
        if let Ok(step) = std::env::var(RESUME)
            && let Some(step) = Step::parse(&step)
        {
            self.turn_round(&step);
        }
        loop {
            let kind = Kind::ALL[usize::try_from(self.random.below(3)).expect("small")];
            let Some(mut step) = self.apply(kind) else { continue };
            while !self.random.chance(3) {
                let Some(back) = self.turn_round(&step) else { break };
                step = back;
            }
        }
    }

    /// What would be a new state; `None` where nothing is proposed, or it was refused.
    fn apply(&mut self, kind: Kind) -> Option<Step> {
        let (step, job) = self.next(kind)?;
        self.write(&step, |workspace| workspace.refactor_apply("task", &job, &|_| {}).map(drop))
    }

    fn next(&mut self, kind: Kind) -> Option<(Step, String)> {
        let (ask, to) = self.state.ask(kind, self.random.below(1_000_000_000));
        let job = proposed(&self.workspace, &self.project, ask);
        if job.status != RefactorStatus::Proposed {
            say(&format!("nothing {:?}", job.error));
            return None;
        }
        let status = ["PROPOSED".to_owned(), "APPLIED".to_owned()];
        Some((Step { job: job.id.clone(), status, state: [self.state.clone(), to] }, job.id))
    }

    /// Takes back what a step did.
    fn turn_round(&mut self, step: &Step) -> Option<Step> {
        let to = if step.status[1] == "APPLIED" { "UNDONE" } else { "APPLIED" };
        let [before, after] = step.state.clone();
        let back = Step { job: step.job.clone(), status: [step.status[1].clone(), to.to_owned()], state: [after, before] };
        self.write(&back, |workspace| undo(workspace, &back.job))
    }

    fn write(&mut self, step: &Step, work: impl FnOnce(&Arc<Workspace>) -> Result<(), lectern_workspace::view::Failure>) -> Option<Step> {
        say(&step.line());
        match work(&self.workspace) {
            Ok(()) => {
                self.state = step.state[1].clone();
                say("done");
                Some(step.clone())
            }
            Err(failure) => {
                say(&format!("refused {} {}", failure.code, failure.message));
                // What is neither is for whoever started this to look at.
                if failure.code == "NEEDS_ATTENTION" { rest() } else { None }
            }
        }
    }

    /// One job, up to a step of its apply or undo.
    fn halt(&mut self, disk: &Arc<FaultDisk>, halt: &str, of_undo: bool) {
        let (kind, at) = halt.split_once(' ').expect("two words");
        let kind = Kind::ALL.into_iter().find(|one| format!("{one:?}") == kind).expect("a kind");
        let at = at.parse().expect("a number");
        let stop = move || {
            say("halted");
            rest();
        };
        let (step, job) = self.next(kind).expect("there is something to do");
        if !of_undo {
            disk.set(Fault::Halfway(at, Box::new(stop)));
        }
        let step = self.write(&step, |workspace| workspace.refactor_apply("task", &job, &|_| {}).map(drop)).expect("applied");
        if of_undo {
            disk.set(Fault::Halfway(at, Box::new(stop)));
            self.turn_round(&step).expect("undone");
        }
        say("over");
    }
}
