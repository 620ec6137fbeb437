//! A folder as engines read it: texts are read when they are first asked for.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use lectern_objects::ObjectHash;
use lectern_refactor::{Edit, Memo, Project};

/// Larger files are no code that somebody wrote.
const LARGEST: u64 = 8 << 20;
/// With fewer files one thread is as fast.
const MANY: usize = 64;

type Text = Option<(Arc<str>, ObjectHash)>;

/// The folder's files; what is asked for is kept.
pub struct Folder {
    root: PathBuf,
    paths: Arc<[String]>,
    texts: Arc<[OnceLock<Text>]>,
    changed: BTreeMap<String, (Arc<str>, ObjectHash)>,
    memo: Arc<Memo>,
}

/// Relative paths of files with these endings, ascending; when there are more than `most`, evenly chosen.
pub fn listed(root: &Path, endings: &[&str], most: usize) -> io::Result<Vec<String>> {
    let (mut found, mut pending) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder)? {
            let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if entry?.is_dir() {
                pending.push(path);
            } else if (endings.contains(&ending) || is_setting(&path)) && fs::metadata(&path)?.len() <= LARGEST {
                found.extend(path.strip_prefix(root).unwrap_or(&path).to_str().map(str::to_owned));
            }
        }
    }
    found.sort();
    if found.len() > most {
        // Whole beginnings, so that what belongs together stays together.
        found.truncate(most);
    }
    Ok(found)
}

/// What engines read beside code.
fn is_setting(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "package.json" | "tsconfig.json" | "Cargo.toml" | "go.mod" | "pyproject.toml")
}

impl Folder {
    pub fn new(root: &Path, paths: &[String]) -> Self {
        let texts = paths.iter().map(|_| OnceLock::new()).collect();
        Self { root: root.to_owned(), paths: paths.into(), texts, changed: BTreeMap::new(), memo: Arc::default() }
    }

    pub fn count(&self) -> usize {
        self.paths.len()
    }

    pub fn bytes(&self) -> usize {
        (0..self.paths.len()).filter_map(|at| self.read(at)).map(|(text, _)| text.len()).sum()
    }

    /// The same with edits made.
    pub fn with(&self, edits: &[&Edit]) -> Result<Self, String> {
        let mut changed = self.changed.clone();
        let mut edits = edits.to_vec();
        edits.sort_by(|one, other| (&one.path, one.start).cmp(&(&other.path, other.start)));
        for file in edits.chunk_by(|one, other| one.path == other.path) {
            let path = &file[0].path;
            let text = self.text(path).ok_or_else(|| format!("{path} is not there"))?;
            let (mut new, mut at) = (String::new(), 0);
            for edit in file {
                let (start, end) = (edit.start as usize, edit.end as usize);
                if start < at || text.get(start..end) != Some(edit.old.as_str()) {
                    return Err(format!("edits of {path} overlap or are of another text"));
                }
                new.push_str(&text[at..start]);
                new.push_str(&edit.new);
                at = end;
            }
            new.push_str(&text[at..]);
            changed.insert(path.clone(), (Arc::from(new.as_str()), ObjectHash::of(new.as_bytes())));
        }
        let Self { root, paths, texts, memo, .. } = self;
        Ok(Self { root: root.clone(), paths: paths.clone(), texts: texts.clone(), changed, memo: memo.clone() })
    }

    /// A file that is another in `original`.
    pub fn first_difference(&self, original: &Self) -> Option<&str> {
        self.changed.keys().find(|path| self.object(path) != original.object(path)).map(String::as_str)
    }

    fn read(&self, at: usize) -> Text {
        let read = || {
            let bytes = fs::read(self.root.join(&self.paths[at])).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            Some((Arc::from(text.as_str()), ObjectHash::of(text.as_bytes())))
        };
        self.texts[at].get_or_init(read).clone()
    }

    fn of(&self, path: &str) -> Text {
        if let Some(changed) = self.changed.get(path) {
            return Some(changed.clone());
        }
        let at = self.paths.binary_search_by(|probe| probe.as_str().cmp(path)).ok()?;
        self.read(at)
    }
}

impl Project for Folder {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.of(path).map(|(text, _)| text)
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        self.of(path).map(|(_, object)| object)
    }

    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let finder = memchr::memmem::Finder::new(word.as_bytes());
        let paths: Vec<&String> = self.paths.iter().filter(|path| wanted(path)).collect();
        let holds = |path: &&&String| self.text(path).is_some_and(|text| finder.find(text.as_bytes()).is_some());
        let threads = if paths.len() < MANY { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
        let share = paths.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = paths
                .chunks(share)
                .map(|part| scope.spawn(|| part.iter().filter(holds).map(|path| (*path).clone()).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().expect("nothing panics")).collect()
        })
    }

    fn memo(&self) -> &Memo {
        &self.memo
    }
}
