//! Looks at the directories of a project, one job each, and says which differ from what was seen last.
//!
//! Nothing is read but ignore files: which contents must be read, and what the version's nodes are, is found out afterwards from what this
//! gives.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use rayon::{Scope, prelude::*};

use crate::{
    Dirty, RepoPath, SyncError,
    disk::{Kind, Listing, Root, Stat, is_absent, plain},
    git::{self, Surroundings},
    memory::{Branch, Cached, Held, IgnoreFile, Item, Memory, Record, Rules16, is_racy},
    rules::{Patterns, Rules},
    warnings::Warnings,
};

/// Entries of one directory whose stats are asked for side by side.
const WIDE: usize = 4096;

/// A file or symbolic link that belongs to the project.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub path: RepoPath,
    pub stat: Stat,
}

/// A directory that was looked at.
#[derive(Debug)]
pub(crate) struct Visited {
    /// A directory has a larger number than the one around it.
    pub id: u32,
    pub parent: u32,
    pub path: RepoPath,
    /// What was seen last.
    pub old: Option<Branch>,
    pub state: State,
}

/// What was seen of a directory.
#[derive(Debug)]
pub(crate) enum State {
    /// Its entries are those of the record, file by file; directories below may differ.
    Same,
    Listed(Listed),
    /// It is another repository.
    Submodule {
        commit: Option<String>,
    },
    /// It vanished, or can't be read.
    Gone,
}

/// A directory whose entries are not those of the record, or that has none.
#[derive(Debug)]
pub(crate) struct Listed {
    pub rules: Rules16,
    pub ignore_file: Option<IgnoreFile>,
    pub tracked_only: bool,
    /// Ascending by name.
    pub slots: Vec<Slot>,
}

/// An entry of a listed directory.
#[derive(Debug)]
pub(crate) struct Slot {
    pub name: Box<[u8]>,
    pub what: What,
}

/// What an entry is now.
#[derive(Debug)]
pub(crate) enum What {
    /// As seen last.
    Held(Held),
    /// A directory that was visited.
    Visited(u32),
    /// A file or link whose contents have to be read.
    Unread(Stat),
}

/// What a scan is given.
pub(crate) struct Looking<'a> {
    pub root: &'a Root,
    pub folder: &'a Path,
    pub around: &'a Surroundings,
    /// What was seen last.
    pub memory: Option<&'a Memory>,
    /// Where to look; `None` for everywhere.
    pub dirty: Option<&'a Dirty>,
    /// git tracks other names than it did.
    pub tracked_changed: bool,
    /// Some ignore files are in git's index only.
    pub rules_in_index: bool,
    /// Whether a file's remembered contents are where they should be.
    pub is_settled: &'a (dyn Fn(&Cached) -> bool + Sync),
    pub cancel: &'a AtomicBool,
    pub warnings: &'a Warnings,
    /// Hears how many files have been listed so far.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What a scan gives.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// By number; the root is the first.
    pub directories: Vec<Visited>,
    /// An ignore file changed while the scan went on: what it decided must not be taken for known.
    pub rules_moved: bool,
}

/// The ignore files between the root and a directory. Read only when a name has to be judged.
#[derive(Debug)]
struct Chain {
    outer: Option<Arc<Chain>>,
    directory: RepoPath,
    hash: [u8; 16],
    rules: OnceLock<Rules>,
}

/// The rules that hold in a directory.
#[derive(Debug, Clone)]
struct RulesAt {
    fingerprint: Rules16,
    chain: Option<Arc<Chain>>,
}

/// Directories to look at, as a tree.
#[derive(Debug, Default)]
struct Wanted {
    dirty: bool,
    below: BTreeMap<Vec<u8>, Arc<Wanted>>,
}

impl Wanted {
    fn of(dirty: &Dirty) -> Self {
        let mut root = Self::default();
        for directory in &dirty.directories {
            let mut here = &mut root;
            for name in directory.names() {
                let below = here.below.entry(name.to_vec()).or_default();
                here = Arc::get_mut(below).expect("nobody else has it yet");
            }
            here.dirty = true;
        }
        root
    }
}

struct Job {
    id: u32,
    parent: u32,
    path: RepoPath,
    old: Option<Branch>,
    rules: RulesAt,
    /// Only what git tracks in it belongs to the project.
    tracked_only: bool,
    /// `None` for everything below.
    wanted: Option<Arc<Wanted>>,
}

struct Scan<'a> {
    given: Looking<'a>,
    next: AtomicU32,
    listed: AtomicU64,
    rules_moved: AtomicBool,
    found: Mutex<Vec<Visited>>,
    failure: Mutex<Option<SyncError>>,
}

/// Looks.
///
/// # Errors
/// [`SyncError::Cancelled`], and [`SyncError::FolderUnreadable`] when the folder itself can't be listed. A directory further down that
/// can't be is a warning.
pub(crate) fn scan(given: Looking<'_>) -> Result<Scanned, SyncError> {
    let first = Job {
        id: 0,
        parent: 0,
        path: RepoPath::root(),
        old: given.memory.map(|memory| memory.head().root),
        rules: RulesAt { fingerprint: given.around.fingerprint, chain: None },
        tracked_only: false,
        wanted: given.dirty.map(|dirty| Arc::new(Wanted::of(dirty))),
    };
    let scan = Scan {
        given,
        next: AtomicU32::new(1),
        listed: AtomicU64::new(0),
        rules_moved: AtomicBool::new(false),
        found: Mutex::default(),
        failure: Mutex::default(),
    };
    if first.wanted.is_some() {
        // Few directories: not worth waking threads for.
        let mut jobs = vec![first];
        while let Some(job) = jobs.pop() {
            scan.visit(job, &mut |job| jobs.push(job));
        }
    } else {
        rayon::scope(|scope| scan.spawn(scope, first));
    }
    if let Some(failure) = scan.failure.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        return Err(failure);
    }
    if scan.given.cancel.load(Ordering::Relaxed) {
        return Err(SyncError::Cancelled);
    }
    let mut directories = scan.found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    directories.par_sort_unstable_by_key(|visited| visited.id);
    Ok(Scanned { directories, rules_moved: scan.rules_moved.into_inner() })
}

/// What to do with a name.
enum Plan {
    Settled(What, /* as in the record */ bool),
    /// Ask what it is now; these were its contents.
    Stat(Option<Cached>),
}

impl<'a> Scan<'a> {
    fn spawn<'scope>(&'scope self, scope: &Scope<'scope>, job: Job)
    where
        'a: 'scope,
    {
        self.visit(job, &mut |below| scope.spawn(move |scope| self.spawn(scope, below)));
    }

    fn visit(&self, job: Job, spawn: &mut dyn FnMut(Job)) {
        if self.given.cancel.load(Ordering::Relaxed) {
            return;
        }
        let bytes = job.old.and_then(|old| self.given.memory?.read(old.place));
        let record = bytes.as_deref().and_then(Record::read);
        let state = match (&record, &job.wanted) {
            (Some(record), Some(wanted)) if !wanted.dirty => {
                self.pass_through(&job, record, wanted, spawn);
                State::Same
            }
            _ => self.look(&job, record.as_ref(), spawn),
        };
        let visited = Visited { id: job.id, parent: job.parent, path: job.path, old: job.old.filter(|_| record.is_some()), state };
        self.found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(visited);
    }

    /// Goes on to the wanted directories below one that is not wanted itself.
    fn pass_through(&self, job: &Job, record: &Record<'_>, wanted: &Wanted, spawn: &mut dyn FnMut(Job)) {
        let rules = self.rules_below(job, record.rules, record.ignore_file.as_ref());
        for item in record.items() {
            if let Held::Directory(branch) = item.held
                && let Some(wanted) = wanted.below.get(item.name)
            {
                spawn(self.below(job, item.name, Some(branch), rules.clone(), branch.tracked_only, Some(Arc::clone(wanted))));
            }
        }
    }

    fn below(&self, job: &Job, name: &[u8], old: Option<Branch>, rules: RulesAt, tracked_only: bool, wanted: Option<Arc<Wanted>>) -> Job {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        Job { id, parent: job.id, path: job.path.child(name), old, rules, tracked_only, wanted }
    }

    fn rules_below(&self, job: &Job, fingerprint: Rules16, own: Option<&IgnoreFile>) -> RulesAt {
        let Some(own) = own else { return RulesAt { fingerprint, chain: job.rules.chain.clone() } };
        let chain = Chain { outer: job.rules.chain.clone(), directory: job.path.clone(), hash: own.hash, rules: OnceLock::new() };
        RulesAt { fingerprint, chain: Some(Arc::new(chain)) }
    }

    fn look(&self, job: &Job, record: Option<&Record<'_>>, spawn: &mut dyn FnMut(Job)) -> State {
        let opened = match self.given.root.open_directory(&job.path) {
            Ok(directory) if job.tracked_only => self.tracked_names(job, directory),
            Ok(directory) => Listing::of(directory, self.given.around.fold_case),
            Err(error) => Err(error),
        };
        let listing = match opened {
            Ok(listing) => listing,
            Err(error) => {
                self.unreadable(job, error);
                return State::Gone;
            }
        };
        if listing.has_git && !job.path.is_root() && !job.tracked_only {
            let folder = job.path.below(self.given.folder);
            if !self.given.around.tracked().anything_below(&job.path) && git::is_repository(&folder) {
                return State::Submodule { commit: git::checked_out_commit(&folder) };
            }
        }
        let (ignore_file, ignore_is_known) = if job.tracked_only { (None, true) } else { self.own_rules(job, record, &listing) };
        let fingerprint = ignore_file.as_ref().map_or(job.rules.fingerprint, |own| extend(&job.rules.fingerprint, &own.hash));
        let rules = self.rules_below(job, fingerprint, ignore_file.as_ref());
        // The same rules on the same names decide the same.
        let judged = record.is_some_and(|record| record.rules == fingerprint && record.tracked_only == job.tracked_only);
        let mut same = judged && ignore_is_known;

        let mut items = record.into_iter().flat_map(Record::items).peekable();
        let mut plans = Vec::with_capacity(listing.len());
        for (name, kind) in listing.iter() {
            if self.given.cancel.load(Ordering::Relaxed) {
                return State::Gone;
            }
            while items.next_if(|item| item.name < name).is_some() {
                same = false;
            }
            let item = items.next_if(|item| item.name == name);
            let plan = self.plan(job, name, kind, item, judged, &rules, &listing, spawn);
            same &= matches!(plan, Plan::Settled(_, true) | Plan::Stat(Some(_)));
            plans.push(plan);
        }
        same &= items.next().is_none();

        let files = AtomicU64::new(0);
        let settle = |(name, plan): (&[u8], Plan)| -> Option<(What, bool)> {
            let cached = match plan {
                Plan::Settled(what, same) => return Some((what, same)),
                Plan::Stat(cached) => cached,
            };
            let stat = match listing.stat(name) {
                Ok(stat) => stat,
                Err(error) if is_absent(&error) => return None,
                Err(error) => {
                    self.warnings_add(format!("{} could not be read ({}) and was left out.", job.path.child(name), plain(error)));
                    return None;
                }
            };
            match stat.kind() {
                // It was something else when the directory was listed: the next look sees it.
                Kind::Directory => return None,
                Kind::Special => {
                    self.special(&job.path.child(name));
                    return Some((What::Held(Held::Special), false));
                }
                Kind::File | Kind::Symlink => {}
            }
            files.fetch_add(1, Ordering::Relaxed);
            let started = record.map_or(0, |record| record.started);
            match cached {
                Some(cached) if cached.stat == stat && !is_racy(&cached.stat, started) && (self.given.is_settled)(&cached) => {
                    Some((What::Held(Held::File(cached)), judged))
                }
                _ => Some((What::Unread(stat), false)),
            }
        };
        let named = listing.names().zip(plans);
        let settled: Vec<Option<(What, bool)>> = if listing.len() < WIDE {
            named.map(settle).collect()
        } else {
            named.collect::<Vec<_>>().into_par_iter().map(settle).collect()
        };
        same &= settled.iter().all(|what| matches!(what, Some((_, true))));
        let files = files.into_inner();
        (self.given.progress)(self.listed.fetch_add(files, Ordering::Relaxed) + files);
        if same {
            return State::Same;
        }
        let slots = listing.names().zip(settled).filter_map(|(name, what)| Some(Slot { name: name.into(), what: what?.0 })).collect();
        State::Listed(Listed { rules: fingerprint, ignore_file, tracked_only: job.tracked_only, slots })
    }

    #[expect(clippy::too_many_arguments, reason = "one decision, taken in one place")]
    fn plan(
        &self,
        job: &Job,
        name: &[u8],
        kind: Kind,
        item: Option<Item<'_>>,
        judged: bool,
        rules: &RulesAt,
        listing: &Listing,
        spawn: &mut dyn FnMut(Job),
    ) -> Plan {
        let tracked = || self.given.around.tracked();
        let held = item.map(|item| item.held);
        let known = held.as_ref().filter(|_| judged);
        if kind == Kind::Directory {
            let branch = match held {
                Some(Held::Directory(branch)) => Some(branch),
                _ => None,
            };
            match known {
                Some(Held::Directory(branch)) if !self.given.tracked_changed => {
                    let wanted = job.wanted.as_ref().map(|wanted| wanted.below.get(name).cloned());
                    if let Some(None) = wanted {
                        return Plan::Settled(What::Held(Held::Directory(*branch)), true);
                    }
                    let below = self.below(job, name, Some(*branch), rules.clone(), branch.tracked_only, wanted.flatten());
                    let id = below.id;
                    spawn(below);
                    return Plan::Settled(What::Visited(id), true);
                }
                Some(Held::Ignored { is_dir: true }) if !self.given.tracked_changed => {
                    return Plan::Settled(What::Held(Held::Ignored { is_dir: true }), true);
                }
                _ => {}
            }
            let path = job.path.child(name);
            if let Some(indexed) = tracked().submodules.get(&path) {
                let commit = git::checked_out_commit(&path.below(self.given.folder)).or_else(|| Some(indexed.clone()));
                let now = Held::Submodule { commit };
                let same = known == Some(&now);
                return Plan::Settled(What::Held(now), same);
            }
            let ignored = !job.tracked_only && self.rules(rules).ignores(&self.given.around.full_path(&path), true);
            if (ignored || job.tracked_only) && !tracked().anything_below(&path) {
                let same = matches!(known, Some(Held::Ignored { is_dir: true }));
                return Plan::Settled(What::Held(Held::Ignored { is_dir: true }), same);
            }
            let tracked_only = ignored || job.tracked_only;
            let same = judged && branch.is_some_and(|branch| branch.tracked_only == tracked_only);
            // Other rules, or a directory that wasn't there: all of it.
            let below = self.below(job, name, branch, rules.clone(), tracked_only, None);
            let id = below.id;
            spawn(below);
            return Plan::Settled(What::Visited(id), same);
        }
        let cached = match &held {
            Some(Held::File(cached)) => Some(*cached),
            _ => None,
        };
        match known {
            Some(Held::File(_)) if !self.given.tracked_changed => return Plan::Stat(cached),
            Some(Held::Ignored { is_dir: false }) if !(self.given.tracked_changed && tracked().names(&job.path.child(name))) => {
                return Plan::Settled(What::Held(Held::Ignored { is_dir: false }), true);
            }
            _ => {}
        }
        let path = job.path.child(name);
        let left_out = if job.tracked_only {
            !tracked().names(&path)
        } else {
            self.rules(rules).ignores(&self.given.around.full_path(&path), false) && !tracked().names(&path)
        };
        if left_out {
            return Plan::Settled(What::Held(Held::Ignored { is_dir: false }), false);
        }
        if kind == Kind::Special && listing.stat(name).is_ok_and(|stat| stat.kind() == Kind::Special) {
            self.special(&path);
            return Plan::Settled(What::Held(Held::Special), matches!(known, Some(Held::Special)));
        }
        Plan::Stat(cached)
    }

    /// The directory's own ignore file, and whether it is what the record knows for certain.
    fn own_rules(&self, job: &Job, record: Option<&Record<'_>>, listing: &Listing) -> (Option<IgnoreFile>, bool) {
        let known = record.and_then(|record| record.ignore_file);
        let file = job.path.child(b".gitignore");
        let on_disk = listing.contains(b".gitignore", Kind::File).then(|| listing.stat(b".gitignore").ok()).flatten();
        let Some(stat) = on_disk.filter(|stat| stat.kind() == Kind::File) else {
            let text = self.given.rules_in_index.then(|| self.given.around.tracked().ignore_files.get(&file)).flatten();
            let own = text.map(|text| IgnoreFile { stat: Stat::default(), hash: git::fingerprint(text) });
            return (own, known == own);
        };
        if let (Some(known), Some(record)) = (known, record)
            && known.stat == stat
            && !is_racy(&stat, record.started)
        {
            return (Some(known), true);
        }
        match git::read_rules_within(self.given.root, &file) {
            Some(text) => (Some(IgnoreFile { stat, hash: git::fingerprint(&text) }), false),
            None => {
                self.warnings_add(format!("The ignore file {file} is too large or can't be read, and was not followed."));
                (None, known.is_none())
            }
        }
    }

    fn rules(&self, at: &RulesAt) -> Rules {
        let Some(chain) = &at.chain else { return self.given.around.rules.clone() };
        // From the outermost that is not made yet, so that a deep chain needs no deep stack.
        let mut unmade = Vec::new();
        let mut next = Some(chain);
        while let Some(chain) = next.filter(|chain| chain.rules.get().is_none()) {
            unmade.push(chain);
            next = chain.outer.as_ref();
        }
        for chain in unmade.into_iter().rev() {
            chain.rules.get_or_init(|| {
                let outer = chain.outer.as_ref().and_then(|outer| outer.rules.get()).unwrap_or(&self.given.around.rules);
                let file = chain.directory.child(b".gitignore");
                let text = git::read_rules_within(self.given.root, &file);
                let text = match self.given.rules_in_index {
                    true => text.or_else(|| self.given.around.tracked().ignore_files.get(&file).cloned()),
                    false => text,
                };
                let text = text.unwrap_or_default();
                if git::fingerprint(&text) != chain.hash {
                    self.rules_moved.store(true, Ordering::Relaxed);
                }
                outer.with(Patterns::parse(&text, &self.given.around.full_path(&chain.directory), self.given.around.fold_case))
            });
        }
        chain.rules.get().expect("just made").clone()
    }

    /// Of a directory that is ignored but has tracked files: those, as far as they are there.
    fn tracked_names(&self, job: &Job, directory: std::os::fd::OwnedFd) -> io::Result<Listing> {
        Listing::of_names(directory, self.given.around.tracked().names_in(&job.path))
    }

    fn unreadable(&self, job: &Job, error: io::Error) {
        if job.path.is_root() {
            *self.failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(SyncError::FolderUnreadable(plain(error)));
        } else if !is_absent(&error) {
            self.warnings_add(format!("The folder {} could not be read ({}) and was left out.", job.path, plain(error)));
        }
    }

    fn special(&self, path: &RepoPath) {
        self.warnings_add(format!("{path} is a pipe, socket or device, and was left out."));
    }

    fn warnings_add(&self, warning: String) {
        self.given.warnings.add(warning);
    }
}

/// The fingerprint of rules with one more ignore file.
fn extend(outer: &Rules16, own: &[u8; 16]) -> Rules16 {
    git::fingerprint(&[&outer[..], &own[..]].concat())
}
