//! What previews promise, through the whole engine.
#![cfg(target_os = "linux")]

mod dev_servers;
mod elsewhere;
mod ending;
mod serving;
mod starting;
mod support;
mod trust;
