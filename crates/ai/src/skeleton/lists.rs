//! Lists of what a part of the project needs and is needed by, and of where it begins.

use lectern_survey::{Function, candidate, entry_point};

use super::{Making, counted};
use crate::{
    Block, FileId, FileUse, ListItem, SymbolKind,
    index::{join, prefixed, split},
};

/// Items of a list.
const MOST: usize = 24;
const MOST_ENTRIES: usize = 20;
/// Names of packages in the line of a manifest.
const MOST_NAMED: usize = 12;

impl Making<'_> {
    /// The beginning of what a file says about itself.
    pub(super) fn says(&self, file: FileId) -> String {
        let its = &self.index[file];
        if let Some(doc) = &its.doc {
            return first_sentence(&doc.text);
        }
        let language = its.language.unwrap_or("no grammar");
        let top = self.index.symbols_of(file).filter(|symbol| self.index[*symbol].parent.is_none()).count();
        match (its.lines, top) {
            (0, _) => language.to_owned(),
            (lines, 0) => format!("{language}, {}", counted(lines as usize, "line", "lines")),
            (lines, top) => {
                format!("{language}, {}, {}", counted(lines as usize, "line", "lines"), counted(top, "definition", "definitions"))
            }
        }
    }

    /// Files of the project that a file needs or is needed by.
    pub(super) fn files_list(&mut self, caption: &str, uses: &[FileUse], of: FileId, forth: bool) -> Option<Block> {
        let mut items = Vec::new();
        for each in uses.iter().take(MOST) {
            let place = if forth { of } else { each.file };
            let citation = self.citing.lines(place, (each.line, each.line));
            let text = if forth { self.says(each.file) } else { counted(each.count as usize, "use", "uses") };
            items.push(ListItem { term: self.index[each.file].path.clone(), text, citation, prose: None });
        }
        list(caption, items, uses.len())
    }

    /// What a file imports from elsewhere.
    pub(super) fn imports_list(&mut self, file: FileId) -> Option<Block> {
        let imports = &self.index[file].imports;
        let mut items = Vec::new();
        for import in imports.iter().take(MOST) {
            let citation = self.citing.lines(file, (import.line, import.line));
            items.push(ListItem { term: import.target.clone(), text: String::new(), citation, prose: None });
        }
        list("Imports from elsewhere", items, imports.len())
    }

    /// What lies in other folders and is needed by a folder, or needs it: by the folders it is in.
    pub(super) fn folder_uses(&mut self, folder: &str, forth: bool) -> Option<Block> {
        let index = self.index;
        let within = |file: FileId| folder.is_empty() || index[file].path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        // Of each other folder: the file that needs, its line, and how often.
        let mut found: std::collections::BTreeMap<&str, (u32, FileId, u32)> = std::collections::BTreeMap::new();
        for file in (0..index.files().len()).map(crate::index::id).filter(|file| within(*file) && !index[*file].is_test) {
            let uses = if forth { index.file_uses(file) } else { index.file_used_by(file) };
            for each in uses.iter().filter(|each| !within(each.file) && !index[each.file].is_test) {
                let place = if forth { file } else { each.file };
                let entry = found.entry(split(&index[each.file].path).0).or_insert((0, place, each.line));
                entry.0 += each.count;
            }
        }
        let mut ranked: Vec<_> = found.into_iter().collect();
        ranked.sort_by_key(|(path, (count, ..))| (std::cmp::Reverse(*count), *path));
        let total = ranked.len();
        let mut items = Vec::new();
        for (path, (count, place, line)) in ranked.into_iter().take(MOST) {
            let citation = self.citing.lines(place, (line, line));
            let term = if path.is_empty() { "./".to_owned() } else { format!("{path}/") };
            items.push(ListItem { term, text: counted(count as usize, "use", "uses"), citation, prose: None });
        }
        list(if forth { "Depends on" } else { "Used by" }, items, total)
    }

    /// Dependency manifests beneath a folder.
    pub(super) fn manifests_list(&mut self, folder: &str) -> Option<Block> {
        let index = self.index;
        let beneath: Vec<_> = index.manifests().iter().filter(|manifest| is_beneath(&index[manifest.file].path, folder)).collect();
        let mut items = Vec::new();
        for manifest in beneath.iter().take(MOST) {
            let citation = self.citing.file(manifest.file);
            let read = &manifest.manifest;
            let mut text = manifest.kind.name().to_owned();
            if let Some(name) = &read.name {
                text = format!("{name}{} ({text})", read.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default());
            }
            let needed: Vec<&str> =
                read.dependencies.iter().filter(|dependency| !dependency.development).map(|dependency| dependency.name.as_str()).collect();
            if let Some(problem) = &read.problem {
                text = format!("{text}: {problem}");
            } else if !needed.is_empty() {
                let more = needed.len().saturating_sub(MOST_NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                text = format!("{text} needs {}{more}", needed.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", "));
            }
            items.push(ListItem { term: index[manifest.file].path.clone(), text, citation, prose: None });
        }
        list("Depends on packages", items, beneath.len())
    }

    /// Where running or reading begins beneath a folder.
    pub(super) fn entries_list(&mut self, folder: &str) -> Option<Block> {
        let index = self.index;
        let mut found: Vec<(u32, FileId, u32, String)> = Vec::new();
        for manifest in index.manifests() {
            for named in &manifest.manifest.entries {
                let path = join(split(&index[manifest.file].path).0, &named.path);
                if let Some(file) = path.and_then(|path| index.file(&path)).filter(|file| is_beneath(&index[*file].path, folder)) {
                    found.push((0, file, 1, named.reason.clone()));
                }
            }
        }
        for file in (0..index.files().len()).map(crate::index::id) {
            let its = &index[file];
            let Some(candidate) =
                candidate(&its.path).filter(|_| is_beneath(&its.path, folder) && !its.is_vendored && its.skipped.is_none())
            else {
                continue;
            };
            if found.len() >= 500 {
                break;
            }
            let text = if candidate.is_sure() || candidate.wants_functions() && its.language != Some("Go") {
                String::new()
            } else {
                self.text(file).unwrap_or_default()
            };
            let callable = index.symbols_of(file).filter(|symbol| matches!(index[*symbol].kind, SymbolKind::Function | SymbolKind::Method));
            let functions: Vec<Function> =
                callable.map(|symbol| Function { name: index[symbol].name.clone(), line: index[symbol].name_line }).collect();
            if let Some(entry) = entry_point(candidate, &text, &functions) {
                found.push((candidate.rank, file, entry.line, entry.reason));
            }
        }
        found.sort_by_key(|(rank, file, line, _)| (*rank, *file, *line));
        let mut seen = std::collections::HashSet::new();
        found.retain(|(_, file, ..)| seen.insert(*file));
        let total = found.len();
        let mut items = Vec::new();
        for (_, file, line, reason) in found.into_iter().take(MOST_ENTRIES) {
            let symbol = index.symbol_at(file, line).filter(|symbol| index[*symbol].name_line == line);
            let citation = match symbol {
                Some(symbol) => Some(self.citing.symbol(symbol)),
                None => self.citing.lines(file, (line, line)),
            };
            items.push(ListItem { term: index[file].path.clone(), text: reason, citation, prose: None });
        }
        list("Entry points", items, total)
    }
}

/// A list, if it has anything.
pub(super) fn list(caption: &str, items: Vec<ListItem>, total: usize) -> Option<Block> {
    let more = u32::try_from(total.saturating_sub(items.len())).unwrap_or(u32::MAX);
    (!items.is_empty()).then(|| Block::List { caption: caption.to_owned(), items, more })
}

pub(super) fn is_beneath(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.starts_with(&prefixed(folder, "")) && path[folder.len()..].starts_with('/')
}

/// The first sentence of a comment, on one line, at most 200 characters.
pub(super) fn first_sentence(text: &str) -> String {
    let paragraph: String =
        text.lines().skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
    let end = paragraph.match_indices(". ").map(|(at, _)| at + 1).find(|at| *at > 20).unwrap_or(paragraph.len());
    let sentence = paragraph[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    if sentence.chars().count() <= 200 {
        return sentence;
    }
    let cut: String = sentence.chars().take(199).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before))
}
