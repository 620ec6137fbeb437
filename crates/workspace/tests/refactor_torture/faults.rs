//! A drive that is full, refuses or breaks at every step of an apply and of an undo.

use std::sync::Arc;

use lectern_workspace::{
    Workspace,
    view::{Failure, RefactorStatus},
};

use crate::{
    check::{Foreign, Step, check, status, whole},
    faulty::{EACCES, EIO, ENOSPC, Fault, FaultDisk},
    number,
    stage::{Kind, Stage, State, proposed, undo},
};

/// More steps than any of these jobs has.
const MOST: usize = 3000;

/// Where a job is asked for and written on a drive that fails.
struct Bench {
    stage: Stage,
    disk: Arc<FaultDisk>,
    /// None only between two processes.
    opened: Option<Arc<Workspace>>,
    project: String,
    state: State,
    asked: u64,
}

impl Bench {
    fn new() -> Self {
        let (stage, disk) = (Stage::new(), FaultDisk::new());
        let workspace = stage.open_on(disk.clone());
        let project = stage.project(&workspace);
        Self { stage, disk, opened: Some(workspace), project, state: State::first(), asked: 0 }
    }

    fn workspace(&self) -> &Arc<Workspace> {
        self.opened.as_ref().expect("it is open")
    }

    /// A job that waits to be applied, as a step.
    fn proposed(&mut self, kind: Kind) -> Step {
        self.asked += 1;
        let (ask, to) = self.state.ask(kind, self.asked);
        let job = proposed(self.workspace(), &self.project, ask);
        assert_eq!(job.status, RefactorStatus::Proposed, "{:?}", job.error);
        Step { job: job.id, status: ["PROPOSED".into(), "APPLIED".into()], state: [self.state.clone(), to] }
    }

    /// An applied job that waits to be taken back.
    fn applied(&mut self, kind: Kind) -> Step {
        let Step { job, state: [before, after], .. } = self.proposed(kind);
        self.workspace().refactor_apply("task", &job, &|_| {}).expect("applied");
        self.state = after.clone();
        Step { job, status: ["APPLIED".into(), "UNDONE".into()], state: [after, before] }
    }

    /// Does it, whichever it is.
    fn write(&self, step: &Step) -> Result<(), Failure> {
        if step.status[0] == "PROPOSED" {
            self.workspace().refactor_apply("task", &step.job, &|_| {}).map(drop)
        } else {
            undo(self.workspace(), &step.job)
        }
    }

    /// As after a restart.
    fn reopen(&mut self) {
        // The process that it was has ended before another begins: also the threads that worked jobs out.
        let old = self.opened.take().expect("it is open");
        while Arc::strong_count(&old) > 1 {
            std::thread::yield_now();
        }
        drop(old);
        self.opened = Some(self.stage.open_on(self.disk.clone()));
    }

    /// As often as it takes until no step is left to fail; each failure leaves everything as it was, says why and what to do, and can be tried again.
    fn each_step_once(&mut self, kind: Kind, of_undo: bool, every: usize) -> usize {
        let mut failed = 0;
        let mut step = if of_undo { self.applied(kind) } else { self.proposed(kind) };
        for at in (1..MOST).step_by(every) {
            let errno = [ENOSPC, EACCES, EIO][at % 3];
            let errnos = if every == 1 { vec![ENOSPC, EACCES, EIO] } else { vec![errno] };
            for errno in errnos {
                let told = format!("{kind:?}, undo: {of_undo}, step {at}, errno {errno}");
                self.disk.set(Fault::Once(at, errno));
                let written = self.write(&step);
                let steps = self.disk.steps();
                self.disk.set(Fault::Count);
                if self.stage.leftover().next().is_some() {
                    // What could not be removed just then is removed at the next start.
                    self.reopen();
                }
                let now = check(&self.stage, &step, &Foreign::new(), &told).state;
                match written {
                    Err(failure) => {
                        assert_eq!(now, step.state[0], "{told}: nothing was written, as it says: {failure:?}");
                        explained(&failure, errno, &told);
                        failed += 1;
                    }
                    Ok(()) => {
                        assert_eq!(now, step.state[1], "{told}: it says that it is written");
                        self.state = now;
                        if steps < at {
                            return failed;
                        }
                        // It could do without.
                        step = if of_undo { self.applied(kind) } else { self.proposed(kind) };
                    }
                }
            }
        }
        panic!("{kind:?} has more than {MOST} steps");
    }

    /// The drive fails at a step and stays broken; well again, the next start brings the project and the job to one state.
    fn each_step_for_good(mut self, kind: Kind, of_undo: bool, every: usize) -> usize {
        let mut left = 0;
        for at in (1..MOST).step_by(every) {
            let told = format!("{kind:?}, undo: {of_undo}, broken from step {at}");
            let step = if of_undo { self.applied(kind) } else { self.proposed(kind) };
            self.disk.set(Fault::From(at, EIO));
            let written = self.write(&step);
            let steps = self.disk.steps();
            self.disk.set(Fault::Count);
            if let Err(failure) = &written {
                explained(failure, EIO, &told);
                if failure.code == "NEEDS_ATTENTION" {
                    left += 1;
                    assert_eq!(status(&self.stage, &step.job).expect("a row").0, "FAILED", "{told}");
                }
            }
            self.reopen();
            let verdict = check(&self.stage, &step, &Foreign::new(), &told);
            assert!(!verdict.attention, "{told}: there is nothing to look at any more");
            self.state = verdict.state;
            if self.state == step.state[0] {
                // What was not done can be done now.
                self.write(&step).unwrap_or_else(|failure| panic!("{told}: {failure:?}"));
                self.state = check(&self.stage, &step, &Foreign::new(), &told).state;
                assert_eq!(self.state, step.state[1], "{told}");
            }
            if steps < at {
                return left;
            }
        }
        panic!("{kind:?} has more than {MOST} steps");
    }
}

/// In plain words, with the remedy.
fn explained(failure: &Failure, errno: i32, told: &str) {
    let codes: &[&str] = match errno {
        ENOSPC => &["DISK_FULL", "WRITE_FAILED"],
        EACCES => &["NOT_WRITABLE", "WRITE_FAILED"],
        _ => &["WRITE_FAILED", "NEEDS_ATTENTION"],
    };
    assert!(codes.contains(&failure.code.as_str()), "{told}: {failure:?}");
    assert!(failure.message.contains(' ') && failure.hint.as_ref().is_some_and(|hint| hint.contains(' ')), "{told}: {failure:?}");
}

/// All steps in a soak, some otherwise: those of one sort follow each other.
fn every(usual: usize) -> usize {
    if number("LECTERN_SOAK_COUNT").is_some() { 1 } else { usual }
}

#[test]
fn an_error_at_any_step_leaves_all_as_it_was_and_can_be_tried_again() {
    let mut bench = Bench::new();
    let mut failed = 0;
    for (kind, of_undo) in Kind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        failed += bench.each_step_once(kind, of_undo, every(7));
    }
    whole(&bench.stage);
    assert!(failed > 30, "hardly any step failed: {failed}");
    println!("{failed} failed steps");
}

#[test]
fn a_drive_that_stays_broken_is_put_right_at_the_next_start() {
    let mut left = 0;
    for (kind, of_undo) in Kind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        left += Bench::new().each_step_for_good(kind, of_undo, every(19));
    }
    assert!(left > 0, "none could not be taken back at once");
    println!("{left} were left half done until the next start");
}
