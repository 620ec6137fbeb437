//! Syncs a folder into a fresh data folder, then again unchanged, and prints the times.
//!
//! `cargo run --release -p lectern-sync --example sync_bench -- FOLDER [--runs N] [--keep-nothing]`

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use lectern_objects::Objects;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock, rusqlite::params};
use lectern_sync::{Keeps, SyncOptions, Syncer, Trigger, verify};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder, please")?).canonicalize()?;
    let (mut runs, mut keeps) = (5, Keeps::default());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().ok_or("how many?")?.parse()?,
            "--keep-nothing" => keeps = Keeps { text: 0, binary: 0 },
            other => return Err(format!("{other}: not known").into()),
        }
    }
    let data = std::env::temp_dir().join(format!("lectern-sync-bench-{}", std::process::id()));
    let run_dir = data.join("run");
    std::fs::create_dir_all(&run_dir)?;
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Arc::new(Objects::open(&data.join("objects.db"))?);
    let now = SystemClock.now();
    store.write(|t| {
        t.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('u', 'a@b', '', ?1, ?1)", [now])?;
        let sql = "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'p', ?1, ?2, ?2)";
        t.execute(sql, params![folder.as_os_str().as_encoded_bytes(), now])
    })?;
    let boot = Boot::start(&run_dir)?;
    let syncer =
        Syncer::new(store.clone(), objects.clone(), Arc::new(SystemClock), boot.id().clone(), run_dir, data.join("scans"), |_| None)
            .with_options(SyncOptions { keeps });
    let sync = || -> Result<(Duration, lectern_sync::Outcome), lectern_sync::SyncError> {
        let started = Instant::now();
        let id = syncer.request("p", Trigger::Manual)?;
        let outcome = syncer.run(&id, &folder, &AtomicBool::new(false), &|_| {})?;
        Ok((started.elapsed(), outcome))
    };
    let (first, outcome) = sync()?;
    println!("{} files, {} bytes, {} warnings", outcome.stats.files, outcome.stats.bytes, outcome.stats.warnings_total);
    println!("first sync      {first:>10.1?}");
    let mut times = (0..runs).map(|_| sync().map(|(time, _)| time)).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    println!("unchanged       {:>10.1?}  (median of {runs}; best {:.1?})", times[times.len() / 2], times[0]);
    let started = Instant::now();
    let changed = syncer.changed_paths("p", &folder, &AtomicBool::new(false))?;
    println!("changed_paths   {:>10.1?}  ({} paths)", started.elapsed(), changed.map_or(0, |paths| paths.len()));
    let started = Instant::now();
    let verdict = verify(&store, &objects, "p", None, &AtomicBool::new(false), &|_| {})?.ok_or("no version")?;
    println!("verify          {:>10.1?}  ({} checked, {} problems)", started.elapsed(), verdict.checked, verdict.problems.len());
    drop((syncer, store, objects));
    let size = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |metadata| metadata.len());
    println!("lectern.db {} bytes, objects.db {} bytes", size("lectern.db"), size("objects.db"));
    drop(boot);
    std::fs::remove_dir_all(&data)?;
    Ok(())
}
