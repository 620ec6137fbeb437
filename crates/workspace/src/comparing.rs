//! Comparisons of two states of a project: versions, commits, the folder, nothing.

mod commits;
mod contents;
mod counting;
mod finding;
mod looking;
mod notes;
mod page;
mod rows;

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};

use lectern_accounts::UserId;
use lectern_projects::Project;
use lectern_store::{Clock, new_id};
use lectern_sync::{Content, Difference, DifferenceKind, Keeps};

use crate::{
    Workspace,
    syncing::count,
    view::{DiffFile, DiffFilePage, DiffKind, DiffRowPage, DiffSummary, Failure, FileDiff, Side},
};
use commits::CommitSide;
use contents::LARGEST_IMAGE;
use counting::{Budget, Counted};
use looking::Looked;
pub(crate) use page::{coloured_lines, coloured_ranges, excerpt_rows};

/// Comparisons that are kept; asking about an older one says so.
const OPEN_COMPARISONS: usize = 8;
/// Files that were looked at last and are kept, each with up to 8 MiB of text a side.
const OPEN_FILES: usize = 12;
const LONGEST_PAGE: u32 = 1000;
const MOST_ROWS: u32 = 2000;

/// A file of a comparison: the comparison's id and the file's index.
type FileName = (String, u32);

/// The comparisons that are open, latest last.
#[derive(Default)]
pub(crate) struct Comparisons {
    open: Mutex<VecDeque<Arc<Comparison>>>,
    looked: Mutex<VecDeque<(FileName, Arc<Looked>)>>,
}

/// Two sides of a project, compared.
struct Comparison {
    id: String,
    user: UserId,
    project: String,
    old: OpenSide,
    new: OpenSide,
    /// In the order of paths.
    files: Vec<Difference>,
    counted: Mutex<HashMap<u32, Counted>>,
}

/// A side, and by which rule its contents were kept.
#[derive(Clone)]
struct OpenSide {
    side: Side,
    /// `None` for a side that is not a version.
    keeps: Option<Keeps>,
    /// The commit that a version was made at.
    commit: Option<String>,
    /// Of a side that is a commit: where its files are.
    files: Option<Arc<CommitSide>>,
}

impl OpenSide {
    /// Whether it can't change, so that its sizes and hashes are what they are.
    fn is_fixed(&self) -> bool {
        self.keeps.is_some() || self.files.is_some()
    }
}

impl Comparison {
    fn has_working_tree(&self) -> bool {
        [self.old.side, self.new.side].contains(&Side::WorkingTree)
    }
}

impl Workspace {
    /// Compares two sides of a project and keeps the answer open for the calls below.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `UNKNOWN_COMMIT`, `UNKNOWN_PROJECT`, and what keeps the folder or the repository from being read.
    pub fn compare(&self, project_id: &str, old: Side, new: Side) -> Result<DiffSummary, Failure> {
        let user = self.user()?;
        let project = self.project(project_id)?;
        let comparison = self.compare_sides(user, &project, old, new)?;
        let lines = self.count_all(&project, &comparison, &mut Budget::of_summary());
        let of_kind = |kind| count(comparison.files.iter().filter(|file| file.kind == kind).count() as u64);
        let summary = DiffSummary {
            diff: comparison.id.clone(),
            old,
            new,
            files: count(comparison.files.len() as u64),
            added: of_kind(DifferenceKind::Added),
            removed: of_kind(DifferenceKind::Removed),
            changed: of_kind(DifferenceKind::Changed),
            renamed: of_kind(DifferenceKind::Renamed),
            mode: of_kind(DifferenceKind::Mode),
            added_lines: lines.map(|(added, _)| added),
            removed_lines: lines.map(|(_, removed)| removed),
        };
        let mut open = lock(&self.comparisons.open);
        open.push_back(Arc::new(comparison));
        while open.len() > OPEN_COMPARISONS {
            open.pop_front();
        }
        Ok(summary)
    }

    /// Up to `count` (at most 1,000) files of a comparison from `first` on, in the order of paths.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF` when it is no longer open: compare again.
    pub fn diff_files(&self, diff: &str, first: u32, count: u32) -> Result<DiffFilePage, Failure> {
        let (project, comparison) = self.comparison(diff)?;
        let mut budget = Budget::of_page();
        let last = first.saturating_add(count.min(LONGEST_PAGE)).min(crate::syncing::count(comparison.files.len() as u64));
        let files = (first..last).map(|index| {
            let counted = self.counted(&project, &comparison, index, &mut budget);
            file_view(index, &comparison.files[index as usize], counted)
        });
        Ok(DiffFilePage { first, files: files.collect() })
    }

    /// Looks at one file of a comparison. What the folder holds is read anew.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`; what a side can't give is an answer.
    pub fn diff_file(&self, diff: &str, index: u32) -> Result<FileDiff, Failure> {
        let (project, comparison) = self.comparison(diff)?;
        Ok(self.looked(&project, &comparison, index, comparison.has_working_tree())?.view.clone())
    }

    /// Up to `count` (at most 2,000) rows of a text difference from `first` on. `expand` names gaps that are open, by the 1-based new line (old
    /// line where there is no new side) they begin with; `[0]` opens all of them.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`, `NOT_TEXT`.
    pub fn diff_rows(&self, diff: &str, index: u32, first: u32, count: u32, expand: &[u32]) -> Result<DiffRowPage, Failure> {
        let (project, comparison) = self.comparison(diff)?;
        let looked = self.looked(&project, &comparison, index, false)?;
        let text = looked.text.as_ref().ok_or_else(|| Failure::new("NOT_TEXT", "this difference is not one of text"))?;
        Ok(text.page(first, count.min(MOST_ROWS), expand))
    }

    /// The bytes of one side of a file, up to 32 MiB; for images.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`, `NOT_KEPT`, `FILE_MISSING`, `TOO_LARGE`.
    pub fn diff_bytes(&self, diff: &str, index: u32, new_side: bool) -> Result<Vec<u8>, Failure> {
        let (project, comparison) = self.comparison(diff)?;
        let (side, content, path) = sides(&comparison, file(&comparison, index)?)[usize::from(new_side)];
        let content = content.ok_or(lectern_reader::BeneathError::Missing)?;
        self.side_bytes(&project, side, content, path, LARGEST_IMAGE)
    }

    /// The files that differ between two versions of the project at a folder, in the order of paths. No lines are counted. For headless commands.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, `UNKNOWN_VERSION`.
    pub fn compare_paths(&self, path: &Path, old: u32, new: u32) -> Result<Vec<DiffFile>, Failure> {
        let user = self.user()?;
        let project = self.project_at(path)?;
        let comparison = self.compare_sides(user, &project, Side::Version { version: old }, Side::Version { version: new })?;
        let views = comparison.files.iter().zip(0..);
        Ok(views.map(|(file, index)| file_view(index, file, Counted::unknown(file))).collect())
    }

    fn compare_sides(&self, user: UserId, project: &Project, old: Side, new: Side) -> Result<Comparison, Failure> {
        let (old, new, files) = self.find_differences(project, old, new)?;
        let id = unguessable(&*self.clock);
        Ok(Comparison { id, user, project: project.id.as_str().to_owned(), old, new, files, counted: Mutex::default() })
    }

    /// An open comparison, and its project; both must be the user's, each time.
    fn comparison(&self, id: &str) -> Result<(Project, Arc<Comparison>), Failure> {
        let user = self.user()?;
        let found = lock(&self.comparisons.open).iter().find(|open| open.id == id && open.user == user).cloned();
        let comparison = found.ok_or_else(unknown_diff)?;
        Ok((self.project(&comparison.project)?, comparison))
    }

    /// A file of a comparison, looked at; again when `anew`, for what is in the folder may have changed.
    fn looked(&self, project: &Project, comparison: &Comparison, index: u32, anew: bool) -> Result<Arc<Looked>, Failure> {
        let difference = file(comparison, index)?;
        let name = (comparison.id.clone(), index);
        let kept = lock(&self.comparisons.looked).iter().find(|(kept, _)| *kept == name).map(|(_, looked)| Arc::clone(looked));
        let looked = match kept {
            Some(kept) if !anew => kept,
            kept => match self.look(project, comparison, difference, kept.as_deref()) {
                Some(looked) => Arc::new(looked),
                // What is there is what was there: its rows and colours stay.
                None => kept.ok_or_else(unknown_diff)?,
            },
        };
        if let FileDiff::Text { added_lines, removed_lines, .. } = looked.view {
            lock(&comparison.counted).insert(index, Counted { binary: false, lines: Some((added_lines, removed_lines)) });
        }
        let mut all = lock(&self.comparisons.looked);
        all.retain(|(kept, _)| *kept != name);
        all.push_back((name, Arc::clone(&looked)));
        while all.len() > OPEN_FILES {
            all.pop_front();
        }
        Ok(looked)
    }
}

fn file(comparison: &Comparison, index: u32) -> Result<&Difference, Failure> {
    comparison.files.get(index as usize).ok_or_else(unknown_diff)
}

/// The old and the new side of a file: what it is there, if anything, and where.
fn sides<'a>(comparison: &'a Comparison, file: &'a Difference) -> [(&'a OpenSide, Option<&'a Content>, &'a lectern_sync::RepoPath); 2] {
    let old_path = file.old_path.as_ref().unwrap_or(&file.path);
    [(&comparison.old, file.old.as_ref(), old_path), (&comparison.new, file.new.as_ref(), &file.path)]
}

fn file_view(index: u32, file: &Difference, counted: Counted) -> DiffFile {
    let mode = |content: &Option<Content>| content.as_ref().and_then(Content::mode).map(str::to_owned);
    let size = |content: &Option<Content>| content.as_ref().map(|content| content.size().to_string());
    DiffFile {
        index,
        path: file.path.key(),
        old_path: file.old_path.as_ref().map(lectern_sync::RepoPath::key),
        kind: match file.kind {
            DifferenceKind::Added => DiffKind::Added,
            DifferenceKind::Removed => DiffKind::Removed,
            DifferenceKind::Changed => DiffKind::Changed,
            DifferenceKind::Renamed => DiffKind::Renamed,
            DifferenceKind::Mode => DiffKind::Mode,
        },
        old_mode: mode(&file.old),
        new_mode: mode(&file.new),
        old_size: size(&file.old),
        new_size: size(&file.new),
        similarity: file.similarity,
        binary: counted.binary,
        added_lines: counted.lines.map(|(added, _)| added),
        removed_lines: counted.lines.map(|(_, removed)| removed),
    }
}

/// A name that nobody can guess.
pub(crate) fn unguessable(clock: &dyn Clock) -> String {
    // The keys of a hasher are random and never leave the process.
    let (random, row) = (RandomState::new(), new_id(clock));
    let seeds = [random.hash_one((&row, 0)), random.hash_one((&row, 1)), RandomState::new().hash_one(&row)];
    blake3::hash(format!("{row} {seeds:?}").as_bytes()).to_hex()[..32].to_owned()
}

fn unknown_diff() -> Failure {
    Failure::new("UNKNOWN_DIFF", "this comparison is not open any more").hint("Compare again.")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Whether `deadline` has passed.
fn is_past(deadline: Instant) -> bool {
    Instant::now() >= deadline
}
