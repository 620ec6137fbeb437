//! Where a link of the project leads in its copy.

use std::path::{Component, Path, PathBuf};

/// What a link that stands at `place` in the project `from` says in the copy `to`: what leads into the project leads into the copy, what leads
/// elsewhere leads there still. `None` for one that leads to a folder that the project is in, through which it could be reached.
pub(super) fn target_in(from: &Path, to: &Path, place: &Path, target: &Path) -> Option<PathBuf> {
    let written = clean(&place.parent().unwrap_or(from).join(target));
    if let Ok(within) = written.strip_prefix(from) {
        // What never leaves the project means the same in the copy; where the project's own links lead it on, theirs are worked out too.
        let depth = place.parent().and_then(|folder| folder.strip_prefix(from).ok()).map_or(0, |folder| folder.components().count());
        return Some(if target.is_absolute() || climbs(target) > depth { to.join(within) } else { target.to_owned() });
    }
    // Links on the way may lead anywhere.
    let meant = written.canonicalize().unwrap_or_else(|_| written.clone());
    if let Ok(within) = meant.strip_prefix(from) {
        return Some(to.join(within));
    }
    if from.starts_with(&meant) { None } else { Some(meant) }
}

/// How many folders up the words of a path go at most.
fn climbs(path: &Path) -> usize {
    let (mut at, mut highest) = (0_usize, 0_usize);
    let mut below = 0_usize;
    for part in path.components() {
        match part {
            Component::ParentDir if below > 0 => below -= 1,
            Component::ParentDir => {
                at += 1;
                highest = highest.max(at);
            }
            Component::Normal(_) => below += 1,
            _ => {}
        }
    }
    highest
}

/// Without `.` and `..`, by the words alone.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn no_link_of_the_copy_leads_into_the_project() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().canonicalize().expect("there");
        let (from, to) = (dir.join("home/project"), dir.join("copy"));
        fs::create_dir_all(from.join("src")).expect("made");
        fs::create_dir_all(dir.join("library")).expect("made");
        symlink(&from, dir.join("library/back")).expect("linked");
        let leads = |target: &str| {
            let target = target.replace("DIR", dir.to_str().expect("text"));
            let found = target_in(&from, &to, &from.join("src/link"), Path::new(&target));
            found.map(|path| path.display().to_string().replace(dir.to_str().expect("text"), "DIR"))
        };
        assert_eq!(leads("a.rs").as_deref(), Some("a.rs"));
        assert_eq!(leads("../b").as_deref(), Some("../b"));
        assert_eq!(leads("DIR/home/project/b").as_deref(), Some("DIR/copy/b"));
        assert_eq!(leads("../../project/b").as_deref(), Some("DIR/copy/b"), "it leaves and comes back");
        assert_eq!(leads("DIR/library").as_deref(), Some("DIR/library"));
        assert_eq!(leads("DIR/library/back/src").as_deref(), Some("DIR/copy/src"), "through another's link");
        assert_eq!(leads("../..").as_deref(), None, "a folder that the project is in");
        assert_eq!(leads("DIR").as_deref(), None);
        assert_eq!(leads("/nowhere/at/all").as_deref(), Some("/nowhere/at/all"));
    }
}
