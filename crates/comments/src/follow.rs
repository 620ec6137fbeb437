//! Threads followed into a new version: all of them at once, each from its origin.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lectern_anchor::{Anchor, Candidate, CandidateKind, Follower, LineRange, Listed, Method, MoveKind, State, Text, find_moves};
use lectern_notify::{Notice, ThreadLost, notify};
use lectern_objects::ObjectHash;
use rayon::prelude::*;

use crate::{CommentThread, CommentsError, Event, Origin, Place, PlaceCandidate, Rejected, ThreadAnchor, Threads, rows};

/// So many threads that lost their places at once are told of one by one; more are one notification.
const TOLD_ONE_BY_ONE: usize = 3;
/// So many threads whose code is lost are looked for in whatever changed, the latest first; the others when their own files change.
const MOST_LOST: u32 = 20_000;
/// So many texts of other files stay cut into words while threads are followed: those of neighbouring paths ask for the same ones.
const PARSED: usize = 256;
/// After changes of no more files than this only those lost threads are looked for whose lines are in one of them: a save costs little. After a switch of
/// branches all are.
const FEW_FILES: usize = 64;
/// A line says something when it has so many letters and digits.
const SAYS_SOMETHING: usize = 4;
/// Among so many added files it is looked for where a file that is gone went.
const MOST_ADDED: usize = 4000;

/// Gives the text of a file by what names its contents.
pub trait Texts: Sync {
    /// Decoded; `None` when it is gone, or is not shown as one text.
    fn text(&self, object: &ObjectHash) -> Option<Arc<str>>;
}

/// What the origin of a thread was a part of: that which a version is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base<'a> {
    /// The manifest that the folder was last at when the thread was written.
    pub manifest: Option<&'a str>,
    /// The commit that the thread was written in.
    pub commit: Option<&'a str>,
}

impl<'a> Base<'a> {
    fn of(origin: &'a Origin) -> Self {
        Self { manifest: origin.manifest_id.as_deref(), commit: origin.commit.as_deref() }
    }
}

/// How a file of the new version is to the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Novelty {
    /// It was not there.
    Added,
    /// It was another.
    Changed,
    /// Nobody knows: the base is gone.
    Unknown,
}

/// What names the contents that a file had in the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Our name.
    Object(ObjectHash),
    /// git's, in hex.
    Blob(String),
}

/// A file of the new version that was not there before, or was another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// How it is to the base.
    pub novelty: Novelty,
    /// Its contents.
    pub object: ObjectHash,
    /// Those it had in the base; `None` where it was not there, or nobody knows.
    pub before: Option<Before>,
}

/// The version that threads are followed into.
pub struct Following<'a> {
    /// Its number.
    pub version: u32,
    /// What it has at a path; `None` for no file.
    pub object_at: &'a (dyn Fn(&str) -> Option<ObjectHash> + Sync),
    /// What differs in it from a base; everything when that is gone. Asked for once for each.
    pub since: &'a (dyn Fn(Base<'_>) -> Vec<ChangedFile> + Sync),
    /// Texts of this version and of origins.
    pub texts: &'a dyn Texts,
    /// Texts that files had in a base.
    pub before: &'a (dyn Fn(&Before) -> Option<Arc<str>> + Sync),
}

/// Where a thread is in the version.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The thread's new place; of one without a place, about where it was.
    pub place: Place,
    /// What became of its code.
    pub state: State,
    /// How it was found.
    pub anchor: ThreadAnchor,
}

/// What following came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Threads that were looked at.
    pub looked_at: usize,
    /// Of them, those with another place or state than before.
    pub changed: usize,
    /// Of those, the ones that came to need review.
    pub needs_review: usize,
    /// Of those, the ones whose code is gone since.
    pub outdated: usize,
}

/// Follows threads into a version, in the order they came in. An answer depends on a thread's origin, on what people said of it, and on the version
/// alone.
pub fn follow_into(threads: &[CommentThread], into: &Following<'_>) -> Vec<Followed> {
    let mut groups: BTreeMap<GroupKey<'_>, Vec<usize>> = BTreeMap::new();
    for (index, thread) in threads.iter().enumerate() {
        groups.entry(GroupKey::of(&thread.origin)).or_default().push(index);
    }
    let differences = Differences::of(&groups, into);
    let found: Vec<(usize, Followed)> = groups
        .par_iter()
        .flat_map_iter(|(_, indexes)| {
            let group = Group::new(&threads[indexes[0]].origin, into, &differences);
            indexes.iter().map(|index| (*index, group.follow(&threads[*index]))).collect::<Vec<_>>()
        })
        .collect();
    let mut followed: Vec<Option<Followed>> = threads.iter().map(|_| None).collect();
    for (index, one) in found {
        followed[index] = Some(one);
    }
    followed.into_iter().flatten().collect()
}

/// Where a thread is in one file alone, whose contents are given: a text that no version has yet, or a file of another state.
pub fn follow_into_file(thread: &CommentThread, path: &str, object: ObjectHash, texts: &dyn Texts) -> Followed {
    let into = Following {
        version: thread.anchor.version.unwrap_or_default(),
        object_at: &|asked| (asked == path).then_some(object),
        since: &|_| vec![ChangedFile { path: path.to_owned(), novelty: Novelty::Added, object, before: None }],
        before: &|_| None,
        texts,
    };
    let key = GroupKey::of(&thread.origin);
    let groups = BTreeMap::from([(key, vec![0])]);
    let differences = Differences::of(&groups, &into);
    Group::new(&thread.origin, &into, &differences).follow(thread)
}

/// Threads with the same origin text and the same base share everything that is worked out once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey<'a> {
    base: Base<'a>,
    path: &'a str,
    object: Option<ObjectHash>,
    /// Of origins whose object nobody knows: each is its own.
    quote: &'a str,
}

impl<'a> GroupKey<'a> {
    fn of(origin: &'a Origin) -> Self {
        Self {
            base: Base::of(origin),
            path: &origin.path,
            object: origin.object,
            quote: if origin.object.is_some() { "" } else { &origin.quote },
        }
    }
}

/// A file's name without its extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Texts cut into words, the latest ones.
#[derive(Default)]
struct Parsed {
    texts: HashMap<(ObjectHash, String), Option<Arc<Text>>>,
    order: VecDeque<(ObjectHash, String)>,
}

impl Parsed {
    fn get(parsed: &Mutex<Self>, file: &ChangedFile, texts: &dyn Texts) -> Option<Arc<Text>> {
        let key = (file.object, file.path.clone());
        let lock = || parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().texts.get(&key) {
            return known.clone();
        }
        // Cut outside of the lock: twice now and then is better than waiting each time.
        let text = texts.text(&file.object).map(|text| Arc::new(Text::new(&file.path, text)));
        let mut kept = lock();
        if kept.texts.insert(key.clone(), text.clone()).is_none() {
            kept.order.push_back(key);
        }
        while kept.order.len() > PARSED {
            if let Some(oldest) = kept.order.pop_front() {
                kept.texts.remove(&oldest);
            }
        }
        text
    }
}

/// What differs between one base and the version.
#[derive(Default)]
struct Since {
    files: Vec<ChangedFile>,
    /// Where files that are gone went, by their old paths.
    became: HashMap<String, Vec<String>>,
}

/// The differences from each base, worked out when they are first needed.
struct Differences<'a> {
    into: &'a Following<'a>,
    /// For each base: the files of origins that are gone.
    gone: HashMap<Base<'a>, Vec<(&'a str, Option<ObjectHash>)>>,
    since: HashMap<Base<'a>, OnceLock<Since>>,
    parsed: Mutex<Parsed>,
}

impl<'a> Differences<'a> {
    fn of(groups: &BTreeMap<GroupKey<'a>, Vec<usize>>, into: &'a Following<'a>) -> Self {
        let mut gone: HashMap<Base<'_>, Vec<(&str, Option<ObjectHash>)>> = HashMap::new();
        let mut since = HashMap::new();
        for key in groups.keys() {
            since.entry(key.base).or_insert_with(OnceLock::new);
            let gone = gone.entry(key.base).or_default();
            if !key.path.is_empty() && (into.object_at)(key.path).is_none() && !gone.iter().any(|(path, _)| *path == key.path) {
                gone.push((key.path, key.object));
            }
        }
        Self { into, gone, since, parsed: Mutex::default() }
    }

    fn since<'s>(&'s self, base: Base<'s>) -> Option<&'s Since> {
        let gone = self.gone.get(&base).map_or(&[][..], Vec::as_slice);
        Some(self.since.get(&base)?.get_or_init(|| Since::of((self.into.since)(base), gone, self.into)))
    }
}

impl Since {
    fn of(files: Vec<ChangedFile>, gone: &[(&str, Option<ObjectHash>)], into: &Following<'_>) -> Self {
        let mut became: HashMap<String, Vec<String>> = HashMap::new();
        let mut added: Vec<&ChangedFile> = files.iter().filter(|file| file.novelty != Novelty::Changed).collect();
        if added.len() > MOST_ADDED {
            // Those of the same name, whatever their extension, are the likeliest.
            let stems: HashSet<&str> = gone.iter().map(|(path, _)| stem(path)).collect();
            added.sort_by_key(|file| (!stems.contains(stem(&file.path)), file.novelty == Novelty::Unknown));
            added.truncate(MOST_ADDED);
        }
        if !gone.is_empty() && !added.is_empty() {
            let text = |object: Option<ObjectHash>| move || into.texts.text(&object?);
            let old_texts: Vec<_> = gone.iter().map(|(_, object)| text(*object)).collect();
            let new_texts: Vec<_> = added.iter().map(|file| text(Some(file.object))).collect();
            let removed: Vec<_> =
                gone.iter().zip(&old_texts).map(|((path, object), text)| Listed { path, object: *object, text }).collect();
            let listed: Vec<_> =
                added.iter().zip(&new_texts).map(|(file, text)| Listed { path: &file.path, object: Some(file.object), text }).collect();
            let mut moves = find_moves(&removed, &listed);
            // The file that became another one whole comes before its parts.
            moves.sort_by_key(|one| (one.from, one.kind == MoveKind::Part));
            for one in moves {
                became.entry(gone[one.from].0.to_owned()).or_default().push(added[one.to].path.clone());
            }
        }
        Self { files, became }
    }
}

/// The origin text of some threads, and what the version has at its path.
struct Group<'a> {
    origin: &'a Origin,
    into: &'a Following<'a>,
    differences: &'a Differences<'a>,
    /// What the version has at the origin's path.
    object: Option<ObjectHash>,
    old: OnceLock<Option<Text>>,
    same: OnceLock<Option<Text>>,
}

impl<'a> Group<'a> {
    fn new(origin: &'a Origin, into: &'a Following<'a>, differences: &'a Differences<'a>) -> Self {
        let object = if origin.path.is_empty() { None } else { (into.object_at)(&origin.path) };
        Self { origin, into, differences, object, old: OnceLock::new(), same: OnceLock::new() }
    }

    fn follow(&self, thread: &CommentThread) -> Followed {
        let origin = &thread.origin;
        if origin.path.is_empty() || (origin.object.is_some() && self.object == origin.object) {
            // Nothing of it changed.
            let found = ThreadAnchor { version: Some(self.into.version), ..ThreadAnchor::at_origin(origin) };
            return Followed {
                place: origin.place(),
                state: State::Exact,
                anchor: ThreadAnchor { rejected: thread.anchor.rejected.clone(), ..found },
            };
        }
        match origin.place().range() {
            None => self.follow_file(thread),
            Some(range) => self.follow_lines(thread, range),
        }
    }

    /// A thread on a whole file goes where the file goes.
    fn follow_file(&self, thread: &CommentThread) -> Followed {
        let origin = &thread.origin;
        let anchor = |method: Method, confidence| ThreadAnchor {
            method: method.name().to_owned(),
            confidence,
            version: Some(self.into.version),
            rejected: thread.anchor.rejected.clone(),
            ..ThreadAnchor::at_origin(origin)
        };
        if self.object.is_some() {
            let anchor = ThreadAnchor { object: self.object, ..anchor(Method::SameFile, 1.0) };
            return Followed { place: origin.place(), state: State::Exact, anchor };
        }
        let became = self.since().and_then(|since| since.became.get(&origin.path)?.first());
        match became {
            Some(path) => {
                let anchor = ThreadAnchor { object: (self.into.object_at)(path), ..anchor(Method::RenamedFile, 1.0) };
                Followed { place: Place::file(path.clone()), state: State::Moved, anchor }
            }
            None => {
                let anchor = ThreadAnchor { object: None, kept: thread.anchor.kept, ..anchor(Method::None, 0.0) };
                Followed { place: origin.place(), state: State::Outdated, anchor }
            }
        }
    }

    fn follow_lines(&self, thread: &CommentThread, range: LineRange) -> Followed {
        let old = self.old.get_or_init(|| self.text_of(self.origin.object, &self.origin.path));
        let same = self.same.get_or_init(|| self.text_of(self.object, &self.origin.path));
        // Without its own text it is looked for by its quote.
        let quoted = if old.is_none() { thread.origin.quote().to_text(&thread.origin.path) } else { None };
        let (old, range) = match (old, &quoted) {
            (Some(old), _) => (old, range),
            (None, Some((quoted, range))) => (quoted, *range),
            (None, None) => return self.unreadable(thread),
        };
        if self.object.is_some() && same.is_none() {
            return self.unreadable(thread);
        }
        let nothing = Since::default();
        // Asked for only when the file itself has no answer: the differences of a long time are many.
        let alone = Follower::new(&self.origin.path, old, same.as_ref(), &[]).follow(range);
        let anchor = match alone {
            Ok(anchor) if anchor.place.is_some() => anchor,
            Ok(anchor) => {
                let since = self.since().unwrap_or(&nothing);
                self.follow_elsewhere(old, same.as_ref(), range, since).unwrap_or(anchor)
            }
            // The lines are beyond the end of what the origin's object holds: it was never right.
            Err(_) => Anchor { state: State::Outdated, place: None, confidence: 0.0, method: Method::None, alternatives: Vec::new() },
        };
        self.judged(thread, anchor, old, same.as_ref(), range)
    }

    fn follow_elsewhere(&self, old: &Text, same: Option<&Text>, range: LineRange, since: &Since) -> Option<Anchor> {
        let became: HashSet<&str> = since.became.get(&self.origin.path).into_iter().flatten().map(String::as_str).collect();
        let others: Vec<&ChangedFile> = since.files.iter().filter(|file| file.path != self.origin.path).collect();
        if others.is_empty() {
            return None;
        }
        let texts: Vec<_> = others.iter().map(|file| move || Parsed::get(&self.differences.parsed, file, self.into.texts)).collect();
        let candidates: Vec<Candidate<'_>> = others
            .iter()
            .zip(&texts)
            .map(|(file, text)| Candidate {
                path: &file.path,
                kind: match file.novelty {
                    _ if became.contains(file.path.as_str()) => CandidateKind::Renamed,
                    Novelty::Added => CandidateKind::Added,
                    Novelty::Changed | Novelty::Unknown => CandidateKind::Changed,
                },
                text,
            })
            .collect();
        let previous = |path: &str| {
            let file = others.iter().find(|file| file.path == path)?;
            Some(Arc::new(Text::new(path, (self.into.before)(file.before.as_ref()?)?)))
        };
        Follower::new(&self.origin.path, old, same, &candidates).with_previous(&previous).follow(range).ok()
    }

    fn since(&self) -> Option<&Since> {
        self.differences.since(Base::of(self.origin))
    }

    /// What people said of a thread counts for more than what was found.
    fn judged(&self, thread: &CommentThread, mut anchor: Anchor, old: &Text, same: Option<&Text>, range: LineRange) -> Followed {
        let rejected = &thread.anchor.rejected;
        let is_rejected = |path: &str, range: LineRange| {
            rejected.iter().any(|wrong| wrong.path == path && self.quote_at(path, range).is_some_and(|quote| quote == wrong.quote))
        };
        if !rejected.is_empty() {
            anchor.alternatives.retain(|other| !is_rejected(&other.path, other.range));
            if anchor.place.as_ref().is_some_and(|(path, range)| is_rejected(path, *range)) {
                anchor.place = None;
                anchor.state = if anchor.alternatives.is_empty() { State::Outdated } else { State::NeedsReview };
            }
        }
        let kept = thread.anchor.kept && anchor.place.is_none();
        if kept {
            anchor.state = State::Outdated;
        }
        let place = match &anchor.place {
            Some((path, range)) => Place::lines(path.clone(), *range),
            None => self.about(thread, old, same, range),
        };
        let object = (self.into.object_at)(&place.path);
        let found = ThreadAnchor::found(&anchor, object, self.into.version, rejected.clone(), kept);
        Followed { place, state: anchor.state, anchor: found }
    }

    /// About where a range that is gone was: beside the last line before it that is still there, else beside the first one after it.
    fn about(&self, thread: &CommentThread, old: &Text, same: Option<&Text>, range: LineRange) -> Place {
        let Some(same) = same else { return thread.origin.place() };
        let follower = Follower::new(&self.origin.path, old, Some(same), &[]);
        let kept = |line: u32| {
            let found = follower.follow(LineRange::new(line, line).ok()?).ok()?;
            let sure = matches!(found.method, Method::SameObject | Method::HunkMap);
            found.place.filter(|_| sure).map(|(_, range)| range)
        };
        let near = 24;
        let before = (range.start().saturating_sub(near).max(1)..range.start()).rev().find_map(|line| Some(kept(line)?.end()));
        let after = || (range.end() + 1..=range.end() + near).find_map(|line| Some(kept(line)?.start().saturating_sub(1)));
        let last = u32::try_from(same.line_count()).unwrap_or(u32::MAX).max(1);
        let line = before.or_else(after).unwrap_or(range.start()).clamp(1, last);
        Place { path: self.origin.path.clone(), line_start: line, line_end: line }
    }

    /// The lines can't be compared: the place stays as it was, and a person must say.
    fn unreadable(&self, thread: &CommentThread) -> Followed {
        let gone = self.object.is_none();
        let place = thread.origin.place();
        let here = PlaceCandidate { path: place.path.clone(), line_start: place.line_start, line_end: place.line_end, score: 0.0 };
        let kept = thread.anchor.kept;
        let anchor = ThreadAnchor {
            confidence: 0.0,
            method: Method::None.name().to_owned(),
            object: self.object,
            version: Some(self.into.version),
            candidates: if gone { Vec::new() } else { vec![here] },
            rejected: thread.anchor.rejected.clone(),
            kept,
            ..ThreadAnchor::at_origin(&thread.origin)
        };
        let state = if gone || kept { State::Outdated } else { State::NeedsReview };
        Followed { place, state, anchor }
    }

    fn quote_at(&self, path: &str, range: LineRange) -> Option<String> {
        let text = self.text_of((self.into.object_at)(path), path)?;
        lectern_anchor::Quote::of(&text, range, 0).ok().map(|quote| quote.quote)
    }

    fn text_of(&self, object: Option<ObjectHash>, path: &str) -> Option<Text> {
        Some(Text::new(path, self.into.texts.text(&object?)?))
    }
}

impl Rejected {
    /// What stands at some lines of a text, said to be wrong.
    pub fn at(path: &str, text: &str, range: LineRange) -> Option<Self> {
        let quote = lectern_anchor::Quote::of(&Text::new(path, text), range, 0).ok()?.quote;
        Some(Self { path: path.to_owned(), quote })
    }
}

impl Threads {
    /// The version that a project's threads were last followed into.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn followed(&self, project_id: &str) -> Result<Option<String>, CommentsError> {
        self.store.read(|connection| Ok(rows::followed(connection, project_id)?))
    }

    /// Follows the threads of a project into the version `manifest_id`, in one transaction, and tells `owner_id` of those that lost their places.
    /// `changed` are the paths that differ from the version they were last followed into; `None` for all.
    ///
    /// A thread that somebody placed meanwhile stays where they placed it.
    ///
    /// # Errors
    /// When the database refuses; nothing is changed then.
    pub fn follow(
        &self,
        project_id: &str,
        owner_id: &str,
        manifest_id: &str,
        changed: Option<&HashSet<String>>,
        into: &Following<'_>,
    ) -> Result<Tally, CommentsError> {
        let threads = match changed {
            None => self.all(project_id)?,
            Some(changed) if changed.is_empty() => Vec::new(),
            Some(changed) => {
                let mut paths: Vec<&str> = changed.iter().map(String::as_str).collect();
                paths.sort_unstable();
                let threads = self.store.read(|connection| rows::concerned(connection, project_id, &paths, MOST_LOST))?;
                possible(threads, changed, into)
            }
        };
        let followed = follow_into(&threads, into);
        let mut tally = Tally { looked_at: threads.len(), ..Tally::default() };
        let now = self.clock.now();
        self.store.write(|tx| {
            let mut lost: Vec<(State, CommentThread)> = Vec::new();
            for (thread, found) in threads.into_iter().zip(followed) {
                let became_different = found.place != thread.place || found.state != thread.state;
                if !became_different && found.anchor == thread.anchor {
                    continue;
                }
                let was = thread.state;
                let next = CommentThread { place: found.place, state: found.state, anchor: found.anchor, ..thread };
                if !rows::follow_place(tx, &next)? {
                    // Somebody changed it meanwhile; what they said holds.
                    continue;
                }
                if became_different {
                    tally.changed += 1;
                    rows::insert_next_anchor(tx, &lectern_store::new_id(&*self.clock), Event::Followed, &next, now)?;
                }
                if next.state != was && next.resolved_at.is_none() && matches!(next.state, State::NeedsReview | State::Outdated) {
                    lost.push((next.state, next));
                }
            }
            for (state, notice) in
                [(State::NeedsReview, Notice::ThreadNeedsReview as fn(ThreadLost) -> Notice), (State::Outdated, Notice::ThreadOutdated)]
            {
                let these: Vec<&CommentThread> = lost.iter().filter(|(is, _)| *is == state).map(|(_, thread)| thread).collect();
                match state {
                    State::NeedsReview => tally.needs_review = these.len(),
                    _ => tally.outdated = these.len(),
                }
                let together = these.len() > TOLD_ONE_BY_ONE;
                for thread in these.iter().take(if together { 1 } else { TOLD_ONE_BY_ONE }) {
                    let threads = if together { u32::try_from(these.len()).unwrap_or(u32::MAX) } else { 1 };
                    notify(tx, &*self.clock, owner_id, &notice(lost_notice(thread, threads)))?;
                }
            }
            rows::set_followed(tx, project_id, manifest_id)?;
            Ok::<_, CommentsError>(())
        })?;
        Ok(tally)
    }
}

/// Without the threads that these changes can't have brought back: those whose code is lost, whose files did not change, and of whose lines none
/// is in a file that did.
fn possible(threads: Vec<CommentThread>, changed: &HashSet<String>, into: &Following<'_>) -> Vec<CommentThread> {
    let is_sure = |thread: &CommentThread| {
        let lost = matches!(thread.state, State::NeedsReview | State::Outdated);
        let candidates = thread.anchor.candidates.iter().map(|candidate| &candidate.path);
        let at_home = [&thread.place.path, &thread.origin.path].into_iter().chain(candidates).any(|path| changed.contains(path));
        !lost || at_home || thread.origin.quote.is_empty()
    };
    if changed.len() > FEW_FILES || threads.iter().all(is_sure) {
        return threads;
    }
    let wanted: HashSet<u64> = threads.iter().filter(|thread| !is_sure(thread)).flat_map(|thread| lines_of(&thread.origin.quote)).collect();
    let found: HashSet<u64> = changed
        .par_iter()
        .filter_map(|path| into.texts.text(&(into.object_at)(path)?))
        .flat_map_iter(|text| lines_of(&text).filter(|line| wanted.contains(line)).collect::<Vec<_>>())
        .collect();
    let may_be_back = |thread: &CommentThread| lines_of(&thread.origin.quote).any(|line| found.contains(&line));
    threads.into_iter().filter(|thread| is_sure(thread) || may_be_back(thread)).collect()
}

/// The lines that say something, by their hashes, whatever their blanks.
fn lines_of(text: &str) -> impl Iterator<Item = u64> {
    text.lines().filter(|line| line.chars().filter(|letter| letter.is_alphanumeric()).nth(SAYS_SOMETHING - 1).is_some()).map(|line| {
        let mut hasher = DefaultHasher::new();
        line.split_whitespace().for_each(|word| word.hash(&mut hasher));
        hasher.finish()
    })
}

fn lost_notice(thread: &CommentThread, threads: u32) -> ThreadLost {
    ThreadLost {
        project_id: thread.project_id.clone(),
        thread_id: thread.id.clone(),
        threads,
        path: thread.place.path.clone(),
        line: thread.place.line_start,
        candidates: u32::try_from(thread.anchor.candidates.len()).unwrap_or(u32::MAX),
    }
}
