//! Where the checkout and its builds lie, and how cargo is called.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::report::{Failed, ask, call};

/// The checkout's root.
pub fn root() -> PathBuf {
    // What cargo says now, not what it said at the build: two checkouts may share a target folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().expect("xtask/ lies in the checkout").to_path_buf()
}

/// The cargo that started this, in the checkout's root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // Set for this program by the cargo that started it; passed on, they would count as changes and rebuild.
    for (key, _) in std::env::vars_os() {
        if key.to_string_lossy().starts_with("CARGO_PKG_") || key == "CARGO_MANIFEST_DIR" || key == "CARGO_MANIFEST_PATH" {
            command.env_remove(key);
        }
    }
    command
}

/// The folder cargo builds into.
pub fn target_dir() -> Result<PathBuf, Failed> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if let Some(folder) = FOLDER.get() {
        return Ok(folder.clone());
    }
    let text = ask(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|error| Failed(format!("cargo metadata: {error}")))?;
    let folder = metadata["target_directory"].as_str().ok_or_else(|| Failed("cargo metadata names no target folder".into()))?;
    Ok(FOLDER.get_or_init(|| PathBuf::from(folder)).clone())
}

/// A program of ours in a profile's folder ("debug" or "release").
pub fn binary(profile: &str, name: &str) -> Result<PathBuf, Failed> {
    Ok(target_dir()?.join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds both programs as users get them.
pub fn build_release() -> Result<(), Failed> {
    // One call, so that shared dependencies are built once, with one set of features.
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern", "-p", "lectern-cli", "--bins"]))
}
