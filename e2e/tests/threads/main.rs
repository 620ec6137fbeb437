//! Threads in the real window: written by keyboard, followed through edits, placed by hand, kept through a crash.

mod following;
mod hostile;
mod keeping;
mod places;
mod placing;
mod support;
mod walking;
mod writing;
