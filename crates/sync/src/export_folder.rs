//! A version written out as files in a folder.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lectern_store::Timestamp;

use crate::{
    RepoPath,
    export::{Contents, ExportError, Sink, is_impossible_name},
};

/// A new folder that nobody else writes to.
pub(crate) struct Folder {
    root: PathBuf,
    time: SystemTime,
    directories: HashSet<RepoPath>,
    links: Vec<RepoPath>,
}

impl Folder {
    pub fn new(root: &Path, time: Timestamp) -> Result<Self, ExportError> {
        fs::create_dir(root)?;
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(time.millis()).unwrap_or(0));
        Ok(Self { root: root.to_owned(), time, directories: HashSet::from([RepoPath::root()]), links: Vec::new() })
    }

    /// Makes the folders above `path`.
    fn make_way(&mut self, path: &RepoPath) -> io::Result<()> {
        let mut missing = Vec::new();
        let mut above = path.parent();
        while let Some(directory) = above.filter(|directory| !self.directories.contains(directory)) {
            above = directory.parent();
            missing.push(directory);
        }
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory.below(&self.root))?;
            self.directories.insert(directory);
        }
        Ok(())
    }

    fn write(&mut self, path: &RepoPath, executable: bool, contents: Contents) -> io::Result<()> {
        self.make_way(path)?;
        let place = path.below(&self.root);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, if executable { 0o777 } else { 0o666 });
        #[cfg(not(unix))]
        let _ = executable;
        let mut file = options.open(&place)?;
        match contents {
            Contents::Bytes(bytes) => file.write_all(&bytes)?,
            Contents::Spooled(mut spooled) => _ = io::copy(&mut spooled, &mut file)?,
        }
        file.set_modified(self.time)
    }
}

impl Sink for Folder {
    fn file(&mut self, path: &RepoPath, executable: bool, _size: u64, contents: Contents) -> Result<bool, ExportError> {
        possible(self.write(path, executable, contents))
    }

    #[cfg(unix)]
    fn link(&mut self, path: &RepoPath, target: &[u8]) -> Result<bool, ExportError> {
        use std::os::unix::ffi::OsStrExt;
        let target = std::ffi::OsStr::from_bytes(target);
        let made = possible(self.make_way(path).and_then(|()| std::os::unix::fs::symlink(target, path.below(&self.root))))?;
        if made {
            self.links.push(path.clone());
        }
        Ok(made)
    }

    /// Making links asks for rights there that most users don't have.
    #[cfg(not(unix))]
    fn link(&mut self, _path: &RepoPath, _target: &[u8]) -> Result<bool, ExportError> {
        Ok(false)
    }

    fn directory(&mut self, path: &RepoPath) -> Result<bool, ExportError> {
        let made = self.make_way(path).and_then(|()| fs::create_dir(path.below(&self.root)));
        self.directories.insert(path.clone());
        possible(made)
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        for link in &self.links {
            set_link_time(&link.below(&self.root), self.time);
        }
        // Last of all: writing into a folder gives it the present time.
        for directory in &self.directories {
            let _ = File::open(directory.below(&self.root)).and_then(|opened| opened.set_modified(self.time));
        }
        Ok(to_disk(&self.root)?)
    }
}

fn possible(result: io::Result<()>) -> Result<bool, ExportError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if is_impossible_name(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(unix)]
fn set_link_time(link: &Path, time: SystemTime) {
    use nix::sys::{
        stat::{UtimensatFlags, utimensat},
        time::TimeSpec,
    };
    let time = TimeSpec::from_duration(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
    // A link's own time is a nicety.
    let _ = utimensat(nix::fcntl::AT_FDCWD, link, &time, &time, UtimensatFlags::NoFollowSymlink);
}

#[cfg(not(unix))]
fn set_link_time(_link: &Path, _time: SystemTime) {}

/// All of it at once: telling the disk file by file takes minutes for a large tree.
#[cfg(target_os = "linux")]
fn to_disk(root: &Path) -> io::Result<()> {
    Ok(nix::unistd::syncfs(File::open(root)?)?)
}

#[cfg(not(target_os = "linux"))]
fn to_disk(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            to_disk(&entry.path())?;
        } else if kind.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    Ok(())
}
