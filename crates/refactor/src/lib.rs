//! Proposals of changes that keep what code means.
//!
//! An [`Engine`] knows one language: it finds every place that means what a name means ([`Engine::references`]) and what must change for it to be
//! called otherwise ([`Engine::rename`]) or to live in another file ([`Engine::moved`]). It reads a [`Project`], writes nothing and runs nothing.
//! What comes of it is a [`Proposal`]: edits as byte ranges, each with how sure it is and why. Nothing is skipped in silence: a place that may mean
//! the same is *probable*, with its reason; one that merely spells the same in a comment or a string is *text*; what speaks against the change is a
//! [`Conflict`].
//!
//! **Architecture invariant:** engines know nothing of folders, encodings, databases and windows. Texts come decoded, offsets are bytes of that text.

mod apply;
mod by_name;
mod check;
mod check_names;
pub mod check_rows;
mod documenting;
mod edit;
mod engine;
mod go;
mod javascript;
mod memo;
mod mentions;
mod names;
mod old_name;
mod overlay;
mod patch;
mod pattern;
mod project;
mod proposal;
mod python;
mod replace;
mod reserved;
pub mod rows;
mod rust;
mod spelled;
mod stored;
mod uses;

pub use apply::{ApplyError, applied};
pub use by_name::engine_or_spelling;
pub use check::{NewError, new_errors};
pub use check_names::{NameFate, NameProblem, NamesChecked, Unchecked, check_names};
pub use documenting::{DocComments, DocSymbol, DocWanted, Said, doc_comments};
pub use edit::{Certainty, Edit, FileMove, NewFile, RemovedFile};
pub use engine::{
    Engine, Found, Moved, Occurrence, OccurrenceRole, Place, Refused, RefusedKind, Rename, RenameOptions, Wanted, engine_for,
};
pub use memo::Memo;
pub use mentions::mentions;
pub use old_name::{can_keep_old_name, keep_old_name};
pub use overlay::{Overlay, Planned};
pub use patch::{Patched, from_patch, patch};
pub use pattern::{PatternReplace, replace_pattern};
pub use project::{InMemory, Project};
pub use proposal::{Conflict, ConflictKind, Proposal};
pub use replace::{Globs, MOST_EDITS, TextReplace, replace_text};
pub use reserved::name_problem;
pub use spelled::{Spelled, is_told_elsewhere, spelled};
pub use stored::{AppliedChanges, AppliedFile, Numbered, Pending, StoredEdit, StoredFile, StoredProposal, StoredSymbol};
pub use uses::{FileUses, Leads, NameUse};
