//! Reading measured in the real window, with the programs as users get them.

use std::process::Command;

use crate::cargo::{binary, cargo, target_dir};
use crate::report::{Failed, call, step};

/// Builds the driver, then runs it on a project of this many files.
pub fn run(files: usize) -> Result<(), Failed> {
    step("Build the driver of the window", || call(cargo().args(["build", "--locked", "-p", "lectern-e2e", "--bin", "reading"])))?;
    println!("\nReading in the real window, on a virtual screen drawn in software");
    let mut command = Command::new(binary("debug", "reading")?);
    command.arg(files.to_string()).env("LECTERN_BIN_DIR", target_dir()?.join("release"));
    call(&mut command)
}
