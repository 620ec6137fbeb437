//! What the engine for Python finds, renames and refuses.

mod conflicts;
mod members;
mod moves;
mod names;
mod records;
mod robust;
mod support;
mod values;
