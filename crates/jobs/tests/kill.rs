//! Processes that run jobs are killed for real, at moments nobody chose: no job is lost, none is published twice, none is stuck.
#![cfg(unix)]

mod common;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use common::{PROJECTS, open};
use lectern_jobs::{Cancelled, JobFailure, NewJob, Priority, Queue, Retried, Status, Table};
use lectern_store::{Boot, Store, SystemClock, rusqlite};
use serde_json::{Value, json};

/// Processes that run jobs at the same time.
const RUNNERS: usize = 2;
/// Jobs that are kept waiting or running.
const LIVE: usize = 8;

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Cargo builds examples before it runs the tests of a package, and puts them beside the test's own folder.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    profile.join("examples").join(format!("jobs_kill{}", std::env::consts::EXE_SUFFIX))
}

/// A process that runs jobs; gone when it is dropped, also when a test fails.
struct Runner(Child);

impl Runner {
    /// Kills it, and says whether that is what ended it.
    fn kill(mut self) -> bool {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended").signal() == Some(9)
    }

    /// Whether it came to its end without a failure.
    fn finish(mut self) -> bool {
        self.0.wait().expect("ended").success()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the window does meanwhile: it asks, cancels, retries, moves, and lives on.
struct Window {
    dir: tempfile::TempDir,
    store: Arc<Store>,
    queue: Queue,
    _boot: Boot,
    /// How many sections each job has, and whether it must end as cancelled.
    jobs: BTreeMap<String, (u64, bool)>,
    gave_up: u32,
}

impl Window {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let run_dir = dir.path().join("run");
        std::fs::create_dir(&run_dir).expect("a folder for locks");
        let store = Arc::new(open(dir.path()));
        let boot = Boot::start(&run_dir).expect("a boot");
        let queue = Queue::new(Table::Ai, Arc::clone(&store), Arc::new(SystemClock), boot.id().clone(), run_dir);
        Self { dir, store, queue, _boot: boot, jobs: BTreeMap::new(), gave_up: 0 }
    }

    fn spawn(&self, random: &mut Random, drain: bool) -> Runner {
        let mut command = Command::new(example());
        command.arg(self.dir.path()).arg(random.below(u64::MAX).to_string()).args(drain.then_some("drain")).stdout(Stdio::piped());
        let mut runner = Runner(command.spawn().expect("the example is built with the tests"));
        let mut line = String::new();
        BufReader::new(runner.0.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        assert_eq!(line, "working\n", "it gets to work after a kill");
        runner
    }

    fn count(&self, sql: &str) -> i64 {
        self.store.read::<_, rusqlite::Error>(|c| c.query_row(sql, [], |row| row.get(0))).expect("a count")
    }

    fn live(&self) -> usize {
        usize::try_from(self.count("SELECT count(*) FROM ai_jobs WHERE status IN ('QUEUED', 'RUNNING')")).expect("a count")
    }

    fn keep_busy(&mut self, random: &mut Random) {
        for _ in self.live()..LIVE {
            let sections = 2 + random.below(6);
            let params = json!({ "format": 1, "sections": sections });
            let job = NewJob {
                project_id: PROJECTS[random.below(3) as usize],
                user_id: "ada",
                job_type: Some("DOCS"),
                params: &params,
                input_hash: None,
                priority: if random.below(2) == 0 { Priority::Interactive } else { Priority::Batch },
                fresh: false,
            };
            let id = self.queue.submit(&job).expect("asked").id;
            self.jobs.insert(id, (sections, false));
        }
    }

    fn meddle(&mut self, random: &mut Random) {
        let live = self.texts("SELECT id FROM ai_jobs WHERE status IN ('QUEUED', 'RUNNING')");
        let Some(id) = live.get(random.below(live.len().max(1) as u64) as usize) else { return };
        match random.below(8) {
            0 => {
                let answer = self.queue.cancel("ada", id).expect("asked");
                assert_ne!(answer, Cancelled::NotThere);
                self.jobs.get_mut(id).expect("known").1 |= answer != Cancelled::Over;
            }
            1 => drop(self.queue.move_before("ada", id, live.first().map(String::as_str)).expect("asked")),
            2 => drop(self.queue.recover().expect("recovered")),
            _ => {}
        }
        self.insist();
    }

    /// Retries what was given up.
    fn insist(&mut self) {
        for id in self.texts("SELECT id FROM ai_jobs WHERE status = 'FAILED' AND error ->> '$.code' = 'GAVE_UP'") {
            assert_eq!(self.queue.retry("ada", &id).expect("asked"), Retried::Queued);
            self.gave_up += 1;
        }
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let read = |c: &rusqlite::Connection| c.prepare(sql)?.query_map([], |row| row.get(0))?.collect();
        self.store.read::<_, rusqlite::Error>(read).expect("texts")
    }

    /// How often each of these words was found.
    fn tally(&self, sql: &str) -> BTreeMap<String, u64> {
        let mut tally = BTreeMap::new();
        self.texts(sql).into_iter().for_each(|text| *tally.entry(text).or_default() += 1);
        tally
    }
}

#[test]
fn no_job_is_lost_published_twice_or_stuck_when_processes_are_killed() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let kills = number("LECTERN_SOAK_COUNT").unwrap_or(60);
    let mut random = Random(number("LECTERN_SEED").unwrap_or(7) | 1);
    let mut window = Window::new();
    let mut runners: Vec<Runner> = Vec::new();
    let mut interrupted = 0;
    for round in 0..kills {
        window.keep_busy(&mut random);
        while runners.len() < RUNNERS {
            runners.push(window.spawn(&mut random, false));
        }
        // Not a sleep that something depends on: any moment will do.
        let until = Instant::now() + Duration::from_micros(random.below(25_000));
        window.meddle(&mut random);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        let killed = runners.remove(random.below(RUNNERS as u64) as usize);
        assert!(killed.kill(), "round {round}: it was killed, it did not end");
        // The other one may take it up at once: then it is not seen here.
        interrupted += window.count("SELECT count(*) FROM ai_jobs WHERE status = 'RUNNING'").saturating_sub(1).max(0);
    }
    assert!(runners.into_iter().all(Runner::kill), "none ended before");
    // Once for what waits; once more for what is only now found to have had all its attempts.
    for _ in 0..2 {
        window.insist();
        assert!(window.spawn(&mut random, true).finish(), "it brings everything to its end");
    }
    assert_eq!(window.live(), 0, "no job is stuck");
    check(&window);
    let resumed = window.count("SELECT count(*) FROM ai_jobs WHERE result ->> '$.attempts' > 1");
    assert!(kills < 60 || (interrupted > 0 && resumed > 0), "some kill came in the middle of a job");
    println!(
        "{kills} kills, {interrupted} seen in the middle of a job; {} jobs: {} published, {} of them by more than one run, {} cancelled; {} given up and retried; \
         0 lost, 0 published twice, 0 stuck",
        window.jobs.len(),
        window.count("SELECT count(*) FROM notifications"),
        resumed,
        window.count("SELECT count(*) FROM ai_jobs WHERE error ->> '$.code' = 'CANCELLED'"),
        window.gave_up,
    );
}

fn check(window: &Window) {
    window.store.check().expect("the database passes its check");
    let listed = window.queue.list("ada", None).expect("listed");
    assert_eq!(listed.len(), window.jobs.len(), "no job is lost");
    let told = window.tally("SELECT payload ->> '$.job_id' FROM notifications");
    let cited = window.tally("SELECT job_id FROM ai_citations");
    for job in listed {
        let (sections, cancelled) = window.jobs[&job.id];
        let (told, cited) = (told.get(&job.id).copied().unwrap_or(0), cited.get(&job.id).copied().unwrap_or(0));
        if cancelled {
            assert_eq!(
                (job.status, job.error),
                (Status::Failed, Some(JobFailure::cancelled())),
                "who was told it is cancelled can rely on it"
            );
            assert_eq!((told, cited, job.has_result), (0, 0, false));
            continue;
        }
        assert_eq!((job.status, job.has_draft), (Status::Success, false), "{job:?}");
        assert_eq!((told, cited), (1, sections), "published once, and whole");
        let full = window.queue.job_full("ada", &job.id).expect("readable").expect("there");
        let page: Value = serde_json::from_str(&full.result.expect("a result")).expect("JSON");
        let expected: Vec<Value> = (0..sections).map(|section| json!(format!("{} {section}", job.id))).collect();
        assert_eq!(page["sections"], json!(expected), "every section once, in order, over all runs");
    }
}
