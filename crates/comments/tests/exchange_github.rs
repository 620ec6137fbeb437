//! Review comments of a pull request as GitHub's REST API lists them.

mod exchange_common;

use exchange_common::Folder;
use lectern_comments::{
    AuthorType,
    exchange::{Author, ExchangeError, Incoming, IncomingThread, Wanted, Whereabouts, read_github},
};
use lectern_store::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const REVIEW: &[u8] = include_bytes!("data/github.json");

fn read(bytes: &[u8]) -> Incoming {
    read_github(bytes).expect("readable")
}

fn wanted(thread: &IncomingThread) -> &Wanted {
    match &thread.at {
        Whereabouts::Wanted(wanted) => wanted,
        Whereabouts::Known(_) => panic!("GitHub knows no anchors"),
    }
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text)
}

#[test]
fn comments_and_their_answers_become_threads() {
    let incoming = read(REVIEW);
    let sources: Vec<_> = incoming.threads.iter().map(|thread| thread.source.as_deref().expect("a source")).collect();
    assert_eq!(sources, ["github:9", "github:10", "github:13"], "a thread is named by its first comment, there or not");
    let thread = &incoming.threads[1];
    assert_eq!(thread.comments.len(), 2);
    let (first, answer) = (&thread.comments[0], &thread.comments[1]);
    assert_eq!(first.body, "Great stuff!\n\n```suggestion\nadded\n```");
    assert_eq!((first.author_type, &first.author), (AuthorType::User, &Author { name: "octocat".to_owned(), email: String::new() }));
    assert_eq!((Some(first.created_at), first.edited_at), (time("2026-04-14T16:00:49Z"), None));
    assert_eq!((answer.author_type, answer.model.as_deref()), (AuthorType::Ai, Some("review[bot]")));
    assert_eq!((answer.source.as_deref(), answer.edited_at), (Some("github:11"), time("2026-04-15T08:00:00Z")));
    assert_eq!(incoming.threads[0].comments[0].author.name, "ghost", "whose account is gone");
}

#[test]
fn a_place_is_where_the_comment_was_written_and_what_stood_there() {
    let incoming = read(REVIEW);
    let place = |thread: usize, index: usize| {
        let place = &wanted(&incoming.threads[thread]).places[index];
        (place.commit.as_deref().map(|commit| &commit[..4]), place.before, place.line_start, place.line_end)
    };
    assert_eq!(place(1, 0), (Some("9c48"), false, 17, 18));
    assert_eq!(place(1, 1), (None, false, 17, 18), "it is on no line of the latest commit, so its own lines decide");
    let quote = wanted(&incoming.threads[1]).quote.as_ref().expect("the hunk's last lines");
    assert_eq!((quote.prefix.as_str(), quote.quote.as_str()), ("context\n", "added one\nadded two\n"));
    assert_eq!(place(0, 0), (Some("6dcb"), true, 1, 1), "a removed line is one of the commit before");
    assert_eq!(wanted(&incoming.threads[0]).quote.as_ref().map(|quote| quote.quote.as_str()), Some("kept\n"));
    assert_eq!(place(2, 0), (Some("6dcb"), false, 0, 0));
    assert!(incoming.threads.iter().all(|thread| wanted(thread).from_top));
}

#[test]
fn pages_are_read_in_every_form_that_gh_prints() {
    let list: Vec<Value> = serde_json::from_slice(REVIEW).expect("JSON");
    let slurped = json!([list[..2], list[2..], []]).to_string();
    let one_after_the_other = format!("{}{}\n", json!(list[..2]), json!(list[2..]));
    for text in [slurped, one_after_the_other] {
        assert_eq!(read(text.as_bytes()), read(REVIEW));
    }
    assert_eq!(read(b"[]").threads.len(), 0);
}

#[test]
fn importing_twice_adds_nothing_and_an_edit_updates() {
    let folder = Folder::new();
    let done = folder.import("ferry", read(REVIEW));
    assert_eq!((done.added, done.comments_added), (3, 4));
    assert_eq!(folder.import("ferry", read(REVIEW)).same, 3);
    let mut list: Vec<Value> = serde_json::from_slice(REVIEW).expect("JSON");
    list[0]["body"] = "Great, but …".into();
    list[0]["updated_at"] = "2026-04-20T00:00:00Z".into();
    list.push(json!({ "id": 20, "in_reply_to_id": 13, "path": "README.md", "body": "More", "created_at": "2026-04-21T00:00:00Z", "user": { "login": "x" } }));
    let edited = folder.import("ferry", read(json!(list).to_string().as_bytes()));
    assert_eq!((edited.added, edited.updated, edited.same, edited.comments_updated, edited.comments_added), (0, 2, 1, 1, 1));
}

#[test]
fn one_bad_comment_does_not_cost_the_others() {
    let list: Vec<Value> = serde_json::from_slice(REVIEW).expect("JSON");
    for (field, value) in [
        ("path", json!("../etc/passwd")),
        ("path", json!("/etc/passwd")),
        ("path", json!("a/../../b")),
        ("path", json!(null)),
        ("original_line", json!(0)),
        ("original_line", json!(-1)),
        ("original_line", json!(4_294_967_295_u32)),
        ("original_line", json!("three")),
        ("original_start_line", json!(99)),
        ("body", json!("  \n")),
        ("body", json!(null)),
        ("created_at", json!("yesterday")),
        ("created_at", json!(null)),
        ("id", json!("ten")),
        ("id", json!(-5)),
    ] {
        let mut list = vec![list[0].clone(), list[3].clone()];
        list[0][field] = value.clone();
        let incoming = read(json!(list).to_string().as_bytes());
        assert_eq!((incoming.threads.len(), incoming.problems.count), (1, 1), "{field}: {value}");
    }
    // Answers in a circle.
    let circle = json!([
        { "id": 1, "in_reply_to_id": 2, "path": "a", "line": 1, "body": "x", "created_at": "2026-04-21T00:00:00Z" },
        { "id": 2, "in_reply_to_id": 1, "path": "a", "line": 1, "body": "y", "created_at": "2026-04-21T00:00:00Z" },
    ]);
    assert_eq!(read(circle.to_string().as_bytes()).threads.iter().map(|thread| thread.comments.len()).sum::<usize>(), 2);
}

#[test]
fn another_file_is_refused_with_what_is_wrong_with_it() {
    let refused = |bytes: &[u8]| read_github(bytes).expect_err("refused");
    assert!(matches!(refused(b"{\"message\":\"Not Found\",\"status\":\"404\"}"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(b"[1, 2]"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(b"[{\"number\":1}]"), ExchangeError::WrongKind { .. }), "a list of something else");
    assert!(matches!(refused(&REVIEW[..REVIEW.len() - 5]), ExchangeError::NotJson(_)));
    assert!(matches!(refused(b""), ExchangeError::NotJson(_)));
    assert!(matches!(refused(b"\xff\xfe[\0"), ExchangeError::NotUtf8));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_comment_is_taken_or_counted(body in any::<String>(), path in any::<String>(), hunk in any::<String>(), line in any::<Option<i64>>(), start in any::<Option<i64>>(), left in any::<bool>()) {
        let one = json!({ "id": 1, "path": path, "body": body, "diff_hunk": hunk, "original_line": line, "original_start_line": start, "side": if left { "LEFT" } else { "RIGHT" }, "created_at": "2026-04-21T00:00:00Z", "original_commit_id": "abc" });
        let incoming = read(json!([one]).to_string().as_bytes());
        prop_assert_eq!(incoming.threads.len() + incoming.problems.count as usize, 1);
    }
}
