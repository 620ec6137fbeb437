//! In which order waiting jobs will be run, if nothing else happens: what picking one after the other would give.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap, VecDeque},
};

use crate::Priority;

/// A job that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub id: String,
    pub project_id: String,
    /// Where somebody moved it.
    pub position: Option<i64>,
    pub priority: Priority,
    /// The number of the last claim of a job of its project; 0 before the first.
    pub project_turn: i64,
    /// Smaller ones were asked for earlier.
    pub row: i64,
}

/// Jobs among which turns and age decide.
type Class = (bool, Option<i64>, Priority);

/// The jobs, given from the oldest to the newest, as they will be run: those that were moved, then interactive ones, then batch; among equals the
/// project whose turn was longest ago, and its oldest job.
pub(crate) fn in_order(waiting: Vec<Waiting>) -> Vec<Waiting> {
    let mut turns: HashMap<String, i64> = HashMap::new();
    let mut classes: BTreeMap<Class, Vec<Waiting>> = BTreeMap::new();
    let mut order = Vec::with_capacity(waiting.len());
    for job in waiting {
        turns.insert(job.project_id.clone(), job.project_turn);
        classes.entry((job.position.is_none(), job.position, job.priority)).or_default().push(job);
    }
    // Later than any claim so far.
    let mut turn = turns.values().copied().max().unwrap_or(0);
    for jobs in classes.into_values() {
        let mut projects: HashMap<String, VecDeque<Waiting>> = HashMap::new();
        for job in jobs {
            projects.entry(job.project_id.clone()).or_default().push_back(job);
        }
        let mut next = BinaryHeap::new();
        for (project, jobs) in &projects {
            next.extend(jobs.front().map(|job| Reverse((turns.get(project).copied().unwrap_or(0), job.row, project.clone()))));
        }
        while let Some(Reverse((_, _, project))) = next.pop() {
            let Some(jobs) = projects.get_mut(&project) else { continue };
            order.extend(jobs.pop_front());
            turn += 1;
            turns.insert(project.clone(), turn);
            next.extend(jobs.front().map(|job| Reverse((turn, job.row, project))));
        }
    }
    order
}

/// New positions, by id, that make `id` come right before `before` (last of all when `None`) and those before it stay before it. Jobs behind the
/// last one that anybody ever moved get none, so that what is asked for later still finds its place among them. `None` when one of the two does
/// not wait.
pub(crate) fn moved(order: Vec<Waiting>, id: &str, before: Option<&str>) -> Option<Vec<(String, i64)>> {
    let mut order = order;
    let from = order.iter().position(|job| job.id == id)?;
    if before == Some(id) {
        return Some(Vec::new());
    }
    let job = order.remove(from);
    let to = match before {
        Some(before) => order.iter().position(|job| job.id == before)?,
        None => order.len(),
    };
    order.insert(to, job);
    let last = order.iter().rposition(|job| job.position.is_some()).unwrap_or(0).max(to);
    Some(order.into_iter().take(last + 1).zip(0..).map(|(job, position)| (job.id, position)).collect())
}
