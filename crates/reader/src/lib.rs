//! Opens the files of a project for reading: text, pages of large text, bytes, rendered Markdown.
//!
//! Nothing here writes, runs or follows anything out of the project's folder. A file of any size opens in bounded memory:
//! up to [`SMALL_LIMIT`] bytes of text are held whole, more is read page by page.

mod analysis;
mod beneath;
mod document;
mod find;
mod large;
mod lines;
mod markdown;
mod spans;
mod stored;
mod text;

pub use beneath::{BeneathError, Entry, EntryType, Root};
pub use document::{Document, LoadedFile, SMALL_LIMIT, Shape};
pub use find::{FindError, Finder, Match, Matches};
pub use large::{LargeText, PageLine};
pub use lines::{LineIndex, utf16_len};
pub use markdown::render as render_markdown;
pub use spans::PackedSpans;
pub use text::{Decoded, LineEnds, TextEncoding, decode, looks_binary};
