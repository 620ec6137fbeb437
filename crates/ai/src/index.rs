//! What a version of a project defines, where each definition is used, and which file needs which.
//!
//! Names are resolved by spelling, place and role, not by a compiler: a use is counted for a definition only where no other could be meant as well.

mod building;
mod cache;
mod common;
mod importing;
mod reading;
mod resolving;
mod sorting;

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    ops::{Index, Range},
    sync::OnceLock,
};

use lectern_llm::Cancel;
use lectern_objects::ObjectHash;
use lectern_survey::{Kind, Manifest};
pub use lectern_syntax::SymbolKind;

pub(crate) use self::importing::{join, prefixed, split};
pub use self::{cache::IndexCache, reading::is_code};
use crate::{
    AiError, Version,
    graph::{self, Graph},
};

/// A file of a [`ProjectIndex`], by its place in [`ProjectIndex::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A definition of a [`ProjectIndex`], by its place in [`ProjectIndex::symbols`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

/// A file of the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedFile {
    /// Relative, with `/`.
    pub path: String,
    /// BLAKE3 of its contents.
    pub object: ObjectHash,
    /// Bytes.
    pub size: u64,
    /// How many lines it has; 0 where it was not read.
    pub lines: u32,
    /// `Rust`; `None` for what there is no grammar for.
    pub language: Option<&'static str>,
    /// Its definitions, as places in [`ProjectIndex::symbols`], in the order in which they stand there.
    pub symbols: Range<u32>,
    /// What it says about itself: a module's doc comment.
    pub doc: Option<Doc>,
    /// What it imports from outside of the project or what could not be resolved, as it is written there; each once, in order.
    pub imports: Vec<Import>,
    /// Why nothing is known of its contents.
    pub skipped: Option<Why>,
    /// It tests others.
    pub is_test: bool,
    /// A program wrote it.
    pub is_generated: bool,
    /// It is somebody else's, kept here.
    pub is_vendored: bool,
}

/// Why nothing is known of a file's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// It has more than 1 MiB.
    TooLarge,
    /// Bytes that are no text.
    Binary,
    /// Text that a program pressed into few lines.
    Minified,
    /// Its contents were not kept.
    Missing,
    /// Its grammar did not get through it.
    NotAnalysed,
}

/// What the code says of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doc {
    /// Without comment marks.
    pub text: String,
    /// Where it stands, 1-based, inclusive.
    pub lines: (u32, u32),
}

/// Something a file imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// As it is written: `serde::Deserialize`, `../lib/ipc`, `<stdio.h>`.
    pub target: String,
    /// Where, 1-based.
    pub line: u32,
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedSymbol {
    /// Where it is defined.
    pub file: FileId,
    /// `plan`.
    pub name: String,
    /// With what it is inside of, by the language's own separator: `Syncer::plan`, `Syncer.plan`. Not unique.
    pub qualified: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The definition around it.
    pub parent: Option<SymbolId>,
    /// The name of the type it is a member of, wherever that is defined.
    pub owner: Option<String>,
    /// The text of the source up to the body, byte for byte; at most 8 KiB.
    pub signature: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// The whole definition, without its doc comment; 1-based, inclusive.
    pub lines: (u32, u32),
    /// The line its name is on, 1-based.
    pub name_line: u32,
    /// The line its body begins on, 1-based; `None` where it has none.
    pub body_start: Option<u32>,
    /// Whether others than its file or module can use it.
    pub public: bool,
    /// It only says that something exists which is defined elsewhere: a C prototype.
    pub is_declaration: bool,
    /// It tests others, or is in a file or module that does.
    pub is_test: bool,
}

/// A use of a definition: one for each definition (or file, outside of all) that uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Where it is used.
    pub file: FileId,
    /// The first line it is used on, 1-based.
    pub line: u32,
    /// The innermost function, type or the like that uses it.
    pub from: Option<SymbolId>,
    /// How often.
    pub count: u32,
}

/// Something that is used, seen from who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// What is used.
    pub symbol: SymbolId,
    /// The first line it is used on, 1-based.
    pub line: u32,
    /// How often.
    pub count: u32,
}

/// An arrow between files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileUse {
    /// The other file.
    pub file: FileId,
    /// The line that imports it, or the first that uses something of it; 1-based, in the file that uses.
    pub line: u32,
    /// Uses of its definitions, and one for an import.
    pub count: u32,
}

/// A dependency manifest of the project's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedManifest {
    /// Which file it is.
    pub file: FileId,
    /// What sort of manifest.
    pub kind: Kind,
    /// What it says.
    pub manifest: Manifest,
}

/// What a ranking is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Focus {
    /// Definitions that were asked for.
    pub symbols: Vec<SymbolId>,
    /// Files that were asked for.
    pub files: Vec<FileId>,
    /// Words that were mentioned: names that have them rank higher.
    pub words: Vec<String>,
}

/// Everything code knows about a version.
#[derive(Debug, Default)]
pub struct ProjectIndex {
    /// Ascending by path.
    files: Vec<IndexedFile>,
    /// By file, in the order in which they are defined.
    symbols: Vec<IndexedSymbol>,
    /// Those nearest to the root first.
    manifests: Vec<IndexedManifest>,
    by_name: HashMap<String, Vec<SymbolId>>,
    /// Every identifier, hashed.
    names: HashSet<u64>,
    folders: HashSet<String>,
    /// Folders of Rust crates, by the crates' names.
    crates: HashMap<String, String>,
    users: Vec<Vec<Reference>>,
    used: Vec<Vec<Used>>,
    /// What files use outside of all definitions.
    file_used: Vec<Vec<Used>>,
    file_uses: Vec<Vec<FileUse>>,
    file_used_by: Vec<Vec<FileUse>>,
    /// Made when it is first asked for.
    graph: OnceLock<Graph>,
}

impl ProjectIndex {
    /// Reads all files of a version, those whose contents `cache` knows not again. `progress` hears how many files of how many are done, from
    /// any thread.
    ///
    /// # Errors
    /// [`AiError::Cancelled`]. What can't be read is an answer: see [`IndexedFile::skipped`].
    pub fn build(
        version: &dyn Version,
        cache: &IndexCache,
        cancel: &Cancel,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, AiError> {
        building::build(version, cache, cancel, progress)
    }

    /// All files, ascending by path.
    pub fn files(&self) -> &[IndexedFile] {
        &self.files
    }

    /// All definitions, by file, in the order in which they are defined, outer before inner.
    pub fn symbols(&self) -> &[IndexedSymbol] {
        &self.symbols
    }

    /// The file of this path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(id)
    }

    /// The definitions of a file.
    pub fn symbols_of(&self, file: FileId) -> impl DoubleEndedIterator<Item = SymbolId> + use<> {
        self[file].symbols.clone().map(SymbolId)
    }

    /// The innermost definition that holds this line (1-based).
    pub fn symbol_at(&self, file: FileId, line: u32) -> Option<SymbolId> {
        self.symbols_of(file).rev().find(|symbol| {
            let lines = self[*symbol].lines;
            lines.0 <= line && line <= lines.1
        })
    }

    /// The definitions of this name, in the order of [`ProjectIndex::symbols`].
    pub fn named(&self, name: &str) -> &[SymbolId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the project's code has this identifier anywhere, outside of comments and strings.
    pub fn is_name(&self, name: &str) -> bool {
        self.names.contains(&hashed(name))
    }

    /// Whether this is a file or folder of the version: its whole path, or the end of one from a `/` on.
    pub fn is_path(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let ends = |whole: &str| whole.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with('/'));
        !path.is_empty()
            && (self.file(path).is_some()
                || self.folders.contains(path)
                || self.files.iter().any(|file| ends(&file.path))
                || self.folders.iter().any(|folder| ends(folder)))
    }

    /// Whether the version has files beneath this folder; the root is the empty path.
    pub fn is_folder(&self, path: &str) -> bool {
        (path.is_empty() && !self.files.is_empty()) || self.folders.contains(path)
    }

    /// The project's own dependency manifests, those nearest to the root first. Tests' and vendored ones are left out.
    pub fn manifests(&self) -> &[IndexedManifest] {
        &self.manifests
    }

    /// Who uses it, as far as nothing else of its name can be meant.
    pub fn users(&self, symbol: SymbolId) -> &[Reference] {
        &self.users[symbol.0 as usize]
    }

    /// What it uses, most often first.
    pub fn used(&self, symbol: SymbolId) -> &[Used] {
        &self.used[symbol.0 as usize]
    }

    /// What a file uses outside of all its definitions, most often first.
    pub fn file_used(&self, file: FileId) -> &[Used] {
        &self.file_used[file.0 as usize]
    }

    /// The files that a file imports or uses definitions of, most used first.
    pub fn file_uses(&self, file: FileId) -> &[FileUse] {
        &self.file_uses[file.0 as usize]
    }

    /// The files that import a file or use its definitions, those that use it most first; lines are of those files.
    pub fn file_used_by(&self, file: FileId) -> &[FileUse] {
        &self.file_used_by[file.0 as usize]
    }

    /// All definitions by how much they matter to what is asked, the most first; their shares add up to 1. Same index and focus, same ranking.
    pub fn rank(&self, focus: &Focus) -> Vec<(SymbolId, f32)> {
        let graph = self.graph.get_or_init(|| graph::of_index(self));
        graph::rank(self, graph, focus)
    }
}

impl Index<FileId> for ProjectIndex {
    type Output = IndexedFile;

    fn index(&self, id: FileId) -> &IndexedFile {
        &self.files[id.0 as usize]
    }
}

impl Index<SymbolId> for ProjectIndex {
    type Output = IndexedSymbol;

    fn index(&self, id: SymbolId) -> &IndexedSymbol {
        &self.symbols[id.0 as usize]
    }
}

/// The file at this place.
pub(crate) fn id(at: usize) -> FileId {
    FileId(u32::try_from(at).expect("a version has fewer than 2³² files"))
}

/// A name as the set of all names keeps it.
fn hashed(name: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
