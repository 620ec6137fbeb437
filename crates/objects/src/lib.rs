//! Content-addressed blobs: BLAKE3 names, zstd-compressed bytes, one SQLite file.
//!
//! **Promises.** [`Objects::get`] gives exactly the bytes that were put under that name, or an error: what doesn't match its name is
//! never served. Once [`Objects::put_many`] returns, its objects survive a power cut, so a caller that writes a reference afterwards
//! never refers to nothing. Reading costs at most the recorded size in memory, whatever the compressed bytes claim.

mod hash;
mod packed;
mod space;
mod store;

pub use hash::{ObjectHash, ParseHashError};
pub use packed::{MAX_OBJECT_SIZE, Packed};
pub use space::{Space, give_back};
pub use store::{Condition, ObjectError, Objects};
