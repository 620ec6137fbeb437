//! Facts about the place that is watched: whether it is still the same folder, and what kind of drive it is on.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Where a repository keeps what says which files are tracked and which branch is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitPlaces {
    /// The working tree's own: HEAD and index.
    pub dir: PathBuf,
    /// Shared by all working trees: branches. The same as `dir` unless this is a linked working tree.
    pub common: PathBuf,
}

impl GitPlaces {
    /// The mark of a git command that changes the index.
    pub fn lock(&self) -> PathBuf {
        self.dir.join("index.lock")
    }

    pub(crate) fn directories(&self) -> Vec<PathBuf> {
        let mut directories = vec![self.dir.clone(), self.common.clone(), self.common.join("refs").join("heads")];
        directories.dedup();
        directories
    }

    /// Whether an entry of one of [`GitPlaces::directories`] says something.
    pub(crate) fn matters(&self, path: &Path) -> bool {
        if path.starts_with(self.common.join("refs")) {
            return path.extension().is_none_or(|extension| extension != "lock");
        }
        path.file_name().is_some_and(|name| ["HEAD", "index", "packed-refs"].iter().any(|known| name == *known))
    }

    pub(crate) fn holds(&self, path: &Path) -> bool {
        path.parent().is_some_and(|parent| parent == self.dir || parent == self.common || parent.starts_with(self.common.join("refs")))
    }
}

/// Which folder a path leads to, so that another one in its place is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(u64, u64);

impl Identity {
    /// Of the folder at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok(Self(metadata.dev(), metadata.ino()))
        }
        #[cfg(not(unix))]
        Ok(Self(0, 0))
    }
}

/// Whether changes on a drive can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// All of them.
    Local,
    /// Only those made on this computer: the system doesn't tell what others change. Named for people.
    Remote(&'static str),
}

/// What kind of drive `path` is on; local where that can't be found out.
pub fn file_system(path: &Path) -> FileSystem {
    #[cfg(target_os = "linux")]
    if let Ok(stat) = nix::sys::statfs::statfs(path) {
        return kind_of(stat.filesystem_type().0.cast_unsigned() & 0xffff_ffff);
    }
    let _ = path;
    FileSystem::Local
}

/// By the magic numbers of statfs(2) and linux/magic.h.
#[cfg(target_os = "linux")]
fn kind_of(magic: u64) -> FileSystem {
    match magic {
        0x6969 => FileSystem::Remote("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => FileSystem::Remote("SMB"),
        0x6573_5546 => FileSystem::Remote("FUSE"),
        0x0102_1997 => FileSystem::Remote("9p"),
        0x00c3_6400 => FileSystem::Remote("Ceph"),
        0x5346_414f | 0x6b41_4653 => FileSystem::Remote("AFS"),
        0x7375_7245 => FileSystem::Remote("Coda"),
        0x786f_4256 => FileSystem::Remote("VirtualBox"),
        _ => FileSystem::Local,
    }
}

/// How many directories this user's programs may watch in all, where the system has such a limit.
pub fn watch_limit() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?;
    text.trim().parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_drives_are_told_from_local_ones() {
        assert_eq!(kind_of(0xef53), FileSystem::Local, "ext4");
        assert_eq!(kind_of(0x9123_683e), FileSystem::Local, "btrfs");
        assert_eq!(kind_of(0x6969), FileSystem::Remote("NFS"));
        assert_eq!(kind_of(0xfe53_4d42), FileSystem::Remote("SMB"));
        assert_eq!(kind_of(0x6573_5546), FileSystem::Remote("FUSE"));
    }

    #[test]
    fn another_folder_under_the_same_name_is_another_folder() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (one, other) = (dir.path().join("one"), dir.path().join("other"));
        std::fs::create_dir(&one).expect("a folder");
        std::fs::create_dir(&other).expect("a folder");
        let before = Identity::of(&one).expect("it is there");
        std::fs::rename(&one, dir.path().join("moved")).expect("moved");
        assert!(Identity::of(&one).is_err());
        std::fs::rename(&other, &one).expect("moved");
        assert_ne!(Identity::of(&one).expect("it is there"), before);
    }
}
