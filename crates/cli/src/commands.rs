//! The headless commands: each is one call on the workspace, and its printing.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use lectern_workspace::{
    Content, RepoPath, Workspace, WorkspaceOptions,
    view::{Failure, SyncOutcome, Verification},
};
use serde_json::{Map, Value, json};

use crate::{
    arguments::{Command, VersionedFile},
    output::Output,
    password,
};

/// Opens the data folder, signs in, and runs the command.
pub fn run(command: &Command, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let workspace = Workspace::open(WorkspaceOptions { data_dir, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    match command {
        Command::Sync { path } => sync(&workspace, path, output),
        Command::Verify { path, version } => verify(&workspace, path, *version, output),
        Command::Ls { path, version } => ls(&workspace, path, *version, output),
        Command::Show { path, file } => show(&workspace, path, file, output),
        Command::Completions { .. } => unreachable!("completions need no data folder"),
    }
}

fn sync(workspace: &Arc<Workspace>, path: &Path, output: &Output) -> Result<(), Failure> {
    let result = workspace.sync_path(path, &|progress| {
        let of = if progress.files_total > 0 { format!(" of {}", progress.files_total) } else { String::new() };
        output.progress(&format!("{}: {}{of} files", progress.phase.as_str(), progress.files_done));
    });
    output.progress("");
    let (project_id, outcome) = result?;
    for warning in &outcome.warnings {
        eprintln!("lectern: {warning}");
    }
    output.result(&sync_json(&project_id, &outcome), &sync_text(&outcome))
}

fn sync_json(project_id: &str, outcome: &SyncOutcome) -> Value {
    json!({
        "project_id": project_id,
        "version": outcome.version,
        "manifest_hash": outcome.manifest_hash,
        "files": outcome.files,
        "bytes": outcome.bytes.parse::<u64>().unwrap_or(0),
        "added": outcome.added,
        "changed": outcome.changed,
        "removed": outcome.removed,
        "unchanged": outcome.unchanged,
        "duration_ms": outcome.duration_ms,
        "warnings": outcome.warnings,
    })
}

fn sync_text(outcome: &SyncOutcome) -> String {
    if !outcome.is_new {
        return format!("Nothing changed since v{} ({} files, {} ms)", outcome.version, outcome.files, outcome.duration_ms);
    }
    format!(
        "v{}: {} files, {} added, {} changed, {} removed, {} unchanged ({} ms)",
        outcome.version, outcome.files, outcome.added, outcome.changed, outcome.removed, outcome.unchanged, outcome.duration_ms
    )
}

fn verify(workspace: &Workspace, path: &Path, version: Option<u32>, output: &Output) -> Result<(), Failure> {
    let verdict = workspace.verify_path(path, version)?;
    output.result(&verify_json(&verdict), &verify_text(&verdict))?;
    if verdict.ok {
        return Ok(());
    }
    // With --json the verdict is the one object on stdout; this only sets the exit code.
    Err(Failure::new("DAMAGED", format!("version {} does not match its hashes", verdict.version))
        .hint("Other versions may be fine. Don't restore from this one."))
}

fn verify_json(verdict: &Verification) -> Value {
    let problems: Vec<Value> = verdict
        .problems
        .iter()
        .map(|problem| {
            let mut entry = path_json(&problem.path);
            entry.insert("kind".to_owned(), json!(problem.kind));
            entry.insert("detail".to_owned(), json!(problem.detail));
            Value::Object(entry)
        })
        .collect();
    json!({ "ok": verdict.ok, "checked": verdict.checked, "problems": problems })
}

fn verify_text(verdict: &Verification) -> String {
    if verdict.ok {
        return format!("v{} matches its hashes: {} nodes and objects checked", verdict.version, verdict.checked);
    }
    let lines: Vec<String> = verdict
        .problems
        .iter()
        .map(|problem| format!("{}\t{}\t{}", problem.kind, if problem.path.is_empty() { "." } else { &problem.path }, problem.detail))
        .collect();
    lines.join("\n")
}

fn ls(workspace: &Workspace, path: &Path, version: Option<u32>, output: &Output) -> Result<(), Failure> {
    let mut entries = Vec::new();
    workspace.list_path(path, version, |path, content| entries.push((path.clone(), content.clone())))?;
    output.stream(|out| {
        if !output.is_json() {
            for (path, content) in &entries {
                writeln!(out, "{} {:>10} {}", content.mode().unwrap_or("040000"), content.size(), path)?;
            }
            return Ok(());
        }
        // Written entry by entry: a million files need not be one text in memory.
        out.write_all(b"{\"entries\":[")?;
        for (index, (path, content)) in entries.iter().enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, &entry_json(path, content))?;
        }
        out.write_all(b"]}\n")
    })
}

fn entry_json(path: &RepoPath, content: &Content) -> Value {
    let mut entry = path_json(&path.key());
    entry.insert("kind".to_owned(), json!(content.kind()));
    entry.insert("size".to_owned(), json!(content.size()));
    let hash = match content {
        Content::Submodule { commit } => commit.clone(),
        other => other.object().map(|hash| hash.to_string()),
    };
    entry.insert("hash".to_owned(), json!(hash));
    entry.insert("mode".to_owned(), json!(content.mode()));
    Value::Object(entry)
}

/// `path`, or `path_hex` for a name that is not UTF-8.
fn path_json(key: &str) -> Map<String, Value> {
    let (name, value) = match key.strip_prefix('\0') {
        Some(hex) => ("path_hex", hex),
        None => ("path", key),
    };
    Map::from_iter([(name.to_owned(), json!(value))])
}

fn show(workspace: &Workspace, path: &Path, file: &VersionedFile, output: &Output) -> Result<(), Failure> {
    let name = RepoPath::from_key(&file.path)?;
    let bytes = workspace.show_path(path, file.version, &name)?;
    output.stream(|out| out.write_all(&bytes))
}
