//! Places inside a project, as bytes.

use std::{
    cmp::Ordering,
    ffi::OsStr,
    fmt,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

/// A path relative to a project's root: names separated by `/`, no name empty, `.`, `..` or with a NUL; the root itself is empty.
///
/// The order is the tree's: names are compared one after the other, so everything below a directory comes before its next sibling.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct RepoPath(Box<[u8]>);

/// The bytes can't be a place inside a project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{}” is not a path inside a project", String::from_utf8_lossy(.0))]
pub struct InvalidPath(pub Vec<u8>);

impl RepoPath {
    /// The project's root.
    pub fn root() -> Self {
        Self::default()
    }

    /// Checks `bytes`.
    ///
    /// # Errors
    /// [`InvalidPath`] for anything that is absolute, climbs, or has an impossible name.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidPath> {
        let bytes = bytes.into();
        if bytes.is_empty() || bytes.split(|b| *b == b'/').all(is_name) { Ok(Self(bytes.into())) } else { Err(InvalidPath(bytes)) }
    }

    /// Reads what [`RepoPath::key`] wrote.
    ///
    /// # Errors
    /// [`InvalidPath`], also for a key with a second spelling.
    pub fn from_key(key: &str) -> Result<Self, InvalidPath> {
        let invalid = || InvalidPath(key.as_bytes().to_vec());
        let Some(hex) = key.strip_prefix('\0') else { return Self::new(key) };
        let path = Self::new(decode_hex(hex).ok_or_else(invalid)?)?;
        if path.key() == key { Ok(path) } else { Err(invalid()) }
    }

    /// The path as text that loses nothing: itself when it is UTF-8, else a NUL followed by the lowercase hex of its bytes.
    pub fn key(&self) -> String {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.to_owned(),
            Err(_) => format!("\0{}", encode_hex(&self.0)),
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is the project's root.
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

    /// `name` inside this directory.
    ///
    /// # Errors
    /// [`InvalidPath`] when `name` is not one possible name.
    pub fn join(&self, name: &[u8]) -> Result<Self, InvalidPath> {
        if is_name(name) && !name.contains(&b'/') { Ok(self.child(name)) } else { Err(InvalidPath(name.to_vec())) }
    }

    /// [`RepoPath::join`] for a name that came from a directory listing or a checked node.
    pub(crate) fn child(&self, name: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(self.0.len() + 1 + name.len());
        bytes.extend_from_slice(&self.0);
        if !self.is_root() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name);
        Self(bytes.into())
    }

    /// Whether this is `directory` or lies below it.
    pub fn is_within(&self, directory: &Self) -> bool {
        directory.is_root() || self.0.strip_prefix(&*directory.0).is_some_and(|rest| rest.first().is_none_or(|b| *b == b'/'))
    }

    /// As a relative path of this computer.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// As a path of this computer below `root`.
    pub fn below(&self, root: &Path) -> PathBuf {
        if self.is_root() { root.to_owned() } else { root.join(self.as_path()) }
    }
}

/// Whether `name` can be the name of an entry of a directory.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.contains(&0)
}

pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Two lowercase digits a byte; `None` for anything else.
pub(crate) fn decode_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

impl Ord for RepoPath {
    fn cmp(&self, other: &Self) -> Ordering {
        // A NUL can't be in a name, so taking `/` for it puts the end of a name before every byte that could follow.
        let key = |b: &u8| if *b == b'/' { 0 } else { *b };
        self.0.iter().map(key).cmp(other.0.iter().map(key))
    }
}

impl PartialOrd for RepoPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for RepoPath {
    /// For people: bytes that are not UTF-8 are replaced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_leaves_the_root_is_a_path() {
        for bad in ["/etc/passwd", "..", "a/../b", "a//b", "a/", "./a", "a/.", "a\0b", "/"] {
            assert!(RepoPath::new(bad).is_err(), "{bad:?} was taken");
        }
        for good in ["", "a", "a/b", "...", "a/..b", " ", "a\nb", "a\\b"] {
            assert!(RepoPath::new(good).is_ok(), "{good:?} was refused");
        }
    }

    #[test]
    fn a_key_gives_the_same_bytes_back_and_has_one_spelling() {
        for bytes in [&b""[..], b"src/main.rs", "caf\u{e9}".as_bytes(), b"\xff\xfe/a", b"line\nbreak"] {
            let path = RepoPath::new(bytes).expect("a valid path");
            assert_eq!(RepoPath::from_key(&path.key()), Ok(path));
        }
        for bad in ["\x00", "\x0061", "\x00zz", "\x00FF", "\x00f", "\x002e2e2fff", "../a"] {
            assert!(RepoPath::from_key(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_directory_ends_before_its_next_sibling_begins() {
        let mut paths: Vec<RepoPath> = ["a.txt", "a/b", "a", "a-", "a/b/c", "b"].map(|p| RepoPath::new(p).expect("valid")).to_vec();
        paths.sort();
        let order: Vec<String> = paths.iter().map(RepoPath::key).collect();
        assert_eq!(order, ["a", "a/b", "a/b/c", "a-", "a.txt", "b"]);
    }

    #[test]
    fn a_sibling_with_the_same_beginning_is_not_within() {
        let path = |p: &str| RepoPath::new(p).expect("valid");
        assert!(path("proj/a").is_within(&path("proj")));
        assert!(path("proj").is_within(&path("proj")));
        assert!(!path("proj-secret/a").is_within(&path("proj")));
        assert!(path("anything").is_within(&RepoPath::root()));
        assert_eq!(path("a/b").parent(), Some(path("a")));
        assert_eq!(path("a").parent(), Some(RepoPath::root()));
    }
}
