//! The proxy to a dev server, over real sockets: what gets through, how, and what doesn't.

mod attacks;
mod failing;
mod rewriting;
mod streaming;
mod support;
mod vite;
mod vite_project;
mod websockets;
