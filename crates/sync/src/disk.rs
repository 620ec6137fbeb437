//! Looking into a project's folder without ever leaving it.
//!
//! Everything is opened relative to a handle on the root, and no symbolic link is followed on the way, so that a directory swapped for a link
//! in the middle of a scan leads nowhere. Files are opened without blocking: a named pipe can't hold a scan up.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
};

use nix::{
    errno::Errno,
    fcntl::{AtFlags, OFlag, openat, readlinkat},
    sys::stat::{FileStat, Mode, SFlag, fstat, fstatat},
};

use crate::{RepoPath, SyncError};

/// A handle on a project's folder.
#[derive(Debug)]
pub(crate) struct Root(OwnedFd);

/// What the file system says about an entry; equal values mean the entry is taken to be unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stat {
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
    /// Nanoseconds since 1970; can't be set by programs.
    pub changed: i64,
    pub inode: u64,
    /// Type and permissions.
    pub mode: u32,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Directory,
    File,
    Symlink,
    Special,
}

impl Stat {
    pub fn kind(&self) -> Kind {
        match SFlag::from_bits_truncate(self.mode & SFlag::S_IFMT.bits()) {
            SFlag::S_IFDIR => Kind::Directory,
            SFlag::S_IFREG => Kind::File,
            SFlag::S_IFLNK => Kind::Symlink,
            _ => Kind::Special,
        }
    }

    /// Whether the owner may execute it; the bit git keeps.
    pub fn is_executable(&self) -> bool {
        self.mode & 0o100 != 0
    }
}

impl From<FileStat> for Stat {
    // The fields' types differ between platforms.
    #[allow(clippy::unnecessary_cast, clippy::cast_sign_loss)]
    fn from(stat: FileStat) -> Self {
        Self {
            size: stat.st_size as u64,
            modified: (stat.st_mtime as i64).saturating_mul(1_000_000_000).saturating_add(stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime as i64).saturating_mul(1_000_000_000).saturating_add(stat.st_ctime_nsec as i64),
            inode: stat.st_ino as u64,
            mode: stat.st_mode as u32,
        }
    }
}

impl From<&std::fs::Metadata> for Stat {
    fn from(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            size: metadata.size(),
            modified: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
            changed: metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec()),
            inode: metadata.ino(),
            mode: metadata.mode(),
        }
    }
}

impl Root {
    /// Opens the folder at `path`.
    pub fn open(path: &Path) -> Result<Self, SyncError> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        nix::fcntl::open(path, flags, Mode::empty()).map(Self).map_err(|errno| match errno {
            Errno::ENOENT => SyncError::FolderMissing,
            Errno::ENOTDIR => SyncError::NotAFolder,
            other => SyncError::FolderUnreadable(plain(other.into())),
        })
    }

    /// What is at `path`; `None` when nothing is, or when a link or a file stands where a directory should.
    pub fn stat(&self, path: &RepoPath) -> io::Result<Option<Stat>> {
        let found = match path.parent() {
            None => fstat(&self.0).map_err(io::Error::from),
            Some(parent) => self
                .open_directory(&parent)
                .and_then(|directory| Ok(fstatat(&directory, OsStr::from_bytes(path.name()), AtFlags::AT_SYMLINK_NOFOLLOW)?)),
        };
        match found {
            Ok(stat) => Ok(Some(stat.into())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens the regular file at `path` for reading, with its state as of now.
    pub fn open_file(&self, path: &RepoPath) -> io::Result<(File, Stat)> {
        let fd = self.open_beneath(path, OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?;
        let stat = Stat::from(fstat(&fd)?);
        if stat.kind() == Kind::File { Ok((fd.into(), stat)) } else { Err(io::Error::from(Errno::ENOENT)) }
    }

    /// The target of the symbolic link at `path`.
    pub fn read_link(&self, path: &RepoPath) -> io::Result<Vec<u8>> {
        let directory = self.open_directory(&path.parent().unwrap_or_default())?;
        Ok(readlinkat(&directory, OsStr::from_bytes(path.name()))?.into_encoded_bytes())
    }

    /// A handle on the directory at `path`.
    pub fn open_directory(&self, path: &RepoPath) -> io::Result<OwnedFd> {
        if path.is_root() {
            return Ok(openat(&self.0, ".", OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?);
        }
        self.open_beneath(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY)
    }

    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &RepoPath, flags: OFlag) -> io::Result<OwnedFd> {
        use nix::fcntl::{OpenHow, ResolveFlag, openat2};
        use std::sync::atomic::{AtomicBool, Ordering};
        // Old kernels don't have the call, and some sandboxes forbid it.
        static UNAVAILABLE: AtomicBool = AtomicBool::new(false);
        if !UNAVAILABLE.load(Ordering::Relaxed) {
            let resolve = ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS;
            let how = OpenHow::new().flags(flags | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW).resolve(resolve);
            match openat2(&self.0, path.as_path(), how) {
                Err(Errno::ENOSYS | Errno::EPERM) => UNAVAILABLE.store(true, Ordering::Relaxed),
                // The tree was being renamed meanwhile; step by step it can't be confused.
                Err(Errno::EAGAIN) => {}
                other => return Ok(other?),
            }
        }
        self.open_step_by_step(path, flags)
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &RepoPath, flags: OFlag) -> io::Result<OwnedFd> {
        self.open_step_by_step(path, flags)
    }

    fn open_step_by_step(&self, path: &RepoPath, flags: OFlag) -> io::Result<OwnedFd> {
        let safe = OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW;
        let mut current: Option<OwnedFd> = None;
        let mut names = path.names().peekable();
        while let Some(name) = names.next() {
            let base = current.as_ref().map_or(self.0.as_fd(), AsFd::as_fd);
            let flags = if names.peek().is_some() { OFlag::O_RDONLY | OFlag::O_DIRECTORY } else { flags };
            current = Some(openat(base, OsStr::from_bytes(name), flags | safe, Mode::empty())?);
        }
        current.ok_or_else(|| io::Error::from(Errno::EISDIR))
    }
}

/// The names in a directory, ascending, and a handle to ask more of each.
#[derive(Debug)]
pub(crate) struct Listing {
    directory: OwnedFd,
    /// The names, one after the other.
    text: Vec<u8>,
    /// Where each name begins and ends, and what it was when it was listed.
    entries: Vec<(u32, u32, Kind)>,
    /// A `.git` is here; it is not among the names.
    pub has_git: bool,
}

impl Listing {
    /// Lists a directory. Left out are `.`, `..`, `.git`, what a journal has staged, and names that vanish meanwhile.
    pub fn of(directory: OwnedFd, fold_case: bool) -> io::Result<Self> {
        let mut listing = Self { directory, text: Vec::new(), entries: Vec::new(), has_git: false };
        let mut unknown = Vec::new();
        read_names(&listing.directory, &mut |name, kind| {
            if name == b".git" || (fold_case && name.eq_ignore_ascii_case(b".git")) {
                listing.has_git = true;
            } else if !is_staged(name) {
                if kind.is_none() {
                    unknown.push(listing.entries.len());
                }
                push(&mut listing.text, &mut listing.entries, name, kind.unwrap_or(Kind::Special));
            }
        })?;
        // Some file systems don't say with the names what they are.
        for index in unknown.into_iter().rev() {
            let (start, end, _) = listing.entries[index];
            match listing.stat(&listing.text[start as usize..end as usize]) {
                Ok(stat) => listing.entries[index].2 = stat.kind(),
                Err(error) if is_absent(&error) => drop(listing.entries.remove(index)),
                Err(error) => return Err(error),
            }
        }
        let text = &listing.text;
        listing.entries.sort_unstable_by(|a, b| text[a.0 as usize..a.1 as usize].cmp(&text[b.0 as usize..b.1 as usize]));
        Ok(listing)
    }

    /// Those of `names`, ascending, that are in the directory.
    pub fn of_names<'n>(directory: OwnedFd, names: impl Iterator<Item = &'n [u8]>) -> io::Result<Self> {
        let mut listing = Self { directory, text: Vec::new(), entries: Vec::new(), has_git: false };
        for name in names {
            match listing.stat(name) {
                Ok(stat) => push(&mut listing.text, &mut listing.entries, name, stat.kind()),
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(listing)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Kind)> {
        self.entries.iter().map(|(start, end, kind)| (&self.text[*start as usize..*end as usize], *kind))
    }

    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.iter().map(|(name, _)| name)
    }

    pub fn contains(&self, name: &[u8], kind: Kind) -> bool {
        let at = |entry: &(u32, u32, Kind)| self.text[entry.0 as usize..entry.1 as usize].cmp(name);
        self.entries.binary_search_by(at).is_ok_and(|index| self.entries[index].2 == kind)
    }

    /// What `name` is now; a link is not followed.
    pub fn stat(&self, name: &[u8]) -> io::Result<Stat> {
        Ok(fstatat(&self.directory, OsStr::from_bytes(name), AtFlags::AT_SYMLINK_NOFOLLOW)?.into())
    }
}

fn push(text: &mut Vec<u8>, entries: &mut Vec<(u32, u32, Kind)>, name: &[u8], kind: Kind) {
    // A directory whose names don't fit into 4 GiB has more entries than a version can hold.
    let Ok(start) = u32::try_from(text.len()) else { return };
    text.extend_from_slice(name);
    entries.push((start, start.saturating_add(u32::try_from(name.len()).unwrap_or(0)), kind));
}

/// Whether the name is one under which a journal keeps new contents beside their target until they take its place.
fn is_staged(name: &[u8]) -> bool {
    name.starts_with(b".lectern-") && name.ends_with(b".tmp")
}

#[cfg(target_os = "linux")]
fn read_names(directory: &OwnedFd, each: &mut dyn FnMut(&[u8], Option<Kind>)) -> io::Result<()> {
    use rustix::fs::{FileType, RawDir};
    use std::{cell::RefCell, mem::MaybeUninit};
    thread_local! {
        static BUFFER: RefCell<Vec<MaybeUninit<u8>>> = RefCell::new(vec![MaybeUninit::uninit(); 64 * 1024]);
    }
    BUFFER.with_borrow_mut(|buffer| {
        let mut entries = RawDir::new(directory, buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") {
                continue;
            }
            each(
                name,
                match entry.file_type() {
                    FileType::RegularFile => Some(Kind::File),
                    FileType::Directory => Some(Kind::Directory),
                    FileType::Symlink => Some(Kind::Symlink),
                    FileType::Unknown => None,
                    _ => Some(Kind::Special),
                },
            );
        }
        Ok(())
    })
}

#[cfg(not(target_os = "linux"))]
fn read_names(directory: &OwnedFd, each: &mut dyn FnMut(&[u8], Option<Kind>)) -> io::Result<()> {
    use nix::dir::{Dir, Type};
    for entry in Dir::from_fd(directory.try_clone()?)?.iter() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        each(
            name,
            match entry.file_type() {
                Some(Type::File) => Some(Kind::File),
                Some(Type::Directory) => Some(Kind::Directory),
                Some(Type::Symlink) => Some(Kind::Symlink),
                Some(_) => Some(Kind::Special),
                None => None,
            },
        );
    }
    Ok(())
}

/// Whether the error means that what was looked for isn't there (any more), rather than that it can't be read.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.raw_os_error().map(Errno::from_raw), Some(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::EXDEV))
}

/// The system's words without the error number.
pub(crate) fn plain(error: io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => Errno::from_raw(code).desc().to_lowercase(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::symlink};

    #[test]
    fn a_link_on_the_way_leads_nowhere() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inside = dir.path().join("inside");
        fs::create_dir_all(inside.join("real")).expect("made");
        fs::write(inside.join("real/file"), "in").expect("written");
        fs::create_dir(dir.path().join("outside")).expect("made");
        fs::write(dir.path().join("outside/file"), "out").expect("written");
        symlink("../outside", inside.join("link")).expect("linked");
        symlink("real/file", inside.join("direct")).expect("linked");
        let root = Root::open(&inside).expect("opens");
        let path = |p: &str| RepoPath::new(p).expect("valid");
        for opener in [Root::open_beneath, Root::open_step_by_step] {
            assert!(opener(&root, &path("real/file"), OFlag::O_RDONLY).is_ok());
            for refused in ["link/file", "direct", "link"] {
                let error = opener(&root, &path(refused), OFlag::O_RDONLY).expect_err(refused);
                assert!(is_absent(&error), "{refused}: {error}");
            }
        }
        assert!(root.open_directory(&path("link")).is_err());
        assert_eq!(root.stat(&path("link/file")).expect("answers"), None);
        assert_eq!(root.read_link(&path("link")).expect("read"), b"../outside");
    }
}
