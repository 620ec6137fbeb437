//! What a slot is about, read from its name.

use crate::{FileId, Page, ProjectIndex, Subject, SymbolId};

/// What a slot is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Project,
    /// A folder's path.
    Folder(String),
    File(FileId),
    Symbol(SymbolId),
    /// Lines of a file, 1-based, inclusive.
    Lines(FileId, u32, u32),
    /// The whole difference between two versions, or as much of it as was asked for.
    Changes(Option<String>),
    /// What changed in a file, by its path.
    Change(String),
}

impl Target {
    /// What a slot of this name is about; `None` when the version has no such thing.
    pub fn of(slot: &str, page: &Page, index: &ProjectIndex) -> Option<Self> {
        // A slot that was written twice for the same thing has a number behind its name.
        match slot.split_once(':') {
            Some(("file", path)) => index.file(path).map(Self::File),
            Some(("folder", path)) => Some(Self::Folder(path.trim_end_matches('/').to_owned())),
            Some(("change", path)) => Some(Self::Change(path.to_owned())),
            Some(("part", rest)) => {
                let (path, lines) = rest.rsplit_once(':')?;
                let (from, to) = lines.split_once('-')?;
                Some(Self::Lines(index.file(path)?, from.parse().ok()?, to.parse().ok()?))
            }
            Some(("symbol", rest)) => symbol_named(rest, index).map(Self::Symbol),
            _ => Self::of_subject(&page.subject, index),
        }
    }

    fn of_subject(subject: &Subject, index: &ProjectIndex) -> Option<Self> {
        Some(match subject {
            Subject::Project => Self::Project,
            Subject::Folder { path } => Self::Folder(path.clone()),
            Subject::File { path } => Self::File(index.file(path)?),
            Subject::Symbol { path, line, .. } => Self::Symbol(index.symbol_at(index.file(path)?, *line)?),
            Subject::Selection { path, line_start, line_end } => Self::Lines(index.file(path)?, *line_start, *line_end),
            Subject::Diff { path, .. } => Self::Changes(path.clone()),
        })
    }
}

/// `src/sync.rs#Syncer::plan`, also `…#plan@40` where several have the name. Paths may hold `#` themselves.
fn symbol_named(name: &str, index: &ProjectIndex) -> Option<SymbolId> {
    name.match_indices('#').find_map(|(at, _)| {
        let file = index.file(&name[..at])?;
        let qualified = &name[at + 1..];
        let (bare, line) = match qualified.rsplit_once('@').map(|(bare, line)| (bare, line.parse::<u32>())) {
            Some((bare, Ok(line))) => (bare, Some(line)),
            _ => (qualified, None),
        };
        let named = |symbol: &SymbolId| {
            index[*symbol].qualified == bare && line.is_none_or(|line| index[*symbol].lines.0 == line || index[*symbol].name_line == line)
        };
        index.symbols_of(file).find(named).or_else(|| index.symbols_of(file).find(|symbol| index[*symbol].qualified == qualified))
    })
}
