//! Text search beside ripgrep over exactly the same files.

use std::path::Path;
use std::process::Command;

use crate::cargo::{cargo, target_dir};
use crate::report::{Failed, call};

/// One tree, which is only read.
pub fn tree(tree: &Path) -> Result<(), Failed> {
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-search", "--example", "search_bench"]))?;
    println!("\nTree: {} (warm cache; index built three times, each query asked once)", tree.display());
    call(Command::new(target_dir()?.join("release/examples/search_bench")).arg(tree))
}
