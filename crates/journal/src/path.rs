//! Places that a journal may write to, as bytes.

use std::{cmp::Ordering, ffi::OsStr, fmt, os::unix::ffi::OsStrExt, path::Path};

use crate::JournalError;

/// What names of temporary files begin with; whoever lists a working tree skips these.
pub const TEMPORARY_PREFIX: &[u8] = b".lectern-";

/// What names of temporary files end with.
pub const TEMPORARY_SUFFIX: &[u8] = b".tmp";

/// Whether `name` is that of a temporary file of a journal.
pub fn is_temporary(name: &[u8]) -> bool {
    name.len() >= TEMPORARY_PREFIX.len() + TEMPORARY_SUFFIX.len() && name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX)
}

/// A path relative to a tree's root: names separated by `/`, no name empty, `.`, `..` or with a NUL; the root itself is empty.
///
/// The order is the tree's: everything below a directory comes before its next sibling.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct RelPath(Box<[u8]>);

impl RelPath {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// Checks `bytes`.
    ///
    /// # Errors
    /// [`JournalError::InvalidPath`] for anything that is absolute, climbs, or has an impossible name.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, JournalError> {
        let bytes = bytes.into();
        let possible = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && name.len() <= 255 && !name.contains(&0);
        if bytes.is_empty() || bytes.split(|b| *b == b'/').all(possible) {
            Ok(Self(bytes.into()))
        } else {
            Err(JournalError::InvalidPath(String::from_utf8_lossy(&bytes).into_owned()))
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names on the way from the root.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|b| *b == b'/').filter(|name| !name.is_empty())
    }

    /// The last name; empty for the root.
    pub fn name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }

    /// The directory that holds this; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let end = self.0.iter().rposition(|b| *b == b'/').unwrap_or(0);
        Some(Self(self.0[..end].into()))
    }

    /// Every directory above this, the nearest first, without the root.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), Self::parent).filter(|path| !path.is_root())
    }

    /// `name`, which is one possible name, inside this directory.
    pub(crate) fn child(&self, name: &[u8]) -> Self {
        let mut bytes = self.0.to_vec();
        if !self.is_root() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name);
        Self(bytes.into())
    }

    /// How many names there are on the way.
    pub(crate) fn depth(&self) -> usize {
        self.names().count()
    }

    /// As a relative path of this computer.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// Whether a journal may write here: not to the root, never into `.git` (in any spelling that some file system takes for it), never to a
    /// temporary file of a journal.
    pub fn is_writable(&self) -> bool {
        !self.is_root() && self.names().all(|name| !is_git(name) && !is_temporary(name))
    }
}

/// Letters in any case, and the characters that HFS+ does not see (the list is git's, `is_hfs_dotgit`).
fn is_git(name: &[u8]) -> bool {
    let unseen = |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    String::from_utf8_lossy(name).chars().filter(|c| !unseen(c)).collect::<String>().eq_ignore_ascii_case(".git")
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

impl Ord for RelPath {
    fn cmp(&self, other: &Self) -> Ordering {
        // A NUL can't be in a name, so taking `/` for it puts the end of a name before every byte that could follow.
        let key = |b: &u8| if *b == b'/' { 0 } else { *b };
        self.0.iter().map(key).cmp(other.0.iter().map(key))
    }
}

impl PartialOrd for RelPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_climbs_or_can_not_be_a_name_is_no_path() {
        for bad in ["/a", "a/", "a//b", "../a", "a/../b", "./a", "a\0b", &"x".repeat(256)] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
        assert!(RelPath::new(*b"a/\xff/c").is_ok(), "names are bytes");
    }

    #[test]
    fn git_s_own_folder_is_not_writable_however_it_is_spelled() {
        for bad in [".git", ".git/config", "sub/.GIT/hooks/post-checkout", ".g\u{200c}it/x", ".lectern-1-2.tmp", ""] {
            assert!(!RelPath::new(bad).expect("a path").is_writable(), "{bad:?}");
        }
        for good in [".gitignore", "git", "a.git", ".lectern-notes", "x.tmp"] {
            assert!(RelPath::new(good).expect("a path").is_writable(), "{good:?}");
        }
    }
}
