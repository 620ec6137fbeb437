//! Model files: what they say of themselves.

mod facts;

pub use facts::ModelFacts;
