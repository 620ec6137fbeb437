//! What prose stands on: the versions and the index, as writing and checking ask them.

use std::collections::{HashMap, HashSet};

use lectern_diff::Lines;
use lectern_objects::ObjectHash;

use crate::{Citation, FileId, ProjectIndex, SymbolId, Version, checks::Known};

/// The code that a page is about.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// What is known of the version.
    pub index: &'a ProjectIndex,
    /// The version; of a diff the newer one.
    pub version: &'a dyn Version,
    /// Of a diff, the older version.
    pub older: Option<&'a dyn Version>,
}

impl<'a> Ground<'a> {
    /// The version of this number.
    pub(crate) fn version_numbered(&self, number: u32) -> Option<&'a dyn Version> {
        [Some(self.version), self.older].into_iter().flatten().find(|version| version.number() == number)
    }

    /// The lines that a citation names, when its file has just these contents in its version, the contents have its hash, and the lines exist.
    pub(crate) fn prove(&self, citation: &Citation) -> Option<String> {
        let text = self.proven_text(citation)?;
        let lines = Lines::new(&text);
        if !citation.names_lines_of(u32::try_from(lines.len()).unwrap_or(u32::MAX)) {
            return None;
        }
        let cited = (citation.line_start as usize - 1..citation.line_end as usize).map(|at| String::from_utf8_lossy(lines.line(at)));
        Some(cited.collect::<Vec<_>>().join("\n"))
    }

    /// How many lines a citation's file has, when it has just these contents in its version and they have its hash.
    pub(crate) fn proven_lines(&self, citation: &Citation) -> Option<u32> {
        let text = self.proven_text(citation)?;
        u32::try_from(Lines::new(&text).len()).ok()
    }

    fn proven_text(&self, citation: &Citation) -> Option<String> {
        let version = self.version_numbered(citation.version)?;
        let files = version.files();
        let file = &files[files.binary_search_by(|file| file.path.as_str().cmp(&citation.path)).ok()?];
        if file.object.to_string() != citation.object {
            return None;
        }
        let bytes = version.read(&file.object)?;
        if ObjectHash::of(&bytes) != file.object {
            return None;
        }
        Some(lectern_reader::decode(bytes.to_vec()).text)
    }

    /// A citation of lines of a file of the version, not numbered yet.
    pub(crate) fn citation(&self, file: FileId, lines: (u32, u32)) -> Citation {
        let file = &self.index[file];
        Citation {
            id: 0,
            path: file.path.clone(),
            line_start: lines.0,
            line_end: lines.1.max(lines.0),
            object: file.object.to_string(),
            version: self.version.number(),
        }
    }
}

/// The names of a project, as sentences may use them.
pub(crate) struct Names<'a> {
    ground: Ground<'a>,
    members: HashMap<&'a str, HashSet<&'a str>>,
}

impl<'a> Names<'a> {
    pub fn new(ground: Ground<'a>) -> Self {
        let mut members: HashMap<&str, HashSet<&str>> = HashMap::new();
        for symbol in ground.index.symbols() {
            let mut parts = symbol.qualified.rsplit([':', '.']).filter(|part| !part.is_empty());
            if let (Some(member), Some(owner)) = (parts.next(), parts.next()) {
                members.entry(owner).or_default().insert(member);
            }
        }
        Self { ground, members }
    }

    /// Where a name or a path is defined, if in one place only.
    pub fn place(&self, name: &str) -> Option<Citation> {
        let index = self.ground.index;
        if let Some(file) = index.file(name.trim_start_matches("./")) {
            return (index[file].lines > 0).then(|| self.ground.citation(file, (1, index[file].lines)));
        }
        let bare = name.trim_end_matches("()");
        let last = bare.rsplit([':', '.']).next().unwrap_or(bare);
        let of_name = || index.named(last).iter().copied().filter(|symbol| !index[*symbol].is_declaration);
        let exact: Vec<SymbolId> = of_name().filter(|symbol| index[*symbol].qualified == bare).collect();
        let found = if exact.is_empty() { of_name().collect() } else { exact };
        match found[..] {
            [symbol] => Some(self.ground.citation(index[symbol].file, index[symbol].lines)),
            _ => None,
        }
    }
}

impl Known for Names<'_> {
    fn is_name(&self, name: &str) -> bool {
        self.ground.index.is_name(name)
    }

    fn is_path(&self, path: &str) -> bool {
        let older = || {
            let files = self.ground.older?.files();
            files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
        };
        self.ground.index.is_path(path) || older().is_some()
    }

    fn has_member(&self, owner: &str, member: &str) -> Option<bool> {
        self.members.get(owner).map(|members| members.contains(member))
    }
}
