//! Telling a text that its grammar can't cope with from one that is merely long.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::SyntaxError;
use crate::deadline::Deadline;

/// Without optimisation all is slower.
const SLOWER: i64 = if cfg!(debug_assertions) { 12 } else { 1 };

/// The clock of the processor is asked no more often: that is dearer than a look at the wall's.
const LOOK: Duration = Duration::from_millis(1);

/// What may be saved up for where nothing moves on, in nanoseconds: real code stands still for a few milliseconds at the most.
const SAVED: i64 = 45_000_000;

/// The headway of one piece of work, by the processor time of this thread: a machine that is busy with other things is not the text's fault.
///
/// Every byte earns some time, and work spends it. What is saved up has a limit: an ordinary beginning buys no long wait for what comes after
/// it.
pub(crate) struct Pace {
    deadline: Deadline,
    clock: Clock,
    spent: Duration,
    bytes: usize,
    /// Nanoseconds; below zero there is no hope.
    credit: i64,
    most: i64,
    nanos_a_byte: i64,
    /// What putting the tree in order may take, in nanoseconds, once all of these bytes are read.
    end: Option<(usize, i64)>,
}

impl Pace {
    /// Of parsing a text of some `bytes`: each may take several times what it takes in code that people write. At the end the tree is put in order
    /// without any headway, which takes the longer the more there is of it.
    pub(crate) fn of_parse(deadline: Deadline, bytes: usize) -> Self {
        let order = i64::try_from(bytes).unwrap_or(i64::MAX / 1000).saturating_mul(200);
        Self { end: Some((bytes, order * SLOWER)), ..Self::new(deadline, 25_000_000, SAVED, 800) }
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
        Self {
            deadline,
            clock: Clock::Processor { looked: Instant::now() },
            spent: processor_time(),
            bytes: 0,
            credit: grace.saturating_mul(SLOWER),
            most: most.saturating_mul(SLOWER),
            nanos_a_byte: nanos_a_byte * SLOWER,
            end: None,
        }
    }

    /// The same by a clock that each look moves on by `a_look`, so that what it comes to is the same everywhere.
    #[cfg(test)]
    pub(crate) fn counted(self, a_look: Duration) -> Self {
        Self { clock: Clock::Counted { a_look, now: Duration::ZERO }, spent: Duration::ZERO, ..self }
    }

    /// What tree-sitter's progress callbacks answer, having got through `bytes`; `sound` while no error was met.
    pub(crate) fn flow(&mut self, bytes: usize, sound: bool) -> ControlFlow<()> {
        if self.deadline.has_passed() || self.is_hopeless(bytes, sound) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Whether the work was done rather than given up.
    pub(crate) fn check(&self) -> Result<(), SyntaxError> {
        if self.credit < 0 { Err(SyntaxError::TimedOut) } else { self.deadline.check() }
    }

    fn is_hopeless(&mut self, bytes: usize, sound: bool) -> bool {
        let Some(spent) = self.clock.look() else { return false };
        let nanos = i64::try_from(spent.saturating_sub(self.spent).as_nanos()).unwrap_or(i64::MAX);
        // The parser may step back; that earns nothing, and the way forth again neither.
        let headway = i64::try_from(bytes.saturating_sub(self.bytes)).unwrap_or(i64::MAX);
        self.credit = self.credit.saturating_sub(nanos).saturating_add(headway.saturating_mul(self.nanos_a_byte)).min(self.most);
        self.spent = spent;
        self.bytes = self.bytes.max(bytes);
        // All is read: what is left is work on a tree. One that is looked for still, because nothing fits, is not in order.
        if let Some((_, order)) = self.end.take_if(|(end, _)| bytes >= *end && sound) {
            self.most = self.most.saturating_add(order);
            self.credit = self.credit.saturating_add(order);
        }
        self.credit < 0
    }
}

/// How much time was spent on the work.
enum Clock {
    /// By this thread; looked at now and then.
    Processor { looked: Instant },
    #[cfg(test)]
    Counted { a_look: Duration, now: Duration },
}

impl Clock {
    /// `None` when it is too early to ask again.
    fn look(&mut self) -> Option<Duration> {
        match self {
            Self::Processor { looked } => {
                let now = Instant::now();
                if now.duration_since(*looked) < LOOK {
                    return None;
                }
                *looked = now;
                Some(processor_time())
            }
            #[cfg(test)]
            Self::Counted { a_look, now } => {
                *now += *a_look;
                Some(*now)
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One look at the clock.
    const LOOKS: Duration = Duration::from_micros(if cfg!(debug_assertions) { 1_200 } else { 100 });

    fn parsing(bytes: usize) -> Pace {
        Pace::of_parse(Deadline::after(Duration::MAX), bytes).counted(LOOKS)
    }

    /// Looks until the work is given up where it stands still, at most so many.
    fn patience(pace: &mut Pace, bytes: usize, sound: bool, most: usize) -> usize {
        (0..most).take_while(|_| pace.flow(bytes, sound).is_continue()).count()
    }

    #[test]
    fn an_ordinary_beginning_of_any_length_buys_less_than_fifty_milliseconds() {
        for read in [0_usize, 10_000, 1_000_000, 8_000_000] {
            let mut pace = parsing(10_000_000);
            for bytes in (0..=read).step_by(500) {
                assert!(pace.flow(bytes, true).is_continue(), "200 nanoseconds a byte are code that people write");
            }
            let looks = patience(&mut pace, read, true, 10_000);
            assert!((200..500).contains(&looks), "given up after {looks} tenths of a millisecond, {read} bytes in");
            assert_eq!(pace.check(), Err(SyntaxError::TimedOut));
        }
    }

    #[test]
    fn only_a_sound_tree_is_given_time_to_be_put_in_order() {
        let read = |sound| {
            let mut pace = parsing(1_000_000);
            for bytes in (0..=1_000_000).step_by(500) {
                assert!(pace.flow(bytes, sound).is_continue());
            }
            patience(&mut pace, 1_000_000, sound, 10_000)
        };
        assert!((2_000..2_500).contains(&read(true)), "200 nanoseconds for each byte, and what was saved up");
        assert!(read(false) < 500, "a tree with errors is looked for still");
    }
}
