//! Copies of packages with the compiler that looks at them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::corpora::copy;
use crate::cargo::cargo;
use crate::fail;
use crate::report::Failed;

/// What a compiler says, without what a rename changes of it (the new name's ending, columns), and how often.
pub type Errors = BTreeMap<String, usize>;

/// A copy of a package, and how its errors are found.
pub struct Compiler {
    /// What is renamed in.
    pub folder: PathBuf,
    /// Of its files.
    pub endings: &'static str,
    program: Program,
}

enum Program {
    /// The compiler and its settings.
    Tsc(PathBuf, PathBuf),
    Ty(PathBuf),
    Cargo,
}

/// A copy of TypeScript sources, checked strictly.
pub fn typescript_check(scratch: &Path, sources: &Path, tsc: &Path) -> Result<Compiler, Failed> {
    let folder = scratch.join("src");
    copy(sources, &folder)?;
    let settings = "{\"compilerOptions\":{\"strict\":true,\"noEmit\":true,\"target\":\"es2022\",\"module\":\"esnext\",\"moduleResolution\":\"bundler\",\
                    \"skipLibCheck\":true,\"lib\":[\"es2022\",\"dom\",\"esnext.disposable\"],\"types\":[],\"allowImportingTsExtensions\":true},\"include\":[\"src\"]}";
    fs::write(scratch.join("tsconfig.json"), settings)?;
    Ok(Compiler { folder, endings: "ts,tsx", program: Program::Tsc(tsc.canonicalize()?, scratch.join("tsconfig.json")) })
}

/// A copy of Django, checked as far as its types go.
pub fn django_check(scratch: &Path, sources: &Path, ty: &Path) -> Result<Compiler, Failed> {
    copy(sources, &scratch.join("django"))?;
    Ok(Compiler { folder: scratch.to_owned(), endings: "py", program: Program::Ty(ty.to_owned()) })
}

/// A copy of a vendored crate as a project of its own; what only its tests need is left out.
pub fn crate_check(scratch: &Path, vendor: &Path, name: &str) -> Result<Compiler, Failed> {
    copy(&vendor.join(name), scratch)?;
    let manifest = fs::read_to_string(scratch.join("Cargo.toml"))?;
    let mut kept = String::new();
    let mut keeps = true;
    for line in manifest.lines() {
        if line.starts_with('[') {
            let unwanted = ["dev-dependencies", "[[bench", "[[test", "[[example"];
            keeps = !unwanted.iter().any(|part| line.contains(part));
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    fs::write(scratch.join("Cargo.toml"), format!("{kept}\n[workspace]\n"))?;
    let _ = fs::remove_file(scratch.join("Cargo.lock"));
    fs::create_dir_all(scratch.join(".cargo"))?;
    let source = format!(
        "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = {:?}\n[build]\ntarget-dir = \"target\"\n",
        vendor.display().to_string()
    );
    fs::write(scratch.join(".cargo/config.toml"), source)?;
    Ok(Compiler { folder: scratch.to_owned(), endings: "rs", program: Program::Cargo })
}

impl Compiler {
    /// What it says of the copy as it is.
    pub fn errors(&self) -> Result<Errors, Failed> {
        let mut errors = Errors::new();
        let mut note = |text: &str| *errors.entry(without_ending(text)).or_insert(0) += 1;
        match &self.program {
            Program::Tsc(tsc, settings) => {
                let text = said(Command::new("node").current_dir(&self.folder).arg(tsc).args(["--pretty", "false", "-p"]).arg(settings))?;
                for line in text.lines().filter(|line| line.contains("error TS")) {
                    // `path(line,column): error …`
                    let (place, error) = line.split_once("): ").unwrap_or(("", line));
                    note(&format!("{}: {error}", place.split('(').next().unwrap_or_default()));
                }
            }
            Program::Ty(ty) => {
                let text = said(Command::new(ty).current_dir(&self.folder).args([
                    "check",
                    "--output-format",
                    "concise",
                    "--color",
                    "never",
                    "django",
                ]))?;
                for line in text.lines() {
                    // `path:line:column: error[rule] …`
                    let mut parts = line.splitn(4, ':');
                    if let (Some(path), Some(_), Some(_), Some(error)) = (parts.next(), parts.next(), parts.next(), parts.next())
                        && error.trim_start().starts_with("error")
                    {
                        note(&format!("{path}:{error}"));
                    }
                }
            }
            Program::Cargo => {
                // Not ours: the checkout's own settings are of no concern to it.
                let mut command = cargo();
                command.current_dir(&self.folder).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
                let text = said(command.args(["check", "--quiet", "--offline", "--lib", "--message-format", "json"]))?;
                let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
                let mut heard = false;
                for message in messages {
                    heard = true;
                    let (message, spans) = (&message["message"], &message["message"]["spans"]);
                    if message["level"] == "error" && spans.as_array().is_some_and(|spans| !spans.is_empty()) {
                        note(&format!(
                            "{}: {}",
                            spans[0]["file_name"].as_str().unwrap_or_default(),
                            message["message"].as_str().unwrap_or_default()
                        ));
                    }
                }
                if !heard {
                    fail!("cargo check says nothing of {}: {text}", self.folder.display());
                }
            }
        }
        Ok(errors)
    }
}

/// What a program prints, however it ends: errors are its answer.
fn said(command: &mut Command) -> Result<String, Failed> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() && text.trim().is_empty() {
        fail!("it failed and said nothing but {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(text)
}

/// Without the `Zq7` that new names end in.
fn without_ending(text: &str) -> String {
    let mut parts = text.split("Zq");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    plain
}
