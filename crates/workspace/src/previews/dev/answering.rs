//! Finds out where a dev server answers: on the port it was given, the one it prints, or whatever its processes listen on.

use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::{Arc, LazyLock, Weak},
    time::{Duration, Instant},
};

use super::{Known, State, ends};
use crate::Workspace;

/// How often it is tried.
const INTERVAL: Duration = Duration::from_millis(40);
/// How long one connection is waited for that accepted a request; a first answer may be compiled first.
const FIRST_ANSWER: Duration = Duration::from_secs(30);
/// A port that only the system tells of is believed after this: others may come that are printed.
const UNNAMED: Duration = Duration::from_millis(1500);
/// A printed port that nobody of the tree listens on is believed after this: containers listen for others.
const FOREIGN: Duration = Duration::from_secs(3);

/// How long one that doesn't answer is waited for.
#[derive(Debug, Clone, Copy)]
pub(in crate::previews) struct Limits {
    /// One that prints nothing for so long is given up. While it prints it is waited for: it may install or compile.
    pub silence: Duration,
    /// One that doesn't answer in all this time is given up, however much it prints.
    pub longest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { silence: Duration::from_secs(60), longest: Duration::from_secs(600) }
    }
}

impl Limits {
    /// The limit that one has reached that has been silent, and has been starting, for so long.
    fn reached(self, silent: Duration, starting: Duration) -> Option<Duration> {
        if silent >= self.silence {
            return Some(self.silence);
        }
        (starting >= self.longest).then_some(self.longest)
    }
}

/// `http://localhost:5173/`, `127.0.0.1:8000`, `port 3000`.
static PORT: LazyLock<Option<regex::Regex>> = LazyLock::new(|| {
    regex::Regex::new(r"(?i)(?:https?://[\w.\-\[\]:]*?:|\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):|\bport:?\s+)(\d{2,5})\b").ok()
});

/// The port that a line tells of.
pub(super) fn printed_port(line: &str) -> Option<u16> {
    let found = PORT.as_ref()?.captures(line)?;
    found[1].parse().ok().filter(|port| *port != 0)
}

/// Waits until it answers, is given up, or ends.
pub(super) fn wait(weak: &Weak<Workspace>, id: &str, state: &Arc<State>, limits: Limits) {
    while !state.is_stopping() && weak.strong_count() > 0 {
        let known = state.known();
        for address in candidates(&known, state.port, Instant::now()) {
            if answers(address, state) {
                if let Some(workspace) = weak.upgrade() {
                    workspace.dev_server_answers(id, address);
                }
                return;
            }
        }
        if let Some(waited) = limits.reached(known.said_at.elapsed(), state.began.elapsed()) {
            let Some(workspace) = weak.upgrade() else { return };
            let Some(log) = workspace.previews.live(id).and_then(|live| live.log.clone()) else { return };
            workspace.dev_server_failed(id, state, ends::no_answer(&log, waited));
            return;
        }
        state.wait(INTERVAL);
    }
}

/// Where it may answer, the likeliest first.
fn candidates(known: &Known, given: u16, now: Instant) -> Vec<SocketAddr> {
    let past = |since: Option<Instant>, by: Duration| since.is_some_and(|since| now.duration_since(since) >= by);
    let own = |port: u16| known.listening.iter().any(|address| address.port() == port);
    // The port was free when it was given; who listens there now was told to.
    let mut ports = vec![given];
    ports.extend(known.printed.iter().filter(|port| own(**port) || (known.listening.is_empty() && past(known.printed_at, FOREIGN))));
    if past(known.listening_since, UNNAMED) {
        ports.extend(known.listening.iter().map(SocketAddr::port));
    }
    let mut addresses = Vec::new();
    for port in ports {
        let loopbacks = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let reaches = |ip: IpAddr| {
            let of_port = known.listening.iter().filter(|address| address.port() == port).collect::<Vec<_>>();
            of_port.is_empty() || of_port.iter().any(|address| address.ip() == ip || address.ip().is_unspecified())
        };
        addresses.extend(loopbacks.into_iter().filter(|ip| reaches(*ip)).map(|ip| SocketAddr::new(ip, port)));
    }
    let mut seen = std::collections::HashSet::new();
    addresses.retain(|address| seen.insert(*address));
    addresses
}

/// Whether somebody speaks HTTP there.
fn answers(address: SocketAddr, state: &State) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_millis(250)) else { return false };
    let request = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{}\r\nAccept: text/html,*/*\r\nUser-Agent: Lectern\r\nConnection: close\r\n\r\n",
        address.port()
    );
    if stream.set_read_timeout(Some(Duration::from_millis(100))).is_err() || stream.write_all(request.as_bytes()).is_err() {
        return false;
    }
    let began = Instant::now();
    let mut head = Vec::new();
    let mut piece = [0; 512];
    while head.len() < 5 && began.elapsed() < FIRST_ANSWER && !state.is_stopping() {
        match stream.read(&mut piece) {
            Ok(0) => return false,
            Ok(count) => head.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(_) => return false,
        }
    }
    head.starts_with(b"HTTP/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_from_what_servers_print() {
        for (line, port) in [
            ("  ➜  Local:   http://localhost:5173/", 5173),
            ("ready - started server on 0.0.0.0:3000, url: http://localhost:3000", 3000),
            ("Starting development server at http://127.0.0.1:8000/", 8000),
            ("Server listening on port 4567", 4567),
            ("* Listening on http://[::1]:9292", 9292),
            ("Serving HTTP on 127.0.0.1 port 8123 (http://127.0.0.1:8123/) ...", 8123),
        ] {
            assert_eq!(printed_port(line), Some(port), "{line}");
        }
        for line in ["12 modules transformed", "GET / 200 in 35ms", "2026-01-01 10:20:30 built", "http://example.org/"] {
            assert_eq!(printed_port(line), None, "{line}");
        }
    }

    #[test]
    fn a_start_may_take_ten_minutes_while_it_prints_and_one_while_it_does_not() {
        let limits = Limits::default();
        let seconds = Duration::from_secs;
        assert_eq!(limits.reached(seconds(59), seconds(599)), None);
        assert_eq!(limits.reached(seconds(60), seconds(61)), Some(seconds(60)));
        assert_eq!(limits.reached(seconds(0), seconds(600)), Some(seconds(600)));
    }

    #[test]
    fn the_given_port_comes_first_and_a_strangers_is_not_taken() {
        let start = Instant::now();
        let later = start + Duration::from_secs(10);
        let known = Known {
            listening: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 9229)), SocketAddr::from((Ipv6Addr::LOCALHOST, 5173))],
            listening_since: Some(start),
            printed: vec![5173, 80],
            printed_at: Some(start),
            said_at: start,
            lines: 1,
        };
        let ports = |now| candidates(&known, 4000, now).into_iter().map(|address| address.to_string()).collect::<Vec<_>>();
        assert_eq!(ports(start), ["127.0.0.1:4000", "[::1]:4000", "[::1]:5173"], "port 80 is somebody else's");
        assert_eq!(ports(later), ["127.0.0.1:4000", "[::1]:4000", "[::1]:5173", "127.0.0.1:9229"]);
        let container = Known { listening: Vec::new(), listening_since: None, ..known };
        assert_eq!(candidates(&container, 4000, start).len(), 2);
        assert_eq!(candidates(&container, 4000, later).len(), 6);
    }
}
