//! `cargo xtask e2e`: the tests in the real window.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cargo::{cargo, root, target_dir};
use crate::report::{Failed, call, step};
use crate::setup::{self, For};
use crate::{model, test, ui};

/// Builds what is needed and runs them, all or those whose name contains the filter.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    prepare()?;
    step("Run the tests in the real window", || call(&mut tests(arguments.first().map(String::as_str))?))
}

/// Installs and builds what the window tests (and pictures) need.
pub fn prepare() -> Result<(), Failed> {
    step("Check the system's packages", || setup::system(For::Tests))?;
    step("Check cargo-nextest", setup::nextest)?;
    step("Install the interface's dependencies", || {
        setup::node()?;
        ui::install()
    })?;
    step("Provide the default model", model::provide)?;
    step("Build the interface", ui::build)?;
    step("Build Lectern and its tests", test::build)
}

/// The command that runs them, on programs that are built. They run one after the other: each has a screen of its own, but a busy
/// machine makes windows slow.
pub fn tests(filter: Option<&str>) -> Result<Command, Failed> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let folder = root().join("artifacts/e2e").join(format!("run-{now}"));
    println!("    pictures and logs: {}", folder.display());
    let mut command = cargo();
    command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--test-threads", "1"]);
    let chosen = match filter {
        Some(filter) => format!("package(lectern-e2e) and test({filter})"),
        None => "package(lectern-e2e)".to_owned(),
    };
    command.args(["-E", &chosen]);
    command.env("LECTERN_E2E_RUN", folder).env("LECTERN_BIN_DIR", target_dir()?.join("debug"));
    model::hand_to(&mut command);
    Ok(command)
}
