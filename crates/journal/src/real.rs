//! The file system of this computer.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Write},
    os::{
        fd::{AsFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
};

use nix::{
    dir::Dir,
    errno::Errno,
    fcntl::{AtFlags, OFlag, openat, readlinkat, renameat},
    sys::stat::{FileStat, Mode, SFlag, fchmod, fstat, fstatat, mkdirat},
    sys::statvfs::fstatvfs,
    unistd::{AccessFlags, UnlinkatFlags, faccessat, linkat, symlinkat, unlinkat},
};

use crate::{
    RelPath,
    disk::{Disk, Kind, Root, Stat, is_absent},
};

/// The disk as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl From<FileStat> for Stat {
    // The fields' types differ between platforms.
    #[allow(clippy::unnecessary_cast, clippy::cast_sign_loss)]
    fn from(stat: FileStat) -> Self {
        let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
        let kind = match SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits()) {
            SFlag::S_IFDIR => Kind::Directory,
            SFlag::S_IFREG => Kind::File,
            SFlag::S_IFLNK => Kind::Symlink,
            _ => Kind::Special,
        };
        Self {
            kind,
            size: stat.st_size as u64,
            modified: nanos(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: nanos(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            inode: stat.st_ino as u64,
            device: stat.st_dev as u64,
            mode: stat.st_mode as u32 & 0o7777,
            links: stat.st_nlink as u64,
            owner: stat.st_uid,
        }
    }
}

impl Disk for RealDisk {
    fn open_root(&self, path: &Path) -> io::Result<Root> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        Ok(Root(nix::fcntl::open(path, flags, Mode::empty())?))
    }

    fn stat(&self, root: &Root, path: &RelPath) -> io::Result<Option<Stat>> {
        let found = if path.is_root() {
            fstat(&root.0).map_err(io::Error::from)
        } else {
            holder(root, path).and_then(|holder| Ok(fstatat(&holder, last(path), AtFlags::AT_SYMLINK_NOFOLLOW)?))
        };
        match found {
            Ok(stat) => Ok(Some(stat.into())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, root: &Root, path: &RelPath) -> io::Result<Vec<Vec<u8>>> {
        let mut dir = Dir::from_fd(directory(root, path)?)?;
        let mut names = Vec::new();
        for entry in dir.iter() {
            let name = entry?.file_name().to_bytes().to_vec();
            if name != b"." && name != b".." {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn open(&self, root: &Root, path: &RelPath) -> io::Result<File> {
        regular(beneath(root, path, OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?)
    }

    fn stat_open(&self, file: &File) -> io::Result<Stat> {
        Ok(fstat(file)?.into())
    }

    fn read_link(&self, root: &Root, path: &RelPath) -> io::Result<Vec<u8>> {
        Ok(readlinkat(&holder(root, path)?, last(path))?.into_encoded_bytes())
    }

    fn is_writable(&self, root: &Root, path: &RelPath) -> io::Result<bool> {
        let (holder, name, access) = match self.stat(root, path)? {
            Some(Stat { kind: Kind::Directory, .. }) => (directory(root, path)?, OsStr::new("."), AccessFlags::W_OK | AccessFlags::X_OK),
            _ => (holder(root, path)?, last(path), AccessFlags::W_OK),
        };
        match faccessat(&holder, name, access, AtFlags::AT_EACCESS) {
            Ok(()) => Ok(true),
            Err(Errno::EACCES | Errno::EPERM | Errno::EROFS) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
    fn free_bytes(&self, root: &Root) -> io::Result<u64> {
        let stat = fstatvfs(&root.0)?;
        Ok((stat.blocks_available() as u64).saturating_mul(stat.fragment_size() as u64))
    }

    fn create(&self, root: &Root, path: &RelPath, executable: bool) -> io::Result<File> {
        let mode = Mode::from_bits_truncate(if executable { 0o777 } else { 0o666 });
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(openat(&holder(root, path)?, last(path), flags, mode)?.into())
    }

    fn open_for_writing(&self, root: &Root, path: &RelPath) -> io::Result<File> {
        regular(beneath(root, path, OFlag::O_RDWR | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn truncate(&self, file: &File, size: u64) -> io::Result<()> {
        file.set_len(size)
    }

    #[allow(clippy::unnecessary_cast)]
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        Ok(fchmod(file, Mode::from_bits_truncate(mode as _))?)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn sync_directory(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        match File::from(directory(root, path)?).sync_all() {
            // Some file systems can't, and then need not.
            Err(error) if error.raw_os_error() == Some(Errno::EINVAL as i32) => Ok(()),
            other => other,
        }
    }

    #[cfg(target_os = "linux")]
    fn sync_everything(&self, root: &Root) -> io::Result<bool> {
        nix::unistd::syncfs(&root.0)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_everything(&self, _: &Root) -> io::Result<bool> {
        Ok(false)
    }

    fn make_symlink(&self, root: &Root, path: &RelPath, target: &[u8]) -> io::Result<()> {
        Ok(symlinkat(OsStr::from_bytes(target), &holder(root, path)?, last(path))?)
    }

    fn make_directory(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        Ok(mkdirat(&holder(root, path)?, last(path), Mode::from_bits_truncate(0o777))?)
    }

    fn set_directory_mode(&self, root: &Root, path: &RelPath, mode: u32) -> io::Result<()> {
        self.set_mode(&File::from(directory(root, path)?), mode)
    }

    fn remove_directory(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        Ok(unlinkat(&holder(root, path)?, last(path), UnlinkatFlags::RemoveDir)?)
    }

    fn remove_file(&self, root: &Root, path: &RelPath) -> io::Result<()> {
        Ok(unlinkat(&holder(root, path)?, last(path), UnlinkatFlags::NoRemoveDir)?)
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn exchange(&self, root: &Root, one: &RelPath, other: &RelPath) -> io::Result<()> {
        use nix::fcntl::{RenameFlags, renameat2};
        Ok(renameat2(&holder(root, one)?, last(one), &holder(root, other)?, last(other), RenameFlags::RENAME_EXCHANGE)?)
    }

    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    fn exchange(&self, _: &Root, _: &RelPath, _: &RelPath) -> io::Result<()> {
        Err(Errno::ENOSYS.into())
    }

    fn rename_to_free(&self, root: &Root, from: &RelPath, to: &RelPath) -> io::Result<()> {
        let (from_holder, to_holder) = (holder(root, from)?, holder(root, to)?);
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        {
            use nix::fcntl::{RenameFlags, renameat2};
            match renameat2(&from_holder, last(from), &to_holder, last(to), RenameFlags::RENAME_NOREPLACE) {
                Err(Errno::EINVAL | Errno::ENOSYS | Errno::EOPNOTSUPP) => {}
                other => return Ok(other?),
            }
        }
        // A second name refuses to take the place of anything; then the first can go.
        match linkat(&from_holder, last(from), &to_holder, last(to), AtFlags::empty()) {
            Ok(()) => return Ok(unlinkat(&from_holder, last(from), UnlinkatFlags::NoRemoveDir)?),
            Err(Errno::EPERM | Errno::EOPNOTSUPP | Errno::ENOSYS | Errno::EMLINK) => {}
            Err(errno) => return Err(errno.into()),
        }
        // A file system with neither (FAT): the moment between looking and renaming stays open.
        match fstatat(&to_holder, last(to), AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(_) => Err(Errno::EEXIST.into()),
            Err(Errno::ENOENT) => Ok(renameat(&from_holder, last(from), &to_holder, last(to))?),
            Err(errno) => Err(errno.into()),
        }
    }
}

fn last(path: &RelPath) -> &OsStr {
    OsStr::from_bytes(path.name())
}

/// The directory that `path` is an entry of.
fn holder(root: &Root, path: &RelPath) -> io::Result<OwnedFd> {
    directory(root, &path.parent().ok_or(Errno::EINVAL)?)
}

fn directory(root: &Root, path: &RelPath) -> io::Result<OwnedFd> {
    if path.is_root() {
        return Ok(openat(&root.0, ".", OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?);
    }
    beneath(root, path, OFlag::O_RDONLY | OFlag::O_DIRECTORY)
}

fn regular(fd: OwnedFd) -> io::Result<File> {
    if Stat::from(fstat(&fd)?).kind == Kind::File { Ok(fd.into()) } else { Err(Errno::ENOENT.into()) }
}

#[cfg(target_os = "linux")]
fn beneath(root: &Root, path: &RelPath, flags: OFlag) -> io::Result<OwnedFd> {
    use nix::fcntl::{OpenHow, ResolveFlag, openat2};
    use std::sync::atomic::{AtomicBool, Ordering};
    // Old kernels don't have the call, and some sandboxes forbid it.
    static UNAVAILABLE: AtomicBool = AtomicBool::new(false);
    if !UNAVAILABLE.load(Ordering::Relaxed) {
        let resolve = ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS;
        let how = OpenHow::new().flags(flags | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW).resolve(resolve);
        match openat2(&root.0, path.as_path(), how) {
            Err(Errno::ENOSYS) => UNAVAILABLE.store(true, Ordering::Relaxed),
            // Forbidden as a whole, or just this file; or the tree was being renamed: step by step it can't be confused.
            Err(Errno::EPERM | Errno::EAGAIN) => {}
            other => return Ok(other?),
        }
    }
    step_by_step(root, path, flags)
}

#[cfg(not(target_os = "linux"))]
fn beneath(root: &Root, path: &RelPath, flags: OFlag) -> io::Result<OwnedFd> {
    step_by_step(root, path, flags)
}

fn step_by_step(root: &Root, path: &RelPath, flags: OFlag) -> io::Result<OwnedFd> {
    let safe = OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW;
    let mut current: Option<OwnedFd> = None;
    let mut names = path.names().peekable();
    while let Some(name) = names.next() {
        let base = current.as_ref().map_or(root.0.as_fd(), AsFd::as_fd);
        let flags = if names.peek().is_some() { OFlag::O_RDONLY | OFlag::O_DIRECTORY } else { flags };
        current = Some(openat(base, OsStr::from_bytes(name), flags | safe, Mode::empty())?);
    }
    current.ok_or_else(|| Errno::EISDIR.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::symlink};

    fn path(text: &str) -> RelPath {
        RelPath::new(text).expect("a path")
    }

    #[test]
    fn a_link_on_the_way_leads_nowhere() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inside = dir.path().join("inside");
        fs::create_dir_all(inside.join("real")).expect("made");
        fs::write(inside.join("real/file"), "in").expect("written");
        fs::create_dir(dir.path().join("outside")).expect("made");
        fs::write(dir.path().join("outside/file"), "out").expect("written");
        symlink("../outside", inside.join("link")).expect("linked");
        let root = RealDisk.open_root(&inside).expect("opens");
        for opener in [beneath, step_by_step] {
            assert!(opener(&root, &path("real/file"), OFlag::O_RDONLY).is_ok());
            for refused in ["link/file", "link"] {
                let error = opener(&root, &path(refused), OFlag::O_RDONLY).expect_err(refused);
                assert!(is_absent(&error), "{refused}: {error}");
            }
        }
        let refusals = [
            RealDisk.create(&root, &path("link/new"), false).map(drop),
            RealDisk.remove_file(&root, &path("link/file")),
            RealDisk.make_directory(&root, &path("link/dir")),
            RealDisk.rename_to_free(&root, &path("real/file"), &path("link/new")),
            RealDisk.exchange(&root, &path("real/file"), &path("link/file")),
        ];
        for refused in refusals {
            assert!(is_absent(&refused.expect_err("never through a link")));
        }
        assert_eq!(fs::read(dir.path().join("outside/file")).expect("there"), b"out");
    }

    #[test]
    fn renaming_to_a_free_name_takes_the_place_of_nothing() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("a"), "a").expect("written");
        fs::write(dir.path().join("b"), "b").expect("written");
        let root = RealDisk.open_root(dir.path()).expect("opens");
        let error = RealDisk.rename_to_free(&root, &path("a"), &path("b")).expect_err("b is there");
        assert_eq!(error.raw_os_error(), Some(Errno::EEXIST as i32));
        RealDisk.rename_to_free(&root, &path("a"), &path("c")).expect("c is free");
        RealDisk.exchange(&root, &path("b"), &path("c")).expect("swapped");
        assert_eq!(
            (fs::read(dir.path().join("b")).expect("there"), fs::read(dir.path().join("c")).expect("there")),
            (b"a".into(), b"b".into())
        );
    }
}
