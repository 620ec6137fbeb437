//! Tasks of Deno and targets of Nx.

use serde_json::Value;

use super::{
    Certainty, Command,
    candidate::Candidate,
    listing::{join, split},
    managers,
    project::{Project, line_of, scripts},
    quoting::visible,
    scripts,
    table::Role,
};

const MOST_APPLICATIONS: usize = 24;

/// The tasks of a deno.json in a folder.
pub(crate) fn of_deno(project: &Project<'_>, folder: &str, found: &mut Vec<Candidate>) {
    let path = ["deno.json", "deno.jsonc"].into_iter().map(|name| join(folder, name)).find(|path| project.listing.has(path));
    let Some((path, source)) = path.and_then(|path| project.text(&path).map(|source| (path, source))) else { return };
    let Ok(file) = serde_json::from_str::<Value>(&without_comments(&source)) else { return };
    for (name, text) in scripts(file.get("tasks")) {
        let bonus = match name.as_str() {
            "dev" => 15,
            "serve" | "start" => 12,
            "server" | "watch" => 8,
            _ => continue,
        };
        let is = |what: &str| source.contains(what) || text.contains(what);
        let program = scripts::read(&text).commands.iter().map(|words| words.words.join(" ")).collect::<Vec<_>>().join(" ");
        let known: Option<(&'static str, &str, u16, Option<&[&str]>)> = if is("fresh") {
            Some((
                "fresh",
                "Fresh",
                if text.contains("vite") { 5173 } else { 8000 },
                text.contains("vite").then_some(&["--port", "{port}"] as &[_]),
            ))
        } else if is("lume") {
            Some(("lume", "Lume", 3000, Some(&["--port={port}"])))
        } else if program.contains("astro") {
            Some(("astro", "Astro", 4321, Some(&["--port", "{port}", "--host", "127.0.0.1"])))
        } else if text.contains("vite") {
            Some(("vite", "Vite", 5173, Some(super::frameworks::VITE)))
        } else {
            None
        };
        let certainty = if known.is_some() { Certainty::Sure } else { Certainty::Likely };
        let (id, framework, port, arguments) = known.unwrap_or(("deno", "Deno", 8000, None));
        let mut command = Command::new(vec!["deno".into(), "task".into(), name.clone()], folder, id, framework, certainty);
        command.reason = format!("{} has the task {}", visible(&path, 200), visible(&name, 80));
        command.line = line_of(&source, "tasks", &name, &text);
        command.script = Some(visible(&text, 4000));
        command.port = Some(port);
        // Behind several commands arguments would reach the wrong one.
        command.port_args =
            arguments.filter(|_| scripts::read(&text).takes_arguments).map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        let beside = ["deno.lock", "vite.config.ts", "main.ts", "dev.ts", "_config.ts"].into_iter().map(|name| join(folder, name));
        command.defining_files = std::iter::once(path.clone()).chain(beside.filter(|path| project.exists(path))).collect();
        command.path = Some(path.clone());
        let role = if known.is_some() { Role::Site } else { Role::Service };
        found.push(Candidate { command, role, bonus, owns_assets: false, built: &["_site"], falls_back: false });
    }
}

/// The applications of an Nx workspace that have a target for serving.
pub(crate) fn of_nx(project: &Project<'_>, found: &mut Vec<Candidate>) {
    if !project.listing.has("nx.json") {
        return;
    }
    let Some(package) = project.package("") else { return };
    let chosen = managers::choose(project, "");
    for folder in project.listing.with("project.json", MOST_APPLICATIONS) {
        let path = join(folder, "project.json");
        let Some(source) = project.text(&path) else { continue };
        let Ok(file) = serde_json::from_str::<Value>(&source) else { continue };
        let Some(target) = ["serve", "dev"].into_iter().find(|target| file.get("targets").is_some_and(|all| all.get(target).is_some()))
        else {
            continue;
        };
        let executor = file["targets"][target].get("executor").and_then(Value::as_str).unwrap_or_default();
        let name = file.get("name").and_then(Value::as_str).unwrap_or(split(folder).1);
        let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_@/.".contains(c)) && !name.starts_with('-');
        if !is_plain || folder.contains("-e2e") {
            continue;
        }
        let depends = |name: &str| package.dependencies.contains(name);
        let (id, framework, role) = if executor.contains("next") || (executor.is_empty() && (depends("@nx/next") || depends("@nrwl/next")))
        {
            ("next-nx", "Next.js with Nx", Role::Site)
        } else if executor.contains("angular") {
            ("angular", "Angular by Nx", Role::Site)
        } else if executor.contains("vite") || executor.contains("react") || executor.contains("web") {
            ("nx", "Nx", Role::Site)
        } else {
            ("nx", "Nx", Role::Service)
        };
        let argv = chosen.manager.program_of_package(&["nx", target, name]);
        let mut command = Command::new(argv, "", id, framework, Certainty::Likely);
        command.reason = format!("{} has the target {target}", visible(&path, 200));
        command.line = line_of(&source, "targets", target, "");
        command.port = Some(4200);
        command.port_args = Some(vec!["--port={port}".to_owned()]);
        command.first = managers::first(project, "", &chosen, Some("nx"));
        command.defining_files = managers::defining(project, "", &chosen);
        command.defining_files.extend(["nx.json".to_owned(), path.clone()]);
        command.path = Some(path);
        found.push(Candidate { command, role, bonus: 13, owns_assets: false, built: &[], falls_back: false });
    }
}

/// JSON without the comments that JSONC has, nor commas before a closing bracket.
fn without_comments(source: &str) -> String {
    let mut plain = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    let mut quoted = false;
    while let Some(next) = rest.next() {
        match next {
            '\\' if quoted => plain.extend(std::iter::once(next).chain(rest.next())),
            '"' => {
                quoted = !quoted;
                plain.push(next);
            }
            '/' if !quoted && rest.peek() == Some(&'/') => {
                rest.by_ref().take_while(|c| *c != '\n').for_each(drop);
                plain.push('\n');
            }
            '/' if !quoted && rest.peek() == Some(&'*') => {
                let mut before = ' ';
                rest.next();
                for c in rest.by_ref() {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            '}' | ']' if !quoted => {
                let kept = plain.trim_end().trim_end_matches(',').len();
                plain.truncate(kept);
                plain.push(next);
            }
            other => plain.push(other),
        }
    }
    plain
}
