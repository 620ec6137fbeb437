//! One change of a proposal.

use serde::{Deserialize, Serialize};

/// How sure it is that a change belongs to what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The place is bound to what is changed by the rules of the language.
    Certain,
    /// It may be: the language leaves it open, or the engine could not follow. The reason says which.
    Probable,
    /// The name is spelled there in a comment, in documentation or in a string.
    Text,
}

/// Some bytes of a file that become others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The file as it is called before the change: relative, with `/`.
    pub path: String,
    /// The first byte that goes, from 0, in the decoded text (a byte order mark is not part of it).
    pub start: u32,
    /// The byte after the last one that goes; `start` for an insertion.
    pub end: u32,
    /// What stands there.
    pub old: String,
    /// What shall stand there.
    pub new: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why, in words that a reviewer understands: "imported as `x` from ./y".
    pub reason: String,
    /// Edits and moves with the same number make sense only together: taking one without the others breaks the code.
    pub group: Option<u32>,
}

/// A file or folder that gets another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMove {
    /// Relative, with `/`. Of a folder: the folder; everything beneath goes along.
    pub from: String,
    /// The same, afterwards.
    pub to: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
    /// As [`Edit::group`].
    pub group: Option<u32>,
}

/// A file that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Relative, with `/`.
    pub path: String,
    /// All of it; stored as UTF-8.
    pub text: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
    /// As [`Edit::group`].
    pub group: Option<u32>,
}

/// A file that goes away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedFile {
    /// Relative, with `/`.
    pub path: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
    /// As [`Edit::group`].
    pub group: Option<u32>,
}
