//! Runs jobs with a scripted engine until it is killed: for the test that kills it.
//!
//! Arguments: the folder with the data; a number that decides what it does beside that; `drain` to end by itself when no job is left. Prints a
//! line when it begins.

use std::{
    io::Write,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_jobs::{Claimed, Claiming, JobFailure, Queue, QueueError, Table};
use lectern_store::{Boot, Store, StoreOptions, SystemClock, new_id, rusqlite::Transaction};
use serde_json::{Value, json};

/// xorshift, so that the same number does the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(seed)) = (arguments.next(), arguments.next()) else { return Err("a folder and a number are needed".into()) };
    let drain = arguments.next().is_some();
    let (data, mut random) = (Path::new(&data), Random(seed.parse::<u64>()? | 1));
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let boot = Boot::start(&data.join("run"))?;
    let queue = Queue::new(Table::Ai, store, Arc::new(SystemClock), boot.id().clone(), data.join("run"));
    println!("working");
    std::io::stdout().flush()?;
    loop {
        match queue.claim(&Claiming { users: &["ada"], ..Claiming::default() })?.claimed {
            Some(claimed) => work(&queue, &claimed, &mut random)?,
            None if drain => return Ok(()),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Writes section after section, as an engine would, and publishes the page.
fn work(queue: &Queue, claimed: &Claimed, random: &mut Random) -> Result<(), QueueError> {
    let id = &claimed.job.id;
    let total = claimed.job.params["sections"].as_u64().unwrap_or(0);
    let mut page: Value = match &claimed.draft {
        Some(draft) => serde_json::from_str(draft)?,
        None => json!({ "format": 1, "sections": [], "attempts": 0 }),
    };
    page["attempts"] = json!(page["attempts"].as_u64().unwrap_or(0) + 1);
    let first = page["sections"].as_array().map_or(0, Vec::len);
    for section in first..usize::try_from(total).unwrap_or(0) {
        spin(Duration::from_micros(random.below(1500)));
        if queue.cancel_requested(&claimed.fence)? {
            queue.fail(&claimed.fence, &JobFailure::cancelled(), |_, _| Ok(()))?;
            return Ok(());
        }
        if random.below(40) == 0 {
            queue.release(&claimed.fence)?;
            return Ok(());
        }
        page["sections"].as_array_mut().into_iter().for_each(|sections| sections.push(json!(format!("{id} {section}"))));
        queue.draft(&claimed.fence, &page)?;
        queue.progress(&claimed.fence, &json!({ "format": 1, "done": section + 1, "total": total }))?;
    }
    match queue.succeed(&claimed.fence, &page, &json!({ "format": 1, "citations": total }), |tx| publish(tx, id, total)) {
        Err(QueueError::CancelRequested) => queue.fail(&claimed.fence, &JobFailure::cancelled(), |_, _| Ok(())).map(drop),
        other => other,
    }
}

/// What belongs to a result: in many statements, so that a kill may come between.
fn publish(tx: &Transaction<'_>, id: &str, total: u64) -> Result<(), QueueError> {
    for number in 1..=total {
        tx.execute(
            "INSERT INTO ai_citations (job_id, number, file_path, line_start, line_end, object_hash) VALUES (?1, ?2, 'a.rs', 1, 2, ?3)",
            (id, number as i64, "0".repeat(64)),
        )?;
    }
    tx.execute(
        "INSERT INTO notifications (id, user_id, type, payload, created_at) VALUES (?1, 'ada', 'JOB_FINISHED', json_object('job_id', ?2), 't')",
        [&new_id(&SystemClock), id],
    )?;
    Ok(())
}

fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}
