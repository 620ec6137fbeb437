//! Reads one rename case (JSON) on stdin and prints what the engine makes of it, for scoring.
//!
//! In: `{"files": {path: text}, "file", "offset", "new_name", "options"}`. Out: `{"files": {path: text}, "edits": [{"path", "start", "end",
//! "certainty"}]}` or `{"error": message}`. Certain and probable edits are made; those in comments and strings where the options ask for them.

use std::{collections::BTreeMap, io::Read};

use lectern_refactor::{Certainty, InMemory, Place, Rename, RenameOptions, applied, engine_for};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    files: BTreeMap<String, String>,
    file: String,
    offset: u32,
    new_name: String,
    #[serde(default)]
    options: BTreeMap<String, Value>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let case: Case = serde_json::from_str(&text)?;
    println!("{}", answer(&case).unwrap_or_else(|message| json!({ "error": message })));
    Ok(())
}

fn answer(case: &Case) -> Result<Value, String> {
    let is_set = |name: &str| case.options.get(name).and_then(Value::as_bool);
    let project = InMemory::new(case.files.clone());
    let engine = engine_for(&case.file).ok_or("there is no engine for this language")?;
    let options = RenameOptions { hierarchy: is_set("in_hierarchy").unwrap_or(true), ..RenameOptions::default() };
    let rename = Rename { at: Place { path: case.file.clone(), offset: case.offset }, new_name: &case.new_name, options };
    let proposal = engine.rename(&project, &rename).map_err(|refused| refused.to_string())?;
    if let Some(conflict) = proposal.breaking() {
        return Err(format!("{}:{}: {}", conflict.path, conflict.line, conflict.message));
    }
    let [docs, comments, strings] = ["docs", "comments", "strings"].map(|name| is_set(name) == Some(true));
    let is_made = |certainty: Certainty, reason: &str| {
        let in_string = reason.contains("string");
        certainty != Certainty::Text || docs || (comments && !in_string) || (strings && in_string)
    };
    let made: Vec<_> = proposal.edits.iter().filter(|edit| is_made(edit.certainty, &edit.reason)).collect();
    let moves: Vec<_> = proposal.moves.iter().filter(|moved| is_made(moved.certainty, &moved.reason)).cloned().collect();
    if made.is_empty() && moves.is_empty() {
        return Err("nothing to rename".to_owned());
    }
    let files = applied(&case.files, made.iter().copied(), &moves).map_err(|error| error.to_string())?;
    let edits: Vec<Value> =
        made.iter().map(|edit| json!({ "path": edit.path, "start": edit.start, "end": edit.end, "certainty": edit.certainty })).collect();
    Ok(json!({ "files": files, "edits": edits }))
}
