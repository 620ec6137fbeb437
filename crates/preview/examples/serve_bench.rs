//! Serves a folder as `cargo xtask bench preview` measures it: with every check on, as a version or as it is.
//!
//! `serve_bench (version|folder) PATH [PORT]` prints one JSON object a line with `url`, `host` and `cookie`, and runs until its standard input ends.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::Arc,
};

use lectern_objects::{ObjectHash, Objects};
use lectern_preview::{
    gate::{Gate, Secret, link},
    serve::{Extra, FolderSite, Listener, VersionSite},
    site::Site,
};
use lectern_store::{Clock, Store, StoreOptions, SystemClock, Timestamp, rusqlite, rusqlite::params};
use lectern_sync::{Content, Keeps, Manifest, ManifestData, RepoPath, Tree, Trigger, VersionChanges};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(kind), Some(path)) = (arguments.first(), arguments.get(1)) else {
        return Err("serve_bench (version|folder) PATH [PORT]".into());
    };
    let port = arguments.get(2).map(|port| port.parse()).transpose()?.unwrap_or(0);
    let (root, data) = (Path::new(path).canonicalize()?, tempfile::tempdir()?);
    let site: Arc<dyn Site> = match kind.as_str() {
        "folder" => Arc::new(FolderSite::new(&root, &RepoPath::root(), false)?),
        "version" => Arc::new(version(&root, data.path())?),
        _ => return Err("either version or folder".into()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock);
    let gate = Gate::new("bench", &Secret::random(), clock.now().plus_millis(24 * 60 * 60 * 1000), clock);
    let listener = Listener::start(runtime.handle(), Arc::clone(&gate), site, port..=port, Extra::default())?;
    let host = format!("127.0.0.1:{}", listener.port());
    let cookie = enter(&host, &link("", &gate.mint(60_000), "/"))?;
    println!("{}", serde_json::json!({ "url": format!("{}/", listener.origin()), "host": host, "cookie": cookie }));
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Exchanges a ticket for the cookie, as a browser does.
fn enter(host: &str, path: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).and_then(|cookie| cookie.split(';').next());
    Ok(cookie.ok_or("no cookie was set")?.to_owned())
}

/// The folder as a version whose contents are all kept, in a data folder of its own.
fn version(root: &Path, data: &Path) -> Result<VersionSite, Failure> {
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Arc::new(Objects::open(&data.join("objects.db"))?);
    let mut leaves = Vec::new();
    gather(root, &RepoPath::root(), &objects, &mut leaves)?;
    let tree = Tree::build(leaves);
    store.write::<_, rusqlite::Error>(|transaction| {
        let mut insert = transaction.prepare("INSERT OR IGNORE INTO manifest_nodes (hash, entries) VALUES (?1, ?2)")?;
        tree.nodes.iter().try_for_each(|(hash, json)| insert.execute(params![hash.to_string(), json]).map(drop))
    })?;
    let (files, bytes) = (tree.files, tree.bytes);
    let data = ManifestData {
        entries: tree.entries,
        root: tree.root,
        files,
        bytes,
        languages: Default::default(),
        git: None,
        keeps: Keeps::default(),
    };
    let manifest = Manifest {
        id: "bench".to_owned(),
        project_id: "bench".to_owned(),
        version: 1,
        created_at: Timestamp::from_millis(0).ok_or("1970")?,
        hash: ObjectHash::of(data.to_json().as_bytes()),
        data,
        label: String::new(),
        pinned_at: None,
        verified_at: None,
        trigger: Trigger::Manual,
        changes: VersionChanges::default(),
    };
    Ok(VersionSite::new(store, objects, manifest, &RepoPath::root(), false))
}

fn gather(root: &Path, at: &RepoPath, objects: &Objects, leaves: &mut Vec<(RepoPath, Content)>) -> Result<(), Failure> {
    for entry in fs::read_dir(at.below(root))? {
        let entry = entry?;
        let path = at.join(entry.file_name().as_bytes())?;
        if entry.file_type()?.is_dir() {
            gather(root, &path, objects, leaves)?;
        } else if entry.file_type()?.is_file() {
            let bytes = fs::read(entry.path())?;
            let (hash, size) = (objects.put(&bytes)?, bytes.len() as u64);
            leaves.push((path, Content::File { hash, size, executable: false, binary: bytes.contains(&0) }));
        }
    }
    Ok(())
}
