//! Paragraphs as the lines of a comment.

use super::form::{Form, Mark, Speech};

/// Marks that begin a list, heading, quote, table or directive where they begin a line.
const BEGINNINGS: [char; 13] = ['#', '>', '-', '+', '*', '=', '|', '.', '~', ':', '%', '/', '!'];

/// How wide, and after what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure<'a> {
    /// Before each line: white space.
    pub indent: &'a str,
    /// The last column, indentation included; a tab counts as four.
    pub width: usize,
}

/// The columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter == '\t' { 4 } else { 1 }).sum()
}

/// A comment with these paragraphs, line by line, without indentation.
pub(super) fn comment(mark: Mark, paragraphs: &[String], form: &Form, measure: Measure<'_>) -> Vec<String> {
    let room = measure.width.saturating_sub(columns(measure.indent)).max(24);
    match mark {
        Mark::Lines(mark) => {
            let mut lines = wrapped(paragraphs, room.saturating_sub(columns(mark) + 1));
            if form.speech == Speech::Xml {
                lines.insert(0, "<summary>".to_owned());
                lines.push("</summary>".to_owned());
            }
            lines.into_iter().map(|line| format!("{mark} {line}").trim_end().to_owned()).collect()
        }
        Mark::Block => block("", paragraphs, room),
        Mark::Docstring => docstring(paragraphs, room),
    }
}

/// `/** … */`, with a tag of its own line where there is one.
pub(super) fn block(tag: &str, paragraphs: &[String], room: usize) -> Vec<String> {
    let lines = wrapped(paragraphs, room.saturating_sub(3));
    if let ([only], "") = (lines.as_slice(), tag)
        && columns(only) + 7 <= room
    {
        return vec![format!("/** {only} */")];
    }
    let begin = if tag.is_empty() { Vec::new() } else { vec![format!(" * {tag}")] };
    let body = lines.iter().map(|line| format!(" * {line}").trim_end().to_owned());
    std::iter::once("/**".to_owned()).chain(begin).chain(body).chain([" */".to_owned()]).collect()
}

fn docstring(paragraphs: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = wrapped(paragraphs, room.saturating_sub(3)).iter().map(|line| escaped(line)).collect();
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, "\"\"\"");
    }
    match lines.as_mut_slice() {
        [only] if columns(only) + 3 <= room => only.push_str("\"\"\""),
        _ => lines.push("\"\"\"".to_owned()),
    }
    lines
}

/// A line within `"""`: no backslash escapes anything, and no quotes end it.
fn escaped(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    for (at, letter) in letters.iter().enumerate() {
        // A quote by itself, with other letters on both sides, ends nothing.
        let alone = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|other| *other != '"');
        let is_quote = *letter == '"' && !(alone(at.checked_sub(1)) && alone(Some(at + 1)));
        if *letter == '\\' || is_quote {
            out.push('\\');
        }
        out.push(*letter);
    }
    out
}

/// Paragraphs as lines of at most so many columns, an empty one between them. No line begins with a mark that would make it more than a line.
fn wrapped(paragraphs: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.trim_start_matches(|letter: char| BEGINNINGS.contains(&letter) || letter == ' ').split(' ') {
            let fits = columns(&line) + 1 + columns(word) <= room;
            if line.is_empty() {
                word.clone_into(&mut line);
            } else if fits || begins(word) {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        lines.push(line);
    }
    lines
}

/// Whether a line that begins with this word would be more than a line.
fn begins(word: &str) -> bool {
    let digits = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    word.starts_with(BEGINNINGS) || word.starts_with('\\') || (digits.len() < word.len() && digits.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documenting::form::form_of;

    fn lines(language: &str, paragraphs: &[&str], width: usize) -> Vec<String> {
        let form = form_of(language).expect("a form");
        let paragraphs: Vec<String> = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        comment(form.mark, &paragraphs, &form, Measure { indent: "    ", width })
    }

    #[test]
    fn comments_are_of_their_language() {
        assert_eq!(lines("Rust", &["One two.", "Three."], 80), ["/// One two.", "///", "/// Three."]);
        assert_eq!(lines("Java", &["One two."], 80), ["/** One two. */"]);
        assert_eq!(lines("Java", &["One two three four five six."], 30), ["/**", " * One two three four five", " * six.", " */"]);
        assert_eq!(lines("C#", &["One."], 80), ["/// <summary>", "/// One.", "/// </summary>"]);
        assert_eq!(lines("Python", &["One."], 80), ["\"\"\"One.\"\"\""]);
        assert_eq!(lines("Python", &["One.", "Two \"x\"."], 80), ["\"\"\"One.", "", "Two \"x\".", "\"\"\""]);
    }

    #[test]
    fn a_line_is_wrapped_where_the_next_is_a_line_still() {
        assert_eq!(lines("Rust", &["# one two three four five - six 1. seven"], 32), ["/// one two three four five -", "/// six 1. seven"]);
        assert_eq!(lines("Python", &["a \\n \"\"\" b\""], 80), ["\"\"\"a \\\\n \\\"\\\"\\\" b\\\"\"\"\""]);
    }
}
