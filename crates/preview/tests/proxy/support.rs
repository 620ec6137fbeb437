//! Both ends of the proxy, byte by byte: a listener in the gate's place, dev servers that do as they are told, a browser that sends anything.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use lectern_preview::{proxy::Proxy, site::Site};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// Nothing here takes this long; a test that waits for what never comes fails then instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection and what was read of it beyond what was asked for.
pub struct Wire {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: Vec::new() }
    }

    pub async fn connect(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.expect("it listens"))
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("an open connection");
    }

    /// Reads more; false when the other side has ended or failed.
    pub async fn more(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await.expect("something arrives or ends");
        read.is_ok_and(|read| read > 0)
    }

    /// Everything up to and with the mark; `None` when the connection ends before.
    pub async fn try_until(&mut self, mark: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(mark.len()).position(|window| window == mark) {
                return Some(self.buffer.drain(..at + mark.len()).collect());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    pub async fn until(&mut self, mark: &str) -> String {
        match self.try_until(mark.as_bytes()).await {
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => panic!("the connection ended before {mark:?}, after {:?}", String::from_utf8_lossy(&self.buffer)),
        }
    }

    pub async fn head(&mut self) -> String {
        self.until("\r\n\r\n").await
    }

    pub async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length {
            assert!(self.more().await, "the connection ended after {} of {length} bytes", self.buffer.len());
        }
        self.buffer.drain(..length).collect()
    }

    /// What has arrived, or arrives next; `None` at the end.
    pub async fn some(&mut self) -> Option<Vec<u8>> {
        if self.buffer.is_empty() && !self.more().await {
            return None;
        }
        Some(std::mem::take(&mut self.buffer))
    }

    /// Everything until the other side ends.
    pub async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned()
    }

    /// A whole message: its head, and its body as framed.
    pub async fn message(&mut self) -> Option<(String, Vec<u8>)> {
        let head = String::from_utf8_lossy(&self.try_until(b"\r\n\r\n").await?).into_owned();
        if field(&head, "transfer-encoding").is_some() {
            return Some((head, self.chunks().await));
        }
        let length = field(&head, "content-length").map_or(0, |length| length.parse().expect("it is written right"));
        let body = self.exactly(length).await;
        Some((head, body))
    }

    /// A chunked body, joined; trailers follow the last chunk.
    pub async fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let size = self.until("\r\n").await;
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or_else(|_| panic!("{size:?} is the size of a chunk"));
            if size == 0 {
                let mut trailers = String::new();
                while !trailers.ends_with("\r\n\r\n") && trailers != "\r\n" {
                    trailers.push_str(&self.until("\r\n").await);
                }
                body.extend_from_slice(trailers.trim_end().as_bytes());
                return body;
            }
            body.extend(self.exactly(size).await);
            self.until("\r\n").await;
        }
    }
}

/// The value of a header field in the text of a head.
pub fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// All values of a header field.
pub fn fields<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
}

pub fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head:?} has a status"))
}

/// A dev server of which each connection is handed to a script.
pub struct DevServer {
    pub address: SocketAddr,
    _connections: JoinSet<()>,
}

impl DevServer {
    pub async fn start<F, S>(script: F) -> Self
    where
        F: Fn(Wire) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(script(Wire::new(stream)));
            }
        });
        Self { address, _connections: connections }
    }

    /// Answers every request with the same bytes, and notes the requests as they arrived.
    pub async fn answering(answer: impl Into<Vec<u8>>) -> (Self, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answer: Arc<[u8]> = answer.into().into();
        let notes = heard.clone();
        let server = Self::start(move |mut wire| {
            let (answer, notes) = (answer.clone(), notes.clone());
            async move {
                while let Some((head, body)) = wire.message().await {
                    notes.lock().expect("no panic").push(head + &String::from_utf8_lossy(&body));
                    wire.send(&answer).await;
                    if !answer.windows(2).any(|window| window == b"\r\n") || answer.starts_with(b"HTTP/1.0") {
                        return;
                    }
                }
            }
        })
        .await;
        (server, heard)
    }
}

/// The proxy behind a listener that checks nothing.
pub struct Front {
    pub address: SocketAddr,
    pub proxy: Arc<Proxy>,
    pub _connections: JoinSet<()>,
}

impl Front {
    pub async fn to(target: SocketAddr) -> Self {
        Self::with_log(target, &[]).await
    }

    /// One that goes on when the browser has stopped sending, so that a test can say "that was all" and read what comes.
    pub async fn to_the_end(target: SocketAddr) -> Self {
        Self::start(target, &[], true).await
    }

    pub async fn with_log(target: SocketAddr, log: &[&str]) -> Self {
        Self::start(target, log, false).await
    }

    async fn start(target: SocketAddr, log: &[&str], half_close: bool) -> Self {
        let log: Vec<String> = log.iter().map(|line| (*line).to_owned()).collect();
        let proxy = Proxy::new(target, Arc::new(move || log.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut connections = JoinSet::new();
        let site = Arc::downgrade(&proxy);
        connections.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("a socket");
                let site = site.clone();
                let service = service_fn(move |request| {
                    let answer = site.upgrade().expect("the proxy is there").answer(request);
                    async move { Ok::<_, std::convert::Infallible>(answer.await) }
                });
                open.spawn(async move {
                    let _ended =
                        http1::Builder::new().half_close(half_close).serve_connection(TokioIo::new(stream), service).with_upgrades().await;
                });
            }
        });
        Self { address, proxy, _connections: connections }
    }

    pub async fn browser(&self) -> Wire {
        Wire::connect(self.address).await
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Sends one request, in which `$host` stands for the preview's host and lines end as they should; returns the whole answer.
    pub async fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let mut browser = self.browser().await;
        browser.send(self.text(request)).await;
        browser.message().await.expect("an answer")
    }

    pub fn text(&self, request: &str) -> String {
        request.replace("$host", &self.host()).replace("\r\n", "\n").replace('\n', "\r\n")
    }
}
