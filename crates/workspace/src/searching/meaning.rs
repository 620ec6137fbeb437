//! Looking for what a name means, before it is looked for by its spelling.

use std::sync::{Arc, atomic::Ordering};

use super::{NamePlace, Search};
use crate::{
    Workspace,
    refactoring::Uses,
    view::{Failure, SearchMeaning},
};

impl Workspace {
    /// Lists every use of the name at a place by what it means. False when that can't be told: then its spelling has to do, and why is kept.
    pub(super) fn search_meaning(&self, search: &Search, at: &NamePlace) -> Result<bool, Failure> {
        let hear = |uses: Uses| {
            let state = {
                let mut progress = search.lock();
                let Uses { name, kind, .. } = &uses;
                progress.meaning.get_or_insert_with(|| SearchMeaning { name: name.clone(), kind: kind.clone(), by_name: None });
                progress.truncated |= !progress.kept.add_group(uses);
                search.changed.notify_all();
                search.state(&progress)
            };
            self.tell_search(search, state);
        };
        let told = self.pointed(&at.document, at.line, at.column);
        let told = told.and_then(|pointed| self.uses_at(&pointed, &search.globs, &Arc::clone(&search.cancel), hear));
        match told {
            Ok(whole) => {
                search.lock().truncated |= !whole;
                Ok(true)
            }
            // Cancelled, or signed out.
            Err(_) if search.cancel.load(Ordering::Relaxed) => Ok(true),
            Err(failure) if failure.code == "INTERNAL" || search.lock().meaning.is_some() => Err(failure),
            Err(failure) => {
                let name = search.options.query.clone();
                search.lock().meaning = Some(SearchMeaning { name, kind: String::new(), by_name: Some(failure) });
                Ok(false)
            }
        }
    }
}
