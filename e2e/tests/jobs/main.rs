//! AI jobs in the real window, written by the real small model where it is there.

#![cfg(target_os = "linux")]

mod asking;
mod facts;
mod models;
mod screens;
mod support;
mod writing;
