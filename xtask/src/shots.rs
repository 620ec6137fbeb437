//! `cargo xtask shots`: pictures of every screen.

use std::process::Command;

use crate::cargo::{binary, root, target_dir};
use crate::e2e;
use crate::report::{Failed, call, step};

/// Drives the window through every screen in both themes and both sizes.
pub fn run(_: &[String]) -> Result<(), Failed> {
    e2e::prepare()?;
    step("Photograph every screen", || {
        let folder = root().join("artifacts/shots");
        std::fs::create_dir_all(&folder)?;
        let mut command = Command::new(binary("debug", "shots")?);
        command.arg(&folder).env("LECTERN_BIN_DIR", target_dir()?.join("debug"));
        // The driver takes pictures of pages that have layers, and half a minute for others.
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "0");
        call(&mut command)?;
        println!("    pictures: {}", folder.display());
        Ok(())
    })
}
