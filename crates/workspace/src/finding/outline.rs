//! The outline of any file on this computer, project or not.

use std::{fs::File, path::Path};

use lectern_reader::{BeneathError, Document, LoadedFile};

use crate::view::{Failure, OutlineItem};

/// The symbols of a file in the order of their lines; none for a language without outlines. Needs no data folder.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `NOT_A_FILE`, `HIGHLIGHT_TIMED_OUT`.
pub fn outline_of_file(path: &Path) -> Result<Vec<OutlineItem>, Failure> {
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if !kind.is_file() {
        // A pipe would be waited for.
        return Err(Failure::new("NOT_A_FILE", format!("“{}” is not a file", path.display())));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let document = Document::open(&name, LoadedFile::Disk(File::open(path).map_err(unreadable)?)).map_err(unreadable)?;
    let tree = document.tree().map_err(|error| Failure::new("HIGHLIGHT_TIMED_OUT", error.to_string()))?;
    let symbols = tree.map(|tree| tree.outline()).unwrap_or_default();
    let items = symbols.into_iter().map(|symbol| OutlineItem {
        line: document.line_at(symbol.name_range.start),
        end_line: document.line_at(symbol.range.end.saturating_sub(1).max(symbol.range.start)),
        kind: symbol.kind.as_str().to_owned(),
        name: symbol.name,
        depth: symbol.depth,
    });
    Ok(items.collect())
}

fn unreadable(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::NotFound => BeneathError::Missing.into(),
        _ => BeneathError::Unreadable(error).into(),
    }
}
