//! The headless commands: each is one call on the workspace, and its printing.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_workspace::{
    Content, RepoPath, Workspace, WorkspaceOptions,
    view::{Failure, SyncOutcome},
};
use serde_json::{Map, Value, json};

use crate::{
    ai,
    arguments::{Command, VersionedFile},
    find,
    output::Output,
    password, refactor, search, threads, versions,
};

/// Another process may be syncing the folder; its sync is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens the data folder, signs in, and runs the command.
pub fn run(command: &Command, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let workspace = Workspace::open(WorkspaceOptions { data_dir, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    match command {
        Command::Sync { path } => sync(&workspace, path, output),
        Command::Verify { path, all: true, .. } => versions::verify_all(&workspace, path, output),
        Command::Verify { path, version, .. } => versions::verify(&workspace, path, *version, output),
        Command::Versions { path } => versions::list(&workspace, path, output),
        Command::Diff { path, old, new } => versions::diff(&workspace, path, *old, *new, output),
        Command::Restore { path, version, files } => versions::restore(&workspace, path, *version, files, output),
        Command::Export { path, version, target, format } => versions::export(&workspace, path, *version, target, *format, output),
        Command::Search(wanted) => search::run(&workspace, wanted, output),
        Command::Find(wanted) => find::files(&workspace, wanted, output),
        Command::Symbols(wanted) => find::symbols(&workspace, wanted, output),
        Command::Threads(wanted) => threads::run(&workspace, wanted, output),
        Command::Rename(wanted) => refactor::rename(&workspace, wanted, output),
        Command::Move(wanted) => refactor::move_path(&workspace, wanted, output),
        Command::Replace(wanted) => refactor::replace(&workspace, wanted, output),
        Command::Undo(wanted) => refactor::undo(&workspace, wanted, output),
        Command::Models => ai::models(&workspace, output),
        Command::Gc => versions::gc(&workspace, output),
        Command::Ls { path, version } => ls(&workspace, path, *version, output),
        Command::Show { path, file } => show(&workspace, path, file, output),
        Command::Watch { .. } => unreachable!("watching opens the data folder itself"),
        Command::Ai(_) | Command::Docs(_) => unreachable!("pages open the data folder themselves"),
        Command::Preview(_) => unreachable!("a preview opens the data folder itself"),
        Command::Outline { .. } => unreachable!("an outline needs no data folder"),
        Command::Completions { .. } => unreachable!("completions need no data folder"),
    }
}

fn sync(workspace: &Arc<Workspace>, path: &Path, output: &Output) -> Result<(), Failure> {
    let (project_id, outcome) = sync_patiently(workspace, path, &AtomicBool::new(false), output)?;
    for warning in &outcome.warnings {
        eprintln!("lectern: {warning}");
    }
    output.result(&sync_json(&project_id, &outcome), &sync_text(&outcome))
}

/// Syncs, after whatever sync of the folder runs already: that one may have begun before the latest edit. `asked` to end, it waits no longer.
pub(crate) fn sync_patiently(
    workspace: &Arc<Workspace>,
    path: &Path,
    asked: &AtomicBool,
    output: &Output,
) -> Result<(String, SyncOutcome), Failure> {
    let began = Instant::now();
    loop {
        let result = workspace.sync_path(path, &|progress| {
            let of = if progress.files_total > 0 { format!(" of {}", progress.files_total) } else { String::new() };
            output.progress(&format!("{}: {}{of} files", progress.phase.as_str(), progress.files_done));
        });
        output.progress("");
        match result {
            Err(busy) if busy.code == "ALREADY_RUNNING" && began.elapsed() < PATIENCE && !asked.load(Ordering::Relaxed) => {
                output.progress("Waiting for another sync of this folder");
                thread::sleep(Duration::from_millis(100));
            }
            other => return other,
        }
    }
}

pub(crate) fn sync_json(project_id: &str, outcome: &SyncOutcome) -> Value {
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

pub(crate) fn sync_text(outcome: &SyncOutcome) -> String {
    if !outcome.is_new {
        return format!("Nothing changed since v{} ({} files, {} ms)", outcome.version, outcome.files, outcome.duration_ms);
    }
    format!(
        "v{}: {} files, {} added, {} changed, {} removed, {} unchanged ({} ms)",
        outcome.version, outcome.files, outcome.added, outcome.changed, outcome.removed, outcome.unchanged, outcome.duration_ms
    )
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
pub fn path_json(key: &str) -> Map<String, Value> {
    Map::from_iter([named_path("path", key)])
}

/// The path of that name, or with `_hex` behind the name for one that is not UTF-8.
pub fn named_path(name: &str, key: &str) -> (String, Value) {
    match key.strip_prefix('\0') {
        Some(hex) => (format!("{name}_hex"), json!(hex)),
        None => (name.to_owned(), json!(key)),
    }
}

fn show(workspace: &Workspace, path: &Path, file: &VersionedFile, output: &Output) -> Result<(), Failure> {
    let name = RepoPath::from_key(&file.path)?;
    let bytes = workspace.show_path(path, file.version, &name)?;
    output.stream(|out| out.write_all(&bytes))
}
