//! Jobs in a whole workspace: facts without any model, prose by a scripted server, nothing sent that was not allowed, nothing lost on the way.

mod common;
#[path = "../../llm/tests/support/mod.rs"]
mod support;

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Fixture, PASSWORD, fixture, heard_by};
use lectern_workspace::{
    Events,
    view::{
        AiJob, AiJobPage, AiRequest, AiSubmission, AiText, Failure, JobStatus, JobType, ModelLimits, NotificationFilter, SessionState,
        Subject, SyncProgress,
    },
};
use support::{Line, Server, other_kind};

const KEY: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

const SYNC: &str = "\
//! Syncs a folder.

use crate::store::Store;

/// What a sync would change.
pub struct Plan {
    pub added: Vec<String>,
}

/// Compares the folder with the newest manifest.
pub fn plan(store: &Store) -> Plan {
    let names = store.names();
    Plan { added: names }
}
";

const STORE: &str = "\
//! Keeps manifests.

/// Where manifests are kept.
pub struct Store;

impl Store {
    /// The names of all manifests.
    pub fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
";

fn with_code(fixture: &Fixture) -> String {
    fixture.write("README.md", "# Ferry\n\nFerry carries folders across.\n");
    fixture.write("src/sync.rs", SYNC);
    fixture.write("src/store.rs", STORE);
    fixture.project()
}

fn docs_of(path: &str) -> AiRequest {
    AiRequest { job_type: JobType::Docs, subject: Subject::File { path: path.to_owned() }, version: None, model: None, no_prose: false }
}

/// Asks and runs it here to its end.
fn written(fixture: &Fixture, project: &str, request: &AiRequest) -> AiJobPage {
    let id = fixture.workspace.submit_ai_job(project, request).expect("taken").job_id;
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    fixture.workspace.ai_job(&id).expect("it is there")
}

fn prose(done: &AiJobPage) -> String {
    serde_json::to_string(&done.page.as_ref().expect("a page").sections).expect("JSON")
}

fn kinds(fixture: &Fixture) -> Vec<String> {
    let page = fixture.workspace.notifications(None, 50, NotificationFilter::default()).expect("a list");
    page.notifications.into_iter().map(|card| card.kind).collect()
}

/// Adds the server as an endpoint and chooses it; its id.
fn choose(fixture: &Fixture, server: &Server) -> String {
    let draft = lectern_workspace::view::EndpointDraft {
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

#[test]
fn without_any_model_a_page_has_all_that_code_knows_and_says_that_nobody_wrote_prose() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let done = written(&fixture, &project, &docs_of("src/sync.rs"));
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let page = done.page.as_ref().expect("a page");
    assert!(page.writer.is_none());
    let json = prose(&done);
    assert!(json.contains("pub fn plan(store: &Store) -> Plan"), "the exact signature: {json}");
    assert!(json.contains("Compares the folder with the newest manifest."), "the doc comment");
    assert!(!json.contains("WAITING"), "no slot waits on a page that is done");
    assert_eq!(page.checks.citations_resolved as usize, page.citations.len());

    // Every citation opens, to the very lines.
    for cited in &page.citations {
        let code = fixture.workspace.cited_code(&done.job.id, cited.id).expect("it opens");
        assert!(code.current, "nothing changed since");
        let whole = fs::read_to_string(fixture.root.join(&cited.path)).expect("the file");
        assert_eq!(code.lines[0].text, whole.lines().nth(cited.line_start as usize - 1).expect("the line"));
    }
    let citing = fixture.workspace.pages_citing(&project, "src/sync.rs").expect("pages");
    assert!(citing.iter().all(|page| page.job_id == done.job.id) && !citing.is_empty());
    assert_eq!(kinds(&fixture), ["JOB_FINISHED"]);
    let markdown = fixture.workspace.ai_markdown(&done.job.id).expect("Markdown");
    assert!(markdown.contains("no prose") && markdown.contains("src/sync.rs:"), "{markdown}");
}

#[test]
fn a_citation_opens_what_was_cited_also_when_the_file_has_changed_since() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let done = written(&fixture, &project, &docs_of("src/sync.rs"));
    fixture.write("src/sync.rs", "fn other() {}\n");
    fixture.sync();
    let cited = done.page.expect("a page").citations.into_iter().find(|cited| cited.path == "src/sync.rs").expect("a citation");
    let code = fixture.workspace.cited_code(&done.job.id, cited.id).expect("it opens");
    assert!(!code.current, "the folder has other contents now");
    assert_eq!(code.version, 1);
    assert!(SYNC.contains(&code.lines[0].text));
}

#[test]
fn what_was_written_from_the_same_code_is_not_written_again_unless_somebody_asks_for_that() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let first = written(&fixture, &project, &docs_of("src/sync.rs"));
    let again = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken");
    assert_eq!((again.outcome, &again.job_id), (AiSubmission::Written, &first.job.id));
    let fresh = fixture.workspace.rewrite_ai_job(&first.job.id, None).expect("taken");
    assert_eq!(fresh.outcome, AiSubmission::Queued);
    assert_ne!(fresh.job_id, first.job.id);
    let joined = fixture.workspace.rewrite_ai_job(&first.job.id, None).expect("taken");
    assert_eq!((joined.outcome, &joined.job_id), (AiSubmission::Joined, &fresh.job_id), "asked for twice, it is run once");
    fixture.write("src/store.rs", format!("{STORE}\npub fn more() {{}}\n"));
    let changed = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken");
    assert_eq!(changed.outcome, AiSubmission::Queued, "other code, another page");
}

#[test]
fn nothing_is_sent_to_an_endpoint_before_it_is_allowed_for_the_project_and_then_no_secrets() {
    let fixture = fixture();
    let server = Server::start(|asked, line| {
        if !other_kind(asked, line) {
            says_something(line);
        }
    });
    fixture.write(
        "src/keys.rs",
        format!("/// The token.\npub const TOKEN: &str = \"{KEY}\";\n\npub fn token() -> &'static str {{ TOKEN }}\n"),
    );
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    let request = docs_of("src/keys.rs");
    let refused = fixture.workspace.submit_ai_job(&project, &request).expect_err("not allowed yet");
    assert_eq!(refused.code, "ENDPOINT_NOT_ALLOWED");
    assert_eq!(fixture.workspace.ai_plan("plan", &project, &request).expect_err("not allowed yet").code, "ENDPOINT_NOT_ALLOWED");
    assert!(server.asked().is_empty(), "nothing went there: {:?}", server.asked());

    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let plan = fixture.workspace.ai_plan("plan", &project, &request).expect("a plan");
    assert!(plan.total > 0 && plan.endpoint.is_some());
    assert!(server.asked_at("/v1/chat/completions").is_empty(), "planning asks nothing");
    let done = written(&fixture, &project, &request);
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let asked = server.asked_at("/v1/chat/completions");
    assert!(!asked.is_empty());
    for each in server.asked() {
        let body = String::from_utf8_lossy(&each.body).into_owned();
        assert!(!body.contains(KEY), "the token of the project went to {}", each.path);
    }
    assert!(asked.iter().all(|each| each.header("authorization") == Some("Bearer sk-very-secret")), "the endpoint's own key goes along");
    assert!(done.page.as_ref().expect("a page").checks.secrets_withheld > 0);
    let prompts = fixture.workspace.ai_prompts(&done.job.id).expect("prompts");
    let sent: Vec<String> =
        asked.iter().map(|each| each.json()["messages"][1]["content"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(prompts.iter().map(|prompt| prompt.messages[1].text.clone()).collect::<Vec<_>>(), sent, "what is shown is what was sent");
    assert!(prompts.iter().all(|prompt| prompt.answer.is_some()));

    // Taken back, the next one is refused; nowhere in the data is the key.
    fixture.workspace.allow_endpoint(&project, &endpoint, false).expect("taken back");
    let refused = fixture.workspace.rewrite_ai_job(&done.job.id, None).expect_err("no longer allowed");
    assert_eq!(refused.code, "ENDPOINT_NOT_ALLOWED");
    let database = fs::read(fixture.workspace.data_dir().database()).expect("the database");
    assert!(!database.windows(14).any(|bytes| bytes == b"sk-very-secret"));
}

#[test]
fn a_sentence_with_a_citation_that_holds_is_cited_and_one_without_can_be_kept_or_taken_out() {
    let fixture = fixture();
    let server = Server::start(|asked, line| {
        if other_kind(asked, line) {
            return;
        }
        line.stream_head();
        line.text("It compares the folder with the newest manifest. [1]\nThe moon is made of green cheese today. [-]\n");
        line.finish("stop", 9000);
    });
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let request = AiRequest {
        subject: Subject::Symbol { path: "src/sync.rs".into(), line: 11, name: "plan".into() },
        job_type: JobType::Explanation,
        ..docs_of("")
    };
    let done = written(&fixture, &project, &request);
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let page = done.page.as_ref().expect("a page");
    assert!(page.checks.uncited >= 1, "{:?}", page.checks);
    let (slot, at) = uncited(&done).expect("an uncited sentence");
    let id = &done.job.id;
    let kept = fixture.workspace.choose_sentence(id, &slot, at, lectern_workspace::view::SentenceChoice::Accept).expect("kept");
    assert!(uncited(&kept).is_none_or(|other| other != (slot.clone(), at)), "an accepted sentence is no longer marked");
    let taken = fixture.workspace.choose_sentence(id, &slot, at, lectern_workspace::view::SentenceChoice::Remove).expect("taken out");
    assert_eq!(taken.page.as_ref().expect("a page").checks.sentences + 1, page.checks.sentences);
    let gone = fixture.workspace.choose_sentence(id, &slot, 99, lectern_workspace::view::SentenceChoice::Remove);
    assert_eq!(gone.expect_err("no such sentence").code, "BAD_REQUEST");
}

/// The first sentence without a citation that nobody accepted: its slot and number.
fn uncited(done: &AiJobPage) -> Option<(String, u32)> {
    let sections = serde_json::to_value(&done.page.as_ref()?.sections).ok()?;
    let mut open = vec![&sections];
    while let Some(value) = open.pop() {
        if let Some(sentences) = value.get("sentences").and_then(|each| each.as_array()) {
            let at = sentences.iter().position(|each| each["citations"].as_array().is_some_and(Vec::is_empty) && each["accepted"] == false);
            if let Some(at) = at {
                return Some((value["slot"].as_str()?.to_owned(), u32::try_from(at).ok()?));
            }
        }
        match value {
            serde_json::Value::Array(all) => open.extend(all),
            serde_json::Value::Object(all) => open.extend(all.values()),
            _ => {}
        }
    }
    None
}

/// Hears what the window is told.
#[derive(Default)]
struct Heard {
    texts: Mutex<Vec<AiText>>,
    jobs: Mutex<usize>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn ai_job_changed(&self, _: AiJob) {
        *self.jobs.lock().expect("nobody panics while holding it") += 1;
    }
    fn ai_text_written(&self, text: AiText) {
        self.texts.lock().expect("nobody panics while holding it").push(text);
    }
}

#[test]
fn a_cancelled_job_stops_at_once_keeps_what_it_had_and_goes_on_from_there() {
    let heard = Arc::new(Heard::default());
    let fixture = heard_by(heard.clone());
    let stalls = Arc::new(AtomicBool::new(true));
    let (answers, holds) = (AtomicUsize::new(0), Arc::clone(&stalls));
    let server = Server::start(move |asked, line| {
        if other_kind(asked, line) {
            return;
        }
        let first = answers.fetch_add(1, Ordering::AcqRel) == 0;
        if first || !holds.load(Ordering::Acquire) {
            says_something(line);
            return;
        }
        line.stream_head();
        line.text("It compares the fold");
        line.wait_until_closed(Duration::from_secs(20));
    });
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let id = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken").job_id;
    let (workspace, running) = (Arc::clone(&fixture.workspace), id.clone());
    let runner = thread::spawn(move || workspace.run_ai_job_here(&running, &|| false));
    wait_for("the second answer to begin", || {
        heard.texts.lock().expect("nobody panics while holding it").iter().any(|text| text.text.ends_with("the fold"))
    });
    fixture.workspace.cancel_ai_job(&id).expect("cancelled");
    runner.join().expect("no panic").expect("it ends");
    let cancelled = fixture.workspace.ai_job(&id).expect("it is there");
    assert_eq!(cancelled.job.status, JobStatus::Failed);
    assert_eq!(cancelled.job.error.as_ref().map(|error| error.code.as_str()), Some("CANCELLED"));
    assert!(prose(&cancelled).contains("Whoever calls it"), "what was finished is kept");
    assert!(kinds(&fixture).is_empty(), "nobody is told of what they cancelled themselves");

    stalls.store(false, Ordering::Release);
    let before = server.asked_at("/v1/chat/completions");
    let again = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken");
    assert_eq!((&again.job_id, again.outcome), (&id, AiSubmission::Queued), "asked for again, it is gone on with");
    fixture.workspace.cancel_ai_job(&id).expect("cancelled while it waits");
    fixture.workspace.retry_ai_job(&id).expect("it waits again");
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    let done = fixture.workspace.ai_job(&id).expect("it is there");
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let prompt = |asked: &support::Asked| asked.json()["messages"].to_string();
    let after = &server.asked_at("/v1/chat/completions")[before.len()..];
    assert!(!after.is_empty() && after.iter().all(|asked| prompt(asked) != prompt(&before[0])), "what was finished is not asked for again");
}

#[test]
fn a_locked_window_hears_nothing_of_jobs_which_go_on_all_the_same() {
    let heard = Arc::new(Heard::default());
    let fixture = heard_by(heard.clone());
    let holds = Arc::new(AtomicBool::new(true));
    let held = Arc::clone(&holds);
    let server = Server::start(move |asked, line| {
        if other_kind(asked, line) {
            return;
        }
        while held.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(5));
        }
        says_something(line);
    });
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let id = fixture.workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).expect("taken").job_id;
    let (workspace, running) = (Arc::clone(&fixture.workspace), id.clone());
    let runner = thread::spawn(move || workspace.run_ai_job_here(&running, &|| false));
    wait_for("the first question", || !server.asked_at("/v1/chat/completions").is_empty());
    fixture.workspace.lock().expect("locked");
    let before = (*heard.jobs.lock().expect("no panic"), heard.texts.lock().expect("no panic").len());
    holds.store(false, Ordering::Release);
    // Whoever waits for the job is refused now; it runs to its end.
    let _ = runner.join().expect("no panic");
    let after = (*heard.jobs.lock().expect("no panic"), heard.texts.lock().expect("no panic").len());
    assert_eq!(after, before, "titles and text are of a project");
    fixture.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    assert_eq!(fixture.workspace.ai_job(&id).expect("it is there").job.status, JobStatus::Success);
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited too long for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_that_fails_leaves_a_plain_reason_the_facts_and_a_notification() {
    let fixture = fixture();
    let server = Server::start(|asked, line| {
        if !other_kind(asked, line) {
            line.answer(401, "text/html", "", "<html><body><h1>No</h1></body></html>");
        }
    });
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let failed = written(&fixture, &project, &docs_of("src/sync.rs"));
    let error = failed.job.error.as_ref().expect("an error");
    assert_eq!((failed.job.status, error.code.as_str()), (JobStatus::Failed, "ENDPOINT_REFUSED"));
    assert!(error.hint.is_some() && !error.message.contains('<') && !error.message.contains("sk-very"), "{error:?}");
    assert!(prose(&failed).contains("pub fn plan"), "the facts are there to read");
    assert_eq!(kinds(&fixture), ["JOB_FAILED"]);
}

#[test]
fn how_fast_a_server_was_is_kept_with_it_once_it_wrote_enough_to_tell() {
    let fixture = fixture();
    let server = Server::start(|asked, line| {
        if other_kind(asked, line) {
            return;
        }
        line.stream_head();
        line.text("Whoever calls it gets ");
        std::thread::sleep(std::time::Duration::from_millis(20));
        line.text("names out of the store. [1]\n");
        line.event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#);
        line.event(r#"{"choices":[],"usage":{"prompt_tokens":9000,"completion_tokens":40}}"#);
        line.event("[DONE]");
    });
    let project = with_code(&fixture);
    let endpoint = choose(&fixture, &server);
    fixture.workspace.allow_endpoint(&project, &endpoint, true).expect("allowed");
    let speed = || fixture.workspace.models().expect("models").endpoints[0].tokens_per_second;
    assert_eq!(speed(), None);
    let done = written(&fixture, &project, &docs_of("src/sync.rs"));
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let speed = speed().expect("it is kept");
    assert!(speed > 1.0 && speed < 2000.0, "40 tokens in 20 ms are 2,000 a second at most: {speed}");
}

#[test]
fn the_queue_is_ordered_cleared_and_brought_back() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let workspace = &fixture.workspace;
    let ids: Vec<String> = ["src/sync.rs", "src/store.rs", "README.md"]
        .into_iter()
        .map(|path| workspace.submit_ai_job(&project, &docs_of(path)).expect("taken").job_id)
        .collect();
    let ahead = || {
        let jobs = workspace.ai_jobs(Some(&project)).expect("a list");
        ids.iter().map(|id| jobs.iter().find(|job| job.id == *id).map(|job| job.ahead)).collect::<Vec<_>>()
    };
    assert_eq!(ahead(), [Some(0), Some(1), Some(2)]);
    workspace.move_ai_job(&ids[2], Some(&ids[0])).expect("moved");
    assert_eq!(ahead(), [Some(1), Some(2), Some(0)]);
    workspace.cancel_ai_jobs().expect("cancelled");
    let cleared = workspace.clear_ai_jobs().expect("cleared");
    assert_eq!(cleared.len(), 3);
    assert!(workspace.ai_jobs(None).expect("a list").is_empty());
    workspace.restore_ai_jobs(&cleared).expect("brought back");
    assert_eq!(workspace.ai_jobs(None).expect("a list").len(), 3);
}

#[test]
fn what_is_not_in_the_version_is_refused_in_plain_words() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let mut request = docs_of("src/none.rs");
    let failed = written(&fixture, &project, &request);
    assert_eq!(failed.job.error.expect("an error").code, "FILE_MISSING");
    request.subject = Subject::Diff { from: 1, to: 1, path: None };
    request.job_type = JobType::Explanation;
    assert_eq!(fixture.workspace.submit_ai_job(&project, &request).expect_err("the same").code, "BAD_REQUEST");
    request.subject = Subject::Diff { from: 1, to: 9, path: None };
    assert_eq!(fixture.workspace.submit_ai_job(&project, &request).expect_err("no such version").code, "UNKNOWN_VERSION");
    request.subject = Subject::Project;
    assert_eq!(fixture.workspace.submit_ai_job(&project, &request).expect_err("not explained").code, "BAD_REQUEST");
    request.job_type = JobType::Docs;
    request.model = Some("nobody".into());
    assert_eq!(fixture.workspace.submit_ai_job(&project, &request).expect_err("no such model").code, "UNKNOWN_MODEL");
}

#[test]
fn what_differs_between_two_versions_is_explained_with_citations_into_both() {
    let fixture = fixture();
    let project = with_code(&fixture);
    fixture.write("src/sync.rs", SYNC.replace("Plan { added: names }", "let mut added = names;\n    added.sort();\n    Plan { added }"));
    fixture.remove("src/store.rs");
    fixture.sync();
    let request = AiRequest { job_type: JobType::Explanation, subject: Subject::Diff { from: 1, to: 2, path: None }, ..docs_of("") };
    let done = written(&fixture, &project, &request);
    assert_eq!(done.job.status, JobStatus::Success, "{:?}", done.job.error);
    let versions: Vec<u32> = done.page.as_ref().expect("a page").citations.iter().map(|cited| cited.version).collect();
    assert!(versions.contains(&1) && versions.contains(&2), "{versions:?}");
    for cited in &done.page.as_ref().expect("a page").citations {
        fixture.workspace.cited_code(&done.job.id, cited.id).expect("it opens");
    }
}

#[test]
fn nobody_asks_reads_or_changes_anything_while_locked_signed_out_or_as_somebody_else() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let done = written(&fixture, &project, &docs_of("src/sync.rs"));
    let (workspace, id) = (Arc::clone(&fixture.workspace), done.job.id);
    let by_job = || -> Vec<Option<Failure>> {
        vec![
            workspace.ai_job(&id).err(),
            workspace.ai_prompts(&id).err(),
            workspace.cancel_ai_job(&id).err(),
            workspace.retry_ai_job(&id).err(),
            workspace.rewrite_ai_job(&id, None).err(),
            workspace.choose_sentence(&id, "overview", 0, lectern_workspace::view::SentenceChoice::Accept).err(),
            workspace.ai_markdown(&id).err(),
            workspace.export_ai_job(&id, &fixture.dir.path().join("page.md")).err(),
            workspace.cited_code(&id, 1).err(),
        ]
    };
    let by_project = || -> Vec<Option<Failure>> {
        vec![
            workspace.ai_plan("plan", &project, &docs_of("src/sync.rs")).err(),
            workspace.submit_ai_job(&project, &docs_of("src/sync.rs")).err(),
            workspace.ai_jobs(Some(&project)).err(),
            workspace.pages_citing(&project, "src/sync.rs").err(),
            workspace.allow_endpoint(&project, "e", true).err(),
        ]
    };
    let by_nobody = || -> Vec<Option<Failure>> {
        vec![
            workspace.ai_jobs(None).err(),
            workspace.cancel_ai_jobs().err(),
            workspace.move_ai_job(&id, None).err(),
            workspace.remove_ai_jobs(std::slice::from_ref(&id)).err(),
            workspace.restore_ai_jobs(std::slice::from_ref(&id)).err(),
            workspace.clear_ai_jobs().err(),
            workspace.models().err(),
            workspace.choose_model(None).err(),
            workspace.set_model_limits(ModelLimits { jobs_at_once: 1, memory_limit: 0.0 }).err(),
            workspace.discover_endpoints().err(),
            workspace.remove_model("m").err(),
            workspace.set_model_context("m", 1).err(),
            workspace.set_load_anyway("m", true).err(),
            workspace.remove_endpoint("e").err(),
            workspace.measure_model("t", "m", &|_| {}).err(),
            workspace.add_model_file("t", &fixture.root, &|_| {}).err(),
            workspace.download_model("t", "http://127.0.0.1:9/x.gguf", None, &|_| {}).err(),
        ]
    };
    let codes = |tries: Vec<Option<Failure>>| -> Vec<String> {
        tries.into_iter().map(|failure| failure.map_or_else(|| "it was allowed".to_owned(), |failure| failure.code)).collect()
    };
    let all = || codes(by_job().into_iter().chain(by_project()).chain(by_nobody()).collect());
    workspace.lock().expect("locked");
    assert!(all().iter().all(|code| code == "LOCKED"), "{:?}", all());
    workspace.sign_out().expect("signed out");
    assert!(all().iter().all(|code| code == "NOT_SIGNED_IN"), "{:?}", all());
    workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("another profile");
    assert!(codes(by_job()).iter().all(|code| code == "UNKNOWN_JOB"), "{:?}", codes(by_job()));
    assert!(codes(by_project()).iter().all(|code| code == "UNKNOWN_PROJECT"), "{:?}", codes(by_project()));
    assert!(!fixture.dir.path().join("page.md").exists());
    workspace.remove_ai_jobs(std::slice::from_ref(&id)).expect("nothing of theirs");
    workspace.sign_in(common::EMAIL, PASSWORD.to_owned(), false).expect("back");
    assert!(workspace.ai_job(&id).is_ok(), "nobody else removed it");
}

#[test]
fn a_whole_project_is_written_out_as_pages_and_foreign_files_are_left_alone() {
    let fixture = fixture();
    let project = with_code(&fixture);
    let out = fixture.dir.path().join("docs");
    let site = fixture.workspace.docs_site(&project, None, true, &out, &|| false, &mut |_, _, _| {}).expect("written");
    assert!(site.pages >= 3 && out.join("index.md").is_file(), "{site:?}");
    fixture.workspace.docs_site(&project, None, true, &out, &|| false, &mut |_, _, _| {}).expect("written over its own pages");
    let foreign = fixture.dir.path().join("mine");
    fs::create_dir(&foreign).expect("a folder");
    fs::write(foreign.join("letter.txt"), "dear").expect("a file");
    let refused = fixture.workspace.docs_site(&project, None, true, &foreign, &|| false, &mut |_, _, _| {}).expect_err("not ours");
    assert_eq!(refused.code, "TARGET_UNWRITABLE");
    assert_eq!(fs::read_dir(&foreign).expect("a list").count(), 1);
}
