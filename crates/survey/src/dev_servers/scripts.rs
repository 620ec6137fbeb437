//! What a script's text would run, as far as that can be read without a shell.

/// Of a longer script only the beginning is read.
const LONGEST: usize = 8 * 1024;
const MOST_WORDS: usize = 400;

/// Programs that only start another one, with the options of theirs that take a value.
const LAUNCHERS: &[&str] = &[
    "npx",
    "bunx",
    "pnpx",
    "cross-env",
    "cross-env-shell",
    "env",
    "env-cmd",
    "dotenv",
    "dotenvx",
    "doppler",
    "infisical",
    "op",
    "time",
    "exec",
    "with-env",
    "portless",
    "varlock",
];
/// What a launcher has to be told before the program's name.
const LAUNCHER_WORDS: &[&str] = &["run", "exec", "dlx", "x", "--"];
const TAKES_VALUE: &[&str] = &["-e", "-f", "--file", "--env-file", "--package", "-p", "-c", "--config"];
/// Options of what frameworks' programs have that take a value.
const WITH_VALUE: &[&str] = &["--mode", "-m", "--config", "-c", "--base", "--port", "-p", "-H", "--hostname", "--configuration"];
/// Programs that start several scripts, or those of several packages.
const RUNNERS: &[(&str, &str)] = &[
    ("npm-run-all", "npm-run-all"),
    ("npm-run-all2", "npm-run-all"),
    ("run-p", "npm-run-all"),
    ("run-s", "npm-run-all"),
    ("concurrently", "concurrently"),
    ("conc", "concurrently"),
    ("turbo", "Turborepo"),
    ("nx", "Nx"),
    ("lerna", "Lerna"),
    ("wireit", "Wireit"),
    ("moon", "moon"),
    ("rush", "Rush"),
    ("wsrun", "wsrun"),
    ("ultra", "ultra"),
    ("mprocs", "mprocs"),
    ("nf", "foreman"),
    ("foreman", "foreman"),
    ("overmind", "Overmind"),
    ("nps", "nps"),
    ("make", "make"),
    ("just", "just"),
    ("docker", "Docker"),
    ("docker-compose", "Docker"),
];
/// Options by which a package manager runs the script of another folder.
const ELSEWHERE: &[&str] =
    &["--prefix", "-C", "--cwd", "--dir", "-w", "--workspace", "--workspaces", "-ws", "--filter", "-F", "-r", "--recursive"];

/// A script, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Its commands in their order.
    pub commands: Vec<Words>,
    /// Whether arguments after it reach the last command, and that one alone.
    pub takes_arguments: bool,
}

/// A command of a script: program and arguments.
#[derive(Debug, Default, Clone)]
pub(crate) struct Words {
    /// Without what only starts it and without variables.
    pub words: Vec<String>,
    /// A `PORT` that it is given.
    pub port: Option<u16>,
}

/// What a command does when it starts no server itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Delegates<'a> {
    /// Runs scripts of the same file; names may end in `*`.
    To { by: &'a str, scripts: Vec<&'a str> },
    /// Runs what is defined elsewhere.
    Away { by: &'a str },
}

/// Takes a script apart.
pub(crate) fn read(text: &str) -> Script {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut script = Script { takes_arguments: true, ..Script::default() };
    let mut command: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut total = 0;
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match (quote, next) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), other) => word.get_or_insert_default().push(other),
            (None, '"' | '\'') => {
                quote = Some(next);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(rest.next()),
            (None, '&' | '|' | ';' | '\n' | '(' | ')') => {
                let twice = rest.next_if_eq(&next).is_some();
                if !(next == ';' || next == '\n' || (next == '&' && twice)) {
                    script.takes_arguments = false;
                }
                command.extend(word.take());
                script.commands.extend(cleaned(std::mem::take(&mut command)));
            }
            (None, space) if space.is_whitespace() => command.extend(word.take()),
            (None, other) => {
                if matches!(other, '>' | '<' | '#') {
                    script.takes_arguments = false;
                }
                word.get_or_insert_default().push(other);
            }
        }
        total += usize::from(word.is_none());
        if total > MOST_WORDS {
            script.takes_arguments = false;
            break;
        }
    }
    command.extend(word);
    script.takes_arguments &= quote.is_none();
    script.commands.extend(cleaned(command));
    script
}

/// Without variables, launchers and folders of programs.
fn cleaned(all: Vec<String>) -> Option<Words> {
    let mut found = Words::default();
    let mut rest = all.into_iter().peekable();
    let mut launched = false;
    while let Some(word) = rest.next() {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".cmd");
        if let Some((variable, value)) = word.split_once('=').filter(|(name, _)| is_variable(name)) {
            if variable == "PORT" {
                found.port = value.parse().ok();
            }
        } else if LAUNCHERS.contains(&name) {
            launched = true;
        } else if launched && LAUNCHER_WORDS.contains(&word.as_str()) || name == "--" {
        } else if launched && word.starts_with('-') {
            if TAKES_VALUE.contains(&word.as_str()) {
                rest.next();
            }
        } else if matches!(name, "pnpm" | "yarn" | "bun")
            && rest.peek().is_some_and(|next| matches!(next.as_str(), "exec" | "dlx" | "x" | "--bun"))
        {
            launched = true;
        } else {
            // A version in it, as of `npx serve@14`, says nothing about what it is.
            let program = if launched { name.find('@').filter(|at| *at > 0).map_or(name, |at| &name[..at]) } else { name };
            found.words = std::iter::once(program.to_owned()).chain(rest).collect();
            return Some(found);
        }
    }
    None
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Words {
    /// The program's name.
    pub(crate) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether this is the command of a pattern: `next dev` needs just these words, `vite` the program with anything but a word for building
    /// or testing, `next $` the program with no word at all, `stencil build --serve` the option anywhere.
    pub(crate) fn is(&self, pattern: &str) -> bool {
        let mut wanted = pattern.split(' ');
        if wanted.next() != Some(self.program()) {
            return false;
        }
        // The value of an option is no task: `vite --mode ssr`.
        let mut before = "";
        let mut plain = self
            .words
            .iter()
            .skip(1)
            .map(String::as_str)
            .filter(move |word| !WITH_VALUE.contains(&std::mem::replace(&mut before, word)) && !word.starts_with('-'))
            .peekable();
        let mut named = false;
        for part in wanted {
            named = true;
            let fits = if part == "$" {
                plain.peek().is_none()
            } else if part.starts_with('-') {
                self.words.iter().any(|word| word == part)
            } else {
                plain.next() == Some(part)
            };
            if !fits {
                return false;
            }
        }
        named || plain.peek().is_none_or(|first| !is_other_task(first))
    }

    /// The port that it is told to take.
    pub(crate) fn fixed_port(&self) -> Option<u16> {
        let mut all = self.words.iter().map(String::as_str).peekable();
        while let Some(word) = all.next() {
            let told = match word.split_once('=') {
                Some(("-p" | "--port" | "-P" | "--listen" | "--server.port", value)) => Some(value),
                None if matches!(word, "-p" | "--port" | "-P" | "-l" | "--server.port") => all.peek().copied(),
                None => word.strip_prefix("-p").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())),
                _ => None,
            };
            if let Some(port) = told.and_then(|value| value.rsplit(':').next()).and_then(|value| value.parse().ok()) {
                return Some(port);
            }
        }
        self.port
    }

    /// Whether one of these options is given.
    pub(crate) fn has_option(&self, names: &[&str]) -> bool {
        self.words.iter().any(|word| names.contains(&word.split('=').next().unwrap_or_default()))
    }

    /// What else it runs, when that is all that it does.
    pub(crate) fn delegates(&self) -> Option<Delegates<'_>> {
        let program = self.program();
        let rest = self.words.get(1..).unwrap_or_default();
        let plain = || rest.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
        if matches!(program, "npm" | "pnpm" | "yarn" | "bun") {
            if self.has_option(ELSEWHERE) || matches!(plain().next(), Some("workspace" | "workspaces" | "--filter")) {
                return Some(Delegates::Away { by: program });
            }
            let mut words = plain();
            let first = words.next()?;
            let script = if matches!(first, "run" | "run-script") { words.next()? } else { first };
            return Some(Delegates::To { by: program, scripts: vec![script] });
        }
        if program == "node" && plain().next() == Some("--run") {
            return None;
        }
        let (_, by) = RUNNERS.iter().find(|(name, _)| *name == program)?;
        let scripts: Vec<&str> = match *by {
            "npm-run-all" => plain().collect(),
            // Its arguments are commands of their own.
            "concurrently" => rest.iter().filter_map(|word| script_of(word)).collect(),
            _ => Vec::new(),
        };
        Some(if scripts.is_empty() { Delegates::Away { by } } else { Delegates::To { by, scripts } })
    }

    /// The commands that are arguments of this one, as `concurrently` takes them.
    pub(crate) fn inner(&self) -> Vec<Script> {
        if !matches!(self.program(), "concurrently" | "conc" | "start-server-and-test") {
            return Vec::new();
        }
        self.words.iter().skip(1).filter(|word| word.contains(' ') || !word.starts_with('-')).take(16).map(|word| read(word)).collect()
    }
}

/// The script that `npm:dev`, `npm run dev` or `yarn dev` means.
fn script_of(command: &str) -> Option<&str> {
    for start in ["npm:", "pnpm:", "yarn:", "bun:", "npm run ", "pnpm run ", "yarn run ", "bun run ", "pnpm ", "yarn ", "npm "] {
        if let Some(name) = command.strip_prefix(start) {
            return name.split(' ').next().filter(|name| !name.starts_with('-'));
        }
    }
    None
}

/// Words for what is no server: these never count as a way to start one.
pub(crate) fn is_other_task(word: &str) -> bool {
    const TASKS: &[&str] = &[
        "build",
        "preview",
        "optimize",
        "test",
        "tests",
        "lint",
        "check",
        "format",
        "generate",
        "export",
        "prerender",
        "deploy",
        "publish",
        "release",
        "clean",
        "info",
        "telemetry",
        "sync",
        "prepare",
        "analyze",
        "watch",
        "lib",
        "bundle",
        "compile",
        "init",
        "new",
        "create",
        "add",
        "install",
        "prod",
        "production",
        "typecheck",
        "typegen",
        "types",
        "docs",
        "eject",
        "upgrade",
        "update",
        "version",
        "help",
    ];
    TASKS.contains(&word)
}
