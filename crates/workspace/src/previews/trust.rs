//! Which commands may run: exactly those that the user granted, while the files that define them stay as they are.

use std::{io, path::Path};

use lectern_preview::sessions::Shows;
use lectern_projects::{Project, TrustGrant, TrustKind};
use lectern_reader::{BeneathError, Root};
use lectern_sync::RepoPath;

use super::{starting::refuse_without_directory, views::shown};
use crate::{
    Workspace,
    view::{Failure, Trust, TrustedCommand},
};

/// So many links are followed from one to the next.
const MOST_LINKS: usize = 8;
/// Of a larger file only so much says what it is, besides its size.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Workspace {
    /// Refuses a command that may not run. `once` lets it run this time, `remembered` from now on.
    pub(super) fn check_trust(&self, project: &Project, argv: &[String], folder: &str, trust: Option<Trust>) -> Result<(), Failure> {
        let user = self.user()?;
        let also = || self.detected(project, argv, folder).map(|command| command.defining_files).unwrap_or_default();
        match trust {
            Some(Trust::Once) => Ok(self.projects.set_trusted(&user, &project.id)?),
            Some(Trust::Remembered) => {
                let hash = files_hash(&project.root, argv, folder, &also())?;
                Ok(self.projects.grant(&user, &project.id, TrustKind::DevServer, argv, folder, &hash)?)
            }
            None if self.is_trusted(project, &self.projects.grants(&user, &project.id)?, argv, folder, &also()) => Ok(()),
            None => Err(Failure::new("NOT_TRUSTED", format!("the command “{}” may not run yet", shown(argv)))
                .hint("It runs with your rights. Allow it once, or for as long as the files that define it stay the same.")),
        }
    }

    /// Whether a command was granted as it is, with the files as they are.
    pub(super) fn is_trusted(&self, project: &Project, grants: &[TrustGrant], argv: &[String], folder: &str, also: &[String]) -> bool {
        let same = |grant: &&TrustGrant| grant.kind == TrustKind::DevServer && grant.argv == argv && grant.cwd == folder;
        // What can't be read can't be compared, and what can't be compared is not trusted.
        grants
            .iter()
            .find(same)
            .is_some_and(|grant| files_hash(&project.root, argv, folder, also).is_ok_and(|hash| hash == grant.files_hash))
    }

    /// Refuses what [`Workspace::start_preview`] would refuse before anything of it runs.
    pub(super) fn check_startable(&self, project: &Project, shows: &Shows, trust: Option<Trust>) -> Result<(), Failure> {
        match shows {
            Shows::Static { version: Some(version), .. } => self.manifest(project, Some(*version)).map(drop),
            Shows::Static { version: None, folder, .. } => refuse_without_directory(&project.root, &RepoPath::from_key(folder)?),
            Shows::DevServer { argv, folder } => {
                refuse_without_directory(&project.root, &RepoPath::from_key(folder)?)?;
                self.check_trust(project, argv, folder, trust)
            }
        }
    }

    /// The commands that were granted for good, of all of the user's projects.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn trusted_commands(&self) -> Result<Vec<TrustedCommand>, Failure> {
        let user = self.user()?;
        let projects = self.projects.of_owner(&user)?;
        let grants = self.projects.all_grants(&user)?;
        let command = |grant: TrustGrant| {
            let project = projects.iter().find(|project| project.id == grant.project_id)?;
            Some(TrustedCommand {
                project_id: project.id.as_str().to_owned(),
                project_name: project.name.clone(),
                shown: shown(&grant.argv),
                folder: grant.cwd,
                granted_at: grant.granted_at.to_string(),
                id: grant.id,
            })
        };
        Ok(grants.into_iter().filter_map(command).collect())
    }

    /// Takes a grant back. What runs already goes on.
    ///
    /// # Errors
    /// `UNKNOWN_GRANT`.
    pub fn forget_trusted_command(&self, id: &str) -> Result<(), Failure> {
        if self.projects.forget_grant(&self.user()?, id)? {
            return Ok(());
        }
        Err(Failure::new("UNKNOWN_GRANT", "this command is not allowed any more").hint("There is nothing left to take back."))
    }
}

/// BLAKE3 over the bytes of the files that define a command, with their paths: those of [`lectern_survey::defining_files`] in its folder and
/// above it, files of the project that the command names, and `also`. Lowercase hex.
pub(crate) fn files_hash(root: &Path, argv: &[String], folder: &str, also: &[String]) -> Result<String, Failure> {
    let opened = Root::open(root)?;
    let folder = RepoPath::from_key(folder)?;
    let mut hasher = blake3::Hasher::new();
    let mut above = Some(folder.clone());
    while let Some(directory) = above {
        for name in lectern_survey::defining_files() {
            take_in(&mut hasher, &opened, &below(&directory, name)?)?;
        }
        above = directory.parent();
    }
    for path in also {
        take_in(&mut hasher, &opened, &RepoPath::from_key(path)?)?;
    }
    for word in argv {
        // "./serve.sh", "--config=site.toml": whatever of it is a path.
        for part in [Some(word.as_str()), word.split_once('=').map(|(_, value)| value)].into_iter().flatten() {
            if let Some(path) = inside(&folder, part) {
                take_in(&mut hasher, &opened, &path)?;
            }
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// The place of a relative path in a directory.
fn below(directory: &RepoPath, path: &str) -> Result<RepoPath, Failure> {
    let mut place = directory.clone();
    for name in path.split('/') {
        place = place.join(name.as_bytes())?;
    }
    Ok(place)
}

/// Takes in a file with its path; of a link its text, and what it leads to as long as that is in the project.
fn take_in(hasher: &mut blake3::Hasher, root: &Root, path: &RepoPath) -> Result<(), Failure> {
    let mut place = path.clone();
    for _ in 0..MOST_LINKS {
        let file = match root.open_file(place.as_path()) {
            Ok(file) => file,
            Err(BeneathError::Missing) => return Ok(()),
            // What is there and isn't read counts as there: it was nothing, or a file, when the command was granted.
            Err(BeneathError::Outside | BeneathError::Special) => {
                take_in_text(hasher, &place, b"not in the project");
                return Ok(());
            }
            Err(BeneathError::NotAFile) => {
                // Of a folder there is nothing to say.
                let Ok(target) = root.read_link(place.as_path()) else { return Ok(()) };
                take_in_text(hasher, &place, target.as_os_str().as_encoded_bytes());
                let folder = place.parent().unwrap_or_else(RepoPath::root);
                let Some(next) = target.to_str().and_then(|target| inside(&folder, target)) else { return Ok(()) };
                place = next;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let unreadable = |error: io::Error| Failure::from(BeneathError::Unreadable(error));
        let size = file.metadata().map_err(unreadable)?.len();
        hasher.update(&(place.as_bytes().len() as u64).to_le_bytes());
        hasher.update(place.as_bytes());
        hasher.update(&size.to_le_bytes());
        hasher.update_reader(io::Read::take(file, LARGEST)).map_err(unreadable)?;
        return Ok(());
    }
    Ok(())
}

/// What stands in the place of a file's bytes.
fn take_in_text(hasher: &mut blake3::Hasher, place: &RepoPath, text: &[u8]) {
    hasher.update(&(place.as_bytes().len() as u64).to_le_bytes());
    hasher.update(place.as_bytes());
    // No file is as large.
    hasher.update(&u64::MAX.to_le_bytes());
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text);
}

/// The place inside the project that a word means, seen from a folder of it.
fn inside(folder: &RepoPath, word: &str) -> Option<RepoPath> {
    let mut names: Vec<&[u8]> = folder.names().collect();
    for name in word.as_bytes().split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    RepoPath::new(names.join(&b'/')).ok().filter(|path| !path.is_root() && !word.starts_with('/'))
}
