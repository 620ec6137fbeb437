//! A tree to write to, a disk that fails when told to, and a look at all of what is there.
#![allow(dead_code, unused_imports, missing_docs, reason = "each test file uses a part")]

mod faulty;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

#[allow(unused_imports, reason = "each test file uses a part")]
pub use faulty::{EACCES, EIO, ENOSPC, Fault, FaultDisk, Killed};
use lectern_journal::{Change, Content, Journal, New, Proposal, RelPath, State};
use lectern_objects::{ObjectHash, Objects};
use lectern_store::{Boot, Store, StoreOptions, SystemClock};

/// A data folder with a journal on a disk that fails when told to, whose process is never taken to be alive by another.
pub struct Bench {
    pub dir: tempfile::TempDir,
    pub store: Arc<Store>,
    pub objects: Arc<Objects>,
    pub disk: Arc<FaultDisk>,
}

impl Bench {
    pub fn new() -> Self {
        // In memory where there is such a place: thousands of small commits need not reach a drive.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let dir = tempfile::tempdir_in(place).expect("a temporary folder");
        fs::create_dir(dir.path().join("run")).expect("made");
        let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("opens"));
        let objects = Arc::new(Objects::open(&dir.path().join("objects.db")).expect("opens"));
        Self { dir, store, objects, disk: FaultDisk::new() }
    }

    /// The journal of a new process on the faulty disk; as soon as this returns, that process counts as dead for others.
    pub fn journal(&self) -> Journal {
        self.real_journal().with_disk(self.disk.clone())
    }

    /// The same on the real disk.
    pub fn real_journal(&self) -> Journal {
        let run = self.dir.path().join("run");
        let boot = Boot::start(&run).expect("a lock").id().clone();
        Journal::new(self.store.clone(), self.objects.clone(), Arc::new(SystemClock), boot, run)
    }

    pub fn tree(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    /// An empty tree.
    pub fn fresh(&self) -> PathBuf {
        let tree = self.tree();
        if tree.exists() {
            fs::remove_dir_all(&tree).expect("removed");
        }
        fs::create_dir(&tree).expect("made");
        tree
    }
}

/// What is at a path of a test tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Directory(u32),
    File(Vec<u8>, u32),
    Link(Vec<u8>),
}

pub type Tree = BTreeMap<Vec<u8>, Node>;

/// Everything below `root`.
pub fn snapshot(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut pending = vec![root.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).expect("listed") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").as_os_str().as_bytes().to_vec();
            let meta = fs::symlink_metadata(&path).expect("there");
            let mode = meta.permissions().mode() & 0o7777;
            let node = if meta.is_symlink() {
                Node::Link(fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes())
            } else if meta.is_dir() {
                pending.push(path);
                Node::Directory(mode)
            } else if meta.is_file() {
                Node::File(fs::read(&path).expect("read"), mode)
            } else {
                continue;
            };
            tree.insert(name, node);
        }
    }
    tree
}

/// Makes `tree` below `root`, with the directories that are needed.
pub fn build(root: &Path, tree: &Tree) {
    for (name, node) in tree {
        let path = root.join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().expect("has one")).expect("made");
        match node {
            Node::Directory(mode) => {
                fs::create_dir_all(&path).expect("made");
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).expect("set");
            }
            Node::File(bytes, mode) => {
                fs::write(&path, bytes).expect("written");
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).expect("set");
            }
            Node::Link(target) => std::os::unix::fs::symlink(OsStr::from_bytes(target), &path).expect("linked"),
        }
    }
}

/// Files and links, without permission bits but who may execute.
pub fn states(tree: &Tree) -> BTreeMap<Vec<u8>, (State, Vec<u8>)> {
    let mut states = BTreeMap::new();
    for (name, node) in tree {
        let state = match node {
            Node::Directory(_) => continue,
            Node::File(bytes, mode) => (State::File { hash: ObjectHash::of(bytes), executable: mode & 0o100 != 0 }, bytes.clone()),
            Node::Link(target) => (State::Symlink { hash: ObjectHash::of(target) }, target.clone()),
        };
        states.insert(name.clone(), state);
    }
    states
}

/// What makes the files of `new` out of those of `old`.
pub fn proposal(root: &Path, old: &Tree, new: &Tree) -> Proposal {
    let (old, new) = (states(old), states(new));
    let mut changes = Vec::new();
    let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for name in names {
        let expected = old.get(name).map_or(State::Absent, |(state, _)| *state);
        let becomes = match new.get(name) {
            None => New::Absent,
            Some((State::File { executable, .. }, bytes)) => New::File { content: Content::Bytes(bytes.clone()), executable: *executable },
            Some((_, target)) => New::Symlink { target: Content::Bytes(target.clone()) },
        };
        if new.get(name).map(|(state, _)| *state) != old.get(name).map(|(state, _)| *state) {
            changes.push(Change { path: RelPath::new(name.clone()).expect("a path"), expected, becomes });
        }
    }
    Proposal { root: root.to_owned(), scope: "project".to_owned(), kind: "TEST".to_owned(), title: "Change".to_owned(), changes }
}

pub fn never() -> AtomicBool {
    AtomicBool::new(false)
}

pub fn file(text: &str) -> Node {
    Node::File(text.as_bytes().to_vec(), 0o644)
}

pub fn tree(entries: &[(&str, Node)]) -> Tree {
    entries.iter().map(|(name, node)| (name.as_bytes().to_vec(), node.clone())).collect()
}

/// What a kill leaves: the unwinding of the thread's stack, and nothing else.
pub fn killed<T>(work: impl FnOnce() -> T) -> Option<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(value) => Some(value),
        Err(panic) if panic.is::<Killed>() => None,
        Err(other) => std::panic::resume_unwind(other),
    }
}

/// A small generator, so that a seed names a case.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("small")
    }

    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// A tree of a few entries whose names often meet as files here and folders there.
    pub fn tree(&mut self) -> Tree {
        const NAMES: [&[u8]; 6] = [b"a", b"b", b"c.txt", b"\xff\xfe", "ä".as_bytes(), b"d"];
        let mut tree = Tree::new();
        for _ in 0..self.below(9) + 1 {
            let depth = self.below(3) + 1;
            let mut path: Vec<u8> = Vec::new();
            for _ in 0..depth {
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(NAMES[self.below(NAMES.len())]);
            }
            let within = |a: &[u8], b: &[u8]| a.starts_with(b) && a.get(b.len()) == Some(&b'/');
            if tree.keys().any(|other| *other == path || within(other, &path) || within(&path, other)) {
                continue;
            }
            let node = match self.below(10) {
                0 => Node::Directory(if self.chance(2) { 0o750 } else { 0o755 }),
                1 | 2 => Node::Link([b"a".to_vec(), b"../x".to_vec(), b"/etc/\xff".to_vec()][self.below(3)].clone()),
                _ => {
                    let length = [0, 3, 40, 9000][self.below(4)];
                    let word = b'a' + u8::try_from(self.below(4)).expect("small");
                    Node::File(
                        (0..length).map(|i| word + u8::try_from(i % 7).expect("small")).collect(),
                        [0o644, 0o755, 0o600, 0o444][self.below(4)],
                    )
                }
            };
            tree.insert(path, node);
        }
        tree
    }
}
