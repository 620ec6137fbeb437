//! What the reading screen asks for: folders, files, their text, colours and outlines.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use lectern_projects::{Project, ProjectId};
use lectern_reader::{BeneathError, Document, EntryType, Finder, LoadedFile, PackedSpans, Root, Shape};
use lectern_sync::{Ignored, RepoPath};
use lectern_syntax::{Language, SyntaxError};

use crate::{
    Workspace,
    syncing::Changes,
    view::{
        ChangeMark, Directory, DocumentMatch, DocumentMatches, EntryKind, Failure, FileView, FindOptions, LinePage, OpenedFile,
        OutlineItem, PageLine, TreeEntry,
    },
};

/// Documents kept open; each holds up to 8 MiB of text.
const OPEN_DOCUMENTS: usize = 24;
/// Bytes of all of them, but for the last few.
const OPEN_BYTES: u64 = 48 * 1024 * 1024;
/// Documents that keep their trees, which take some ten times the memory of their texts: those on screen and a few that are gone back to.
const TREES: usize = 6;
/// Bytes of text whose trees are kept, but for those on screen.
const TREE_BYTES: u64 = 2 * 1024 * 1024;
/// Documents that may be on screen, side by side.
const ON_SCREEN: usize = 2;
/// Languages that a folder has files of are got ready so long after its rows were asked for.
const LANGUAGES_LATER: Duration = Duration::from_millis(400);
/// For the colours of one request, which nobody waits for: the window shows its text plain until they come. Code takes a few milliseconds; more
/// is needed only where an embedded language is met before it was analysed.
const SPAN_BUDGET: Duration = Duration::from_millis(1500);
/// A file of a commit is held in memory.
const LARGEST_IN_COMMIT: usize = 256 * 1024 * 1024;
const LONGEST_READ: u32 = 16 * 1024 * 1024;

/// What [`Workspace`] keeps for reading.
#[derive(Default)]
pub(crate) struct Reading {
    /// Latest last.
    documents: Mutex<VecDeque<(String, Arc<Document>)>>,
    pub(crate) changes: Mutex<HashMap<ProjectId, Arc<Changes>>>,
    /// Made anew whenever the changes are looked for.
    pub(crate) ignored: Mutex<HashMap<ProjectId, Arc<Ignored>>>,
}

impl Reading {
    fn kept(&self, id: &str) -> Option<Arc<Document>> {
        let documents = self.documents.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        documents.iter().find(|(kept, _)| kept == id).map(|(_, document)| Arc::clone(document))
    }
}

/// A document's name: whose project, which file, which state of it.
pub(crate) struct DocumentName<'a> {
    pub(crate) project: &'a str,
    stamp: &'a str,
    pub(crate) path: &'a str,
}

impl<'a> DocumentName<'a> {
    pub(crate) fn parse(document: &'a str) -> Result<Self, Failure> {
        let mut parts = document.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(project), Some(stamp), Some(path)) => Ok(Self { project, stamp, path }),
            _ => Err(Failure::new("UNKNOWN_DOCUMENT", "this file is not open")),
        }
    }

    /// Whether it is of the folder itself: those of versions and the like say so before a dot.
    pub(crate) fn is_of_folder(&self) -> bool {
        !self.stamp.contains('.')
    }

    /// Which state of the project it is from.
    pub(crate) fn from(&self) -> From<'a> {
        let before_dot = |sign| self.stamp.strip_prefix(sign).and_then(|rest: &str| rest.split_once('.')).map(|(before, _)| before);
        match (before_dot('v').and_then(|version| version.parse().ok()), before_dot('c')) {
            (Some(version), _) => From::Version(version),
            (None, Some(commit)) => From::Commit(commit),
            (None, None) => From::Folder,
        }
    }
}

/// A state of a project that a file is opened from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From<'a> {
    Folder,
    Version(u32),
    /// By its whole id.
    Commit(&'a str),
}

impl Workspace {
    /// The rows of a folder, directories first: as of a version, or as it is now. When the project's folder is gone, the rows of its latest version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and see [`BeneathError`].
    pub fn directory(&self, project_id: &str, path_key: &str, version: Option<u32>) -> Result<Directory, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path_key)?;
        if version.is_some() {
            return self.directory_of(&project, version, &path);
        }
        let root = match Root::open(&project.root) {
            Ok(root) => root,
            Err(error @ BeneathError::RootMissing) => return self.directory_of(&project, None, &path).map_err(|_| error.into()),
            Err(error) => return Err(error.into()),
        };
        let listed: Vec<_> = root.list(path.as_path())?.into_iter().filter(|entry| !path.is_root() || entry.name != ".git").collect();
        let rules = self.ignored(&project);
        let names = listed.iter().map(|entry| (entry.name.as_encoded_bytes(), entry.kind == EntryType::Directory));
        let left_out = rules.map(|rules| rules.of_directory(&path, names)).unwrap_or_else(|| vec![false; listed.len()]);
        let changes = self.reading.changes.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&project.id).cloned();
        let mut entries = Vec::new();
        for (entry, ignored) in listed.into_iter().zip(left_out) {
            let Ok(child) = path.join(entry.name.as_encoded_bytes()) else { continue };
            let change = changes.as_ref().and_then(|changes| changes.mark(&child, entry.kind == EntryType::Directory));
            let kind = match entry.kind {
                EntryType::Directory if project.root.join(child.as_path()).join(".git").exists() => EntryKind::Submodule,
                EntryType::Directory => EntryKind::Directory,
                EntryType::File => EntryKind::File,
                EntryType::Symlink => EntryKind::Symlink,
                EntryType::Special => EntryKind::Special,
            };
            entries.push(TreeEntry {
                name: entry.name.to_string_lossy().into_owned(),
                path: child.key(),
                kind,
                size: entry.size.to_string(),
                ignored,
                change,
            });
        }
        sort(&mut entries);
        prepare_languages(entries.iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.name.as_str()));
        Ok(Directory { path: path_key.to_owned(), entries, from_version: None })
    }

    /// Opens a file as of a version, or from the folder, or from the latest version when the folder is gone.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and see [`BeneathError`].
    pub fn open_file(&self, project_id: &str, path_key: &str, version: Option<u32>) -> Result<OpenedFile, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path_key)?;
        let name = String::from_utf8_lossy(path.name()).into_owned();
        if version.is_some() {
            return self.open_in_version(&project, version, &path);
        }
        let root = match Root::open(&project.root) {
            Ok(root) => root,
            Err(error @ BeneathError::RootMissing) => {
                return self.open_in_version(&project, None, &path).map_err(|_| error.into());
            }
            Err(error) => return Err(error.into()),
        };
        if root.kind(path.as_path())? == EntryType::Symlink {
            let target = root.read_link(path.as_path())?;
            let text = target.to_string_lossy().into_owned();
            let document = Arc::new(Document::open("", LoadedFile::Memory(text.into_bytes())).map_err(BeneathError::Unreadable)?);
            let mut opened = self.opened(project_id, path_key, &name, document, From::Folder);
            opened.view = FileView::Symlink;
            return Ok(opened);
        }
        let file = root.open_file(path.as_path())?;
        // What is open and too large to be read anew each time is known by its stamp.
        let stamp = Document::stamp_of_large(&file).map_err(BeneathError::Unreadable)?;
        let known = stamp.and_then(|stamp| self.reading.kept(&format!("{project_id}/{stamp}/{path_key}")));
        let document = match known {
            Some(known) => known,
            None => Arc::new(Document::open(&name, LoadedFile::Disk(file)).map_err(BeneathError::Unreadable)?),
        };
        Ok(self.opened(project_id, path_key, &name, document, From::Folder))
    }

    /// Opens a file as of a commit.
    ///
    /// # Errors
    /// `UNKNOWN_COMMIT`, `FILE_MISSING`, `NO_REPOSITORY`, `TOO_LARGE`.
    pub fn open_commit_file(&self, project_id: &str, path: &str, commit: &str) -> Result<OpenedFile, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path)?;
        let (id, bytes, is_link) = self.contents_in_commit(&project, commit, &path, LARGEST_IN_COMMIT)?;
        let name = String::from_utf8_lossy(path.name()).into_owned();
        let shown_as = if is_link { "" } else { &name };
        let document = Arc::new(Document::open(shown_as, LoadedFile::Memory(bytes)).map_err(BeneathError::Unreadable)?);
        let mut opened = self.opened(project_id, &path.key(), &name, document, From::Commit(&id.to_string()));
        if is_link {
            opened.view = FileView::Symlink;
        }
        Ok(opened)
    }

    /// The whole text of a small document as UTF-8.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED` when the file is no longer what was opened; `NOT_TEXT`.
    pub fn file_text(&self, document: &str) -> Result<Arc<str>, Failure> {
        self.document(document)?.text().ok_or_else(|| Failure::new("NOT_TEXT", "this file is not shown as one text"))
    }

    /// Up to `length` bytes from `offset`.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`, `FILE_UNREADABLE`.
    pub fn file_bytes(&self, document: &str, offset: u64, length: u32) -> Result<Vec<u8>, Failure> {
        let length = usize::try_from(length.min(LONGEST_READ)).unwrap_or(usize::MAX);
        Ok(self.document(document)?.bytes(offset, length).map_err(BeneathError::Unreadable)?)
    }

    /// Up to 2,000 lines from `first`.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`, `FILE_UNREADABLE`.
    pub fn file_lines(&self, document: &str, first: u32, count: u32) -> Result<LinePage, Failure> {
        let page = self.document(document)?.page(u64::from(first), u64::from(count.min(2000))).map_err(BeneathError::Unreadable)?;
        let lines = page.into_iter().map(|line| PageLine { text: line.text, cut: u32::try_from(line.cut).unwrap_or(u32::MAX) }).collect();
        Ok(LinePage { first, lines })
    }

    /// Packed highlight spans of some lines; see [`PackedSpans`]. Those near the beginning of a large file come before it is analysed, and say so
    /// by a first quadruple of line 0: once [`Workspace::file_structure`] has answered they can be asked for again, and are final.
    ///
    /// # Errors
    /// `HIGHLIGHT_TIMED_OUT`, `DOCUMENT_CHANGED`.
    pub fn file_spans(&self, document: &str, first: u32, last: u32) -> Result<Vec<u8>, Failure> {
        let document = self.document(document)?;
        PackedSpans::soonest(&document, first, last, SPAN_BUDGET).map(|packed| packed.0).map_err(too_slow)
    }

    /// The symbols of a file in the order of their lines.
    ///
    /// # Errors
    /// `HIGHLIGHT_TIMED_OUT`, `DOCUMENT_CHANGED`.
    pub fn file_outline(&self, document: &str) -> Result<Vec<OutlineItem>, Failure> {
        let document = self.document(document)?;
        let Some(tree) = document.tree().map_err(too_slow)? else { return Ok(Vec::new()) };
        Ok(tree
            .outline()
            .into_iter()
            .map(|symbol| OutlineItem {
                line: document.line_at(symbol.name_range.start),
                end_line: document.line_at(symbol.range.end.saturating_sub(1).max(symbol.range.start)),
                kind: symbol.kind.as_str().to_owned(),
                name: symbol.name,
                depth: symbol.depth,
            })
            .collect())
    }

    /// Finds text in one document.
    ///
    /// # Errors
    /// `BAD_PATTERN`, `DOCUMENT_CHANGED`.
    pub fn find_in_document(&self, document: &str, options: &FindOptions) -> Result<DocumentMatches, Failure> {
        let document = self.document(document)?;
        let found = Finder::new(&options.query, options.regex, options.word, options.case_sensitive)?.find(&document)?;
        Ok(DocumentMatches {
            matches: found.matches.into_iter().map(|m| DocumentMatch { line: m.line, start: m.start, end: m.end }).collect(),
            truncated: found.truncated,
        })
    }

    /// Where a file of a project is on this computer, for showing it in the file manager.
    ///
    /// # Errors
    /// `FILE_MISSING`, `OUTSIDE_PROJECT`.
    pub fn path_on_disk(&self, project_id: &str, path_key: &str) -> Result<std::path::PathBuf, Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path_key)?;
        if !path.is_root() {
            Root::open(&project.root)?.kind(path.as_path())?;
        }
        Ok(path.below(&project.root))
    }

    /// The rules of a project's folder; without them nothing is shown as left out.
    fn ignored(&self, project: &Project) -> Option<Arc<Ignored>> {
        let kept = self.reading.ignored.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&project.id).cloned();
        if kept.is_some() {
            return kept;
        }
        let read = Arc::new(Ignored::open(&project.root).ok()?);
        self.reading.ignored.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(project.id.clone(), Arc::clone(&read));
        Some(read)
    }

    fn opened(&self, project_id: &str, path_key: &str, name: &str, document: Arc<Document>, from: From<'_>) -> OpenedFile {
        let state = match from {
            From::Folder => String::new(),
            From::Version(version) => format!("v{version}."),
            From::Commit(commit) => format!("c{commit}."),
        };
        let id = format!("{project_id}/{state}{}/{path_key}", document.stamp());
        let document = self.keep(&id, document);
        if document.has_grammar() {
            // While the text travels to the window, its colours are made.
            let ahead = Arc::clone(&document);
            let _ = std::thread::Builder::new().name("highlight".to_owned()).spawn(move || ahead.prepare_all());
        }
        let view = match document.shape() {
            Shape::Text => FileView::Text,
            Shape::Paged => FileView::Paged,
            Shape::Image => FileView::Image,
            Shape::Binary => FileView::Binary,
        };
        let is_text = document.encoding().is_some();
        OpenedFile {
            document: id,
            path: path_key.to_owned(),
            name: name.to_owned(),
            size: document.size().to_string(),
            view,
            language: if is_text { document.language_name() } else { "" }.to_owned(),
            highlighted: document.has_grammar(),
            encoding: document.encoding().map(|encoding| encoding.to_string()).unwrap_or_default(),
            line_ends: document.line_ends().map(|ends| ends.to_string()).unwrap_or_default(),
            lines: u32::try_from(document.lines()).unwrap_or(u32::MAX),
            from_version: if let From::Version(version) = from { Some(version) } else { None },
            from_commit: if let From::Commit(commit) = from { Some(commit.to_owned()) } else { None },
        }
    }

    /// Keeps a document, or returns the equal one that is kept already, whose tree may have been made.
    fn keep(&self, id: &str, document: Arc<Document>) -> Arc<Document> {
        let mut documents = self.reading.documents.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let document = match documents.iter().position(|(kept, _)| kept == id) {
            Some(at) => documents.remove(at).map_or(document, |(_, kept)| kept),
            None => document,
        };
        documents.push_back((id.to_owned(), Arc::clone(&document)));
        make_room(&mut documents);
        document
    }

    /// A document by its name; the project must be the user's, each time.
    pub(crate) fn document(&self, id: &str) -> Result<Arc<Document>, Failure> {
        let name = DocumentName::parse(id)?;
        self.project(name.project)?;
        if let Some(document) = self.reading.kept(id) {
            return Ok(self.keep(id, document));
        }
        // Dropped to make room; opened again it must still be the same.
        let again = match name.from() {
            From::Folder => self.open_file(name.project, name.path, None)?,
            From::Version(version) => self.open_file(name.project, name.path, Some(version))?,
            From::Commit(commit) => self.open_commit_file(name.project, name.path, commit)?,
        };
        if again.document != id {
            return Err(
                Failure::new("DOCUMENT_CHANGED", format!("this file changed on disk ({} was open)", name.stamp)).hint("Open it again.")
            );
        }
        self.reading.kept(id).ok_or_else(|| Failure::new("DOCUMENT_CHANGED", "this file changed on disk").hint("Open it again."))
    }

    fn open_in_version(&self, project: &Project, version: Option<u32>, path: &RepoPath) -> Result<OpenedFile, Failure> {
        let (version, bytes) = self.contents_in_version(project, version, path)?;
        let name = String::from_utf8_lossy(path.name()).into_owned();
        let document = Arc::new(Document::open(&name, LoadedFile::Memory(bytes)).map_err(BeneathError::Unreadable)?);
        Ok(self.opened(project.id.as_str(), &path.key(), &name, document, From::Version(version)))
    }

    /// The rows of a folder as of a version, the latest when `None`.
    fn directory_of(&self, project: &Project, version: Option<u32>, path: &RepoPath) -> Result<Directory, Failure> {
        let (version, mut entries) = self.entries_in_version(project, version, path)?;
        sort(&mut entries);
        Ok(Directory { path: path.key(), entries, from_version: Some(version) })
    }
}

impl Changes {
    /// The mark of a file, or of a folder in which something differs.
    fn mark(&self, path: &RepoPath, is_directory: bool) -> Option<ChangeMark> {
        if is_directory {
            return self.folders.contains(path).then_some(ChangeMark::Modified);
        }
        self.files.get(path).copied()
    }
}

/// Drops what is not likely to be asked for again soon. All of it can be had again from where it came.
fn make_room(documents: &mut VecDeque<(String, Arc<Document>)>) {
    let (mut bytes, mut kept) = (0, 0);
    for (age, (_, document)) in documents.iter().rev().enumerate() {
        bytes += if document.shape() == Shape::Paged && document.text().is_none() { 0 } else { document.size() };
        if age >= ON_SCREEN && (age >= TREES || bytes > TREE_BYTES) {
            document.release_tree();
        }
        if age >= OPEN_DOCUMENTS || age >= ON_SCREEN && bytes > OPEN_BYTES {
            break;
        }
        kept += 1;
    }
    documents.drain(..documents.len() - kept);
}

/// Compiles ahead of time what the colours of these files need, which takes up to a quarter of a second for a language, once in the life of the
/// process.
fn prepare_languages<'a>(names: impl Iterator<Item = &'a str>) {
    static PREPARED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut languages = Vec::new();
    {
        let mut prepared = PREPARED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for language in names.filter_map(|name| Language::for_path(name, None)) {
            if prepared.insert(language.name()) {
                languages.push(language);
            }
        }
    }
    if languages.is_empty() {
        return;
    }
    let prepare = move || {
        // Not while the rows themselves are drawn.
        std::thread::sleep(LANGUAGES_LATER);
        languages.into_iter().for_each(Language::prepare);
    };
    // Without a thread, they are compiled when a file is opened.
    let _ = std::thread::Builder::new().name("languages".to_owned()).spawn(prepare);
}

fn too_slow(error: SyntaxError) -> Failure {
    Failure::new("HIGHLIGHT_TIMED_OUT", error.to_string()).hint("The text is complete; only its colours are missing.")
}

/// Folders first, then names without regard to case; equal ones by their bytes.
fn sort(entries: &mut [TreeEntry]) {
    entries.sort_by_cached_key(|entry| {
        let folder = matches!(entry.kind, EntryKind::Directory | EntryKind::Submodule);
        (!folder, entry.name.to_lowercase(), entry.name.clone())
    });
}
