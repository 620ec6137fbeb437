//! A data folder with users and projects, and processes that share it.
#![allow(dead_code)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use lectern_jobs::{Claim, Claimed, Claiming, Job, JobFailure, NewJob, Priority, Queue, QueueError, Submitted, Table};
use lectern_store::{
    Boot, ManualClock, Store, StoreOptions, SystemClock, Timestamp,
    rusqlite::{Transaction, params},
};
use serde_json::json;
use tempfile::TempDir;

pub const PROJECTS: [&str; 3] = ["ferry", "harbour", "island"];

/// Two users; `ada` has the projects ferry, harbour and island, `bob` has bobs.
pub struct World {
    pub dir: TempDir,
    pub clock: ManualClock,
    pub store: Arc<Store>,
    pub table: Table,
}

/// A process: alive until it is dropped.
pub struct Process {
    pub queue: Queue,
    pub boot: Boot,
}

pub fn open(folder: &Path) -> Store {
    let store = Store::open(&folder.join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database");
    store
        .write::<_, lectern_store::rusqlite::Error>(|tx| {
            for user in ["ada", "bob"] {
                tx.execute("INSERT OR IGNORE INTO users (id, email, password_hash, created_at, updated_at) VALUES (?1, ?1 || '@b', 'h', 't', 't')", [user])?;
            }
            for (project, owner) in [("ferry", "ada"), ("harbour", "ada"), ("island", "ada"), ("bobs", "bob")] {
                tx.execute(
                    "INSERT OR IGNORE INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES (?1, ?2, ?1, ?3, 't', 't')",
                    params![project, owner, project.as_bytes()],
                )?;
            }
            Ok(())
        })
        .expect("users and projects");
    store
}

impl World {
    pub fn new() -> Self {
        Self::of(Table::Ai)
    }

    pub fn of(table: Table) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(dir.path().join("run")).expect("a folder for locks");
        let clock = ManualClock::new(Timestamp::from_millis(1_800_000_000_000).expect("in range"));
        let store = Arc::new(open(dir.path()));
        Self { dir, clock, store, table }
    }

    pub fn run_dir(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    /// A process with this very connection.
    pub fn start(&self) -> Process {
        self.process(Arc::clone(&self.store))
    }

    /// A process with a connection of its own.
    pub fn start_apart(&self) -> Process {
        self.process(Arc::new(open(self.dir.path())))
    }

    fn process(&self, store: Arc<Store>) -> Process {
        let boot = Boot::start(&self.run_dir()).expect("a boot");
        let queue = Queue::new(self.table, store, Arc::new(self.clock.clone()), boot.id().clone(), self.run_dir());
        Process { queue, boot }
    }

    pub fn execute(&self, sql: &str) {
        self.store.write::<_, lectern_store::rusqlite::Error>(|tx| tx.execute(sql, [])).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub fn clock_now(&self) -> Timestamp {
        lectern_store::Clock::now(&self.clock)
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.store.read::<_, lectern_store::rusqlite::Error>(|c| c.query_row(sql, [], |row| row.get(0))).expect("a count")
    }
}

impl Process {
    /// Ada asks for a page of that name about a project.
    pub fn ask(&self, project: &str, name: &str) -> String {
        self.submit(project, name, None, Priority::Interactive, false).id
    }

    pub fn submit(&self, project: &str, name: &str, input: Option<&str>, priority: Priority, fresh: bool) -> Submitted {
        let params = json!({ "format": 1, "name": name });
        let job_type = (self.queue.table() == Table::Ai).then_some("DOCS");
        let job = NewJob { project_id: project, user_id: "ada", job_type, params: &params, input_hash: input, priority, fresh };
        self.queue.submit(&job).expect("asked")
    }

    pub fn claim(&self) -> Claim {
        self.queue.claim(&Claiming { users: &["ada"], ..Claiming::default() }).expect("claimed")
    }

    /// The next job, which there is.
    pub fn next(&self) -> Claimed {
        self.claim().claimed.expect("a job waits")
    }

    /// Claims and ends job after job; their names.
    pub fn run_all(&self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(claimed) = self.claim().claimed {
            names.push(name(&claimed.job));
            self.queue.succeed(&claimed.fence, &json!({ "format": 1 }), &json!({ "format": 1 }), |_| Ok(())).expect("done");
        }
        names
    }

    pub fn job(&self, id: &str) -> Job {
        self.queue.job("ada", id).expect("readable").expect("there")
    }

    pub fn succeed(&self, claimed: &Claimed) -> Result<(), QueueError> {
        let result = json!({ "format": 1, "of": claimed.job.id });
        self.queue.succeed(&claimed.fence, &result, &json!({ "format": 1, "done": 1 }), |tx| published(tx, &claimed.job.id))
    }

    pub fn fail(&self, claimed: &Claimed, code: &str) -> Result<JobFailure, QueueError> {
        self.queue.fail(&claimed.fence, &failure(code), |_, _| Ok(()))
    }
}

pub fn failure(code: &str) -> JobFailure {
    JobFailure { code: code.to_owned(), message: format!("{code} happened"), hint: None }
}

/// The name a job was asked for by.
pub fn name(job: &Job) -> String {
    job.params["name"].as_str().expect("a name").to_owned()
}

/// Counts how often a result was told of.
pub fn published(tx: &Transaction<'_>, id: &str) -> Result<(), QueueError> {
    let values = params![lectern_store::new_id(&SystemClock), id];
    tx.execute(
        "INSERT INTO notifications (id, user_id, type, payload, created_at) VALUES (?1, 'ada', 'JOB_FINISHED', json_object('job_id', ?2), 't')",
        values,
    )?;
    Ok(())
}
