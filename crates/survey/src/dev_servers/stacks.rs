//! Finding what is started without package.json, by the tables beneath.

mod compiled;
mod generators;
mod python;
mod ruby_php;

use super::{
    Certainty, Command,
    candidate::Candidate,
    listing::join,
    project::Project,
    quoting::visible,
    runners,
    table::{Entry, Grade, PYTHON, Role, Sign, Stack, Through},
};

/// Where Python's dependencies stand.
pub(crate) const PYTHON_FILES: &[&str] = &[
    "requirements.txt",
    "pyproject.toml",
    "Pipfile",
    "setup.py",
    "setup.cfg",
    "requirements.in",
    "requirements-dev.txt",
    "requirements/base.txt",
    "environment.yml",
];

fn all() -> impl Iterator<Item = &'static Stack> {
    [generators::ALL, python::ALL, ruby_php::ALL, compiled::ALL].into_iter().flatten()
}

/// All files that the tables ask for.
pub(crate) fn file_names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<_> = PYTHON_FILES.iter().chain(runners::FILES).copied().collect();
    for stack in all() {
        gather(stack.signs, &mut names);
        gather(stack.without_pages, &mut names);
        names.extend(stack.entries.iter().map(|entry| entry.path).filter(|path| !path.ends_with('*') && *path != "*.py"));
    }
    names.into_iter()
}

fn gather(signs: &'static [Sign], names: &mut Vec<&'static str>) {
    for sign in signs {
        match sign {
            Sign::File(path) | Sign::Needs(path, _) | Sign::Text(path, _) => names.push(path),
            Sign::Ending(_) => {}
            Sign::Any(more) | Sign::No(more) => gather(more, names),
        }
    }
}

/// Whether a file counts by how its name ends.
pub(crate) fn is_project_file(name: &str) -> bool {
    name.ends_with(".csproj")
}

/// What can be started in a folder.
pub(crate) fn candidates(project: &Project<'_>, folder: &str, found: &mut Vec<Candidate>) {
    for stack in all() {
        let mut evidence = Vec::new();
        if !stack.signs.iter().all(|sign| holds(project, folder, *sign, &mut evidence)) {
            continue;
        }
        let place = if stack.entries.is_empty() { None } else { entry(project, folder, stack) };
        if !stack.entries.is_empty() && place.is_none() {
            continue;
        }
        // The same framework once a folder and way of starting it.
        let candidate = start(project, folder, stack, place.as_deref(), evidence);
        if !found.iter().any(|other| other.command.folder == folder && other.command.argv == candidate.command.argv) {
            found.push(candidate);
        }
    }
}

fn holds(project: &Project<'_>, folder: &str, sign: Sign, evidence: &mut Vec<String>) -> bool {
    let mut note = |path: String| {
        if !evidence.contains(&path) {
            evidence.push(path);
        }
    };
    match sign {
        Sign::File(name) => {
            let path = join(folder, name);
            let there = project.listing.has(&path);
            if there {
                note(path);
            }
            there
        }
        Sign::Ending(end) => project.listing.names(folder).iter().any(|name| name.ends_with(end)),
        Sign::Needs(name, package) => {
            let files: &[&str] = if name == PYTHON { PYTHON_FILES } else { &[name] };
            let file = files
                .iter()
                .map(|file| join(folder, file))
                .find(|path| project.listed(path).is_some_and(|text| runners::names(path, &text, package)));
            file.is_some_and(|path| {
                note(path);
                true
            })
        }
        Sign::Text(name, wanted) => {
            let paths: Vec<_> = match name.strip_prefix('*') {
                Some(end) => {
                    project.listing.names(folder).iter().filter(|name| name.ends_with(end)).take(4).map(|name| join(folder, name)).collect()
                }
                None => vec![join(folder, name)],
            };
            let file = paths.into_iter().find(|path| project.listed(path).is_some_and(|text| text.contains(wanted)));
            file.is_some_and(|path| {
                note(path);
                true
            })
        }
        Sign::Any(signs) => signs.iter().any(|sign| holds(project, folder, *sign, evidence)),
        Sign::No(signs) => !signs.iter().any(|sign| holds(project, folder, *sign, &mut Vec::new())),
    }
}

/// The path, relative to the folder, of the file in which the program begins.
fn entry(project: &Project<'_>, folder: &str, stack: &Stack) -> Option<String> {
    stack
        .entries
        .iter()
        .find_map(|entry| paths(project, folder, *entry).into_iter().find(|path| fits(project, &join(folder, path), entry.text)))
}

fn fits(project: &Project<'_>, path: &str, wanted: &str) -> bool {
    project.listing.has(path) && (wanted.is_empty() || project.text(path).is_some_and(|text| text.contains(wanted)))
}

fn paths(project: &Project<'_>, folder: &str, entry: Entry) -> Vec<String> {
    const MOST: usize = 12;
    let Some((before, after)) = entry.path.split_once('*') else { return vec![entry.path.to_owned()] };
    let top = join(folder, before.trim_end_matches('/'));
    if !after.starts_with('/') {
        return project
            .listing
            .names(&top)
            .iter()
            .filter(|name| name.ends_with(after))
            .take(MOST)
            .map(|name| format!("{before}{name}"))
            .collect();
    }
    let beneath = project.listing.beneath(top.trim_end_matches('/'), MOST);
    beneath.into_iter().map(|name| format!("{before}{name}{after}")).collect()
}

fn start(project: &Project<'_>, folder: &str, stack: &Stack, place: Option<&str>, evidence: Vec<String>) -> Candidate {
    let entry_path = place.unwrap_or_default();
    let source = place.and_then(|path| project.text(&join(folder, path)));
    let argv: Vec<String> = stack.run.iter().map(|word| runners::filled(word, entry_path, source.as_deref())).collect();
    let mut defining = evidence;
    defining.extend(place.map(|path| join(folder, path)));
    let mut first = None;
    let argv = match stack.through {
        Through::Itself => argv,
        Through::Bundler => runners::by_bundler(project, folder, argv, &mut defining),
        Through::Python => runners::by_python(project, folder, argv, &mut first, &mut defining),
    };
    if let Some((trace, install)) = stack.installed
        && !project.exists(&join(folder, trace))
        && (!install.starts_with("bundle") || project.listing.has(&join(folder, "Gemfile")))
    {
        first = Some(match install.split_once(' ') {
            Some((program, task)) => super::managers::install(program, task, folder),
            None => super::managers::install(install, "", folder),
        });
    }
    for name in runners::FILES {
        let path = join(folder, name);
        if project.listing.has(&path) {
            defining.push(path);
        }
    }
    let mut unique = std::collections::HashSet::new();
    defining.retain(|path| unique.insert(path.clone()));
    let certainty = match stack.grade {
        Grade::Sure => Certainty::Sure,
        Grade::Likely => Certainty::Likely,
        Grade::Possible => Certainty::Possible,
    };
    let without_pages = stack.without_pages.iter().any(|sign| holds(project, folder, *sign, &mut Vec::new()));
    let reason = reason(stack, folder, place, &defining);
    let path = place.map(|path| join(folder, path)).or_else(|| defining.first().cloned());
    let mut command = Command::new(argv, folder, stack.id, stack.name, certainty);
    command.reason = reason;
    command.path = path;
    command.first = first;
    command.port = (stack.port > 0).then_some(stack.port);
    command.port_args = (!stack.args.is_empty()).then(|| stack.args.iter().map(|word| (*word).to_owned()).collect());
    command.port_env = stack.env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    command.defining_files = defining;
    let owner = stack.owns_assets && stack.role == Role::Site;
    let bonus = 14 + if owner && !without_pages { 6 } else { 0 } - if without_pages { 30 } else { 0 };
    Candidate { command, role: stack.role, bonus, owns_assets: stack.owns_assets, built: stack.built, falls_back: stack.id == "trunk" }
}

fn reason(stack: &Stack, folder: &str, place: Option<&str>, defining: &[String]) -> String {
    let sign = defining.first().map(String::as_str).filter(|first| place.is_none_or(|place| join(folder, place) != **first));
    match (sign, place) {
        (Some(sign), Some(place)) => {
            format!("{} speaks of {}, and {} starts it", visible(sign, 200), stack.name, visible(&join(folder, place), 200))
        }
        (Some(sign), None) => format!("there is {}, as {} has it", visible(sign, 200), stack.name),
        (None, Some(place)) if stack.id == "python" => {
            format!("{} serves with what Python brings along", visible(&join(folder, place), 200))
        }
        (None, Some(place)) => format!("{} starts {}", visible(&join(folder, place), 200), stack.name),
        (None, None) => format!("its files are those of {}", stack.name),
    }
}
