//! What a caller wants written: a tree's root and, for each path, what must be there now and what shall be.

use std::{ops::Range, path::PathBuf};

use lectern_objects::ObjectHash;

use crate::{JournalError, RelPath};

/// Changes that shall be made together or not at all.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The tree's folder, absolute. Nothing outside of it is touched.
    pub root: PathBuf,
    /// Whose tree it is, in the caller's words (a project's id); journals are listed and forgotten by it.
    pub scope: String,
    /// What sort of change it is: RESTORE, …
    pub kind: String,
    /// What the user reads in a list: "Restore of v12".
    pub title: String,
    /// At most one a path.
    pub changes: Vec<Change>,
}

/// One path's change.
#[derive(Debug, Clone)]
pub struct Change {
    /// A file or a symbolic link; directories come and go with what is in them.
    pub path: RelPath,
    /// What must be there now. A directory counts as absent: a file may take its place when nothing else is left in it.
    pub expected: State,
    /// What shall be there.
    pub becomes: New,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No file and no link.
    Absent,
    /// A regular file.
    File {
        /// Of its bytes.
        hash: ObjectHash,
        /// Whether its owner may execute it.
        executable: bool,
    },
    /// A symbolic link.
    Symlink {
        /// Of its target's bytes.
        hash: ObjectHash,
    },
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// These.
    Bytes(Vec<u8>),
    /// An object that is kept already.
    Object {
        /// Its name.
        hash: ObjectHash,
        /// In bytes.
        size: u64,
    },
}

/// What shall be at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// Nothing. Directories that have nothing left in them go too, as git does it.
    Absent,
    /// A regular file. One that was there keeps its permissions, apart from who may execute it; a new one has what the system gives new files.
    File {
        /// Its bytes.
        content: Content,
        /// Whether those who may read it may execute it.
        executable: bool,
    },
    /// A symbolic link; it is never followed.
    Symlink {
        /// Where it leads.
        target: Content,
    },
    /// The text that is there with parts of it replaced; everything else of it, a byte order mark and line ends too, stays as it is.
    Edited(Vec<Edit>),
}

/// A part of a text and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// 0-based offsets in bytes of the text as expected; the end is exclusive, equal ends insert.
    pub range: Range<usize>,
    /// Put there.
    pub replacement: Vec<u8>,
}

impl Content {
    pub(crate) fn hash(&self) -> ObjectHash {
        match self {
            Self::Bytes(bytes) => ObjectHash::of(bytes),
            Self::Object { hash, .. } => *hash,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Object { size, .. } => *size,
        }
    }
}

/// `text` with `edits` made.
///
/// # Errors
/// [`JournalError::BadEdit`] when edits overlap, two insert at one place, one lies outside of the text, or the text is binary (a NUL among
/// the first 8,192 bytes).
pub fn edited(path: &RelPath, text: &[u8], edits: &[Edit]) -> Result<Vec<u8>, JournalError> {
    let bad = |detail: &str| JournalError::BadEdit { path: path.clone(), detail: detail.to_owned() };
    if text[..text.len().min(8192)].contains(&0) {
        return Err(bad("it is not text"));
    }
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = Vec::with_capacity(text.len());
    let mut done = 0;
    let mut before: Option<&Range<usize>> = None;
    for edit in sorted {
        let Range { start, end } = edit.range;
        if start > end || end > text.len() {
            return Err(bad("an edit lies outside of it"));
        }
        // Two that insert at one place have no order; one that inserts where a replacement begins has: it comes before.
        if start < done || before.is_some_and(|range| *range == edit.range && start == end) {
            return Err(bad("two edits overlap"));
        }
        result.extend_from_slice(&text[done..start]);
        result.extend_from_slice(&edit.replacement);
        (done, before) = (end, Some(&edit.range));
    }
    result.extend_from_slice(&text[done..]);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(range: Range<usize>, replacement: &str) -> Edit {
        Edit { range, replacement: replacement.into() }
    }

    #[test]
    fn a_byte_order_mark_and_line_ends_survive_an_edit() {
        let path = RelPath::new("a.txt").expect("a path");
        let text = b"\xef\xbb\xbfone\r\ntwo\r\n";
        let result = edited(&path, text, &[edit(8..11, "2"), edit(3..3, "0 ")]).expect("edited");
        assert_eq!(result, b"\xef\xbb\xbf0 one\r\n2\r\n");
    }

    #[test]
    fn edits_that_overlap_or_lie_outside_are_refused() {
        let path = RelPath::new("a.txt").expect("a path");
        let cases = [
            vec![edit(0..2, "x"), edit(1..3, "y")],
            vec![edit(1..1, "x"), edit(1..1, "y")],
            vec![edit(2..9, "x")],
            vec![edit(0..3, "x"), edit(1..1, "y")],
        ];
        for edits in cases {
            assert_eq!(edited(&path, b"abc", &edits).expect_err("refused").code(), "BAD_EDIT", "{edits:?}");
        }
        assert!(edited(&path, b"a\0b", &[]).is_err(), "binary");
    }

    proptest! {
        #[test]
        fn edits_give_what_replacing_from_the_end_gives(text in "[a-z]{0,40}", cuts in proptest::collection::btree_set(0_usize..40, 0..10), word in "[A-Z]{0,3}") {
            let cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).collect();
            let edits: Vec<Edit> = cuts.chunks_exact(2).map(|pair| edit(pair[0]..pair[1], &word)).collect();
            let mut naive = text.clone();
            for edit in edits.iter().rev() {
                naive.replace_range(edit.range.clone(), &word);
            }
            let path = RelPath::new("a").expect("a path");
            prop_assert_eq!(edited(&path, text.as_bytes(), &edits).expect("edited"), naive.into_bytes());
        }
    }
}
