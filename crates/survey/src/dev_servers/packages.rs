//! What package.json can start: by its scripts, else by what it depends on.

use super::{
    Certainty, Command,
    candidate::Candidate,
    following::{Depends, Does, Follower, is_for_something_else, sounds},
    frameworks,
    listing::{join, upwards},
    managers::{self, Chosen},
    project::{Package, Project, line_of},
    quoting::visible,
    scripts::{self, Words},
    table::{Framework, Role},
};

const HOST_OPTIONS: &[&str] = &["--host", "-H", "--hostname", "--address", "--bind", "--ip", "-b", "-i"];
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
    let follower = Follower::new(&package, &depends);
    let before = found.len();
    for (name, text) in &package.scripts {
        if is_for_something_else(name) {
            continue;
        }
        let Some(does) = follower.does(name, text) else { continue };
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

#[expect(clippy::too_many_arguments, reason = "all of it is what the package and the script are, and used just once")]
fn by_script(
    project: &Project<'_>,
    folder: &str,
    chosen: &Chosen,
    own: Depends<'_>,
    depends: Depends<'_>,
    (name, text): (&str, &str),
    does: Does,
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
            bonus += if *several && framework.is_some() { 25 } else { -4 };
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
