//! What language servers would rename of the same definitions, beside what we would.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::compilers::crate_check;
use super::{corpora, percent, renames};
use crate::fail;
use crate::report::Failed;
use crate::soak::parse;

const SYMBOLS: usize = 80;
/// rope reads every file that holds the word again for each question.
const SYMBOLS_OF_ROPE: usize = 20;
/// Ask a server that speaks LSP, TypeScript's own service, rope.
const LSP: &str = include_str!("lsp.py");
const TYPESCRIPT: &str = include_str!("typescript.cjs");
const ROPE: &str = include_str!("rope.py");

/// Each language whose server can be had.
pub fn run(cache: &Path) -> Result<(), Failed> {
    let scripts = tempfile::tempdir()?;
    let script = |name: &str, text: &str| -> Result<PathBuf, Failed> {
        let path = scripts.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    };
    let (lsp, typescript, rope) = (script("lsp.py", LSP)?, script("typescript.cjs", TYPESCRIPT)?, script("rope.py", ROPE)?);
    python(cache, &lsp, &rope)?;
    if let Some(packages) = corpora::javascript(cache) {
        for package in ["rxjs", "effect"] {
            let folder = packages.join(package).join("src");
            let mut service = Command::new("node");
            service.arg(&typescript).arg(packages.join("typescript")).arg(&folder);
            compare(&format!("TypeScript, {package}, beside tsserver's service"), &folder, "ts,tsx", SYMBOLS, &mut service)?;
        }
    }
    go(cache, &lsp)?;
    rust(cache, &lsp)
}

fn python(cache: &Path, lsp: &Path, rope: &Path) -> Result<(), Failed> {
    let Some(django) = corpora::django(cache) else { return Ok(()) };
    if let Some(ty) = ty(cache) {
        let mut server = Command::new("python3");
        server.arg(lsp).arg(&django).args(["python", "references"]).arg(ty).arg("server");
        compare("Python, Django 5.2, beside ty", &django, "py", SYMBOLS, &mut server)?;
    }
    if let Some(packages) = corpora::pip(cache, "rope", &["rope==1.15.2", "pytoolconfig", "packaging", "platformdirs"]) {
        let mut asked = Command::new("python3");
        asked.arg(rope).arg(&django).arg(packages);
        compare("Python, Django 5.2, beside rope", &django, "py", SYMBOLS_OF_ROPE, &mut asked)?;
    }
    Ok(())
}

fn go(cache: &Path, lsp: &Path) -> Result<(), Failed> {
    let (true, Some(path)) = (answers_to("gopls", "version"), corpora::go_path(cache)) else {
        println!("    NOT MEASURED: gopls and a source it can read (Debian: gopls golang-go golang-golang-x-tools-dev) are not installed");
        return Ok(());
    };
    let folder = path.join("src/golang.org/x/tools");
    let mut server = Command::new("python3");
    server.env("GO111MODULE", "off").env("GOPATH", &path).arg(lsp).arg(&folder).args(["go", "rename", "gopls"]);
    compare("Go, golang.org/x/tools, beside gopls", &folder, "go", SYMBOLS, &mut server)
}

fn rust(cache: &Path, lsp: &Path) -> Result<(), Failed> {
    let server = std::env::var("LECTERN_RUST_ANALYZER").unwrap_or_else(|_| "rust-analyzer".into());
    let (true, Some(crates)) = (answers_to(&server, "--version"), corpora::rust(cache)) else {
        println!("    NOT MEASURED: rust-analyzer is not installed (LECTERN_RUST_ANALYZER may name it)");
        return Ok(());
    };
    let scratch = tempfile::tempdir()?;
    let compiler = crate_check(scratch.path(), &crates.canonicalize()?, "regex-automata")?;
    let mut asked = Command::new("python3");
    asked.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS").arg(lsp).arg(&compiler.folder).args(["rust", "rename", &server]);
    compare("Rust, regex-automata, beside rust-analyzer", &compiler.folder, "rs", SYMBOLS, &mut asked)
}

/// Whether a program is there and works; what rustup puts in place of one that is not installed fails.
fn answers_to(program: &str, word: &str) -> bool {
    Command::new(program).arg(word).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// ty as PyPI carries it.
pub fn ty(cache: &Path) -> Option<PathBuf> {
    let ty = corpora::pip(cache, "ty", &["ty"])?.join("bin/ty");
    ty.canonicalize().ok()
}

type Places = BTreeSet<(String, u64)>;

/// Hands all definitions to a peer, one a line, and compares its answers: a line of `[[path, start], …]` each, or `null` where it has none.
fn compare(name: &str, folder: &Path, endings: &str, symbols: usize, peer: &mut Command) -> Result<(), Failed> {
    let renames = renames(folder, endings, symbols)?;
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
