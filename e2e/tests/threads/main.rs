//! Threads in the real window: written by keyboard, followed through edits, placed by hand, kept through a crash.

mod support;
mod writing;
