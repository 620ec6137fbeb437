//! Texts after a proposal, for checks and patches; what writes to a folder is the journal.

use std::collections::BTreeMap;

use crate::{Edit, FileMove};

/// Why edits can't be applied to texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The text is not what the edit was made for.
    #[error("{path} changed since this was proposed")]
    Changed {
        /// Which file.
        path: String,
    },
    /// Two edits of a file overlap.
    #[error("two edits of {path} overlap")]
    Overlap {
        /// Which file.
        path: String,
    },
    /// Two files would get the same place.
    #[error("there is a file at {path} already")]
    Taken {
        /// Which place.
        path: String,
    },
}

/// The texts after the edits and moves: all or none.
///
/// # Errors
/// When an edit does not fit the text it was made for, edits overlap, or a place is taken.
pub fn applied<'a>(
    files: &BTreeMap<String, String>,
    edits: impl IntoIterator<Item = &'a Edit>,
    moves: &[FileMove],
) -> Result<BTreeMap<String, String>, ApplyError> {
    let mut by_path: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_path.entry(&edit.path).or_default().push(edit);
    }
    let mut texts = BTreeMap::new();
    for (path, text) in files {
        let text = match by_path.remove(path.as_str()) {
            Some(edits) => edited(path, text, edits)?,
            None => text.clone(),
        };
        let place = moved_path(path, moves);
        if texts.insert(place.clone(), text).is_some() {
            return Err(ApplyError::Taken { path: place });
        }
    }
    match by_path.into_keys().next() {
        Some(path) => Err(ApplyError::Changed { path: path.to_owned() }),
        None => Ok(texts),
    }
}

fn edited(path: &str, text: &str, mut edits: Vec<&Edit>) -> Result<String, ApplyError> {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.start as usize, edit.end as usize);
        if start < at {
            return Err(ApplyError::Overlap { path: path.to_owned() });
        }
        if text.get(start..end) != Some(edit.old.as_str()) {
            return Err(ApplyError::Changed { path: path.to_owned() });
        }
        out.push_str(&text[at..start]);
        out.push_str(&edit.new);
        at = end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

/// Where a file is afterwards: the innermost move that holds it decides.
fn moved_path(path: &str, moves: &[FileMove]) -> String {
    let holds = |moved: &&FileMove| path == moved.from || path.strip_prefix(moved.from.as_str()).is_some_and(|rest| rest.starts_with('/'));
    match moves.iter().filter(holds).max_by_key(|moved| moved.from.len()) {
        Some(moved) => format!("{}{}", moved.to, &path[moved.from.len()..]),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certainty;

    fn edit(start: u32, end: u32, old: &str, new: &str) -> Edit {
        Edit {
            path: "a/b".into(),
            start,
            end,
            old: old.into(),
            new: new.into(),
            certainty: Certainty::Certain,
            reason: String::new(),
            group: None,
        }
    }

    fn files() -> BTreeMap<String, String> {
        BTreeMap::from([("a/b".to_owned(), "one two".to_owned()), ("ab".to_owned(), String::new())])
    }

    #[test]
    fn a_moved_folder_takes_its_files_and_no_others() {
        let moves = [FileMove { from: "a".into(), to: "c".into(), certainty: Certainty::Certain, reason: String::new(), group: None }];
        let texts = applied(&files(), &[edit(4, 7, "two", "2")], &moves).expect("applied");
        assert_eq!(texts, BTreeMap::from([("c/b".to_owned(), "one 2".to_owned()), ("ab".to_owned(), String::new())]));
    }

    #[test]
    fn a_text_that_changed_is_refused() {
        assert_eq!(applied(&files(), &[edit(4, 7, "too", "2")], &[]), Err(ApplyError::Changed { path: "a/b".into() }));
        let gone = Edit { path: "gone".into(), ..edit(0, 0, "", "x") };
        assert_eq!(applied(&files(), &[gone], &[]), Err(ApplyError::Changed { path: "gone".into() }));
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        assert_eq!(
            applied(&files(), &[edit(0, 3, "one", "1"), edit(2, 4, "e ", "")], &[]),
            Err(ApplyError::Overlap { path: "a/b".into() })
        );
    }
}
