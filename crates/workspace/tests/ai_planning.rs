//! What would be asked is worked out before anything is, and given up when nobody waits for it.

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
use lectern_workspace::view::{AiRequest, EndpointDraft, JobType, Subject};
use support::Server;

#[test]
fn a_plan_is_given_up_when_it_is_cancelled_and_its_name_can_be_used_again() {
    let fixture = fixture();
    fixture.write("src/sync.rs", "/// Syncs a folder.\npub fn sync() {}\n");
    let project = fixture.project();
    let (released, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (asked, is_asked) = mpsc::channel();
    let (stops, says) = (Arc::clone(&released), Arc::clone(&answers));
    let server = Server::start(move |request, line| {
        let _ = asked.send(());
        // Says nothing until the test is over, as a server that hangs would.
        while !says.load(Ordering::Acquire) && !stops.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(5));
        }
        support::other_kind(request, line);
    });
    let draft =
        EndpointDraft { name: "Slow".into(), url: server.address(), model: "small".into(), key: Some("sk-secret".into()), context: 8192 };
    let endpoint = fixture.workspace.add_endpoint(draft).expect("added").endpoints.pop().expect("an endpoint").id;
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let request = AiRequest {
        job_type: JobType::Docs,
        subject: Subject::File { path: "src/sync.rs".into() },
        version: None,
        model: Some(endpoint),
        no_prose: false,
    };
    thread::scope(|scope| {
        let planning = scope.spawn(|| fixture.workspace.ai_plan("plan", &project, &request));
        is_asked.recv_timeout(Duration::from_secs(60)).expect("the server is asked what it can take");
        fixture.workspace.cancel_task("another");
        assert!(!planning.is_finished(), "another's end is not its own");
        fixture.workspace.cancel_task("plan");
        let given_up = planning.join().expect("no panic").expect_err("it is given up");
        assert_eq!(given_up.code, "CANCELLED");
        answers.store(true, Ordering::Release);
    });
    let plan = fixture.workspace.ai_plan("plan", &project, &request).expect("another of the same name is not");
    assert!(plan.total > 0);
    released.store(true, Ordering::Release);
}
