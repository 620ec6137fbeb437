//! Kills at moments that nobody chose, while somebody else saves files.

use std::{
    fmt,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::RecvTimeoutError,
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    Random,
    check::{Foreign, Step, check, whole},
    child::{Order, Running, start},
    number,
    stage::{Stage, State},
};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Why a job may be refused where somebody else saves files.
const REFUSALS: [&str; 7] =
    ["STALE", "CHANGED_SINCE", "CHANGED_MEANWHILE", "UNDO_CONFLICTS", "NOTHING_TO_UNDO", "NOTHING_CHOSEN", "NEEDS_ATTENTION"];

/// What a process said so far.
#[derive(Default)]
struct Said {
    /// The last step that it began.
    step: Option<Step>,
    done: bool,
    refused: bool,
    steps: u64,
}

impl Said {
    fn hear(&mut self, line: &str) {
        if let Some(step) = Step::parse(line) {
            *self = Self { step: Some(step), done: false, refused: false, steps: self.steps + 1 };
        } else if line == "done" {
            self.done = true;
        } else if let Some(why) = line.strip_prefix("refused ") {
            assert!(REFUSALS.iter().any(|code| why.starts_with(code)), "refused for no good reason: {why}");
            self.refused = !why.starts_with("NEEDS_ATTENTION");
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    kills: u64,
    /// Of processes that were applying or taking back.
    writing: u64,
    /// Of processes that were bringing an earlier one's work to an end.
    starting: u64,
    /// How the last step of a killed process ended.
    old: u64,
    new: u64,
    steps: u64,
    saves: usize,
    attention: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, writing, starting, old, new, steps, saves, attention } = self;
        write!(
            f,
            "{kills} kills, {writing} of them while it wrote and {starting} more while it recovered; {steps} applies and undos, the interrupted ones \
             ended {old} old, {new} new; {saves} saves by somebody else, all kept, {attention} left to be looked at"
        )
    }
}

/// What goes from one round to the next.
struct Torture {
    stage: Stage,
    random: Random,
    tally: Tally,
    state: State,
    /// The last step, where nobody saved anything in between: the next process turns it round.
    last: Option<Step>,
    /// How long a start and a step take.
    start: Duration,
    step: Duration,
}

fn part(random: &mut Random, of: Duration) -> Duration {
    Duration::from_micros(random.below(u64::try_from(of.as_micros()).unwrap_or(u64::MAX)))
}

#[test]
fn a_process_killed_at_any_moment_leaves_all_old_or_all_new_and_a_job_that_says_which() {
    let kills = number("LECTERN_SOAK_COUNT").unwrap_or(20);
    let seed = number("LECTERN_SEED").unwrap_or(11);
    println!("LECTERN_SEED={seed}");
    let mut torture = Torture::begin(seed);
    let began = Instant::now();
    while torture.tally.kills < kills {
        torture.round();
        if torture.tally.kills.is_multiple_of(50) {
            println!("    {:.0} s: {}", began.elapsed().as_secs_f64(), torture.tally);
        }
    }
    whole(&torture.stage);
    let tally = torture.tally;
    assert!(kills < 20 || tally.writing > 3, "hardly any kill came while it wrote: {tally}");
    assert!(kills < 100 || (tally.old > 5 && tally.new > 5), "both ways are taken: {tally}");
    println!("{tally}; {:.0} s", began.elapsed().as_secs_f64());
}

impl Torture {
    /// Takes the time of an undisturbed process, which is killed at last too.
    fn begin(seed: u64) -> Self {
        let stage = Stage::new();
        let random = Random::new(seed);
        let mut torture = Self {
            stage,
            random,
            tally: Tally::default(),
            state: State::first(),
            last: None,
            start: Duration::from_secs(1),
            step: Duration::from_secs(1),
        };
        let (mut said, began) = (Said::default(), Instant::now());
        let running = start(&torture.stage, &torture.state, &Order { seed, ..Order::default() });
        until(&running, &mut said, Instant::now() + PATIENCE, |line, _| line == "ready");
        torture.start = began.elapsed();
        let began = Instant::now();
        until(&running, &mut said, Instant::now() + PATIENCE, |line, said| line == "done" && said.steps >= 6);
        torture.step = began.elapsed() / 6;
        torture.look(running, said, &Foreign::new(), "undisturbed");
        torture
    }

    fn round(&mut self) {
        let seed = self.random.below(1 << 40);
        let told = format!("kill {}, seed {seed}", self.tally.kills + 1);
        let (mut said, mut foreign) = (Said::default(), Foreign::new());
        let (after_start, steps) = (self.random.chance(4), self.random.below(4) + 1);
        let saves = if self.random.chance(2) { self.random.below(3) + 1 } else { 0 };
        let running = start(&self.stage, &self.state, &Order { seed, resume: self.last.as_ref(), ..Order::default() });
        let (over, rest) = (AtomicBool::new(false), part(&mut self.random, self.step));
        let rest = if after_start { part(&mut self.random, self.start + self.step * 3) } else { rest };
        let mut random = Random::new(seed ^ 99);
        let recovering = if self.random.chance(3) { Some(part(&mut self.random, self.start)) } else { None };
        let kept_waiting = self.random.chance(2);
        let Self { stage, state, start: usual_start, step, .. } = &*self;
        thread::scope(|scope| {
            let saver = scope.spawn(|| save(stage, &mut random, saves, *usual_start, *step, &over));
            if !after_start {
                until(&running, &mut said, Instant::now() + PATIENCE, |_, said| said.steps >= steps);
            }
            until(&running, &mut said, Instant::now() + rest, |_, _| false);
            over.store(true, Ordering::Release);
            // The last of them is saved now: before the kill, or when the process is gone.
            if kept_waiting {
                foreign = saver.join().expect("saved");
                running.kill(|line| said.hear(line));
            } else {
                running.kill(|line| said.hear(line));
                foreign = saver.join().expect("saved");
            }
            // Sometimes the next one is killed too, while it brings this one's work to an end.
            if let Some(after) = recovering {
                let next = start(stage, state, &Order { only_opens: true, ..Order::default() });
                thread::sleep(after);
                next.kill(|_| {});
            }
        });
        self.tally.kills += 1;
        self.tally.starting += u64::from(recovering.is_some());
        self.judge(&said, &foreign, &told);
    }

    fn look(&mut self, running: Running, mut said: Said, foreign: &Foreign, told: &str) {
        running.kill(|line| said.hear(line));
        self.judge(&said, foreign, told);
    }

    /// Opens the data folder again and looks at everything; then files that somebody else saved are put right by their owner.
    fn judge(&mut self, said: &Said, foreign: &Foreign, told: &str) {
        drop(self.stage.open());
        let nothing =
            || Step { job: String::new(), status: [String::new(), String::new()], state: [self.state.clone(), self.state.clone()] };
        let step = said.step.clone().unwrap_or_else(nothing);
        let verdict = check(&self.stage, &step, foreign, told);
        let is_new = verdict.state == step.state[1];
        assert!(!said.done || is_new, "{told}: it said that {step:?} was done");
        assert!(!said.refused || !is_new || said.step.is_none(), "{told}: it said that {step:?} was refused");
        if said.step.is_some() && !said.done && !said.refused {
            self.tally.writing += 1;
            *(if is_new { &mut self.tally.new } else { &mut self.tally.old }) += 1;
        }
        self.tally.steps += said.steps;
        self.tally.saves += foreign.len();
        self.tally.attention += u64::from(verdict.attention);
        self.state = verdict.state;
        let tree = self.state.tree();
        for path in foreign.keys() {
            assert!(self.stage.save(path, &tree[path]), "{told}: {path} can be saved");
        }
        let Step { job, status: [from, to], state: [before, after] } = step;
        let last = if is_new {
            Step { job, status: [from, to], state: [before, after] }
        } else {
            Step { job, status: [to, from], state: [after, before] }
        };
        self.last = Some(last).filter(|last| foreign.is_empty() && matches!(last.status[1].as_str(), "APPLIED" | "UNDONE"));
    }
}

/// Hears what a process says until that is enough, or the time is over.
fn until(running: &Running, said: &mut Said, end: Instant, enough: impl Fn(&str, &Said) -> bool) {
    loop {
        match running.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                said.hear(&line);
                if enough(&line, said) {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => panic!("the process ended by itself"),
        }
    }
}

/// Saves some files at moments of its own, with words that no job looks for.
fn save(stage: &Stage, random: &mut Random, saves: u64, start: Duration, step: Duration, over: &AtomicBool) -> Foreign {
    let (mut foreign, paths) = (Foreign::new(), Stage::savable());
    for number in 0..saves {
        let until = Instant::now() + if number == 0 { start + part(random, step * 3) } else { part(random, step) };
        while Instant::now() < until && !over.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(1));
        }
        let path = &paths[usize::try_from(random.below(paths.len() as u64)).expect("small")];
        let bytes = format!("what somebody else saved, {} and {number}\n", random.below(1 << 40)).into_bytes();
        if stage.save(path, &(bytes.clone(), Some(0o644))) {
            foreign.insert(path.clone(), bytes);
        }
    }
    foreign
}
