//! Measures syncs inside one process and prints the figures as one JSON object; `cargo xtask bench sync` puts the peers beside them.
//!
//! `cargo run --release -p lectern-sync --example sync_bench -- tree FOLDER [--runs N] [--keep-nothing] [--edit]` syncs a folder into a new
//! data folder, then again and again. With `--edit` a file of it is changed and changed back.
//! `… replay REPOSITORY COMMITS` checks out that many commits, one after the other, in a clone, and syncs each.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use lectern_objects::Objects;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock, rusqlite::params};
use lectern_sync::{Dirty, Keeps, Manifest, Outcome, RepoPath, SyncError, SyncOptions, Syncer, Trigger, diff, manifests, verify};
use serde_json::json;

type Failure = Box<dyn std::error::Error>;

/// A data folder of its own, gone when dropped.
struct Bench {
    syncer: Syncer,
    store: Arc<Store>,
    objects: Arc<Objects>,
    folder: PathBuf,
    data: PathBuf,
    _boot: Boot,
}

impl Bench {
    fn new(folder: PathBuf, keeps: Keeps) -> Result<Self, Failure> {
        let data = std::env::temp_dir().join(format!("lectern-sync-bench-{}", std::process::id()));
        let run_dir = data.join("run");
        fs::create_dir_all(&run_dir)?;
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
        Ok(Self { syncer, store, objects, folder, data, _boot: boot })
    }

    fn sync(&self) -> Result<(Duration, Outcome), SyncError> {
        let started = Instant::now();
        let id = self.syncer.request("p", Trigger::Manual)?;
        let outcome = self.syncer.run(&id, &self.folder, &AtomicBool::new(false), &|_| {})?;
        Ok((started.elapsed(), outcome))
    }

    fn look(&self, directories: &[&RepoPath]) -> Result<(Duration, Option<Outcome>), SyncError> {
        let dirty = Dirty { everything: false, directories: directories.iter().map(|path| (*path).clone()).collect() };
        let started = Instant::now();
        let outcome = self.syncer.run_dirty("p", &self.folder, &dirty, &AtomicBool::new(false), &|_| {})?;
        Ok((started.elapsed(), outcome))
    }

    fn size(&self, name: &str) -> u64 {
        fs::metadata(self.data.join(name)).map_or(0, |metadata| metadata.len())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.data);
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tree", folder, ref options @ ..] => tree(Path::new(folder), options),
        ["replay", repository, commits] => replay(Path::new(repository), commits.parse()?),
        _ => Err("tree FOLDER [--runs N] [--keep-nothing] [--edit], or replay REPOSITORY COMMITS".into()),
    }
}

fn tree(folder: &Path, options: &[&str]) -> Result<(), Failure> {
    let (mut runs, mut keeps, mut edit) = (7, Keeps::default(), false);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--runs" => runs = options.next().ok_or("how many?")?.parse()?,
            "--keep-nothing" => keeps = Keeps { text: 0, binary: 0 },
            "--edit" => edit = true,
            other => return Err(format!("{other}: not known").into()),
        }
    }
    let bench = Bench::new(folder.canonicalize()?, keeps)?;
    let (first, outcome) = bench.sync()?;
    let after_first = peak_memory();
    let unchanged = median(runs, || Ok(bench.sync()?.0))?;
    let nothing_dirty = median(runs, || Ok(bench.look(&[])?.0))?;
    let (mut edited, mut edited_and_told) = (None, None);
    if edit {
        let file = first_file(&bench.folder)?;
        let directory = RepoPath::new(file.parent().ok_or("a parent")?.strip_prefix(&bench.folder)?.as_os_str().as_encoded_bytes())?;
        let original = fs::read(&file)?;
        let mut turn = 0_u32;
        let mut change = || {
            turn += 1;
            fs::write(&file, [&original[..], format!("// {turn}\n").as_bytes()].concat())
        };
        edited = Some(median(runs, || {
            change()?;
            let (time, outcome) = bench.sync()?;
            if outcome.is_new { Ok(time) } else { Err("the change was missed".into()) }
        })?);
        edited_and_told = Some(median(runs, || {
            change()?;
            let (time, outcome) = bench.look(&[&directory])?;
            if outcome.is_some() { Ok(time) } else { Err("the change was missed".into()) }
        })?);
        fs::write(&file, &original)?;
        bench.sync()?;
    }
    let started = Instant::now();
    let verdict = verify(&bench.store, &bench.objects, "p", None, &AtomicBool::new(false), &|_| {})?.ok_or("no version")?;
    let verified = started.elapsed();
    println!(
        "{}",
        json!({
            "files": outcome.stats.files, "bytes": outcome.stats.bytes, "warnings": outcome.stats.warnings_total,
            "first_ms": millis(first), "unchanged_ms": millis(unchanged), "nothing_dirty_ms": millis(nothing_dirty),
            "edited_ms": edited.map(millis), "edited_and_told_ms": edited_and_told.map(millis),
            "verify_ms": millis(verified), "verify_ok": verdict.is_ok(),
            "lectern_db": bench.size("lectern.db"), "objects_db": bench.size("objects.db"), "scan": bench.size("scans/p"),
            "peak_mb_first": after_first, "peak_mb": peak_memory(),
        })
    );
    Ok(())
}

fn replay(repository: &Path, commits: usize) -> Result<(), Failure> {
    let clone = std::env::temp_dir().join(format!("lectern-replay-{}", std::process::id()));
    let result = replay_in(&clone, repository, commits);
    let _ = fs::remove_dir_all(&clone);
    result
}

fn replay_in(clone: &Path, repository: &Path, commits: usize) -> Result<(), Failure> {
    git(Path::new("."), &["clone", "-q", "--shared", "--no-checkout", &repository.to_string_lossy(), &clone.to_string_lossy()])?;
    // Branch by branch, so that most follow their own parent; only those count.
    let listed = git(clone, &["log", "--no-merges", "--topo-order", "--format=%H %P", "HEAD", "-n", &commits.to_string()])?;
    let mut listed: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.split_once(' ')).collect();
    listed.reverse();
    let chosen: Vec<&str> = listed.iter().map(|(commit, _)| *commit).collect();
    let bench = Bench::new(clone.to_owned(), Keeps { text: 0, binary: 0 })?;
    let mut made: Vec<(u64, &str)> = Vec::new();
    let mut before = logical_bytes(&bench)?;
    let mut times = Vec::new();
    for (index, commit) in chosen.iter().enumerate() {
        git(clone, &["checkout", "-q", "--detach", "--force", commit])?;
        let (time, outcome) = bench.sync()?;
        let now = logical_bytes(&bench)?;
        if index > 0 && outcome.is_new && listed[index].1 == chosen[index - 1] {
            made.push((now - before, commit));
            times.push(time);
        }
        before = now;
    }
    made.sort_unstable();
    times.sort_unstable();
    let versions = manifests(&bench.store, "p")?;
    let adjacent = pairs(&bench, &versions, 1)?;
    let far = pairs(&bench, &versions, 100)?;
    let whole = bench.store.read(|connection| {
        let used: i64 = connection.query_row(
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
            [],
            |row| row.get(0),
        )?;
        Ok::<_, lectern_store::rusqlite::Error>(used)
    })?;
    println!(
        "{}",
        json!({
            "versions": versions.len(), "counted": made.len(), "files": versions.first().map_or(0, |version| version.data.files),
            "bytes_per_version_median": made.get(made.len() / 2).map_or(0, |(bytes, _)| *bytes),
            "bytes_per_version_p90": made.get(made.len() * 9 / 10).map_or(0, |(bytes, _)| *bytes),
            "database_bytes": whole, "sync_ms_median": times.get(times.len() / 2).copied().map(millis),
            "diff_adjacent_ms": millis(adjacent), "diff_100_apart_ms": millis(far),
            "libgit2_adjacent_ms": libgit2(clone, &chosen, 1)?.map(millis), "libgit2_100_apart_ms": libgit2(clone, &chosen, 100)?.map(millis),
            "peak_mb": peak_memory(),
        })
    );
    Ok(())
}

/// The bytes of everything that a version adds to the database: rows and index entries, without SQLite's page slack.
fn logical_bytes(bench: &Bench) -> Result<u64, Failure> {
    let sql = "SELECT (SELECT coalesce(sum(length(hash) * 2 + length(entries) + 12), 0) FROM manifest_nodes)
                    + (SELECT coalesce(sum(length(data) + length(hash) + length(changes) + length(id) * 2 + 100), 0) FROM project_manifests)
                    + (SELECT coalesce(sum(length(stats) + length(id) * 2 + 200), 0) FROM repo_syncs)";
    let bytes: i64 = bench.store.read(|connection| connection.query_row(sql, [], |row| row.get(0)))?;
    Ok(bytes.unsigned_abs())
}

fn pairs(bench: &Bench, versions: &[Manifest], apart: usize) -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for pair in versions.windows(apart + 1).step_by(1 + versions.len() / 100) {
        let (new, old) = (&pair[0], &pair[apart]);
        let started = Instant::now();
        diff(&bench.store, old, new)?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

/// The peer: libgit2 on the same trees.
fn libgit2(clone: &Path, commits: &[&str], apart: usize) -> Result<Option<Duration>, Failure> {
    let repository = git2::Repository::open(clone)?;
    let tree = |commit: &str| repository.find_commit(git2::Oid::from_str(commit)?)?.tree();
    let mut times = Vec::new();
    for pair in commits.windows(apart + 1).step_by(1 + commits.len() / 100) {
        let (old, new) = (tree(pair[0])?, tree(pair[apart])?);
        let started = Instant::now();
        let diff = repository.diff_tree_to_tree(Some(&old), Some(&new), None)?;
        std::hint::black_box(diff.deltas().len());
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).stderr(Stdio::inherit()).output()?;
    if output.status.success() { Ok(String::from_utf8(output.stdout)?) } else { Err(format!("git {arguments:?} failed").into()) }
}

fn first_file(folder: &Path) -> Result<PathBuf, Failure> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    entries.retain(|path| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")));
    if let Some(folder) = entries.iter().find(|path| path.is_dir()) {
        return first_file(folder);
    }
    entries.into_iter().next().ok_or_else(|| "an empty folder".into())
}

fn median(runs: usize, mut work: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let mut times = (0..runs).map(|_| work()).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    times.get(times.len() / 2).copied().ok_or_else(|| "no runs".into())
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The most memory this process had, in megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}
