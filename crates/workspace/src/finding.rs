//! Files and symbols by name.

mod kept;
mod outline;
mod paths;
mod symbols;
mod texts;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_search::{CacheError, FillError, FoundPaths, Place, SymbolCache};
use lectern_sync::{Manifest, RepoPath, latest_manifest};

use crate::{
    Workspace,
    syncing::count,
    view::{Definitions, Failure, FoundFile, FoundFiles, FoundSymbol, FoundSymbols, IndexPart, SymbolPlace},
};
use kept::Kept;
pub use outline::outline_of_file;
use paths::ProjectPaths;
use symbols::{ProjectSymbols, Sources};
use texts::Texts;

/// Answers have no more places than this.
const MOST: u32 = 200;
/// A key press waits so long for symbols that are still being read.
const PATIENCE: Duration = Duration::from_millis(100);
/// The symbols of an older version are read for so long.
const OLDER_PATIENCE: Duration = Duration::from_millis(1500);

/// Lists of names that are kept from one key press to the next.
#[derive(Default)]
pub(crate) struct Finding {
    paths: Kept<ProjectPaths>,
    symbols: Kept<ProjectSymbols>,
    cache: Mutex<Option<Arc<SymbolCache>>>,
    /// Set when nobody will ask any more.
    stop: Arc<AtomicBool>,
}

impl Drop for Finding {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Workspace {
    /// The files of the latest version whose paths fit `query` best, at most `limit` (at most 200). Files named in `recent` (latest first) come before
    /// equals; an empty query gives those. Answers without the disk that the project is on.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn find_files(&self, project_id: &str, query: &str, recent: &[String], limit: u32) -> Result<FoundFiles, Failure> {
        let project = self.project(project_id)?;
        self.files_like(&project, query, recent, limit.min(MOST) as usize)
    }

    /// The same with as many files as there are, or `limit`. For headless commands.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn all_files_like(&self, project_id: &str, query: &str, limit: Option<u32>) -> Result<FoundFiles, Failure> {
        let project = self.project(project_id)?;
        self.files_like(&project, query, &[], limit.map_or(usize::MAX, |limit| limit as usize))
    }

    /// The symbols of the latest version whose names fit `query` best, at most `limit` (at most 200).
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn find_symbols(&self, project_id: &str, query: &str, limit: u32) -> Result<FoundSymbols, Failure> {
        let project = self.project(project_id)?;
        self.symbols_like(&project, query, limit.min(MOST) as usize, PATIENCE)
    }

    /// The same with as many symbols as there are, or `limit`, after all of them were read. For headless commands.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and the database's.
    pub fn all_symbols_like(
        &self,
        project_id: &str,
        query: &str,
        limit: Option<u32>,
        progress: &(dyn Fn(IndexPart) + Sync),
    ) -> Result<FoundSymbols, Failure> {
        let project = self.project(project_id)?;
        self.update_symbols(&project, &AtomicBool::new(false), progress)?;
        self.symbols_like(&project, query, limit.map_or(usize::MAX, |limit| limit as usize), Duration::ZERO)
    }

    /// Where `name`, read in the file at `from_path` (as of a version, or as it is now), is defined, as far as its spelling tells.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`.
    pub fn definitions(&self, project_id: &str, name: &str, from_path: &str, version: Option<u32>) -> Result<Definitions, Failure> {
        let project = self.project(project_id)?;
        let from = RepoPath::from_key(from_path)?;
        let nothing = |complete| Definitions { name: name.to_owned(), places: Vec::new(), truncated: false, by_name: true, complete };
        let latest = match version {
            Some(_) => Some(self.manifest(&project, version)?),
            None => latest_manifest(&self.store, project.id.as_str())?,
        };
        let Some(manifest) = latest else { return Ok(nothing(true)) };
        let (symbols, sources) = (self.finding.symbols.of(&project.id), self.symbol_sources()?);
        let (table, complete) = if self.is_latest(&project, &manifest)? {
            let known = symbols.known(&sources, &manifest, &self.finding.stop, PATIENCE);
            let Some(finder) = known.finder else { return Ok(nothing(false)) };
            (Arc::clone(finder.table()), known.complete)
        } else {
            let end = Instant::now() + OLDER_PATIENCE;
            symbols.of_version(&sources, &manifest, &|| Instant::now() >= end)?
        };
        let found = table.definitions(name, &from, MOST as usize);
        let mut texts = Texts::new(&self.objects, version.is_none().then_some(&project.root));
        let places = found.places.into_iter().map(|place| symbol_place(place, &mut texts)).collect();
        Ok(Definitions { places, truncated: found.truncated, ..nothing(complete) })
    }

    /// Brings the symbols of a project's latest version up to date; `progress` hears at most ten times a second how far it is, from any thread.
    ///
    /// # Errors
    /// `CANCELLED`, and the database's. What was read until then stays read.
    pub(crate) fn update_symbols(
        &self,
        project: &Project,
        cancel: &AtomicBool,
        progress: &(dyn Fn(IndexPart) + Sync),
    ) -> Result<IndexPart, Failure> {
        let symbols = self.finding.symbols.of(&project.id);
        symbols.update(&self.symbol_sources()?, project.id.as_str(), &|| cancel.load(Ordering::Relaxed), progress)
    }

    /// Lists the paths of a version, so that the first key press in quick open doesn't wait for that.
    pub(crate) fn prepare_files(&self, project: &Project, manifest: &Manifest) -> Result<(), Failure> {
        self.finding.paths.of(&project.id).of(&self.store, manifest)?;
        Ok(())
    }

    /// Forgets the symbols of contents that no version has any more. What can't be forgotten now is another time.
    pub(crate) fn forget_old_symbols(&self, cancel: &AtomicBool) -> Result<(), Failure> {
        let gone = |hashes: &[ObjectHash]| Ok::<_, Failure>(self.objects.contains_many(hashes)?.into_iter().map(|there| !there).collect());
        self.symbol_sources()?.cache.forget(gone, &|| cancel.load(Ordering::Relaxed))
    }

    fn files_like(&self, project: &Project, query: &str, recent: &[String], limit: usize) -> Result<FoundFiles, Failure> {
        let Some(manifest) = latest_manifest(&self.store, project.id.as_str())? else {
            return Ok(FoundFiles { files: Vec::new(), matched: 0, total: 0, version: None });
        };
        let open = self.finding.paths.of(&project.id).of(&self.store, &manifest)?;
        // A file that is open but in no version, or not a path at all, is no match.
        let recent: Vec<Vec<u8>> = recent.iter().filter_map(|key| Some(RepoPath::from_key(key).ok()?.as_bytes().to_vec())).collect();
        let FoundPaths { files, matched, total } = open.find(query, &recent, limit);
        let files = files.into_iter().map(|file| FoundFile { path: key_of(file.path), at: file.at, recent: file.recent });
        Ok(FoundFiles {
            files: files.collect(),
            matched: count(matched as u64),
            total: count(total as u64),
            version: Some(manifest.version),
        })
    }

    fn symbols_like(&self, project: &Project, query: &str, limit: usize, patience: Duration) -> Result<FoundSymbols, Failure> {
        let nothing = |version, complete| FoundSymbols { symbols: Vec::new(), matched: 0, total: 0, version, complete };
        let Some(manifest) = latest_manifest(&self.store, project.id.as_str())? else { return Ok(nothing(None, true)) };
        let symbols = self.finding.symbols.of(&project.id);
        let known = symbols.known(&self.symbol_sources()?, &manifest, &self.finding.stop, patience);
        let Some(finder) = known.finder else { return Ok(nothing(Some(manifest.version), false)) };
        let found = finder.find(query, limit);
        let (matched, total) = (count(found.matched as u64), count(found.total as u64));
        let symbols = found.symbols.into_iter().map(|found| FoundSymbol {
            kind: found.place.kind.as_str().to_owned(),
            path: found.place.path.key(),
            line: found.place.line,
            column: found.place.column,
            name: found.place.name,
            container: found.place.container,
            at: found.at,
        });
        Ok(FoundSymbols { symbols: symbols.collect(), matched, total, version: known.version, complete: known.complete })
    }

    fn is_latest(&self, project: &Project, manifest: &Manifest) -> Result<bool, Failure> {
        Ok(latest_manifest(&self.store, project.id.as_str())?.is_some_and(|latest| latest.id == manifest.id))
    }

    fn symbol_sources(&self) -> Result<Sources, Failure> {
        let mut cache = self.finding.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = match &*cache {
            Some(cache) => Arc::clone(cache),
            None => Arc::clone(cache.insert(Arc::new(SymbolCache::open(&self.data.search())?))),
        };
        Ok(Sources { store: Arc::clone(&self.store), objects: Arc::clone(&self.objects), cache })
    }
}

fn symbol_place(place: Place, texts: &mut Texts<'_>) -> SymbolPlace {
    SymbolPlace {
        text: texts.line(&place),
        path: place.path.key(),
        line: place.line,
        column: place.column,
        end_column: place.column.saturating_add(u32::from(place.width)),
        kind: place.kind.as_str().to_owned(),
        container: place.container,
    }
}

fn key_of(path: Vec<u8>) -> String {
    let lossy = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    RepoPath::new(path).map_or_else(|invalid| lossy(&invalid.0), |path| path.key())
}

impl From<FillError> for Failure {
    fn from(error: FillError) -> Self {
        match error {
            FillError::Objects(error) => error.into(),
        }
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Sqlite(error) => error.into(),
            CacheError::Io(error) => error.into(),
        }
    }
}
