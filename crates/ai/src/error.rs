//! Why there is no page.

/// What keeps a page from being made. Nothing half-made is left behind.
#[derive(Debug, thiserror::Error)]
pub enum AiError {
    /// Somebody cancelled.
    #[error("this was cancelled")]
    Cancelled,
    /// The version has no file or folder of this path.
    #[error("{0} is not in this version")]
    NoSuchPath(String),
    /// No definition holds the line that was asked about.
    #[error("nothing is defined at line {line} of {path}")]
    NoSymbol {
        /// The file.
        path: String,
        /// 1-based.
        line: u32,
    },
    /// The file has fewer lines than asked for.
    #[error("{path} has {lines} lines, and {asked} was asked for")]
    NoSuchLines {
        /// The file.
        path: String,
        /// How many it has.
        lines: u32,
        /// The last that was asked for, 1-based.
        asked: u32,
    },
    /// Such a page is not made of such a thing.
    #[error("a page of this sort is not about that")]
    WrongSubject,
    /// The contents of a file were not kept, or can't be read as text.
    #[error("{path} can't be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// In plain words.
        reason: String,
    },
}
