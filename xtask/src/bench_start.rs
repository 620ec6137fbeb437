//! Cold start to first paint and memory, beside a Tauri hello-world built and run the same way.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{binary, cargo, root, target_dir};
use crate::report::{Failed, call, step};

/// Builds the hello-world and what starts both, then lets them take turns.
pub fn run() -> Result<(), Failed> {
    let hello = step("Build a Tauri hello-world", build_hello)?;
    step("Build the driver of the window", || call(cargo().args(["build", "--locked", "-p", "lectern-e2e", "--bin", "starting"])))?;
    println!("\nStarts on a virtual screen, of Lectern with the project that was open last: medians from the process's start");
    let mut command = Command::new(binary("debug", "starting")?);
    command.arg(&hello).env("LECTERN_BIN_DIR", target_dir()?.join("release"));
    call(&mut command)?;
    for program in [binary("release", "lectern-desktop")?, hello] {
        println!("  {:>5.1} MB  {}", fs::metadata(&program)?.len() as f64 / 1e6, program.display());
    }
    println!("  (memory of all processes of each app: its own, WebKit's page and network processes)");
    Ok(())
}

/// Writes the project into the target folder and builds it with the versions of our lock file.
fn build_hello() -> Result<PathBuf, Failed> {
    let folder = target_dir()?.join("bench/hello");
    for each in ["src", "dist", "icons", "capabilities"] {
        fs::create_dir_all(folder.join(each))?;
    }
    let put = |name: &str, text: &str| {
        let file = folder.join(name);
        // Untouched when it says the same, so that nothing is built again.
        if fs::read_to_string(&file).is_ok_and(|found| found == text) { Ok(()) } else { fs::write(file, text) }
    };
    put("Cargo.toml", &manifest()?)?;
    put("build.rs", "fn main() {\n    tauri_build::build();\n}\n")?;
    put("src/main.rs", MAIN)?;
    put("dist/index.html", PAGE)?;
    put("tauri.conf.json", CONFIG)?;
    fs::copy(root().join("icons/icon.png"), folder.join("icons/icon.png"))?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    // Into our own target folder: most dependencies are the same and are built already.
    let target = target_dir()?;
    call(cargo().current_dir(&folder).args(["build", "--release", "--target-dir"]).arg(&target))?;
    Ok(target.join("release/hello"))
}

/// The same Tauri and the same release profile as ours.
fn manifest() -> Result<String, Failed> {
    let ours = fs::read_to_string(root().join("Cargo.toml"))?;
    let profile = ours.split("[profile.release]").nth(1).map(|rest| rest.split("\n[").next().unwrap_or(rest)).unwrap_or_default();
    Ok(format!(
        "[package]\nname = \"hello\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[build-dependencies]\ntauri-build = \"2\"\n\n\
         [dependencies]\ntauri = {{ version = \"2\", features = [\"custom-protocol\"] }}\n\n[profile.release]{profile}\n[workspace]\n"
    ))
}

const MAIN: &str = r#"fn main() {
    tauri::Builder::default().run(tauri::generate_context!()).expect("the window opens");
}
"#;

const PAGE: &str = "<!doctype html><title>Hello</title><h1>Hello, world</h1><p>The quick brown fox jumps over the lazy dog.</p>\n";

const CONFIG: &str = r#"{
  "productName": "Hello",
  "version": "0.0.0",
  "identifier": "app.lectern.hello",
  "build": { "frontendDist": "dist" },
  "app": { "windows": [{ "title": "Hello", "width": 1360, "height": 860 }], "security": { "csp": null } },
  "bundle": { "icon": ["icons/icon.png"] }
}
"#;
