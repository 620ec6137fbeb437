//! Cold start to first paint and memory, beside a Tauri hello-world built and run the same way.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lectern_e2e::process::{Guarded, peak_resident_kib, poll, proportional_kib, tree_of};
use lectern_e2e::{Bus, Desktop};

use crate::bench::median;
use crate::cargo::{binary, cargo, root, target_dir};
use crate::fail;
use crate::report::{Failed, call, step};

const RUNS: usize = 7;

struct Reading {
    paint_ms: f64,
    proportional_mb: f64,
    resident_mb: f64,
}

/// Builds the hello-world, then measures both, taking turns.
pub fn run() -> Result<(), Failed> {
    let hello = step("Build a Tauri hello-world", build_hello)?;
    let lectern = binary("release", "lectern-desktop")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    step(&format!("Start both {RUNS} times, taking turns"), || {
        for run in 0..=RUNS {
            let first = measure(&hello)?;
            let second = measure(&lectern)?;
            // The first turn only warms the file cache.
            if run > 0 {
                theirs.push(first);
                ours.push(second);
            }
        }
        Ok(())
    })?;
    println!("\nStart on a virtual screen: process start until text is on it; memory two seconds later (medians of {RUNS})");
    println!("  {:<16} {:>12} {:>26} {:>26} {:>10}", "", "first paint", "memory, shares divided", "peak resident, summed", "program");
    for (name, readings, file) in [("lectern-desktop", &ours, &lectern), ("hello-world", &theirs, &hello)] {
        let middle = |pick: fn(&Reading) -> f64| median(readings.iter().map(pick).collect());
        println!(
            "  {name:<16} {:>9.0} ms {:>23.0} MB {:>23.0} MB {:>7.1} MB",
            middle(|r| r.paint_ms),
            middle(|r| r.proportional_mb),
            middle(|r| r.resident_mb),
            fs::metadata(file)?.len() as f64 / 1e6
        );
    }
    println!("  (all processes of each app: its own, WebKit's page and network processes)");
    Ok(())
}

fn measure(program: &Path) -> Result<Reading, Failed> {
    let folder = tempfile::tempdir()?;
    let screen = Desktop::start(folder.path(), folder.path(), Bus::Bare);
    let mut command = screen.command(program);
    command.env("LECTERN_DATA_DIR", folder.path().join("data"));
    let start = Instant::now();
    let mut window = Guarded::start(&command, &folder.path().join("app.log"));
    // An unpainted window is one colour and its frame a few; the edges of text have many.
    let painted = poll(Duration::from_secs(30), || screen.framebuffer().colours(40) >= 40 || !window.is_running());
    let paint_ms = start.elapsed().as_secs_f64() * 1e3;
    if !painted || !window.is_running() {
        let log = fs::read_to_string(folder.path().join("app.log")).unwrap_or_default();
        fail!("{} painted nothing: {log}", program.display());
    }
    std::thread::sleep(Duration::from_secs(2));
    let family = tree_of(window.id());
    let sum = |read: fn(u32) -> Option<u64>| family.iter().filter_map(|&id| read(id)).sum::<u64>() as f64 / 1e3;
    Ok(Reading { paint_ms, proportional_mb: sum(proportional_kib), resident_mb: sum(peak_resident_kib) })
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
