//! What was killed so far, and what it was in the middle of.

use std::fmt;

use crate::ledger::Finished;

/// Counts; what must never happen ends the run instead.
#[derive(Debug, Default)]
pub struct Tally {
    owners: u64,
    models: u64,
    late: u64,
    half: u64,
    answered: u64,
    plainly: u64,
    /// All jobs there are.
    pub jobs: usize,
}

impl Tally {
    /// How many processes were killed.
    pub fn kills(&self) -> u64 {
        self.owners + self.models
    }

    /// Killed the process that runs jobs, or came too late.
    pub fn owner(&mut self, hit: bool) {
        *(if hit { &mut self.owners } else { &mut self.late }) += 1;
    }

    /// Killed the model's process, or came too late.
    pub fn model(&mut self, hit: bool) {
        *(if hit { &mut self.models } else { &mut self.late }) += 1;
    }

    /// A job said why it failed, and is asked for again.
    pub fn failed_plainly(&mut self) {
        self.plainly += 1;
    }

    /// A job that was begun when somebody was killed came to its end.
    pub fn went_on(&mut self, job: &Finished) {
        self.half += u64::from(job.is_half());
        self.answered += u64::from(!job.is_half() && job.answered > 0);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { owners, models, late, half, answered, plainly, jobs } = self;
        write!(
            f,
            "{} kills ({owners} of the process that runs jobs, {models} of the model's; {late} more came too late); {jobs} jobs; \
             {half} went on after a finished section, {answered} after an answer of the first; {plainly} failed with a plain reason and were \
             asked for again",
            self.kills()
        )
    }
}
