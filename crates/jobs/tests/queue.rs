//! What the queue promises those who ask for jobs.

mod common;

use common::{World, name};
use lectern_jobs::{Claiming, NewJob, Outcome, Priority, Retried, Status, Table};
use serde_json::json;

#[test]
fn a_job_waits_runs_and_is_done() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "overview");
    let waiting = process.job(&id);
    assert_eq!((waiting.status, waiting.attempt, waiting.started_at), (Status::Queued, 0, None));
    assert_eq!((waiting.job_type.as_deref(), waiting.params["name"].as_str()), (Some("DOCS"), Some("overview")));
    world.clock.advance(10);
    let claimed = process.next();
    assert_eq!((claimed.job.id.as_str(), claimed.job.status, claimed.job.attempt), (id.as_str(), Status::Running, 1));
    assert_eq!(claimed.job.boot_id.as_deref(), Some(process.boot.id().as_str()));
    assert!(process.claim().claimed.is_none(), "nobody else gets it");
    process.queue.progress(&claimed.fence, &json!({ "format": 1, "done": 3 })).expect("told");
    assert_eq!(process.job(&id).progress["done"], 3);
    world.clock.advance(10);
    process.succeed(&claimed).expect("done");
    let done = process.job(&id);
    assert_eq!((done.status, done.has_result, done.boot_id, done.error), (Status::Success, true, None, None));
    assert_eq!(done.finished_at.map(|at| at.millis_since(done.created_at)), Some(20));
    let full = process.queue.job_full("ada", &id).expect("readable").expect("there");
    assert_eq!(full.result, Some(json!({ "format": 1, "of": id }).to_string()));
}

#[test]
fn interactive_jobs_come_before_batch() {
    let world = World::new();
    let process = world.start();
    process.submit("ferry", "batch 1", None, Priority::Batch, false);
    process.submit("ferry", "batch 2", None, Priority::Batch, false);
    process.ask("ferry", "somebody waits");
    assert_eq!(process.run_all(), ["somebody waits", "batch 1", "batch 2"]);
}

#[test]
fn projects_take_turns() {
    let world = World::new();
    let process = world.start();
    for (project, names) in [("ferry", ["f1", "f2", "f3"]), ("harbour", ["h1", "h2", "h3"]), ("island", ["i1", "i2", "i3"])] {
        names.iter().for_each(|name| drop(process.ask(project, name)));
    }
    assert_eq!(process.run_all(), ["f1", "h1", "i1", "f2", "h2", "i2", "f3", "h3", "i3"]);
    process.ask("harbour", "h4");
    process.ask("island", "i4");
    process.ask("ferry", "f4");
    assert_eq!(process.run_all(), ["f4", "h4", "i4"], "it goes on with the one that was served longest ago");
}

#[test]
fn jobs_of_one_moment_are_run_as_they_were_asked_for_also_when_the_clock_goes_back() {
    let world = World::new();
    let process = world.start();
    let names: Vec<String> = (0..20).map(|number| format!("job {number}")).collect();
    for (number, name) in names.iter().enumerate() {
        if number == 10 {
            world.clock.advance(-86_400_000);
        }
        process.ask("ferry", name);
    }
    let listed: Vec<String> = process.queue.list("ada", None).expect("listed").iter().rev().map(name).collect();
    assert_eq!(listed, names, "lists agree");
    assert_eq!(process.run_all(), names);
}

#[test]
fn a_job_that_was_moved_comes_where_it_was_put() {
    let world = World::new();
    let process = world.start();
    let ids: Vec<String> = ["a", "b", "c", "d", "e"].map(|name| process.ask("ferry", name)).into();
    let batch = process.submit("harbour", "batch", None, Priority::Batch, false).id;
    let move_before = |id: &str, before| process.queue.move_before("ada", id, before).expect("asked");
    assert!(move_before(&ids[3], Some(&ids[1])), "d before b");
    assert!(move_before(&ids[0], Some(&ids[4])), "a before e");
    assert!(move_before(&batch, Some(&ids[1])), "batch before b");
    assert!(process.job(&batch).moved && !process.job(&ids[4]).moved);
    assert!(!move_before(&ids[0], Some("nothing")) && !move_before("nothing", None), "what does not wait can't be moved");
    assert!(move_before(&ids[0], Some(&ids[0])), "before itself is where it is");
    let late = process.ask("ferry", "late");
    assert_eq!(process.run_all(), ["d", "batch", "b", "c", "a", "e", "late"]);
    assert!(!move_before(&late, None), "nor what is done");
}

#[test]
fn a_job_can_be_moved_behind_all_others() {
    let world = World::new();
    let process = world.start();
    let first = process.ask("ferry", "first");
    process.ask("ferry", "second");
    process.submit("harbour", "batch", None, Priority::Batch, false);
    assert!(process.queue.move_before("ada", &first, None).expect("asked"));
    assert_eq!(process.run_all(), ["second", "batch", "first"]);
}

#[test]
fn the_order_that_is_shown_is_the_order_in_which_jobs_are_run() {
    let world = World::new();
    let process = world.start();
    let mut ids = Vec::new();
    for (number, project) in ["ferry", "ferry", "ferry", "island", "harbour", "island", "ferry"].into_iter().enumerate() {
        let priority = if number % 3 == 1 { Priority::Batch } else { Priority::Interactive };
        ids.push(process.submit(project, &number.to_string(), None, priority, false).id);
    }
    process.succeed(&process.next()).expect("done");
    process.queue.move_before("ada", &ids[6], Some(&ids[4])).expect("asked");
    let running = process.next();
    let shown = process.queue.waiting(&["ada"]).expect("listed");
    assert_eq!(process.queue.ahead("ada", &shown[2]).expect("counted"), Some(3), "two wait before it, one is run");
    assert_eq!(process.queue.ahead("ada", &running.job.id).expect("counted"), None, "it does not wait");
    let run: Vec<String> = std::iter::from_fn(|| process.claim().claimed)
        .map(|claimed| {
            process.succeed(&claimed).expect("done");
            claimed.job.id
        })
        .collect();
    assert_eq!(run, shown);
}

#[test]
fn the_same_asked_for_twice_is_run_once() {
    let world = World::new();
    let process = world.start();
    let first = process.submit("ferry", "page", Some("abc"), Priority::Batch, false);
    assert_eq!(first.outcome, Outcome::Queued);
    let same = |fresh| process.submit("ferry", "page", Some("abc"), Priority::Interactive, fresh);
    assert_eq!((same(false).id, same(false).outcome), (first.id.clone(), Outcome::Joined), "it waits");
    assert_eq!(process.job(&first.id).priority, Priority::Interactive, "now somebody waits for it");
    let claimed = process.next();
    assert_eq!((same(true).id, same(true).outcome), (first.id.clone(), Outcome::Joined), "it runs, which is as fresh as can be");
    process.succeed(&claimed).expect("done");
    assert_eq!((same(false).id, same(false).outcome), (first.id.clone(), Outcome::Finished), "it is done");
    let fresh = same(true);
    assert_eq!(fresh.outcome, Outcome::Queued);
    assert_ne!(fresh.id, first.id, "once more, because it was wanted");
    assert_eq!(process.submit("harbour", "page", Some("abc"), Priority::Interactive, false).outcome, Outcome::Queued, "another project");
    assert_eq!(
        process.submit("ferry", "page", None, Priority::Interactive, false).outcome,
        Outcome::Queued,
        "without a hash nothing is the same"
    );
}

#[test]
fn what_failed_or_was_removed_is_no_answer() {
    let world = World::new();
    let process = world.start();
    let ask = || process.submit("ferry", "page", Some("abc"), Priority::Interactive, false);
    let first = ask();
    process.fail(&process.next(), "BAD_MODEL").expect("failed");
    let second = ask();
    assert_eq!(second.outcome, Outcome::Queued, "what failed is asked for anew");
    assert_eq!(
        process.queue.retry("ada", &first.id).expect("asked"),
        Retried::Joined(second.id.clone()),
        "and not run twice by trying the first"
    );
    process.succeed(&process.next()).expect("done");
    assert_eq!(process.queue.remove("ada", &[&second.id]).expect("removed"), std::slice::from_ref(&second.id));
    assert_eq!(ask().outcome, Outcome::Queued, "what was removed is asked for anew");
}

#[test]
fn nobody_gets_at_the_jobs_of_somebody_else() {
    let world = World::new();
    let process = world.start();
    let id = process.submit("ferry", "page", Some("abc"), Priority::Interactive, false).id;
    let queue = &process.queue;
    assert!(queue.job("bob", &id).expect("asked").is_none() && queue.job_full("bob", &id).expect("asked").is_none());
    assert!(queue.list("bob", None).expect("asked").is_empty() && queue.list("bob", Some("ferry")).expect("asked").is_empty());
    assert!(queue.waiting(&["bob"]).expect("asked").is_empty());
    assert_eq!(queue.ahead("bob", &id).expect("asked"), None);
    assert_eq!(queue.cancel("bob", &id).expect("asked"), lectern_jobs::Cancelled::NotThere);
    assert!(queue.cancel_all("bob").expect("asked").is_empty());
    assert!(!queue.move_before("bob", &id, None).expect("asked"));
    assert!(queue.claim(&Claiming { users: &["bob"], ..Claiming::default() }).expect("asked").claimed.is_none());
    assert!(queue.claim(&Claiming { users: &["bob"], only: Some(&id), ..Claiming::default() }).expect("asked").claimed.is_none());
    let params = json!({ "format": 1 });
    let bobs = NewJob {
        project_id: "ferry",
        user_id: "bob",
        job_type: Some("DOCS"),
        params: &params,
        input_hash: Some("abc"),
        priority: Priority::Interactive,
        fresh: false,
    };
    assert_eq!(queue.submit(&bobs).expect("asked").outcome, Outcome::Queued, "what another user asked for is not joined");
    process.fail(&process.next(), "BAD_MODEL").expect("failed");
    assert_eq!(queue.retry("bob", &id).expect("asked"), Retried::NotThere);
    assert!(queue.remove("bob", &[&id]).expect("asked").is_empty());
    assert!(queue.clear("bob", &[Status::Failed]).expect("asked").is_empty());
    queue.remove("ada", &[&id]).expect("removed");
    assert!(queue.restore("bob", &[&id]).expect("asked").is_empty());
    assert!(queue.job("ada", &id).expect("asked").is_none());
}

#[test]
fn claims_keep_to_what_was_asked_for() {
    let world = World::new();
    let process = world.start();
    process.ask("ferry", "first");
    let wanted = process.ask("harbour", "wanted");
    process.ask("island", "third");
    let only = process.queue.claim(&Claiming { users: &["ada"], only: Some(&wanted), except_projects: &[] }).expect("claimed");
    assert_eq!(only.claimed.map(|claimed| name(&claimed.job)).as_deref(), Some("wanted"));
    let except = process.queue.claim(&Claiming { users: &["ada"], only: None, except_projects: &["ferry", "harbour"] }).expect("claimed");
    assert_eq!(except.claimed.map(|claimed| name(&claimed.job)).as_deref(), Some("third"));
    assert!(process.queue.claim(&Claiming::default()).expect("claimed").claimed.is_none(), "nobody's");
}

#[test]
fn what_is_removed_comes_back_until_it_is_purged() {
    let world = World::new();
    let process = world.start();
    let (done, failed, waiting) = (process.ask("ferry", "done"), process.ask("ferry", "failed"), process.ask("ferry", "waiting"));
    process.succeed(&process.next()).expect("done");
    process.fail(&process.next(), "BAD_MODEL").expect("failed");
    let all = [done.as_str(), failed.as_str(), waiting.as_str()];
    assert_eq!(process.queue.remove("ada", &all).expect("removed").len(), 2, "what waits is cancelled first");
    assert_eq!(process.queue.list("ada", None).expect("listed").len(), 1);
    assert_eq!(process.queue.retry("ada", &failed).expect("asked"), Retried::NotThere, "what is not there is not retried");
    assert_eq!(process.queue.restore("ada", &all).expect("restored").len(), 2);
    assert_eq!(process.queue.list("ada", None).expect("listed").len(), 3);
    assert_eq!(
        process.queue.clear("ada", &[Status::Success, Status::Queued]).expect("cleared"),
        std::slice::from_ref(&done),
        "nothing that waits"
    );
    assert_eq!(process.queue.purge(world.clock_now()).expect("purged"), 0, "not yet");
    world.clock.advance(1);
    assert_eq!(process.queue.purge(world.clock_now()).expect("purged"), 1);
    assert!(process.queue.restore("ada", &[&done]).expect("asked").is_empty());
}

#[test]
fn a_refactoring_is_proposed_by_the_same_rules() {
    let world = World::of(Table::Refactor);
    let process = world.start();
    let first = process.submit("ferry", "rename", Some("abc"), Priority::Interactive, false);
    let claimed = process.next();
    assert_eq!(claimed.job.job_type, None);
    assert!(process.queue.draft(&claimed.fence, &json!({})).is_err(), "there are no drafts");
    process.succeed(&claimed).expect("proposed");
    let proposed = process.job(&first.id);
    assert_eq!((proposed.status, proposed.has_result), (Status::Proposed, true));
    assert_eq!(process.submit("ferry", "rename", Some("abc"), Priority::Interactive, false).outcome, Outcome::Finished);
    world.execute("UPDATE refactor_jobs SET status = 'APPLYING'");
    assert!(process.queue.remove("ada", &[&first.id]).expect("asked").is_empty(), "not in the middle of being written");
    assert_eq!(process.queue.cancel("ada", &first.id).expect("asked"), lectern_jobs::Cancelled::Over, "that table's own from here on");
    assert!(process.queue.recover().expect("looked").is_empty());
    world.execute("UPDATE refactor_jobs SET status = 'APPLIED'");
    assert_eq!(
        process.submit("ferry", "rename", Some("abc"), Priority::Interactive, false).outcome,
        Outcome::Queued,
        "the code is another one now"
    );
    let second = process.next();
    assert_eq!(process.queue.cancel("ada", &second.job.id).expect("asked"), lectern_jobs::Cancelled::Asked { ours: true });
    process.fail(&second, "NO_SYMBOL").expect("failed");
    assert_eq!(process.queue.retry("ada", &second.job.id).expect("asked"), Retried::Queued);
    assert_eq!(process.next().job.attempt, 1);
}

#[test]
fn a_result_is_edited_in_place_or_not_at_all() {
    let world = World::new();
    let process = world.start();
    let id = process.ask("ferry", "page");
    let claimed = process.next();
    let edit = |user: &str, refuse: bool| {
        process.queue.edit_result(user, &id, |tx, result, progress| {
            result["accepted"] = json!(true);
            progress["uncited"] = json!(0);
            common::published(tx, &id)?;
            if refuse { Err(lectern_jobs::QueueError::NoDrafts) } else { Ok(7) }
        })
    };
    assert_eq!(edit("ada", false).expect("asked"), None, "there is none yet");
    process.succeed(&claimed).expect("done");
    assert_eq!(edit("bob", false).expect("asked"), None, "not of somebody else");
    assert!(edit("ada", true).is_err());
    let full = || process.queue.job_full("ada", &id).expect("readable").expect("there");
    assert!(!full().result.expect("a result").contains("accepted"), "a refused edit leaves nothing");
    assert_eq!(edit("ada", false).expect("asked"), Some(7));
    assert!(full().result.expect("a result").contains("\"accepted\":true"));
    assert_eq!(full().job.progress["uncited"], 0);
    assert_eq!(world.count("SELECT count(*) FROM notifications"), 2, "of the end, and of the edit that was made");
}
