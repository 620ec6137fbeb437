//! A server of files that breaks off, changes its mind, and ignores what it was asked.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

use super::{Asked, Line, Server};

/// How a server of one file behaves.
#[derive(Clone)]
pub struct Habits {
    /// Answers ranges.
    pub ranges: bool,
    /// The mark of the file's state, as a header line.
    pub mark: String,
    /// Heeds `If-Range`.
    pub heeds_mark: bool,
    /// Says how long the file is.
    pub says_length: bool,
    /// Gives no more than so many bytes of a range at once.
    pub at_most: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self { ranges: true, mark: "ETag: \"one\"\r\n".to_owned(), heeds_mark: true, says_length: true, at_most: usize::MAX }
    }
}

/// A server of one file, which may be exchanged, and whose next answers break off after so many bytes.
pub struct FileServer {
    pub server: Server,
    pub file: Arc<Mutex<(Vec<u8>, Habits)>>,
    /// Bytes of the body after which each of the next answers breaks off.
    pub breaks: Arc<Mutex<Vec<usize>>>,
    /// Bytes of bodies sent in all.
    pub sent: Arc<AtomicUsize>,
    pub answers: Arc<AtomicU32>,
}

impl FileServer {
    pub fn new(bytes: Vec<u8>, habits: Habits) -> Self {
        let file = Arc::new(Mutex::new((bytes, habits)));
        let (breaks, sent, answers) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU32::new(0)));
        let (served, cuts, count, told) = (Arc::clone(&file), Arc::clone(&breaks), Arc::clone(&sent), Arc::clone(&answers));
        let server = Server::start(move |asked, line| {
            let (bytes, habits) = served.lock().expect("no panic").clone();
            let cut = cuts.lock().expect("no panic").pop();
            told.fetch_add(1, Ordering::SeqCst);
            count.fetch_add(give(asked, line, &bytes, &habits, cut), Ordering::SeqCst);
        });
        Self { server, file, breaks, sent, answers }
    }

    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.server.address())
    }

    /// Breaks off the next answers, the first one first.
    pub fn break_off(&self, after: &[usize]) {
        *self.breaks.lock().expect("no panic") = after.iter().rev().copied().collect();
    }
}

/// Answers one request; how many bytes of the body went out.
fn give(asked: &Asked, line: &mut Line, bytes: &[u8], habits: &Habits, cut: Option<usize>) -> usize {
    let from: Option<usize> = asked.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let same = asked.header("if-range").is_none_or(|mark| !habits.heeds_mark || habits.mark.contains(mark));
    let (head, body) = match from.filter(|_| habits.ranges && same) {
        Some(from) if from >= bytes.len() => {
            line.answer(416, "text/plain", &format!("Content-Range: bytes */{}\r\n", bytes.len()), "");
            return 0;
        }
        Some(from) => {
            let end = from.saturating_add(habits.at_most).min(bytes.len());
            (format!("206 X\r\nContent-Range: bytes {from}-{}/{}\r\n", end - 1, bytes.len()), &bytes[from..end])
        }
        None => ("200 X\r\n".to_owned(), bytes),
    };
    let length = if habits.says_length { format!("Content-Length: {}\r\n", body.len()) } else { "Connection: close\r\n".to_owned() };
    line.send(format!("HTTP/1.1 {head}Content-Type: application/octet-stream\r\n{length}{}\r\n", habits.mark));
    let end = cut.unwrap_or(body.len()).min(body.len());
    line.send(&body[..end]);
    if end < body.len() || !habits.says_length {
        line.drop_it();
    }
    end
}
