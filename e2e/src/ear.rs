//! A listener on this computer that hears what pages send it: what goes on in a window that no WebDriver sees.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::process::poll;

/// Hears requests until the test's process ends. A page speaks to it with `fetch(ear + "/word", { method: "POST", mode: "no-cors", body })`.
#[derive(Debug, Clone)]
pub struct Ear {
    origin: String,
    heard: Arc<Mutex<Vec<(String, String)>>>,
}

impl Ear {
    /// Listens on a free port.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let ear = Self { origin, heard: Arc::default() };
        let hearing = ear.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let hearing = hearing.clone();
                std::thread::spawn(move || hearing.hear(stream));
            }
        });
        ear
    }

    /// As `http://127.0.0.1:40000`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The bodies of all requests to this path so far.
    pub fn heard(&self, path: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().filter(|(each, _)| each == path).map(|(_, body)| body.clone()).collect()
    }

    /// The paths of all requests so far.
    pub fn paths(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(path, _)| path.clone()).collect()
    }

    /// Waits for the `count`th request to this path and returns its body.
    #[track_caller]
    pub fn wait(&self, path: &str, count: usize, limit: Duration) -> String {
        let came = poll(limit, || self.heard(path).len() >= count);
        assert!(came, "{path} was heard {} times in {limit:?} instead of {count}; all: {:?}", self.heard(path).len(), self.paths());
        self.heard(path).swap_remove(count - 1)
    }

    fn hear(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let (mut bytes, mut chunk) = (Vec::new(), [0; 16 * 1024]);
        let mut body_at = None;
        loop {
            let wanted = body_at.map(|(start, length)| start + length);
            if wanted.is_some_and(|wanted| bytes.len() >= wanted) {
                break;
            }
            match stream.read(&mut chunk) {
                Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
                _ => break,
            }
            if body_at.is_none() {
                body_at = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|end| (end + 4, length_of(&bytes[..end])));
            }
        }
        let Some((start, _)) = body_at else { return };
        let head = String::from_utf8_lossy(&bytes[..start]).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(&bytes[start..]).into_owned();
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push((path, body));
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>heard\n");
    }
}

fn length_of(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0)
}
