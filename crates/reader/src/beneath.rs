//! File access that can't leave a folder.
//!
//! Every path is opened relative to a handle of the root (`openat2` with `RESOLVE_BENEATH` where the system has it), so `..`,
//! absolute paths and links that lead out are refused, also when something swaps a folder for a link in the meantime.

use std::{
    fs::File,
    io,
    path::{Component, Path, PathBuf},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, FileType, OpenOptions},
};

/// Why a path in a project could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BeneathError {
    /// The project's own folder is gone.
    #[error("the project's folder is not there")]
    RootMissing,
    /// Nothing is at this path.
    #[error("this file is not there any more")]
    Missing,
    /// The path leads out of the project.
    #[error("this path leads out of the project")]
    Outside,
    /// A pipe, socket or device: opening one could wait for ever.
    #[error("this is a pipe, a socket or a device, not a file")]
    Special,
    /// A folder where a file was expected, or the other way round.
    #[error("this is not a file")]
    NotAFile,
    /// The system refused.
    #[error("this file can't be read: {0}")]
    Unreadable(io::Error),
}

/// What a directory entry is, without following links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryType {
    /// A folder.
    Directory,
    /// A regular file.
    File,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    Special,
}

impl EntryType {
    fn of(kind: FileType) -> Self {
        if kind.is_dir() {
            Self::Directory
        } else if kind.is_file() {
            Self::File
        } else if kind.is_symlink() {
            Self::Symlink
        } else {
            Self::Special
        }
    }
}

/// One entry of a folder.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The name alone.
    pub name: std::ffi::OsString,
    /// What it is.
    pub kind: EntryType,
    /// In bytes; 0 for anything but files.
    pub size: u64,
}

/// A project's folder, opened.
#[derive(Debug)]
pub struct Root(Dir);

impl Root {
    /// Opens the folder itself.
    ///
    /// # Errors
    /// [`BeneathError::RootMissing`], [`BeneathError::Unreadable`].
    pub fn open(path: &Path) -> Result<Self, BeneathError> {
        Dir::open_ambient_dir(path, ambient_authority()).map(Self).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => BeneathError::RootMissing,
            _ => BeneathError::Unreadable(error),
        })
    }

    /// The entries of a folder in no particular order; an entry that vanishes meanwhile is left out.
    ///
    /// # Errors
    /// See [`BeneathError`].
    pub fn list(&self, path: &Path) -> Result<Vec<Entry>, BeneathError> {
        let entries = if path.as_os_str().is_empty() { self.0.entries() } else { self.0.read_dir(checked(path)?) }.map_err(refused)?;
        let mut found = Vec::new();
        for entry in entries {
            let Ok(entry) = entry else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            let kind = EntryType::of(kind);
            let size = if kind == EntryType::File { entry.metadata().map_or(0, |metadata| metadata.len()) } else { 0 };
            found.push(Entry { name: entry.file_name(), kind, size });
        }
        Ok(found)
    }

    /// What is at this path, without following a link at its end.
    ///
    /// # Errors
    /// See [`BeneathError`].
    pub fn kind(&self, path: &Path) -> Result<EntryType, BeneathError> {
        Ok(EntryType::of(self.0.symlink_metadata(checked(path)?).map_err(refused)?.file_type()))
    }

    /// Opens a regular file for reading. A link at the end of the path is not followed.
    ///
    /// # Errors
    /// See [`BeneathError`].
    pub fn open_file(&self, path: &Path) -> Result<File, BeneathError> {
        let path = checked(path)?;
        match EntryType::of(self.0.symlink_metadata(path).map_err(refused)?.file_type()) {
            EntryType::File => {}
            EntryType::Special => return Err(BeneathError::Special),
            EntryType::Directory | EntryType::Symlink => return Err(BeneathError::NotAFile),
        }
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            // Should the file turn into a pipe or a link right now, opening must neither wait nor follow.
            use cap_std::fs::OpenOptionsExt;
            options.custom_flags(NONBLOCK_NOFOLLOW);
        }
        let file = self.0.open_with(path, &options).map_err(refused)?.into_std();
        if file.metadata().map_err(BeneathError::Unreadable)?.is_file() { Ok(file) } else { Err(BeneathError::Special) }
    }

    /// The target of a symbolic link, as it is written in the link.
    ///
    /// # Errors
    /// See [`BeneathError`].
    pub fn read_link(&self, path: &Path) -> Result<PathBuf, BeneathError> {
        self.0.read_link_contents(checked(path)?).map_err(refused)
    }
}

#[cfg(target_os = "linux")]
const NONBLOCK_NOFOLLOW: i32 = 0o4000 | 0o400_000;
#[cfg(all(unix, not(target_os = "linux")))]
const NONBLOCK_NOFOLLOW: i32 = 0x0004 | 0x0100;

fn checked(path: &Path) -> Result<&Path, BeneathError> {
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain && !path.as_os_str().is_empty() { Ok(path) } else { Err(BeneathError::Outside) }
}

fn refused(error: io::Error) -> BeneathError {
    match error.kind() {
        io::ErrorKind::NotFound => BeneathError::Missing,
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => BeneathError::NotAFile,
        // cap-std's own refusal of a path that escapes has no errno behind it; the kernel's is EXDEV or ELOOP.
        io::ErrorKind::CrossesDevices => BeneathError::Outside,
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => BeneathError::Outside,
        _ => BeneathError::Unreadable(error),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn nothing_outside_the_root_can_be_read() {
        let outside = tempfile::tempdir().expect("a temporary folder");
        fs::write(outside.path().join("secret"), "secret").expect("a file");
        let inside = outside.path().join("project");
        fs::create_dir(&inside).expect("a folder");
        fs::write(inside.join("a.txt"), "a").expect("a file");
        symlink(outside.path(), inside.join("out")).expect("a link");
        symlink("../secret", inside.join("file-out")).expect("a link");
        symlink("a.txt", inside.join("link")).expect("a link");
        let root = Root::open(&inside).expect("the root");
        root.open_file(Path::new("a.txt")).expect("a file inside");
        for path in ["../secret", "out/secret", "/etc/passwd", "a/../../secret", "", ".", "./a.txt/.."] {
            assert!(root.open_file(Path::new(path)).is_err(), "opened {path:?}");
        }
        assert!(matches!(root.open_file(Path::new("out/secret")), Err(BeneathError::Outside)));
        assert!(matches!(root.open_file(Path::new("file-out")), Err(BeneathError::NotAFile)), "links are shown, not followed");
        assert_eq!(root.read_link(Path::new("file-out")).expect("the target"), Path::new("../secret"));
        assert!(root.list(Path::new("out")).is_err(), "a link to a folder outside is not listed");
        assert_eq!(root.list(Path::new("")).expect("the root's entries").len(), 4);
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_it() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let made = std::process::Command::new("mkfifo").arg(dir.path().join("pipe")).status().expect("mkfifo runs").success();
        assert!(made);
        let root = Root::open(dir.path()).expect("the root");
        assert!(matches!(root.open_file(Path::new("pipe")), Err(BeneathError::Special)));
    }
}
