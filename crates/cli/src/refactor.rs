//! The headless commands that change code everywhere it means the same: `rename`, `move`, `replace`, `undo`.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{Args, ValueEnum};
use lectern_workspace::{
    Workspace,
    view::{
        Failure, PathMove, RefactorAsk, RefactorCertainty, RefactorEdit, RefactorFile, RefactorJob, RefactorProposal, RefactorStatus,
        RefactorUndoChoice, RefactorUndoState, TaskProgress,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    commands::{named_path, path_json, sync_patiently},
    output::Output,
};

/// `lectern rename`.
#[derive(Debug, Args)]
pub struct Rename {
    /// The project's folder
    pub path: PathBuf,
    /// Where the name stands: file, line (from 1) and column (bytes, from 0), for example src/main.rs:3:7
    #[arg(long, value_name = "F:L:C", value_parser = place)]
    pub at: NamePlace,
    /// The new name
    #[arg(long, value_name = "N")]
    pub to: String,
    /// Leave files that are named after it as they are called
    #[arg(long)]
    pub keep_files: bool,
    /// Leave methods that it overrides, and that override it, as they are called
    #[arg(long)]
    pub keep_hierarchy: bool,
    #[command(flatten)]
    pub write: Write,
}

/// `lectern move`.
#[derive(Debug, Args)]
pub struct Move {
    /// The project's folder
    pub path: PathBuf,
    /// A file or folder, relative to the project's folder
    pub from: String,
    /// Where it goes, relative to the project's folder
    pub to: String,
    #[command(flatten)]
    pub write: Write,
}

/// `lectern replace`.
#[derive(Debug, Args)]
pub struct Replace {
    /// The project's folder
    pub path: PathBuf,
    /// The text to find, or with --language code with holes: $A is one node, $$$A any number
    #[arg(value_name = "Q", allow_hyphen_values = true)]
    pub query: String,
    /// What takes its place; with --regex, $1 and ${name} are what groups found
    #[arg(value_name = "R", allow_hyphen_values = true)]
    pub replacement: String,
    /// Q is a regular expression
    #[arg(long)]
    pub regex: bool,
    /// Only whole words
    #[arg(long)]
    pub word: bool,
    /// Upper and lower case differ
    #[arg(long)]
    pub case: bool,
    /// Q and R are code of this language
    #[arg(long, value_name = "L", conflicts_with_all = ["regex", "word", "case"])]
    pub language: Option<String>,
    /// Only files that fit, as in a .gitignore; !G leaves out those that do
    #[arg(long = "glob", value_name = "G", allow_hyphen_values = true)]
    pub globs: Vec<String>,
    #[command(flatten)]
    pub write: Write,
}

/// `lectern undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// The project's folder
    pub path: PathBuf,
    /// The job [default: the one that was applied last]
    #[arg(value_name = "JOB")]
    pub job: Option<String>,
    /// Where lines were changed since: keep them, or take them back
    #[arg(long, value_enum, value_name = "SIDE")]
    pub conflicts: Option<Side>,
}

/// What `rename`, `move` and `replace` do with what they found.
#[derive(Debug, Args)]
pub struct Write {
    /// Write it; what is there now is recorded first
    #[arg(long)]
    pub apply: bool,
    /// Besides what is certain
    #[arg(long, value_enum, value_delimiter = ',', value_name = "C")]
    pub include: Vec<Include>,
    /// Also when code would mean something else or not compile afterwards
    #[arg(long, requires = "apply")]
    pub anyway: bool,
}

/// What may be written besides what is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Include {
    /// Places that may mean the same
    Probable,
    /// Comments and strings
    Text,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// Lines stay as they are now
    Now,
    /// Lines are taken back
    Back,
}

/// A file, a line from 1 and a column in bytes from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePlace {
    path: String,
    line: u32,
    column: u32,
}

fn place(word: &str) -> Result<NamePlace, String> {
    let parsed = || {
        let (rest, column) = word.rsplit_once(':')?;
        let (path, line) = rest.rsplit_once(':')?;
        let line = line.parse().ok().filter(|line| *line > 0)?;
        Some(NamePlace { path: path.trim_start_matches("./").to_owned(), line, column: column.parse().ok()? })
    };
    parsed().filter(|place| !place.path.is_empty()).ok_or_else(|| "a file, a line and a column, like src/main.rs:3:7".to_owned())
}

pub fn rename(workspace: &Arc<Workspace>, wanted: &Rename, output: &Output) -> Result<(), Failure> {
    let ask = RefactorAsk::RenameSymbol {
        path: wanted.at.path.clone(),
        line: wanted.at.line,
        column: wanted.at.column,
        new_name: wanted.to.clone(),
        files: !wanted.keep_files,
        hierarchy: !wanted.keep_hierarchy,
    };
    run(workspace, &wanted.path, ask, &wanted.write, output)
}

pub fn move_path(workspace: &Arc<Workspace>, wanted: &Move, output: &Output) -> Result<(), Failure> {
    let relative = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let moves = vec![PathMove { from: relative(&wanted.from), to: relative(&wanted.to) }];
    run(workspace, &wanted.path, RefactorAsk::Move { moves }, &wanted.write, output)
}

pub fn replace(workspace: &Arc<Workspace>, wanted: &Replace, output: &Output) -> Result<(), Failure> {
    let (globs, replacement) = (wanted.globs.clone(), wanted.replacement.clone());
    let ask = match &wanted.language {
        Some(language) => RefactorAsk::ReplacePattern { language: language.clone(), pattern: wanted.query.clone(), replacement, globs },
        None => RefactorAsk::ReplaceText {
            query: wanted.query.clone(),
            replacement,
            regex: wanted.regex,
            word: wanted.word,
            case: wanted.case,
            globs,
        },
    };
    run(workspace, &wanted.path, ask, &wanted.write, output)
}

fn run(workspace: &Arc<Workspace>, path: &Path, ask: RefactorAsk, write: &Write, output: &Output) -> Result<(), Failure> {
    let never = AtomicBool::new(false);
    let (project, _) = sync_patiently(workspace, path, &never, output)?;
    output.progress("Looking for places");
    let job = workspace.refactor_ask_here(&project, ask, &|| never.load(Ordering::Relaxed));
    output.progress("");
    let job = proposed(job?)?;
    let proposal = workspace.refactor_proposal(&job.id)?;
    let excluded = left_out(&proposal, &write.include);
    workspace.refactor_choose(&job.id, &excluded)?;
    if !write.apply {
        return print(&job, &proposal, &excluded, output);
    }
    if let Some(breaking) = proposal.conflicts.iter().find(|conflict| conflict.breaks)
        && !write.anyway
    {
        let more = if job.breaking > 1 { format!(", and {} more conflicts", job.breaking - 1) } else { String::new() };
        return Err(Failure::new("CONFLICTS", format!("{}:{}: {}{more}", breaking.path, breaking.line, breaking.message))
            .hint("Choose another name or place, or add --anyway."));
    }
    let applied = workspace.refactor_apply("refactor", &job.id, &progress(output));
    output.progress("");
    applied?;
    print(&workspace.refactor_job(&job.id)?, &proposal, &excluded, output)
}

/// What became of a job; why there is no proposal, where there is none.
fn proposed(job: RefactorJob) -> Result<RefactorJob, Failure> {
    match (job.status, job.error) {
        (RefactorStatus::Proposed, error) => Ok(RefactorJob { error, ..job }),
        (_, Some(error)) => Err(error),
        (_, None) => Err(Failure::new("NOT_PROPOSED", "nothing was proposed").hint("Try again.")),
    }
}

/// The numbers of everything less sure than what is wanted.
fn left_out(proposal: &RefactorProposal, include: &[Include]) -> Vec<u32> {
    let out = |certainty: RefactorCertainty| match certainty {
        RefactorCertainty::Certain => false,
        RefactorCertainty::Probable => !include.contains(&Include::Probable),
        RefactorCertainty::Text => !include.contains(&Include::Text),
    };
    let edits = proposal.files.iter().flat_map(|file| &file.edits).map(|edit| (edit.id, edit.certainty));
    let moves = proposal.moves.iter().map(|one| (one.id, one.certainty));
    let wholes = proposal.created.iter().chain(&proposal.removed).map(|one| (one.id, one.certainty));
    edits.chain(moves).chain(wholes).filter(|(_, certainty)| out(*certainty)).map(|(id, _)| id).collect()
}

fn progress(output: &Output) -> impl Fn(TaskProgress) + Sync + '_ {
    |progress| output.progress(&format!("{}: {} of {}", progress.phase, progress.done, progress.total))
}

fn print(job: &RefactorJob, proposal: &RefactorProposal, excluded: &[u32], output: &Output) -> Result<(), Failure> {
    let out: HashSet<u32> = excluded.iter().copied().collect();
    let edits = proposal.files.iter().flat_map(|file| file.edits.iter().map(|edit| edit_json(file, edit, &out)));
    let moves = proposal.moves.iter().map(|one| {
        let mut entry = Map::from_iter([named_path("from", &one.from), named_path("to", &one.to)]);
        entry.insert("certainty".to_owned(), json!(word(one.certainty)));
        entry.insert("reason".to_owned(), json!(one.reason));
        entry.insert("group".to_owned(), json!(one.group));
        entry.insert("included".to_owned(), json!(!out.contains(&one.id)));
        Value::Object(entry)
    });
    let conflicts = proposal.conflicts.iter().map(|conflict| {
        let mut entry = path_json(&conflict.path);
        entry.insert("line".to_owned(), json!(conflict.line));
        entry.insert("kind".to_owned(), json!(conflict.kind));
        entry.insert("breaks".to_owned(), json!(conflict.breaks));
        entry.insert("message".to_owned(), json!(conflict.message));
        Value::Object(entry)
    });
    let value = json!({
        "job_id": job.id,
        "status": job.status,
        "edits": edits.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "conflicts": conflicts.collect::<Vec<_>>(),
        "journal_id": job.applied.as_ref().map(|applied| &applied.journal_id),
    });
    output.result(&value, &text(job, proposal, &out))
}

fn edit_json(file: &RefactorFile, edit: &RefactorEdit, out: &HashSet<u32>) -> Value {
    let mut entry = path_json(&file.path);
    for (name, value) in [
        ("start", json!(edit.start)),
        ("end", json!(edit.end)),
        ("line", json!(edit.line)),
        ("old", json!(edit.old)),
        ("new", json!(edit.new)),
        ("certainty", json!(word(edit.certainty))),
        ("reason", json!(edit.reason)),
        ("group", json!(edit.group)),
        ("included", json!(!out.contains(&edit.id))),
    ] {
        entry.insert(name.to_owned(), value);
    }
    Value::Object(entry)
}

fn word(certainty: RefactorCertainty) -> &'static str {
    match certainty {
        RefactorCertainty::Certain => "certain",
        RefactorCertainty::Probable => "probable",
        RefactorCertainty::Text => "text",
    }
}

/// What people read: a line for each place, then what was done.
fn text(job: &RefactorJob, proposal: &RefactorProposal, out: &HashSet<u32>) -> String {
    let mut lines = Vec::new();
    for conflict in &proposal.conflicts {
        let mark = if conflict.breaks { "breaks" } else { "note" };
        lines.push(format!("{mark}  {}:{}: {}", conflict.path, conflict.line, conflict.message));
    }
    for one in &proposal.moves {
        lines.push(format!("{}  {} -> {}", mark(one.certainty, out.contains(&one.id)), one.from, one.to));
    }
    for file in &proposal.files {
        for edit in &file.edits {
            let mark = mark(edit.certainty, out.contains(&edit.id));
            lines.push(format!("{mark}  {}:{}: {} -> {}  ({})", file.path, edit.line, line(&edit.old), line(&edit.new), edit.reason));
        }
    }
    lines.push(match &job.applied {
        Some(applied) => {
            format!("{}: {} changes in {} files; before, it was v{}", job.title, applied.edits, applied.files, applied.undo_version)
        }
        None => format!("{}: {} changes are proposed; --apply writes those with +", job.title, job.edits),
    });
    lines.join("\n")
}

fn mark(certainty: RefactorCertainty, out: bool) -> String {
    format!("{} {:8}", if out { "-" } else { "+" }, word(certainty))
}

/// A text as one short line.
fn line(text: &str) -> String {
    let first: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(60).collect();
    if text.chars().count() > 60 { format!("{first}…") } else { first }
}

pub fn undo(workspace: &Arc<Workspace>, wanted: &Undo, output: &Output) -> Result<(), Failure> {
    let project = workspace.project_id_at(&wanted.path)?;
    let job = match &wanted.job {
        Some(id) => workspace.refactor_job(id)?,
        None => {
            let jobs = workspace.refactor_jobs(Some(&project))?;
            let applied = jobs.into_iter().filter(|job| job.status == RefactorStatus::Applied);
            let none = || Failure::new("NOT_APPLIED", "nothing was applied here that could be taken back").hint("Name the job.");
            applied.max_by(|one, other| one.applied_at.cmp(&other.applied_at)).ok_or_else(none)?
        }
    };
    let plan = workspace.refactor_undo_plan(&job.id)?;
    let conflicts = plan.files.iter().flat_map(|file| file.conflicts.iter().map(move |conflict| (file, conflict)));
    let choices: Vec<RefactorUndoChoice> = match wanted.conflicts {
        Some(side) => conflicts
            .map(|(file, conflict)| RefactorUndoChoice { path: file.path.clone(), number: conflict.number, back: side == Side::Back })
            .collect(),
        None => Vec::new(),
    };
    let undone = workspace.refactor_undo("refactor", &job.id, &choices, &progress(output));
    output.progress("");
    let undone = undone.map_err(|failure| match failure.code.as_str() {
        "UNDO_CONFLICTS" => failure.hint("Add --conflicts now to keep such lines, or --conflicts back to take them back."),
        _ => failure,
    })?;
    let files = plan.files.iter().map(|file| {
        let mut entry = path_json(&file.path);
        entry.insert("state".to_owned(), json!(file.state));
        if !file.reason.is_empty() {
            entry.insert("reason".to_owned(), json!(file.reason));
        }
        Value::Object(entry)
    });
    let status = workspace.refactor_job(&job.id)?.status;
    let value = json!({
        "job_id": job.id,
        "status": status,
        "exact": plan.exact,
        "files": files.collect::<Vec<_>>(),
        "edits": [],
        "conflicts": [],
        "journal_id": undone.journal_id,
    });
    let stays = plan.files.iter().filter(|file| file.state == RefactorUndoState::Gone).count();
    let kept = if stays > 0 { format!("; {stays} files stay as they are") } else { String::new() };
    output.result(&value, &format!("{}: {} files are as before{kept}", job.title, undone.files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_line_and_a_column() {
        assert_eq!(place("./src/a:b.rs:3:0"), Ok(NamePlace { path: "src/a:b.rs".into(), line: 3, column: 0 }));
        for bad in ["a.rs", "a.rs:3", "a.rs:0:0", ":1:1", "a.rs:x:1"] {
            assert!(place(bad).is_err(), "accepted {bad}");
        }
    }
}
