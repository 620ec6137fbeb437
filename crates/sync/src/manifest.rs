//! Format 1 of versions: how a tree of files becomes nodes with names, and what a manifest's `data` says.
//!
//! **Final.** Golden tests hold every line below; another format gets another number.
//!
//! # Canonical JSON
//! UTF-8 without a byte order mark or any whitespace. Objects have their keys in ascending byte order and leave out what doesn't apply
//! (no `null`). Numbers are integers from 0 to 2⁶³−1 without sign, fraction or exponent. In strings `"` and `\` are escaped with a
//! backslash; U+0008, U+0009, U+000A, U+000C and U+000D are `\b`, `\t`, `\n`, `\f` and `\r`; the other characters below U+0020 are
//! `\u00` and two lowercase hex digits; nothing else is escaped. (This is RFC 8785 for the values that occur.) Hashes are BLAKE3, 64
//! lowercase hex digits.
//!
//! # Nodes
//! A directory is the array of its entries, ascending by the bytes of their names. The node's name is the BLAKE3 of that array's canonical
//! JSON. An entry is one of
//!
//! | `kind` | keys besides `kind` and the name |
//! |---|---|
//! | `file` | `hash` and `size` of the bytes, `mode` `100644` or `100755`, and `"binary":true` when a NUL is among the first 8,192 bytes |
//! | `symlink` | `hash` and `size` of the target's bytes, `mode` `120000` |
//! | `submodule` | `mode` `160000`, and `commit` when one is checked out; another git repository inside this one, not descended into |
//! | `dir` | `hash` of its node |
//!
//! and carries `name`, or, when its name is not UTF-8, `name_hex` (two lowercase digits a byte). Directories without any file below are left
//! out, as git does. No times, so that the same tree always has the same name.
//!
//! A directory of more than 256 entries is split by the first hex digit of the BLAKE3 of each name: its node is then the array of
//! `{"digit":…,"hash":…,"kind":"shard"}`, ascending by digit, without the digits that have no entries. A shard of more than 256 entries is
//! split by the next digit, and so on. So the node depends on the set of entries alone, never on the order in which they came.
//!
//! # `project_manifests.data`
//! `{"bytes","entries","files","format":1,"git"?,"keeps","languages","root"}`: `entries` is the root's node (as an array, split or not), `root`
//! its name, `files` the number of files, symlinks and submodules, `bytes` the sum of their sizes, `languages` the bytes of each language by
//! file name (binaries left out), `git` `{"branch"?,"head"?}` where the project is in a repository. `keeps` is `{"binary":N,"text":N}`:
//! **the contents of a file are kept exactly when its size is at most the `N` of its sort**, those of a symlink always; that is how a
//! content that was never kept is told from one that was lost. The row's `hash` is the BLAKE3 of `data`.

use std::{borrow::Cow, collections::BTreeMap};

use lectern_objects::ObjectHash;
use serde::{Deserialize, Serialize};

use crate::path::{decode_hex, encode_hex, is_name};

/// The `format` this build reads and writes.
pub const FORMAT: u32 = 1;

/// A node with more entries than this is split.
pub const SPLIT_ABOVE: usize = 256;

/// A NUL among this many first bytes makes a file binary.
pub const BINARY_PROBE: usize = 8192;

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// What the name stands for.
    pub content: Content,
}

/// What an entry stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A directory, named by its node.
    Directory {
        /// The node's name.
        node: ObjectHash,
    },
    /// A regular file.
    File {
        /// Of its bytes.
        hash: ObjectHash,
        /// In bytes.
        size: u64,
        /// Whether its owner may execute it.
        executable: bool,
        /// Whether a NUL is among the first [`BINARY_PROBE`] bytes.
        binary: bool,
    },
    /// A symbolic link, recorded and never followed.
    Symlink {
        /// Of the target's bytes.
        hash: ObjectHash,
        /// The target's length in bytes.
        size: u64,
    },
    /// Another git repository inside this one.
    Submodule {
        /// What is checked out there, as git names it; `None` before its first commit.
        commit: Option<String>,
    },
}

impl Content {
    /// The kind's name in format 1.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Directory { .. } => "dir",
            Self::File { .. } => "file",
            Self::Symlink { .. } => "symlink",
            Self::Submodule { .. } => "submodule",
        }
    }

    /// The mode as git writes it; `None` for a directory.
    pub fn mode(&self) -> Option<&'static str> {
        match self {
            Self::Directory { .. } => None,
            Self::File { executable: false, .. } => Some("100644"),
            Self::File { executable: true, .. } => Some("100755"),
            Self::Symlink { .. } => Some("120000"),
            Self::Submodule { .. } => Some("160000"),
        }
    }

    /// In bytes; 0 for directories and submodules.
    pub fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } | Self::Symlink { size, .. } => *size,
            Self::Directory { .. } | Self::Submodule { .. } => 0,
        }
    }

    /// The object that holds the bytes, if they are ones that can be kept.
    pub fn object(&self) -> Option<ObjectHash> {
        match self {
            Self::File { hash, .. } | Self::Symlink { hash, .. } => Some(*hash),
            Self::Directory { .. } | Self::Submodule { .. } => None,
        }
    }

    /// Whether it is anything but a directory.
    pub fn is_leaf(&self) -> bool {
        !matches!(self, Self::Directory { .. })
    }
}

/// A directory, or a part of a wide one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Up to [`SPLIT_ABOVE`] entries, ascending by name.
    Entries(Vec<Entry>),
    /// More: one node per digit that occurs, ascending.
    Shards(Vec<Shard>),
}

/// The entries of a wide directory whose names hash to one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// 0 to 15.
    pub digit: u8,
    /// The node's name.
    pub node: ObjectHash,
}

/// A text that is not format 1; says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormatError(pub String);

impl Node {
    /// The canonical JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&RawNode::from(self)).expect("a node has nothing that JSON can't hold")
    }

    /// The node's name.
    pub fn hash(&self) -> ObjectHash {
        ObjectHash::of(self.to_json().as_bytes())
    }

    /// Reads canonical JSON, and nothing else.
    ///
    /// # Errors
    /// [`FormatError`] for text that is not a node of format 1 in its one spelling.
    pub fn from_json(json: &str) -> Result<Self, FormatError> {
        let raw: RawNode<'_> = serde_json::from_str(json).map_err(|error| FormatError(error.to_string()))?;
        let node = Self::try_from(raw)?;
        if node.to_json() == json { Ok(node) } else { Err(FormatError("the text is not in canonical form".to_owned())) }
    }
}

/// The digit (0 to 15) at `depth` of the BLAKE3 of `name`: where an entry goes when a directory is split.
pub fn shard_digit(name: &[u8], depth: usize) -> u8 {
    digit_of(&ObjectHash::of(name), depth)
}

pub(crate) fn digit_of(hash: &ObjectHash, depth: usize) -> u8 {
    let byte = hash.as_bytes()[depth / 2];
    if depth.is_multiple_of(2) { byte >> 4 } else { byte & 15 }
}

/// What `project_manifests.data` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestData {
    /// The root directory.
    pub entries: Node,
    /// Its name.
    pub root: ObjectHash,
    /// Files, symlinks and submodules.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    /// Bytes of each language.
    pub languages: BTreeMap<String, u64>,
    /// Where git stood; `None` for a folder without git.
    pub git: Option<GitState>,
    /// Up to which size contents were kept.
    pub keeps: Keeps,
}

/// Where git stood when a version was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitState {
    /// `None` when HEAD is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit; `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

/// Up to which size, in bytes, contents are kept. 0 keeps only what is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeps {
    /// Of binary files. Default 256 KiB: pictures and fonts, not builds and archives.
    pub binary: u64,
    /// Of all other files. Default 1 MiB.
    pub text: u64,
}

impl Default for Keeps {
    fn default() -> Self {
        Self { binary: 256 * 1024, text: 1024 * 1024 }
    }
}

impl Keeps {
    /// Whether the bytes of `content` are kept under this rule.
    pub fn holds(&self, content: &Content) -> bool {
        match content {
            Content::File { size, binary, .. } => self.holds_file(*size, *binary),
            Content::Symlink { .. } => true,
            Content::Directory { .. } | Content::Submodule { .. } => false,
        }
    }

    pub(crate) fn holds_file(&self, size: u64, binary: bool) -> bool {
        size <= if binary { self.binary } else { self.text }
    }
}

impl ManifestData {
    /// The canonical JSON.
    pub fn to_json(&self) -> String {
        let raw = RawManifest {
            bytes: self.bytes,
            entries: RawNode::from(&self.entries),
            files: self.files,
            format: FORMAT,
            git: self.git.clone(),
            keeps: self.keeps,
            languages: Cow::Borrowed(&self.languages),
            root: self.root,
        };
        serde_json::to_string(&raw).expect("a manifest has nothing that JSON can't hold")
    }

    /// Reads `project_manifests.data`.
    ///
    /// # Errors
    /// [`FormatError`] for another format or a text that isn't one.
    pub fn from_json(json: &str) -> Result<Self, FormatError> {
        let raw: RawManifest<'_> = serde_json::from_str(json).map_err(|error| FormatError(error.to_string()))?;
        if raw.format != FORMAT {
            return Err(FormatError(format!("format {} is not known to this build", raw.format)));
        }
        Ok(Self {
            entries: Node::try_from(raw.entries)?,
            root: raw.root,
            files: raw.files,
            bytes: raw.bytes,
            languages: raw.languages.into_owned(),
            git: raw.git,
            keeps: raw.keeps,
        })
    }
}

/// The JSON of a manifest. The fields stand in the order of their keys, which serde keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest<'a> {
    bytes: u64,
    #[serde(borrow)]
    entries: RawNode<'a>,
    files: u64,
    format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    git: Option<GitState>,
    keeps: Keeps,
    languages: Cow<'a, BTreeMap<String, u64>>,
    root: ObjectHash,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct RawNode<'a>(#[serde(borrow)] Vec<RawEntry<'a>>);

/// The JSON of an entry or a shard. The fields stand in the order of their keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry<'a> {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    binary: bool,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    commit: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    digit: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<ObjectHash>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    mode: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    name_hex: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

const DIGITS: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];

impl<'a> From<&'a Node> for RawNode<'a> {
    fn from(node: &'a Node) -> Self {
        Self(match node {
            Node::Entries(entries) => entries.iter().map(RawEntry::from).collect(),
            Node::Shards(shards) => shards
                .iter()
                .map(|shard| RawEntry {
                    digit: Some(DIGITS[usize::from(shard.digit & 15)].into()),
                    hash: Some(shard.node),
                    kind: "shard".into(),
                    ..RawEntry::default()
                })
                .collect(),
        })
    }
}

impl<'a> From<&'a Entry> for RawEntry<'a> {
    fn from(entry: &'a Entry) -> Self {
        let (name, name_hex) = match std::str::from_utf8(&entry.name) {
            Ok(name) => (Some(name.into()), None),
            Err(_) => (None, Some(encode_hex(&entry.name).into())),
        };
        let content = &entry.content;
        let mut raw = Self { kind: content.kind().into(), mode: content.mode().map(Cow::from), name, name_hex, ..Self::default() };
        match content {
            Content::Directory { node } => raw.hash = Some(*node),
            Content::File { hash, size, binary, .. } => (raw.hash, raw.size, raw.binary) = (Some(*hash), Some(*size), *binary),
            Content::Symlink { hash, size } => (raw.hash, raw.size) = (Some(*hash), Some(*size)),
            Content::Submodule { commit } => raw.commit = commit.as_deref().map(Cow::from),
        }
        raw
    }
}

impl TryFrom<RawNode<'_>> for Node {
    type Error = FormatError;

    fn try_from(raw: RawNode<'_>) -> Result<Self, FormatError> {
        let wrong = |what: &str| Err(FormatError(what.to_owned()));
        if raw.0.len() > SPLIT_ABOVE {
            return wrong("the node has too many entries");
        }
        if raw.0.first().is_some_and(|first| first.kind == "shard") {
            let shards: Vec<Shard> = raw.0.iter().map(Shard::try_from).collect::<Result<_, _>>()?;
            if !shards.is_sorted_by(|a, b| a.digit < b.digit) {
                return wrong("the shards are not in order");
            }
            return Ok(Self::Shards(shards));
        }
        let entries: Vec<Entry> = raw.0.into_iter().map(Entry::try_from).collect::<Result<_, _>>()?;
        if entries.is_sorted_by(|a, b| a.name < b.name) { Ok(Self::Entries(entries)) } else { wrong("the entries are not in order") }
    }
}

impl TryFrom<&RawEntry<'_>> for Shard {
    type Error = FormatError;

    fn try_from(raw: &RawEntry<'_>) -> Result<Self, FormatError> {
        let digit = raw.digit.as_deref().and_then(|digit| DIGITS.iter().position(|d| *d == digit)).and_then(|d| u8::try_from(d).ok());
        match (digit, raw.hash) {
            (Some(digit), Some(node)) if raw.kind == "shard" => Ok(Self { digit, node }),
            _ => Err(FormatError("a shard lacks its digit or its hash".to_owned())),
        }
    }
}

impl TryFrom<RawEntry<'_>> for Entry {
    type Error = FormatError;

    fn try_from(raw: RawEntry<'_>) -> Result<Self, FormatError> {
        let wrong = |what: &str| FormatError(what.to_owned());
        let name = match (raw.name, raw.name_hex) {
            (Some(name), None) => name.into_owned().into_bytes(),
            (None, Some(hex)) => decode_hex(&hex).ok_or_else(|| wrong("a name is not hex"))?,
            _ => return Err(wrong("an entry has no name, or two")),
        };
        if !is_name(&name) || name.contains(&b'/') {
            return Err(wrong("an entry has an impossible name"));
        }
        let hash = raw.hash.ok_or_else(|| wrong("an entry has no hash"));
        let size = raw.size.ok_or_else(|| wrong("an entry has no size"));
        let content = match (&*raw.kind, raw.mode.as_deref()) {
            ("dir", None) => Content::Directory { node: hash? },
            ("file", Some("100644")) => Content::File { hash: hash?, size: size?, executable: false, binary: raw.binary },
            ("file", Some("100755")) => Content::File { hash: hash?, size: size?, executable: true, binary: raw.binary },
            ("symlink", Some("120000")) => Content::Symlink { hash: hash?, size: size? },
            ("submodule", Some("160000")) => Content::Submodule { commit: raw.commit.map(Cow::into_owned) },
            _ => return Err(wrong("an entry has an unknown kind or mode")),
        };
        Ok(Self { name, content })
    }
}
