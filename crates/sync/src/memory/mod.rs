//! What the last scan of a folder saw, so that the next one reads only what changed and rebuilds only what it must.
//!
//! One file for each project, rebuildable: whatever is wrong with it, everything is read again. It holds one *record* a directory, and a
//! record names the records of the directories in it, so that the file is a tree whose changed branches are written anew at its end, like a
//! copy-on-write B-tree. Two *heads* at the beginning take turns in naming the root; the one that was not written last is whole whatever
//! happens to the other. Every record carries a checksum, so that a torn write is noticed when it is read.

mod file;
mod record;

pub(crate) use file::{Head, Memory, Update};
pub(crate) use record::{Branch, Cached, Held, IgnoreFile, Item, Place, Record, Rules16};

use std::time::{SystemTime, UNIX_EPOCH};

use crate::disk::Stat;

/// The kernel stamps files with a clock that moves in ticks of up to 10 ms, behind the one that programs read.
const TICK: i64 = 20_000_000;

/// File systems that keep whole seconds round down; FAT keeps even ones.
const COARSE: i64 = 2_000_000_000;

/// Whether a reading that began at `started` is so close to the entry's last change that a further change could have left the same times
/// (git's rule for its index). Racy entries are read again.
pub(crate) fn is_racy(stat: &Stat, started: i64) -> bool {
    // The change time moves with every write and can't be set back; the modification time counts too, where a file system has no other.
    [stat.modified, stat.changed].into_iter().any(|time| {
        let granularity = if time % 1_000_000_000 == 0 { COARSE } else { TICK };
        time.saturating_add(granularity) > started
    })
}

/// The computer's clock in nanoseconds since 1970.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_too_close_to_a_change_is_not_trusted() {
        let second = 1_000_000_000;
        let stat = |modified| Stat { size: 1, modified, changed: modified, inode: 7, mode: 0o100_644 };
        let started = 100 * second + 500_000_000;
        assert!(is_racy(&stat(started), started));
        assert!(is_racy(&stat(started - 5_000_000), started), "the kernel's tick is behind the clock");
        assert!(is_racy(&stat(100 * second), started), "a file system of whole seconds rounds down");
        assert!(!is_racy(&stat(started - 50_000_001), started));
        assert!(!is_racy(&stat(90 * second), started));
    }
}
