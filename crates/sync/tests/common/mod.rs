//! A data folder, a project in it, and a folder to sync.
#![allow(dead_code)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Once, atomic::AtomicBool},
};

use lectern_objects::Objects;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock};
use lectern_sync::{Content, Keeps, Manifest, Outcome, RepoPath, SyncError, SyncOptions, Syncer, Trigger, latest_manifest, walk};

pub const PROJECT: &str = "project";

/// Neither git nor we may see the settings of whoever runs the tests.
pub fn isolate() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let home = std::env::temp_dir().join(format!("lectern-sync-home-{}", std::process::id()));
        fs::create_dir_all(&home).expect("a home");
        // SAFETY: every test calls this before anything else, and the first call makes the others wait.
        unsafe {
            std::env::set_var("HOME", &home);
            std::env::set_var("GIT_CONFIG_NOSYSTEM", "1");
            std::env::set_var("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
            std::env::remove_var("XDG_CONFIG_HOME");
        }
    });
}

pub struct Fixture {
    // Before the folder that its lock is in.
    pub boot: Boot,
    pub syncer: Syncer,
    pub store: Arc<Store>,
    pub objects: Arc<Objects>,
    pub data: PathBuf,
    pub root: PathBuf,
    pub dir: Option<tempfile::TempDir>,
}

pub fn language_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "rs" => "Rust",
        "py" => "Python",
        "md" => "Markdown",
        _ => return None,
    })
}

pub fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (data, root) = (dir.path().join("data"), dir.path().join("project"));
    fs::create_dir(&root).expect("a project folder");
    Fixture { dir: Some(dir), ..open(&data, &root) }
}

/// Opens what is in `data`, making it when it isn't there.
pub fn open(data: &Path, root: &Path) -> Fixture {
    isolate();
    let run = data.join("run");
    fs::create_dir_all(&run).expect("a run folder");
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("the store opens"));
    let objects = Arc::new(Objects::open(&data.join("objects.db")).expect("the objects open"));
    let now = SystemClock.now();
    store
        .write(|t| {
            t.execute("INSERT OR IGNORE INTO users (id, email, password_hash, created_at, updated_at) VALUES ('user', 'a@b', '', ?1, ?1)", [now])?;
            t.execute(
                "INSERT OR IGNORE INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES (?1, 'user', 'p', ?2, ?3, ?3)",
                lectern_store::rusqlite::params![PROJECT, root.as_os_str().as_bytes(), now],
            )
        })
        .expect("a project row");
    let boot = Boot::start(&run).expect("a boot");
    let syncer =
        Syncer::new(store.clone(), objects.clone(), Arc::new(SystemClock), boot.id().clone(), run, data.join("scans"), language_of);
    Fixture { boot, syncer, store, objects, data: data.to_owned(), root: root.to_owned(), dir: None }
}

impl Fixture {
    pub fn keeping(self, keeps: Keeps) -> Self {
        let Self { boot, syncer, store, objects, data, root, dir } = self;
        Self { syncer: syncer.with_options(SyncOptions { keeps }), boot, store, objects, data, root, dir }
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write(&self.root, path.as_bytes(), bytes.as_ref());
    }

    pub fn try_sync(&self) -> Result<Outcome, SyncError> {
        let id = self.syncer.request(PROJECT, Trigger::Manual)?;
        self.syncer.run(&id, &self.root, &AtomicBool::new(false), &|_| {})
    }

    pub fn sync(&self) -> Outcome {
        self.try_sync().expect("the sync succeeds")
    }

    pub fn latest(&self) -> Manifest {
        latest_manifest(&self.store, PROJECT).expect("readable").expect("a version")
    }

    pub fn flat(&self) -> Vec<(RepoPath, Content)> {
        flat(&self.store, &self.latest())
    }

    pub fn paths(&self) -> Vec<String> {
        self.flat().into_iter().map(|(path, _)| path.key()).collect()
    }

    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        git(&self.root, arguments)
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.store.read(|c| c.query_row(sql, [], |row| row.get(0))).expect("counted")
    }

    pub fn verify(&self) -> lectern_sync::Verification {
        lectern_sync::verify(&self.store, &self.objects, PROJECT, None, &AtomicBool::new(false), &|_| {})
            .expect("verified")
            .expect("a version")
    }

    pub fn changed(&self) -> Vec<(String, lectern_sync::Change)> {
        let changed = self.syncer.changed_paths(PROJECT, &self.root, &AtomicBool::new(false)).expect("looked").expect("a version");
        changed.into_iter().map(|(path, change)| (path.key(), change)).collect()
    }
}

pub fn flat(store: &Store, manifest: &Manifest) -> Vec<(RepoPath, Content)> {
    let mut files = Vec::new();
    walk(store, manifest, |path, content| {
        files.push((path.clone(), content.clone()));
        Ok(())
    })
    .expect("the version can be walked");
    files
}

pub fn write(root: &Path, path: &[u8], bytes: &[u8]) {
    let path = root.join(std::ffi::OsStr::from_bytes(path));
    fs::create_dir_all(path.parent().expect("inside the root")).expect("folders");
    fs::write(path, bytes).expect("written");
}

pub fn git(root: &Path, arguments: &[&str]) -> Vec<u8> {
    isolate();
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=T", "-c", "user.email=t@t", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What git lists and is on the disk, without the slash it puts after embedded repositories.
pub fn git_lists(root: &Path) -> Vec<RepoPath> {
    let output = git(root, &["ls-files", "-co", "--exclude-standard", "-z", "--deduplicate"]);
    let mut paths: Vec<RepoPath> = output
        .split(|b| *b == 0)
        .map(|path| path.strip_suffix(b"/").unwrap_or(path))
        .filter(|path| !path.is_empty())
        .map(|path| RepoPath::new(path).expect("git lists valid paths"))
        .filter(|path| fs::symlink_metadata(path.below(root)).is_ok())
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// Everything below `root` but `.git`, read the plain way.
pub fn disk(root: &Path) -> BTreeMap<RepoPath, Content> {
    let mut found = BTreeMap::new();
    let mut pending = vec![RepoPath::root()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory.below(root)).expect("listed") {
            let entry = entry.expect("an entry");
            let path = directory.join(entry.file_name().as_bytes()).expect("a name");
            let metadata = entry.metadata().expect("metadata");
            let on_disk = path.below(root);
            if path.name() == b".git" {
            } else if metadata.is_dir() {
                pending.push(path);
            } else if metadata.is_symlink() {
                let target = fs::read_link(on_disk).expect("a target");
                let target = target.as_os_str().as_bytes();
                found.insert(path, Content::Symlink { hash: lectern_objects::ObjectHash::of(target), size: target.len() as u64 });
            } else {
                let bytes = fs::read(on_disk).expect("read");
                let content = Content::File {
                    hash: lectern_objects::ObjectHash::of(&bytes),
                    size: bytes.len() as u64,
                    executable: metadata.permissions().mode() & 0o100 != 0,
                    binary: bytes[..bytes.len().min(8192)].contains(&0),
                };
                found.insert(path, content);
            }
        }
    }
    found
}

/// A small random number generator, so that runs are seeded and need no crate.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("small")
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
