//! Who wrote which line: the answer, and how it is put together.

use std::collections::HashMap;

use git2::Oid;

use crate::Repo;

/// Lines that came with one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// 1-based.
    pub first: u32,
    /// At least one.
    pub lines: u32,
    /// Which of [`Blame::commits`]; `None` for lines that no commit has.
    pub commit: Option<usize>,
    /// The first of them as that commit has it, 1-based.
    pub original_first: u32,
    /// The file as that commit has it, relative to the folder; empty when it was outside.
    pub original_path: Vec<u8>,
}

/// A file as of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// The commit.
    pub commit: Oid,
    /// Relative to the folder.
    pub path: Vec<u8>,
}

/// A commit that lines came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlamedCommit {
    /// The commit.
    pub id: Oid,
    /// The parent that had the file, and where; `None` when none had it.
    pub previous: Option<Previous>,
}

/// Who wrote which line of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blame {
    /// In the order in which they were found.
    pub commits: Vec<BlamedCommit>,
    /// In the order of lines, without gaps.
    pub hunks: Vec<Hunk>,
}

/// Takes what is found, in any order.
#[derive(Default)]
pub(crate) struct Found {
    commits: Vec<BlamedCommit>,
    by_id: HashMap<Oid, usize>,
    hunks: Vec<Hunk>,
    pub lines: u64,
}

impl Found {
    /// The place of a commit among all.
    pub fn commit(&mut self, id: Oid) -> usize {
        *self.by_id.entry(id).or_insert_with(|| {
            self.commits.push(BlamedCommit { id, previous: None });
            self.commits.len() - 1
        })
    }

    /// `path` from the top of the working tree; one outside of the folder counts as none.
    pub fn previous(&mut self, repo: &Repo, at: usize, commit: Oid, path: &[u8]) {
        let previous = &mut self.commits[at].previous;
        if previous.is_none() {
            *previous = repo.path_in_folder(path).map(|path| Previous { commit, path: path.to_vec() });
        }
    }

    pub fn hunk(&mut self, repo: &Repo, first: u32, lines: u32, commit: Option<usize>, original_first: u32, path: &[u8]) {
        self.lines += u64::from(lines);
        let original_path = repo.path_in_folder(path).unwrap_or_default().to_vec();
        self.hunks.push(Hunk { first, lines, commit, original_first, original_path });
    }

    /// In the order of lines; neighbours that were neighbours in their commit are one.
    pub fn finish(self) -> Blame {
        let mut hunks = self.hunks;
        hunks.sort_by_key(|hunk| hunk.first);
        hunks.dedup_by(|next, kept| {
            let joins = kept.commit == next.commit
                && kept.original_path == next.original_path
                && kept.first + kept.lines == next.first
                && kept.original_first + kept.lines == next.original_first;
            if joins {
                kept.lines += next.lines;
            }
            joins
        });
        Blame { commits: self.commits, hunks }
    }
}
