//! SARIF 2.1.0 as the OASIS standard has it, and as tools write it.

mod exchange_common;

use std::path::Path;

use exchange_common::{Folder, at};
use lectern_comments::{
    AuthorType,
    exchange::{ExchangeError, Incoming, IncomingThread, WantedPlace, Whereabouts, read_sarif},
};
use lectern_store::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const CODEQL: &[u8] = include_bytes!("data/codeql.sarif");

fn read(bytes: &[u8]) -> Incoming {
    read_sarif(bytes, Path::new("/home/ada/ferry"), at(0)).expect("readable")
}

/// A log with these results of a tool without rules.
fn log(results: Value) -> Vec<u8> {
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "lint" } }, "results": results }] }).to_string().into_bytes()
}

fn result(uri: &str, region: Value) -> Value {
    let place = json!({ "artifactLocation": { "uri": uri }, "region": region });
    json!({ "ruleId": "r", "message": { "text": "m" }, "locations": [{ "physicalLocation": place }] })
}

fn place(thread: &IncomingThread) -> &WantedPlace {
    match &thread.at {
        Whereabouts::Wanted(wanted) => &wanted.places[0],
        Whereabouts::Known(_) => panic!("a tool knows no anchors"),
    }
}

fn lines(thread: &IncomingThread) -> (&str, u32, u32) {
    let place = place(thread);
    (&place.path, place.line_start, place.line_end)
}

fn body(thread: &IncomingThread) -> &str {
    &thread.comments[0].body
}

#[test]
fn results_become_threads_of_the_tool() {
    let incoming = read(CODEQL);
    let places: Vec<_> = incoming.threads.iter().map(lines).collect();
    assert_eq!(places, [("src/db.js", 12, 14), ("src/with space.js", 1, 2), ("gen/out.js", 0, 0), ("", 0, 0), ("src/db.js", 2, 2)]);
    let comment = &incoming.threads[0].comments[0];
    assert_eq!((comment.author_type, comment.model.as_deref()), (AuthorType::Ai, Some("CodeQL")));
    assert_eq!(Some(comment.created_at), Timestamp::parse("2026-05-04T10:11:12.345Z"), "when the run ended");
    assert_eq!(
        comment.body,
        "**Error** · [`js/sql-injection`](<https://codeql.github.com/codeql-query-help/javascript/js-sql-injection/>)\n\n\
         This query depends on a [user-provided value](/src/with%20space.js#L7).\n\n\
         - [`src/with space.js:7`](/src/with%20space.js#L7): user-provided value"
    );
    assert_eq!(
        body(&incoming.threads[1]),
        "**Note** · `js/unused`\n\nUnused import {1} of Map\\<T>.\n\n```suggestion\nimport { a } from \"b\";\n```"
    );
    assert_eq!(body(&incoming.threads[2]), "**Note** · `extra/rule/sub`\n\nwith **strong** and `Map<T>`");
    assert_eq!(body(&incoming.threads[3]), "**For review** · `js/whole`\n\nOf the project as a whole.");
    assert_eq!(body(&incoming.threads[4]), "**Warning** · `js/debated`\n\nA suppression that was rejected.");
    let Whereabouts::Wanted(wanted) = &incoming.threads[4].at else { panic!("a tool knows no anchors") };
    assert_eq!(wanted.quote.as_ref().map(|quote| quote.quote.as_str()), Some("let two = 2;\n"));
}

#[test]
fn what_passed_or_is_suppressed_is_left_out_and_counted() {
    let incoming = read(CODEQL);
    assert_eq!(incoming.left_out, [("passed", 1), ("not applicable", 1), ("suppressed", 1), ("gone since an earlier run", 1)]);
    assert_eq!(incoming.problems.count, 1);
    assert_eq!(incoming.problems.named[0].what, "result 10");
    assert!(incoming.problems.named[0].why.contains("not in the project"), "{:?}", incoming.problems);
}

#[test]
fn a_result_is_known_again_by_its_fingerprints() {
    let folder = Folder::new();
    assert_eq!(folder.import("ferry", read(CODEQL)).added, 5);
    let again = folder.import("ferry", read(CODEQL));
    assert_eq!((again.added, again.same), (0, 5));
    // Lines moved, the message says more; the fingerprint is the same.
    let later = String::from_utf8_lossy(CODEQL)
        .replace("\"startLine\": 12", "\"startLine\": 13")
        .replace("This query depends", "This query still depends")
        .replace("2026-05-04T10", "2026-05-05T10");
    let moved = folder.import("ferry", read(later.as_bytes()));
    assert_eq!((moved.added, moved.updated, moved.same, moved.comments_updated), (0, 1, 4, 1));
    let earlier = folder.import("ferry", read(CODEQL));
    assert_eq!((earlier.updated, earlier.comments_kept), (0, 1), "an older report takes nothing back");
    // Without any fingerprint it is what it is about that counts.
    let plain = log(json!([
        result("a.c", json!({ "startLine": 1 })),
        result("a.c", json!({ "startLine": 2 })),
        result("a.c", json!({ "startLine": 1 }))
    ]));
    let done = folder.import("bridge", read(&plain));
    assert_eq!((done.added, done.same), (2, 1));
}

#[test]
fn a_fix_of_whole_lines_is_a_suggestion_and_no_other_is() {
    let with = |region: Value, deleted: Value, text: Option<&str>| {
        let mut one = result("a.c", region);
        let inserted = text.map(|text| json!({ "text": text }));
        let replacement = json!({ "deletedRegion": deleted, "insertedContent": inserted });
        one["fixes"] = json!([{ "artifactChanges": [{ "artifactLocation": { "uri": "a.c" }, "replacements": [replacement] }] }]);
        let incoming = read(&log(json!([one])));
        let thread = &incoming.threads[0];
        let suggestion = body(thread).split_once("suggestion\n").map(|(before, after)| {
            let fence = before.rsplit('\n').next().expect("a fence").to_owned();
            after.strip_suffix(&fence).expect("closed by the same fence").to_owned()
        });
        (lines(thread).1, lines(thread).2, suggestion)
    };
    let line = |start: u32, end: u32| json!({ "startLine": start, "endLine": end });
    assert_eq!(with(line(2, 2), line(2, 2), Some("x")), (2, 2, Some("x\n".to_owned())));
    assert_eq!(with(line(2, 2), line(1, 3), Some("x\ny\n")), (1, 3, Some("x\ny\n".to_owned())), "the thread is on what is replaced");
    assert_eq!(with(line(2, 2), line(2, 2), None), (2, 2, Some(String::new())), "deleted");
    assert_eq!(with(line(2, 2), line(2, 2), Some("a\n```\nb")), (2, 2, Some("a\n```\nb\n".to_owned())), "its own fences don't end it");
    let to_next = json!({ "startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1 });
    assert_eq!(with(line(2, 2), to_next.clone(), Some("x\r\n")), (2, 2, Some("x\n".to_owned())));
    for (deleted, text) in [
        (json!({ "startLine": 2, "startColumn": 5, "endColumn": 9 }), "x"),
        (json!({ "startLine": 2, "startColumn": 1, "endColumn": 9 }), "x"),
        (to_next, "no line end"),
        (line(7, 8), "elsewhere"),
    ] {
        assert_eq!(with(line(2, 2), deleted.clone(), Some(text)), (2, 2, None), "{deleted}");
    }
    let mut other = result("a.c", line(2, 2));
    let change = json!({ "artifactLocation": { "uri": "b.c" }, "replacements": [{ "deletedRegion": line(2, 2), "insertedContent": { "text": "x" } }] });
    other["fixes"] = json!([{ "artifactChanges": [change] }]);
    assert!(!body(&read(&log(json!([other]))).threads[0]).contains("suggestion"), "of another file");
}

#[test]
fn places_outside_of_the_project_are_problems() {
    let line = json!({ "startLine": 1 });
    for (uri, path) in [
        ("src/a.c", "src/a.c"),
        ("./src/a.c", "src/a.c"),
        ("src/../a.c", "a.c"),
        ("file:///home/ada/ferry/src/%C3%A4.c", "src/ä.c"),
        ("file:/home/ada/ferry/a.c", "a.c"),
        ("/home/ada/ferry/a.c", "a.c"),
        ("src\\win\\a.c", "src/win/a.c"),
    ] {
        let incoming = read(&log(json!([result(uri, line.clone())])));
        assert_eq!(incoming.threads.first().map(|thread| lines(thread).0), Some(path), "{uri}: {:?}", incoming.problems);
    }
    for uri in [
        "../a.c",
        "src/../../a.c",
        "/etc/passwd",
        "file:///home/ada/ferry-secret/a.c",
        "file:///home/ada/ferry/../x",
        "https://example.org/a.c",
        "C:\\a.c",
        "",
        "%2e%2e/a.c",
        "a%00b",
        "%ff",
        "file://server/share/a.c",
    ] {
        let incoming = read(&log(json!([result(uri, line.clone())])));
        assert_eq!((incoming.threads.len(), incoming.problems.count), (0, 1), "{uri}");
    }
    for region in [
        json!({ "startLine": 0 }),
        json!({ "startLine": -3 }),
        json!({ "startLine": 5, "endLine": 4 }),
        json!({ "startLine": 99_999_999_999_i64 }),
    ] {
        let incoming = read(&log(json!([result("a.c", region.clone())])));
        assert_eq!((incoming.threads.len(), incoming.problems.count), (0, 1), "{region}");
    }
}

#[test]
fn another_file_is_refused_with_what_is_wrong_with_it() {
    let refused = |bytes: &[u8]| read_sarif(bytes, Path::new("/p"), at(0)).expect_err("refused");
    assert!(matches!(refused(b"{\"version\":\"2.0.0\",\"runs\":[]}"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(b"{\"version\":\"2.1.0\"}"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(b"[]"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(b"{\"version\":\"2.1.0\",\"runs\":[{\"results\":{}}]}"), ExchangeError::WrongKind { .. }));
    assert!(matches!(refused(&CODEQL[..CODEQL.len() / 2]), ExchangeError::NotJson(_)));
    assert!(matches!(refused(&[b"\xff\xfe".as_slice(), CODEQL].concat()), ExchangeError::NotUtf8));
    assert_eq!(read(&[b"\xef\xbb\xbf".as_slice(), CODEQL].concat()), read(CODEQL), "tools on Windows write a byte order mark");
    assert_eq!(read(b"{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"x\"}},\"results\":null}]}").threads.len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_is_taken(text in any::<String>(), arguments in prop::collection::vec(any::<String>(), 0..3), uri in any::<String>(), start in any::<i64>(), markdown in any::<bool>()) {
        let mut one = result(&uri, json!({ "startLine": start }));
        one["message"] = if markdown { json!({ "markdown": text, "text": text, "arguments": arguments }) } else { json!({ "text": text, "arguments": arguments }) };
        let incoming = read(&log(json!([one])));
        prop_assert_eq!(incoming.threads.len() + incoming.problems.count as usize, 1);
    }
}
