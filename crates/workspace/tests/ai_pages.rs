//! Pages after they were written: sentences go and come back, citations are looked up, and models are called something else.

mod common;
#[path = "../../llm/tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use common::{EMAIL, Fixture, PASSWORD, fixture, open};
use lectern_workspace::{
    NoEvents, Workspace,
    view::{AiJobPage, AiRequest, EndpointCard, EndpointDraft, JobType, Page, SentenceChoice, Subject},
};
use support::{Server, other_kind};

const SYNC: &str = "\
/// What a sync would change.
pub struct Plan {
    pub added: Vec<String>,
}

/// Compares the folder with the newest manifest.
pub fn plan(
    names: Vec<String>,
) -> Plan {
    Plan { added: names }
}
";

/// Writes the same about everything: a sentence with a citation that holds, and one without.
fn writing_server() -> Server {
    Server::start(|asked, line| {
        if !other_kind(asked, line) {
            line.stream_head();
            line.text("It compares the folder with the newest manifest. [1]\nThe moon is made of green cheese today. [-]\n");
            line.finish("stop", 9000);
        }
    })
}

fn draft(name: &str, url: &str) -> EndpointDraft {
    EndpointDraft { name: name.into(), url: url.into(), model: "small".into(), key: None, context: 8192 }
}

/// An endpoint that may write about the fixture's project, chosen; and that project.
fn with_writer(fixture: &Fixture, server: &Server) -> (String, EndpointCard) {
    fixture.write("src/sync.rs", SYNC);
    let project = fixture.project();
    let added = fixture.workspace.add_endpoint(draft("Scripted", &server.address())).expect("added").endpoints.pop().expect("an endpoint");
    fixture.workspace.choose_model(Some(&added.id)).expect("chosen");
    fixture.workspace.allow_endpoint(&project, &added.id, true).expect("allowed");
    (project, added)
}

fn explained(fixture: &Fixture, project: &str) -> AiJobPage {
    let subject = Subject::Symbol { path: "src/sync.rs".into(), line: 7, name: "plan".into() };
    let request = AiRequest { job_type: JobType::Explanation, subject, version: None, model: None, no_prose: false };
    let id = fixture.workspace.submit_ai_job(project, &request).expect("taken").job_id;
    fixture.workspace.run_ai_job_here(&id, &|| false).expect("it ends");
    fixture.workspace.ai_job(&id).expect("it is there")
}

/// The slot and the number of the first sentence about the moon.
fn moon(page: &Page) -> (String, u32) {
    let sections = serde_json::to_value(&page.sections).expect("JSON");
    let mut open = vec![&sections];
    while let Some(value) = open.pop() {
        let sentences = value.get("sentences").and_then(|each| each.as_array());
        if let Some(at) = sentences.and_then(|all| all.iter().position(|each| each.to_string().contains("moon"))) {
            return (value["slot"].as_str().expect("a slot").to_owned(), u32::try_from(at).expect("few"));
        }
        match value {
            serde_json::Value::Array(all) => open.extend(all),
            serde_json::Value::Object(all) => open.extend(all.values()),
            _ => {}
        }
    }
    panic!("nothing is said of the moon: {sections}");
}

/// Changes a column of the job's row behind the workspace's back.
fn put(fixture: &Fixture, job: &str, set: &str, value: &str) {
    let database = rusqlite::Connection::open(fixture.workspace.data_dir().database()).expect("the database");
    let changed = database.execute(&format!("UPDATE ai_jobs SET {set} = ?1 WHERE id = ?2"), [value, job]).expect("changed");
    assert_eq!(changed, 1);
}

fn stored(workspace: &Workspace, job: &str) -> String {
    let database = rusqlite::Connection::open(workspace.data_dir().database()).expect("the database");
    database.query_row("SELECT result FROM ai_jobs WHERE id = ?1", [job], |row| row.get(0)).expect("a result")
}

#[test]
fn a_sentence_that_was_taken_out_is_left_out_of_exports_and_put_back_after_a_restart() {
    let mut fixture = fixture();
    let server = writing_server();
    let (project, _) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let (id, page) = (done.job.id.clone(), done.page.expect("a page"));
    let (slot, at) = moon(&page);
    let taken = fixture.workspace.choose_sentence(&id, &slot, at, SentenceChoice::Remove).expect("taken out");
    let after = taken.page.expect("a page");
    assert_eq!((after.checks.sentences, taken.job.uncited), (page.checks.sentences - 1, done.job.uncited - 1));
    assert_eq!(moon(&after), (slot.clone(), at), "it is on the page for whoever wants it back");
    let left = |workspace: &Arc<Workspace>| workspace.ai_markdown(&id).expect("Markdown").matches("moon").count();
    let all = page.checks.uncited as usize;
    assert_eq!(left(&fixture.workspace), all - 1);
    let file = fixture.dir.path().join("page.md");
    fixture.workspace.export_ai_job(&id, &file).expect("exported");
    assert_eq!(std::fs::read_to_string(&file).expect("a file").matches("moon").count(), all - 1);

    // Another start of Lectern.
    fixture.workspace = open(fixture.dir.path().join("data"), Arc::new(NoEvents));
    fixture.workspace.sign_in(EMAIL, PASSWORD.to_owned(), false).expect("signed in");
    assert_eq!(left(&fixture.workspace), all - 1, "it stays out");
    let back = fixture.workspace.choose_sentence(&id, &slot, at, SentenceChoice::Restore).expect("put back");
    assert_eq!((back.page.expect("a page"), back.job.uncited), (page, done.job.uncited), "the page is what it was");
    assert_eq!(left(&fixture.workspace), all);
}

#[test]
fn a_page_of_an_earlier_build_is_read_and_its_sentences_can_be_taken_out() {
    let fixture = fixture();
    let server = writing_server();
    let (project, _) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let (id, page) = (done.job.id, done.page.expect("a page"));
    let mut old: serde_json::Value =
        serde_json::from_str(&stored(&fixture.workspace, &id).replace(",\"removed\":false", "")).expect("JSON");
    old["format"] = 1.into();
    assert!(!old.to_string().contains("removed"));
    put(&fixture, &id, "result", &old.to_string());
    let read = fixture.workspace.ai_job(&id).expect("it is read").page.expect("a page");
    assert_eq!(read.sections, page.sections);
    let (slot, at) = moon(&read);
    fixture.workspace.choose_sentence(&id, &slot, at, SentenceChoice::Remove).expect("taken out");
    let format = serde_json::from_str::<serde_json::Value>(&stored(&fixture.workspace, &id)).expect("JSON")["format"].clone();
    assert_ne!(format, 1, "an earlier build would show what was taken out");

    old["format"] = 1_000.into();
    put(&fixture, &id, "result", &old.to_string());
    assert_eq!(fixture.workspace.ai_job(&id).expect_err("newer").code, "NEWER_DATA");
}

#[test]
fn a_page_is_read_once_however_many_of_its_citations_are_looked_at() {
    let fixture = fixture();
    let server = writing_server();
    let (project, _) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let (id, page) = (done.job.id, done.page.expect("a page"));
    let first = fixture.workspace.cited_code(&id, page.citations[0].id).expect("it opens");
    // What is stored can't be read any more, and nothing says that it changed: only who reads it again notices.
    put(&fixture, &id, "result", "{}");
    for cited in &page.citations {
        fixture.workspace.cited_code(&id, cited.id).expect("the page was not read again");
    }
    assert_eq!(fixture.workspace.cited_code(&id, page.citations[0].id).expect("again"), first);
    assert_eq!(fixture.workspace.cited_code(&id, 9_999).expect_err("no such citation").code, "UNKNOWN_CITATION");
    put(&fixture, &id, "updated_at", "2199-01-01T00:00:00.000Z");
    let changed = fixture.workspace.cited_code(&id, page.citations[0].id).expect_err("a page that changed is read");
    assert_eq!(changed.code, "NEWER_DATA");
}

#[test]
fn the_lines_of_several_citations_are_those_of_each_with_their_colours() {
    let fixture = fixture();
    let server = writing_server();
    let (project, _) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let page = done.page.expect("a page");
    let mut ids: Vec<u32> = page.citations.iter().map(|cited| cited.id).collect();
    ids.push(9_999);
    let found = fixture.workspace.cited_lines(&done.job.id, &ids).expect("lines");
    assert_eq!(found.len(), page.citations.len(), "what is not there is left out");
    for each in found {
        let alone = fixture.workspace.cited_code(&done.job.id, each.citation).expect("it opens");
        assert_eq!(each.lines, alone.lines);
        assert!(each.lines.iter().any(|line| !line.spans.is_empty()), "{:?}", each.lines);
    }
}

#[test]
fn a_renamed_model_is_called_so_everywhere_but_on_pages_that_it_wrote_before() {
    let fixture = fixture();
    let server = writing_server();
    let (project, endpoint) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let rename = |name: &str| fixture.workspace.rename_model(&endpoint.id, name);
    let refused = |name: &str| rename(name).expect_err("no name").message;
    assert_eq!(refused(" "), "A name needs a letter or a digit.");
    assert_eq!(refused(&"n".repeat(81)), "A name has at most 80 characters; this one has 81.");
    assert_eq!(fixture.workspace.rename_model("nobody", "A name").expect_err("nobody").code, "UNKNOWN_MODEL");

    let models = rename(" The small one ").expect("renamed");
    assert_eq!(models.endpoints[0].name, "The small one");
    assert_eq!(models.endpoints[0].allowed, [project.as_str()], "what was allowed stays");
    assert_eq!(fixture.workspace.ai_job(&done.job.id).expect("it is there").job.model.as_deref(), Some("Scripted"));
    let again = fixture.workspace.rewrite_ai_job(&done.job.id, None).expect("taken").job_id;
    fixture.workspace.run_ai_job_here(&again, &|| false).expect("it ends");
    let again = fixture.workspace.ai_job(&again).expect("it is there");
    assert_eq!(again.job.model.as_deref(), Some("The small one"));
    assert_eq!(again.page.and_then(|page| page.writer).expect("a writer").model, "The small one");
    assert_eq!((again.job.model_id, done.job.model_id), (Some(endpoint.id.clone()), Some(endpoint.id.clone())), "it is the same model");
}

#[test]
fn an_address_without_encryption_is_warned_of_unless_it_is_this_computer() {
    let fixture = fixture();
    let workspace = &fixture.workspace;
    for (url, warned) in [
        ("http://192.168.1.20:8080/v1", true),
        ("http://models.example/v1", true),
        ("https://models.example/v1", false),
        ("http://127.0.0.1:11434/v1", false),
        ("http://[::1]:11434/v1", false),
        ("no address", false),
    ] {
        let warning = workspace.endpoint_warning(url).expect("an answer");
        assert_eq!(warning.is_some(), warned, "{url}");
        assert!(warning.is_none_or(|warning| warning.contains("no encryption") && warning.contains("https://")), "it says what to do");
    }
    let models = workspace.add_endpoint(draft("Plain", "http://nowhere.invalid/v1")).expect("added");
    assert!(models.endpoints[0].warning.is_some());
    let check = workspace.check_endpoint(draft("", "http://nowhere.invalid/v1"), None).expect("an answer");
    assert!(!check.answers && check.warning == models.endpoints[0].warning, "{check:?}");
}

#[test]
fn a_job_says_which_section_of_how_many_is_written_and_nothing_of_what_an_endpoint_computes_with() {
    let fixture = fixture();
    let server = writing_server();
    let (project, _) = with_writer(&fixture, &server);
    let done = explained(&fixture, &project);
    let sections = u32::try_from(done.page.expect("a page").sections.len()).expect("few");
    let progress = &done.job.progress;
    assert_eq!((progress.section_number, progress.sections), (sections + 1, sections), "all are behind it");
    assert_eq!(progress.computes, "");
    // A row of an earlier build knows of no sections.
    put(
        &fixture,
        &done.job.id,
        "progress",
        r#"{"format":1,"title":"plan","now":{"phase":"WAITING","section":"","done":2,"total":2,"tokens":0,"tokens_per_second":0.0,"prompt_tokens":0,"context":0,"memory":0.0,"seconds_left":null}}"#,
    );
    let progress = fixture.workspace.ai_job(&done.job.id).expect("it is read").job.progress;
    assert_eq!((progress.done, progress.sections), (2, 0));
}

#[test]
fn nothing_of_this_is_answered_while_lectern_is_locked() {
    let fixture = fixture();
    let server = writing_server();
    let (project, endpoint) = with_writer(&fixture, &server);
    let id = explained(&fixture, &project).job.id;
    let workspace = &fixture.workspace;
    workspace.lock().expect("locked");
    let refused = [
        workspace.rename_model(&endpoint.id, "Mine").err(),
        workspace.endpoint_warning("http://models.example").err(),
        workspace.cited_lines(&id, &[1]).err(),
        workspace.choose_sentence(&id, "overview", 0, SentenceChoice::Restore).err(),
    ];
    assert!(refused.iter().all(|failure| failure.as_ref().is_some_and(|failure| failure.code == "LOCKED")), "{refused:?}");
    workspace.sign_out().expect("signed out");
    workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("another profile");
    assert_eq!(workspace.rename_model(&endpoint.id, "Mine").expect_err("not hers").code, "UNKNOWN_MODEL");
    assert_eq!(workspace.cited_lines(&id, &[1]).expect_err("not hers").code, "UNKNOWN_JOB");
}
