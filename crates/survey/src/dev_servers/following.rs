//! What a script does in the end: which framework it starts, or what it runs instead.

use std::cell::Cell;

use super::{
    frameworks,
    project::Package,
    scripts::{self, Delegates, Script, Words},
    table::{Framework, Role},
};

/// Programs that run a file of the project's own.
const RUNTIMES: &[&str] = &[
    "node",
    "nodemon",
    "tsx",
    "ts-node",
    "ts-node-dev",
    "tsnd",
    "babel-node",
    "bun",
    "deno",
    "node-dev",
    "vite-node",
    "esno",
    "jiti",
    "python",
    "python3",
    "php",
    "ruby",
    "rails",
    "go",
    "cargo",
    "air",
    "dotnet",
    "flask",
    "uvicorn",
    "gunicorn",
    "mix",
    "sh",
    "bash",
    "micro",
];
/// Programs that start no server in a way that a name for one could be meant.
const NEVER: &[&str] = &[
    "tsc",
    "tsup",
    "rollup",
    "jest",
    "vitest",
    "eslint",
    "prettier",
    "webpack",
    "electron",
    "echo",
    "rimraf",
    "rm",
    "cp",
    "mkdir",
    "sass",
    "tailwindcss",
    "react-native",
    "babel",
    "swc",
    "unbuild",
    "microbundle",
    "mocha",
    "ava",
    "cypress",
    "playwright",
    "true",
    "exit",
    "tailwind",
    "postcss",
    "remix-serve",
    "react-router-serve",
    "sirv",
    "pm2",
    "forever",
    "cd",
    "git",
    "husky",
    "vue-tsc",
    "tsdown",
    "stylelint",
    "biome",
    "open",
];
/// So many levels of scripts that run scripts.
const DEEPEST: usize = 4;

/// So many scripts of one package.json are looked into, again and again ones counted: those that name each other grow without bound.
const MOST_STEPS: u32 = 1_500;

/// Which of its packages a framework is known by, if any.
pub(crate) type Depends<'a> = &'a dyn Fn(&Framework) -> Option<&'static str>;

/// What a script does.
pub(crate) enum Does {
    Starts { framework: &'static Framework, known: bool, words: Words, takes_arguments: bool },
    Wraps { by: String, framework: Option<&'static Framework>, several: bool },
    Runs { what: &'static str },
}

/// Follows the scripts of one package.json.
pub(crate) struct Follower<'a> {
    package: &'a Package,
    depends: Depends<'a>,
    steps: Cell<u32>,
}

impl<'a> Follower<'a> {
    pub(crate) fn new(package: &'a Package, depends: Depends<'a>) -> Self {
        Self { package, depends, steps: Cell::new(MOST_STEPS) }
    }

    /// What a script of this name and text does; none when it starts nothing.
    pub(crate) fn does(&self, name: &str, text: &str) -> Option<Does> {
        self.follow(name, &scripts::read(text), DEEPEST)
    }

    fn follow(&self, name: &str, script: &Script, left: usize) -> Option<Does> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        let last = script.commands.len().saturating_sub(1);
        let mut starts: Option<(usize, &'static Framework, bool)> = None;
        for (at, words) in script.commands.iter().enumerate() {
            if let Some((framework, known)) = self.started_by(words)
                && starts.is_none_or(|(_, best, _)| rank(framework) < rank(best))
            {
                starts = Some((at, framework, known));
            }
        }
        if let Some((at, framework, known)) = starts {
            let takes_arguments = script.takes_arguments && at == last;
            return Some(Does::Starts { framework, known, words: script.commands[at].clone(), takes_arguments });
        }
        let left = left.checked_sub(1)?;
        let mut away = false;
        for words in &script.commands {
            if words.program() == "cd" || words.program() == "pushd" {
                away = true;
                continue;
            }
            let wraps = match words.delegates() {
                Some(Delegates::To { by, .. }) if away => Some((by.to_owned(), None, false)),
                Some(Delegates::Away { by }) => Some((by.to_owned(), None, false)),
                Some(Delegates::To { by, scripts: targets }) => {
                    let named: Vec<_> = self
                        .package
                        .scripts
                        .iter()
                        .filter(|(other, _)| other != name && targets.iter().any(|target| matches(target, other)))
                        .take(12)
                        .collect();
                    let inner = named.iter().map(|(other, text)| self.follow(other, &scripts::read(text), left));
                    let best = inner.flatten().filter_map(framework_of).min_by_key(|framework| rank(framework));
                    // A word that is no script's name is a task of the package manager itself.
                    (!named.is_empty()).then(|| (by.to_owned(), best, named.len() > 1 || by == "concurrently"))
                }
                None => None,
            };
            let inner = words.inner();
            let within = inner
                .iter()
                .filter_map(|script| self.follow(name, script, left))
                .filter_map(framework_of)
                .min_by_key(|framework| rank(framework));
            match (wraps, within) {
                (Some((by, framework, several)), within) => {
                    let framework = [framework, within].into_iter().flatten().min_by_key(|framework| rank(framework));
                    return Some(Does::Wraps { by, framework, several });
                }
                (None, Some(framework)) => {
                    return Some(Does::Wraps { by: words.program().to_owned(), framework: Some(framework), several: true });
                }
                (None, None) if !inner.is_empty() => {
                    return Some(Does::Wraps { by: words.program().to_owned(), framework: None, several: true });
                }
                (None, None) => {}
            }
        }
        let own = script.commands.iter().rev().find(|words| !NEVER.contains(&words.program()) && !is_framework_program(words.program()));
        let words = own?;
        let built = words.words.iter().skip(1).any(|word| {
            ["build/", "dist/", "out/", ".output/", "lib/"].iter().any(|start| word.trim_start_matches("./").starts_with(start))
        });
        let runtime = RUNTIMES.contains(&words.program());
        Some(Does::Runs {
            what: if built {
                "what was built"
            } else if runtime {
                "a program of its own"
            } else {
                "something unknown"
            },
        })
    }

    /// Which framework a command starts, and whether the dependencies know of it.
    fn started_by(&self, words: &Words) -> Option<(&'static Framework, bool)> {
        let fits = || frameworks::all().filter(|framework| framework.starts.iter().any(|pattern| words.is(pattern)));
        if let Some(known) = fits().find(|framework| framework.packages.is_empty() || (self.depends)(framework).is_some()) {
            return Some((known, true));
        }
        // The last that fits is the plainest. Programs that run anything say nothing by themselves.
        let says_nothing = matches!(words.program(), "nx" | "tsx" | "bun" | "node" | "deno" | "rw");
        fits().last().filter(|_| !says_nothing).map(|framework| (framework, false))
    }
}

fn framework_of(does: Does) -> Option<&'static Framework> {
    match does {
        Does::Starts { framework, .. } => Some(framework),
        Does::Wraps { framework, .. } => framework,
        Does::Runs { .. } => None,
    }
}

fn matches(target: &str, name: &str) -> bool {
    match target.split_once('*') {
        Some((before, _)) => name.starts_with(before),
        None => target == name,
    }
}

fn is_framework_program(program: &str) -> bool {
    !RUNTIMES.contains(&program)
        && frameworks::all().any(|framework| framework.starts.iter().any(|start| start.split(' ').next() == Some(program)))
}

/// Of several in one script, whose pages are meant.
fn rank(framework: &Framework) -> u8 {
    match framework.role {
        Role::Site => 0,
        Role::Bundler => 1,
        Role::Docs => 2,
        Role::Runner => 3,
        Role::Service => 4,
        Role::Files => 5,
        Role::Workbench => 6,
    }
}

/// Building, testing and the like, by the name; and what is for telephones.
pub(crate) fn is_for_something_else(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "build",
        "test",
        "tests",
        "e2e",
        "lint",
        "deploy",
        "ci",
        "prod",
        "production",
        "release",
        "publish",
        "generate",
        "export",
        "cypress",
        "bench",
        "benchmark",
        "preview",
        "android",
        "ios",
        "typecheck",
        "check",
        "format",
        "clean",
        "install",
        "prepare",
        "debug",
        "inspect",
        "coverage",
        "electron",
        "visual",
        "snapshot",
        "prestart",
        "predev",
        "postinstall",
        "preinstall",
        "prebuild",
        "postbuild",
        "precommit",
        "prepublish",
        "prepublishonly",
        "chromatic",
        "migrate",
        "seed",
    ];
    let name = name.to_ascii_lowercase();
    name.split([':', '-', '.', '_', '/', ' ']).any(|part| OTHERS.contains(&part))
}

/// How much a name sounds like the one for working on the pages; none when it sounds like nothing.
pub(crate) fn sounds(name: &str) -> Option<i32> {
    Some(match name {
        "dev" => 15,
        "develop" | "start:dev" | "dev:start" | "start-dev" => 14,
        "web" | "start:web" => 13,
        "start" | "serve" | "dev:web" | "dev:client" => 12,
        "server" | "serve:dev" | "dev:app" | "dev:vite" | "dev:frontend" => 11,
        "watch" => 4,
        _ if name.starts_with("dev:") || name.starts_with("dev-") => 9,
        _ if name.starts_with("start:") || name.starts_with("serve:") => 7,
        _ if name.ends_with(":dev") || name.ends_with("-dev") => 8,
        _ if name.ends_with(":start") || name.ends_with(":serve") => 6,
        _ => return None,
    })
}
