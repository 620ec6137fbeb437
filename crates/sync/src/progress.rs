//! Tells how a sync gets on, without telling too often.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// At most this often, in milliseconds, besides the start of each phase.
const INTERVAL: u64 = 100;

/// What a sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Listing files.
    Scanning,
    /// Reading the ones that changed.
    Hashing,
    /// Writing the version.
    Saving,
}

impl Phase {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scanning => "Scanning",
            Self::Hashing => "Hashing",
            Self::Saving => "Saving",
        }
    }
}

/// Where a sync stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Files listed (scanning) or read (hashing).
    pub files_done: u64,
    /// Files to read; 0 while unknown.
    pub files_total: u64,
    /// Bytes read so far.
    pub bytes_done: u64,
}

/// Gathers what the threads report and passes it on, at most once every 100 ms.
pub(crate) struct Reporter<'a> {
    tell: &'a (dyn Fn(Progress) + Sync),
    started: Instant,
    last: AtomicU64,
    phase: AtomicU64,
    done: AtomicU64,
    total: AtomicU64,
    bytes: AtomicU64,
}

impl<'a> Reporter<'a> {
    pub fn new(tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        let reporter = Self {
            tell,
            started: Instant::now(),
            last: AtomicU64::new(0),
            phase: AtomicU64::new(0),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        };
        reporter.pass_on();
        reporter
    }

    pub fn start(&self, phase: Phase, total: u64) {
        self.phase.store(phase as u64, Ordering::Relaxed);
        if phase == Phase::Hashing {
            self.done.store(0, Ordering::Relaxed);
            self.total.store(total, Ordering::Relaxed);
        }
        self.pass_on();
    }

    pub fn listed(&self, files: u64) {
        self.done.fetch_max(files, Ordering::Relaxed);
        self.maybe_pass_on();
    }

    pub fn file_done(&self, files: u64) {
        self.done.fetch_max(files, Ordering::Relaxed);
        self.maybe_pass_on();
    }

    pub fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.maybe_pass_on();
    }

    fn maybe_pass_on(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.last.load(Ordering::Relaxed);
        if now >= last + INTERVAL && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.pass_on();
        }
    }

    fn pass_on(&self) {
        let phase = match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Scanning,
            1 => Phase::Hashing,
            _ => Phase::Saving,
        };
        (self.tell)(Progress {
            phase,
            files_done: self.done.load(Ordering::Relaxed),
            files_total: self.total.load(Ordering::Relaxed),
            bytes_done: self.bytes.load(Ordering::Relaxed),
        });
    }
}
