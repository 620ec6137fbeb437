//! `lectern` and the model's process are killed for real while a real model writes: no job is lost, none is published twice, none is stuck, and
//! what was finished is not asked again.
#![cfg(target_os = "linux")]

mod ledger;
mod processes;
mod round;
mod stage;
mod tally;

use std::{io::Read, time::Instant};

use lectern_workspace::{Workspace, WorkspaceOptions};

use crate::{round::Round, stage::Stage, tally::Tally};

/// Names the data folder to the process that runs the queue.
const RUNS_QUEUE_OF: &str = "LECTERN_TEST_RUNS_QUEUE_OF";

/// xorshift, so that the same number chooses the same moments.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }
}

/// Not a test by itself: as this the program is started once more, and runs the queue as the window does, without one.
#[test]
fn a_process_that_runs_the_queue() {
    let Some(data) = std::env::var_os(RUNS_QUEUE_OF) else { return };
    let options = WorkspaceOptions { data_dir: Some(data.into()), resume_session: true, ..WorkspaceOptions::default() };
    let workspace = Workspace::open(options).expect("the data folder opens after a kill");
    workspace.sign_in_headless(None, |_| None).expect("the only profile has no password");
    // It ends in order when whoever started it closes the pipe.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    workspace.let_go_of_jobs();
}

#[test]
fn no_job_is_lost_published_twice_or_stuck_when_lectern_or_its_model_is_killed() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let kills = number("LECTERN_SOAK_COUNT").unwrap_or(3);
    let seed = number("LECTERN_SEED").unwrap_or(7);
    let Some(stage) = Stage::set(kills) else { return };
    println!("LECTERN_SEED={seed}");
    let (mut random, mut tally, began) = (Random(seed | 1), Tally::default(), Instant::now());
    let whole = stage.write_one_undisturbed();
    // The first file has its page already.
    let mut number = 1;
    while tally.kills() < kills {
        // A round in which nothing was left to kill is made up for; one that never hits says so.
        assert!(number < Stage::rounds_for(kills), "hardly any kill hit: {tally}");
        Round::new(&stage, number, whole).run(&mut random, &mut tally);
        println!("    round {number}, {:.0} s: {tally}", began.elapsed().as_secs_f64());
        number += 1;
    }
    stage.ledger().check_all();
    stage.processes_gone();
    let (rounds, seconds) = (number - 1, began.elapsed().as_secs_f64());
    // Each of these would have ended it before.
    println!("{tally}; {rounds} rounds in {seconds:.0} s; 0 lost, 0 published twice, 0 stuck, 0 asked again, 0 processes left");
}
