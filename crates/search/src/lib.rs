//! Quick open, text search and the symbol index of versions.
