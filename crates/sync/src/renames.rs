//! Which removed file became which added one.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, hash_map::RandomState},
    hash::BuildHasher,
};

use lectern_objects::ObjectHash;

use crate::{
    RepoPath,
    diff::{Difference, DifferenceKind},
    manifest::Content,
};

/// Edited renames are looked for among at most this many removed and this many added files; with more of either, only files with the same
/// bytes are found.
pub const MOST_CANDIDATES: usize = 1000;

/// A larger file is found again only by its bytes as they were.
pub const LARGEST_CANDIDATE: u64 = 1024 * 1024;

/// Edited renames are looked for in this many bytes of contents in all.
const BYTES_READ: u64 = 64 * 1024 * 1024;

/// git's: at least half of the larger file must be in the other.
const LEAST_SIMILAR: u64 = 50;

/// A group of equal files with more pairs than this is paired name by name, without weighing every pair.
const MOST_PAIRS: usize = 100_000;

/// Each added file is compared closely with this many of the removed ones that share most lines with it.
const CLOSE_LOOKS: usize = 8;

/// A line that more removed files than this have says nothing about where an added one comes from.
const COMMON_LINE: usize = 64;

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiffSide {
    /// What was.
    Old,
    /// What is.
    New,
}

/// Gives the bytes of a file on one side; `None` when they can't be had.
pub type ContentsOf<'a> = &'a mut dyn FnMut(&Content, &RepoPath, DiffSide) -> Option<Vec<u8>>;

/// Puts removed and added files together that are one file renamed, and returns all differences in the order of [`RepoPath`].
///
/// A file with the same bytes comes first: preferably of the same name, then from the nearest folder. Then text files of which at least half the
/// bytes, line by line, are in the other. Each file takes part once, an empty one never, and a file becomes a file, a link a link. The answer
/// depends on the differences and contents alone. Bounded by [`MOST_CANDIDATES`] and [`LARGEST_CANDIDATE`].
pub fn find_renames(differences: Vec<Difference>, contents: ContentsOf<'_>) -> Vec<Difference> {
    let of_kind = |kind| move |(_, difference): &(usize, &Difference)| difference.kind == kind;
    let indexes = |kind| differences.iter().enumerate().filter(of_kind(kind)).map(|(index, _)| index).collect();
    let (removed, added): (Vec<usize>, Vec<usize>) = (indexes(DifferenceKind::Removed), indexes(DifferenceKind::Added));
    if removed.is_empty() || added.is_empty() {
        return differences;
    }
    let mut found = Found { differences: &differences, became: HashMap::new(), taken: vec![false; differences.len()] };
    found.same_bytes(&removed, &added);
    found.same_lines(&removed, &added, contents);
    let Found { became, taken, .. } = found;
    let mut renamed = Vec::with_capacity(differences.len());
    for (index, difference) in differences.iter().enumerate() {
        match became.get(&index) {
            Some((from, similarity)) => renamed.push(Difference {
                old_path: Some(differences[*from].path.clone()),
                kind: DifferenceKind::Renamed,
                old: differences[*from].old.clone(),
                similarity: Some(*similarity),
                ..difference.clone()
            }),
            None if taken[index] => {}
            None => renamed.push(difference.clone()),
        }
    }
    renamed
}

struct Found<'a> {
    differences: &'a [Difference],
    /// By the index of an added file: that of the removed one, and how similar.
    became: HashMap<usize, (usize, u8)>,
    taken: Vec<bool>,
}

impl Found<'_> {
    fn take(&mut self, from: usize, to: usize, similarity: u8) -> bool {
        let free = !self.taken[from] && !self.taken[to];
        if free {
            (self.taken[from], self.taken[to]) = (true, true);
            self.became.insert(to, (from, similarity));
        }
        free
    }

    fn same_bytes(&mut self, removed: &[usize], added: &[usize]) {
        let mut groups: BTreeMap<(ObjectHash, bool), (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for index in removed {
            if let Some(name) = self.differences[*index].old.as_ref().and_then(bytes_named) {
                groups.entry(name).or_default().0.push(*index);
            }
        }
        for index in added {
            let group = self.differences[*index].new.as_ref().and_then(bytes_named).and_then(|name| groups.get_mut(&name));
            if let Some((_, added)) = group {
                added.push(*index);
            }
        }
        for (mut from, mut to) in groups.into_values().filter(|(_, added)| !added.is_empty()) {
            if from.len().saturating_mul(to.len()) <= MOST_PAIRS {
                let pairs = from.iter().flat_map(|from| to.iter().map(|to| (*from, *to)));
                let mut weighed: Vec<_> = pairs.map(|(from, to)| (Reverse(self.nearness(from, to)), from, to)).collect();
                weighed.sort_unstable();
                for (_, from, to) in weighed {
                    self.take(from, to, 100);
                }
                continue;
            }
            // Names first, in the order of paths, then whatever is left.
            from.sort_by_key(|index| (self.differences[*index].path.name(), *index));
            to.sort_by_key(|index| (self.differences[*index].path.name(), *index));
            let (mut one, mut other) = (0, 0);
            while one < from.len() && other < to.len() {
                match self.differences[from[one]].path.name().cmp(self.differences[to[other]].path.name()) {
                    std::cmp::Ordering::Less => one += 1,
                    std::cmp::Ordering::Greater => other += 1,
                    std::cmp::Ordering::Equal => {
                        self.take(from[one], to[other], 100);
                        (one, other) = (one + 1, other + 1);
                    }
                }
            }
            let free = |indexes: Vec<usize>, taken: &[bool]| -> Vec<usize> { indexes.into_iter().filter(|index| !taken[*index]).collect() };
            let (from, to) = (free(from, &self.taken), free(to, &self.taken));
            for (from, to) in from.into_iter().zip(to) {
                self.take(from, to, 100);
            }
        }
    }

    /// Whether the name is the same, then how many folders they share, counted from both ends of the path.
    fn nearness(&self, from: usize, to: usize) -> (bool, usize) {
        let (from, to) = (&self.differences[from].path, &self.differences[to].path);
        let (one, other): (Vec<&[u8]>, Vec<&[u8]>) = (from.names().collect(), to.names().collect());
        let shared = |(a, b): &(&&[u8], &&[u8])| a == b;
        let first = one.iter().zip(&other).take_while(shared).count();
        let last = one.iter().rev().zip(other.iter().rev()).take_while(shared).count();
        (from.name() == to.name(), first + last)
    }

    fn same_lines(&mut self, removed: &[usize], added: &[usize], contents: ContentsOf<'_>) {
        let candidate = |content: &Content| match content {
            Content::File { size, binary: false, .. } => (1..=LARGEST_CANDIDATE).contains(size),
            _ => false,
        };
        let left = |indexes: &[usize], of: fn(&Difference) -> Option<&Content>| -> Vec<usize> {
            let free = indexes.iter().copied().filter(|index| !self.taken[*index]);
            free.filter(|index| of(&self.differences[*index]).is_some_and(candidate)).collect()
        };
        let (removed, added) = (left(removed, |d| d.old.as_ref()), left(added, |d| d.new.as_ref()));
        if removed.is_empty() || added.is_empty() || removed.len() > MOST_CANDIDATES || added.len() > MOST_CANDIDATES {
            return;
        }
        let size = |index: usize| self.differences[index].old.as_ref().or(self.differences[index].new.as_ref()).map_or(0, Content::size);
        // What is less than half or more than twice as large as everything on the other side can't be alike, and need not be read.
        let near = |index: &usize, others: &[usize]| {
            others.iter().any(|other| 2 * size(*index).min(size(*other)) >= size(*index).max(size(*other)))
        };
        let readable_removed: Vec<usize> = removed.iter().copied().filter(|index| near(index, &added)).collect();
        let readable_added: Vec<usize> = added.iter().copied().filter(|index| near(index, &removed)).collect();
        let hasher = RandomState::new();
        let mut bytes_left = BYTES_READ;
        let mut read = |indexes: Vec<usize>, side: DiffSide| -> Vec<(usize, Fingerprint)> {
            let mut fingerprints = Vec::new();
            for index in indexes {
                let difference = &self.differences[index];
                let Some(content) = (if side == DiffSide::Old { &difference.old } else { &difference.new }) else { continue };
                let Some(rest) = bytes_left.checked_sub(content.size()) else { continue };
                bytes_left = rest;
                let bytes = contents(content, &difference.path, side);
                fingerprints.extend(bytes.map(|bytes| (index, Fingerprint::of(&bytes, &hasher))));
            }
            fingerprints
        };
        let (old, new) = (read(readable_removed, DiffSide::Old), read(readable_added, DiffSide::New));
        let lines = lines_of(&old);
        let mut pairs = Vec::new();
        for (to, of_new) in &new {
            for place in self.close_looks(&old, *to, of_new, &lines) {
                let (from, of_old) = &old[place];
                let similarity = of_old.similarity(of_new);
                if similarity >= LEAST_SIMILAR {
                    pairs.push((Reverse(similarity), Reverse(self.nearness(*from, *to)), *from, *to));
                }
            }
        }
        pairs.sort_unstable();
        for (Reverse(similarity), _, from, to) in pairs {
            // Other bytes are never called the same, however their lines are arranged.
            self.take(from, to, u8::try_from(similarity.min(99)).unwrap_or(99));
        }
    }

    /// The places in `old` worth a close look: those that share most with the file, and those of its name.
    fn close_looks(
        &self,
        old: &[(usize, Fingerprint)],
        to: usize,
        of_new: &Fingerprint,
        lines: &HashMap<u64, Vec<(usize, u64)>>,
    ) -> Vec<usize> {
        let mut shared: HashMap<usize, u64> = HashMap::new();
        for (line, bytes) in &of_new.lines {
            for (place, there) in lines.get(line).into_iter().flatten() {
                *shared.entry(*place).or_default() += bytes.min(there);
            }
        }
        let mut places: Vec<(u64, usize)> = shared.into_iter().map(|(place, bytes)| (bytes, place)).collect();
        places.sort_unstable_by_key(|(bytes, place)| (Reverse(*bytes), *place));
        places.truncate(CLOSE_LOOKS);
        let name = self.differences[to].path.name();
        let mut chosen: Vec<usize> = places.into_iter().map(|(_, place)| place).collect();
        let same_name = old.iter().enumerate().filter(|(_, (from, _))| self.differences[*from].path.name() == name);
        chosen.extend(same_name.map(|(place, _)| place).take(CLOSE_LOOKS));
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

/// Which places in `old` have a line, and how many bytes of it; lines that too many have are left out.
fn lines_of(old: &[(usize, Fingerprint)]) -> HashMap<u64, Vec<(usize, u64)>> {
    let mut lines: HashMap<u64, Vec<(usize, u64)>> = HashMap::new();
    for (place, (_, fingerprint)) in old.iter().enumerate() {
        for (line, bytes) in &fingerprint.lines {
            lines.entry(*line).or_default().push((place, *bytes));
        }
    }
    lines.retain(|_, places| places.len() <= COMMON_LINE);
    lines
}

/// What names the bytes of something that can be renamed, and whether it is a link.
fn bytes_named(content: &Content) -> Option<(ObjectHash, bool)> {
    match content {
        Content::File { hash, size, .. } if *size > 0 => Some((*hash, false)),
        Content::Symlink { hash, size } if *size > 0 => Some((*hash, true)),
        _ => None,
    }
}

/// The lines of a text, without their order.
struct Fingerprint {
    /// A line's hash and the bytes of all lines that have it, ascending.
    lines: Vec<(u64, u64)>,
    bytes: u64,
}

impl Fingerprint {
    /// A line is cut every 256 bytes, so that a text on one line can be found again too. `\r\n` counts as `\n`.
    fn of(text: &[u8], hasher: &RandomState) -> Self {
        let pieces = text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(256));
        let mut lines: Vec<(u64, u64)> = pieces
            .map(|piece| {
                let plain = piece.strip_suffix(b"\r\n").or(piece.strip_suffix(b"\n")).unwrap_or(piece);
                (hasher.hash_one(plain), plain.len() as u64 + 1)
            })
            .collect();
        lines.sort_unstable();
        lines.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let bytes = lines.iter().map(|(_, bytes)| bytes).sum();
        Self { lines, bytes }
    }

    /// The bytes of the lines both have, in percent of the larger one.
    fn similarity(&self, other: &Self) -> u64 {
        let (mut ours, mut theirs) = (self.lines.iter().peekable(), other.lines.iter().peekable());
        let mut common = 0;
        while let (Some((line, bytes)), Some((other, there))) = (ours.peek(), theirs.peek()) {
            match line.cmp(other) {
                std::cmp::Ordering::Less => _ = ours.next(),
                std::cmp::Ordering::Greater => _ = theirs.next(),
                std::cmp::Ordering::Equal => {
                    common += bytes.min(there);
                    (_, _) = (ours.next(), theirs.next());
                }
            }
        }
        common * 100 / self.bytes.max(other.bytes).max(1)
    }
}
