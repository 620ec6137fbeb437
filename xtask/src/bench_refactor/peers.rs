//! What language servers would rename of the same definitions, beside what we would.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{corpora, percent, renames};
use crate::fail;
use crate::report::Failed;
use crate::soak::parse;

const SYMBOLS: usize = 80;
/// Asks a server that speaks LSP; asks TypeScript's own service.
const LSP: &str = include_str!("lsp.py");
const TYPESCRIPT: &str = include_str!("typescript.cjs");

/// Each language that has a server in a registry.
pub fn run(cache: &Path) -> Result<(), Failed> {
    let scripts = tempfile::tempdir()?;
    let (lsp, typescript) = (scripts.path().join("lsp.py"), scripts.path().join("typescript.cjs"));
    fs::write(&lsp, LSP)?;
    fs::write(&typescript, TYPESCRIPT)?;
    if let (Some(django), Some(ty)) = (corpora::django(cache), ty(cache)) {
        let mut server = Command::new("python3");
        server.arg(&lsp).arg(&django).arg("python").arg(ty).arg("server");
        compare("Python, Django 5.2, beside ty", &django, "py", &mut server)?;
    }
    if let Some(packages) = corpora::javascript(cache) {
        for package in ["rxjs", "effect"] {
            let folder = packages.join(package).join("src");
            let mut service = Command::new("node");
            service.arg(&typescript).arg(packages.join("typescript")).arg(&folder);
            compare(&format!("TypeScript, {package}, beside tsserver's service"), &folder, "ts,tsx", &mut service)?;
        }
    }
    println!("    NOT MEASURED: rust-analyzer and gopls are in no registry that can be installed from here");
    Ok(())
}

/// ty as PyPI carries it.
pub fn ty(cache: &Path) -> Option<PathBuf> {
    let ty = corpora::pip(cache, "ty", &["ty"])?.join("bin/ty");
    ty.canonicalize().ok()
}

type Places = BTreeSet<(String, u64)>;

/// Hands all definitions to a peer, one a line, and compares its answers: a line of `[[path, start], …]` each, or `null` where it has none.
fn compare(name: &str, folder: &Path, endings: &str, peer: &mut Command) -> Result<(), Failed> {
    let renames = renames(folder, endings, SYMBOLS)?;
    let answers = answers(peer, &renames)?;
    let (mut both, mut same, mut ours_only, mut theirs_only, mut certain, mut certain_in, mut none) = (0, 0, 0, 0, 0, 0, 0);
    let (mut theirs_all, mut found) = (0, 0);
    let mut differing = Vec::new();
    for (rename, answer) in renames.iter().zip(&answers) {
        let theirs: Places = match answer.as_array() {
            Some(places) => places.iter().filter_map(|place| Some((place[0].as_str()?.to_owned(), place[1].as_u64()?))).collect(),
            None => {
                none += 1;
                continue;
            }
        };
        let of = |wanted: &[&str]| -> Places {
            let edits = rename["edits"].as_array().into_iter().flatten();
            let edits = edits.filter(|edit| wanted.iter().any(|one| edit["certainty"] == *one));
            edits.filter_map(|edit| Some((edit["path"].as_str()?.to_owned(), edit["start"].as_u64()?))).collect()
        };
        let (ours, sure) = (of(&["certain", "probable"]), of(&["certain"]));
        both += 1;
        same += usize::from(ours == theirs);
        (theirs_all, found) = (theirs_all + theirs.len(), found + theirs.intersection(&ours).count());
        (certain, certain_in) = (certain + sure.len(), certain_in + sure.intersection(&theirs).count());
        let (more, fewer) = (ours.difference(&theirs).count(), theirs.difference(&ours).count());
        (ours_only, theirs_only) = (ours_only + more, theirs_only + fewer);
        if ours != theirs {
            let missing = theirs.difference(&ours).next().map(|(path, at)| format!(", first {path} at byte {at}")).unwrap_or_default();
            differing
                .push(format!("{} {} in {}: we {more} more, they {fewer} more{missing}", rename["kind"], rename["name"], rename["path"]));
        }
    }
    println!(
        "  {name}: {both} definitions ({none} without an answer), the same places for {}; of their {theirs_all} places we have {}; of our {certain} certain ones they have {}; {ours_only} only ours, {theirs_only} only theirs",
        percent(same, both),
        percent(found, theirs_all),
        percent(certain_in, certain),
    );
    for line in differing.iter().take(10) {
        println!("      {line}");
    }
    Ok(())
}

fn answers(peer: &mut Command, renames: &[Value]) -> Result<Vec<Value>, Failed> {
    let mut asked = tempfile::tempfile()?;
    for rename in renames {
        let line = serde_json::json!({ "path": rename["path"], "offset": rename["offset"], "name": rename["name"] });
        writeln!(asked, "{line}")?;
    }
    std::io::Seek::rewind(&mut asked)?;
    let output = peer.stdin(asked).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let answers: Vec<Value> = text.lines().map(parse).collect::<Result<_, _>>()?;
    if answers.len() != renames.len() {
        fail!("the peer answered {} of {} questions", answers.len(), renames.len());
    }
    Ok(answers)
}
