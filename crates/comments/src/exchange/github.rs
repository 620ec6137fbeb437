//! Threads out of the review comments of a GitHub pull request, as its REST API lists them (`pulls/N/comments`, API version 2022-11-28).

use std::collections::{BTreeMap, HashMap};

use lectern_anchor::Quote;
use lectern_store::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Author, ExchangeComment, ExchangeError, Incoming, IncomingThread, LONGEST_BODY, Wanted, WantedPlace, Whereabouts, are_lines, is_inside,
    text_of, time_of,
};
use crate::AuthorType;

const WANTED: &str = "a list of GitHub review comments";
/// Answers to answers are followed so far up.
const DEEPEST: usize = 1000;

#[derive(Deserialize)]
struct Review {
    id: u64,
    path: Option<String>,
    line: Option<i64>,
    start_line: Option<i64>,
    original_line: Option<i64>,
    original_start_line: Option<i64>,
    side: Option<String>,
    start_side: Option<String>,
    commit_id: Option<String>,
    original_commit_id: Option<String>,
    diff_hunk: Option<String>,
    subject_type: Option<String>,
    body: Option<String>,
    user: Option<User>,
    in_reply_to_id: Option<u64>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct User {
    login: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// Threads of one list, or of a list of them (as `gh api --paginate --slurp` prints). Several lists one after the other, as without `--slurp`, are read too.
///
/// # Errors
/// When it is something else, or not whole.
pub fn read_github(bytes: &[u8]) -> Result<Incoming, ExchangeError> {
    let text = text_of(bytes)?;
    let wrong = |why: &str| ExchangeError::WrongKind { wanted: WANTED, why: why.to_owned() };
    let mut incoming = Incoming::default();
    let mut items: Vec<Value> = Vec::new();
    let mut lists = 0;
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let Value::Array(list) = value.map_err(|error| ExchangeError::NotJson(error.to_string()))? else {
            return Err(wrong("it is not a list"));
        };
        lists += 1;
        for item in list {
            match item {
                Value::Array(page) => items.extend(page),
                item => items.push(item),
            }
        }
    }
    if lists == 0 {
        return Err(ExchangeError::NotJson("it is empty".to_owned()));
    }
    if !items.is_empty()
        && !items.iter().any(|item| item.get("id").is_some() && (item.get("path").is_some() || item.get("diff_hunk").is_some()))
    {
        return Err(wrong("nothing in it has an id and a path"));
    }
    let mut reviews: BTreeMap<u64, Review> = BTreeMap::new();
    for (index, item) in items.into_iter().enumerate() {
        match serde_json::from_value::<Review>(item) {
            Ok(review) => drop(reviews.insert(review.id, review)),
            Err(error) => incoming.problems.add(format!("comment {}", index + 1), error.to_string()),
        }
    }
    for (root, members) in groups(&reviews) {
        thread(root, &members, &mut incoming)?;
    }
    Ok(incoming)
}

/// By the comment that began it, which may not be in the list itself.
fn groups(reviews: &BTreeMap<u64, Review>) -> BTreeMap<u64, Vec<&Review>> {
    let mut roots: HashMap<u64, u64> = HashMap::new();
    let mut groups: BTreeMap<u64, Vec<&Review>> = BTreeMap::new();
    for review in reviews.values() {
        let step = |id: &u64| roots.get(id).copied().or_else(|| reviews.get(id)?.in_reply_to_id).filter(|next| next != id);
        let root = std::iter::successors(Some(review.id), step).take(DEEPEST).last().unwrap_or(review.id);
        roots.insert(review.id, root);
        groups.entry(root).or_default().push(review);
    }
    groups
}

fn thread(root: u64, members: &[&Review], incoming: &mut Incoming) -> Result<(), ExchangeError> {
    let mut comments = Vec::new();
    for review in members {
        match comment(review) {
            Ok(comment) => comments.push(comment),
            Err(why) => incoming.problems.add(format!("comment {}", review.id), why),
        }
    }
    comments.sort_by_key(|comment: &ExchangeComment| comment.created_at);
    let first = members.iter().find(|review| review.id == root).or_else(|| members.first());
    let (Some(first), Some(created_at)) = (first, comments.first().map(|comment| comment.created_at)) else { return Ok(()) };
    let wanted = match wanted(first) {
        Ok(wanted) => wanted,
        Err(why) => {
            incoming.problems.add(format!("comment {}", first.id), why);
            return Ok(());
        }
    };
    let updated_at = comments.iter().map(ExchangeComment::stamp).max().unwrap_or(created_at);
    incoming.push(IncomingThread {
        id: None,
        source: Some(source(root)),
        at: Whereabouts::Wanted(wanted),
        // The list says nothing of it.
        resolved: None,
        created_at,
        updated_at,
        comments,
    })
}

fn source(id: u64) -> String {
    format!("github:{id}")
}

fn comment(review: &Review) -> Result<ExchangeComment, String> {
    let body = review.body.as_deref().unwrap_or_default().replace("\r\n", "\n");
    if body.trim().is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    if body.len() > LONGEST_BODY {
        return Err("it is longer than 256 KiB".to_owned());
    }
    let time = |text: &Option<String>| -> Result<Option<Timestamp>, String> {
        text.as_deref().map(|text| time_of(text).ok_or_else(|| format!("“{text}” is no time"))).transpose()
    };
    let created_at = time(&review.created_at)?.ok_or("it names no time")?;
    // Whose account is gone is called so by GitHub itself.
    let login = review.user.as_ref().and_then(|user| user.login.clone()).unwrap_or_else(|| "ghost".to_owned());
    let is_bot = review.user.as_ref().is_some_and(|user| user.kind.as_deref() == Some("Bot"));
    Ok(ExchangeComment {
        id: None,
        source: Some(source(review.id)),
        author_type: if is_bot { AuthorType::Ai } else { AuthorType::User },
        author: if is_bot { Author::default() } else { Author { name: login.clone(), email: String::new() } },
        model: is_bot.then_some(login),
        body,
        created_at,
        edited_at: time(&review.updated_at)?.filter(|at| *at > created_at),
    })
}

fn wanted(review: &Review) -> Result<Wanted, String> {
    let path = review.path.clone().unwrap_or_default();
    if path.is_empty() || !is_inside(&path) {
        return Err(format!("“{path}” is not a path inside a project"));
    }
    let is_left = review.side.as_deref() == Some("LEFT");
    let place = |commit: Option<&String>, lines: (u32, u32)| WantedPlace {
        commit: commit.cloned(),
        // Removed lines are those of the commit before.
        before: is_left,
        path: path.clone(),
        line_start: lines.0,
        line_end: lines.1,
    };
    if review.subject_type.as_deref() == Some("file") {
        let commit = review.original_commit_id.as_ref().or(review.commit_id.as_ref());
        return Ok(Wanted { places: vec![place(commit, (0, 0))], from_top: true, ..Wanted::default() });
    }
    // Of lines on both sides only the last side's can be told.
    let one_side = review.start_side.is_none() || review.start_side == review.side;
    let first = |line: Option<i64>| line.filter(|_| one_side);
    let original = lines(first(review.original_start_line), review.original_line)?;
    let current = lines(first(review.start_line), review.line)?;
    let mut places = Vec::new();
    places.extend(original.zip(review.original_commit_id.as_ref()).map(|(lines, commit)| place(Some(commit), lines)));
    places.extend(current.zip(review.commit_id.as_ref()).map(|(lines, commit)| place(Some(commit), lines)));
    // Without a commit, the lines themselves decide.
    let lines = current.or(original).unwrap_or((0, 0));
    places.push(WantedPlace { before: false, ..place(None, lines) });
    let count = original.or(current).map_or(0, |(start, end)| end - start + 1);
    let quote = review.diff_hunk.as_deref().and_then(|hunk| quote(hunk, is_left, count as usize));
    Ok(Wanted { places, quote, needs_file: false, from_top: true })
}

fn lines(start: Option<i64>, end: Option<i64>) -> Result<Option<(u32, u32)>, String> {
    let Some(end) = end else { return Ok(None) };
    let start = start.unwrap_or(end);
    let lines = u32::try_from(start).ok().zip(u32::try_from(end).ok()).filter(|(start, end)| *start > 0 && are_lines(*start, *end));
    lines.map(Some).ok_or_else(|| format!("{start} to {end} are no lines"))
}

/// The last `count` lines of a side of a hunk, which are those that the comment is on, and the few before them.
fn quote(hunk: &str, is_left: bool, count: usize) -> Option<Quote> {
    let other = if is_left { '+' } else { '-' };
    let side: Vec<&str> =
        hunk.lines().skip(1).filter(|line| !line.starts_with([other, '\\'])).map(|line| line.get(1..).unwrap_or_default()).collect();
    if count == 0 || side.len() < count {
        return None;
    }
    let (before, quoted) = side.split_at(side.len() - count);
    let text = |lines: &[&str]| -> String { lines.iter().flat_map(|line| [*line, "\n"]).collect() };
    Some(Quote { prefix: text(&before[before.len().saturating_sub(6)..]), quote: text(quoted), suffix: String::new() })
}
