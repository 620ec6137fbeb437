//! What watching promises: whatever happens in a folder, its latest version is soon what the folder holds, and nothing runs hot.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_store::{ManualClock, Timestamp};
use lectern_workspace::{
    Content, Events, Workspace, WorkspaceOptions,
    view::{SessionState, SyncProgress, WatchKind, WatchState},
};

const PASSWORD: &str = "ferry lantern sycamore";
const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Heard {
    told: Mutex<Told>,
    more: Condvar,
}

#[derive(Default)]
struct Told {
    syncs: Vec<SyncProgress>,
    watch: Vec<WatchState>,
    folder: usize,
    versions: usize,
}

impl Heard {
    fn note(&self, note: impl FnOnce(&mut Told)) {
        note(&mut self.told.lock().expect("no panic"));
        self.more.notify_all();
    }
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, progress: SyncProgress) {
        self.note(|told| told.syncs.push(progress));
    }
    fn watch_changed(&self, state: WatchState) {
        self.note(|told| told.watch.push(state));
    }
    fn folder_changed(&self, _: &str) {
        self.note(|told| told.folder += 1);
    }
    fn versions_changed(&self, _: &str) {
        self.note(|told| told.versions += 1);
    }
}

struct Fixture {
    /// Before the folder it lives in.
    workspace: Arc<Workspace>,
    dir: tempfile::TempDir,
    clock: ManualClock,
    heard: Arc<Heard>,
    id: String,
    root: PathBuf,
}

/// A watched project with these files, its first version made.
fn watching(files: &[(&str, &str)]) -> Fixture {
    let fixture = quiet(files);
    fixture.begin();
    fixture
}

/// The same, not watched yet.
fn quiet(files: &[(&str, &str)]) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().canonicalize().expect("it is there").join("ferry");
    fs::create_dir_all(&root).expect("a folder");
    for (name, text) in files {
        write(&root.join(name), text);
    }
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let heard = Arc::new(Heard::default());
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.path().join("data")),
        resume_session: false,
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::clone(&heard) as Arc<dyn Events>,
        clock: Arc::new(clock.clone()),
        ..WorkspaceOptions::default()
    })
    .expect("a workspace");
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let id = workspace.add_project(&root).expect("a project").project.id;
    let fixture = Fixture { workspace, dir, clock, heard, id, root };
    fixture.wait_for("the first sync", |told| told.syncs.iter().any(|sync| sync.status == "SUCCESS"));
    fixture
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    fs::write(path, text).expect("a file");
}

impl Fixture {
    /// Starts watching; its first look is over when this returns.
    fn begin(&self) {
        self.workspace.start_watching();
        self.wait_for_kind(WatchKind::Watching);
    }

    fn wait_for_kind(&self, kind: WatchKind) -> WatchState {
        // A state is told before the first look is over, so the looks are counted too.
        self.wait("a state", || self.workspace.watch_looks(&self.id) > 0 || kind == WatchKind::Unavailable);
        self.wait_for("a state", |told| told.watch.last().is_some_and(|state| state.kind == kind));
        self.state()
    }

    fn state(&self) -> WatchState {
        self.workspace.project_facts(&self.id).expect("facts").watch
    }

    fn wait_for(&self, what: &str, is_so: impl Fn(&Told) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        let mut told = self.heard.told.lock().expect("no panic");
        while !is_so(&told) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited in vain for {what}; the last states were {:?}",
                told.watch.iter().rev().take(3).collect::<Vec<_>>()
            );
            told = self.heard.more.wait_timeout(told, left).expect("no panic").0;
        }
    }

    /// Asks again at each event, and now and then.
    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !is_so() {
            assert!(Instant::now() < deadline, "waited in vain for {what}");
            let told = self.heard.told.lock().expect("no panic");
            drop(self.heard.more.wait_timeout(told, Duration::from_millis(20)).expect("no panic"));
        }
    }

    /// The latest version: paths with what is known of each.
    fn recorded(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let each = |path: &lectern_workspace::RepoPath, content: &Content| {
            let hash = content.object().map(|hash| hash.to_string()).unwrap_or_default();
            files.insert(path.key(), format!("{} {hash}", content.mode().unwrap_or_default()));
        };
        self.workspace.list_path(&self.root, None, each).expect("a version");
        files
    }

    /// The same from the folder itself, read the simplest way. `ignored` is not looked into.
    fn on_disk(&self) -> BTreeMap<String, String> {
        fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
            for entry in fs::read_dir(folder).expect("a listing").map(|entry| entry.expect("an entry")) {
                let path = entry.path();
                let metadata = entry.metadata().expect("a stat");
                if metadata.is_dir() {
                    if entry.file_name() != ".git" && entry.file_name() != "ignored" {
                        walk(root, &path, files);
                    }
                    continue;
                }
                let (mode, bytes) = if metadata.is_symlink() {
                    ("120000", fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes())
                } else {
                    (if metadata.permissions().mode() & 0o100 == 0 { "100644" } else { "100755" }, fs::read(&path).expect("a file"))
                };
                let key = path.strip_prefix(root).expect("below").to_str().expect("text").to_owned();
                files.insert(key, format!("{mode} {}", blake3::hash(&bytes).to_hex()));
            }
        }
        let mut files = BTreeMap::new();
        walk(&self.root, &self.root, &mut files);
        files
    }

    fn wait_until_recorded(&self, what: &str) {
        let expected = self.on_disk();
        let deadline = Instant::now() + DEADLINE;
        loop {
            let syncs = self.heard.told.lock().expect("no panic").syncs.len();
            let recorded = self.recorded();
            if recorded == expected {
                return;
            }
            if Instant::now() > deadline {
                let missing: Vec<_> = expected.iter().filter(|entry| recorded.get(entry.0) != Some(entry.1)).take(5).collect();
                let surplus: Vec<_> = recorded.keys().filter(|path| !expected.contains_key(*path)).take(5).collect();
                panic!("{what}: not recorded as they are: {missing:?}; recorded and not there: {surplus:?}");
            }
            let mut told = self.heard.told.lock().expect("no panic");
            while told.syncs.len() == syncs && Instant::now() < deadline {
                told = self.heard.more.wait_timeout(told, DEADLINE).expect("no panic").0;
            }
        }
    }

    fn versions(&self) -> u32 {
        let told = self.heard.told.lock().expect("no panic");
        told.syncs
            .iter()
            .filter_map(|sync| sync.outcome.as_ref())
            .filter(|outcome| outcome.is_new)
            .map(|outcome| outcome.version)
            .max()
            .unwrap_or(0)
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(&self.root)
            .output()
            .expect("git runs");
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_save_is_a_version_by_itself() {
    let fixture = watching(&[("src/main.rs", "fn main() {}")]);
    assert_eq!(fixture.versions(), 1);
    write(&fixture.root.join("src/main.rs"), "fn main() { println!() }");
    fixture.wait_until_recorded("a save");
    fixture.wait_for("the end of the sync", |told| {
        told.syncs.last().is_some_and(|sync| sync.outcome.as_ref().is_some_and(|o| o.version == 2))
    });
    fixture.wait_for("the news", |told| told.versions > 0 && told.folder > 0);
    let state = fixture.state();
    assert_eq!((state.kind, state.watched, state.directories), (WatchKind::Watching, 2, 2));
}

#[test]
fn what_changed_while_nobody_watched_is_recorded_at_the_start() {
    let fixture = quiet(&[("a", "1")]);
    write(&fixture.root.join("b/c"), "2");
    fixture.begin();
    fixture.wait_until_recorded("what changed before");
    write(&fixture.root.join("b/c"), "3");
    fixture.wait_until_recorded("what changed after");
}

#[test]
fn nested_folders_made_at_once_arrive_with_all_their_files() {
    let fixture = watching(&[("a", "1")]);
    for round in 0..10 {
        for depth in 1..8 {
            let mut path = fixture.root.join(format!("new{round}"));
            (0..depth).for_each(|level| path.push(format!("d{level}")));
            write(&path.join("file"), &format!("{round} {depth}"));
        }
        if round % 3 == 0 {
            fixture.wait_until_recorded("nested folders");
        }
    }
    fixture.wait_until_recorded("nested folders");
    write(&fixture.root.join("new9/d0/d1/d2/d3/file"), "again");
    fixture.wait_until_recorded("a change deep in them");
}

#[test]
fn an_empty_folder_is_watched_as_well() {
    let fixture = watching(&[("a", "1")]);
    let looks = fixture.workspace.watch_looks(&fixture.id);
    fs::create_dir_all(fixture.root.join("empty/inside")).expect("folders");
    fixture.wait("a look", || fixture.workspace.watch_looks(&fixture.id) > looks);
    write(&fixture.root.join("empty/inside/file"), "1");
    fixture.wait_until_recorded("a file in a folder that was empty");
}

#[test]
fn renamed_replaced_and_removed_folders_are_recorded_as_they_are() {
    let fixture = watching(&[("one/deep/a", "1"), ("one/b", "2"), ("two/deep/a", "3")]);
    fs::rename(fixture.root.join("one"), fixture.root.join("three")).expect("renamed");
    fixture.wait_until_recorded("a rename");
    write(&fixture.root.join("three/deep/a"), "changed");
    fixture.wait_until_recorded("a change after a rename");
    fs::remove_dir_all(fixture.root.join("three")).expect("removed");
    fs::rename(fixture.root.join("two"), fixture.root.join("three")).expect("renamed");
    fixture.wait_until_recorded("a folder in the place of another");
    write(&fixture.root.join("three/deep/a"), "changed again");
    fixture.wait_until_recorded("a change in it");
    fs::remove_dir_all(fixture.root.join("three")).expect("removed");
    write(&fixture.root.join("left"), "1");
    fixture.wait_until_recorded("a removal");
}

#[test]
fn switching_the_branch_is_one_version() {
    let fixture = quiet(&[("a", "1"), ("dir/b", "1")]);
    fixture.git(&["init", "-q"]);
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "one"]);
    fixture.git(&["checkout", "-qb", "other"]);
    for index in 0..200 {
        write(&fixture.root.join(format!("dir{}/file{index}", index % 7)), "2");
    }
    write(&fixture.root.join("a"), "2");
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "two"]);
    fixture.begin();
    fixture.wait_until_recorded("the start");
    for branch in ["main", "other", "main"] {
        let before = fixture.versions();
        fixture.git(&["checkout", "-q", branch]);
        fixture.wait_until_recorded("a checkout");
        fixture.wait_for("its end", |told| told.syncs.iter().any(|sync| sync.outcome.as_ref().is_some_and(|o| o.version == before + 1)));
        assert_eq!(fixture.versions(), before + 1, "a checkout of {branch}");
    }
}

#[test]
fn repositories_inside_are_noticed_as_they_begin_commit_and_end() {
    let fixture = watching(&[("a", "1"), ("inner/f", "1")]);
    let inner = |arguments: &[&str]| {
        let words: Vec<&str> = [&["-C", "inner"][..], arguments].concat();
        fixture.git(&words);
    };
    let kind = || fixture.recorded().get("inner").cloned().unwrap_or_default();
    inner(&["init", "-q"]);
    fixture.wait("a repository that begins", || kind().starts_with("160000"));
    let commit = || {
        let mut found = None;
        let each = |path: &lectern_workspace::RepoPath, content: &Content| {
            if let Content::Submodule { commit } = content
                && path.key() == "inner"
            {
                found.clone_from(commit);
            }
        };
        fixture.workspace.list_path(&fixture.root, None, each).expect("a version");
        found
    };
    assert_eq!(commit(), None, "it has no commit yet");
    inner(&["commit", "-q", "--allow-empty", "-m", "one"]);
    fixture.wait("a commit in it", || commit().is_some());
    let first = commit();
    inner(&["commit", "-q", "--allow-empty", "-m", "two"]);
    fixture.wait("the next one", || commit() != first);
    fs::remove_dir_all(fixture.root.join("inner/.git")).expect("removed");
    fixture.wait("a repository that ends", || fixture.recorded().contains_key("inner/f"));
}

#[test]
fn a_build_in_ignored_folders_makes_no_version_and_no_looks() {
    let fixture = watching(&[(".gitignore", "/ignored/\n*.log\n"), ("a", "1"), ("ignored/x", "1")]);
    write(&fixture.root.join("a"), "2");
    fixture.wait_until_recorded("a save");
    let looks = fixture.workspace.watch_looks(&fixture.id);
    for index in 0..2_000 {
        write(&fixture.root.join(format!("ignored/deep{}/out{index}", index % 20)), "1");
    }
    write(&fixture.root.join("a"), "3");
    fixture.wait_until_recorded("a save after the build");
    assert!(fixture.workspace.watch_looks(&fixture.id) - looks <= 2, "the build itself was looked at");
    // A log in a watched folder makes its folder dirty; how often that is looked at grows slower.
    let (looks, versions, began) = (fixture.workspace.watch_looks(&fixture.id), fixture.versions(), Instant::now());
    let mut lines = 0;
    while began.elapsed() < Duration::from_secs(2) {
        fs::write(fixture.root.join("build.log"), lines.to_string()).expect("written");
        lines += 1;
    }
    let looked = fixture.workspace.watch_looks(&fixture.id) - looks;
    assert!(looked <= 8, "{lines} writes to a log within 2 s led to {looked} looks");
    assert_eq!(fixture.versions(), versions);
}

#[test]
fn twenty_thousand_files_end_in_the_right_version() {
    let fixture = watching(&[("a", "1")]);
    for index in 0..20_000_u32 {
        let folder = fixture.root.join(format!("d{}/e{}", index % 17, index % 101));
        if index < 1_717 {
            fs::create_dir_all(&folder).expect("folders");
        }
        fs::write(folder.join(index.to_string()), index.to_le_bytes()).expect("written");
    }
    fixture.wait_until_recorded("20,000 files");
    assert_eq!(fixture.recorded().len(), 20_001);
}

#[test]
fn lost_events_cost_nothing_but_a_look() {
    let fixture = watching(&[("a/x", "1"), ("b/y", "1")]);
    let looks = fixture.workspace.watch_looks(&fixture.id);
    fixture.workspace.lose_events(&fixture.id);
    fixture.wait("a look", || fixture.workspace.watch_looks(&fixture.id) > looks);
    write(&fixture.root.join("b/y"), "2");
    fixture.wait_until_recorded("a save after events were lost");
    let state = fixture.state();
    assert_eq!((state.watched, state.directories), (3, 3), "everything is watched again");
}

#[test]
fn at_the_limit_the_rest_is_looked_at_when_the_window_comes_to_the_front() {
    let fixture = quiet(&[("a/x", "1"), ("b/deep/y", "1")]);
    fixture.workspace.watch_at_most(3);
    fixture.workspace.start_watching();
    let state = fixture.wait_for_kind(WatchKind::Partial);
    assert_eq!((state.watched, state.directories), (3, 4));
    assert_eq!(state.failure.as_ref().map(|failure| failure.code.as_str()), Some("WATCH_LIMIT"));
    write(&fixture.root.join("a/x"), "2");
    fixture.wait_until_recorded("a save in a watched folder");
    write(&fixture.root.join("b/deep/y"), "2");
    let looks = fixture.workspace.watch_looks(&fixture.id);
    fixture.workspace.came_to_front().expect("signed in");
    fixture.wait("a look", || fixture.workspace.watch_looks(&fixture.id) > looks);
    fixture.wait_until_recorded("a save in a folder that is not watched");
}

#[test]
fn a_folder_that_is_gone_is_told_and_watched_again_when_it_is_back() {
    let fixture = watching(&[("a", "1")]);
    let away = fixture.dir.path().join("away");
    fs::rename(&fixture.root, &away).expect("renamed");
    let state = fixture.wait_for_kind(WatchKind::Unavailable);
    assert_eq!(state.failure.map(|failure| failure.code).as_deref(), Some("FOLDER_MISSING"));
    write(&away.join("b"), "1");
    fs::rename(&away, &fixture.root).expect("renamed");
    fixture.wait_until_recorded("what changed while it was away");
    fs::remove_dir_all(&fixture.root).expect("removed");
    fixture.wait_for_kind(WatchKind::Unavailable);
    write(&fixture.root.join("c"), "1");
    fixture.wait_until_recorded("another folder in its place");
    write(&fixture.root.join("c"), "2");
    fixture.wait_until_recorded("a save in it");
}

#[test]
fn turned_off_it_stops_and_turned_on_it_catches_up() {
    let fixture = watching(&[("a", "1")]);
    let state = fixture.workspace.set_watching(&fixture.id, false).expect("a project");
    assert_eq!(state.kind, WatchKind::Off);
    write(&fixture.root.join("a"), "2");
    assert_eq!(fixture.workspace.watch_looks(&fixture.id), 0, "nobody watches");
    fixture.workspace.came_to_front().expect("signed in");
    assert_eq!(fixture.versions(), 1);
    let state = fixture.workspace.set_watching(&fixture.id, true).expect("a project");
    assert_ne!(state.kind, WatchKind::Off);
    fixture.wait_until_recorded("what changed while it was off");
}

#[test]
fn a_locked_window_goes_on_watching_and_signing_out_ends_it() {
    let fixture = watching(&[("a", "1")]);
    fixture.workspace.lock().expect("locked");
    write(&fixture.root.join("a"), "2");
    fixture.wait_for("a version", |told| told.syncs.iter().any(|sync| sync.outcome.as_ref().is_some_and(|o| o.version == 2)));
    fixture.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    fixture.workspace.sign_out().expect("signed out");
    assert_eq!(fixture.workspace.watch_looks(&fixture.id), 0, "nobody watches");
    write(&fixture.root.join("a"), "3");
    assert!(fixture.workspace.came_to_front().is_err());
    fixture.workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    fixture.wait_until_recorded("what changed in the meantime");
}

#[test]
fn syncs_by_hand_and_by_watching_do_not_collide() {
    let fixture = watching(&[("a", "1")]);
    for round in 0..30 {
        write(&fixture.root.join("a"), &round.to_string());
        fixture.workspace.start_sync(&fixture.id).expect("a sync");
    }
    fixture.wait_until_recorded("the last save");
    fixture.wait_for("the end of each", |told| {
        let ids: std::collections::BTreeSet<_> = told.syncs.iter().map(|sync| &sync.sync_id).collect();
        ids.iter().all(|id| told.syncs.iter().any(|sync| sync.sync_id == **id && sync.status == "SUCCESS"))
    });
    let told = fixture.heard.told.lock().expect("no panic");
    assert!(told.syncs.iter().all(|sync| sync.error.is_none()), "a sync failed");
}

#[test]
fn a_sync_that_fails_is_told_and_not_tried_hotly() {
    let fixture = watching(&[("a", "1"), ("b", "1")]);
    // A repository without files to read is refused.
    fixture.git(&["init", "-q", "--bare", "."]);
    write(&fixture.root.join("a"), "2");
    fixture.wait_for("a failure", |told| told.syncs.iter().any(|sync| sync.status == "FAILED"));
    let looks = fixture.workspace.watch_looks(&fixture.id);
    for round in 0..2_000 {
        fs::write(fixture.root.join("a"), round.to_string()).expect("written");
    }
    assert!(fixture.workspace.watch_looks(&fixture.id) - looks <= 3, "2,000 writes after a failure were looked at again and again");
    fs::remove_file(fixture.root.join("HEAD")).expect("removed");
    fixture.wait_until_recorded("what changed in the meantime");
}

#[test]
fn after_a_sleep_everything_is_looked_at() {
    let fixture = watching(&[("a", "1")]);
    let looks = fixture.workspace.watch_looks(&fixture.id);
    fixture.clock.advance(3_600_000);
    fixture.wait("a look", || fixture.workspace.watch_looks(&fixture.id) > looks);
}

#[test]
fn a_folder_that_is_written_to_as_a_whole_is_not_looked_at_meanwhile() {
    let fixture = watching(&[("a", "1"), ("b", "1")]);
    let project = lectern_projects::ProjectId::new(fixture.id.as_str());
    let (looks, still) = (fixture.workspace.watch_looks(&fixture.id), fixture.workspace.keep_still(&project));
    write(&fixture.root.join("a"), "2");
    fixture.wait_for("a sign of the change", |told| told.folder > 0);
    write(&fixture.root.join("b"), "2");
    assert_eq!(fixture.workspace.watch_looks(&fixture.id), looks);
    drop(still);
    fixture.wait_until_recorded("both");
    assert_eq!(fixture.versions(), 2, "both writes are in one version");
}

#[test]
fn whatever_is_done_to_a_folder_its_version_is_the_same_as_a_walk() {
    let fixture = watching(&[(".gitignore", "ignored/\n"), ("a/b/c/file", "1"), ("d/file", "1"), ("ignored/x", "1")]);
    let mut random = Random(0x5eed_1ec7);
    for round in 0..12 {
        for _ in 0..random.below(30) {
            edit(&fixture.root, &mut random);
        }
        fixture.wait_until_recorded(&format!("round {round}"));
    }
}

/// A small generator: the same edits in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn path(&mut self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        for _ in 0..=self.below(3) {
            path.push(["a", "b", "c", "d", "ignored"][usize::try_from(self.below(5)).expect("small")]);
        }
        path
    }
}

/// One edit; what can't be done here is left.
fn edit(root: &Path, random: &mut Random) {
    let path = random.path(root);
    let file = path.join(format!("file{}", random.below(4)));
    match random.below(9) {
        0 | 1 => drop(fs::create_dir_all(&path).and_then(|()| fs::write(&file, random.below(1_000).to_string()))),
        2 => drop(fs::write(&file, "")),
        3 => drop(fs::remove_file(&file)),
        4 => drop(fs::remove_dir_all(&path)),
        5 | 6 => {
            let to = random.path(root);
            if !to.starts_with(&path) && !path.starts_with(&to) {
                drop(fs::rename(&path, &to));
            }
        }
        7 => drop(fs::set_permissions(&file, fs::Permissions::from_mode(if random.below(2) == 0 { 0o755 } else { 0o644 }))),
        _ => drop(std::os::unix::fs::symlink("somewhere", &file)),
    }
}
