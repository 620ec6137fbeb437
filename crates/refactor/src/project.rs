//! The files that an engine reads.

use std::{collections::BTreeMap, sync::Arc};

use lectern_objects::ObjectHash;

use crate::Memo;

/// The text files of a project at one moment: a version, or the folder as it was recorded just now.
pub trait Project: Sync {
    /// All files, ascending: relative, with `/`. Also those that are no text.
    fn paths(&self) -> &[String];

    /// The decoded text of a file, without a byte order mark; `None` when there is none, it is no text or too large to be code (8 MiB).
    fn text(&self, path: &str) -> Option<Arc<str>>;

    /// BLAKE3 of a file's bytes; equal ones have equal texts.
    fn object(&self, path: &str) -> Option<ObjectHash>;

    /// Files whose text holds the word, ascending: a superset is allowed, leaving one out is not. Of these only paths that `wanted` takes.
    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let finder = memchr::memmem::Finder::new(word.as_bytes());
        let holds = |path: &&String| wanted(path) && self.text(path).is_some_and(|text| finder.find(text.as_bytes()).is_some());
        self.paths().iter().filter(holds).cloned().collect()
    }

    /// What engines worked out before.
    fn memo(&self) -> &Memo;

    /// Whether somebody no longer waits for the answer. Engines ask between files.
    fn cancelled(&self) -> bool {
        false
    }

    /// Whether there is such a file.
    fn has(&self, path: &str) -> bool {
        self.paths().binary_search_by(|probe| probe.as_str().cmp(path)).is_ok()
    }
}

/// Files in memory: for tests and for texts that are not in any folder yet.
#[derive(Debug, Default)]
pub struct InMemory {
    paths: Vec<String>,
    texts: BTreeMap<String, (Arc<str>, ObjectHash)>,
    memo: Memo,
}

impl InMemory {
    /// These files.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let texts: BTreeMap<_, _> = files.into_iter().map(|(path, text)| (path, (ObjectHash::of(text.as_bytes()), text))).collect();
        let texts: BTreeMap<_, _> = texts.into_iter().map(|(path, (object, text))| (path, (Arc::from(text), object))).collect();
        Self { paths: texts.keys().cloned().collect(), texts, memo: Memo::default() }
    }
}

impl Project for InMemory {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.texts.get(path).map(|(text, _)| text.clone())
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        self.texts.get(path).map(|(_, object)| *object)
    }

    fn memo(&self) -> &Memo {
        &self.memo
    }
}
