//! Prints how long comparisons of versions take, adjacent ones and a hundred apart.
//!
//! `cargo run --release -p lectern-sync --example diff_bench -- LECTERN_DB [PROJECT_ID]` compares stored versions.
//! `… --generate FILES DIRECTORIES` makes a folder, syncs 101 versions of it with a few edits each, and compares those.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use lectern_objects::Objects;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock, rusqlite::params};
use lectern_sync::{Keeps, Manifest, SyncOptions, Syncer, Trigger, diff, differences, find_renames, manifests};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--generate", files, directories] => generated(files.parse()?, directories.parse()?),
        [database] => stored(Path::new(database), "p"),
        [database, project] => stored(Path::new(database), project),
        _ => Err("a database, or --generate FILES DIRECTORIES".into()),
    }
}

fn stored(database: &Path, project: &str) -> Result<(), Failure> {
    let store = Store::open(database, &StoreOptions::default(), &SystemClock)?;
    report(&store, &manifests(&store, project)?)
}

fn generated(files: usize, directories: usize) -> Result<(), Failure> {
    let data = std::env::temp_dir().join(format!("lectern-diff-bench-{}", std::process::id()));
    let (folder, run_dir) = (data.join("folder"), data.join("run"));
    fs::create_dir_all(&run_dir)?;
    let place = |file: usize| {
        let directory = file % directories;
        folder.join(format!("part{}/area{}/dir{directory}/file{file}.txt", directory % 12, directory % 97))
    };
    for file in 0..files {
        let path = place(file);
        if file < directories {
            fs::create_dir_all(path.parent().ok_or("a parent")?)?;
        }
        fs::write(path, format!("file {file}\n"))?;
    }
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Arc::new(Objects::open(&data.join("objects.db"))?);
    let now = SystemClock.now();
    store.write(|t| {
        t.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('u', 'a@b', '', ?1, ?1)", [now])?;
        let sql = "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'p', ?1, ?2, ?2)";
        t.execute(sql, params![folder.as_os_str().as_encoded_bytes(), now])
    })?;
    let boot = Boot::start(&run_dir)?;
    let syncer = Syncer::new(store.clone(), objects, Arc::new(SystemClock), boot.id().clone(), run_dir, data.join("scans"), |_| None)
        .with_options(SyncOptions { keeps: Keeps { text: 0, binary: 0 } });
    for version in 0..101_usize {
        for edit in 0..5 {
            fs::write(place((version * 7919 + edit * 104_729) % files), format!("version {version} {edit}\n"))?;
        }
        syncer.run(&syncer.request("p", Trigger::Manual)?, &folder, &AtomicBool::new(false), &|_| {})?;
    }
    report(&store, &manifests(&store, "p")?)?;
    drop(boot);
    fs::remove_dir_all(&data)?;
    Ok(())
}

/// `versions`: newest first.
fn report(store: &Store, versions: &[Manifest]) -> Result<(), Failure> {
    let newest = versions.first().ok_or("no version")?;
    println!("{} versions, {} files in the newest", versions.len(), newest.data.files);
    for apart in [1, 10, 100] {
        let pairs: Vec<(&Manifest, &Manifest)> = versions.iter().skip(apart).zip(versions).take(20).collect();
        if pairs.is_empty() {
            continue;
        }
        let runs = 100_usize.div_ceil(pairs.len());
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        let mut paths = 0;
        for (old, new) in pairs.iter().flat_map(|pair| std::iter::repeat_n(pair, runs)) {
            let timed = |work: &dyn Fn() -> Result<usize, Failure>| -> Result<(Duration, usize), Failure> {
                let started = Instant::now();
                let found = work()?;
                Ok((started.elapsed(), found))
            };
            let (time, found) = timed(&|| Ok(diff(store, old, new)?.len()))?;
            paths = found;
            times[0].push(time);
            times[1].push(timed(&|| Ok(differences(store, Some(old), Some(new))?.len()))?.0);
            times[2].push(timed(&|| Ok(find_renames(differences(store, Some(old), Some(new))?, &mut |_, _, _| None).len()))?.0);
        }
        for (name, mut times) in ["diff", "differences", "with renames"].into_iter().zip(times) {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            println!("{apart:>3} apart  {name:<14} median {:>9.1?}  p95 {:>9.1?}  ({paths} paths, {} runs)", at(50), at(95), times.len());
        }
    }
    Ok(())
}
