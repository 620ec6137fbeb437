//! What git says about a project's folder: where it stands, what it tracks, and the ignore rules from outside the folder.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use git2::{ErrorCode, Repository};
use lectern_projects::{open_repository, open_repository_at};

use crate::{
    RepoPath, SyncError,
    disk::Root,
    manifest::GitState,
    rules::{Patterns, Rules},
};

/// An ignore file beyond this many bytes is not read: each of its lines would be matched against each file.
const LARGEST_RULES: u64 = 1024 * 1024;

const GITLINK: u32 = 0o160_000;

/// A project's folder as git sees it. A folder without git has no `state` and tracks nothing.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    pub state: Option<GitState>,
    /// The project's folder, from the top of git's working tree; the root when they are the same.
    pub prefix: RepoPath,
    /// The rules from outside the folder: the user's, the repository's, and those of the directories above.
    pub rules: Rules,
    /// git's `core.ignorecase`.
    pub fold_case: bool,
    pub tracked: Tracked,
    pub warnings: Vec<String>,
}

/// What the index holds below the project's folder, relative to it.
#[derive(Debug, Default)]
pub(crate) struct Tracked {
    /// In order.
    pub files: Vec<RepoPath>,
    /// Submodules, with the commit the index names.
    pub submodules: BTreeMap<RepoPath, String>,
}

impl Tracked {
    pub fn contains(&self, path: &RepoPath) -> bool {
        self.files.binary_search(path).is_ok()
    }

    pub fn any_below(&self, directory: &RepoPath) -> bool {
        let first = self.files.partition_point(|path| path <= directory);
        self.files.get(first).is_some_and(|path| path.is_within(directory))
    }
}

impl Surroundings {
    /// Asks git about the folder at `root`. Nothing is executed: libgit2 runs no hooks, filters or monitors for this.
    ///
    /// # Errors
    /// [`SyncError::RepositoryRefused`] when the repository is another user's, [`SyncError::BareRepository`].
    pub fn of(root: &Path) -> Result<Self, SyncError> {
        match open_repository(root) {
            Ok(Some(repository)) => Self::in_repository(root, &repository),
            Ok(None) => Ok(Self::without_git(Vec::new())),
            Err(error) if error.code() == ErrorCode::Owner => Err(SyncError::RepositoryRefused),
            Err(error) => Ok(Self::without_git(vec![format!(
                "git could not open this repository ({}): its ignore files were followed, its list of tracked files was not.",
                error.message()
            )])),
        }
    }

    fn in_repository(root: &Path, repository: &Repository) -> Result<Self, SyncError> {
        let Some(top) = repository.workdir() else {
            let inside = fs::canonicalize(repository.path()).is_ok_and(|git_dir| fs::canonicalize(root).is_ok_and(|root| root == git_dir));
            return if inside { Err(SyncError::BareRepository) } else { Ok(Self::without_git(Vec::new())) };
        };
        let (Ok(top), Ok(root)) = (fs::canonicalize(top), fs::canonicalize(root)) else { return Err(SyncError::FolderMissing) };
        let Some(prefix) = root.strip_prefix(&top).ok().and_then(|p| RepoPath::new(p.as_os_str().as_encoded_bytes()).ok()) else {
            return Ok(Self::without_git(Vec::new()));
        };
        let mut warnings = Vec::new();
        let config = repository.config().and_then(|mut config| config.snapshot()).ok();
        let fold_case = config.as_ref().and_then(|config| config.get_bool("core.ignorecase").ok()).unwrap_or(false);
        let tracked = Tracked::read(repository, &prefix).unwrap_or_else(|error| {
            warnings.push(format!("git's list of tracked files could not be read ({}): only the ignore rules decided.", error.message()));
            Tracked::default()
        });
        let mut rules = Rules::default();
        let excludes = config.as_ref().and_then(|config| config.get_path("core.excludesfile").ok()).map(|path| top.join(path));
        for file in [excludes.or_else(default_excludes), Some(repository.commondir().join("info/exclude"))].into_iter().flatten() {
            rules = rules.with(Patterns::parse(&read_rules(&file), b"", fold_case));
        }
        if !prefix.is_root() {
            let Some(inner) = rules_above(&top, &prefix, rules, fold_case) else {
                // The user chose a folder that the repository around it ignores: then it is a folder of its own.
                return Ok(if tracked.files.is_empty() {
                    Self::without_git(warnings)
                } else {
                    Self { state: Some(state(repository)), tracked, warnings, ..Self::default() }
                });
            };
            rules = inner;
        }
        Ok(Self { state: Some(state(repository)), prefix, rules, fold_case, tracked, warnings })
    }

    /// A path below the project's folder as the rules see it: from the top of git's working tree.
    pub fn full_path(&self, path: &RepoPath) -> Vec<u8> {
        if self.prefix.is_root() {
            return path.as_bytes().to_vec();
        }
        if path.is_root() { self.prefix.as_bytes().to_vec() } else { [self.prefix.as_bytes(), b"/", path.as_bytes()].concat() }
    }

    fn without_git(warnings: Vec<String>) -> Self {
        let excludes = git2::Config::open_default().and_then(|config| config.get_path("core.excludesfile")).ok().or_else(default_excludes);
        let text = excludes.map(|file| read_rules(&file)).unwrap_or_default();
        Self { rules: Rules::default().with(Patterns::parse(&text, b"", false)), warnings, ..Self::default() }
    }
}

/// Adds the ignore files of the directories above the project's folder; `None` when one of them rules the folder out.
fn rules_above(top: &Path, prefix: &RepoPath, mut rules: Rules, fold_case: bool) -> Option<Rules> {
    let names: Vec<&[u8]> = prefix.names().collect();
    let mut directory = RepoPath::root();
    for name in names {
        let file = directory.child(b".gitignore");
        let text = Root::open(top).map(|root| read_rules_within(&root, &file).unwrap_or_default()).unwrap_or_default();
        rules = rules.with(Patterns::parse(&text, directory.as_bytes(), fold_case));
        directory = directory.child(name);
        if rules.ignores(directory.as_bytes(), true) {
            return None;
        }
    }
    Some(rules)
}

impl Tracked {
    fn read(repository: &Repository, prefix: &RepoPath) -> Result<Self, git2::Error> {
        let mut tracked = Self::default();
        for entry in repository.index()?.iter() {
            let Ok(path) = RepoPath::new(entry.path) else { continue };
            if path == *prefix || !path.is_within(prefix) {
                continue;
            }
            let skip = if prefix.is_root() { 0 } else { prefix.as_bytes().len() + 1 };
            let Ok(path) = RepoPath::new(&path.as_bytes()[skip..]) else { continue };
            if entry.mode & 0o170_000 == GITLINK {
                tracked.submodules.insert(path, entry.id.to_string());
            } else {
                tracked.files.push(path);
            }
        }
        // A path in conflict is there up to three times.
        tracked.files.sort_unstable();
        tracked.files.dedup();
        Ok(tracked)
    }
}

fn state(repository: &Repository) -> GitState {
    let head = repository.find_reference("HEAD").ok();
    let symbolic = head.as_ref().and_then(|head| head.symbolic_target_bytes());
    let branch = symbolic.map(|target| String::from_utf8_lossy(target.strip_prefix(b"refs/heads/").unwrap_or(target)).into_owned());
    let commit = repository.head().ok().and_then(|head| head.target()).map(|id| id.to_string());
    GitState { branch, head: commit }
}

/// What is checked out in the repository at `folder`; `None` before its first commit or when it can't be told.
pub(crate) fn checked_out_commit(folder: &Path) -> Option<String> {
    let repository = open_repository_at(folder).ok()??;
    repository.head().ok()?.target().map(|id| id.to_string())
}

/// Whether git takes `folder` for the top of a repository of its own (`is_nonbare_repository_dir` in git's setup.c).
pub(crate) fn is_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    match fs::metadata(&git) {
        Ok(metadata) if metadata.is_dir() => is_git_directory(&git),
        Ok(metadata) if metadata.is_file() => {
            let text = read_start(&git, 4096);
            let Some(target) = text.strip_prefix(b"gitdir: ") else { return false };
            let target = target.strip_suffix(b"\n").unwrap_or(target);
            let target = target.strip_suffix(b"\r").unwrap_or(target);
            is_git_directory(&folder.join(as_path(target)))
        }
        _ => false,
    }
}

fn is_git_directory(folder: &Path) -> bool {
    let common = match read_start(&folder.join("commondir"), 4096).trim_ascii_end() {
        b"" => folder.to_owned(),
        path => folder.join(as_path(path)),
    };
    has_valid_head(&folder.join("HEAD")) && common.join("objects").is_dir() && common.join("refs").is_dir()
}

fn has_valid_head(head: &Path) -> bool {
    if let Ok(target) = fs::read_link(head) {
        return target.starts_with("refs");
    }
    let text = read_start(head, 256);
    match text.strip_prefix(b"ref:") {
        Some(target) => target.trim_ascii_start().starts_with(b"refs/"),
        None => text.len() >= 40 && text[..40].iter().all(u8::is_ascii_hexdigit),
    }
}

fn as_path(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(OsStr::from_bytes(bytes))
}

fn default_excludes() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))?;
    Some(config.join("git/ignore"))
}

/// The text of an ignore file outside the project; nothing when it isn't a regular file of reasonable size.
fn read_rules(file: &Path) -> Vec<u8> {
    match fs::metadata(file) {
        Ok(metadata) if metadata.is_file() && metadata.len() <= LARGEST_RULES => read_start(file, LARGEST_RULES),
        _ => Vec::new(),
    }
}

/// The text of an ignore file inside the project; like git, links are not followed. `None` when it is too large or can't be read.
pub(crate) fn read_rules_within(root: &Root, file: &RepoPath) -> Option<Vec<u8>> {
    let (file, stat) = root.open_file(file).ok()?;
    if stat.size > LARGEST_RULES {
        return None;
    }
    let mut text = Vec::new();
    file.take(LARGEST_RULES).read_to_end(&mut text).ok()?;
    Some(text)
}

fn read_start(file: &Path, limit: u64) -> Vec<u8> {
    let mut text = Vec::new();
    // Only regular files: opening a pipe would wait for its other end.
    if fs::metadata(file).is_ok_and(|metadata| metadata.is_file()) {
        let _ = fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut text));
    }
    text
}
