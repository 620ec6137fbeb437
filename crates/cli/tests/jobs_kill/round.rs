//! One round: jobs are asked for, somebody is killed at some moment, and everything is brought to its end.

use std::{process::Output, thread, time::Duration};

use lectern_workspace::view::{AiRequest, JobType, Subject};
use serde_json::Value;

use crate::{
    Random,
    ledger::{Finished, is_plain},
    processes::{Owner, kill_model, models_of, wait_for},
    stage::Stage,
    tally::Tally,
};

/// A job that was killed is given up after three times, and asked for again then.
const TRIES: u32 = 6;
/// A section takes about such a part of a page's time.
const SECTIONS: u32 = 6;

/// Who runs the jobs of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `lectern ai`, its own job.
    Ai,
    /// The queue of the window's process, two jobs.
    Queue,
    /// `lectern docs`, one page after the other.
    Docs,
}

/// When somebody is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after the start.
    After(Duration),
    /// So long after a draft had so many finished sections, with others to come.
    Finished(usize, Duration),
}

pub struct Round<'s> {
    stage: &'s Stage,
    number: u64,
    whole: Duration,
}

impl<'s> Round<'s> {
    /// `whole` is how long a page takes from start to end.
    pub fn new(stage: &'s Stage, number: u64, whole: Duration) -> Self {
        Self { stage, number, whole }
    }

    pub fn run(&self, random: &mut Random, tally: &mut Tally) {
        let way = [Way::Ai, Way::Queue, Way::Docs][(self.number % 3) as usize];
        // In turns, so that each way meets both.
        let kills_owner = (self.number / 3 + self.number).is_multiple_of(2);
        if way == Way::Docs {
            self.stage.change_notes(self.number);
        }
        let mut asked = Vec::new();
        if way == Way::Queue {
            asked = vec![self.ask(JobType::Docs), self.ask(JobType::Explanation)];
        }
        let mut owner = self.start(way);
        self.wait_until(self.moment(random), &mut owner, kills_owner);
        let half = if kills_owner {
            let runs = self.runs(&owner);
            tally.owner(owner.kill() && runs);
            let half = self.stage.ledger().finished();
            let owner = self.start(way);
            self.end(way, owner, tally);
            half
        } else {
            let half = self.stage.ledger().finished();
            tally.model(models_of(owner.id).into_iter().any(kill_model));
            self.end(way, owner, tally);
            half
        };
        self.check(&half, &asked, tally);
    }

    /// Anywhere in a page, and twice as often where something of it is finished.
    fn moment(&self, random: &mut Random) -> Moment {
        let part =
            |random: &mut Random, of: Duration| Duration::from_micros(random.below(u64::try_from(of.as_micros()).unwrap_or(u64::MAX)));
        match random.below(3) {
            0 => Moment::After(part(random, self.whole)),
            sections => Moment::Finished(sections as usize, part(random, self.whole / SECTIONS)),
        }
    }

    /// Also over when there is nothing left to kill.
    fn wait_until(&self, moment: Moment, owner: &mut Owner, kills_owner: bool) {
        let rest = match moment {
            Moment::After(rest) => rest,
            Moment::Finished(sections, rest) => {
                wait_for("sections to be finished", || {
                    let there = self.stage.ledger().finished().iter().any(|job| job.is_half() && job.sections() >= sections);
                    // Read in this order: a job that comes to its end is not live any more, its draft gone.
                    (there || owner.has_ended() || !self.runs(owner)).then_some(())
                });
                rest
            }
        };
        if !kills_owner {
            wait_for("a model's process", || (!models_of(owner.id).is_empty() || owner.has_ended() || !self.runs(owner)).then_some(()));
        }
        thread::sleep(rest);
    }

    /// Whether there may be something to come: what was asked of a queue is known before it starts.
    fn runs(&self, owner: &Owner) -> bool {
        !owner.is_queue || !self.stage.ledger().live().is_empty()
    }

    /// Asks for a page about the round's own file, as the window does.
    fn ask(&self, job_type: JobType) -> String {
        let subject = Subject::File { path: Stage::file(self.number) };
        let request = AiRequest { job_type, subject, version: None, model: None, no_prose: false };
        self.stage.asking.submit_ai_job(&self.stage.project_id, &request).expect("it is taken").job_id
    }

    /// Starts, also again, as somebody would.
    fn start(&self, way: Way) -> Owner {
        match way {
            Way::Ai => self.stage.ai(if self.number.is_multiple_of(2) { "DOCS" } else { "EXPLANATION" }, self.number),
            Way::Queue => self.stage.queue(),
            Way::Docs => self.stage.docs(),
        }
    }

    /// Waits for the end of what this process does; what failed with a plain reason is asked for again.
    fn end(&self, way: Way, mut owner: Owner, tally: &mut Tally) {
        if way == Way::Queue {
            self.end_of_queue(owner, tally);
            return;
        }
        for _ in 0..TRIES {
            let Output { status, stdout, stderr } = owner.finish();
            if status.success() {
                return;
            }
            let said: Value = serde_json::from_slice(&stdout).unwrap_or_default();
            assert!(is_plain(&said["error"]), "it failed without a plain reason: {said} {}", String::from_utf8_lossy(&stderr));
            tally.failed_plainly();
            owner = self.start(way);
        }
        panic!("{way:?} does not come to an end after {TRIES} tries");
    }

    fn end_of_queue(&self, mut owner: Owner, tally: &mut Tally) {
        let ledger = self.stage.ledger();
        for _ in 0..TRIES {
            wait_for("the queue to come to its end", || {
                assert!(!owner.has_ended(), "the process that runs the queue ended by itself");
                ledger.live().is_empty().then_some(())
            });
            let failed: Vec<_> = ledger.jobs().into_iter().filter(|job| job.status == "FAILED").collect();
            if failed.is_empty() {
                assert!(owner.close().success(), "it ends in order");
                return;
            }
            for job in failed {
                assert!(is_plain(&job.error), "it failed without a plain reason: {}", job.error);
                tally.failed_plainly();
                self.stage.asking.retry_ai_job(&job.id).expect("it waits again");
            }
        }
        panic!("the queue does not come to an end after {TRIES} tries");
    }

    fn check(&self, half: &[Finished], asked: &[String], tally: &mut Tally) {
        let ledger = self.stage.ledger();
        ledger.check_all();
        let jobs = ledger.jobs();
        for id in asked {
            assert!(jobs.iter().any(|job| job.id == *id && job.status == "SUCCESS"), "{id} was asked for, and is lost");
        }
        for finished in half {
            ledger.check_kept(finished);
            tally.went_on(finished);
        }
        self.stage.processes_gone();
        tally.jobs = jobs.len();
    }
}
