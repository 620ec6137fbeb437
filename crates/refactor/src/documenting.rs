//! Prose about definitions, put into their files as doc comments.
//!
//! Nothing is taken on trust: the prose may be by anybody, and the files may be others by now. A definition is found by its name and signature; what
//! has a doc comment keeps it; the words are written so that they stay words; and a file whose text could not be parsed as before with a comment in
//! it does not get that comment. What is left out is told, with why.

mod form;
mod header;
mod layout;
mod place;
mod source;
mod speech;
mod verify;

use std::collections::BTreeMap;

use crate::{Certainty, Conflict, ConflictKind, Edit, Project, Proposal, Refused, names::offset};
use place::Kept;
use source::Source;

/// Names that are told of those that have a doc comment.
const NAMED: usize = 3;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Plain words.
    Words(String),
    /// A name of the code.
    Name(String),
}

/// A definition, as it was when something was written about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocSymbol {
    /// With what it is inside of: `Syncer::plan`.
    pub name: String,
    /// Exactly as in the source, up to the body.
    pub signature: String,
    /// The line it begins on, from 1, where the file is still the same.
    pub line: Option<u32>,
}

/// What is to be said of a definition or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocWanted {
    /// Relative, with `/`.
    pub path: String,
    /// The definition; `None` for the file itself.
    pub symbol: Option<DocSymbol>,
    /// What is said, sentence by sentence.
    pub sentences: Vec<Vec<Said>>,
    /// For [`Edit::reason`].
    pub reason: String,
    /// It is said elsewhere what it is for: a prototype's definition.
    pub documented: bool,
}

/// Edits that write doc comments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocComments {
    /// The edits, all probable; what is left out is among the conflicts.
    pub proposal: Proposal,
    /// Which of what was wanted each edit is, in their order: one, or at the top of a file two.
    pub of: Vec<Vec<usize>>,
}

/// Writes doc comments where there are none, and tells what was left out.
///
/// # Errors
/// When nobody waits any more.
pub fn doc_comments(project: &dyn Project, wanted: &[DocWanted]) -> Result<DocComments, Refused> {
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, one) in wanted.iter().enumerate() {
        by_path.entry(&one.path).or_default().push(at);
    }
    let mut made = DocComments::default();
    for (path, of_file) in by_path {
        if project.cancelled() {
            return Err(Refused::cancelled());
        }
        let source = project.text(path).ok_or_else(|| "it is not there any more, or no text".to_owned());
        match source.and_then(|text| Source::read(path, text)) {
            Ok(source) => in_file(project, path, &source, wanted, &of_file, &mut made),
            Err(why) => {
                let count = of_file.len();
                let comments = if count == 1 { "a doc comment".to_owned() } else { format!("{count} doc comments") };
                made.proposal.conflicts.push(told(path, 0, format!("{comments} for {path} left out: {why}")));
            }
        }
    }
    Ok(made)
}

/// What is wanted of one file.
fn in_file(project: &dyn Project, path: &str, source: &Source, wanted: &[DocWanted], of_file: &[usize], made: &mut DocComments) {
    let mut puts: Vec<verify::Numbered> = Vec::new();
    let mut documented: Vec<&str> = Vec::new();
    let left = |made: &mut DocComments, at: usize, line: u32, why: &str| {
        let what = wanted[at].symbol.as_ref().map_or(path, |symbol| symbol.name.as_str());
        made.proposal.conflicts.push(told(path, line, format!("the doc comment of {what} is left out: {why}")));
    };
    for at in of_file.iter().copied() {
        let one = &wanted[at];
        let (put, line) = match &one.symbol {
            _ if one.documented => (Err(Kept::Documented), 0),
            None => (header::of_file(project, path, source, &one.sentences), 1),
            Some(symbol) => match source.find(symbol) {
                Ok(defined) => (place::of_definition(source, defined, &one.sentences), source.line_of(defined.whole.start)),
                Err(why) => (Err(Kept::Because(why)), 0),
            },
        };
        match put {
            Ok(put) => match puts.iter_mut().find(|(other, ..)| other.start <= put.end && put.start <= other.end) {
                None => puts.push((put, vec![at], line)),
                // A file that begins with a definition: what is said of the file comes first.
                Some((other, all, _)) if is_pair(wanted, all, at) && other.start == other.end && put.start == put.end => {
                    let (first, second) = if one.symbol.is_none() { (put.new, &other.new) } else { (other.new.clone(), &put.new) };
                    other.new = first + second;
                    all.push(at);
                }
                Some(_) => left(made, at, line, "another one is written there"),
            },
            Err(Kept::Documented) => documented.push(one.symbol.as_ref().map_or("the file", |symbol| &symbol.name)),
            Err(Kept::Because(why)) => left(made, at, line, &why),
        }
    }
    if !documented.is_empty() {
        made.proposal.conflicts.push(told(path, 0, said_of(&documented)));
    }
    puts.sort_by_key(|(put, ..)| put.start);
    let mut broken = |all: &[usize], line| all.iter().for_each(|at| left(made, *at, line, "the file could not be parsed with it"));
    let kept = verify::kept(path, source, puts, &mut broken);
    for (put, all, _) in kept {
        let reasons: Vec<&str> = all.iter().map(|at| wanted[*at].reason.as_str()).collect();
        made.proposal.edits.push(Edit {
            path: path.to_owned(),
            start: offset(put.start),
            end: offset(put.end),
            old: source.text[put.start..put.end].to_owned(),
            new: put.new,
            certainty: Certainty::Probable,
            reason: reasons.join("; "),
            group: None,
        });
        made.of.push(all);
    }
}

/// Whether two are about a file and about a definition.
fn is_pair(wanted: &[DocWanted], all: &[usize], at: usize) -> bool {
    matches!(all, [one] if wanted[*one].symbol.is_none() != wanted[at].symbol.is_none())
}

fn said_of(documented: &[&str]) -> String {
    let named = documented.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = documented.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match documented.len() {
        1 => format!("{named} has a doc comment already, which stays as it is"),
        _ => format!("{named}{more} have doc comments already, which stay as they are"),
    }
}

/// Something that is only to be known.
fn told(path: &str, line: u32, message: String) -> Conflict {
    Conflict { path: path.to_owned(), line, kind: ConflictKind::Unreadable, breaks: false, message }
}
