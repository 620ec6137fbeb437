//! Builds the interface, and only when something that goes into it has changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;

use crate::cargo::root;
use crate::report::{Failed, call};

/// npm in ui/.
pub fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root().join("ui"));
    command
}

/// Installs the interface's dependencies unless those of this lock file are there.
pub fn install() -> Result<(), Failed> {
    let ui = root().join("ui");
    let wanted = hash_of(&[&ui.join("package-lock.json"), &ui.join("package.json")])?;
    let stamp = ui.join("node_modules/.installed-for");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("    ui/node_modules fits package-lock.json");
        return Ok(());
    }
    call(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Builds ui/dist unless it was built from these sources.
pub fn build() -> Result<(), Failed> {
    let ui = root().join("ui");
    let wanted = sources()?;
    let stamp = ui.join("node_modules/.built-from");
    if ui.join("dist/index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("    ui/dist is built from these sources");
        return Ok(());
    }
    call(npm().args(["run", "--silent", "build"]))?;
    fs::write(stamp, wanted)?;
    // `generate_context!` embeds ui/dist when it is expanded; cargo sees a new main.rs, not new assets.
    let main = root().join("src-tauri/main.rs");
    fs::File::options().append(true).open(main)?.set_modified(std::time::SystemTime::now())?;
    Ok(())
}

fn sources() -> Result<String, Failed> {
    let ui = root().join("ui");
    let mut files = Vec::new();
    for entry in fs::read_dir(&ui)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name != "node_modules" && name != "dist" {
            collect(&path, &mut files)?;
        }
    }
    files.sort();
    hash_of(&files.iter().map(|file| file.as_path()).collect::<Vec<_>>())
}

fn collect(path: &Path, files: &mut Vec<std::path::PathBuf>) -> Result<(), Failed> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// A fingerprint of the files' names and contents: it tells "changed" from "not changed", and nothing more is asked of it.
fn hash_of(files: &[&Path]) -> Result<String, Failed> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        let bytes = fs::read(file).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
