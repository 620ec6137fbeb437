//! Threads on their way into notes: on which commit, at which path.

use std::collections::HashMap;

use git2::{ObjectType, Oid};
use lectern_anchor::{Quote, Text};
use lectern_comments::exchange::{Author, ExchangeThread, Outgoing, Problems, lines_to_add};
use lectern_history::Repo;
use lectern_projects::{Project, open_repository};
use lectern_reader::{SMALL_LIMIT, decode, looks_binary};
use lectern_sync::{RepoPath, manifest_by_id};

use super::{exported, notes::Notes};
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
        let mut commits = Commits { workspace: self, project, notes: &notes, head, heads: HashMap::new(), repo: None };
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
    /// Opened when it is first needed.
    repo: Option<Option<Repo>>,
}

impl Commits<'_> {
    /// `None` of a file whose name notes can't have.
    fn outgoing<'t>(&mut self, thread: &'t ExchangeThread) -> Option<Outgoing<'t>> {
        let origin = &thread.at.origin;
        let key = RepoPath::from_key(&origin.path).ok()?;
        let path = self.notes.path_from_top(key.as_bytes())?;
        let named = origin.commit.as_deref().and_then(|name| self.commit(name));
        let commit = named.or_else(|| self.of_manifest(origin.manifest_id.as_deref()?)).unwrap_or(self.head);
        let quote = Some(origin.quote()).filter(|quote| !quote.quote.is_empty() && !self.has_lines(commit, &key, thread, quote));
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

    /// Whether the commit has the very lines that the thread is about: then their numbers are enough.
    fn has_lines(&mut self, commit: Oid, path: &RepoPath, thread: &ExchangeThread, quote: &Quote) -> bool {
        let Some(range) = thread.at.origin.place().range() else { return true };
        let project = self.project;
        let open = || Repo::new(open_repository(&project.root).ok().flatten()?, &project.root).ok();
        let Some(repo) = self.repo.get_or_insert_with(open) else { return false };
        let bytes = repo
            .entry_at(commit, path.as_bytes())
            .ok()
            .flatten()
            .filter(|entry| entry.is_file())
            .and_then(|entry| repo.blob(entry.id, usize::try_from(SMALL_LIMIT).unwrap_or(usize::MAX)));
        bytes.filter(|bytes| !looks_binary(bytes)).is_some_and(|bytes| quote.is_at(&Text::new(&path.key(), decode(bytes).text), range))
    }
}
