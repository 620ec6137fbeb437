//! What the timeline, verifying, thinning, collecting and exporting promise.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_store::{ManualClock, Timestamp};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{ExportFormat, Failure, Retention, SessionState, SyncProgress, TaskProgress, VersionCard},
};

const PASSWORD: &str = "ferry lantern sycamore";
const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

#[derive(Default)]
struct Heard {
    versions: Mutex<Vec<String>>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn versions_changed(&self, project_id: &str) {
        self.versions.lock().expect("no panic").push(project_id.to_owned());
    }
}

struct Fixture {
    dir: tempfile::TempDir,
    clock: ManualClock,
    heard: Arc<Heard>,
    workspace: Arc<Workspace>,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // 2026-06-01, a Monday.
    let clock = ManualClock::new(Timestamp::from_millis(1_780_272_000_000).expect("in range"));
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
    workspace.create_profile("mira@x.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let f = Fixture { dir, clock, heard, workspace };
    fs::create_dir(f.root()).expect("a folder");
    f
}

impl Fixture {
    fn root(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("written");
    }

    /// Syncs; gives the project's id.
    fn sync(&self) -> String {
        self.workspace.sync_path(&self.root(), &|_| {}).expect("synced").0
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@x", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
            .args(arguments)
            .current_dir(self.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .status()
            .expect("git runs");
        assert!(status.success(), "git {arguments:?}");
    }

    fn cards(&self, project: &str) -> Vec<VersionCard> {
        self.workspace.versions(project, None, 500).expect("a timeline").versions
    }

    fn damage(&self, file: &str, sql: &str) -> usize {
        rusqlite::Connection::open(self.dir.path().join("data").join(file)).and_then(|c| c.execute(sql, [])).expect("damaged")
    }

    fn verify(&self, project: &str) -> lectern_workspace::view::Verification {
        self.workspace.verify_version("task", project, None, &|_| {}).expect("a verdict")
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

#[test]
fn the_timeline_comes_in_pages_with_what_each_version_changed() {
    let f = fixture();
    f.write("a.txt", "0");
    let project = f.sync();
    for n in 1..7 {
        f.clock.advance(HOUR);
        f.write("a.txt", format!("{n}"));
        f.write(&format!("b{n}.txt"), "b");
        f.sync();
    }
    let first = f.workspace.versions(&project, None, 3).expect("a page");
    assert_eq!(first.versions.iter().map(|card| card.version).collect::<Vec<_>>(), [7, 6, 5]);
    assert_eq!((first.total, first.more), (7, true));
    let newest = &first.versions[0];
    assert_eq!((newest.added, newest.changed, newest.removed, newest.files, newest.bytes.as_str()), (1, 1, 0, 7, "7"));
    assert_eq!(newest.paths, ["a.txt", "b6.txt"]);
    assert_eq!((newest.trigger.as_str(), newest.label.as_str(), newest.pinned), ("MANUAL", "", false));
    assert_eq!(newest.created_at, "2026-06-01T06:00:00.000Z");
    let last = f.workspace.versions(&project, Some(3), 3).expect("a page");
    assert_eq!(last.versions.iter().map(|card| card.version).collect::<Vec<_>>(), [2, 1]);
    assert!(!last.more);
    let oldest = &last.versions[1];
    assert_eq!((oldest.added, oldest.paths.as_slice()), (1, ["a.txt".to_owned()].as_slice()), "all files of the first are new");
    assert!(f.workspace.versions(&project, Some(1), 3).expect("a page").versions.is_empty());
}

#[test]
fn labels_and_pins_are_told_to_the_window_and_belong_to_whom_the_project_belongs() {
    let f = fixture();
    f.write("a.txt", "0");
    let project = f.sync();
    let card = f.workspace.label_version(&project, 1, "  Before the move ").expect("named");
    assert_eq!((card.label.as_str(), card.version), ("Before the move", 1));
    assert_eq!(f.heard.versions.lock().expect("no panic").last(), Some(&project));
    assert!(f.workspace.pin_version(&project, 1, true).expect("pinned").pinned);
    assert!(!f.workspace.pin_version(&project, 1, false).expect("let go").pinned);
    assert_eq!(f.workspace.label_version(&project, 1, "").expect("no name").label, "");
    assert_eq!(f.workspace.label_version(&project, 1, &"ü".repeat(200)).expect("200 characters").label.chars().count(), 200);
    for bad in [&"x".repeat(201), "two\nlines", "a\u{7}b"] {
        assert_eq!(code(f.workspace.label_version(&project, 1, bad)), "BAD_LABEL", "{bad:?}");
    }
    for version in [0, 2, u32::MAX] {
        assert_eq!(code(f.workspace.label_version(&project, version, "x")), "UNKNOWN_VERSION");
        assert_eq!(code(f.workspace.pin_version(&project, version, true)), "UNKNOWN_VERSION");
    }
    let somewhere = f.dir.path().join("out");
    let as_somebody = |expected: &str| {
        let (w, target) = (&f.workspace, &somewhere);
        let codes = [
            code(w.versions(&project, None, 1)),
            code(w.label_version(&project, 1, "x")),
            code(w.pin_version(&project, 1, true)),
            code(w.verify_version("t", &project, None, &|_| {})),
            code(w.verify_all("t", &project, &|_| {})),
            code(w.project_storage(&project)),
            code(w.set_retention(&project, Retention::Thin)),
            code(w.export_version("t", &project, 1, target, ExportFormat::Folder, &|_| {})),
        ];
        assert!(codes.iter().all(|code| code == expected), "{expected}: {codes:?}");
    };
    f.workspace.create_profile("noor@x.org", "", PASSWORD.to_owned(), false).expect("another profile");
    as_somebody("UNKNOWN_PROJECT");
    f.workspace.lock().expect("locked");
    as_somebody("LOCKED");
    assert_eq!((code(f.workspace.storage()), code(f.workspace.collect("t", &|_| {}))), ("LOCKED".to_owned(), "LOCKED".to_owned()));
    f.workspace.sign_out().expect("signed out");
    as_somebody("NOT_SIGNED_IN");
    assert!(!somewhere.exists());
}

#[test]
fn a_version_says_its_commit_where_that_is_another_one() {
    let f = fixture();
    f.git(&["init", "-q", "-b", "main"]);
    f.write("a.txt", "0");
    let project = f.sync();
    f.git(&["add", "."]);
    f.git(&["commit", "-q", "-m", "The first one\n\nAnd why."]);
    f.write("a.txt", "1");
    f.sync();
    f.write("a.txt", "2");
    f.sync();
    let cards = f.cards(&project);
    let told: Vec<_> = cards.iter().map(|card| (card.version, card.commit.is_some(), card.commit_summary.as_deref())).collect();
    assert_eq!(told, [(3, true, None), (2, true, Some("The first one")), (1, false, None)]);
    assert_eq!(cards[0].branch.as_deref(), Some("main"));
    // The same, when the one before is on the next page.
    let page = |before| f.workspace.versions(&project, before, 1).expect("a page").versions.remove(0).commit_summary;
    assert_eq!((page(None), page(Some(3)).as_deref()), (None, Some("The first one")));
    fs::remove_dir_all(f.root().join(".git")).expect("removed");
    assert_eq!(f.cards(&project)[1].commit_summary, None, "the repository doesn't have it any more");
}

#[test]
fn damage_is_named_and_put_right_from_the_folder_or_from_git() {
    let f = fixture();
    f.git(&["init", "-q", "-b", "main"]);
    for name in ["kept.txt", "edited.txt", "sub/deep/removed.txt", "staged.txt", "lost.txt"] {
        f.write(name, format!("contents of {name}\n"));
    }
    f.git(&["add", "kept.txt", "edited.txt", "sub"]);
    f.git(&["commit", "-q", "-m", "one"]);
    f.git(&["add", "staged.txt"]);
    let project = f.sync();
    assert!(f.verify(&project).ok);
    assert!(f.cards(&project)[0].verified_at.is_some());
    f.write("edited.txt", "something else\n");
    f.write("staged.txt", "something else\n");
    f.write("lost.txt", "something else\n");
    fs::remove_dir_all(f.root().join("sub")).expect("removed");
    f.damage("objects.db", "UPDATE objects SET data = x'00', encoding = 0");
    let verdict = f.verify(&project);
    assert_eq!(verdict.healed, ["edited.txt", "kept.txt", "staged.txt", "sub/deep/removed.txt"], "{verdict:?}");
    let left: Vec<_> = verdict.problems.iter().map(|problem| (problem.path.as_str(), problem.kind.as_str())).collect();
    assert_eq!((verdict.ok, left, verdict.problems_total), (false, vec![("lost.txt", "object_mismatch")], 1));
    assert_eq!(f.cards(&project)[0].verified_at, None, "a version that doesn't match is not said to");
    f.write("lost.txt", "contents of lost.txt\n");
    let verdict = f.verify(&project);
    assert_eq!((verdict.ok, verdict.healed), (true, vec!["lost.txt".to_owned()]));
    assert!(f.cards(&project)[0].verified_at.is_some());
    let verdict = f.verify(&project);
    assert!(verdict.ok && verdict.healed.is_empty());
}

#[test]
fn lost_directories_are_built_again_from_the_folder_or_from_git_with_all_below() {
    let f = fixture();
    f.git(&["init", "-q", "-b", "main"]);
    f.write("now/deep/a.txt", "a");
    f.write("then/deep/b.txt", "b");
    f.write("then/run.sh", "#!/bin/sh\n");
    f.write("gone/deep/c.txt", "c");
    for n in 0..300 {
        f.write(&format!("wide/{n}"), format!("{n}"));
    }
    fs::write(f.root().join(".gitignore"), "ignored\n").expect("rules");
    f.write("now/ignored", "not in the version");
    f.git(&["add", "then", "wide"]);
    f.git(&["commit", "-q", "-m", "one"]);
    let project = f.sync();
    f.write("then/deep/b.txt", "edited");
    f.write("gone/deep/c.txt", "edited");
    f.damage("lectern.db", "DELETE FROM manifest_nodes");
    let verdict = f.verify(&project);
    assert_eq!(verdict.healed, ["now", "then", "wide"], "{:?}", verdict.problems);
    let left: Vec<_> = verdict.problems.iter().map(|problem| (problem.path.as_str(), problem.kind.as_str())).collect();
    assert_eq!(left, [("gone", "missing_node")]);
    f.damage("lectern.db", "UPDATE manifest_nodes SET entries = '[]'");
    f.write("gone/deep/c.txt", "c");
    let verdict = f.verify(&project);
    assert!(verdict.ok, "{:?}", verdict.problems);
    assert!(f.verify(&project).healed.is_empty());
}

#[test]
fn all_versions_are_verified_as_one_task_that_looks_once_and_can_be_stopped() {
    let f = fixture();
    for n in 0..50 {
        f.write(&format!("d/{n}"), format!("{n}"));
    }
    let project = f.sync();
    f.write("d/0", "edited");
    f.sync();
    f.write("d/1", "edited too");
    f.sync();
    let told = Mutex::new(Vec::<TaskProgress>::new());
    let verdicts = f.workspace.verify_all("task", &project, &|progress| told.lock().expect("no panic").push(progress)).expect("verdicts");
    let summary: Vec<_> = verdicts.iter().map(|verdict| (verdict.version, verdict.ok)).collect();
    assert_eq!(summary, [(3, true), (2, true), (1, true)]);
    let last = told.lock().expect("no panic").last().cloned().expect("it tells");
    // Three manifests, three nodes of d, and the 52 contents.
    assert_eq!((last.done, last.total, last.phase.as_str()), (58, 58, "Checking"));
    assert!(f.cards(&project).iter().all(|card| card.verified_at.is_some()));

    f.damage("objects.db", "DELETE FROM objects WHERE size = 1");
    fs::remove_file(f.root().join("d/2")).expect("removed");
    let verdicts = f.workspace.verify_all("task", &project, &|_| {}).expect("verdicts");
    for verdict in &verdicts {
        let left: Vec<_> = verdict.problems.iter().map(|problem| problem.path.as_str()).collect();
        // The contents of v1's d/0 and d/1 are nowhere any more, nor those of d/2.
        let expected = match verdict.version {
            1 => vec!["d/0", "d/1", "d/2"],
            2 => vec!["d/1", "d/2"],
            _ => vec!["d/2"],
        };
        assert_eq!((left, verdict.ok), (expected, false), "v{}", verdict.version);
        assert!(verdict.healed.contains(&"d/3".to_owned()), "v{}", verdict.version);
    }
    assert!(f.cards(&project).iter().all(|card| card.verified_at.is_none()));

    let workspace = Arc::clone(&f.workspace);
    let stopped = f.workspace.verify_all("task", &project, &|_| workspace.cancel_task("task"));
    assert_eq!(code(stopped), "CANCELLED");
    assert!(f.workspace.verify_all("task", &project, &|_| {}).is_ok(), "only that one was stopped");
}

#[test]
fn of_many_problems_a_thousand_are_named_and_all_are_counted() {
    let f = fixture();
    for n in 0..1200 {
        f.write(&format!("d{}/{n:04}", n % 7), format!("contents {n}"));
    }
    let project = f.sync();
    f.damage("objects.db", "DELETE FROM objects");
    let away = f.dir.path().join("away");
    fs::rename(f.root(), &away).expect("the folder goes away");
    let verdict = f.verify(&project);
    assert_eq!((verdict.problems.len(), verdict.problems_total, verdict.ok), (1000, 1200, false));
    assert!(verdict.problems.is_sorted_by(|a, b| a.path < b.path), "the first of them in the order of paths");
    fs::rename(away, f.root()).expect("it comes back");
    let verdict = f.verify(&project);
    assert_eq!((verdict.ok, verdict.healed.len()), (true, 1200), "also those that were not named at first");
}

#[test]
fn thinning_and_collecting_give_space_back_and_leave_what_was_marked() {
    let f = fixture();
    let noise = |seed: u64| -> Vec<u8> {
        let hash = |n: u64| *lectern_objects::ObjectHash::of(&[seed.to_le_bytes(), n.to_le_bytes()].concat()).as_bytes();
        (0..4000_u64).flat_map(hash).map(|byte| byte.max(1)).collect()
    };
    f.write("a.txt", noise(0));
    let project = f.sync();
    for n in 1..10 {
        f.clock.advance(HOUR / 20);
        f.write("a.txt", noise(n));
        f.sync();
    }
    f.workspace.label_version(&project, 3, "Good").expect("named");
    f.workspace.pin_version(&project, 5, true).expect("pinned");
    let before = f.workspace.project_storage(&project).expect("measured");
    assert_eq!((before.versions, before.pinned, before.retention, before.thinnable), (10, 1, Retention::All, 7));
    assert!(before.own_bytes.parse::<u64>().expect("a number") > 10 * 120_000 && before.shared_bytes == "0");
    let nothing = f.workspace.collect("task", &|_| {}).expect("collected");
    assert_eq!((nothing.versions, nothing.nodes, nothing.objects), (0, 0, 0), "this project keeps all");
    assert_eq!(f.workspace.collect_if_due().expect("asked").map(|outcome| outcome.versions), None, "no project thins");

    assert_eq!(f.workspace.set_retention(&project, Retention::Thin).expect("set").retention, Retention::Thin);
    assert_eq!(f.cards(&project).len(), 10, "nothing is removed before a collection");
    let outcome = f.workspace.collect("task", &|_| {}).expect("collected");
    assert_eq!((outcome.versions, outcome.objects), (7, 7));
    assert!(outcome.freed_bytes.parse::<u64>().expect("a number") > 7 * 120_000, "{outcome:?}");
    assert_eq!(f.cards(&project).iter().map(|card| card.version).collect::<Vec<_>>(), [10, 5, 3]);
    let after = f.workspace.project_storage(&project).expect("measured");
    assert_eq!((after.versions, after.thinnable), (3, 0));
    assert!(f.workspace.verify_all("task", &project, &|_| {}).expect("verdicts").iter().all(|verdict| verdict.ok));
    let storage = f.workspace.storage().expect("measured");
    assert_eq!(storage.reclaimable_bytes, "0", "{storage:?}");
    assert!(storage.objects_bytes.parse::<u64>().expect("a number") > 3 * 120_000);

    assert!(f.workspace.collect_if_due().expect("asked").is_none(), "that was just done");
    f.clock.advance(DAY);
    assert!(f.workspace.collect_if_due().expect("asked").is_some());
    assert!(f.workspace.collect_if_due().expect("asked").is_none());
    f.clock.advance(-3 * DAY);
    assert!(f.workspace.collect_if_due().expect("asked").is_some(), "a clock that was wrong doesn't put it off for ever");
}

#[test]
fn an_export_is_the_version_or_says_why_not() {
    let f = fixture();
    f.write("src/main.rs", "fn main() {}\n");
    // More than any rule keeps of a file that is not text.
    f.write("image.bin", vec![0; 300 * 1024]);
    let project = f.sync();
    fs::remove_file(f.root().join("image.bin")).expect("removed");
    let target = f.dir.path().join("out");
    let told = Mutex::new(Vec::<TaskProgress>::new());
    let tell = |progress| told.lock().expect("no panic").push(progress);
    let outcome = f.workspace.export_version("task", &project, 1, &target, ExportFormat::Folder, &tell).expect("exported");
    assert_eq!((outcome.files, outcome.bytes.as_str(), outcome.target.as_str()), (1, "13", target.to_str().expect("UTF-8")));
    assert_eq!((outcome.left_out.as_slice(), outcome.left_out_total), (["image.bin".to_owned()].as_slice(), 1));
    assert_eq!(fs::read(target.join("src/main.rs")).expect("there"), b"fn main() {}\n");
    assert_eq!(told.lock().expect("no panic").last().map(|last| (last.total, last.phase.clone())), Some((2, "Writing".to_owned())));
    let export = |version, target: &Path, format| f.workspace.export_version("task", &project, version, target, format, &|_| {});
    assert_eq!(code(export(1, &target, ExportFormat::Zip)), "TARGET_EXISTS");
    for inside in ["copy", "run/copy", "objects.db-copy"] {
        let failure = export(1, &f.dir.path().join("data").join(inside), ExportFormat::Zip).expect_err("refused");
        assert_eq!((failure.code.as_str(), failure.hint.is_some()), ("TARGET_UNWRITABLE", true), "{inside}: {failure}");
    }
    assert_eq!(code(export(9, &f.dir.path().join("x"), ExportFormat::Zip)), "UNKNOWN_VERSION");
    assert_eq!(code(export(1, &f.dir.path().join("no/folder"), ExportFormat::TarGz)), "TARGET_UNWRITABLE");
    for (format, name) in [(ExportFormat::TarGz, "v1.tar.gz"), (ExportFormat::Zip, "v1.zip")] {
        assert_eq!(export(1, &f.dir.path().join(name), format).expect("exported").files, 1);
    }
    let workspace = Arc::clone(&f.workspace);
    let (late, asked) = (f.dir.path().join("late"), AtomicBool::new(false));
    f.write("b.txt", "b");
    f.sync();
    let stop = |_| {
        asked.store(true, Ordering::Relaxed);
        workspace.cancel_task("task");
    };
    let stopped = f.workspace.export_version("task", &project, 2, &late, ExportFormat::Folder, &stop);
    assert_eq!((code(stopped), asked.into_inner()), ("CANCELLED".to_owned(), true));
    assert!(!late.exists());
}

#[test]
fn what_stood_in_the_folder_before_a_journal_wrote_is_an_undo_point_and_is_kept() {
    let f = fixture();
    for n in 0..4 {
        f.write("a.txt", format!("{n}"));
        f.sync();
    }
    let project = f.workspace.project_id_at(&f.root()).expect("a project");
    let objects = lectern_objects::Objects::open(&f.dir.path().join("data/objects.db")).expect("the objects");
    let (kept, garbage) = (objects.put(b"what a journal gives back").expect("put"), objects.put(b"garbage").expect("put"));
    let connection = rusqlite::Connection::open(f.dir.path().join("data/lectern.db")).expect("the database");
    let now = lectern_store::Clock::now(&f.clock);
    let journal = lectern_store::new_id(&f.clock);
    connection
        .execute(
            "INSERT INTO journals (id, scope, root_path, kind, title, status, boot_id, created_at, finished_at)
             VALUES (?1, ?2, x'2f', 'RESTORE', 'Restore of v2', 'APPLIED', 'boot', ?3, ?3)",
            rusqlite::params![journal, project, now.to_string()],
        )
        .expect("a journal");
    connection
        .execute(
            "INSERT INTO journal_files (journal_id, seq, path, home, in_place, pre_kind, pre_hash, pre_size, post_kind, post_hash)
             VALUES (?1, 0, x'61', x'', 0, 'FILE', ?2, 25, 'FILE', ?2)",
            rusqlite::params![journal, kept.as_bytes()],
        )
        .expect("a file of it");
    f.write("a.txt", "1");
    f.write("b.txt", "1");
    f.sync();
    let points: Vec<_> = f.cards(&project).into_iter().map(|card| (card.version, card.undo_point)).collect();
    assert_eq!(points, [(5, None), (4, Some("Restore of v2".to_owned())), (3, None), (2, None), (1, None)]);
    let one = f.workspace.versions(&project, Some(5), 1).expect("a page").versions.remove(0);
    assert_eq!(one.undo_point.as_deref(), Some("Restore of v2"), "on a page of its own too");
    f.workspace.set_retention(&project, Retention::Thin).expect("set");
    f.clock.advance(60 * DAY);
    f.workspace.collect("task", &|_| {}).expect("collected");
    assert_eq!(f.cards(&project).iter().map(|card| card.version).collect::<Vec<_>>(), [5, 4]);
    assert!(objects.contains(&kept).expect("asked") && !objects.contains(&garbage).expect("asked"));

    // A project that is gone for good takes its journals along.
    connection.execute("DELETE FROM projects WHERE id = ?1", [&project]).expect("gone for good");
    f.workspace.collect("task", &|_| {}).expect("collected");
    assert!(!objects.contains(&kept).expect("asked"));
}
