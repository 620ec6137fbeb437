//! The page that explains what differs between two versions, file by file, with empty slots for prose.

use std::collections::HashMap;

use lectern_diff::{Compare, Hunk, Lines, diff_lines};
use lectern_llm::Cancel;

use crate::{
    AiError, Block, Checks, Citation, Ground, ListItem, PAGE_FORMAT, Page, Prose, ProseState, Run, Section, Subject, Version, VersionFile,
};

/// So many changed files get a section of their own; the others are listed.
const MOST_SECTIONS: usize = 60;
/// So many files are listed.
const MOST_LISTED: usize = 500;
/// Files with more bytes are not compared line by line.
const LARGEST: u64 = 8 << 20;

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// In the newer version; of a removed file, in the older one.
    pub path: String,
    /// Where it was, if it was moved.
    pub old_path: Option<String>,
    pub in_older: bool,
    pub in_newer: bool,
    /// Lines that differ, 0-based, half-open; empty for what is no text, and for a file that was only moved.
    pub hunks: Vec<Hunk>,
    /// Lines that are new, and lines that are gone.
    pub added: u32,
    pub removed: u32,
    /// Why its lines were not compared.
    pub problem: Option<&'static str>,
}

impl Change {
    /// `Changed: 3 lines added, 1 removed`.
    fn said(&self) -> String {
        let what = match (&self.old_path, self.in_older, self.in_newer) {
            (Some(old), ..) => format!("Moved from {old}"),
            (None, false, _) => "Added".to_owned(),
            (None, _, false) => "Removed".to_owned(),
            _ => "Changed".to_owned(),
        };
        match self.problem {
            Some(problem) => format!("{what}; {problem}"),
            None if self.added + self.removed == 0 => what,
            None => format!("{what}: {}, {} removed", counted(self.added, "line", "added"), self.removed),
        }
    }
}

fn counted(count: u32, one: &str, what: &str) -> String {
    format!("{count} {one}{} {what}", if count == 1 { "" } else { "s" })
}

/// What differs between the ground's versions, ascending by path; only beneath `within` where that is given. Files that were moved without a
/// change are told by their contents.
pub(crate) fn changes(ground: Ground<'_>, within: Option<&str>) -> Vec<Change> {
    let Some(older) = ground.older else { return Vec::new() };
    let inside = |path: &str| {
        within
            .is_none_or(|within| within.is_empty() || path == within || path.strip_prefix(within).is_some_and(|rest| rest.starts_with('/')))
    };
    let (old, new) = (older.files(), ground.version.files());
    let find = |files: &'_ [VersionFile], path: &str| files.binary_search_by(|file| file.path.as_str().cmp(path)).ok();
    let mut gone: HashMap<_, Vec<&VersionFile>> = HashMap::new();
    for file in old.iter().rev().filter(|file| find(new, &file.path).is_none()) {
        gone.entry(file.object).or_default().push(file);
    }
    let mut all = Vec::new();
    for file in new {
        match find(old, &file.path) {
            Some(at) if old[at].object == file.object => {}
            Some(at) => {
                if inside(&file.path) {
                    all.push(compared(ground, older, Some(&old[at]), Some(file)));
                }
            }
            None => {
                let moved = gone.get_mut(&file.object).and_then(Vec::pop);
                if inside(&file.path) || moved.is_some_and(|old| inside(&old.path)) {
                    all.push(compared(ground, older, moved, Some(file)));
                }
            }
        }
    }
    for file in gone.into_values().flatten().filter(|file| inside(&file.path)) {
        all.push(compared(ground, older, Some(file), None));
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

fn compared(ground: Ground<'_>, older: &dyn Version, old: Option<&VersionFile>, new: Option<&VersionFile>) -> Change {
    let path = new.or(old).map(|file| file.path.clone()).unwrap_or_default();
    let old_path = old.filter(|old| new.is_some() && old.path != path).map(|old| old.path.clone());
    let mut change =
        Change { path, old_path, in_older: old.is_some(), in_newer: new.is_some(), hunks: vec![], added: 0, removed: 0, problem: None };
    if let (Some(old), Some(new)) = (old, new)
        && old.object == new.object
    {
        return change;
    }
    let read = |version: &dyn Version, file: Option<&VersionFile>| match file {
        None => Ok(String::new()),
        Some(file) if file.size > LARGEST => Err("too large to be compared line by line"),
        Some(file) => {
            let bytes = version.read(&file.object).ok_or("its contents were not kept")?;
            if lectern_reader::looks_binary(&bytes[..bytes.len().min(8192)]) {
                return Err("not a text");
            }
            Ok(lectern_reader::decode(bytes.to_vec()).text)
        }
    };
    match read(older, old).and_then(|old| Ok((old, read(ground.version, new)?))) {
        Ok((old, new)) => {
            let diff = diff_lines(&Lines::new(&old), &Lines::new(&new), Compare::Content);
            (change.added, change.removed) = (diff.added(), diff.removed());
            change.hunks = diff.hunks().to_vec();
        }
        Err(problem) => change.problem = Some(problem),
    }
    change
}

/// A citation of all lines of a file, not numbered; `None` when it is not there or has no lines.
pub(crate) fn whole_file(version: &dyn Version, path: &str) -> Option<Citation> {
    let files = version.files();
    let file = &files[files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?];
    let bytes = version.read(&file.object)?;
    let text = lectern_reader::decode(bytes.to_vec()).text;
    let line_end = u32::try_from(Lines::new(&text).len()).ok()?;
    let object = file.object.to_string();
    (line_end > 0).then(|| Citation { id: 0, path: path.to_owned(), line_start: 1, line_end, object, version: version.number() })
}

/// The page about what differs between `ground.older` and `ground.version`: a section for each changed file with its counts and places, prose
/// [`Waiting`](ProseState::Waiting).
///
/// # Errors
/// [`AiError::WrongSubject`] when there is no older version, [`AiError::NoSuchPath`] when nothing of `path` is in either, [`AiError::Cancelled`].
pub fn difference(ground: Ground<'_>, path: Option<&str>, cancel: &Cancel) -> Result<Page, AiError> {
    let older = ground.older.ok_or(AiError::WrongSubject)?;
    let (from, to) = (older.number(), ground.version.number());
    if let Some(path) = path {
        let beneath = |files: &[VersionFile]| {
            files.iter().any(|file| file.path == path || file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
        };
        if !beneath(older.files()) && !beneath(ground.version.files()) {
            return Err(AiError::NoSuchPath(path.to_owned()));
        }
    }
    let changes = changes(ground, path);
    if cancel.is_cancelled() {
        return Err(AiError::Cancelled);
    }
    let title = match path {
        Some(path) => format!("What changed in {path} from v{from} to v{to}"),
        None => format!("What changed from v{from} to v{to}"),
    };
    let mut page = Page {
        format: PAGE_FORMAT,
        title,
        subject: Subject::Diff { from, to, path: path.map(str::to_owned) },
        manifest_id: ground.version.manifest_id().to_owned(),
        version: to,
        writer: None,
        sections: Vec::new(),
        citations: Vec::new(),
        files_read: u32::try_from(changes.iter().filter(|change| change.problem.is_none()).count()).unwrap_or(u32::MAX),
        checks: Checks::default(),
        run: Run::default(),
    };
    page.sections.push(overview(ground, &changes, &mut page.citations));
    for change in changes.iter().take(MOST_SECTIONS) {
        if cancel.is_cancelled() {
            return Err(AiError::Cancelled);
        }
        let section = section(ground, change, &mut page.citations);
        page.sections.push(section);
    }
    crate::checks::in_order(&mut page);
    crate::checks::recount(&mut page);
    page.checks.citations_resolved = u32::try_from(page.citations.len()).unwrap_or(u32::MAX);
    Ok(page)
}

fn overview(ground: Ground<'_>, changes: &[Change], citations: &mut Vec<Citation>) -> Section {
    let mut blocks = Vec::new();
    let sum = |of: fn(&Change) -> u32| changes.iter().map(of).fold(0, u32::saturating_add);
    if changes.is_empty() {
        blocks.push(Block::Note { text: "Nothing differs between these versions.".into() });
    } else {
        blocks.push(slot("overview"));
        let items = changes.iter().take(MOST_LISTED).map(|change| ListItem {
            term: change.path.clone(),
            text: change.said(),
            citation: place(ground, change).map(|place| numbered(citations, place)),
            prose: None,
        });
        let caption = format!(
            "{}, {} and {} removed",
            counted(u32::try_from(changes.len()).unwrap_or(u32::MAX), "file", "changed"),
            counted(sum(|change| change.added), "line", "added"),
            sum(|change| change.removed)
        );
        let more = u32::try_from(changes.len().saturating_sub(MOST_LISTED)).unwrap_or(u32::MAX);
        blocks.push(Block::List { caption, items: items.collect(), more });
    }
    if changes.len() > MOST_SECTIONS {
        blocks.push(Block::Note { text: format!("Only the first {MOST_SECTIONS} files have a section of their own.") });
    }
    Section { id: "overview".into(), title: "What changed".into(), level: 2, blocks }
}

fn section(ground: Ground<'_>, change: &Change, citations: &mut Vec<Citation>) -> Section {
    let mut blocks = Vec::new();
    if change.hunks.is_empty() {
        blocks.push(Block::Note { text: format!("{}.", change.said()) });
    } else {
        blocks.push(slot(&format!("change:{}", change.path)));
        let items = change.hunks.iter().take(20).filter_map(|hunk| hunk_item(ground, change, hunk, citations)).collect();
        let more = u32::try_from(change.hunks.len().saturating_sub(20)).unwrap_or(u32::MAX);
        blocks.push(Block::List { caption: change.said(), items, more });
    }
    Section { id: format!("change:{}", change.path), title: change.path.clone(), level: 2, blocks }
}

/// Where a hunk is, in both versions.
fn hunk_item(ground: Ground<'_>, change: &Change, hunk: &Hunk, citations: &mut Vec<Citation>) -> Option<ListItem> {
    let (old, new) = (hunk.old.end - hunk.old.start, hunk.new.end - hunk.new.start);
    let (version, path, lines) = if new > 0 {
        (ground.version, change.path.as_str(), hunk.new.clone())
    } else {
        (ground.older?, change.old_path.as_deref().unwrap_or(&change.path), hunk.old.clone())
    };
    let citation = Citation { line_start: lines.start + 1, line_end: lines.end, ..whole_file(version, path)? };
    let text = match (old, new) {
        (0, new) => counted(new, "line", "added"),
        (old, 0) => counted(old, "line", "removed"),
        (old, new) => format!("{old} replaced by {new}"),
    };
    let term = if citation.line_start == citation.line_end {
        format!("Line {}", citation.line_start)
    } else {
        format!("Lines {}–{}", citation.line_start, citation.line_end)
    };
    Some(ListItem { term, text, citation: Some(numbered(citations, citation)), prose: None })
}

/// Where to see a file: its first difference, or all of it.
fn place(ground: Ground<'_>, change: &Change) -> Option<Citation> {
    if change.problem.is_some() {
        return None;
    }
    if !change.in_newer {
        return whole_file(ground.older?, &change.path);
    }
    let whole = whole_file(ground.version, &change.path)?;
    match change.hunks.iter().find(|hunk| !hunk.new.is_empty()) {
        Some(hunk) => Some(Citation { line_start: hunk.new.start + 1, line_end: hunk.new.end, ..whole }),
        None => Some(whole),
    }
}

fn slot(name: &str) -> Block {
    Block::Prose(Prose { slot: name.to_owned(), state: ProseState::Waiting, sentences: Vec::new() })
}

fn numbered(citations: &mut Vec<Citation>, citation: Citation) -> u32 {
    if let Some(same) = citations.iter().find(|each| Citation { id: each.id, ..citation.clone() } == **each) {
        return same.id;
    }
    let id = u32::try_from(citations.len()).unwrap_or(u32::MAX).saturating_add(1);
    citations.push(Citation { id, ..citation });
    id
}

#[cfg(test)]
mod tests;
