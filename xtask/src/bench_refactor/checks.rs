//! Random renames of whole packages, and what their compilers say before and after: all at once, halved until the culprits are found.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::compilers::{Compiler, Errors, crate_check, django_check, typescript_check};
use super::{corpora, percent, renames};
use crate::report::Failed;

/// Definitions that are asked for; those with nothing against them are renamed.
const SYMBOLS: usize = 90;

/// Bytes of a file and what they become.
type Edit = (usize, usize, String);

/// TypeScript, Python and Rust.
pub fn run(cache: &Path) -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    if let Some(packages) = corpora::javascript(cache) {
        let tsc = packages.join("typescript/bin/tsc");
        check("TypeScript, rxjs, tsc --noEmit", &typescript_check(&scratch.path().join("rxjs"), &packages.join("rxjs/src"), &tsc)?)?;
        check("TypeScript, zod, tsc --noEmit", &typescript_check(&scratch.path().join("zod"), &packages.join("zod/src/v4/core"), &tsc)?)?;
    }
    if let (Some(django), Some(ty)) = (corpora::django(cache), super::peers::ty(cache)) {
        check("Python, Django 5.2, ty check", &django_check(&scratch.path().join("django"), &django.join("django"), &ty)?)?;
    }
    if let Some(crates) = corpora::rust(cache) {
        // Its optional needs are vendored with the others, so that cargo finds all it asks for without a network.
        let compiler = crate_check(&scratch.path().join("crate"), &crates.canonicalize()?, "regex-automata")?;
        check("Rust, regex-automata, cargo check", &compiler)?;
    }
    Ok(())
}

/// What one rename does to each file.
struct Rename {
    told: String,
    edits: BTreeMap<String, Vec<Edit>>,
}

fn read(value: &Value) -> Rename {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let at = |value: &Value| usize::try_from(value.as_u64().unwrap_or(0)).unwrap_or(0);
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for edit in value["edits"].as_array().into_iter().flatten().filter(|edit| edit["certainty"] != "text") {
        edits.entry(text(&edit["path"])).or_default().push((at(&edit["start"]), at(&edit["end"]), text(&edit["new"])));
    }
    Rename { told: format!("{} {} in {}", text(&value["kind"]), text(&value["name"]), text(&value["path"])), edits }
}

fn check(name: &str, compiler: &Compiler) -> Result<(), Failed> {
    let all: Vec<Rename> = renames(&compiler.folder, compiler.endings, SYMBOLS)?.iter().map(read).collect();
    let originals = originals(compiler, &all)?;
    let (mut taken, mut left) = (Vec::new(), 0);
    for rename in &all {
        // One that writes into what another writes can't be made with it at once.
        if apart(&taken, rename) { taken.push(rename) } else { left += 1 }
    }
    let before = compiler.errors()?;
    let mut search = Search { compiler, originals: &originals, before: &before, culprits: Vec::new(), runs: 0 };
    search.halve(&taken)?;
    let broken: usize = search.culprits.iter().map(|(renames, _)| renames.len().min(1)).sum();
    let errors: usize = search.culprits.iter().map(|(_, errors)| errors.values().sum::<usize>()).sum();
    let edits: usize = taken.iter().flat_map(|one| one.edits.values()).map(Vec::len).sum();
    println!(
        "  {name}: {} renames at once ({edits} edits; {left} more overlap), {} errors before; {broken} renames bring new errors ({}), {errors} errors: {} new errors per 100 renames ({} runs)",
        taken.len(),
        before.values().sum::<usize>(),
        percent(broken, taken.len()),
        if taken.is_empty() { "–".into() } else { format!("{:.1}", errors as f64 * 100.0 / taken.len() as f64) },
        search.runs,
    );
    for (renames, errors) in search.culprits.iter().take(12) {
        let told: Vec<&str> = renames.iter().map(|one| one.told.as_str()).collect();
        let first = errors.keys().next().map(String::as_str).unwrap_or_default();
        println!("      {}: {} errors, first {first}", told.join(" with "), errors.values().sum::<usize>());
    }
    Ok(())
}

fn originals(compiler: &Compiler, all: &[Rename]) -> Result<BTreeMap<String, Vec<u8>>, Failed> {
    let paths = all.iter().flat_map(|one| one.edits.keys());
    paths.map(|path| Ok((path.clone(), fs::read(compiler.folder.join(path))?))).collect()
}

fn apart(taken: &[&Rename], rename: &Rename) -> bool {
    taken.iter().all(|other| {
        rename.edits.iter().all(|(path, edits)| {
            let others = other.edits.get(path).into_iter().flatten();
            others.into_iter().all(|(start, end, _)| edits.iter().all(|(from, to, _)| to <= start || end <= from))
        })
    })
}

/// Halving what brings errors.
struct Search<'a> {
    compiler: &'a Compiler,
    originals: &'a BTreeMap<String, Vec<u8>>,
    before: &'a Errors,
    /// Renames that bring errors, by themselves or only together.
    culprits: Vec<(Vec<&'a Rename>, Errors)>,
    runs: usize,
}

impl<'a> Search<'a> {
    fn halve(&mut self, renames: &[&'a Rename]) -> Result<(), Failed> {
        let new = self.new_errors(renames)?;
        if new.is_empty() {
            return Ok(());
        }
        if renames.len() < 2 {
            self.culprits.push((renames.to_vec(), new));
            return Ok(());
        }
        let known = self.culprits.len();
        let (one, other) = renames.split_at(renames.len() / 2);
        self.halve(one)?;
        self.halve(other)?;
        if self.culprits.len() == known {
            self.culprits.push((renames.to_vec(), new));
        }
        Ok(())
    }

    /// Errors that were not there before; the files are then as they were.
    fn new_errors(&mut self, renames: &[&Rename]) -> Result<Errors, Failed> {
        self.runs += 1;
        for (path, bytes) in self.originals {
            let mut edits: Vec<&Edit> = renames.iter().filter_map(|one| one.edits.get(path)).flatten().collect();
            edits.sort();
            let (mut new, mut at) = (Vec::new(), 0);
            for (start, end, text) in edits {
                new.extend_from_slice(&bytes[at..*start]);
                new.extend_from_slice(text.as_bytes());
                at = *end;
            }
            new.extend_from_slice(&bytes[at..]);
            let file = self.compiler.folder.join(path);
            // A file that stays keeps its time, so that compilers do not look at it again.
            if fs::read(&file)? != new {
                fs::write(file, new)?;
            }
        }
        let after = self.compiler.errors()?;
        let more = |(error, count): (String, usize)| {
            let count = count.saturating_sub(self.before.get(&error).copied().unwrap_or(0));
            (count > 0).then_some((error, count))
        };
        Ok(after.into_iter().filter_map(more).collect())
    }
}
