//! A job outlives its window: killed or closed, the next one goes on after the last finished section.

use std::collections::BTreeMap;
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::process::poll;
use lectern_e2e::{App, Stage};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::*;

/// When each slot was asked, by its name; a slot that is asked again has another time.
fn asked(stage: &Stage, id: &str) -> BTreeMap<String, String> {
    let database = Connection::open(stage.data_dir().join("lectern.db")).expect("the database opens");
    database.busy_timeout(Duration::from_secs(5)).expect("a timeout can be set");
    let mut all = database
        .prepare("SELECT slot, created_at FROM ai_prompts WHERE job_id = ?1 AND data ->> '$.answer' IS NOT NULL")
        .expect("the table is there");
    let rows = all.query_map([id], |row| Ok((row.get(0)?, row.get(1)?))).expect("it can be asked");
    rows.collect::<Result<_, _>>().expect("two texts")
}

fn count(stage: &Stage, sql: &str, id: &str) -> i64 {
    let database = Connection::open(stage.data_dir().join("lectern.db")).expect("the database opens");
    database.busy_timeout(Duration::from_secs(5)).expect("a timeout can be set");
    database.query_row(sql, [id], |row| row.get(0)).expect("a number")
}

/// The prose of each slot of a page that is written, by the slot's name.
fn prose(page: &Value) -> BTreeMap<String, Value> {
    fn collect(value: &Value, found: &mut BTreeMap<String, Value>) {
        match value {
            Value::Array(all) => all.iter().for_each(|each| collect(each, found)),
            Value::Object(all) => {
                if let (Some(slot), Some(state)) = (value["slot"].as_str(), value["state"].as_str())
                    && state != "WAITING"
                {
                    found.insert(slot.to_owned(), value["sentences"].clone());
                }
                all.values().for_each(|each| collect(each, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    collect(&page["sections"], &mut found);
    found
}

/// Asks for a page of several slots and waits until some of them, not all, are written.
fn half_written(app: &App) -> String {
    app.press("Ctrl+5");
    let id = ask(app, "DOCS", &json!({ "kind": "PROJECT" }), false);
    let progress = || command(app, "ai_job", &json!({ "jobId": id }))["job"]["progress"].clone();
    let some = poll(PATIENCE, || progress()["done"].as_u64() >= Some(2));
    let now = progress();
    assert!(some && now["done"].as_u64() < now["total"].as_u64(), "{now}");
    id
}

/// Opens the window again and follows the job to its end. Nothing that was finished is asked or told twice.
fn goes_on(stage: &Stage, id: &str, before: &BTreeMap<String, String>) {
    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.wait("the list of jobs", || app.shows(".topbar"));
    let job = wait_status(&app, id, "SUCCESS");
    app.command("Show jobs");
    app.wait_text("#jobs article", "written by AI (SmolLM2 135M) on this computer");
    app.settled_shot("gone-on");
    let after = asked(stage, id);
    assert!(after.len() > before.len(), "{before:?} {after:?}");
    for (slot, when) in before {
        assert_eq!(after.get(slot), Some(when), "the finished part {slot} was asked for again");
    }
    let page = command(&app, "ai_job", &json!({ "jobId": id }))["page"].clone();
    let parts = prose(&page);
    assert!(parts.len() as u64 >= job["progress"]["total"].as_u64().unwrap_or(u64::MAX), "{} parts of {job}", parts.len());
    assert!(!page["sections"].to_string().contains("WAITING"), "a part was never written");
    let told = "SELECT count(*) FROM notifications WHERE type = 'JOB_FINISHED' AND payload ->> '$.job_id' = ?1";
    assert_eq!(count(stage, told, id), 1, "it is published once");
    assert_eq!(jobs(&app).len(), 1, "it is one job");
    let cited = count(stage, "SELECT count(*) FROM ai_citations WHERE job_id = ?1", id);
    assert_eq!(usize::try_from(cited).ok(), page["citations"].as_array().map(Vec::len), "each citation is kept once");
}

#[test]
fn a_job_whose_window_was_killed_goes_on_after_its_last_finished_section() {
    let stage = Stage::new("jobs-killed");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    let id = half_written(&app);
    app.kill();
    // What the draft has is what counts: a prompt whose answer came with the kill may be in neither.
    let draft = draft(&stage, &id);
    let finished: BTreeMap<String, String> = asked(&stage, &id).into_iter().filter(|(slot, _)| draft.contains_key(slot)).collect();
    assert!(finished.len() >= 2, "{finished:?}");
    goes_on(&stage, &id, &finished);
}

#[test]
fn a_job_whose_window_was_closed_goes_on_when_it_is_opened_again() {
    let stage = Stage::new("jobs-closed");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    let id = half_written(&app);
    app.close(stage.desktop());
    let status = "SELECT count(*) FROM ai_jobs WHERE id = ?1 AND status = 'QUEUED'";
    assert_eq!(count(&stage, status, &id), 1, "a job that is left behind waits");
    let draft = draft(&stage, &id);
    let finished: BTreeMap<String, String> = asked(&stage, &id).into_iter().filter(|(slot, _)| draft.contains_key(slot)).collect();
    assert!(finished.len() >= 2, "{finished:?}");
    goes_on(&stage, &id, &finished);
}

/// The written parts of the stored draft.
fn draft(stage: &Stage, id: &str) -> BTreeMap<String, Value> {
    let database = Connection::open(stage.data_dir().join("lectern.db")).expect("the database opens");
    let json: String = database.query_row("SELECT data FROM ai_drafts WHERE job_id = ?1", [id], |row| row.get(0)).expect("a draft is kept");
    prose(&serde_json::from_str(&json).expect("JSON"))
}
