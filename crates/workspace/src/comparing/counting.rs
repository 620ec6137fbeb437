//! How many lines of each file were added and removed, as far as time allows.

use std::time::{Duration, Instant};

use lectern_projects::Project;
use lectern_sync::{Content, Difference, DifferenceKind};

use super::{Comparison, contents::LARGEST_TEXT, is_past, lock, sides};
use crate::Workspace;

/// How much may be read to count lines.
pub(super) struct Budget {
    files: usize,
    bytes: u64,
    deadline: Instant,
}

impl Budget {
    const BYTES: u64 = 20 * 1024 * 1024;

    /// Of all files of a comparison.
    pub(super) fn of_summary() -> Self {
        Self { files: 300, bytes: Self::BYTES, deadline: Instant::now() + Duration::from_millis(500) }
    }

    /// Of the files of one page.
    pub(super) fn of_page() -> Self {
        Self { files: 1000, bytes: Self::BYTES, deadline: Instant::now() + Duration::from_millis(200) }
    }

    /// Takes what reading `file` costs; false when there is not as much left.
    fn take(&mut self, file: &Difference) -> bool {
        let size = |content: &Option<Content>| content.as_ref().map_or(0, Content::size);
        let bytes = size(&file.old) + size(&file.new);
        let enough = self.files > 0 && self.bytes >= bytes && !is_past(self.deadline);
        if enough {
            (self.files, self.bytes) = (self.files - 1, self.bytes - bytes);
        }
        enough
    }
}

/// What counting a file found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    pub binary: bool,
    /// Added and removed; `None` when that is not known, or the file is not text.
    pub lines: Option<(u32, u32)>,
}

impl Counted {
    /// What is known of a file without reading it.
    pub(super) fn unknown(file: &Difference) -> Self {
        let binary = |content: &Option<Content>| matches!(content, Some(Content::File { binary: true, .. }));
        Self { binary: binary(&file.old) || binary(&file.new), lines: None }
    }
}

impl Workspace {
    /// Lines added and removed in all files; `None` when the budget doesn't reach.
    pub(super) fn count_all(&self, project: &Project, comparison: &Comparison, budget: &mut Budget) -> Option<(u32, u32)> {
        if comparison.files.len() > budget.files {
            return None;
        }
        let mut sums = (0_u32, 0_u32);
        for (file, index) in comparison.files.iter().zip(0..) {
            if needs_reading(file) && !budget.take(file) {
                return None;
            }
            let counted = self.count_file(project, comparison, file);
            lock(&comparison.counted).insert(index, counted);
            let (added, removed) = counted.lines.unwrap_or_default();
            sums = (sums.0.saturating_add(added), sums.1.saturating_add(removed));
        }
        Some(sums)
    }

    /// What is known of a file, counted now if that wasn't done and the budget reaches.
    pub(super) fn counted(&self, project: &Project, comparison: &Comparison, index: u32, budget: &mut Budget) -> Counted {
        let file = &comparison.files[index as usize];
        if let Some(counted) = lock(&comparison.counted).get(&index) {
            return *counted;
        }
        if needs_reading(file) && !budget.take(file) {
            return Counted::unknown(file);
        }
        let counted = self.count_file(project, comparison, file);
        lock(&comparison.counted).insert(index, counted);
        counted
    }

    fn count_file(&self, project: &Project, comparison: &Comparison, file: &Difference) -> Counted {
        let unknown = Counted::unknown(file);
        if !needs_reading(file) {
            let same = same_bytes(file) && !unknown.binary;
            return Counted { lines: same.then_some((0, 0)), ..unknown };
        }
        let texts = sides(comparison, file).map(|(side, content, path)| match content {
            Some(content) => self.side_bytes(project, side, content, path, LARGEST_TEXT).ok(),
            None => Some(Vec::new()),
        });
        let [Some(old), Some(new)] = texts else { return unknown };
        if lectern_reader::looks_binary(&old) || lectern_reader::looks_binary(&new) {
            return Counted { binary: true, lines: None };
        }
        let (old, new) = (lectern_reader::decode(old).text, lectern_reader::decode(new).text);
        let (old, new) = (lectern_diff::Lines::new(&old), lectern_diff::Lines::new(&new));
        let diff = lectern_diff::diff_lines(&old, &new, lectern_diff::Compare::Content);
        Counted { binary: false, lines: Some((diff.added(), diff.removed())) }
    }
}

/// Whether the lines can only be told from the contents.
fn needs_reading(file: &Difference) -> bool {
    let is_file = |content: &Option<Content>| matches!(content, None | Some(Content::File { .. }));
    let too_large = |content: &Option<Content>| content.as_ref().is_some_and(|content| content.size() > LARGEST_TEXT);
    is_file(&file.old) && is_file(&file.new) && !same_bytes(file) && !too_large(&file.old) && !too_large(&file.new)
}

fn same_bytes(file: &Difference) -> bool {
    file.kind == DifferenceKind::Mode || file.old.as_ref().is_some_and(|old| old.object() == file.new.as_ref().and_then(Content::object))
}
