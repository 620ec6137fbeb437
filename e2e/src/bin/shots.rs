//! Photographs every screen in both themes and both sizes.
fn main() {}
