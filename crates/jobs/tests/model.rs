//! Whatever several processes do to the queue in whatever order, it does what a model of a few lines says.

mod common;

use std::collections::HashMap;

use common::{PROJECTS, Process, World, failure, published};
use lectern_jobs::{Cancelled, Claimed, Claiming, Job, Outcome, Priority, QueueError, Retried, Status, Table};
use proptest::{collection::vec, prelude::*};
use serde_json::json;

const PROCESSES: usize = 3;

/// Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Submit {
        project: usize,
        input: Option<u8>,
        batch: bool,
        fresh: bool,
    },
    Claim {
        process: usize,
    },
    Draft {
        run: usize,
    },
    Succeed {
        run: usize,
        refused: bool,
    },
    Fail {
        run: usize,
    },
    Release {
        run: usize,
    },
    /// The thread that runs it panics.
    Drop {
        run: usize,
    },
    Cancel {
        job: usize,
    },
    CancelAll,
    Retry {
        job: usize,
    },
    Move {
        job: usize,
        before: Option<usize>,
    },
    Remove {
        job: usize,
    },
    Restore {
        job: usize,
    },
    Kill {
        process: usize,
    },
    Recover {
        process: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let some = 0..64_usize;
    prop_oneof![
        6 => (0..3_usize, proptest::option::of(0..3_u8), any::<bool>(), any::<bool>())
            .prop_map(|(project, input, batch, fresh)| Step::Submit { project, input, batch, fresh }),
        8 => some.clone().prop_map(|process| Step::Claim { process }),
        2 => some.clone().prop_map(|run| Step::Draft { run }),
        4 => (some.clone(), any::<bool>()).prop_map(|(run, refused)| Step::Succeed { run, refused }),
        2 => some.clone().prop_map(|run| Step::Fail { run }),
        2 => some.clone().prop_map(|run| Step::Release { run }),
        1 => some.clone().prop_map(|run| Step::Drop { run }),
        3 => some.clone().prop_map(|job| Step::Cancel { job }),
        1 => Just(Step::CancelAll),
        3 => some.clone().prop_map(|job| Step::Retry { job }),
        3 => (some.clone(), proptest::option::of(some.clone())).prop_map(|(job, before)| Step::Move { job, before }),
        1 => some.clone().prop_map(|job| Step::Remove { job }),
        1 => some.clone().prop_map(|job| Step::Restore { job }),
        3 => some.clone().prop_map(|process| Step::Kill { process }),
        1 => some.prop_map(|process| Step::Recover { process }),
    ]
}

/// What the model knows of a job.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    project: usize,
    input: Option<u8>,
    batch: bool,
    position: Option<usize>,
    status: Status,
    attempt: u32,
    /// The process that has it, while that lives.
    runner: Option<usize>,
    /// Whether that process still works on it, which only itself knows.
    held: bool,
    cancel: bool,
    cancelled: bool,
    draft: bool,
    removed: bool,
    succeeded: u32,
    /// Its last claim.
    turn: usize,
}

impl Known {
    /// Whether somebody works on it, as far as a process can tell.
    fn is_run(&self, process: usize) -> bool {
        self.runner.is_some_and(|runner| runner != process || self.held)
    }

    fn end(&mut self, cancelled: bool) {
        (self.status, self.cancelled, self.cancel) = (Status::Failed, cancelled, false);
    }
}

/// A run, of a process that lives or is gone.
struct Run {
    process: usize,
    claimed: Claimed,
    job: usize,
    turn: usize,
}

struct Model {
    world: World,
    processes: Vec<Process>,
    jobs: Vec<Known>,
    runs: Vec<Run>,
    turns: HashMap<usize, usize>,
    turn: usize,
}

impl Model {
    fn new(table: Table) -> Self {
        let world = World::of(table);
        let processes = (0..PROCESSES).map(|_| world.start()).collect();
        Self { world, processes, jobs: Vec::new(), runs: Vec::new(), turns: HashMap::new(), turn: 0 }
    }

    /// Which job is claimed next, of those that wait and are not in `but`, if projects were served at `turns`.
    fn pick(&self, but: &[usize], turns: &HashMap<usize, usize>) -> Option<usize> {
        let waiting = (0..self.jobs.len()).filter(|job| self.jobs[*job].status == Status::Queued && !but.contains(job));
        waiting.min_by_key(|number| {
            let job = &self.jobs[*number];
            (job.position.is_none(), job.position, job.batch, turns.get(&job.project).copied().unwrap_or(0), *number)
        })
    }

    /// The order in which jobs are claimed.
    fn order(&self) -> Vec<usize> {
        let (mut order, mut turns, mut turn) = (Vec::new(), self.turns.clone(), self.turn);
        while let Some(job) = self.pick(&order, &turns) {
            turn += 1;
            turns.insert(self.jobs[job].project, turn);
            order.push(job);
        }
        order
    }

    fn live_with(&self, project: usize, input: Option<u8>) -> Option<usize> {
        let same = |job: &Known| job.project == project && job.input == input && job.status.is_live() && !job.cancel;
        input.and_then(|_| self.jobs.iter().position(same))
    }

    /// Orphans wait again or end.
    fn recover(&mut self, process: usize) -> usize {
        let mut count = 0;
        for job in self.jobs.iter_mut().filter(|job| job.status == Status::Running && !job.is_run(process)) {
            count += 1;
            if job.cancel || job.attempt >= 3 {
                job.end(job.cancel);
            } else {
                job.status = Status::Queued;
            }
        }
        count
    }

    fn cancel(&mut self, number: usize) -> Cancelled {
        let job = &mut self.jobs[number];
        match job.status {
            _ if job.removed => Cancelled::NotThere,
            Status::Running if job.is_run(0) => {
                job.cancel = true;
                Cancelled::Asked { ours: job.runner == Some(0) }
            }
            Status::Queued | Status::Running => {
                job.end(true);
                Cancelled::Now
            }
            _ => Cancelled::Over,
        }
    }

    fn take(&mut self, step: &Step) {
        let done = if self.world.table == Table::Ai { Status::Success } else { Status::Proposed };
        match *step {
            Step::Submit { project, input, batch, fresh } => {
                let hash = input.map(|input| input.to_string());
                let priority = if batch { Priority::Batch } else { Priority::Interactive };
                let name = self.jobs.len().to_string();
                let answer = self.processes[0].submit(PROJECTS[project], &name, hash.as_deref(), priority, fresh);
                let finished = |job: &Known| job.project == project && job.input == input && job.status == done && !job.removed;
                if let Some(same) = self.live_with(project, input) {
                    assert_eq!((&answer.id, answer.outcome), (&self.jobs[same].id, Outcome::Joined));
                    self.jobs[same].batch &= batch;
                } else if let Some(same) = self.jobs.iter().rposition(finished).filter(|_| input.is_some() && !fresh) {
                    assert_eq!((&answer.id, answer.outcome), (&self.jobs[same].id, Outcome::Finished));
                } else {
                    assert_eq!(answer.outcome, Outcome::Queued);
                    self.jobs.push(Known {
                        id: answer.id,
                        project,
                        input,
                        batch,
                        position: None,
                        status: Status::Queued,
                        attempt: 0,
                        runner: None,
                        held: false,
                        cancel: false,
                        cancelled: false,
                        draft: false,
                        removed: false,
                        succeeded: 0,
                        turn: 0,
                    });
                }
            }
            Step::Claim { process } => self.claim(process % PROCESSES),
            Step::Kill { process } => {
                let process = process % PROCESSES;
                self.processes[process] = self.world.start();
                for job in self.jobs.iter_mut().filter(|job| job.runner == Some(process)) {
                    job.runner = None;
                }
            }
            Step::Recover { process } => {
                let recovered = self.processes[process % PROCESSES].queue.recover().expect("recovered").len();
                assert_eq!(recovered, self.recover(process % PROCESSES));
            }
            Step::CancelAll => {
                let answers = self.processes[0].queue.cancel_all("ada").expect("asked");
                let live: Vec<usize> = (0..self.jobs.len()).filter(|job| self.jobs[*job].status.is_live()).collect();
                assert_eq!(answers.len(), live.len());
                for job in live {
                    self.cancel(job);
                }
            }
            Step::Draft { run } | Step::Succeed { run, .. } | Step::Fail { run } | Step::Release { run } | Step::Drop { run } => {
                if !self.runs.is_empty() {
                    self.work(step, run % self.runs.len(), done);
                }
            }
            Step::Cancel { job } | Step::Retry { job } | Step::Move { job, .. } | Step::Remove { job } | Step::Restore { job } => {
                if !self.jobs.is_empty() {
                    self.change(step, job % self.jobs.len());
                }
            }
        }
        self.compare();
    }

    fn claim(&mut self, process: usize) {
        let claim = self.processes[process].claim();
        assert_eq!(claim.recovered.len(), self.recover(process));
        let expected = self.pick(&[], &self.turns);
        assert_eq!(claim.claimed.as_ref().map(|claimed| &claimed.job.id), expected.map(|job| &self.jobs[job].id));
        if let (Some(claimed), Some(job)) = (claim.claimed, expected) {
            self.turn += 1;
            self.turns.insert(self.jobs[job].project, self.turn);
            let known = &mut self.jobs[job];
            (known.status, known.held, known.attempt, known.cancel) = (Status::Running, true, known.attempt + 1, false);
            (known.turn, known.runner) = (self.turn, Some(process));
            self.runs.push(Run { process, claimed, job, turn: self.turn });
        }
    }

    /// What a run does. One whose process was killed tries all the same, and may until somebody notices.
    fn work(&mut self, step: &Step, number: usize, done: Status) {
        if let Step::Drop { .. } = step {
            let run = self.runs.remove(number);
            let job = &mut self.jobs[run.job];
            job.held &= job.turn != run.turn;
            return;
        }
        let run = &self.runs[number];
        let current = self.jobs[run.job].status == Status::Running && self.jobs[run.job].turn == run.turn;
        let (queue, fence, job) = (&self.processes[run.process].queue, &run.claimed.fence, &mut self.jobs[run.job]);
        match step {
            Step::Draft { .. } => match queue.draft(fence, &json!({ "format": 1 })) {
                Ok(()) => {
                    assert!(current);
                    job.draft = true;
                }
                Err(QueueError::NoDrafts) => assert_eq!(self.world.table, Table::Refactor),
                Err(error) => assert!(!current && matches!(error, QueueError::Lost), "{error}"),
            },
            Step::Succeed { refused, .. } => {
                let id = job.id.clone();
                let answer = queue.succeed(fence, &json!({ "format": 1 }), &json!({ "format": 1 }), |tx| {
                    published(tx, &id)?;
                    if *refused { Err(QueueError::NoDrafts) } else { Ok(()) }
                });
                match answer {
                    Ok(()) => {
                        assert!(current && !job.cancel && !refused);
                        (job.status, job.draft, job.succeeded) = (done, false, job.succeeded + 1);
                    }
                    Err(QueueError::NoDrafts) => assert!(current && !job.cancel && *refused),
                    Err(QueueError::CancelRequested) => assert!(current && job.cancel),
                    Err(error) => assert!(!current && matches!(error, QueueError::Lost), "{error}"),
                }
            }
            Step::Fail { .. } => match queue.fail(fence, &failure("BAD_MODEL"), |_, _| Ok(())) {
                Ok(stored) => {
                    assert!(current && stored.is_cancelled() == job.cancel);
                    job.end(job.cancel);
                }
                Err(error) => assert!(!current && matches!(error, QueueError::Lost), "{error}"),
            },
            _ => match queue.release(fence) {
                Ok(status) => {
                    assert!(current && (status == Status::Failed) == job.cancel);
                    if job.cancel {
                        job.end(true);
                    } else {
                        (job.status, job.attempt) = (Status::Queued, job.attempt - 1);
                    }
                }
                Err(error) => assert!(!current && matches!(error, QueueError::Lost), "{error}"),
            },
        }
    }

    /// What somebody who looks at the list does.
    fn change(&mut self, step: &Step, number: usize) {
        let id = self.jobs[number].id.clone();
        let queue = self.processes[0].queue.clone();
        match *step {
            Step::Cancel { .. } => {
                let answer = queue.cancel("ada", &id).expect("asked");
                let expected = self.cancel(number);
                assert_eq!(answer, expected);
            }
            Step::Retry { .. } => {
                let known = &self.jobs[number];
                let expected = match self.live_with(known.project, known.input) {
                    _ if known.status != Status::Failed || known.removed => Retried::NotThere,
                    Some(other) => Retried::Joined(self.jobs[other].id.clone()),
                    None => Retried::Queued,
                };
                assert_eq!(queue.retry("ada", &id).expect("asked"), expected);
                if expected == Retried::Queued {
                    let known = &mut self.jobs[number];
                    (known.status, known.attempt, known.cancel, known.position) = (Status::Queued, 0, false, None);
                }
            }
            Step::Move { before, .. } => {
                let mut order = self.order();
                let before = before.map(|before| before % self.jobs.len());
                let waits = |job: usize| order.contains(&job);
                let possible = waits(number) && before.is_none_or(waits);
                let answer = queue.move_before("ada", &id, before.map(|before| self.jobs[before].id.as_str())).expect("asked");
                assert_eq!(answer, possible);
                if possible && before != Some(number) {
                    order.retain(|job| *job != number);
                    let place = before.map_or(order.len(), |before| order.iter().position(|job| *job == before).expect("it waits"));
                    order.insert(place, number);
                    let last = (0..order.len()).filter(|at| *at <= place || self.jobs[order[*at]].position.is_some()).max();
                    for (at, job) in order.iter().enumerate().take(last.expect("one was moved") + 1) {
                        self.jobs[*job].position = Some(at);
                    }
                    assert_eq!(self.order()[..=place], order[..=place], "it is where it was put, and those before it as they were");
                }
            }
            Step::Remove { .. } => {
                let removed = queue.remove("ada", &[&id]).expect("asked");
                let known = &mut self.jobs[number];
                assert_eq!(removed.len() == 1, !known.removed && !known.status.is_live());
                known.removed |= !known.status.is_live();
            }
            _ => {
                let restored = queue.restore("ada", &[&id]).expect("asked");
                assert_eq!(restored.len() == 1, self.jobs[number].removed);
                self.jobs[number].removed = false;
            }
        }
    }

    /// The rows say what the model says.
    fn compare(&self) {
        let queue = &self.processes[0].queue;
        let listed: HashMap<String, Job> = queue.list("ada", None).expect("listed").into_iter().map(|job| (job.id.clone(), job)).collect();
        assert_eq!(listed.len(), self.jobs.iter().filter(|job| !job.removed).count(), "no job is lost");
        for known in self.jobs.iter().filter(|known| !known.removed) {
            let job = &listed[&known.id];
            assert_eq!((job.status, job.attempt, job.has_draft), (known.status, known.attempt, known.draft), "{known:?}");
            let running = job.status == Status::Running;
            assert_eq!((job.boot_id.is_some(), job.has_result), (running, known.succeeded == 1), "{known:?}");
            assert_eq!(job.error.as_ref().map(|error| error.is_cancelled()), (job.status == Status::Failed).then_some(known.cancelled));
            assert_eq!(job.finished_at.is_some(), !job.status.is_live());
        }
        let waiting: Vec<&str> = self.order().into_iter().map(|job| self.jobs[job].id.as_str()).collect();
        assert_eq!(queue.waiting(&["ada"]).expect("listed"), waiting);
    }

    /// All processes die; one that starts then brings everything to its end.
    fn finish(mut self) {
        self.processes.clear();
        self.runs.clear();
        let process = self.world.start();
        while let Some(claimed) = process.queue.claim(&Claiming { users: &["ada"], ..Claiming::default() }).expect("claimed").claimed {
            process.succeed(&claimed).expect("done");
            let known = self.jobs.iter_mut().find(|known| known.id == claimed.job.id).expect("known");
            known.succeeded += 1;
        }
        let table = if self.world.table == Table::Ai { "ai_jobs" } else { "refactor_jobs" };
        assert_eq!(self.world.count(&format!("SELECT count(*) FROM {table} WHERE status IN ('QUEUED', 'RUNNING')")), 0, "none is stuck");
        for known in &self.jobs {
            assert!(known.succeeded <= 1, "none succeeds twice: {known:?}");
            let told = format!("SELECT count(*) FROM notifications WHERE payload ->> '$.job_id' = '{}'", known.id);
            assert_eq!(self.world.count(&told), i64::from(known.succeeded));
        }
    }
}

fn run(table: Table, steps: &[Step]) {
    let mut model = Model::new(table);
    steps.iter().for_each(|step| model.take(step));
    model.finish();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_does_what_its_model_does(refactor in proptest::bool::weighted(0.2), steps in vec(step(), 1..90)) {
        run(if refactor { Table::Refactor } else { Table::Ai }, &steps);
    }
}
