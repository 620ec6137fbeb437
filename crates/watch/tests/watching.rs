//! What watching promises, with the operating system's own events.
#![cfg(target_os = "linux")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use lectern_watch::{Backend, Coverage, Dirty, GitPlaces, Places, Signal, WatchError, Watcher, What};

const DEADLINE: Duration = Duration::from_secs(10);

struct Fixture {
    _dir: tempfile::TempDir,
    root: PathBuf,
    watcher: Watcher,
    woken: mpsc::Receiver<()>,
}

fn places(dir: &Path) -> Places {
    let root = dir.canonicalize().expect("it is there").join("project");
    fs::create_dir_all(&root).expect("a folder");
    Places { root, cookies: dir.join("cookies"), git: None }
}

/// A folder with these directories, all of them watched and nothing pending.
fn watching(directories: &[&str]) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let places = places(dir.path());
    let root = places.root.clone();
    for directory in directories {
        fs::create_dir_all(root.join(directory)).expect("folders");
    }
    let (sender, woken) = mpsc::channel();
    let watcher = Watcher::start(places, move || {
        let _ = sender.send(());
    })
    .expect("a watcher");
    let coverage = set(&watcher, directories);
    assert!(coverage.is_whole(), "{coverage:?}");
    assert_eq!(watcher.drain().directories.len(), directories.len(), "what is watched anew is reported once");
    Fixture { _dir: dir, root, watcher, woken }
}

fn set(watcher: &Watcher, directories: &[&str]) -> Coverage {
    watcher.set_directories(directories.iter().map(|directory| directory.as_bytes().to_vec()), |_, _| true)
}

fn names(dirty: &Dirty) -> Vec<String> {
    dirty.directories.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

impl Fixture {
    fn settled(&self) -> Dirty {
        self.watcher.settle();
        self.watcher.drain()
    }
}

#[test]
fn a_save_wakes_by_itself_and_names_its_directory() {
    let fixture = watching(&["", "src", "src/deep"]);
    while fixture.woken.try_recv().is_ok() {}
    fs::write(fixture.root.join("src/deep/file"), "bytes").expect("written");
    fixture.woken.recv_timeout(DEADLINE).expect("a wake");
    assert_eq!(names(&fixture.settled()), ["src/deep"]);
}

#[test]
fn every_write_before_settling_is_in_the_next_drain() {
    let fixture = watching(&["", "a", "b", "c"]);
    let mut misses = 0;
    for round in 0..2_000 {
        let directory = ["", "a", "b", "c"][round % 4];
        let file = fixture.root.join(directory).join("file");
        match round % 3 {
            0 => fs::write(&file, round.to_string()).expect("written"),
            1 => fs::rename(&file, file.with_extension("new")).or_else(|_| fs::write(&file, "")).expect("renamed"),
            _ => fs::write(file.with_extension("new"), round.to_string()).expect("written"),
        }
        let dirty = fixture.settled();
        misses += usize::from(dirty.everything || names(&dirty) != [directory]);
    }
    assert_eq!(misses, 0, "of 2,000 rounds");
}

#[test]
fn directories_no_longer_asked_for_are_silent_and_new_ones_are_reported_once() {
    let fixture = watching(&["", "build", "src"]);
    assert!(set(&fixture.watcher, &["", "src"]).is_whole());
    fs::write(fixture.root.join("build/out"), "bytes").expect("written");
    assert_eq!(names(&fixture.settled()), Vec::<String>::new());
    set(&fixture.watcher, &["", "src", "build"]);
    assert_eq!(names(&fixture.settled()), ["build"]);
    set(&fixture.watcher, &["", "src", "build"]);
    assert_eq!(names(&fixture.settled()), Vec::<String>::new());
}

#[test]
fn reading_is_not_a_change() {
    let fixture = watching(&["", "src"]);
    fs::write(fixture.root.join("src/file"), "bytes").expect("written");
    let _ = fixture.settled();
    for _ in 0..10 {
        assert_eq!(fs::read(fixture.root.join("src/file")).expect("read"), b"bytes");
        assert_eq!(fs::read_dir(&fixture.root).expect("listed").count(), 1);
    }
    assert!(fixture.settled().is_empty());
}

#[test]
fn a_renamed_directory_is_watched_again_under_its_new_name() {
    let fixture = watching(&["", "old", "old/deep"]);
    fs::rename(fixture.root.join("old"), fixture.root.join("new")).expect("renamed");
    let dirty = fixture.settled();
    assert!(dirty.folders && dirty.directories.contains(&b""[..]), "{dirty:?}");
    set(&fixture.watcher, &["", "new", "new/deep"]);
    assert_eq!(names(&fixture.settled()), ["new", "new/deep"]);
    fs::write(fixture.root.join("new/deep/file"), "bytes").expect("written");
    assert_eq!(names(&fixture.settled()), ["new/deep"]);
}

#[test]
fn a_directory_replaced_by_another_is_watched_in_its_place() {
    for round in 0..50 {
        let fixture = watching(&["", "a", "a/x", "other", "other/x"]);
        if round % 2 == 0 {
            fs::remove_dir_all(fixture.root.join("a")).expect("removed");
        } else {
            fs::rename(fixture.root.join("a"), fixture.root.join("away")).expect("renamed");
        }
        fs::rename(fixture.root.join("other"), fixture.root.join("a")).expect("renamed");
        // As after a look that came at any moment, with or without the events.
        if round % 3 == 0 {
            set(&fixture.watcher, &["", "a", "a/x"]);
        }
        let mut rounds = 0;
        while fixture.settled().folders {
            set(&fixture.watcher, &["", "a", "a/x"]);
            rounds += 1;
            assert!(rounds < 5, "it never comes to rest");
        }
        let _ = fixture.settled();
        fs::write(fixture.root.join("a/x/file"), "bytes").expect("written");
        assert_eq!(names(&fixture.settled()), ["a/x"], "round {round}");
    }
}

#[test]
fn a_link_in_the_place_of_a_directory_is_not_followed() {
    let fixture = watching(&[""]);
    let outside = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(outside.path(), fixture.root.join("link")).expect("a link");
    let coverage = set(&fixture.watcher, &["", "link"]);
    assert_eq!((coverage.watched, coverage.directories), (1, 1));
    let _ = fixture.settled();
    fs::write(outside.path().join("file"), "bytes").expect("written");
    assert!(fixture.settled().is_empty());
}

#[test]
fn the_branch_is_seen_and_reading_the_index_is_not() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut places = places(dir.path());
    let git = places.root.join(".git");
    fs::create_dir_all(git.join("refs/heads")).expect("folders");
    fs::write(git.join("index"), "bytes").expect("written");
    places.git = Some(GitPlaces { dir: git.clone(), common: git.clone() });
    let watcher = Watcher::start(places, || {}).expect("a watcher");
    set(&watcher, &[""]);
    let _ = watcher.drain();
    let settled = || {
        watcher.settle();
        watcher.drain()
    };
    assert_eq!(fs::read(git.join("index")).expect("read"), b"bytes");
    fs::create_dir(git.join("objects")).expect("a folder");
    fs::write(git.join("index.lock"), "").expect("written");
    assert!(settled().is_empty());
    fs::rename(git.join("index.lock"), git.join("index")).expect("renamed");
    let dirty = settled();
    assert!(dirty.git && dirty.directories.is_empty(), "{dirty:?}");
    fs::write(git.join("refs/heads/main"), "0").expect("written");
    assert!(settled().git);
}

#[test]
fn a_folder_that_goes_away_is_gone_and_so_is_one_that_is_replaced() {
    let fixture = watching(&[""]);
    assert!(!fixture.watcher.is_gone());
    fs::rename(&fixture.root, fixture.root.with_extension("moved")).expect("renamed");
    assert!(fixture.watcher.is_gone());
    fs::create_dir(&fixture.root).expect("a folder");
    assert!(fixture.watcher.is_gone(), "another folder in its place is not the one that is watched");
    assert!(matches!(Watcher::start(places_at("/nowhere/at/all"), || {}), Err(WatchError::Missing | WatchError::Io(_))));
}

fn places_at(root: &str) -> Places {
    Places { root: root.into(), cookies: std::env::temp_dir(), git: None }
}

/// Refuses after so many watches, as the system's limit does.
struct Limited {
    left: Arc<AtomicUsize>,
    watched: mpsc::Sender<PathBuf>,
}

impl Backend for Limited {
    fn watch(&mut self, directory: &Path, _: bool) -> Result<(), WatchError> {
        let left = self.left.load(Ordering::Relaxed).checked_sub(1).ok_or(WatchError::Limit)?;
        self.left.store(left, Ordering::Relaxed);
        let _ = self.watched.send(directory.to_owned());
        Ok(())
    }

    fn unwatch(&mut self, _: &Path) {
        self.left.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn at_the_limit_the_directories_nearest_to_the_root_are_watched() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let places = places(dir.path());
    let root = places.root.clone();
    let directories = ["", "a", "a/deep", "a/deep/er", "b", "b/deep", "c"];
    directories.iter().for_each(|directory| fs::create_dir_all(root.join(directory)).expect("folders"));
    // One of the five goes to the cookies.
    let left = Arc::new(AtomicUsize::new(5));
    let (sender, watched) = mpsc::channel();
    let backend = Limited { left: Arc::clone(&left), watched: sender };
    let watcher = Watcher::start_on(places, || {}, |_| Ok(Box::new(backend))).expect("a watcher");
    let coverage = set(&watcher, &directories);
    assert_eq!(coverage, Coverage { watched: 4, directories: 7, failed: 0, limit_reached: true });
    let watched: Vec<PathBuf> = watched.try_iter().skip(1).collect();
    assert_eq!(watched, ["", "a", "b", "c"].map(|name| if name.is_empty() { root.clone() } else { root.join(name) }));
    left.store(10, Ordering::Relaxed);
    assert!(set(&watcher, &directories).is_whole(), "when there is room again the rest is watched");
}

#[test]
fn after_lost_events_every_directory_is_watched_anew() {
    let fixture = watching(&["", "a"]);
    fixture.watcher.inject(Signal::Overflow);
    assert!(fixture.watcher.drain().everything);
    assert!(set(&fixture.watcher, &["", "a"]).is_whole());
    assert_eq!(names(&fixture.settled()), ["", "a"]);
    fs::write(fixture.root.join("a/file"), "bytes").expect("written");
    assert_eq!(names(&fixture.settled()), ["a"]);
}

#[test]
fn without_an_answer_everything_counts_as_changed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let places = places(dir.path());
    let (sender, _watched) = mpsc::channel();
    let silent = Limited { left: Arc::new(AtomicUsize::new(9)), watched: sender };
    let watcher = Watcher::start_on(places, || {}, |_| Ok(Box::new(silent))).expect("a watcher");
    let before = Instant::now();
    watcher.settle();
    assert!(watcher.drain().everything);
    assert!(before.elapsed() >= Duration::from_secs(2));
}

#[test]
fn a_flood_of_events_wakes_once() {
    let wakes = Arc::new(AtomicUsize::new(0));
    let dir = tempfile::tempdir().expect("a temporary folder");
    let places = places(dir.path());
    let root = places.root.clone();
    let counted = Arc::clone(&wakes);
    let watcher = Watcher::start(places, move || {
        counted.fetch_add(1, Ordering::Relaxed);
    })
    .expect("a watcher");
    set(&watcher, &[""]);
    watcher.settle();
    let _ = watcher.drain();
    wakes.store(0, Ordering::Relaxed);
    for index in 0..2_000 {
        watcher.inject(Signal::Entry { path: root.join(index.to_string()), what: What::Closed });
    }
    assert_eq!(wakes.load(Ordering::Relaxed), 1);
}

#[test]
fn twenty_thousand_files_at_once_are_all_in_dirty_directories() {
    let fixture = watching(&["", "a", "b"]);
    for index in 0..20_000 {
        fs::write(fixture.root.join(if index % 2 == 0 { "a" } else { "b" }).join(index.to_string()), "").expect("written");
    }
    let dirty = fixture.settled();
    assert!(dirty.everything || names(&dirty) == ["a", "b"], "{dirty:?}");
}
