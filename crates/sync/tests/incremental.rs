//! What a scan remembers never changes what it finds: after any edits, a sync that looks again, one that looks only where it was told, and one
//! that knows nothing make the same version.

mod common;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::atomic::AtomicBool,
};

use common::{Fixture, PROJECT, Random, fixture, git_lists};
use lectern_sync::{Dirty, RepoPath, Tree};

/// The version that a sync without any memory makes of the folder, seen through another data folder.
fn naive(fixture: &Fixture) -> (String, Vec<RepoPath>) {
    let data = tempfile::tempdir().expect("a temporary folder");
    let fresh = common::open(data.path(), &fixture.root);
    let outcome = fresh.sync();
    assert!(outcome.is_new);
    let leaves = fresh.flat();
    // Made once more from the flat list, by the code that knows nothing of directories.
    let tree = Tree::build(leaves.clone());
    assert_eq!(tree.root, fresh.latest().data.root, "the flat list gives the same tree");
    (tree.root.to_string(), leaves.into_iter().map(|(path, _)| path).collect())
}

const NAMES: [&str; 9] = ["a", "b", "c", "sub", "x.log", "y.log", "keep", "build", "deep"];
const RULES: [&str; 8] = ["*.log\n", "build/\n", "/sub\n", "!keep\n", "*\n!*/\n!keep\n", "deep/**\n", "x.*\n", ""];

fn place(random: &mut Random) -> String {
    (0..1 + random.below(4)).map(|_| *random.pick(&NAMES)).collect::<Vec<_>>().join("/")
}

/// One edit; the directories in which something happened are added to `dirty`.
fn edit(root: &Path, random: &mut Random, dirty: &mut BTreeSet<RepoPath>) {
    let text = place(random);
    let target = root.join(&text);
    // As a watcher would say: every directory whose entries change, and those that vanish.
    let mut touch = |path: &Path| {
        let mut above = path.parent();
        while let Some(directory) = above.filter(|directory| directory.starts_with(root)) {
            if let Ok(path) = RepoPath::new(directory.strip_prefix(root).expect("below").as_os_str().as_encoded_bytes()) {
                dirty.insert(path);
            }
            above = directory.parent();
        }
    };
    touch(&target);
    match random.below(14) {
        0 => drop(fs::remove_dir_all(&target)),
        1 => drop(fs::remove_file(&target)),
        2 => drop(symlink("anywhere", &target)),
        3 => drop(fs::set_permissions(&target, fs::Permissions::from_mode(0o755))),
        4 => drop(fs::create_dir_all(&target)),
        5 | 6 => {
            let directory = if target.is_dir() { target } else { target.parent().expect("inside").to_owned() };
            let file = directory.join(".gitignore");
            touch(&file);
            if random.below(4) == 0 {
                let _ = fs::remove_file(file);
            } else if directory.is_dir() {
                let _ = fs::write(file, *random.pick(&RULES));
            }
        }
        7 => {
            let other = root.join(place(random));
            touch(&other);
            if let Some(parent) = other.parent() {
                let _ = fs::create_dir_all(parent);
            }
            let _ = fs::rename(&target, &other);
            // A folder that arrives brings folders nobody has seen yet.
            let mut pending = vec![other];
            while let Some(directory) = pending.pop().filter(|directory| directory.is_dir() && !directory.is_symlink()) {
                touch(&directory.join("x"));
                pending.extend(fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|p| p.is_dir()));
            }
        }
        _ => {
            let _ = fs::create_dir_all(target.parent().expect("inside"));
            if !target.is_symlink() && !target.is_dir() {
                let _ = fs::write(&target, vec![b'0' + u8::try_from(random.below(4)).expect("small"); random.below(30)]);
            }
        }
    }
}

fn try_git(root: &Path, arguments: &[&str]) {
    common::isolate();
    let _ = std::process::Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=T", "-c", "user.email=t@t"])
        .args(arguments)
        .output()
        .expect("git runs");
}

fn rounds(default: usize) -> usize {
    std::env::var("LECTERN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(default)
}

#[test]
fn whatever_is_remembered_the_version_is_the_one_of_a_first_look() {
    for seed in 0..rounds(6) as u64 {
        let fixture = fixture();
        let mut random = Random(seed * 104_729 + 11);
        let with_git = seed % 3 != 0;
        if with_git {
            fixture.git(&["init", "-q"]);
        }
        let mut dirty = BTreeSet::new();
        for _ in 0..12 {
            edit(&fixture.root, &mut random, &mut dirty);
        }
        fixture.sync();
        for round in 0..12 {
            let mut dirty = BTreeSet::new();
            for _ in 0..1 + random.below(6) {
                edit(&fixture.root, &mut random, &mut dirty);
            }
            if with_git {
                match random.below(6) {
                    0 => try_git(&fixture.root, &["add", "-A"]),
                    1 => try_git(&fixture.root, &["add", "-f", "--", NAMES[random.below(NAMES.len())]]),
                    2 => try_git(&fixture.root, &["add", "-f", "--", &place(&mut random)]),
                    3 => try_git(&fixture.root, &["rm", "-rq", "--cached", "--", NAMES[random.below(NAMES.len())]]),
                    4 => {
                        // A repository inside this one.
                        let inner = fixture.root.join("a/inner");
                        let _ = fs::create_dir_all(&inner);
                        if inner.is_dir() {
                            try_git(&inner, &["init", "-q"]);
                            try_git(&inner, &["commit", "-q", "--allow-empty", "-m", "x"]);
                        }
                        dirty.extend(["", "a", "a/inner"].map(|path| RepoPath::new(path).expect("valid")));
                    }
                    _ => {}
                }
            }
            // By turns: told where to look, and not.
            if round % 2 == 0 {
                let dirty = Dirty { everything: false, directories: dirty };
                fixture.syncer.run_dirty(PROJECT, &fixture.root, &dirty, &AtomicBool::new(false), &|_| {}).expect("synced");
            } else {
                fixture.sync();
            }
            let (root, paths) = naive(&fixture);
            let latest = fixture.latest();
            let ours: Vec<RepoPath> = fixture.flat().into_iter().map(|(path, _)| path).collect();
            assert_eq!(ours, paths, "seed {seed}, round {round}, with git {with_git}");
            assert_eq!(latest.data.root.to_string(), root, "seed {seed}, round {round}");
            if with_git {
                assert_eq!(paths, git_lists(&fixture.root), "seed {seed}, round {round}: as git lists");
            }
            assert!(fixture.changed().is_empty(), "seed {seed}, round {round}: nothing differs right after a sync");
            assert!(fixture.verify().is_ok(), "seed {seed}, round {round}: every node and object is there");
        }
    }
}

#[test]
fn a_look_where_nothing_changed_writes_no_row() {
    let fixture = fixture();
    fixture.write("a/b", "1");
    fixture.sync();
    let before = fixture.count("SELECT count(*) FROM repo_syncs");
    let look = |paths: &[&str]| {
        let directories = paths.iter().map(|path| RepoPath::new(*path).expect("valid")).collect();
        let dirty = Dirty { everything: false, directories };
        fixture.syncer.run_dirty(PROJECT, &fixture.root, &dirty, &AtomicBool::new(false), &|_| {}).expect("looked")
    };
    assert!(look(&[]).is_none());
    assert!(look(&["", "a", "nowhere/at/all"]).is_none());
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs"), before);
    fixture.write("a/b", "2");
    assert!(look(&[""]).is_none(), "it was told to look elsewhere");
    let outcome = look(&["a"]).expect("a version");
    assert_eq!((outcome.version, outcome.stats.changed, outcome.stats.unchanged), (2, 1, 0));
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs WHERE trigger = 'WATCH' AND status = 'SUCCESS'"), 1);
}

#[test]
fn a_damaged_memory_costs_time_and_nothing_else() {
    let fixture = fixture();
    let mut random = Random(99);
    for n in 0..60 {
        fixture.write(&format!("d{}/f{n}", n % 7), format!("{n}"));
    }
    fixture.sync();
    let file = fixture.data.join("scans").join(PROJECT);
    let whole = fs::read(&file).expect("the memory is there");
    for round in 0..60 {
        let mut bytes = whole.clone();
        match round % 3 {
            0 => bytes.truncate(random.below(bytes.len())),
            1 => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            _ => {
                let at = random.below(bytes.len());
                let end = (at + 100).min(bytes.len());
                bytes[at..end].fill(0);
            }
        }
        fs::write(&file, bytes).expect("damaged");
        let name = format!("d{}/f{}", round % 7, round % 60);
        fixture.write(&name, format!("new {round}"));
        fixture.sync();
        assert_eq!(fixture.latest().data.root.to_string(), naive(&fixture).0, "round {round}");
        assert!(fixture.verify().is_ok(), "round {round}");
    }
}

#[test]
fn a_memory_of_another_version_is_not_taken_for_the_latest() {
    let fixture = fixture();
    fixture.write("a/one", "1");
    fixture.write("b/two", "2");
    fixture.sync();
    let file = fixture.data.join("scans").join(PROJECT);
    let first = fs::read(&file).expect("the memory is there");
    fixture.write("a/one", "changed");
    fixture.sync();
    // As after a kill between the version and its memory; and the nodes of the first version are gone with it.
    fs::write(&file, first).expect("put back");
    fixture
        .store
        .write(|t| t.execute_batch("DELETE FROM repo_syncs; DELETE FROM project_manifests; DELETE FROM manifest_nodes"))
        .expect("deleted");
    let outcome = fixture.sync();
    assert!(outcome.is_new);
    assert!(fixture.verify().is_ok(), "every node was written again");
}

/// What the latest version lists, and what git lists.
fn compare_with_git(fixture: &Fixture, what: &str) {
    fixture.sync();
    let ours: Vec<RepoPath> = fixture.flat().into_iter().map(|(path, _)| path).collect();
    assert_eq!(ours, git_lists(&fixture.root), "{what}");
    assert_eq!(fixture.latest().data.root.to_string(), naive(fixture).0, "{what}: as of a first look");
}

#[test]
fn what_git_stops_tracking_is_judged_again() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write(".gitignore", "*.log\n");
    for name in ["a.log", "d/a.log", "d/b", "e/a.log"] {
        fixture.write(name, "x");
    }
    fixture.git(&["add", "-f", "a.log", "d"]);
    compare_with_git(&fixture, "ignored files that are tracked");
    fixture.git(&["rm", "-rq", "--cached", "a.log", "d"]);
    compare_with_git(&fixture, "tracked no more");
    fixture.git(&["add", "-f", "e"]);
    compare_with_git(&fixture, "another one");
}

#[test]
fn ignore_files_that_a_sparse_checkout_leaves_out_are_followed() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    for (name, text) in [("a/f", "1"), ("b/.gitignore", "*.o\n"), ("b/g", "2")] {
        fixture.write(name, text);
    }
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "one"]);
    compare_with_git(&fixture, "all of it");
    fixture.git(&["sparse-checkout", "set", "--cone", "a"]);
    fixture.write("b/x.o", "made");
    fixture.write("b/new", "made");
    compare_with_git(&fixture, "a part of it");
    assert!(!fixture.paths().contains(&"b/x.o".to_owned()), "git follows the ignore file in its index");
    fixture.git(&["sparse-checkout", "disable"]);
    compare_with_git(&fixture, "all of it again");
}
