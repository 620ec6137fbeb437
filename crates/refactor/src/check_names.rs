//! Names that would mean nothing, or something else, once a change is made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{Engine, FileUses, Leads, NameUse, Place, Planned, Project, Refused, RefusedKind, engine_for, names::line_of};

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

/// Files that change, by their paths before.
fn touched(planned: &Planned<'_>) -> BTreeSet<String> {
    planned.edits.keys().chain(planned.moved.keys()).chain(&planned.created).chain(&planned.removed).cloned().collect()
}

/// All words that edits put or take, and those by which files that don't change may mean what does: what goes, and the names of files.
fn changing_words(before: &dyn Project, planned: &Planned<'_>) -> (HashSet<String>, BTreeSet<String>) {
    let (mut names, mut mentioned) = (HashSet::new(), BTreeSet::new());
    for (path, edits) in &planned.edits {
        let Some(text) = before.text(path) else { continue };
        for edit in edits {
            // An edit of half a word is one of the word.
            let (head, tail) = around(&text, edit.start as usize, edit.end as usize);
            let old: HashSet<String> = words_of(&format!("{head}{}{tail}", edit.old));
            let new: HashSet<String> = words_of(&format!("{head}{}{tail}", edit.new));
            mentioned.extend(old.difference(&new).cloned());
            // What comes may be what others meant under that name so far.
            mentioned.extend(new.difference(&old).cloned());
            names.extend(old.into_iter().chain(new));
        }
    }
    let files = planned.moved.iter().flat_map(|(from, to)| [from, to]).chain(&planned.created).chain(&planned.removed);
    for path in files {
        let stem = stem(path);
        mentioned.insert(stem.to_owned());
        names.insert(stem.to_owned());
    }
    for path in planned.removed.iter().chain(&planned.created) {
        if let Some(text) = before.text(path).or_else(|| planned.after.text(path)) {
            names.extend(words_of(&text));
        }
    }
    (names, mentioned)
}

/// What a module is called by its file: the name without its ending, of `index` and the like the folder's.
fn stem(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    match stem {
        "index" | "__init__" | "mod" | "lib" | "main" => parts.next().unwrap_or(stem),
        _ => stem,
    }
}

/// Letters of words that go on beyond an edit.
fn around(text: &str, start: usize, end: usize) -> (&str, &str) {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let head = before.trim_end_matches(is_word).len();
    let tail = after.len() - after.trim_start_matches(is_word).len();
    (&before[head..], &after[..tail])
}

fn words_of(text: &str) -> HashSet<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_name = |word: &&str| word.chars().next().is_some_and(|first| !first.is_ascii_digit());
    text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).filter(is_name).map(str::to_owned).collect()
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

/// A file before and after.
struct Comparing<'a> {
    before: &'a dyn Project,
    planned: &'a Planned<'a>,
    path: &'a str,
    path_before: &'a str,
    then: &'a [NameUse],
    keeps_meaning: bool,
}

impl Comparing<'_> {
    fn compare(&self, now: &[NameUse], problems: &mut Vec<NameProblem>) {
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
        let line = |text: Option<std::sync::Arc<str>>, at: u32| text.map_or(0, |text| line_of(&text, at));
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
