//! Renames random definitions of a folder in memory: how long it takes, whether there and back is the same, and what is changed.
//!
//! `rename_bench time FOLDER ENDINGS FILES COUNT SEED` prints times in milliseconds as JSON; `rename_bench renames FOLDER ENDINGS FILES COUNT SEED`
//! prints one JSON object a line for each rename that nothing speaks against. ENDINGS as `ts,tsx`; FILES is the most that are read. Only texts are
//! read, nothing is written.

#[path = "rename_bench/folder.rs"]
mod folder;
#[path = "rename_bench/picked.rs"]
mod picked;

use std::time::Instant;

use folder::Folder;
use lectern_refactor::{Certainty, Edit, Engine, Place, Proposal, Rename, RenameOptions, engine_for};
use picked::{Picked, Random, pick};
use serde_json::{Value, json};

type Anything = Box<dyn std::error::Error>;

/// Questions that are asked of a project nobody asked about before: each reads the project anew.
const COLD: usize = 5;
/// The slowest are named.
const WORST: usize = 5;

fn main() -> Result<(), Anything> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [what, root, endings, files, count, seed] = &words[..] else {
        return Err("time|renames FOLDER ENDINGS FILES COUNT SEED".into());
    };
    let endings: Vec<&str> = endings.split(',').collect();
    let paths = folder::listed(root.as_ref(), &endings, files.parse()?)?;
    let open = || Folder::new(root.as_ref(), &paths);
    let project = open();
    let picked = pick(&project, count.parse()?, &mut Random(seed.parse()?));
    match what.as_str() {
        "time" => println!("{}", times(&project, &open, &picked)),
        "renames" => renames(&project, &picked),
        other => return Err(format!("there is no {other}").into()),
    }
    Ok(())
}

fn engine(path: &str) -> &'static dyn Engine {
    engine_for(path).expect("only files of languages that there is an engine for are picked")
}

/// Files keep their names, so that a proposal is edits alone.
const OPTIONS: RenameOptions = RenameOptions { files: false, hierarchy: true };

/// As a job asks: what is to change, and what it is.
fn asked(project: &Folder, one: &Picked) -> Result<Proposal, String> {
    let at = Place { path: one.path.clone(), offset: one.offset };
    let rename = Rename { at, new_name: &one.new, options: OPTIONS };
    engine(&one.path).renamed(project, &rename).map(|(proposal, _)| proposal).map_err(|refused| refused.to_string())
}

fn milliseconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed().as_secs_f64() * 1000.0)
}

fn times(project: &Folder, open: &dyn Fn() -> Folder, picked: &[Picked]) -> Value {
    let cold: Vec<f64> = picked.iter().take(COLD).map(|one| milliseconds(|| asked(&open(), one)).1).collect();
    let (mut first, mut again, mut slow) = (Vec::new(), Vec::new(), Vec::new());
    let (mut refused, mut breaking, mut edits, mut same, mut tried, mut other) = (0, 0, 0, 0, 0, Vec::new());
    for one in picked {
        let (answer, took) = milliseconds(|| asked(project, one));
        first.push(took);
        match answer {
            Err(_) => refused += 1,
            Ok(proposal) if proposal.breaking().is_some() => breaking += 1,
            Ok(proposal) => {
                edits += proposal.edits.iter().filter(|edit| edit.certainty != Certainty::Text).count();
                tried += 1;
                match back(project, one, &proposal) {
                    Ok(()) => same += 1,
                    Err(why) => other.push(json!({ "path": one.path, "offset": one.offset, "name": one.name, "why": why })),
                }
            }
        }
    }
    for one in picked {
        let took = milliseconds(|| asked(project, one)).1;
        again.push(took);
        slow.push((took, one));
    }
    slow.sort_by(|one, other| other.0.total_cmp(&one.0));
    let worst: Vec<Value> = slow
        .iter()
        .take(WORST)
        .map(|(took, one)| json!({ "ms": took, "path": one.path, "offset": one.offset, "name": one.name, "kind": one.kind }))
        .collect();
    json!({
        "files": project.count(), "bytes": project.bytes(), "symbols": picked.len(), "cold": cold, "first": first, "again": again,
        "refused": refused, "breaking": breaking, "edits": edits, "there_and_back": { "tried": tried, "same": same, "other": other }, "worst": worst,
    })
}

/// The edits that a rename makes, unless somebody leaves them out.
fn made(proposal: &Proposal) -> Vec<&Edit> {
    proposal.edits.iter().filter(|edit| edit.certainty != Certainty::Text).collect()
}

/// Renames it back; every byte must be what it was.
fn back(project: &Folder, one: &Picked, proposal: &Proposal) -> Result<(), String> {
    let edits = made(proposal);
    let changed = project.with(&edits)?;
    let before = edits.iter().filter(|edit| edit.path == one.path && edit.start < one.offset);
    let shift: i64 = before.map(|edit| i64::try_from(edit.new.len()).unwrap_or(0) - i64::from(edit.end - edit.start)).sum();
    let own = edits.iter().find(|edit| edit.path == one.path && edit.start <= one.offset && one.offset < edit.end);
    let own = own.ok_or("the definition itself is not renamed")?;
    let inside = own.new.find(&one.new).unwrap_or(0);
    let offset = u32::try_from(i64::from(own.start) + shift).unwrap_or(0) + u32::try_from(inside).unwrap_or(0);
    let home = Picked { offset, new: one.name.clone(), name: one.new.clone(), ..one.clone() };
    let returned = asked(&changed, &home)?;
    if let Some(conflict) = returned.breaking() {
        return Err(format!("on the way back: {}", conflict.message));
    }
    let home = changed.with(&made(&returned))?;
    match home.first_difference(project) {
        None => Ok(()),
        Some(path) => Err(format!("{path} is another")),
    }
}

fn renames(project: &Folder, picked: &[Picked]) {
    for one in picked {
        let Ok(proposal) = asked(project, one) else { continue };
        if proposal.breaking().is_some() {
            continue;
        }
        let edits: Vec<Value> = proposal
            .edits
            .iter()
            .map(|edit| json!({ "path": edit.path, "start": edit.start, "end": edit.end, "new": edit.new, "certainty": edit.certainty }))
            .collect();
        println!(
            "{}",
            json!({ "path": one.path, "offset": one.offset, "name": one.name, "new": one.new, "kind": one.kind, "edits": edits })
        );
    }
}
