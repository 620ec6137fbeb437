//! What was asked and cited is kept with its job, and found again.

use lectern_llm::{Reason, Role};
use lectern_store::{Store, StoreOptions, SystemClock, Timestamp};

use super::*;
use crate::{
    Subject,
    scripted::{Files, SLOTS, count, page, planner},
};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(&folder.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database");
    store
        .write::<_, rusqlite::Error>(|transaction| {
            transaction.execute_batch(
                "INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('ada', 'a@b', 'h', 't', 't');
                 INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at)
                     VALUES ('ferry', 'ada', 'ferry', x'2f', 't', 't'), ('other', 'ada', 'other', x'2f61', 't', 't');
                 INSERT INTO ai_jobs (id, project_id, user_id, status, type, params, result, created_at, updated_at) VALUES
                     ('1', 'ferry', 'ada', 'SUCCESS', 'DOCS', '{}', '{}', '1', '1'), ('2', 'ferry', 'ada', 'SUCCESS', 'DOCS', '{}', '{}', '2', '2'),
                     ('3', 'ferry', 'ada', 'FAILED', 'DOCS', '{}', NULL, '3', '3'), ('4', 'other', 'ada', 'SUCCESS', 'DOCS', '{}', '{}', '4', '4');",
            )
        })
        .expect("users, projects and jobs");
    (folder, store)
}

fn answered(text: &str) -> Answered {
    let finished =
        Finished { reason: Reason::Length, prompt_tokens: 9, reused_tokens: 3, generated_tokens: 4, prompt_ms: 1.5, generate_ms: 0.25 };
    Answered { text: text.to_owned(), finished }
}

fn cites(lines: &[(u32, &str)]) -> Page {
    let mut page = page(Subject::Project, &[]);
    page.citations = lines
        .iter()
        .zip(1..)
        .map(|((line, path), id)| crate::Citation {
            id,
            path: (*path).to_owned(),
            line_start: *line,
            line_end: line + 2,
            object: ObjectHash::of(path.as_bytes()).to_string(),
            version: 3,
        })
        .collect();
    page
}

#[test]
fn prompts_are_kept_exactly_in_the_order_they_were_asked() {
    let (_folder, store) = store();
    let version = Files::ferry();
    let index = version.index();
    let planner = planner(&version, &index, &page(Subject::Project, &SLOTS), 2048, false);
    let planned = crate::plan(&planner, &count).expect("a plan").slots;
    let now = |at: i64| Timestamp::from_millis(1_800_000_000_000 + at).expect("in range");
    let keep = |prompt: &PlannedSlot, answer: Option<&str>, at: i64| {
        let kept = KeptPrompt::new(prompt, answer.map(answered).as_ref());
        store.write::<_, rusqlite::Error>(|transaction| keep_prompt(transaction, "1", &kept, now(at))).expect("it is kept");
        kept
    };
    let first = keep(&planned[1], Some("An answer. [1]\n"), 1);
    keep(&planned[0], None, 2);
    let second = keep(&planned[0], Some("Another\u{0}. [1]"), 2);
    let kept = store.read(|connection| prompts_of(connection, "1")).expect("they are read");
    assert_eq!(kept, [first, second], "one of the same name is replaced");
    assert_eq!((&kept[0].messages, kept[0].messages[0].role), (&planned[1].messages, Role::System));
    let one = store.read(|connection| prompt_of(connection, "1", &planned[1].name)).expect("it is read");
    assert_eq!(one.as_ref(), Some(&kept[0]));
    for (job, name) in [("1", "nothing"), ("2", planned[1].name.as_str())] {
        assert_eq!(store.read(|connection| prompt_of(connection, job, name)).expect("none"), None);
    }
    store.write::<_, rusqlite::Error>(|transaction| forget_prompts(transaction, "1")).expect("they are forgotten");
    assert_eq!(store.read(|connection| prompts_of(connection, "1")).expect("none"), []);
}

#[test]
fn an_answer_is_one_to_exactly_what_was_asked() {
    let version = Files::ferry();
    let index = version.index();
    let planner = planner(&version, &index, &page(Subject::Project, &SLOTS), 2048, false);
    let asked = crate::plan(&planner, &count).expect("a plan").slots.swap_remove(0);
    let answer = answered("An answer. [1]\n");
    let stored = serde_json::to_value(KeptPrompt::new(&asked, Some(&answer))).expect("JSON");
    let read = |stored: serde_json::Value| KeptPrompt { slot: asked.name.clone(), ..serde_json::from_value(stored).expect("a prompt") };
    assert_eq!(read(stored.clone()).answer_to(&asked), Some(answer));
    assert_eq!(KeptPrompt::new(&asked, None).answer_to(&asked), None, "nothing was answered");
    let changed = |change: &dyn Fn(&mut PlannedSlot)| {
        let mut other = asked.clone();
        change(&mut other);
        read(stored.clone()).answer_to(&other)
    };
    assert_eq!(changed(&|other| other.name.push_str(" (again)")), None, "that is another question, asked more freely");
    assert_eq!(changed(&|other| other.messages[1].text.push(' ')), None);
    assert_eq!(changed(&|other| other.grammar.push(' ')), None);
    assert_eq!(changed(&|other| other.max_tokens += 1), None);
    let mut older = stored.clone();
    older.as_object_mut().expect("fields").remove("finished");
    assert_eq!(read(older).answer_to(&asked), None, "whether it was cut off is not known");
}

#[test]
fn pages_that_cite_a_file_are_found_and_what_they_cite_is_kept() {
    let (_folder, store) = store();
    let put = |job: &str, lines: &[(u32, &str)]| {
        let page = cites(lines);
        store.write::<_, rusqlite::Error>(|transaction| replace_citations(transaction, job, &page)).expect("they are kept");
    };
    put("1", &[(9, "a.rs"), (4, "a.rs"), (1, "b.rs")]);
    put("2", &[(1, "gone.rs")]);
    put("2", &[(7, "a.rs")]);
    put("3", &[(1, "a.rs")]);
    put("4", &[(1, "a.rs")]);
    let found = store.read(|connection| pages_citing(connection, "ferry", "a.rs")).expect("pages");
    let found: Vec<_> = found.iter().map(|row| (row.job_id.as_str(), row.line_start, row.line_end, row.number)).collect();
    assert_eq!(found, [("2", 7, 9, 1), ("1", 4, 6, 2), ("1", 9, 11, 1)], "the latest page first, of finished pages of this project only");
    let mut objects = store.read(cited_objects).expect("hashes");
    objects.sort();
    let mut expected = vec![ObjectHash::of(b"a.rs"), ObjectHash::of(b"b.rs")];
    expected.sort();
    assert_eq!(objects, expected, "of every page, and not of what was replaced");
}
