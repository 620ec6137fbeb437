//! Folders are put back as they were in a version: all of it or none, and back again.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Events, RepoPath, Workspace, WorkspaceOptions,
    view::{Failure, RestoreAction, RestoreOutcome, SessionState, SyncProgress},
};

const PASSWORD: &str = "ferry lantern sycamore";

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn versions_changed(&self, project_id: &str) {
        self.0.lock().expect("no panic").push(project_id.to_owned());
    }
}

struct Fixture {
    dir: tempfile::TempDir,
    heard: Arc<Heard>,
    workspace: Arc<Workspace>,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("ferry")).expect("made");
    let heard = Arc::new(Heard::default());
    let workspace = open(dir.path(), &heard);
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    Fixture { dir, heard, workspace }
}

fn open(dir: &Path, heard: &Arc<Heard>) -> Arc<Workspace> {
    Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.join("data")),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::clone(heard) as Arc<dyn Events>,
        ..WorkspaceOptions::default()
    })
    .expect("a workspace")
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

impl Fixture {
    fn root(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Syncs; gives the version.
    fn sync(&self) -> u32 {
        self.workspace.sync_path(&self.root(), &|_| {}).expect("a sync").1.version
    }

    fn project(&self) -> String {
        self.workspace.project_id_at(&self.root()).expect("a project")
    }

    fn restore(&self, version: u32, paths: &[&str]) -> RestoreOutcome {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        self.workspace.restore("task", &self.project(), version, &paths, &|_| {}).expect("restored")
    }

    fn undo(&self, journal: &str) -> String {
        self.workspace.undo_journal("task", &self.project(), journal, &|_| {}).expect("undone").id
    }

    /// Everything in the folder: bytes and mode, or where a link leads.
    fn tree(&self) -> BTreeMap<Vec<u8>, (Vec<u8>, u32)> {
        let (root, mut tree) = (self.root(), BTreeMap::new());
        let mut pending = vec![root.clone()];
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(&directory).expect("listed") {
                let path = entry.expect("an entry").path();
                let meta = fs::symlink_metadata(&path).expect("there");
                let name = path.strip_prefix(&root).expect("below").as_os_str().as_bytes().to_vec();
                let bytes = if meta.is_dir() {
                    pending.push(path);
                    b"a folder".to_vec()
                } else if meta.is_symlink() {
                    fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
                } else {
                    fs::read(&path).expect("read")
                };
                tree.insert(name, (bytes, meta.permissions().mode()));
            }
        }
        tree
    }
}

#[test]
fn everything_is_put_back_and_undone_and_redone_to_the_byte() {
    let f = fixture();
    f.write("a.txt", "one\r\n");
    f.write("src/main.rs", "fn main() {}");
    f.write("src/deep/er.rs", "x");
    f.write(".gitignore", "*.log\n");
    symlink("a.txt", f.root().join("link")).expect("linked");
    fs::write(f.root().join(std::ffi::OsStr::from_bytes(b"\xff\xfe")), "bytes").expect("written");
    fs::set_permissions(f.root().join("a.txt"), fs::Permissions::from_mode(0o640)).expect("set");
    let first = f.sync();
    let old = f.tree();
    f.write("a.txt", "two");
    fs::set_permissions(f.root().join("src/main.rs"), fs::Permissions::from_mode(0o755)).expect("set");
    fs::remove_dir_all(f.root().join("src/deep")).expect("removed");
    fs::remove_file(f.root().join("link")).expect("removed");
    symlink("src", f.root().join("link")).expect("linked");
    f.write("new/file.txt", "new");
    f.write("debug.log", "ignored");
    let new = f.tree();

    let plan = f.workspace.restore_plan(&f.project(), first, &[]).expect("a plan");
    assert_eq!((plan.created, plan.overwritten, plan.removed, plan.modes), (1, 2, 1, 1), "{:?}", plan.files);
    assert!(plan.records_first && plan.unavailable.is_empty());
    assert_eq!(plan.files.iter().find(|file| file.path == "src/main.rs").map(|file| file.action), Some(RestoreAction::Mode));
    assert_eq!(f.tree(), new, "a plan touches nothing");

    let outcome = f.restore(first, &[]);
    assert_eq!((outcome.files, outcome.unavailable), (5, 0));
    let mut expected = old;
    expected.insert(b"debug.log".to_vec(), new[&b"debug.log"[..]].clone());
    assert_eq!(f.tree(), expected, "ignored files are not touched; folders left empty are gone");
    let cards = f.workspace.versions(&f.project(), None, 10).expect("versions").versions;
    let undo_point = cards.iter().find(|card| card.version == outcome.undo_version).expect("there");
    assert_eq!(undo_point.label, "Before restore of v1", "what was there before is a version");
    assert_eq!(cards[0].version, outcome.undo_version + 1, "and so is what is there after");
    assert!(f.heard.0.lock().expect("no panic").contains(&f.project()));

    let journals = f.workspace.journals(&f.project()).expect("listed");
    assert_eq!((journals[0].title.as_str(), journals[0].status.as_str(), journals[0].can_undo), ("Restore of v1", "APPLIED", true));
    let undo = f.undo(&outcome.journal_id.expect("something was written"));
    assert_eq!(f.tree(), new, "undone");
    let journals = f.workspace.journals(&f.project()).expect("listed");
    assert_eq!((journals[0].title.as_str(), journals[1].status.as_str()), ("Undo of Restore of v1", "UNDONE"));
    assert_eq!(code(f.workspace.undo_journal("task", &f.project(), &journals[1].id, &|_| {})), "NOT_UNDOABLE");
    f.undo(&undo);
    assert_eq!(f.tree(), expected, "redone");
    assert_eq!(f.restore(first, &[]).journal_id, None, "there is nothing left to do");
}

#[test]
fn one_file_or_one_folder_is_put_back_and_nothing_else() {
    let f = fixture();
    f.write("a.txt", "1");
    f.write("dir/b.txt", "1");
    f.write("dir/c.txt", "1");
    let first = f.sync();
    f.write("a.txt", "2");
    f.write("dir/b.txt", "2");
    fs::remove_file(f.root().join("dir/c.txt")).expect("removed");
    f.write("dir/d.txt", "2");
    f.sync();
    let outcome = f.restore(first, &["dir/b.txt"]);
    assert_eq!((f.read("a.txt").as_str(), f.read("dir/b.txt").as_str(), f.read("dir/d.txt").as_str()), ("2", "1", "2"));
    assert_eq!(outcome.files, 1);
    assert_eq!(f.workspace.journals(&f.project()).expect("listed")[0].title, "Restore of dir/b.txt from v1");
    f.restore(first, &["dir"]);
    assert_eq!((f.read("a.txt").as_str(), f.read("dir/c.txt").as_str()), ("2", "1"));
    assert!(!f.root().join("dir/d.txt").exists(), "the version's folder did not have it");
    assert_eq!(code(f.workspace.restore("t", &f.project(), first, &["nowhere".to_owned()], &|_| {})), "FILE_MISSING");
    assert_eq!(code(f.workspace.restore_plan(&f.project(), first, &["nowhere".to_owned()])), "FILE_MISSING");
    assert_eq!(code(f.workspace.restore("t", &f.project(), 99, &[], &|_| {})), "UNKNOWN_VERSION");
    assert_eq!(code(f.workspace.restore("t", &f.project(), first, &["../x".to_owned()], &|_| {})), "OUTSIDE_PROJECT");
}

#[test]
fn a_file_made_since_is_removed_when_it_is_restored_and_comes_back_with_undo() {
    let f = fixture();
    f.write("a.txt", "1");
    let first = f.sync();
    f.write("late/b.txt", "not saved anywhere else");
    let path = RepoPath::new("late/b.txt").expect("a path");
    let outcome = f.workspace.restore_path(&f.root(), first, &[path], &|_| {}).expect("restored");
    assert!(!f.root().join("late").exists());
    f.undo(&outcome.journal_id.expect("written"));
    assert_eq!(f.read("late/b.txt"), "not saved anywhere else");
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    let f = fixture();
    f.write("x/y.txt", "below");
    f.write("z", "a file");
    let first = f.sync();
    fs::remove_dir_all(f.root().join("x")).expect("removed");
    f.write("x", "a file now");
    fs::remove_file(f.root().join("z")).expect("removed");
    f.write("z/one", "1");
    let new = f.tree();
    let outcome = f.restore(first, &[]);
    assert_eq!((f.read("x/y.txt").as_str(), f.read("z").as_str()), ("below", "a file"));
    f.undo(&outcome.journal_id.expect("written"));
    assert_eq!(f.tree(), new);
}

#[test]
fn contents_that_were_not_kept_are_left_as_they_are_and_named() {
    let f = fixture();
    // More than any rule keeps of files that are not text.
    let image = |what: u8| vec![[0, what]; 200 * 1024].concat();
    f.write("image.png", image(1));
    f.write("moved.png", image(2));
    f.write("a.txt", "1");
    let first = f.sync();
    f.write("image.png", image(3));
    fs::rename(f.root().join("moved.png"), f.root().join("elsewhere.png")).expect("renamed");
    f.write("a.txt", "2");
    let plan = f.workspace.restore_plan(&f.project(), first, &[]).expect("a plan");
    assert_eq!(plan.unavailable.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), ["image.png"]);
    assert_eq!((plan.unavailable_total, plan.created, plan.removed), (1, 1, 1), "a renamed file's bytes are in the folder");
    let outcome = f.restore(first, &[]);
    assert_eq!(outcome.unavailable, 1);
    assert!(fs::read(f.root().join("image.png")).expect("there") == image(3));
    assert!(fs::read(f.root().join("moved.png")).expect("there") == image(2));
    assert_eq!(f.read("a.txt"), "1");
    f.undo(&outcome.journal_id.expect("written"));
    assert!(fs::read(f.root().join("elsewhere.png")).expect("there") == image(2), "undo has copies of its own");
}

#[test]
fn an_ignored_file_in_the_way_is_never_touched() {
    let f = fixture();
    f.write("out.log", "kept in a version");
    f.write("a.txt", "1");
    let first = f.sync();
    f.write(".gitignore", "*.log\n");
    f.write("out.log", "ignored now");
    f.write("a.txt", "2");
    f.sync();
    let outcome = f.restore(first, &[]);
    assert_eq!((f.read("out.log").as_str(), f.read("a.txt").as_str(), outcome.unavailable), ("ignored now", "1", 1));
}

#[test]
fn an_undo_names_what_changed_since_and_changes_nothing() {
    let f = fixture();
    f.write("a.txt", "1");
    f.write("b.txt", "1");
    let first = f.sync();
    f.write("a.txt", "2");
    f.write("b.txt", "2");
    let outcome = f.restore(first, &[]);
    f.write("b.txt", "3");
    let failure = f.workspace.undo_journal("t", &f.project(), &outcome.journal_id.expect("written"), &|_| {}).expect_err("refused");
    assert_eq!((failure.code.as_str(), failure.message.contains("b.txt")), ("CHANGED_SINCE", true), "{}", failure.message);
    assert_eq!((f.read("a.txt").as_str(), f.read("b.txt").as_str()), ("1", "3"));
}

#[test]
fn a_cancelled_restore_changes_nothing() {
    let f = fixture();
    for n in 0..50 {
        f.write(&format!("{n}.txt"), "1");
    }
    let first = f.sync();
    for n in 0..50 {
        f.write(&format!("{n}.txt"), "2");
    }
    let before = f.tree();
    let workspace = Arc::clone(&f.workspace);
    let result = f.workspace.restore("stop", &f.project(), first, &[], &|progress| {
        if progress.phase == "Replacing" {
            workspace.cancel_task("stop");
        }
    });
    assert_eq!(code(result), "CANCELLED");
    assert_eq!(f.tree(), before);
    assert!(f.workspace.journals(&f.project()).expect("listed").is_empty(), "what never was is not listed");
}

#[test]
fn saves_and_syncs_in_the_middle_leave_no_half_version() {
    let f = fixture();
    for n in 0..40 {
        f.write(&format!("{n}.txt"), "1");
    }
    let first = f.sync();
    for n in 0..40 {
        f.write(&format!("{n}.txt"), "2");
    }
    let second = f.sync();
    let (workspace, root) = (Arc::clone(&f.workspace), f.root());
    let syncing = std::thread::spawn(move || {
        for _ in 0..10 {
            // Refused while it is being written to, or before or after it.
            let _ = workspace.sync_path(&root, &|_| {});
        }
    });
    f.restore(first, &[]);
    f.restore(second, &[]);
    f.restore(first, &[]);
    syncing.join().expect("no panic");
    for card in f.workspace.versions(&f.project(), None, 100).expect("versions").versions {
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..40 {
            let file = RepoPath::new(format!("{n}.txt")).expect("a path");
            seen.insert(f.workspace.show_path(&f.root(), card.version, &file).expect("shown"));
        }
        assert_eq!(seen.len(), 1, "version {} is all of one", card.version);
    }
}

#[test]
fn another_profile_s_project_and_journal_are_unknown() {
    let f = fixture();
    f.write("a.txt", "1");
    let first = f.sync();
    f.write("a.txt", "2");
    let journal = f.restore(first, &[]).journal_id.expect("written");
    let project = f.project();
    f.workspace.sign_out().expect("signed out");
    assert_eq!(code(f.workspace.restore("t", &project, first, &[], &|_| {})), "NOT_SIGNED_IN");
    f.workspace.create_profile("grace@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    assert_eq!(code(f.workspace.restore("t", &project, first, &[], &|_| {})), "UNKNOWN_PROJECT");
    assert_eq!(code(f.workspace.restore_plan(&project, first, &[])), "UNKNOWN_PROJECT");
    assert_eq!(code(f.workspace.journals(&project)), "UNKNOWN_PROJECT");
    assert_eq!(code(f.workspace.undo_journal("t", &project, &journal, &|_| {})), "UNKNOWN_PROJECT");
    fs::create_dir(f.dir.path().join("own")).expect("made");
    f.workspace.sync_path(&f.dir.path().join("own"), &|_| {}).expect("a sync");
    let own = f.workspace.project_id_at(&f.dir.path().join("own")).expect("a project");
    assert_eq!(code(f.workspace.undo_journal("t", &own, &journal, &|_| {})), "UNKNOWN_JOURNAL");
    assert_eq!(f.read("a.txt"), "1");
}

#[test]
fn a_restore_that_was_killed_is_settled_at_the_next_start_which_says_so() {
    use lectern_journal::{Change, Content, Journal, New, Phase, Proposal, RelPath, State};
    use lectern_objects::{ObjectHash, Objects};
    use lectern_store::{Boot, Store, StoreOptions, SystemClock};
    let f = fixture();
    f.write("a.txt", "1");
    f.write("b.txt", "1");
    f.sync();
    let (data, scope) = (f.dir.path().join("data"), f.project());
    // Another process dies in the middle of writing.
    let boot = Boot::start(&data.join("run")).expect("a boot").id().clone();
    let store = Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("opens");
    let objects = Objects::open(&data.join("objects.db")).expect("opens");
    let dead = Journal::new(Arc::new(store), Arc::new(objects), Arc::new(SystemClock), boot, data.join("run"));
    let changes = ["a.txt", "b.txt"].map(|name| Change {
        path: RelPath::new(name).expect("a path"),
        expected: State::File { hash: ObjectHash::of(b"1"), executable: false },
        becomes: New::File { content: Content::Bytes(b"2".to_vec()), executable: false },
    });
    let (root, title) = (fs::canonicalize(f.root()).expect("there"), "Restore of v7".to_owned());
    let proposal = Proposal { root, scope, kind: "RESTORE".to_owned(), title, changes: changes.into() };
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        dead.write(&proposal, &std::sync::atomic::AtomicBool::new(false), &|phase, done, _, _| {
            if phase == Phase::Replacing && done == 1 {
                std::panic::resume_unwind(Box::new("killed"));
            }
        })
    }));
    assert!(killed.is_err());
    let Fixture { dir, heard, workspace } = f;
    drop(workspace);
    let workspace = open(dir.path(), &heard);
    let read = |name: &str| fs::read_to_string(dir.path().join("ferry").join(name)).expect("there");
    assert_eq!((read("a.txt"), read("b.txt")), ("2".to_owned(), "2".to_owned()), "all of it or nothing");
    let notice = workspace.session_state().expect("a state").notice.unwrap_or_default();
    assert_eq!(notice, "Writing to a project's folder was interrupted when Lectern last stopped; it was finished now.");
}

#[test]
fn a_save_while_a_restore_writes_stays_and_the_restore_is_taken_back() {
    let f = fixture();
    let names = ["a.txt", "b.txt", "new/z.txt"];
    names.iter().for_each(|name| f.write(name, "1"));
    let first = f.sync();
    names.iter().for_each(|name| f.write(name, "2"));
    let saved = f.root().join("new/z.txt");
    let result = f.workspace.restore("t", &f.project(), first, &[], &|progress| {
        if progress.phase == "Writing" {
            fs::write(&saved, "saved meanwhile").expect("written");
        }
    });
    let failure = result.expect_err("refused");
    assert_eq!((failure.code.as_str(), failure.message.contains("new/z.txt")), ("CHANGED_MEANWHILE", true), "{}", failure.message);
    assert_eq!(names.map(|name| f.read(name)), ["2", "2", "saved meanwhile"]);
    let latest = f.workspace.versions(&f.project(), None, 1).expect("versions").versions.remove(0);
    let shown = f.workspace.show_path(&f.root(), latest.version, &RepoPath::new("new/z.txt").expect("a path")).expect("shown");
    assert_eq!(shown, b"saved meanwhile", "and it is a version by now");
}
