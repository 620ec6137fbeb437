//! A project at a glance.

mod made_of;
mod measuring;

use std::time::{Duration, Instant};

use lectern_history::HistoryError;
use lectern_sync::{RepoPath, latest_manifest};

use crate::{
    Workspace,
    history::{find_repo, time},
    view::{AuthorPart, Failure, HotFile, ProjectActivity, ProjectOverview},
};

/// Weeks that are looked back.
const WEEKS: usize = 52;
/// Then git is not asked any further.
const LONGEST: Duration = Duration::from_secs(2);
impl Workspace {
    /// What a project is made of, from its latest version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn project_overview(&self, project_id: &str) -> Result<ProjectOverview, Failure> {
        let project = self.project(project_id)?;
        let Some(manifest) = latest_manifest(&self.store, project.id.as_str())? else { return Ok(empty()) };
        let overview = measuring::measure(&self.store, &manifest)?;
        let (dependencies, entry_points) = self.made_of(&project, &manifest, overview.candidates)?;
        Ok(ProjectOverview { dependencies, entry_points, ..overview.view })
    }

    /// What git tells about the last 52 weeks of a project; stops looking after two seconds.
    ///
    /// # Errors
    /// What keeps the repository from being read.
    pub fn project_activity(&self, project_id: &str) -> Result<ProjectActivity, Failure> {
        let project = self.project(project_id)?;
        let Some(repo) = find_repo(&project)? else { return Ok(quiet(false)) };
        let now = self.clock.now().millis() / 1000;
        let found = match lectern_history::activity(&repo, now, WEEKS, Instant::now() + LONGEST) {
            Ok(found) => found,
            // HEAD leads to what is not there: a repository without a life so far.
            Err(HistoryError::Missing(_)) => return Ok(quiet(true)),
            Err(other) => return Err(other.into()),
        };
        let hot = found.files.into_iter().filter_map(|file| {
            let path = RepoPath::new(file.path).ok()?.key();
            Some(HotFile { path, commits: file.commits, authors: file.authors, last_at: time(file.last) })
        });
        Ok(ProjectActivity {
            is_git: true,
            commits: found.commits,
            truncated: found.truncated,
            weeks: found.weeks,
            hot: hot.collect(),
            authors: found.authors.into_iter().map(|author| AuthorPart { name: author.name, commits: author.commits }).collect(),
            first_at: found.span.map(|(first, _)| time(first)),
            last_at: found.span.map(|(_, last)| time(last)),
        })
    }
}

fn empty() -> ProjectOverview {
    ProjectOverview {
        version: None,
        files: 0,
        bytes: "0".to_owned(),
        languages: Vec::new(),
        readme: None,
        directories: Vec::new(),
        largest: Vec::new(),
        dependencies: Vec::new(),
        entry_points: Vec::new(),
    }
}

fn quiet(is_git: bool) -> ProjectActivity {
    ProjectActivity {
        is_git,
        commits: 0,
        truncated: false,
        weeks: vec![0; WEEKS],
        hot: Vec::new(),
        authors: Vec::new(),
        first_at: None,
        last_at: None,
    }
}
