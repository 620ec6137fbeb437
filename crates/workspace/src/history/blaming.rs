//! Who wrote which line of an open document.

use std::time::{Duration, Instant};

use lectern_history::{Git, HistoryError, Oid, Repo, blame_with_git, blame_without_git};
use lectern_reader::BeneathError;
use lectern_sync::RepoPath;

use super::{cards, repo_of};
use crate::{
    Workspace,
    reading::{DocumentName, From as DocumentFrom},
    tasks::Tell,
    view::{Blame, BlameCommit, BlameHunk, BlamePrevious, Failure},
};

/// Larger files are not blamed.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Without the git program.
const LONGEST: Duration = Duration::from_secs(60);

impl Workspace {
    /// Who wrote which line of an open document. Lines that are not committed have no commit; those of a file that was renamed since the last commit
    /// have theirs.
    ///
    /// # Errors
    /// `NO_REPOSITORY`, `NOT_IN_GIT` for a file git does not have, `NOT_TEXT`, `TOO_LARGE`, `CANCELLED`, `DOCUMENT_CHANGED`.
    pub fn blame(&self, task_id: &str, document: &str, tell: Tell<'_>) -> Result<Blame, Failure> {
        let opened = self.document(document)?;
        let name = DocumentName::parse(document)?;
        let project = self.project(name.project)?;
        let path = RepoPath::from_key(name.path)?;
        let task = self.task(task_id, tell);
        if opened.encoding().is_none() {
            return Err(Failure::new("NOT_TEXT", "this file is not text"));
        }
        if opened.size() > LARGEST {
            return Err(Failure::new("TOO_LARGE", format!("this file is larger than {} MiB, too large to blame", LARGEST / (1024 * 1024))));
        }
        let repo = repo_of(&project)?;
        let commit = match name.from() {
            DocumentFrom::Commit(id) => Some(repo.find(id)?),
            DocumentFrom::Version(version) => {
                let head = self.manifest(&project, Some(version))?.data.git.and_then(|git| git.head);
                head.map(|head| repo.find(&head)).transpose()?
            }
            DocumentFrom::Folder => repo.head(),
        };
        let commit = commit.ok_or(HistoryError::NotInGit)?;
        let bytes = opened.bytes(0, usize::try_from(LARGEST).unwrap_or(usize::MAX)).map_err(BeneathError::Unreadable)?;
        // A file that was renamed and not committed since is blamed as what it was.
        let path = self.path_before(&project, &repo, commit, name.from(), &path, &bytes)?;
        let bytes = with_the_line_ends_of(&repo, commit, &path, bytes)?;
        let total = opened.lines();
        task.progress("Blaming", 0, total, 0);
        let mut told = |lines: u64| task.progress("Blaming", lines.min(total), total, 0);
        let by_git = Git::find().map(|git| blame_with_git(&git, &repo, commit, path.as_bytes(), &bytes, task.cancel(), &mut told));
        let blame = match by_git {
            // Without git, or with one that does not work here, more slowly.
            None | Some(Err(HistoryError::Io(_) | HistoryError::Git(_))) => {
                blame_without_git(&repo, commit, path.as_bytes(), &bytes, task.cancel(), Instant::now() + LONGEST, &mut told)
            }
            Some(answer) => answer,
        };
        Ok(view(&repo, blame?))
    }
}

/// What was checked out with other line ends than git keeps is blamed with git's: otherwise every line would be nobody's.
fn with_the_line_ends_of(repo: &Repo, commit: Oid, path: &RepoPath, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let has_crlf = |bytes: &[u8]| bytes.windows(2).any(|pair| pair == b"\r\n");
    if !has_crlf(&bytes) {
        return Ok(bytes);
    }
    let entry = repo.entry_at(commit, path.as_bytes())?;
    let kept = entry.and_then(|entry| repo.blob(entry.id, usize::try_from(LARGEST).unwrap_or(usize::MAX)));
    if kept.is_none_or(|kept| has_crlf(&kept)) {
        return Ok(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    Ok(plain)
}

fn view(repo: &Repo, blame: lectern_history::Blame) -> Blame {
    let key = |path: &[u8]| RepoPath::new(path).map(|path| path.key()).unwrap_or_default();
    let commits = blame.commits.into_iter().map(|blamed| {
        let commit = repo.commit(blamed.id).ok();
        let author = commit.as_ref().map(|commit| &commit.author);
        BlameCommit {
            id: blamed.id.to_string(),
            summary: commit.as_ref().map(lectern_history::Commit::short_summary).unwrap_or_default(),
            author: author.map(|author| cards::name(&author.name)).unwrap_or_default(),
            email: author.map(|author| cards::name(&author.email)).unwrap_or_default(),
            authored_at: cards::time(author.map_or(0, |author| author.time)),
            previous: blamed.previous.map(|previous| BlamePrevious { commit: previous.commit.to_string(), path: key(&previous.path) }),
        }
    });
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let hunks = blame.hunks.into_iter().map(|hunk| BlameHunk {
        first: hunk.first,
        lines: hunk.lines,
        commit: hunk.commit.map(number),
        original_first: hunk.original_first,
        original_path: key(&hunk.original_path),
    });
    Blame { commits: commits.collect(), hunks: hunks.collect() }
}
