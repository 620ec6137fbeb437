//! The timeline of a project: its versions and what the user says of them.

use std::{collections::HashMap, path::Path};

use lectern_journal::JournalStatus;
use lectern_projects::{Project, ProjectId};
use lectern_sync::{History, SyncError, Timeline, VersionRow, describe_changes, latest_before, set_label, set_pinned, timeline};

use crate::{
    Workspace,
    syncing::{count, unknown_version},
    view::{Failure, VersionCard, VersionPage},
};

/// The most versions of one page.
const LONGEST_PAGE: u32 = 500;
/// In characters.
const LONGEST_LABEL: usize = 200;
/// Versions from before there was a timeline are looked at when they are first shown, so many of a page at a time.
const DESCRIBED_AT_ONCE: usize = 20;

impl Workspace {
    /// Up to `limit` (at most 500) versions older than `before` (the newest ones when `None`), newest first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn versions(&self, project_id: &str, before: Option<u32>, limit: u32) -> Result<VersionPage, Failure> {
        let project = self.project(project_id)?;
        self.version_page(&project, before, limit)
    }

    /// Names a version; an empty label takes the name away. Spaces around it don't count.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `BAD_LABEL` beyond 200 characters or with line breaks and the like.
    pub fn label_version(&self, project_id: &str, version: u32, label: &str) -> Result<VersionCard, Failure> {
        let project = self.project(project_id)?;
        let label = label.trim();
        let bad = |message: &str| Failure::new("BAD_LABEL", message).hint("Shorten it, or write it as one line.");
        if label.chars().count() > LONGEST_LABEL {
            return Err(bad("a label has at most 200 characters"));
        }
        if label.chars().any(char::is_control) {
            return Err(bad("a label is one line of text"));
        }
        let found = set_label(&self.store, project.id.as_str(), version, label)?;
        self.version_card(&project, version, found)
    }

    /// Pins a version, or lets it go. A pinned one is never thinned out.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`.
    pub fn pin_version(&self, project_id: &str, version: u32, pinned: bool) -> Result<VersionCard, Failure> {
        let project = self.project(project_id)?;
        let found = set_pinned(&self.store, project.id.as_str(), version, pinned.then(|| self.clock.now()))?;
        self.version_card(&project, version, found)
    }

    /// All versions of the project at a folder, newest first. For headless commands.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`.
    pub fn versions_at(&self, path: &Path) -> Result<Vec<VersionCard>, Failure> {
        let project = self.project_at(path)?;
        let mut versions = Vec::new();
        loop {
            let before = versions.last().map(|card: &VersionCard| card.version);
            let page = self.version_page(&project, before, LONGEST_PAGE)?;
            versions.extend(page.versions);
            if !page.more {
                return Ok(versions);
            }
        }
    }

    /// The id of the user's project at a folder. For headless commands.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`.
    pub fn project_id_at(&self, path: &Path) -> Result<String, Failure> {
        Ok(self.project_at(path)?.id.as_str().to_owned())
    }

    pub(crate) fn version_page(&self, project: &Project, before: Option<u32>, limit: u32) -> Result<VersionPage, Failure> {
        let page = timeline(&self.store, project.id.as_str(), before, limit.clamp(1, LONGEST_PAGE))?;
        let (total, more) = (page.total, page.more);
        Ok(VersionPage { versions: self.cards(project, page)?, total, more })
    }

    /// A version that was just changed, as the timeline has it now.
    fn version_card(&self, project: &Project, version: u32, found: bool) -> Result<VersionCard, Failure> {
        let missing = || unknown_version(Some(version));
        if !found {
            return Err(missing());
        }
        self.events.versions_changed(project.id.as_str());
        let page = timeline(&self.store, project.id.as_str(), version.checked_add(1), 1)?;
        self.cards(project, page)?.into_iter().find(|card| card.version == version).ok_or_else(missing)
    }

    fn cards(&self, project: &Project, page: Timeline) -> Result<Vec<VersionCard>, Failure> {
        let Timeline { mut versions, commit_before, .. } = page;
        for row in versions.iter_mut().filter(|row| !row.changes.is_known()).take(DESCRIBED_AT_ONCE) {
            match describe_changes(&self.store, project.id.as_str(), row.version) {
                Ok(Some(changes)) => row.changes = changes,
                // Verifying says what is wrong with it; the timeline shows what is known.
                Ok(None) | Err(SyncError::Damaged(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        let mut older = versions.iter().skip(1).map(|row| row.commit.clone()).collect::<Vec<_>>();
        older.push(commit_before);
        let moved: Vec<bool> = versions.iter().zip(&older).map(|(row, older)| row.commit.is_some() && row.commit != *older).collect();
        let history = if moved.contains(&true) { History::open(&project.root) } else { None };
        let undo_points = self.undo_points(project)?;
        let mut summaries: HashMap<String, Option<String>> = HashMap::new();
        let cards = versions.into_iter().zip(moved).map(|(row, moved)| {
            let commit = row.commit.clone().filter(|_| moved);
            let commit_summary = commit
                .zip(history.as_ref())
                .and_then(|(commit, history)| summaries.entry(commit).or_insert_with_key(|commit| history.summary(commit)).clone());
            let undo_point = undo_points.get(&row.version).cloned();
            card(row, commit_summary, undo_point)
        });
        Ok(cards.collect())
    }

    /// Versions that hold the tree as it was before something was written to it, with what that was: everything that is written as a whole
    /// records the folder first, so that is the latest version from before the journal.
    fn undo_points(&self, project: &Project) -> Result<HashMap<u32, String>, Failure> {
        let mut points = HashMap::new();
        // Newest first: of several after one version the first one stands there.
        for (journal, title) in self.written(&project.id)? {
            if let Some((_, version)) = latest_before(&self.store, project.id.as_str(), &journal)? {
                points.insert(version, title);
            }
        }
        Ok(points)
    }

    /// What was written to a project's folder as a whole, newest first, at most 200: id and title.
    pub(crate) fn written(&self, project: &ProjectId) -> Result<Vec<(String, String)>, Failure> {
        let journals = self.journal.list(project.as_str(), 200)?;
        let is_done = |status| matches!(status, JournalStatus::Applied | JournalStatus::Undone);
        Ok(journals.into_iter().filter(|entry| is_done(entry.status)).map(|entry| (entry.id, entry.title)).collect())
    }
}

fn card(row: VersionRow, commit_summary: Option<String>, undo_point: Option<String>) -> VersionCard {
    VersionCard {
        id: row.id,
        version: row.version,
        created_at: row.created_at.to_string(),
        hash: row.hash,
        trigger: row.trigger.as_str().to_owned(),
        label: row.label,
        pinned: row.pinned_at.is_some(),
        branch: row.branch,
        commit: row.commit,
        commit_summary,
        files: count(row.files),
        bytes: row.bytes.to_string(),
        added: count(row.changes.added),
        changed: count(row.changes.changed),
        removed: count(row.changes.removed),
        paths: row.changes.paths,
        verified_at: row.verified_at.map(|time| time.to_string()),
        undo_point,
    }
}
