//! Lectern's own file of threads, which loses nothing.
//!
//! `{"format":1,"kind":"lectern-threads","project":…,"threads":[…]}`. A path that is not UTF-8 is `path_hex` instead of `path`; inside `origin`, `anchor` it
//! is written as the database has it. Ids are the threads' and comments' own, so that what was imported is known again.

use lectern_store::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Author, ExchangeComment, ExchangeError, ExchangeEvent, ExchangeThread, Incoming, IncomingThread, KnownPlace, LONGEST_BODY, Resolution,
    Whereabouts, are_lines, is_path_key, text_of, time_of,
};
use crate::{AuthorType, Event, Origin, Place, ThreadAnchor, state_named};

const FORMAT: u64 = 1;
const KIND: &str = "lectern-threads";
const WANTED: &str = "a file of Lectern's threads";
/// Ids are UUIDs; this leaves room for others, but not for a book.
const LONGEST_ID: usize = 200;

/// Read first: what kind of file it is.
#[derive(Deserialize)]
struct Head {
    format: Option<u64>,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct File {
    threads: Vec<Thread>,
}

#[derive(Serialize, Deserialize)]
struct Thread {
    id: String,
    #[serde(flatten)]
    place: Where,
    state: String,
    #[serde(default)]
    resolved_at: Option<String>,
    #[serde(default)]
    source: Option<String>,
    created_at: String,
    updated_at: String,
    origin: Origin,
    anchor: ThreadAnchor,
    comments: Vec<Comment>,
    #[serde(default)]
    history: Vec<History>,
}

#[derive(Serialize, Deserialize)]
struct Where {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    path_hex: Option<String>,
    line_start: u32,
    line_end: u32,
}

#[derive(Serialize, Deserialize)]
struct Comment {
    id: String,
    author_type: String,
    author: Who,
    #[serde(default)]
    model: Option<String>,
    body: String,
    created_at: String,
    #[serde(default)]
    edited_at: Option<String>,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Who {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

#[derive(Serialize, Deserialize)]
struct History {
    event: String,
    #[serde(flatten)]
    place: Where,
    state: String,
    origin: Origin,
    anchor: ThreadAnchor,
    created_at: String,
}

/// The file of a project's threads: one a line, so that two files can be compared, and a line end after the last.
pub fn write_json(project: &str, threads: &[ExchangeThread]) -> Vec<u8> {
    let mut bytes = format!("{{\"format\":{FORMAT},\"kind\":\"{KIND}\",\"project\":").into_bytes();
    bytes.extend(json_of(&project));
    bytes.extend(b",\"threads\":[");
    for (index, thread) in threads.iter().enumerate() {
        bytes.extend(if index == 0 { &b"\n"[..] } else { b",\n" });
        bytes.extend(json_of(&thread_out(thread)));
    }
    bytes.extend(b"\n]}\n");
    bytes
}

fn json_of(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("text, numbers and lists are JSON")
}

/// Reads what [`write_json`] wrote.
///
/// # Errors
/// When it is no such file, or not whole.
pub fn read_json(bytes: &[u8]) -> Result<Incoming, ExchangeError> {
    let text = text_of(bytes)?;
    let head: Head = serde_json::from_str(text).map_err(|error| not_ours(&error))?;
    match (head.kind.as_deref(), head.format) {
        (Some(KIND), Some(FORMAT)) => {}
        (Some(KIND), Some(other)) if other > FORMAT => return Err(ExchangeError::Newer(other)),
        (Some(KIND), _) => return Err(wrong("it names no format")),
        _ => return Err(wrong(&format!("its kind is not “{KIND}”"))),
    }
    let file: File = serde_json::from_str(text).map_err(|error| not_ours(&error))?;
    let mut incoming = Incoming::default();
    for thread in file.threads {
        let what = format!("thread {}", thread.id);
        match thread_in(thread) {
            Ok(thread) => incoming.push(thread)?,
            Err(why) => incoming.problems.add(what, why),
        }
    }
    Ok(incoming)
}

fn wrong(why: &str) -> ExchangeError {
    ExchangeError::WrongKind { wanted: WANTED, why: why.to_owned() }
}

fn not_ours(error: &serde_json::Error) -> ExchangeError {
    if error.is_data() { wrong(&error.to_string()) } else { ExchangeError::NotJson(error.to_string()) }
}

fn thread_out(thread: &ExchangeThread) -> Thread {
    let KnownPlace { place, state, origin, anchor, history } = &thread.at;
    Thread {
        id: thread.id.clone(),
        place: where_out(place),
        state: state.name().to_owned(),
        resolved_at: thread.resolved_at.map(|at| at.to_string()),
        source: thread.source.clone(),
        created_at: thread.created_at.to_string(),
        updated_at: thread.updated_at.to_string(),
        origin: origin.clone(),
        anchor: anchor.clone(),
        comments: thread.comments.iter().map(comment_out).collect(),
        history: history.iter().map(event_out).collect(),
    }
}

fn where_out(place: &Place) -> Where {
    let hex = place.path.strip_prefix('\0').map(str::to_owned);
    Where { path: hex.is_none().then(|| place.path.clone()), path_hex: hex, line_start: place.line_start, line_end: place.line_end }
}

fn comment_out(comment: &ExchangeComment) -> Comment {
    Comment {
        id: comment.id.clone().unwrap_or_default(),
        author_type: comment.author_type.as_str().to_owned(),
        author: Who { name: comment.author.name.clone(), email: comment.author.email.clone() },
        model: comment.model.clone(),
        body: comment.body.clone(),
        created_at: comment.created_at.to_string(),
        edited_at: comment.edited_at.map(|at| at.to_string()),
        source: comment.source.clone(),
    }
}

fn event_out(event: &ExchangeEvent) -> History {
    History {
        event: event.event.as_str().to_owned(),
        place: where_out(&event.place),
        state: event.state.name().to_owned(),
        origin: event.origin.clone(),
        anchor: event.anchor.clone(),
        created_at: event.created_at.to_string(),
    }
}

fn thread_in(thread: Thread) -> Result<IncomingThread, String> {
    check_id(&thread.id)?;
    check_about(&thread.origin, &thread.anchor)?;
    let comments = thread.comments.into_iter().map(comment_in).collect::<Result<Vec<_>, _>>()?;
    if comments.is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    let history = thread.history.into_iter().map(event_in).collect::<Result<Vec<_>, _>>()?;
    let at = KnownPlace {
        place: place_in(thread.place)?,
        state: state_named(&thread.state).ok_or_else(|| format!("“{}” is no state of a thread", thread.state))?,
        origin: thread.origin,
        anchor: thread.anchor,
        history,
    };
    Ok(IncomingThread {
        id: Some(thread.id),
        source: thread.source.filter(|source| !source.is_empty()),
        at: Whereabouts::Known(Box::new(at)),
        resolved: Some(Resolution::of(thread.resolved_at.as_deref().map(time_in).transpose()?)),
        created_at: time_in(&thread.created_at)?,
        updated_at: time_in(&thread.updated_at)?,
        comments,
    })
}

fn place_in(place: Where) -> Result<Place, String> {
    let key = match (place.path, place.path_hex) {
        (Some(path), None) => path,
        (None, Some(hex)) => format!("\0{hex}"),
        _ => return Err("it has no path".to_owned()),
    };
    check_place(&key, place.line_start, place.line_end)?;
    Ok(Place { path: key, line_start: place.line_start, line_end: place.line_end })
}

fn comment_in(comment: Comment) -> Result<ExchangeComment, String> {
    check_id(&comment.id)?;
    if comment.body.trim().is_empty() {
        return Err("there is nothing in a comment of it".to_owned());
    }
    if comment.body.len() > LONGEST_BODY {
        return Err("a comment is longer than 256 KiB".to_owned());
    }
    Ok(ExchangeComment {
        id: Some(comment.id),
        source: comment.source.filter(|source| !source.is_empty()),
        author_type: AuthorType::parse(&comment.author_type).ok_or_else(|| format!("“{}” is no sort of author", comment.author_type))?,
        author: Author::new(&comment.author.name, &comment.author.email),
        model: comment.model,
        body: comment.body,
        created_at: time_in(&comment.created_at)?,
        edited_at: comment.edited_at.as_deref().map(time_in).transpose()?,
    })
}

fn event_in(event: History) -> Result<ExchangeEvent, String> {
    check_about(&event.origin, &event.anchor)?;
    Ok(ExchangeEvent {
        event: Event::parse(&event.event).ok_or_else(|| format!("“{}” is no event of a thread", event.event))?,
        place: place_in(event.place)?,
        state: state_named(&event.state).ok_or_else(|| format!("“{}” is no state of a thread", event.state))?,
        origin: event.origin,
        anchor: event.anchor,
        created_at: time_in(&event.created_at)?,
    })
}

fn check_id(id: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_graphic();
    if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(plain) { Err(format!("“{id}” is no id")) } else { Ok(()) }
}

fn check_about(origin: &Origin, anchor: &ThreadAnchor) -> Result<(), String> {
    if u64::from(origin.format.max(anchor.format)) > FORMAT {
        return Err("a newer Lectern wrote it".to_owned());
    }
    // What is no number between them would be stored as none, and never be read again.
    let sure = |value: f32| (0.0..=1.0).contains(&value);
    if !sure(anchor.confidence) || !anchor.candidates.iter().all(|other| other.score.is_finite()) {
        return Err("a score is no number from 0 to 1".to_owned());
    }
    check_place(&origin.path, origin.line_start, origin.line_end)?;
    anchor.candidates.iter().try_for_each(|other| check_place(&other.path, other.line_start, other.line_end))?;
    anchor.rejected.iter().try_for_each(|other| check_place(&other.path, 0, 0))
}

fn check_place(key: &str, start: u32, end: u32) -> Result<(), String> {
    if !is_path_key(key) {
        return Err(format!("“{}” is not a path inside a project", key.replace('\0', "\\0")));
    }
    if !are_lines(start, end) || key.is_empty() && start != 0 {
        return Err(format!("{start} to {end} are no lines"));
    }
    Ok(())
}

fn time_in(text: &str) -> Result<Timestamp, String> {
    time_of(text).ok_or_else(|| format!("“{text}” is no time"))
}
