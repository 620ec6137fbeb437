//! What the window is told about a project as a whole, and about the structure of a file.

use serde::Serialize;
use specta::Type;

/// A project at a glance, from its latest version.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProjectOverview {
    /// None before the first sync; then all else is empty.
    pub version: Option<u32>,
    pub files: u32,
    pub bytes: String,
    /// By bytes, most first.
    pub languages: Vec<LanguagePart>,
    pub readme: Option<String>,
    /// The directories of the first two levels, in the order of paths; `""` holds what lies at the top. For a map of areas.
    pub directories: Vec<DirectoryPart>,
    /// The largest files, at most ten.
    pub largest: Vec<FilePart>,
    /// In the order of paths, at most 50.
    pub dependencies: Vec<DependencyManifest>,
    /// Where running or reading begins, at most 20, the likeliest first.
    pub entry_points: Vec<EntryPoint>,
}

/// A language's part of a project.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LanguagePart {
    pub name: String,
    pub files: u32,
    pub bytes: String,
    /// Of the bytes of recognised text, 0 to 100.
    pub percent: f32,
}

/// A directory's part of a project.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DirectoryPart {
    pub path: String,
    /// With everything below.
    pub files: u32,
    pub bytes: String,
    /// The language most of it is written in.
    pub language: Option<String>,
}

/// A file's part of a project.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FilePart {
    pub path: String,
    pub bytes: String,
}

/// A file that names what a project is made of: `Cargo.toml`, `package.json`, `pyproject.toml`, `go.mod`, …
#[derive(Debug, Clone, Serialize, Type)]
pub struct DependencyManifest {
    pub path: String,
    /// "Cargo", "npm", "Python", "Go", "Maven", "Gradle", "Composer", "Bundler", "NuGet", …
    pub kind: String,
    pub name: Option<String>,
    pub version: Option<String>,
    /// How many it asks for, and the first 60 of them.
    pub total: u32,
    pub dependencies: Vec<Dependency>,
    /// Commands it names: scripts of npm, binaries of Cargo.
    pub scripts: Vec<String>,
    /// Why it could not be read.
    pub problem: Option<String>,
}

/// Something a manifest asks for.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Dependency {
    pub name: String,
    /// As it is written there; empty when nothing is.
    pub requirement: String,
    /// Only for building or testing.
    pub development: bool,
}

/// Where running or reading begins.
#[derive(Debug, Clone, Serialize, Type)]
pub struct EntryPoint {
    pub path: String,
    pub line: u32,
    /// "main", "the `bin` of package.json", …
    pub reason: String,
}

/// What git tells about a project's life. Takes longer than the overview.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProjectActivity {
    pub is_git: bool,
    /// Commits of the last 52 weeks that were looked at, and whether there were too many to look at all.
    pub commits: u32,
    pub truncated: bool,
    /// Commits a week, oldest first, 52 of them.
    pub weeks: Vec<u32>,
    /// The files changed most in that time, at most 20.
    pub hot: Vec<HotFile>,
    /// Who wrote most commits in that time, at most 12.
    pub authors: Vec<AuthorPart>,
    pub first_at: Option<String>,
    pub last_at: Option<String>,
}

/// A file that changes often.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HotFile {
    pub path: String,
    pub commits: u32,
    pub authors: u32,
    pub last_at: String,
}

/// Somebody's part of the commits.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AuthorPart {
    pub name: String,
    pub commits: u32,
}

/// What a file is built of, for folding and for the header that stays in sight.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FileStructure {
    /// Line ranges that can be folded: the first line stays. By first line, then the longer before the shorter; one a first line.
    pub folds: Vec<(u32, u32)>,
    /// Functions, classes, sections: by first line, outer before inner.
    pub scopes: Vec<ScopeRange>,
}

/// A named part of a file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ScopeRange {
    pub first: u32,
    pub last: u32,
    pub name: String,
    /// As in [`super::OutlineItem`].
    pub kind: String,
}

/// An editor that was found on this computer.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Editor {
    /// "VS Code".
    pub name: String,
    /// The command that opens a file at a line: `code --goto {path}:{line}:{column}`.
    pub command: String,
}
