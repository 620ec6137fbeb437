//! What thinning and collecting promise: what remains is whole, and nothing else remains.

mod common;

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use common::{Fixture, PROJECT, Random, fixture};
use lectern_objects::ObjectHash;
use lectern_store::{
    Clock, SystemClock, Timestamp,
    rusqlite::{self, params},
};
use lectern_sync::{
    Collected, Collection, SyncError, data_space, describe_changes, diff_counts, manifest_of, project_space, set_label, set_pinned, share,
    thin_project, thinnable, timeline, verify_all, version_numbers, walk,
};

const CHILD: &str = "LECTERN_COLLECT_TEST_DATA";

fn rounds(default: usize) -> usize {
    std::env::var("LECTERN_SOAK_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

fn collect_with(fixture: &Fixture, roots: &[ObjectHash], cancel: &AtomicBool) -> Result<Collected, SyncError> {
    let roots = || Ok(roots.to_vec());
    let run_dir = fixture.data.join("run");
    Collection { store: &fixture.store, objects: &fixture.objects, run_dir: &run_dir, roots: &roots, cancel, progress: &|_, _, _| {} }.run()
}

fn collect(fixture: &Fixture) -> Collected {
    collect_with(fixture, &[], &AtomicBool::new(false)).expect("collected")
}

/// A sync as every process makes it: nothing is collected meanwhile.
fn sync(fixture: &Fixture) {
    let _shared = share(&fixture.data.join("run")).expect("shared");
    fixture.sync();
}

fn remove(fixture: &Fixture, version: u32) {
    let values = params![PROJECT, version];
    fixture.store.write(|t| t.execute("DELETE FROM project_manifests WHERE project_id = ?1 AND version = ?2", values)).expect("removed");
}

fn assert_all_verify(fixture: &Fixture, when: &str) {
    let verdicts = verify_all(&fixture.store, &fixture.objects, PROJECT, &AtomicBool::new(false), &|_, _| {}).expect("verified");
    for verdict in verdicts {
        assert!(verdict.is_ok(), "{when}, version {}: {:?}", verdict.version, verdict.problems);
    }
}

/// Objects and nodes that are stored, and those that versions name, found the plain way.
fn stored_and_named(fixture: &Fixture) -> (BTreeSet<String>, BTreeSet<String>) {
    let nodes = |sql: &str| -> Vec<String> {
        fixture.store.read(|c| c.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, rusqlite::Error>>()).expect("nodes")
    };
    let mut stored: BTreeSet<String> = nodes("SELECT hash FROM manifest_nodes").into_iter().collect();
    fixture.objects.sizes(|hash, _| _ = stored.insert(format!("object {hash}"))).expect("objects");
    let recursive = "WITH RECURSIVE n(hash) AS (
        SELECT e.value ->> '$.hash' FROM project_manifests m, json_each(m.data, '$.entries') e WHERE e.value ->> '$.kind' IN ('dir', 'shard')
        UNION SELECT e.value ->> '$.hash' FROM n JOIN manifest_nodes USING (hash), json_each(entries) e
            WHERE e.value ->> '$.kind' IN ('dir', 'shard')) SELECT hash FROM n";
    let mut named: BTreeSet<String> = nodes(recursive).into_iter().collect();
    for version in version_numbers(&fixture.store, PROJECT).expect("versions") {
        let manifest = manifest_of(&fixture.store, PROJECT, version).expect("read").expect("there");
        walk(&fixture.store, &manifest, |_, content| {
            if let Some(hash) = content.object().filter(|_| manifest.data.keeps.holds(content)) {
                named.insert(format!("object {hash}"));
            }
            Ok(())
        })
        .expect("walked");
    }
    (stored, named)
}

#[test]
fn whatever_was_synced_and_removed_what_remains_verifies_and_nothing_else_is_stored() {
    let mut random = Random(20_260_201);
    for case in 0..rounds(4) {
        let fixture = fixture();
        for step in 0..12 {
            for _ in 0..6 {
                let path = format!("d{}/e{}/f{}", random.below(4), random.below(3), random.below(5));
                match random.below(4) {
                    0 => _ = fs::remove_file(fixture.root.join(&path)),
                    _ => fixture.write(&path, format!("contents {}\n", random.below(20)).repeat(20)),
                }
            }
            if step == 7 {
                // Wide enough to be split.
                for n in 0..400 {
                    fixture.write(&format!("wide/{n}"), format!("{n}"));
                }
            }
            sync(&fixture);
            let versions = version_numbers(&fixture.store, PROJECT).expect("versions");
            for version in &versions[1..] {
                if random.below(3) == 0 {
                    remove(&fixture, *version);
                }
            }
            if random.below(2) == 0 {
                collect(&fixture);
                assert_all_verify(&fixture, &format!("case {case}, step {step}"));
                let (stored, named) = stored_and_named(&fixture);
                assert_eq!(stored, named, "case {case}, step {step}");
                let space = data_space(&fixture.store, &fixture.objects, Vec::new(), &AtomicBool::new(false)).expect("measured");
                assert_eq!(space.reclaimable, 0, "case {case}, step {step}: nothing is left to collect");
            }
        }
        assert_eq!(fixture.flat(), common::disk(&fixture.root).into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn thinning_keeps_what_people_marked_and_tells_what_differs_across_the_gaps() {
    let fixture = fixture();
    for n in 0..8 {
        fixture.write("counter", format!("{n}"));
        fixture.write(&format!("new-{n}"), "x");
        sync(&fixture);
    }
    let referenced = manifest_of(&fixture.store, PROJECT, 4).expect("read").expect("v4").id;
    assert!(set_label(&fixture.store, PROJECT, 2, "Before the move").expect("named"));
    assert!(set_pinned(&fixture.store, PROJECT, 6, Some(SystemClock.now())).expect("pinned"));
    assert!(!set_label(&fixture.store, PROJECT, 99, "x").expect("answers"), "there is no such version");
    // All eight are of one week, and a month old.
    let now = SystemClock.now().plus_millis(40 * 24 * 60 * 60 * 1000);
    let week = |n: u32| Timestamp::from_millis(1_780_272_000_000 + i64::from(n) * 60_000).expect("in range");
    fixture
        .store
        .write(|t| {
            (1..=8).try_for_each(|n| {
                t.execute("UPDATE project_manifests SET created_at = ?2 WHERE version = ?1", params![n, week(n)]).map(drop)
            })
        })
        .expect("moved into one week");
    let now = now.max(week(0).plus_millis(40 * 24 * 60 * 60 * 1000));
    let references = [referenced];
    assert_eq!(thinnable(&fixture.store, PROJECT, now, &references).expect("counted"), 4);
    assert_eq!(thin_project(&fixture.store, PROJECT, now, &references, &AtomicBool::new(false)).expect("thinned"), 4);
    assert_eq!(version_numbers(&fixture.store, PROJECT).expect("versions"), [8, 6, 4, 2]);
    assert_eq!(thin_project(&fixture.store, PROJECT, now, &references, &AtomicBool::new(false)).expect("thinned"), 0);
    let rows = timeline(&fixture.store, PROJECT, None, 10).expect("read").versions;
    for (row, before) in rows.iter().zip([Some(6), Some(4), Some(2), None]) {
        let this = manifest_of(&fixture.store, PROJECT, row.version).expect("read").expect("there");
        let expected = match before {
            Some(before) => {
                let before = manifest_of(&fixture.store, PROJECT, before).expect("read").expect("there");
                let counts = diff_counts(&fixture.store, &before, &this).expect("compared");
                (counts.added, counts.changed, counts.removed)
            }
            None => (this.data.files, 0, 0),
        };
        assert_eq!((row.changes.added, row.changes.changed, row.changes.removed), expected, "v{}", row.version);
        assert_eq!(row.changes.paths[0], "counter", "v{}", row.version);
    }
    let before = fixture.count("SELECT count(*) FROM repo_syncs");
    collect(&fixture);
    assert_eq!(fixture.count("SELECT count(*) FROM repo_syncs"), before, "syncs stay, without their version");
    assert_all_verify(&fixture, "thinned and collected");
    assert_eq!(describe_changes(&fixture.store, PROJECT, 3).expect("answers"), None);
}

#[test]
fn what_something_else_needs_stays_and_what_two_projects_have_is_shared() {
    let fixture = fixture();
    fixture.write("ours", "only ours".repeat(100));
    fixture.write("both", "in both".repeat(100));
    sync(&fixture);
    let root = fixture.objects.put(b"what a journal keeps").expect("kept");
    let garbage = fixture.objects.put(b"what a killed sync left").expect("kept");
    let collected = collect_with(&fixture, &[root], &AtomicBool::new(false)).expect("collected");
    assert_eq!((collected.objects, collected.nodes), (1, 0));
    assert!(fixture.objects.contains(&root).expect("asked") && !fixture.objects.contains(&garbage).expect("asked"));

    let second = fixture.root.with_file_name("second");
    common::write(&second, b"elsewhere/both", "in both".repeat(100).as_bytes());
    fixture
        .store
        .write(|t| {
            let now = SystemClock.now();
            t.execute(
                "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('2', 'user', 's', x'2f', ?1, ?1)",
                [now],
            )
        })
        .expect("a second project");
    let id = fixture.syncer.request("2", lectern_sync::Trigger::Manual).expect("asked");
    fixture.syncer.run(&id, &second, &AtomicBool::new(false), &|_| {}).expect("synced");
    let never = AtomicBool::new(false);
    let size = |bytes: String| lectern_objects::Packed::new(bytes.as_bytes()).stored_size() as u64;
    let ours = project_space(&fixture.store, &fixture.objects, PROJECT, &never).expect("measured");
    assert_eq!((ours.own, ours.shared), (size("only ours".repeat(100)), size("in both".repeat(100))));
    let theirs = project_space(&fixture.store, &fixture.objects, "2", &never).expect("measured");
    assert_eq!((theirs.own, theirs.shared), (0, ours.shared));
    assert!(ours.manifests > 0 && theirs.manifests > 0);
    fixture.store.write(|t| t.execute("DELETE FROM projects WHERE id = '2'", [])).expect("removed");
    assert_eq!(collect(&fixture).nodes, 1, "a removed project's nodes go; what was shared stays");
    assert_all_verify(&fixture, "after the other project went");
}

#[test]
fn a_damaged_version_stops_a_collection_before_it_deletes_anything() {
    for sql in ["DELETE FROM manifest_nodes", "UPDATE manifest_nodes SET entries = '[]'", "UPDATE project_manifests SET data = '{}'"] {
        let fixture = fixture();
        fixture.write("sub/file", "kept");
        sync(&fixture);
        let garbage = fixture.objects.put(b"garbage").expect("kept");
        fixture.store.write(|t| t.execute(sql, [])).expect("damaged");
        let error = collect_with(&fixture, &[], &AtomicBool::new(false)).expect_err("refused");
        assert_eq!(error.code(), "DAMAGED", "{sql}");
        assert!(fixture.objects.contains(&garbage).expect("asked"), "{sql}");
    }
}

#[test]
fn a_collection_waits_for_a_sync_and_can_be_cancelled_while_it_waits() {
    let fixture = fixture();
    fixture.write("a", "x");
    sync(&fixture);
    fixture.objects.put(b"of a version that is not there yet").expect("kept");
    let shared = share(&fixture.data.join("run")).expect("shared");
    let cancel = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let collecting = scope.spawn(|| collect_with(&fixture, &[], &cancel));
        std::thread::sleep(Duration::from_millis(100));
        assert!(!collecting.is_finished(), "it waits");
        cancel.store(true, Ordering::Relaxed);
        assert!(matches!(collecting.join().expect("no panic"), Err(SyncError::Cancelled)));
    });
    drop(shared);
    assert_eq!(collect(&fixture).objects, 1);
}

#[test]
fn syncs_at_the_same_time_lose_nothing_and_wait_only_moments() {
    let fixture = fixture();
    for n in 0..300 {
        fixture.write(&format!("d{}/f{n}", n % 10), format!("{n}\n").repeat(100));
    }
    sync(&fixture);
    let ended = AtomicBool::new(false);
    let mut longest = Duration::ZERO;
    std::thread::scope(|scope| {
        let collecting = scope.spawn(|| {
            let mut collected = 0;
            while !ended.load(Ordering::Relaxed) {
                collected += collect(&fixture).objects;
            }
            collected
        });
        let mut random = Random(7);
        for round in 0..rounds(15) {
            for _ in 0..10 {
                // Contents come back after they went: an object may be deleted in the moment in which it is needed again.
                fixture.write(&format!("d{}/f{}", random.below(10), random.below(300)), format!("{}\n", random.below(500)).repeat(100));
            }
            let waiting = Instant::now();
            drop(share(&fixture.data.join("run")).expect("shared"));
            longest = longest.max(waiting.elapsed());
            sync(&fixture);
            // A little behind, so that the collections beside this always find something.
            let versions = version_numbers(&fixture.store, PROJECT).expect("versions");
            versions.iter().skip(2).for_each(|version| remove(&fixture, *version));
            if round % 5 == 4 {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        ended.store(true, Ordering::Relaxed);
        println!("{} objects collected; a sync waited {longest:?} at most", collecting.join().expect("no panic"));
    });
    assert_all_verify(&fixture, "after syncs and collections side by side");
    assert_eq!(fixture.flat(), common::disk(&fixture.root).into_iter().collect::<Vec<_>>());
}

/// Not a test of its own: what the child process does.
#[test]
fn child() {
    let Some(data) = std::env::var_os(CHILD) else { return };
    let root = std::env::var_os("LECTERN_COLLECT_TEST_ROOT").expect("set with the other");
    let fixture = common::open(Path::new(&data), Path::new(&root));
    fs::write(Path::new(&data).join("started"), "").expect("told");
    let week = SystemClock.now().plus_millis(40 * 24 * 60 * 60 * 1000);
    thin_project(&fixture.store, PROJECT, week, &[], &AtomicBool::new(false)).expect("thinned");
    collect(&fixture);
    // The parent kills this process in any case, so that it never ends by itself.
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_kill_at_any_moment_of_a_collection_leaves_every_remaining_version_whole() {
    let first = fixture();
    let common::Fixture { data, root, dir, .. } = first;
    let _dir = dir;
    let mut random = Random(20_260_202);
    let (mut whole, mut interrupted) = (30_000, 0);
    for round in 0..rounds(5) {
        let versions_before: HashSet<u32> = {
            let fixture = common::open(&data, &root);
            for step in 0..4 {
                for n in 0..400 {
                    fixture.write(&format!("d{}/e{}/f{n}", n % 20, n % 7), format!("{round} {step} {n} {}\n", random.next()).repeat(30));
                }
                sync(&fixture);
            }
            version_numbers(&fixture.store, PROJECT).expect("versions").into_iter().collect()
        };
        let _ = fs::remove_file(data.join("started"));
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, &data)
            .env("LECTERN_COLLECT_TEST_ROOT", &root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let waiting = Instant::now();
        while !data.join("started").exists() {
            assert!(waiting.elapsed() < Duration::from_secs(20), "the child starts");
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(random.next() % whole));
        child.kill().expect("killed");
        assert_eq!(child.wait().expect("ended").signal(), Some(9), "the child was killed, it did not end");

        let after = common::open(&data, &root);
        after.store.check().expect("the database passes its check");
        let left = version_numbers(&after.store, PROJECT).expect("versions");
        assert!(left.iter().all(|version| versions_before.contains(version)));
        assert_eq!(left.iter().max(), versions_before.iter().max(), "round {round}: the latest stays");
        assert_all_verify(&after, &format!("round {round}"));
        let rows = timeline(&after.store, PROJECT, None, 500).expect("read").versions;
        for pair in rows.windows(2) {
            let read = |version| manifest_of(&after.store, PROJECT, version).expect("read").expect("there");
            let counts = diff_counts(&after.store, &read(pair[1].version), &read(pair[0].version)).expect("compared");
            if pair[0].changes.format == 1 {
                assert_eq!(pair[0].changes.changed, counts.changed, "round {round}: v{} tells what differs", pair[0].version);
            }
        }
        let started = Instant::now();
        let left = collect(&after);
        interrupted += usize::from(left.nodes + left.objects > 0);
        whole = whole.max(u64::try_from(started.elapsed().as_micros()).expect("short"));
        let (stored, named) = stored_and_named(&after);
        assert_eq!(stored, named, "round {round}: the next collection finishes what was left");
    }
    println!("{interrupted} of {} were killed before the end", rounds(5));
}
