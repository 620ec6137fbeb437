//! The code that citations stand for. Pages are long: their citations are read once and kept.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lectern_ai::Citation;
use lectern_jobs::{Job, Status};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{Document, LoadedFile};
use lectern_store::Timestamp;
use serde::Deserialize;

use super::{from_a_newer, unknown_job, version};
use crate::{
    Workspace,
    comparing::{coloured_lines, coloured_ranges},
    view::{CitedCode, CitedLines, Failure},
};

/// More lines of one citation are not shown at once.
const MOST_LINES: u32 = 60;
/// So many citations are shown at once.
const MOST_AT_ONCE: usize = 200;
/// Pages whose citations are kept.
const KEPT_PAGES: usize = 6;

/// Citations by their numbers.
type Citations = HashMap<u32, Citation>;

/// When the page was written that citations are of: another one is read anew.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    job_id: String,
    status: Status,
    updated_at: Timestamp,
}

impl Stamp {
    fn of(job: &Job) -> Self {
        Self { job_id: job.id.clone(), status: job.status, updated_at: job.updated_at }
    }
}

/// The citations of the pages that were looked at last, the latest first.
#[derive(Default)]
pub(super) struct KeptCitations(Mutex<VecDeque<(Stamp, Arc<Citations>)>>);

impl KeptCitations {
    fn get(&self, stamp: &Stamp) -> Option<Arc<Citations>> {
        self.lock().iter().find(|(of, _)| of == stamp).map(|(_, citations)| Arc::clone(citations))
    }

    fn keep(&self, stamp: Stamp, citations: &Arc<Citations>) {
        let mut kept = self.lock();
        kept.retain(|(of, _)| of.job_id != stamp.job_id);
        kept.push_front((stamp, Arc::clone(citations)));
        kept.truncate(KEPT_PAGES);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Stamp, Arc<Citations>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of a page only what it cites.
#[derive(Deserialize)]
struct CitedPage {
    format: u32,
    citations: Vec<Citation>,
}

impl Workspace {
    /// The lines that a citation of a page stands for, proven by the hash of their contents.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NO_PAGE`, `UNKNOWN_CITATION`, `CONTENTS_LOST`.
    pub fn cited_code(self: &Arc<Self>, job_id: &str, citation: u32) -> Result<CitedCode, Failure> {
        let job = self.users_job(job_id)?;
        let citations = self.citations_of(&job)?;
        let cited = citations.get(&citation).cloned().ok_or_else(|| Failure::new("UNKNOWN_CITATION", "this page has no such citation"))?;
        let project = self.project(&job.project_id)?;
        let object: ObjectHash = cited.object.parse().map_err(|_| from_a_newer())?;
        let document = self.cited_document(&project, &cited.path, &object).ok_or_else(|| {
            Failure::new("CONTENTS_LOST", format!("the contents of {} as of v{} were not kept", cited.path, cited.version))
                .hint("Ask for the page again, from the files as they are now.")
        })?;
        let last = last_shown(&cited);
        let lines = coloured_lines(document, cited.line_start, last);
        let current = version::is_in_folder(&project, &cited.path, &object);
        Ok(CitedCode {
            more: cited.line_end - last,
            path: cited.path,
            line_start: cited.line_start,
            line_end: cited.line_end,
            version: cited.version,
            lines,
            current,
        })
    }

    /// The first lines of several citations of a page, each file read once. Those that are not there, or whose contents are lost, are left out, and so
    /// are more than 200.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NO_PAGE`.
    pub fn cited_lines(self: &Arc<Self>, job_id: &str, citations: &[u32]) -> Result<Vec<CitedLines>, Failure> {
        let job = self.users_job(job_id)?;
        let known = self.citations_of(&job)?;
        let project = self.project(&job.project_id)?;
        let mut files: HashMap<(&str, &str), Vec<&Citation>> = HashMap::new();
        for cited in citations.iter().take(MOST_AT_ONCE).filter_map(|id| known.get(id)) {
            files.entry((&cited.path, &cited.object)).or_default().push(cited);
        }
        let mut found = Vec::new();
        for ((path, object), cited) in files {
            let document = object.parse().ok().and_then(|object| self.cited_document(&project, path, &object));
            let Some(document) = document else { continue };
            let ranges: Vec<(u32, u32)> = cited.iter().map(|cited| (cited.line_start, last_shown(cited))).collect();
            let lines = coloured_ranges(document, &ranges);
            found.extend(cited.iter().zip(lines).map(|(cited, lines)| CitedLines { citation: cited.id, lines }));
        }
        Ok(found)
    }

    /// What a page cites, read from it once for as long as it does not change.
    fn citations_of(&self, job: &Job) -> Result<Arc<Citations>, Failure> {
        if let Some(kept) = self.ai.cited.get(&Stamp::of(job)) {
            return Ok(kept);
        }
        let full = self.ai.queue.job_full(&job.user_id, &job.id)?.ok_or_else(unknown_job)?;
        let json = full.result.or(full.draft).ok_or_else(|| Failure::new("NO_PAGE", "nothing of this page is written yet"))?;
        let page: CitedPage = serde_json::from_str(&json).map_err(|_| from_a_newer())?;
        if page.format > lectern_ai::PAGE_FORMAT {
            return Err(from_a_newer());
        }
        let citations = Arc::new(page.citations.into_iter().map(|cited| (cited.id, cited)).collect());
        self.ai.cited.keep(Stamp::of(&full.job), &citations);
        Ok(citations)
    }

    fn cited_document(&self, project: &Project, path: &str, object: &ObjectHash) -> Option<Document> {
        let bytes = version::contents(&self.objects, project, path, object)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        Document::open(name, LoadedFile::Memory(bytes)).ok()
    }
}

fn last_shown(cited: &Citation) -> u32 {
    cited.line_end.min(cited.line_start.saturating_add(MOST_LINES - 1))
}
