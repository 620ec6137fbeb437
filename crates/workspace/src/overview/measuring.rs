//! What the files of a version add up to.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use lectern_store::Store;
use lectern_sync::{Content, Manifest, RepoPath, SyncError, walk};
use lectern_syntax::language_of_file_name;

use crate::{
    syncing::count,
    view::{DirectoryPart, FilePart, LanguagePart, ProjectOverview},
};

const MOST_LARGE: usize = 10;
/// Of more directories than this the smallest are left out.
const MOST_DIRECTORIES: usize = 1000;
/// Files that are looked at as manifests and entry points, the likeliest first.
const MOST_MANIFESTS: usize = 50;
const MOST_ENTRIES: usize = 60;

/// What was added up, and what is worth opening.
pub(super) struct Measured {
    pub view: ProjectOverview,
    pub candidates: Candidates,
}

/// Files worth opening.
#[derive(Default)]
pub(super) struct Candidates {
    /// In the order of paths.
    pub manifests: Vec<(RepoPath, Content)>,
    /// The likeliest first.
    pub entries: Vec<(RepoPath, Content)>,
}

#[derive(Default)]
struct Part {
    files: u64,
    bytes: u64,
    languages: HashMap<&'static str, u64>,
}

impl Part {
    fn add(&mut self, size: u64, language: Option<&'static str>) {
        self.files += 1;
        self.bytes += size;
        if let Some(language) = language {
            *self.languages.entry(language).or_default() += size;
        }
    }

    fn language(&self) -> Option<String> {
        let largest = self.languages.iter().max_by(|one, other| one.1.cmp(other.1).then_with(|| other.0.cmp(one.0)));
        largest.map(|(name, _)| (*name).to_owned())
    }
}

/// Walks a version once.
///
/// # Errors
/// A damaged version.
pub(super) fn measure(store: &Store, manifest: &Manifest) -> Result<Measured, SyncError> {
    let mut languages: HashMap<&'static str, (u64, u64)> = HashMap::new();
    let mut directories: BTreeMap<RepoPath, Part> = BTreeMap::new();
    let mut within: Option<(Vec<u8>, Vec<RepoPath>)> = None;
    let mut largest: Vec<(u64, RepoPath)> = Vec::new();
    let mut readme: Option<(u8, RepoPath)> = None;
    let mut manifests: Vec<(usize, RepoPath, Content)> = Vec::new();
    let mut entries: Vec<(u32, RepoPath, Content)> = Vec::new();
    walk(store, manifest, |path, content| {
        let size = content.size();
        let name = String::from_utf8_lossy(path.name());
        let is_text = matches!(content, Content::File { binary: false, .. });
        let language = if is_text { language_of_file_name(&name) } else { None };
        if let Some(language) = language {
            let part = languages.entry(language).or_default();
            *part = (part.0 + 1, part.1 + size);
        }
        // Files of one directory come one after the other.
        let parent = path.as_bytes().strip_suffix(path.name()).unwrap_or_default();
        if within.as_ref().is_none_or(|(before, _)| before != parent) {
            within = Some((parent.to_vec(), directories_of(path).collect()));
        }
        for directory in within.iter().flat_map(|(_, directories)| directories) {
            match directories.get_mut(directory) {
                Some(part) => part.add(size, language),
                None => directories.entry(directory.clone()).or_default().add(size, language),
            }
        }
        let is_large = largest.len() < MOST_LARGE || largest.last().is_some_and(|(least, _)| size > *least);
        if is_large && matches!(content, Content::File { .. }) {
            let at = largest.partition_point(|(before, _)| *before >= size);
            largest.insert(at, (size, path.clone()));
            largest.truncate(MOST_LARGE);
        }
        if !is_text {
            return Ok(());
        }
        let depth = path.names().count() - 1;
        if depth == 0
            && let Some(rank) = readme_rank(&name)
            && readme.as_ref().is_none_or(|(before, _)| rank < *before)
        {
            readme = Some((rank, path.clone()));
        }
        if lectern_survey::kind_of(&name).is_some() && !is_aside(path) {
            manifests.push((depth, path.clone(), content.clone()));
        }
        if let Ok(text) = std::str::from_utf8(path.as_bytes())
            && let Some(candidate) = lectern_survey::candidate(text)
        {
            entries.push((candidate.rank, path.clone(), content.clone()));
        }
        Ok(())
    })?;
    manifests.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    manifests.truncate(MOST_MANIFESTS);
    manifests.sort_by(|one, other| one.1.cmp(&other.1));
    entries.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    entries.truncate(MOST_ENTRIES);
    let without_first = |all: Vec<(u32, RepoPath, Content)>| all.into_iter().map(|(_, path, content)| (path, content)).collect();
    let candidates = Candidates {
        manifests: manifests.into_iter().map(|(_, path, content)| (path, content)).collect(),
        entries: without_first(entries),
    };
    let view = ProjectOverview {
        version: Some(manifest.version),
        files: count(manifest.data.files),
        bytes: manifest.data.bytes.to_string(),
        languages: language_parts(languages),
        readme: readme.map(|(_, path)| path.key()),
        directories: directory_parts(directories),
        largest: largest.into_iter().map(|(size, path)| FilePart { path: path.key(), bytes: size.to_string() }).collect(),
        dependencies: Vec::new(),
        entry_points: Vec::new(),
    };
    Ok(Measured { view, candidates })
}

/// The directories of the first two levels that a file counts in; the root for one that lies at the top.
fn directories_of(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    let names: Vec<&[u8]> = path.names().collect();
    let levels = match names.len() - 1 {
        0 => 0..=0,
        folders => 1..=folders.min(2),
    };
    let bytes: Vec<Vec<u8>> = levels.map(|level| names[..level].join(&b'/')).collect();
    bytes.into_iter().filter_map(|bytes| RepoPath::new(bytes).ok())
}

fn language_parts(languages: HashMap<&'static str, (u64, u64)>) -> Vec<LanguagePart> {
    let all: u64 = languages.values().map(|(_, bytes)| bytes).sum();
    let mut parts: Vec<(&str, (u64, u64))> = languages.into_iter().collect();
    parts.sort_by(|one, other| other.1.1.cmp(&one.1.1).then_with(|| one.0.cmp(other.0)));
    let percent = |bytes: u64| if all == 0 { 0.0 } else { (bytes as f64 * 100.0 / all as f64) as f32 };
    parts
        .into_iter()
        .map(|(name, (files, bytes))| LanguagePart {
            name: name.to_owned(),
            files: count(files),
            bytes: bytes.to_string(),
            percent: percent(bytes),
        })
        .collect()
}

fn directory_parts(directories: BTreeMap<RepoPath, Part>) -> Vec<DirectoryPart> {
    let mut parts: Vec<(RepoPath, Part)> = directories.into_iter().collect();
    if parts.len() > MOST_DIRECTORIES {
        // A stable order: of equal ones those that come first stay.
        parts.sort_by_key(|(_, part)| Reverse(part.bytes));
        parts.truncate(MOST_DIRECTORIES);
        parts.sort_by(|one, other| one.0.cmp(&other.0));
    }
    parts
        .into_iter()
        .map(|(path, part)| DirectoryPart {
            path: path.key(),
            files: count(part.files),
            bytes: part.bytes.to_string(),
            language: part.language(),
        })
        .collect()
}

/// The best has the least.
fn readme_rank(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let ends = ["readme.md", "readme.markdown", "readme.rst", "readme.adoc", "readme.txt", "readme"];
    ends.iter().position(|end| *end == name).and_then(|rank| u8::try_from(rank).ok())
}

/// Whether a manifest is somebody else's, or only there for tests.
fn is_aside(path: &RepoPath) -> bool {
    let aside: [&[u8]; 7] = [b"node_modules", b"vendor", b"third_party", b"fixtures", b"testdata", b"test", b"tests"];
    path.parent().is_some_and(|parent| parent.names().any(|name| aside.contains(&name)))
}
