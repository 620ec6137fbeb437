//! Highlight spans and outlines of source text by tree-sitter.
//!
//! Text in, spans out: this crate opens no file and knows no project. Everything here is pure and may be called from any thread.
//!
//! ```
//! use lectern_syntax::{Class, Language, SyntaxTree};
//! use std::time::Duration;
//!
//! let rust = Language::for_path("src/main.rs", None).expect("Rust has a grammar");
//! let tree = SyntaxTree::parse(rust, "fn main() {}".into(), Duration::from_secs(5))?;
//! let spans = tree.spans(0..12, Duration::from_secs(5))?;
//! assert_eq!((spans[0].range.clone(), spans[0].class), (0..2, Class::Keyword));
//! # Ok::<(), lectern_syntax::SyntaxError>(())
//! ```

mod classes;
mod code;
mod code_names;
mod deadline;
mod fold_kinds;
mod folding;
mod grammar;
mod guard;
mod head;
mod highlight;
mod inject;
mod language;
mod names;
mod outline;
mod pace;
mod registry;
mod structure;
mod tree;

pub use classes::Class;
pub use code::{Code, Defined, DocComment, Imported, NameUse, Role};
pub use head::Head;
pub use highlight::Span;
pub use language::Language;
pub use names::language_of_file_name;
pub use outline::{MAX_SYMBOLS, Symbol, SymbolKind};
pub use structure::{Fold, Scope, Structure};
pub use tree::SyntaxTree;

/// Why there is no tree or there are no spans. The text itself can always be shown plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// The work didn't finish within the budget that was given, or made so little headway that it was given up before.
    #[error("the text was not analysed within its time budget")]
    TimedOut,
    /// The text is more than its grammar can stand: it nests deeper than that can count, or has letters where it knows none; see `guard.rs`.
    #[error("the text is more than the grammar of its language can stand")]
    Refused,
    /// tree-sitter counts bytes in 32 bits.
    #[error("a text of {bytes} bytes is too large to be analysed")]
    TooLarge {
        /// The length of the text.
        bytes: usize,
    },
}
