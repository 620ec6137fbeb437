//! A dependency manifest, read.

use crate::{Kind, json, lines, tables, xml};

/// A larger one is not read.
const LARGEST: usize = 2 * 1024 * 1024;
/// So many of its dependencies are kept; all are counted.
const KEPT: usize = 60;
const MOST_SCRIPTS: usize = 60;
/// In characters, of a name or a requirement.
const LONGEST: usize = 200;

/// Something a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// As it is written there.
    pub name: String,
    /// As it is written there; empty when nothing is.
    pub requirement: String,
    /// Only for building or testing.
    pub development: bool,
}

/// A file that a manifest names as a place where running begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Relative to the manifest's folder, as it is written there.
    pub path: String,
    /// "the `bin` of package.json".
    pub reason: String,
}

/// What a manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What it describes.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// How many it asks for.
    pub total: u32,
    /// The first 60 of them, in the order in which they stand there (those of JSON and TOML by name), needed ones first.
    pub dependencies: Vec<Dependency>,
    /// Commands it names.
    pub scripts: Vec<String>,
    /// Files it names as entry points.
    pub entries: Vec<Named>,
    /// Why it could not be read.
    pub problem: Option<String>,
}

impl Manifest {
    pub(crate) fn needs(&mut self, name: &str, requirement: &str, development: bool) {
        let name = short(name);
        if name.is_empty() {
            return;
        }
        self.dependencies.push(Dependency { name, requirement: short(requirement), development });
    }
}

/// Reads a manifest. What is wrong with it is an answer.
pub fn read_manifest(kind: Kind, text: &str) -> Manifest {
    if text.len() > LARGEST {
        return Manifest { problem: Some("it is larger than 2 MiB".to_owned()), ..Manifest::default() };
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = match kind {
        Kind::Cargo => tables::cargo(text),
        Kind::PyProject => tables::pyproject(text),
        Kind::Pipfile => tables::pipfile(text),
        Kind::Npm => json::npm(text),
        Kind::Composer => json::composer(text),
        Kind::Requirements => Ok(lines::requirements(text)),
        Kind::SetupCfg => Ok(lines::setup_cfg(text)),
        Kind::Go => Ok(lines::go(text)),
        Kind::Bundler => Ok(lines::gemfile(text)),
        Kind::Gradle => Ok(lines::gradle(text)),
        Kind::CMake => Ok(lines::cmake(text)),
        Kind::Maven => xml::maven(text),
        Kind::NuGet => xml::nuget(text),
    };
    let mut manifest = read.unwrap_or_else(|problem| Manifest { problem: Some(short(&problem)), ..Manifest::default() });
    manifest.dependencies.sort_by_key(|dependency| dependency.development);
    manifest.total = u32::try_from(manifest.dependencies.len()).unwrap_or(u32::MAX);
    manifest.dependencies.truncate(KEPT);
    manifest.scripts.truncate(MOST_SCRIPTS);
    manifest.entries.truncate(MOST_SCRIPTS);
    manifest.name = manifest.name.map(|name| short(&name)).filter(|name| !name.is_empty());
    manifest.version = manifest.version.map(|version| short(&version)).filter(|version| !version.is_empty());
    manifest
}

/// On one line, and not too long.
pub(crate) fn short(text: &str) -> String {
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    line.trim().to_owned()
}
