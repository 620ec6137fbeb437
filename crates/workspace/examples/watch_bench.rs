//! Measures watching on a folder: from a save to its version, and a look where nothing is dirty.
//!
//! `cargo run --release -p lectern-workspace --example watch_bench -- FOLDER [SAVES]` writes one file of its own into FOLDER and removes it.

use std::{
    error::Error,
    fs,
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicBool, mpsc},
    thread,
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_objects::Objects;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock};
use lectern_sync::{Dirty, Syncer};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{SessionState, SyncProgress, WatchKind, WatchState},
};

/// A save after so long a calm is an isolated one.
const CALM: Duration = Duration::from_millis(5_500);
const LOOKS: usize = 20;

enum Told {
    Sync(Box<SyncProgress>, Instant),
    Watch(WatchState),
}

struct Tell(Mutex<mpsc::Sender<Told>>);

impl Events for Tell {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, progress: SyncProgress) {
        let _ = self.0.lock().expect("no panic").send(Told::Sync(Box::new(progress), Instant::now()));
    }
    fn watch_changed(&self, state: WatchState) {
        let _ = self.0.lock().expect("no panic").send(Told::Watch(state));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("usage: watch_bench FOLDER [SAVES]")?;
    let saves = words.next().map_or(Ok(5), |saves| saves.parse())?;
    let folder = Path::new(&folder).canonicalize()?;
    let data = tempfile::tempdir()?;
    let project = watched(&folder, data.path(), saves)?;
    looked(&folder, data.path(), &project)
}

/// Saves a file a few times while the folder is watched.
fn watched(folder: &Path, data: &Path, saves: usize) -> Result<String, Box<dyn Error>> {
    let (sender, told) = mpsc::channel();
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(data.to_owned()),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::new(Tell(Mutex::new(sender))),
        ..WorkspaceOptions::default()
    })?;
    workspace.create_profile("bench@localhost", "", "ferry lantern sycamore".to_owned(), false)?;
    let began = Instant::now();
    let project = workspace.add_project(folder)?.project.id;
    let next = |version: u32| loop {
        match told.recv_timeout(Duration::from_secs(600)) {
            Ok(Told::Sync(sync, at)) if sync.outcome.as_ref().is_some_and(|outcome| outcome.version == version) => return at,
            Ok(Told::Sync(sync, _)) if sync.error.is_some() => panic!("the sync failed: {:?}", sync.error),
            Ok(_) => {}
            Err(error) => panic!("no version {version}: {error}"),
        }
    };
    println!("first sync: {} ms", next(1).duration_since(began).as_millis());
    let began = Instant::now();
    workspace.start_watching();
    let state = loop {
        match told.recv_timeout(Duration::from_secs(600))? {
            Told::Watch(state) if matches!(state.kind, WatchKind::Watching | WatchKind::Partial) => break state,
            Told::Watch(_) | Told::Sync(..) => {}
        }
    };
    println!("{} of {} directories watched after {} ms", state.watched, state.directories, began.elapsed().as_millis());
    let file = folder.join("lectern-watch-bench.txt");
    let mut times = Vec::new();
    for save in 0..saves {
        thread::sleep(CALM);
        let began = Instant::now();
        fs::write(&file, format!("{save}\n"))?;
        let written = began.elapsed();
        let version = u32::try_from(save + 2)?;
        times.push(next(version).duration_since(began).saturating_sub(written));
    }
    fs::remove_file(&file)?;
    next(u32::try_from(saves + 2)?);
    report("from an isolated save to its version told, the 5 ms of quiet with it", times);
    workspace.stop_watching();
    Ok(project)
}

/// Looks where nothing is dirty.
fn looked(folder: &Path, data: &Path, project: &str) -> Result<(), Box<dyn Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let boot = Boot::start(&data.join("run"))?;
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &*clock)?);
    let objects = Arc::new(Objects::open(&data.join("objects.db"))?);
    let syncer = Syncer::new(store, objects, clock, boot.id().clone(), data.join("run"), data.join("scans"), |_| None);
    let cancel = AtomicBool::new(false);
    let everything = Dirty { everything: true, ..Dirty::default() };
    syncer.run_dirty(project, folder, &everything, &cancel, &|_| {})?;
    for (what, dirty) in [("a look where nothing is dirty", Dirty::default()), ("a look at everything, nothing changed", everything)] {
        let mut times = Vec::new();
        for _ in 0..LOOKS {
            let began = Instant::now();
            let outcome = syncer.run_dirty(project, folder, &dirty, &cancel, &|_| {})?;
            times.push(began.elapsed());
            if outcome.is_some() {
                return Err("something changed meanwhile".into());
            }
        }
        report(what, times);
    }
    Ok(())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let (Some(median), Some(worst)) = (times.get(times.len() / 2), times.last()) else { return };
    println!("{what}: median {:.2} ms, worst {:.2} ms of {}", millis(*median), millis(*worst), times.len());
}
