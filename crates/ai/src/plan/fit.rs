//! How much fits: the largest number whose cost is within a limit, with few questions.

use super::PlanError;

/// The largest number from `fewest` to `most` that costs at most `limit`, and what it costs; `fewest` itself where not even that fits (0 then
/// means that nothing does). More must not cost less. Asks near `guess` first.
pub(super) fn largest(
    fewest: usize,
    most: usize,
    guess: usize,
    limit: u32,
    cost: impl Fn(usize) -> Result<u32, PlanError>,
) -> Result<(usize, u32), PlanError> {
    // Everything up to `low` fits, nothing from `high` on.
    let (mut low, mut high, mut paid) = (fewest, most + 1, None);
    let mut next = guess.clamp(fewest, most);
    let mut step = 1;
    while high - low > 1 || paid.is_none() {
        if high - low == 1 {
            next = low;
        }
        let costs = cost(next)?;
        if costs <= limit || next == fewest {
            (low, paid) = (next, Some(costs));
            if next == fewest && costs > limit {
                break;
            }
            // The guess was near: one more may be all.
            next = (low + step).min((low + high) / 2).max(low + 1);
            step *= 2;
        } else {
            high = next;
            next = ((low + high) / 2).max(high.saturating_sub(step)).max(low);
            step *= 2;
        }
        if high - low > 1 {
            next = next.clamp(low + 1, high - 1);
        }
    }
    Ok((low, paid.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    proptest::proptest! {
        #[test]
        fn the_largest_that_fits_is_found(costs in proptest::collection::vec(0u32..50, 0..40), guess in 0usize..50, limit in 0u32..900, fewest in 0usize..3) {
            let fewest = fewest.min(costs.len());
            let sum = |count: usize| costs[..count].iter().sum::<u32>();
            let asked = Cell::new(0);
            let cost = |count: usize| {
                asked.set(asked.get() + 1);
                Ok(sum(count))
            };
            let (found, paid) = largest(fewest, costs.len(), guess, limit, cost).expect("counting works");
            let expected = (fewest..=costs.len()).rev().find(|count| sum(*count) <= limit).unwrap_or(fewest);
            proptest::prop_assert_eq!((found, paid), (expected, sum(expected)));
            proptest::prop_assert!(asked.get() <= 14, "asked {} times", asked.get());
        }
    }

    #[test]
    fn a_good_guess_takes_two_questions() {
        let asked = Cell::new(0);
        let cost = |count: usize| {
            asked.set(asked.get() + 1);
            Ok(u32::try_from(count).unwrap_or(0) * 10)
        };
        let found = largest(1, 30, 12, 125, cost).expect("counting works");
        assert_eq!((found, asked.get()), ((12, 120), 2));
    }
}
