//! Measures what the reading screen waits for, without the window: folders, files, colours, quick open, and the memory of the process.
//!
//! `cargo run --release -p lectern-workspace --example reading_bench -- FOLDER [FILE…]`; each file is put into a project of its own.

use std::{
    error::Error,
    fs,
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{EntryKind, IndexState, IndexStatus, SessionState, SyncProgress},
};

enum Told {
    Sync(Box<SyncProgress>),
    Index(Box<IndexState>),
}

struct Tell(Mutex<mpsc::Sender<Told>>);

impl Events for Tell {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, progress: SyncProgress) {
        let _ = self.0.lock().expect("no panic").send(Told::Sync(Box::new(progress)));
    }
    fn index_changed(&self, state: IndexState) {
        let _ = self.0.lock().expect("no panic").send(Told::Index(Box::new(state)));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("usage: reading_bench FOLDER [FILE…]")?;
    let data = tempfile::tempdir()?;
    {
        let (workspace, told) = open(data.path())?;
        workspace.create_profile("bench@localhost", "", "ferry lantern sycamore".to_owned(), false)?;
        let project = synced(&workspace, &told, Path::new(&folder))?;
        indexed(&workspace, &told, &project)?;
        println!("after syncing and indexing in this process: {}", memory());
    }
    let (workspace, told) = open(data.path())?;
    println!("data folder open: {}", memory());
    workspace.sign_in("bench@localhost", "ferry lantern sycamore".to_owned(), false)?;
    let project = workspace.project_cards()?.first().ok_or("the project")?.id.clone();

    let start = Instant::now();
    let top = workspace.directory(&project, "", None)?;
    println!("first rows of the root ({}): {}", top.entries.len(), ms(start.elapsed()));
    let mut times = Vec::new();
    let mut largest = (Duration::ZERO, String::new(), 0);
    let mut waiting: Vec<String> = vec![String::new()];
    while let Some(path) = waiting.pop() {
        let start = Instant::now();
        let rows = workspace.directory(&project, &path, None)?.entries;
        let took = start.elapsed();
        times.push(took);
        if took > largest.0 {
            largest = (took, path, rows.len());
        }
        waiting.extend(rows.into_iter().filter(|row| row.kind == EntryKind::Directory).map(|row| row.path));
    }
    println!("folders: {}; slowest {} with {} rows", spread(&mut times), largest.1, largest.2);

    let start = Instant::now();
    let first = workspace.find_files(&project, "a", &[], 100)?;
    println!("quick open, first key after opening ({} of {}): {}", first.matched, first.total, ms(start.elapsed()));
    let start = Instant::now();
    indexed(&workspace, &told, &project)?;
    println!("indexes looked through: {}; {}", ms(start.elapsed()), memory());
    let mut times = Vec::new();
    for query in ["built-ins/array", "tarray", "langexprclass", "regexp u", "intl402 date", "proxy trap js", "zzzz", "staging"] {
        for end in 1..=query.len() {
            let start = Instant::now();
            workspace.find_files(&project, &query[..end], &[], 100)?;
            times.push(start.elapsed());
        }
    }
    println!("quick open, a key: {}; {}", spread(&mut times), memory());
    let mut times = Vec::new();
    for end in 1..=10 {
        let start = Instant::now();
        workspace.find_symbols(&project, &"assertthro"[..end], 100)?;
        times.push(start.elapsed());
    }
    println!("symbols, a key: {}; {}", spread(&mut times), memory());

    for file in words {
        let file = Path::new(&file);
        let name = file.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
        let place = tempfile::tempdir()?;
        fs::hard_link(file, place.path().join(name)).or_else(|_| fs::copy(file, place.path().join(name)).map(drop))?;
        let alone = workspace.add_project(place.path())?.project.id;
        thread::sleep(Duration::from_millis(500));
        let begin = Instant::now();
        let opened = workspace.open_file(&alone, name, None)?;
        let open = begin.elapsed();
        if opened.highlighted {
            let spans = workspace.file_spans(&opened.document, 1, 128).map(|spans| spans.len());
            let first = begin.elapsed();
            let middle = workspace.file_spans(&opened.document, opened.lines / 2, opened.lines / 2 + 128).map(|spans| spans.len());
            let second = begin.elapsed();
            workspace.file_structure(&opened.document)?;
            println!(
                "{name} ({} lines): open {}, first colours {} ({:?}), middle {} ({:?}), structure {}; {}",
                opened.lines,
                ms(open),
                ms(first),
                spans.map_err(|failure| failure.code),
                ms(second),
                middle.map_err(|failure| failure.code),
                ms(begin.elapsed()),
                memory()
            );
        } else {
            workspace.file_lines(&opened.document, 1, 200)?;
            println!(
                "{name} ({} lines, {:?}): open {}, first lines {}; {}",
                opened.lines,
                opened.view,
                ms(open),
                ms(begin.elapsed()),
                memory()
            );
        }
    }
    thread::sleep(Duration::from_secs(3));
    println!("at the end, at rest: {}", memory());
    Ok(())
}

fn open(data: &Path) -> Result<(Arc<Workspace>, mpsc::Receiver<Told>), Box<dyn Error>> {
    let (sender, told) = mpsc::channel();
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(data.to_owned()),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::new(Tell(Mutex::new(sender))),
        ..WorkspaceOptions::default()
    })?;
    Ok((workspace, told))
}

fn synced(workspace: &Arc<Workspace>, told: &mpsc::Receiver<Told>, folder: &Path) -> Result<String, Box<dyn Error>> {
    let project = workspace.add_project(folder)?.project.id;
    loop {
        if let Told::Sync(sync) = told.recv_timeout(Duration::from_secs(600))? {
            if let Some(error) = sync.error {
                return Err(format!("the sync failed: {error:?}").into());
            }
            if sync.outcome.is_some() {
                return Ok(project);
            }
        }
    }
}

fn indexed(workspace: &Arc<Workspace>, told: &mpsc::Receiver<Told>, project: &str) -> Result<(), Box<dyn Error>> {
    let mut state = workspace.index_state(project)?;
    while state.text.status != IndexStatus::Ready || state.symbols.status != IndexStatus::Ready {
        if let Told::Index(next) = told.recv_timeout(Duration::from_secs(600))? {
            state = *next;
        }
    }
    Ok(())
}

/// What the process holds: all of it, and the part that no file backs.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    format!("{} MB resident, {} MB of them its own, {} MB at most", of("VmRSS"), of("RssAnon"), of("VmHWM"))
}

fn spread(times: &mut [Duration]) -> String {
    times.sort();
    let part = |hundredths: usize| ms(times[(times.len() * hundredths / 100).min(times.len() - 1)]);
    format!("p50 {}, p95 {}, worst {} of {}", part(50), part(95), part(100), times.len())
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
