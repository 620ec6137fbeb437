//! AI jobs in the real window, written by the real small model where it is there.

#![cfg(target_os = "linux")]

mod asking;
mod documenting;
mod exporting;
mod facts;
mod getting;
mod large;
mod models;
mod resuming;
mod screens;
mod support;
mod telling;
mod writing;
