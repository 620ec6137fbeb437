//! Doc comments out of a page: which of its sentences, for which definitions, in which words.

use std::collections::{BTreeSet, HashMap, HashSet};

use lectern_ai::{Block, Citation, JobType, Page, Part, Prose, ProseState, Sentence, Subject, SymbolFacts};
use lectern_jobs::Status;
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::decode;
use lectern_refactor::{Conflict, ConflictKind, DocSymbol, DocWanted, Edit, Project as _, Proposal, Said, doc_comments};

use super::texts::VersionTexts;
use crate::{
    Workspace,
    ai::{from_a_newer, unknown_job},
    syncing::count,
    view::Failure,
};

/// A reason names so many of the places that a comment was written from.
const NAMED: usize = 2;

/// What a page comes to.
pub(super) struct WrittenComments {
    pub proposal: Proposal,
    pub title: String,
    /// Path and first byte of edits that nobody should take unread.
    pub unchecked: BTreeSet<(String, u32)>,
}

/// What a page says of a definition or a file.
struct FromPage {
    wanted: DocWanted,
    /// Every sentence of it was proven, or accepted by somebody.
    proven: bool,
}

impl Workspace {
    /// The doc comments of a page of documentation, for a version that may be a later one.
    pub(super) fn written_comments(&self, project: &Project, texts: &VersionTexts<'_>, job_id: &str) -> Result<WrittenComments, Failure> {
        let page = self.docs_page(project, job_id)?;
        let from_page = from_page(&page, &|path| texts.object(path));
        if from_page.is_empty() {
            return Err(
                Failure::new("NOTHING_FOUND", "no prose of this page is about a definition or a file").hint("Let a model write it.")
            );
        }
        let wanted: Vec<DocWanted> = from_page.iter().map(|one| one.wanted.clone()).collect();
        let made = doc_comments(texts, &wanted)?;
        let mut proposal = Proposal { conflicts: made.proposal.conflicts, ..Proposal::default() };
        let mut unchecked = BTreeSet::new();
        for (edit, of) in made.proposal.edits.into_iter().zip(&made.of) {
            let (path, start) = (edit.path.clone(), edit.start);
            match encodable(texts, edit) {
                Ok(edit) => {
                    if of.iter().any(|at| !from_page[*at].proven) {
                        unchecked.insert((path, start));
                    }
                    proposal.edits.push(edit);
                }
                Err(encoding) => proposal.conflicts.push(Conflict {
                    line: line_of(texts, &path, start),
                    kind: ConflictKind::Unreadable,
                    breaks: false,
                    message: format!("a doc comment is left out: {path} is saved in {encoding}, which has not all of its letters"),
                    path,
                }),
            }
        }
        Ok(WrittenComments { proposal, title: format!("Doc comments from {}", page.title), unchecked })
    }

    /// A page of documentation that is written to its end.
    fn docs_page(&self, project: &Project, job_id: &str) -> Result<Page, Failure> {
        let full = self.ai.queue.job_full(project.owner_id.as_str(), job_id)?.ok_or_else(unknown_job)?;
        if full.job.project_id != project.id.as_str() {
            return Err(unknown_job());
        }
        let is_docs = full.job.job_type.as_deref().and_then(JobType::parse) == Some(JobType::Docs);
        let result = full.result.filter(|_| is_docs && full.job.status == Status::Success);
        let result = result.ok_or_else(|| {
            Failure::new("NO_PAGE", "this is no page of documentation that is written to its end").hint("Wait for it, or write it again.")
        })?;
        let page: Page = serde_json::from_str(&result).map_err(|_| from_a_newer())?;
        if page.format > lectern_ai::PAGE_FORMAT { Err(from_a_newer()) } else { Ok(page) }
    }
}

/// How many doc comments a page has to offer, before anybody looks whether its files are still the same.
pub(crate) fn doc_comment_count(page: &Page) -> u32 {
    if matches!(page.subject, Subject::Diff { .. }) {
        return 0;
    }
    count(from_page(page, &|_| None).iter().filter(|one| !one.wanted.documented).count() as u64)
}

/// An edit in letters that its file can hold; else the name of the file's encoding.
fn encodable(texts: &VersionTexts<'_>, edit: Edit) -> Result<Edit, String> {
    let bytes = texts.object(&edit.path).and_then(|object| texts.bytes(&object));
    let Some(bytes) = bytes else { return Ok(edit) };
    let encoding = decode(bytes.to_vec()).encoding;
    if encoding.encode(&edit.new).is_some() {
        return Ok(edit);
    }
    let new = plain(&edit.new);
    if encoding.encode(&new).is_some() { Ok(Edit { new, ..edit }) } else { Err(encoding.to_string()) }
}

/// The line of a byte, from 1.
fn line_of(texts: &VersionTexts<'_>, path: &str, at: u32) -> u32 {
    let text = texts.text(path).unwrap_or_default();
    count(text.bytes().take(at as usize).filter(|byte| *byte == b'\n').count() as u64) + 1
}

/// Without the signs that models like and old encodings have not.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '\u{2026}' => out.push_str("..."),
            '\u{2192}' => out.push_str("->"),
            letter => out.push(letter),
        }
    }
    out
}

/// Everything that a page says of definitions and files. `object` is what is at a path now.
fn from_page(page: &Page, object: &dyn Fn(&str) -> Option<ObjectHash>) -> Vec<FromPage> {
    let reading = Reading { page, citations: page.citations.iter().map(|citation| (citation.id, citation)).collect(), object };
    let mut found = Vec::new();
    for section in &page.sections {
        let proses: Vec<&Prose> =
            section.blocks.iter().filter_map(|block| if let Block::Prose(prose) = block { Some(prose) } else { None }).collect();
        if let Subject::File { path } = &page.subject {
            found.extend(proses.iter().find(|prose| prose.slot == "overview").and_then(|prose| reading.of_file(path, prose)));
        }
        for block in &section.blocks {
            match block {
                Block::Symbols { symbols } => {
                    found.extend(symbols.iter().filter_map(|facts| {
                        let beside = || proses.iter().copied().find(|prose| reading.is_slot_of(facts, &prose.slot));
                        reading.of_symbol(facts, facts.prose.as_ref().or_else(beside)?)
                    }));
                }
                Block::List { items, .. } => {
                    let proses = items.iter().filter_map(|item| item.prose.as_ref());
                    found.extend(proses.filter_map(|prose| reading.of_file(prose.slot.strip_prefix("file:")?, prose)));
                }
                _ => {}
            }
        }
    }
    let mut seen = HashSet::new();
    found.retain(|one| {
        seen.insert((one.wanted.path.clone(), one.wanted.symbol.as_ref().map(|symbol| (symbol.name.clone(), symbol.signature.clone()))))
    });
    found
}

/// A page and what it refers to.
struct Reading<'a> {
    page: &'a Page,
    citations: HashMap<u32, &'a Citation>,
    object: &'a dyn Fn(&str) -> Option<ObjectHash>,
}

impl Reading<'_> {
    /// Whether a slot beside a definition is about it: so it is on the page of a definition.
    fn is_slot_of(&self, facts: &SymbolFacts, slot: &str) -> bool {
        let path = self.citations.get(&facts.citation).map(|citation| citation.path.as_str()).unwrap_or_default();
        let rest = slot.strip_prefix("symbol:").and_then(|slot| slot.strip_prefix(path)).and_then(|slot| slot.strip_prefix('#'));
        rest.and_then(|rest| rest.strip_prefix(facts.name.as_str())).is_some_and(|line| line.is_empty() || line.starts_with('@'))
    }

    fn of_file(&self, path: &str, prose: &Prose) -> Option<FromPage> {
        self.of(path.to_owned(), None, prose, false)
    }

    fn of_symbol(&self, facts: &SymbolFacts, prose: &Prose) -> Option<FromPage> {
        let cited = self.citations.get(&facts.citation)?;
        let is_same = (self.object)(&cited.path).is_some_and(|object| object.to_string() == cited.object);
        let symbol = DocSymbol { name: facts.name.clone(), signature: facts.signature.clone(), line: is_same.then_some(cited.line_start) };
        self.of(cited.path.clone(), Some(symbol), prose, facts.doc.is_some())
    }

    /// The sentences that hold; where none does, all of them, for whoever wants them nevertheless.
    fn of(&self, path: String, symbol: Option<DocSymbol>, prose: &Prose, documented: bool) -> Option<FromPage> {
        if prose.state != ProseState::Written {
            return None;
        }
        let said: Vec<&Sentence> = prose.sentences.iter().filter(|sentence| !sentence.removed).collect();
        let (good, rest): (Vec<&Sentence>, Vec<&Sentence>) = said.iter().copied().partition(|sentence| holds(sentence));
        let proven = !good.is_empty();
        let (taken, left) = if proven { (good, rest.len()) } else { (said, 0) };
        if taken.is_empty() {
            return None;
        }
        let reason = self.reason(&taken, proven, left);
        let sentences = taken.iter().map(|sentence| sentence.parts.iter().map(said_of).collect()).collect();
        Some(FromPage { wanted: DocWanted { path, symbol, sentences, reason, documented }, proven })
    }

    /// Who wrote it, and from what.
    fn reason(&self, taken: &[&Sentence], proven: bool, left: usize) -> String {
        let writer = self.page.writer.as_ref().map_or("a model", |writer| writer.model.as_str());
        let mut reason = format!("written by AI ({writer})");
        let mut seen = HashSet::new();
        let places = taken.iter().flat_map(|sentence| &sentence.citations).filter(|id| seen.insert(**id));
        let places: Vec<String> = places.filter_map(|id| self.citations.get(id)).map(|citation| place_of(citation)).collect();
        if !proven {
            let struck = taken.iter().flat_map(|sentence| &sentence.parts).find_map(|part| match part {
                Part::Unknown { text } => Some(text),
                _ => None,
            });
            match struck {
                Some(name) => reason.push_str(&format!("; it names {name}, which the project does not have")),
                None => reason.push_str("; no source was cited"),
            }
        } else if places.is_empty() {
            reason.push_str(", accepted without a source");
        } else {
            let more = places.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            reason.push_str(&format!(" from {}{more}", places.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ")));
        }
        match left {
            0 => {}
            1 => reason.push_str("; 1 sentence without a source is left out"),
            left => reason.push_str(&format!("; {left} sentences without a source are left out")),
        }
        reason
    }
}

/// Whether a sentence passed the checks, or somebody read it and keeps it.
fn holds(sentence: &Sentence) -> bool {
    let is_struck = sentence.parts.iter().any(|part| matches!(part, Part::Unknown { .. }));
    !is_struck && (sentence.accepted || !sentence.citations.is_empty())
}

fn said_of(part: &Part) -> Said {
    match part {
        Part::Text { text } | Part::Unknown { text } => Said::Words(text.clone()),
        Part::Name { text, .. } => Said::Name(text.clone()),
    }
}

fn place_of(citation: &Citation) -> String {
    let Citation { path, line_start, line_end, .. } = citation;
    if line_start == line_end { format!("{path}:{line_start}") } else { format!("{path}:{line_start}-{line_end}") }
}
