//! What package.json can start: by its scripts, else by what it depends on.

use super::{
    Certainty, Command,
    candidate::Candidate,
    frameworks,
    listing::{join, upwards},
    managers::{self, Chosen},
    project::{Package, Project, line_of},
    quoting::visible,
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
const HOST_OPTIONS: &[&str] = &["--host", "-H", "--hostname", "--address", "--bind", "--ip", "-b", "-i"];
/// So many levels of scripts that run scripts.
const DEEPEST: usize = 4;

/// What a script does.
enum Does<'a> {
    Starts { framework: &'static Framework, known: bool, words: Words, takes_arguments: bool },
    Wraps { by: String, framework: Option<&'static Framework>, several: bool },
    Runs { what: &'a str },
}

/// What the package.json of a folder can start.
pub(crate) fn candidates(project: &Project<'_>, folder: &str, found: &mut Vec<Candidate>) {
    let Some(package) = project.package(folder) else { return };
    let chosen = managers::choose(project, folder);
    let above: Vec<_> = upwards(folder).skip(1).filter_map(|above| project.package(above)).collect();
    let depends = |framework: &Framework| {
        let own = framework.packages.iter().find(|name| package.dependencies.contains(**name));
        own.or_else(|| framework.packages.iter().find(|name| above.iter().any(|above| above.dependencies.contains(**name)))).copied()
    };
    let own = |framework: &Framework| framework.packages.iter().find(|name| package.dependencies.contains(**name)).copied();
    let before = found.len();
    for (name, text) in &package.scripts {
        if is_for_something_else(name) {
            continue;
        }
        let script = scripts::read(text);
        let Some(does) = examine(&package, name, &script, &depends, DEEPEST) else { continue };
        let command = Command::new(chosen.manager.script(name), folder, "", "", Certainty::Possible);
        if let Some(candidate) = by_script(project, folder, &chosen, &own, &depends, (name.as_str(), text.as_str()), does, command) {
            found.push(candidate);
        }
    }
    let started = found[before..]
        .iter()
        .any(|one| matches!(one.role, Role::Site | Role::Bundler | Role::Docs) || one.command.certainty != Certainty::Possible);
    if !started && let Some(candidate) = without_script(project, folder, &chosen, &package) {
        found.push(candidate);
    }
}

fn examine(
    package: &Package,
    name: &str,
    script: &Script,
    depends: &dyn Fn(&Framework) -> Option<&'static str>,
    left: usize,
) -> Option<Does<'static>> {
    let last = script.commands.len().saturating_sub(1);
    let mut starts: Option<(usize, &'static Framework, bool)> = None;
    for (at, words) in script.commands.iter().enumerate() {
        if let Some((framework, known)) = started_by(words, depends)
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
                let named: Vec<_> = package
                    .scripts
                    .iter()
                    .filter(|(other, _)| other != name && targets.iter().any(|target| matches(target, other)))
                    .take(12)
                    .collect();
                let inner = named.iter().map(|(other, text)| examine(package, other, &scripts::read(text), depends, left));
                let best = inner.flatten().filter_map(framework_of).min_by_key(|framework| rank(framework));
                // A word that is no script's name is a task of the package manager itself.
                (!named.is_empty()).then(|| (by.to_owned(), best, named.len() > 1 || by == "concurrently"))
            }
            None => None,
        };
        let inner = words.inner();
        let within = inner
            .iter()
            .filter_map(|script| examine(package, name, script, depends, left))
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
    let built =
        words.words.iter().skip(1).any(|word| {
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

fn framework_of(does: Does<'_>) -> Option<&'static Framework> {
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

/// Which framework a command starts, and whether the dependencies know of it.
fn started_by(words: &Words, depends: &dyn Fn(&Framework) -> Option<&'static str>) -> Option<(&'static Framework, bool)> {
    let fits = || frameworks::all().filter(|framework| framework.starts.iter().any(|pattern| words.is(pattern)));
    if let Some(known) = fits().find(|framework| framework.packages.is_empty() || depends(framework).is_some()) {
        return Some((known, true));
    }
    // The last that fits is the plainest. Programs that run anything say nothing by themselves.
    let says_nothing = matches!(words.program(), "nx" | "tsx" | "bun" | "node" | "deno" | "rw");
    fits().last().filter(|_| !says_nothing).map(|framework| (framework, false))
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
fn is_for_something_else(name: &str) -> bool {
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
fn sounds(name: &str) -> Option<i32> {
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

type Depends<'a> = &'a dyn Fn(&Framework) -> Option<&'static str>;

#[expect(clippy::too_many_arguments, reason = "all of it is what the package and the script are, and used just once")]
fn by_script(
    project: &Project<'_>,
    folder: &str,
    chosen: &Chosen,
    own: Depends<'_>,
    depends: Depends<'_>,
    (name, text): (&str, &str),
    does: Does<'_>,
    mut command: Command,
) -> Option<Candidate> {
    let path = join(folder, "package.json");
    let shown_name = visible(name, 80);
    let shown_path = visible(&path, 200);
    let named = sounds(name);
    let mut bonus = named.unwrap_or(3);
    let by_dependency = || {
        frameworks::all().find(|framework| {
            own(framework).is_some() && !matches!(framework.role, Role::Workbench | Role::Docs | Role::Runner | Role::Files)
        })
    };
    let (framework, certainty, why) = match &does {
        Does::Starts { framework, known, .. } => {
            let sure = *known && !matches!(framework.role, Role::Runner | Role::Files | Role::Workbench) && framework.role != Role::Service;
            let why = match depends(framework) {
                Some(package) => format!("{shown_path} has the script {shown_name} and depends on {package}"),
                None => format!("the script {shown_name} of {shown_path} runs {}", framework.name),
            };
            (Some(*framework), if sure { Certainty::Sure } else { Certainty::Likely }, why)
        }
        Does::Wraps { by, framework, several } => {
            named?;
            let framework = framework.or_else(by_dependency);
            // What its authors start together belongs together.
            bonus += if *several && framework.is_some() { 20 } else { -4 };
            let what = framework.map(|framework| format!(", among them {}", framework.name)).unwrap_or_default();
            let why = format!("the script {shown_name} of {shown_path} only runs others, by {}{what}", visible(by, 40));
            (framework, if framework.is_some() { Certainty::Likely } else { Certainty::Possible }, why)
        }
        Does::Runs { what } => {
            named.filter(|sounds| *sounds >= 7)?;
            let framework = by_dependency();
            let known = framework.is_some() && *what == "a program of its own";
            if *what != "a program of its own" {
                bonus -= 12;
            }
            let depends = framework.and_then(own).map(|package| format!("; it depends on {package}")).unwrap_or_default();
            let why = format!("{shown_path} has the script {shown_name}, which runs {what}{depends}");
            (framework, if known { Certainty::Likely } else { Certainty::Possible }, why)
        }
    };
    let wrapped = if let Does::Wraps { by, .. } = &does { Some(visible(by, 40)) } else { None };
    command.id = framework.map_or("script", |framework| framework.id);
    command.framework = match (framework, wrapped) {
        (Some(framework), None) => framework.name.to_owned(),
        (Some(framework), Some(by)) => format!("{} by {by}", framework.name),
        (None, Some(by)) => format!("Scripts by {by}"),
        (None, None) => "Node.js".to_owned(),
    };
    command.certainty = certainty;
    command.reason = why;
    command.line = project.text(&path).and_then(|source| line_of(&source, "scripts", name, text));
    command.path = Some(path);
    command.script = Some(visible(text, 4000));
    command.port = framework.map(|framework| framework.port).filter(|port| *port > 0);
    if let (Some(framework), Does::Starts { words, takes_arguments, .. }) = (framework, &does) {
        let fixed = words.fixed_port();
        command.port = fixed.or(command.port);
        if *takes_arguments && fixed.is_none() {
            command.port_args = arguments(framework, words, chosen.manager.separator());
        }
        if framework.id == "expo" && !words.has_option(&["--web", "-w"]) {
            bonus -= 3;
        }
    }
    command.first = managers::first(project, folder, chosen, framework.and_then(own));
    command.defining_files = defining(project, folder, chosen, text);
    let role = framework.map_or(Role::Runner, |framework| framework.role);
    let built = framework.map_or(&[] as &[_], |framework| framework.built);
    Some(Candidate { command, role, bonus, owns_assets: false, built, falls_back: framework.is_some_and(|framework| framework.falls_back) })
}

/// What is added so that it takes a port; none when it can't be told.
fn arguments(framework: &Framework, words: &Words, separator: Option<&str>) -> Option<Vec<String>> {
    let mut added: Vec<String> = Vec::new();
    let has_host = words.has_option(HOST_OPTIONS);
    let mut all = framework.args.iter();
    while let Some(word) = all.next() {
        let option = word.split('=').next().unwrap_or_default();
        if has_host && HOST_OPTIONS.contains(&option) {
            if !word.contains('=') {
                all.next();
            }
        } else {
            added.push((*word).to_owned());
        }
    }
    (!added.is_empty()).then(|| separator.map(str::to_owned).into_iter().chain(added).collect())
}

/// The files whose bytes decide what runs: those of the package, the framework's configuration, and files that the script names.
fn defining(project: &Project<'_>, folder: &str, chosen: &Chosen, text: &str) -> Vec<String> {
    const MOST: usize = 40;
    let mut files = managers::defining(project, folder, chosen);
    let configurations = project.listing.names(folder).iter().filter(|name| name.contains(".config."));
    files.extend(configurations.map(|name| join(folder, name)));
    for words in scripts::read(text).commands {
        let named = words
            .words
            .iter()
            .map(|word| word.trim_start_matches("./"))
            .filter(|word| word.contains('.') && word.len() < 200 && !word.contains(".."));
        files.extend(named.take(4).map(|word| join(folder, word)).filter(|path| project.exists(path)));
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|path| seen.insert(path.clone()));
    files.truncate(MOST);
    files
}

/// A framework that is depended on and that no script starts.
fn without_script(project: &Project<'_>, folder: &str, chosen: &Chosen, package: &Package) -> Option<Candidate> {
    let depends = |framework: &&Framework| framework.packages.iter().any(|name| package.dependencies.contains(*name));
    let has_page = || project.listing.has(&join(folder, "index.html"));
    let fits = |framework: &&Framework| match framework.role {
        Role::Site | Role::Docs => !framework.run.is_empty(),
        Role::Bundler => !framework.run.is_empty() && has_page(),
        _ => false,
    };
    // A library may be built with these without being a site.
    let needs_page = |framework: &&Framework| !matches!(framework.id, "solid-js" | "tanstack-router" | "vinxi" | "quasar") || has_page();
    let framework = frameworks::all().filter(depends).filter(fits).find(needs_page)?;
    let package = framework.packages.iter().find(|name| package.dependencies.contains(**name)).copied();
    let argv = chosen.manager.program_of_package(framework.run);
    let mut command = Command::new(argv, folder, framework.id, framework.name, Certainty::Likely);
    let path = join(folder, "package.json");
    command.reason = format!("{} depends on {} and has no script that starts it", visible(&path, 200), package.unwrap_or(framework.name));
    command.path = Some(path);
    command.port = (framework.port > 0).then_some(framework.port);
    command.port_args = arguments(framework, &Words::default(), None);
    command.first = managers::first(project, folder, chosen, package);
    command.defining_files = defining(project, folder, chosen, "");
    Some(Candidate {
        command,
        role: framework.role,
        bonus: 0,
        owns_assets: false,
        built: framework.built,
        falls_back: framework.falls_back,
    })
}
