//! The names of the files whose bytes decide what a command does: one list, for who looks for them and for who watches them.

use super::{managers, runners};

/// Manifests, lock files, configurations, the files of task runners. Those of Node's package managers stand in [`managers::FILES`], those of
/// what runs other languages' programs in [`runners::FILES`].
const OTHERS: &[&str] = &[
    "package.json",
    "deno.json",
    "deno.jsonc",
    "deno.lock",
    "nx.json",
    "turbo.json",
    "lerna.json",
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "next.config.js",
    "next.config.mjs",
    "next.config.ts",
    "astro.config.mjs",
    "astro.config.ts",
    "svelte.config.js",
    "nuxt.config.ts",
    "nuxt.config.js",
    "angular.json",
    "vue.config.js",
    "gatsby-config.js",
    "gatsby-config.ts",
    ".eleventy.js",
    "eleventy.config.js",
    "pyproject.toml",
    "requirements.txt",
    "manage.py",
    "app.py",
    "main.py",
    "wsgi.py",
    "mkdocs.yml",
    "config.ru",
    "Rakefile",
    "_config.yml",
    "artisan",
    "go.mod",
    "main.go",
    "Cargo.toml",
    "Trunk.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mvnw",
    "gradlew",
    "mix.exs",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Procfile",
    "hugo.toml",
    "config.toml",
    "book.toml",
];

/// Paths, seen from a folder, of the files that say what a command run in it or below it does. Each once.
pub fn defining_files() -> impl Iterator<Item = &'static str> {
    managers::FILES.iter().chain(runners::FILES).chain(OTHERS).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_name_stands_in_one_place() {
        let all: Vec<_> = defining_files().collect();
        let unique: HashSet<_> = all.iter().collect();
        assert_eq!(all.len(), unique.len());
        assert!(all.iter().all(|path| !path.starts_with('/') && path.split('/').all(|name| !matches!(name, "" | "." | ".."))));
    }
}
