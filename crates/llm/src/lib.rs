//! Language models: one trait, [`Engine`], whoever answers behind it.

mod discover;
mod download;
pub mod embedded;
mod endpoints;
mod engine;
pub mod hardware;
mod http;
mod keys;
mod models;
mod rows;

pub use discover::{FoundServer, discover, usual_ports};
pub use embedded::{Computes, EmbeddedEngine, EmbeddedOptions, ModelToLoad, describe, forget_states, needed_memory};
pub use endpoints::{Endpoint, EndpointChange, EndpointError, EndpointSettings, Endpoints, KeyChange};
pub use engine::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Reason, Request, Role, Told};
pub use http::{Address, AddressError, Checked, HttpEngine, HttpOptions, Patience, ServerKind};
pub use keys::{ApiKey, BadKey, KeptIn};
pub use models::{
    BadName, DEFAULT_MODEL, DefaultModel, Describe, ModelError, ModelFacts, ModelFile, ModelFiles, ModelProgress, ModelSettings,
};
