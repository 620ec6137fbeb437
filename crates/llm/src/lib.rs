//! Language models: one trait, [`Engine`], whoever answers behind it.

mod engine;
mod models;

pub use engine::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Reason, Request, Role, Told};
pub use models::ModelFacts;
