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

/// Files that say what a command does, in its folder and in those above it: manifests, lock files, the files of task runners.
const DEFINING: &[&str] = &[
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    ".pnp.cjs",
    "bunfig.toml",
    "deno.json",
    "deno.jsonc",
    "deno.lock",
    "nx.json",
    "turbo.json",
    "lerna.json",
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "next.config.js",
    "next.config.mjs",
    "next.config.ts",
    "astro.config.mjs",
    "astro.config.ts",
    "svelte.config.js",
    "nuxt.config.ts",
    "nuxt.config.js",
    "angular.json",
    "vue.config.js",
    "gatsby-config.js",
    "gatsby-config.ts",
    ".eleventy.js",
    "eleventy.config.js",
    "pyproject.toml",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "Pipfile",
    "Pipfile.lock",
    "manage.py",
    "app.py",
    "main.py",
    "wsgi.py",
    "mkdocs.yml",
    "Gemfile",
    "Gemfile.lock",
    "config.ru",
    "Rakefile",
    "_config.yml",
    "composer.json",
    "composer.lock",
    "artisan",
    "go.mod",
    "go.sum",
    "main.go",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mvnw",
    "gradlew",
    "mix.exs",
    "mix.lock",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Procfile",
    "hugo.toml",
    "config.toml",
    "book.toml",
];
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

/// BLAKE3 over the bytes of the files that define a command, with their paths: the known ones in its folder and above it, and files of the
/// project that the command names, and `also`. Lowercase hex.
fn files_hash(root: &Path, argv: &[String], folder: &str, also: &[String]) -> Result<String, Failure> {
    let opened = Root::open(root)?;
    let folder = RepoPath::from_key(folder)?;
    let mut hasher = blake3::Hasher::new();
    let mut above = Some(folder.clone());
    while let Some(directory) = above {
        for name in DEFINING {
            take_in(&mut hasher, &opened, &directory.join(name.as_bytes())?)?;
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

fn take_in(hasher: &mut blake3::Hasher, root: &Root, path: &RepoPath) -> Result<(), Failure> {
    let file = match root.open_file(path.as_path()) {
        Ok(file) => file,
        Err(BeneathError::Missing | BeneathError::NotAFile | BeneathError::Outside | BeneathError::Special) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let unreadable = |error: io::Error| Failure::from(BeneathError::Unreadable(error));
    let size = file.metadata().map_err(unreadable)?.len();
    hasher.update(&(path.as_bytes().len() as u64).to_le_bytes());
    hasher.update(path.as_bytes());
    hasher.update(&size.to_le_bytes());
    hasher.update_reader(io::Read::take(file, LARGEST)).map_err(unreadable)?;
    Ok(())
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
