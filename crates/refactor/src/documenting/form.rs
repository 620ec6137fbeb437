//! How each language writes what code says of itself.

/// Where a doc comment of a definition stands, and by what marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Lines above it, each with this before it.
    Lines(&'static str),
    /// `/** … */` above it.
    Block,
    /// A string, as the first statement of its body.
    Docstring,
}

/// Where a file says what it is about, and by what marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileMark {
    /// The language has no place for it.
    None,
    /// Lines at its top.
    Lines(&'static str),
    /// `/** @file … */` at its top.
    Block,
    /// A string, as its first statement.
    Docstring,
    /// Go's, above `package`.
    Package,
}

/// What is more than words in the comments of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Plain,
    /// Also HTML, which most readers of Markdown let pass.
    Markdown,
    /// As Javadoc: HTML, and `\u` before anything is read.
    Html,
    /// As Doxygen: HTML, and commands that begin with a backslash.
    Commands,
    /// C#'s own tags.
    Xml,
}

/// How a language writes doc comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub mark: Mark,
    pub file: FileMark,
    pub speech: Speech,
    /// `@` and a word tells tools something.
    pub tags: bool,
    /// The first sentence stands by itself, as a summary.
    pub summary: bool,
    /// Columns of a file that has no doc comments yet.
    pub width: usize,
}

/// The form of a language by its name; `None` where it has none, or none that is known here.
pub(super) fn form_of(language: &str) -> Option<Form> {
    let form = |mark, file, speech| Form { mark, file, speech, tags: mark == Mark::Block, summary: false, width: 80 };
    let form = match language {
        "Rust" | "Zig" => Form { summary: true, ..form(Mark::Lines("///"), FileMark::Lines("//!"), Speech::Markdown) },
        "TypeScript" | "TSX" | "JavaScript" => form(Mark::Block, FileMark::Block, Speech::Markdown),
        "Python" => Form { summary: true, width: 72, ..form(Mark::Docstring, FileMark::Docstring, Speech::Plain) },
        "Go" => form(Mark::Lines("//"), FileMark::Package, Speech::Plain),
        "Java" | "Scala" => form(Mark::Block, FileMark::None, Speech::Html),
        "C" | "C++" => form(Mark::Block, FileMark::Block, Speech::Commands),
        "Kotlin" | "PHP" => form(Mark::Block, FileMark::None, Speech::Markdown),
        "C#" => form(Mark::Lines("///"), FileMark::None, Speech::Xml),
        "Ruby" => Form { tags: true, ..form(Mark::Lines("#"), FileMark::None, Speech::Plain) },
        "Bash" => form(Mark::Lines("#"), FileMark::None, Speech::Plain),
        "Lua" => Form { tags: true, ..form(Mark::Lines("---"), FileMark::None, Speech::Markdown) },
        "Protocol Buffers" => form(Mark::Lines("//"), FileMark::None, Speech::Plain),
        _ => return None,
    };
    Some(form)
}
