//! Threads as they leave a project and come into one: what is known already is recognised, what is new is added, what is newer there replaces what is here.

use std::collections::HashMap;

use lectern_store::{new_id, rusqlite::Connection};

use crate::{
    AuthorType, Comment, CommentThread, CommentsError, Threads,
    exchange::{Arrival, Author, ExchangeComment, ExchangeEvent, ExchangeThread, KnownPlace},
    import_rows::{self, KnownComment, KnownThread},
    rows,
    threads::checked,
};

/// Before the id that a thread or comment has elsewhere, when another project of this data folder has it under that id too. What named it where it
/// came from first follows after a space.
const ELSEWHERE: &str = "lectern:";

/// Whoever imports: what has their e-mail is theirs.
#[derive(Debug, Clone)]
pub struct Me {
    /// The row's id.
    pub user_id: String,
    /// As they sign in.
    pub email: String,
}

/// What an import did, in threads and in comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Threads that were not there.
    pub added: u32,
    /// Threads that were there, and got or changed a comment, or were resolved or opened.
    pub updated: u32,
    /// Threads that were there with all of it.
    pub same: u32,
    /// Threads that were deleted here; they stay so.
    pub skipped: u32,
    /// Comments that were not there.
    pub comments_added: u32,
    /// Comments that got a later text.
    pub comments_updated: u32,
    /// Comments that stay as they are: deleted here, or with a later text here.
    pub comments_kept: u32,
}

impl Threads {
    /// All threads of a project that are not deleted, with everything that is exported of them, by place. `who` knows the users.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn export(&self, project_id: &str, who: &dyn Fn(&str) -> Option<Author>) -> Result<Vec<ExchangeThread>, CommentsError> {
        self.store.read(|connection| {
            let threads = rows::all_threads(connection, project_id)?;
            threads.into_iter().map(|thread| exported(connection, thread, who)).collect()
        })
    }

    /// Adds threads to a project, in one transaction. Known ones are recognised by their ids and by what names them where they come from; of those, comments
    /// that are new here are added, and a text is replaced by a later one only. Whether a thread is resolved follows whichever changed later.
    ///
    /// # Errors
    /// When the database refuses; nothing is changed then.
    pub fn import(&self, project_id: &str, me: &Me, arrivals: Vec<Arrival>) -> Result<Imported, CommentsError> {
        self.store.write(|tx| {
            let mut known = Known::new();
            for thread in import_rows::threads(tx, project_id)? {
                known.add(&thread.id.clone(), thread.source.clone().as_deref(), thread);
            }
            let mut import = Import { threads: self, tx, project_id, me, known, done: Imported::default() };
            arrivals.into_iter().try_for_each(|arrival| import.take(arrival))?;
            Ok(import.done)
        })
    }
}

fn exported(connection: &Connection, thread: CommentThread, who: &dyn Fn(&str) -> Option<Author>) -> Result<ExchangeThread, CommentsError> {
    let comments = rows::comments(connection, &thread.id)?;
    let events = rows::anchors(connection, &thread.id)?;
    let history = events.into_iter().map(|event| ExchangeEvent {
        event: event.event,
        place: event.place,
        state: event.state,
        origin: event.origin,
        anchor: event.anchor,
        created_at: event.created_at,
    });
    let (elsewhere, source) = named(thread.source);
    Ok(ExchangeThread {
        id: elsewhere.unwrap_or(thread.id),
        source,
        at: KnownPlace {
            place: thread.place,
            state: thread.state,
            origin: thread.origin,
            anchor: thread.anchor,
            history: history.collect(),
        },
        resolved_at: thread.resolved_at,
        created_at: thread.created_at,
        updated_at: thread.updated_at,
        comments: comments.into_iter().map(|comment| exported_comment(comment, who)).collect(),
    })
}

fn exported_comment(comment: Comment, who: &dyn Fn(&str) -> Option<Author>) -> ExchangeComment {
    let (elsewhere, source) = named(comment.source);
    let user = comment.author_id.as_deref().and_then(who);
    ExchangeComment {
        id: Some(elsewhere.unwrap_or(comment.id)),
        source,
        author_type: comment.author_type,
        author: user.unwrap_or_else(|| Author::parse(&comment.author_name)),
        model: comment.model,
        body: comment.body,
        created_at: comment.created_at,
        edited_at: comment.edited_at,
    }
}

/// The id that something has elsewhere, and what named it where it came from first.
fn named(source: Option<String>) -> (Option<String>, Option<String>) {
    match source.as_deref().and_then(|source| source.strip_prefix(ELSEWHERE)) {
        Some(both) => match both.split_once(' ') {
            Some((id, source)) => (Some(id.to_owned()), Some(source.to_owned())),
            None => (Some(both.to_owned()), None),
        },
        None => (None, source),
    }
}

/// The other way round.
fn naming(elsewhere: Option<&str>, source: Option<&str>) -> Option<String> {
    match (elsewhere, source) {
        (None, source) => source.map(str::to_owned),
        (Some(id), None) => Some(format!("{ELSEWHERE}{id}")),
        (Some(id), Some(source)) => Some(format!("{ELSEWHERE}{id} {source}")),
    }
}

/// No file may say what only [`naming`] says.
fn foreign(source: Option<String>) -> Option<String> {
    source.filter(|source| !source.starts_with(ELSEWHERE))
}

/// Rows by everything that names them.
struct Known<T> {
    rows: Vec<T>,
    by_id: HashMap<String, usize>,
    by_source: HashMap<String, usize>,
}

impl<T> Known<T> {
    fn new() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new(), by_source: HashMap::new() }
    }

    fn add(&mut self, id: &str, source: Option<&str>, row: T) {
        let at = self.rows.len();
        let (elsewhere, source) = named(source.map(str::to_owned));
        self.by_id.insert(id.to_owned(), at);
        if let Some(id) = elsewhere {
            self.by_id.insert(id, at);
        }
        if let Some(source) = source {
            self.by_source.insert(source, at);
        }
        self.rows.push(row);
    }

    fn find(&self, id: Option<&str>, source: Option<&str>) -> Option<usize> {
        id.and_then(|id| self.by_id.get(id)).or_else(|| source.and_then(|source| self.by_source.get(source))).copied()
    }
}

/// One import, inside its transaction.
struct Import<'a> {
    threads: &'a Threads,
    tx: &'a Connection,
    project_id: &'a str,
    me: &'a Me,
    known: Known<KnownThread>,
    done: Imported,
}

impl Import<'_> {
    fn take(&mut self, arrival: Arrival) -> Result<(), CommentsError> {
        let arrival = Arrival { source: foreign(arrival.source), ..arrival };
        match self.known.find(arrival.id.as_deref(), arrival.source.as_deref()) {
            None => self.add(arrival),
            Some(at) if self.known.rows[at].deleted_at.is_some() => {
                self.done.skipped += 1;
                Ok(())
            }
            Some(at) => self.update(at, arrival),
        }
    }

    fn add(&mut self, arrival: Arrival) -> Result<(), CommentsError> {
        let taken = arrival.id.as_deref().map(|id| import_rows::is_thread(self.tx, id)).transpose()?.unwrap_or(true);
        let elsewhere = arrival.id.as_deref().filter(|_| taken);
        let id = arrival.id.clone().filter(|_| !taken).unwrap_or_else(|| self.new_id());
        let KnownPlace { place, state, origin, anchor, history } = arrival.at;
        let thread = CommentThread {
            id,
            project_id: self.project_id.to_owned(),
            place,
            state,
            origin,
            anchor,
            resolved_at: arrival.resolved.and_then(|resolved| resolved.resolved_at()),
            deleted_at: None,
            source: naming(elsewhere, arrival.source.as_deref()),
            created_at: arrival.created_at,
            updated_at: arrival.updated_at,
        };
        rows::insert_thread(self.tx, &thread)?;
        for event in history {
            let ExchangeEvent { event, place, state, origin, anchor, created_at } = event;
            let then = CommentThread { place, state, origin, anchor, ..thread.clone() };
            rows::insert_anchor(self.tx, &self.new_id(), event, &then, created_at)?;
        }
        let mut there = Known::new();
        for comment in arrival.comments {
            self.take_comment(&thread.id, &mut there, comment)?;
        }
        self.done.added += 1;
        let CommentThread { id, source, resolved_at, updated_at, .. } = thread;
        self.known.add(&id.clone(), source.clone().as_deref(), KnownThread { id, source, resolved_at, deleted_at: None, updated_at });
        Ok(())
    }

    fn update(&mut self, at: usize, arrival: Arrival) -> Result<(), CommentsError> {
        let known = self.known.rows[at].clone();
        let mut there = Known::new();
        for comment in import_rows::comments(self.tx, &known.id)? {
            there.add(&comment.id.clone(), comment.source.clone().as_deref(), comment);
        }
        let mut changed = false;
        for comment in arrival.comments {
            changed |= self.take_comment(&known.id, &mut there, comment)?;
        }
        let newer = arrival.updated_at > known.updated_at;
        let status = arrival.resolved.map(|resolved| resolved.resolved_at()).filter(|_| newer);
        let turned = status.filter(|resolved| resolved.is_some() != known.resolved_at.is_some());
        if changed || turned.is_some() {
            let resolved_at = turned.unwrap_or(known.resolved_at);
            let updated_at = known.updated_at.max(arrival.updated_at);
            import_rows::set_status(self.tx, &known.id, resolved_at, updated_at)?;
            self.known.rows[at] = KnownThread { resolved_at, updated_at, ..known };
            self.done.updated += 1;
        } else {
            self.done.same += 1;
        }
        Ok(())
    }

    /// Whether anything changed. `there` are the thread's comments, deleted ones too.
    fn take_comment(&mut self, thread_id: &str, there: &mut Known<KnownComment>, comment: ExchangeComment) -> Result<bool, CommentsError> {
        let comment = ExchangeComment { source: foreign(comment.source), ..comment };
        let Ok(body) = checked(&comment.body) else {
            // There is nothing in it, or more than anybody writes.
            self.done.comments_kept += 1;
            return Ok(false);
        };
        let Some(at) = there.find(comment.id.as_deref(), comment.source.as_deref()) else {
            let added = self.add_comment(thread_id, comment, body)?;
            there.add(&added.id.clone(), added.source.clone().as_deref(), added);
            self.done.comments_added += 1;
            return Ok(true);
        };
        let known = &mut there.rows[at];
        if known.deleted_at.is_some() {
            self.done.comments_kept += 1;
            return Ok(false);
        }
        if known.body == body {
            return Ok(false);
        }
        let stamp = comment.stamp();
        if stamp <= known.edited_at.unwrap_or(known.created_at) {
            self.done.comments_kept += 1;
            return Ok(false);
        }
        rows::set_body(self.tx, &known.id, &body, Some(stamp))?;
        (known.body, known.edited_at) = (body, Some(stamp));
        self.done.comments_updated += 1;
        Ok(true)
    }

    fn add_comment(&self, thread_id: &str, comment: ExchangeComment, body: String) -> Result<KnownComment, CommentsError> {
        let taken = comment.id.as_deref().map(|id| import_rows::is_comment(self.tx, id)).transpose()?.unwrap_or(true);
        let elsewhere = comment.id.as_deref().filter(|_| taken);
        let email = &comment.author.email;
        let is_mine = comment.author_type == AuthorType::User && !email.is_empty() && email.eq_ignore_ascii_case(&self.me.email);
        let row = Comment {
            id: comment.id.clone().filter(|_| !taken).unwrap_or_else(|| self.new_id()),
            thread_id: thread_id.to_owned(),
            author_id: is_mine.then(|| self.me.user_id.clone()),
            author_type: comment.author_type,
            author_name: if is_mine { String::new() } else { comment.author.to_string() },
            model: comment.model,
            body,
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            deleted_at: None,
            source: naming(elsewhere, comment.source.as_deref()),
        };
        rows::insert_comment(self.tx, &row)?;
        let Comment { id, source, body, created_at, edited_at, .. } = row;
        Ok(KnownComment { id, source, body, created_at, edited_at, deleted_at: None })
    }

    fn new_id(&self) -> String {
        new_id(&*self.threads.clock)
    }
}
