//! The headless commands that ask for pages: `ai`, `docs`, `models`.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{Args, ValueEnum};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{AiJob, AiRequest, AiText, Failure, JobStatus, JobType, SessionState, Subject, SyncProgress},
};
use serde_json::json;

use crate::{
    commands::sync_patiently,
    output::{Output, plain},
    password,
    signals::{Ending, Terminal},
};

/// `lectern ai`.
#[derive(Debug, Args)]
pub struct Ai {
    /// The project's folder
    pub path: PathBuf,
    /// What to write
    #[arg(long = "type", value_name = "T", ignore_case = true)]
    pub kind: Kind,
    /// What it is about: a folder, a file, the definition at a line (F:A), or lines (F:A-B) [default: the whole project]
    #[arg(long, value_name = "F[:A-B]", value_parser = target)]
    pub target: Option<Target>,
    /// Explain what differs between two versions
    #[arg(long, value_name = "A..B", value_parser = versions, conflicts_with = "version")]
    pub diff: Option<(u32, u32)>,
    /// Read this version [default: the folder as it is]
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
    /// A question, of the type QUESTION
    #[arg(long, value_name = "Q")]
    pub question: Option<String>,
    /// The model, by its name or id [default: the one that is chosen in the settings]
    #[arg(long, value_name = "M")]
    pub model: Option<String>,
    /// Only what code knows: ask no model
    #[arg(long, conflicts_with = "model")]
    pub no_prose: bool,
    /// Write it again even where it was written from the same code before
    #[arg(long)]
    pub again: bool,
}

/// `lectern docs`.
#[derive(Debug, Args)]
pub struct Docs {
    /// The project's folder
    pub path: PathBuf,
    /// The folder to write the pages to; it is made, or must be empty or hold such pages
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The model, by its name or id [default: the one that is chosen in the settings]
    #[arg(long, value_name = "M")]
    pub model: Option<String>,
    /// Only what code knows: ask no model
    #[arg(long, conflicts_with = "model")]
    pub no_prose: bool,
}

/// The types of jobs, as scripts name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Docs,
    Explanation,
    Review,
    Question,
}

/// A path, and lines of it (1-based, inclusive).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: String,
    lines: Option<(u32, Option<u32>)>,
}

fn target(word: &str) -> Result<Target, String> {
    let lines_of = |text: &str| -> Option<(u32, Option<u32>)> {
        let (first, last) = text.split_once('-').map_or((text, None), |(first, last)| (first, Some(last)));
        let first: u32 = first.parse().ok()?;
        let last = last.map(str::parse).transpose().ok()?;
        (first > 0 && last.is_none_or(|last| last >= first)).then_some((first, last))
    };
    let (path, lines) = match word.rsplit_once(':').and_then(|(path, lines)| Some((path, lines_of(lines)?))) {
        Some((path, lines)) => (path, Some(lines)),
        None => (word, None),
    };
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path.starts_with('/') || path.split('/').any(|name| name == "..") {
        return Err("name it relative to the project's folder".into());
    }
    Ok(Target { path: if path == "." { String::new() } else { path.to_owned() }, lines })
}

fn versions(word: &str) -> Result<(u32, u32), String> {
    let parsed = word.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    parsed.ok_or_else(|| "two version numbers, like 3..5".into())
}

/// Asks, runs and prints one page.
pub fn run(wanted: &Ai, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let job_type = match wanted.kind {
        Kind::Docs => JobType::Docs,
        Kind::Explanation => JobType::Explanation,
        Kind::Review | Kind::Question => {
            return Err(Failure::new("NOT_AVAILABLE", "reviews and questions are not written by this version of Lectern yet")
                .hint("Ask for DOCS or EXPLANATION."));
        }
    };
    if wanted.question.is_some() {
        return Err(Failure::new("BAD_REQUEST", "a question is asked by --type QUESTION only").hint("Leave --question out."));
    }
    // Ctrl+C cancels the job; what was written stays.
    let ending = Ending::listen(Terminal::LeftToTheSystem, || {})?;
    let (workspace, project_id, synced) = open(&wanted.path, data_dir, profile, &ending, output)?;
    let version = wanted.version.unwrap_or(synced);
    let subject = subject(&workspace, &project_id, job_type, version, wanted)?;
    let model = model_named(&workspace, wanted.model.as_deref())?;
    let request = AiRequest { job_type, subject, version: Some(version), model, no_prose: wanted.no_prose };
    let id = page(&workspace, &project_id, &request, wanted.again, ending.asked())?;
    let done = workspace.ai_job(&id)?;
    match (&done.job.status, &done.page) {
        (JobStatus::Success, Some(page)) => {
            let value = json!({ "job_id": id, "status": done.job.status, "type": job_type, "result": page });
            let text = if output.is_json() { String::new() } else { workspace.ai_markdown(&id)? };
            output.result(&value, text.trim_end())
        }
        _ => Err(why(&done.job)),
    }
}

/// Writes a page for the project and each of its files, as a folder of Markdown files.
pub fn docs(wanted: &Docs, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let ending = Ending::listen(Terminal::LeftToTheSystem, || {})?;
    let (workspace, project_id, _) = open(&wanted.path, data_dir, profile, &ending, output)?;
    let model = model_named(&workspace, wanted.model.as_deref())?;
    let mut tell = |done: usize, total: usize, title: &str| output.progress(&format!("{done} of {total}: {title}"));
    let stop = || ending.asked().load(Ordering::Relaxed);
    let site = workspace.docs_site(&project_id, model.as_deref(), wanted.no_prose, &wanted.out, &stop, &mut tell)?;
    output.progress("");
    let value = json!({ "version": site.version, "pages": site.pages, "files": site.files, "checks": site.checks });
    output.result(&value, &format!("{} pages of v{} in {}", site.pages, site.version, wanted.out.display()))
}

/// Lists models and endpoints.
pub fn models(workspace: &Arc<Workspace>, output: &Output) -> Result<(), Failure> {
    let models = workspace.models()?;
    let mut lines = Vec::new();
    for model in &models.models {
        let state = model.problem.as_deref().unwrap_or(if model.fits { "ready" } else { "needs more memory than is free" });
        let mark = if models.chosen.as_deref() == Some(model.id.as_str()) { "*" } else { " " };
        lines.push(format!("{mark} {}  {:.0} MB, {}. {state}", model.name, model.size / 1e6, model.quantization));
    }
    for endpoint in &models.endpoints {
        let mark = if models.chosen.as_deref() == Some(endpoint.id.as_str()) { "*" } else { " " };
        lines.push(format!("{mark} {}  {} at {}", endpoint.name, endpoint.model, endpoint.url));
    }
    if lines.is_empty() {
        lines.push("No model. Put a GGUF file into the data folder's models, or add one in Settings, Models.".to_owned());
    }
    let value = json!({ "models": models.models, "endpoints": models.endpoints, "chosen": models.chosen });
    output.result(&value, &lines.join("\n"))
}

/// The data folder, signed in, with the folder as a project, and the version that it is now.
fn open(
    path: &Path,
    data_dir: Option<PathBuf>,
    profile: Option<&str>,
    ending: &Ending,
    output: &Output,
) -> Result<(Arc<Workspace>, String, u32), Failure> {
    let events = Arc::new(Streaming { shows: !output.is_json() || io::stderr().is_terminal(), last: Mutex::default() });
    let workspace = Workspace::open(WorkspaceOptions { data_dir, events, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    ending.in_order(&workspace);
    let (project_id, outcome) = sync_patiently(&workspace, path, ending.asked(), output)?;
    Ok((workspace, project_id, outcome.version))
}

fn subject(workspace: &Arc<Workspace>, project_id: &str, job_type: JobType, version: u32, wanted: &Ai) -> Result<Subject, Failure> {
    let path = wanted.target.as_ref().map(|target| target.path.clone()).filter(|path| !path.is_empty());
    if let Some((from, to)) = wanted.diff {
        return Ok(Subject::Diff { from, to, path });
    }
    let (Some(path), Some(target)) = (path, &wanted.target) else { return Ok(Subject::Project) };
    Ok(match target.lines {
        Some((line_start, Some(line_end))) if job_type == JobType::Explanation => Subject::Selection { path, line_start, line_end },
        Some((line, _)) => Subject::Symbol { path, line, name: String::new() },
        None if workspace.is_folder_of(project_id, &path, Some(version))? => Subject::Folder { path },
        None => Subject::File { path },
    })
}

/// The id of the model or endpoint of this name.
fn model_named(workspace: &Arc<Workspace>, name: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let models = workspace.models()?;
    let all = models.models.iter().map(|model| (&model.id, &model.name)).chain(models.endpoints.iter().map(|each| (&each.id, &each.name)));
    let found = all.into_iter().find(|(id, shown)| *id == name || shown.eq_ignore_ascii_case(name)).map(|(id, _)| id.clone());
    found.map(Some).ok_or_else(|| {
        Failure::new("UNKNOWN_MODEL", format!("there is no model called “{name}”")).hint("lectern models lists those that there are.")
    })
}

/// Asks for a page and runs it to its end; the job's id.
fn page(workspace: &Arc<Workspace>, project_id: &str, request: &AiRequest, again: bool, asked: &AtomicBool) -> Result<String, Failure> {
    let submitted = workspace.submit_ai_job(project_id, request)?;
    let id = match submitted.outcome {
        lectern_workspace::view::AiSubmission::Written if again => {
            workspace.rewrite_ai_job(&submitted.job_id, request.model.as_deref())?.job_id
        }
        _ => submitted.job_id,
    };
    workspace.run_ai_job_here(&id, &|| asked.load(Ordering::Relaxed))?;
    Ok(id)
}

fn why(job: &AiJob) -> Failure {
    job.error.clone().unwrap_or_else(|| Failure::new("FAILED", "this job did not end well"))
}

/// Shows text while it is written.
struct Streaming {
    shows: bool,
    last: Mutex<(String, usize)>,
}

impl Events for Streaming {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}

    fn ai_text_written(&self, text: AiText) {
        if !self.shows {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = io::stderr().lock();
        if last.0 != text.slot {
            // A slot is called after a file, whose name is anybody's.
            let _ = writeln!(out, "\n[{}]", plain(&text.slot).replace('\n', " "));
            *last = (text.slot.clone(), 0);
        }
        if let Some(more) = text.text.get(last.1..) {
            // Control characters of a model are not for a terminal.
            let _ = write!(out, "{}", plain(more));
            let _ = out.flush();
        }
        last.1 = text.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_path_a_line_or_lines() {
        let of = |word: &str| target(word).map(|target| (target.path, target.lines));
        assert_eq!(of("src/a.rs"), Ok(("src/a.rs".into(), None)));
        assert_eq!(of("./src/"), Ok(("src".into(), None)));
        assert_eq!(of("."), Ok((String::new(), None)));
        assert_eq!(of("a.rs:3"), Ok(("a.rs".into(), Some((3, None)))));
        assert_eq!(of("a.rs:3-9"), Ok(("a.rs".into(), Some((3, Some(9))))));
        assert_eq!(of("a:b"), Ok(("a:b".into(), None)), "a name may have a colon");
        assert_eq!(of("a.rs:9-3"), Ok(("a.rs:9-3".into(), None)));
        assert!(of("../a").is_err());
        assert!(of("/etc/passwd").is_err());
    }
}
