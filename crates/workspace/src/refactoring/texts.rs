//! The texts of a recorded version, as engines read them; what was decoded and bound stays for the next question.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::ControlFlow,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_ai::{Version as _, VersionFile};
use lectern_objects::ObjectHash;
use lectern_projects::{Project, ProjectId};
use lectern_reader::{SMALL_LIMIT, decode, looks_binary};
use lectern_refactor::{Engine, Found, Memo, Place, Refused};
use lectern_search::text::{Globs, Pattern, Reporting, TextQuery, TextSearch};
use lectern_sync::Manifest;
use rayon::prelude::*;

use crate::{Workspace, ai::ProjectVersion, view::Failure};

/// Decoded texts of a project are kept up to so many bytes; then they begin anew.
const KEPT_BYTES: usize = 256 << 20;
/// With so few texts still unread, reading them is faster than asking the index.
const FEW: usize = 64;
/// Projects whose texts are kept.
const KEPT_PROJECTS: usize = 2;

/// What is kept of a project from one question to the next.
#[derive(Default)]
pub(super) struct Known {
    memo: Memo,
    texts: Mutex<Texts>,
    /// The files of the version that was asked about last.
    listed: Mutex<Option<Arc<Listed>>>,
    /// What was found last: a rename asks about the name that was looked at just before.
    found: Mutex<Option<(Asked, Arc<Found>)>>,
}

/// A question about a name, with all that its answer depends on.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    manifest: String,
    overlay: Vec<(String, Option<ObjectHash>)>,
    at: Place,
}

#[derive(Default)]
struct Texts {
    kept: HashMap<ObjectHash, Option<Arc<str>>>,
    bytes: usize,
}

struct Listed {
    manifest: Manifest,
    version: ProjectVersion,
    paths: Vec<String>,
}

/// The projects that were asked about last, the latest first.
#[derive(Default)]
pub(super) struct KnownProjects(Mutex<Vec<(ProjectId, Arc<Known>)>>);

impl KnownProjects {
    fn of(&self, project: &ProjectId) -> Arc<Known> {
        let mut known = lock(&self.0);
        let entry = match known.iter().position(|(id, _)| id == project) {
            Some(at) => known.remove(at),
            None => (project.clone(), Arc::default()),
        };
        let found = Arc::clone(&entry.1);
        known.insert(0, entry);
        known.truncate(KEPT_PROJECTS);
        found
    }
}

/// A version of a project, for engines.
pub(super) struct VersionTexts<'a> {
    workspace: &'a Workspace,
    project: &'a Project,
    known: Arc<Known>,
    listed: Arc<Listed>,
    cancel: Arc<AtomicBool>,
    /// Files that differ from the version, as they are in the folder; `None` for those that are gone.
    overlay: BTreeMap<String, Option<Overlaid>>,
    /// All files, where the overlay has others than the version.
    paths: Option<Vec<String>>,
}

/// A file as it is in the folder.
struct Overlaid {
    object: ObjectHash,
    text: Option<Arc<str>>,
}

impl Workspace {
    /// The texts of a version. What is not kept of it is read from the folder, if it has the same contents there.
    pub(super) fn version_texts<'a>(
        &'a self,
        project: &'a Project,
        manifest: Manifest,
        cancel: Arc<AtomicBool>,
    ) -> Result<VersionTexts<'a>, Failure> {
        let known = self.refactoring.known.of(&project.id);
        let kept = lock(&known.listed).clone().filter(|listed| listed.manifest.id == manifest.id);
        let listed = match kept {
            Some(listed) => listed,
            None => {
                let version = ProjectVersion::open(&self.store, &self.objects, project, manifest.clone())?;
                let paths = version.files().iter().map(|file| file.path.clone()).collect();
                let listed = Arc::new(Listed { manifest, version, paths });
                *lock(&known.listed) = Some(Arc::clone(&listed));
                listed
            }
        };
        Ok(VersionTexts { workspace: self, project, known, listed, cancel, overlay: BTreeMap::new(), paths: None })
    }
}

impl VersionTexts<'_> {
    /// The version.
    pub fn manifest(&self) -> &Manifest {
        &self.listed.manifest
    }

    /// The same with other bytes in some files; `None` takes a file away.
    pub fn with(mut self, files: impl IntoIterator<Item = (String, Option<Vec<u8>>)>) -> Self {
        for (path, bytes) in files {
            let overlaid = bytes.map(|bytes| Overlaid { object: ObjectHash::of(&bytes), text: text_of(bytes) });
            self.overlay.insert(path, overlaid);
        }
        let others = self.overlay.iter().any(|(path, file)| file.is_some() != self.file(path).is_some());
        self.paths = others.then(|| {
            let kept = self.listed.paths.iter().filter(|path| !self.overlay.contains_key(*path));
            let there = self.overlay.iter().filter(|(_, file)| file.is_some()).map(|(path, _)| path);
            let mut paths: Vec<String> = kept.chain(there).cloned().collect();
            paths.sort_unstable();
            paths
        });
        self
    }

    /// Every place that means what a place means. Asked again about the same texts, nothing is looked for.
    pub fn references(&self, engine: &dyn Engine, at: &Place) -> Result<Arc<Found>, Refused> {
        let overlay = self.overlay.iter().map(|(path, file)| (path.clone(), file.as_ref().map(|file| file.object))).collect();
        let asked = Asked { manifest: self.listed.manifest.id.clone(), overlay, at: at.clone() };
        if let Some((known, found)) = &*lock(&self.known.found)
            && *known == asked
        {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(engine.references(self, at)?);
        *lock(&self.known.found) = Some((asked, Arc::clone(&found)));
        Ok(found)
    }

    /// The bytes with this hash.
    pub fn bytes(&self, object: &ObjectHash) -> Option<Arc<[u8]>> {
        self.listed.version.read(object)
    }

    /// The text with this hash, wherever it is.
    pub fn text_of(&self, object: ObjectHash) -> Option<Arc<str>> {
        if let Some(kept) = lock(&self.known.texts).kept.get(&object) {
            return kept.clone();
        }
        let text = self.bytes(&object).and_then(|bytes| text_of(bytes.to_vec()));
        let mut texts = lock(&self.known.texts);
        if texts.bytes > KEPT_BYTES {
            *texts = Texts::default();
        }
        texts.bytes += text.as_ref().map_or(0, |text| text.len());
        texts.kept.insert(object, text.clone());
        text
    }

    fn file(&self, path: &str) -> Option<&VersionFile> {
        let files = self.listed.version.files();
        files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &files[at])
    }

    /// Contents that hold a word, as the index and a look at what it leaves open say; `None` when it can't say.
    fn holding(&self, word: &str) -> Option<HashSet<ObjectHash>> {
        if !word.is_ascii() {
            return None;
        }
        let query = TextQuery { text: word.to_owned(), regex: false, word: false, case_sensitive: true };
        let pattern = Pattern::new(&query).ok().filter(Pattern::can_use_index)?;
        let listed = self.workspace.listed(&self.listed.manifest).ok()?;
        let indexed = self.workspace.text_index(&self.project.id).current();
        let placed = listed.placed(&indexed);
        if indexed.contents() == 0 {
            return None;
        }
        let contents = self.workspace.contents_of(self.project);
        let mut found = HashSet::new();
        let searching = TextSearch {
            files: &listed.files,
            pattern: &pattern,
            globs: &Globs::default(),
            index: Some((&*indexed, &*placed)),
            contents: &contents,
            reporting: Reporting::default(),
            cancel: &self.cancel,
        };
        let searched = searching.run(|hits, _| {
            found.extend(hits.map(|hits| hits.hash));
            ControlFlow::Continue(())
        });
        (searched.indexed && !self.cancel.load(Ordering::Relaxed)).then_some(found)
    }
}

impl lectern_refactor::Project for VersionTexts<'_> {
    fn paths(&self) -> &[String] {
        self.paths.as_ref().unwrap_or(&self.listed.paths)
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        if let Some(overlaid) = self.overlay.get(path) {
            return overlaid.as_ref()?.text.clone();
        }
        let file = self.file(path)?;
        if file.size > SMALL_LIMIT { None } else { self.text_of(file.object) }
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        match self.overlay.get(path) {
            Some(overlaid) => overlaid.as_ref().map(|file| file.object),
            None => self.file(path).map(|file| file.object),
        }
    }

    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let recorded = |file: &&VersionFile| wanted(&file.path) && !self.overlay.contains_key(&file.path);
        let files: Vec<&VersionFile> = self.listed.version.files().iter().filter(recorded).collect();
        let unread = {
            let texts = lock(&self.known.texts);
            files.iter().filter(|file| file.size <= SMALL_LIMIT && !texts.kept.contains_key(&file.object)).count()
        };
        let holding = if unread > FEW { self.holding(word) } else { None };
        let finder = memchr::memmem::Finder::new(word.as_bytes());
        let holds = |file: &&&VersionFile| {
            if self.cancel.load(Ordering::Relaxed) {
                return false;
            }
            let may = holding.as_ref().is_none_or(|holding| holding.contains(&file.object));
            may && lectern_refactor::Project::text(self, &file.path).is_some_and(|text| finder.find(text.as_bytes()).is_some())
        };
        let mut found: Vec<String> = files.par_iter().filter(holds).map(|file| file.path.clone()).collect();
        let text = |file: &Option<Overlaid>| file.as_ref().and_then(|file| file.text.clone());
        let overlaid = self.overlay.iter().filter(|(path, _)| wanted(path));
        let before = found.len();
        found.extend(
            overlaid
                .filter(|(_, file)| text(file).is_some_and(|text| finder.find(text.as_bytes()).is_some()))
                .map(|(path, _)| path.clone()),
        );
        if found.len() > before {
            found.sort_unstable();
        }
        found
    }

    fn memo(&self) -> &Memo {
        &self.known.memo
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// Bytes as a text, if they are one.
pub(super) fn text_of(bytes: Vec<u8>) -> Option<Arc<str>> {
    if bytes.len() as u64 > SMALL_LIMIT || looks_binary(&bytes) { None } else { Some(decode(bytes).text.into()) }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
