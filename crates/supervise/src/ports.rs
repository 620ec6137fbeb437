//! Which TCP sockets a tree of processes listens on.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::ffi::OsStrExt,
    time::Duration,
};

use crate::processes::Named;

/// Looks again and again.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    /// All sockets that anybody listens on, by their inodes, as of the last look.
    seen: Vec<(u64, SocketAddr)>,
    /// Looks since they changed. A socket may be seen before its owner is.
    unchanged: u32,
    told: Vec<SocketAddr>,
    looks: u32,
}

impl Ports {
    /// The addresses that `tree` listens on, when they are others than at the last time.
    pub fn look(&mut self, tree: &[Named]) -> Option<Vec<SocketAddr>> {
        self.looks = self.looks.saturating_add(1);
        let listening = listening();
        if listening == self.seen {
            self.unchanged = self.unchanged.saturating_add(1);
            // Whose they are takes longer to find out, and is known by now.
            if self.unchanged > 2 && !self.unchanged.is_multiple_of(20) {
                return None;
            }
        } else {
            self.unchanged = 0;
            self.seen = listening;
        }
        let ours = if self.seen.is_empty() { Vec::new() } else { owned(&self.seen, tree) };
        if ours == self.told {
            return None;
        }
        self.told.clone_from(&ours);
        Some(ours)
    }

    /// How long until it is worth looking again: often while nobody listens and for the first minute, seldom later.
    pub fn pause(&self) -> Duration {
        match (self.told.is_empty(), self.looks) {
            (true, ..1_200) => Duration::from_millis(50),
            (true, _) => Duration::from_millis(500),
            (false, _) if self.unchanged <= 2 => Duration::from_millis(100),
            (false, _) => Duration::from_secs(1),
        }
    }
}

/// Those of `listening` that one of `tree` has open.
fn owned(listening: &[(u64, SocketAddr)], tree: &[Named]) -> Vec<SocketAddr> {
    let by_inode: HashMap<u64, SocketAddr> = listening.iter().copied().collect();
    let mut found = BTreeSet::new();
    for process in tree {
        let descriptors = fs::read_dir(format!("/proc/{}/fd", process.pid)).into_iter().flatten().flatten();
        for target in descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok()) {
            let inode = target.as_os_str().as_bytes().strip_prefix(b"socket:[").and_then(|rest| rest.strip_suffix(b"]"));
            let inode = inode.and_then(|number| std::str::from_utf8(number).ok()?.parse::<u64>().ok());
            found.extend(inode.and_then(|inode| by_inode.get(&inode)));
        }
    }
    found.into_iter().collect()
}

/// All listening sockets, in order.
fn listening() -> Vec<(u64, SocketAddr)> {
    let tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    let mut all: Vec<_> = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|text| text.lines().filter_map(entry).collect::<Vec<_>>())
        .collect();
    all.sort_unstable();
    all
}

/// A line of the table, if its socket listens: `sl local_address rem_address st … inode`.
fn entry(line: &str) -> Option<(u64, SocketAddr)> {
    const LISTEN: &str = "0A";
    let mut fields = line.split_ascii_whitespace();
    let (local, state) = (fields.nth(1)?, fields.nth(1)?);
    if state != LISTEN {
        return None;
    }
    let inode = fields.nth(5)?.parse().ok()?;
    let (address, port) = local.split_once(':')?;
    // Words of four bytes, each as the processor keeps it.
    let words: Option<Vec<[u8; 4]>> = (0..address.len() / 8)
        .map(|word| u32::from_str_radix(address.get(word * 8..word * 8 + 8)?, 16).ok().map(u32::to_ne_bytes))
        .collect();
    let bytes = words?.concat();
    let address = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        _ => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
    };
    Some((inode, SocketAddr::new(address, u16::from_str_radix(port, 16).ok()?)))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn this_process_is_seen_to_listen() {
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
            let Ok(listener) = TcpListener::bind(address) else {
                eprintln!("skipped: this computer has no {address}");
                continue;
            };
            let address = listener.local_addr().expect("an address");
            assert!(super::listening().iter().any(|(_, found)| *found == address), "{address} in {:?}", super::listening());
            drop(listener);
            assert!(!super::listening().iter().any(|(_, found)| *found == address), "{address} is free");
        }
    }

    #[test]
    fn what_is_no_listening_socket_is_passed_over() {
        assert_eq!(entry("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"), None);
        assert_eq!(entry(""), None);
        assert_eq!(entry("   0: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000  1000        0 77 1"), None);
        #[cfg(target_endian = "little")]
        assert_eq!(
            entry("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0"),
            Some((77, "127.0.0.1:8080".parse().expect("an address")))
        );
    }
}
