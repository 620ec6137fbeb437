//! The symbols of all files of a version, in memory.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lectern_objects::ObjectHash;
use lectern_sync::{Content, Difference, RepoPath};
use lectern_syntax::{Language, SymbolKind};

use super::extract::LARGEST_FILE;
use super::packed::{Entry, FileSymbols};

/// A file without an ending may be a script that names its language itself.
const BY_FIRST_LINE: &str = "#!";

/// What the symbols of a file depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SymbolKey {
    pub(crate) hash: ObjectHash,
    pub(crate) language: &'static str,
}

/// A file that may have symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKey {
    pub(crate) path: RepoPath,
    pub(crate) size: u64,
    pub(crate) key: SymbolKey,
}

impl FileKey {
    /// `None` for what has no symbols by its kind, size or name.
    pub fn of(path: &RepoPath, content: &Content) -> Option<Self> {
        let Content::File { hash, size, binary: false, .. } = content else { return None };
        if *size > LARGEST_FILE || *size == 0 {
            return None;
        }
        let name = String::from_utf8_lossy(path.name());
        let language = match Language::for_path(&name, None) {
            Some(language) => language.name(),
            None if !name.contains('.') => BY_FIRST_LINE,
            None => return None,
        };
        Some(Self { path: path.clone(), size: *size, key: SymbolKey { hash: *hash, language } })
    }
}

/// Where a symbol is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The file.
    pub path: RepoPath,
    /// 1-based.
    pub line: u32,
    /// UTF-16 column of its name.
    pub column: u32,
    /// UTF-16 units of its name in that line.
    pub width: u16,
    /// The symbol that it is in.
    pub container: Option<String>,
    /// The contents it was read from.
    pub hash: ObjectHash,
}

#[derive(Debug, Clone)]
pub(crate) struct TableFile {
    pub file: FileKey,
    /// None until it was read.
    pub symbols: Option<Arc<FileSymbols>>,
}

/// Symbols, numbered from 0 in the order of paths and lines. Files with the same contents share theirs; each symbol takes some 40 bytes and its name.
#[derive(Debug, Clone, Default)]
pub struct SymbolTable {
    files: Vec<TableFile>,
    /// The number of the first symbol of each file.
    first: Vec<u32>,
    /// The file of each symbol.
    file_of: Vec<u32>,
    unread: usize,
}

impl SymbolTable {
    /// The table of `files`, with what `known` has read already.
    pub fn new(mut files: Vec<FileKey>, known: &Self) -> Self {
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let read = known.files.iter().filter_map(|file| Some((file.file.key, file.symbols.as_ref()?)));
        let read: HashMap<SymbolKey, &Arc<FileSymbols>> = read.collect();
        let files = files.into_iter().map(|file| {
            let symbols = read.get(&file.key).map(|symbols| Arc::clone(symbols));
            TableFile { file, symbols }
        });
        Self::of(files.collect())
    }

    pub(crate) fn of(files: Vec<TableFile>) -> Self {
        let unread = files.iter().filter(|file| file.symbols.is_none()).count();
        let (mut first, mut file_of) = (Vec::with_capacity(files.len()), Vec::new());
        for (index, file) in (0_u32..).zip(&files) {
            first.push(u32::try_from(file_of.len()).unwrap_or(u32::MAX));
            let count = file.symbols.as_ref().map_or(0, |symbols| symbols.len());
            file_of.extend(std::iter::repeat_n(index, count as usize));
        }
        Self { files, first, file_of, unread }
    }

    /// The files of the version that differs from this one's by `differences`.
    pub fn files_after(&self, differences: &[Difference]) -> Vec<FileKey> {
        let gone: HashSet<&RepoPath> = differences.iter().flat_map(|one| [Some(&one.path), one.old_path.as_ref()]).flatten().collect();
        let stay = self.files.iter().map(|file| &file.file).filter(|file| !gone.contains(&file.path)).cloned();
        stay.chain(differences.iter().filter_map(|one| FileKey::of(&one.path, one.new.as_ref()?))).collect()
    }

    /// How many symbols there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.file_of.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.file_of.is_empty()
    }

    /// Files that may have symbols, and how many of them are still to be read.
    pub fn files(&self) -> (usize, usize) {
        (self.files.len(), self.unread)
    }

    /// The bytes of these files.
    pub fn corpus_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.file.size).sum()
    }

    /// Where a symbol is.
    ///
    /// # Panics
    /// For a number that there isn't.
    pub fn place(&self, id: u32) -> Place {
        let (file, symbols, number) = self.at(id);
        let entry = symbols.entry(number);
        Place {
            name: symbols.name(number).to_owned(),
            kind: entry.kind,
            path: file.path.clone(),
            line: entry.line,
            column: entry.column,
            width: entry.width,
            container: symbols.container(number).map(str::to_owned),
            hash: file.key.hash,
        }
    }

    pub(crate) fn table_files(&self) -> &[TableFile] {
        &self.files
    }

    pub(crate) fn entry(&self, id: u32) -> &Entry {
        let (_, symbols, number) = self.at(id);
        symbols.entry(number)
    }

    pub(crate) fn name(&self, id: u32) -> &str {
        let (_, symbols, number) = self.at(id);
        symbols.name(number)
    }

    pub(crate) fn file(&self, id: u32) -> &FileKey {
        self.at(id).0
    }

    fn at(&self, id: u32) -> (&FileKey, &FileSymbols, u32) {
        let index = self.file_of[id as usize] as usize;
        let file = &self.files[index];
        let symbols = file.symbols.as_ref().expect("a symbol's file was read");
        (&file.file, symbols, id - self.first[index])
    }
}
