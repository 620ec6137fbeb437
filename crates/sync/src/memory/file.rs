//! The file that holds the records: appended to, read in parts, written anew when most of it is out of date.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use lectern_objects::ObjectHash;
use lectern_store::private_file;

use super::record::{Branch, Held, Input, Place, Record, Rules16, branch_flags, put_branch};
use crate::{RepoPath, disk::Stat, manifest::Keeps};

/// Changes with the layout; a file of another is as good as none.
const MAGIC: &[u8; 8] = b"LECSCAN1";
/// Where the two slots that name the head are, and where everything else begins.
const SLOTS: [u64; 2] = [16, 80];
const SLOT: usize = 32;
const DATA: u64 = 160;

/// Out-of-date bytes beyond which the file is written anew, besides as many as are in use.
const SPARE: u64 = 1024 * 1024;

/// No head is larger: what claims to be is damage.
const LARGEST_HEAD: u32 = 16 * 1024 * 1024;

/// What holds for the whole tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The root directory; its node is the version's root.
    pub root: Branch,
    /// Of the ignore rules from outside the folder.
    pub rules: Rules16,
    /// Of the names that git tracks.
    pub tracked: [u8; 16],
    /// git's index as it was when `tracked` was read, and when that was.
    pub index: Option<(Stat, i64)>,
    /// Which file of objects the kept contents are in.
    pub objects: String,
    pub keeps: Keeps,
    /// In order.
    pub submodules: Vec<RepoPath>,
}

/// An open file of records.
#[derive(Debug)]
pub(crate) struct Memory {
    file: File,
    path: PathBuf,
    turn: u64,
    /// Where the next record goes.
    end: u64,
    head: Head,
}

/// What a scan adds.
#[derive(Debug)]
pub(crate) struct Update {
    /// New records; the first is at `base`.
    pub bytes: Vec<u8>,
    pub base: u64,
    pub head: Head,
}

impl Memory {
    /// Opens the file; `None` when it isn't there or can't be trusted.
    pub fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let end = file.metadata().ok()?.len();
        let mut start = [0; DATA as usize];
        file.read_exact_at(&mut start, 0).ok()?;
        if start[..8] != MAGIC[..] {
            return None;
        }
        let slot = |at: u64| {
            let at = usize::try_from(at).ok()?;
            let (body, seal) = start[at..at + SLOT].split_last_chunk::<8>()?;
            let mut input = Input(body);
            let (turn, offset, length) = (input.number()?, input.number()?, input.number()?);
            (seal_of(body) == *seal).then_some((turn, Place { offset, length: u32::try_from(length).ok()? }))
        };
        let mut slots: Vec<_> = SLOTS.into_iter().filter_map(slot).collect();
        slots.sort_by_key(|(turn, _)| std::cmp::Reverse(*turn));
        // The newer one, or the one before it if its bytes never reached the disk.
        slots
            .into_iter()
            .find_map(|(turn, place)| {
                let bytes = (place.length <= LARGEST_HEAD).then(|| read_at(&file, place)).flatten()?;
                Some((turn, Head::read(&bytes)?))
            })
            .map(|(turn, head)| Self { file, path: path.to_owned(), turn, end, head })
    }

    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Where an [`Update`] of this begins.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The bytes of a record; whether they are sound is found out by [`Record::read`].
    pub fn read(&self, place: Place) -> Option<Vec<u8>> {
        read_at(&self.file, place)
    }
}

impl Update {
    /// Where the records of an update to `before` begin.
    pub fn base(before: Option<&Memory>) -> u64 {
        before.map_or(DATA, Memory::end)
    }

    /// Makes this what the next scan finds. `before` must be what the scan was given.
    ///
    /// # Errors
    /// I/O. The file is then as it was, or as good as none; both are fine.
    pub fn save(&self, path: &Path, before: Option<&Memory>) -> io::Result<()> {
        let Some(before) = before else { return write_anew(path, self.head.clone(), &self.bytes) };
        let file = private_file().open(&before.path)?;
        // Two processes never scan for one project at once, but one may have died between its version and this.
        if file.try_lock().is_err() || file.metadata()?.len() != before.end {
            return Ok(());
        }
        let mut bytes = self.bytes.clone();
        let head = self.head.write();
        let place = Place { offset: self.base + bytes.len() as u64, length: u32::try_from(head.len()).map_err(io::Error::other)? };
        bytes.extend_from_slice(&head);
        file.write_all_at(&bytes, self.base)?;
        let turn = before.turn + 1;
        file.write_all_at(&slot(turn, place), SLOTS[usize::from(turn % 2 == 1)])?;
        if before.end + bytes.len() as u64 > 2 * self.head.root.weight + SPARE {
            drop(file);
            compact(path)?;
        }
        Ok(())
    }
}

/// Writes the records that are in use to a new file in place of the old one.
fn compact(path: &Path) -> io::Result<()> {
    let Some(memory) = Memory::open(path) else { return Ok(()) };
    let mut out = Vec::with_capacity(usize::try_from(memory.head.root.weight).unwrap_or(0));
    let Some(root) = copy(&memory, memory.head.root, &mut out) else { return std::fs::remove_file(path) };
    write_anew(path, Head { root, ..memory.head.clone() }, &out)
}

/// Copies a record after those below it, and says where it went. A stack of our own, because a hostile tree is deeper than a thread's.
fn copy(memory: &Memory, root: Branch, out: &mut Vec<u8>) -> Option<Branch> {
    struct Open {
        branch: Branch,
        bytes: Vec<u8>,
        below: Vec<Branch>,
        copied: Vec<Branch>,
    }
    let open = |branch: Branch| {
        let bytes = memory.read(branch.place)?;
        let below = Record::read(&bytes)?
            .items()
            .filter_map(|item| if let Held::Directory(branch) = item.held { Some(branch) } else { None })
            .collect();
        Some(Open { branch, bytes, below, copied: Vec::new() })
    };
    let mut stack = vec![open(root)?];
    loop {
        let top = stack.last_mut()?;
        if let Some(next) = top.below.get(top.copied.len()) {
            let next = open(*next)?;
            stack.push(next);
            continue;
        }
        let done = stack.pop()?;
        let record = Record::read(&done.bytes)?;
        let mut writer = Record::writer(record.started, &record.rules, record.ignore_file.as_ref(), record.tracked_only, &record.languages);
        let mut copied = done.copied.into_iter();
        for item in record.items() {
            match item.held {
                Held::Directory(_) => writer.put(item.name, &Held::Directory(copied.next()?)),
                held => writer.put(item.name, &held),
            }
        }
        let bytes = writer.finish();
        let place = Place { offset: DATA + out.len() as u64, length: u32::try_from(bytes.len()).ok()? };
        out.extend_from_slice(&bytes);
        let branch = Branch { place, ..done.branch };
        match stack.last_mut() {
            Some(above) => above.copied.push(branch),
            None => return Some(branch),
        }
    }
}

fn write_anew(path: &Path, head: Head, records: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = private_file().truncate(true).open(&temporary)?;
    let head = head.write();
    let place = Place { offset: DATA + records.len() as u64, length: u32::try_from(head.len()).map_err(io::Error::other)? };
    let mut start = vec![0; DATA as usize];
    start[..8].copy_from_slice(MAGIC);
    let at = usize::try_from(SLOTS[1]).expect("small");
    start[at..at + SLOT].copy_from_slice(&slot(1, place));
    file.write_all(&start)?;
    file.write_all(records)?;
    file.write_all(&head)?;
    std::fs::rename(&temporary, path)
}

fn slot(turn: u64, place: Place) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..8].copy_from_slice(&turn.to_le_bytes());
    slot[8..16].copy_from_slice(&place.offset.to_le_bytes());
    slot[16..24].copy_from_slice(&u64::from(place.length).to_le_bytes());
    let seal = seal_of(&slot[..24]);
    slot[24..].copy_from_slice(&seal);
    slot
}

fn read_at(file: &File, place: Place) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(place.length).ok()?];
    file.read_exact_at(&mut bytes, place.offset).ok()?;
    Some(bytes)
}

fn seal_of(body: &[u8]) -> [u8; 8] {
    *ObjectHash::of(body).as_bytes().first_chunk().expect("a hash is longer")
}

impl Head {
    fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&[branch_flags(&self.root), u8::from(self.index.is_some())]);
        put_branch(&mut out, &self.root);
        out.extend_from_slice(&self.rules);
        out.extend_from_slice(&self.tracked);
        if let Some((stat, read)) = &self.index {
            for number in [stat.size, stat.modified.cast_unsigned(), stat.changed.cast_unsigned(), stat.inode] {
                out.extend_from_slice(&number.to_le_bytes());
            }
            out.extend_from_slice(&stat.mode.to_le_bytes());
            out.extend_from_slice(&read.to_le_bytes());
        }
        out.extend_from_slice(&self.keeps.text.to_le_bytes());
        out.extend_from_slice(&self.keeps.binary.to_le_bytes());
        let mut put = |bytes: &[u8]| {
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(bytes);
        };
        put(self.objects.as_bytes());
        self.submodules.iter().for_each(|path| put(path.as_bytes()));
        let seal = seal_of(&out);
        out.extend_from_slice(&seal);
        out
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (body, seal) = bytes.split_last_chunk::<8>()?;
        if seal_of(body) != *seal {
            return None;
        }
        let mut input = Input(body);
        let [root_flags, has_index] = *input.array()?;
        let root = input.branch(root_flags)?;
        let (rules, tracked) = (*input.array()?, *input.array()?);
        let index = if has_index == 0 { None } else { Some((input.stat()?, input.number()?.cast_signed())) };
        let keeps = Keeps { text: input.number()?, binary: input.number()? };
        let mut text = || {
            let length = usize::try_from(input.number()?).ok()?;
            input.bytes(length).map(<[u8]>::to_vec)
        };
        let objects = String::from_utf8(text()?).ok()?;
        let mut submodules = Vec::new();
        while let Some(path) = text() {
            submodules.push(RepoPath::new(path).ok()?);
        }
        Some(Self { root, rules, tracked, index, objects, keeps, submodules })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(root: Branch) -> Head {
        let stat = Stat { size: 1, modified: 2, changed: 3, inode: 4, mode: 5 };
        Head {
            root,
            rules: [1; 16],
            tracked: [2; 16],
            index: Some((stat, 9)),
            objects: "here".to_owned(),
            keeps: Keeps::default(),
            submodules: vec![RepoPath::new("a/b").expect("valid")],
        }
    }

    /// A tree of one directory in the root, named by the root's record.
    fn update(base: u64, text: &str) -> Update {
        let mut bytes = Vec::new();
        let mut add = |entries: &[(&str, Held)]| {
            let mut writer = Record::writer(7, &[0; 16], None, false, &[(text, 1)]);
            entries.iter().for_each(|(name, held)| writer.put(name.as_bytes(), held));
            let record = writer.finish();
            let place = Place { offset: base + bytes.len() as u64, length: u32::try_from(record.len()).expect("small") };
            bytes.extend_from_slice(&record);
            Branch { place, weight: record.len() as u64, node: None, files: 1, bytes: 1, tracked_only: false }
        };
        let below = add(&[("x", Held::Special)]);
        let root = add(&[("below", Held::Directory(below))]);
        let weight = root.weight + below.weight;
        Update { bytes, base, head: head(Branch { weight, ..root }) }
    }

    fn language(memory: &Memory) -> String {
        let bytes = memory.read(memory.head().root.place).expect("there");
        let record = Record::read(&bytes).expect("sound");
        let Some(Item { held: Held::Directory(below), .. }) = record.items().next() else { panic!("a directory") };
        let bytes = memory.read(below.place).expect("there");
        assert!(Record::read(&bytes).is_some(), "the directory's record is where the root's says");
        record.languages[0].0.to_owned()
    }

    use super::super::record::Item;

    #[test]
    fn what_is_saved_is_found_again_and_the_file_stays_small() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("scan");
        assert!(Memory::open(&path).is_none());
        update(Update::base(None), "0").save(&path, None).expect("saved");
        for round in 1..20_000 {
            let memory = Memory::open(&path).expect("sound");
            assert_eq!(language(&memory), (round - 1).to_string());
            assert_eq!(memory.head(), &head(memory.head().root), "round {round}");
            update(Update::base(Some(&memory)), &round.to_string()).save(&path, Some(&memory)).expect("saved");
        }
        assert!(std::fs::metadata(&path).expect("there").len() < 2 * SPARE);
    }

    #[test]
    fn a_torn_append_leaves_what_was_there_before() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("scan");
        update(Update::base(None), "first").save(&path, None).expect("saved");
        let memory = Memory::open(&path).expect("sound");
        update(Update::base(Some(&memory)), "second").save(&path, Some(&memory)).expect("saved");
        let whole = std::fs::read(&path).expect("read");
        for kept in usize::try_from(memory.end()).expect("small")..whole.len() {
            std::fs::write(&path, &whole[..kept]).expect("written");
            let torn = Memory::open(&path).expect("the older head is whole");
            assert_eq!(language(&torn), "first", "{kept} of {} bytes", whole.len());
        }
    }
}
