//! Everything that can be known to go wrong, found out before anything is touched.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash, Objects};

use crate::{
    Content, JournalError, New, Proposal, RelPath, State,
    disk::{Disk, Kind, Root, Stat, is_absent},
    look::{Found, Seen, bytes, look},
    plan::{DirectoryPlan, FilePlan, Plan, Side},
    proposal::edited,
};

/// Bytes on the drive that stay free, besides what is written: directories and file ends take space too.
const SLACK: u64 = 1024 * 1024;

/// The same for each file.
const SLACK_PER_FILE: u64 = 4096;

/// How many paths an error names at most.
pub(crate) const NAMED: usize = 100;

/// A proposal that was found possible, with what was seen. Nothing is written yet.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) root: PathBuf,
    pub(crate) scope: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) undo_of: Option<String>,
    pub(crate) plan: Plan,
    /// One for each file of the plan.
    pub(crate) seen: Vec<Seen>,
    /// New contents that are not objects yet.
    pub(crate) contents: HashMap<ObjectHash, Vec<u8>>,
    bytes: u64,
}

impl Prepared {
    /// Whether everything is already as proposed.
    pub fn is_empty(&self) -> bool {
        self.plan.files.is_empty()
    }

    /// How many files will be written, removed or get another mode.
    pub fn files(&self) -> usize {
        self.plan.files.len()
    }

    /// How many bytes will be written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Where directories come from, besides those that the files need.
pub(crate) enum Directories {
    /// Those that nothing is left in go.
    Derived,
    /// Just these, where they are not in use and not there yet: for an undo, which must leave what it did not make.
    Given(Vec<DirectoryPlan>),
}

pub(crate) struct Preflight<'a> {
    pub disk: &'a dyn Disk,
    pub objects: &'a Objects,
    /// Exact permission bits of files to be, for an undo.
    pub modes: HashMap<RelPath, u32>,
    pub directories: Directories,
}

/// A change that was looked at and is one.
struct Wanted {
    path: RelPath,
    pre: Side,
    post: Side,
    seen: Seen,
    in_place: bool,
}

impl Preflight<'_> {
    pub fn check(self, proposal: &Proposal, undo_of: Option<String>) -> Result<Prepared, JournalError> {
        let root = open_root(self.disk, &proposal.root)?;
        let mut contents = HashMap::new();
        let wanted = self.wanted(&root, proposal, &mut contents)?;
        let tree = Tree::new(self.disk, &root, &wanted)?;
        let plan = self.plan(&tree, &wanted)?;
        self.rights(&root, &plan, &wanted)?;
        let bytes = written(&wanted);
        self.space(&root, bytes, wanted.len())?;
        Ok(Prepared {
            root: proposal.root.clone(),
            scope: proposal.scope.clone(),
            kind: proposal.kind.clone(),
            title: proposal.title.clone(),
            undo_of,
            plan,
            seen: wanted.iter().map(|wanted| wanted.seen).collect(),
            contents,
            bytes,
        })
    }

    /// Looks at every path; gives the changes that change something, in the order of paths.
    fn wanted(&self, root: &Root, proposal: &Proposal, contents: &mut HashMap<ObjectHash, Vec<u8>>) -> Result<Vec<Wanted>, JournalError> {
        let mut changes: Vec<_> = proposal.changes.iter().collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(pair) = changes.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(JournalError::Overlap { path: pair[0].path.clone(), other: pair[1].path.clone() });
        }
        if let Some(change) = changes.iter().find(|change| !change.path.is_writable()) {
            return Err(JournalError::Reserved(change.path.clone()));
        }
        let (mut wanted, mut different) = (Vec::with_capacity(changes.len()), Vec::new());
        for change in changes {
            let path = &change.path;
            let (mut found, mut seen) =
                look(self.disk, root, path, MAX_OBJECT_SIZE).map_err(|error| JournalError::reading(path, &error))?;
            if change.expected == State::Absent && found != Found::State(State::Absent) && self.is_other_spelling(root, path, proposal)? {
                (found, seen) = (Found::State(State::Absent), Seen { stat: None, trusted: true });
            }
            let found = match found {
                Found::State(state) => state,
                Found::Special => return Err(JournalError::Special(path.clone())),
                Found::Large(size) => return Err(JournalError::TooLarge { path: path.clone(), size }),
            };
            if found != change.expected {
                if found == State::Absent {
                    refuse_link(self.disk, root, path)?;
                }
                different.push(path.clone());
                continue;
            }
            let file = seen.stat.filter(|stat| stat.kind != Kind::Directory);
            let pre = before(found, file.as_ref());
            let post = self.after(root, path, &change.becomes, file.as_ref(), &pre, contents)?;
            if pre.state() == post.state() {
                continue;
            }
            let foreign = |stat: &Stat| stat.owner != nix::unistd::geteuid().as_raw();
            let in_place = file.is_some_and(|stat| stat.kind == Kind::File && (stat.links > 1 || foreign(&stat)));
            wanted.push(Wanted { path: path.clone(), pre, post, seen, in_place });
        }
        different.truncate(NAMED);
        if different.is_empty() { Ok(wanted) } else { Err(JournalError::ChangedSince(different)) }
    }

    /// Whether what answers to `path` is an entry with another spelling that goes: then the place will be free.
    fn is_other_spelling(&self, root: &Root, path: &RelPath, proposal: &Proposal) -> Result<bool, JournalError> {
        let reading = |error| JournalError::reading(path, &error);
        let parent = path.parent().unwrap_or_default();
        let names = self.disk.list(root, &parent).map_err(reading)?;
        if names.iter().any(|name| name == path.name()) {
            return Ok(false);
        }
        let stat = self.disk.stat(root, path).map_err(reading)?;
        for name in names {
            let other = parent.child(&name);
            if self.disk.stat(root, &other).map_err(reading)? == stat {
                let goes = proposal.changes.iter().any(|change| change.path == other && change.becomes == New::Absent);
                return if goes { Ok(true) } else { Err(JournalError::NameTaken { path: path.clone(), other }) };
            }
        }
        Ok(false)
    }

    fn after(
        &self,
        root: &Root,
        path: &RelPath,
        new: &New,
        stat: Option<&Stat>,
        pre: &Side,
        contents: &mut HashMap<ObjectHash, Vec<u8>>,
    ) -> Result<Side, JournalError> {
        let fresh;
        let (content, executable) = match new {
            New::Absent => return Ok(Side::Absent),
            New::File { content, executable } => (content, *executable),
            New::Symlink { target } => {
                let (hash, size) = self.keep(path, target, contents)?;
                return Ok(Side::Symlink { hash, size });
            }
            New::Edited(edits) => {
                let Side::File { hash, executable, .. } = *pre else {
                    return Err(JournalError::BadEdit { path: path.clone(), detail: "it is not a file".to_owned() });
                };
                let text = bytes(self.disk, root, path).map_err(|error| JournalError::reading(path, &error))?.unwrap_or_default();
                if ObjectHash::of(&text) != hash {
                    return Err(JournalError::ChangedMeanwhile(path.clone()));
                }
                fresh = Content::Bytes(edited(path, &text, edits)?);
                (&fresh, executable)
            }
        };
        let (hash, size) = match (content, pre.object()) {
            // Only the mode changes: the file itself has the bytes.
            (Content::Object { hash, .. }, Some((there, size))) if *hash == there => (there, size),
            _ => self.keep(path, content, contents)?,
        };
        let exact = self.modes.get(path).copied();
        let kept = stat.filter(|stat| stat.kind == Kind::File).map(|stat| match (stat.is_executable(), executable) {
            // Who may read it may execute it; nobody gets a right to read by this.
            (false, true) => stat.mode | ((stat.mode & 0o444) >> 2) | 0o100,
            (true, false) => stat.mode & !0o111,
            _ => stat.mode,
        });
        Ok(Side::File { hash, size, executable, mode: exact.or(kept) })
    }

    fn keep(
        &self,
        path: &RelPath,
        content: &Content,
        contents: &mut HashMap<ObjectHash, Vec<u8>>,
    ) -> Result<(ObjectHash, u64), JournalError> {
        let (hash, size) = (content.hash(), content.size());
        if size > MAX_OBJECT_SIZE {
            return Err(JournalError::TooLarge { path: path.clone(), size });
        }
        match content {
            Content::Bytes(bytes) => _ = contents.entry(hash).or_insert_with(|| bytes.clone()),
            Content::Object { .. } if self.objects.contains(&hash)? => {}
            Content::Object { .. } => return Err(JournalError::ContentsLost(path.clone())),
        }
        Ok((hash, size))
    }

    fn plan(&self, tree: &Tree<'_>, wanted: &[Wanted]) -> Result<Plan, JournalError> {
        let mut removed = BTreeSet::new();
        for change in wanted.iter().filter(|change| change.post.is_present()) {
            tree.check_way(&change.path)?;
            if change.seen.stat.is_some_and(|stat| stat.kind == Kind::Directory) {
                tree.empty_for(&change.path, &change.path, &mut removed)?;
            }
        }
        let mut made: HashMap<RelPath, Option<u32>> = HashMap::new();
        match &self.directories {
            Directories::Derived => {
                let parents = wanted.iter().filter(|change| !change.post.is_present()).flat_map(|change| change.path.ancestors());
                tree.remove_if_empty(parents.collect(), &mut removed)?;
            }
            Directories::Given(given) => {
                tree.remove_if_empty(given.iter().filter(|d| !d.made).map(|d| d.path.clone()).collect(), &mut removed)?;
                let back = given.iter().filter(|d| d.made && !matches!(tree.kind(&d.path), Ok(Some(Kind::Directory))));
                made.extend(back.map(|d| (d.path.clone(), d.mode)));
            }
        }
        for path in made.keys().cloned().collect::<Vec<_>>() {
            // A directory comes back only where nothing else has come in its place since.
            let free = |path: &RelPath| {
                Ok::<_, JournalError>(
                    tree.becomes(path) != Some(true)
                        && match tree.kind(path)? {
                            None | Some(Kind::Directory) => true,
                            Some(_) => tree.becomes(path) == Some(false),
                        },
                )
            };
            let mut blocked = !free(&path)?;
            for above in path.ancestors() {
                blocked |= !free(&above)?;
            }
            if blocked {
                made.remove(&path);
            }
        }
        let needed: Vec<RelPath> =
            wanted.iter().filter(|change| change.post.is_present()).map(|change| change.path.clone()).chain(made.keys().cloned()).collect();
        for path in needed.iter().flat_map(RelPath::ancestors) {
            if tree.kind(&path)? != Some(Kind::Directory) {
                made.entry(path).or_insert(None);
            }
        }
        let mut directories: Vec<DirectoryPlan> = made.into_iter().map(|(path, mode)| DirectoryPlan { path, made: true, mode }).collect();
        for path in &removed {
            let mode = tree.stat(path)?.map(|stat| stat.mode);
            directories.push(DirectoryPlan { path: path.clone(), made: false, mode });
        }
        directories.sort_by(|a, b| a.path.cmp(&b.path));
        let files = wanted.iter().enumerate().map(|(seq, change)| {
            Ok(FilePlan {
                seq,
                path: change.path.clone(),
                home: tree.home(&change.path, &removed)?,
                in_place: change.in_place,
                pre: change.pre,
                post: change.post,
            })
        });
        Ok(Plan { files: files.collect::<Result<_, JournalError>>()?, directories })
    }

    /// Every directory whose entries change can be written, and every file that is written into.
    fn rights(&self, root: &Root, plan: &Plan, wanted: &[Wanted]) -> Result<(), JournalError> {
        let mut places: BTreeSet<RelPath> = plan.files.iter().map(|file| file.home.clone()).collect();
        places.extend(wanted.iter().filter_map(|change| change.path.parent()));
        places.extend(plan.directories.iter().filter_map(|directory| directory.path.parent()));
        places.extend(plan.files.iter().filter(|file| file.in_place && file.post.is_present()).map(|file| file.path.clone()));
        for place in places {
            match self.disk.is_writable(root, &place) {
                Ok(true) => {}
                Ok(false) => return Err(JournalError::NotWritable(place)),
                // To be made.
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(JournalError::reading(&place, &error)),
            }
        }
        Ok(())
    }

    fn space(&self, root: &Root, bytes: u64, files: usize) -> Result<(), JournalError> {
        let needed = bytes + SLACK + SLACK_PER_FILE * files as u64;
        // A file system that can't say is found out about when it is full.
        if bytes > 0 && self.disk.free_bytes(root).is_ok_and(|free| free < needed) { Err(JournalError::DiskFull) } else { Ok(()) }
    }
}

pub(crate) fn open_root(disk: &dyn Disk, path: &std::path::Path) -> Result<Root, JournalError> {
    disk.open_root(path)
        .map_err(|error| if is_absent(&error) { JournalError::RootMissing } else { JournalError::reading(&RelPath::root(), &error) })
}

fn before(state: State, stat: Option<&Stat>) -> Side {
    let size = stat.map_or(0, |stat| stat.size);
    match state {
        State::Absent => Side::Absent,
        State::File { hash, executable } => Side::File { hash, size, executable, mode: stat.map(|stat| stat.mode) },
        State::Symlink { hash } => Side::Symlink { hash, size },
    }
}

fn written(wanted: &[Wanted]) -> u64 {
    let object = |side: &Side| side.object().map(|(hash, _)| hash);
    wanted
        .iter()
        .filter(|change| object(&change.pre) != object(&change.post))
        .filter_map(|change| change.post.object())
        .map(|(_, size)| size)
        .sum()
}

/// Nothing is found behind a link; the caller should hear why.
fn refuse_link(disk: &dyn Disk, root: &Root, path: &RelPath) -> Result<(), JournalError> {
    for above in path.ancestors() {
        let stat = disk.stat(root, &above).map_err(|error| JournalError::reading(&above, &error))?;
        if stat.is_some_and(|stat| stat.kind == Kind::Symlink) {
            return Err(JournalError::BehindLink(path.clone()));
        }
    }
    Ok(())
}

/// The tree as it is, beside what becomes of it.
struct Tree<'a> {
    disk: &'a dyn Disk,
    root: &'a Root,
    /// Whether there is something at a changed path afterwards.
    becomes: HashMap<&'a RelPath, bool>,
    /// Every directory that has something of the change in it afterwards.
    in_use: BTreeSet<RelPath>,
    stats: std::cell::RefCell<HashMap<RelPath, Option<Stat>>>,
}

impl<'a> Tree<'a> {
    fn new(disk: &'a dyn Disk, root: &'a Root, wanted: &'a [Wanted]) -> Result<Self, JournalError> {
        let becomes: HashMap<_, _> = wanted.iter().map(|change| (&change.path, change.post.is_present())).collect();
        let present = wanted.iter().filter(|change| change.post.is_present());
        let in_use = present.flat_map(|change| change.path.ancestors()).collect();
        Ok(Self { disk, root, becomes, in_use, stats: std::cell::RefCell::default() })
    }

    fn becomes(&self, path: &RelPath) -> Option<bool> {
        self.becomes.get(path).copied()
    }

    fn stat(&self, path: &RelPath) -> Result<Option<Stat>, JournalError> {
        if let Some(known) = self.stats.borrow().get(path) {
            return Ok(*known);
        }
        let stat = self.disk.stat(self.root, path).map_err(|error| JournalError::reading(path, &error))?;
        self.stats.borrow_mut().insert(path.clone(), stat);
        Ok(stat)
    }

    fn kind(&self, path: &RelPath) -> Result<Option<Kind>, JournalError> {
        Ok(self.stat(path)?.map(|stat| stat.kind))
    }

    fn list(&self, path: &RelPath) -> Result<Vec<Vec<u8>>, JournalError> {
        self.disk.list(self.root, path).map_err(|error| JournalError::reading(path, &error))
    }

    /// Whatever stands above a path to be is a directory, or nothing, or something that goes.
    fn check_way(&self, path: &RelPath) -> Result<(), JournalError> {
        for above in path.ancestors() {
            match (self.kind(&above)?, self.becomes(&above)) {
                (_, Some(true)) => return Err(JournalError::Overlap { path: path.clone(), other: above }),
                (None | Some(Kind::Directory), _) | (_, Some(false)) => {}
                (Some(Kind::Symlink), None) => return Err(JournalError::BehindLink(path.clone())),
                (Some(_), None) => return Err(JournalError::NotADirectory(path.clone())),
            }
        }
        Ok(())
    }

    /// Notes `directory` and everything below for removal, when nothing stays in it.
    fn empty_for(&self, file: &RelPath, directory: &RelPath, removed: &mut BTreeSet<RelPath>) -> Result<(), JournalError> {
        let mut pending = vec![directory.clone()];
        while let Some(directory) = pending.pop() {
            for name in self.list(&directory)? {
                let path = directory.child(&name);
                if self.kind(&path)? == Some(Kind::Directory) {
                    pending.push(path);
                } else if self.becomes(&path) != Some(false) {
                    return Err(JournalError::DirectoryNotEmpty { path: file.clone(), inside: path });
                }
            }
            removed.insert(directory);
        }
        Ok(())
    }

    /// Adds those of `candidates` that nothing is left in, the deepest first.
    fn remove_if_empty(&self, candidates: BTreeSet<RelPath>, removed: &mut BTreeSet<RelPath>) -> Result<(), JournalError> {
        let mut candidates: Vec<RelPath> = candidates.into_iter().collect();
        candidates.sort_by_key(|path| std::cmp::Reverse(path.depth()));
        for path in candidates {
            if self.in_use.contains(&path) || self.kind(&path)? != Some(Kind::Directory) {
                continue;
            }
            let left = self.list(&path)?.into_iter().map(|name| path.child(&name)).find(|path| match self.becomes(path) {
                Some(present) => present,
                None => !removed.contains(path),
            });
            if left.is_none() {
                removed.insert(path);
            }
        }
        Ok(())
    }

    /// The nearest directory above that is there before, during and after.
    fn home(&self, path: &RelPath, removed: &BTreeSet<RelPath>) -> Result<RelPath, JournalError> {
        for above in path.ancestors() {
            if self.kind(&above)? == Some(Kind::Directory) && !removed.contains(&above) {
                return Ok(above);
            }
        }
        Ok(RelPath::root())
    }
}
