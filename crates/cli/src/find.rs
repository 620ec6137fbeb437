//! The headless commands that find files and symbols by name.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use lectern_workspace::{RepoPath, Workspace, outline_of_file, view::Failure};
use serde_json::{Value, json};

use crate::{
    commands::{path_json, sync_patiently},
    output::Output,
};

/// What `find` is given.
#[derive(Debug, clap::Args)]
pub struct Find {
    /// The project's folder
    path: PathBuf,
    /// Letters of the path, in their order; words in any order
    #[arg(value_name = "Q", allow_hyphen_values = true)]
    query: String,
    /// Print no more than the best N [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

/// What `symbols` is given.
#[derive(Debug, clap::Args)]
pub struct Symbols {
    /// The project's folder
    path: PathBuf,
    /// Letters of the name, in their order [default: every symbol, by path and line]
    #[arg(value_name = "Q", allow_hyphen_values = true)]
    query: Option<String>,
    /// Print no more than the best N [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

/// Prints the paths of the latest version that fit, the best first.
pub fn files(workspace: &Arc<Workspace>, wanted: &Find, output: &Output) -> Result<(), Failure> {
    let project = project(workspace, &wanted.path, output)?;
    let found = workspace.all_files_like(&project, &wanted.query, wanted.limit)?;
    output.stream(|out| {
        if !output.is_json() {
            return found.files.iter().try_for_each(|file| writeln!(out, "{}", shown(&file.path)));
        }
        let paths = found.files.iter().map(|file| match path_json(&file.path).remove("path") {
            Some(path) => path,
            None => Value::Object(path_json(&file.path)),
        });
        list(out, "paths", paths)
    })
}

/// Prints the symbols of the latest version that fit, the best first.
pub fn symbols(workspace: &Arc<Workspace>, wanted: &Symbols, output: &Output) -> Result<(), Failure> {
    let project = project(workspace, &wanted.path, output)?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = workspace.all_symbols_like(&project, query, wanted.limit, &|part| {
        output.progress(&format!("Reading symbols: {} of {} files", part.done, part.total));
    });
    output.progress("");
    let found = found?;
    output.stream(|out| {
        if !output.is_json() {
            let line = |it: &lectern_workspace::view::FoundSymbol| format!("{}:{}: {} {}", shown(&it.path), it.line, it.kind, it.name);
            return found.symbols.iter().try_for_each(|symbol| writeln!(out, "{}", line(symbol)));
        }
        list(out, "symbols", found.symbols.iter().map(|it| symbol_json(&it.name, &it.kind, &it.path, it.line)))
    })
}

/// Prints the symbols of one file, in a project or not.
pub fn outline(file: &Path, output: &Output) -> Result<(), Failure> {
    let found = outline_of_file(file)?;
    let path = std::str::from_utf8(file.as_os_str().as_encoded_bytes()).map_or_else(|_| hex_key(file), str::to_owned);
    output.stream(|out| {
        if !output.is_json() {
            let indent = |depth: u32| "  ".repeat(depth.min(20) as usize);
            return found.iter().try_for_each(|it| writeln!(out, "{:>6}  {}{} {}", it.line, indent(it.depth), it.kind, it.name));
        }
        list(out, "symbols", found.iter().map(|it| symbol_json(&it.name, &it.kind, &path, it.line)))
    })
}

/// The project at a folder, which is added and recorded once when that was never done.
fn project(workspace: &Arc<Workspace>, path: &Path, output: &Output) -> Result<String, Failure> {
    match workspace.versions_at(path) {
        Ok(versions) if !versions.is_empty() => workspace.project_id_at(path),
        Err(failure) if failure.code != "NOT_A_PROJECT" => Err(failure),
        _ => Ok(sync_patiently(workspace, path, &AtomicBool::new(false), output)?.0),
    }
}

fn symbol_json(name: &str, kind: &str, path: &str, line: u32) -> Value {
    let mut symbol = path_json(path);
    symbol.insert("name".to_owned(), json!(name));
    symbol.insert("kind".to_owned(), json!(kind));
    symbol.insert("line".to_owned(), json!(line));
    Value::Object(symbol)
}

/// Written one by one: a million need not be one text in memory.
fn list(out: &mut impl Write, name: &str, values: impl Iterator<Item = Value>) -> io::Result<()> {
    write!(out, "{{\"{name}\":[")?;
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *out, &value)?;
    }
    out.write_all(b"]}\n")
}

/// For people: bytes that are not UTF-8 are replaced.
fn shown(key: &str) -> String {
    RepoPath::from_key(key).map_or_else(|_| key.to_owned(), |path| path.to_string())
}

fn hex_key(file: &Path) -> String {
    let hex: String = file.as_os_str().as_encoded_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\0{hex}")
}
