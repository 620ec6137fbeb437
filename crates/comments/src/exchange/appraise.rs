//! A line of a git note as git-appraise writes it, and the name that git-appraise gives it.
//!
//! `refs/notes/devtools/discuss` holds what people wrote, `…/analyses` what programs did. A note is lines of JSON; lines that are no comments are
//! somebody else's. git-appraise reads a line into the fields that it knows, writes those out again as Go does, and the SHA-1 of that is the comment's
//! name, by which replies (`parent`) and later texts (`original`) call it. So Lectern's own field `lectern` changes no name, and git-appraise passes over it.

use std::collections::HashSet;

use lectern_store::Timestamp;
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use super::{Author, time_from_millis};

/// The field of a line that only Lectern reads.
const OURS: &str = "lectern";

/// Which notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// What people wrote.
    Discuss,
    /// What programs wrote.
    Analyses,
}

impl NoteKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Discuss, Self::Analyses];

    /// The reference that holds them.
    pub fn reference(self) -> &'static str {
        match self {
            Self::Discuss => "refs/notes/devtools/discuss",
            Self::Analyses => "refs/notes/devtools/analyses",
        }
    }
}

/// A note of one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Among which.
    pub kind: NoteKind,
    /// The commit, in hexadecimal.
    pub commit: String,
    /// Its lines.
    pub bytes: Vec<u8>,
}

impl Note {
    /// The lines of it that are comments, in their order; how many lines of JSON are not.
    pub(super) fn comments(&self) -> (Vec<NoteLine>, u32) {
        let (mut lines, mut others) = (Vec::new(), 0);
        for line in self.bytes.split(|byte| *byte == b'\n') {
            let Ok(line) = std::str::from_utf8(line.trim_ascii()) else { continue };
            match NoteLine::parse(line) {
                Some(comment) => lines.push(comment),
                None if line.starts_with('{') => others += 1,
                None => {}
            }
        }
        (lines, others)
    }
}

/// A comment, or a change of one, as git-appraise has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NoteLine {
    /// Seconds since 1970 as text, ten digits.
    pub timestamp: String,
    /// An e-mail, or what else names somebody.
    pub author: String,
    /// The name of the comment that this is another text of; empty when of none.
    pub original: String,
    /// The name of the comment that this answers; empty when none.
    pub parent: String,
    /// What it is about.
    pub location: Option<Location>,
    /// Markdown; empty when it only resolves.
    pub description: String,
    /// Of an answer, whether that settles what it answers; otherwise whether all is well. `None` says nothing.
    pub resolved: Option<bool>,
    /// A PGP signature, kept because the name depends on it.
    pub signature: String,
    /// What only Lectern reads.
    pub ours: Option<Ours>,
    /// Of a report whose findings are elsewhere: where.
    pub url: String,
}

/// Lines of a file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// In hexadecimal.
    pub commit: String,
    /// From the top of the repository; empty for the whole commit.
    pub path: String,
    /// `None` for the whole file.
    pub range: Option<NoteRange>,
}

/// Lines and columns, from 1; 0 is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoteRange {
    pub start_line: u32,
    pub start_column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// What only Lectern reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ours {
    /// The thread's id.
    pub thread: String,
    /// The comment's id; empty of a line that only resolves.
    pub comment: String,
    /// The time of the line to the millisecond.
    pub at: Option<Timestamp>,
    /// Name and e-mail.
    pub by: Author,
    /// Of a program: which. `Some("")` when that is not known.
    pub model: Option<String>,
    /// What named the thread and the comment where they came from.
    pub thread_source: Option<String>,
    /// The same of the comment.
    pub source: Option<String>,
    /// The lines, where the commit does not have them so: before, of, and after the range.
    pub quote: Option<[String; 3]>,
}

impl NoteLine {
    /// Reads a line; `None` when it is no comment. Names of fields count in any case, as they do in Go.
    pub fn parse(line: &str) -> Option<Self> {
        let Value::Object(fields) = serde_json::from_str(line).ok()? else { return None };
        // Another version of the format may mean anything.
        if field(&fields, "v").is_some_and(|version| !version.is_null() && version.as_u64() != Some(0)) {
            return None;
        }
        let timestamp = match field(&fields, "timestamp") {
            Some(Value::Number(number)) => number.to_string(),
            _ => text(&fields, "timestamp")?,
        };
        Some(Self {
            timestamp: padded(timestamp),
            author: text(&fields, "author")?,
            original: text(&fields, "original")?,
            parent: text(&fields, "parent")?,
            location: match field(&fields, "location") {
                None | Some(Value::Null) => None,
                Some(Value::Object(location)) => Some(Location::parse(location)?),
                Some(_) => return None,
            },
            description: text(&fields, "description")?,
            resolved: match field(&fields, "resolved") {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.as_bool()?),
            },
            signature: text(&fields, "signature")?,
            ours: fields.get(OURS).and_then(Value::as_object).map(Ours::parse),
            url: text(&fields, "url")?,
        })
    }

    /// The line without its end.
    pub fn to_line(&self, kind: NoteKind) -> String {
        let mut line = self.go_json(true);
        // What a report must have, so that git-appraise passes over it without fetching anything.
        let report = if kind == NoteKind::Analyses { ",\"status\":\"fyi\",\"url\":\"\"" } else { "" };
        let ours = self.ours.as_ref().map(|ours| format!(",\"{OURS}\":{}", Value::Object(ours.to_json()))).unwrap_or_default();
        line.pop();
        let comma = if line.len() == 1 { "" } else { "," };
        format!("{line}{comma}\"v\":0{report}{ours}}}")
    }

    /// What git-appraise calls it.
    pub fn name(&self) -> String {
        hex_of(self.go_json(true).as_bytes())
    }

    /// All that it may have been called: Go changed how it writes two characters.
    pub fn names(&self) -> Vec<String> {
        let (now, before) = (self.go_json(true), self.go_json(false));
        if now == before { vec![hex_of(now.as_bytes())] } else { vec![hex_of(now.as_bytes()), hex_of(before.as_bytes())] }
    }

    /// When it was written, to the millisecond where it says so itself.
    pub fn time(&self) -> Option<Timestamp> {
        let seconds: i64 = self.timestamp.trim().parse().ok()?;
        let exact = self.ours.as_ref().and_then(|ours| ours.at).filter(|at| at.millis().div_euclid(1000) == seconds);
        exact.or_else(|| time_from_millis(seconds.checked_mul(1000)?))
    }

    /// The thread that it says it is in.
    pub fn thread(&self) -> Option<&str> {
        self.ours.as_ref().map(|ours| ours.thread.as_str()).filter(|id| !id.is_empty())
    }

    /// The comment that it says it is, or is another text of.
    pub fn comment(&self) -> Option<&str> {
        self.ours.as_ref().map(|ours| ours.comment.as_str()).filter(|id| !id.is_empty())
    }

    /// As Go's `json.Marshal` writes the comment of git-appraise, with `\b` and `\f` as since Go 1.22 or as before.
    fn go_json(&self, recent: bool) -> String {
        let mut fields: Vec<String> = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                fields.push(format!("\"{name}\":{}", go_string(value, recent)));
            }
        };
        add("timestamp", &self.timestamp);
        add("author", &self.author);
        add("original", &self.original);
        add("parent", &self.parent);
        if let Some(location) = &self.location {
            fields.push(format!("\"location\":{}", location.go_json(recent)));
        }
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                fields.push(format!("\"{name}\":{}", go_string(value, recent)));
            }
        };
        add("description", &self.description);
        if let Some(resolved) = self.resolved {
            fields.push(format!("\"resolved\":{resolved}"));
        }
        if !self.signature.is_empty() {
            fields.push(format!("\"signature\":{}", go_string(&self.signature, recent)));
        }
        format!("{{{}}}", fields.join(","))
    }
}

impl Location {
    fn parse(fields: &Map<String, Value>) -> Option<Self> {
        let range = match field(fields, "range") {
            None | Some(Value::Null) => None,
            Some(Value::Object(range)) => {
                let number = |name| match field(range, name) {
                    None | Some(Value::Null) => Some(0),
                    Some(value) => value.as_u64().and_then(|value| u32::try_from(value).ok()),
                };
                Some(NoteRange {
                    start_line: number("startLine")?,
                    start_column: number("startColumn")?,
                    end_line: number("endLine")?,
                    end_column: number("endColumn")?,
                })
            }
            Some(_) => return None,
        };
        Some(Self { commit: text(fields, "commit")?, path: text(fields, "path")?, range })
    }

    fn go_json(&self, recent: bool) -> String {
        let mut fields = Vec::new();
        for (name, value) in [("commit", &self.commit), ("path", &self.path)] {
            if !value.is_empty() {
                fields.push(format!("\"{name}\":{}", go_string(value, recent)));
            }
        }
        if let Some(range) = self.range {
            let mut numbers = vec![format!("\"startLine\":{}", range.start_line)];
            for (name, value) in [("startColumn", range.start_column), ("endLine", range.end_line), ("endColumn", range.end_column)] {
                if value != 0 {
                    numbers.push(format!("\"{name}\":{value}"));
                }
            }
            fields.push(format!("\"range\":{{{}}}", numbers.join(",")));
        }
        format!("{{{}}}", fields.join(","))
    }
}

impl Ours {
    fn parse(fields: &Map<String, Value>) -> Self {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let quote = fields.get("quote").and_then(Value::as_array).and_then(|parts| match parts.as_slice() {
            [prefix, quote, suffix] => Some([prefix, quote, suffix].map(|part| part.as_str().unwrap_or_default().to_owned())),
            _ => None,
        });
        Self {
            thread: text("thread").unwrap_or_default(),
            comment: text("comment").unwrap_or_default(),
            at: text("at").and_then(|at| super::time_of(&at)),
            by: Author::parse(&text("by").unwrap_or_default()),
            model: text("model"),
            thread_source: text("thread_source").filter(|source| !source.is_empty()),
            source: text("source").filter(|source| !source.is_empty()),
            quote,
        }
    }

    fn to_json(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), Value::String(value));
            }
        };
        add("thread", Some(self.thread.clone()));
        add("comment", Some(self.comment.clone()).filter(|id| !id.is_empty()));
        add("at", self.at.map(|at| at.to_string()));
        add("by", Some(self.by.to_string()).filter(|by| !by.is_empty()));
        add("model", self.model.clone());
        add("thread_source", self.thread_source.clone());
        add("source", self.source.clone());
        if let Some(quote) = &self.quote {
            fields.insert("quote".to_owned(), Value::from(quote.to_vec()));
        }
        fields
    }
}

/// Adds lines to a note: what is there stays, nothing is there twice, and where all of it is lines of JSON they are sorted, as git's `cat_sort_uniq` does.
pub fn merge_lines(note: &[u8], lines: &[String]) -> Vec<u8> {
    let is_object = |line: &[u8]| line.first() == Some(&b'{') && line.last() == Some(&b'}');
    let strip = |line: &'_ [u8]| -> Vec<u8> { line.strip_suffix(b"\r").unwrap_or(line).to_vec() };
    let mut all: Vec<Vec<u8>> = note.split(|byte| *byte == b'\n').map(strip).collect();
    let sorted = all.iter().all(|line| line.is_empty() || is_object(line));
    if sorted {
        all.retain(|line| !line.is_empty());
    } else {
        // Somebody wrote text into it, whose order means something.
        while all.last().is_some_and(Vec::is_empty) {
            all.pop();
        }
    }
    let mut known: HashSet<Vec<u8>> = all.iter().cloned().collect();
    let added = lines.iter().map(|line| line.clone().into_bytes()).filter(|line| known.insert(line.clone()));
    all.extend(added);
    if sorted {
        all.sort_unstable();
        all.dedup();
    }
    let mut merged = all.join(&b'\n');
    merged.push(b'\n');
    merged
}

/// Ten digits at least, so that lines sort by time; what is no number stays as it is.
fn padded(timestamp: String) -> String {
    match timestamp.parse::<i64>() {
        Ok(seconds) if timestamp.len() < 10 => format!("{seconds:010}"),
        _ => timestamp,
    }
}

/// Seconds since 1970 as notes have them.
pub(super) fn seconds(time: Timestamp) -> String {
    format!("{:010}", time.millis().div_euclid(1000))
}

fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).or_else(|| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// `""` when it is not there; `None` when it is no text.
fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match field(fields, name) {
        None | Some(Value::Null) => Some(String::new()),
        Some(value) => value.as_str().map(str::to_owned),
    }
}

fn go_string(text: &str, recent: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' if recent => out.push_str("\\b"),
            '\u{c}' if recent => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn hex_of(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
