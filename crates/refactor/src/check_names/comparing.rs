//! What each name of a file leads to, before and after.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{NameFate, NameProblem};
use crate::names::line_of;
use crate::{Leads, NameUse, Place, Planned, Project};

/// A file before and after.
pub(super) struct Comparing<'a> {
    pub before: &'a dyn Project,
    pub planned: &'a Planned<'a>,
    pub path: &'a str,
    pub path_before: &'a str,
    pub then: &'a [NameUse],
    pub keeps_meaning: bool,
}

impl Comparing<'_> {
    /// Notes what would mean nothing, or something else.
    pub fn compare(&self, now: &[NameUse], problems: &mut Vec<NameProblem>) {
        // What stood where a name stands now.
        let mut stood: BTreeMap<u32, Vec<&NameUse>> = BTreeMap::new();
        for used in self.then {
            let (first, last) = self.planned.span_after(self.path_before, used.start);
            stood.entry(first).or_default().push(used);
            if last != first {
                stood.entry(last).or_default().push(used);
            }
        }
        let bound: HashSet<&str> =
            self.then.iter().filter(|used| matches!(used.leads, Leads::To(_))).map(|used| used.name.as_str()).collect();
        let mut told: HashMap<(String, Option<Place>), usize> = HashMap::new();
        for used in now {
            let is_new = self.planned.is_new(self.path_before, used.start);
            let same: Vec<&NameUse> = if is_new { self.replaced(used) } else { stood.get(&used.start).cloned().unwrap_or_default() };
            let same: Vec<&NameUse> = same.into_iter().filter(|other| other.is_module == used.is_module).collect();
            let same: Vec<&NameUse> = if is_new { same } else { same.into_iter().filter(|other| other.name == used.name).collect() };
            let Some((fate, message, to)) = self.judged(used, &same, is_new, &bound) else { continue };
            // Of many places that went the same way the first stands for all.
            let key = (format!("{} {fate:?}", used.name), to);
            if fate == NameFate::Captured
                && let Some(at) = told.get(&key)
                && let Some(first) = problems.get_mut(*at)
            {
                more(&mut first.message);
                continue;
            }
            told.insert(key, problems.len());
            problems.push(self.problem(used, fate, message));
        }
    }

    /// The names that stood in what the edit around a place replaced.
    fn replaced(&self, used: &NameUse) -> Vec<&NameUse> {
        let start = self.planned.byte_before(self.path_before, used.start);
        let edits = self.planned.edits.get(self.path_before);
        let edit = edits.and_then(|edits| edits.iter().find(|edit| edit.start == start));
        let Some(edit) = edit else { return Vec::new() };
        let within: Vec<&NameUse> =
            self.then.iter().filter(|one| one.start < edit.end.max(edit.start + 1) && one.end > edit.start).collect();
        // What is spelled the same is the same; in a larger piece nothing else can be told to be.
        let named: Vec<&NameUse> = within.iter().copied().filter(|one| one.name == used.name).collect();
        if named.is_empty() && within.len() <= 2 { within } else { named }
    }

    fn judged(&self, used: &NameUse, same: &[&NameUse], is_new: bool, bound: &HashSet<&str>) -> Option<(NameFate, String, Option<Place>)> {
        let was: Vec<&Place> =
            same.iter().filter_map(|one| if let Leads::To(places) = &one.leads { Some(places) } else { None }).flatten().collect();
        match &used.leads {
            Leads::Unknown => None,
            Leads::Nothing | Leads::Outside if !was.is_empty() => {
                // The same place may bear two names; one of them may have led nowhere before.
                let was_so = same.iter().any(|one| one.leads == used.leads);
                let is_lost = used.leads == Leads::Nothing;
                (is_lost && !was_so).then(|| (NameFate::Unresolved, self.lost(used, &was), None))
            }
            Leads::Nothing if same.iter().any(|one| one.leads == Leads::Outside) && !used.is_module => {
                Some((NameFate::Unresolved, format!("{} is not found any more", used.name), None))
            }
            Leads::Nothing if is_new && same.is_empty() && !used.is_module => {
                bound.contains(used.name.as_str()).then(|| (NameFate::Unresolved, format!("nothing is called {} here", used.name), None))
            }
            Leads::Nothing | Leads::Outside => None,
            Leads::To(now) => {
                if is_new && (!self.keeps_meaning || self.is_beside(used, same)) {
                    return None;
                }
                let was_outside = same.iter().any(|one| one.leads == Leads::Outside);
                if was.is_empty() && !was_outside || was.iter().any(|was| now.iter().any(|now| self.planned.is_same(was, now))) {
                    return None;
                }
                let to = now.first()?;
                let line = self.planned.after.text(&to.path).map_or(0, |text| line_of(&text, to.offset));
                let place = if used.is_module { to.path.clone() } else { format!("{}:{line}", to.path) };
                Some((NameFate::Captured, format!("{} would mean what {place} declares", used.name), Some(to.clone())))
            }
        }
    }

    /// Whether a name was put beside others or amid a larger piece, not in the place of one name.
    fn is_beside(&self, used: &NameUse, same: &[&NameUse]) -> bool {
        let start = self.planned.byte_before(self.path_before, used.start);
        let mut edits = self.planned.edits.get(self.path_before).into_iter().flatten();
        let is_of_one = edits
            .any(|edit| edit.start == start && same.iter().any(|one| edit.old.contains(&one.name) && one.name.len() == edit.old.len()));
        !is_of_one && same.iter().all(|one| one.name != used.name)
    }

    fn lost(&self, used: &NameUse, was: &[&Place]) -> String {
        let Some(first) = was.first() else { return format!("nothing is called {} here", used.name) };
        if used.is_module {
            return format!("“{}” is not found any more; it was {}", used.name, first.path);
        }
        let line = self.before.text(&first.path).map_or(0, |text| line_of(&text, first.offset));
        format!("nothing is called {} here any more; it was {}:{line}", used.name, first.path)
    }

    fn problem(&self, used: &NameUse, fate: NameFate, message: String) -> NameProblem {
        let at = self.planned.byte_before(self.path_before, used.start);
        let line = |text: Option<Arc<str>>, at: u32| text.map_or(0, |text| line_of(&text, at));
        NameProblem {
            path: self.path.to_owned(),
            line: line(self.planned.after.text(self.path), used.start),
            path_before: self.path_before.to_owned(),
            line_before: line(self.before.text(self.path_before), at),
            name: used.name.clone(),
            fate,
            message,
        }
    }
}

/// One more place of the same.
fn more(message: &mut String) {
    const MORE: &str = ", as in more places of the file";
    if !message.ends_with(MORE) {
        message.push_str(MORE);
    }
}
