//! A scripted server on loopback, which can do everything that a server should not.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod asking;
pub mod files;
pub mod fixture;
pub mod kinds;

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// The head, lower case names.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The connection of one request, to answer on.
pub struct Line {
    stream: TcpStream,
    gone: Sender<Instant>,
}

impl Line {
    /// Sends bytes; nobody minds when the other side is gone.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).and_then(|()| self.stream.flush()).is_ok()
    }

    /// A whole answer.
    pub fn answer(&mut self, status: u16, kind: &str, headers: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        self.send(head);
        self.send(body);
    }

    pub fn json(&mut self, status: u16, body: &str) {
        self.answer(status, "application/json", "", body);
    }

    /// The head of an answer that goes on until the connection is closed.
    pub fn stream_head(&mut self) {
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    }

    pub fn event(&mut self, data: &str) -> bool {
        self.send(format!("data: {data}\n\n"))
    }

    /// An event with some text.
    pub fn text(&mut self, text: &str) -> bool {
        self.event(&serde_json::json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] }).to_string())
    }

    /// The events that end an answer properly.
    pub fn finish(&mut self, reason: &str, prompt_tokens: u32) {
        self.event(&serde_json::json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }).to_string());
        self.event(&serde_json::json!({ "choices": [], "usage": { "prompt_tokens": prompt_tokens, "completion_tokens": 3 } }).to_string());
        self.event("[DONE]");
    }

    /// Waits until the other side closes the connection, and notes when. At most `longest`.
    pub fn wait_until_closed(&mut self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut byte = [0_u8; 64];
        self.stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a timeout");
        while Instant::now() < until {
            match self.stream.read(&mut byte) {
                Ok(0) => {
                    let _ = self.gone.send(Instant::now());
                    return true;
                }
                Err(error) if !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    let _ = self.gone.send(Instant::now());
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Lets another server answer, on a connection that ends with its answer.
    pub fn pass_on(&mut self, asked: &Asked, port: u16) {
        let mut other = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the other server");
        let head = format!("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", asked.method, asked.path, asked.body.len());
        other.write_all(head.as_bytes()).and_then(|()| other.write_all(&asked.body)).expect("it listens");
        other.shutdown(Shutdown::Write).ok();
        let _ = std::io::copy(&mut other, &mut self.stream);
        self.drop_it();
    }

    /// Ends the connection without another word.
    pub fn drop_it(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

pub type Script = dyn Fn(&Asked, &mut Line) + Send + Sync;

/// A server that answers each request by a script.
pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    /// When clients closed connections that a script waited on.
    pub gone: Receiver<Instant>,
}

impl Server {
    pub fn start(script: impl Fn(&Asked, &mut Line) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, gone) = channel();
        let (asked, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let script: Arc<Script> = Arc::new(script);
        let (heard, ended) = (Arc::clone(&asked), Arc::clone(&stop));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                let (script, heard, gone) = (Arc::clone(&script), Arc::clone(&heard), sender.clone());
                thread::spawn(move || {
                    stream.set_nodelay(true).ok();
                    let mut line = Line { stream, gone };
                    while let Some(request) = read_request(&mut line.stream) {
                        heard.lock().expect("no script panics while holding it").push(request.clone());
                        script(&request, &mut line);
                    }
                });
            }
        });
        Self { port, asked, stop, gone }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no script panics while holding it").clone()
    }

    /// Requests to one path.
    pub fn asked_at(&self, path: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path == path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Wakes the thread that waits for connections, which then ends and closes the port.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut byte = [0_u8; 1];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) if bytes.len() < 1 << 16 => bytes.push(byte[0]),
            _ => return None,
        }
    }
    let head = String::from_utf8(bytes).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse::<usize>().ok()).unwrap_or(0);
    let mut body = vec![0_u8; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { method, path, headers, body })
}

/// The lists of models that make a server one of its kind; `None` where it has nothing to say.
pub fn other_kind(asked: &Asked, line: &mut Line) -> bool {
    match asked.path.as_str() {
        "/v1/models" => line.json(200, r#"{"object":"list","data":[{"id":"small","object":"model","owned_by":"me"}]}"#),
        "/v1/chat/completions" => return false,
        _ => line.json(404, r#"{"error":"not here"}"#),
    }
    true
}
