//! The text index of a project: which contents can hold what is looked for.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use lectern_objects::ObjectHash;
use lectern_store::private_file;

use super::{
    blocks::BlockSet,
    contents::Contents,
    files::TextFiles,
    list::List,
    merge::{Merging, next_merge},
    needed::Needed,
    segment::{Damaged, Segment},
    taking_in::{Batch, batches},
};

/// What keeps an index from being brought up to date. Searching goes on without it.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It was asked to stop.
    #[error("indexing was stopped")]
    Cancelled,
    /// Another process is at it.
    #[error("another process is indexing this project")]
    Busy,
    /// The disk.
    #[error("the search index can't be written: {0}")]
    Io(#[from] io::Error),
}

/// How far taking in has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Files whose contents are in.
    pub done: usize,
    /// Files there are.
    pub total: usize,
}

/// The index of one project, open. Any number of threads may search while one updates it.
///
/// **Promises.** It only ever says where something can't be. What it doesn't know, or what is damaged, is looked through. A kill at any moment
/// leaves the index as it was before or after a step.
pub struct TextIndex {
    dir: PathBuf,
    current: RwLock<Arc<Indexed>>,
    writing: Mutex<()>,
}

impl TextIndex {
    /// Opens what is in `dir`, which need not be there. Parts that are damaged are left out, and are made anew by the next update.
    pub fn open(dir: &Path) -> Self {
        let mut segments = Vec::new();
        // A process that merges may take a segment away between the list and its opening.
        for _ in 0..3 {
            let list = List::read(dir).unwrap_or_default();
            segments = list.segments.iter().filter_map(|number| Segment::open(&segment_path(dir, *number)).ok()).map(Arc::new).collect();
            if segments.len() == list.segments.len() || List::read(dir).as_ref() == Some(&list) {
                break;
            }
        }
        Self { dir: dir.to_owned(), current: RwLock::new(Arc::new(Indexed::new(segments))), writing: Mutex::default() }
    }

    /// The index as it is now; stays as it is while it is held.
    pub fn current(&self) -> Arc<Indexed> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in the contents of `files` that are missing, and merges what has become many small parts. `progress` hears of each step, from one
    /// thread. What can't be read stays out.
    ///
    /// Reads objects and the folder; holds no lock of either.
    ///
    /// # Errors
    /// See [`IndexError`]; what was taken in until then stays.
    pub fn update(
        &self,
        files: &TextFiles,
        contents: &Contents,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(Taken),
    ) -> Result<Taken, IndexError> {
        let _held = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        create_private(&self.dir)?;
        let lock = private_file().open(self.dir.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(IndexError::Busy),
            Err(fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut list = self.agree(List::read(&self.dir))?;
        let placed = self.current().place(files);
        let mut taken = Taken { done: placed.known(), total: files.files().len() };
        progress(taken);
        for batch in batches(files, &placed) {
            let Batch { contents: wanted, files: of_files } = batch;
            let blocks = super::taking_in::read(&wanted, contents, cancel);
            if cancel.load(Ordering::Relaxed) {
                return Err(IndexError::Cancelled);
            }
            if !blocks.is_empty() {
                self.append(&mut list, |path| super::segment_writer::write_new(path, blocks))?;
            }
            taken.done += of_files;
            progress(taken);
        }
        self.merge(&mut list, files, contents, cancel)?;
        Ok(taken)
    }

    /// Throws everything away.
    ///
    /// # Errors
    /// I/O.
    pub fn clear(&self) -> io::Result<()> {
        let _held = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.replace(Vec::new());
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Brings what is open, what is listed and what is on the disk together.
    fn agree(&self, list: Option<List>) -> io::Result<List> {
        let mut list = list.unwrap_or_default();
        let open = self.current();
        let mut sound = Vec::new();
        for number in std::mem::take(&mut list.segments) {
            let path = segment_path(&self.dir, number);
            let known = open.segments.iter().find(|part| part.segment.path() == path && !part.damaged.load(Ordering::Relaxed));
            // Damage that a search came upon is on the disk still.
            let met_damage = open.segments.iter().any(|part| part.segment.path() == path && part.damaged.load(Ordering::Relaxed));
            let segment = match known {
                Some(part) => Some(Arc::clone(&part.segment)),
                None if met_damage => None,
                None => Segment::open(&path).ok().map(Arc::new),
            };
            if let Some(segment) = segment {
                list.segments.push(number);
                sound.push(segment);
            }
        }
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let number = path.file_stem().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            if path.extension().is_some_and(|ending| ending == "seg") && !number.is_some_and(|number| list.segments.contains(&number)) {
                // A number that is taken must not be given again: somebody may have the file open still.
                list.next = list.next.max(number.unwrap_or(0) + 1);
                let _ = fs::remove_file(path);
            }
        }
        self.replace(sound);
        Ok(list)
    }

    /// Writes one more segment and lists it.
    fn append(&self, list: &mut List, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let segment = self.make(list, write)?;
        let mut new = list.clone();
        new.segments.push(new.next - 1);
        new.write(&self.dir)?;
        *list = new;
        let mut segments = self.current().open_segments();
        segments.push(segment);
        self.replace(segments);
        Ok(())
    }

    fn make(&self, list: &mut List, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<Arc<Segment>> {
        let path = segment_path(&self.dir, list.next);
        list.next += 1;
        write(&path)?;
        Segment::open(&path).map(Arc::new)
    }

    /// Makes one of several segments, as long as there are too many, without the contents that nobody has any more.
    fn merge(&self, list: &mut List, files: &TextFiles, contents: &Contents, cancel: &AtomicBool) -> Result<(), IndexError> {
        loop {
            let segments = self.current().open_segments();
            let sizes: Vec<u64> = segments.iter().map(|segment| segment.bytes()).collect();
            let Some(range) = next_merge(&sizes) else { return Ok(()) };
            if cancel.load(Ordering::Relaxed) {
                return Err(IndexError::Cancelled);
            }
            let wanted: HashSet<ObjectHash> = files.files().iter().map(|file| file.hash).collect();
            let merging = Merging { segments: &segments[range.clone()], wanted: &wanted, objects: contents.objects() };
            let merged = self.make(list, |path| merging.write(path));
            let merged = match merged {
                Ok(merged) => merged,
                // What is damaged goes; the next update takes its contents in again.
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let sound: Vec<bool> = segments.iter().map(|segment| segment.is_sound()).collect();
                    self.keep_only(list, &segments, &sound)?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let mut new = list.clone();
            let old: Vec<u64> = new.segments.splice(range.clone(), [new.next - 1]).collect();
            new.write(&self.dir)?;
            *list = new;
            let mut segments = segments;
            segments.splice(range, [merged]);
            self.replace(segments);
            old.iter().for_each(|number| drop(fs::remove_file(segment_path(&self.dir, *number))));
        }
    }

    fn keep_only(&self, list: &mut List, segments: &[Arc<Segment>], sound: &[bool]) -> io::Result<()> {
        let mut keep = sound.iter();
        list.segments.retain(|_| *keep.next().unwrap_or(&false));
        list.write(&self.dir)?;
        let kept = segments.iter().zip(sound).filter(|(_, sound)| **sound).map(|(segment, _)| Arc::clone(segment));
        self.replace(kept.collect());
        Ok(())
    }

    fn replace(&self, segments: Vec<Arc<Segment>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Indexed::new(segments));
    }
}

/// The index at one moment.
pub struct Indexed {
    segments: Vec<Part>,
    /// Differs from that of every other one in this process.
    generation: u64,
}

struct Part {
    segment: Arc<Segment>,
    /// The number of its first block among all.
    first: u32,
    damaged: AtomicBool,
}

/// For each file of a version, the block its contents are in.
#[derive(Debug)]
pub struct Placed {
    blocks: Vec<u32>,
    generation: u64,
}

/// Not in the index.
const NOWHERE: u32 = u32::MAX;

impl Placed {
    /// How many files have their contents in the index.
    pub fn known(&self) -> usize {
        self.blocks.iter().filter(|block| **block != NOWHERE).count()
    }

    pub(crate) fn is_known(&self, file: usize) -> bool {
        self.blocks.get(file).is_some_and(|block| *block != NOWHERE)
    }

    /// Whether it is of this state of the index.
    pub fn is_of(&self, indexed: &Indexed) -> bool {
        self.generation == indexed.generation
    }
}

/// Which files can match.
pub(crate) struct Candidates<'a> {
    placed: &'a Placed,
    sets: Vec<(u32, BlockSet)>,
}

impl Candidates<'_> {
    /// False only where nothing can match.
    pub fn contains(&self, file: usize) -> bool {
        let Some(&block) = self.placed.blocks.get(file).filter(|block| **block != NOWHERE) else { return true };
        let part = self.sets.partition_point(|(first, _)| *first <= block);
        part.checked_sub(1).and_then(|part| self.sets.get(part)).is_none_or(|(first, set)| set.contains(block - first))
    }
}

impl Indexed {
    fn new(segments: Vec<Arc<Segment>>) -> Self {
        static GENERATIONS: AtomicU64 = AtomicU64::new(1);
        let mut first = 0_u32;
        let mut parts = Vec::new();
        for segment in segments {
            let next = first.saturating_add(segment.blocks());
            parts.push(Part { segment, first, damaged: AtomicBool::new(false) });
            first = next;
        }
        Self { segments: parts, generation: GENERATIONS.fetch_add(1, Ordering::Relaxed) }
    }

    fn open_segments(&self) -> Vec<Arc<Segment>> {
        self.segments.iter().map(|part| Arc::clone(&part.segment)).collect()
    }

    /// What it takes on the disk.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|part| part.segment.bytes()).sum()
    }

    /// The bytes of the contents it is made of.
    pub fn corpus_bytes(&self) -> u64 {
        self.segments.iter().flat_map(|part| part.segment.block_bytes()).sum()
    }

    /// How many contents it knows.
    pub fn contents(&self) -> usize {
        self.segments.iter().map(|part| part.segment.content_count()).sum()
    }

    /// Of how many parts it is.
    pub fn parts(&self) -> usize {
        self.segments.len()
    }

    /// Looks up the files of a version.
    pub fn place(&self, files: &TextFiles) -> Placed {
        let mut blocks = vec![NOWHERE; files.files().len()];
        for part in &self.segments {
            let mut wanted = files.by_hash().iter().peekable();
            for (hash, block) in part.segment.contents() {
                while wanted.next_if(|file| files.files()[**file as usize].hash < hash).is_some() {}
                while let Some(file) = wanted.next_if(|file| files.files()[**file as usize].hash == hash) {
                    blocks[*file as usize] = part.first.saturating_add(block);
                }
            }
        }
        Placed { blocks, generation: self.generation }
    }

    /// The files that can match. Of a part that is damaged, all can.
    pub(crate) fn candidates<'a>(&self, needed: &Needed, placed: &'a Placed) -> Candidates<'a> {
        let of_part = |part: &Part| {
            let set = part.segment.candidates(needed).unwrap_or_else(|Damaged| {
                part.damaged.store(true, Ordering::Relaxed);
                BlockSet::all(part.segment.blocks())
            });
            (part.first, set)
        };
        Candidates { placed, sets: self.segments.iter().map(of_part).collect() }
    }

    /// Whether a search came upon damage.
    pub fn is_damaged(&self) -> bool {
        self.segments.iter().any(|part| part.damaged.load(Ordering::Relaxed))
    }
}

fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number}.seg"))
}

fn create_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
