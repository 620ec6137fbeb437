//! A directory as the last scan saw it, in bytes.

use lectern_objects::ObjectHash;

use crate::{
    disk::{Kind, Stat},
    manifest::Content,
};

/// Where a record is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub offset: u64,
    /// In bytes, with its checksum.
    pub length: u32,
}

/// A fingerprint of every ignore rule that holds in a directory.
pub(crate) type Rules16 = [u8; 16];

/// A directory in short, as the record of the one around it has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Branch {
    pub place: Place,
    /// The bytes of its record and of all records below it.
    pub weight: u64,
    /// `None` when no file is below it.
    pub node: Option<ObjectHash>,
    /// Files, symlinks and submodules below it.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    /// Ignored as a whole: only what git tracks in it belongs to the project.
    pub tracked_only: bool,
}

/// The directory's own ignore file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IgnoreFile {
    pub stat: Stat,
    /// Of its text.
    pub hash: [u8; 16],
}

/// A file or symbolic link whose contents are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cached {
    pub stat: Stat,
    pub hash: ObjectHash,
    pub size: u64,
    pub binary: bool,
    /// Whether the contents are among the objects.
    pub kept: bool,
}

impl Cached {
    pub fn content(&self) -> Content {
        match self.stat.kind() {
            Kind::Symlink => Content::Symlink { hash: self.hash, size: self.size },
            _ => Content::File { hash: self.hash, size: self.size, executable: self.stat.is_executable(), binary: self.binary },
        }
    }
}

/// What an entry of a directory was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    File(Cached),
    Directory(Branch),
    /// Another repository; `commit` is what was checked out.
    Submodule {
        commit: Option<String>,
    },
    /// Left out by a rule.
    Ignored {
        is_dir: bool,
    },
    /// A pipe, socket or device: left out with a warning.
    Special,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub name: &'a [u8],
    pub held: Held,
}

/// A directory as it was seen, without its entries, which are read one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// When the scan that took the stats began, in nanoseconds since 1970 by the computer's clock.
    pub started: i64,
    /// What its entries were judged by.
    pub rules: Rules16,
    pub ignore_file: Option<IgnoreFile>,
    /// Ignored as a whole: only what git tracks in it was looked at.
    pub tracked_only: bool,
    /// Bytes of each language below it.
    pub languages: Vec<(&'a str, u64)>,
    count: u32,
    entries: &'a [u8],
}

const FILE: u8 = 0;
const DIRECTORY: u8 = 1;
const SUBMODULE: u8 = 2;
const IGNORED: u8 = 3;
const SPECIAL: u8 = 4;

const BINARY: u8 = 1;
const KEPT: u8 = 2;
const IS_DIR: u8 = 1;
const HAS_NODE: u8 = 1;
const TRACKED_ONLY: u8 = 2;
const HAS_COMMIT: u8 = 1;

/// The checksum at the end of a record.
const SEAL: usize = 8;

/// Writes one record.
pub(crate) struct Writer(Vec<u8>, u32, usize);

impl<'a> Record<'a> {
    /// Begins a record; entries follow ascending by name.
    pub fn writer(
        started: i64,
        rules: &Rules16,
        ignore_file: Option<&IgnoreFile>,
        tracked_only: bool,
        languages: &[(&str, u64)],
    ) -> Writer {
        let mut out = Vec::with_capacity(1024);
        out.extend_from_slice(&started.to_le_bytes());
        out.extend_from_slice(rules);
        out.push(u8::from(tracked_only) | (u8::from(ignore_file.is_some()) << 1));
        if let Some(file) = ignore_file {
            put_stat(&mut out, &file.stat);
            out.extend_from_slice(&file.hash);
        }
        out.push(u8::try_from(languages.len()).unwrap_or(u8::MAX));
        for (name, bytes) in languages.iter().take(usize::from(u8::MAX)) {
            out.push(u8::try_from(name.len()).expect("a language has a short name"));
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&bytes.to_le_bytes());
        }
        let count_at = out.len();
        out.extend_from_slice(&[0; 4]);
        Writer(out, 0, count_at)
    }

    /// `None` for bytes that are damaged.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (body, seal) = bytes.split_last_chunk::<SEAL>()?;
        if seal_of(body) != *seal {
            return None;
        }
        let mut input = Input(body);
        let started = i64::from_le_bytes(*input.array()?);
        let rules = *input.array()?;
        let [flags] = *input.array()?;
        let ignore_file = if flags & 2 == 0 { None } else { Some(IgnoreFile { stat: input.stat()?, hash: *input.array()? }) };
        let [languages] = *input.array()?;
        let languages = (0..languages)
            .map(|_| {
                let [length] = *input.array()?;
                let name = std::str::from_utf8(input.bytes(usize::from(length))?).ok()?;
                Some((name, input.number()?))
            })
            .collect::<Option<_>>()?;
        let count = u32::from_le_bytes(*input.array()?);
        Some(Self { started, rules, ignore_file, tracked_only: flags & 1 != 0, languages, count, entries: input.0 })
    }

    /// Its entries, ascending by name. Ends early where the bytes make no sense, which the checksum rules out.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let mut input = Input(self.entries);
        (0..self.count).map_while(move |_| input.item())
    }
}

impl Writer {
    pub fn put(&mut self, name: &[u8], held: &Held) {
        self.1 += 1;
        let out = &mut self.0;
        let head = |out: &mut Vec<u8>, kind, flags| {
            out.extend_from_slice(&[kind, flags]);
            let length = u16::try_from(name.len()).expect("no system has longer names");
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(name);
        };
        match held {
            Held::File(cached) => {
                head(out, FILE, (u8::from(cached.binary) * BINARY) | (u8::from(cached.kept) * KEPT));
                put_stat(out, &cached.stat);
                out.extend_from_slice(cached.hash.as_bytes());
                out.extend_from_slice(&cached.size.to_le_bytes());
            }
            Held::Directory(branch) => {
                head(out, DIRECTORY, branch_flags(branch));
                put_branch(out, branch);
            }
            Held::Submodule { commit } => {
                head(out, SUBMODULE, u8::from(commit.is_some()) * HAS_COMMIT);
                if let Some(commit) = commit {
                    out.push(u8::try_from(commit.len()).expect("a commit's name is short"));
                    out.extend_from_slice(commit.as_bytes());
                }
            }
            Held::Ignored { is_dir } => head(out, IGNORED, u8::from(*is_dir) * IS_DIR),
            Held::Special => head(out, SPECIAL, 0),
        }
    }

    /// The record's bytes, sealed.
    pub fn finish(self) -> Vec<u8> {
        let Self(mut out, count, count_at) = self;
        out[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
        let seal = seal_of(&out);
        out.extend_from_slice(&seal);
        out
    }
}

fn seal_of(body: &[u8]) -> [u8; SEAL] {
    *ObjectHash::of(body).as_bytes().first_chunk().expect("a hash is longer")
}

fn put_stat(out: &mut Vec<u8>, stat: &Stat) {
    out.extend_from_slice(&stat.size.to_le_bytes());
    out.extend_from_slice(&stat.modified.to_le_bytes());
    out.extend_from_slice(&stat.changed.to_le_bytes());
    out.extend_from_slice(&stat.inode.to_le_bytes());
    out.extend_from_slice(&stat.mode.to_le_bytes());
}

pub(super) fn branch_flags(branch: &Branch) -> u8 {
    (u8::from(branch.node.is_some()) * HAS_NODE) | (u8::from(branch.tracked_only) * TRACKED_ONLY)
}

pub(super) fn put_branch(out: &mut Vec<u8>, branch: &Branch) {
    out.extend_from_slice(&branch.place.offset.to_le_bytes());
    out.extend_from_slice(&branch.place.length.to_le_bytes());
    out.extend_from_slice(&branch.weight.to_le_bytes());
    out.extend_from_slice(&branch.files.to_le_bytes());
    out.extend_from_slice(&branch.bytes.to_le_bytes());
    if let Some(node) = &branch.node {
        out.extend_from_slice(node.as_bytes());
    }
}

pub(super) struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(bytes)
    }

    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub fn number(&mut self) -> Option<u64> {
        self.array().map(|bytes| u64::from_le_bytes(*bytes))
    }

    pub fn stat(&mut self) -> Option<Stat> {
        Some(Stat {
            size: self.number()?,
            modified: self.number()?.cast_signed(),
            changed: self.number()?.cast_signed(),
            inode: self.number()?,
            mode: u32::from_le_bytes(*self.array()?),
        })
    }

    pub fn branch(&mut self, flags: u8) -> Option<Branch> {
        Some(Branch {
            place: Place { offset: self.number()?, length: u32::from_le_bytes(*self.array()?) },
            weight: self.number()?,
            files: self.number()?,
            bytes: self.number()?,
            tracked_only: flags & TRACKED_ONLY != 0,
            node: if flags & HAS_NODE != 0 { Some(ObjectHash::from_bytes(*self.array()?)) } else { None },
        })
    }

    fn item(&mut self) -> Option<Item<'a>> {
        let [kind, flags] = *self.array()?;
        let length = u16::from_le_bytes(*self.array()?);
        let name = self.bytes(usize::from(length))?;
        let held = match kind {
            FILE => Held::File(Cached {
                stat: self.stat()?,
                hash: ObjectHash::from_bytes(*self.array()?),
                size: self.number()?,
                binary: flags & BINARY != 0,
                kept: flags & KEPT != 0,
            }),
            DIRECTORY => Held::Directory(self.branch(flags)?),
            SUBMODULE if flags & HAS_COMMIT != 0 => {
                let [length] = *self.array()?;
                Held::Submodule { commit: Some(String::from_utf8(self.bytes(usize::from(length))?.to_vec()).ok()?) }
            }
            SUBMODULE => Held::Submodule { commit: None },
            IGNORED => Held::Ignored { is_dir: flags & IS_DIR != 0 },
            SPECIAL => Held::Special,
            _ => return None,
        };
        Some(Item { name, held })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn held() -> impl Strategy<Value = Held> {
        let numbers = any::<(u64, i64, i64, u64, u32)>();
        let stat = numbers.prop_map(|(size, modified, changed, inode, mode)| Stat { size, modified, changed, inode, mode });
        let branch = (any::<(u64, u32, u64, u64, u64)>(), any::<(Option<[u8; 32]>, bool)>()).prop_map(
            |((offset, length, weight, files, bytes), (node, tracked_only))| Branch {
                place: Place { offset, length },
                weight,
                files,
                bytes,
                node: node.map(ObjectHash::from_bytes),
                tracked_only,
            },
        );
        prop_oneof![
            (stat, any::<([u8; 32], u64, bool, bool)>()).prop_map(|(stat, (hash, size, binary, kept))| {
                Held::File(Cached { stat, hash: ObjectHash::from_bytes(hash), size, binary, kept })
            }),
            branch.prop_map(Held::Directory),
            proptest::option::of("[0-9a-f]{40}").prop_map(|commit| Held::Submodule { commit }),
            any::<bool>().prop_map(|is_dir| Held::Ignored { is_dir }),
            Just(Held::Special),
        ]
    }

    proptest! {
        #[test]
        fn a_record_survives_its_bytes(
            entries in proptest::collection::btree_map(proptest::collection::vec(1_u8.., 1..20), held(), 0..20),
            started in any::<i64>(), rules in any::<[u8; 16]>(), tracked_only in any::<bool>(), bytes in any::<u64>(), at in any::<prop::sample::Index>(),
        ) {
            let ignore_file = IgnoreFile { stat: Stat { size: 1, modified: 2, changed: 3, inode: 4, mode: 5 }, hash: rules };
            let mut writer = Record::writer(started, &rules, Some(&ignore_file).filter(|_| !tracked_only), tracked_only, &[("Rust", bytes)]);
            entries.iter().for_each(|(name, held)| writer.put(name, held));
            let mut written = writer.finish();
            {
                let record = Record::read(&written).expect("sound");
                prop_assert_eq!((record.started, record.rules, record.tracked_only), (started, rules, tracked_only));
                prop_assert_eq!(record.ignore_file, (!tracked_only).then_some(ignore_file));
                prop_assert_eq!(&record.languages, &vec![("Rust", bytes)]);
                let read: Vec<_> = record.items().map(|item| (item.name.to_vec(), item.held)).collect();
                prop_assert_eq!(read, entries.into_iter().collect::<Vec<_>>());
            }
            let at = at.index(written.len());
            written[at] ^= 1;
            prop_assert!(Record::read(&written).is_none(), "a flipped bit is noticed");
        }
    }
}
