//! Names that would mean nothing, or something else, once a change is made.

mod comparing;
mod words;

use std::collections::{BTreeSet, HashMap, HashSet};

use self::comparing::Comparing;
use self::words::{changing_words, touched};
use crate::{Engine, FileUses, Planned, Project, Refused, RefusedKind, engine_for};

/// More files that merely mention a name are not looked at.
const MOST_FILES: usize = 3000;
/// With more names than this that come and go, only files that change are looked at.
const MOST_WORDS: usize = 48;
/// One file of each language that there is an engine for.
const SAMPLES: [&str; 4] = ["a.ts", "a.py", "a.rs", "a.go"];

/// What becomes of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameFate {
    /// It led to a declaration and would lead to none.
    Unresolved,
    /// It would lead to another declaration than before.
    Captured,
}

/// A name that would not mean what it meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameProblem {
    /// The file as it is called afterwards.
    pub path: String,
    /// From 1, in the text afterwards.
    pub line: u32,
    /// The file as it is called before.
    pub path_before: String,
    /// From 1, in the text before.
    pub line_before: u32,
    /// As it is written afterwards.
    pub name: String,
    /// What becomes of it.
    pub fate: NameFate,
    /// A plain sentence.
    pub message: String,
}

/// A file that was not looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchecked {
    /// As it is called before.
    pub path: String,
    /// For people.
    pub why: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesChecked {
    /// So many files were looked at, before and after.
    pub files: u32,
    /// Ascending by path and line.
    pub problems: Vec<NameProblem>,
    /// Files that change and were not looked at.
    pub unchecked: Vec<Unchecked>,
    /// Files that don't change were not all looked at: why.
    pub limit: Option<String>,
}

/// Compares what names mean before and after. `keeps_meaning`: the change is one that must leave what everything means as it is (a rename, a
/// move), so that names it writes itself are looked at too.
///
/// # Errors
/// `Cancelled`.
pub fn check_names(before: &dyn Project, planned: &Planned<'_>, keeps_meaning: bool) -> Result<NamesChecked, Refused> {
    let mut checked = NamesChecked::default();
    let touched = touched(planned);
    for path in &touched {
        let why = if planned.unread.contains(path) {
            "it is no text, or too large"
        } else if engine_for(path).is_none() {
            "names are not followed in this language"
        } else {
            continue;
        };
        checked.unchecked.push(Unchecked { path: path.clone(), why: why.to_owned() });
    }
    let (names, mentioned) = changing_words(before, planned);
    for engine in SAMPLES.iter().filter_map(|sample| engine_for(sample)) {
        let mut paths: BTreeSet<String> =
            touched.iter().filter(|path| engine.takes(path) && !planned.unread.contains(*path)).cloned().collect();
        if mentioned.len() > MOST_WORDS {
            checked.limit = Some(format!("{} names change, so that only files that change were looked at", mentioned.len()));
        } else {
            for word in &mentioned {
                paths.extend(before.containing(word, &|path| engine.takes(path)));
                if before.cancelled() {
                    return Err(Refused::cancelled());
                }
            }
        }
        if paths.len() > MOST_FILES {
            checked.limit = Some(format!("{} files mention these names; {MOST_FILES} of them were looked at", paths.len()));
            let (first, rest): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| touched.contains(path));
            paths = first.into_iter().chain(rest).take(MOST_FILES).collect();
        }
        if !paths.is_empty() {
            check_language(engine, before, planned, &paths, &names, keeps_meaning, &mut checked)?;
        }
    }
    checked.problems.sort_by(|a, b| (&a.path, a.line, a.fate, &a.name, &a.message).cmp(&(&b.path, b.line, b.fate, &b.name, &b.message)));
    checked.problems.dedup();
    checked.unchecked.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(checked)
}

fn check_language(
    engine: &dyn Engine,
    before: &dyn Project,
    planned: &Planned<'_>,
    paths: &BTreeSet<String>,
    names: &HashSet<String>,
    keeps_meaning: bool,
    checked: &mut NamesChecked,
) -> Result<(), Refused> {
    let wanted = |name: &str| names.contains(name);
    let is_there = |project: &dyn Project, path: &str| project.has(path);
    let old: Vec<String> = paths.iter().filter(|path| is_there(before, path)).cloned().collect();
    let new: Vec<String> = paths
        .iter()
        .map(|path| if planned.created.contains(path) { path.as_str() } else { planned.path_after(path) })
        .filter(|path| is_there(&planned.after, path))
        .map(str::to_owned)
        .collect();
    let uses = |project: &dyn Project, paths: &[String]| match engine.uses(project, paths, &wanted) {
        Err(refused) if refused.kind == RefusedKind::Cancelled => Err(refused),
        // Rather nothing than a check that fails.
        other => Ok(other.ok()),
    };
    let (Some(then), Some(now)) = (uses(before, &old)?, uses(&planned.after, &new)?) else {
        checked.unchecked.extend(old.into_iter().map(|path| Unchecked { path, why: "it could not be worked out".to_owned() }));
        return Ok(());
    };
    let then: HashMap<String, FileUses> = then.into_iter().map(|file| (file.path.clone(), file)).collect();
    let came_from: HashMap<&str, &str> = planned.moved.iter().map(|(from, to)| (to.as_str(), from.as_str())).collect();
    for file in now {
        let path_before = came_from.get(file.path.as_str()).copied().unwrap_or(&file.path).to_owned();
        let is_touched = planned.edits.contains_key(&path_before) || planned.moved.contains_key(&path_before);
        let known = then.get(&path_before).and_then(|file| file.uses.as_deref());
        let (Some(now), true) = (&file.uses, known.is_some() || planned.created.contains(&file.path)) else {
            if is_touched {
                checked.unchecked.push(Unchecked { path: path_before, why: "it can't be parsed".to_owned() });
            }
            continue;
        };
        checked.files += 1;
        let comparing =
            Comparing { before, planned, path: &file.path, path_before: &path_before, then: known.unwrap_or_default(), keeps_meaning };
        comparing.compare(now, &mut checked.problems);
    }
    Ok(())
}
