//! Telling a text that its grammar can't cope with from one that is merely long.

use std::time::Duration;

/// What parsing may take before it is looked at how far it got.
const GRACE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 300 } else { 40 });

/// What a byte may take: several times what it takes in code that people write. Without optimisation all is slower.
const NANOS_A_BYTE: u64 = if cfg!(debug_assertions) { 12_000 } else { 1_000 };

/// The pace of one parse, by the processor time of this thread: a machine that is busy with other things is not the text's fault.
pub(crate) struct Pace {
    start: Duration,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self { start: processor_time() }
    }

    /// Whether getting through `bytes` took longer than any ordinary text does.
    pub(crate) fn is_hopeless(&self, bytes: usize) -> bool {
        let spent = processor_time().saturating_sub(self.start);
        spent > GRACE && spent > GRACE + Duration::from_nanos(NANOS_A_BYTE.saturating_mul(bytes as u64))
    }
}

#[cfg(unix)]
fn processor_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    use std::{sync::OnceLock, time::Instant};
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
