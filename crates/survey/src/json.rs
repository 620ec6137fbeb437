//! Manifests in JSON.

use serde_json::{Map, Value};

use crate::manifest::{Manifest, Named, short};

type Read = Result<Manifest, String>;
type Object = Map<String, Value>;

fn parse(text: &str) -> Result<Object, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("it is not a JSON object".to_owned()),
        Err(error) => Err(format!("it is not JSON: {error}")),
    }
}

fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

fn needs(manifest: &mut Manifest, object: &Object, section: &str, development: bool) {
    for (name, value) in object.get(section).and_then(Value::as_object).into_iter().flatten() {
        manifest.needs(name, value.as_str().unwrap_or_default(), development);
    }
}

pub(crate) fn npm(source: &str) -> Read {
    let file = parse(source)?;
    let mut manifest = Manifest { name: text(&file, "name"), version: text(&file, "version"), ..Manifest::default() };
    for (section, development) in
        [("dependencies", false), ("peerDependencies", false), ("optionalDependencies", false), ("devDependencies", true)]
    {
        needs(&mut manifest, &file, section, development);
    }
    manifest.scripts.extend(file.get("scripts").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| short(name)));
    let mut entry = |path: &str, field: &str| {
        if !manifest.entries.iter().any(|entry| entry.path == path) {
            manifest.entries.push(Named { path: path.to_owned(), reason: format!("the `{field}` of package.json") });
        }
    };
    match file.get("bin") {
        Some(Value::String(path)) => entry(path, "bin"),
        Some(Value::Object(all)) => all.values().filter_map(Value::as_str).for_each(|path| entry(path, "bin")),
        _ => {}
    }
    for field in ["main", "module", "browser"] {
        if let Some(path) = text(&file, field) {
            entry(&path, field);
        }
    }
    // `exports` may be a path, or conditions and subpaths of paths; of the latter only the root's.
    let mut exported = file.get("exports");
    for _ in 0..8 {
        exported = match exported {
            Some(Value::Object(conditions)) => {
                [".", "import", "default", "require", "node"].iter().find_map(|condition| conditions.get(*condition))
            }
            Some(Value::String(path)) => {
                entry(path, "exports");
                break;
            }
            _ => break,
        };
    }
    Ok(manifest)
}

pub(crate) fn composer(source: &str) -> Read {
    let file = parse(source)?;
    let mut manifest = Manifest { name: text(&file, "name"), version: text(&file, "version"), ..Manifest::default() };
    needs(&mut manifest, &file, "require", false);
    needs(&mut manifest, &file, "require-dev", true);
    manifest.scripts.extend(file.get("scripts").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| short(name)));
    Ok(manifest)
}
