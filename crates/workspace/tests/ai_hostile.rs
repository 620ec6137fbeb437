//! Jobs against those who mean harm: what goes on after something was disallowed, and where pages are written to.

mod common;
#[path = "../../llm/tests/support/mod.rs"]
mod support;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Fixture, fixture};
use lectern_workspace::view::{AiRequest, EndpointDraft, JobStatus, JobType, Subject};
use support::{Line, Server, other_kind};

fn with_code(fixture: &Fixture) -> String {
    fixture.write("README.md", "# Ferry\n\nFerry carries folders across.\n");
    fixture.write("src/sync.rs", "/// Names of all manifests.\npub fn plan(names: &[String]) -> Vec<String> {\n    names.to_vec()\n}\n");
    fixture.write("src/store.rs", "/// Where manifests are kept.\npub struct Store;\n");
    fixture.project()
}

fn docs_of(path: &str) -> AiRequest {
    AiRequest { job_type: JobType::Docs, subject: Subject::File { path: path.to_owned() }, version: None, model: None, no_prose: false }
}

/// Adds the server as an endpoint and chooses it; its id.
fn choose(fixture: &Fixture, server: &Server) -> String {
    let draft = EndpointDraft {
        name: "Scripted".into(),
        url: server.address(),
        model: "small".into(),
        key: Some("sk-very-secret".into()),
        context: 8192,
    };
    let added = fixture.workspace.add_endpoint(draft).expect("added").endpoints.pop().expect("an endpoint");
    fixture.workspace.choose_model(Some(&added.id)).expect("chosen");
    added.id
}

/// Says the same of everything, by the first number it was offered.
fn says_something(line: &mut Line) {
    line.stream_head();
    for word in ["Whoever calls it gets ", "names out of the store, ", "wherever those are kept. [1]\n"] {
        line.text(word);
    }
    line.finish("stop", 9000);
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited too long for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_more_is_sent_after_an_endpoint_was_disallowed_moved_or_removed_in_the_middle_of_a_job() {
    type Meanwhile = fn(&Fixture, &str, &str);
    let ways: [(&str, Meanwhile); 3] = [
        ("disallowed", |fixture, project, endpoint| drop(fixture.workspace.allow_endpoint(project, endpoint, false).expect("taken back"))),
        ("moved", |fixture, project, endpoint| {
            let card = fixture.workspace.models().expect("models").endpoints.remove(0);
            let draft = EndpointDraft { name: card.name, url: "http://127.0.0.1:9/v1".into(), model: card.model, key: None, context: 8192 };
            fixture.workspace.change_endpoint(endpoint, draft).expect("changed");
            // Also with the new address allowed: the job was begun for the old one.
            fixture.workspace.allow_endpoint(project, endpoint, true).expect("allowed");
        }),
        ("removed", |fixture, _, endpoint| drop(fixture.workspace.remove_endpoint(endpoint).expect("removed"))),
    ];
    for (how, meanwhile) in ways {
        let (writing, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let server = {
            let (writing, over) = (Arc::clone(&writing), Arc::clone(&over));
            Server::start(move |asked, line| {
                if other_kind(asked, line) {
                    return;
                }
                writing.fetch_add(1, Ordering::SeqCst);
                while !over.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(5));
                }
                says_something(line);
            })
        };
        let fixture = fixture();
        let project = with_code(&fixture);
        let endpoint = choose(&fixture, &server);
        fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
        let id = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken").job_id;
        thread::scope(|scope| {
            scope.spawn(|| fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends"));
            wait_for("the first question", || writing.load(Ordering::SeqCst) == 1);
            meanwhile(&fixture, &project, &endpoint);
            over.store(true, Ordering::SeqCst);
        });
        let done = fixture.workspace.ai_job(&id).expect("it is there");
        assert_eq!(server.asked_at("/v1/chat/completions").len(), 1, "{how}: what was under way, and nothing more");
        assert_eq!(
            (done.job.status, done.job.error.map(|error| error.code)),
            (JobStatus::Failed, Some("ENDPOINT_REFUSED".into())),
            "{how}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_folder_for_pages_with_links_in_it_leads_nowhere_else() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let mine = fixture.dir.path().join("mine");
    fs::create_dir(&mine).expect("a folder");
    fs::write(mine.join("letter.txt"), "dear").expect("a file");
    let write = |out: &Path| fixture.workspace.docs_site(&project, None, true, out, &|| false, &mut |_, _, _| {});

    // As a project could bring it along: marked as ours, and full of links.
    let out = fixture.dir.path().join("docs");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join(".lectern-docs"), "ours").expect("a mark");
    std::os::unix::fs::symlink(mine.join("letter.txt"), out.join("index.md")).expect("a link");
    write(&out).expect("written over the link itself");
    assert_eq!(fs::read_to_string(mine.join("letter.txt")).expect("the letter"), "dear");
    assert!(fs::symlink_metadata(out.join("index.md")).expect("the index").is_file());

    fs::remove_dir_all(out.join("files")).expect("removed");
    std::os::unix::fs::symlink(&mine, out.join("files")).expect("a link");
    assert_eq!(write(&out).expect_err("through a link").code, "TARGET_UNWRITABLE");
    assert_eq!(fs::read_dir(&mine).expect("a list").count(), 1);

    let linked = fixture.dir.path().join("linked");
    fs::create_dir(&linked).expect("a folder");
    fs::write(linked.join("letter.txt"), "dear").expect("a file");
    std::os::unix::fs::symlink(out.join("index.md"), linked.join(".lectern-docs")).expect("a link");
    assert_eq!(write(&linked).expect_err("not ours").code, "TARGET_UNWRITABLE");
}

#[test]
fn pages_are_not_written_into_a_new_folder_of_the_data_folder() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let data = fixture.workspace.data_dir().path().to_owned();
    let out = data.join("docs/deep");
    let refused = fixture.workspace.docs_site(&project, None, true, &out, &|| false, &mut |_, _, _| {}).expect_err("ours");
    assert_eq!((refused.code.as_str(), data.join("docs").exists()), ("TARGET_UNWRITABLE", false));
}
