//! Which TCP sockets a tree of processes listens on.

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::ffi::OsStrExt,
    time::Duration,
};

use crate::processes::Named;

/// Looks again and again.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    /// Sockets that the tree had open at the last look, by their inodes.
    open: BTreeSet<u64>,
    /// Looks since these changed.
    unchanged: u32,
    told: Vec<SocketAddr>,
    looks: u32,
}

impl Ports {
    /// The addresses that `tree` listens on, when they are others than at the last time.
    pub fn look(&mut self, tree: &[Named]) -> Option<Vec<SocketAddr>> {
        self.looks = self.looks.saturating_add(1);
        let open = sockets(tree);
        if open == self.open {
            self.unchanged = self.unchanged.saturating_add(1);
            // The system goes through all of its connections to say which of them listen, which takes milliseconds. A socket begins to
            // listen soon after it was opened, or hardly ever.
            if self.unchanged > 3 && !self.unchanged.is_multiple_of(20) {
                return None;
            }
        } else {
            (self.open, self.unchanged) = (open, 0);
        }
        let mut listening = if self.open.is_empty() { Vec::new() } else { listening() };
        listening.retain(|(inode, _)| self.open.contains(inode));
        let mut ours: Vec<SocketAddr> = listening.into_iter().map(|(_, address)| address).collect();
        ours.sort_unstable();
        ours.dedup();
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
            (false, _) if self.unchanged <= 3 => Duration::from_millis(100),
            (false, _) => Duration::from_secs(1),
        }
    }
}

/// The sockets of any kind that one of `tree` has open.
fn sockets(tree: &[Named]) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for process in tree {
        let descriptors = fs::read_dir(format!("/proc/{}/fd", process.pid)).into_iter().flatten().flatten();
        for target in descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok()) {
            let inode = target.as_os_str().as_bytes().strip_prefix(b"socket:[").and_then(|rest| rest.strip_suffix(b"]"));
            found.extend(inode.and_then(|number| std::str::from_utf8(number).ok()?.parse::<u64>().ok()));
        }
    }
    found
}

/// All listening sockets of the computer.
fn listening() -> Vec<(u64, SocketAddr)> {
    let tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    let texts = tables.iter().filter_map(|table| fs::read_to_string(table).ok());
    texts.flat_map(|text| text.lines().filter_map(entry).collect::<Vec<_>>()).collect()
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
