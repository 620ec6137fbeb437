//! Where in a project the files lie that tell how it is started.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use super::{managers, stacks};

/// What others wrote, what was built and what is kept for speed: nothing in there is the project's own.
const SKIPPED: &[&str] = &[
    "node_modules",
    "vendor",
    "venv",
    "target",
    "bower_components",
    "jspm_packages",
    "third_party",
    "third-party",
    "site-packages",
    "__pycache__",
    "Pods",
    "__snapshots__",
    "__fixtures__",
    "__mocks__",
];
/// Files that are asked for by no table.
const ALSO: &[&str] = &["index.html", "package.json", "deno.json", "deno.jsonc", "nx.json", "turbo.json", "lerna.json", "project.json"];

static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let mut names: HashSet<_> = ALSO.iter().copied().chain(managers::FILES.iter().copied()).collect();
    names.extend(stacks::file_names().map(base));
    names
});

/// The files of a project that tell something, by folder.
pub(crate) struct Listing<'a> {
    folders: BTreeMap<&'a str, Vec<&'a str>>,
    total: usize,
}

impl<'a> Listing<'a> {
    /// Looks at each path once.
    pub(crate) fn of(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut total = 0;
        for path in paths {
            total += 1;
            let (folder, name) = split(path);
            if tells(name) && is_own(folder) {
                folders.entry(folder).or_default().push(name);
            }
        }
        Self { folders, total }
    }

    /// How many paths the project has.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Whether there is a file at this path, of those that tell something.
    pub(crate) fn has(&self, path: &str) -> bool {
        let (folder, name) = split(path);
        self.folders.get(folder).is_some_and(|names| names.contains(&name))
    }

    /// The names of the telling files in a folder.
    pub(crate) fn names(&self, folder: &str) -> &[&'a str] {
        self.folders.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The folders that have a file of this name, those nearest to the root first.
    pub(crate) fn with(&self, name: &str, most: usize) -> Vec<&'a str> {
        let mut found: Vec<_> = self.folders.iter().filter(|(_, names)| names.contains(&name)).map(|(folder, _)| *folder).collect();
        found.sort_by_key(|folder| (depth(folder), *folder));
        found.truncate(most);
        found
    }

    /// The names of the folders in a folder that have telling files.
    pub(crate) fn beneath(&self, folder: &str, most: usize) -> Vec<&'a str> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = self.folders.range::<str, _>((std::ops::Bound::Included(start.as_str()), std::ops::Bound::Unbounded));
        let mut found: Vec<&str> = from
            .take_while(|(name, _)| name.starts_with(&start))
            .filter_map(|(name, _)| name[start.len()..].split('/').next())
            .filter(|name| !name.is_empty())
            .take(most * 20)
            .collect();
        found.dedup();
        found.truncate(most);
        found
    }

    /// The folders that have telling files, those nearest to the root first.
    pub(crate) fn folders(&self, most: usize) -> Vec<&'a str> {
        let mut found: Vec<_> = self.folders.keys().copied().collect();
        found.sort_by_key(|folder| (depth(folder), *folder));
        found.truncate(most);
        found
    }
}

fn tells(name: &str) -> bool {
    NAMES.contains(name)
        || name.contains(".config.")
        || (name.starts_with("requirements") && name.ends_with(".txt"))
        || name.ends_with(".py") && name.len() < 30
        || stacks::is_project_file(name)
}

fn is_own(folder: &str) -> bool {
    folder.is_empty() || folder.split('/').all(|part| !part.starts_with('.') && !part.is_empty() && !SKIPPED.contains(&part))
}

/// A path's folder ("" for the root) and its name.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn base(path: &'static str) -> &'static str {
    split(path).1
}

/// A path beneath a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// How many folders deep; 0 for the root.
pub(crate) fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 }
}

/// A folder and those above it, up to the root.
pub(crate) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| split(folder).0))
}
