//! When to look: at once after an isolated save, later the busier the folder is.

use std::time::{Duration, Instant};

/// How long nothing may happen before it is time to look, by how busy the folder is.
const QUIET: [Duration; 4] = [Duration::from_millis(5), Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1)];
/// Whoever never stops writing is looked at all the same, this long after the first change.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Looks that follow each other within this time make the folder a busier one.
const IN_A_ROW: Duration = Duration::from_secs(2);
/// After this long without any change the folder is a calm one again.
const CALM: Duration = Duration::from_secs(5);
/// A file that is open for writing is waited for this long.
const LONGEST_WRITE: Duration = Duration::from_secs(1);
/// A git command under way is waited for this long.
const LONGEST_GIT: Duration = Duration::from_secs(15);
/// How often to see whether git is done.
const GIT_INTERVAL: Duration = Duration::from_millis(10);

/// What else speaks against looking now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Busy {
    /// When a file that is still open was first written to, the latest of them.
    pub writing: Option<Instant>,
    /// git works on the index: a checkout, merge or rebase.
    pub git: bool,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing changed.
    Idle,
    /// Not yet; ask again then, or when something happens that makes it later.
    Wait(Instant),
    /// Look.
    Go,
}

/// Decides when to look. Pure: the time is passed in.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    level: usize,
    looked: Option<Instant>,
    changed: Option<Instant>,
}

impl Pace {
    /// How long nothing may happen at present before it is time to look.
    pub fn quiet(&self) -> Duration {
        QUIET[self.level]
    }

    /// Whether to look at changes of which the first came at `first` and the last at `last`.
    pub fn decide(&mut self, first: Instant, last: Instant, busy: Busy, now: Instant) -> Decision {
        if self.changed.is_none_or(|before| first.saturating_duration_since(before) >= CALM) {
            self.level = 0;
        }
        self.changed = Some(self.changed.map_or(last, |before| before.max(last)));
        if busy.git && now < first + LONGEST_GIT {
            return Decision::Wait(now + GIT_INTERVAL);
        }
        let quiet = last + self.quiet();
        let written = busy.writing.map_or(quiet, |since| quiet.max(since + LONGEST_WRITE));
        let due = written.min(first + LONGEST_WAIT);
        if now >= due {
            Decision::Go
        } else {
            // The close of the file that is waited for comes without a wake of its own.
            Decision::Wait(if now < quiet { quiet.min(due) } else { due.min(now + QUIET[0]) })
        }
    }

    /// A look begins now.
    pub fn begin(&mut self, now: Instant) {
        if self.looked.is_some_and(|before| now.saturating_duration_since(before) <= IN_A_ROW) {
            self.level = (self.level + 1).min(QUIET.len() - 1);
        }
    }

    /// A look ended.
    pub fn end(&mut self, now: Instant) {
        self.looked = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    /// Plays writes at the given milliseconds and returns when each look began, each taking one millisecond.
    fn looks(writes: impl IntoIterator<Item = u64>, busy: impl Fn(u64) -> (Option<u64>, bool)) -> Vec<u64> {
        let start = Instant::now();
        let at = |milli: u64| start + MILLI * u32::try_from(milli).expect("a short play");
        let mut pace = Pace::default();
        let (mut looks, mut pending) = (Vec::new(), None::<(u64, u64)>);
        let mut writes = writes.into_iter().peekable();
        for now in 0..60_000 {
            while writes.next_if(|write| *write <= now).is_some() {
                pending = Some((pending.map_or(now, |(first, _)| first), now));
            }
            let Some((first, last)) = pending else { continue };
            let (writing, git) = busy(now);
            let busy = Busy { writing: writing.map(at), git };
            if pace.decide(at(first), at(last), busy, at(now)) == Decision::Go {
                pace.begin(at(now));
                looks.push(now);
                pending = None;
                pace.end(at(now + 1));
            }
        }
        looks
    }

    #[test]
    fn an_isolated_save_is_looked_at_within_milliseconds() {
        assert_eq!(looks([100, 20_000, 40_000], |_| (None, false)), [105, 20_005, 40_005]);
    }

    #[test]
    fn saves_in_a_row_are_gathered_more_and_more() {
        let looks = looks((0..20).map(|i| 1_000 + i * 100), |_| (None, false));
        assert!(looks.len() <= 4, "20 writes within 2 s led to {} looks", looks.len());
        assert_eq!(looks[0], 1_005, "the first one is not kept waiting");
        assert!(looks.last().is_some_and(|last| (2_900..=4_000).contains(last)), "the last write is looked at soon after: {looks:?}");
    }

    #[test]
    fn an_endless_writer_is_looked_at_every_five_seconds() {
        let looks = looks((0..6_000).map(|i| i * 10), |_| (None, false));
        assert!((11..=16).contains(&looks.len()), "a minute of writing every 10 ms led to looks at {looks:?}");
        assert!(looks.windows(2).all(|pair| pair[1] - pair[0] <= 5_010), "{looks:?}");
    }

    #[test]
    fn a_calm_while_makes_it_quick_again() {
        let busy = (0..300).map(|i| i * 10);
        let looks = looks(busy.chain([20_000]), |_| (None, false));
        assert_eq!(looks.last(), Some(&20_005));
    }

    #[test]
    fn a_file_being_written_is_waited_for_but_not_longer_than_a_second() {
        assert_eq!(looks([100], |now| ((now < 400).then_some(100), false)), [400]);
        assert_eq!(looks([100], |_| (Some(100), false)), [1_100]);
    }

    #[test]
    fn a_checkout_is_waited_for_but_not_for_ever() {
        assert_eq!(looks((0..300).map(|i| 100 + i * 10), |now| (None, now < 3_200)), [3_200]);
        assert_eq!(looks([100], |_| (None, true)), [15_100]);
    }
}
