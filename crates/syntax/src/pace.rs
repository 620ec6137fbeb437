//! Telling a text that its grammar can't cope with from one that is merely long.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::SyntaxError;
use crate::deadline::Deadline;

/// Without optimisation all is slower.
const SLOWER: u64 = if cfg!(debug_assertions) { 12 } else { 1 };

/// The clock of the processor is asked no more often: that is dearer than a look at the wall's.
const LOOK: Duration = Duration::from_millis(1);

/// The headway of one piece of work, by the processor time of this thread: a machine that is busy with other things is not the text's fault.
///
/// Every byte earns some time, and work spends it. What is saved up has a limit: an ordinary beginning buys no long wait for what comes after
/// it.
pub(crate) struct Pace {
    deadline: Deadline,
    looked: Instant,
    spent: Duration,
    bytes: usize,
    /// Nanoseconds; below zero there is no hope.
    credit: i64,
    most: i64,
    nanos_a_byte: i64,
}

impl Pace {
    /// Of parsing a text of some `bytes`: each may take several times what it takes in code that people write. At the end the tree is put in order
    /// without any headway, which takes the longer the more there is of it.
    pub(crate) fn of_parse(deadline: Deadline, bytes: usize) -> Self {
        let most = 100_000_000 + i64::try_from(bytes).unwrap_or(i64::MAX / 1000).saturating_mul(200);
        Self::new(deadline, 25_000_000, most, 800)
    }

    /// Of parsing the beginning of a text, which somebody waits for.
    pub(crate) fn of_head(deadline: Deadline) -> Self {
        Self::new(deadline, 12_000_000, 12_000_000, 500)
    }

    /// Of a query over some `bytes`: most of the work is done where the cursor stands still.
    pub(crate) fn of_query(deadline: Deadline, bytes: usize) -> Self {
        let all = 15_000_000 + i64::try_from(bytes).unwrap_or(i64::MAX / 1000).saturating_mul(400);
        Self::new(deadline, all, all, 0)
    }

    fn new(deadline: Deadline, grace: i64, most: i64, nanos_a_byte: i64) -> Self {
        let slower = i64::try_from(SLOWER).unwrap_or(1);
        Self {
            deadline,
            looked: Instant::now(),
            spent: processor_time(),
            bytes: 0,
            credit: grace.saturating_mul(slower),
            most: most.saturating_mul(slower),
            nanos_a_byte: nanos_a_byte * slower,
        }
    }

    /// What tree-sitter's progress callbacks answer, having got through `bytes`.
    pub(crate) fn flow(&mut self, bytes: usize) -> ControlFlow<()> {
        if self.deadline.has_passed() || self.is_hopeless(bytes) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Whether the work was done rather than given up.
    pub(crate) fn check(&self) -> Result<(), SyntaxError> {
        if self.credit < 0 { Err(SyntaxError::TimedOut) } else { self.deadline.check() }
    }

    fn is_hopeless(&mut self, bytes: usize) -> bool {
        let now = Instant::now();
        if now.duration_since(self.looked) < LOOK {
            return false;
        }
        self.looked = now;
        let spent = processor_time();
        let nanos = i64::try_from(spent.saturating_sub(self.spent).as_nanos()).unwrap_or(i64::MAX);
        // The parser may step back; that earns nothing, and the way forth again neither.
        let headway = i64::try_from(bytes.saturating_sub(self.bytes)).unwrap_or(i64::MAX);
        self.credit = self.credit.saturating_sub(nanos).saturating_add(headway.saturating_mul(self.nanos_a_byte)).min(self.most);
        self.spent = spent;
        self.bytes = self.bytes.max(bytes);
        self.credit < 0
    }
}

#[cfg(unix)]
fn processor_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
