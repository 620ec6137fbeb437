//! All-or-nothing writes to a working tree: recovery at start, undo.
