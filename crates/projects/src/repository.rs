//! Opening a repository that somebody else may have made.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use git2::{Error, ErrorCode, Repository, RepositoryOpenFlags};

/// Files that libgit2 opens without asking what they are. A pipe among them would be waited for, for ever.
const READ_AT_OPENING: &[&str] = &[
    "HEAD",
    "config",
    "config.worktree",
    "commondir",
    "gitdir",
    "index",
    "packed-refs",
    "shallow",
    "info/exclude",
    "objects/info/alternates",
];

/// The repository that `folder` is in, looking upwards as git does; `None` outside of any. Its ownership check stays on.
///
/// # Errors
/// libgit2's, and when the repository's own files are not ordinary ones.
pub fn open_repository(folder: &Path) -> Result<Option<Repository>, Error> {
    open(folder, RepositoryOpenFlags::empty(), folder.ancestors())
}

/// The repository whose top is `folder` itself; `None` when it is not one.
///
/// # Errors
/// As [`open_repository`].
pub fn open_repository_at(folder: &Path) -> Result<Option<Repository>, Error> {
    open(folder, RepositoryOpenFlags::NO_SEARCH, [folder])
}

fn open<'a>(folder: &Path, flags: RepositoryOpenFlags, places: impl IntoIterator<Item = &'a Path>) -> Result<Option<Repository>, Error> {
    for place in places {
        if let Some(git_dir) = git_dir_of(place)? {
            refuse_what_is_not_ordinary(&git_dir)?;
            break;
        }
    }
    // The folder may be a git directory itself.
    refuse_what_is_not_ordinary(folder)?;
    let none: [&Path; 0] = [];
    match Repository::open_ext(folder, flags, none) {
        Ok(repository) => Ok(Some(repository)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where `.git` in this folder leads: itself, or where its file points.
fn git_dir_of(place: &Path) -> Result<Option<PathBuf>, Error> {
    let dot = place.join(".git");
    match fs::metadata(&dot) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(dot)),
        Ok(metadata) if metadata.is_file() => Ok(pointed_to(&dot, "gitdir:").map(|target| place.join(target))),
        Ok(_) => Err(not_ordinary(&dot)),
        Err(_) => Ok(None),
    }
}

fn refuse_what_is_not_ordinary(git_dir: &Path) -> Result<(), Error> {
    let common = pointed_to(&git_dir.join("commondir"), "").map_or_else(|| git_dir.to_owned(), |target| git_dir.join(target));
    let branch = pointed_to(&git_dir.join("HEAD"), "ref:");
    for folder in [git_dir, common.as_path()] {
        let names = READ_AT_OPENING.iter().map(Path::new).chain(branch.as_deref());
        for file in names.map(|name| folder.join(name)) {
            if fs::metadata(&file).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
                return Err(not_ordinary(&file));
            }
        }
    }
    Ok(())
}

/// The path after `prefix` in a small ordinary file.
fn pointed_to(file: &Path, prefix: &str) -> Option<PathBuf> {
    if !fs::metadata(file).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(file).ok()?.take(4096).read_to_string(&mut text).ok()?;
    Some(PathBuf::from(text.strip_prefix(prefix)?.trim()))
}

fn not_ordinary(file: &Path) -> Error {
    Error::from_str(&format!("{} is a pipe, socket or device where git keeps an ordinary file", file.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_among_gits_files_is_refused_without_waiting_for_it() {
        for file in ["config", "index", "HEAD", "packed-refs", "refs/heads/main", "info/exclude"] {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let mut options = git2::RepositoryInitOptions::new();
            options.initial_head("main");
            Repository::init_opts(dir.path(), &options).expect("a repository");
            let pipe = dir.path().join(".git").join(file);
            let _ = fs::remove_file(&pipe);
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
            let error = open_repository(dir.path()).err().unwrap_or_else(|| panic!("{file} was opened"));
            assert!(error.message().contains("pipe"), "{file}: {error}");
            let inside = dir.path().join("inside");
            fs::create_dir(&inside).expect("a folder");
            assert!(open_repository(&inside).is_err(), "{file} from inside");
        }
        let dir = tempfile::tempdir().expect("a temporary folder");
        assert!(std::process::Command::new("mkfifo").arg(dir.path().join(".git")).status().expect("mkfifo runs").success());
        assert!(open_repository_at(dir.path()).is_err());
    }
}
