//! Manifests in XML, read by their tags alone: no entities, no includes, nothing fetched.

use crate::manifest::Manifest;

type Read = Result<Manifest, String>;

/// No manifest nests deeper.
const DEEPEST: usize = 200;

enum Event<'a> {
    Open { name: &'a str, attributes: &'a str },
    Text(&'a str),
    Close,
}

/// Calls `each` with what comes, and the names of the elements it is in.
fn read<'a>(source: &'a str, mut each: impl FnMut(&[&'a str], Event<'a>)) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        let text = rest[..at].trim();
        if !text.is_empty() {
            each(&open, Event::Text(text));
        }
        rest = &rest[at..];
        for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
            if rest.starts_with(start) {
                let skipped = rest.find(end).ok_or("a part of it does not end")?;
                rest = &rest[skipped + end.len()..];
                break;
            }
        }
        let Some(tag) = rest.strip_prefix('<').filter(|tag| !tag.starts_with(['!', '?'])) else { continue };
        let (tag, after) = tag.split_once('>').ok_or("a tag does not end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim()) {
                return Err("its tags don't match".to_owned());
            }
            each(&open, Event::Close);
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if open.len() >= DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        each(&open, Event::Open { name, attributes });
        if alone {
            each(&open, Event::Close);
        } else {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err("a tag is not closed".to_owned()) }
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let mark = after.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let (value, left) = after[1..].split_once(mark)?;
        if key.trim() == name {
            return Some(value);
        }
        rest = left;
    }
    None
}

pub(crate) fn maven(source: &str) -> Read {
    let mut manifest = Manifest::default();
    let (mut group, mut artifact, mut version, mut scope) = (String::new(), String::new(), String::new(), String::new());
    read(source, |path, event| match (path, event) {
        (["project"], Event::Open { name: "dependencies", .. }) => {}
        (["project", "artifactId"], Event::Text(text)) => manifest.name = Some(text.to_owned()),
        (["project", "version"], Event::Text(text)) => manifest.version = Some(text.to_owned()),
        (["project", "dependencies"], Event::Open { .. }) => {
            (group, artifact, version, scope) = Default::default();
        }
        (["project", "dependencies", "dependency", field], Event::Text(text)) => match *field {
            "groupId" => group = text.to_owned(),
            "artifactId" => artifact = text.to_owned(),
            "version" => version = text.to_owned(),
            "scope" => scope = text.to_owned(),
            _ => {}
        },
        (["project", "dependencies"], Event::Close) if !artifact.is_empty() => {
            manifest.needs(&format!("{group}:{artifact}"), &version, scope == "test");
        }
        _ => {}
    })?;
    Ok(manifest)
}

pub(crate) fn nuget(source: &str) -> Read {
    let mut manifest = Manifest::default();
    let mut last = None;
    read(source, |path, event| match (path, event) {
        (_, Event::Open { name: "PackageReference", attributes }) => {
            let Some(name) = attribute(attributes, "Include").or_else(|| attribute(attributes, "Update")) else { return };
            manifest.needs(name, attribute(attributes, "Version").unwrap_or_default(), false);
            last = manifest.dependencies.len().checked_sub(1);
        }
        ([.., "PackageReference", "Version"], Event::Text(text)) => {
            if let Some(dependency) = last.and_then(|last| manifest.dependencies.get_mut(last)) {
                dependency.requirement = crate::manifest::short(text);
            }
        }
        ([.., "PropertyGroup", "AssemblyName" | "PackageId"], Event::Text(text)) => manifest.name = Some(text.to_owned()),
        ([.., "PropertyGroup", "Version"], Event::Text(text)) => manifest.version = Some(text.to_owned()),
        _ => {}
    })?;
    Ok(manifest)
}
