//! A page about code that no prompt has room for, interrupted between its parts: what was answered is not asked for again.

mod common;
#[path = "../../llm/tests/support/mod.rs"]
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use common::fixture;
use lectern_workspace::view::{AiRequest, EndpointDraft, JobStatus, JobType, Subject};
use support::{Asked, Server, other_kind};

/// The number of the part that a prompt shows; `None` of what is no part.
fn part_of(asked: &Asked) -> Option<u32> {
    let messages = asked.json()["messages"].to_string();
    messages.split_once("are part ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
}

#[test]
fn a_page_that_is_cancelled_between_the_parts_of_long_code_goes_on_after_the_last_whole_part() {
    let fixture = fixture();
    let body: String = (0..400).map(|at| format!("    total_{at} = fold_{at}(total, \"stage {at}\");\n")).collect();
    fixture.write("src/long.rs", format!("/// Folds.\npub fn pipeline(total: u32) {{\n{body}}}\n"));
    let project = fixture.project();
    let stalls = Arc::new(AtomicBool::new(true));
    let holds = Arc::clone(&stalls);
    let (stalled, has_stalled) = mpsc::channel();
    let server = Server::start(move |asked, line| {
        if other_kind(asked, line) {
            return;
        }
        line.stream_head();
        let part = part_of(asked);
        if part == Some(3) && holds.load(Ordering::Acquire) {
            let _ = stalled.send(());
            line.wait_until_closed(Duration::from_secs(60));
            return;
        }
        // A sentence of its own for each: what was said before is not said again.
        line.text(&format!(
            "Whoever calls it gets {}. [1]\n",
            ["stones", "alder wood", "bread", "copper", "dry sand", "eels"][part.unwrap_or(0) as usize % 6]
        ));
        line.finish("stop", 900);
    });
    let draft = EndpointDraft { name: "Scripted".into(), url: server.address(), model: "small".into(), key: None, context: 4096 };
    let endpoint = fixture.workspace.add_endpoint(draft).expect("added").endpoints.pop().expect("an endpoint").id;
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let subject = Subject::Symbol { path: "src/long.rs".into(), line: 2, name: "pipeline".into() };
    let request = AiRequest { job_type: JobType::Docs, subject, version: None, model: Some(endpoint), no_prose: false };
    let id = fixture.workspace.submit_ai_job(&project, &request).expect("taken").job_id;
    let (workspace, running) = (Arc::clone(&fixture.workspace), id.clone());
    let runner = thread::spawn(move || workspace.run_ai_job_here(&running, &|| false));
    has_stalled.recv_timeout(Duration::from_secs(60)).expect("the third part is asked for");
    fixture.workspace.cancel_ai_job(&id).expect("cancelled");
    runner.join().expect("no panic").expect("it ends");
    let kept = fixture.workspace.ai_prompts(&id).expect("prompts");
    let whole = |part: u32| kept.iter().any(|kept| kept.slot.contains(&format!("(part {part} of ")) && kept.answer.is_some());
    assert!(whole(1) && whole(2) && !whole(3), "two parts were answered");

    stalls.store(false, Ordering::Release);
    let before = server.asked_at("/v1/chat/completions").len();
    fixture.workspace.retry_ai_job(&id).expect("it waits again");
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    let done = fixture.workspace.ai_job(&id).expect("it is there");
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let after = server.asked_at("/v1/chat/completions").split_off(before);
    let parts: Vec<u32> = after.iter().filter_map(part_of).collect();
    let of = done.page.expect("a page").checks.parts;
    assert_eq!(parts, (3..=of).collect::<Vec<_>>(), "the first two are not asked again, all others once");
}
