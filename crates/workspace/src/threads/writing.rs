//! What people write in threads, and take back.

use lectern_comments::{NewComment, Origin, OriginText, Place};
use lectern_projects::Project;
use lectern_sync::{RepoPath, latest_manifest, lookup, share};

use crate::{
    Workspace,
    view::{Failure, NewThreadPlace, Side, ThreadCard},
};

impl Workspace {
    /// Begins a thread on lines of a file, on a whole file, or on the project.
    ///
    /// # Errors
    /// `EMPTY_COMMENT`, `COMMENT_TOO_LONG`, `DOCUMENT_CHANGED`, `FILE_MISSING`, `NO_SUCH_LINES`, and what keeps the file from being read.
    pub fn create_thread(&self, project_id: &str, place: &NewThreadPlace, body: &str) -> Result<ThreadCard, Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        // What the origin names is stored before the row that names it, and nobody collects it in between.
        let _shared = share(&self.data.run())?;
        let (origin, _) = self.origin_at(&project, place)?;
        let new = NewComment { author_id: Some(user.as_str().to_owned()), model: None, body: body.to_owned() };
        let thread = self.comments().create(project.id.as_str(), origin, new)?;
        if !matches!(place.side, Side::WorkingTree) {
            // Written about another state: where it is now is worked out at once.
            self.follow_all_threads(&project)?;
        }
        self.threads_changed(&project);
        self.thread(project_id, &thread.id)
    }

    /// Adds the user's comment to a thread.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`, `EMPTY_COMMENT`, `COMMENT_TOO_LONG`.
    pub fn reply_to_thread(&self, project_id: &str, thread_id: &str, body: &str) -> Result<ThreadCard, Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        self.thread_of(&project, thread_id)?;
        let new = NewComment { author_id: Some(user.as_str().to_owned()), model: None, body: body.to_owned() };
        self.comments().reply(project_id, project.owner_id.as_str(), thread_id, new)?;
        self.threads_changed(&project);
        self.thread(project_id, thread_id)
    }

    /// Gives the user's own comment another text.
    ///
    /// # Errors
    /// `UNKNOWN_COMMENT`, `NOT_YOURS`, `EMPTY_COMMENT`, `COMMENT_TOO_LONG`.
    pub fn edit_comment(&self, project_id: &str, comment_id: &str, body: &str) -> Result<ThreadCard, Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        let comment = self.comments().edit(project_id, user.as_str(), comment_id, body)?;
        self.threads_changed(&project);
        self.thread(project_id, &comment.thread_id)
    }

    /// Deletes the user's own comment, and with the last one its thread.
    ///
    /// # Errors
    /// `UNKNOWN_COMMENT`, `NOT_YOURS`.
    pub fn delete_comment(&self, project_id: &str, comment_id: &str) -> Result<(), Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        if self.comments().delete_comment(project_id, user.as_str(), comment_id)? {
            self.threads_changed(&project);
        }
        Ok(())
    }

    /// Takes the deletion of a comment back, and that of its thread.
    ///
    /// # Errors
    /// `UNKNOWN_COMMENT`, `NOT_YOURS`.
    pub fn restore_comment(&self, project_id: &str, comment_id: &str) -> Result<ThreadCard, Failure> {
        let (user, project) = (self.user()?, self.project(project_id)?);
        self.comments().restore_comment(project_id, user.as_str(), comment_id)?;
        self.threads_changed(&project);
        let comment = self.comments().comment(project_id, comment_id)?;
        self.thread(project_id, &comment.thread_id)
    }

    /// Resolves a thread, or opens it again.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn resolve_thread(&self, project_id: &str, thread_id: &str, resolved: bool) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        self.thread_of(&project, thread_id)?;
        if self.comments().set_resolved(project_id, thread_id, resolved)? {
            self.threads_changed(&project);
        }
        self.thread(project_id, thread_id)
    }

    /// Deletes a thread with all that is written in it; it can be had back for 30 days.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn delete_thread(&self, project_id: &str, thread_id: &str) -> Result<(), Failure> {
        let project = self.project(project_id)?;
        if self.comments().set_deleted(project_id, thread_id, true)? {
            self.threads_changed(&project);
        }
        Ok(())
    }

    /// Takes the deletion of a thread back.
    ///
    /// # Errors
    /// `UNKNOWN_THREAD`.
    pub fn restore_thread(&self, project_id: &str, thread_id: &str) -> Result<ThreadCard, Failure> {
        let project = self.project(project_id)?;
        if self.comments().set_deleted(project_id, thread_id, false)? {
            self.threads_changed(&project);
        }
        self.thread(project_id, thread_id)
    }

    /// What a thread at this place is about, its text stored; and the version it is of, if it is of one. Hold `run/collect.lock` shared.
    pub(super) fn origin_at(&self, project: &Project, place: &NewThreadPlace) -> Result<(Origin, Option<u32>), Failure> {
        let path = RepoPath::from_key(&place.place.path)?;
        let at = Place { path: place.place.path.clone(), line_start: place.place.line_start, line_end: place.place.line_end };
        let is_lines = at.line_start > 0 || at.line_end > 0;
        if is_lines && (at.range().is_none() || path.is_root()) {
            return Err(no_such_lines());
        }
        let latest = latest_manifest(&self.store, project.id.as_str())?;
        let mut origin = if path.is_root() {
            Origin::new(&at, None)
        } else {
            let state = self.file_state(project, &path, place.side, place.document.as_deref())?;
            if let (Some(range), Some(text)) = (at.range(), &state.text)
                && range.end() as usize > lectern_anchor::Text::new(&at.path, text.as_ref()).line_count().max(1)
            {
                return Err(no_such_lines());
            }
            if let Some(bytes) = &state.bytes {
                self.objects.put(bytes)?;
            }
            Origin::new(&at, Some(OriginText { object: state.object, text: state.text.as_deref() }))
        };
        match place.side {
            Side::Version { version } => {
                origin.manifest_id = Some(self.manifest(project, Some(version))?.id);
                origin.version = Some(version);
            }
            Side::Commit { commit } => origin.commit = Some(commit.into()),
            Side::WorkingTree | Side::Empty => {
                // The version that the folder was last at is what later differences are looked for from; it is named where it has the same text.
                if let Some(latest) = &latest {
                    let recorded = lookup(&self.store, latest, &path).ok().flatten().and_then(|entry| entry.content.object());
                    origin.version = (path.is_root() || recorded == origin.object).then_some(latest.version);
                    origin.manifest_id = Some(latest.id.clone());
                }
            }
        }
        let version = origin.version;
        Ok((origin, version))
    }
}

fn no_such_lines() -> Failure {
    Failure::new("NO_SUCH_LINES", "the file has no such lines").hint("Select the lines again.")
}
