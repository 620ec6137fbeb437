//! Lectern's own file loses nothing, and an import never takes away what is newer here.

mod exchange_common;

use exchange_common::{Folder, arrival, at, comment, thread};
use lectern_comments::{
    AuthorType, Event, Origin, Place, PlaceCandidate, Rejected, State, ThreadAnchor,
    exchange::{Author, ExchangeComment, ExchangeError, ExchangeEvent, ExchangeThread, KnownPlace, read_json, write_json, write_markdown},
};
use proptest::{collection::vec, option, prelude::*};

fn path() -> impl Strategy<Value = String> {
    let name = "[^/\u{0}]{1,8}".prop_filter("a name", |name| name != "." && name != "..");
    prop_oneof![8 => vec(name, 1..4).prop_map(|names| names.join("/")), 1 => Just("\u{0}636166e9".to_owned())]
}

fn place() -> impl Strategy<Value = Place> {
    let lines = prop_oneof![Just((0, 0)), (1..100_000_u32, 0..50_u32).prop_map(|(start, more)| (start, start + more))];
    prop_oneof![
        8 => (path(), lines).prop_map(|(path, (line_start, line_end))| Place { path, line_start, line_end }),
        1 => Just(Place::default()),
    ]
}

fn state() -> impl Strategy<Value = State> {
    prop::sample::select(vec![State::Exact, State::Moved, State::Edited, State::NeedsReview, State::Outdated])
}

fn known() -> impl Strategy<Value = KnownPlace> {
    let texts = (any::<String>(), any::<String>(), any::<String>());
    let other = (path(), 1..1000_u32, 0.0..1.0_f32);
    let said =
        (option::of(any::<String>()), option::of(any::<u32>()), 0.0..1.0_f32, any::<bool>(), vec(other, 0..3), vec(any::<String>(), 0..2));
    (place(), state(), place(), texts, said, vec(0..6_usize, 0..3)).prop_map(|(place, state, began, texts, said, events)| {
        let mut origin = Origin::new(&began, None);
        (origin.quote, origin.prefix, origin.suffix) = texts;
        let (commit, version, confidence, kept, others, rejected) = said;
        (origin.commit, origin.version) = (commit, version);
        let mut anchor = ThreadAnchor { confidence, kept, version, ..ThreadAnchor::at_origin(&origin) };
        anchor.candidates =
            others.into_iter().map(|(path, line, score)| PlaceCandidate { path, line_start: line, line_end: line, score }).collect();
        anchor.rejected = rejected.into_iter().map(|quote| Rejected { path: began.path.clone(), quote }).collect();
        let kinds = [Event::Created, Event::Followed, Event::Placed, Event::Rejected, Event::Kept, Event::Undone];
        let event = |(index, kind): (usize, usize)| ExchangeEvent {
            event: kinds[kind],
            place: began.clone(),
            state,
            origin: origin.clone(),
            anchor: anchor.clone(),
            created_at: at(i64::try_from(index).expect("small")),
        };
        let history = events.into_iter().enumerate().map(event).collect();
        KnownPlace { place, state, origin, anchor, history }
    })
}

fn author() -> impl Strategy<Value = Author> {
    (any::<String>(), option::of("[a-z]{1,6}@[a-z]{1,6}")).prop_map(|(name, email)| Author::new(&name, &email.unwrap_or_default()))
}

fn a_comment() -> impl Strategy<Value = ExchangeComment> {
    let body = prop_oneof![any::<String>(), "[`~>#\\n -]{0,20}x[`~>#\\n -]{0,20}"].prop_map(|body| format!("{body}."));
    let times = (0..1_000_000_i64, option::of(0..1_000_000_i64));
    (author(), option::of("[a-z ]{1,9}"), body, times, option::of("[a-z]{3}:[0-9]{9}")).prop_map(
        |(author, model, body, (created, edited), source)| ExchangeComment {
            id: None,
            source,
            author_type: if model.is_some() { AuthorType::Ai } else { AuthorType::User },
            author,
            model,
            body,
            created_at: at(created),
            edited_at: edited.map(|edited| at(created + edited)),
        },
    )
}

fn threads() -> impl Strategy<Value = Vec<ExchangeThread>> {
    let one = (known(), option::of(0..99_i64), 0..99_i64, vec(a_comment(), 1..4), any::<bool>());
    vec(one, 0..6).prop_map(|all| {
        let thread =
            |(index, (known, resolved, updated, mut comments, from_elsewhere)): (usize, (KnownPlace, _, _, Vec<ExchangeComment>, bool))| {
                for (number, comment) in comments.iter_mut().enumerate() {
                    comment.id = Some(format!("c-{index}-{number}"));
                    comment.source = comment.source.take().map(|source| format!("{source}-{number}"));
                }
                ExchangeThread {
                    id: format!("t-{index}"),
                    source: from_elsewhere.then(|| format!("github:{index}")),
                    at: known,
                    resolved_at: Option::<i64>::map(resolved, at),
                    created_at: at(0),
                    updated_at: at(updated),
                    comments,
                }
            };
        all.into_iter().enumerate().map(thread).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_written_is_read_again(threads in threads(), project in any::<String>()) {
        let incoming = read_json(&write_json(&project, &threads)).expect("readable");
        prop_assert_eq!(incoming.problems.count, 0, "{:?}", incoming.problems);
        let again = exchange_common::arrivals(incoming);
        let expected: Vec<_> = threads.iter().map(arrival).collect();
        prop_assert_eq!(again, expected);
    }

    #[test]
    fn a_project_that_was_exported_and_imported_elsewhere_is_exported_as_the_same_file(threads in threads()) {
        let first = Folder::new();
        first.import("ferry", read_json(&write_json("x", &threads)).expect("readable"));
        let file = write_json("ferry", &first.export("ferry"));
        let second = Folder::new();
        let done = second.import("ferry", read_json(&file).expect("readable"));
        prop_assert_eq!((done.added as usize, done.updated, done.same), (threads.len(), 0, 0));
        prop_assert_eq!(text(&second.export("ferry")), String::from_utf8_lossy(&file));
        // Beside the project itself, in the same data folder.
        first.import("bridge", read_json(&file).expect("readable"));
        prop_assert_eq!(text(&first.export("bridge")), String::from_utf8_lossy(&file));
        for folder in [&second, &first] {
            let again = folder.import(if std::ptr::eq(folder, &first) { "bridge" } else { "ferry" }, read_json(&file).expect("readable"));
            prop_assert_eq!((again.added, again.updated, again.same as usize, again.comments_added), (0, 0, threads.len(), 0));
        }
    }

    #[test]
    fn no_text_is_read_as_a_file_or_breaks_the_reading(bytes in vec(any::<u8>(), 0..300), cut in 0..2000_usize) {
        prop_assert!(read_json(&bytes).is_err());
        let whole = write_json("ferry", &[thread("a")]);
        let part = &whole[..cut.min(whole.len().saturating_sub(3))];
        prop_assert!(read_json(part).is_err(), "a file that was cut off");
    }

    #[test]
    fn nothing_in_a_thread_breaks_out_of_its_place_in_the_document(threads in threads()) {
        let text = String::from_utf8(write_markdown("x", &threads, at(0))).expect("UTF-8");
        let comments: usize = threads.iter().map(|thread| thread.comments.len()).sum();
        prop_assert_eq!(outside_of_code(&text).filter(|line| line.starts_with("### ")).count(), threads.len());
        prop_assert_eq!(outside_of_code(&text).filter(|line| line.starts_with("**")).count(), comments);
    }
}

fn text(threads: &[ExchangeThread]) -> String {
    String::from_utf8(write_json("ferry", threads)).expect("UTF-8")
}

/// The lines that are in no fence.
fn outside_of_code(text: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<usize> = None;
    text.split('\n').filter(move |line| {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        let is_end = fence.is_some_and(|open| ticks >= open && line[ticks..].trim().is_empty());
        match fence {
            Some(_) if is_end => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            Some(_) => {}
            None => return true,
        }
        false
    })
}

#[test]
fn importing_twice_adds_nothing_and_an_edited_comment_updates() {
    let folder = Folder::new();
    let mut one = thread("t");
    let done = folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    assert_eq!((done.added, done.comments_added), (1, 1));
    let again = folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    assert_eq!((again.added, again.updated, again.same), (0, 0, 1));
    one.comments[0].body = "Why here, and not there?".to_owned();
    one.comments[0].edited_at = Some(at(10));
    one.comments.push(comment("c-2", "Indeed.", 20));
    let edited = folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    assert_eq!((edited.updated, edited.comments_updated, edited.comments_added), (1, 1, 1));
    assert_eq!(folder.export("ferry")[0].comments, one.comments);
}

#[test]
fn a_later_text_here_is_never_replaced() {
    let folder = Folder::new();
    let one = thread("t");
    let mut here = one.clone();
    here.comments[0].body = "The later text".to_owned();
    here.comments[0].edited_at = Some(at(50));
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&here)]).expect("imported");
    let mut there = one.clone();
    for stamp in [None, Some(at(49)), Some(at(50))] {
        there.comments[0].edited_at = stamp;
        there.comments[0].body = format!("Another, of {stamp:?}");
        let done = folder.threads.import("ferry", &Folder::me(), vec![arrival(&there)]).expect("imported");
        assert_eq!((done.same, done.comments_kept), (1, 1), "{stamp:?}");
        assert_eq!(folder.export("ferry")[0].comments, here.comments, "{stamp:?}");
    }
}

#[test]
fn whether_it_is_resolved_follows_whoever_changed_it_later() {
    let folder = Folder::new();
    let mut one = thread("t");
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    one.resolved_at = Some(at(5));
    let mut resolved = |updated: i64, resolved: Option<i64>| {
        (one.updated_at, one.resolved_at) = (at(updated), resolved.map(at));
        folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
        folder.export("ferry")[0].resolved_at
    };
    assert_eq!(resolved(0, Some(0)), None, "not later than here");
    assert_eq!(resolved(10, Some(5)), Some(at(5)));
    assert_eq!(resolved(9, None), Some(at(5)), "earlier than here");
    assert_eq!(resolved(11, None), None);
}

#[test]
fn what_was_deleted_here_does_not_come_back() {
    let folder = Folder::new();
    let mut one = thread("t");
    one.comments.push(comment("c-2", "Two", 5));
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    folder.run("UPDATE comments SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'c-2'");
    let done = folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    assert_eq!((done.same, done.comments_kept), (1, 1));
    assert_eq!(folder.export("ferry")[0].comments.len(), 1);
    folder.threads.set_deleted("ferry", "t", true).expect("deleted");
    one.updated_at = at(99);
    let done = folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    assert_eq!((done.skipped, done.added, done.updated), (1, 0, 0));
    assert!(folder.export("ferry").is_empty());
}

#[test]
fn a_comment_with_the_users_email_is_theirs() {
    let folder = Folder::new();
    let mut one = thread("t");
    one.comments.push(ExchangeComment { author: Author::parse("Ada L. <ADA@example.org>"), ..comment("mine", "Mine", 1) });
    let model = Some("ADA".to_owned());
    one.comments.push(ExchangeComment { author_type: AuthorType::Ai, model, ..comment("ai", "A program's", 2) });
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&one)]).expect("imported");
    let comments = folder.threads.comments("t").expect("comments");
    let authors: Vec<_> = comments.iter().map(|comment| (comment.author_id.as_deref(), comment.author_name.as_str())).collect();
    assert_eq!(authors, [(None, "Bob <bob@example.org>"), (Some("ada"), ""), (None, "Bob <bob@example.org>")]);
}

#[test]
fn an_import_that_fails_in_the_middle_changes_nothing() {
    let folder = Folder::new();
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&thread("old"))]).expect("imported");
    let before = folder.export("ferry");
    folder
        .run("CREATE TRIGGER full BEFORE INSERT ON comments WHEN new.body = 'Too much' BEGIN SELECT raise(ABORT, 'the disk is full'); END");
    let mut old = thread("old");
    old.comments[0].body = "Another text".to_owned();
    old.comments[0].edited_at = Some(at(99));
    let mut bad = thread("bad");
    bad.comments.push(comment("bad-2", "Too much", 1));
    let all = [&old, &thread("new"), &bad, &thread("never")].map(arrival).to_vec();
    assert!(folder.threads.import("ferry", &Folder::me(), all).is_err());
    assert_eq!(folder.export("ferry"), before);
    assert_eq!((folder.count("comment_threads"), folder.count("comments"), folder.count("thread_anchors")), (1, 1, 1));
}

#[test]
fn one_thread_that_cannot_be_does_not_cost_the_others() {
    let text = String::from_utf8(write_json("ferry", &[thread("good"), thread("bad")])).expect("UTF-8");
    let (head, bad) = text.split_at(text.find("\"bad\"").expect("the second thread"));
    for (from, to) in [
        ("\"path\":\"src/main.rs\"", "\"path\":\"../main.rs\""),
        ("\"path\":\"src/main.rs\"", "\"path\":\"/etc/passwd\""),
        ("\"path\":\"src/main.rs\"", "\"path\":\"a\\u0000b\""),
        ("\"path\":\"src/main.rs\"", "\"path\":\"\""),
        ("\"line_start\":3", "\"line_start\":0"),
        ("\"line_start\":3", "\"line_start\":9"),
        ("\"line_end\":5", "\"line_end\":4294967295"),
        ("\"EXACT\"", "\"LOST\""),
        ("\"CREATED\"", "\"BORN\""),
        ("\"USER\"", "\"CAT\""),
        ("2026-09-21", "someday"),
        ("2026-09-21T", "+12026-09-21T"),
        ("\"bad-c\"", "\"\""),
        ("\"format\":1", "\"format\":2"),
        ("\"body\":\"Why here?\"", "\"body\":\" \\n\""),
        ("\"comments\":[{", "\"comments\":[],\"others\":[{"),
        ("\"confidence\":1.0", "\"confidence\":1e300"),
        ("\"confidence\":1.0", "\"confidence\":-0.5"),
    ] {
        let changed = bad.replacen(from, to, 1);
        assert_ne!(changed, bad, "{from} is in the file");
        let incoming = read_json(format!("{head}{changed}").as_bytes()).unwrap_or_else(|error| panic!("{to}: {error}"));
        assert_eq!((incoming.threads.len(), incoming.problems.count), (1, 1), "{to}");
        assert_eq!(incoming.problems.named[0].what, "thread bad", "{to}");
    }
}

#[test]
fn another_file_is_refused_with_what_is_wrong_with_it() {
    let whole = write_json("ferry", &[thread("a")]);
    let newer = String::from_utf8(whole.clone()).expect("UTF-8").replacen("\"format\":1", "\"format\":2", 1);
    assert_eq!(read_json(newer.as_bytes()), Err(ExchangeError::Newer(2)));
    assert!(matches!(read_json(b"{\"version\":\"2.1.0\",\"runs\":[]}"), Err(ExchangeError::WrongKind { .. })));
    assert!(matches!(read_json(b"[]"), Err(ExchangeError::WrongKind { .. })));
    assert!(matches!(read_json(b"{\"format\":1,\"kind\":\"lectern-threads\"}"), Err(ExchangeError::WrongKind { .. })), "no threads");
    assert!(matches!(read_json(b""), Err(ExchangeError::NotJson(_))));
    assert!(matches!(read_json(&whole[..whole.len() / 2]), Err(ExchangeError::NotJson(_))));
    assert_eq!(read_json(b"\xff\xfe{\x00"), Err(ExchangeError::NotUtf8));
    let deep = "[".repeat(200_000);
    assert!(read_json(format!("{{\"threads\":{deep}").as_bytes()).is_err(), "deep nesting ends in an error, not in a crash");
    let marked = [b"\xef\xbb\xbf".as_slice(), &whole].concat();
    assert_eq!(read_json(&marked), read_json(&whole), "a byte order mark is fine");
}

#[test]
fn a_file_may_not_say_that_a_thread_is_another_one() {
    let folder = Folder::new();
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&thread("real"))]).expect("imported");
    let mut false_one = thread("other");
    false_one.source = Some("lectern:real".to_owned());
    false_one.comments[0].source = Some("lectern:real-c".to_owned());
    folder.threads.import("ferry", &Folder::me(), vec![arrival(&false_one)]).expect("imported");
    let ids: Vec<String> = folder.export("ferry").into_iter().map(|thread| thread.id).collect();
    assert_eq!(ids, ["other", "real"]);
}

#[test]
fn the_document_reads_well() {
    let mut one = thread("a");
    one.at.origin.quote = "let fence = \"```\";\n".to_owned();
    one.resolved_at = Some(at(60_000));
    one.comments.push(ExchangeComment {
        author_type: AuthorType::Ai,
        author: Author::default(),
        model: Some("gpt_*4*".to_owned()),
        edited_at: Some(at(120_000)),
        ..comment("b", "# Not a heading\n\n```rust\nnever closed", 60_000)
    });
    let mut project = thread("b");
    project.at.place = Place::default();
    project.at.origin = Origin::new(&Place::default(), None);
    let text = String::from_utf8(write_markdown("my *ferry*", &[one, project], at(0))).expect("UTF-8");
    let expected = "# Threads of my \\*ferry\\*

1 open, 1 resolved · 2026-09-21 14:13 UTC

## The project as a whole

### Project · exact · open

**Bob** · 2026-09-21 14:13 UTC

> Why here?

## `src/main.rs`

### Lines 3–5 · exact · resolved

````rs
let fence = \"```\";
````

**Bob** · 2026-09-21 14:13 UTC

> Why here?

**gpt\\_\\*4\\* (AI)** · 2026-09-21 14:14 UTC, edited 2026-09-21 14:15 UTC

> # Not a heading
>
> ```rust
> never closed
";
    assert_eq!(text, expected);
}
