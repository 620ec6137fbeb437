//! Quick open, text search and the symbol index of versions.

mod files;

pub use files::{FoundPath, FoundPaths, PathList, QuickOpen, order};
