//! How programs of Python, Ruby and others are run, and what their manifests name.

use super::{
    listing::{join, upwards},
    managers::install,
    project::Project,
};

/// Files that choose a runner or say what it installs.
pub(crate) const FILES: &[&str] = &[
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile",
    "Pipfile.lock",
    "Gemfile",
    "Gemfile.lock",
    "composer.json",
    "composer.lock",
    "go.sum",
    "Cargo.lock",
    "mix.lock",
    "Procfile.dev",
    "bin/dev",
    "bin/rails",
];

/// Whether a manifest names a package, as its format does it. Comments don't count.
pub(crate) fn names(path: &str, text: &str, package: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let mut lines = text.lines().map(str::trim_start);
    match file {
        "Gemfile" => lines.any(|line| {
            line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem(")).is_some_and(|rest| first_quoted(rest) == Some(package))
        }),
        "Cargo.toml" => lines.any(|line| {
            let key = line.split(['=', '.']).next().unwrap_or_default().trim().trim_matches('"');
            key == package
                || (line.starts_with('[')
                    && line
                        .trim_end()
                        .strip_suffix(']')
                        .and_then(|line| line.rsplit_once("dependencies."))
                        .is_some_and(|(_, name)| name == package))
        }),
        "mix.exs" => lines.filter(|line| !line.starts_with('#')).any(|line| line.contains(&format!("{{:{package},"))),
        "composer.json" | "package.json" => text.contains(&format!("\"{package}\"")),
        "go.mod" => lines.filter(|line| !line.starts_with("//")).any(|line| line.contains(package)),
        _ => lines.filter(|line| !line.starts_with('#')).any(|line| names_word(line, package)),
    }
}

/// Whether the name stands in a line on its own, whatever its case: `flask`, not `flask-cors`. `_` and `-` are the same to Python.
fn names_word(line: &str, package: &str) -> bool {
    let line = line.get(..line.floor_char_boundary(4096)).unwrap_or(line).to_ascii_lowercase().replace('_', "-");
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/');
    line.match_indices(package).any(|(at, found)| {
        let before = at.checked_sub(1).map(|at| line.as_bytes()[at]);
        let after = line.as_bytes().get(at + found.len()).copied();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn first_quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

/// A word of a table's command with what was found put in.
pub(crate) fn filled(word: &str, entry: &str, source: Option<&str>) -> String {
    if !word.contains('{') {
        return word.to_owned();
    }
    let module = entry.trim_end_matches("/__init__.py").trim_end_matches(".py").replace('/', ".");
    let module = module.strip_prefix("src.").filter(|_| entry.ends_with("__init__.py")).unwrap_or(&module);
    let place = match entry.rsplit_once('/') {
        Some((folder, _)) => format!("./{folder}"),
        None => ".".to_owned(),
    };
    let variable = source.and_then(variable).unwrap_or("app");
    word.replace("{entry}", entry).replace("{module}", module).replace("{variable}", variable).replace("{place}", &place)
}

/// The name that an application is given: `api = FastAPI(`.
fn variable(source: &str) -> Option<&str> {
    let line =
        source.lines().find(|line| ["FastAPI(", "Starlette(", "Litestar("].iter().any(|made| line.contains(made)) && line.contains('='))?;
    let name = line.split(['=', ':']).next()?.trim();
    let plain = !name.is_empty() && line.starts_with(name) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some(name)
}

/// Through Bundler, where there is a Gemfile.
pub(crate) fn by_bundler(project: &Project<'_>, folder: &str, argv: Vec<String>, defining: &mut Vec<String>) -> Vec<String> {
    let gemfile = join(folder, "Gemfile");
    if !project.listing.has(&gemfile) {
        return argv;
    }
    defining.push(gemfile);
    ["bundle", "exec"].into_iter().map(str::to_owned).chain(argv).collect()
}

/// Through what manages the project's Python.
pub(crate) fn by_python(
    project: &Project<'_>,
    folder: &str,
    argv: Vec<String>,
    first: &mut Option<String>,
    defining: &mut Vec<String>,
) -> Vec<String> {
    let through = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).chain(argv.iter().cloned()).collect();
    let nearest = |name: &str| upwards(folder).map(|above| join(above, name)).find(|path| project.listing.has(path));
    let environment = [".venv", "venv"].into_iter().find(|name| project.exists(&join(folder, &format!("{name}/pyvenv.cfg"))));
    let managed = [
        ("uv.lock", "uv", None),
        ("poetry.lock", "poetry", Some("install")),
        ("pdm.lock", "pdm", Some("install")),
        ("Pipfile", "pipenv", Some("install")),
    ];
    for (lock, program, task) in managed {
        if let Some(path) = nearest(lock) {
            // `uv run` installs what is missing itself.
            *first = task.filter(|_| environment.is_none()).map(|task| install(program, task, folder));
            defining.push(path);
            return through(&[program, "run"]);
        }
    }
    if let Some(environment) = environment {
        let python = if cfg!(windows) { format!("{environment}/Scripts/python.exe") } else { format!("{environment}/bin/python") };
        let module = argv[0].replace("sphinx-autobuild", "sphinx_autobuild");
        let rest = argv[1..].iter().cloned();
        return if argv[0] == "python" {
            std::iter::once(python).chain(rest).collect()
        } else {
            [python, "-m".to_owned(), module].into_iter().chain(rest).collect()
        };
    }
    let requirements = ["requirements.txt", "requirements/base.txt", "docs/requirements.txt"]
        .into_iter()
        .find(|name| project.listing.has(&join(folder, name)));
    *first = match requirements {
        Some(file) => Some(install("pip", &format!("install -r {file}"), folder)),
        None => project.listing.has(&join(folder, "pyproject.toml")).then(|| install("pip", "install -e .", folder)),
    };
    let mut argv = argv;
    if argv[0] == "python" && !cfg!(windows) {
        "python3".clone_into(&mut argv[0]);
    }
    argv
}
