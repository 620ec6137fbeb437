//! Running a command in a copy: the copy's folder, its environment, its end.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_preview::sessions::Source;
use lectern_projects::ProjectId;
use lectern_refactor::check_rows::CheckCommand;
use lectern_supervise::{Launch, Said, SuperviseError, Supervised, sweep};
use lectern_sync::RepoPath;

use super::{CheckRun, lock};
use crate::{Workspace, previews::shown, view::Failure};

/// A check may take so long.
const LONGEST: Duration = Duration::from_mins(30);
/// What a compiler keeps from one check to the next may have so many bytes; then it begins anew.
const MOST_KEPT: u64 = 8 << 30;
/// What names the tree of processes that runs in a copy, beside it: whoever finds the copy later ends them.
const TREE: &str = "tree";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself; with this exit code unless a signal ended it.
    Code(Option<i32>),
    Cancelled,
    TimedOut,
}

/// The folders of a project's checks. They stand where they stood the last time, so that compilers know their own work again.
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    /// The copy.
    pub fn copy(&self) -> PathBuf {
        self.folder.join("copy")
    }

    /// What a compiler makes, kept from one check to the next.
    fn kept(&self) -> PathBuf {
        self.folder.join("kept")
    }

    /// Makes room for a new copy.
    pub fn begin(&self, id: &str) -> std::io::Result<()> {
        self.sweep();
        if size_of(&self.kept()) > MOST_KEPT {
            remove(&self.kept());
        }
        fs::create_dir_all(self.copy())?;
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))?;
        fs::write(self.folder.join(TREE), id)
    }

    /// Ends what runs in the copy still, and removes it.
    pub fn sweep(&self) {
        if let Ok(id) = fs::read_to_string(self.folder.join(TREE)) {
            sweep(id.trim());
        }
        remove(&self.copy());
        let _ = fs::remove_file(self.folder.join(TREE));
    }
}

impl Workspace {
    pub(super) fn place_of_checks(&self, project: &ProjectId) -> Place {
        Place { folder: self.data.run().join("checks").join(project.as_str()) }
    }

    /// Removes the copies that killed processes left, and ends what runs in them. While no other Lectern uses the data folder.
    pub(crate) fn sweep_checks(&self) {
        let folders = fs::read_dir(self.data.run().join("checks")).into_iter().flatten().flatten();
        for folder in folders.map(|entry| entry.path()) {
            Place { folder: folder.clone() }.sweep();
            let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !self.projects.is_there(&ProjectId::new(id)).unwrap_or(true) {
                remove(&folder);
            }
        }
    }

    /// Runs a command in a copy until it ends, is ended, or takes too long. Nothing of it runs when this returns.
    pub(super) fn run_command(&self, run: &Arc<CheckRun>, id: &str, place: &Place, command: &CheckCommand) -> Result<Ended, Failure> {
        let folder = RepoPath::from_key(&command.cwd)?.below(&place.copy());
        let path = |path: PathBuf| path.to_string_lossy().into_owned();
        let environment = vec![
            ("CARGO_TARGET_DIR".to_owned(), path(place.kept().join("target"))),
            // Compiled modules would land beside the interpreter's own, or in the copy where nobody needs them.
            ("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned()),
            ("GIT_CEILING_DIRECTORIES".to_owned(), path(place.folder.clone())),
        ];
        run.log.push(Source::Lectern, &format!("$ {}", shown(&command.argv)));
        let launch = Launch { id: id.to_owned(), argv: command.argv.clone(), folder, environment };
        let telling = Arc::clone(run);
        let tell = move |said: Said| match said {
            Said::Line { source, text } => {
                let source = if source == lectern_supervise::Source::Out { Source::Out } else { Source::Err };
                telling.log.push(source, &text);
            }
            Said::Ended { code, .. } => telling.note(|now| now.ended = Some(code)),
            Said::Started { .. } | Said::Listening(_) => {}
        };
        let began = Instant::now();
        run.note(|now| {
            now.phase = "Running";
            now.began = Some(began);
        });
        let supervised = Supervised::start(&self.own_program(), launch, tell).map_err(|error| refused(&error))?;
        let supervised = run.supervised.get_or_init(|| supervised);
        let limit = self.refactoring.checking.longest.get().copied().unwrap_or(LONGEST);
        let ended = wait(run, began, limit);
        supervised.stop();
        Ok(ended)
    }
}

fn wait(run: &CheckRun, began: Instant, limit: Duration) -> Ended {
    let mut now = lock(&run.now);
    loop {
        if let Some(code) = now.ended {
            return Ended::Code(code);
        }
        if now.cancel {
            return Ended::Cancelled;
        }
        let Some(left) = limit.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else { return Ended::TimedOut };
        now = run.changed.wait_timeout(now, left).unwrap_or_else(std::sync::PoisonError::into_inner).0;
    }
}

pub(super) fn refused(error: &SuperviseError) -> Failure {
    Failure { hint: error.hint().map(str::to_owned), ..Failure::new(error.code(), error.to_string()) }
}

/// Removes a folder with all that is in it, also what was made unwritable. What can't be removed stays for the next sweep.
pub(super) fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
        return;
    }
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        if meta.is_dir() {
            let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o700));
            pending.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
    }
    let _ = fs::remove_dir_all(folder);
}

fn size_of(folder: &Path) -> u64 {
    let (mut size, mut pending) = (0, vec![folder.to_owned()]);
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => pending.push(entry.path()),
                Ok(meta) => size += meta.len(),
                Err(_) => {}
            }
        }
    }
    size
}
