//! git notes as git-appraise writes and reads them: what it wrote is understood, what is written it understands, and ids come back.

mod exchange_common;

use exchange_common::{Folder, arrival, at, comment, thread};
use lectern_anchor::Quote;
use lectern_comments::{
    AuthorType,
    exchange::{
        Added, Author, ExchangeComment, ExchangeThread, Incoming, Note, NoteKind, Outgoing, Resolution, Whereabouts, lines_to_add,
        merge_lines, read_notes,
    },
};
use lectern_store::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

const COMMIT: &str = "9a281046eb9a348fd95c560c7ce588e8035a0b92";
/// `sha1sum` of the first comment in `data/appraise-discuss.txt` as Go writes it.
const FIRST: &str = "1bbdbc5ded55acf6cc40ecf7383f6261f1962f33";

fn discuss() -> Note {
    Note { kind: NoteKind::Discuss, commit: COMMIT.to_owned(), bytes: include_bytes!("data/appraise-discuss.txt").to_vec() }
}

fn outgoing(thread: &ExchangeThread) -> Outgoing<'_> {
    Outgoing { thread, commit: COMMIT.to_owned(), path: thread.at.origin.path.clone(), quote: None }
}

fn me() -> Author {
    Author { name: "Ada".to_owned(), email: "ada@example.org".to_owned() }
}

fn added(threads: &[ExchangeThread], notes: &[Note]) -> Added {
    lines_to_add(&threads.iter().map(outgoing).collect::<Vec<_>>(), notes, &me())
}

/// The notes once the lines are in.
fn merged(mut notes: Vec<Note>, added: &Added) -> Vec<Note> {
    for ((kind, commit), lines) in &added.lines {
        match notes.iter_mut().find(|note| note.kind == *kind && note.commit == *commit) {
            Some(note) => note.bytes = merge_lines(&note.bytes, lines),
            None => notes.push(Note { kind: *kind, commit: commit.clone(), bytes: merge_lines(b"", lines) }),
        }
    }
    notes
}

fn lines(note: &Note) -> Vec<Value> {
    note.bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect()
}

fn read(notes: &[Note]) -> Incoming {
    let incoming = read_notes(notes).expect("readable");
    assert_eq!(incoming.problems.count, 0, "{:?}", incoming.problems);
    incoming
}

#[test]
fn comments_of_git_appraise_become_threads() {
    let incoming = read(&[discuss()]);
    assert_eq!(incoming.left_out, [("lines of notes that are no comments", 1), ("verdicts without words", 1)]);
    let bodies: Vec<Vec<&str>> =
        incoming.threads.iter().map(|thread| thread.comments.iter().map(|comment| comment.body.as_str()).collect()).collect();
    assert_eq!(
        bodies,
        [vec!["Why T?", "Done."], vec!["_2?"], vec!["The whole file.\r\n"], vec!["LGTM"], vec!["To a comment that nobody has."]]
    );
    let first = &incoming.threads[0];
    assert_eq!(first.source.as_deref(), Some(format!("git-note:{FIRST}").as_str()), "as git-appraise names it");
    assert_eq!(first.id, None);
    let seconds = |seconds: i64| Timestamp::from_millis(seconds * 1000).expect("in range");
    assert_eq!(first.resolved, Some(Resolution::At(seconds(1_430_000_100))));
    assert_eq!((first.comments[0].created_at, first.comments[0].edited_at), (seconds(1_430_000_000), Some(seconds(1_430_000_200))));
    assert_eq!(first.comments[0].author, Author { name: String::new(), email: "ada@example.org".to_owned() });
    let places: Vec<_> = incoming
        .threads
        .iter()
        .map(|thread| match &thread.at {
            Whereabouts::Wanted(wanted) => (wanted.places[0].path.as_str(), wanted.places[0].line_start, wanted.places[0].line_end),
            Whereabouts::Known(_) => panic!("git-appraise knows no anchors"),
        })
        .collect();
    assert_eq!(places, [("src/main.rs", 3, 5), ("src/review.go", 186, 186), ("README.md", 0, 0), ("", 0, 0), ("", 0, 0)]);
}

#[test]
fn a_comment_has_the_name_that_git_appraise_gives_it() {
    let note = |line: &str| Note { kind: NoteKind::Discuss, commit: COMMIT.to_owned(), bytes: line.as_bytes().to_vec() };
    let name = |line: &str| read(&[note(line)]).threads[0].source.clone().expect("a source");
    // Times have ten digits at least, and numbers and unknown fields count as if they were not there.
    let plain = name(r#"{"timestamp":"0000000007","author":"x","description":"a\bb"}"#);
    assert_eq!(plain, "git-note:d585c92aba2f126ad6c2b2ca853c8fc2b52913a9", "sha1sum of the line");
    assert_eq!(name(r#"{"author":"x", "timestamp":7, "description":"a\u0008b", "v":0, "lectern2":{}}"#), plain);
    // A reply from a git-appraise that was built with an older Go.
    let reply = r#"{"timestamp":"0000000008","author":"y","parent":"eaa7f5f19963dcf093e12f236c3f3ca4b3fbf734","description":"c"}"#;
    let both = note(&format!("{}\n{reply}\n", r#"{"timestamp":"0000000007","author":"x","description":"a\bb"}"#));
    assert_eq!(read(&[both]).threads[0].comments.len(), 2);
}

#[test]
fn what_is_written_is_a_comment_of_git_appraise() {
    let mut one = thread("t-1");
    one.comments.push(comment("c-2", "Because <T> & so on", 2000));
    one.resolved_at = Some(at(5000));
    let notes = merged(Vec::new(), &added(&[one], &[]));
    assert_eq!(notes.len(), 1);
    let lines = lines(&notes[0]);
    let schema = ["timestamp", "author", "original", "parent", "location", "description", "resolved", "v"];
    for line in &lines {
        let fields = line.as_object().expect("an object");
        assert!(fields.keys().all(|key| schema.contains(&key.as_str()) || key == "lectern"), "{line}");
        let timestamp = line["timestamp"].as_str().expect("text");
        assert!(timestamp.len() == 10 && timestamp.bytes().all(|byte| byte.is_ascii_digit()), "{timestamp}");
        assert_eq!(line["v"], 0);
    }
    assert_eq!(lines[0]["location"], serde_json::json!({"commit": COMMIT, "path": "src/main.rs", "range": {"startLine": 3, "endLine": 5}}));
    assert_eq!((lines[0]["author"].as_str(), lines[0]["description"].as_str()), (Some("bob@example.org"), Some("Why here?")));
    let root = lines[1]["parent"].as_str().expect("a reply");
    assert_eq!(root.len(), 40);
    assert_eq!((lines[2]["parent"].as_str(), &lines[2]["resolved"], lines[2].get("description")), (Some(root), &Value::Bool(true), None));
    // Without Lectern's own field, as git-appraise keeps it, the names are the same.
    let stripped: Vec<String> = lines
        .iter()
        .map(|line| {
            let mut line = line.clone();
            line.as_object_mut().expect("an object").remove("lectern");
            line.to_string()
        })
        .collect();
    let plain = read(&[Note { bytes: stripped.join("\n").into_bytes(), ..notes[0].clone() }]);
    assert_eq!(plain.threads.len(), 1, "the reply finds its parent");
    assert_eq!(plain.threads[0].source.as_deref(), Some(format!("git-note:{root}").as_str()));
}

#[test]
fn ids_and_texts_survive_the_way_there_and_back() {
    let mut one = thread("t-1");
    one.source = Some("github:77".to_owned());
    one.comments[0].source = Some("github:78".to_owned());
    one.comments[0].created_at = at(123);
    one.created_at = at(123);
    one.comments.push(ExchangeComment {
        author_type: AuthorType::Ai,
        author: Author::default(),
        model: Some("qwen".to_owned()),
        ..comment("c-2", "By a program", 456)
    });
    one.resolved_at = Some(at(789));
    let notes = merged(Vec::new(), &added(std::slice::from_ref(&one), &[]));
    let incoming = read(&notes);
    let back = &incoming.threads[0];
    assert_eq!((back.id.as_deref(), &back.source, &back.comments), (Some("t-1"), &one.source, &one.comments));
    assert_eq!((back.resolved, back.created_at), (Some(Resolution::At(at(789))), at(123)));
    // Imported into a project that has it, it is the same.
    let folder = Folder::new();
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    let again = folder.import("ferry", incoming);
    assert_eq!((again.same, again.added, again.updated, again.comments_added), (1, 0, 0, 0));
}

#[test]
fn exporting_again_adds_nothing_and_then_only_what_is_new() {
    let mut one = thread("t-1");
    one.comments.push(comment("c-2", "Two", 2000));
    let notes = merged(Vec::new(), &added(std::slice::from_ref(&one), &[]));
    assert_eq!(added(std::slice::from_ref(&one), &notes).lines.len(), 0);
    one.comments[0].body = "Why there?".to_owned();
    one.comments[0].edited_at = Some(at(9000));
    one.comments.push(comment("c-3", "Three", 10_000));
    let more = added(std::slice::from_ref(&one), &notes);
    assert_eq!(more.lines.values().map(Vec::len).sum::<usize>(), 2);
    let notes = merged(notes, &more);
    let originals: Vec<Value> = lines(&notes[0]).into_iter().filter(|line| line.get("original").is_some()).collect();
    assert_eq!((originals.len(), originals[0]["description"].as_str()), (1, Some("Why there?")));
    assert_eq!(read(&notes).threads[0].comments, one.comments);
    assert_eq!(added(std::slice::from_ref(&one), &notes).lines.len(), 0);
    // Resolved, opened again, and each only once.
    for resolved in [Some(at(20_000)), None, Some(at(40_000))] {
        one.resolved_at = resolved;
        one.updated_at = resolved.unwrap_or(at(30_000));
        let notes = merged(notes.clone(), &added(std::slice::from_ref(&one), &notes));
        let said = read(&notes).threads[0].resolved.and_then(Resolution::resolved_at);
        assert_eq!(said, resolved);
    }
    let mut notes = notes;
    for resolved in [Some(at(20_000)), None, Some(at(40_000)), Some(at(40_000))] {
        one.resolved_at = resolved;
        one.updated_at = resolved.unwrap_or(at(30_000));
        notes = merged(notes.clone(), &added(std::slice::from_ref(&one), &notes));
        assert_eq!(read(&notes).threads[0].resolved.and_then(Resolution::resolved_at), resolved);
    }
    assert_eq!(lines(&notes[0]).iter().filter(|line| line.get("resolved").is_some()).count(), 3);
}

#[test]
fn what_somebody_else_wrote_later_stays() {
    let mut one = thread("t-1");
    let notes = merged(Vec::new(), &added(std::slice::from_ref(&one), &[]));
    let mut theirs = one.clone();
    theirs.comments[0].body = "Their text".to_owned();
    theirs.comments[0].edited_at = Some(at(5000));
    theirs.resolved_at = Some(at(6000));
    let notes = merged(notes.clone(), &added(&[theirs], &notes));
    one.comments[0].body = "Mine, which is older".to_owned();
    one.comments[0].edited_at = Some(at(4000));
    one.updated_at = at(4000);
    assert_eq!(added(&[one], &notes).lines.len(), 0);
}

#[test]
fn a_thread_of_git_appraise_is_answered_where_it_is() {
    let folder = Folder::new();
    let done = folder.import("ferry", read(&[discuss()]));
    assert_eq!((done.added, done.comments_added), (5, 6));
    assert_eq!(folder.import("ferry", read(&[discuss()])).same, 5);
    let mut threads = folder.export("ferry");
    assert_eq!(added(&threads, &[discuss()]).lines.len(), 0, "all of it is there");
    let answered = threads.iter_mut().find(|thread| thread.comments[0].body == "Why T?").expect("the thread");
    answered.comments.push(comment("c-9", "An answer", 0));
    let more = added(&threads, &[discuss()]);
    let line: Value = serde_json::from_str(&more.lines[&(NoteKind::Discuss, COMMIT.to_owned())][0]).expect("JSON");
    assert_eq!(line["parent"], FIRST);
    assert_eq!(line.get("location"), None);
}

#[test]
fn threads_of_programs_are_reports_that_git_appraise_passes_over() {
    let mut one = thread("t-1");
    one.comments[0].author_type = AuthorType::Ai;
    one.comments[0].author = Author::default();
    one.comments[0].model = Some("clippy".to_owned());
    one.comments.push(comment("c-2", "A person's answer", 2000));
    let notes = merged(Vec::new(), &added(std::slice::from_ref(&one), &[]));
    assert_eq!((notes.len(), notes[0].kind), (1, NoteKind::Analyses));
    for line in lines(&notes[0]) {
        // Its schema asks for a time and an address; with an empty one, and “fyi”, nothing is fetched.
        assert_eq!((line["status"].as_str(), line["url"].as_str(), &line["v"]), (Some("fyi"), Some(""), &Value::from(0)));
        assert!(line["timestamp"].as_str().is_some_and(|time| time.parse::<i64>().is_ok()));
    }
    assert_eq!(read(&notes).threads[0].comments, one.comments);
    let plain = r#"{"timestamp": "1450314860", "url": "https://example.org/shipshape.json", "status": "nmw"}"#;
    let report = Note { kind: NoteKind::Analyses, commit: COMMIT.to_owned(), bytes: plain.as_bytes().to_vec() };
    let incoming = read(&[report]);
    assert_eq!((incoming.threads.len(), incoming.left_out), (0, vec![("reports that are kept elsewhere", 1)]));
}

#[test]
fn lines_that_the_commit_does_not_have_go_along() {
    let one = thread("t-1");
    let quote = Quote { prefix: "before\n".to_owned(), quote: "the lines\n".to_owned(), suffix: String::new() };
    let out = Outgoing { quote: Some(quote.clone()), ..outgoing(&one) };
    let notes = merged(Vec::new(), &lines_to_add(&[out], &[], &me()));
    match &read(&notes).threads[0].at {
        Whereabouts::Wanted(wanted) => assert_eq!(wanted.quote, Some(quote)),
        Whereabouts::Known(_) => panic!("a note knows no anchor"),
    }
}

#[test]
fn merging_is_gits_cat_sort_uniq_and_loses_nobodys_lines() {
    let new = ["{\"timestamp\":\"2\"}".to_owned(), "{\"timestamp\":\"1\"}".to_owned()];
    assert_eq!(merge_lines(b"", &new), b"{\"timestamp\":\"1\"}\n{\"timestamp\":\"2\"}\n");
    let there = b"{\"timestamp\":\"3\"}\n\n{\"timestamp\":\"1\"}\n\n{\"timestamp\":\"1\"}";
    assert_eq!(merge_lines(there, &new), b"{\"timestamp\":\"1\"}\n{\"timestamp\":\"2\"}\n{\"timestamp\":\"3\"}\n");
    let words = b"Reviewed by hand:\n\n- all of it\n{\"timestamp\":\"2\"}\n\xff\n";
    assert_eq!(merge_lines(words, &new), b"Reviewed by hand:\n\n- all of it\n{\"timestamp\":\"2\"}\n\xff\n{\"timestamp\":\"1\"}\n");
}

#[test]
fn hostile_notes_cost_their_own_lines_only() {
    let bad = [
        r#"{"timestamp":"1","author":"x","location":{"path":"../../etc/passwd","range":{"startLine":1}},"description":"climbs"}"#,
        r#"{"timestamp":"1","author":"x","location":{"path":"/etc/passwd"},"description":"absolute"}"#,
        r#"{"timestamp":"soon","author":"x","description":"no time"}"#,
        r#"{"timestamp":"99999999999999999","author":"x","description":"a time beyond all years"}"#,
        r#"{"timestamp":"1","author":"x","location":{"path":"a","range":{"startLine":4294967295}},"description":"too far"}"#,
        r#"{"timestamp":"1","author":"x","location":{"path":"a","range":{"startLine":-1}},"description":"negative"}"#,
        r#"{"timestamp":"1","author":["x"],"description":"an author that is a list"}"#,
        r#"{"timestamp":"1","author":"x","description":"cut of"#,
        r#"{"timestamp":"1","author":"x","location":{"path":"a","range":{"startLine":9,"endLine":3}},"description":"backwards"}"#,
    ];
    let mut bytes = bad.join("\n").into_bytes();
    bytes.extend(b"\n\xff\xfe\n{\"timestamp\":\"1\",\"author\":\"x\",\"description\":\"fine\"}\n");
    let incoming = read_notes(&[Note { kind: NoteKind::Discuss, commit: COMMIT.to_owned(), bytes }]).expect("readable");
    let bodies: Vec<&str> = incoming.threads.iter().map(|thread| thread.comments[0].body.as_str()).collect();
    assert_eq!(bodies, ["backwards", "fine"]);
    assert_eq!((incoming.problems.count, incoming.left_out), (5, vec![("lines of notes that are no comments", 3)]));
    // A long way of answers ends.
    let mut chain = thread("t-1");
    chain.comments.extend((0..3000).map(|index| comment(&format!("c-{index}"), "again", i64::from(index))));
    let notes = merged(Vec::new(), &added(std::slice::from_ref(&chain), &[]));
    assert_eq!(read(&notes).threads[0].comments.len(), 3001);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_comes_back_as_it_was(bodies in prop::collection::vec((any::<String>(), 0..5000_i64), 1..6), name in any::<String>(), quote in any::<String>()) {
        let mut one = thread("t-1");
        one.comments = bodies.iter().enumerate().map(|(index, (body, time))| {
            let author = Author::new(&format!("{name}{index}"), "");
            ExchangeComment { author, ..comment(&format!("c-{index}"), &format!("{body}."), *time) }
        }).collect();
        one.comments.sort_by_key(|comment| comment.created_at);
        let quote = Quote { quote, ..Quote::default() };
        let out = Outgoing { quote: Some(quote), ..outgoing(&one) };
        let notes = merged(vec![discuss()], &lines_to_add(&[out], &[discuss()], &me()));
        let incoming = read(&notes);
        let back = incoming.threads.iter().find(|thread| thread.id.as_deref() == Some("t-1")).expect("the thread");
        let mut comments = back.comments.clone();
        comments.sort_by_key(|comment| comment.created_at);
        let sorted = |mut comments: Vec<ExchangeComment>| { comments.sort_by_key(|comment| (comment.created_at, comment.id.clone())); comments };
        prop_assert_eq!(sorted(comments), sorted(one.comments.clone()));
        prop_assert_eq!(incoming.threads.len(), 6, "what was there is there");
        prop_assert_eq!(lines_to_add(&[outgoing(&one)], &notes, &me()).lines.len(), 0);
    }

    #[test]
    fn no_note_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..400), json in "[\\[\\]{}\":,a-z0-9 \\n]{0,200}") {
        for bytes in [bytes, json.into_bytes()] {
            let note = Note { kind: NoteKind::Analyses, commit: COMMIT.to_owned(), bytes };
            prop_assert!(read_notes(std::slice::from_ref(&note)).is_ok());
            let merged = merge_lines(&note.bytes, &["{}".to_owned()]);
            for line in note.bytes.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                prop_assert!(merged.split(|byte| *byte == b'\n').any(|there| there == line), "kept");
            }
        }
    }
}
