//! Which commands would start a project's dev server, and which of its folders could be served as they are.
//!
//! Nothing is run, opened or asked over a network: paths and a way to read a small file come in, guesses with their reasons go out. What is
//! known about frameworks stands in tables; hostile files cost bounded time and at worst are not understood.

mod candidate;
mod defining;
mod folders;
mod following;
mod frameworks;
mod listing;
mod managers;
mod packages;
mod project;
mod quoting;
mod runners;
mod scripts;
mod stacks;
mod table;
mod tasks;
mod tools;

pub use defining::defining_files;
pub use quoting::{Unreadable, read_shown, shown};

use listing::Listing;
use project::Project;

/// At most so many commands are offered.
pub const MOST_COMMANDS: usize = 20;
/// So many folders are looked into, those nearest to the root first.
const MOST_FOLDERS: usize = 300;
const MOST_PACKAGES: usize = 60;

/// How sure a command is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It could be started so.
    Possible,
    /// Most signs speak for it.
    Likely,
    /// Its framework, and the way of starting it, are written there.
    Sure,
}

/// A command that would start a dev server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments; never meant for a shell. A program with a `/` in it is relative to `folder`.
    pub argv: Vec<String>,
    /// [`shown`] of `argv`.
    pub shown: String,
    /// Where it runs, relative to the project; "" for its root.
    pub folder: String,
    /// Short and stable: `vite`, `django`; `script` for a script of which no more is known.
    pub id: &'static str,
    /// As people call it: "Vite", "Django".
    pub framework: String,
    /// Why it is believed to be the one.
    pub reason: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// The file that defines it.
    pub path: Option<String>,
    /// Of a script, the line there, from 1.
    pub line: Option<u32>,
    /// What a script of that name runs, with what can't be seen in it written as escapes; at most 4,000 characters.
    pub script: Option<String>,
    /// The port that it takes by itself.
    pub port: Option<u16>,
    /// What is appended to `argv` so that it listens on `{port}` of 127.0.0.1; none where only the variable `PORT` may work.
    pub port_args: Option<Vec<String>>,
    /// Variables besides `PORT` and `HOST` that tell it the port, with `{port}` in their values.
    pub port_env: Vec<(String, String)>,
    /// What has to be done first: "Run `npm install` in web/".
    pub first: Option<String>,
    /// The files whose bytes decide what it runs, relative to the project.
    pub defining_files: Vec<String>,
}

impl Command {
    fn new(argv: Vec<String>, folder: &str, id: &'static str, framework: &str, certainty: Certainty) -> Self {
        Self {
            shown: shown(&argv),
            argv,
            folder: folder.to_owned(),
            id,
            framework: framework.to_owned(),
            reason: String::new(),
            certainty,
            path: None,
            line: None,
            script: None,
            port: None,
            port_args: None,
            port_env: Vec::new(),
            first: None,
            defining_files: Vec::new(),
        }
    }

    /// The command that makes it listen on this port; as it is where only variables can.
    pub fn at_port(&self, port: u16) -> Vec<String> {
        let added = self.port_args.iter().flatten().map(|word| word.replace("{port}", &port.to_string()));
        self.argv.iter().cloned().chain(added).collect()
    }

    /// The variables that tell it the port, besides `PORT` and `HOST`.
    pub fn env_at_port(&self, port: u16) -> Vec<(String, String)> {
        self.port_env.iter().map(|(name, value)| (name.clone(), value.replace("{port}", &port.to_string()))).collect()
    }
}

/// A folder that can be served as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Relative to the project; "" for its root.
    pub folder: String,
    /// Why it is offered: "has an index.html".
    pub reason: String,
    /// Whether it has an index.html.
    pub has_index: bool,
    /// Whether unknown paths are answered with its index, because its pages find their way by script.
    pub falls_back: bool,
    /// How many of the paths lie beneath it; none when none do, as with what was built and is ignored.
    pub files: Option<u32>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The likeliest first, at most [`MOST_COMMANDS`].
    pub commands: Vec<Command>,
    /// The best first, at most 24. Never empty: the project itself is among them.
    pub folders: Vec<Folder>,
}

/// Finds what would start a dev server and what can be served as it is.
///
/// `paths` are the project's files, relative, with `/`. `read` answers with a file of the project, also with one that is not among the paths
/// (what was built, what was installed); it should refuse files above 2 MiB, which are not looked into, and is asked at most 900 times.
pub fn dev_servers<P: AsRef<str>>(paths: &[P], read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Found {
    let project = Project::new(Listing::of(paths.iter().map(AsRef::as_ref)), read);
    let mut found = Vec::new();
    for folder in project.listing.with("package.json", MOST_PACKAGES) {
        packages::candidates(&project, folder, &mut found);
    }
    tasks::of_nx(&project, &mut found);
    for folder in project.listing.folders(MOST_FOLDERS) {
        tasks::of_deno(&project, folder, &mut found);
        stacks::candidates(&project, folder, &mut found);
    }
    let ranked = candidate::ranked(found, MOST_COMMANDS);
    let mut folders = folders::find(&project, &ranked);
    count(paths, project.listing.total(), &mut folders);
    Found { commands: ranked.into_iter().map(|candidate| candidate.command).collect(), folders }
}

fn count<P: AsRef<str>>(paths: &[P], total: usize, folders: &mut [Folder]) {
    let starts: Vec<String> = folders.iter().map(|folder| format!("{}/", folder.folder)).collect();
    let mut counts = vec![0_u32; folders.len()];
    for path in paths {
        for (start, count) in starts.iter().zip(&mut counts) {
            *count += u32::from(path.as_ref().starts_with(start.as_str()));
        }
    }
    for (folder, count) in folders.iter_mut().zip(counts) {
        let count = if folder.folder.is_empty() { u32::try_from(total).unwrap_or(u32::MAX) } else { count };
        folder.files = (count > 0).then_some(count);
    }
}
