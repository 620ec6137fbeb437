//! Starting previews of files.

use std::{
    io,
    ops::RangeInclusive,
    path::Path,
    sync::{Arc, PoisonError},
};

use lectern_preview::{
    gate::{Gate, Secret},
    serve::{Elsewhere, Extra, FolderSite, Listener, PORTS, Reload, VersionSite},
    sessions::{EndedReason, NOTHING_ELSE, NewSession, PreviewSession, SessionError, Shows},
    site::Site,
};
use lectern_projects::Project;
use lectern_reader::{BeneathError, EntryType, Root};
use lectern_sync::{Content, History, Manifest, RepoPath, lookup};

use super::{live::Live, reloading::Reloading, views::no_port};
use crate::{
    Workspace,
    view::{Failure, Preview},
};

const HOUR: i64 = 60 * 60 * 1000;

/// A session that has a row and is not open yet.
pub(super) struct Begun {
    pub row: PreviewSession,
    pub gate: Arc<Gate>,
}

impl Workspace {
    /// Serves files. `port` is the only one to listen on, if one is asked for.
    pub(super) fn start_static(self: &Arc<Self>, project: &Project, shows: Shows, port: Option<u16>) -> Result<Preview, Failure> {
        let Shows::Static { version, folder, falls_back } = &shows else {
            return Err(Failure::internal("a command is not served as files"));
        };
        let (version, falls_back) = (*version, *falls_back);
        let folder = RepoPath::from_key(folder)?;
        let (manifest, title) = match version {
            Some(number) => {
                let manifest = self.manifest(project, version)?;
                self.refuse_without_folder(&manifest, &folder)?;
                (Some(manifest), format!("Snapshot of v{number}"))
            }
            None => {
                refuse_without_directory(&project.root, &folder)?;
                (None, "Working copy".to_owned())
            }
        };
        let title = if folder.is_root() { title } else { format!("{title}, {folder}") };
        let _one = self.previews.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = self.running_preview(project, &shows, port)? {
            return Ok(running);
        }
        let begun = self.begin_preview(project, &shows, &title, manifest.as_ref().map(|manifest| manifest.id.as_str()))?;
        let id = begun.row.id.clone();
        let opened = self.open_static(project, &shows, begun, manifest, &folder, falls_back, port).and_then(|live| {
            let url = live.listener.get().map(Listener::origin).unwrap_or_default();
            let row = self.previews.sessions.ready(&id, &url, None, NOTHING_ELSE)?;
            Ok((live, row.ok_or_else(|| Failure::new("PREVIEW_ENDED", "this preview was ended while it began").hint("Start it again."))?))
        });
        match opened {
            Ok((live, row)) => {
                let live = Arc::new(live);
                self.previews.insert(Arc::clone(&live));
                self.keep_previews();
                let view = self.preview_view(row, Some(&live));
                self.tell_preview_view(&live.owner, view.clone());
                Ok(view)
            }
            Err(failure) => {
                self.end_row(&id, Some(&project.owner_id), EndedReason::Failed, Some(error_of(&failure)));
                Err(failure)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is another thing, and this is the one place that puts them together")]
    fn open_static(
        self: &Arc<Self>,
        project: &Project,
        shows: &Shows,
        begun: Begun,
        manifest: Option<Manifest>,
        folder: &RepoPath,
        falls_back: bool,
        port: Option<u16>,
    ) -> Result<Live, Failure> {
        let reload = manifest.is_none().then(Reload::new);
        let site: Arc<dyn Site> = match manifest {
            Some(manifest) => {
                let elsewhere = self.elsewhere(project, &manifest);
                let site = VersionSite::new(Arc::clone(&self.store), Arc::clone(&self.objects), manifest, folder, falls_back);
                Arc::new(site.with_elsewhere(elsewhere))
            }
            None => Arc::new(FolderSite::new(&project.root, folder, falls_back).map_err(|error| folder_failure(&error))?),
        };
        let mut live = self.new_live(project, shows, &begun);
        let listener = self.listen(&begun.gate, site, reload.clone(), port)?;
        let _ = live.listener.set(listener);
        if let Some(reload) = reload {
            // Without it pages are reloaded by hand.
            live.reloading = Reloading::start(folder.below(&project.root), self.data.run().join("cookies"), reload).ok();
        }
        Ok(live)
    }

    /// The preview that shows just this already. One that was asked to have another port is none.
    pub(super) fn running_preview(&self, project: &Project, shows: &Shows, port: Option<u16>) -> Result<Option<Preview>, Failure> {
        let Some(live) = self.previews.showing(&project.id, shows) else { return Ok(None) };
        if live.is_over(self.clock.now())
            || port.is_some_and(|port| live.listener.get().map_or(live.port, |listener| Some(listener.port())) != Some(port))
        {
            return Ok(None);
        }
        let row = self.previews.sessions.get(&live.id)?;
        Ok(Some(self.preview_view(row, Some(&live))))
    }

    /// The row of a session, PENDING, and its gate.
    pub(super) fn begin_preview(&self, project: &Project, shows: &Shows, title: &str, manifest_id: Option<&str>) -> Result<Begun, Failure> {
        let secret = Secret::random();
        let lifetime = self.preview_lifetime(&project.owner_id)?;
        let row = self.previews.sessions.begin(&NewSession {
            project_id: project.id.as_str(),
            token: &secret.hash(),
            title,
            shows,
            manifest_id,
            lifetime,
        })?;
        let gate = Gate::new(&row.id, &secret, row.expires_at, Arc::clone(&self.clock));
        Ok(Begun { row, gate })
    }

    pub(super) fn new_live(&self, project: &Project, shows: &Shows, begun: &Begun) -> Live {
        let ends = (begun.row.expires_at, self.clock.now());
        Live::new(begun.row.id.clone(), project.id.clone(), project.owner_id.clone(), shows.clone(), Arc::clone(&begun.gate), ends)
    }

    pub(super) fn listen(
        &self,
        gate: &Arc<Gate>,
        site: Arc<dyn Site>,
        reload: Option<Reload>,
        port: Option<u16>,
    ) -> Result<Listener, Failure> {
        let runtime = self.previews.runtime()?;
        // Only a window has pages that show previews.
        let frame_ancestors = if self.has_window { Some(self.previews.pages.origins(&runtime, &self.clock)?) } else { None };
        let ports: RangeInclusive<u16> = port.map_or(PORTS, |port| port..=port);
        Listener::start(&runtime, Arc::clone(gate), site, ports, Extra { reload, frame_ancestors }).map_err(|error| no_port(&error))
    }

    /// In milliseconds, as the user chose.
    pub(super) fn preview_lifetime(&self, owner: &lectern_accounts::UserId) -> Result<i64, Failure> {
        Ok(i64::from(self.settings_of(owner)?.preview_hours) * HOUR)
    }

    /// Contents that were not kept may still be in the folder or in git, where a restore looks as well.
    fn elsewhere(self: &Arc<Self>, project: &Project, manifest: &Manifest) -> Arc<Elsewhere> {
        let (weak, root, manifest) = (Arc::downgrade(self), project.root.clone(), manifest.clone());
        Arc::new(move |path, _hash| {
            let workspace = weak.upgrade()?;
            let folder = Root::open(&root).ok();
            let history = History::open(&root);
            workspace.same_bytes(&manifest, path, folder.as_ref(), history.as_ref()).map(|(bytes, _)| bytes)
        })
    }

    fn refuse_without_folder(&self, manifest: &Manifest, folder: &RepoPath) -> Result<(), Failure> {
        if folder.is_root()
            || matches!(lookup(&self.store, manifest, folder)?, Some(entry) if matches!(entry.content, Content::Directory { .. }))
        {
            return Ok(());
        }
        Err(no_folder(folder, "this version"))
    }
}

/// The folder must be there, and be one of the project's own.
pub(super) fn refuse_without_directory(root: &Path, folder: &RepoPath) -> Result<(), Failure> {
    let opened = Root::open(root)?;
    if folder.is_root() {
        return Ok(());
    }
    match opened.kind(folder.as_path()) {
        Ok(EntryType::Directory) => Ok(()),
        Ok(_) | Err(BeneathError::Missing | BeneathError::NotAFile) => Err(no_folder(folder, "the project")),
        Err(error) => Err(error.into()),
    }
}

fn no_folder(folder: &RepoPath, of: &str) -> Failure {
    let name = String::from_utf8_lossy(folder.as_bytes()).into_owned();
    Failure::new("FOLDER_MISSING", format!("there is no folder “{name}” in {of}")).hint("Build the project, or choose another folder.")
}

fn folder_failure(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => BeneathError::RootMissing.into(),
        _ => Failure::new("FOLDER_UNREADABLE", format!("the folder can't be read: {error}")).hint("Give your user the right to read it."),
    }
}

pub(super) fn error_of(failure: &Failure) -> SessionError {
    SessionError { code: failure.code.clone(), message: failure.message.clone(), hint: failure.hint.clone() }
}
