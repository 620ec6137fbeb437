//! Kills at every step that an apply or an undo does to the folder.

use std::time::Duration;

use crate::{
    Random,
    check::{Foreign, Step, check, whole},
    child::{Order, start},
    number,
    stage::{Kind, Stage, State},
};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// More steps than any of these jobs has.
const MOST: usize = 2000;
/// So many of the steps are tried where nobody asks for all.
const USUAL: u64 = 12;

/// Kills a process at a step; where the project then is, or `None` when there are fewer steps.
fn killed_at(stage: &Stage, state: &State, kind: Kind, at: usize, of_undo: bool, seed: u64) -> (State, bool) {
    let running = start(stage, state, &Order { seed, halt: Some((kind, at, of_undo)), ..Order::default() });
    let (mut step, mut halted) = (None, false);
    loop {
        let line = running.lines.recv_timeout(PATIENCE).expect("it halts or ends");
        step = Step::parse(&line).or(step);
        assert!(!line.starts_with("refused"), "{kind:?} step {at}: {line}");
        halted |= line == "halted";
        if halted || line == "over" {
            break;
        }
    }
    running.kill(|_| {});
    drop(stage.open());
    let step = step.expect("it began something");
    let verdict = check(stage, &step, &Foreign::new(), &format!("{kind:?}, undo: {of_undo}, step {at}"));
    (verdict.state, halted)
}

#[test]
fn a_process_killed_at_any_step_leaves_all_old_or_all_new_and_a_job_that_says_which() {
    let all = number("LECTERN_SOAK_COUNT").is_some();
    let mut random = Random::new(number("LECTERN_SEED").unwrap_or(5));
    let (stage, mut state, mut seed, mut kills) = (Stage::new(), State::first(), 0, 0);
    for (kind, of_undo) in Kind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let mut at = 1;
        while at < MOST {
            seed += 1;
            let (now, halted) = killed_at(&stage, &state, kind, at, of_undo, seed);
            state = now;
            if !halted {
                assert!(at > 10, "{kind:?} has steps");
                break;
            }
            kills += 1;
            // Steps of one sort follow each other: a few of each will do.
            at += if all { 1 } else { 1 + usize::try_from(random.below(USUAL * 6)).expect("small") };
        }
    }
    whole(&stage);
    println!("{kills} kills at a step of an apply or undo");
}
