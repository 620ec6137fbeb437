//! What git says about a project's folder: where it stands, what it tracks, and the ignore rules from outside the folder.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
};

use git2::{ErrorCode, IndexEntryExtendedFlag, Repository};
use lectern_projects::{open_repository, open_repository_at};

use crate::{
    RepoPath, SyncError,
    disk::{Root, Stat},
    manifest::GitState,
    memory::{Head, Rules16, is_racy, now},
    rules::{Patterns, Rules},
};

/// An ignore file beyond this many bytes is not read: each of its lines would be matched against each file.
const LARGEST_RULES: u64 = 1024 * 1024;

const GITLINK: u32 = 0o160_000;

/// A project's folder as git sees it. A folder without git has no `state` and tracks nothing.
#[derive(Default)]
pub(crate) struct Surroundings {
    pub state: Option<GitState>,
    /// The project's folder, from the top of git's working tree; the root when they are the same.
    pub prefix: RepoPath,
    /// The rules from outside the folder: the user's, the repository's, and those of the directories above.
    pub rules: Rules,
    /// Of those rules.
    pub fingerprint: Rules16,
    /// git's `core.ignorecase`.
    pub fold_case: bool,
    pub warnings: Vec<String>,
    repository: Option<Mutex<Repository>>,
    tracked: OnceLock<Tracked>,
}

/// What the index holds below the project's folder, relative to it.
#[derive(Debug, Default)]
pub(crate) struct Tracked {
    /// In order.
    pub files: Vec<RepoPath>,
    /// Submodules, with the commit the index names.
    pub submodules: BTreeMap<RepoPath, String>,
    /// Ignore files that a sparse checkout leaves out of the folder: git follows those in its index.
    pub ignore_files: BTreeMap<RepoPath, Vec<u8>>,
    /// Why it is not to be trusted.
    pub warning: Option<String>,
}

/// The names that git tracks, in short, and the state of git's index in which they were so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TrackedState {
    /// The lowest bit of the last byte says whether there are ignore files in the index only.
    pub digest: [u8; 16],
    /// When it was read, and as what; `None` when it can't be told, so that it is read again.
    pub index: Option<(Stat, i64)>,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("state", &self.state).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// A short hash of ignore rules.
pub(crate) fn fingerprint(bytes: &[u8]) -> Rules16 {
    *blake3::hash(bytes).as_bytes().first_chunk().expect("a hash is longer")
}

impl Tracked {
    pub fn contains(&self, path: &RepoPath) -> bool {
        self.files.binary_search(path).is_ok()
    }

    /// Whether the index has that very path, as whatever.
    pub fn names(&self, path: &RepoPath) -> bool {
        self.contains(path) || self.submodules.contains_key(path)
    }

    /// Whether a file or submodule is below `directory`.
    pub fn anything_below(&self, directory: &RepoPath) -> bool {
        let first = self.files.partition_point(|path| path <= directory);
        self.files.get(first).is_some_and(|path| path.is_within(directory))
            || self.submodules.range(directory..).any(|(path, _)| path != directory && path.is_within(directory))
    }

    /// The names in `directory` that are tracked or lead to what is, ascending.
    pub fn names_in<'t>(&'t self, directory: &RepoPath) -> impl Iterator<Item = &'t [u8]> + use<'t> {
        let depth = directory.names().count();
        let first = self.files.partition_point(|path| path <= directory);
        let files = self.files[first..].iter().take_while(|path| path.is_within(directory));
        let submodules = self.submodules.range(directory..).map(|(path, _)| path).filter(|path| path.is_within(directory));
        let names: std::collections::BTreeSet<&[u8]> = files.chain(submodules).filter_map(|path| path.names().nth(depth)).collect();
        names.into_iter()
    }

    fn digest(&self) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new();
        for path in &self.files {
            hasher.update(path.as_bytes()).update(&[0]);
        }
        for (path, commit) in &self.submodules {
            hasher.update(path.as_bytes()).update(&[0]).update(commit.as_bytes()).update(&[0]);
        }
        for (path, text) in &self.ignore_files {
            hasher.update(path.as_bytes()).update(&[0]).update(&fingerprint(text));
        }
        let mut digest: [u8; 16] = *hasher.finalize().as_bytes().first_chunk().expect("a hash is longer");
        digest[15] = (digest[15] & !1) | u8::from(!self.ignore_files.is_empty());
        digest
    }
}

impl Surroundings {
    /// Asks git about the folder at `root`. Nothing is executed: libgit2 runs no hooks, filters or monitors for this.
    ///
    /// # Errors
    /// [`SyncError::RepositoryRefused`] when the repository is another user's, [`SyncError::BareRepository`].
    pub fn of(root: &Path) -> Result<Self, SyncError> {
        match open_repository(root) {
            Ok(Some(repository)) => Self::in_repository(root, repository),
            Ok(None) => Ok(Self::without_git(Vec::new())),
            Err(error) if error.code() == ErrorCode::Owner => Err(SyncError::RepositoryRefused),
            Err(error) => Ok(Self::without_git(vec![format!(
                "git could not open this repository ({}): its ignore files were followed, its list of tracked files was not.",
                error.message()
            )])),
        }
    }

    fn in_repository(root: &Path, repository: Repository) -> Result<Self, SyncError> {
        let Some(top) = repository.workdir() else {
            let inside = fs::canonicalize(repository.path()).is_ok_and(|git_dir| fs::canonicalize(root).is_ok_and(|root| root == git_dir));
            return if inside { Err(SyncError::BareRepository) } else { Ok(Self::without_git(Vec::new())) };
        };
        let (Ok(top), Ok(root)) = (fs::canonicalize(top), fs::canonicalize(root)) else { return Err(SyncError::FolderMissing) };
        let Some(prefix) = root.strip_prefix(&top).ok().and_then(|p| RepoPath::new(p.as_os_str().as_encoded_bytes()).ok()) else {
            return Ok(Self::without_git(Vec::new()));
        };
        let config = repository.config().and_then(|mut config| config.snapshot()).ok();
        let fold_case = config.as_ref().and_then(|config| config.get_bool("core.ignorecase").ok()).unwrap_or(false);
        let mut rules = Outside { rules: Rules::default(), seen: blake3::Hasher::new(), fold_case };
        rules.seen.update(prefix.as_bytes()).update(&[0, u8::from(fold_case)]);
        let excludes = config.as_ref().and_then(|config| config.get_path("core.excludesfile").ok()).map(|path| top.join(path));
        for file in [excludes.or_else(default_excludes), Some(repository.commondir().join("info/exclude"))].into_iter().flatten() {
            rules.add(&read_rules(&file), b"");
        }
        let state = Some(state(&repository));
        let tracked = OnceLock::new();
        if !prefix.is_root() && !rules.add_above(&top, &prefix) {
            // The user chose a folder that the repository around it ignores: then it is a folder of its own.
            let listed = Tracked::read(&repository, &prefix);
            if listed.files.is_empty() {
                return Ok(Self::without_git(listed.warning.into_iter().collect()));
            }
            let _ = tracked.set(listed);
            return Ok(Self { state, tracked, ..Self::default() });
        }
        let fingerprint = *rules.seen.finalize().as_bytes().first_chunk().expect("a hash is longer");
        let repository = Some(Mutex::new(repository));
        Ok(Self { state, prefix, rules: rules.rules, fingerprint, fold_case, tracked, repository, warnings: Vec::new() })
    }

    /// What git tracks; read when it is first asked for.
    pub fn tracked(&self) -> &Tracked {
        self.tracked.get_or_init(|| match &self.repository {
            Some(repository) => Tracked::read(&repository.lock().unwrap_or_else(|poisoned| poisoned.into_inner()), &self.prefix),
            None => Tracked::default(),
        })
    }

    /// Whether that was asked for.
    pub fn tracked_is_read(&self) -> bool {
        self.tracked.get().is_some()
    }

    /// The names that git tracks, without reading them when the index is as it was at the last scan.
    pub fn tracked_state(&self, last: Option<&Head>) -> TrackedState {
        let read_at = now();
        let index = self.repository.as_ref().and_then(|repository| {
            let repository = repository.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            Some(Stat::from(&fs::symlink_metadata(repository.path().join("index")).ok()?))
        });
        if let (Some(stat), Some(last)) = (index, last)
            && let Some((seen, read_at)) = last.index
            && seen == stat
            && !is_racy(&stat, read_at)
        {
            return TrackedState { digest: last.tracked, index: last.index };
        }
        let tracked = self.tracked();
        TrackedState { digest: tracked.digest(), index: index.map(|stat| (stat, read_at)).filter(|_| tracked.warning.is_none()) }
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
        let rules = Rules::default().with(Patterns::parse(&text, b"", false));
        Self { rules, fingerprint: fingerprint(&text), warnings, ..Self::default() }
    }
}

/// The rules from outside the folder as they are gathered.
struct Outside {
    rules: Rules,
    seen: blake3::Hasher,
    fold_case: bool,
}

impl Outside {
    fn add(&mut self, text: &[u8], base: &[u8]) {
        self.seen.update(&(text.len() as u64).to_le_bytes()).update(text);
        self.rules = self.rules.with(Patterns::parse(text, base, self.fold_case));
    }

    /// Adds the ignore files of the directories above the project's folder; false when one of them rules the folder out.
    fn add_above(&mut self, top: &Path, prefix: &RepoPath) -> bool {
        let root = Root::open(top).ok();
        let mut directory = RepoPath::root();
        for name in prefix.names() {
            let file = directory.child(b".gitignore");
            let text = root.as_ref().and_then(|root| read_rules_within(root, &file)).unwrap_or_default();
            self.add(&text, directory.as_bytes());
            directory = directory.child(name);
            if self.rules.ignores(directory.as_bytes(), true) {
                return false;
            }
        }
        true
    }
}

impl Tracked {
    fn read(repository: &Repository, prefix: &RepoPath) -> Self {
        Self::try_read(repository, prefix).unwrap_or_else(|error| Self {
            warning: Some(format!("git's list of tracked files could not be read ({}): only the ignore rules decided.", error.message())),
            ..Self::default()
        })
    }

    fn try_read(repository: &Repository, prefix: &RepoPath) -> Result<Self, git2::Error> {
        let mut tracked = Self::default();
        let mut index = repository.index()?;
        // Another scan of this process may have read it before.
        index.read(false)?;
        for entry in index.iter() {
            let Ok(path) = RepoPath::new(entry.path) else { continue };
            if path == *prefix || !path.is_within(prefix) {
                continue;
            }
            let skip = if prefix.is_root() { 0 } else { prefix.as_bytes().len() + 1 };
            let Ok(path) = RepoPath::new(&path.as_bytes()[skip..]) else { continue };
            if entry.mode & 0o170_000 == GITLINK {
                tracked.submodules.insert(path, entry.id.to_string());
            } else {
                if path.name() == b".gitignore" && IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_skip_worktree() {
                    tracked.add_ignore_file(repository, &path, entry.id);
                }
                tracked.files.push(path);
            }
        }
        // A path in conflict is there up to three times.
        tracked.files.sort_unstable();
        tracked.files.dedup();
        Ok(tracked)
    }
}

impl Tracked {
    fn add_ignore_file(&mut self, repository: &Repository, path: &RepoPath, id: git2::Oid) {
        let Ok(odb) = repository.odb() else { return };
        let fits = odb.read_header(id).is_ok_and(|(size, _)| size as u64 <= LARGEST_RULES);
        if let Some(text) = fits.then(|| odb.read(id).ok()).flatten() {
            self.ignore_files.insert(path.clone(), text.data().to_vec());
        }
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
