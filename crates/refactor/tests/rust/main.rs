//! What the engine for Rust promises.

mod conflicts;
mod fuzz;
mod macros;
mod members;
mod modules;
mod moves;
mod names;
mod support;
