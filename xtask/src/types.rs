//! `cargo xtask types`: the TypeScript side of commands and events, from their Rust source.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{binary, cargo, root};
use crate::fail;
use crate::report::{Failed, ask, call, step};

/// Writes ui/src/lib/ipc/bindings.ts.
pub fn run(_: &[String]) -> Result<(), Failed> {
    step("Write the types", || {
        let file = bindings();
        call(cargo().args(["run", "--quiet", "--bin", "lectern-desktop", "--", "--export-types"]).arg(&file))?;
        format(&file)?;
        println!("    {}", file.display());
        Ok(())
    })
}

/// Fails when the committed types are not what the (already built) generator writes.
pub fn check() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let fresh = folder.path().join("bindings.ts");
    ask(Command::new(binary("debug", "lectern-desktop")?).arg("--export-types").arg(&fresh))?;
    format(&fresh)?;
    let committed = std::fs::read_to_string(bindings()).unwrap_or_default();
    let generated = std::fs::read_to_string(&fresh)?;
    if committed == generated {
        return Ok(());
    }
    let line = committed.lines().zip(generated.lines()).position(|(left, right)| left != right);
    let line = line.unwrap_or(committed.lines().count().min(generated.lines().count()));
    let shown = |text: &str| text.lines().nth(line).unwrap_or("(end of file)").to_owned();
    fail!(
        "ui/src/lib/ipc/bindings.ts is not what the Rust source says; run `cargo xtask types` and commit it.\n    line {}: {}\n    should be: {}",
        line + 1,
        shown(&committed),
        shown(&generated)
    )
}

fn bindings() -> PathBuf {
    root().join("ui/src/lib/ipc/bindings.ts")
}

/// The interface's own formatting, unless the file is exempt from it.
fn format(file: &Path) -> Result<(), Failed> {
    let exempt = std::fs::read_to_string(root().join("ui/.prettierignore")).unwrap_or_default().contains("bindings.ts");
    if exempt {
        return Ok(());
    }
    let mut prettier = crate::ui::npm();
    prettier.args(["exec", "--", "prettier", "--log-level", "warn", "--config", ".prettierrc", "--write"]).arg(file);
    ask(&mut prettier).map(drop)
}
