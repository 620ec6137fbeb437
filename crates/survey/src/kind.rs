//! Which files are dependency manifests, by their names.

/// A sort of dependency manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `Cargo.toml`.
    Cargo,
    /// `package.json`.
    Npm,
    /// `pyproject.toml`.
    PyProject,
    /// `requirements.txt` and its like.
    Requirements,
    /// `setup.cfg`.
    SetupCfg,
    /// `Pipfile`.
    Pipfile,
    /// `go.mod`.
    Go,
    /// `pom.xml`.
    Maven,
    /// `build.gradle`, `build.gradle.kts`.
    Gradle,
    /// `composer.json`.
    Composer,
    /// `Gemfile`.
    Bundler,
    /// `*.csproj`, `*.fsproj`, `*.vbproj`.
    NuGet,
    /// `CMakeLists.txt`.
    CMake,
}

impl Kind {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cargo => "Cargo",
            Self::Npm => "npm",
            Self::PyProject | Self::Requirements | Self::SetupCfg | Self::Pipfile => "Python",
            Self::Go => "Go",
            Self::Maven => "Maven",
            Self::Gradle => "Gradle",
            Self::Composer => "Composer",
            Self::Bundler => "Bundler",
            Self::NuGet => "NuGet",
            Self::CMake => "CMake",
        }
    }
}

/// What a file of this name (the last part of its path) is.
pub fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "Cargo.toml" => Kind::Cargo,
        "package.json" => Kind::Npm,
        "pyproject.toml" => Kind::PyProject,
        "setup.cfg" => Kind::SetupCfg,
        "Pipfile" => Kind::Pipfile,
        "go.mod" => Kind::Go,
        "pom.xml" => Kind::Maven,
        "build.gradle" | "build.gradle.kts" => Kind::Gradle,
        "composer.json" => Kind::Composer,
        "Gemfile" => Kind::Bundler,
        "CMakeLists.txt" => Kind::CMake,
        _ if name.starts_with("requirements") && name.ends_with(".txt") => Kind::Requirements,
        _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)) => Kind::NuGet,
        _ => return None,
    })
}
