//! Trees of files as hostile as they come, and searches in them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    ops::ControlFlow,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use lectern_objects::{ObjectHash, Objects};
use lectern_search::text::{
    Contents, FileHits, Globs, Indexed, Pattern, Placed, Reporting, Searched, TextFile, TextFiles, TextIndex, TextQuery, TextSearch,
};
use lectern_sync::RepoPath;

/// Numbers that are the same in every run.
pub struct Random(pub u64);

impl Random {
    /// The next of xorshift64*, below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).expect("31 bits") % limit.max(1)
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Short, so that they are found again; with letters whose case is more than a bit.
const WORDS: &[&str] = &[
    "fn",
    "main",
    "search",
    "Search",
    "SEARCH",
    "index",
    "kelvin",
    "\u{212a}elvin",
    "mass",
    "ma\u{17f}s",
    "straße",
    "STRASSE",
    "naïve",
    "NAÏVE",
    "日本語",
    "foo_bar",
    "foo-bar",
    "fooBar",
    "x",
    "a.b",
    "(",
    ")",
    "->",
    "::",
    "0x1F",
    "\t",
    "  ",
    "TODO:",
    "\u{1f600}",
    "e\u{301}",
    "-w",
    "ı",
    "İ",
];

/// One line, without its end.
pub fn line(random: &mut Random) -> Vec<u8> {
    let mut line = Vec::new();
    for _ in 0..random.below(9) {
        line.extend_from_slice(random.pick(WORDS).as_bytes());
        if !random.chance(4) {
            line.push(b' ');
        }
        if random.chance(60) {
            line.extend_from_slice([&b"\xff"[..], b"\xc3", b"\xe2\x84", b"\r", b"\x1b[1m"][random.below(5)]);
        }
    }
    line
}

/// A file's bytes.
pub fn contents(random: &mut Random) -> Vec<u8> {
    let end: &[u8] = if random.chance(4) { b"\r\n" } else { b"\n" };
    let lines = match random.below(8) {
        0 => 0,
        1 => random.below(900),
        _ => random.below(40),
    };
    let mut bytes = Vec::new();
    for _ in 0..lines {
        bytes.extend(line(random));
        if random.chance(1500) {
            (0..2000).for_each(|_| bytes.extend(line(random)));
        }
        bytes.extend_from_slice(end);
    }
    if random.chance(3) {
        bytes.extend(line(random));
    }
    match random.below(24) {
        0 => {
            let at = random.below(bytes.len() + 1);
            bytes.insert(at, 0);
            bytes
        }
        1 => utf16(&bytes, u16::to_le_bytes, *b"\xff\xfe"),
        2 => utf16(&bytes, u16::to_be_bytes, *b"\xfe\xff"),
        3 => [&b"\xef\xbb\xbf"[..], &bytes].concat(),
        // A NUL far behind what is read at once.
        4 => {
            let far = bytes.len().max(1);
            while bytes.len() < 70_000 + far {
                bytes.extend(line(random));
                bytes.extend_from_slice(end);
            }
            let at = bytes.len() - random.below(5000);
            bytes.insert(at, 0);
            bytes
        }
        5 if random.chance(2) => [&b"\xff\xfe"[..], &bytes].concat(),
        _ => bytes,
    }
}

fn utf16(text: &[u8], bytes_of: fn(u16) -> [u8; 2], mark: [u8; 2]) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    String::from_utf8_lossy(text).encode_utf16().for_each(|unit| bytes.extend(bytes_of(unit)));
    bytes
}

/// Names as they can be on a disk.
pub fn path(random: &mut Random) -> Vec<u8> {
    let mut path = Vec::new();
    for _ in 0..random.below(3) {
        path.extend_from_slice(random.pick(&["src", "a-b", "docs", ".hidden", "日本"]).as_bytes());
        path.push(b'/');
    }
    path.extend_from_slice(random.pick(&[&b"main"[..], b"lib", b"\xff\xfename", b"sp ace", b"new\nline", b".dot", b"x"]));
    path.extend_from_slice(format!("{}", random.below(1000)).as_bytes());
    path.extend_from_slice(random.pick(&[&b".rs"[..], b".txt", b"", b".js"]));
    path
}

/// A query, drawn from what files hold.
pub fn query(random: &mut Random, files: &BTreeMap<Vec<u8>, Vec<u8>>) -> TextQuery {
    let all: Vec<&Vec<u8>> = files.values().filter(|bytes| !bytes.is_empty()).collect();
    let piece = |random: &mut Random| {
        let mut text = String::new();
        if all.is_empty() || random.chance(4) {
            return random.pick(WORDS).to_owned();
        }
        let bytes = all[random.below(all.len())];
        let start = random.below(bytes.len());
        let length = 1 + random.below(14);
        let lossy = String::from_utf8_lossy(&bytes[start..(start + length).min(bytes.len())]).into_owned();
        text.extend(lossy.chars().filter(|c| !matches!(c, '\n' | '\0' | '\u{fffd}')));
        text
    };
    let escape =
        |text: &str| text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect::<String>();
    let regex = random.chance(2);
    let (one, two) = (piece(random), piece(random));
    let text = if regex {
        let (one, two) = (escape(&one), escape(&two));
        match random.below(13) {
            0 => format!("{one}.*{two}"),
            1 => format!("{one}|{two}"),
            2 => format!("^{one}"),
            3 => format!("{one}$"),
            4 => format!(r"\b{one}"),
            5 => format!("(?:{one})+ ?(?:{two})?"),
            6 => r"\w+_\w+".to_owned(),
            7 => format!("[a-f]{one}"),
            8 => format!("(?i:{one}){two}"),
            9 => format!(r"{one}\s+\S"),
            10 => r"^\s*$".to_owned(),
            11 => format!("({one}|{two}){{2,3}}"),
            _ => format!(r"\p{{Greek}}|{one}[^ ]?{two}"),
        }
    } else if random.chance(3) {
        one.to_uppercase()
    } else {
        one
    };
    // What a whole word is that doesn't begin or end as a word differs between versions of `rg`.
    let is_word = !regex && [text.chars().next(), text.chars().last()].iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()));
    TextQuery { text, regex, word: is_word && random.chance(3), case_sensitive: random.chance(2) }
}

/// A folder of files, their objects, and an index to be.
pub struct Tree {
    pub dir: tempfile::TempDir,
    pub objects: Arc<Objects>,
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Tree {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let objects = Arc::new(Objects::open(&dir.path().join("objects.db")).expect("objects"));
        fs::create_dir(dir.path().join("tree")).expect("a folder");
        Self { dir, objects, files: BTreeMap::new() }
    }

    pub fn random(random: &mut Random, count: usize) -> Self {
        let mut tree = Self::new();
        for _ in 0..count {
            let (path, contents) = (path(random), contents(random));
            tree.write(&path, contents);
        }
        tree
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    pub fn index_dir(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    /// Writes and keeps a file; a name that is a folder already is left.
    pub fn write(&mut self, path: &[u8], contents: Vec<u8>) {
        let on_disk = self.root().join(OsStr::from_bytes(path));
        fs::create_dir_all(on_disk.parent().expect("a parent")).expect("folders");
        if fs::write(&on_disk, &contents).is_ok() {
            self.objects.put(&contents).expect("kept");
            self.files.insert(path.to_vec(), contents);
        }
    }

    pub fn remove(&mut self, path: &[u8]) {
        fs::remove_file(self.root().join(OsStr::from_bytes(path))).expect("removed");
        self.files.remove(path);
    }

    pub fn list(&self) -> TextFiles {
        let file = |(path, bytes): (&Vec<u8>, &Vec<u8>)| TextFile {
            path: RepoPath::new(path.clone()).expect("a path"),
            hash: ObjectHash::of(bytes),
            size: bytes.len() as u64,
        };
        let mut files: Vec<TextFile> = self.files.iter().map(file).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        TextFiles::new(files)
    }

    pub fn contents(&self) -> Contents {
        Contents::new(Arc::clone(&self.objects), Some(&self.root()))
    }

    /// Opens the index and brings it up to date.
    pub fn indexed(&self) -> TextIndex {
        let index = TextIndex::open(&self.index_dir());
        update(&index, self);
        index
    }

    pub fn search(&self, index: Option<&TextIndex>, query: &TextQuery) -> (Vec<FileHits>, Searched) {
        let files = self.list();
        let current = index.map(|index| (index.current(), index.current().place(&files)));
        let index = current.as_ref().map(|(indexed, placed)| (&**indexed, placed));
        search_in(&files, index, &self.contents(), query, Reporting::default())
    }
}

pub fn update(index: &TextIndex, tree: &Tree) {
    index.update(&tree.list(), &tree.contents(), &AtomicBool::new(false), &mut |_| {}).expect("updated");
}

pub fn search_in(
    files: &TextFiles,
    index: Option<(&Indexed, &Placed)>,
    contents: &Contents,
    query: &TextQuery,
    reporting: Reporting,
) -> (Vec<FileHits>, Searched) {
    let pattern = Pattern::new(query).expect("a pattern");
    let cancel = AtomicBool::new(false);
    let search = TextSearch { files, pattern: &pattern, globs: &Globs::default(), index, contents, reporting, cancel: &cancel };
    let mut found = Vec::new();
    let searched = search.run(|hits, _| {
        found.extend(hits);
        ControlFlow::Continue(())
    });
    (found, searched)
}

/// A hit: path, line, where the line begins, the line, and what matches in it.
pub type Hit = (Vec<u8>, u64, u64, Vec<u8>, Vec<(u32, u32)>);

pub fn flat(found: &[FileHits]) -> Vec<Hit> {
    let of_file = |file: &FileHits| {
        let path = file.path.as_bytes().to_vec();
        let of_line = |line: &lectern_search::text::FoundLine| {
            let matches = line.matches.iter().map(|range| (range.start, range.end)).collect();
            (path.clone(), line.number, line.offset, line.text.clone(), matches)
        };
        file.lines.iter().filter(|line| line.is_hit).map(of_line).collect::<Vec<_>>()
    };
    found.iter().flat_map(of_file).collect()
}

pub fn plain(text: &str) -> TextQuery {
    TextQuery { text: text.to_owned(), regex: false, word: false, case_sensitive: true }
}

pub fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .expect("an index")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "seg"))
        .collect();
    found.sort();
    found
}
