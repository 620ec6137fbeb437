//! A sync that is killed leaves the last version as it was.

mod common;

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use common::{PROJECT, Random, disk, fixture, flat};
use lectern_store::SystemClock;
use lectern_sync::{SyncStatus, Trigger, last_sync, recover_orphans, verify};

const CHILD: &str = "LECTERN_KILL_TEST_DATA";

/// Not a test of its own: what the child process does.
#[test]
fn child() {
    let Some(data) = std::env::var_os(CHILD) else { return };
    let root = std::env::var_os("LECTERN_KILL_TEST_ROOT").expect("set with the other");
    let fixture = common::open(Path::new(&data), Path::new(&root));
    let id = fixture.syncer.request(PROJECT, Trigger::Manual).expect("asked");
    fs::write(Path::new(&data).join("started"), "").expect("told");
    fixture.syncer.run(&id, &fixture.root, &AtomicBool::new(false), &|_| {}).expect("not killed");
    // The parent kills this process in any case, so that it never ends by itself.
    std::thread::sleep(Duration::from_secs(60));
}

fn scramble(root: &Path, random: &mut Random, round: usize) {
    for n in 0..3000 {
        let changed = round == 0 || n % 3 == 0;
        if changed {
            let text = format!("{round} {n} {}\n", random.next()).repeat(20);
            common::write(root, format!("d{}/e{}/f{n}", n % 30, n % 7).as_bytes(), text.as_bytes());
        }
    }
}

#[test]
fn a_kill_at_any_moment_of_a_sync_loses_nothing() {
    let rounds: usize = std::env::var("LECTERN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let first = fixture();
    let mut random = Random(20_260_131);
    scramble(&first.root, &mut random, 0);
    let started = Instant::now();
    first.sync();
    let whole = u64::try_from(started.elapsed().as_micros()).expect("short");
    let common::Fixture { data, root, dir, .. } = first;
    let _dir = dir;
    let mut interrupted = 0;
    for round in 1..=rounds {
        let expected = {
            let before = common::open(&data, &root);
            let latest = before.latest();
            (latest.version, latest.hash, flat(&before.store, &latest))
        };
        scramble(&root, &mut random, round);
        let _ = fs::remove_file(data.join("started"));
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, &data)
            .env("LECTERN_KILL_TEST_ROOT", &root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let waiting = Instant::now();
        while !data.join("started").exists() {
            assert!(waiting.elapsed() < Duration::from_secs(20), "the child starts");
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(random.next() % (whole * 3 / 4)));
        child.kill().expect("killed");
        assert_eq!(child.wait().expect("ended").signal(), Some(9), "the child was killed, it did not end");

        let after = common::open(&data, &root);
        after.store.check().expect("the database passes its check");
        let orphans = recover_orphans(&after.store, &data.join("run"), &SystemClock).expect("recovered");
        let row = last_sync(&after.store, PROJECT).expect("readable").expect("a row");
        if row.status != SyncStatus::Success {
            interrupted += 1;
            assert_eq!(orphans.len(), 1, "round {round}");
            assert_eq!((row.status, row.error_code.as_deref()), (SyncStatus::Failed, Some("INTERRUPTED")), "round {round}");
            let latest = after.latest();
            assert!((latest.version, latest.hash) == (expected.0, expected.1), "round {round}: the last version is as it was");
            assert_eq!(flat(&after.store, &latest), expected.2, "round {round}");
        }
        for version in [expected.0, after.latest().version] {
            let verdict = verify(&after.store, &after.objects, PROJECT, Some(version), &AtomicBool::new(false), &|_| {});
            let verdict = verdict.expect("verified").expect("a version");
            assert!(verdict.is_ok(), "round {round}, version {version}: {:?}", verdict.problems);
        }
        after.sync();
        assert_eq!(after.flat(), disk(&root).into_iter().collect::<Vec<_>>(), "round {round}: the next sync succeeds");
    }
    assert!(interrupted > 0, "at least one kill came before the end of its sync");
}
