//! A project with a real Vite dev server, and a preview of it: gate, listener and proxy as they are in Lectern.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use hyper::{Request, header::HeaderValue};
use lectern_preview::{
    gate::{Gate, Secret, link},
    serve::{Extra, Listener},
    site::Site,
};
use lectern_store::{Clock, SystemClock};
use tokio::runtime::Handle;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client, client::IntoClientRequest};

/// Vite answers within this, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the page's module is called, for whoever edits it.
pub const MODULE: &str = "main.js";

/// After so long a file is saved once more.
const AGAIN: Duration = Duration::from_secs(3);

/// A Vite dev server over a folder of its own; both are gone when it is dropped.
pub struct Vite {
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
    process: Child,
}

impl Vite {
    /// `None` where Node.js or Vite isn't installed (`npm ci` in `ui/` brings it), with a word on it.
    pub fn start() -> Option<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/vite/bin/vite.js");
        if !program.exists() || Command::new("node").arg("--version").stdout(Stdio::null()).status().is_err() {
            eprintln!("skipped: Vite isn't installed; `npm ci` in ui/ brings it");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("package.json"), "{\"type\":\"module\"}").expect("written");
        fs::write(
            folder.path().join("index.html"),
            "<!doctype html><title>first</title><link rel=stylesheet href=/style.css><script type=module src=/main.js></script>",
        )
        .expect("written");
        fs::write(folder.path().join("style.css"), "body { color: red }").expect("written");
        write_state(folder.path(), 0);
        // A free port; Vite is told to fail rather than to take another, should somebody be faster.
        let address = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let mut process = Command::new("node")
            .arg(program)
            .args(["--host", "127.0.0.1", "--strictPort", "--clearScreen", "false", "--port", &address.port().to_string()])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Vite starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        thread::spawn(move || output.lines().map_while(Result::ok).for_each(drop));
        let vite = Self { folder, address, process };
        let limit = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < limit, "Vite doesn't listen on {address}");
            thread::sleep(Duration::from_millis(50));
        }
        Some(vite)
    }

    /// Saves another state of the module, which tells the server when it runs, and takes itself in without a reload.
    pub fn edit(&self, state: u32) {
        write_state(self.folder.path(), state);
    }
}

/// Writes the module in one piece of always the same length, so that Vite never finds it empty or half.
fn write_state(folder: &Path, state: u32) {
    let text = format!(
        "const state = {state:>6};\nfetch('/ran?' + state);\ndocument.title = 'state ' + state;\nimport.meta.hot.accept();\nexport default state;\n"
    );
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(MODULE)).expect("the module is there");
    file.write_all(text.as_bytes()).expect("written");
}

impl Drop for Vite {
    fn drop(&mut self) {
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// A preview that is open: its listener, and what a browser has to bring along.
pub struct Preview {
    pub gate: Arc<Gate>,
    pub listener: Listener,
    pub cookie: String,
}

impl Preview {
    /// Opens one on the runtime, and exchanges a ticket for its cookies.
    pub fn open(runtime: &Handle, site: Arc<dyn Site>) -> Self {
        let clock = Arc::new(SystemClock);
        let gate = Gate::new("0193-test", &Secret::random(), clock.now().plus_millis(600_000), clock);
        let listener = Listener::start(runtime, gate.clone(), site, 0..=0, Extra::default()).expect("a port");
        let mut preview = Self { gate, listener, cookie: String::new() };
        let answer = preview.get(&link("", &preview.gate.mint(60_000), "/"));
        preview.cookie = cookies(&answer);
        assert!(preview.cookie.starts_with("lectern-"), "{answer}");
        preview
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.listener.port()))
    }

    /// Asks as a page of the preview does; the whole answer as text.
    pub fn get(&self, path: &str) -> String {
        get(self.address(), path, &self.cookie).expect("an answer")
    }

    /// Vite's client. Its answer comes in pieces, with their lengths between: it is asked for again where a piece ends within the token.
    pub fn client(&self) -> String {
        (0..20).map(|_| self.get("/@vite/client")).find(|client| client.contains(TOKEN)).expect("Vite's client has a token")
    }
}

/// Asks as a browser does; the whole answer as text.
pub fn get(address: SocketAddr, path: &str, cookie: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// What an answer sets, as a browser sends it back.
pub fn cookies(answer: &str) -> String {
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).filter_map(|cookie| cookie.split(';').next());
    cookies.collect::<Vec<_>>().join("; ")
}

/// Vite's update channel as its client opens it.
pub struct Updates(WebSocket<TcpStream>);

impl Updates {
    /// Opens it at an address, with the page's own origin.
    pub fn open(address: SocketAddr, token: &str, cookie: &str) -> Self {
        Self::try_open(address, token, cookie).unwrap_or_else(|error| panic!("{address} gives a websocket: {error}"))
    }

    /// As [`Self::open`]; the error says what came instead.
    pub fn try_open(address: SocketAddr, token: &str, cookie: &str) -> Result<Self, String> {
        Self::ask(address, &format!("/?token={token}"), cookie, Some("vite-hmr"))
    }

    /// Any websocket, opened as a page of that address does.
    pub fn ask(address: SocketAddr, path: &str, cookie: &str, protocol: Option<&str>) -> Result<Self, String> {
        let mut request: Request<()> = format!("ws://{address}{path}").into_client_request().expect("an address");
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(&format!("http://{address}")).expect("a header"));
        headers.insert("cookie", HeaderValue::from_str(cookie).expect("a header"));
        if let Some(protocol) = protocol {
            headers.insert("sec-websocket-protocol", HeaderValue::from_str(protocol).expect("a header"));
        }
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let (socket, answer) = client(request, stream).map_err(|error| error.to_string())?;
        assert_eq!(answer.headers().get("sec-websocket-protocol").map(HeaderValue::as_bytes), protocol.map(str::as_bytes));
        Ok(Self(socket))
    }

    /// Waits for the next message of text.
    pub fn text(&mut self) -> Result<String, String> {
        loop {
            if let Message::Text(text) = self.0.read().map_err(|error| error.to_string())? {
                return Ok(text.to_string());
            }
        }
    }

    /// Waits for the next message of a kind, and skips others.
    pub fn next(&mut self, kind: &str) -> serde_json::Value {
        self.try_next(kind).unwrap_or_else(|error| panic!("Vite sends {kind:?}: {error}"))
    }

    /// Saves until Vite tells of it: what is saved before its watcher has looked around is nothing new to it.
    pub fn next_after(&mut self, save: impl Fn()) -> serde_json::Value {
        self.0.get_ref().set_read_timeout(Some(AGAIN)).expect("a socket");
        let limit = Instant::now() + PATIENCE;
        let update = loop {
            save();
            match self.try_next("update") {
                Ok(update) => break update,
                Err(error) => assert!(Instant::now() < limit, "Vite tells of a saved file: {error}"),
            }
        };
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).expect("a socket");
        update
    }

    fn try_next(&mut self, kind: &str) -> Result<serde_json::Value, String> {
        loop {
            let message: serde_json::Value = serde_json::from_str(&self.text()?).expect("Vite sends JSON");
            if message["type"] == kind {
                return Ok(message);
            }
        }
    }

    /// Forgets what has arrived so far.
    pub fn skip(&mut self) {
        self.0.get_ref().set_read_timeout(Some(Duration::from_millis(100))).expect("a socket");
        while self.text().is_ok() {}
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).expect("a socket");
    }

    /// Waits for the end of the channel.
    pub fn is_ended(&mut self) -> bool {
        loop {
            match self.0.read() {
                Ok(_) => {}
                Err(tokio_tungstenite::tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return false,
                Err(_) => return true,
            }
        }
    }
}

/// What stands before the token in Vite's client.
const TOKEN: &str = "const wsToken = \"";

/// The token that Vite's client has been given, without which Vite takes no websocket.
pub fn token(client: &str) -> &str {
    let at = client.find(TOKEN).map(|at| at + TOKEN.len()).expect("Vite's client has a token");
    client[at..].split('"').next().unwrap_or_default()
}

/// Where Chromium is, if it is installed.
#[allow(dead_code, reason = "the benchmark needs none")]
pub fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|path| path.is_file())
}
