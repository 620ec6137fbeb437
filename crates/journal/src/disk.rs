//! The interface to the file system that a journal needs, so that tests can make any step of it fail.

use std::{fs::File, io, os::fd::OwnedFd, path::Path};

use crate::RelPath;

/// An open handle on a tree's folder; everything else is named relative to it.
#[derive(Debug)]
pub struct Root(pub(crate) OwnedFd);

/// What an entry of a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file.
    File,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    Special,
}

/// What the file system says about an entry. Equal values mean it is taken to be unchanged, unless it was changed a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// In bytes.
    pub size: u64,
    /// When its bytes were last written, nanoseconds since 1970.
    pub modified: i64,
    /// When anything of it was last changed, nanoseconds since 1970; programs can't set it.
    pub changed: i64,
    /// Its number in its file system.
    pub inode: u64,
    /// Its file system.
    pub device: u64,
    /// Permission bits (0o7777).
    pub mode: u32,
    /// How many names it has.
    pub links: u64,
    /// Who owns it.
    pub owner: u32,
}

impl Stat {
    /// Whether its owner may execute it.
    pub fn is_executable(&self) -> bool {
        self.mode & 0o100 != 0
    }

    /// Whether both are the same entry with the same bytes, moved or not.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        (self.kind, self.size, self.modified, self.inode, self.device)
            == (other.kind, other.size, other.modified, other.inode, other.device)
    }
}

/// Defines what a journal does to a file system. No method follows a symbolic link, on the way or at the end, or leaves the root.
///
/// A path of which a part is missing, or is something else than a directory, is an error of kind `NotFound` or `NotADirectory`.
pub trait Disk: Send + Sync {
    /// The present by the clock that stamps files, nanoseconds since 1970.
    fn now(&self) -> i64 {
        let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        now.map_or(0, |now| i64::try_from(now.as_nanos()).unwrap_or(i64::MAX))
    }
    /// Opens a tree's folder; links that lead to it are followed.
    fn open_root(&self, path: &Path) -> io::Result<Root>;
    /// What is at `path`; `None` when nothing is, or when it can't be reached without a link or through a file.
    fn stat(&self, root: &Root, path: &RelPath) -> io::Result<Option<Stat>>;
    /// The names in a directory, in no order, without `.` and `..`.
    fn list(&self, root: &Root, path: &RelPath) -> io::Result<Vec<Vec<u8>>>;
    /// Opens a regular file for reading, without ever waiting for a pipe.
    fn open(&self, root: &Root, path: &RelPath) -> io::Result<File>;
    /// What is open.
    fn stat_open(&self, file: &File) -> io::Result<Stat>;
    /// Where a symbolic link leads.
    fn read_link(&self, root: &Root, path: &RelPath) -> io::Result<Vec<u8>>;
    /// Whether entries of a directory may be made and removed (or, of a file, its bytes written) by this process.
    fn is_writable(&self, root: &Root, path: &RelPath) -> io::Result<bool>;
    /// Bytes that this process could still write to the tree's file system.
    fn free_bytes(&self, root: &Root) -> io::Result<u64>;

    /// Makes a file that was not there, with the permissions that the system gives new files (`executable` or not).
    fn create(&self, root: &Root, path: &RelPath, executable: bool) -> io::Result<File>;
    /// Opens a regular file to write into it.
    fn open_for_writing(&self, root: &Root, path: &RelPath) -> io::Result<File>;
    /// Writes all of `bytes` at the file's position.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file to `size` bytes.
    fn truncate(&self, file: &File, size: u64) -> io::Result<()>;
    /// Sets permission bits.
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()>;
    /// Returns when the file's bytes survive a power cut.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Returns when the names in a directory survive a power cut.
    fn sync_directory(&self, root: &Root, path: &RelPath) -> io::Result<()>;
    /// [`Disk::sync`] for everything on the tree's file system at once; `false` when there is no such call.
    fn sync_everything(&self, root: &Root) -> io::Result<bool>;
    /// Makes a symbolic link that was not there.
    fn make_symlink(&self, root: &Root, path: &RelPath, target: &[u8]) -> io::Result<()>;
    /// Makes a directory that was not there, with the permissions that the system gives new ones.
    fn make_directory(&self, root: &Root, path: &RelPath) -> io::Result<()>;
    /// Sets the permission bits of a directory.
    fn set_directory_mode(&self, root: &Root, path: &RelPath, mode: u32) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_directory(&self, root: &Root, path: &RelPath) -> io::Result<()>;
    /// Removes a name of a file or link.
    fn remove_file(&self, root: &Root, path: &RelPath) -> io::Result<()>;
    /// Swaps two entries in one step. `EINVAL`, `ENOSYS` or `ENOTSUP` where the file system can't.
    fn exchange(&self, root: &Root, one: &RelPath, other: &RelPath) -> io::Result<()>;
    /// Renames; `EEXIST` when `to` is there.
    fn rename_to_free(&self, root: &Root, from: &RelPath, to: &RelPath) -> io::Result<()>;
}

/// Whether the error means that what was looked for isn't there (any more), rather than that it can't be reached.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    use nix::errno::Errno;
    matches!(error.raw_os_error().map(Errno::from_raw), Some(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::EXDEV))
}

pub(crate) fn is_errno(error: &io::Error, wanted: nix::errno::Errno) -> bool {
    error.raw_os_error() == Some(wanted as i32)
}
