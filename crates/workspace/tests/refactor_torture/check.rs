//! What must be so whenever nobody writes: of the folder, of the rows, and of what somebody else saved.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};

use crate::stage::{Stage, State};

/// A job that was on its way from one state of the project to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub job: String,
    /// Where the job stands before and after.
    pub status: [String; 2],
    /// What the project is like before and after.
    pub state: [State; 2],
}

impl Step {
    /// As the process that is killed prints it.
    pub fn line(&self) -> String {
        let ([from, to], [before, after]) = (&self.status, &self.state);
        format!("step\t{}\t{from}\t{to}\t{before}\t{after}", self.job)
    }

    pub fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.strip_prefix("step\t")?.split('\t').collect();
        let [job, from, to, before, after] = <[&str; 5]>::try_from(words).ok()?;
        let state = [State::parse(before), State::parse(after)];
        Some(Self { job: job.to_owned(), status: [from.to_owned(), to.to_owned()], state })
    }
}

/// What somebody else saved last, by path.
pub type Foreign = BTreeMap<String, Vec<u8>>;

/// What was found.
pub struct Verdict {
    /// The state of the project.
    pub state: State,
    /// Whether the job was left for its user to look at: only where somebody else's bytes are in the way.
    pub attention: bool,
}

/// Everything that must be so; the project is in one of the two states of `step`, and what somebody else saved is where it was saved.
pub fn check(stage: &Stage, step: &Step, foreign: &Foreign, told: &str) -> Verdict {
    let mut tree = stage.tree();
    let leftover: Vec<String> = stage.leftover().collect();
    assert!(leftover.is_empty(), "{told}: of the journal nothing is left over: {leftover:?}");
    for (path, bytes) in foreign {
        let found = tree.remove(path).map(|(bytes, _)| bytes);
        assert_eq!(found.as_ref(), Some(bytes), "{told}: what somebody else saved in {path} is there");
    }
    let found = step.state.iter().position(|state| {
        let mut wanted = state.tree();
        wanted.retain(|path, _| !foreign.contains_key(path));
        wanted == tree
    });
    let Some(found) = found else {
        let mut wanted = step.state[0].tree();
        wanted.retain(|path, _| !foreign.contains_key(path));
        let differs: Vec<_> = tree.iter().filter(|(path, node)| wanted.get(*path) != Some(node)).map(|(path, _)| path).collect();
        panic!("{told}: neither all old nor all new after {step:?}; other than before are {differs:?} of {}", tree.len());
    };
    let row = status(stage, &step.job);
    let attention = row.as_ref().is_some_and(|(status, error)| status == "FAILED" && error.contains("NEEDS_ATTENTION"));
    if let Some((status, error)) = &row
        && (!attention || foreign.is_empty())
    {
        assert_eq!(*status, step.status[found], "{told}: the row says what the folder is, {error}");
    }
    let stuck = count(stage, "SELECT count(*) FROM refactor_jobs WHERE status IN ('APPLYING', 'RUNNING')");
    let journals = count(stage, "SELECT count(*) FROM journals WHERE status = 'PREPARED'");
    assert_eq!((stuck, journals), (0, 0), "{told}: no job and no journal is stuck");
    Verdict { state: step.state[found].clone(), attention }
}

fn database(stage: &Stage) -> Connection {
    let path = stage.dir.join("data/lectern.db");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
}

fn count(stage: &Stage, sql: &str) -> u32 {
    database(stage).query_row(sql, [], |row| row.get(0)).expect("a count")
}

/// Where a job stands, and its error; `None` of one that there is not.
pub fn status(stage: &Stage, job: &str) -> Option<(String, String)> {
    let sql = "SELECT status, coalesce(error, '') FROM refactor_jobs WHERE id = ?1";
    database(stage).query_row(sql, [job], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

/// Nothing of the database is damaged.
pub fn whole(stage: &Stage) {
    let verdict: String = database(stage).query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a verdict");
    assert_eq!(verdict, "ok");
}
