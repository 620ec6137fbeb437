//! Opens what lies beneath a folder, one name after the other, and never through a link: links are read and given back.
//!
//! Each step is relative to the handle of the step before, so what somebody swaps in the meantime is noticed, not followed.

use std::{
    fs::File,
    io,
    os::fd::{AsFd, OwnedFd},
    os::unix::ffi::OsStringExt,
    path::Path,
    time::{Duration, SystemTime},
};

use lectern_sync::RepoPath;
use nix::{
    dir::{Dir, Type},
    errno::Errno,
    fcntl::{AtFlags, OFlag, open, openat, readlinkat},
    sys::stat::{FileStat, Mode, SFlag, fstat, fstatat},
};

use super::listing::Listed;

/// A folder, opened.
pub(super) struct Beneath(OwnedFd);

/// What is at a path.
pub(super) enum Place {
    File(File, Stamp),
    Directory(OwnedFd),
    /// A link: the path that it is at, what it says, and the names that follow it.
    Link(RepoPath, Vec<u8>, Vec<Vec<u8>>),
    /// Nothing, or what can't be read without waiting: a pipe, a socket, a device.
    Missing,
}

/// Tells whether a file is still as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    pub size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A file that changed less long ago may change again without its times telling.
const SETTLES: Duration = Duration::from_secs(2);

impl Stamp {
    fn of(stat: &FileStat) -> Self {
        // The widths of these differ between systems; all fit.
        #[allow(clippy::unnecessary_cast, trivial_numeric_casts)]
        Self {
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }

    pub fn of_file(file: &File) -> io::Result<Self> {
        Ok(Self::of(&fstat(file)?))
    }

    /// Whether it had been left alone for long enough at `now` that its times can be trusted.
    pub fn has_settled(&self, now: SystemTime) -> bool {
        let latest = self.modified.max(self.changed);
        let latest = Duration::new(u64::try_from(latest.0).unwrap_or(0), u32::try_from(latest.1).unwrap_or(0));
        now.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|now| latest + SETTLES <= now)
    }

    /// Letters and digits that are others for another stamp.
    pub fn tag(&self) -> String {
        let Self { device, inode, size, modified, changed } = self;
        format!("{device:x}z{inode:x}z{size:x}z{:x}z{:x}z{:x}z{:x}", modified.0, modified.1, changed.0, changed.1)
    }
}

const READING: OFlag = OFlag::O_RDONLY.union(OFlag::O_CLOEXEC).union(OFlag::O_NOCTTY);

impl Beneath {
    /// Opens the folder itself; links on the way to it are the user's own.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self(open(folder, READING | OFlag::O_DIRECTORY, Mode::empty())?))
    }

    /// What is at `path`, up to the first link on the way.
    pub fn find(&self, path: &RepoPath) -> io::Result<Place> {
        let names: Vec<&[u8]> = path.names().collect();
        let Some((last, folders)) = names.split_last() else { return Ok(Place::Directory(self.0.try_clone()?)) };
        let mut at = self.0.try_clone()?;
        let link_at = |at: &OwnedFd, index: usize| -> io::Result<Place> {
            match readlinkat(at, names[index]) {
                Ok(text) => {
                    let path = RepoPath::new(names[..=index].join(&b'/')).map_err(|_| Errno::EINVAL)?;
                    Ok(Place::Link(path, text.into_vec(), names[index + 1..].iter().map(|name| name.to_vec()).collect()))
                }
                Err(Errno::EINVAL | Errno::ENOENT | Errno::ENOTDIR) => Ok(Place::Missing),
                Err(error) => Err(error.into()),
            }
        };
        for (index, name) in folders.iter().enumerate() {
            at = match openat(&at, *name, READING | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW, Mode::empty()) {
                Ok(next) => next,
                Err(Errno::ENOENT | Errno::ENAMETOOLONG) => return Ok(Place::Missing),
                // Systems differ in what they call a link that isn't followed.
                Err(Errno::ELOOP | Errno::ENOTDIR | Errno::EMLINK) => return link_at(&at, index),
                Err(error) => return Err(error.into()),
            };
        }
        let kind = match fstatat(&at, *last, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) => kind(&stat),
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ENAMETOOLONG) => return Ok(Place::Missing),
            Err(error) => return Err(error.into()),
        };
        if kind == SFlag::S_IFLNK {
            return link_at(&at, folders.len());
        }
        if kind != SFlag::S_IFREG && kind != SFlag::S_IFDIR {
            return Ok(Place::Missing);
        }
        // Should it turn into a pipe or a link right now, opening must neither wait nor follow.
        let opened = match openat(&at, *last, READING | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK, Mode::empty()) {
            Ok(opened) => opened,
            Err(Errno::ENOENT | Errno::ELOOP | Errno::EMLINK | Errno::ENXIO) => return Ok(Place::Missing),
            Err(error) => return Err(error.into()),
        };
        let stat = fstat(&opened)?;
        Ok(match self::kind(&stat) {
            SFlag::S_IFREG => Place::File(File::from(opened), Stamp::of(&stat)),
            SFlag::S_IFDIR => Place::Directory(opened),
            _ => Place::Missing,
        })
    }

    /// The stamp of the file at `path` when that can be told without waiting for a disk and without a link on the way.
    #[cfg(target_os = "linux")]
    pub fn stamp_at_hand(&self, path: &RepoPath) -> Option<Stamp> {
        use nix::fcntl::{OpenHow, ResolveFlag, openat2};
        // Linux 5.12: fails rather than wait.
        const RESOLVE_CACHED: ResolveFlag = ResolveFlag::from_bits_retain(0x20);
        let how = OpenHow::new()
            .flags(OFlag::O_PATH | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW)
            .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED);
        let found = openat2(&self.0, path.as_path(), how).ok()?;
        let stat = fstat(&found).ok()?;
        (kind(&stat) == SFlag::S_IFREG).then(|| Stamp::of(&stat))
    }

    #[cfg(not(target_os = "linux"))]
    pub fn stamp_at_hand(&self, path: &RepoPath) -> Option<Stamp> {
        match self.find(path) {
            Ok(Place::File(_, stamp)) => Some(stamp),
            _ => None,
        }
    }
}

/// Up to `most` entries of an opened folder; what vanishes meanwhile is left out.
pub(super) fn list(folder: OwnedFd, most: usize) -> io::Result<Vec<Listed>> {
    let mut found = Vec::new();
    let mut names = Vec::new();
    let handle = folder.try_clone()?;
    for entry in Dir::from_fd(folder)?.iter() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push((name.to_vec(), entry.file_type()));
        }
        if names.len() == most {
            break;
        }
    }
    for (name, kind_of_entry) in names {
        let directory = match kind_of_entry {
            Some(Type::Directory) => true,
            Some(Type::Symlink) => false,
            Some(Type::File) | None => match fstatat(handle.as_fd(), name.as_slice(), AtFlags::AT_SYMLINK_NOFOLLOW) {
                Ok(stat) if kind(&stat) == SFlag::S_IFREG => {
                    found.push(Listed { name, directory: false, size: Some(Stamp::of(&stat).size) });
                    continue;
                }
                Ok(stat) => kind(&stat) == SFlag::S_IFDIR,
                Err(_) => continue,
            },
            // Pipes, sockets and devices are no files.
            Some(_) => continue,
        };
        found.push(Listed { name, directory, size: None });
    }
    Ok(found)
}

fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_trusted_only_when_the_file_was_left_alone_for_a_while() {
        let file = tempfile::tempfile().expect("a file");
        let stamp = Stamp::of_file(&file).expect("a stamp");
        let now = SystemTime::now();
        assert!(!stamp.has_settled(now), "it may be written again without its times telling");
        assert!(stamp.has_settled(now + SETTLES + Duration::from_secs(1)));
        assert!(!stamp.has_settled(now - Duration::from_secs(3600)), "a file of the future is not trusted");
    }
}
