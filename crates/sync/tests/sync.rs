//! What a sync promises: the version equals the disk, and nothing else happens.

mod common;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use common::{PROJECT, Random, disk, fixture, write};
use lectern_objects::ObjectHash;
use lectern_sync::{
    Change, Content, Keeps, Phase, RepoPath, SyncError, SyncStatus, Trigger, diff, diff_counts, last_sync, list_dir, lookup, manifest_of,
    manifests, recover_orphans, repo_sync,
};

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("valid")
}

#[test]
fn a_first_sync_makes_version_1_and_an_unchanged_one_makes_none() {
    let fixture = fixture();
    fixture.write("src/main.rs", "fn main() {}\n");
    fixture.write("README.md", "# Hi\n");
    let first = fixture.sync();
    assert!((first.version, first.is_new) == (1, true));
    assert_eq!((first.stats.files, first.stats.bytes, first.stats.added, first.stats.unchanged), (2, 18, 2, 0));
    let second = fixture.sync();
    assert_eq!((second.version, second.is_new, &second.manifest_id), (1, false, &first.manifest_id));
    assert_eq!((second.stats.added, second.stats.changed, second.stats.removed, second.stats.unchanged), (0, 0, 0, 2));
    let row = last_sync(&fixture.store, PROJECT).expect("readable").expect("a row");
    assert_eq!((row.status, row.manifest_id.as_ref(), row.attempt), (SyncStatus::Success, Some(&first.manifest_id), 1));
    assert_eq!(row.stats, second.stats, "the row says what the outcome says");
    let latest = fixture.latest();
    assert_eq!(latest.hash, ObjectHash::of(latest.data.to_json().as_bytes()));
    assert_eq!(latest.data.languages.into_iter().collect::<Vec<_>>(), [("Markdown".to_owned(), 5), ("Rust".to_owned(), 13)]);
    assert_eq!(fixture.count("SELECT count(*) FROM project_manifests"), 1);
    assert!(fixture.verify().is_ok());
}

#[test]
fn every_edit_is_counted_and_both_versions_stay_readable() {
    let fixture = fixture();
    for name in ["keep", "change", "remove", "sub/dir/deep", "becomes/dir"] {
        fixture.write(name, name);
    }
    fixture.sync();
    fixture.write("change", "changed");
    fixture.write("add", "new");
    fs::remove_file(fixture.root.join("remove")).expect("removed");
    fs::remove_dir_all(fixture.root.join("becomes")).expect("removed");
    fixture.write("becomes", "a file");
    let outcome = fixture.sync();
    assert_eq!(
        (outcome.version, outcome.stats.added, outcome.stats.changed, outcome.stats.removed, outcome.stats.unchanged),
        (2, 2, 1, 2, 2)
    );
    let (old, new) = (manifest_of(&fixture.store, PROJECT, 1).expect("read").expect("v1"), fixture.latest());
    let expected = [
        ("add", Change::Added),
        ("becomes", Change::Added),
        ("becomes/dir", Change::Removed),
        ("change", Change::Modified),
        ("remove", Change::Removed),
    ];
    assert_eq!(diff(&fixture.store, &old, &new).expect("compared"), expected.map(|(p, change)| (path(p), change)));
    let counts = diff_counts(&fixture.store, &new, &old).expect("compared");
    assert_eq!((counts.added, counts.changed, counts.removed), (2, 1, 2));
    assert_eq!(manifests(&fixture.store, PROJECT).expect("read").len(), 2);
    let was = lookup(&fixture.store, &old, &path("change")).expect("read").expect("there");
    assert_eq!(fixture.objects.get(&was.content.object().expect("a file")).expect("sound"), Some(b"change".to_vec()));
}

#[test]
fn a_commit_that_changes_no_file_makes_no_version() {
    let fixture = fixture();
    fixture.write("a", "x");
    fixture.git(&["init", "-q"]);
    fixture.sync();
    let git = fixture.latest().data.git.expect("a repository");
    assert_eq!((git.branch.as_deref(), git.head), (Some("main"), None));
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "one"]);
    assert!(!fixture.sync().is_new);
    fixture.write("b", "x");
    assert!(fixture.sync().is_new);
    assert_eq!(fixture.latest().data.git.expect("a repository").head.map(|head| head.len()), Some(40));
}

#[test]
fn the_flat_view_gives_exactly_the_tree() {
    let fixture = fixture();
    for n in 0..700 {
        fixture.write(&format!("root-{n}"), format!("{n}"));
        fixture.write(&format!("deep/wide/{n}"), format!("{n}"));
    }
    fixture.write("deep/wide/sub/line\nbreak", "x");
    write(&fixture.root, b"odd/\xff\xfe/file", b"x");
    symlink("root-1", fixture.root.join("link")).expect("linked");
    fixture.git(&["init", "-q", "nested"]);
    fixture.sync();
    let mut view: Vec<(String, Option<String>, i64, String)> = fixture
        .store
        .read(|c| {
            let mut statement =
                c.prepare("SELECT path, hash, size, mode FROM manifest_files WHERE manifest_id = (SELECT id FROM project_manifests)")?;
            statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect::<Result<_, lectern_store::rusqlite::Error>>()
        })
        .expect("the view answers");
    view.sort();
    let mut walked: Vec<_> = fixture
        .flat()
        .into_iter()
        .map(|(path, content)| {
            let shown = if path.key().starts_with('\0') { "odd/hex:fffe/file".to_owned() } else { path.key() };
            (shown, content.object().map(|hash| hash.to_string()), content.size().cast_signed(), content.mode().expect("a leaf").to_owned())
        })
        .collect();
    walked.sort();
    assert_eq!(view, walked);
    assert_eq!(view.len(), 1404);
    assert_eq!(fixture.latest().data.files, 1404);
    let wide = list_dir(&fixture.store, &fixture.latest(), &path("deep/wide")).expect("read").expect("a directory");
    assert_eq!(wide.len(), 701);
    assert!(wide.is_sorted_by(|a, b| a.name < b.name));
    assert!(list_dir(&fixture.store, &fixture.latest(), &path("link")).expect("read").is_none());
    assert!(list_dir(&fixture.store, &fixture.latest(), &path("nope")).expect("read").is_none());
    assert!(lookup(&fixture.store, &fixture.latest(), &path("deep/wide/699")).expect("read").is_some());
    assert!(lookup(&fixture.store, &fixture.latest(), &path("deep/wide/700")).expect("read").is_none());
    assert!(lookup(&fixture.store, &fixture.latest(), &path("root-1/x")).expect("read").is_none());
    assert!(fixture.verify().is_ok());
}

fn edit(root: &std::path::Path, random: &mut Random) {
    let names: [&[u8]; 8] = [b"a", b"b", b"c", b"\xffz", b"new\nline", b"d.rs", b"e f", b"a.b"];
    for _ in 0..1 + random.below(12) {
        let mut place: Vec<u8> = Vec::new();
        for depth in 0..1 + random.below(3) {
            if depth > 0 {
                place.push(b'/');
            }
            place.extend_from_slice(names[random.below(names.len())]);
        }
        let target = RepoPath::new(place).expect("valid").below(root);
        match random.below(8) {
            0 => drop(fs::remove_dir_all(&target)),
            1 => drop(fs::remove_file(&target)),
            2 => drop(symlink("anywhere", &target)),
            3 => drop(fs::set_permissions(&target, fs::Permissions::from_mode(0o755))),
            4 => drop(fs::create_dir_all(&target)),
            _ => {
                let _ = fs::create_dir_all(target.parent().expect("inside"));
                if !target.is_symlink() {
                    let _ = fs::write(&target, vec![u8::try_from(random.below(4)).expect("small"); random.below(30)]);
                }
            }
        }
    }
}

#[test]
fn after_any_edits_the_version_equals_the_disk() {
    for seed in 1..=6_u64 {
        let fixture = fixture();
        let mut random = Random(seed * 7919);
        let mut before: Option<Vec<(RepoPath, Content)>> = None;
        for round in 0..6 {
            edit(&fixture.root, &mut random);
            let expected: Vec<(RepoPath, Content)> = disk(&fixture.root).into_iter().collect();
            if let Some(before) = &before {
                let mut naive: Vec<String> = before
                    .iter()
                    .filter(|entry| !expected.contains(entry))
                    .chain(expected.iter().filter(|entry| !before.contains(entry)))
                    .map(|entry| entry.0.key())
                    .collect();
                naive.sort();
                naive.dedup();
                let mut looked: Vec<String> = fixture.changed().into_iter().map(|(path, _)| path).collect();
                looked.sort();
                assert_eq!(looked, naive, "seed {seed}, round {round}: what changed since the version");
            }
            fixture.sync();
            assert_eq!(fixture.flat(), expected, "seed {seed}, round {round}");
            assert!(fixture.changed().is_empty(), "nothing differs right after a sync");
            before = Some(expected);
        }
        assert!(fixture.verify().is_ok());
    }
}

#[test]
fn an_edit_of_the_same_size_in_the_same_tick_is_never_missed() {
    let fixture = fixture();
    let rounds: usize = std::env::var("LECTERN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(100);
    let mut random = Random(42);
    for n in 0..20 {
        fixture.write(&format!("f{n}"), "0000");
    }
    fixture.sync();
    for round in 0..rounds {
        let name = format!("f{}", random.below(20));
        let place = fixture.root.join(&name);
        let (first, second) = (format!("{:04}", random.below(10_000)), format!("{:04}", random.below(10_000)));
        // Written just before the sync looks, and again just after it has read: mostly within one tick of the file system's clock.
        let started = AtomicBool::new(false);
        let id = fixture.syncer.request(PROJECT, Trigger::Watch).expect("asked");
        let edit = |text: &str| {
            let times = fs::metadata(&place).and_then(|m| m.modified()).expect("a time");
            fs::write(&place, text).expect("written");
            // As if the clock had not moved at all.
            fs::File::options().write(true).open(&place).and_then(|f| f.set_modified(times)).expect("set back");
        };
        fixture
            .syncer
            .run(&id, &fixture.root, &AtomicBool::new(false), &|progress| match progress.phase {
                Phase::Scanning if !started.swap(true, Ordering::Relaxed) => edit(&first),
                Phase::Saving => edit(&second),
                _ => {}
            })
            .expect("succeeds");
        let looked = fixture.changed();
        assert_eq!(
            looked.iter().map(|(path, _)| path).collect::<Vec<_>>(),
            if first == second { vec![] } else { vec![&name] },
            "round {round}"
        );
        fixture.sync();
        assert_eq!(fixture.flat(), disk(&fixture.root).into_iter().collect::<Vec<_>>(), "round {round}");
    }
}

#[test]
fn an_empty_folder_has_a_version_and_empty_directories_leave_no_trace() {
    let fixture = fixture();
    fs::create_dir_all(fixture.root.join("only/folders")).expect("made");
    let outcome = fixture.sync();
    assert_eq!((outcome.version, outcome.stats.files), (1, 0));
    assert!(fixture.verify().is_ok());
    fixture.write("file", "x");
    fs::remove_dir_all(fixture.root.join("only")).expect("removed");
    assert_eq!(fixture.sync().stats.added, 1);
}

#[test]
fn contents_are_kept_by_the_rule_the_version_states() {
    let fixture = fixture().keeping(Keeps { text: 10, binary: 0 });
    fixture.write("small", "0123456789");
    fixture.write("large", "0123456789+");
    fixture.write("binary", "\0");
    symlink("small", fixture.root.join("link")).expect("linked");
    fixture.sync();
    let kept = |fixture: &common::Fixture, name: &str| {
        let entry = lookup(&fixture.store, &fixture.latest(), &path(name)).expect("read").expect("there");
        fixture.objects.contains(&entry.content.object().expect("a file")).expect("answers")
    };
    assert_eq!(["small", "large", "binary", "link"].map(|name| kept(&fixture, name)), [true, false, false, true]);
    assert!(fixture.verify().is_ok(), "what was never kept is not missed");
    // Keeping more makes no version by itself, but from the next sync on the contents are there.
    let fixture = fixture.keeping(Keeps { text: 100, binary: 100 });
    assert!(!fixture.sync().is_new);
    assert_eq!(["small", "large", "binary", "link"].map(|name| kept(&fixture, name)), [true; 4]);
    assert_eq!(fixture.latest().data.keeps, Keeps { text: 10, binary: 0 }, "a version goes on saying what held when it was made");
    fixture.write("new", "x");
    fixture.sync();
    assert_eq!(fixture.latest().data.keeps, Keeps { text: 100, binary: 100 });
    assert!(fixture.verify().is_ok());
}

#[test]
fn objects_that_were_lost_as_a_whole_come_back_with_the_next_sync() {
    let fixture = fixture();
    fixture.write("a", "contents");
    fixture.sync();
    let common::Fixture { data, root, dir, .. } = fixture;
    for name in ["objects.db", "objects.db-wal", "objects.db-shm"] {
        let _ = fs::remove_file(data.join(name));
    }
    let fixture = common::Fixture { dir, ..common::open(&data, &root) };
    assert!(!fixture.verify().is_ok());
    assert!(!fixture.sync().is_new);
    assert!(fixture.verify().is_ok());
}

#[test]
fn every_sort_of_damage_is_named() {
    let damage = [
        ("UPDATE project_manifests SET data = replace(data, '\"files\":2', '\"files\":3')", "manifest_mismatch", ""),
        ("UPDATE project_manifests SET hash = replace(hash, substr(hash, 1, 4), '0000')", "manifest_mismatch", ""),
        ("UPDATE project_manifests SET data = '{}'", "manifest_mismatch", ""),
        ("DELETE FROM manifest_nodes", "missing_node", "sub"),
        ("UPDATE manifest_nodes SET entries = replace(entries, 'deep', 'peed')", "node_mismatch", "sub"),
    ];
    for (sql, kind, place) in damage {
        let fixture = fixture();
        fixture.write("top", "top");
        fixture.write("sub/deep", "deep");
        fixture.sync();
        fixture.store.write(|t| t.execute(sql, [])).expect("damaged");
        let verdict = fixture.verify();
        assert!(verdict.problems.iter().any(|p| p.kind.as_str() == kind && p.path == path(place)), "{sql}: {:?}", verdict.problems);
    }
    for (sql, kind) in
        [("DELETE FROM objects", "missing_object"), ("UPDATE objects SET data = x'00', size = 1, encoding = 0", "object_mismatch")]
    {
        let fixture = fixture();
        fixture.write("sub/deep", "deep");
        fixture.sync();
        lectern_store::rusqlite::Connection::open(fixture.data.join("objects.db")).and_then(|c| c.execute(sql, [])).expect("damaged");
        let verdict = fixture.verify();
        let problems: Vec<_> = verdict.problems.iter().map(|p| (p.path.key(), p.kind.as_str())).collect();
        assert_eq!(problems, [("sub/deep".to_owned(), kind)], "{sql}");
    }
    let fixture = fixture();
    assert!(
        lectern_sync::verify(&fixture.store, &fixture.objects, PROJECT, Some(9), &AtomicBool::new(false), &|_| {})
            .expect("answers")
            .is_none()
    );
}

#[test]
fn a_folder_that_cannot_be_read_fails_with_what_to_do() {
    let fixture = fixture();
    fixture.write("a", "x");
    fixture.sync();
    let failed = |fixture: &common::Fixture, code: &str| {
        let error = fixture.try_sync().expect_err(code);
        assert_eq!(error.code(), code);
        let row = last_sync(&fixture.store, PROJECT).expect("readable").expect("a row");
        assert_eq!((row.status, row.error_code.as_deref(), row.error_message), (SyncStatus::Failed, Some(code), Some(error.to_string())));
        assert!(row.finished_at.is_some());
    };
    fs::rename(&fixture.root, fixture.data.join("moved")).expect("moved");
    failed(&fixture, "FOLDER_MISSING");
    fs::write(&fixture.root, "a file").expect("written");
    failed(&fixture, "NOT_A_FOLDER");
    fs::remove_file(&fixture.root).expect("removed");
    common::git(&fixture.data, &["init", "-q", "--bare", fixture.root.to_str().expect("UTF-8")]);
    failed(&fixture, "BARE_REPOSITORY");
    assert_eq!(fixture.latest().version, 1, "the last version is as it was");
}

#[test]
fn a_repository_of_another_user_is_refused_with_the_remedy() {
    if !nix::unistd::geteuid().is_root() {
        return; // Only root can give a folder away.
    }
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("a", "x");
    for place in ["", ".git"] {
        nix::unistd::chown(&fixture.root.join(place), Some(12345.into()), None).expect("given away");
    }
    let error = fixture.try_sync().expect_err("refused");
    assert!(matches!(error, SyncError::RepositoryRefused), "{error:?}");
    assert!(error.to_string().contains("safe.directory"));
}

#[test]
fn what_cannot_be_read_is_a_warning_and_left_out() {
    let fixture = fixture();
    fixture.write("fine", "x");
    nix::unistd::mkfifo(&fixture.root.join("pipe"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    let _socket = std::os::unix::net::UnixListener::bind(fixture.root.join("socket")).expect("a socket");
    let mut expected = vec!["pipe is a pipe, socket or device, and was left out.", "socket is a pipe, socket or device, and was left out."];
    let is_root = nix::unistd::geteuid().is_root();
    if !is_root {
        fixture.write("closed/file", "x");
        fixture.write("secret", "x");
        fs::set_permissions(fixture.root.join("closed"), fs::Permissions::from_mode(0o000)).expect("closed");
        fs::set_permissions(fixture.root.join("secret"), fs::Permissions::from_mode(0o000)).expect("closed");
        expected.insert(0, "The folder closed could not be read (permission denied) and was left out.");
        expected.insert(2, "secret could not be read (permission denied) and was left out.");
    }
    let outcome = fixture.sync();
    assert_eq!(outcome.stats.warnings, expected);
    assert_eq!(outcome.stats.warnings_total, expected.len() as u64);
    assert_eq!(fixture.paths(), ["fine"]);
    if !is_root {
        fs::set_permissions(fixture.root.join("closed"), fs::Permissions::from_mode(0o700)).expect("opened");
    }
}

#[test]
fn a_tree_too_deep_for_the_system_is_read_as_far_as_it_goes() {
    let fixture = fixture();
    // Deeper than PATH_MAX can say, which only works step by step.
    let name = "d".repeat(200);
    let mut handle = nix::fcntl::open(&fixture.root, nix::fcntl::OFlag::O_DIRECTORY, nix::sys::stat::Mode::empty()).expect("opened");
    for _ in 0..40 {
        nix::sys::stat::mkdirat(&handle, name.as_str(), nix::sys::stat::Mode::S_IRWXU).expect("made");
        handle = nix::fcntl::openat(&handle, name.as_str(), nix::fcntl::OFlag::O_DIRECTORY, nix::sys::stat::Mode::empty()).expect("opened");
    }
    fixture.write("fine", "x");
    let outcome = fixture.sync();
    assert_eq!(outcome.stats.files, 1);
    assert_eq!(outcome.stats.warnings_total, 1, "{:?}", outcome.stats.warnings);
}

#[test]
fn a_sync_can_be_stopped_inside_a_huge_file() {
    let fixture = fixture();
    fixture.write("small", "x");
    fixture.sync();
    let huge = fs::File::create(fixture.root.join("huge")).expect("made");
    // Reading all of it takes hours: this test is over only if the sync ends in the middle.
    huge.set_len(8 << 40).expect("sparse");
    let cancel = AtomicBool::new(false);
    let id = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    let result = fixture.syncer.run(&id, &fixture.root, &cancel, &|progress| {
        if progress.bytes_done > 16 << 20 {
            cancel.store(true, Ordering::Relaxed);
        }
    });
    assert!(matches!(result, Err(SyncError::Cancelled)), "{result:?}");
    assert!(cancel.into_inner(), "it got that far");
    let row = repo_sync(&fixture.store, &id).expect("readable").expect("there");
    assert_eq!((row.status, row.error_code.as_deref()), (SyncStatus::Failed, Some("CANCELLED")));
    assert_eq!(fixture.latest().version, 1);
    huge.set_len(64 << 20).expect("shrunk");
    assert_eq!(fixture.sync().stats.added, 1);
    let entry = lookup(&fixture.store, &fixture.latest(), &path("huge")).expect("read").expect("there");
    let zeros = vec![0; 64 << 20];
    assert_eq!(entry.content, Content::File { hash: ObjectHash::of(&zeros), size: 64 << 20, executable: false, binary: true });
}

#[test]
fn a_file_that_never_holds_still_is_recorded_with_a_warning() {
    let fixture = fixture();
    let place = fixture.root.join("log");
    fs::write(&place, vec![b'x'; 8 << 20]).expect("written");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::File::options().append(true).open(&place).expect("opened");
            while !stop.load(Ordering::Relaxed) {
                std::io::Write::write_all(&mut file, b"more").expect("written");
            }
        });
        // On a busy machine the writer may get no turn during one reading; it does during one of many.
        let outcome = (0..100).map(|_| fixture.sync()).find(|outcome| !outcome.stats.warnings.is_empty());
        stop.store(true, Ordering::Relaxed);
        let stats = outcome.expect("a sync met the writer").stats;
        assert_eq!(stats.warnings, ["log was being written while it was read; it is recorded as it was last seen."]);
        assert_eq!(stats.files, 1);
    });
    fixture.sync();
    assert_eq!(fixture.flat(), disk(&fixture.root).into_iter().collect::<Vec<_>>(), "the next sync sees how it ended");
}

#[test]
fn one_sync_of_a_project_runs_at_a_time() {
    let fixture = fixture();
    fixture.write("a", "x");
    let first = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    let second = fixture.syncer.request(PROJECT, Trigger::Open).expect("asked");
    let inner = Mutex::new(None);
    fixture
        .syncer
        .run(&first, &fixture.root, &AtomicBool::new(false), &|_| {
            let mut inner = inner.lock().expect("sound");
            if inner.is_none() {
                *inner = Some(fixture.syncer.run(&second, &fixture.root, &AtomicBool::new(false), &|_| {}));
            }
        })
        .expect("the first one succeeds");
    let inner = inner.into_inner().expect("sound").expect("tried");
    assert!(matches!(inner, Err(SyncError::AlreadyRunning)), "{inner:?}");
    let row = repo_sync(&fixture.store, &second).expect("readable").expect("there");
    assert_eq!((row.status, row.error_code.as_deref(), row.trigger), (SyncStatus::Failed, Some("ALREADY_RUNNING"), Trigger::Open));
    let again = fixture.syncer.run(&first, &fixture.root, &AtomicBool::new(false), &|_| {});
    assert!(matches!(again, Err(SyncError::NotPending)), "{again:?}");
    assert!(fixture.syncer.request("no such project", Trigger::Manual).is_err());
}

#[test]
fn a_panic_fails_the_sync_and_not_the_process() {
    let fixture = fixture();
    fixture.write("a", "x");
    let id = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    let result =
        fixture.syncer.run(&id, &fixture.root, &AtomicBool::new(false), &|progress| assert!(progress.phase != Phase::Saving, "boom"));
    assert!(matches!(&result, Err(SyncError::Internal(text)) if text.contains("boom")), "{result:?}");
    let row = repo_sync(&fixture.store, &id).expect("readable").expect("there");
    assert_eq!((row.status, row.error_code.as_deref()), (SyncStatus::Failed, Some("INTERNAL")));
    assert_eq!(fixture.sync().version, 1);
}

#[test]
fn a_result_is_not_written_over_a_row_that_was_taken_away() {
    let fixture = fixture();
    fixture.write("a", "x");
    let id = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    let result = fixture.syncer.run(&id, &fixture.root, &AtomicBool::new(false), &|progress| {
        if progress.phase == Phase::Saving {
            fixture.store.write(|t| t.execute("UPDATE repo_syncs SET boot_id = 'another'", [])).expect("taken");
        }
    });
    assert!(matches!(result, Err(SyncError::Superseded)), "{result:?}");
    assert_eq!(fixture.count("SELECT count(*) FROM project_manifests"), 0, "nothing of the result was kept");
    assert_eq!(fixture.count("SELECT count(*) FROM manifest_nodes"), 0);
}

#[test]
fn a_full_disk_fails_the_sync_and_keeps_the_last_version() {
    let fixture = fixture();
    fixture.write("a", "x");
    fixture.sync();
    let pages = fixture.count("PRAGMA page_count");
    let limit =
        |pages: i64| fixture.store.write(|t| t.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))).expect("limited");
    limit(pages);
    for n in 0..400 {
        fixture.write(&format!("dir-{n}/file"), format!("{n}"));
    }
    let error = fixture.try_sync().expect_err("the database is full");
    assert!(matches!(error, SyncError::DiskFull), "{error:?}");
    assert_eq!(fixture.latest().version, 1);
    limit(1_000_000);
    assert_eq!(fixture.sync().version, 2);
    assert!(fixture.verify().is_ok());
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs WHERE status IN ('PENDING', 'RUNNING')"), 0, "no row is left over");
}

#[test]
fn the_syncs_of_a_dead_process_are_closed_and_those_of_a_living_one_are_not() {
    let fixture = fixture();
    let row = |id: &str, status: &str, boot: Option<&str>| {
        fixture
            .store
            .write(|t| {
                let sql = "INSERT INTO repo_syncs (id, project_id, status, boot_id, created_at) VALUES (?1, ?2, ?3, ?4, '2026-01-01T00:00:00.000Z')";
                t.execute(sql, lectern_store::rusqlite::params![id, PROJECT, status, boot])
            })
            .expect("inserted")
    };
    row("dead-running", "RUNNING", Some("0193-dead"));
    row("dead-pending", "PENDING", Some("0193-dead"));
    row("nobody", "PENDING", None);
    row("alive", "PENDING", Some(fixture.boot.id().as_str()));
    let orphans = recover_orphans(&fixture.store, &fixture.data.join("run"), &lectern_store::SystemClock).expect("recovered");
    let mut ids: Vec<&str> = orphans.iter().map(|orphan| orphan.sync_id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["dead-pending", "dead-running", "nobody"]);
    let message: String = fixture
        .store
        .read(|c| c.query_row("SELECT error_message FROM repo_syncs WHERE id = 'dead-running'", [], |r| r.get(0)))
        .expect("read");
    assert_eq!(message, "Lectern stopped in the middle of this sync. Nothing was lost; sync again.");
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs WHERE id = 'alive' AND status = 'PENDING'"), 1);
    // A living process closes its own leftovers (here: a row it doesn't work on) when it next asks for a sync.
    fixture.write("a", "x");
    fixture.sync();
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs WHERE id = 'alive' AND error_code = 'INTERRUPTED'"), 1);
}

#[test]
fn syncing_runs_nothing_of_the_project_and_writes_nothing_into_it() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("a.txt", "x");
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "one"]);
    let trap = fixture.data.join("trap");
    let command = format!("touch {}", trap.display());
    for key in ["core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv", "core.sshCommand"]
    {
        fixture.git(&["config", key, &command]);
    }
    fixture.write(".gitattributes", "* filter=evil diff=evil\n");
    for hook in ["post-checkout", "post-index-change", "pre-commit", "fsmonitor-watchman"] {
        fixture.write(&format!(".git/hooks/{hook}"), format!("#!/bin/sh\n{command}\n"));
        fs::set_permissions(fixture.root.join(format!(".git/hooks/{hook}")), fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let state = |root: &std::path::Path| {
        let index = fs::read(root.join(".git/index")).expect("an index");
        (index, fs::metadata(root.join(".git")).and_then(|m| m.modified()).expect("a time"), disk(root))
    };
    let before = state(&fixture.root);
    fixture.write("a.txt", "y");
    fixture.sync();
    fixture.changed();
    assert!(!trap.exists(), "something of the project was run");
    let after = state(&fixture.root);
    assert!(before.0 == after.0 && before.1 == after.1, "the repository was written to");
}

#[test]
fn progress_goes_through_the_phases() {
    let fixture = fixture();
    for n in 0..50 {
        fixture.write(&format!("f{n}"), "x");
    }
    let seen = Mutex::new(Vec::new());
    let id = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    fixture
        .syncer
        .run(&id, &fixture.root, &AtomicBool::new(false), &|progress| seen.lock().expect("sound").push(progress))
        .expect("succeeds");
    let seen = seen.into_inner().expect("sound");
    let mut phases: Vec<&str> = seen.iter().map(|progress| progress.phase.as_str()).collect();
    phases.dedup();
    assert_eq!(phases, ["Scanning", "Hashing", "Saving"]);
    let last = seen.last().expect("something was told");
    assert_eq!((last.files_done, last.files_total, last.bytes_done), (50, 50, 50));
}
