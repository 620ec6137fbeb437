//! Language models: one trait, [`Engine`], whoever answers behind it.

pub mod embedded;
mod engine;
pub mod hardware;
mod models;

pub use embedded::{EmbeddedEngine, EmbeddedOptions, ModelToLoad, describe, needed_memory};
pub use engine::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Reason, Request, Role, Told};
pub use models::ModelFacts;
