//! Comments that are about a definition, without their marks.

use std::ops::Range;

use super::DocComment;

/// A longer comment is cut, at the end of a line where there is one.
const LONGEST: usize = 16 * 1024;

/// A comment, or an attribute among comments.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    /// Without white space at its end.
    pub(super) range: Range<usize>,
    pub(super) is_attribute: bool,
}

/// What may be a doc comment in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// `///` and `/** */` alone.
    Rust,
    /// In the body: docstrings.
    Python,
    /// Any comment right before.
    Before,
}

impl Habit {
    pub(super) fn of(language: &str) -> Self {
        match language {
            "Rust" => Self::Rust,
            "Python" => Self::Python,
            _ => Self::Before,
        }
    }
}

/// Comments in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Comments(Vec<Comment>);

impl Comments {
    pub(super) fn add(&mut self, text: &str, range: Range<usize>, is_attribute: bool) {
        let length = text.get(range.clone()).map_or(0, |comment| comment.trim_end().len());
        self.0.push(Comment { range: range.start..range.start + length, is_attribute });
    }

    /// Attributes right before `start`, the last first.
    pub(super) fn attributes_before<'a>(&'a self, text: &'a str, start: usize) -> impl Iterator<Item = &'a str> {
        self.run_before(text, start).filter(|comment| comment.is_attribute).filter_map(|comment| text.get(comment.range.clone()))
    }

    /// Where a doc comment of what begins at `start` would begin: above the attributes and the words to tools that stand right before it.
    pub(super) fn lead(&self, text: &str, start: usize) -> usize {
        let belongs = |comment: &&Comment| {
            let body = text.get(comment.range.clone()).unwrap_or_default();
            let is_part = if comment.is_attribute { !body.starts_with("#!") } else { is_for_tools(body) };
            is_part && begins_line(text, comment.range.start)
        };
        self.run_before(text, start).take_while(belongs).last().map_or(start, |comment| comment.range.start)
    }

    /// The doc comment of what begins at `start`.
    pub(super) fn before(&self, text: &str, start: usize, habit: Habit) -> Option<DocComment> {
        let mut range: Option<Range<usize>> = None;
        for comment in self.run_before(text, start).filter(|comment| !comment.is_attribute) {
            let body = text.get(comment.range.clone())?;
            if !body.starts_with("///") && !body.starts_with("/**") && !begins_line(text, comment.range.start) {
                break;
            }
            if !is_doc(body, habit) {
                // What is said to tools may stand between.
                if range.is_none() && is_for_tools(body) {
                    continue;
                }
                break;
            }
            // Two comments of the block sort are two comments: the nearer one counts.
            if range.is_some() && body.starts_with("/*") {
                break;
            }
            range = Some(comment.range.start..range.map_or(comment.range.end, |range| range.end));
            if body.starts_with("/*") {
                break;
            }
        }
        of(text, range?)
    }

    /// The comment behind what ends at `end`, on its last line.
    pub(super) fn behind(&self, text: &str, end: usize) -> Option<DocComment> {
        let at = self.0.partition_point(|comment| comment.range.start < end);
        let comment = self.0.get(at).filter(|comment| !comment.is_attribute)?;
        let between = text.get(end..comment.range.start)?;
        let is_near = between.len() <= 200 && between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ';'));
        if is_near { of(text, comment.range.clone()) } else { None }
    }

    /// What the text says of itself: its first comment, unless that is about its licence or in `taken`, which are doc comments of definitions.
    pub(super) fn of_text(&self, text: &str, taken: &[usize], first_code: usize, habit: Habit) -> Option<DocComment> {
        let mut at = 0;
        while let Some(first) = self.0.get(at) {
            let body = text.get(first.range.clone())?;
            if first.is_attribute || body.starts_with("#!") {
                at += 1;
                continue;
            }
            if habit != Habit::Rust && first.range.start >= first_code {
                return None;
            }
            let inner = body.starts_with("//!") || body.starts_with("/*!");
            if habit == Habit::Rust && !inner {
                if first.range.start >= first_code {
                    return None;
                }
                at += 1;
                continue;
            }
            let mut end = first.range.end;
            let mut next = at + 1;
            while let Some(comment) = self.0.get(next) {
                let between = text.get(end..comment.range.start)?;
                let goes_on = between.trim().is_empty() && between.matches('\n').count() < 2;
                let same = text.get(comment.range.clone())?;
                if !goes_on || body.starts_with("/*") || (habit == Habit::Rust && !same.starts_with("//!")) {
                    break;
                }
                end = comment.range.end;
                next += 1;
            }
            let found = of(text, first.range.start..end);
            if let Some(found) = found
                && !is_legal(&found.text)
            {
                return (!taken.contains(&found.range.start)).then_some(found);
            }
            at = next;
        }
        None
    }

    /// The comments and attributes that follow one another up to `start` without an empty line, the last first.
    fn run_before<'a>(&'a self, text: &'a str, start: usize) -> impl Iterator<Item = &'a Comment> {
        let at = self.0.partition_point(|comment| comment.range.start < start);
        let mut next = start;
        self.0[..at].iter().rev().take(2000).take_while(move |comment| {
            let between = text.get(comment.range.end..next).unwrap_or("x");
            let is_near = between.len() <= 400 && between.trim().is_empty() && between.matches('\n').count() < 2;
            next = comment.range.start;
            is_near
        })
    }
}

/// The docstring at these bytes of Python.
pub(super) fn docstring(text: &str, range: Range<usize>) -> Option<DocComment> {
    let body = text.get(range.clone())?;
    let quoted = body.trim_start_matches(|c: char| matches!(c.to_ascii_lowercase(), 'r' | 'u' | 'b' | 'f'));
    let inner = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|mark| quoted.strip_prefix(mark)?.strip_suffix(mark))?;
    // The first line stands behind the marks; the indentation is that of the others.
    let (first, rest) = inner.split_once('\n').unwrap_or((inner, ""));
    let mut lines = vec![first.trim().to_owned()];
    lines.extend(without_indentation(rest.lines().collect(), false));
    finished(lines, range)
}

/// The comment at these bytes, without its marks; `None` when nothing is left.
fn of(text: &str, range: Range<usize>) -> Option<DocComment> {
    let body = text.get(range.clone())?;
    let lines: Vec<&str> = body.lines().map(|line| unmarked(line, body.starts_with("/*"))).collect();
    let lines = without_indentation(lines, body.starts_with("/*"));
    finished(lines, range)
}

/// A line without the marks of its comment.
fn unmarked(line: &str, is_block: bool) -> &str {
    let plain = line.trim_start();
    let marks: &[&str] = if is_block {
        &["/**<", "/**", "/*!", "/*"]
    } else {
        &["///<", "//!<", "///", "//!", "//", "/**", "/*!", "/*", "#", "--[[", "--", "<!--", "%", ";;", ";", "'''"]
    };
    let mut rest = marks.iter().find_map(|mark| plain.strip_prefix(mark)).unwrap_or_else(|| {
        let starred = plain.strip_prefix('*').filter(|rest| is_block && !rest.starts_with(|c: char| !c.is_whitespace() && c != '/'));
        starred.unwrap_or(if is_block { line } else { plain })
    });
    for mark in ["*/", "-->", "]]"] {
        rest = rest.trim_end().strip_suffix(mark).unwrap_or(rest);
    }
    if rest.trim() == "/" && is_block { "" } else { rest.trim_end() }
}

/// Lines without the white space that all of them begin with; the first line of a block stands behind its mark, and is not measured.
fn without_indentation(lines: Vec<&str>, is_block: bool) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let measured = lines.iter().skip(usize::from(is_block)).filter(|line| !line.trim().is_empty());
    let common = measured.map(|line| indent(line)).min().unwrap_or(0);
    let cut = |(at, line): (usize, &&str)| {
        let least = if at == 0 && is_block { indent(line) } else { common };
        line.get(least.min(indent(line))..).unwrap_or_default().trim_end().to_owned()
    };
    lines.iter().enumerate().map(cut).collect()
}

fn finished(lines: Vec<String>, range: Range<usize>) -> Option<DocComment> {
    // A line of signs only frames the comment.
    let frames = |line: &String| line.chars().count() >= 3 && line.chars().all(|c| matches!(c, '=' | '-' | '*' | '#' | '~' | '/' | '+'));
    let is_empty = |line: &String| line.trim().is_empty() || frames(line);
    let first = lines.iter().position(|line| !is_empty(line))?;
    let last = lines.iter().rposition(|line| !is_empty(line))?;
    let mut text = lines[first..=last].join("\n");
    if text.len() > LONGEST {
        let cut = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(text[..cut].rfind('\n').filter(|line| *line > LONGEST / 2).unwrap_or(cut));
    }
    text.chars().any(char::is_alphanumeric).then_some(DocComment { text, range })
}

/// Whether a comment tells people about the code, rather than tools.
fn is_doc(comment: &str, habit: Habit) -> bool {
    if habit == Habit::Rust {
        let line = comment.starts_with("///") && !comment.starts_with("////");
        return line || (comment.starts_with("/**") && !comment.starts_with("/***") && comment.len() > 4);
    }
    let is_behind = ["/**<", "///<", "//!<", "/*!<"].iter().any(|mark| comment.starts_with(mark));
    !is_behind && !is_for_tools(comment) && !is_legal(comment)
}

fn is_for_tools(comment: &str) -> bool {
    let words = comment.trim_start_matches(['/', '*', '#', ' ', '!', '-']);
    let tools = [
        "eslint",
        "@ts-",
        "ts-",
        "prettier",
        "biome",
        "istanbul",
        "c8 ",
        "v8 ",
        "webpack",
        "nolint",
        "rubocop",
        "noinspection",
        "clang-format",
    ];
    let directive = ["//go:", "//export ", "// +build"].iter().any(|start| comment.starts_with(start));
    directive || tools.iter().any(|tool| words.starts_with(tool))
}

fn is_legal(comment: &str) -> bool {
    let head = &comment[..(0..=comment.len().min(600)).rev().find(|at| comment.is_char_boundary(*at)).unwrap_or(0)];
    ["Copyright", "SPDX-License", "Licensed under", "All rights reserved", "GNU General Public", "@license"]
        .iter()
        .any(|word| head.contains(word))
}

fn begins_line(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before[before.rfind('\n').map_or(0, |line| line + 1)..].trim().is_empty()
}
