//! Makes thousands of versions and prints what the timeline, verifying, measuring, thinning and collecting take.
//!
//! `cargo run --release -p lectern-sync --example keeping_bench -- [VERSIONS] [FILES]`

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use lectern_objects::{Objects, Packed};
use lectern_store::{Clock, Store, StoreOptions, SystemClock, new_id, rusqlite::params};
use lectern_sync::{
    Collection, Content, Keeps, ManifestData, RepoPath, Tree, VersionChanges, data_space, project_space, thin_project, timeline,
    verify_all, verify_version,
};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u32>());
    let versions = numbers.next().transpose()?.unwrap_or(10_000);
    let files = numbers.next().transpose()?.unwrap_or(5_000);
    let data = std::env::temp_dir().join(format!("lectern-keeping-bench-{}", std::process::id()));
    std::fs::create_dir_all(data.join("run"))?;
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Objects::open(&data.join("objects.db"))?;
    let result = measure(&store, &objects, &data, versions, files);
    drop((store, objects));
    std::fs::remove_dir_all(data)?;
    result
}

fn measure(store: &Store, objects: &Objects, data: &std::path::Path, versions: u32, files: u32) -> Result<(), Failed> {
    make(store, objects, versions, files)?;
    let never = AtomicBool::new(false);
    let times = |name: &str, runs: usize, work: &mut dyn FnMut() -> Result<String, Failed>| -> Result<(), Failed> {
        let mut taken = Vec::new();
        let mut said = String::new();
        for _ in 0..runs {
            let started = Instant::now();
            said = work()?;
            taken.push(started.elapsed());
        }
        taken.sort();
        println!("{name:<44} {:>10.2} ms   {said}", millis(taken[taken.len() / 2]));
        Ok(())
    };
    for (limit, before) in [(50, None), (500, None), (50, Some(versions / 2))] {
        times(&format!("timeline, {limit} before {before:?}"), 9, &mut || {
            Ok(format!("{} of {}", timeline(store, "p", before, limit)?.versions.len(), versions))
        })?;
    }
    times("verify the latest", 5, &mut || {
        let verdict = verify_version(store, objects, "p", None, &never, &|_, _| {})?.ok_or("no version")?;
        Ok(format!("{} checked, ok {}", verdict.checked, verdict.is_ok()))
    })?;
    times("verify all", 1, &mut || {
        let verdicts = verify_all(store, objects, "p", &never, &|_, _| {})?;
        Ok(format!("{} checked, ok {}", verdicts.iter().map(|v| v.checked).sum::<u64>(), verdicts.iter().all(|v| v.is_ok())))
    })?;
    times("storage of the project", 3, &mut || Ok(format!("{:?}", project_space(store, objects, "p", &never)?)))?;
    times("storage of the data folder", 3, &mut || Ok(format!("{:?}", data_space(store, objects, Vec::new(), &never)?)))?;
    times("thin", 1, &mut || Ok(format!("{} versions went", thin_project(store, "p", SystemClock.now(), &[], &never)?)))?;
    for name in ["collect", "collect again"] {
        times(name, 1, &mut || {
            let roots = || Ok(Vec::new());
            let run_dir = data.join("run");
            let collection = Collection { store, objects, run_dir: &run_dir, roots: &roots, cancel: &never, progress: &|_, _, _| {} };
            Ok(format!("{:?}", collection.run()?))
        })?;
    }
    let verdicts = verify_all(store, objects, "p", &never, &|_, _| {})?;
    println!("{} versions left, all sound: {}", verdicts.len(), verdicts.iter().all(|verdict| verdict.is_ok()));
    Ok(())
}

/// One change every five minutes, in a tree of folders of fifty files.
fn make(store: &Store, objects: &Objects, versions: u32, files: u32) -> Result<(), Failed> {
    let now = SystemClock.now();
    store.write(|t| {
        t.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('u', 'a@b', '', ?1, ?1)", [now])?;
        let sql = "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'p', x'2f', ?1, ?1)";
        t.execute(sql, [now])
    })?;
    let text = |file: u32, version: u32| format!("file {file} in version {version}\n").repeat(60);
    let place = |file: u32| RepoPath::new(format!("part{}/sub{}/file{file}.txt", file / 500, file / 50));
    let mut leaves = Vec::new();
    let mut batch = Vec::new();
    for file in 0..files {
        let packed = Packed::new(text(file, 0).as_bytes());
        leaves.push((place(file)?, content(&packed)));
        batch.push(packed);
    }
    objects.put_many(batch)?;
    let started = Instant::now();
    let mut batch = Vec::new();
    for version in 1..=versions {
        let file = version.wrapping_mul(2_654_435_761) % files;
        if version > 1 {
            let packed = Packed::new(text(file, version).as_bytes());
            leaves[file as usize].1 = content(&packed);
            batch.push(packed);
        }
        if version % 500 == 0 {
            objects.put_many(std::mem::take(&mut batch))?;
        }
        let tree = Tree::build(leaves.clone());
        let manifest = ManifestData {
            entries: tree.entries,
            root: tree.root,
            files: tree.files,
            bytes: tree.bytes,
            languages: [("Text".to_owned(), tree.bytes)].into(),
            git: None,
            keeps: Keeps::default(),
        }
        .to_json();
        let hash = lectern_objects::ObjectHash::of(manifest.as_bytes()).to_string();
        let at = now.plus_millis(-i64::from(versions - version) * 5 * 60_000);
        let changes = VersionChanges { format: 1, changed: 1, paths: vec![place(file)?.to_string()], ..VersionChanges::default() };
        store.write(|t| {
            for (hash, entries) in &tree.nodes {
                t.prepare_cached("INSERT OR IGNORE INTO manifest_nodes (hash, entries) VALUES (?1, ?2)")?
                    .execute(params![hash.to_string(), entries])?;
            }
            let sql = "INSERT INTO project_manifests (id, project_id, version, created_at, data, hash, changes) VALUES (?1, 'p', ?2, ?3, ?4, ?5, ?6)";
            t.execute(sql, params![new_id(&SystemClock), version, at, manifest, hash, changes.to_json()])
        })?;
    }
    objects.put_many(batch)?;
    println!("made {versions} versions of {files} files in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn content(packed: &Packed) -> Content {
    Content::File { hash: packed.hash(), size: packed.size(), executable: false, binary: false }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
