//! A preview of a temporary project, and a browser that says exactly what it is told to.
#![allow(dead_code)]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hyper::{Request, Response, body::Incoming};
use lectern_objects::{ObjectHash, Objects};
use lectern_preview::{
    gate::{Gate, Secret, link},
    serve::{Elsewhere, Extra, FolderSite, Listener, Reload, VersionSite},
    site::{Answer, Site, whole},
};
use lectern_store::{ManualClock, Store, StoreOptions, SystemClock, Timestamp, rusqlite::params};
use lectern_sync::{Content, Keeps, Manifest, ManifestData, RepoPath, Tree, Trigger, VersionChanges};

/// What no answer may ever hold.
pub const SECRET: &str = "the-secret-that-nobody-may-see";
pub const HOUR: i64 = 60 * 60 * 1000;

/// An address and who may use it.
pub struct Preview {
    pub listener: Listener,
    pub gate: Arc<Gate>,
    pub clock: ManualClock,
    pub reload: Reload,
    pub secret_hash: String,
    /// Every cookie that the exchange of a ticket gave.
    pub cookies: String,
    pub runtime: tokio::runtime::Runtime,
}

/// Opens a preview of `site` and exchanges a ticket for its cookies.
pub fn open(site: Arc<dyn Site>) -> Preview {
    open_with(site, Extra::default(), false)
}

pub fn open_with(site: Arc<dyn Site>, extra: Extra, in_browser: bool) -> Preview {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let secret = Secret::random();
    let gate = Gate::new("0198a2b3-session", &secret, lectern_store::Clock::now(&clock).plus_millis(8 * HOUR), Arc::new(clock.clone()));
    let reload = extra.reload.clone().unwrap_or_default();
    let extra = Extra { reload: Some(reload.clone()), ..extra };
    let listener = Listener::start(runtime.handle(), Arc::clone(&gate), site, 0..=0, extra).expect("a port");
    let mut preview = Preview { listener, gate, clock, reload, secret_hash: secret.hash(), cookies: String::new(), runtime };
    let mut to = link("", &preview.gate.mint(60_000), "/");
    if in_browser {
        to.push_str("&in=browser");
    }
    let entered = preview.plain("GET", &to, "");
    assert_eq!(entered.status, 303, "a ticket opens the preview: {}", entered.text());
    preview.cookies = entered.cookies();
    preview
}

impl Preview {
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.listener.port())
    }

    /// A GET with the cookies.
    pub fn get(&self, path: &str) -> Reply {
        self.get_with(path, "")
    }

    /// A GET with the cookies and further headers, each ending with a line break.
    pub fn get_with(&self, path: &str, headers: &str) -> Reply {
        self.plain("GET", path, &format!("Cookie: {}\r\n{headers}", self.cookies))
    }

    /// A well-formed request with `Host` and these headers.
    pub fn plain(&self, method: &str, path: &str, headers: &str) -> Reply {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.host());
        self.raw(request.as_bytes()).expect("an answer")
    }

    /// Sends these bytes and reads the answer; `None` when there was none that is one.
    pub fn raw(&self, request: &[u8]) -> Option<Reply> {
        self.raw_within(request, Duration::from_secs(3))
    }

    /// As [`Preview::raw`]; after so long without an answer the server is told that no more of the request comes.
    pub fn raw_within(&self, request: &[u8], patience: Duration) -> Option<Reply> {
        let mut stream = self.connect();
        // It may be refused before all of it is sent.
        let _ = stream.write_all(request);
        read_reply_within(&mut stream, request.starts_with(b"HEAD "), patience)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.listener.port())).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }
}

pub fn read_reply(stream: &mut TcpStream, head: bool) -> Option<Reply> {
    read_reply_within(stream, head, Duration::from_secs(3))
}

/// Reads one answer, or to the end. When nothing comes for so long, the server waits for more of the request: then it is told that there is no more.
pub fn read_reply_within(stream: &mut TcpStream, head: bool, patience: Duration) -> Option<Reply> {
    stream.set_read_timeout(Some(patience)).expect("a timeout");
    let mut answer = Vec::new();
    let mut piece = [0; 64 * 1024];
    let mut told = false;
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock && !told => {
                told = true;
                let _ = stream.shutdown(std::net::Shutdown::Write);
            }
            Err(_) => break,
        }
        if let Some(reply) = Reply::parse(&answer) {
            let length = reply.header("content-length").and_then(|length| length.parse::<usize>().ok());
            if head || matches!(reply.status, 101 | 204 | 304) || length.is_some_and(|length| reply.body.len() >= length) {
                break;
            }
        }
    }
    Reply::parse(&answer)
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Some(Self { status, headers, body: bytes[end + 4..].to_vec() })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a browser would send along from now on.
    pub fn cookies(&self) -> String {
        self.all("set-cookie").iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

/// Tells how often the gate let something through.
#[derive(Default)]
pub struct Counter {
    pub reached: AtomicUsize,
}

impl Counter {
    pub fn reached(&self) -> usize {
        self.reached.load(Ordering::SeqCst)
    }
}

impl Site for Counter {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        self.reached.fetch_add(1, Ordering::SeqCst);
        let seen = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        Box::pin(async move { Response::new(whole(seen)) })
    }
}

/// A folder of files, each a path and its contents; a path ending with `@` is a link.
pub fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("proj");
    fs::create_dir(&root).expect("a folder");
    for (path, contents) in files {
        write(&root, path, contents);
    }
    dir
}

pub fn write(root: &Path, path: &str, contents: &[u8]) {
    let target = root.join(path.trim_end_matches('@'));
    fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
    if path.ends_with('@') {
        std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(contents), target).expect("a link");
    } else {
        fs::write(target, contents).expect("a file");
    }
}

pub fn root(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("proj")
}

/// Serves the project as it is.
pub fn folder_site(dir: &tempfile::TempDir, folder: &str, falls_back: bool) -> Arc<dyn Site> {
    Arc::new(FolderSite::new(&root(dir), &path(folder), falls_back).expect("a site"))
}

/// Serves the project as it is now for ever.
pub fn version_site(dir: &tempfile::TempDir, folder: &str, falls_back: bool) -> Arc<dyn Site> {
    Arc::new(version(dir, folder, falls_back, u64::MAX, None))
}

/// As [`version_site`], with contents up to `keeps` bytes kept and larger ones from `elsewhere`.
pub fn version(dir: &tempfile::TempDir, folder: &str, falls_back: bool, keeps: u64, elsewhere: Option<Arc<Elsewhere>>) -> VersionSite {
    let data = dir.path().join("data");
    fs::create_dir_all(&data).expect("a folder");
    let store = Arc::new(Store::open(&data.join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a store"));
    let objects = Arc::new(Objects::open(&data.join("objects.db")).expect("objects"));
    let mut leaves = Vec::new();
    gather(&root(dir), &RepoPath::root(), keeps, &objects, &mut leaves);
    let tree = Tree::build(leaves);
    store
        .write::<_, lectern_store::rusqlite::Error>(|transaction| {
            for (hash, json) in &tree.nodes {
                transaction
                    .execute("INSERT OR IGNORE INTO manifest_nodes (hash, entries) VALUES (?1, ?2)", params![hash.to_string(), json])?;
            }
            Ok(())
        })
        .expect("nodes");
    let data = ManifestData {
        entries: tree.entries,
        root: tree.root,
        files: tree.files,
        bytes: tree.bytes,
        languages: Default::default(),
        git: None,
        keeps: Keeps { binary: keeps, text: keeps },
    };
    let manifest = Manifest {
        id: "m".to_owned(),
        project_id: "p".to_owned(),
        version: 1,
        created_at: Timestamp::from_millis(0).expect("in range"),
        hash: ObjectHash::of(data.to_json().as_bytes()),
        data,
        label: String::new(),
        pinned_at: None,
        verified_at: None,
        trigger: Trigger::Manual,
        changes: VersionChanges::default(),
    };
    let site = VersionSite::new(store, objects, manifest, &path(folder), falls_back);
    match elsewhere {
        Some(elsewhere) => site.with_elsewhere(elsewhere),
        None => site,
    }
}

fn gather(root: &Path, at: &RepoPath, keeps: u64, objects: &Objects, leaves: &mut Vec<(RepoPath, Content)>) {
    for entry in fs::read_dir(at.below(root)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = at.join(entry.file_name().as_bytes()).expect("a path");
        let kind = entry.file_type().expect("a type");
        if kind.is_symlink() {
            let text = fs::read_link(entry.path()).expect("a link");
            let text = text.as_os_str().as_bytes();
            leaves.push((path, Content::Symlink { hash: objects.put(text).expect("an object"), size: text.len() as u64 }));
        } else if kind.is_dir() {
            gather(root, &path, keeps, objects, leaves);
        } else {
            let bytes = fs::read(entry.path()).expect("a file");
            let hash = ObjectHash::of(&bytes);
            if bytes.len() as u64 <= keeps {
                objects.put(&bytes).expect("an object");
            }
            let binary = bytes.iter().take(8192).any(|byte| *byte == 0);
            leaves.push((path, Content::File { hash, size: bytes.len() as u64, executable: false, binary }));
        }
    }
}

pub fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, most: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}
