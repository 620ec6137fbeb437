//! The texts of a recorded version, as engines read them; what was decoded and bound stays for the next question.

use std::{
    collections::{HashMap, HashSet},
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
use lectern_refactor::Memo;
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
    /// A file that differs from the version: its bytes are those of the folder.
    overlay: Option<(String, ObjectHash, Option<Arc<str>>)>,
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
        Ok(VersionTexts { workspace: self, project, known, listed, cancel, overlay: None })
    }
}

impl VersionTexts<'_> {
    /// The version.
    pub fn manifest(&self) -> &Manifest {
        &self.listed.manifest
    }

    /// The same with other bytes in one file.
    pub fn with(mut self, path: &str, bytes: Vec<u8>) -> Self {
        let object = ObjectHash::of(&bytes);
        self.overlay = Some((path.to_owned(), object, text_of(bytes)));
        self
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
        &self.listed.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        if let Some((overlaid, _, text)) = &self.overlay
            && overlaid == path
        {
            return text.clone();
        }
        let file = self.file(path)?;
        if file.size > SMALL_LIMIT { None } else { self.text_of(file.object) }
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        match &self.overlay {
            Some((overlaid, object, _)) if overlaid == path => Some(*object),
            _ => self.file(path).map(|file| file.object),
        }
    }

    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let files: Vec<&VersionFile> = self.listed.version.files().iter().filter(|file| wanted(&file.path)).collect();
        let unread = {
            let texts = lock(&self.known.texts);
            files.iter().filter(|file| file.size <= SMALL_LIMIT && !texts.kept.contains_key(&file.object)).count()
        };
        let holding = if unread > FEW { self.holding(word) } else { None };
        let finder = memchr::memmem::Finder::new(word.as_bytes());
        let overlaid = self.overlay.as_ref().map(|(path, ..)| path.as_str());
        let holds = |file: &&&VersionFile| {
            if self.cancel.load(Ordering::Relaxed) {
                return false;
            }
            let may = overlaid == Some(file.path.as_str()) || holding.as_ref().is_none_or(|holding| holding.contains(&file.object));
            may && lectern_refactor::Project::text(self, &file.path).is_some_and(|text| finder.find(text.as_bytes()).is_some())
        };
        files.par_iter().filter(holds).map(|file| file.path.clone()).collect()
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
