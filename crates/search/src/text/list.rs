//! The file that lists the segments of an index.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use lectern_store::private_file;
use serde::{Deserialize, Serialize};

/// The layout this build reads and writes. Another one is made anew.
const FORMAT: u32 = 1;
const NAME: &str = "segments.json";

/// Which segments there are, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct List {
    format: u32,
    /// The number of the next segment.
    pub next: u64,
    /// Numbers of segments.
    pub segments: Vec<u64>,
}

impl Default for List {
    fn default() -> Self {
        Self { format: FORMAT, next: 0, segments: Vec::new() }
    }
}

impl List {
    /// Reads the list of the index in `dir`; `None` when there is none, or what is there can't be believed.
    pub fn read(dir: &Path) -> Option<Self> {
        let text = fs::read_to_string(dir.join(NAME)).ok()?;
        let (json, check) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let list: Self = serde_json::from_str(json).ok().filter(|_| check == blake3::hash(json.as_bytes()).to_hex().as_str())?;
        (list.format == FORMAT).then_some(list)
    }

    /// Puts the list in place of the one before, on the disk when this returns. A kill at any moment leaves one of the two.
    ///
    /// # Errors
    /// I/O.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        let json = serde_json::to_string(self).map_err(io::Error::other)?;
        let scratch = dir.join("segments.tmp");
        let mut file = private_file().truncate(true).open(&scratch)?;
        write!(file, "{json}\n{}\n", blake3::hash(json.as_bytes()).to_hex())?;
        file.sync_all()?;
        fs::rename(&scratch, dir.join(NAME))?;
        // The new names of directory entries too.
        #[cfg(unix)]
        File::open(dir)?.sync_all()?;
        Ok(())
    }
}
