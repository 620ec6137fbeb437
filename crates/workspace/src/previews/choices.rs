//! What of a project could be shown: folders that can be served as they are, commands that would serve it.

use std::io::Read;

use lectern_projects::Project;
use lectern_reader::{EntryType, Root};
use lectern_supervise::program_on_path;
use lectern_survey::{Command, Found, dev_servers};
use lectern_sync::{Manifest, RepoPath, latest_manifest, walk};

use super::{starting::refuse_without_directory, views::request_of};
use crate::{
    Workspace,
    view::{Certainty, DevCommand, Failure, PreviewChoices, StaticChoice},
};

/// What a file that tells something may have, in bytes.
const LARGEST: u64 = 2 * 1024 * 1024;
/// Of a folder without any version so many files are looked at.
const MOST_FILES: usize = 20_000;

impl Workspace {
    /// What of a project could be shown: of its folder, or of a version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, `FOLDER_MISSING`.
    pub fn preview_choices(&self, project_id: &str, version: Option<u32>) -> Result<PreviewChoices, Failure> {
        let project = self.project(project_id)?;
        let found = match version {
            Some(_) => self.found_in_version(&project, version)?,
            None => {
                refuse_without_directory(&project.root, &RepoPath::root())?;
                self.found_in_folder(&project)?
            }
        };
        let last = self.previews.sessions.latest(project.id.as_str())?.and_then(|row| row.shows).map(request_of);
        let grants = self.projects.grants(&self.user()?, &project.id)?;
        let commands = found.commands.into_iter().map(|command| {
            let trusted = self.is_trusted(&project, &grants, &command.argv, &command.folder, &command.defining_files);
            dev_command(command, trusted)
        });
        // A version is never run.
        let commands = if version.is_some() { Vec::new() } else { commands.collect() };
        let folders = found.folders.into_iter().map(|folder| StaticChoice {
            folder: folder.folder,
            reason: folder.reason,
            has_index: folder.has_index,
            falls_back: folder.falls_back,
            files: folder.files,
        });
        Ok(PreviewChoices { folders: folders.collect(), commands, last })
    }

    /// The command among those that were found for a project, when it is one of them.
    pub(super) fn detected(&self, project: &Project, argv: &[String], folder: &str) -> Option<Command> {
        let found = self.found_in_folder(project).ok()?;
        found.commands.into_iter().find(|command| command.argv == argv && command.folder == folder)
    }

    fn found_in_version(&self, project: &Project, version: Option<u32>) -> Result<Found, Failure> {
        let manifest = self.manifest(project, version)?;
        let paths = self.paths_of(&manifest)?;
        let read = |path: &str| {
            let path = RepoPath::from_key(path).ok()?;
            self.contents(&manifest, &path).ok().filter(|bytes| bytes.len() as u64 <= LARGEST)
        };
        Ok(dev_servers(&paths, &read))
    }

    fn found_in_folder(&self, project: &Project) -> Result<Found, Failure> {
        let root = Root::open(&project.root)?;
        let paths = match latest_manifest(&self.store, project.id.as_str())? {
            Some(manifest) => self.paths_of(&manifest)?,
            None => paths_below(&root),
        };
        Ok(dev_servers(&paths, &|path| small_file(&root, path)))
    }

    fn paths_of(&self, manifest: &Manifest) -> Result<Vec<String>, Failure> {
        let mut paths = Vec::new();
        walk(&self.store, manifest, |path, _| {
            paths.push(path.key());
            Ok(())
        })?;
        Ok(paths)
    }
}

fn small_file(root: &Root, path: &str) -> Option<Vec<u8>> {
    let file = root.open_file(RepoPath::from_key(path).ok()?.as_path()).ok()?;
    if file.metadata().ok()?.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

/// The files of a folder, those nearest to its root first.
fn paths_below(root: &Root) -> Vec<String> {
    let mut paths = Vec::new();
    let mut folders = std::collections::VecDeque::from([RepoPath::root()]);
    while let Some(folder) = folders.pop_front() {
        for entry in root.list(folder.as_path()).unwrap_or_default() {
            let Ok(path) = folder.join(entry.name.as_encoded_bytes()) else { continue };
            match entry.kind {
                EntryType::Directory if entry.name != ".git" && entry.name != "node_modules" => folders.push_back(path),
                EntryType::File => paths.push(path.key()),
                _ => {}
            }
        }
        if paths.len() >= MOST_FILES {
            break;
        }
    }
    paths
}

fn dev_command(command: Command, trusted: bool) -> DevCommand {
    let missing = command.argv.first().filter(|program| !program.contains('/') && program_on_path(program).is_none()).cloned();
    DevCommand {
        argv: command.argv,
        shown: command.shown,
        folder: command.folder,
        framework: command.framework,
        reason: command.reason,
        certainty: match command.certainty {
            lectern_survey::Certainty::Sure => Certainty::Sure,
            lectern_survey::Certainty::Likely => Certainty::Likely,
            lectern_survey::Certainty::Possible => Certainty::Possible,
        },
        path: command.path,
        line: command.line,
        script: command.script,
        port: command.port,
        trusted,
        missing,
        first: command.first,
    }
}
