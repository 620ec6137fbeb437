//! A server on this computer that gives one file, only as far as a test lets it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The mark of the file's state that is told and asked for.
const ETAG: &str = "\"one\"";
/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;

/// Answers until the test's process ends, with ranges (`Range`, `If-Range`) as servers of large files do.
#[derive(Debug, Clone)]
pub struct FileServer {
    origin: String,
    file: Arc<Vec<u8>>,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes of the file that may be given.
    limit: usize,
    /// Where each request began.
    began: Vec<usize>,
}

impl FileServer {
    /// Serves these bytes under any path, up to `limit`; further bytes are waited for.
    pub fn start(file: Vec<u8>, limit: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let state = Arc::new((Mutex::new(State { limit, began: Vec::new() }), Condvar::new()));
        let server = Self { origin, file: Arc::new(file), state };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                // Who asked may be gone by now.
                std::thread::spawn(move || drop(serving.answer(stream)));
            }
        });
        server
    }

    /// The address of the file under this name.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.origin)
    }

    /// Gives all of it from now on.
    pub fn give_all(&self) {
        let (state, changed) = &*self.state;
        state.lock().unwrap_or_else(PoisonError::into_inner).limit = usize::MAX;
        changed.notify_all();
    }

    /// The byte that each request began with, so far.
    pub fn began(&self) -> Vec<usize> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner).began.clone()
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let header =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(|value| value.trim().to_owned()));
        let same = header("if-range").is_none_or(|mark| mark == ETAG);
        let range = header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let from = range.filter(|from| same && *from < self.file.len()).unwrap_or(0);
        let (state, changed) = &*self.state;
        state.lock().unwrap_or_else(PoisonError::into_inner).began.push(from);
        let size = self.file.len();
        let status =
            if from > 0 { format!("206 Partial Content\r\nContent-Range: bytes {from}-{}/{size}", size - 1) } else { "200 OK".to_owned() };
        let length = size - from;
        write!(
            stream,
            "HTTP/1.1 {status}\r\nETag: {ETAG}\r\nAccept-Ranges: bytes\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )?;
        let mut at = from;
        while at < size {
            let limit = {
                let state = state.lock().unwrap_or_else(PoisonError::into_inner);
                changed.wait_while(state, |state| state.limit <= at).unwrap_or_else(PoisonError::into_inner).limit
            };
            let end = size.min(limit).min(at + PIECE);
            stream.write_all(&self.file[at..end])?;
            at = end;
        }
        Ok(())
    }
}
