//! Manifests that are read line by line.

use crate::{
    manifest::{Manifest, short},
    tables::python,
};

/// What stands between the first quotation marks, and what comes after them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['"', '\''])?;
    let mark = text[at..].chars().next()?;
    text[at + 1..].split_once(mark)
}

pub(crate) fn requirements(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for line in source.lines().map(str::trim) {
        // Options (`-r other.txt`) and addresses name no package plainly, but for `name @ address`.
        if !line.is_empty() && !line.starts_with(['#', '-']) && !line.split(' ').next().unwrap_or_default().contains("://") {
            python(&mut manifest, line, false);
        }
    }
    manifest
}

pub(crate) fn setup_cfg(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let (mut section, mut key) = (String::new(), String::new());
    for line in source.lines() {
        let plain = line.trim();
        if plain.is_empty() || plain.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, key) = (name.trim().to_owned(), String::new());
            continue;
        }
        let continued = line.starts_with([' ', '\t']);
        let value = match plain.split_once('=').filter(|_| !continued) {
            Some((name, value)) => {
                key = name.trim().to_owned();
                value.trim()
            }
            None => plain,
        };
        match (section.as_str(), key.as_str()) {
            ("metadata", "name") => manifest.name = Some(value.to_owned()),
            ("metadata", "version") => manifest.version = Some(value.to_owned()),
            ("options", "install_requires") if !value.is_empty() => python(&mut manifest, value, false),
            ("options.extras_require", _) if !value.is_empty() => python(&mut manifest, value, true),
            ("options.entry_points", _) => {
                if let Some((name, _)) = value.split_once('=') {
                    manifest.scripts.push(short(name));
                }
            }
            _ => {}
        }
    }
    manifest
}

pub(crate) fn go(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut block = "";
    for line in source.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if line == ")" {
            block = "";
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match (block, &words[..]) {
            ("", ["module", name]) => manifest.name = Some((*name).trim_matches('"').to_owned()),
            ("", [word, "("]) => block = word,
            ("", ["require", name, version, ..]) | ("require", [name, version, ..]) => manifest.needs(name, version, false),
            _ => {}
        }
    }
    manifest
}

pub(crate) fn gemfile(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    // How many blocks are open, and at which of them one for development began.
    let (mut depth, mut development) = (0_usize, None);
    for line in source.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let first = line.split([' ', '(']).next().unwrap_or_default();
        if first == "gem" {
            if let Some((name, rest)) = quoted(line) {
                let version = quoted(rest).map(|(text, _)| text).filter(|text| text.contains(|c: char| c.is_ascii_digit()));
                let only = development.is_some() || line.contains(":development") || line.contains(":test");
                manifest.needs(name, version.unwrap_or_default(), only);
            }
        } else if line == "end" {
            depth = depth.saturating_sub(1);
            if development == Some(depth) {
                development = None;
            }
        }
        if line.ends_with(" do") || line.contains(" do |") {
            if first == "group" && (line.contains("development") || line.contains("test")) && development.is_none() {
                development = Some(depth);
            }
            depth += 1;
        }
    }
    manifest
}

pub(crate) fn gradle(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut inside = 0_usize;
    for line in source.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('*')) {
        if inside == 0 && line.starts_with("dependencies") && line.contains('{') {
            inside = 1;
            continue;
        }
        if inside == 0 {
            if let Some(rest) = line.strip_prefix("version").filter(|rest| rest.trim_start().starts_with(['=', '"', '\''])) {
                manifest.version = quoted(rest).map(|(text, _)| text.to_owned()).or(manifest.version);
            }
            continue;
        }
        let word: &str = line.split([' ', '(']).next().unwrap_or_default();
        if let Some((coordinates, _)) = quoted(line)
            && word.chars().all(char::is_alphanumeric)
            && coordinates.contains(':')
        {
            let parts: Vec<&str> = coordinates.split(':').collect();
            let name = parts.iter().take(2).copied().collect::<Vec<_>>().join(":");
            manifest.needs(&name, parts.get(2).copied().unwrap_or_default(), word.to_lowercase().contains("test"));
        }
        inside = (inside + line.matches('{').count()).saturating_sub(line.matches('}').count());
    }
    manifest
}

pub(crate) fn cmake(source: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for line in source.lines().map(str::trim) {
        let Some((command, rest)) = line.split_once('(') else { continue };
        let words: Vec<&str> = rest.split([' ', ')', '\t']).filter(|word| !word.is_empty()).collect();
        match (command.trim().to_lowercase().as_str(), &words[..]) {
            ("project", [name, rest @ ..]) => {
                manifest.name = Some((*name).trim_matches('"').to_owned());
                let version = rest.iter().position(|word| *word == "VERSION").and_then(|at| rest.get(at + 1));
                manifest.version = version.map(|version| (*version).to_owned());
            }
            ("find_package", [name, rest @ ..]) if !name.contains('$') => {
                let version = rest.first().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                manifest.needs(name, version.copied().unwrap_or_default(), false);
            }
            ("add_executable", [name, ..]) if !name.contains('$') => manifest.scripts.push(short(name)),
            _ => {}
        }
    }
    manifest
}
