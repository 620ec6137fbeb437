//! Where running or reading a project begins.

/// A function of a file, as its outline has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// 1-based.
    pub line: u32,
}

/// A file that may be an entry point, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The likeliest have the lowest.
    pub rank: u32,
    sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Where there is a function `main`.
    Main,
    /// The same in a file of package main.
    GoMain,
    Python,
    /// As a whole, for this reason.
    Whole(&'static str),
}

/// A place where running or reading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// 1-based.
    pub line: u32,
    /// "main", …
    pub reason: String,
}

/// Whether a file is worth a look. `path` with `/` between names.
pub fn candidate(path: &str) -> Option<Candidate> {
    let names: Vec<&str> = path.split('/').collect();
    let (name, folders) = names.split_last()?;
    let depth = u32::try_from(folders.len()).unwrap_or(u32::MAX).min(50);
    // What is not the project's own, or only tries or shows it, begins nothing.
    let aside =
        ["test", "tests", "testdata", "fixtures", "vendor", "node_modules", "third_party", "examples", "example", "benches", "docs"];
    if folders.iter().any(|folder| aside.iter().any(|aside| aside.eq_ignore_ascii_case(folder))) {
        return None;
    }
    let parent = folders.last().copied().unwrap_or_default();
    let stem_of = |extension: &str| name.strip_suffix(extension).and_then(|stem| stem.strip_suffix('.'));
    let (rank, sort) = match *name {
        "main.rs" => (10, Sort::Main),
        "lib.rs" if parent == "src" => (40, Sort::Whole("the library's root")),
        "main.go" => (10, Sort::GoMain),
        "__main__.py" => (10, Sort::Whole("runs with `python -m`")),
        "manage.py" => (12, Sort::Whole("Django's commands")),
        "index.html" => (20, Sort::Whole("the page that opens first")),
        "main.py" | "app.py" | "cli.py" | "wsgi.py" | "asgi.py" => (25, Sort::Python),
        "main.c" | "main.cc" | "main.cpp" | "main.cxx" => (10, Sort::Main),
        "Main.java" | "Application.java" | "Main.kt" | "Program.cs" | "main.swift" | "main.dart" | "main.zig" | "Main.hs" => {
            (15, Sort::Main)
        }
        "main.ts" | "main.tsx" | "main.js" | "index.ts" | "index.js" | "server.js" | "server.ts"
            if depth <= 1 || (parent == "src" && depth <= 3) =>
        {
            (30, Sort::Whole("the script that is loaded first"))
        }
        _ if stem_of("rs").is_some() && parent == "bin" => (15, Sort::Main),
        _ if stem_of("go").is_some() && folders.first() == Some(&"cmd") => (20, Sort::GoMain),
        _ if stem_of("py").is_some() && depth == 0 => (35, Sort::Python),
        _ if ["c", "cc", "cpp", "cxx"].iter().any(|extension| stem_of(extension).is_some()) && depth <= 1 => (45, Sort::Main),
        _ => return None,
    };
    Some(Candidate { rank: rank + 6 * depth, sort })
}

impl Candidate {
    /// Whether [`entry_point`] wants the functions of the file.
    pub fn wants_functions(self) -> bool {
        matches!(self.sort, Sort::Main | Sort::GoMain)
    }

    /// Whether it is one without a look at its text.
    pub fn is_sure(self) -> bool {
        matches!(self.sort, Sort::Whole(_))
    }
}

/// Where in the file running begins; `None` when it does not begin there.
pub fn entry_point(candidate: Candidate, text: &str, functions: &[Function]) -> Option<EntryPoint> {
    let main = || functions.iter().find(|function| matches!(function.name.as_str(), "main" | "Main")).map(|function| function.line);
    match candidate.sort {
        Sort::Whole(reason) => Some(EntryPoint { line: 1, reason: reason.to_owned() }),
        Sort::Main => Some(EntryPoint { line: main()?, reason: "main".to_owned() }),
        Sort::GoMain => {
            let is_main = text.lines().any(|line| line.split_whitespace().eq(["package", "main"]));
            is_main.then(main)?.map(|line| EntryPoint { line, reason: "main of package main".to_owned() })
        }
        Sort::Python => {
            let guard = |line: &str| {
                let plain: String = line.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '\'' { '"' } else { c }).collect();
                plain.starts_with("if__name__==\"__main__\"") || plain.starts_with("if\"__main__\"==__name__")
            };
            let line = text.lines().position(|line| line.starts_with("if") && guard(line))?;
            Some(EntryPoint { line: u32::try_from(line + 1).ok()?, reason: "runs as a script".to_owned() })
        }
    }
}
