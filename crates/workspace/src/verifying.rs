//! Whether versions are sound, and putting right what is not.

use std::{
    collections::{HashMap, HashSet},
    io::Read,
    path::Path,
};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::Root;
use lectern_sync::{
    Content, History, Manifest, Problem, ProblemKind, RepoPath, SyncError, folder_tree, heal_nodes, lookup, manifest_of, set_verified,
    share, verify_all, verify_version,
};

use crate::{
    Workspace,
    syncing::{count, unknown_version},
    tasks::{Task, Tell},
    view::{Failure, Verification, VerificationProblem},
};

/// Up to a thousand problems are named at a time, and what lies below a damaged directory shows only when that is put right.
const MOST_ROUNDS: usize = 20;

/// A verdict, and what was put right on the way to it.
struct Healed {
    verdict: lectern_sync::Verification,
    /// By path.
    healed: Vec<(Problem, Source)>,
}

/// Where the very same bytes were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Folder,
    Git,
    /// A directory that was built again from either.
    Built,
}

impl Source {
    fn as_sentence(self) -> &'static str {
        match self {
            Self::Folder => "It was put right from the folder; verify again.",
            Self::Git => "It was put right from git; verify again.",
            Self::Built => "It was built again from the folder or git; verify again.",
        }
    }
}

impl Workspace {
    /// Verifies a version (the latest when `None`), as a task: its manifest, every node and every kept object. What is damaged is put right from
    /// the folder or from git where the same bytes are; what is left is what is still wrong.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `UNKNOWN_PROJECT`, `CANCELLED`.
    pub fn verify_version(&self, task_id: &str, project_id: &str, version: Option<u32>, tell: Tell<'_>) -> Result<Verification, Failure> {
        let project = self.project(project_id)?;
        let task = self.task(task_id, tell);
        self.verify_project(&project, version, &task)
    }

    /// Verifies every version of a project, newest first, as one task; what they share is looked at once.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `CANCELLED`.
    pub fn verify_all(&self, task_id: &str, project_id: &str, tell: Tell<'_>) -> Result<Vec<Verification>, Failure> {
        let project = self.project(project_id)?;
        let task = self.task(task_id, tell);
        Ok(self.verify_and_heal(&project, Wanted::All, &task)?.into_iter().map(what_is_left).collect())
    }

    /// As [`Workspace::verify_version`], for the project at a folder and for scripts: whatever was found wrong is a problem, also what was put
    /// right, and only a version in which nothing was found is ok.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, `UNKNOWN_VERSION`.
    pub fn verify_path(&self, path: &Path, version: Option<u32>, tell: Tell<'_>) -> Result<Verification, Failure> {
        let project = self.project_at(path)?;
        let mut verdicts = self.verify_and_heal(&project, Wanted::One(version), &self.task("verify", tell))?;
        verdicts.pop().map(what_was_found).ok_or_else(|| unknown_version(version))
    }

    /// As [`Workspace::verify_path`], for every version, newest first.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`.
    pub fn verify_all_at(&self, path: &Path, tell: Tell<'_>) -> Result<Vec<Verification>, Failure> {
        let project = self.project_at(path)?;
        Ok(self.verify_and_heal(&project, Wanted::All, &self.task("verify", tell))?.into_iter().map(what_was_found).collect())
    }

    pub(crate) fn verify_project(&self, project: &Project, version: Option<u32>, task: &Task<'_>) -> Result<Verification, Failure> {
        let mut verdicts = self.verify_and_heal(project, Wanted::One(version), task)?;
        verdicts.pop().map(what_is_left).ok_or_else(|| unknown_version(version))
    }

    /// Verifies, heals what can be healed and verifies again, until nothing more can be.
    fn verify_and_heal(&self, project: &Project, wanted: Wanted, task: &Task<'_>) -> Result<Vec<Healed>, Failure> {
        // Nothing that is being looked at may be collected meanwhile.
        let _shared = share(&self.data.run())?;
        let look = || {
            let progress = |done, total| task.progress("Checking", done, total, 0);
            let (store, objects, id) = (&self.store, &self.objects, project.id.as_str());
            match wanted {
                Wanted::All => verify_all(store, objects, id, task.cancel(), &progress),
                Wanted::One(version) => {
                    Ok(verify_version(store, objects, id, version, task.cancel(), &progress)?.into_iter().collect::<Vec<_>>())
                }
            }
        };
        let mut verdicts = look()?;
        let mut healing = Healing::default();
        for _ in 0..MOST_ROUNDS {
            if verdicts.iter().all(lectern_sync::Verification::is_ok) {
                break;
            }
            if !self.heal(project, &verdicts, &mut healing, task)? {
                break;
            }
            verdicts = look()?;
        }
        let now = self.clock.now();
        let marks: Vec<_> = verdicts.iter().map(|verdict| (verdict.version, verdict.is_ok().then_some(now))).collect();
        set_verified(&self.store, project.id.as_str(), &marks)?;
        self.events.versions_changed(project.id.as_str());
        Ok(verdicts.into_iter().map(|verdict| healing.of(verdict)).collect())
    }

    /// Puts right what can be; whether anything was.
    fn heal(
        &self,
        project: &Project,
        verdicts: &[lectern_sync::Verification],
        healing: &mut Healing,
        task: &Task<'_>,
    ) -> Result<bool, Failure> {
        let root = Root::open(&project.root).ok();
        let history = History::open(&project.root);
        let mut present = None;
        let before = healing.sources.len();
        for verdict in verdicts.iter().filter(|verdict| !verdict.is_ok()) {
            let Ok(Some(manifest)) = manifest_of(&self.store, project.id.as_str(), verdict.version) else { continue };
            let nodes: Vec<Problem> =
                verdict.problems.iter().filter(|problem| is_node(problem) && healing.is_new(problem)).cloned().collect();
            if !nodes.is_empty() {
                task.progress("Putting right", 0, 0, 0);
                let present = present.get_or_insert_with(|| folder_tree(&project.root, task.cancel()).ok());
                for hash in heal_nodes(&self.store, &manifest, &nodes, present.as_ref(), history.as_ref())? {
                    healing.sources.insert(hash, Source::Built);
                }
            }
            for problem in &verdict.problems {
                if is_contents(problem) && healing.is_new(problem) {
                    if task.cancel().load(std::sync::atomic::Ordering::Relaxed) {
                        return Err(SyncError::Cancelled.into());
                    }
                    if let Some((bytes, source)) = self.same_bytes(&manifest, &problem.path, root.as_ref(), history.as_ref())
                        && let Ok(hash) = self.objects.heal(&bytes)
                    {
                        healing.sources.insert(hash, source);
                    }
                }
                healing.tried.extend(problem.hash);
                if !healing.met.entry(verdict.version).or_default().contains(problem) {
                    healing.met.entry(verdict.version).or_default().push(problem.clone());
                }
            }
        }
        Ok(healing.sources.len() > before)
    }

    /// The very bytes that a version names at a path: from the folder, where the file may not have changed since, else from git.
    pub(crate) fn same_bytes(
        &self,
        manifest: &Manifest,
        path: &RepoPath,
        root: Option<&Root>,
        history: Option<&History>,
    ) -> Option<(Vec<u8>, Source)> {
        let entry = lookup(&self.store, manifest, path).ok().flatten()?;
        let content = entry.content;
        let is_it = |bytes: &Vec<u8>| content.object() == Some(ObjectHash::of(bytes));
        let from_folder = root.and_then(|root| present_bytes(root, path, &content));
        if let Some(bytes) = from_folder.filter(is_it) {
            return Some((bytes, Source::Folder));
        }
        let commit = manifest.data.git.as_ref().and_then(|git| git.head.as_deref());
        let bytes = history?.contents(path, &content, commit).filter(is_it)?;
        Some((bytes, Source::Git))
    }
}

/// The bytes at a path of the folder now, when they could be those of `content`.
pub(crate) fn present_bytes(root: &Root, path: &RepoPath, content: &Content) -> Option<Vec<u8>> {
    if let Content::Symlink { .. } = content {
        return root.read_link(path.as_path()).ok().map(|target| target.into_os_string().into_encoded_bytes());
    }
    let file = root.open_file(path.as_path()).ok()?;
    if file.metadata().ok()?.len() != content.size() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(content.size()).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[derive(Clone, Copy)]
enum Wanted {
    All,
    /// The latest when `None`.
    One(Option<u32>),
}

/// What was tried and what came of it.
#[derive(Default)]
struct Healing {
    tried: HashSet<ObjectHash>,
    sources: HashMap<ObjectHash, Source>,
    /// All that was wrong with a version at any time.
    met: HashMap<u32, Vec<Problem>>,
}

impl Healing {
    fn is_new(&self, problem: &Problem) -> bool {
        problem.hash.is_some_and(|hash| !self.tried.contains(&hash) && !self.sources.contains_key(&hash))
    }

    fn of(&mut self, verdict: lectern_sync::Verification) -> Healed {
        let wrong: HashSet<Option<ObjectHash>> = verdict.problems.iter().map(|problem| problem.hash).collect();
        let met = self.met.remove(&verdict.version).unwrap_or_default();
        let mut healed: Vec<(Problem, Source)> = met
            .into_iter()
            .filter(|problem| !wrong.contains(&problem.hash))
            .filter_map(|problem| Some((self.sources.get(&problem.hash?).copied()?, problem)))
            .map(|(source, problem)| (problem, source))
            .collect();
        healed.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        Healed { verdict, healed }
    }
}

fn is_node(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::MissingNode | ProblemKind::NodeMismatch)
}

fn is_contents(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::MissingObject | ProblemKind::ObjectMismatch)
}

fn problem_view(problem: Problem, also: Option<Source>) -> VerificationProblem {
    let mut detail = problem.detail;
    if let Some(source) = also {
        detail.push(' ');
        detail.push_str(source.as_sentence());
    }
    VerificationProblem { path: problem.path.key(), kind: problem.kind.as_str().to_owned(), detail }
}

fn what_is_left(Healed { verdict, healed }: Healed) -> Verification {
    Verification {
        version: verdict.version,
        ok: verdict.is_ok(),
        checked: count(verdict.checked),
        problems_total: count(verdict.problems_total),
        problems: verdict.problems.into_iter().map(|problem| problem_view(problem, None)).collect(),
        healed: healed.into_iter().map(|(problem, _)| problem.path.key()).collect(),
    }
}

fn what_was_found(Healed { verdict, healed }: Healed) -> Verification {
    let paths = healed.iter().map(|(problem, _)| problem.path.key()).collect();
    let total = verdict.problems_total + healed.len() as u64;
    let mut problems: Vec<(RepoPath, VerificationProblem)> =
        verdict.problems.into_iter().map(|problem| (problem.path.clone(), problem_view(problem, None))).collect();
    problems.extend(healed.into_iter().map(|(problem, source)| (problem.path.clone(), problem_view(problem, Some(source)))));
    problems.sort_by(|(a, _), (b, _)| a.cmp(b));
    problems.truncate(lectern_sync::NAMED_PROBLEMS);
    Verification {
        version: verdict.version,
        ok: total == 0,
        checked: count(verdict.checked),
        problems_total: count(total),
        problems: problems.into_iter().map(|(_, problem)| problem).collect(),
        healed: paths,
    }
}
