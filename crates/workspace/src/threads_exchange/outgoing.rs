//! Threads on their way into notes: on which commit, at which path.

use std::collections::HashMap;

use git2::{ObjectType, Oid};
use lectern_comments::exchange::{Author, ExchangeThread, Outgoing, Problems, lines_to_add};
use lectern_projects::Project;
use lectern_sync::{RepoPath, manifest_by_id};

use super::{exported, notes::Notes, origins::Origins};
use crate::{
    Workspace,
    view::{Failure, ThreadsExported},
};

impl Workspace {
    /// Adds to the repository's notes what they lack of some threads.
    pub(super) fn export_to_notes(&self, project: &Project, threads: &[ExchangeThread]) -> Result<ThreadsExported, Failure> {
        let user = self.me()?;
        let me = Author::new(&user.display_name, &user.email);
        let notes = Notes::open(project)?;
        let head = notes.head().ok_or_else(|| {
            Failure::new("NO_COMMIT", "the repository has no commit yet, and notes are kept on commits").hint("Commit something first.")
        })?;
        let mut commits =
            Commits { workspace: self, project, notes: &notes, head, heads: HashMap::new(), origins: Origins::new(self, project)? };
        let mut problems = Problems::default();
        let mut outgoing = Vec::new();
        for thread in threads {
            match commits.outgoing(thread) {
                Some(one) => outgoing.push(one),
                None => problems.add(format!("thread {}", thread.id), "the name of its file is not UTF-8, which notes can't have"),
            }
        }
        let (lines_added, commits) = notes.add(&me, |there| lines_to_add(&outgoing, there, &me))?;
        Ok(ThreadsExported { lines_added, commits, ..exported(outgoing.len(), &problems) })
    }
}

/// Finds commits.
struct Commits<'a> {
    workspace: &'a Workspace,
    project: &'a Project,
    notes: &'a Notes,
    head: Oid,
    /// By manifests: the commits that were checked out.
    heads: HashMap<String, Option<Oid>>,
    origins: Origins<'a>,
}

impl Commits<'_> {
    /// `None` of a file whose name notes can't have.
    fn outgoing<'t>(&mut self, thread: &'t ExchangeThread) -> Option<Outgoing<'t>> {
        let origin = &thread.at.origin;
        let key = RepoPath::from_key(&origin.path).ok()?;
        let path = self.notes.path_from_top(key.as_bytes())?;
        let named = origin.commit.as_deref().and_then(|name| self.commit(name));
        let commit = named.or_else(|| self.of_manifest(origin.manifest_id.as_deref()?)).unwrap_or(self.head);
        let quote = Some(origin.quote()).filter(|quote| {
            !quote.quote.is_empty()
                && origin.place().range().is_some_and(|range| !self.origins.has_lines(commit, &origin.path, quote, range))
        });
        Some(Outgoing { thread, commit: commit.to_string(), path, quote })
    }

    /// The commit of that name, if the repository has it.
    fn commit(&self, name: &str) -> Option<Oid> {
        let id = Oid::from_str(name).ok().filter(|_| name.len() == 40)?;
        let (_, kind) = self.notes.repository.odb().ok()?.read_header(id).ok()?;
        (kind == ObjectType::Commit).then_some(id)
    }

    /// What was checked out when a version was made.
    fn of_manifest(&mut self, id: &str) -> Option<Oid> {
        if let Some(known) = self.heads.get(id) {
            return *known;
        }
        let manifest =
            manifest_by_id(&self.workspace.store, id).ok().flatten().filter(|manifest| manifest.project_id == self.project.id.as_str());
        let head = manifest.and_then(|manifest| manifest.data.git?.head).and_then(|head| self.commit(&head));
        self.heads.insert(id.to_owned(), head);
        head
    }
}
