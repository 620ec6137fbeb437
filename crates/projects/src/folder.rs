//! What kind of folder somebody wants to read, and what git says about it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use git2::ErrorCode;

use crate::repository::open_repository;

/// Why a folder can't become a project.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Nothing is there.
    #[error("“{0}” is not there")]
    Missing(PathBuf),
    /// A file or something else.
    #[error("“{0}” is not a folder")]
    NotAFolder(PathBuf),
    /// It is there but its entries can't be listed.
    #[error("“{path}” can't be read: {source}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// git's ownership check refused it.
    #[error("the repository in “{0}” belongs to another user of this computer")]
    OwnedBySomeoneElse(PathBuf),
    /// A repository without a working tree.
    #[error("“{0}” is a bare repository: it holds history but no files to read")]
    Bare(PathBuf),
    /// A repository that libgit2 can't open.
    #[error("the repository in “{path}” can't be opened: {source}")]
    Repository {
        /// The folder.
        path: PathBuf,
        /// What git said.
        source: git2::Error,
    },
}

impl FolderError {
    /// A stable word for the situation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "FOLDER_MISSING",
            Self::NotAFolder(_) => "NOT_A_FOLDER",
            Self::Unreadable { .. } => "FOLDER_UNREADABLE",
            Self::OwnedBySomeoneElse(_) => "OWNED_BY_SOMEONE_ELSE",
            Self::Bare(_) => "BARE_REPOSITORY",
            Self::Repository { .. } => "REPOSITORY_REFUSED",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Missing(_) => {
                "Check the path. If the folder is on another drive, connect it; if it moved, use “Locate folder”.".to_owned()
            }
            Self::NotAFolder(path) => match path.parent() {
                Some(parent) => format!("Open the folder it is in instead: {}", parent.display()),
                None => "Open the folder it is in instead.".to_owned(),
            },
            Self::Unreadable { .. } => "Give your user the right to read the folder, then try again.".to_owned(),
            Self::OwnedBySomeoneElse(path) => {
                format!("If you trust it, run: git config --global --add safe.directory '{}'", path.display())
            }
            Self::Bare(_) => "Clone it into a folder: “Clone a repository”, with this path as its address.".to_owned(),
            Self::Repository { .. } => "Run git status in that folder; once git is content, try again.".to_owned(),
        }
    }
}

/// A folder that can become a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Absolute, without links.
    pub root: PathBuf,
    /// Whether it is a git working tree, or inside one.
    pub is_git: bool,
    /// A repository in which nothing was committed yet.
    pub without_commits: bool,
    /// The address of `origin`, without any password.
    pub origin: Option<String>,
}

impl Folder {
    fn plain(root: PathBuf) -> Self {
        Self { root, is_git: false, without_commits: false, origin: None }
    }
}

fn is_inside(folder: &Path, git_dir: &Path) -> bool {
    git_dir.canonicalize().is_ok_and(|git_dir| folder.starts_with(git_dir))
}

/// Looks at a folder without running or changing anything in it.
///
/// git's ownership check stays on, and a bare repository is not taken for a project (`safe.bareRepository=explicit`).
/// A folder inside a larger working tree has that tree's branch and rules, as for git itself.
///
/// # Errors
/// See [`FolderError`].
pub fn inspect_folder(path: &Path) -> Result<Folder, FolderError> {
    let root = path.canonicalize().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => FolderError::Missing(path.to_owned()),
        io::ErrorKind::NotADirectory => FolderError::NotAFolder(path.to_owned()),
        _ => FolderError::Unreadable { path: path.to_owned(), source },
    })?;
    if !root.is_dir() {
        return Err(FolderError::NotAFolder(root));
    }
    fs::read_dir(&root).map_err(|source| FolderError::Unreadable { path: root.clone(), source })?;
    match open_repository(&root) {
        Ok(None) => Ok(Folder::plain(root)),
        Ok(Some(repository)) => {
            if repository.is_bare() {
                return if is_inside(&root, repository.path()) { Err(FolderError::Bare(root)) } else { Ok(Folder::plain(root)) };
            }
            let without_commits = repository.head().err().is_some_and(|error| error.code() == ErrorCode::UnbornBranch);
            let origin = repository.find_remote("origin").ok().and_then(|remote| remote.url().ok().map(crate::clone::without_password));
            Ok(Folder { root, is_git: true, without_commits, origin })
        }
        Err(error) if error.code() == ErrorCode::Owner => Err(FolderError::OwnedBySomeoneElse(root)),
        // git reads these; what is read here without git are its ignore rules.
        Err(error) if is_unsupported_format(&error) => Ok(Folder { root, is_git: true, without_commits: false, origin: None }),
        Err(source) => Err(FolderError::Repository { path: root, source }),
    }
}

/// Whether a sound repository is in a form that libgit2 does not know: sha256 names, reftable references, other extensions.
fn is_unsupported_format(error: &git2::Error) -> bool {
    let says = ["unsupported extension", "unknown object format", "unsupported repository version"];
    error.class() == git2::ErrorClass::Repository && says.iter().any(|words| error.message().contains(words))
}

/// What git says about a working tree at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitFacts {
    /// Whether the folder is a working tree at all.
    pub is_git: bool,
    /// The branch, or the first ten digits of the commit when detached.
    pub branch: Option<String>,
    /// The commit, 40 hex digits; `None` before the first one.
    pub commit: Option<String>,
}

/// Reads branch and commit; a folder that git refuses has no facts.
pub fn git_facts(root: &Path) -> GitFacts {
    let Ok(Some(repository)) = open_repository(root) else { return GitFacts::default() };
    if repository.is_bare() {
        return GitFacts::default();
    }
    match repository.head() {
        Ok(head) => {
            let commit = head.peel_to_commit().ok().map(|commit| commit.id().to_string());
            let branch = if head.is_branch() {
                head.shorthand().ok().map(str::to_owned)
            } else {
                commit.as_ref().map(|commit| commit.chars().take(10).collect())
            };
            GitFacts { is_git: true, branch, commit }
        }
        // Before the first commit HEAD names a branch that does not exist yet.
        Err(_) => {
            let unborn = repository
                .find_reference("HEAD")
                .ok()
                .and_then(|head| head.symbolic_target().ok().flatten().map(|target| target.trim_start_matches("refs/heads/").to_owned()));
            GitFacts { is_git: true, branch: unborn, commit: None }
        }
    }
}
