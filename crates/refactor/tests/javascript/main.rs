//! What the engine for JavaScript and TypeScript proposes, as claims over small sources.

mod conflicts;
mod keys;
mod markup;
mod members;
mod modules;
mod moves;
mod names;
mod random;
mod references;
mod support;
mod types;
