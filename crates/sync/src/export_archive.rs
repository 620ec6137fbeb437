//! A version written out as one file: .tar.gz or .zip.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use flate2::{Compression, GzBuilder, write::GzEncoder};
use lectern_store::Timestamp;
use tar::{Builder, EntryType, Header};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    RepoPath,
    export::{Contents, ExportError, Sink},
};

/// A link's target that is longer goes into an entry of its own.
const LONGEST_TAR_LINK: usize = 100;
/// From here on a zip file needs its longer fields.
const LARGE_IN_ZIP: u64 = u32::MAX as u64;

fn new_file(path: &Path) -> io::Result<BufWriter<File>> {
    let mut options = File::options();
    Ok(BufWriter::with_capacity(256 * 1024, options.write(true).create_new(true).open(path)?))
}

impl Contents {
    fn copy_to(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(&bytes),
            Self::Spooled(mut file) => io::copy(&mut file, out).map(drop),
        }
    }
}

/// A tar archive in GNU format: names are bytes, of any length.
pub(crate) struct TarGz {
    builder: Builder<GzEncoder<BufWriter<File>>>,
    prefix: RepoPath,
    seconds: u64,
}

impl TarGz {
    pub fn new(path: &Path, prefix: &str, time: Timestamp) -> Result<Self, ExportError> {
        let seconds = u64::try_from(time.millis() / 1000).unwrap_or(0);
        let gzip = GzBuilder::new().mtime(u32::try_from(seconds).unwrap_or(0)).write(new_file(path)?, Compression::default());
        let prefix = RepoPath::root().child(prefix.as_bytes());
        let mut this = Self { builder: Builder::new(gzip), prefix: RepoPath::root(), seconds };
        // Also of a version without files something is there.
        this.directory(&prefix)?;
        Ok(Self { prefix, ..this })
    }

    fn header(&self, kind: EntryType, mode: u32, size: u64) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(self.seconds);
        header.set_size(size);
        header
    }

    fn place(&self, path: &RepoPath) -> RepoPath {
        path.names().fold(self.prefix.clone(), |place, name| place.child(name))
    }

    /// As it is written in the link, which the builder's own way would tidy up.
    fn long_link(&mut self, target: &[u8]) -> io::Result<()> {
        let data = [target, b"\0"].concat();
        let mut header = self.header(EntryType::GNULongLink, 0o644, data.len() as u64);
        header.set_mtime(0);
        self.builder.append_data(&mut header, "././@LongLink", &data[..])
    }
}

impl Sink for TarGz {
    fn file(&mut self, path: &RepoPath, executable: bool, size: u64, contents: Contents) -> Result<bool, ExportError> {
        let mut header = self.header(EntryType::Regular, if executable { 0o755 } else { 0o644 }, size);
        let place = self.place(path);
        match contents {
            Contents::Bytes(bytes) => self.builder.append_data(&mut header, place.as_path(), &bytes[..])?,
            Contents::Spooled(file) => self.builder.append_data(&mut header, place.as_path(), file)?,
        }
        Ok(true)
    }

    fn link(&mut self, path: &RepoPath, target: &[u8]) -> Result<bool, ExportError> {
        if target.len() > LONGEST_TAR_LINK {
            self.long_link(target)?;
        }
        let mut header = self.header(EntryType::Symlink, 0o777, 0);
        header.set_link_name_literal(&target[..target.len().min(LONGEST_TAR_LINK)])?;
        self.builder.append_data(&mut header, self.place(path).as_path(), io::empty())?;
        Ok(true)
    }

    fn directory(&mut self, path: &RepoPath) -> Result<bool, ExportError> {
        let mut header = self.header(EntryType::Directory, 0o755, 0);
        let mut place = self.place(path).as_path().as_os_str().to_owned();
        place.push("/");
        self.builder.append_data(&mut header, Path::new(&place), io::empty())?;
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        let file = self.builder.into_inner()?.finish()?;
        Ok(file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?)
    }
}

/// A zip archive as Info-ZIP makes it on Unix.
pub(crate) struct Zip {
    writer: ZipWriter<BufWriter<File>>,
    prefix: String,
    time: DateTime,
}

impl Zip {
    pub fn new(path: &Path, prefix: &str, time: Timestamp) -> Result<Self, ExportError> {
        let mut this = Self { writer: ZipWriter::new(new_file(path)?), prefix: prefix.to_owned(), time: dos_time(time) };
        this.directory(&RepoPath::root())?;
        Ok(this)
    }

    fn options(&self, mode: u32, size: u64) -> SimpleFileOptions {
        SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(self.time)
            .unix_permissions(mode)
            .large_file(size >= LARGE_IN_ZIP)
    }

    /// `None` for a name that is not UTF-8: what a program makes of it would be anybody's guess.
    fn place(&self, path: &RepoPath) -> Option<String> {
        let path = std::str::from_utf8(path.as_bytes()).ok()?;
        Some(format!("{}/{path}", self.prefix))
    }
}

impl Sink for Zip {
    fn file(&mut self, path: &RepoPath, executable: bool, size: u64, contents: Contents) -> Result<bool, ExportError> {
        let Some(place) = self.place(path) else { return Ok(false) };
        let options = self.options(if executable { 0o755 } else { 0o644 }, size);
        self.writer.start_file(place, options).map_err(io::Error::from)?;
        contents.copy_to(&mut self.writer)?;
        Ok(true)
    }

    fn link(&mut self, path: &RepoPath, target: &[u8]) -> Result<bool, ExportError> {
        let (Some(place), Ok(target)) = (self.place(path), std::str::from_utf8(target)) else { return Ok(false) };
        self.writer.add_symlink(place, target, self.options(0o777, 0)).map_err(io::Error::from)?;
        Ok(true)
    }

    fn directory(&mut self, path: &RepoPath) -> Result<bool, ExportError> {
        let Some(place) = self.place(path) else { return Ok(false) };
        let options = self.options(0o755, 0).compression_method(CompressionMethod::Stored);
        self.writer.add_directory(place.trim_end_matches('/'), options).map_err(io::Error::from)?;
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<(), ExportError> {
        let file = self.writer.finish().map_err(io::Error::from)?;
        Ok(file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?)
    }
}

/// In UTC, for a zip file knows no time zone. Its years are 1980 to 2107.
fn dos_time(time: Timestamp) -> DateTime {
    let text = time.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u16>().ok());
    let small = |from: usize, to: usize| part(from, to).and_then(|part| u8::try_from(part).ok());
    let parts = || Some((part(0, 4)?, small(5, 7)?, small(8, 10)?, small(11, 13)?, small(14, 16)?, small(17, 19)?));
    parts()
        .and_then(|(year, month, day, hour, minute, second)| DateTime::from_date_and_time(year, month, day, hour, minute, second).ok())
        .unwrap_or_default()
}
