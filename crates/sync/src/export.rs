//! Writes a version out: as a folder, a .tar.gz or a .zip.
//!
//! **Promises.** The target appears whole or not at all: everything is written beside it under another name, brought to the disk, and given its name
//! only if nothing has that name. Contents are checked against their hash before they are written. Links are written as links, after everything
//! else, so that nothing is written through one. Files keep whether they are executable; their time is the version's. Archives hold everything
//! below one folder, `name-vN`. A submodule is an empty folder. In a .zip, names and link targets must be UTF-8: others are left out.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use lectern_objects::{ObjectError, ObjectHash, Objects};
use lectern_store::{Store, private_file};

use crate::{
    Manifest, RepoPath, SyncError,
    export_archive::{TarGz, Zip},
    export_folder::Folder,
    export_scratch::Scratch,
    manifest::Content,
    version::walk,
};

/// So many of the files that were left out are named.
const NAMED_LEFT_OUT: usize = 200;
/// Contents that come from the folder and are larger than this are checked in a file, not in memory.
const IN_MEMORY: u64 = 8 * 1024 * 1024;

/// In which form a version is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// As files in a folder.
    Folder,
    /// As a tar archive in GNU format, compressed with gzip.
    TarGz,
    /// As a zip archive, deflated.
    Zip,
}

/// Why a version could not be written out; nothing of it is at the target.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Something has the target's name.
    #[error("something is there already")]
    TargetExists,
    /// The target's folder is not there, or refuses.
    #[error("it can't be written there: {0}")]
    TargetUnwritable(io::Error),
    /// No room at the target.
    #[error("the disk it is written to is full")]
    DiskFull,
    /// The version can't be read, or the user stopped it.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::DiskFull,
            io::ErrorKind::AlreadyExists => Self::TargetExists,
            _ => Self::TargetUnwritable(error),
        }
    }
}

/// Opens a file of the project's folder to read its present bytes from; `None` when there is none.
pub type FromFolder<'a> = &'a dyn Fn(&RepoPath, &Content) -> Option<Box<dyn Read>>;

/// What to write out, and where.
pub struct Export<'a> {
    /// The version's nodes.
    pub store: &'a Store,
    /// Its contents.
    pub objects: &'a Objects,
    /// The version.
    pub manifest: &'a Manifest,
    /// What archives call it, besides its number.
    pub name: &'a str,
    /// Must not exist; its folder must.
    pub target: &'a Path,
    /// In which form.
    pub format: ExportFormat,
    /// Where contents are looked for that were not kept or were lost; taken only when they still are the very bytes.
    pub from_folder: FromFolder<'a>,
    /// Noticed between two files, and within large ones.
    pub cancel: &'a AtomicBool,
    /// Hears how many files and bytes were written.
    pub progress: &'a dyn Fn(u64, u64),
}

/// What was written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files and links.
    pub files: u64,
    /// The sum of their sizes, uncompressed.
    pub bytes: u64,
    /// Files that were left out: their contents are nowhere, or their name can't be written there. The first 200 in the order of paths.
    pub left_out: Vec<LeftOut>,
    /// How many were left out.
    pub left_out_total: u64,
}

/// A file that was left out. They sort by path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Which.
    pub path: RepoPath,
    /// Why.
    pub why: LeftOutReason,
}

/// Why a file was left out of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// The version keeps only its hash, and the folder has other bytes by now.
    NotKept,
    /// The version kept its contents, and they are gone or damaged.
    Lost,
    /// Its name or where it leads can't be written there.
    Name,
}

/// Contents that match their hash.
pub(crate) enum Contents {
    Bytes(Vec<u8>),
    /// At its beginning; the file is removed with the export's other temporary files.
    Spooled(File),
}

/// Where files go.
pub(crate) trait Sink {
    /// Writes a file of `size` bytes. Whether its name can be written.
    fn file(&mut self, path: &RepoPath, executable: bool, size: u64, contents: Contents) -> Result<bool, ExportError>;
    /// Writes a link. Whether it can be written.
    fn link(&mut self, path: &RepoPath, target: &[u8]) -> Result<bool, ExportError>;
    /// Writes an empty folder.
    fn directory(&mut self, path: &RepoPath) -> Result<bool, ExportError>;
    /// Brings everything to the disk.
    fn finish(self: Box<Self>) -> Result<(), ExportError>;
}

impl Export<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// See [`ExportError`]; nothing is left beside the target either. What a killed process leaves there goes with the next export to that place.
    pub fn run(&self) -> Result<Exported, ExportError> {
        if fs::symlink_metadata(self.target).is_ok() {
            return Err(ExportError::TargetExists);
        }
        let scratch = Scratch::beside(self.target)?;
        let path = scratch.path().join("export");
        let mut sink: Box<dyn Sink> = match self.format {
            ExportFormat::Folder => Box::new(Folder::new(&path, self.manifest.created_at)?),
            ExportFormat::TarGz => Box::new(TarGz::new(&path, &self.prefix(), self.manifest.created_at)?),
            ExportFormat::Zip => Box::new(Zip::new(&path, &self.prefix(), self.manifest.created_at)?),
        };
        let mut exported = Exported::default();
        let mut links = Vec::new();
        let mut failed = None;
        let walked = walk(self.store, self.manifest, |path, content| {
            if let Content::Symlink { .. } = content {
                links.push((path.clone(), content.clone()));
                return Ok(());
            }
            self.put(&mut *sink, &mut exported, scratch.path(), path, content).map_err(|error| match error {
                ExportError::Sync(error) => error,
                other => {
                    failed = Some(other);
                    SyncError::Cancelled
                }
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        walked?;
        for (link, content) in links {
            self.put(&mut *sink, &mut exported, scratch.path(), &link, &content)?;
        }
        sink.finish()?;
        exported.left_out.sort();
        exported.left_out.truncate(NAMED_LEFT_OUT);
        self.go_on()?;
        rename_without_replacing(&path, self.target)?;
        Ok(exported)
    }

    fn put(
        &self,
        sink: &mut dyn Sink,
        exported: &mut Exported,
        scratch: &Path,
        path: &RepoPath,
        content: &Content,
    ) -> Result<(), ExportError> {
        self.go_on()?;
        let lost = || if self.manifest.data.keeps.holds(content) { LeftOutReason::Lost } else { LeftOutReason::NotKept };
        let name = |written: bool| (!written).then_some(LeftOutReason::Name);
        let left_out = match content {
            Content::Directory { .. } => None,
            Content::Submodule { .. } => name(sink.directory(path)?),
            Content::File { hash, size, executable, .. } => match self.contents(scratch, path, content, hash)? {
                Some(contents) => name(sink.file(path, *executable, *size, contents)?),
                None => Some(lost()),
            },
            Content::Symlink { hash, .. } => match self.contents(scratch, path, content, hash)? {
                Some(Contents::Bytes(target)) => name(sink.link(path, &target)?),
                _ => Some(lost()),
            },
        };
        if let Some(why) = left_out {
            exported.left_out_total += 1;
            // Links come last, so more than are named are kept until they are sorted.
            if exported.left_out.len() < 2 * NAMED_LEFT_OUT {
                exported.left_out.push(LeftOut { path: path.clone(), why });
            }
        } else if content.object().is_some() {
            exported.files += 1;
            exported.bytes += content.size();
            (self.progress)(exported.files, exported.bytes);
        }
        Ok(())
    }

    /// The bytes named `hash`: kept ones, else those in the folder when they are the same.
    fn contents(&self, scratch: &Path, path: &RepoPath, content: &Content, hash: &ObjectHash) -> Result<Option<Contents>, ExportError> {
        match self.objects.get(hash) {
            Ok(Some(bytes)) => return Ok(Some(Contents::Bytes(bytes))),
            Ok(None) | Err(ObjectError::Mismatch { .. }) => {}
            Err(other) => return Err(SyncError::from(other).into()),
        }
        let Some(reader) = (self.from_folder)(path, content) else { return Ok(None) };
        // One byte more shows that there is more.
        let mut reader = reader.take(content.size() + 1);
        if content.size() <= IN_MEMORY {
            let mut bytes = Vec::new();
            let read = reader.read_to_end(&mut bytes);
            return Ok((read.is_ok() && ObjectHash::of(&bytes) == *hash).then_some(Contents::Bytes(bytes)));
        }
        self.spool(&mut reader, &scratch.join("contents"), hash)
    }

    /// Copies to a file while hashing, so that what is checked is what is written.
    fn spool(&self, reader: &mut dyn Read, path: &Path, hash: &ObjectHash) -> Result<Option<Contents>, ExportError> {
        let mut file = private_file().read(true).truncate(true).open(path)?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1024 * 1024];
        loop {
            self.go_on()?;
            let Ok(length) = reader.read(&mut buffer) else { return Ok(None) };
            if length == 0 {
                break;
            }
            hasher.update(&buffer[..length]);
            file.write_all(&buffer[..length])?;
        }
        file.rewind()?;
        Ok((ObjectHash::from(hasher.finalize()) == *hash).then_some(Contents::Spooled(file)))
    }

    fn go_on(&self) -> Result<(), SyncError> {
        if self.cancel.load(Ordering::Relaxed) { Err(SyncError::Cancelled) } else { Ok(()) }
    }

    /// `name-vN`, with a name that is one everywhere.
    fn prefix(&self) -> String {
        let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
        let name: String = self.name.chars().take(80).map(|c| if odd(c) { '-' } else { c }).collect();
        let name = name.trim_matches([' ', '.']);
        format!("{}-v{}", if name.is_empty() { "project" } else { name }, self.manifest.version)
    }
}

/// Gives what is at `from` the name `to`, unless something has it.
fn rename_without_replacing(from: &Path, to: &Path) -> Result<(), ExportError> {
    #[cfg(target_os = "linux")]
    {
        use nix::{
            errno::Errno,
            fcntl::{AT_FDCWD, RenameFlags, renameat2},
        };
        match renameat2(AT_FDCWD, from, AT_FDCWD, to, RenameFlags::RENAME_NOREPLACE) {
            Ok(()) => return Ok(()),
            // File systems that don't know the flag.
            Err(Errno::EINVAL | Errno::ENOSYS | Errno::EOPNOTSUPP) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
    }
    if fs::symlink_metadata(to).is_ok() {
        return Err(ExportError::TargetExists);
    }
    Ok(fs::rename(from, to)?)
}

/// Whether a name can't be written where it should be: it is too long there, or that place takes it for another one.
pub(crate) fn is_impossible_name(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidFilename | io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory)
}
