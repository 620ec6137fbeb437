//! The headless commands about threads of comments: listing, exporting, importing.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Subcommand, ValueEnum};
use lectern_workspace::{
    RepoPath, Workspace,
    view::{
        AuthorType, ExchangeProblem, Failure, ListedComment, ListedThread, ThreadExportFormat, ThreadImportFormat, ThreadsExported,
        ThreadsImported,
    },
};
use serde_json::{Value, json};

use crate::{commands::path_json, output::Output};

/// What `threads` is given.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Threads {
    /// The project's folder
    #[arg(required = true)]
    path: Option<PathBuf>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write the threads of a project to a file, over one that is there, or into its repository's notes
    Export {
        /// The project's folder
        path: PathBuf,
        /// The form
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// The file; not for git-notes
        #[arg(required_if_eq_any([("format", "json"), ("format", "markdown")]))]
        file: Option<PathBuf>,
    },
    /// Add threads from a file, or from the repository's notes, to a project; what is there already is recognised
    Import {
        /// The project's folder
        path: PathBuf,
        /// The form
        #[arg(long, value_enum)]
        format: ImportFormat,
        /// The file; not for git-notes
        #[arg(required_if_eq_any([("format", "json"), ("format", "sarif"), ("format", "github")]))]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// Lectern's own; loses nothing
    Json,
    /// A document for people
    Markdown,
    /// refs/notes/devtools/discuss and …/analyses, as git-appraise has them
    GitNotes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImportFormat {
    /// Lectern's own
    Json,
    /// refs/notes/devtools/discuss and …/analyses, as git-appraise has them
    GitNotes,
    /// What a tool found, as SARIF 2.1.0
    Sarif,
    /// Review comments of a pull request: gh api --paginate repos/OWNER/NAME/pulls/N/comments
    Github,
}

pub fn run(workspace: &Arc<Workspace>, wanted: &Threads, output: &Output) -> Result<(), Failure> {
    match (&wanted.what, &wanted.path) {
        (Some(What::Export { path, format, file }), _) => {
            let format = match format {
                ExportFormat::Json => ThreadExportFormat::Json,
                ExportFormat::Markdown => ThreadExportFormat::Markdown,
                ExportFormat::GitNotes => ThreadExportFormat::GitNotes,
            };
            export(workspace, path, format, file.as_deref(), output)
        }
        (Some(What::Import { path, format, file }), _) => {
            let format = match format {
                ImportFormat::Json => ThreadImportFormat::Json,
                ImportFormat::GitNotes => ThreadImportFormat::GitNotes,
                ImportFormat::Sarif => ThreadImportFormat::Sarif,
                ImportFormat::Github => ThreadImportFormat::Github,
            };
            import(workspace, path, format, file.as_deref(), output)
        }
        (None, path) => list(workspace, path.as_deref().unwrap_or(Path::new(".")), output),
    }
}

fn list(workspace: &Workspace, path: &Path, output: &Output) -> Result<(), Failure> {
    let threads = workspace.threads_path(path)?;
    output.stream(|out| {
        if !output.is_json() {
            return threads.iter().try_for_each(|thread| writeln!(out, "{}", line(thread)));
        }
        out.write_all(b"{")?;
        write_threads(out, &threads)?;
        out.write_all(b"}\n")
    })
}

fn export(workspace: &Workspace, path: &Path, format: ThreadExportFormat, file: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let done = workspace.export_threads_path(path, format, file)?;
    let threads = workspace.threads_path(path)?;
    print_problems(&done.problems, done.problems_total);
    output.stream(|out| {
        if !output.is_json() {
            return writeln!(out, "{}", exported_text(&done, file));
        }
        let mut head =
            json!({ "exported": done.threads, "problems": problems_json(&done.problems), "problems_total": done.problems_total });
        if format == ThreadExportFormat::GitNotes {
            head["lines_added"] = json!(done.lines_added);
            head["commits"] = json!(done.commits);
        }
        write_result(out, &head, &threads)
    })
}

fn import(workspace: &Workspace, path: &Path, format: ThreadImportFormat, file: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let done = workspace.import_threads_path(path, format, file)?;
    let threads = workspace.threads_path(path)?;
    print_problems(&done.problems, done.problems_total);
    output.stream(|out| {
        if !output.is_json() {
            return writeln!(out, "{}", imported_text(&done));
        }
        let left_out: Vec<Value> = done.left_out.iter().map(|one| json!({ "reason": one.reason, "count": one.count })).collect();
        let head = json!({
            "added": done.added,
            "updated": done.updated,
            "same": done.same,
            "skipped": done.skipped,
            "comments": { "added": done.comments_added, "updated": done.comments_updated, "kept": done.comments_kept },
            "left_out": left_out,
            "problems": problems_json(&done.problems),
            "problems_total": done.problems_total,
        });
        write_result(out, &head, &threads)
    })
}

/// The fields of `head`, and the threads, as one object.
fn write_result(out: &mut impl Write, head: &Value, threads: &[ListedThread]) -> io::Result<()> {
    let head = head.to_string();
    out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    out.write_all(b",")?;
    write_threads(out, threads)?;
    out.write_all(b"}\n")
}

/// Written one by one: many need not be one text in memory.
fn write_threads(out: &mut impl Write, threads: &[ListedThread]) -> io::Result<()> {
    out.write_all(b"\"threads\":[")?;
    for (index, thread) in threads.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *out, &thread_json(thread))?;
    }
    out.write_all(b"]")
}

fn thread_json(thread: &ListedThread) -> Value {
    let mut value = path_json(&thread.path);
    value.insert("id".to_owned(), json!(thread.id));
    value.insert("line_start".to_owned(), json!(thread.line_start));
    value.insert("line_end".to_owned(), json!(thread.line_end));
    value.insert("state".to_owned(), json!(thread.state));
    value.insert("resolved".to_owned(), json!(thread.resolved));
    let comment = |comment: &ListedComment| json!({ "author_type": comment.author_type, "author": comment.author, "body": comment.body, "created_at": comment.created_at });
    value.insert("comments".to_owned(), thread.comments.iter().map(comment).collect());
    Value::Object(value)
}

/// `src/main.rs:3-5  EXACT  open  Ada: Why here? (+2)`.
fn line(thread: &ListedThread) -> String {
    let path = RepoPath::from_key(&thread.path).map_or_else(|_| thread.path.clone(), |path| path.to_string());
    let place = match (thread.line_start, thread.line_end) {
        _ if thread.path.is_empty() => "(project)".to_owned(),
        (0, _) => path,
        (start, end) if start == end => format!("{path}:{start}"),
        (start, end) => format!("{path}:{start}-{end}"),
    };
    let resolved = if thread.resolved { "resolved" } else { "open" };
    let said = thread.comments.first().map(|comment| {
        let author = match comment.author_type {
            AuthorType::Ai if comment.author.is_empty() => "AI",
            _ => &comment.author,
        };
        let text: String = comment.body.lines().next().unwrap_or_default().chars().take(80).collect();
        format!("{author}: {text}")
    });
    let more = thread.comments.len().saturating_sub(1);
    let more = if more > 0 { format!(" (+{more})") } else { String::new() };
    // What somebody else wrote moves no cursor.
    format!("{place}  {}  {resolved}  {}{more}", thread.state, said.unwrap_or_default()).replace(char::is_control, " ")
}

fn exported_text(done: &ThreadsExported, file: Option<&Path>) -> String {
    let threads = count(done.threads, "thread");
    match file {
        Some(file) => format!("Wrote {threads} to {}", file.display()),
        None if done.lines_added == 0 => format!("The notes have all of {threads} already"),
        None => format!(
            "Added {} to the notes of {}; they have {threads} of this project",
            count(done.lines_added, "line"),
            count(done.commits, "commit")
        ),
    }
}

fn imported_text(done: &ThreadsImported) -> String {
    let mut text = format!(
        "{} added, {} updated, {} the same, {} skipped (deleted here), {}",
        done.added,
        done.updated,
        done.same,
        done.skipped,
        count(done.problems_total, "problem")
    );
    for one in &done.left_out {
        text.push_str(&format!("\n{} left out: {}", one.count, one.reason));
    }
    if done.comments_kept > 0 {
        text.push_str(&format!("\n{} stay as they are here", count(done.comments_kept, "comment")));
    }
    text
}

fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// One line each on stderr.
fn print_problems(problems: &[ExchangeProblem], total: u32) {
    for problem in problems {
        eprintln!("lectern: {}: {}", problem.what.replace(char::is_control, " "), problem.why.replace(char::is_control, " "));
    }
    let more = (total as usize).saturating_sub(problems.len());
    if more > 0 {
        eprintln!("lectern: and {more} more problems");
    }
}

fn problems_json(problems: &[ExchangeProblem]) -> Vec<Value> {
    problems.iter().map(|problem| json!({ "what": problem.what, "why": problem.why })).collect()
}
