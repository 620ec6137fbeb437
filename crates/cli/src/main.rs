//! The headless binary `lectern`.
fn main() {}
