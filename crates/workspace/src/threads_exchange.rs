//! Threads that leave a project as files or git notes, and come into it from there.

mod notes;
mod origins;
mod outgoing;

use std::path::Path;

use lectern_accounts::{User, UserId};
use lectern_comments::{
    Me,
    exchange::{
        Author, ExchangeComment, ExchangeError, ExchangeThread, Incoming, LARGEST_FILE, LARGEST_OWN_FILE, Problems, Whereabouts,
        read_github, read_json, read_notes, read_sarif, write_json, write_markdown,
    },
};
use lectern_projects::Project;
use lectern_sync::share;

use crate::{
    Workspace,
    user_files::{read_source, write_target},
    view::{
        AuthorType, ExchangeProblem, Failure, LeftOut, ListedComment, ListedThread, ThreadExportFormat, ThreadImportFormat,
        ThreadsExported, ThreadsImported,
    },
};
use notes::Notes;
use origins::{Origins, Unplaced};

impl Workspace {
    /// Writes the threads of a project to a file, over one that is there, or into its repository's notes; those need no target.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`; `TARGET_NEEDED`, `TARGET_UNWRITABLE`; `NO_REPOSITORY`, `NO_COMMIT`, `NOTES_BUSY` and what keeps notes from being written. A file
    /// that was there stays as it was then.
    pub fn export_threads(&self, project_id: &str, format: ThreadExportFormat, target: Option<&Path>) -> Result<ThreadsExported, Failure> {
        self.export_threads_of(&self.project(project_id)?, format, target)
    }

    /// As [`Workspace::export_threads`], for the project at a folder.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, and as there.
    pub fn export_threads_path(&self, path: &Path, format: ThreadExportFormat, target: Option<&Path>) -> Result<ThreadsExported, Failure> {
        self.export_threads_of(&self.project_at(path)?, format, target)
    }

    /// Reads threads from a file, or from the repository's notes, and adds what is new to a project: all of it or, on a failure, nothing. They are then
    /// followed into the latest version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`; `SOURCE_NEEDED`, `SOURCE_MISSING`, `SOURCE_UNREADABLE`, `TOO_LARGE`; `NOT_UTF8`, `NOT_JSON`, `WRONG_FORMAT`, `NEWER_DATA`;
    /// `NO_REPOSITORY` and what keeps notes from being read.
    pub fn import_threads(&self, project_id: &str, format: ThreadImportFormat, source: Option<&Path>) -> Result<ThreadsImported, Failure> {
        self.import_threads_of(&self.project(project_id)?, format, source)
    }

    /// As [`Workspace::import_threads`], for the project at a folder.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, and as there.
    pub fn import_threads_path(&self, path: &Path, format: ThreadImportFormat, source: Option<&Path>) -> Result<ThreadsImported, Failure> {
        self.import_threads_of(&self.project_at(path)?, format, source)
    }

    /// All threads of the project at a folder, by place. For headless commands.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`.
    pub fn threads_path(&self, path: &Path) -> Result<Vec<ListedThread>, Failure> {
        Ok(self.exported_threads(&self.project_at(path)?)?.into_iter().map(listed).collect())
    }

    fn export_threads_of(&self, project: &Project, format: ThreadExportFormat, target: Option<&Path>) -> Result<ThreadsExported, Failure> {
        let threads = self.exported_threads(project)?;
        let bytes = match format {
            ThreadExportFormat::Json => write_json(&project.name, &threads),
            ThreadExportFormat::Markdown => write_markdown(&project.name, &threads, self.clock.now()),
            ThreadExportFormat::GitNotes => return self.export_to_notes(project, &threads),
        };
        let target = target.ok_or_else(|| Failure::new("TARGET_NEEDED", "no file was named to write to").hint("Name one."))?;
        write_target(target, self.data.path(), &bytes)?;
        Ok(exported(threads.len(), &Problems::default()))
    }

    fn import_threads_of(&self, project: &Project, format: ThreadImportFormat, source: Option<&Path>) -> Result<ThreadsImported, Failure> {
        let user = self.me()?;
        let incoming = match format {
            ThreadImportFormat::GitNotes => {
                let notes = Notes::open(project)?;
                let (all, problems) = notes.read_all()?;
                let mut incoming = read_notes(&all).map_err(unreadable)?;
                problems.into_iter().for_each(|problem| incoming.problems.add(problem.what, problem.why));
                incoming
            }
            format => {
                let source = source.ok_or_else(|| Failure::new("SOURCE_NEEDED", "no file was named to read").hint("Name one."))?;
                let limit = if format == ThreadImportFormat::Json { LARGEST_OWN_FILE } else { LARGEST_FILE };
                let bytes = read_source(source, limit)?;
                let read = match format {
                    ThreadImportFormat::Sarif => read_sarif(&bytes, &project.root, self.clock.now()),
                    ThreadImportFormat::Github => read_github(&bytes),
                    _ => read_json(&bytes),
                };
                read.map_err(unreadable)?
            }
        };
        self.take_threads(project, &user, incoming)
    }

    /// Finds out where threads were written about, adds them, and follows them.
    fn take_threads(&self, project: &Project, user: &User, incoming: Incoming) -> Result<ThreadsImported, Failure> {
        // What origins name is stored before the rows that name it, and nobody collects it in between.
        let _shared = share(&self.data.run())?;
        let Incoming { threads, mut problems, left_out } = incoming;
        let mut left_out: Vec<LeftOut> = left_out.into_iter().map(|(reason, count)| LeftOut { reason: reason.to_owned(), count }).collect();
        let mut origins = Origins::new(self, project)?;
        let mut arrivals = Vec::new();
        let mut elsewhere = 0;
        for thread in threads {
            let found = match &thread.at {
                Whereabouts::Known(known) => Ok((**known).clone()),
                Whereabouts::Wanted(wanted) => origins.find(wanted, thread.created_at),
            };
            match found {
                Ok(at) => arrivals.push(thread.arriving(at)),
                Err(Unplaced::Elsewhere) => elsewhere += 1,
                Err(Unplaced::Problem(why)) => {
                    let what = thread.source.clone().or_else(|| thread.id.clone()).unwrap_or_else(|| "a thread".to_owned());
                    problems.add(what, why);
                }
            }
        }
        if elsewhere > 0 {
            left_out.push(LeftOut { reason: "in other folders of the repository".to_owned(), count: elsewhere });
        }
        origins.keep_texts()?;
        let me = Me { user_id: user.id.as_str().to_owned(), email: user.email.clone() };
        let done = self.comments().import(project.id.as_str(), &me, arrivals)?;
        if done.added + done.updated > 0 {
            self.follow_imported(project);
        }
        let (problems, problems_total) = problem_views(&problems);
        Ok(ThreadsImported {
            added: done.added,
            updated: done.updated,
            same: done.same,
            skipped: done.skipped,
            comments_added: done.comments_added,
            comments_updated: done.comments_updated,
            comments_kept: done.comments_kept,
            left_out,
            problems,
            problems_total,
        })
    }

    /// Where the imported threads are now. That it can't be worked out takes nothing back: the next sync does it.
    fn follow_imported(&self, project: &Project) {
        if let Err(failure) = self.follow_all_threads(project) {
            eprintln!("lectern: imported threads were not followed: {}", failure.message);
        }
        self.threads_changed(project);
    }

    fn exported_threads(&self, project: &Project) -> Result<Vec<ExchangeThread>, Failure> {
        let who = |id: &str| self.accounts.user(&UserId::new(id)).ok().map(|user| Author::new(&user.display_name, &user.email));
        Ok(self.comments().export(project.id.as_str(), &who)?)
    }

    fn me(&self) -> Result<User, Failure> {
        Ok(self.accounts.user(&self.user()?)?)
    }
}

fn exported(threads: usize, problems: &Problems) -> ThreadsExported {
    let (problems, problems_total) = problem_views(problems);
    ThreadsExported { threads: u32::try_from(threads).unwrap_or(u32::MAX), lines_added: 0, commits: 0, problems, problems_total }
}

fn problem_views(problems: &Problems) -> (Vec<ExchangeProblem>, u32) {
    let view = |problem: &lectern_comments::exchange::Problem| ExchangeProblem { what: problem.what.clone(), why: problem.why.clone() };
    (problems.named.iter().map(view).collect(), problems.count)
}

fn unreadable(error: ExchangeError) -> Failure {
    let code = match &error {
        ExchangeError::NotUtf8 => "NOT_UTF8",
        ExchangeError::NotJson(_) => "NOT_JSON",
        ExchangeError::WrongKind { .. } => "WRONG_FORMAT",
        ExchangeError::Newer(_) => "NEWER_DATA",
        ExchangeError::TooMany => "TOO_LARGE",
    };
    Failure::new(code, error.to_string()).hint(error.hint())
}

fn listed(thread: ExchangeThread) -> ListedThread {
    ListedThread {
        id: thread.id,
        path: thread.at.place.path,
        line_start: thread.at.place.line_start,
        line_end: thread.at.place.line_end,
        state: thread.at.state.name().to_owned(),
        resolved: thread.resolved_at.is_some(),
        comments: thread.comments.into_iter().map(listed_comment).collect(),
    }
}

fn listed_comment(comment: ExchangeComment) -> ListedComment {
    let (author_type, author) = match comment.author_type {
        lectern_comments::AuthorType::Ai => (AuthorType::Ai, comment.model.unwrap_or_default()),
        lectern_comments::AuthorType::User => (AuthorType::User, comment.author.shown().to_owned()),
    };
    ListedComment { author_type, author, body: comment.body, created_at: comment.created_at.to_string() }
}
