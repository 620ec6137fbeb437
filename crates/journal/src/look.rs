//! What is at a path right now, down to its bytes.

use std::{io, io::Read};

use lectern_objects::ObjectHash;

use crate::{
    RelPath, State,
    disk::{Disk, Kind, Root, Stat, is_absent},
};

/// File systems stamp changes by a clock that ticks a few hundred times a second (coarser ones, FAT's, every two seconds on write): a stamp
/// younger than this may be shared by a later change.
const TICK: i64 = 2_100_000_000;

/// What was seen of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// `None` for nothing.
    pub stat: Option<Stat>,
    /// Whether an equal stat later proves that nothing changed.
    pub trusted: bool,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A directory counts as absent, since a journal names files only; `seen` tells.
    State(State),
    /// A pipe, a socket or a device.
    Special,
    /// A file of more bytes than were to be read.
    Large(u64),
}

/// Looks at `path`; files of more than `limit` bytes are not read.
pub(crate) fn look(disk: &dyn Disk, root: &Root, path: &RelPath, limit: u64) -> io::Result<(Found, Seen)> {
    // A file that is written while it is read is read again; one that never holds still is taken as last seen, and its swap re-checks it.
    for attempt in 0..3 {
        let Some(stat) = disk.stat(root, path)? else {
            return Ok((Found::State(State::Absent), Seen { stat: None, trusted: true }));
        };
        let seen = Seen { stat: Some(stat), trusted: is_old(disk, &stat) };
        let found = match stat.kind {
            Kind::Directory => Ok((Found::State(State::Absent), seen)),
            Kind::Special => Ok((Found::Special, seen)),
            Kind::Symlink => {
                disk.read_link(root, path).map(|target| (Found::State(State::Symlink { hash: ObjectHash::of(&target) }), seen))
            }
            Kind::File if stat.size > limit => Ok((Found::Large(stat.size), seen)),
            Kind::File => file(disk, root, path).and_then(|(hash, after)| {
                let steady = after == stat || attempt == 2;
                let state = State::File { hash, executable: after.is_executable() };
                let seen = Seen { stat: Some(after), trusted: seen.trusted && after == stat };
                if steady { Ok((Found::State(state), seen)) } else { Err(io::ErrorKind::Interrupted.into()) }
            }),
        };
        match found {
            Err(error) if (is_absent(&error) || error.kind() == io::ErrorKind::Interrupted) && attempt < 2 => {}
            other => return other,
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}

fn file(disk: &dyn Disk, root: &Root, path: &RelPath) -> io::Result<(ObjectHash, Stat)> {
    let mut file = disk.open(root, path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => _ = hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((hasher.finalize().into(), disk.stat_open(&file)?))
}

/// The bytes of a file or the target of a link; `None` when neither is there.
pub(crate) fn bytes(disk: &dyn Disk, root: &Root, path: &RelPath) -> io::Result<Option<Vec<u8>>> {
    let Some(stat) = disk.stat(root, path)? else { return Ok(None) };
    match stat.kind {
        Kind::Symlink => disk.read_link(root, path).map(Some),
        Kind::File => {
            let mut bytes = Vec::with_capacity(usize::try_from(stat.size).unwrap_or(0));
            disk.open(root, path)?.read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        }
        Kind::Directory | Kind::Special => Ok(None),
    }
}

fn is_old(disk: &dyn Disk, stat: &Stat) -> bool {
    // A stamp from the future proves nothing either.
    stat.changed.max(stat.modified) < disk.now() - TICK
}
