//! What happened in a repository lately: commits a week, the files changed most, who made them.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    time::Instant,
};

use crate::{CommitWalk, HistoryError, Query, Repo, Step};

const WEEK: i64 = 7 * 24 * 3600;
/// A commit that touches more files says nothing about any of them (an import, a new licence header).
const LARGEST_CHANGE: usize = 2000;
const MOST_FILES: usize = 20;
const MOST_AUTHORS: usize = 12;

/// A file that changes often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Relative to the folder.
    pub path: Vec<u8>,
    /// Commits that changed it, merges left out.
    pub commits: u32,
    /// How many people those are by.
    pub authors: u32,
    /// The last change, in seconds since 1970.
    pub last: i64,
}

/// Somebody's part of the commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// As they last wrote it.
    pub name: String,
    /// Commits, merges left out.
    pub commits: u32,
}

/// What happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Commits that were looked at.
    pub commits: u32,
    /// There were too many to look at all.
    pub truncated: bool,
    /// Commits a week, oldest first; the last week ends now.
    pub weeks: Vec<u32>,
    /// The files changed most that are still there, at most 20.
    pub files: Vec<ChangedFile>,
    /// Who made most commits, at most 12.
    pub authors: Vec<Author>,
    /// The earliest and the latest commit that was looked at, in seconds since 1970.
    pub span: Option<(i64, i64)>,
}

#[derive(Default)]
struct File {
    commits: u32,
    authors: HashSet<usize>,
    last: i64,
}

/// Looks at the commits of HEAD from the `weeks` weeks before `now` (seconds since 1970), newest first, until `deadline`.
///
/// # Errors
/// libgit2's.
pub fn activity(repo: &Repo, now: i64, weeks: usize, deadline: Instant) -> Result<Activity, HistoryError> {
    let mut found = Activity { weeks: vec![0; weeks], ..Activity::default() };
    let Some(head) = repo.head() else { return Ok(found) };
    let since = now.saturating_sub(WEEK.saturating_mul(i64::try_from(weeks).unwrap_or(i64::MAX)));
    let mut walk = CommitWalk::new(repo, Query { start: head, path: None, text: None })?;
    let mut files: HashMap<Vec<u8>, File> = HashMap::new();
    // By address, which stays when a name is spelled anew.
    let mut people: HashMap<String, usize> = HashMap::new();
    let mut authors: Vec<Author> = Vec::new();
    while let Some(step) = walk.step(repo)? {
        let Step::Found(step) = step else { continue };
        if Instant::now() >= deadline {
            found.truncated = true;
            break;
        }
        let Ok(commit) = repo.commit(step.id) else { continue };
        let time = commit.committer.time;
        if time < since {
            // Newest first: what comes now is as old, but for clocks that went wrong.
            break;
        }
        found.commits += 1;
        let (first, last) = found.span.unwrap_or((time, time));
        found.span = Some((first.min(time), last.max(time)));
        let week = usize::try_from((now - time).max(0) / WEEK).unwrap_or(usize::MAX);
        if let Some(count) = weeks.checked_sub(1 + week).and_then(|at| found.weeks.get_mut(at)) {
            *count += 1;
        }
        if commit.parents.len() > 1 {
            continue;
        }
        let who = *people.entry(commit.author.email.to_lowercase()).or_insert_with(|| {
            authors.push(Author { name: commit.author.name.clone(), commits: 0 });
            authors.len() - 1
        });
        authors[who].commits += 1;
        let changes = match repo.changes(commit.parents.first().copied(), Some(commit.id), LARGEST_CHANGE) {
            Ok(Some(changes)) => changes,
            Ok(None) | Err(HistoryError::Missing(_)) => continue,
            Err(other) => return Err(other),
        };
        for change in changes {
            let file = files.entry(change.path).or_default();
            file.commits += 1;
            file.authors.insert(who);
            file.last = file.last.max(time);
        }
    }
    let mut files: Vec<ChangedFile> = files
        .into_iter()
        .map(|(path, file)| ChangedFile {
            path,
            commits: file.commits,
            authors: u32::try_from(file.authors.len()).unwrap_or(u32::MAX),
            last: file.last,
        })
        .collect();
    files.sort_by(|one, other| (other.commits, other.last).cmp(&(one.commits, one.last)).then_with(|| one.path.cmp(&other.path)));
    let is_there = |file: &ChangedFile| repo.entry_at(head, &file.path).is_ok_and(|entry| entry.is_some_and(|entry| !entry.is_directory()));
    found.files = files.into_iter().filter(is_there).take(MOST_FILES).collect();
    authors.sort_by_key(|author| (Reverse(author.commits), author.name.clone()));
    authors.truncate(MOST_AUTHORS);
    found.authors = authors;
    Ok(found)
}
