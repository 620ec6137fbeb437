//! Running a search, and telling how far it is.

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use lectern_projects::Project;
use lectern_search::text::{Contents, FileHits, Indexed, Placed, Reporting, Searched, TextFiles, TextSearch};
use lectern_sync::Manifest;

use super::Search;
use crate::{
    Workspace,
    syncing::count,
    view::{Failure, SearchState, SearchStatus},
};

/// The window is told at most twenty times a second.
const INTERVAL: Duration = Duration::from_millis(50);

/// The files of a version, and where they are in the index.
pub(crate) struct Listed {
    manifest: String,
    pub files: TextFiles,
    placed: Mutex<Option<Arc<Placed>>>,
}

impl Listed {
    /// Where the files are in the index as it is now.
    pub fn placed(&self, indexed: &Indexed) -> Arc<Placed> {
        let mut placed = self.placed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*placed {
            Some(known) if known.is_of(indexed) => Arc::clone(known),
            _ => Arc::clone(placed.insert(Arc::new(indexed.place(&self.files)))),
        }
    }
}

impl Workspace {
    /// The files of a version; kept until those of another are asked for.
    pub(crate) fn listed(&self, manifest: &Manifest) -> Result<Arc<Listed>, Failure> {
        let kept = self.searches.listed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.manifest == manifest.id) {
            return Ok(kept);
        }
        let files = TextFiles::of(&self.store, manifest)?;
        let listed = Arc::new(Listed { manifest: manifest.id.clone(), files, placed: Mutex::default() });
        *self.searches.listed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&listed));
        Ok(listed)
    }

    /// Where the contents of a project's files come from.
    pub(crate) fn contents_of(&self, project: &Project) -> Contents {
        Contents::new(Arc::clone(&self.objects), Some(&project.root))
    }

    /// Looks through the files of a search.
    pub(super) fn search_files(
        &self,
        search: &Search,
        reporting: Reporting,
        each: impl FnMut(Option<FileHits>, &Searched) -> ControlFlow<()>,
    ) -> Result<Searched, Failure> {
        let Some(manifest) = &search.manifest else { return Ok(Searched::default()) };
        let listed = self.listed(manifest)?;
        let indexed = search.pattern.can_use_index().then(|| self.text_index(&search.project.id).current());
        let placed = indexed.as_ref().map(|indexed| listed.placed(indexed));
        let index = indexed.as_deref().zip(placed.as_deref());
        let contents = self.contents_of(&search.project);
        let searching = TextSearch {
            files: &listed.files,
            pattern: &search.pattern,
            globs: &search.globs,
            index,
            contents: &contents,
            reporting,
            cancel: &search.cancel,
        };
        let searched = searching.run(each);
        if indexed.is_some_and(|indexed| indexed.is_damaged()) {
            self.index_soon(search.project.id.as_str());
        }
        Ok(searched)
    }

    /// Runs a search to its end. On a thread of its own.
    pub(super) fn run_search(&self, search: &Search) {
        let with_gaps = search.options.context > 0;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            // An empty query would match every line of every file.
            if search.options.query.is_empty() {
                return Ok(Searched::default());
            }
            if let Some(at) = &search.at
                && self.search_meaning(search, at)?
            {
                return Ok(Searched::default());
            }
            self.search_files(search, search.reporting(), |found, searched| {
                if !self.is_signed_in(&search.user) {
                    search.cancel.store(true, Ordering::Relaxed);
                    return ControlFlow::Break(());
                }
                let told = {
                    let mut progress = search.lock();
                    progress.searched = *searched;
                    if let Some(found) = found {
                        progress.truncated |= !progress.kept.add(found, with_gaps);
                        search.changed.notify_all();
                    }
                    if progress.truncated {
                        return ControlFlow::Break(());
                    }
                    let due = progress.told.unwrap_or(search.began).elapsed() >= INTERVAL;
                    due.then(|| {
                        progress.told = Some(Instant::now());
                        search.state(&progress)
                    })
                };
                if let Some(state) = told {
                    self.tell_search(search, state);
                }
                ControlFlow::Continue(())
            })
        }));
        let state = {
            let mut progress = search.lock();
            let status = match ran {
                Ok(Ok(searched)) => {
                    progress.searched = searched;
                    if search.cancel.load(Ordering::Relaxed) { SearchStatus::Cancelled } else { SearchStatus::Done }
                }
                Ok(Err(failure)) => {
                    progress.failure = Some(failure);
                    SearchStatus::Failed
                }
                Err(_) => {
                    progress.failure = Some(Failure::internal("the search ended in a defect of Lectern"));
                    SearchStatus::Failed
                }
            };
            progress.end = Some((status, millis(search.began)));
            search.changed.notify_all();
            search.state(&progress)
        };
        self.tell_search(search, state);
    }

    /// Tells the window, unless somebody else is signed in by now. Also while it is locked: these are counts.
    pub(super) fn tell_search(&self, search: &Search, state: SearchState) {
        if self.is_signed_in(&search.user) {
            self.events.search_changed(state);
        }
    }
}

pub(super) fn millis(began: Instant) -> u32 {
    count(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX))
}
