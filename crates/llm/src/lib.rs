//! Language models: one trait, [`Engine`], whoever answers behind it.

mod engine;

pub use engine::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Reason, Request, Role, Told};
