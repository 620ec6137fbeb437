//! What the queue promises those who run jobs, those who cancel them, and those who start after a crash.

mod common;

use std::sync::{Arc, Mutex};

use common::{World, failure};
use lectern_jobs::{Cancelled, Claiming, JobFailure, NewJob, Outcome, Priority, Queue, QueueError, Recovered, Retried, Status, Table};
use lectern_store::rusqlite;
use serde_json::json;

const BOTH: [Table; 2] = [Table::Ai, Table::Refactor];

#[test]
fn a_run_that_lost_its_job_changes_nothing() {
    for table in BOTH {
        let world = World::of(table);
        let gone = world.start();
        let id = gone.ask("ferry", "page");
        let stale = gone.next();
        drop(gone.boot);
        let (boot, process) = (stale.job.boot_id.clone(), world.start());
        let claimed = process.next();
        assert_eq!((claimed.job.id.as_str(), claimed.job.attempt), (id.as_str(), 2), "an orphan is run again");
        assert_ne!(claimed.job.boot_id, boot);
        process.queue.progress(&claimed.fence, &json!({ "format": 1, "done": 1 })).expect("told");
        let before = process.job(&id);
        let queue = &gone.queue;
        assert!(matches!(queue.progress(&stale.fence, &json!({ "done": 9 })), Err(QueueError::Lost)));
        assert!(matches!(queue.draft(&stale.fence, &json!({})), Err(QueueError::Lost | QueueError::NoDrafts)));
        assert!(matches!(queue.cancel_requested(&stale.fence), Err(QueueError::Lost)));
        assert!(matches!(queue.succeed(&stale.fence, &json!({}), &json!({}), |_| panic!("never")), Err(QueueError::Lost)));
        assert!(matches!(queue.fail(&stale.fence, &failure("X"), |_, _| panic!("never")), Err(QueueError::Lost)));
        assert!(matches!(queue.release(&stale.fence), Err(QueueError::Lost)));
        assert!(matches!(queue.while_held::<()>(&stale.fence, |_| panic!("never")), Err(QueueError::Lost)));
        assert_eq!(process.job(&id), before);
        process.succeed(&claimed).expect("done");
        assert_eq!(world.count("SELECT count(*) FROM notifications"), 1);
    }
}

#[test]
fn an_earlier_run_by_the_same_process_is_another_run() {
    let world = World::new();
    let process = world.start();
    process.ask("ferry", "page");
    let first = process.next();
    process.queue.release(&first.fence).expect("let go");
    let second = process.next();
    assert_eq!((second.job.attempt, first.job.attempt), (1, 1), "the attempt doesn't tell them apart");
    assert!(matches!(process.succeed(&first), Err(QueueError::Lost)));
    process.fail(&second, "X").expect("failed");
    process.queue.retry("ada", &second.job.id).expect("retried");
    let third = process.next();
    assert!(matches!(process.succeed(&second), Err(QueueError::Lost)));
    process.succeed(&third).expect("done");
    assert!(matches!(process.succeed(&third), Err(QueueError::Lost)), "a job is done once");
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 1);
}

#[test]
fn a_result_counts_with_what_belongs_to_it_or_not_at_all() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    process.queue.draft(&claimed.fence, &json!({ "format": 1, "sections": 2 })).expect("stored");
    let refused = process.queue.succeed(&claimed.fence, &json!({}), &json!({}), |tx| {
        common::published(tx, &id)?;
        Err(rusqlite::Error::QueryReturnedNoRows.into())
    });
    assert!(matches!(refused, Err(QueueError::Database(_))));
    let job = process.job(&id);
    assert_eq!((job.status, job.has_result, job.has_draft), (Status::Running, false, true), "as it was");
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 0);
    process.succeed(&claimed).expect("and it can still be done");
    let job = process.job(&id);
    assert_eq!((job.status, job.has_result, job.has_draft, job.progress["done"].as_i64()), (Status::Success, true, false, Some(1)));
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 1);
    let refused = process.queue.fail(&claimed.fence, &failure("X"), |_, _| Ok(()));
    assert!(matches!(refused, Err(QueueError::Lost)), "what is done does not fail");
}

#[test]
fn a_failure_counts_with_what_belongs_to_it_or_not_at_all() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    let refused = process.queue.fail(&claimed.fence, &failure("X"), |_, _| Err(QueueError::NoDrafts));
    assert!(refused.is_err());
    assert_eq!(process.job(&id).status, Status::Running);
    assert_eq!(process.fail(&claimed, "BAD_MODEL").expect("failed"), failure("BAD_MODEL"));
    let job = process.job(&id);
    assert_eq!((job.status, job.error), (Status::Failed, Some(failure("BAD_MODEL"))));
    assert!(job.finished_at.is_some() && job.boot_id.is_none());
}

#[test]
fn what_else_a_run_stores_counts_only_while_the_job_is_its_own() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    let insert = |tx: &rusqlite::Transaction<'_>| -> Result<(), QueueError> {
        tx.execute("INSERT INTO ai_prompts (job_id, slot, data, created_at) VALUES (?1, 'overview', '{}', 't')", [&id])?;
        Ok(())
    };
    process.queue.while_held(&claimed.fence, insert).expect("stored");
    process.succeed(&claimed).expect("done");
    assert!(matches!(process.queue.while_held(&claimed.fence, |_| Ok(())), Err(QueueError::Lost)));
    assert_eq!(world.count("SELECT count(*) FROM ai_prompts"), 1);
}

#[test]
fn a_waiting_job_is_cancelled_at_once() {
    for table in BOTH {
        let world = World::of(table);
        let process = world.start();
        let id = process.ask("ferry", "page");
        assert_eq!(process.queue.cancel("ada", &id).expect("asked"), Cancelled::Now);
        let job = process.job(&id);
        assert_eq!((job.status, job.error), (Status::Failed, Some(JobFailure::cancelled())));
        assert!(process.claim().claimed.is_none());
        assert_eq!(process.queue.cancel("ada", &id).expect("asked"), Cancelled::Over);
        assert_eq!(process.queue.cancel("ada", "nothing").expect("asked"), Cancelled::NotThere);
    }
}

#[test]
fn a_running_job_is_cancelled_by_whoever_runs_it() {
    for table in BOTH {
        let world = World::of(table);
        let (window, headless) = (world.start_apart(), world.start_apart());
        let id = window.ask("ferry", "page");
        let claimed = headless.next();
        assert!(!headless.queue.cancel_requested(&claimed.fence).expect("asked"));
        assert_eq!(window.queue.cancel("ada", &id).expect("asked"), Cancelled::Asked { ours: false });
        let asked_at = window.job(&id).cancel_requested_at;
        world.clock.advance(5);
        assert_eq!(headless.queue.cancel("ada", &id).expect("asked"), Cancelled::Asked { ours: true });
        assert_eq!(window.job(&id).cancel_requested_at, asked_at, "since the first time");
        assert!(headless.queue.cancel_requested(&claimed.fence).expect("asked"));
        headless.queue.progress(&claimed.fence, &json!({ "format": 1 })).expect("it still runs");
        assert!(matches!(headless.succeed(&claimed), Err(QueueError::CancelRequested)), "who was told that it is cancelled gets no result");
        assert_eq!(window.job(&id).status, Status::Running);
        let told = Mutex::new(None);
        let stored = headless.queue.fail(&claimed.fence, &failure("MODEL_STOPPED"), |_, failure| {
            *told.lock().expect("alone") = Some(failure.clone());
            Ok(())
        });
        assert_eq!(stored.expect("ended"), JobFailure::cancelled(), "whatever broke while it stopped");
        assert_eq!(told.into_inner().expect("alone"), Some(JobFailure::cancelled()));
        assert_eq!(window.job(&id).error, Some(JobFailure::cancelled()));
        assert_eq!(world.count("SELECT count(*) FROM notifications"), 0);
    }
}

#[test]
fn a_job_that_nobody_runs_is_cancelled_at_once() {
    let world = World::new();
    let gone = world.start();
    let id = gone.ask("ferry", "page");
    let stale = gone.next();
    drop(gone.boot);
    let process = world.start();
    assert_eq!(process.queue.cancel("ada", &id).expect("asked"), Cancelled::Now);
    assert_eq!(process.job(&id).error, Some(JobFailure::cancelled()));
    drop(stale);
    process.ask("ferry", "other");
    let dropped = process.next();
    drop(dropped.fence);
    assert_eq!(process.queue.cancel("ada", &dropped.job.id).expect("asked"), Cancelled::Now, "nobody holds it though the process lives");
}

#[test]
fn a_cancelled_job_whose_process_dies_ends_as_cancelled() {
    let world = World::new();
    let (process, runner) = (world.start(), world.start());
    let id = process.ask("ferry", "page");
    let _claimed = runner.next();
    assert_eq!(process.queue.cancel("ada", &id).expect("asked"), Cancelled::Asked { ours: false });
    drop(runner.boot);
    let recovered = process.queue.recover().expect("looked");
    assert_eq!(recovered, [Recovered { id: id.clone(), user_id: "ada".to_owned(), status: Status::Failed }]);
    assert_eq!(process.job(&id).error, Some(JobFailure::cancelled()));
}

#[test]
fn cancel_and_success_never_both_happen() {
    let world = World::new();
    let (window, headless) = (world.start_apart(), world.start_apart());
    let mut outcomes = [0, 0];
    for round in 0..60 {
        let id = window.ask("ferry", "page");
        let claimed = headless.next();
        let (cancelled, succeeded) = std::thread::scope(|scope| {
            let cancel = scope.spawn(|| window.queue.cancel("ada", &id).expect("asked"));
            let succeed = scope.spawn(|| headless.succeed(&claimed));
            (cancel.join().expect("no panic"), succeed.join().expect("no panic"))
        });
        match (cancelled, succeeded) {
            (Cancelled::Over, Ok(())) => {
                outcomes[0] += 1;
                assert_eq!(window.job(&id).status, Status::Success, "round {round}");
            }
            (Cancelled::Asked { ours: false }, Err(QueueError::CancelRequested)) => {
                outcomes[1] += 1;
                headless.fail(&claimed, "CANCELLED").expect("ended");
                assert_eq!(window.job(&id).error, Some(JobFailure::cancelled()), "round {round}");
            }
            other => panic!("round {round}: {other:?}"),
        }
    }
    assert_eq!(world.count("SELECT count(*) FROM notifications"), outcomes[0]);
}

#[test]
fn everything_of_a_user_is_cancelled_in_one_go() {
    let world = World::new();
    let process = world.start();
    let ids = ["runs", "waits", "waits too", "is done"].map(|name| process.ask("ferry", name));
    process.queue.move_before("ada", &ids[3], Some(&ids[0])).expect("moved");
    process.succeed(&process.next()).expect("done");
    let claimed = process.next();
    let cancelled = process.queue.cancel_all("ada").expect("asked");
    let expected = [(ids[0].clone(), Cancelled::Asked { ours: true }), (ids[1].clone(), Cancelled::Now), (ids[2].clone(), Cancelled::Now)];
    assert_eq!(cancelled, expected);
    assert_eq!(process.job(&ids[3]).status, Status::Success);
    process.fail(&claimed, "CANCELLED").expect("ended");
    assert!(process.queue.cancel_all("ada").expect("asked").is_empty());
}

#[test]
fn a_retried_job_goes_on_where_it_was() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    let draft = json!({ "format": 1, "sections": ["one", "two"] });
    process.queue.draft(&claimed.fence, &json!({ "format": 1, "sections": ["one"] })).expect("stored");
    process.queue.draft(&claimed.fence, &draft).expect("stored");
    process.fail(&claimed, "MODEL_STOPPED").expect("failed");
    assert!(process.job(&id).has_draft);
    assert_eq!(process.queue.job_full("ada", &id).expect("readable").expect("there").draft, Some(draft.to_string()));
    assert_eq!(process.queue.retry("ada", &id).expect("asked"), Retried::Queued);
    let waiting = process.job(&id);
    assert_eq!((waiting.status, waiting.attempt, &waiting.error, waiting.finished_at), (Status::Queued, 0, &None, None));
    let claimed = process.next();
    assert_eq!((claimed.job.attempt, claimed.draft), (1, Some(draft.to_string())));
    assert_eq!(process.queue.retry("ada", &id).expect("asked"), Retried::NotThere, "what runs is not retried");
}

#[test]
fn a_cancelled_job_that_is_retried_is_no_longer_cancelled() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    process.queue.cancel("ada", &id).expect("asked");
    process.fail(&claimed, "CANCELLED").expect("ended");
    process.queue.retry("ada", &id).expect("retried");
    assert_eq!(process.job(&id).cancel_requested_at, None);
    let claimed = process.next();
    assert!(!process.queue.cancel_requested(&claimed.fence).expect("asked"));
    process.succeed(&claimed).expect("done");
}

#[test]
fn what_is_about_to_be_cancelled_is_not_joined() {
    let world = World::new();
    let process = world.start();
    let ask = || process.submit("ferry", "page", Some("abc"), Priority::Interactive, false);
    let first = ask();
    let claimed = process.next();
    process.queue.cancel("ada", &first.id).expect("asked");
    let second = ask();
    assert_eq!(second.outcome, Outcome::Queued, "who asks anew gets a page");
    assert_eq!(ask().outcome, Outcome::Joined);
    process.fail(&claimed, "CANCELLED").expect("ended");
    assert_eq!(process.next().job.id, second.id);
}

#[test]
fn a_job_that_kills_its_process_three_times_is_given_up() {
    for table in BOTH {
        let world = World::of(table);
        let id = world.start().ask("ferry", "page");
        for attempt in 1..=3 {
            let process = world.start();
            let claim = process.claim();
            let claimed = claim.claimed.expect("it is tried again");
            assert_eq!((claimed.job.attempt, claim.recovered.len()), (attempt, usize::from(attempt > 1)));
        }
        let told = Arc::new(Mutex::new(Vec::new()));
        let process = world.start();
        let hook = Arc::clone(&told);
        let queue = process.queue.clone().on_ended(Arc::new(move |tx, job| {
            hook.lock().expect("alone").push((job.id.clone(), job.error.as_ref().map(|error| error.code.clone())));
            common::published(tx, &job.id).map_err(|_| rusqlite::Error::InvalidQuery)
        }));
        let claim = queue.claim(&Claiming { users: &["ada"], ..Claiming::default() }).expect("claimed");
        assert!(claim.claimed.is_none());
        assert_eq!(claim.recovered, [Recovered { id: id.clone(), user_id: "ada".to_owned(), status: Status::Failed }]);
        let error = process.job(&id).error.expect("why");
        assert_eq!((error.code.as_str(), error.message.as_str()), ("GAVE_UP", "Lectern stopped three times while this was running"));
        assert_eq!(*told.lock().expect("alone"), [(id.clone(), Some("GAVE_UP".to_owned()))]);
        assert_eq!(world.count("SELECT count(*) FROM notifications"), 1, "in the same transaction");
        process.queue.retry("ada", &id).expect("retried");
        assert_eq!(process.next().job.attempt, 1, "somebody may insist");
    }
}

#[test]
fn a_hook_that_fails_leaves_the_job_for_the_next_time() {
    let world = World::new();
    let id = world.start().ask("ferry", "page");
    for _ in 0..3 {
        world.start().next();
    }
    let process = world.start();
    let failing = process.queue.clone().on_ended(Arc::new(|_, _| Err(rusqlite::Error::InvalidQuery)));
    assert!(failing.recover().is_err());
    assert_eq!(process.job(&id).status, Status::Running);
    assert_eq!(process.queue.recover().expect("recovered").len(), 1);
}

#[test]
fn a_job_that_is_let_go_of_waits_as_if_it_had_not_been_claimed() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    for _ in 0..5 {
        let claimed = process.next();
        assert_eq!(claimed.job.attempt, 1);
        process.queue.draft(&claimed.fence, &json!({ "format": 1 })).expect("stored");
        assert_eq!(process.queue.release(&claimed.fence).expect("let go"), Status::Queued);
    }
    let job = process.job(&id);
    assert_eq!((job.status, job.attempt, job.has_draft, job.boot_id), (Status::Queued, 0, true, None));
    let claimed = process.next();
    process.queue.cancel("ada", &id).expect("asked");
    assert_eq!(process.queue.release(&claimed.fence).expect("let go"), Status::Failed, "what was to be cancelled does not wait again");
    assert_eq!(process.job(&id).error, Some(JobFailure::cancelled()));
}

#[test]
fn a_job_whose_thread_let_go_without_a_word_is_run_again() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    let clone = claimed.fence.clone();
    drop(claimed.fence);
    assert!(process.claim().claimed.is_none(), "somebody still holds it");
    let again = Queue::new(Table::Ai, Arc::clone(&world.store), Arc::new(world.clock.clone()), process.boot.id().clone(), world.run_dir());
    assert!(again.recover().expect("looked").is_empty(), "which all of the process knows");
    drop(clone);
    let claimed = process.next();
    assert_eq!((claimed.job.id, claimed.job.attempt), (id, 2));
}

#[test]
fn a_living_process_keeps_its_job_however_long_it_takes() {
    let world = World::new();
    let (slow, other) = (world.start(), world.start_apart());
    slow.ask("ferry", "page");
    let claimed = slow.next();
    world.clock.advance(1000 * 86_400_000);
    let claim = other.claim();
    assert!(claim.claimed.is_none() && claim.recovered.is_empty());
    slow.succeed(&claimed).expect("done");
}

#[test]
fn no_job_is_claimed_twice_when_many_ask_at_once() {
    let world = World::new();
    let asker = world.start();
    let asked: Vec<String> = (0..40).map(|number| asker.ask(common::PROJECTS[number % 3], &number.to_string())).collect();
    let processes: Vec<_> = (0..4).map(|_| world.start_apart()).collect();
    let mut claimed: Vec<String> = std::thread::scope(|scope| {
        let runs = processes.iter().map(|process| {
            scope.spawn(|| {
                let mut ids = Vec::new();
                while let Some(claimed) = process.claim().claimed {
                    process.succeed(&claimed).expect("done");
                    ids.push(claimed.job.id);
                }
                ids
            })
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().flat_map(|run| run.join().expect("no panic")).collect()
    });
    claimed.sort();
    assert_eq!(claimed, asked, "each once");
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 40);
}

#[test]
fn a_full_disk_is_said_and_leaves_everything_as_it_was() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    process.queue.draft(&claimed.fence, &json!({ "format": 1, "text": "short" })).expect("stored");
    let limit = |pages: &str| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        world.store.write::<_, rusqlite::Error>(|tx| tx.query_row(&sql, [], |_| Ok(()))).expect("limited");
    };
    limit("1");
    let long = json!({ "format": 1, "text": "long ".repeat(100_000) });
    let fail_with = |long: &serde_json::Value| {
        let failure = JobFailure { hint: Some(long.to_string()), ..failure("X") };
        process.queue.fail(&claimed.fence, &failure, |tx, _| common::published(tx, &id))
    };
    let before = process.queue.job_full("ada", &id).expect("readable");
    assert!(matches!(process.queue.draft(&claimed.fence, &long), Err(QueueError::DiskFull)));
    let published = process.queue.succeed(&claimed.fence, &long, &json!({}), |tx| common::published(tx, &id));
    assert!(matches!(published, Err(QueueError::DiskFull)));
    let with_also = process.queue.succeed(&claimed.fence, &json!({}), &json!({}), |tx| {
        common::published(tx, &id)?;
        tx.execute("INSERT INTO ai_prompts (job_id, slot, data, created_at) VALUES (?1, 's', ?2, 't')", [&id, &long.to_string()])?;
        Ok(())
    });
    assert!(matches!(with_also, Err(QueueError::DiskFull)), "also when it is full only at the end");
    assert!(matches!(fail_with(&long), Err(QueueError::DiskFull)));
    assert_eq!(process.queue.job_full("ada", &id).expect("readable"), before, "the draft that was there is there");
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 0);
    let waiting = world.count("SELECT count(*) FROM ai_jobs");
    let params = json!({ "format": 1, "text": "long ".repeat(100_000) });
    let job = NewJob {
        project_id: "ferry",
        user_id: "ada",
        job_type: Some("DOCS"),
        params: &params,
        input_hash: None,
        priority: Priority::Interactive,
        fresh: false,
    };
    assert!(matches!(process.queue.submit(&job), Err(QueueError::DiskFull)));
    assert_eq!(world.count("SELECT count(*) FROM ai_jobs"), waiting);
    limit("1000000");
    process.succeed(&claimed).expect("there is room again, and the job is still this run's");
    assert_eq!(process.job(&id).status, Status::Success);
}

#[test]
fn jobs_of_a_project_that_is_deleted_are_gone_in_the_middle_of_a_run() {
    let world = World::new();
    let process = world.start();
    process.submit("ferry", "page", Some("abc"), Priority::Interactive, false);
    let claimed = process.next();
    process.queue.draft(&claimed.fence, &json!({ "format": 1 })).expect("stored");
    world.execute("DELETE FROM projects WHERE id = 'ferry'");
    assert!(matches!(process.queue.cancel_requested(&claimed.fence), Err(QueueError::Lost)));
    assert!(matches!(process.succeed(&claimed), Err(QueueError::Lost)));
    assert_eq!(world.count("SELECT count(*) FROM ai_drafts"), 0);
    assert_eq!(process.submit("harbour", "page", Some("abc"), Priority::Interactive, false).outcome, Outcome::Queued);
}
