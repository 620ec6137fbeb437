//! Which versions thinning keeps: all of an hour's newest for a day, a day's newest for a month, a week's newest after that.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use lectern_store::{Store, Timestamp, rusqlite::params};

use crate::{
    SyncError,
    rows::{MANIFEST_BY_ID, RawManifest},
    version::{changes_between, one},
    version_rows::{DELETE_VERSION, SET_CHANGES, THIN_ROWS, ThinRow},
};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const WEEK: i64 = 7 * DAY;
/// 1970 began on a Thursday; ISO weeks begin on Mondays.
const THURSDAY: i64 = 3 * DAY;

/// The versions to remove, ascending, of `(version, created_at, protected)` in any order.
///
/// A version goes when a newer one (by number) was made in the same hour (UTC), from 24 hours of age on in the same day, from 30 days on in the
/// same ISO week. It is its own age that counts, not the newer one's. So the latest stays, every hour, day and week keeps its newest, and once
/// a version may go it may go for ever after: what is kept now is kept by an earlier `now` too. Protected ones always stay, and still stand
/// for their hour. One that was made later than `now` counts as made now.
pub fn thin(versions: &[(u32, Timestamp, bool)], now: Timestamp) -> Vec<u32> {
    let mut newest: HashMap<(i64, i64), u32> = HashMap::new();
    for (version, created_at, _) in versions {
        for length in [HOUR, DAY, WEEK] {
            let newest = newest.entry((length, period(*created_at, length))).or_default();
            *newest = (*newest).max(*version);
        }
    }
    let goes = |(version, created_at, protected): &&(u32, Timestamp, bool)| {
        let age = now.millis().saturating_sub(created_at.millis());
        let length = if age < DAY {
            HOUR
        } else if age < MONTH {
            DAY
        } else {
            WEEK
        };
        !protected && newest.get(&(length, period(*created_at, length))).is_some_and(|newest| newest > version)
    };
    let mut removed: Vec<u32> = versions.iter().filter(goes).map(|(version, ..)| *version).collect();
    removed.sort_unstable();
    removed
}

/// Which hour, day or week since 1970 a time is in. Weeks are made of whole days and days of whole hours.
fn period(time: Timestamp, length: i64) -> i64 {
    (time.millis() + if length == WEEK { THURSDAY } else { 0 }).div_euclid(length)
}

/// How many versions of a project [`thin_project`] would remove now. `referenced` are the ids of manifests that something else needs.
///
/// # Errors
/// SQLite's.
pub fn thinnable(store: &Store, project_id: &str, now: Timestamp, referenced: &[String]) -> Result<u32, SyncError> {
    let (_, removed) = plan(store, project_id, now, referenced)?;
    Ok(u32::try_from(removed.len()).unwrap_or(u32::MAX))
}

/// Removes the versions of a project that [`thin`] names, except named, pinned and `referenced` ones, and tells each version after a gap how
/// it differs from the one that is before it now. Small transactions: a kill or `cancel` in between leaves the rest for the next time. Nodes and
/// objects stay until they are collected. Returns how many versions went.
///
/// # Errors
/// [`SyncError::Cancelled`], and the database's. What was removed until then stays removed.
pub fn thin_project(store: &Store, project_id: &str, now: Timestamp, referenced: &[String], cancel: &AtomicBool) -> Result<u32, SyncError> {
    let (rows, removed) = plan(store, project_id, now, referenced)?;
    let mut gone = 0;
    let mut gap = Gap::default();
    for row in rows {
        if removed.binary_search(&row.version).is_ok() {
            gap.removed.push(row.id);
            continue;
        }
        if !gap.removed.is_empty() {
            if cancel.load(Ordering::Relaxed) {
                return Err(SyncError::Cancelled);
            }
            gone += close(store, &gap, &row.id)?;
            gap.removed.clear();
        }
        gap.before = Some(row.id);
    }
    Ok(gone)
}

/// Versions next to each other that go, after one that stays.
#[derive(Default)]
struct Gap {
    before: Option<String>,
    removed: Vec<String>,
}

/// All versions ascending, and the numbers of those that go, ascending.
fn plan(store: &Store, project_id: &str, now: Timestamp, referenced: &[String]) -> Result<(Vec<ThinRow>, Vec<u32>), SyncError> {
    let rows: Vec<ThinRow> = store.read(|connection| {
        let mut statement = connection.prepare_cached(THIN_ROWS)?;
        statement.query_map([project_id], ThinRow::from_row)?.collect::<Result<_, lectern_store::rusqlite::Error>>()
    })?;
    let versions: Vec<_> = rows.iter().map(|row| (row.version, row.created_at, row.marked || referenced.contains(&row.id))).collect();
    let removed = thin(&versions, now);
    Ok((rows, removed))
}

/// Removes a gap's versions and describes the one after it anew, both or neither. Somebody may have named one of them meanwhile: then all stay.
fn close(store: &Store, gap: &Gap, after: &str) -> Result<u32, SyncError> {
    let changes = store.read(|connection| {
        let manifest = |id: &str| one(connection, MANIFEST_BY_ID, [id])?.map(RawManifest::parse).transpose();
        let before = gap.before.as_deref().map(manifest).transpose()?.flatten();
        match manifest(after)? {
            Some(after) => changes_between(connection, before.as_ref(), &after).map(Some),
            None => Ok(None),
        }
    });
    let changes = match changes {
        Ok(changes) => changes,
        // A damaged neighbour keeps its old counts; it must not keep everything else from being thinned.
        Err(SyncError::Damaged(_)) => None,
        Err(other) => return Err(other),
    };
    let done = store.write(|transaction| {
        for id in &gap.removed {
            if transaction.prepare_cached(DELETE_VERSION)?.execute([id])? != 1 {
                return Err(Left::Changed);
            }
        }
        if let Some(changes) = &changes {
            transaction.execute(SET_CHANGES, params![after, changes.to_json()])?;
        }
        Ok(())
    });
    match done {
        Ok(()) => Ok(u32::try_from(gap.removed.len()).unwrap_or(u32::MAX)),
        Err(Left::Changed) => Ok(0),
        Err(Left::Database(error)) => Err(error.into()),
    }
}

enum Left {
    Changed,
    Database(lectern_store::rusqlite::Error),
}

impl From<lectern_store::rusqlite::Error> for Left {
    fn from(error: lectern_store::rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).expect("in range")
    }

    /// 2026-06-01T00:00Z, a Monday.
    const MONDAY: i64 = 1_780_272_000_000;

    fn plain(times: &[i64]) -> Vec<(u32, Timestamp, bool)> {
        (1..).zip(times).map(|(version, time)| (version, at(*time), false)).collect()
    }

    #[test]
    fn an_hours_newest_stays_for_a_day_a_days_for_a_month_a_weeks_after_that() {
        let minutes = |n: i64| MONDAY + n * 60_000;
        let versions =
            plain(&[minutes(1), minutes(20), minutes(59), minutes(61), minutes(23 * 60), minutes(25 * 60), minutes(6 * 24 * 60)]);
        assert_eq!(thin(&versions, at(minutes(6 * 24 * 60))), [1, 2, 3, 4], "older than a day: v5 stands for Monday, v6 for Tuesday");
        assert_eq!(thin(&versions[..5], at(minutes(23 * 60))), [1, 2], "within a day v3 stands for its hour");
        assert_eq!(thin(&versions, at(MONDAY + 60 * DAY)), [1, 2, 3, 4, 5, 6], "after a month v7 stands for the week");
        let next_week = plain(&[MONDAY - 1, MONDAY]);
        assert!(thin(&next_week, at(MONDAY + 60 * DAY)).is_empty(), "Sunday and Monday are two weeks");
    }

    #[test]
    fn what_is_protected_stays_and_stands_for_its_hour() {
        let mut versions = plain(&[MONDAY, MONDAY + 1, MONDAY + 2]);
        versions[1].2 = true;
        assert_eq!(thin(&versions, at(MONDAY + 3)), [1]);
        versions[2].2 = true;
        assert_eq!(thin(&versions, at(MONDAY + 3)), [1]);
    }

    fn versions() -> impl Strategy<Value = Vec<(u32, Timestamp, bool)>> {
        // Times as a clock that may jump back gives them.
        proptest::collection::vec((0..100 * DAY, 0..6 * HOUR, any::<bool>(), any::<bool>()), 0..60).prop_map(|steps| {
            let (mut versions, mut base) = (Vec::new(), MONDAY);
            for (version, (jump, step, jumps, marked)) in (1..).zip(steps) {
                base = if jumps && jump % 5 == 0 { MONDAY + jump } else { base + step };
                versions.push((version, at(base), marked && jump % 3 == 0));
            }
            versions
        })
    }

    proptest! {
        #[test]
        fn thinning_the_thinned_removes_nothing_and_the_latest_and_protected_stay(versions in versions(), now in 0..120 * DAY) {
            let now = at(MONDAY + now);
            let removed: BTreeSet<u32> = thin(&versions, now).into_iter().collect();
            let kept: Vec<_> = versions.iter().filter(|(version, ..)| !removed.contains(version)).copied().collect();
            prop_assert!(thin(&kept, now).is_empty());
            prop_assert!(versions.iter().all(|(version, _, protected)| !protected || !removed.contains(version)));
            prop_assert!(versions.last().is_none_or(|(latest, ..)| !removed.contains(latest)));
        }

        #[test]
        fn time_only_ever_removes_more_so_a_clock_that_goes_back_removes_nothing_new(
            versions in versions(), now in 0..120 * DAY, later in 0..120 * DAY,
        ) {
            let early: BTreeSet<u32> = thin(&versions, at(MONDAY + now)).into_iter().collect();
            let late: BTreeSet<u32> = thin(&versions, at(MONDAY + now + later)).into_iter().collect();
            prop_assert!(early.is_subset(&late), "{:?} came back", early.difference(&late));
        }

        #[test]
        fn thinning_often_keeps_what_thinning_once_keeps(versions in versions(), now in 0..120 * DAY, later in 0..120 * DAY) {
            let (now, later) = (at(MONDAY + now), at(MONDAY + now + later));
            let first: BTreeSet<u32> = thin(&versions, now).into_iter().collect();
            let left: Vec<_> = versions.iter().filter(|(version, ..)| !first.contains(version)).copied().collect();
            let mut twice: BTreeSet<u32> = thin(&left, later).into_iter().collect();
            twice.extend(first);
            prop_assert_eq!(twice, thin(&versions, later).into_iter().collect::<BTreeSet<u32>>());
        }
    }
}
