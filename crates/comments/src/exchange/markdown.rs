//! Threads as a document for people: one section a file, the code as it was written about, the comments below it.

use lectern_store::Timestamp;

use super::{ExchangeComment, ExchangeThread, fence_around};
use crate::{AuthorType, Place};

/// The document, UTF-8, by file and line. Comments are quoted, so that nothing in them changes what is around them.
pub fn write_markdown(project: &str, threads: &[ExchangeThread], now: Timestamp) -> Vec<u8> {
    let mut sorted: Vec<&ExchangeThread> = threads.iter().collect();
    sorted.sort_by(|a, b| {
        let key = |thread: &'_ ExchangeThread| (thread.at.place.line_start, thread.created_at, thread.id.clone());
        a.at.place.path.cmp(&b.at.place.path).then_with(|| key(a).cmp(&key(b)))
    });
    let resolved = threads.iter().filter(|thread| thread.resolved_at.is_some()).count();
    let mut out = format!("# Threads of {}\n\n", plain(project));
    out.push_str(&format!("{} open, {resolved} resolved · {}\n", threads.len() - resolved, minute(now)));
    let mut section = None;
    for thread in sorted {
        let path = &thread.at.place.path;
        if section != Some(path) {
            section = Some(path);
            out.push_str(&format!("\n## {}\n", heading(path)));
        }
        write_thread(&mut out, thread);
    }
    out.into_bytes()
}

fn write_thread(out: &mut String, thread: &ExchangeThread) {
    let resolved = if thread.resolved_at.is_some() { "resolved" } else { "open" };
    out.push_str(&format!("\n### {} · {} · {resolved}\n", lines(&thread.at.place), state(thread)));
    let quote = &thread.at.origin.quote;
    if !quote.is_empty() {
        let fence = fence_around(quote);
        let end = if quote.ends_with('\n') { "" } else { "\n" };
        out.push_str(&format!("\n{fence}{}\n{quote}{end}{fence}\n", language(&thread.at.origin.path)));
    }
    for comment in &thread.comments {
        write_comment(out, comment);
    }
}

fn write_comment(out: &mut String, comment: &ExchangeComment) {
    let who = match (comment.author_type, &comment.model) {
        (AuthorType::Ai, Some(model)) => format!("{} (AI)", plain(model)),
        (AuthorType::Ai, None) => "AI".to_owned(),
        (AuthorType::User, _) if comment.author.shown().is_empty() => "Somebody".to_owned(),
        (AuthorType::User, _) => plain(comment.author.shown()),
    };
    let edited = comment.edited_at.map(|at| format!(", edited {}", minute(at))).unwrap_or_default();
    out.push_str(&format!("\n**{who}** · {}{edited}\n\n", minute(comment.created_at)));
    for line in comment.body.lines() {
        out.push_str(if line.is_empty() { ">" } else { "> " });
        out.push_str(line);
        out.push('\n');
    }
}

fn heading(path: &str) -> String {
    if path.is_empty() {
        return "The project as a whole".to_owned();
    }
    let shown = path.strip_prefix('\0').map_or_else(|| path.to_owned(), |hex| format!("hex:{hex}"));
    code(&shown)
}

fn lines(place: &Place) -> String {
    match (place.line_start, place.line_end) {
        (0, _) if place.is_project() => "Project".to_owned(),
        (0, _) => "Whole file".to_owned(),
        (start, end) if start == end => format!("Line {start}"),
        (start, end) => format!("Lines {start}–{end}"),
    }
}

fn state(thread: &ExchangeThread) -> String {
    thread.at.state.name().to_lowercase().replace('_', " ")
}

/// `2026-01-31 09:30 UTC`.
fn minute(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// What highlighters call the language, by the ending of the name: it is the ending itself that they know.
fn language(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !ending.is_empty() && ending.len() <= 12 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) { ending } else { "" }
}

/// A code span on one line.
fn code(text: &str) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { '\u{FFFD}' } else { letter }).collect();
    let longest = line.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

/// Text on one line in which nothing is Markdown.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '&' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
