//! The figures of `cargo xtask bench anchors` for whole rows: threads read, followed and stored, contents decompressed, in one transaction.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use lectern_anchor::LineRange;
use lectern_comments::{Following, NewComment, Origin, OriginText, Place, Texts, Threads};
use lectern_objects::{ObjectHash, Objects, Packed};
use lectern_store::{Store, StoreOptions, SystemClock, rusqlite};

const FILES: usize = 1000;
const THREADS_PER_FILE: u32 = 10;
const RUNS: usize = 20;

struct FromObjects<'a> {
    objects: &'a Objects,
    decoded: Mutex<HashMap<ObjectHash, Option<Arc<str>>>>,
}

impl Texts for FromObjects<'_> {
    fn text(&self, object: &ObjectHash) -> Option<Arc<str>> {
        if let Some(known) = self.decoded.lock().expect("no panic").get(object) {
            return known.clone();
        }
        let bytes = self.objects.get(object).ok().flatten()?;
        let text = String::from_utf8(bytes).ok().map(Arc::from);
        self.decoded.lock().expect("no panic").insert(*object, text.clone());
        text
    }
}

fn main() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    let objects = Objects::open(&dir.path().join("objects.db")).expect("objects");
    rows(&store).expect("rows");
    let texts: Vec<[String; 3]> = (0..FILES).map(|seed| [changed_file(seed, 0), changed_file(seed, 1), changed_file(seed, 2)]).collect();
    let packed = texts.iter().flatten().map(|text| Packed::new(text.as_bytes())).collect();
    objects.put_many(packed).expect("stored");
    let threads = Threads::new(Arc::clone(&store), Arc::new(SystemClock));
    for (file, [old, ..]) in texts.iter().enumerate() {
        for at in 0..THREADS_PER_FILE {
            let range = LineRange::new(at * 39 + 2, at * 39 + 2 + at).expect("a range");
            let of = OriginText { object: ObjectHash::of(old.as_bytes()), text: Some(old) };
            let mut origin = Origin::new(&Place::lines(path(file), range), Some(of));
            origin.manifest_id = Some("m0".to_owned());
            let new = NewComment { author_id: Some("u".to_owned()), model: None, body: "What is it for?".to_owned() };
            threads.create("p", origin, new).expect("a thread");
        }
    }
    let all: HashSet<String> = (0..FILES).map(path).collect();
    let pass = |version: usize, changed: Option<&HashSet<String>>| {
        let at: HashMap<String, ObjectHash> =
            texts.iter().enumerate().map(|(file, versions)| (path(file), ObjectHash::of(versions[version].as_bytes()))).collect();
        let start = Instant::now();
        let kept = FromObjects { objects: &objects, decoded: Mutex::default() };
        let into = Following {
            version: u32::try_from(version + 1).expect("small"),
            object_at: &|path| at.get(path).copied(),
            since: &|_| Vec::new(),
            texts: &kept,
            before: &|_| None,
        };
        let tally = threads.follow("p", "u", &format!("m{version}"), changed, &into).expect("followed");
        (start.elapsed(), tally)
    };
    println!("\n{} threads over {FILES} files of 400 lines, rows and contents included, {RUNS} runs", FILES as u32 * THREADS_PER_FILE);
    let mut changed = Vec::new();
    for run in 0..RUNS {
        let (taken, tally) = pass(1 + run % 2, Some(&all));
        assert_eq!(tally.looked_at, FILES * THREADS_PER_FILE as usize);
        assert!(tally.outdated + tally.needs_review < 1000, "{tally:?}");
        changed.push(taken);
    }
    tell("changed", "p95 < 2 s", changed);
    pass(0, None);
    let same = (0..RUNS).map(|_| pass(0, None)).map(|(taken, tally)| {
        assert_eq!((tally.looked_at, tally.changed), (FILES * THREADS_PER_FILE as usize, 0));
        taken
    });
    tell("unchanged, all looked at", "< 100 ms", same.collect());
    let none = HashSet::new();
    tell("unchanged, as after a sync", "< 100 ms", (0..RUNS).map(|_| pass(0, Some(&none)).0).collect());
}

fn tell(name: &str, target: &str, mut taken: Vec<Duration>) {
    taken.sort();
    let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)].as_secs_f64() * 1e3;
    println!("  {name:<27} p50 {:.0} ms, p95 {:.0} ms (target {target})", at(50), at(95));
}

fn path(file: usize) -> String {
    format!("src/part_{}/file_{file}.rs", file % 40)
}

fn rows(store: &Store) -> rusqlite::Result<()> {
    store.write(|tx| {
        let now = "2026-01-01T00:00:00.000Z";
        tx.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('u', 'a@b', '', ?1, ?1)", [now])?;
        tx.execute(
            "INSERT INTO projects (id, owner_id, name, description, root_path, created_at, updated_at) VALUES ('p', 'u', 'p', '', x'2f70', ?1, ?1)",
            [now],
        )?;
        for version in 0..3 {
            tx.execute(
                "INSERT INTO project_manifests (id, project_id, version, created_at, data, hash) VALUES (?1, 'p', ?2, ?3, '{}', ?4)",
                rusqlite::params![format!("m{version}"), version + 1, now, format!("{version:064}")],
            )?;
        }
        Ok(())
    })
}

/// Forty functions; in a later version one line in thirty was changed and one function in twenty is elsewhere.
fn changed_file(seed: usize, version: usize) -> String {
    let function = |at: usize| -> Vec<String> {
        let mut lines = vec![format!("fn step_{seed}_{at}(state: &mut State) -> Outcome {{")];
        lines.extend((0..7).map(|line| format!("    let value_{line} = state.read({}, \"{at}-{line}\");", seed * at + line)));
        lines.extend(["    Outcome::Done".to_owned(), "}".to_owned()]);
        lines
    };
    let mut functions: Vec<Vec<String>> = (0..40).map(function).collect();
    if version > 0 {
        for (at, function) in functions.iter_mut().enumerate() {
            if (at + seed + version).is_multiple_of(3) {
                let line = 1 + (at * 7 + seed) % 7;
                function[line] = function[line].replace("state.read(", "state.cached().read(");
            }
            if (at + seed + version).is_multiple_of(11) {
                function.insert(3, "    state.check()?;".to_owned());
            }
        }
        functions.swap((seed + version) % 40, (seed * 7 + 13) % 40);
    }
    functions.concat().iter().map(|line| format!("{line}\n")).collect()
}
