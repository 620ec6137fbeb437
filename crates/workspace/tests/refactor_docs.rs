//! Doc comments out of pages: written by a model, chosen by somebody, applied and taken back.

mod common;
#[path = "../../llm/tests/support/mod.rs"]
mod support;

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use common::{Fixture, fixture};
use lectern_workspace::view::{
    AiRequest, EndpointDraft, JobType, RefactorAsk, RefactorCertainty, RefactorJob, RefactorProposal, RefactorStatus, SentenceChoice,
    Subject,
};
use support::{Server, other_kind};

const SYNC: &str = "\
use std::path::Path;

/// What a sync would change.
pub struct Plan {
    pub added: Vec<String>,
}

#[must_use]
pub fn plan(names: Vec<String>, root: &Path) -> Plan {
    // The folder is compared with the newest manifest.
    Plan { added: names }
}

pub fn empty() -> Plan {
    Plan { added: Vec::new() }
}
";

/// What a sentence says twice is left out: each is said once, and each holds for any part of the file.
const CITED: [&str; 5] = [
    "Its vector holds every string that was added.",
    "Whatever was added is held in order here.",
    "Strings are added before anything else happens.",
    "Added strings stay until somebody asks for others.",
    "Nothing is added where nothing was found.",
];
const UNCITED: [&str; 5] = [
    "The moon is made of green cheese today.",
    "Ships sail across every wide ocean.",
    "Bread is baked before the sun rises.",
    "Old clocks need oil each winter.",
    "Rivers carry sand towards the sea.",
];

/// Writes one of these sentences after the other about what is asked, with a citation that holds or with none.
fn writing_server(cited: &'static [&'static str], uncited: &'static [&'static str]) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |asked, line| {
        if !other_kind(asked, line) {
            let at = next.fetch_add(1, Ordering::SeqCst);
            line.stream_head();
            for (sentences, mark) in [(cited, "[1]"), (uncited, "[-]")] {
                if let Some(sentence) = sentences.get(at % sentences.len().max(1)) {
                    line.text(&format!("{sentence} {mark}\n"));
                }
            }
            line.finish("stop", 9000);
        }
    })
}

/// A page of documentation about `src/sync.rs`; the project and the job.
fn documented(fixture: &Fixture, server: &Server, job_type: JobType) -> (String, String) {
    fixture.write("src/sync.rs", SYNC);
    let project = fixture.project();
    let draft = EndpointDraft { name: "Scripted".into(), url: server.address(), model: "small".into(), key: None, context: 8192 };
    let added = fixture.workspace.add_endpoint(draft).expect("added").endpoints.pop().expect("an endpoint");
    fixture.workspace.choose_model(Some(&added.id)).expect("chosen");
    fixture.workspace.allow_endpoint(&project, &added.id, true).expect("allowed");
    let subject = Subject::File { path: "src/sync.rs".into() };
    let request = AiRequest { job_type, subject, version: None, model: None, no_prose: false };
    let id = fixture.workspace.submit_ai_job(&project, &request).expect("taken").job_id;
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    (project, id)
}

fn ended(fixture: &Fixture, project: &str, job_id: &str) -> RefactorJob {
    let job = fixture.workspace.refactor_ask(project, RefactorAsk::DocComments { job_id: job_id.into() }).expect("asked");
    for _ in 0..6000 {
        let job = fixture.workspace.refactor_job(&job.id).expect("a job");
        if !matches!(job.status, RefactorStatus::Queued | RefactorStatus::Running) {
            return job;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the job does not end");
}

fn proposed(fixture: &Fixture, project: &str, job_id: &str) -> RefactorProposal {
    let job = ended(fixture, project, job_id);
    assert_eq!(job.status, RefactorStatus::Proposed, "{:?}", job.error);
    fixture.workspace.refactor_proposal(&job.id).expect("a proposal")
}

fn sync(fixture: &Fixture) -> String {
    fs::read_to_string(fixture.root.join("src/sync.rs")).expect("a file")
}

/// What was written into the file, line by line.
fn comments(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("//")?.trim_start_matches(['/', '!']).strip_prefix(' '));
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_was_proven_becomes_doc_comments_and_is_taken_back_to_the_byte() {
    let fixture = fixture();
    let server = writing_server(&CITED, &UNCITED);
    let (project, page) = documented(&fixture, &server, JobType::Docs);
    let offered = fixture.workspace.ai_job(&page).expect("a page").doc_comments;
    let proposal = proposed(&fixture, &project, &page);
    assert_eq!(proposal.job.title, "Doc comments from src/sync.rs");
    let edits = &proposal.files[0].edits;
    assert!(offered >= 2 && edits.len() == offered as usize, "{offered} were offered: {edits:?}");
    assert!(edits.iter().all(|edit| edit.certainty == RefactorCertainty::Probable), "nothing that a model wrote is certain");
    let plan = edits.iter().find(|edit| edit.line == 8).expect("above the attribute of plan");
    assert!(plan.reason.starts_with("written by AI (") && plan.reason.contains(" from src/sync.rs:"), "{}", plan.reason);
    assert!(plan.reason.ends_with("; 1 sentence without a source is left out"), "{}", plan.reason);
    assert!(
        proposal.conflicts.iter().any(|told| told.message.starts_with("Plan has a doc comment already") && !told.breaks),
        "{:?}",
        proposal.conflicts
    );
    assert_eq!(proposal.excluded, [0_u32; 0]);
    fixture.workspace.refactor_apply("t", &proposal.job.id, &|_| {}).expect("applied");
    let text = sync(&fixture);
    let said = comments(&text);
    assert_eq!(CITED.iter().filter(|sentence| said.contains(*sentence)).count(), edits.len(), "{text}");
    assert!(UNCITED.iter().all(|sentence| !said.contains(sentence)), "{text}");
    assert!(!text.contains("[1]") && !text.contains("[^"), "{text}");
    let above = text.split("#[must_use]").next().and_then(|above| above.lines().next_back()).unwrap_or_default();
    assert!(above.starts_with("/// ") && CITED.iter().any(|sentence| above.ends_with(sentence)), "{text}");
    assert!(text.contains("/// What a sync would change.\npub struct Plan"), "what was there stays");
    // What is there already is not written once more.
    let again = proposed(&fixture, &project, &page);
    assert_eq!((again.job.edits, again.conflicts.is_empty()), (0, false));
    fixture.workspace.refactor_undo("t", &proposal.job.id, &[], &|_| {}).expect("undone");
    assert_eq!(sync(&fixture), SYNC);
}

#[test]
fn what_nobody_proved_is_left_out_until_somebody_accepts_it() {
    let fixture = fixture();
    let server = writing_server(&[], &UNCITED);
    let (project, page) = documented(&fixture, &server, JobType::Docs);
    let proposal = proposed(&fixture, &project, &page);
    let ids: Vec<u32> = proposal.files[0].edits.iter().map(|edit| edit.id).collect();
    assert_eq!(proposal.excluded, ids, "all of it waits for somebody");
    assert!(proposal.files[0].edits.iter().all(|edit| edit.reason.ends_with("; no source was cited")), "{:?}", proposal.files[0].edits);
    assert_eq!(fixture.workspace.refactor_apply("t", &proposal.job.id, &|_| {}).expect_err("refused").code, "NOTHING_CHOSEN");
    let slot = "symbol:src/sync.rs#empty";
    fixture.workspace.choose_sentence(&page, slot, 0, SentenceChoice::Accept).expect("accepted");
    let proposal = proposed(&fixture, &project, &page);
    let taken: Vec<_> = proposal.files[0].edits.iter().filter(|edit| !proposal.excluded.contains(&edit.id)).collect();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].reason.ends_with(", accepted without a source"), "{}", taken[0].reason);
    fixture.workspace.refactor_apply("t", &proposal.job.id, &|_| {}).expect("applied");
    let text = sync(&fixture);
    let said = text.lines().zip(text.lines().skip(1)).find(|(_, below)| below.starts_with("pub fn empty")).map_or("", |(said, _)| said);
    assert!(UNCITED.contains(&said.trim_start_matches("/// ")), "{text}");
    assert_eq!(text.replace(&format!("{said}\n"), ""), SYNC, "one comment, and nothing else");
}

#[test]
fn a_page_of_before_finds_its_definitions_where_they_are_now() {
    let fixture = fixture();
    let server = writing_server(&CITED, &[]);
    let (project, page) = documented(&fixture, &server, JobType::Docs);
    let moved = format!("// A line.\n{}", SYNC.replace("pub fn empty() -> Plan", "pub fn empty(now: bool) -> Plan"));
    fixture.write("src/sync.rs", &moved);
    let proposal = proposed(&fixture, &project, &page);
    assert_eq!(proposal.files[0].edits.iter().filter(|edit| edit.line == 9).count(), 1, "plan went down a line");
    let told: Vec<&str> = proposal.conflicts.iter().map(|told| told.message.as_str()).collect();
    assert!(told.contains(&"the doc comment of empty is left out: it is declared in another way by now"), "{told:?}");
    fixture.write("src/sync.rs", SYNC);
    assert_eq!(fixture.workspace.refactor_apply("t", &proposal.job.id, &|_| {}).expect_err("refused").code, "STALE");
}

#[test]
fn only_documentation_of_the_same_project_that_is_written_to_its_end_is_taken() {
    let fixture = fixture();
    let server = writing_server(&CITED, &[]);
    let (project, page) = documented(&fixture, &server, JobType::Explanation);
    assert_eq!(fixture.workspace.ai_job(&page).expect("a page").doc_comments, 0);
    assert_eq!(ended(&fixture, &project, &page).error.expect("refused").code, "NO_PAGE");
    assert_eq!(ended(&fixture, &project, "none").error.expect("refused").code, "UNKNOWN_JOB");
}

#[test]
fn letters_that_a_file_can_not_hold_are_written_otherwise_or_told() {
    let fixture = fixture();
    let server = writing_server(&["It returns the folder\u{2019}s names \u{2014} all of them."], &[]);
    fixture.write("src/latin.py", b"# caf\xe9\n\ndef plan(names):\n    return names\n");
    let (project, _) = documented(&fixture, &server, JobType::Docs);
    let subject = Subject::File { path: "src/latin.py".into() };
    let request = AiRequest { job_type: JobType::Docs, subject, version: None, model: None, no_prose: false };
    let id = fixture.workspace.submit_ai_job(&project, &request).expect("taken").job_id;
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    let proposal = proposed(&fixture, &project, &id);
    let all: Vec<u32> = Vec::new();
    fixture.workspace.refactor_choose(&proposal.job.id, &all).expect("chosen");
    fixture.workspace.refactor_apply("t", &proposal.job.id, &|_| {}).expect("applied");
    let bytes = fs::read(fixture.root.join("src/latin.py")).expect("a file");
    assert!(bytes.starts_with(b"# caf\xe9\n"), "the encoding is as it was: {bytes:?}");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("It returns the folder's names - all of them."), "{text}");
}
