//! Commands that a project most likely is checked with, from the files that it holds.

use std::io::Read;

use lectern_reader::Root;
use serde_json::Value;

/// Of a larger file nothing is read, in bytes.
const LARGEST: u64 = 1 << 20;
/// Scripts of a package.json that check types, the best first.
const SCRIPTS: [&str; 4] = ["typecheck", "type-check", "check-types", "check"];
/// Where parts of a project often are, besides its root.
const FOLDERS: [&str; 10] = ["", "ui", "web", "frontend", "client", "app", "backend", "server", "api", "src"];

/// A command, where it runs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suggestion {
    pub argv: Vec<String>,
    pub folder: String,
    pub reason: String,
}

/// The best first: at the root before folders in it.
pub(super) fn suggestions(root: &Root) -> Vec<Suggestion> {
    FOLDERS.iter().flat_map(|folder| in_folder(root, folder)).collect()
}

fn in_folder(root: &Root, folder: &str) -> Vec<Suggestion> {
    let place = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let read = |name: &str| {
        let file = root.open_file(std::path::Path::new(&place(name))).ok()?;
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text).ok().map(|_| text)
    };
    let has = |name: &str| root.open_file(std::path::Path::new(&place(name))).is_ok();
    let mut found = Vec::new();
    let mut add = |command: &str, reason: String| {
        found.push(Suggestion { argv: command.split(' ').map(str::to_owned).collect(), folder: folder.to_owned(), reason });
    };
    if has("Cargo.toml") {
        add("cargo check", format!("there is {}", place("Cargo.toml")));
    }
    if has("go.mod") {
        add("go vet ./...", format!("there is {}", place("go.mod")));
    }
    let scripts = read("package.json").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let script = |name: &&&str| scripts.as_ref().is_some_and(|package| package["scripts"][**name].is_string());
    if let Some(script) = SCRIPTS.iter().find(script) {
        let manager = if has("pnpm-lock.yaml") {
            "pnpm"
        } else if has("yarn.lock") {
            "yarn"
        } else if has("bun.lock") || has("bun.lockb") {
            "bun"
        } else {
            "npm"
        };
        add(&format!("{manager} run {script}"), format!("{} has the script {script}", place("package.json")));
    }
    if has("tsconfig.json") {
        add("npx tsc --noEmit", format!("there is {}", place("tsconfig.json")));
    }
    if let Some(config) = pytest_config(&read, &has) {
        let local = [".venv", "venv"].into_iter().find(|folder| has(&format!("{folder}/bin/pytest")));
        let command = local.map_or_else(|| "pytest -q".to_owned(), |folder| format!("{folder}/bin/pytest -q"));
        add(&command, format!("{} speaks of pytest", place(config)));
    }
    found
}

fn pytest_config(read: &dyn Fn(&str) -> Option<String>, has: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    let says = |name: &str, words: &str| read(name).is_some_and(|text| text.contains(words));
    ["pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py"]
        .into_iter()
        .find(|name| has(name))
        .or_else(|| says("pyproject.toml", "[tool.pytest").then_some("pyproject.toml"))
        .or_else(|| says("setup.cfg", "[tool:pytest]").then_some("setup.cfg"))
        .or_else(|| says("tox.ini", "[pytest]").then_some("tox.ini"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let dir = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("written");
        }
        let root = Root::open(dir.path()).expect("opened");
        suggestions(&root).into_iter().map(|one| (one.argv.join(" "), one.folder)).collect()
    }

    fn pair(command: &str, folder: &str) -> (String, String) {
        (command.to_owned(), folder.to_owned())
    }

    #[test]
    fn a_project_is_checked_with_what_its_files_speak_of() {
        assert_eq!(found(&[("Cargo.toml", "")]), [pair("cargo check", "")]);
        assert_eq!(found(&[("go.mod", "")]), [pair("go vet ./...", "")]);
        assert_eq!(found(&[("tsconfig.json", "{}")]), [pair("npx tsc --noEmit", "")]);
        let scripts = r#"{"scripts":{"check":"svelte-check","typecheck":"tsc"}}"#;
        assert_eq!(found(&[("ui/package.json", scripts), ("ui/pnpm-lock.yaml", "")]), [pair("pnpm run typecheck", "ui")]);
        assert_eq!(found(&[("pyproject.toml", "[tool.pytest.ini_options]\n")]), [pair("pytest -q", "")]);
        assert_eq!(found(&[("conftest.py", ""), (".venv/bin/pytest", "")]), [pair(".venv/bin/pytest -q", "")]);
        assert_eq!(found(&[("pyproject.toml", "[project]\n"), ("package.json", "not JSON")]), []);
    }
}
