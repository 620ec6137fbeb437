//! What the database says of jobs, read as any other program would.

use std::{collections::BTreeMap, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

const JOBS: &str = "SELECT id, status, coalesce(error, 'null'), coalesce(result, 'null') FROM ai_jobs ORDER BY rowid";
const LIVE: &str = "SELECT id FROM ai_jobs WHERE status IN ('QUEUED', 'RUNNING')";
const DRAFTS: &str = "SELECT job_id, data FROM ai_drafts";
const PROMPTS: &str = "SELECT slot, created_at FROM ai_prompts WHERE job_id = ?1";
const TOLD: &str = "SELECT count(*) FROM notifications WHERE type = 'JOB_FINISHED' AND payload ->> '$.job_id' = ?1";
const CITED: &str = "SELECT count(*) FROM ai_citations WHERE job_id = ?1";
const TWICE: &str =
    "SELECT count(*) FROM (SELECT 1 FROM ai_jobs WHERE status = 'SUCCESS' GROUP BY project_id, input_hash HAVING count(*) > 1)";

/// A job's row.
pub struct Row {
    pub id: String,
    pub status: String,
    pub error: Value,
    pub result: Value,
}

/// What a job had finished at some moment, and when each of its prompts was answered.
pub struct Finished {
    job: String,
    /// Slots that were done, with their sentences.
    slots: BTreeMap<String, String>,
    /// Prompts that were answered, with the time of their answer: also those of slots that were not done yet.
    answers: BTreeMap<String, String>,
    waiting: usize,
    pub answered: usize,
}

impl Finished {
    /// How many slots were done.
    pub fn sections(&self) -> usize {
        self.slots.len()
    }

    /// It was in the middle of a page.
    pub fn is_half(&self) -> bool {
        !self.slots.is_empty() && self.waiting > 0
    }
}

pub struct Ledger(Connection);

impl Ledger {
    pub fn open(database: &Path) -> Self {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
        connection.busy_timeout(Duration::from_secs(20)).expect("a timeout");
        Self(connection)
    }

    pub fn jobs(&self) -> Vec<Row> {
        let json = |text: String| serde_json::from_str(&text).expect("JSON");
        let mut statement = self.0.prepare(JOBS).expect("a statement");
        let rows = statement
            .query_map([], |row| Ok(Row { id: row.get(0)?, status: row.get(1)?, error: json(row.get(2)?), result: json(row.get(3)?) }));
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// Those that neither succeeded nor failed.
    pub fn live(&self) -> Vec<String> {
        let mut statement = self.0.prepare(LIVE).expect("a statement");
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// What every unfinished job has finished, as one moment saw it.
    pub fn finished(&self) -> Vec<Finished> {
        let transaction = self.0.unchecked_transaction().expect("a transaction");
        let mut statement = transaction.prepare(DRAFTS).expect("a statement");
        let drafts = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).expect("rows");
        let drafts = drafts.map(|row| row.expect("a row"));
        drafts
            .map(|(job, draft)| {
                let (mut slots, mut waiting) = (BTreeMap::new(), 0);
                each_slot(&serde_json::from_str(&draft).expect("JSON"), &mut |slot| {
                    if slot["state"] == "WAITING" {
                        waiting += 1;
                    } else {
                        slots.insert(slot["slot"].as_str().unwrap_or_default().to_owned(), words(slot));
                    }
                });
                let answers = self.answers(&job);
                let answered = answers.len();
                Finished { job, slots, answers, waiting, answered }
            })
            .collect()
    }

    fn answers(&self, job: &str) -> BTreeMap<String, String> {
        let mut statement = self.0.prepare(PROMPTS).expect("a statement");
        statement.query_map([job], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// What was finished then is on the page now, word for word, and was not asked again.
    pub fn check_kept(&self, finished: &Finished) {
        let Some(job) = self.jobs().into_iter().find(|job| job.id == finished.job) else { panic!("job {} is lost", finished.job) };
        assert_eq!(job.status, "SUCCESS", "{}", job.error);
        let mut now = BTreeMap::new();
        each_slot(&job.result, &mut |slot| drop(now.insert(slot["slot"].as_str().unwrap_or_default().to_owned(), words(slot))));
        let answers = self.answers(&job.id);
        for (slot, then) in &finished.slots {
            assert_eq!(now.get(slot), Some(then), "{slot} of {} was finished, and is another now", job.id);
        }
        for (prompt, when) in &finished.answers {
            assert_eq!(answers.get(prompt), Some(when), "{prompt} of {} was answered, and asked again", job.id);
        }
    }

    /// Every job came to its end: done and published once and whole, or failed with a reason.
    pub fn check_all(&self) {
        let count = |sql: &str, id: &str| self.0.query_row(sql, [id], |row| row.get::<_, u32>(0)).expect("a count");
        for job in self.jobs() {
            let (told, cited) = (count(TOLD, &job.id), count(CITED, &job.id) as usize);
            match job.status.as_str() {
                "SUCCESS" => {
                    let citations = job.result["citations"].as_array().map_or(0, Vec::len);
                    assert_eq!((told, cited), (1, citations), "{} is published once, and whole", job.id);
                    assert_eq!(job.result["checks"]["citations_resolved"].as_u64(), Some(citations as u64), "{}", job.id);
                    each_slot(&job.result, &mut |slot| assert_ne!(slot["state"], "WAITING", "{}", job.id));
                }
                "FAILED" => {
                    assert_eq!((told, cited), (0, 0), "{} failed, and is published", job.id);
                    assert!(is_plain(&job.error), "{}: {}", job.id, job.error);
                }
                other => panic!("{} is stuck: {other}", job.id),
            }
        }
        let twice = self.0.query_row(TWICE, [], |row| row.get::<_, u32>(0)).expect("a count");
        assert_eq!(twice, 0, "the same was written twice");
        let verdict: String = self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a verdict");
        assert_eq!(verdict, "ok");
    }
}

/// A code, and a sentence that somebody can read.
pub fn is_plain(error: &Value) -> bool {
    let text = |key: &str| error[key].as_str().unwrap_or_default();
    !text("code").is_empty() && text("message").contains(' ') && text("code") != "INTERNAL"
}

/// The sentences of a slot as they are read.
fn words(slot: &Value) -> String {
    let sentences = slot["sentences"].as_array().into_iter().flatten();
    let parts = sentences.flat_map(|sentence| sentence["parts"].as_array().into_iter().flatten());
    parts.map(|part| part["text"].as_str().unwrap_or_default()).collect()
}

/// Every slot of a page: whatever has a state and sentences.
fn each_slot(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(fields) if fields.contains_key("slot") && fields.contains_key("sentences") => visit(value),
        Value::Object(fields) => fields.values().for_each(|each| each_slot(each, visit)),
        Value::Array(all) => all.iter().for_each(|each| each_slot(each, visit)),
        _ => {}
    }
}
