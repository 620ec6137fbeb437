//! A page's prose becomes doc comments: offered on the page, reviewed like any change, written, taken back.

use std::fs;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{Stage, project};
use serde_json::json;

use crate::support::*;

const COUNT: &str = "\
use std::collections::HashMap;

#[must_use]
pub fn count_words(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}
";

#[test]
fn prose_of_a_page_is_written_above_its_function_and_taken_back() {
    let stage = Stage::new("jobs-doc-comments");
    if !with_model(&stage) {
        return;
    }
    let root = stage.place("ferry");
    project::write(&root, "src/lib.rs", COUNT);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    let id = ask(&app, "DOCS", &json!({ "kind": "SYMBOL", "path": "src/lib.rs", "line": 4, "name": "count_words" }), false);
    wait_status(&app, &id, "SUCCESS");
    let page = command(&app, "ai_job", &json!({ "jobId": id }));
    assert_eq!(page["doc_comments"], 1, "the model wrote something about the function: {page}");
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "count_words");
    app.wait_text("#jobs article .acts", "Insert as doc comments… 1");
    app.settle();
    app.shot("offered");
    app.click("button", "Insert as doc comments… 1");
    app.wait_text("#refactor", "Doc comments from count_words");
    app.wait_text("#refactor", "Probable");
    app.wait_text("#refactor", "written by AI (SmolLM2 135M)");
    app.settle();
    app.shot("proposal");
    // What the model said without a source waits for somebody.
    if app.js("return document.querySelector('#refactor .hunk.out') !== null", &[]) == json!(true) {
        app.press("Space");
    }
    assert_eq!(fs::read_to_string(root.join("src/lib.rs")).ok().as_deref(), Some(COUNT), "nothing is written before it is asked for");
    app.press("A");
    app.wait_text("#refactor", "applied in 1 file");
    app.settle();
    app.shot("applied");
    let text = fs::read_to_string(root.join("src/lib.rs")).expect("the file can be read");
    let (doc, code): (Vec<&str>, Vec<&str>) = text.split_inclusive('\n').partition(|line| line.starts_with("///"));
    assert_eq!(code.concat(), COUNT, "only comments came");
    let at = text.find("///").expect("a comment");
    assert!(
        !doc.is_empty()
            && text[..at].ends_with("\n\n")
            && text[at..].split("#[must_use]").next().is_some_and(|above| above.lines().all(|line| line.starts_with("///"))),
        "{text}"
    );
    app.press("Ctrl+Z");
    app.wait_text("#refactor", "Taken back.");
    assert_eq!(fs::read_to_string(root.join("src/lib.rs")).ok().as_deref(), Some(COUNT));
}
