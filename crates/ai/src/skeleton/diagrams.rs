//! What each page's diagram shows.

use std::collections::{BTreeMap, HashMap};

use super::Making;
use crate::{
    Block, FileId, SymbolId, SymbolKind,
    diagram::{Draft, MOST_NODES},
    index::split,
};

/// Boxes above and below the one in the middle.
const ABOVE: usize = 9;
const BELOW: usize = 12;

impl Making<'_> {
    /// A file between those that use it and those it uses.
    pub(super) fn file_diagram(&mut self, file: FileId) -> Option<Block> {
        let index = self.index;
        let (users, uses) = (index.file_used_by(file), index.file_uses(file));
        if users.is_empty() && uses.is_empty() {
            return None;
        }
        // The folder it is in says enough of where a file is.
        let name = |file: FileId| {
            let path = index[file].path.as_str();
            let start = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
            &path[start..]
        };
        let mut draft = Draft::new(sentence(name(file), &names(uses.iter().map(|each| name(each.file)))));
        let middle = draft.focus(name(file), self.citing.file(file));
        // The one in both lists stands once.
        let mut boxes: HashMap<FileId, u32> = HashMap::from([(file, middle)]);
        for each in users.iter().filter(|each| !index[each.file].is_test).take(ABOVE) {
            let node = *boxes
                .entry(each.file)
                .or_insert_with(|| draft.node(name(each.file), self.citing.lines(each.file, (each.line, each.line))));
            draft.edge(node, middle, each.count);
        }
        for each in uses.iter().take(BELOW) {
            let node = *boxes.entry(each.file).or_insert_with(|| draft.node(name(each.file), self.citing.file(each.file)));
            draft.edge(middle, node, each.count);
        }
        let more = users.iter().filter(|each| !index[each.file].is_test).count().saturating_sub(ABOVE);
        draft.more(more, None, Some(middle));
        draft.more(uses.len().saturating_sub(BELOW), Some(middle), None);
        Some(Block::Diagram(draft.lay_out()))
    }

    /// A definition between those that use it and those it uses.
    pub(super) fn symbol_diagram(&mut self, symbol: SymbolId) -> Option<Block> {
        let index = self.index;
        let defined = self.defined(symbol);
        let mut users: Vec<(SymbolId, u32, u32)> = Vec::new();
        for user in index.users(defined) {
            let Some(from) = user.from.filter(|from| *from != defined && !index[*from].is_test) else { continue };
            users.push((from, user.line, user.count));
        }
        let uses = self.uses_of(defined);
        let uses: Vec<SymbolId> = uses.into_iter().filter(|used| !matches!(index[*used].kind, SymbolKind::Constant)).collect();
        if users.is_empty() && uses.is_empty() {
            return None;
        }
        let name = |symbol: SymbolId| index[symbol].qualified.as_str();
        let mut draft = Draft::new(sentence(name(symbol), &names(uses.iter().map(|used| name(*used)))));
        let middle = draft.focus(name(symbol), Some(self.citing.symbol(symbol)));
        let mut boxes: HashMap<SymbolId, u32> = HashMap::from([(symbol, middle), (defined, middle)]);
        for (from, line, count) in users.iter().take(ABOVE) {
            let node = *boxes.entry(*from).or_insert_with(|| draft.node(name(*from), self.citing.lines(index[*from].file, (*line, *line))));
            draft.edge(node, middle, *count);
        }
        for used in uses.iter().take(BELOW) {
            let node = *boxes.entry(*used).or_insert_with(|| draft.node(name(*used), Some(self.citing.symbol(*used))));
            draft.edge(middle, node, 1);
        }
        draft.more(users.len().saturating_sub(ABOVE), None, Some(middle));
        draft.more(uses.len().saturating_sub(BELOW), Some(middle), None);
        Some(Block::Diagram(draft.lay_out()))
    }

    /// What a folder is made of: its files, or the folders in it, with who needs whom.
    pub(super) fn folder_diagram(&mut self, folder: &str, files: &[FileId]) -> Option<Block> {
        let index = self.index;
        let coded: Vec<FileId> = files.iter().copied().filter(|file| !index[*file].symbols.is_empty()).collect();
        let groups = groups(folder, &coded.iter().map(|file| index[*file].path.as_str()).collect::<Vec<_>>());
        let mut members: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
        for (file, group) in coded.iter().zip(&groups) {
            members.entry(group).or_default().push(*file);
        }
        let group_of: HashMap<FileId, &str> = coded.iter().copied().zip(groups.iter().copied()).collect();
        let mut between: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for file in &coded {
            for each in index.file_uses(*file) {
                if let (Some(from), Some(to)) = (group_of.get(file), group_of.get(&each.file))
                    && from != to
                {
                    *between.entry((from, to)).or_default() += each.count;
                }
            }
        }
        if between.is_empty() {
            return None;
        }
        // Those with the most to do with others have a box.
        let mut weights: BTreeMap<&str, u32> = BTreeMap::new();
        for ((from, to), count) in &between {
            *weights.entry(from).or_default() += count;
            *weights.entry(to).or_default() += count;
        }
        let mut ranked: Vec<(&str, u32)> = weights.into_iter().collect();
        ranked.sort_by_key(|(path, weight)| (std::cmp::Reverse(*weight), *path));
        let total = ranked.len();
        if total > MOST_NODES {
            ranked.truncate(MOST_NODES - 1);
        }
        let title = if folder.is_empty() { "The project" } else { folder };
        let mut caption: Vec<String> = Vec::new();
        let mut strongest: Vec<_> = between.iter().collect();
        strongest.sort_by_key(|(pair, count)| (std::cmp::Reverse(**count), **pair));
        for ((from, to), _) in strongest.iter().take(6) {
            caption.push(format!("{} uses {}", short(from, folder), short(to, folder)));
        }
        let mut draft = Draft::new(format!("{title}: {}.", caption.join(", ")));
        let mut boxes: BTreeMap<&str, u32> = BTreeMap::new();
        for (path, _) in &ranked {
            let files = &members[path];
            let citation = if files.len() == 1 && index[files[0]].path == *path { self.citing.file(files[0]) } else { None };
            let is_file = files.len() == 1 && index[files[0]].path == *path;
            let label = short(path, folder);
            boxes.insert(path, draft.node(&if is_file { label.to_owned() } else { format!("{label}/") }, citation));
        }
        for ((from, to), count) in &between {
            if let (Some(from), Some(to)) = (boxes.get(from), boxes.get(to)) {
                draft.edge(*from, *to, *count);
            }
        }
        draft.more(total - ranked.len(), None, None);
        Some(Block::Diagram(draft.lay_out()))
    }
}

/// For each path what stands for it: a file of the folder, or one of the folders in it. A folder that holds nearly all is looked into.
fn groups<'a>(folder: &str, paths: &[&'a str]) -> Vec<&'a str> {
    let mut opened: Vec<String> = vec![folder.to_owned()];
    loop {
        let groups: Vec<&str> = paths.iter().map(|path| group(path, &opened)).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for group in &groups {
            *counts.entry(group).or_default() += 1;
        }
        let largest =
            counts.iter().filter(|(group, _)| !paths.contains(group)).max_by_key(|(group, count)| (**count, std::cmp::Reverse(**group)));
        let Some((largest, count)) = largest else { return groups };
        let inside: std::collections::BTreeSet<&str> = {
            let mut with = opened.clone();
            with.push((*largest).to_owned());
            paths.iter().filter(|path| group(path, &opened) == *largest).map(|path| group(path, &with)).collect()
        };
        // Of a folder that holds nearly all, those inside with the most to do with others say more than the folder.
        let fits = counts.len() - 1 + inside.len() <= MOST_NODES
            || (counts.len() <= 8 && inside.len() <= 3 * MOST_NODES && *count * 3 > paths.len());
        if !fits || opened.len() > 12 || (counts.len() > 4 && *count * 2 < paths.len()) {
            return groups;
        }
        opened.push((*largest).to_owned());
    }
}

/// The path itself, or the folder next beneath the innermost of those that are looked into.
fn group<'a>(path: &'a str, opened: &[String]) -> &'a str {
    let beneath = |folder: &&String| folder.is_empty() || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let base = opened.iter().filter(beneath).map(String::len).max().unwrap_or(0);
    let inner = if base == 0 { 0 } else { base + 1 };
    path[inner..].find('/').map_or(path, |at| &path[..inner + at])
}

fn short<'a>(path: &'a str, folder: &str) -> &'a str {
    path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// `a`, `b` and 3 more.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.map(|name| split(name).1).collect();
    match all.len() {
        0 => String::new(),
        1 => all[0].to_owned(),
        2..=4 => format!("{} and {}", all[..all.len() - 1].join(", "), all[all.len() - 1]),
        more => format!("{} and {} more", all[..3].join(", "), more - 3),
    }
}

fn sentence(name: &str, used: &str) -> String {
    let name = split(name).1;
    if used.is_empty() { format!("What uses {name}.") } else { format!("{name} uses {used}.") }
}
