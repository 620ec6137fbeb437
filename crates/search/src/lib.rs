//! Quick open, text search and the symbol index of versions.

mod files;
mod symbols;

pub use files::{FoundPath, FoundPaths, PathList, QuickOpen, order};
pub use symbols::{
    CacheError, Definition, FileKey, FileSymbols, FillError, Filled, FoundDefinitions, FoundSymbol, FoundSymbols, LARGEST_FILE, Place,
    Step, SymbolCache, SymbolFinder, SymbolKey, SymbolTable, extract, fill,
};

pub mod text;
