//! The development set: records and texts as `data/anchors/README.md` describes them.

#![allow(dead_code, reason = "each of its users needs a part")]

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use lectern_anchor::{Anchor, AnchorError, Candidate, CandidateKind, Follower, LineRange, Text};
use serde::Deserialize;

/// What a predictor may read.
#[derive(Deserialize)]
pub struct Record {
    pub id: String,
    pub old: Version,
    pub old_range: [u32; 2],
    pub same_path: Option<Version>,
    pub candidates: Vec<Version>,
}

/// The answer and what it is grouped by.
#[derive(Deserialize)]
pub struct Label {
    pub kind: String,
    pub repo: String,
    pub new: Option<Version>,
    pub new_range: Option<[u32; 2]>,
    pub renamed: bool,
    pub partial_line: bool,
}

#[derive(Deserialize)]
pub struct Version {
    pub path: String,
    pub text_hash: String,
    #[serde(default)]
    pub status: String,
}

#[derive(Deserialize)]
struct Stored {
    hash: String,
    text: String,
}

/// Texts by their hashes, each cut into lines when first needed.
pub struct Texts(HashMap<String, (Arc<str>, OnceLock<Arc<Text>>)>);

impl Texts {
    /// Reads a file of texts.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut texts = HashMap::new();
        lines(path, |line| {
            let stored: Stored = serde_json::from_slice(line).map_err(io::Error::other)?;
            texts.insert(stored.hash, (Arc::from(stored.text), OnceLock::new()));
            Ok(())
        })?;
        Ok(Self(texts))
    }

    pub fn get(&self, version: &Version) -> Option<Arc<Text>> {
        let (text, made) = self.0.get(&version.text_hash)?;
        Some(made.get_or_init(|| Arc::new(Text::new(&version.path, text.clone()))).clone())
    }
}

/// Calls for each line that is not blank, also of a file compressed by zstd.
pub fn lines(path: &Path, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let file = File::open(path)?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|ending| ending == "zst") {
        let mut decoder = zstd::Decoder::new(file)?;
        decoder.window_log_max(27)?;
        Box::new(decoder)
    } else {
        Box::new(file)
    };
    let mut reader = BufReader::with_capacity(1 << 20, reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            each(&line)?;
        }
        line.clear();
    }
    Ok(())
}

/// Follows the range of a record; `None` when its text is not there.
pub fn follow(texts: &Texts, record: &Record) -> Option<Result<Anchor, AnchorError>> {
    let old = texts.get(&record.old)?;
    let same_path = record.same_path.as_ref().and_then(|version| texts.get(version));
    let loaders: Vec<_> = record.candidates.iter().map(|version| move || texts.get(version)).collect();
    let kind = |version: &Version| if version.status == "A" { CandidateKind::Added } else { CandidateKind::Changed };
    let candidates: Vec<Candidate<'_>> = record
        .candidates
        .iter()
        .zip(&loaders)
        .map(|(version, text)| Candidate { path: &version.path, kind: kind(version), text })
        .collect();
    let follower = Follower::new(&record.old.path, &old, same_path.as_deref(), &candidates);
    Some(LineRange::new(record.old_range[0], record.old_range[1]).and_then(|range| follower.follow(range)))
}

/// The folder of the development set, when it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anchors");
    folder.join("tune.jsonl.zst").exists().then_some(folder)
}
