//! Crates: what Cargo.toml says of them, and what their files say where there is none.

use std::{collections::BTreeMap, rc::Rc};

use ra_ap_syntax::Edition;

use super::world::World;

/// What matters here of a Cargo.toml.
pub(super) struct Manifest {
    /// The folder, without a `/` at the end; "" for the project's own.
    pub(super) folder: String,
    pub(super) edition: Edition,
    /// As other crates write it.
    pub(super) library: Option<String>,
    pub(super) library_path: String,
    /// Files that are roots of crates of their own, by `path`.
    pub(super) roots: Vec<String>,
    /// Names of other crates, and the folder where each lives if it is in the project.
    pub(super) dependencies: BTreeMap<String, Option<String>>,
}

impl World<'_> {
    /// The nearest Cargo.toml of a package above a file.
    pub(super) fn manifest_of(&self, path: &str) -> Option<Rc<Manifest>> {
        let mut folder = folder_of(path);
        loop {
            if let Some(manifest) = self.manifest_in(folder) {
                return Some(manifest);
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(folder);
        }
    }

    /// The package of a folder.
    pub(super) fn manifest_in(&self, folder: &str) -> Option<Rc<Manifest>> {
        if let Some(known) = self.manifests.borrow().get(folder) {
            return known.clone();
        }
        let made = self.read_manifest(folder).map(Rc::new);
        self.manifests.borrow_mut().insert(folder.to_owned(), made.clone());
        made
    }

    /// The edition that the package states; `None` where there is no package.
    pub(super) fn edition_of(&self, path: &str) -> Option<Edition> {
        self.manifest_of(path).map(|manifest| manifest.edition)
    }

    fn table(&self, folder: &str) -> Option<toml::Table> {
        let path = join(folder, "Cargo.toml");
        if !self.project.has(&path) {
            return None;
        }
        self.project.text(&path)?.parse().ok()
    }

    /// The table of the workspace that a package is in, and its folder.
    fn workspace_table(&self, folder: &str) -> Option<(String, toml::Table)> {
        let mut folder = folder.to_owned();
        loop {
            if let Some(mut table) = self.table(&folder)
                && let Some(toml::Value::Table(workspace)) = table.remove("workspace")
            {
                return Some((folder, workspace));
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(&folder).to_owned();
        }
    }

    fn read_manifest(&self, folder: &str) -> Option<Manifest> {
        let table = self.table(folder)?;
        let package = table.get("package")?.as_table()?;
        let workspace = self.workspace_table(folder);
        let edition = package.get("edition").and_then(|edition| match edition {
            toml::Value::String(year) => Some(year.clone()),
            _ => workspace.as_ref()?.1.get("package")?.get("edition")?.as_str().map(str::to_owned),
        });
        let library = table.get("lib").and_then(toml::Value::as_table);
        let stated = |key: &str| library.and_then(|library| library.get(key)).and_then(toml::Value::as_str);
        let name = package.get("name").and_then(toml::Value::as_str).unwrap_or_default();
        let library_path = join(folder, stated("path").unwrap_or("src/lib.rs"));
        let has_library = self.project.has(&library_path);
        let mut roots = vec![library_path.clone(), join(folder, "src/main.rs"), join(folder, "build.rs")];
        if let Some(build) = package.get("build").and_then(toml::Value::as_str) {
            roots.push(join(folder, build));
        }
        for kind in ["bin", "example", "test", "bench"] {
            let targets = table.get(kind).and_then(toml::Value::as_array).into_iter().flatten();
            roots.extend(targets.filter_map(|target| target.get("path")?.as_str()).map(|path| join(folder, path)));
        }
        let mut dependencies = BTreeMap::new();
        self.read_dependencies(folder, &table, workspace.as_ref(), &mut dependencies);
        if let Some(toml::Value::Table(targets)) = table.get("target") {
            for target in targets.values().filter_map(toml::Value::as_table) {
                self.read_dependencies(folder, target, workspace.as_ref(), &mut dependencies);
            }
        }
        Some(Manifest {
            folder: folder.to_owned(),
            edition: edition_from(edition.as_deref()),
            library: has_library.then(|| stated("name").unwrap_or(name).replace('-', "_")),
            library_path,
            roots,
            dependencies,
        })
    }

    fn read_dependencies(
        &self,
        folder: &str,
        table: &toml::Table,
        workspace: Option<&(String, toml::Table)>,
        into: &mut BTreeMap<String, Option<String>>,
    ) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"] {
            let Some(listed) = table.get(kind).and_then(toml::Value::as_table) else { continue };
            for (name, value) in listed {
                let own = value.get("path").and_then(toml::Value::as_str).map(|path| join(folder, path));
                let shared = || {
                    let (root, workspace) = workspace?;
                    let is_shared = value.get("workspace")?.as_bool()?;
                    let path = workspace.get("dependencies")?.get(name)?.get("path")?.as_str()?;
                    is_shared.then(|| join(root, path))
                };
                let place = own.or_else(shared);
                let entry = into.entry(name.replace('-', "_")).or_default();
                if place.is_some() {
                    *entry = place;
                }
            }
        }
    }

    /// The root file of the crate that a crate calls by a name. `Some(None)`: there is such a crate, outside the project.
    pub(super) fn crate_named(&self, from_root: &str, name: &str) -> Option<Option<String>> {
        if matches!(name, "std" | "core" | "alloc" | "proc_macro" | "test") {
            return Some(None);
        }
        let Some(manifest) = self.manifest_of(from_root) else {
            // Without a Cargo.toml a file that nobody includes is a crate by its own name.
            let path = join(folder_of(from_root), &format!("{name}.rs"));
            let is_crate = !matches!(name, "lib" | "main") && path != from_root && self.project.has(&path);
            return (is_crate && self.parent_modules(&path).is_empty()).then_some(Some(path));
        };
        if manifest.library.as_deref() == Some(name) && manifest.library_path != from_root {
            return Some(Some(manifest.library_path.clone()));
        }
        let place = manifest.dependencies.get(name)?;
        let Some(folder) = place else { return Some(None) };
        let other = self.manifest_in(folder);
        Some(other.filter(|other| other.library.is_some()).map(|other| other.library_path.clone()))
    }

    /// Whether a file is the root of a crate by Cargo's rules.
    pub(super) fn is_crate_root(&self, path: &str) -> bool {
        let Some(manifest) = self.manifest_of(path) else { return false };
        if manifest.roots.iter().any(|root| root == path) {
            return true;
        }
        let Some(inside) = path.strip_prefix(&manifest.folder) else { return false };
        let inside = inside.trim_start_matches('/');
        let parts: Vec<&str> = inside.split('/').collect();
        match parts.as_slice() {
            ["examples" | "tests" | "benches", file] => file.ends_with(".rs"),
            ["examples" | "tests" | "benches", _, "main.rs"] | ["src", "bin", _, "main.rs"] => true,
            ["src", "bin", file] => file.ends_with(".rs"),
            _ => false,
        }
    }
}

fn edition_from(year: Option<&str>) -> Edition {
    match year {
        Some("2018") => Edition::Edition2018,
        Some("2021") => Edition::Edition2021,
        None | Some("2015") => Edition::Edition2015,
        Some(_) => Edition::Edition2024,
    }
}

/// The folder that a path is in; "" at the top.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path beneath a folder, with `.` and `..` worked off.
pub(super) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
