//! The text that an imported thread was written about: in the commit or version that it names, if its lines are there.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use lectern_anchor::{LineRange, Method, Quote, Text};
use lectern_comments::{
    Event, Origin, OriginText, Place, State, ThreadAnchor,
    exchange::{ExchangeEvent, KnownPlace, Wanted, WantedPlace},
};
use lectern_history::{HistoryError, Oid, Repo};
use lectern_objects::{ObjectHash, Packed};
use lectern_projects::{Project, open_repository};
use lectern_reader::{SMALL_LIMIT, decode, looks_binary};
use lectern_store::Timestamp;
use lectern_sync::{Manifest, RepoPath, latest_manifest, lookup};

use super::notes::{below_prefix, prefix_of};
use crate::{Workspace, view::Failure};

/// More lines than an origin keeps before and after its own.
const AROUND: u32 = 16;
/// Texts that were looked at are kept up to so many bytes: threads come by file.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// Why a thread has no place in the project.
pub enum Unplaced {
    /// It is about another part of the repository.
    Elsewhere,
    /// Why, as a sentence without its full stop.
    Problem(String),
}

/// A file as it was somewhere.
#[derive(Clone)]
struct Found {
    object: ObjectHash,
    /// `None` of what is not shown as one text.
    text: Option<Arc<Lines>>,
}

/// A text that many threads may be about.
struct Lines {
    text: Text,
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
}

impl Lines {
    fn new(path: &str, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text: Text::new(path, text), starts }
    }

    /// A part of the text that has some lines and all that an origin keeps around them, and how many lines are before it: so that an origin costs no
    /// more in a long file than in a short one.
    fn around(&self, range: LineRange) -> (&str, u32) {
        let first = range.start().saturating_sub(AROUND + 1);
        let at = |line: u32| self.starts.get(line as usize).copied().unwrap_or(self.text.text().len());
        (&self.text.text()[at(first)..at(range.end().saturating_add(AROUND))], first)
    }
}

/// Where texts are looked for.
pub struct Origins<'a> {
    workspace: &'a Workspace,
    repo: Option<Repo>,
    /// The project's folder, from the top of the repository.
    prefix: Vec<u8>,
    latest: Option<Manifest>,
    /// What the latest version has at paths that were looked at.
    latest_objects: HashMap<String, Option<ObjectHash>>,
    looked_at: HashMap<(Option<Oid>, String), Option<Found>>,
    looked_at_bytes: usize,
    /// The bytes of texts of commits, until an origin names them.
    unused: HashMap<ObjectHash, Vec<u8>>,
    /// Those that origins name, to be kept among the objects.
    used: BTreeMap<ObjectHash, Packed>,
}

impl<'a> Origins<'a> {
    /// # Errors
    /// What the database says. A repository that can't be read counts as none.
    pub fn new(workspace: &'a Workspace, project: &Project) -> Result<Self, Failure> {
        let repository =
            if project.root.is_dir() { open_repository(&project.root).map_err(HistoryError::from).ok().flatten() } else { None };
        let prefix = repository.as_ref().map(|repository| prefix_of(project, repository)).unwrap_or_default();
        Ok(Self {
            workspace,
            repo: repository.and_then(|repository| Repo::new(repository, &project.root).ok()),
            prefix,
            latest: latest_manifest(&workspace.store, project.id.as_str())?,
            latest_objects: HashMap::new(),
            looked_at: HashMap::new(),
            looked_at_bytes: 0,
            unused: HashMap::new(),
            used: BTreeMap::new(),
        })
    }

    /// What a thread is about. A thread whose lines are nowhere is outdated until it is followed; nothing is taken for its lines that is not.
    pub fn find(&mut self, wanted: &Wanted, created_at: Timestamp) -> Result<KnownPlace, Unplaced> {
        let mut last = None;
        for place in &wanted.places {
            let path = self.path_in_project(wanted, place)?;
            let at = Place { path, line_start: place.line_start, line_end: place.line_end };
            if at.is_project() {
                let origin = Origin { commit: place.commit.clone(), ..Origin::new(&at, None) };
                return Ok(known(at, State::Exact, ThreadAnchor::at_origin(&origin), origin, created_at));
            }
            if let Some(found) = self.at(wanted, place, &at) {
                return Ok(self.with_state(found, at, created_at));
            }
            last.get_or_insert(at);
        }
        let Some(at) = last else { return Err(Unplaced::Problem("it names no place".to_owned())) };
        if wanted.needs_file {
            self.refuse_what_is_not_there(&at, wanted.quote.is_some())?;
        }
        let mut origin = Origin::new(&at, None);
        if let Some(quote) = &wanted.quote {
            (origin.quote, origin.prefix, origin.suffix) = (quote.quote.clone(), quote.prefix.clone(), quote.suffix.clone());
        }
        Ok(known(at, State::Outdated, nowhere(&origin), origin, created_at))
    }

    /// Puts the texts of commits that origins name among the objects.
    ///
    /// # Errors
    /// What the store of objects says.
    pub fn keep_texts(&mut self) -> Result<(), Failure> {
        let used = std::mem::take(&mut self.used);
        Ok(self.workspace.objects.put_many(used.into_values().collect())?)
    }

    fn path_in_project(&mut self, wanted: &Wanted, place: &WantedPlace) -> Result<String, Unplaced> {
        let below = below_prefix(&self.prefix, &place.path).map(str::to_owned);
        if wanted.from_top {
            return below.ok_or(Unplaced::Elsewhere);
        }
        // A tool that ran at the top of the repository names files from there.
        match below.filter(|below| *below != place.path) {
            Some(below) if self.in_latest(&place.path).is_none() && self.in_latest(&below).is_some() => Ok(below),
            _ => Ok(place.path.clone()),
        }
    }

    /// The origin at a place, if the lines are there.
    fn at(&mut self, wanted: &Wanted, place: &WantedPlace, at: &Place) -> Option<Origin> {
        let commit = match &place.commit {
            Some(name) => Some(self.commit(name, place.before)?),
            None => None,
        };
        let found = match commit {
            Some(commit) => self.in_commit(commit, &at.path)?,
            None => self.in_latest(&at.path)?,
        };
        let mut origin = match at.range() {
            Some(range) => {
                let lines = found.text.as_ref()?;
                let quoted = wanted.quote.as_ref().filter(|quote| !quote.quote.is_empty());
                let agrees = match quoted {
                    Some(quote) => quote.is_at(&lines.text, range),
                    // Numbers alone say nothing of a text that may be another one.
                    None => commit.is_some() || wanted.needs_file,
                };
                if !agrees || range.end() as usize > lines.text.line_count() {
                    return None;
                }
                origin_of_lines(&found, lines, at, range)
            }
            None => Origin::new(at, Some(OriginText { object: found.object, text: None })),
        };
        match (commit, &self.latest) {
            (Some(commit), _) => {
                if let Some(bytes) = self.unused.remove(&found.object) {
                    self.used.insert(found.object, Packed::with_hash(found.object, &bytes));
                }
                origin.commit = Some(commit.to_string());
            }
            (None, Some(latest)) => (origin.manifest_id, origin.version) = (Some(latest.id.clone()), Some(latest.version)),
            (None, None) => {}
        }
        Some(origin)
    }

    fn with_state(&mut self, origin: Origin, at: Place, created_at: Timestamp) -> KnownPlace {
        let is_now = self.in_latest(&at.path).is_some_and(|now| Some(now.object) == origin.object);
        let version = self.latest.as_ref().map(|latest| latest.version);
        if is_now {
            return known(at, State::Exact, ThreadAnchor { version, ..ThreadAnchor::at_origin(&origin) }, origin, created_at);
        }
        known(at, State::Outdated, nowhere(&origin), origin, created_at)
    }

    fn refuse_what_is_not_there(&mut self, at: &Place, is_quoted: bool) -> Result<(), Unplaced> {
        let problem = |why: String| Err(Unplaced::Problem(why));
        let Some(found) = self.in_latest(&at.path) else {
            return problem(format!("“{}” is not a file of the project's latest version", at.path));
        };
        match found.text {
            _ if is_quoted => Ok(()),
            Some(lines) => {
                problem(format!("“{}” has {} lines, not {} to {}", at.path, lines.text.line_count(), at.line_start, at.line_end))
            }
            None => problem(format!("“{}” is not a text", at.path)),
        }
    }

    /// By its name, or the one before it.
    fn commit(&self, name: &str, before: bool) -> Option<Oid> {
        let repo = self.repo.as_ref()?;
        let commit = repo.find(name.trim()).ok()?;
        if before { repo.commit(commit).ok()?.parents.first().copied() } else { Some(commit) }
    }

    /// Whether a commit has some lines at their place.
    pub fn has_lines(&mut self, commit: Oid, path: &str, quote: &Quote, range: LineRange) -> bool {
        self.in_commit(commit, path).and_then(|found| found.text).is_some_and(|lines| quote.is_at(&lines.text, range))
    }

    fn in_commit(&mut self, commit: Oid, path: &str) -> Option<Found> {
        self.look(Some(commit), path, |origins, key| {
            let repo = origins.repo.as_ref()?;
            let entry = repo.entry_at(commit, key.as_bytes()).ok().flatten().filter(|entry| entry.is_file())?;
            repo.blob(entry.id, usize::try_from(SMALL_LIMIT).unwrap_or(usize::MAX))
        })
    }

    fn in_latest(&mut self, path: &str) -> Option<Found> {
        let object = match self.latest_objects.get(path) {
            Some(known) => *known,
            None => {
                let object = self.object_in_latest(path);
                self.latest_objects.insert(path.to_owned(), object);
                object
            }
        }?;
        let found = self.look(None, path, |origins, _| origins.workspace.objects.get(&object).ok().flatten());
        // A file that is too large to be kept is there all the same.
        Some(found.unwrap_or(Found { object, text: None }))
    }

    fn object_in_latest(&self, path: &str) -> Option<ObjectHash> {
        let key = RepoPath::from_key(path).ok()?;
        lookup(&self.workspace.store, self.latest.as_ref()?, &key).ok().flatten()?.content.object()
    }

    fn look(&mut self, commit: Option<Oid>, path: &str, read: impl FnOnce(&Self, &RepoPath) -> Option<Vec<u8>>) -> Option<Found> {
        let name = (commit, path.to_owned());
        if let Some(known) = self.looked_at.get(&name) {
            return known.clone();
        }
        let bytes = RepoPath::from_key(path).ok().and_then(|key| read(self, &key));
        let found = bytes.map(|bytes| {
            self.looked_at_bytes += bytes.len();
            let object = ObjectHash::of(&bytes);
            let is_text = bytes.len() as u64 <= SMALL_LIMIT && !looks_binary(&bytes);
            if commit.is_some() && is_text && !self.used.contains_key(&object) {
                self.unused.insert(object, bytes.clone());
            }
            Found { object, text: is_text.then(|| Arc::new(Lines::new(path, decode(bytes).text))) }
        });
        if self.looked_at_bytes > KEPT_BYTES {
            self.looked_at.clear();
            self.unused.clear();
            self.looked_at_bytes = 0;
        }
        self.looked_at.insert(name, found.clone());
        found
    }
}

fn origin_of_lines(found: &Found, lines: &Lines, at: &Place, range: LineRange) -> Origin {
    let (text, before) = lines.around(range);
    let there = Place { path: at.path.clone(), line_start: range.start() - before, line_end: range.end() - before };
    let origin = Origin::new(&there, Some(OriginText { object: found.object, text: Some(text) }));
    Origin { line_start: range.start(), line_end: range.end(), ..origin }
}

fn known(place: Place, state: State, anchor: ThreadAnchor, origin: Origin, created_at: Timestamp) -> KnownPlace {
    let first =
        ExchangeEvent { event: Event::Created, place: place.clone(), state, origin: origin.clone(), anchor: anchor.clone(), created_at };
    KnownPlace { place, state, origin, anchor, history: vec![first] }
}

/// Of a thread that was not followed yet.
fn nowhere(origin: &Origin) -> ThreadAnchor {
    ThreadAnchor { confidence: 0.0, method: Method::None.name().to_owned(), object: None, version: None, ..ThreadAnchor::at_origin(origin) }
}
