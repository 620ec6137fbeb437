//! Which package manager runs a package's scripts, and how it passes arguments on.

use serde_json::Value;

use super::{
    listing::{join, upwards},
    project::Project,
};

/// Files that choose a package manager or change what it does.
pub(crate) const FILES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    ".pnpmfile.mjs",
    "bunfig.toml",
    ".pnp.cjs",
    ".pnp.loader.mjs",
];
/// The lock files that choose, the stronger ones first when there are several in one folder.
const LOCKS: &[(&str, Manager)] = &[
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("pnpm-workspace.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("package-lock.json", Manager::Npm),
    ("npm-shrinkwrap.json", Manager::Npm),
];
/// What each of them leaves in `node_modules` when it has installed.
const TRACES: &[&str] = &[
    "node_modules/.package-lock.json",
    "node_modules/.modules.yaml",
    "node_modules/.yarn-integrity",
    "node_modules/.yarn-state.yml",
    ".pnp.cjs",
];

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// The package manager of a folder, and why.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub manager: Manager,
    /// Where it installs.
    pub root: String,
}

impl Manager {
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun].into_iter().find(|manager| manager.program() == name)
    }

    /// Runs a script. Of these only npm wants `--` before arguments that are meant for the script.
    pub(crate) fn script(self, name: &str) -> Vec<String> {
        [self.program(), "run", name].map(str::to_owned).to_vec()
    }

    pub(crate) fn separator(self) -> Option<&'static str> {
        (self == Self::Npm).then_some("--")
    }

    /// Runs a program of an installed package; never fetches one.
    pub(crate) fn program_of_package(self, run: &[&str]) -> Vec<String> {
        let before: &[&str] = match self {
            Self::Npm => &["npx", "--no-install"],
            Self::Pnpm => &["pnpm", "exec"],
            Self::Yarn => &["yarn", "run"],
            Self::Bun => &["bun", "run"],
        };
        before.iter().chain(run).map(|word| (*word).to_owned()).collect()
    }
}

/// The package manager of a folder: what `packageManager` names, else the lock file, in the folder or nearest above it; else npm.
pub(crate) fn choose(project: &Project<'_>, folder: &str) -> Chosen {
    let lock = upwards(folder).find_map(|above| {
        let (_, manager) = LOCKS.iter().find(|(name, _)| project.listing.has(&join(above, name)))?;
        Some((above, *manager))
    });
    let named = upwards(folder).find_map(|above| Some((above, project.package(above)?.manager?)));
    match (named, lock) {
        (Some((_, manager)), Some((root, _))) => Chosen { manager, root: root.to_owned() },
        (Some((root, manager)), None) | (None, Some((root, manager))) => Chosen { manager, root: root.to_owned() },
        (None, None) => Chosen { manager: Manager::Npm, root: folder.to_owned() },
    }
}

/// What `packageManager` or `devEngines.packageManager` of a package.json names.
pub(crate) fn named(package: &Value) -> Option<Manager> {
    let field = package.get("packageManager").and_then(Value::as_str).map(|text| text.split('@').next().unwrap_or_default());
    let engine = || package.get("devEngines")?.get("packageManager")?.get("name")?.as_str();
    Manager::named(field.or_else(engine)?)
}

/// What has to be installed before a script of the folder can run; none when it is there.
pub(crate) fn first(project: &Project<'_>, folder: &str, chosen: &Chosen, needs: Option<&str>) -> Option<String> {
    let installed = upwards(folder).any(|above| {
        let there = |path: &str| project.exists(&join(above, path));
        needs.is_some_and(|package| there(&format!("node_modules/{package}/package.json"))) || TRACES.iter().any(|trace| there(trace))
    });
    (!installed).then(|| install(chosen.manager.program(), "install", &chosen.root))
}

/// "Run `npm install` in web/".
pub(crate) fn install(program: &str, task: &str, folder: &str) -> String {
    if folder.is_empty() {
        format!("Run `{program} {task}`")
    } else {
        format!("Run `{program} {task}` in {}/", super::quoting::visible(folder, 200))
    }
}

/// The files of the folder, and of where it is installed from, that change what a script does.
pub(crate) fn defining(project: &Project<'_>, folder: &str, chosen: &Chosen) -> Vec<String> {
    let mut files = Vec::new();
    for place in [folder, &chosen.root, ""] {
        for name in std::iter::once(&"package.json").chain(FILES) {
            let path = join(place, name);
            if project.listing.has(&path) && !files.contains(&path) {
                files.push(path);
            }
        }
    }
    files
}
