//! The hits are those of the `rg` that is installed, over trees that are as hostile as they come.

mod common;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use common::{Hit, Random, Tree, flat, query};
use lectern_search::text::{Pattern, TextQuery};
use serde_json::Value;

/// What `rg` finds in a folder; `None` when it doesn't take the pattern.
fn ripgrep(folder: &Path, query: &TextQuery) -> Option<Vec<Hit>> {
    let mut command = Command::new("rg");
    command.args(["--no-config", "--hidden", "--no-ignore", "--json"]).current_dir(folder);
    command.args((!query.regex).then_some("-F")).args(query.word.then_some("-w")).args((!query.case_sensitive).then_some("-i"));
    let output = command.args(["-e", &query.text, "."]).output().expect("rg runs");
    if output.status.code() == Some(2) {
        return None;
    }
    let mut hits: Vec<Hit> = Vec::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let event: Value = serde_json::from_slice(line).expect("JSON");
        if event["type"] != "match" {
            continue;
        }
        let data = &event["data"];
        let path = bytes(&data["path"]);
        let text = bytes(&data["lines"]);
        let text = text.strip_suffix(b"\n").unwrap_or(&text);
        let text = text.strip_suffix(b"\r").unwrap_or(text).to_vec();
        let number = |value: &Value| value.as_u64().expect("a number");
        let narrow = |value: &Value| u32::try_from(number(value)).expect("a small number");
        let submatches = data["submatches"].as_array().expect("a list");
        let matches = submatches.iter().map(|found| (narrow(&found["start"]), narrow(&found["end"]))).collect();
        let path = path.strip_prefix(b"./").unwrap_or(&path).to_vec();
        hits.push((path, number(&data["line_number"]), number(&data["absolute_offset"]), text, matches));
    }
    hits.sort();
    Some(hits)
}

/// `{"text": …}` or `{"bytes": base64}`.
fn bytes(value: &Value) -> Vec<u8> {
    if let Some(text) = value["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    let sixes = value["bytes"].as_str().expect("text or bytes").bytes().filter(|c| *c != b'=').map(|c| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    });
    let sixes: Vec<u8> = sixes.collect();
    let mut out = Vec::new();
    for chunk in sixes.chunks(4) {
        let number = chunk.iter().fold(0_u32, |number, six| number << 6 | u32::from(*six)) << (6 * (4 - chunk.len()));
        out.extend_from_slice(&number.to_be_bytes()[1..chunk.len()]);
    }
    out
}

/// A hit without its path; which part of the line matches is left out, for that changed with versions of `rg`.
fn line_of((_, number, offset, text, _): &Hit) -> (u64, u64, &[u8]) {
    (*number, *offset, text)
}

/// The files in which not the same lines are found.
fn differing(ours: &[Hit], theirs: &[Hit]) -> BTreeSet<Vec<u8>> {
    let lines = |hits: &[Hit]| -> BTreeSet<(Vec<u8>, u64, u64, Vec<u8>)> {
        hits.iter().map(|(path, number, offset, text, _)| (path.clone(), *number, *offset, text.clone())).collect()
    };
    lines(ours).symmetric_difference(&lines(theirs)).map(|(path, ..)| path.clone()).collect()
}

#[test]
fn hits_are_those_of_ripgrep() {
    if Command::new("rg").arg("--version").output().is_err() {
        println!("rg is not installed: nothing to compare with (apt-get install ripgrep)");
        return;
    }
    let (mut compared, mut helped, mut hits_seen) = (0, 0, 0);
    // More of them for a longer look.
    let seeds = std::env::var("LECTERN_RIPGREP_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(2);
    for seed in 1..=seeds {
        let mut random = Random(seed * 7919);
        let tree = Tree::random(&mut random, 50);
        let index = tree.indexed();
        for _ in 0..60 {
            let query = query(&mut random, &tree.files);
            let Some(expected) = ripgrep(&tree.root(), &query) else { continue };
            assert!(Pattern::new(&query).is_ok(), "rg takes {query:?}");
            let (found, searched) = tree.search(Some(&index), &query);
            let found = flat(&found);
            for path in differing(&found, &expected) {
                // A long line in one file decides how much of later ones rg reads at once, and so what it finds before a NUL. Alone, each is read anew.
                let alone = tempfile::tempdir().expect("a folder");
                fs::write(alone.path().join("alone"), &tree.files[&path]).expect("a file");
                let of_rg: Vec<Hit> = ripgrep(alone.path(), &query).expect("rg takes it");
                let of_rg: Vec<_> = of_rg.iter().map(line_of).collect();
                let ours: Vec<_> = found.iter().filter(|hit| hit.0 == path).map(line_of).collect();
                assert!(
                    of_rg == ours,
                    "seed {seed}, {query:?}, {:?}: rg finds {of_rg:?}, we find {ours:?}",
                    String::from_utf8_lossy(&path)
                );
            }
            compared += 1;
            if compared % 300 == 0 {
                println!("{compared} so far, the last of seed {seed}");
            }
            helped += usize::from(searched.indexed && searched.scanned < tree.files.len());
            hits_seen += expected.len();
        }
    }
    println!("{compared} queries with {hits_seen} hits; the index narrowed {helped}");
    assert!(compared > 80 && helped > 20 && hits_seen > 1000, "the queries were too dull: {compared} {helped} {hits_seen}");
}
