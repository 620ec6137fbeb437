//! Which lines open and close what: blocks by brackets, else by indentation, in any language and without its grammar.

use crate::{range::Span, text::Text};

/// How a language writes comments and strings; all that must be known to see its brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// `//`, `/* … */`, and `'…'` is a string.
    Braces,
    /// The same, but a lone `'` is none (lifetimes).
    Lifetimes,
    /// `#`.
    Hash,
    /// Prose and markup: brackets mean nothing.
    Plain,
}

impl Syntax {
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or(name, |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "rs" => Self::Lifetimes,
            "py" | "pyi" | "rb" | "sh" | "bash" | "zsh" | "fish" | "pl" | "pm" | "r" | "jl" | "ex" | "exs" | "yml" | "yaml" | "toml"
            | "cfg" | "conf" | "ini" | "tf" | "nix" | "cmake" | "makefile" | "dockerfile" | "mk" => Self::Hash,
            "md" | "markdown" | "txt" | "rst" | "adoc" | "xml" | "html" | "htm" | "svg" | "xsl" | "xsd" | "csv" | "tex" | "properties"
            | "license" | "readme" => Self::Plain,
            _ => Self::Braces,
        }
    }
}

const NONE: u32 = u32::MAX;

/// Blocks deeper than this are not told apart.
const DEEPEST: usize = 256;

/// At most this many ends are looked for after one beginning.
const MOST_ENDS: usize = 24;

/// The blocks of a text.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// For each line: where the outermost bracket that it opens and does not close is closed; else [`NONE`].
    closes: Vec<u32>,
    /// For each line: the first line of the statement whose block it stands in.
    parent: Vec<u32>,
    /// For each line: how many brackets are open before its first word, closing ones at its start counted as closed.
    depth: Vec<u16>,
    /// Whether the line stands in a string or comment of several lines from its first letter on.
    quoted: Vec<bool>,
}

#[derive(Clone, Copy)]
struct Open {
    bracket: u8,
    line: u32,
    /// First line of the statement that the bracket belongs to.
    head: u32,
}

impl Structure {
    pub fn of(text: &Text, syntax: Syntax) -> Self {
        if syntax == Syntax::Plain || !text.text().bytes().any(|byte| byte == b'{' || byte == b'(') {
            return Self::by_indentation(text);
        }
        let mut lexer = Lexer { syntax, within: Within::Code };
        let count = text.line_count();
        let mut found = Self { closes: vec![NONE; count], parent: vec![NONE; count], depth: vec![0; count], quoted: vec![false; count] };
        let mut open: Vec<Open> = Vec::new();
        let mut brackets = Vec::new();
        let mut at_start: Vec<Open> = Vec::new();
        let mut last_said = NONE;
        for line in 0..count {
            let number = line as u32;
            found.quoted[line] = lexer.within != Within::Code;
            brackets.clear();
            let leading = lexer.brackets(text.content(line), &mut brackets);
            at_start.clone_from(&open);
            let mut counted = false;
            for (index, bracket) in brackets.iter().enumerate() {
                if index == leading {
                    found.note(line, &open);
                    counted = true;
                }
                match bracket {
                    b'{' | b'(' | b'[' => {
                        let depth = open.len();
                        if depth >= DEEPEST {
                            continue;
                        }
                        let head = match at_start.get(depth) {
                            // What a parenthesis of an earlier line began goes on: `fn f(⏎ a: u8,⏎) {`.
                            Some(before) if before.bracket != b'{' && open.get(depth).is_none() => before.head,
                            _ if index == 0 && leading == 0 && *bracket == b'{' && begins_with_brace(text, line) && last_said != NONE => {
                                found.head_of(last_said, depth)
                            }
                            _ => number,
                        };
                        open.push(Open { bracket: *bracket, line: number, head });
                    }
                    closing => {
                        let opening = match closing {
                            b'}' => b'{',
                            b')' => b'(',
                            _ => b'[',
                        };
                        // A bracket that closes nothing is left out; one that closes an outer block closes the inner ones too.
                        let Some(at) = open.iter().rposition(|open| open.bracket == opening) else { continue };
                        for closed in open.drain(at..).rev() {
                            if closed.line < number {
                                found.closes[closed.line as usize] = number;
                            }
                        }
                    }
                }
            }
            if !counted {
                found.note(line, &open);
            }
            if !text.lines()[line].is_blank() {
                last_said = number;
            }
        }
        if syntax == Syntax::Hash {
            found.fill_by_indentation(text);
        }
        found
    }

    fn note(&mut self, line: usize, open: &[Open]) {
        self.depth[line] = open.len() as u16;
        self.parent[line] = open.last().map_or(NONE, |open| open.head);
    }

    /// Where the statement begins that goes on in `line`, the last one said before a brace of its own line.
    fn head_of(&self, line: u32, depth: usize) -> u32 {
        let mut head = line;
        for _ in 0..64 {
            if usize::from(self.depth[head as usize]) <= depth || self.parent[head as usize] == NONE {
                break;
            }
            head = self.parent[head as usize];
        }
        head
    }

    fn by_indentation(text: &Text) -> Self {
        let count = text.line_count();
        let mut found = Self { closes: vec![NONE; count], parent: vec![NONE; count], depth: vec![0; count], quoted: vec![false; count] };
        found.fill_by_indentation(text);
        found
    }

    /// A line owns the deeper ones after it, where brackets say nothing else.
    fn fill_by_indentation(&mut self, text: &Text) {
        let mut open: Vec<(u16, u32)> = Vec::new();
        let mut last = NONE;
        for (line, facts) in text.lines().iter().enumerate() {
            if facts.is_blank() || self.quoted[line] {
                continue;
            }
            while let Some((_, head)) = open.pop_if(|(indent, _)| *indent >= facts.indent) {
                let head = head as usize;
                if last != NONE && last > head as u32 && self.closes[head] == NONE {
                    self.closes[head] = last;
                }
            }
            if self.parent[line] == NONE {
                self.parent[line] = open.last().map_or(NONE, |(_, head)| *head);
                self.depth[line] = open.len().min(DEEPEST) as u16;
            }
            open.push((facts.indent, line as u32));
            last = line as u32;
        }
        for (_, head) in open {
            if last > head && self.closes[head as usize] == NONE {
                self.closes[head as usize] = last;
            }
        }
    }

    /// The first line of the statement whose block the line stands in.
    pub fn parent(&self, line: usize) -> Option<usize> {
        self.parent.get(line).copied().filter(|parent| *parent != NONE && (*parent as usize) < line).map(|parent| parent as usize)
    }

    /// How many blocks the line stands in.
    pub fn depth(&self, line: usize) -> usize {
        usize::from(self.depth[line])
    }

    /// Whether a line is the inside of a comment or string that began earlier.
    pub fn is_quoted(&self, line: usize) -> bool {
        self.quoted[line]
    }

    /// The lines where something ends that begins with `first`, ascending: the statement in its line or lines, its block, and each block that goes on with
    /// it (`else`, `catch`). The last one is the end of the whole. Never empty.
    pub fn ends(&self, text: &Text, first: usize) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut at = first;
        while ends.len() < MOST_ENDS {
            let close = self.closes[at];
            if close != NONE && close as usize > at {
                at = close as usize;
                if self.closes[at] != NONE {
                    ends.push(at);
                }
                continue;
            }
            match self.goes_on(text, first, at) {
                Some((next, whole)) => {
                    if whole {
                        ends.push(at);
                    }
                    at = next;
                }
                None => break,
            }
        }
        if ends.last() != Some(&at) {
            ends.push(at);
        }
        ends
    }

    /// The next line when it belongs to what began with `first`, and whether something whole ended before it.
    fn goes_on(&self, text: &Text, first: usize, at: usize) -> Option<(usize, bool)> {
        let next = (at + 1..text.line_count().min(at + 4)).find(|line| !text.lines()[*line].is_blank())?;
        let content = text.content(next).trim_start();
        if content.starts_with('{') && text.syntax() != Syntax::Plain {
            let ended = text.content(at).trim_end().ends_with([';', '}', '{']);
            return (!ended && self.depth(next) == self.depth(first)).then_some((next, false));
        }
        let same_place = text.lines()[next].indent == text.lines()[first].indent || self.depth(next) == self.depth(first);
        if at > first && same_place && continues(content) && self.parent(next) == self.parent(first) {
            return Some((next, true));
        }
        // A statement over several lines, without a bracket.
        let open_ended = !text.content(at).trim_end().ends_with([';', '{', '}', ',', ':', '>']);
        let deeper = text.lines()[next].indent > text.lines()[first].indent;
        let statement = !content.starts_with(['}', ')', ']', '@', '#', '/', '*']);
        let code = text.syntax() != Syntax::Plain && !self.is_quoted(at) && !is_comment(text.content(at));
        (code && next == at + 1 && open_ended && deeper && statement && self.depth(next) == self.depth(first)).then_some((next, false))
    }

    /// Where the annotations and attributes begin that stand directly above a line; the line itself when there are none.
    pub fn with_annotations(&self, text: &Text, line: usize) -> usize {
        let mut first = line;
        while let Some(above) = first.checked_sub(1) {
            let begins = |owner: &usize| *owner == above || self.closes[*owner] as usize == above;
            let Some(owner) = (first.saturating_sub(12)..first).rev().find(|owner| begins(owner) && is_annotation(text.content(*owner)))
            else {
                break;
            };
            first = owner;
        }
        first
    }

    /// Whether brackets that open in the span close in it, and the other way round.
    pub fn is_balanced(&self, span: Span) -> bool {
        let depth = self.depth(span.first);
        span.iter().all(|line| self.depth(line) >= depth)
            && self.depth(span.last) == depth
            && (self.closes[span.last] == NONE || span.lines() == 1)
    }
}

fn begins_with_brace(text: &Text, line: usize) -> bool {
    text.content(line).trim_start().starts_with('{')
}

/// Whether a line goes on with the block that ended before it.
fn continues(content: &str) -> bool {
    let word: String = content.chars().take_while(char::is_ascii_alphabetic).collect();
    matches!(word.as_str(), "else" | "catch" | "finally" | "elif" | "except" | "rescue" | "ensure" | "elsif")
}

/// `@Override`, `#[test]`: written above what it belongs to.
pub(crate) fn is_annotation(content: &str) -> bool {
    let content = content.trim_start();
    let named = |rest: &str| rest.starts_with(|letter: char| letter.is_alphabetic());
    content.strip_prefix('@').is_some_and(named) && !content.starts_with("@interface") || content.starts_with("#[")
}

fn is_comment(content: &str) -> bool {
    let content = content.trim_start();
    content.starts_with("//") || content.starts_with("/*") || content.starts_with('*') || content.starts_with('#')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Comment,
    /// A string of several lines, by what ends it.
    String(&'static str),
}

/// Finds brackets that are code.
struct Lexer {
    syntax: Syntax,
    within: Within,
}

impl Lexer {
    /// Appends the brackets of a line; returns how many of them close something before anything else is said.
    fn brackets(&mut self, line: &str, brackets: &mut Vec<u8>) -> usize {
        let line = line.as_bytes();
        let mut at = 0;
        let mut leading = 0;
        let mut said = false;
        while at < line.len() {
            let rest = &line[at..];
            match self.within {
                Within::Comment => match memchr::memmem::find(rest, b"*/") {
                    Some(end) => (self.within, at) = (Within::Code, at + end + 2),
                    None => return leading,
                },
                Within::String(end) => match memchr::memmem::find(rest, end.as_bytes()) {
                    Some(found) => (self.within, at) = (Within::Code, at + found + end.len()),
                    None => return leading,
                },
                Within::Code => {
                    let braces = self.syntax != Syntax::Hash;
                    if (braces && rest.starts_with(b"//")) || (!braces && rest[0] == b'#') {
                        return leading;
                    }
                    if braces && rest.starts_with(b"/*") {
                        (self.within, at) = (Within::Comment, at + 2);
                        continue;
                    }
                    match rest[0] {
                        b'"' if rest.starts_with(b"\"\"\"") => (self.within, at) = (Within::String("\"\"\""), at + 3),
                        b'\'' if !braces && rest.starts_with(b"'''") => (self.within, at) = (Within::String("'''"), at + 3),
                        b'`' if braces => (self.within, at) = (Within::String("`"), at + 1),
                        quote @ (b'"' | b'\'') => {
                            let end = string_end(rest, quote);
                            let is_string = end.is_some_and(|end| quote == b'"' || self.syntax != Syntax::Lifetimes || end <= 6);
                            at += if is_string { end.unwrap_or(1) } else { 1 };
                            said = true;
                            continue;
                        }
                        bracket @ (b'{' | b'(' | b'[' | b'}' | b')' | b']') => {
                            brackets.push(bracket);
                            let closing = matches!(bracket, b'}' | b')' | b']');
                            if closing && !said {
                                leading += 1;
                            } else {
                                said = true;
                            }
                            at += 1;
                            continue;
                        }
                        byte => {
                            said |= !byte.is_ascii_whitespace();
                            at += 1;
                            continue;
                        }
                    }
                    said = true;
                }
            }
        }
        leading
    }
}

/// Behind the end of a string that begins with a quote; `None` when it does not end in the line.
fn string_end(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}
