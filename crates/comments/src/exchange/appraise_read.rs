//! Threads out of git notes, Lectern's own and those of git-appraise.

use std::collections::{BTreeMap, HashMap, HashSet};

use lectern_anchor::Quote;
use lectern_store::Timestamp;

use super::{
    Author, ExchangeComment, ExchangeError, Incoming, IncomingThread, LONGEST_BODY, Resolution, Wanted, WantedPlace, Whereabouts,
    appraise::{Location, Note, NoteKind, NoteLine},
    is_inside, note_source,
};
use crate::AuthorType;

/// Threads of all notes. What is no comment is passed over: notes are shared.
///
/// # Errors
/// [`ExchangeError::TooMany`].
pub fn read_notes(notes: &[Note]) -> Result<Incoming, ExchangeError> {
    let mut incoming = Incoming::default();
    for note in notes {
        let (lines, others) = note.comments();
        (0..others).for_each(|_| incoming.leave_out("lines of notes that are no comments"));
        let threads = Threads::of(lines);
        for (root, members) in &threads.groups {
            let root = *root;
            match threads.thread(note, root, members) {
                Ok(Some(thread)) => incoming.push(thread)?,
                Ok(None) if !threads.lines[root].url.is_empty() => incoming.leave_out("reports that are kept elsewhere"),
                Ok(None) => incoming.leave_out("verdicts without words"),
                Err(why) => incoming.problems.add(format!("comment {} of commit {}", threads.lines[root].name(), note.commit), why),
            }
        }
    }
    Ok(incoming)
}

/// The lines of one note, and how they hang together.
pub(super) struct Threads {
    pub lines: Vec<NoteLine>,
    /// Of a line that is another text of a comment: that comment; else itself.
    firsts: Vec<usize>,
    /// Of a comment: its latest text.
    latest: Vec<usize>,
    /// The line that the thread of each begins with.
    roots: Vec<usize>,
    /// The comments of each thread by the line it begins with; other texts of them are not among them.
    pub groups: BTreeMap<usize, Vec<usize>>,
}

impl Threads {
    pub fn of(lines: Vec<NoteLine>) -> Self {
        let mut by_name = HashMap::new();
        // Of threads from Lectern: where each begins.
        let mut by_thread: HashMap<&str, usize> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            for name in line.names() {
                by_name.entry(name).or_insert(index);
            }
            if let Some(id) = line.thread().filter(|_| line.parent.is_empty() && line.original.is_empty()) {
                by_thread.entry(id).or_insert(index);
            }
        }
        let firsts = ends(lines.len(), |at| by_name.get(&lines[at].original).copied());
        let roots = ends(lines.len(), |at| {
            if firsts[at] != at {
                return Some(firsts[at]);
            }
            let line = &lines[at];
            let parent = if line.parent.is_empty() { None } else { by_name.get(&line.parent) };
            // Whose parent is not there any more may still say which thread it is in.
            let named = || line.thread().filter(|_| !line.parent.is_empty()).and_then(|id| by_thread.get(id));
            parent.or_else(named).map(|parent| firsts[*parent])
        });
        let mut latest: Vec<usize> = (0..lines.len()).collect();
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, first) in firsts.iter().copied().enumerate() {
            if first == index {
                groups.entry(roots[index]).or_default().push(index);
            } else if latest[first] == first || lines[index].time() >= lines[latest[first]].time() {
                latest[first] = index;
            }
        }
        Self { lines, firsts, latest, roots, groups }
    }

    /// The line that a thread begins with.
    pub fn root(&self, index: usize) -> usize {
        self.roots[self.firsts[index]]
    }

    /// The latest text of a comment.
    pub fn latest(&self, index: usize) -> &NoteLine {
        &self.lines[self.latest[index]]
    }

    /// What was said last on whether a thread is resolved, and when.
    pub fn verdict(&self, members: &[usize]) -> Option<(bool, Timestamp)> {
        let said = members.iter().filter_map(|index| {
            let (first, latest) = (&self.lines[*index], self.latest(*index));
            // Another text says again what the first one said.
            let line = if first.resolved == latest.resolved { first } else { latest };
            Some((line.resolved?, line.time()?))
        });
        said.max_by_key(|(_, at)| *at)
    }

    /// `None` when nothing is said in it.
    fn thread(&self, note: &Note, root: usize, members: &[usize]) -> Result<Option<IncomingThread>, String> {
        let mut comments = Vec::new();
        for index in members {
            comments.extend(self.comment(note.kind, *index)?);
        }
        if comments.is_empty() {
            return Ok(None);
        }
        // Of the same moment, in the order of the lines; the beginning first.
        comments.sort_by_key(|comment: &ExchangeComment| comment.created_at);
        let line = &self.lines[root];
        let verdict = self.verdict(members);
        let stamps = comments.iter().map(ExchangeComment::stamp).chain(verdict.map(|(_, at)| at));
        Ok(Some(IncomingThread {
            id: line.thread().map(str::to_owned),
            source: match &line.ours {
                Some(ours) => ours.thread_source.clone(),
                None => Some(note_source(&line.name())),
            },
            at: Whereabouts::Wanted(wanted(note, line)?),
            resolved: verdict.map(|(resolved, at)| if resolved { Resolution::At(at) } else { Resolution::Open }),
            created_at: comments[0].created_at,
            updated_at: stamps.max().unwrap_or(comments[0].created_at),
            comments,
        }))
    }

    /// `None` of a line that says nothing.
    fn comment(&self, kind: NoteKind, index: usize) -> Result<Option<ExchangeComment>, String> {
        let (first, latest) = (&self.lines[index], self.latest(index));
        if latest.description.trim().is_empty() {
            return Ok(None);
        }
        if latest.description.len() > LONGEST_BODY {
            return Err("a comment is longer than 256 KiB".to_owned());
        }
        let created_at = first.time().ok_or_else(|| format!("“{}” is no time", first.timestamp))?;
        let edited_at = if latest == first { None } else { latest.time() };
        let author = Author::parse(&first.author);
        let (author_type, author, model) = match (&first.ours, kind) {
            (Some(ours), _) => match &ours.model {
                Some(model) => (AuthorType::Ai, Author::default(), Some(model.clone()).filter(|model| !model.is_empty())),
                None => (AuthorType::User, if ours.by == Author::default() { author } else { ours.by.clone() }, None),
            },
            (None, NoteKind::Discuss) => (AuthorType::User, author, None),
            (None, NoteKind::Analyses) => {
                (AuthorType::Ai, Author::default(), Some(first.author.trim().to_owned()).filter(|name| !name.is_empty()))
            }
        };
        Ok(Some(ExchangeComment {
            id: first.comment().map(str::to_owned),
            source: match &first.ours {
                Some(ours) => ours.source.clone(),
                None => Some(note_source(&first.name())),
            },
            author_type,
            author,
            model,
            body: latest.description.clone(),
            created_at,
            edited_at,
        }))
    }
}

/// Where each of `count` things leads, step by step, to the last one. Those that lead to themselves again end where that is noticed.
fn ends(count: usize, step: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let mut ends: Vec<Option<usize>> = vec![None; count];
    for start in 0..count {
        let (mut at, mut way, mut seen) = (start, Vec::new(), HashSet::new());
        let end = loop {
            if let Some(end) = ends[at] {
                break end;
            }
            way.push(at);
            seen.insert(at);
            match step(at).filter(|next| !seen.contains(next)) {
                Some(next) => at = next,
                None => break at,
            }
        };
        way.into_iter().for_each(|passed| ends[passed] = Some(end));
    }
    ends.into_iter().enumerate().map(|(index, end)| end.unwrap_or(index)).collect()
}

fn wanted(note: &Note, line: &NoteLine) -> Result<Wanted, String> {
    let nowhere = Location::default();
    let location = line.location.as_ref().unwrap_or(&nowhere);
    if !is_inside(&location.path) {
        return Err(format!("“{}” is not a path inside a project", location.path));
    }
    let (line_start, line_end) = match location.range {
        // The first line is 1; 0 is the whole file.
        Some(range) if range.start_line > 0 && !location.path.is_empty() => (range.start_line, range.end_line.max(range.start_line)),
        _ => (0, 0),
    };
    if line_end == u32::MAX {
        return Err(format!("{line_start} to {line_end} are no lines"));
    }
    let at =
        |commit: &str| WantedPlace { commit: Some(commit.to_owned()), before: false, path: location.path.clone(), line_start, line_end };
    let mut places = Vec::new();
    for commit in [location.commit.as_str(), note.commit.as_str()] {
        let new = !commit.is_empty() && !places.iter().any(|place: &WantedPlace| place.commit.as_deref() == Some(commit));
        places.extend(new.then(|| at(commit)));
    }
    let quote = line.ours.as_ref().and_then(|ours| ours.quote.clone());
    let quote = quote.map(|[prefix, quote, suffix]| Quote { prefix, quote, suffix });
    Ok(Wanted { places, quote, needs_file: false, from_top: true })
}
