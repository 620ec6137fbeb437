//! Pages that code writes.
