//! What a file says of itself, at its top.

use super::{
    Said,
    form::{FileMark, Form, Mark},
    layout::{Measure, block, comment},
    place::{Kept, Put, indented, is_blank, paragraphs},
    source::Source,
};
use crate::Project;

/// Files of a package that are looked at for what it says of itself.
const MOST_SIBLINGS: usize = 200;

/// The comment at the top of a file that has none.
pub(super) fn of_file(project: &dyn Project, path: &str, source: &Source, sentences: &[Vec<Said>]) -> Result<Put, Kept> {
    let is_documented = match source.form.file {
        FileMark::Package => has_package_comment(&source.text),
        _ => source.code.doc.is_some(),
    };
    if is_documented {
        return Err(Kept::Documented);
    }
    let width = source.width();
    let measure = Measure { indent: "", width };
    match source.form.file {
        FileMark::None => Err(Kept::Because(format!("files of {} have no doc comment of their own", source.language))),
        FileMark::Package => package(project, path, source, sentences, measure),
        FileMark::Lines(mark) => {
            let form = Form { mark: Mark::Lines(mark), ..source.form };
            let paragraphs = paragraphs(sentences, source, None)?;
            at_top(source, &comment(form.mark, &paragraphs, &form, measure))
        }
        FileMark::Block => at_top(source, &block("@file", &paragraphs(sentences, source, None)?, width)),
        FileMark::Docstring => at_top(source, &comment(Mark::Docstring, &paragraphs(sentences, source, None)?, &source.form, measure)),
    }
}

/// Behind what has to be first: the line for the shell, the encoding, the licence.
fn at_top(source: &Source, lines: &[String]) -> Result<Put, Kept> {
    let start = head(source)?;
    let end = source.line_end(start);
    let rest = &source.text[start..];
    let gap = if is_blank(rest) || is_blank(rest.lines().next().unwrap_or_default()) { "" } else { end };
    let above = source.part(0..start);
    let before = match above.lines().next_back() {
        // The last line of a file may have no end.
        Some(_) if !above.ends_with('\n') => format!("{end}{end}"),
        Some(line) if !is_blank(line) && !line.starts_with("#!") => end.to_owned(),
        _ => String::new(),
    };
    let new: String = lines.iter().map(|line| indented("", line, end)).collect();
    Ok(Put { start, end: start, new: format!("{before}{new}{gap}") })
}

/// The byte behind the head of a file.
fn head(source: &Source) -> Result<usize, Kept> {
    let text = &*source.text;
    let line_after = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let mut at = 0;
    if text.starts_with("#!") && !text.starts_with("#![") {
        at = line_after(0);
    }
    let marks: &[&str] = if source.language == "Python" { &["#"] } else { &["//", "/*"] };
    let begins = |at: usize| text[at..].lines().next().is_some_and(|line| marks.iter().any(|mark| line.starts_with(mark)));
    if !begins(at) {
        return Ok(at);
    }
    let mut end = at;
    let in_block = text[at..].starts_with("/*");
    if in_block {
        let close = text[at..].find("*/").ok_or("it begins with a comment that does not end")?;
        end = line_after(at + close);
        if !is_blank(text[at + close + 2..end].trim()) {
            return Err("code begins on the line of its first comment".into());
        }
    } else {
        while end < text.len() && begins(end) && !text[end..].starts_with("/*") {
            end = line_after(end);
        }
    }
    let first = &text[at..end];
    let is_encoding = source.language == "Python" && first.lines().take(2).any(|line| line.contains("coding"));
    if is_licence(first) || is_encoding {
        return Ok(end);
    }
    // Where a comment says something about what follows, or to tools, nothing comes between or before.
    match source.language {
        "Rust" | "Zig" => Ok(at),
        "Python" if text[end..].lines().next().is_none_or(is_blank) => Ok(end),
        "Python" => Ok(at),
        _ => Err("it begins with a comment".into()),
    }
}

fn is_licence(comment: &str) -> bool {
    ["Copyright", "copyright", "SPDX-License", "Licensed under", "All rights reserved", "GNU General Public", "@license"]
        .iter()
        .any(|word| comment.contains(word))
}

/// The comment of a package of Go, unless another of its files has it.
fn package(project: &dyn Project, path: &str, source: &Source, sentences: &[Vec<Said>], measure: Measure<'_>) -> Result<Put, Kept> {
    let (start, name) = clause(&source.text).ok_or("it has no package")?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_sibling = |other: &&String| {
        let (at, name) = other.rsplit_once('/').unwrap_or(("", other));
        at == folder && *other != path && name.ends_with(".go") && !name.ends_with("_test.go")
    };
    for other in project.paths().iter().filter(is_sibling).take(MOST_SIBLINGS) {
        let Some(text) = project.text(other) else { continue };
        if has_package_comment(&text) {
            return Err(Kept::Because(format!("{other} says what the package is about")));
        }
    }
    let mut paragraphs = paragraphs(sentences, source, None)?;
    if let Some(first) = paragraphs.first_mut() {
        let word = format!("Package {name}");
        if !first.starts_with(&word) {
            *first = format!("{word}: {first}");
        }
    }
    let end = source.line_end(start);
    let lines: String = comment(source.form.mark, &paragraphs, &source.form, measure).iter().map(|line| indented("", line, end)).collect();
    // What stands right above is of another kind, and must not be part of it.
    let above = source.part(0..start);
    let gap = if above.is_empty() || above.lines().next_back().is_some_and(is_blank) { "" } else { end };
    Ok(Put { start, end: start, new: format!("{gap}{lines}") })
}

/// Whether a comment for people, and not about the licence, stands right above `package`.
fn has_package_comment(text: &str) -> bool {
    let Some((start, _)) = clause(text) else { return false };
    let above = text[..start].lines().next_back().unwrap_or_default().trim();
    let is_comment = above.starts_with("//") || above.ends_with("*/");
    is_comment && !above.starts_with("//go:") && !above.starts_with("// +build") && !is_licence(above)
}

/// Where `package` stands, and the package's name.
fn clause(text: &str) -> Option<(usize, &str)> {
    let (mut at, mut in_block) = (0, false);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if in_block {
            in_block = !trimmed.contains("*/");
        } else if let Some(rest) = line.strip_prefix("package ") {
            let name = rest.trim_start();
            let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
            return (end > 0).then_some((at, &name[..end]));
        } else if let Some(comment) = trimmed.strip_prefix("/*") {
            in_block = !comment.contains("*/");
        } else if !trimmed.is_empty() && !trimmed.starts_with("//") {
            return None;
        }
        at += line.len();
    }
    None
}
