//! What names mean where they stand: what an engine says of each, so that two states of a project can be compared.

use crate::Place;

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// To these declarations of the project; of a module's name to its files, at byte 0. Never empty.
    To(Vec<Place>),
    /// To the language or a library.
    Outside,
    /// The engine can't tell.
    Unknown,
    /// To nothing: what it should be declared in is known and has no such name.
    Nothing,
}

/// A name where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUse {
    /// As it is written.
    pub name: String,
    /// Its first byte in the decoded text, from 0.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// What it means.
    pub leads: Leads,
    /// It names a module or package, in an import.
    pub is_module: bool,
}

/// The names of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUses {
    /// Relative, with `/`.
    pub path: String,
    /// Ascending by start; one place may have two names in one. `None` when the file could not be understood.
    pub uses: Option<Vec<NameUse>>,
}

impl NameUse {
    pub(crate) fn new(name: &str, start: u32, end: u32, leads: Leads) -> Self {
        Self { name: name.to_owned(), start, end, leads, is_module: false }
    }

    /// A module's name.
    pub(crate) fn module(name: &str, start: u32, end: u32, leads: Leads) -> Self {
        Self { is_module: true, ..Self::new(name, start, end, leads) }
    }
}

impl Leads {
    /// To these, or to something else when there are none.
    pub(crate) fn to(mut places: Vec<Place>, otherwise: Self) -> Self {
        places.sort_unstable();
        places.dedup();
        if places.is_empty() { otherwise } else { Self::To(places) }
    }
}
