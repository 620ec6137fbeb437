//! The steps that take a tree from one side of a plan to the other; the same steps, turned round, take it back.

use std::{
    collections::{BTreeSet, HashMap},
    io,
    sync::atomic::{AtomicBool, Ordering},
};

use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash, Objects};
use nix::errno::Errno;

use crate::{
    JournalError, Phase, RelPath,
    disk::{Disk, Kind, Root, Stat, is_absent, is_errno},
    journal::Report,
    look::{Found, Seen, look},
    plan::{Direction, FilePlan, Manner, Plan, Side},
};

/// From this many files on, one call that syncs the whole file system is cheaper than one for each file.
const SYNC_AT_ONCE: usize = 64;

/// A plan being carried out on an open tree.
pub(crate) struct Work<'a> {
    pub disk: &'a dyn Disk,
    pub objects: &'a Objects,
    pub root: &'a Root,
    /// The journal's id.
    pub id: &'a str,
    pub plan: &'a Plan,
    /// New contents at hand, so that they need not be read back.
    pub contents: &'a HashMap<ObjectHash, Vec<u8>>,
    /// Set when it shall not go on.
    pub cancel: &'a AtomicBool,
    pub report: Report<'a>,
}

type Step<T = ()> = Result<T, JournalError>;

impl Work<'_> {
    /// Takes the files numbered in `seen` (what was seen of each at its present side) to the other side, and directories with them.
    /// `touched` gets the number of every file of which something was, or may have been, changed.
    pub fn run(&self, direction: Direction, seen: &HashMap<usize, Seen>, touched: &mut BTreeSet<usize>) -> Step {
        self.stage(direction, seen)?;
        let files = || self.plan.files.iter().filter_map(|file| seen.get(&file.seq).map(|seen| (file, seen)));
        let total = seen.len() as u64;
        let mut done = 0;
        let mut step = |file: &FilePlan, seen: &Seen| {
            self.check_cancel(direction)?;
            let swapped = self.swap(direction, file, seen);
            // One that changed meanwhile was put back as it was found.
            if !matches!(swapped, Err(JournalError::ChangedMeanwhile(_))) {
                touched.insert(file.seq);
            }
            swapped?;
            done += 1;
            (self.report)(Phase::Replacing, done, total, 0);
            Ok::<_, JournalError>(())
        };
        for (file, seen) in files().filter(|(file, _)| file.manner(direction) == Manner::Vanish) {
            step(file, seen)?;
        }
        self.directories(direction)?;
        for (file, seen) in files().filter(|(file, _)| file.manner(direction) != Manner::Vanish) {
            step(file, seen)?;
        }
        self.sync_names()
    }

    /// Removes the temporary files, apart from those numbered in `keep`.
    ///
    /// # Errors
    /// The first one's, after all were tried.
    pub fn clean(&self, keep: &BTreeSet<usize>) -> io::Result<()> {
        let mut failed = Ok(());
        let mut homes = BTreeSet::new();
        for file in self.plan.files.iter().filter(|file| !keep.contains(&file.seq)) {
            for path in [file.temporary(self.id), file.waiting(self.id)] {
                match self.disk.remove_file(self.root, &path) {
                    Ok(()) => _ = homes.insert(file.home.clone()),
                    Err(error) if is_absent(&error) => {}
                    Err(error) => failed = failed.and(Err(error)),
                }
            }
        }
        for home in homes {
            failed = failed.and(self.disk.sync_directory(self.root, &home));
        }
        failed
    }

    fn check_cancel(&self, direction: Direction) -> Step {
        // Going back is how a cancel is honoured.
        if direction == Direction::Forward && self.cancel.load(Ordering::Relaxed) { Err(JournalError::Cancelled) } else { Ok(()) }
    }

    /// Writes the bytes to be beside their places. Nothing that is there is touched.
    fn stage(&self, direction: Direction, seen: &HashMap<usize, Seen>) -> Step {
        let files: Vec<_> = self.plan.files.iter().filter(|file| seen.contains_key(&file.seq) && file.is_staged(direction)).collect();
        let at_once = files.len() >= SYNC_AT_ONCE;
        let (mut bytes, mut to_sync) = (0, false);
        for (index, file) in files.iter().enumerate() {
            self.check_cancel(direction)?;
            let writing = |error| JournalError::writing(&file.path, &error);
            let temporary = file.temporary(self.id);
            let (_, to) = file.sides(direction);
            if self.is_staged_at(&temporary, to).map_err(writing)? {
                continue;
            }
            self.remove_if_there(&temporary).map_err(writing)?;
            let content = self.content(file, to)?;
            match *to {
                Side::Absent => {}
                Side::Symlink { .. } => self.disk.make_symlink(self.root, &temporary, &content).map_err(writing)?,
                Side::File { executable, mode, .. } => {
                    let mut open = self.disk.create(self.root, &temporary, executable).map_err(writing)?;
                    self.disk.write(&mut open, &content).map_err(writing)?;
                    if let Some(mode) = mode {
                        self.disk.set_mode(&open, mode).map_err(writing)?;
                    }
                    if !at_once {
                        self.disk.sync(&open).map_err(writing)?;
                    }
                    to_sync |= at_once;
                }
            }
            bytes += content.len() as u64;
            (self.report)(Phase::Writing, index as u64 + 1, files.len() as u64, bytes);
        }
        if to_sync && !self.disk.sync_everything(self.root).map_err(|error| JournalError::writing(&RelPath::root(), &error))? {
            for file in files {
                let writing = |error| JournalError::writing(&file.path, &error);
                if matches!(file.sides(direction).1, Side::File { .. }) {
                    let open = self.disk.open(self.root, &file.temporary(self.id)).map_err(writing)?;
                    self.disk.sync(&open).map_err(writing)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the temporary file is already there, as a whole: left by a process that was killed, or moved there by the way forth.
    fn is_staged_at(&self, temporary: &RelPath, to: &Side) -> io::Result<bool> {
        if self.disk.stat(self.root, temporary)?.is_none() || !self.is_at(temporary, to)? {
            return Ok(false);
        }
        let Side::File { mode, .. } = *to else { return Ok(true) };
        let open = self.disk.open(self.root, temporary)?;
        if mode.is_some_and(|mode| self.disk.stat_open(&open).is_ok_and(|stat| stat.mode != mode)) {
            return Ok(false);
        }
        self.disk.sync(&open)?;
        Ok(true)
    }

    /// The bytes of `side`, proven by their hash.
    pub fn content(&self, file: &FilePlan, side: &Side) -> Step<Vec<u8>> {
        let Some((hash, _)) = side.object() else { return Ok(Vec::new()) };
        if let Some(bytes) = self.contents.get(&hash) {
            return Ok(bytes.clone());
        }
        match self.objects.get(&hash) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) | Err(lectern_objects::ObjectError::Mismatch { .. }) => Err(JournalError::ContentsLost(file.path.clone())),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether just that is at `path`.
    pub fn is_at(&self, path: &RelPath, side: &Side) -> io::Result<bool> {
        Ok(look(self.disk, self.root, path, MAX_OBJECT_SIZE)?.0 == Found::State(side.state()))
    }

    /// One file to its other side; left as it was when it is no longer what was seen.
    fn swap(&self, direction: Direction, file: &FilePlan, seen: &Seen) -> Step {
        let (from, to) = file.sides(direction);
        let (path, temporary) = (&file.path, file.temporary(self.id));
        let writing = |error: io::Error| JournalError::writing(path, &error);
        let changed = || JournalError::ChangedMeanwhile(path.clone());
        let now = self.still(file, from, seen)?;
        match file.manner(direction) {
            Manner::Appear => self
                .disk
                .rename_to_free(self.root, &temporary, path)
                .map_err(|error| if is_errno(&error, Errno::EEXIST) { changed() } else { writing(error) }),
            Manner::Vanish => {
                self.remove_if_there(&temporary).map_err(writing)?;
                self.disk.rename_to_free(self.root, path, &temporary).map_err(writing)?;
                if self.took(&temporary, from, now.as_ref(), seen.trusted).map_err(writing)? {
                    return Ok(());
                }
                self.disk.rename_to_free(self.root, &temporary, path).map_err(writing)?;
                Err(changed())
            }
            Manner::Exchange => {
                self.exchange(file).map_err(writing)?;
                if self.took(&temporary, from, now.as_ref(), seen.trusted).map_err(writing)? {
                    return Ok(());
                }
                self.exchange(file).map_err(writing)?;
                Err(changed())
            }
            Manner::Mode => {
                let open = self.disk.open(self.root, path).map_err(writing)?;
                self.is_still_open(&open, now.as_ref()).map_err(writing)?.then_some(()).ok_or_else(changed)?;
                self.set_mode(&open, to).map_err(writing)?;
                self.disk.sync(&open).map_err(writing)
            }
            Manner::InPlace => {
                let content = self.content(file, to)?;
                let mut open = self.disk.open_for_writing(self.root, path).map_err(writing)?;
                self.is_still_open(&open, now.as_ref()).map_err(writing)?.then_some(()).ok_or_else(changed)?;
                self.disk.write(&mut open, &content).map_err(writing)?;
                self.disk.truncate(&open, content.len() as u64).map_err(writing)?;
                self.set_mode(&open, to).map_err(writing)?;
                self.disk.sync(&open).map_err(writing)
            }
        }
    }

    /// Swaps a file with its temporary one, in several steps where the file system can't do it in one.
    pub fn exchange(&self, file: &FilePlan) -> io::Result<()> {
        let temporary = file.temporary(self.id);
        match self.disk.exchange(self.root, &temporary, &file.path) {
            Err(error) if is_errno(&error, Errno::EINVAL) || is_errno(&error, Errno::ENOSYS) || is_errno(&error, Errno::EOPNOTSUPP) => {
                let waiting = file.waiting(self.id);
                self.disk.rename_to_free(self.root, &file.path, &waiting)?;
                if let Err(error) = self.disk.rename_to_free(self.root, &temporary, &file.path) {
                    // Nothing may take the place that somebody took meanwhile; what was there waits for the way back.
                    let _ = self.disk.rename_to_free(self.root, &waiting, &file.path);
                    return Err(error);
                }
                self.disk.rename_to_free(self.root, &waiting, &temporary)
            }
            other => other,
        }
    }

    /// Looks whether a file is still at its present side, at the cost of reading it when its stat proves nothing.
    fn still(&self, file: &FilePlan, from: &Side, seen: &Seen) -> Step<Option<Stat>> {
        let path = &file.path;
        let reading = |error| JournalError::reading(path, &error);
        let stat = self.disk.stat(self.root, path).map_err(reading)?;
        let stat = stat.filter(|stat| stat.kind != Kind::Directory);
        if !from.is_present() {
            // What is below a directory that is still there was looked after before; the rename refuses to replace it.
            return if stat.is_none() { Ok(None) } else { Err(JournalError::ChangedMeanwhile(path.clone())) };
        }
        if seen.trusted && stat.is_some() && stat == seen.stat {
            return Ok(stat);
        }
        let (found, now) = look(self.disk, self.root, path, MAX_OBJECT_SIZE).map_err(reading)?;
        let same = found == Found::State(from.state()) || (file.in_place && self.is_torn(file).map_err(reading)?);
        if same { Ok(now.stat) } else { Err(JournalError::ChangedMeanwhile(path.clone())) }
    }

    /// Whether what was moved away is what was looked at a moment before.
    fn took(&self, temporary: &RelPath, from: &Side, before: Option<&Stat>, trusted: bool) -> io::Result<bool> {
        let stat = self.disk.stat(self.root, temporary)?;
        let same = matches!((stat, before), (Some(stat), Some(before)) if stat.is_same_file(before));
        // Within one tick of the clock a stat proves nothing; the bytes do.
        Ok(same && (trusted || self.is_at(temporary, from)?))
    }

    fn is_still_open(&self, open: &std::fs::File, before: Option<&Stat>) -> io::Result<bool> {
        let stat = self.disk.stat_open(open)?;
        Ok(before.is_some_and(|before| stat.is_same_file(before)))
    }

    fn set_mode(&self, open: &std::fs::File, to: &Side) -> io::Result<()> {
        let Side::File { mode, executable, .. } = *to else { return Ok(()) };
        let now = self.disk.stat_open(open)?;
        let wanted = mode.unwrap_or(if executable { now.mode | 0o100 } else { now.mode & !0o111 });
        if now.mode == wanted { Ok(()) } else { self.disk.set_mode(open, wanted) }
    }

    pub fn remove_if_there(&self, path: &RelPath) -> io::Result<()> {
        match self.disk.remove_file(self.root, path) {
            Err(error) if is_absent(&error) => Ok(()),
            other => other,
        }
    }

    /// Removes the directories that go, the deepest first, then makes those that come.
    fn directories(&self, direction: Direction) -> Step {
        let (coming, going): (Vec<_>, Vec<_>) =
            self.plan.directories.iter().partition(|directory| directory.made == (direction == Direction::Forward));
        for directory in going.into_iter().rev() {
            match self.disk.remove_directory(self.root, &directory.path) {
                // Somebody put something there: it stays, unless a file must take its place, which then is refused.
                Err(error) if is_errno(&error, Errno::ENOTEMPTY) || is_errno(&error, Errno::EEXIST) || is_absent(&error) => {}
                other => other.map_err(|error| JournalError::writing(&directory.path, &error))?,
            }
        }
        for directory in coming {
            let writing = |error| JournalError::writing(&directory.path, &error);
            match self.disk.make_directory(self.root, &directory.path) {
                Err(error) if is_errno(&error, Errno::EEXIST) => {}
                other => other.map_err(writing)?,
            }
            let stat = self.disk.stat(self.root, &directory.path).map_err(writing)?.filter(|stat| stat.kind == Kind::Directory);
            if let Some(mode) = directory.mode.filter(|mode| stat.is_some_and(|stat| stat.mode != *mode)) {
                self.disk.set_directory_mode(self.root, &directory.path, mode).map_err(writing)?;
            }
        }
        Ok(())
    }

    /// Makes every name that changed survive a power cut.
    fn sync_names(&self) -> Step {
        let mut places: BTreeSet<RelPath> = BTreeSet::new();
        for file in &self.plan.files {
            places.insert(file.home.clone());
            places.extend(file.path.parent());
        }
        places.extend(self.plan.directories.iter().filter_map(|directory| directory.path.parent()));
        for place in places {
            match self.disk.sync_directory(self.root, &place) {
                Err(error) if is_absent(&error) => {}
                other => other.map_err(|error| JournalError::writing(&place, &error))?,
            }
        }
        Ok(())
    }
}
