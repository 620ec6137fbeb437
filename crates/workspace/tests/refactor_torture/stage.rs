//! A project of many kinds of files that is the same for the same names in it, and the jobs that lead from one state of it to the next.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_journal::{Disk, RealDisk, is_temporary};
use lectern_workspace::{
    Workspace, WorkspaceOptions,
    view::{Failure, PathMove, RefactorAsk, RefactorJob, RefactorStatus, RefactorUndoChoice},
};

/// Files that use what `a.ts` exports, and files of prose.
const USERS: usize = 10;
const NOTES: usize = 6;
/// A file with a second name beside the project.
const TWIN: &str = "notes/twin.txt";

/// What a state of the project differs in from any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What `a.ts` exports.
    pub name: String,
    /// A word of the prose.
    pub word: String,
    /// Where `a.ts` lies.
    pub folder: String,
}

/// What leads from a state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rename,
    Replace,
    Move,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Rename, Self::Replace, Self::Move];
}

/// A file's bytes, or where a link leads; permission bits of a file.
pub type Node = (Vec<u8>, Option<u32>);
pub type Tree = BTreeMap<String, Node>;

impl State {
    pub fn first() -> Self {
        Self { name: "cat".into(), word: "tide".into(), folder: "lib".into() }
    }

    pub fn parse(text: &str) -> Self {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let [name, word, folder] = <[String; 3]>::try_from(words).expect("three words");
        Self { name, word, folder }
    }

    /// What a job is asked for, and what the project is like after it.
    pub fn ask(&self, kind: Kind, number: u64) -> (RefactorAsk, Self) {
        let mut to = self.clone();
        let ask = match kind {
            Kind::Rename => {
                to.name = format!("cat{number}");
                let path = format!("{}/a.ts", self.folder);
                RefactorAsk::RenameSymbol { path, line: 1, column: 16, new_name: to.name.clone(), files: true, hierarchy: true }
            }
            Kind::Replace => {
                to.word = format!("tide{number}");
                let (query, replacement) = (self.word.clone(), to.word.clone());
                RefactorAsk::ReplaceText { query, replacement, regex: false, word: true, case: true, globs: Vec::new() }
            }
            Kind::Move => {
                to.folder = if self.folder == "lib" { "core".into() } else { "lib".into() };
                RefactorAsk::Move { moves: vec![PathMove { from: self.folder.clone(), to: to.folder.clone() }] }
            }
        };
        (ask, to)
    }

    /// Every file of the project in this state.
    pub fn tree(&self) -> Tree {
        let Self { name, word, folder } = self;
        let mut tree = Tree::new();
        let mut put = |path: String, bytes: Vec<u8>, mode: u32| _ = tree.insert(path, (bytes, Some(mode)));
        put(format!("{folder}/a.ts"), format!("export function {name}(): number {{ return 1; }} // a cat\n").into(), 0o640);
        put(format!("{folder}/deep/b.ts"), format!("import {{ {name} }} from '../a';\nexport const b = {name}();").into(), 0o644);
        for number in 0..USERS {
            let text = format!(
                "import {{ {name} }} from '../{folder}/a';\n// caf\u{e9} {word}\nexport const user{number} = {name}() + {name}();\n{}",
                if number % 2 == 0 { "" } else { "// no end" }
            );
            put(format!("src/user{number}.ts"), encoded(&text, number), [0o644, 0o600, 0o755, 0o444][number % 4]);
        }
        for number in 0..NOTES {
            let text = format!("{word} one\n\u{fc}ber {word}\n{}three {word}", "line\n".repeat(number * 40));
            put(format!("notes/n{number}.txt"), encoded(&text, number), [0o644, 0o440, 0o700][number % 3]);
        }
        put(TWIN.to_owned(), format!("a twin of {word}\n").into(), 0o644);
        put("notes/data.bin".to_owned(), b"tide\0cat".to_vec(), 0o644);
        tree.insert(format!("{folder}/link.ts"), (b"a.ts".to_vec(), None));
        tree.insert("src/away.ts".to_owned(), (b"../../beside/twin".to_vec(), None));
        tree
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.name, self.word, self.folder)
    }
}

/// As it is stored: UTF-8; with a mark and CRLF; Latin-1; UTF-16 with a mark.
fn encoded(text: &str, number: usize) -> Vec<u8> {
    match number % 4 {
        0 => text.as_bytes().to_vec(),
        1 => format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes(),
        2 => text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect(),
        _ => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }
}

/// The folders of a run.
pub struct Stage {
    pub dir: PathBuf,
    /// Whose folder it is goes with it; a process that is to be killed has none.
    _owned: Option<tempfile::TempDir>,
}

impl Stage {
    /// New folders with the project in its first state, in memory where there is such a place: a kill leaves written bytes there as on a drive.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let owned = tempfile::tempdir_in(place).expect("a temporary folder");
        let stage = Self { dir: owned.path().to_owned(), _owned: Some(owned) };
        fs::create_dir(stage.dir.join("beside")).expect("made");
        for (path, node) in State::first().tree() {
            put(&stage.root().join(path), &node);
        }
        fs::hard_link(stage.root().join(TWIN), stage.dir.join("beside/twin")).expect("linked");
        stage
    }

    /// Folders that another process made.
    pub fn at(dir: PathBuf) -> Self {
        Self { dir, _owned: None }
    }

    pub fn root(&self) -> PathBuf {
        self.dir.join("ferry")
    }

    /// Opens the data folder, which brings to an end what a killed process left; signed in.
    pub fn open(&self) -> Arc<Workspace> {
        self.open_on(Arc::new(RealDisk))
    }

    pub fn open_on(&self, disk: Arc<dyn Disk>) -> Arc<Workspace> {
        let workspace = Workspace::open(WorkspaceOptions {
            data_dir: Some(self.dir.join("data")),
            keychain: Arc::new(MemoryKeychain::default()),
            password_cost: PasswordCost::Floor,
            disk,
            ..WorkspaceOptions::default()
        })
        .expect("the data folder opens after a kill");
        workspace.sign_in_headless(None, |_| None).expect("a profile without a password");
        workspace
    }

    pub fn project(&self, workspace: &Arc<Workspace>) -> String {
        workspace.project_id_at(&self.root()).or_else(|_| workspace.sync_path(&self.root(), &|_| {}).map(|(id, _)| id)).expect("a project")
    }

    /// Everything in the project's folder, and that the file with two names still is one.
    pub fn tree(&self) -> Tree {
        let inode = |path: PathBuf| fs::symlink_metadata(path).map(|meta| meta.ino()).ok();
        assert_eq!(inode(self.root().join(TWIN)), inode(self.dir.join("beside/twin")), "a file with two names has both");
        let (mut tree, mut pending) = (Tree::new(), vec![self.root()]);
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(&directory).expect("listed") {
                let path = entry.expect("an entry").path();
                let meta = fs::symlink_metadata(&path).expect("there");
                if meta.is_dir() {
                    pending.push(path);
                    continue;
                }
                let name = path.strip_prefix(self.root()).expect("below").display().to_string();
                let node = if meta.is_symlink() {
                    (fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes(), None)
                } else {
                    (fs::read(&path).expect("read"), Some(meta.permissions().mode() & 0o7777))
                };
                tree.insert(name, node);
            }
        }
        tree
    }

    /// Temporary files of a journal.
    pub fn leftover(&self) -> impl Iterator<Item = String> {
        self.tree().into_keys().filter(|path| is_temporary(path.rsplit('/').next().unwrap_or_default().as_bytes()))
    }

    /// Saves as editors do, by renaming, unless somebody took the folder away.
    pub fn save(&self, path: &str, node: &Node) -> bool {
        let beside = self.dir.join("beside/saved");
        put(&beside, node);
        fs::rename(beside, self.root().join(path)).is_ok()
    }

    /// Files that somebody else may save: not the one with two names, which is written in place, and none that moves.
    pub fn savable() -> Vec<String> {
        (0..USERS).map(|number| format!("src/user{number}.ts")).chain((0..NOTES).map(|number| format!("notes/n{number}.txt"))).collect()
    }
}

/// Makes a file or link with its folders.
fn put(path: &Path, (bytes, mode): &Node) {
    fs::create_dir_all(path.parent().expect("has one")).expect("made");
    match mode {
        Some(mode) => {
            fs::write(path, bytes).expect("written");
            fs::set_permissions(path, fs::Permissions::from_mode(*mode)).expect("set");
        }
        None => symlink(std::str::from_utf8(bytes).expect("a path"), path).expect("linked"),
    }
}

/// Asks, and waits for what is proposed.
pub fn proposed(workspace: &Arc<Workspace>, project: &str, ask: RefactorAsk) -> RefactorJob {
    let id = workspace.refactor_ask(project, ask).expect("asked").id;
    for _ in 0..12_000 {
        let job = workspace.refactor_job(&id).expect("a job");
        if !matches!(job.status, RefactorStatus::Queued | RefactorStatus::Running) {
            return job;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("the job does not end");
}

/// Takes a job back or does it again; where somebody else wrote into the same lines, theirs stay.
pub fn undo(workspace: &Arc<Workspace>, job_id: &str) -> Result<(), Failure> {
    let plan = workspace.refactor_undo_plan(job_id)?;
    let choices: Vec<RefactorUndoChoice> = plan
        .files
        .iter()
        .flat_map(|file| file.conflicts.iter().map(|one| RefactorUndoChoice { path: file.path.clone(), number: one.number, back: false }))
        .collect();
    workspace.refactor_undo("task", job_id, &choices, &|_| {}).map(drop)
}
