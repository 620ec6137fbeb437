//! Which entries of a folder an ignore rule leaves out of versions, for showing them dimmed.

use std::{
    collections::HashSet,
    ffi::OsString,
    path::{Path, PathBuf},
};

use ignore::WalkBuilder;

/// The names in `folder` (relative to `root`) that the rules keep; `None` when the folder itself is left out, with all that is in it.
///
/// A display aid with the rules of the `ignore` crate. What a version really holds is decided by `lectern_sync`.
pub(crate) fn kept_names(root: &Path, folder: &Path) -> Option<HashSet<OsString>> {
    let mut walked = PathBuf::new();
    for part in folder.components() {
        if !names(&root.join(&walked)).contains(part.as_os_str()) {
            return None;
        }
        walked.push(part);
    }
    Some(names(&root.join(&walked)))
}

fn names(folder: &Path) -> HashSet<OsString> {
    WalkBuilder::new(folder)
        .max_depth(Some(1))
        .hidden(false)
        .ignore(false)
        .require_git(false)
        .build()
        .flatten()
        .filter(|entry| entry.depth() == 1)
        .map(|entry| entry.file_name().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_a_rule_leaves_out_is_known_also_deep_inside_it() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(dir.path().join("target/debug")).expect("folders");
        fs::create_dir_all(dir.path().join("src")).expect("folders");
        fs::write(dir.path().join(".gitignore"), "/target\n*.log\n").expect("rules");
        for file in ["src/a.rs", "src/a.log", "target/debug/x"] {
            fs::write(dir.path().join(file), "").expect("a file");
        }
        let root = kept_names(dir.path(), Path::new("")).expect("the root is kept");
        assert!(root.contains(&OsString::from("src")) && root.contains(&OsString::from(".gitignore")));
        assert!(!root.contains(&OsString::from("target")));
        let src = kept_names(dir.path(), Path::new("src")).expect("src is kept");
        assert_eq!(src, HashSet::from([OsString::from("a.rs")]));
        assert_eq!(kept_names(dir.path(), Path::new("target/debug")), None);
    }
}
