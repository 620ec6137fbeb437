//! What git notes lack of a project's threads.

use std::collections::{BTreeMap, HashMap};

use lectern_anchor::Quote;

use super::{
    Author, ExchangeComment, ExchangeThread, NOTE_SOURCE,
    appraise::{Location, Note, NoteKind, NoteLine, NoteRange, Ours, seconds},
    appraise_read::Threads,
};
use crate::AuthorType;

/// A thread on its way into a note.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    /// The thread.
    pub thread: &'a ExchangeThread,
    /// The commit that its lines belong to, in hexadecimal.
    pub commit: String,
    /// From the top of the repository; empty for the whole.
    pub path: String,
    /// The lines themselves, when that commit does not have them at their place.
    pub quote: Option<Quote>,
}

/// Lines to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// By note and commit; [`super::merge_lines`] puts them in.
    pub lines: BTreeMap<(NoteKind, String), Vec<String>>,
    /// Threads that notes have, old and new ones.
    pub threads: u32,
}

/// What the notes that are there lack of some threads: comments, later texts of them, and whether they are resolved. Nothing is taken out of a note, and
/// what is there with a later time than here is left as it is. `me` resolves.
pub fn lines_to_add(threads: &[Outgoing<'_>], notes: &[Note], me: &Author) -> Added {
    let known = Known::of(notes);
    let mut added = Added::default();
    for outgoing in threads.iter().filter(|outgoing| !outgoing.thread.comments.is_empty()) {
        added.threads += 1;
        let found = known.find(outgoing.thread);
        let (kind, commit) = match found {
            Some(found) => (notes[found.note].kind, notes[found.note].commit.clone()),
            None => (kind_of(outgoing.thread), outgoing.commit.clone()),
        };
        let lines = Lines { outgoing, commit: &commit, me }.missing(found.map(|found| (&known.notes[found.note], found.root)));
        if !lines.is_empty() {
            let lines = lines.iter().map(|line| line.to_line(kind));
            added.lines.entry((kind, commit)).or_default().extend(lines);
        }
    }
    added
}

fn kind_of(thread: &ExchangeThread) -> NoteKind {
    match thread.comments.first().map(|comment| comment.author_type) {
        Some(AuthorType::Ai) => NoteKind::Analyses,
        _ => NoteKind::Discuss,
    }
}

/// Where a thread is among notes.
#[derive(Debug, Clone, Copy)]
struct Found {
    note: usize,
    root: usize,
}

/// What notes have.
struct Known {
    notes: Vec<Threads>,
    by_thread: HashMap<String, Found>,
    by_name: HashMap<String, Found>,
}

impl Known {
    fn of(notes: &[Note]) -> Self {
        let notes: Vec<Threads> = notes.iter().map(|note| Threads::of(note.comments().0)).collect();
        let (mut by_thread, mut by_name) = (HashMap::new(), HashMap::new());
        for (note, threads) in notes.iter().enumerate() {
            for (index, line) in threads.lines.iter().enumerate() {
                let found = Found { note, root: threads.root(index) };
                if let Some(id) = line.thread() {
                    by_thread.entry(id.to_owned()).or_insert(found);
                }
                if found.root == index {
                    for name in line.names() {
                        by_name.entry(name).or_insert(found);
                    }
                }
            }
        }
        Self { notes, by_thread, by_name }
    }

    fn find(&self, thread: &ExchangeThread) -> Option<Found> {
        let name = thread.source.as_deref().and_then(|source| source.strip_prefix(NOTE_SOURCE));
        self.by_thread.get(&thread.id).or_else(|| self.by_name.get(name?)).copied()
    }
}

/// Makes the lines of one thread.
struct Lines<'a> {
    outgoing: &'a Outgoing<'a>,
    commit: &'a str,
    me: &'a Author,
}

impl Lines<'_> {
    fn missing(&self, found: Option<(&Threads, usize)>) -> Vec<NoteLine> {
        let thread = self.outgoing.thread;
        let members = found.and_then(|(note, root)| note.groups.get(&root)).map_or(&[][..], Vec::as_slice);
        let mut root = found.map(|(note, root)| note.lines[root].name());
        let mut lines = Vec::new();
        for comment in &thread.comments {
            let there = found.and_then(|(note, _)| {
                let index = members.iter().copied().find(|index| is_comment(&note.lines[*index], comment))?;
                Some((&note.lines[index], note.latest(index)))
            });
            match there {
                None => {
                    let line = self.new_line(comment, root.clone().unwrap_or_default());
                    root.get_or_insert_with(|| line.name());
                    lines.push(line);
                }
                Some((first, latest)) => {
                    let later = latest.time().is_none_or(|time| comment.stamp() > time);
                    if latest.description != comment.body && later {
                        lines.push(self.other_text(comment, first));
                    }
                }
            }
        }
        let verdict = found.and_then(|(note, _)| note.verdict(members));
        lines.extend(root.and_then(|root| self.verdict(root, verdict)));
        lines
    }

    fn new_line(&self, comment: &ExchangeComment, parent: String) -> NoteLine {
        let begins = parent.is_empty();
        let thread = self.outgoing.thread;
        NoteLine {
            timestamp: seconds(comment.created_at),
            author: author_of(comment),
            parent,
            location: begins.then(|| self.location()),
            description: comment.body.clone(),
            ours: Some(Ours {
                thread: thread.id.clone(),
                comment: comment.id.clone().unwrap_or_default(),
                at: Some(comment.created_at),
                by: comment.author.clone(),
                model: (comment.author_type == AuthorType::Ai).then(|| comment.model.clone().unwrap_or_default()),
                thread_source: thread.source.clone().filter(|_| begins),
                source: comment.source.clone(),
                quote: self.outgoing.quote.clone().filter(|_| begins).map(|quote| [quote.prefix, quote.quote, quote.suffix]),
            }),
            ..NoteLine::default()
        }
    }

    fn other_text(&self, comment: &ExchangeComment, first: &NoteLine) -> NoteLine {
        NoteLine {
            timestamp: seconds(comment.stamp()),
            author: author_of(comment),
            original: first.name(),
            // git-appraise shows the later text in place of the first one, with what it is about.
            parent: first.parent.clone(),
            location: first.location.clone(),
            resolved: first.resolved,
            description: comment.body.clone(),
            ours: Some(Ours {
                thread: self.outgoing.thread.id.clone(),
                comment: comment.id.clone().unwrap_or_default(),
                at: Some(comment.stamp()),
                ..Ours::default()
            }),
            ..NoteLine::default()
        }
    }

    fn verdict(&self, root: String, said: Option<(bool, lectern_store::Timestamp)>) -> Option<NoteLine> {
        let thread = self.outgoing.thread;
        let resolved = thread.resolved_at.is_some();
        let at = thread.resolved_at.unwrap_or(thread.updated_at);
        let differs = match said {
            None => resolved,
            Some((said, when)) => said != resolved && at > when,
        };
        differs.then(|| NoteLine {
            timestamp: seconds(at),
            author: if self.me.email.is_empty() { self.me.name.clone() } else { self.me.email.clone() },
            parent: root,
            resolved: Some(resolved),
            ours: Some(Ours { thread: thread.id.clone(), at: Some(at), by: self.me.clone(), ..Ours::default() }),
            ..NoteLine::default()
        })
    }

    fn location(&self) -> Location {
        let origin = &self.outgoing.thread.at.origin;
        let range = (origin.line_start > 0 && !self.outgoing.path.is_empty()).then(|| NoteRange {
            start_line: origin.line_start,
            end_line: origin.line_end,
            ..NoteRange::default()
        });
        Location { commit: self.commit.to_owned(), path: self.outgoing.path.clone(), range }
    }
}

fn is_comment(line: &NoteLine, comment: &ExchangeComment) -> bool {
    let by_id = comment.id.is_some() && line.comment() == comment.id.as_deref();
    let name = comment.source.as_deref().and_then(|source| source.strip_prefix(NOTE_SOURCE));
    by_id || name.is_some_and(|name| line.names().iter().any(|known| known == name))
}

/// As git-appraise names people: by e-mail.
fn author_of(comment: &ExchangeComment) -> String {
    match (comment.author_type, &comment.model) {
        (AuthorType::Ai, model) => model.clone().filter(|model| !model.is_empty()).unwrap_or_else(|| "AI".to_owned()),
        (AuthorType::User, _) if comment.author.email.is_empty() => comment.author.name.clone(),
        (AuthorType::User, _) => comment.author.email.clone(),
    }
}
