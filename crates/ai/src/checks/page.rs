//! Citations and counts of a whole page.

use std::collections::HashMap;

use crate::{Block, Citation, Ground, Page, Part, Prose};

use super::names::looks_like_path;

/// The number of a citation on the page; it is added when it is new.
pub(crate) fn add_citation(page: &mut Page, citation: &Citation) -> u32 {
    let lines = |citation: &Citation| (citation.line_start, citation.line_end, citation.version);
    let is_same = |each: &&Citation| lines(each) == lines(citation) && each.path == citation.path && each.object == citation.object;
    if let Some(same) = page.citations.iter().find(is_same) {
        return same.id;
    }
    let id = page.citations.iter().map(|citation| citation.id).max().unwrap_or(0) + 1;
    page.citations.push(Citation { id, ..citation.clone() });
    id
}

/// Numbers citations in the order in which they are first read; those that nothing refers to any more are taken out.
pub(crate) fn in_order(page: &mut Page) {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    each_citation(page, |id| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX).saturating_add(1);
        *id = *numbers.entry(*id).or_insert(next);
    });
    page.citations.retain_mut(|citation| match numbers.get(&citation.id) {
        Some(number) => {
            citation.id = *number;
            true
        }
        None => false,
    });
    page.citations.sort_by_key(|citation| citation.id);
}

/// Calls with every place that refers to a citation, in the order in which a page is read.
pub(crate) fn each_citation(page: &mut Page, mut with: impl FnMut(&mut u32)) {
    let prose = |prose: &mut Prose, with: &mut dyn FnMut(&mut u32)| {
        for sentence in &mut prose.sentences {
            for part in &mut sentence.parts {
                if let Part::Name { citation: Some(id), .. } = part {
                    with(id);
                }
            }
            sentence.citations.iter_mut().for_each(&mut *with);
        }
    };
    for block in page.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        match block {
            Block::Prose(slot) => prose(slot, &mut with),
            Block::Quote { citation, .. } | Block::Code { citation, .. } => with(citation),
            Block::Symbols { symbols } => {
                for symbol in symbols {
                    with(&mut symbol.citation);
                    if let Some(slot) = &mut symbol.prose {
                        prose(slot, &mut with);
                    }
                    symbol.used_by.iter_mut().chain(&mut symbol.uses).for_each(|each| with(&mut each.citation));
                }
            }
            Block::Brief { symbols } => symbols.iter_mut().for_each(|symbol| with(&mut symbol.citation)),
            Block::List { items, .. } => {
                for item in items {
                    item.citation.iter_mut().for_each(&mut with);
                    if let Some(slot) = &mut item.prose {
                        prose(slot, &mut with);
                    }
                }
            }
            Block::Diagram(diagram) => diagram.nodes.iter_mut().filter_map(|node| node.citation.as_mut()).for_each(&mut with),
            Block::Note { .. } => {}
        }
    }
}

/// Calls with every slot for prose, in the order in which a page is read, and the title of its section.
pub(crate) fn each_prose<'a>(page: &'a Page, mut with: impl FnMut(&'a Prose, &'a str)) {
    for section in &page.sections {
        for block in &section.blocks {
            match block {
                Block::Prose(prose) => with(prose, &section.title),
                Block::Symbols { symbols } => {
                    symbols.iter().filter_map(|symbol| symbol.prose.as_ref()).for_each(|prose| with(prose, &section.title))
                }
                Block::List { items, .. } => {
                    items.iter().filter_map(|item| item.prose.as_ref()).for_each(|prose| with(prose, &section.title))
                }
                _ => {}
            }
        }
    }
}

/// The first citation of a page that its version no longer proves: contents that are gone or changed.
pub fn unproven<'a>(page: &'a Page, ground: Ground<'_>) -> Option<&'a Citation> {
    // A page cites a file many times: its contents are proven once.
    let mut lines: HashMap<(u32, &str, &str), Option<u32>> = HashMap::new();
    page.citations.iter().find(|citation| {
        let known = lines.entry((citation.version, citation.path.as_str(), citation.object.as_str()));
        let lines = *known.or_insert_with(|| ground.proven_lines(citation));
        !lines.is_some_and(|lines| citation.names_lines_of(lines))
    })
}

/// Counts again what a page has: sentences that were not taken out, citations, names. What was dropped on the way stays as it was counted.
pub fn recount(page: &mut Page) {
    let mut checks = page.checks;
    (checks.sentences, checks.cited, checks.uncited) = (0, 0, 0);
    (checks.names_known, checks.names_unknown, checks.paths_unknown) = (0, 0, 0);
    each_prose(page, |prose, _| {
        for sentence in prose.sentences.iter().filter(|sentence| !sentence.removed) {
            checks.sentences += 1;
            *(if sentence.citations.is_empty() { &mut checks.uncited } else { &mut checks.cited }) += 1;
            for part in &sentence.parts {
                match part {
                    Part::Text { .. } => {}
                    Part::Name { .. } => checks.names_known += 1,
                    Part::Unknown { text } if looks_like_path(text) => checks.paths_unknown += 1,
                    Part::Unknown { .. } => checks.names_unknown += 1,
                }
            }
        }
    });
    let symbols = page.sections.iter().flat_map(|section| &section.blocks);
    let symbols = symbols.map(|block| match block {
        Block::Symbols { symbols } => symbols.len(),
        Block::Brief { symbols } => symbols.len(),
        _ => 0,
    });
    let symbols = symbols.sum::<usize>();
    checks.symbols = u32::try_from(symbols).unwrap_or(u32::MAX);
    page.checks = checks;
}

/// The slots of a block, in the order in which they are read.
pub(crate) fn proses(block: &mut Block) -> Vec<&mut Prose> {
    match block {
        Block::Prose(prose) => vec![prose],
        Block::Symbols { symbols } => symbols.iter_mut().filter_map(|symbol| symbol.prose.as_mut()).collect(),
        Block::List { items, .. } => items.iter_mut().filter_map(|item| item.prose.as_mut()).collect(),
        _ => vec![],
    }
}
