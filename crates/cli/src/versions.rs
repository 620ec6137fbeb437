//! The headless commands about versions: listing, comparing, restoring, verifying, exporting, collecting.

use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use lectern_workspace::{
    RepoPath, Workspace,
    view::{DiffFile, DiffKind, ExportFormat, Failure, RestoreOutcome, RestoreProblem, TaskProgress, Verification, VersionCard},
};
use serde_json::{Map, Value, json};

use crate::{
    arguments::Format,
    commands::{named_path, path_json},
    output::Output,
};

pub fn list(workspace: &Workspace, path: &Path, output: &Output) -> Result<(), Failure> {
    let versions = workspace.versions_at(path)?;
    let listed: Vec<Value> = versions.iter().map(version_json).collect();
    let lines: Vec<String> = versions.iter().map(version_text).collect();
    let text = if lines.is_empty() { "No version yet".to_owned() } else { lines.join("\n") };
    output.result(&json!({ "versions": listed }), &text)
}

fn version_json(card: &VersionCard) -> Value {
    json!({
        "version": card.version,
        "created_at": card.created_at,
        "hash": card.hash,
        "trigger": card.trigger,
        "files": card.files,
        "added": card.added,
        "changed": card.changed,
        "removed": card.removed,
    })
}

fn version_text(card: &VersionCard) -> String {
    let time = card.created_at.get(..16).unwrap_or(&card.created_at).replace('T', " ");
    let pinned = if card.pinned { "  pinned" } else { "" };
    let label = if card.label.is_empty() { String::new() } else { format!("  “{}”", card.label) };
    let (version, trigger, files) = (format!("v{}", card.version), card.trigger.to_lowercase(), card.files);
    format!("{version:>6}  {time}  {trigger:<6}  {files:>7} files  +{} ~{} -{}{pinned}{label}", card.added, card.changed, card.removed)
}

pub fn diff(workspace: &Workspace, path: &Path, old: u32, new: u32, output: &Output) -> Result<(), Failure> {
    let files = workspace.compare_paths(path, old, new)?;
    output.stream(|out| {
        if !output.is_json() {
            return files.iter().try_for_each(|file| writeln!(out, "{}", file_text(file)));
        }
        // Written file by file: a hundred thousand need not be one text in memory.
        out.write_all(b"{\"files\":[")?;
        for (index, file) in files.iter().enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, &file_json(file))?;
        }
        out.write_all(b"]}\n")
    })
}

fn file_json(file: &DiffFile) -> Value {
    let mut entry = path_json(&file.path);
    let (name, old_path) = file.old_path.as_ref().map_or(("old_path".to_owned(), Value::Null), |path| named_path("old_path", path));
    entry.insert(name, old_path);
    entry.insert("kind".to_owned(), json!(file.kind));
    Value::Object(entry)
}

fn file_text(file: &DiffFile) -> String {
    let letter = match file.kind {
        DiffKind::Added => 'A',
        DiffKind::Removed => 'D',
        DiffKind::Changed => 'M',
        DiffKind::Renamed => 'R',
        DiffKind::Mode => 'T',
    };
    let from = file.old_path.as_ref().map(|path| format!("{} -> ", shown(path))).unwrap_or_default();
    format!("{letter}  {from}{}", shown(&file.path))
}

pub fn restore(workspace: &Arc<Workspace>, path: &Path, version: u32, files: &[PathBuf], output: &Output) -> Result<(), Failure> {
    let keys = files.iter().map(|file| key_of(file.as_os_str())).collect::<Result<Vec<_>, _>>()?;
    let project = workspace.project_id_at(path)?;
    let result = workspace.restore("restore", &project, version, &keys, &progress(output));
    output.progress("");
    let outcome = result?;
    let version = outcome.version;
    let text = match &outcome.journal_id {
        Some(_) => format!("Restored {} from v{version}; before, it was v{}", files_text(outcome.files), outcome.undo_version),
        None if outcome.unavailable > 0 => format!("Nothing was restored from v{version}"),
        None => format!("Everything is as in v{version} already"),
    };
    print_problems("could not restore", &outcome.problems, outcome.unavailable);
    let unavailable = problems_of(&outcome.problems);
    let value = json!({
        "files": outcome.files,
        "journal_id": outcome.journal_id,
        "unavailable": unavailable,
        "unavailable_total": outcome.unavailable,
    });
    output.result(&value, &text)?;
    if outcome.files > 0 || keys.is_empty() || !keys.iter().all(|key| has_problem(key, &outcome)) {
        return Ok(());
    }
    // With --json the result is the one object on stdout; this only sets the exit code.
    Err(Failure::new("NOT_RESTORED", "none of the files could be restored").hint("They stay as they were."))
}

/// Whether something at or below what was named could not be restored.
fn has_problem(key: &str, outcome: &RestoreOutcome) -> bool {
    let Ok(named) = RepoPath::from_key(key) else { return false };
    outcome.problems.iter().any(|problem| RepoPath::from_key(&problem.path).is_ok_and(|path| path.is_within(&named)))
}

/// One line a file on stderr.
fn print_problems(what: &str, problems: &[RestoreProblem], total: u32) {
    for problem in problems {
        eprintln!("lectern: {what} {}: {}", shown(&problem.path), problem.reason);
    }
    let more = (total as usize).saturating_sub(problems.len());
    if more > 0 {
        eprintln!("lectern: {what} {more} more");
    }
}

/// `{path, reason}` of each.
fn problems_of(problems: &[RestoreProblem]) -> Vec<Value> {
    let entry = |problem: &RestoreProblem| {
        let mut entry = path_json(&problem.path);
        entry.insert("reason".to_owned(), json!(problem.reason));
        Value::Object(entry)
    };
    problems.iter().map(entry).collect()
}

/// A file as it is written on the command line.
fn key_of(file: &OsStr) -> Result<String, Failure> {
    let mut bytes = file.as_encoded_bytes();
    // The folder itself.
    if Path::new(file).components().all(|part| part == std::path::Component::CurDir) {
        return Ok(RepoPath::root().key());
    }
    while let Some(rest) = bytes.strip_prefix(b"./") {
        bytes = rest;
    }
    while let Some(rest) = bytes.strip_suffix(b"/") {
        bytes = rest;
    }
    Ok(RepoPath::new(bytes)?.key())
}

pub fn export(
    workspace: &Workspace,
    path: &Path,
    version: u32,
    target: &Path,
    format: Option<Format>,
    output: &Output,
) -> Result<(), Failure> {
    let format = match format.unwrap_or_else(|| format_of(target)) {
        Format::Folder => ExportFormat::Folder,
        Format::TarGz => ExportFormat::TarGz,
        Format::Zip => ExportFormat::Zip,
    };
    let target = std::path::absolute(target).map_err(|error| Failure::new("BAD_PATH", error.to_string()))?;
    let result = workspace.export_path(path, version, &target, format, &progress(output));
    output.progress("");
    let outcome = result?;
    print_problems("left out", &outcome.problems, outcome.left_out_total);
    let left_out = problems_of(&outcome.problems);
    let result = json!({
        "target": outcome.target,
        "files": outcome.files,
        "bytes": number(&outcome.bytes),
        "left_out": left_out,
        "left_out_total": outcome.left_out_total,
    });
    output.result(&result, &format!("Wrote v{version} to {}: {}", outcome.target, files_text(outcome.files)))
}

fn format_of(target: &Path) -> Format {
    let name = target.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        Format::TarGz
    } else if name.ends_with(".zip") {
        Format::Zip
    } else {
        Format::Folder
    }
}

pub fn gc(workspace: &Workspace, output: &Output) -> Result<(), Failure> {
    let result = workspace.collect("gc", &progress(output));
    output.progress("");
    let outcome = result?;
    let (versions, nodes, objects, freed) = (outcome.versions, outcome.nodes, outcome.objects, number(&outcome.freed_bytes));
    let result = json!({ "freed_bytes": freed, "versions": versions, "nodes": nodes, "objects": objects });
    output.result(&result, &format!("Gave back {freed} bytes: {versions} versions, {nodes} directories, {objects} contents"))
}

pub fn verify(workspace: &Workspace, path: &Path, version: Option<u32>, output: &Output) -> Result<(), Failure> {
    let result = workspace.verify_path(path, version, &progress(output));
    output.progress("");
    let verdict = result?;
    output.result(&verdict_json(&verdict), &verdict_text(&verdict))?;
    if verdict.ok {
        return Ok(());
    }
    // With --json the verdict is the one object on stdout; this only sets the exit code.
    Err(damaged(format!("version {} does not match its hashes", verdict.version)))
}

pub fn verify_all(workspace: &Workspace, path: &Path, output: &Output) -> Result<(), Failure> {
    let result = workspace.verify_all_at(path, &progress(output));
    output.progress("");
    let verdicts = result?;
    let versions: Vec<Value> = verdicts
        .iter()
        .map(|verdict| {
            let mut entry = verdict_json(verdict);
            entry["version"] = json!(verdict.version);
            entry
        })
        .collect();
    let checked: u64 = verdicts.iter().map(|verdict| u64::from(verdict.checked)).sum();
    let problems: Vec<Value> = verdicts
        .iter()
        .flat_map(|verdict| problems_json(verdict).into_iter().map(move |entry| (verdict.version, entry)))
        .map(|(version, mut entry)| {
            entry.insert("version".to_owned(), json!(version));
            Value::Object(entry)
        })
        .collect();
    let bad = verdicts.iter().filter(|verdict| !verdict.ok).count();
    let text: Vec<String> = verdicts.iter().map(verdict_text).collect();
    let text = if text.is_empty() { "No version yet".to_owned() } else { text.join("\n") };
    output.result(&json!({ "ok": bad == 0, "checked": checked, "problems": problems, "versions": versions }), &text)?;
    if bad == 0 { Ok(()) } else { Err(damaged(format!("{bad} of {} versions do not match their hashes", verdicts.len()))) }
}

fn damaged(message: String) -> Failure {
    Failure::new("DAMAGED", message).hint("What could be put right was; verify again. Don't restore what is still damaged then.")
}

fn verdict_json(verdict: &Verification) -> Value {
    let problems: Vec<Value> = problems_json(verdict).into_iter().map(Value::Object).collect();
    json!({ "ok": verdict.ok, "checked": verdict.checked, "problems": problems })
}

fn problems_json(verdict: &Verification) -> Vec<Map<String, Value>> {
    let entry = |problem: &lectern_workspace::view::VerificationProblem| {
        let mut entry = path_json(&problem.path);
        entry.insert("kind".to_owned(), json!(problem.kind));
        entry.insert("detail".to_owned(), json!(problem.detail));
        entry
    };
    verdict.problems.iter().map(entry).collect()
}

fn verdict_text(verdict: &Verification) -> String {
    if verdict.ok {
        return format!("v{} matches its hashes: {} nodes and objects checked", verdict.version, verdict.checked);
    }
    let mut lines: Vec<String> = verdict
        .problems
        .iter()
        .map(|problem| {
            let path = if problem.path.is_empty() { ".".to_owned() } else { shown(&problem.path) };
            format!("v{}\t{}\t{path}\t{}", verdict.version, problem.kind, problem.detail)
        })
        .collect();
    let more = (verdict.problems_total as usize).saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("v{}\tand {more} more", verdict.version));
    }
    lines.join("\n")
}

fn progress(output: &Output) -> impl Fn(TaskProgress) + Sync + '_ {
    |progress| {
        let of = if progress.total > 0 { format!(" of {}", progress.total) } else { String::new() };
        output.progress(&format!("{}: {}{of}", progress.phase, progress.done));
    }
}

/// For people: bytes that are not UTF-8 are replaced.
fn shown(key: &str) -> String {
    RepoPath::from_key(key).map_or_else(|_| key.to_owned(), |path| path.to_string())
}

fn files_text(files: u32) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_written_as_a_shell_completes_it() {
        for (written, key) in [("./src/", "src"), ("src/main.rs", "src/main.rs"), (".", ""), ("./", ""), ("././.", ""), ("././a", "a")] {
            assert_eq!(key_of(OsStr::new(written)).expect("a file"), key, "{written}");
        }
        assert!(key_of(OsStr::new("../a")).is_err());
        assert_eq!(
            (format_of(Path::new("a/V1.TGZ")), format_of(Path::new("b.zip")), format_of(Path::new("c"))),
            (Format::TarGz, Format::Zip, Format::Folder)
        );
    }
}
