//! How an open file differs from HEAD, line by line, for the marks beside it.

use lectern_diff::{Compare, Hunk, Lines, diff_lines};
use lectern_projects::{HeadFile, Project, head_file};
use lectern_reader::{SMALL_LIMIT, decode, looks_binary};
use lectern_sync::{RepoPath, latest_manifest, lookup};

use crate::{
    Workspace,
    reading::DocumentName,
    view::{Failure, LineChange, LineChangeKind, LineChanges},
};

const MOST_OLD_LINES: usize = 40;
/// In characters.
const LONGEST_OLD_LINE: usize = 400;
/// The bytes that tell whether contents are text.
const PROBE: usize = 8000;
/// How a file begins that git-lfs keeps elsewhere.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a file is compared with.
enum Base {
    /// There is nothing to compare it with.
    Nothing,
    /// It is not there yet.
    New(String),
    Contents(String, Vec<u8>),
}

impl Workspace {
    /// How a document of the folder differs from HEAD, or from the latest version without git. None for other documents, for what is not text or
    /// not held whole, and where there is nothing to compare with. How lines end makes no difference, nor does the encoding.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`.
    pub fn line_changes(&self, document: &str) -> Result<Option<LineChanges>, Failure> {
        let opened = self.document(document)?;
        let name = DocumentName::parse(document)?;
        let Some(text) = opened.text().filter(|_| name.is_of_folder()) else { return Ok(None) };
        let project = self.project(name.project)?;
        let path = RepoPath::from_key(name.path)?;
        let base = match head_file(&path.below(&project.root), SMALL_LIMIT) {
            HeadFile::NoRepository => self.base_in_versions(&project, &path)?,
            HeadFile::NoCommit => Base::New("HEAD".to_owned()),
            HeadFile::Missing { commit } => Base::New(head(&commit)),
            HeadFile::Unavailable => Base::Nothing,
            HeadFile::File { commit, bytes } => Base::Contents(head(&commit), bytes),
        };
        Ok(match base {
            Base::Nothing => None,
            Base::New(base) => Some(LineChanges { base, changes: Vec::new(), is_new: true }),
            Base::Contents(base, bytes) => changes(base, bytes, &text),
        })
    }

    fn base_in_versions(&self, project: &Project, path: &RepoPath) -> Result<Base, Failure> {
        let Some(manifest) = latest_manifest(&self.store, project.id.as_str())? else { return Ok(Base::Nothing) };
        let base = format!("v{}", manifest.version);
        let Some(entry) = lookup(&self.store, &manifest, path)? else { return Ok(Base::New(base)) };
        if entry.content.size() > SMALL_LIMIT {
            return Ok(Base::Nothing);
        }
        // What was not kept, or was lost, can't be compared with; the version's own page says why.
        let bytes = self.contents(&manifest, path);
        Ok(bytes.map_or(Base::Nothing, |bytes| Base::Contents(base, bytes)))
    }
}

fn head(commit: &str) -> String {
    format!("HEAD {}", commit.get(..7).unwrap_or(commit))
}

/// `None` when the old contents are no text.
fn changes(base: String, old: Vec<u8>, new: &str) -> Option<LineChanges> {
    if looks_binary(&old[..old.len().min(PROBE)]) || (old.starts_with(LFS_POINTER) && !new.as_bytes().starts_with(LFS_POINTER)) {
        return None;
    }
    let old = decode(old).text;
    let (old, new) = (Lines::new(&old), Lines::new(new));
    let changes = diff_lines(&old, &new, Compare::Content).hunks().iter().map(|hunk| change(hunk, &old)).collect();
    Some(LineChanges { base, changes, is_new: false })
}

fn change(hunk: &Hunk, old: &Lines<'_>) -> LineChange {
    let kind = match (hunk.old.is_empty(), hunk.new.is_empty()) {
        (true, _) => LineChangeKind::Added,
        (_, true) => LineChangeKind::Removed,
        _ => LineChangeKind::Changed,
    };
    let lines = hunk.old.clone().take(MOST_OLD_LINES).map(|line| String::from_utf8_lossy(old.line(line as usize)));
    LineChange {
        kind,
        first: hunk.new.start + 1,
        lines: hunk.new.end - hunk.new.start,
        old_first: hunk.old.start + 1,
        old_lines: hunk.old.end - hunk.old.start,
        old_text: lines.map(|line| line.chars().take(LONGEST_OLD_LINE).collect()).collect(),
    }
}
