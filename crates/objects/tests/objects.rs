//! What the object file promises: the same bytes back, or an error.

use std::{path::PathBuf, sync::atomic::AtomicBool};

use lectern_objects::{Condition, MAX_OBJECT_SIZE, ObjectError, ObjectHash, Objects, Packed, Space, give_back};
use proptest::prelude::*;
use rusqlite::{Connection, params};

struct Fixture {
    _dir: tempfile::TempDir,
    path: PathBuf,
    objects: Objects,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("objects.db");
    let objects = Objects::open(&path).expect("a new file opens");
    Fixture { _dir: dir, path, objects }
}

impl Fixture {
    fn tamper(&self, sql: &str, hash: &ObjectHash) {
        let changed = Connection::open(&self.path).and_then(|c| c.execute(sql, params![hash])).expect("the damage is done");
        assert_eq!(changed, 1, "the damage hits one object");
    }
}

fn text(lines: usize) -> Vec<u8> {
    (0..lines).flat_map(|line| format!("fn line_{line}() {{}}\n").into_bytes()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_goes_in_comes_out(blobs in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3000), 1..8), repeat in 1_usize..50) {
        let fixture = fixture();
        let blobs: Vec<Vec<u8>> = blobs.into_iter().map(|blob| blob.repeat(repeat)).collect();
        fixture.objects.put_many(blobs.iter().map(|blob| Packed::new(blob)).collect()).expect("the batch is kept");
        let hashes: Vec<ObjectHash> = blobs.iter().map(|blob| ObjectHash::of(blob)).collect();
        prop_assert!(fixture.objects.contains_many(&hashes).expect("the file answers").into_iter().all(|there| there));
        for (blob, hash) in blobs.iter().zip(&hashes) {
            prop_assert_eq!(fixture.objects.get(hash).expect("sound"), Some(blob.clone()));
        }
    }
}

#[test]
fn an_object_survives_reopening_and_repeating_it_costs_nothing() {
    let fixture = fixture();
    let hash = fixture.objects.put(&text(100)).expect("kept");
    assert_eq!(fixture.objects.put(&text(100)).expect("kept again"), hash);
    let identity = fixture.objects.identity().to_owned();
    drop(fixture.objects);
    let reopened = Objects::open(&fixture.path).expect("opens again");
    assert_eq!(reopened.get(&hash).expect("sound"), Some(text(100)));
    assert_eq!(reopened.identity(), identity, "the same file has the same identity");
    let rows: i64 =
        Connection::open(&fixture.path).and_then(|c| c.query_row("SELECT count(*) FROM objects", [], |r| r.get(0))).expect("counted");
    assert_eq!(rows, 1, "the same bytes are kept once");
}

#[test]
fn what_is_not_there_is_said_not_to_be_there() {
    let fixture = fixture();
    let kept = fixture.objects.put(b"").expect("nothing at all can be kept");
    let other = ObjectHash::of(b"never put");
    assert_eq!(fixture.objects.get(&other).expect("the file answers"), None);
    assert_eq!(fixture.objects.get(&kept).expect("the file answers"), Some(Vec::new()));
    assert_eq!(fixture.objects.contains_many(&[other, kept, other]).expect("the file answers"), [false, true, false]);
    assert_eq!(fixture.objects.verify(&other).expect("the file answers"), Condition::Missing);
    assert_eq!(fixture.objects.verify(&kept).expect("the file answers"), Condition::Sound);
}

#[test]
fn text_is_compressed_and_noise_is_stored_as_it_is() {
    let packed = Packed::new(&text(1000));
    assert!(packed.stored_size() * 4 < text(1000).len(), "repetitive text packs at least four to one");
    let noise: Vec<u8> = (0_u32..64).flat_map(|n| *ObjectHash::of(&n.to_le_bytes()).as_bytes()).collect();
    assert_eq!(Packed::new(&noise).stored_size(), noise.len(), "noise isn't made larger");
}

#[test]
fn a_damaged_object_is_reported_and_never_served() {
    for (damage, what) in [
        ("UPDATE objects SET data = zeroblob(length(data)) WHERE hash = ?1", "bytes overwritten"),
        ("UPDATE objects SET data = substr(data, 1, length(data) - 1) WHERE hash = ?1", "bytes cut off"),
        ("UPDATE objects SET data = CAST(data || 'x' AS BLOB) WHERE hash = ?1", "bytes added"),
        ("UPDATE objects SET size = size - 1 WHERE hash = ?1", "the size too small"),
        ("UPDATE objects SET size = size + 1 WHERE hash = ?1", "the size too large"),
        ("UPDATE objects SET size = 9223372036854775807 WHERE hash = ?1", "the size impossible"),
        ("UPDATE objects SET encoding = 1 - encoding WHERE hash = ?1", "the encoding wrong"),
    ] {
        for bytes in [text(500), b"short and raw".to_vec()] {
            let fixture = fixture();
            let hash = fixture.objects.put(&bytes).expect("kept");
            fixture.tamper(damage, &hash);
            let result = fixture.objects.get(&hash);
            assert!(matches!(&result, Err(ObjectError::Mismatch { hash: named, .. }) if *named == hash), "{what}: {result:?}");
            assert!(matches!(fixture.objects.verify(&hash), Ok(Condition::Damaged(_))), "{what}");
            fixture.objects.heal(&bytes).expect("the right bytes replace it");
            assert_eq!(fixture.objects.get(&hash).expect("healed"), Some(bytes), "{what}");
        }
    }
}

#[test]
fn another_objects_bytes_are_not_served_under_a_name() {
    let fixture = fixture();
    let hash = fixture.objects.put(&text(10)).expect("kept");
    let stranger = Packed::new(&text(11));
    Connection::open(&fixture.path)
        .and_then(|c| {
            let size = i64::try_from(stranger.size()).expect("small");
            let data = zstd::bulk::compress(&text(11), 1).expect("compresses");
            c.execute("UPDATE objects SET size = ?1, encoding = 1, data = ?2 WHERE hash = ?3", params![size, data, hash])
        })
        .expect("swapped");
    assert!(matches!(fixture.objects.get(&hash), Err(ObjectError::Mismatch { .. })));
}

/// The most memory that this process ever held, in KiB; where the system doesn't tell, always the same.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn a_bomb_is_stopped_at_its_recorded_size() {
    let fixture = fixture();
    let hash = fixture.objects.put(&text(10)).expect("kept");
    // 512 MB of zeros in a few kilobytes, recorded as a thousand bytes.
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("an encoder");
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 512 << 20), &mut encoder).expect("compresses");
    let bomb = encoder.finish().expect("finishes");
    Connection::open(&fixture.path)
        .and_then(|c| c.execute("UPDATE objects SET size = 1000, encoding = 1, data = ?1 WHERE hash = ?2", params![bomb, hash]))
        .expect("planted");
    let before = most_memory();
    assert!(matches!(fixture.objects.get(&hash), Err(ObjectError::Mismatch { .. })));
    let grown = most_memory() - before;
    assert!(grown < 64 * 1024, "refused without inflating it; it took {grown} KiB");
}

#[test]
fn a_file_of_a_newer_lectern_is_refused_untouched() {
    let fixture = fixture();
    drop(fixture.objects);
    Connection::open(&fixture.path).and_then(|c| c.pragma_update(None, "user_version", 2)).expect("aged");
    assert!(matches!(Objects::open(&fixture.path), Err(ObjectError::Newer { found: 2, supported: 1 })));
}

#[test]
fn an_object_beyond_the_limit_is_refused() {
    let fixture = fixture();
    let hash = fixture.objects.put(&text(10)).expect("kept");
    assert!(matches!(
        fixture.objects.put(&vec![0; usize::try_from(MAX_OBJECT_SIZE).expect("fits") + 1]),
        Err(ObjectError::TooLarge { .. })
    ));
    assert_eq!(fixture.objects.get(&hash).expect("sound"), Some(text(10)));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file_and_its_log() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = fixture();
    fixture.objects.put(&text(10)).expect("kept");
    for suffix in ["", "-wal", "-shm"] {
        let mut name = fixture.path.clone().into_os_string();
        name.push(suffix);
        let mode = std::fs::metadata(&name).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name:?}");
    }
}

#[test]
fn many_threads_and_two_openings_work_side_by_side() {
    let fixture = fixture();
    let second = Objects::open(&fixture.path).expect("opens beside the first");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let objects = if thread % 2 == 0 { &fixture.objects } else { &second };
            scope.spawn(move || {
                for n in 0..25 {
                    let bytes = text(thread * 100 + n);
                    let hash = objects.put(&bytes).expect("kept");
                    assert_eq!(objects.get(&hash).expect("sound"), Some(bytes));
                }
            });
        }
    });
}

#[test]
fn objects_can_be_listed_measured_and_deleted_and_the_room_goes_back_to_the_disk() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("objects.db");
    let objects = Objects::open(&path).expect("opened");
    // Not compressible, so that the sizes are known.
    let bytes = |seed: u32| -> Vec<u8> {
        (0..100u32).flat_map(|n| *ObjectHash::of(&[seed.to_le_bytes(), n.to_le_bytes()].concat()).as_bytes()).collect()
    };
    objects.put_many((0..2000).map(|seed| Packed::new(&bytes(seed))).collect()).expect("kept");
    let mut sizes = Vec::new();
    objects.sizes(|hash, size| sizes.push((hash, size))).expect("listed");
    assert_eq!((sizes.len(), sizes.iter().map(|(_, size)| size).sum::<u64>()), (2000, 2000 * 3200));
    let first = objects.names(None, 1500).expect("names");
    let rest = objects.names(first.last(), 1500).expect("names");
    assert_eq!((first.len(), rest.len()), (1500, 500));
    assert!(first.iter().chain(&rest).is_sorted(), "in order and each once");
    assert_eq!(objects.remove(&first).expect("deleted"), (1500, 1500 * 3200));
    assert_eq!(objects.remove(&first).expect("fine"), (0, 0), "those that are not there are fine");
    let before = Space::of(&path).expect("its space");
    assert!(before.free >= 1400 * 4096 && before.could_give_back(0) == before.free, "{before:?}");
    let freed = give_back(&path, u64::MAX, &AtomicBool::new(false)).expect("given back");
    let after = Space::of(&path).expect("its space");
    assert_eq!((after.free, after.log), (0, 0), "{after:?}");
    assert!(freed >= 1400 * 4096 && after.file < 3_000_000, "{freed} {after:?}");
    for hash in rest {
        assert_eq!(objects.get(&hash).expect("sound").map(|bytes| bytes.len()), Some(3200));
    }
}

#[test]
fn a_file_from_before_is_written_anew_once_when_it_is_worth_it_and_can_be_shortened_from_then_on() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("old.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).expect("a log");
    connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)").expect("a table");
    let fill =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t (b) SELECT randomblob(4000) FROM n";
    connection.execute_batch(fill).expect("rows");
    connection.execute("DELETE FROM t WHERE id % 5 = 0", []).expect("deleted");
    let never = AtomicBool::new(false);
    assert_eq!(give_back(&path, u64::MAX, &never).expect("looked"), 0, "a fifth is not worth writing it all anew");
    assert_eq!(Space::of(&path).expect("its space").could_give_back(0), 0, "and nothing else is said");
    connection.execute("DELETE FROM t WHERE id % 2 = 0", []).expect("deleted");
    assert_eq!(give_back(&path, 500_000, &never).expect("looked"), 0, "too much to copy while others wait");
    assert!(give_back(&path, u64::MAX, &never).expect("given back") > 1_000_000);
    assert_eq!(connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).expect("counted"), 400);
    connection.execute("DELETE FROM t WHERE id < 100", []).expect("deleted");
    assert!(give_back(&path, 0, &never).expect("given back") > 100_000, "in steps now, however little it is");
    assert_eq!(connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).expect("checked"), "ok");
}
