//! Ranges followed through changed code, beside what others do with a comment's lines.

use std::path::Path;
use std::process::Command;

use crate::cargo::{cargo, target_dir};
use crate::report::{Failed, call};

/// Builds the measuring program and runs it, with the development set when its folder is there.
pub fn run(folder: Option<&Path>) -> Result<(), Failed> {
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-anchor", "--example", "anchor_bench"]))?;
    let mut command = Command::new(target_dir()?.join("release/examples/anchor_bench"));
    let beside = Path::new("../shared/data/anchors");
    command.args(folder.or(Some(beside)).filter(|folder| folder.join("tune.jsonl.zst").exists()));
    call(&mut command)?;
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-comments", "--example", "follow_bench"]))?;
    call(&mut Command::new(target_dir()?.join("release/examples/follow_bench")))
}
