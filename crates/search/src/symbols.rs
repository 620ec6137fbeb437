//! The symbols of a version: read from its contents once, kept by their hash, found by name.
//!
//! **Promises.** What is kept can be lost or damaged at any time: it is then read anew. A new version costs the files that changed. Names are
//! what the outlines of the files say; nothing is resolved.

mod cache;
mod definitions;
mod extract;
mod fill;
mod find;
mod packed;
mod rows;
mod table;

pub use cache::{CacheError, SymbolCache};
pub use definitions::{Definition, Found as FoundDefinitions};
pub use extract::{LARGEST_FILE, extract};
pub use fill::{FillError, Filled, Step, fill};
pub use find::{FoundSymbol, FoundSymbols, SymbolFinder};
pub use packed::FileSymbols;
pub use table::{FileKey, Place, SymbolKey, SymbolTable};
