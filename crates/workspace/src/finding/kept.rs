//! What is kept for the projects that were looked at last.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use lectern_projects::ProjectId;

/// Projects whose lists stay in memory.
const MOST: usize = 4;

/// One of each for the few projects that were used last.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<VecDeque<(ProjectId, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Default> Kept<T> {
    /// A project's own, made when it isn't there.
    pub fn of(&self, project: &ProjectId) -> Arc<T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().position(|(id, _)| id == project).and_then(|at| kept.remove(at));
        let (id, value) = found.unwrap_or_else(|| (project.clone(), Arc::default()));
        kept.push_back((id, Arc::clone(&value)));
        while kept.len() > MOST {
            kept.pop_front();
        }
        value
    }
}
