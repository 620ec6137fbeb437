//! Manifests in TOML.

use toml::{Table, Value};

use crate::manifest::{Manifest, Named, short};

type Read = Result<Manifest, String>;

fn parse(text: &str) -> Result<Table, String> {
    text.parse::<Table>().map_err(|error| format!("it is not TOML: {}", error.message()))
}

fn table<'a>(table: &'a Table, name: &str) -> Option<&'a Table> {
    table.get(name)?.as_table()
}

fn text(table: &Table, name: &str) -> Option<String> {
    table.get(name)?.as_str().map(str::to_owned)
}

pub(crate) fn cargo(source: &str) -> Read {
    let file = parse(source)?;
    let mut manifest = Manifest::default();
    if let Some(package) = table(&file, "package") {
        manifest.name = text(package, "name");
        manifest.version = text(package, "version");
    }
    let mut add = |from: &Table| {
        for (name, development) in
            [("dependencies", false), ("dev-dependencies", true), ("dev_dependencies", true), ("build-dependencies", true)]
        {
            for (name, value) in table(from, name).into_iter().flatten() {
                manifest.needs(name, &requirement(value), development);
            }
        }
    };
    add(&file);
    if let Some(workspace) = table(&file, "workspace") {
        add(workspace);
    }
    for (_, target) in table(&file, "target").into_iter().flatten() {
        target.as_table().into_iter().for_each(&mut add);
    }
    let binaries = file.get("bin").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    for binary in binaries {
        let Some(name) = text(binary, "name") else { continue };
        if let Some(path) = text(binary, "path") {
            manifest.entries.push(Named { path, reason: format!("the binary `{}` of Cargo.toml", short(&name)) });
        }
        manifest.scripts.push(short(&name));
    }
    Ok(manifest)
}

/// The version, or where it comes from otherwise.
fn requirement(value: &Value) -> String {
    match value {
        Value::String(version) => version.clone(),
        Value::Table(entry) => {
            let from = |name: &str| text(entry, name).map(|value| format!("{name} {value}"));
            let inherited = || entry.get("workspace").and_then(Value::as_bool).unwrap_or(false).then(|| "workspace".to_owned());
            text(entry, "version").or_else(|| from("path")).or_else(|| from("git")).or_else(inherited).unwrap_or_default()
        }
        _ => String::new(),
    }
}

pub(crate) fn pyproject(source: &str) -> Read {
    let file = parse(source)?;
    let mut manifest = Manifest::default();
    let list = |value: Option<&Value>| -> Vec<String> {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
    };
    if let Some(project) = table(&file, "project") {
        manifest.name = text(project, "name");
        manifest.version = text(project, "version");
        for entry in list(project.get("dependencies")) {
            python(&mut manifest, &entry, false);
        }
        for (_, extra) in table(project, "optional-dependencies").into_iter().flatten() {
            for entry in list(Some(extra)) {
                python(&mut manifest, &entry, true);
            }
        }
        manifest.scripts.extend(table(project, "scripts").into_iter().flatten().map(|(name, _)| short(name)));
    }
    for (_, group) in table(&file, "dependency-groups").into_iter().flatten() {
        for entry in list(Some(group)) {
            python(&mut manifest, &entry, true);
        }
    }
    if let Some(poetry) = table(&file, "tool").and_then(|tool| table(tool, "poetry")) {
        manifest.name = manifest.name.or_else(|| text(poetry, "name"));
        manifest.version = manifest.version.or_else(|| text(poetry, "version"));
        let groups = table(poetry, "group").into_iter().flatten().filter_map(|(_, group)| table(group.as_table()?, "dependencies"));
        let old = table(poetry, "dev-dependencies");
        let main = table(poetry, "dependencies").map(|all| (all, false));
        let all: Vec<(&Table, bool)> = main.into_iter().chain(groups.chain(old).map(|all| (all, true))).collect();
        for (name, value, development) in
            all.iter().flat_map(|(all, development)| all.iter().map(move |(name, value)| (name, value, development)))
        {
            if name != "python" {
                manifest.needs(name, &requirement(value), *development);
            }
        }
        manifest.scripts.extend(table(poetry, "scripts").into_iter().flatten().map(|(name, _)| short(name)));
    }
    Ok(manifest)
}

pub(crate) fn pipfile(source: &str) -> Read {
    let file = parse(source)?;
    let mut manifest = Manifest::default();
    for (section, development) in [("packages", false), ("dev-packages", true)] {
        for (name, value) in table(&file, section).into_iter().flatten() {
            manifest.needs(name, &requirement(value), development);
        }
    }
    manifest.scripts.extend(table(&file, "scripts").into_iter().flatten().map(|(name, _)| short(name)));
    Ok(manifest)
}

/// A requirement as Python writes it: `name[extra]>=1; marker`.
pub(crate) fn python(manifest: &mut Manifest, entry: &str, development: bool) {
    let entry = entry.split(" #").next().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let end = entry.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(entry.len());
    let (name, rest) = entry.split_at(end);
    let rest = rest.trim();
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, after)) => after.trim(),
        None => rest,
    };
    manifest.needs(name, rest, development);
}
