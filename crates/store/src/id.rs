//! Row ids: UUIDv7 as text, so that ids sort by creation, also within a millisecond.

use std::sync::{LazyLock, Mutex};

use uuid::{ContextV7, Timestamp as UuidTime, Uuid};

use crate::Clock;

/// Counts the ids of one millisecond.
static COUNTER: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));

/// A new row id for a row created at `clock`'s present.
pub fn new_id(clock: &dyn Clock) -> String {
    let millis = u64::try_from(clock.now().millis()).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(UuidTime::from_unix(&*COUNTER, millis / 1000, nanos)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ManualClock, Timestamp};

    #[test]
    fn ids_made_later_sort_later() {
        let clock = ManualClock::new(Timestamp::from_millis(1_700_000_000_000).expect("in range"));
        let first = new_id(&clock);
        clock.advance(1);
        let second = new_id(&clock);
        assert!(first < second, "{first} was made before {second}");
        let many: Vec<String> = (0..1000).map(|_| new_id(&clock)).collect();
        assert!(many.is_sorted(), "also within one millisecond");
    }
}
