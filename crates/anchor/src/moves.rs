//! Which files of one list became which of another, by their objects and then by their lines.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

use crate::{Text, files};

/// Of each file the lines with the smallest hashes are kept, so many at most (bottom-k, as MinHash does it): what two files share can be told
/// from these alone, exactly for files of fewer lines.
const SKETCH: usize = 256;

/// A line that more removed files than this have says nothing about where an added one comes from.
const COMMON: usize = 48;

/// Each added file is compared with so many removed ones, those that share most.
const CLOSE_LOOKS: usize = 6;

/// Two files are one renamed when so much of both is the same; git's measure too.
const RENAMED: f32 = 0.5;

/// An added file is a part of a removed one when so much of it was there.
const PART: f32 = 0.6;

/// A part has at least so many lines that say something.
const SMALLEST_PART: usize = 6;

/// Groups of equal files with more pairs than this are paired in the order of their names.
const MOST_PAIRS: usize = 10_000;

/// A file that is in one list only.
pub struct Listed<'a, H> {
    /// Its path.
    pub path: &'a str,
    /// What names its contents.
    pub object: H,
    /// Gives the text, `None` for what has none or can't be had. Asked for once at most, and not when the object is found on the other side.
    pub text: &'a dyn Fn() -> Option<Arc<str>>,
}

/// How a file went over into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MoveKind {
    /// With the same contents.
    Same,
    /// With changes.
    Edited,
    /// A part of it: the file was split, or lives on somewhere else too.
    Part,
}

/// A removed file that became, wholly or in part, an added one.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Place in the list of removed files.
    pub from: usize,
    /// Place in the list of added files.
    pub to: usize,
    /// How.
    pub kind: MoveKind,
    /// How much of both is the same, of a part how much of the added file; 0 to 1.
    pub similarity: f32,
}

/// Finds moved and renamed files, in the order of `added`.
///
/// Equal objects come first, the likeliest path first; then the files whose lines, whatever their indentation, are most alike. Each file is taken once so;
/// of added files that are left it is told what removed file they are a part of. Work is about linear in the bytes read and in the number of
/// files: candidates come from an index of lines, not from all pairs. Of a file no more than a few kilobytes are kept.
pub fn find_moves<H: Eq + Hash + Clone>(removed: &[Listed<'_, H>], added: &[Listed<'_, H>]) -> Vec<Move> {
    let mut found = Moves { moves: Vec::new(), from: HashSet::new(), to: HashSet::new() };
    same_objects(removed, added, &mut found);
    let sketches = |files: &[Listed<'_, H>], taken: &HashSet<usize>| -> Vec<(usize, Sketch)> {
        let left = files.iter().enumerate().filter(|(index, _)| !taken.contains(index));
        left.filter_map(|(index, file)| Some((index, Sketch::of(&Text::new(file.path, (file.text)()?))))).collect()
    };
    let new = sketches(added, &found.to);
    if !new.is_empty() {
        let old = sketches(removed, &found.from);
        similar(removed, added, &old, &new, &mut found);
    }
    found.moves.sort_by_key(|one| (one.to, one.from));
    found.moves
}

struct Moves {
    moves: Vec<Move>,
    from: HashSet<usize>,
    to: HashSet<usize>,
}

impl Moves {
    fn take(&mut self, from: usize, to: usize, kind: MoveKind, similarity: f32) {
        if !self.to.contains(&to) && (kind == MoveKind::Part || !self.from.contains(&from)) {
            self.from.insert(from);
            self.to.insert(to);
            self.moves.push(Move { from, to, kind, similarity });
        }
    }
}

fn same_objects<H: Eq + Hash + Clone>(removed: &[Listed<'_, H>], added: &[Listed<'_, H>], found: &mut Moves) {
    let mut groups: HashMap<H, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, file) in removed.iter().enumerate() {
        groups.entry(file.object.clone()).or_default().0.push(index);
    }
    for (index, file) in added.iter().enumerate() {
        if let Some((_, new)) = groups.get_mut(&file.object) {
            new.push(index);
        }
    }
    let mut groups: Vec<_> = groups.into_values().filter(|(_, new)| !new.is_empty()).collect();
    groups.sort();
    for (mut old, mut new) in groups {
        if old.len().saturating_mul(new.len()) <= MOST_PAIRS {
            let pairs = old.iter().flat_map(|from| new.iter().map(|to| (*from, *to)));
            let mut pairs: Vec<(f32, usize, usize)> =
                pairs.map(|(from, to)| (files::nearness(removed[from].path, added[to].path), from, to)).collect();
            pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
            for (_, from, to) in pairs {
                found.take(from, to, MoveKind::Same, 1.0);
            }
        } else {
            old.sort_by_key(|index| (files::name(removed[*index].path), removed[*index].path));
            new.sort_by_key(|index| (files::name(added[*index].path), added[*index].path));
            for (from, to) in old.into_iter().zip(new) {
                found.take(from, to, MoveKind::Same, 1.0);
            }
        }
    }
}

fn similar<H>(removed: &[Listed<'_, H>], added: &[Listed<'_, H>], old: &[(usize, Sketch)], new: &[(usize, Sketch)], found: &mut Moves) {
    let mut having: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, (_, sketch)) in old.iter().enumerate() {
        for hash in &sketch.hashes {
            having.entry(*hash).or_default().push(place);
        }
    }
    having.retain(|_, places| places.len() <= COMMON);
    let mut pairs: Vec<(f32, f32, usize, usize)> = Vec::new();
    let mut parts: Vec<(f32, usize, usize)> = Vec::new();
    for (to, of_new) in new {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for place in of_new.hashes.iter().filter_map(|hash| having.get(hash)).flatten() {
            *shared.entry(*place).or_default() += 1;
        }
        let mut shared: Vec<(usize, usize)> = shared.into_iter().collect();
        shared.sort_unstable_by_key(|(place, lines)| (Reverse(*lines), *place));
        for (place, _) in shared.into_iter().take(CLOSE_LOOKS) {
            let (from, of_old) = &old[place];
            let (both, of_part) = of_old.shares(of_new);
            let path = files::nearness(removed[*from].path, added[*to].path);
            if both >= RENAMED {
                pairs.push((both, path, *from, *to));
            }
            if of_part >= PART && of_new.lines >= SMALLEST_PART {
                parts.push((of_part, *from, *to));
            }
        }
    }
    // Of equally similar ones, to a hundredth, the path decides.
    let key = |pair: &(f32, f32, usize, usize)| (Reverse((pair.0 * 100.0) as u32), Reverse((pair.1 * 1000.0) as u32), pair.2, pair.3);
    pairs.sort_by_key(key);
    for (similarity, _, from, to) in pairs {
        found.take(from, to, MoveKind::Edited, similarity);
    }
    parts.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    for (similarity, from, to) in parts {
        found.take(from, to, MoveKind::Part, similarity);
    }
}

/// The lines of a file that have the smallest hashes.
struct Sketch {
    /// Ascending.
    hashes: Vec<u64>,
    /// How many different lines the file has.
    lines: usize,
}

impl Sketch {
    fn of(text: &Text) -> Self {
        let keys = text.keys();
        Self { hashes: keys[..keys.len().min(SKETCH)].to_vec(), lines: keys.len() }
    }

    /// How much of both is the same (Dice), and how much of `new` is in this one; estimated for files of more than [`SKETCH`] lines.
    fn shares(&self, new: &Self) -> (f32, f32) {
        let whole = |sketch: &Self| sketch.hashes.len() == sketch.lines;
        // Up to here, both sketches name every line.
        let limit = match (whole(self), whole(new)) {
            (true, true) => u64::MAX,
            (true, false) => new.hashes.last().copied().unwrap_or(0),
            (false, true) => self.hashes.last().copied().unwrap_or(0),
            (false, false) => self.hashes.last().min(new.hashes.last()).copied().unwrap_or(0),
        };
        let below = |sketch: &Self| sketch.hashes.partition_point(|hash| *hash <= limit);
        let (ours, theirs) = (below(self), below(new));
        let common = new.hashes[..theirs].iter().filter(|hash| self.hashes[..ours].binary_search(hash).is_ok()).count();
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f32 / whole as f32 };
        (share(2 * common, ours + theirs), share(common, theirs))
    }
}
