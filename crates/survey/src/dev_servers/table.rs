//! The shape of what is known about frameworks.

/// What a framework is for, which decides who comes first where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Makes the pages that people come for.
    Site,
    /// Only serves what belongs to the pages of a server of another kind, where there is one.
    Bundler,
    /// Runs whatever it was told to.
    Runner,
    /// Answers requests, perhaps without a page.
    Service,
    /// Shows files as they are.
    Files,
    /// Documentation.
    Docs,
    /// Shows parts of a site for working on them.
    Workbench,
}

/// Something that package.json can start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Framework {
    /// For tests and tables: never shown.
    pub id: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// One of these dependencies tells that it is used. A script alone is enough when there are none.
    pub packages: &'static [&'static str],
    /// How a command of a script starts it, see [`super::scripts::Words::is`].
    pub starts: &'static [&'static str],
    /// Its own program, for a package without a script that starts it.
    pub run: &'static [&'static str],
    pub role: Role,
    /// The port that it takes by itself; 0 when it has none of its own.
    pub port: u16,
    /// Arguments that make it listen on `{port}` of 127.0.0.1; empty where only variables work.
    pub args: &'static [&'static str],
    /// Where a build goes, and whether its pages find their way by script.
    pub built: &'static [&'static str],
    pub falls_back: bool,
}

/// A framework with what nearly all have; the rest is said by the methods.
pub(crate) const fn framework(
    id: &'static str,
    name: &'static str,
    packages: &'static [&'static str],
    starts: &'static [&'static str],
    run: &'static [&'static str],
) -> Framework {
    Framework { id, name, packages, starts, run, role: Role::Site, port: 0, args: &[], built: &[], falls_back: false }
}

impl Framework {
    pub(crate) const fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    pub(crate) const fn port(self, port: u16, args: &'static [&'static str]) -> Self {
        Self { port, args, ..self }
    }

    pub(crate) const fn built(self, built: &'static [&'static str]) -> Self {
        Self { built, ..self }
    }

    pub(crate) const fn falls_back(self) -> Self {
        Self { falls_back: true, ..self }
    }
}

/// A sign of a stack, in the folder that is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sign {
    /// There is this file, at a path beneath the folder.
    File(&'static str),
    /// There is a file whose name ends so.
    Ending(&'static str),
    /// The file names a package the way its format does; of Python any of the files in which dependencies stand.
    Needs(&'static str, &'static str),
    /// The file contains this text.
    Text(&'static str, &'static str),
    /// One of these.
    Any(&'static [Sign]),
    /// None of these.
    No(&'static [Sign]),
}

/// The name under which [`Sign::Needs`] looks into everything in which Python's dependencies stand.
pub(crate) const PYTHON: &str = "python";

/// A file in which a stack's program begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub path: &'static str,
    /// What it has to contain; "" for nothing.
    pub text: &'static str,
}

/// By what a stack's program is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    Itself,
    /// uv, Poetry, Pipenv, PDM, the virtual environment in the folder, or Python as it is.
    Python,
    /// Bundler where there is a Gemfile.
    Bundler,
}

/// How sure a stack's signs make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    Sure,
    Likely,
    Possible,
}

/// Something that is started without package.json.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stack {
    pub id: &'static str,
    pub name: &'static str,
    /// All must hold. The first names a file that the folder has.
    pub signs: &'static [Sign],
    /// The first that is there is `{entry}`, as a module `{module}`, the name its application is given `{variable}`; empty when none is needed.
    pub entries: &'static [Entry],
    pub run: &'static [&'static str],
    pub through: Through,
    pub grade: Grade,
    pub role: Role,
    pub port: u16,
    pub args: &'static [&'static str],
    pub env: &'static [(&'static str, &'static str)],
    /// With one of these it likely has no pages of its own.
    pub without_pages: &'static [Sign],
    /// Whether a package.json beside it only makes what its pages use.
    pub owns_assets: bool,
    pub built: &'static [&'static str],
    /// A file that is there once its dependencies are installed, and the command that installs them.
    pub installed: Option<(&'static str, &'static str)>,
}

/// A stack with what nearly all have; the rest is said by the methods.
pub(crate) const fn stack(id: &'static str, name: &'static str, signs: &'static [Sign], run: &'static [&'static str]) -> Stack {
    Stack {
        id,
        name,
        signs,
        entries: &[],
        run,
        through: Through::Itself,
        grade: Grade::Sure,
        role: Role::Site,
        port: 0,
        args: &[],
        env: &[],
        without_pages: &[],
        owns_assets: false,
        built: &[],
        installed: None,
    }
}

impl Stack {
    pub(crate) const fn installed(self, trace: &'static str, command: &'static str) -> Self {
        Self { installed: Some((trace, command)), ..self }
    }

    pub(crate) const fn through(self, through: Through) -> Self {
        Self { through, ..self }
    }

    pub(crate) const fn grade(self, grade: Grade) -> Self {
        Self { grade, ..self }
    }

    pub(crate) const fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    pub(crate) const fn port(self, port: u16, args: &'static [&'static str]) -> Self {
        Self { port, args, ..self }
    }

    pub(crate) const fn env(self, env: &'static [(&'static str, &'static str)]) -> Self {
        Self { env, ..self }
    }

    pub(crate) const fn entries(self, entries: &'static [Entry]) -> Self {
        Self { entries, ..self }
    }

    pub(crate) const fn without_pages(self, without_pages: &'static [Sign]) -> Self {
        Self { without_pages, ..self }
    }

    pub(crate) const fn owns_assets(self) -> Self {
        Self { owns_assets: true, ..self }
    }

    pub(crate) const fn built(self, built: &'static [&'static str]) -> Self {
        Self { built, ..self }
    }
}
