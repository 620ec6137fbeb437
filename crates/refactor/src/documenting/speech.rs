//! Words that stay words in a comment, whoever wrote them: they end no comment, begin no code, and tell no tool anything.

use super::{
    Said,
    form::{Form, Mark, Speech},
};

/// A paragraph in the words of a language's comments, on one line.
pub(super) fn paragraph(sentences: &[Vec<Said>], form: &Form) -> String {
    let speech = form.speech;
    let mut out = String::new();
    for sentence in sentences {
        out.push(' ');
        for part in sentence {
            match part {
                Said::Words(words) => out.push_str(&words_of(&cleaned(words), speech)),
                Said::Name(name) => out.push_str(&name_of(cleaned(name).trim(), speech)),
            }
        }
    }
    harmless(out.trim(), form)
}

/// Without what can't be seen or turns the direction of the text around; every space and control is one space.
fn cleaned(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !is_invisible(*letter)) {
        if !letter.is_whitespace() && !letter.is_control() {
            out.push(letter);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Joiners stay: words of some scripts are not the same without them.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{180e}')
        || matches!(letter, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn words_of(words: &str, speech: Speech) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match (speech, letter) {
            (Speech::Markdown, '`') => out.push('\''),
            (Speech::Markdown, '\\' | '<' | '[' | '~') => out.extend(['\\', letter]),
            (Speech::Html | Speech::Commands | Speech::Xml, '&') => out.push_str("&amp;"),
            (Speech::Html | Speech::Commands | Speech::Xml, '<') => out.push_str("&lt;"),
            (Speech::Html | Speech::Commands | Speech::Xml, '>') => out.push_str("&gt;"),
            // Java reads `\u` before it knows of comments.
            (Speech::Html, '\\') => out.push_str("&#92;"),
            (Speech::Html, '@') => out.push_str("&#64;"),
            (Speech::Commands, '\\') => out.push_str("\\\\"),
            (_, letter) => out.push(letter),
        }
    }
    out
}

/// A name, marked as one where the language has a mark for it.
fn name_of(name: &str, speech: Speech) -> String {
    let is_plain = !name.is_empty() && !name.contains(['`', '\\', '{', '}', '@', '"', '\'']);
    match speech {
        Speech::Markdown | Speech::Commands if is_plain => format!("`{name}`"),
        Speech::Html if is_plain && !name.contains(['<', '>', '&']) => format!("{{@code {name}}}"),
        Speech::Xml if is_plain => format!("<c>{}</c>", words_of(name, speech)),
        _ => words_of(name, speech),
    }
}

/// Without what ends or begins a comment, names a tag to tools, or would be run as an example of Python.
fn harmless(text: &str, form: &Form) -> String {
    let mut text = text.to_owned();
    if form.mark == Mark::Block {
        text = text.replace("*/", "* /").replace("/*", "/ *");
    }
    // What parses shell scripts can't tell every letter behind a brace.
    if form.mark == Mark::Lines("#") {
        text = text.replace('{', "{ ");
    }
    if form.mark == Mark::Docstring {
        text = text.replace(">>>", ">> >");
    }
    // Of HTML every other `@` is written as an entity.
    if !form.tags || form.speech == Speech::Html {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        if letter == '@' && letters.peek().is_some_and(|next| !next.is_whitespace()) {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documenting::form::form_of;

    fn said(language: &str, words: &str, name: &str) -> String {
        let sentences = [vec![Said::Words(words.to_owned()), Said::Name(name.to_owned())]];
        paragraph(&sentences, &form_of(language).expect("a form"))
    }

    #[test]
    fn each_language_keeps_words_as_words() {
        assert_eq!(said("Rust", "A <b> of [x] ``` \\ ", "Vec<u8>"), "A \\<b> of \\[x] ''' \\\\ `Vec<u8>`");
        assert_eq!(said("TypeScript", "*/ @jsx /*", "@jsx"), "* / @ jsx / *@ jsx");
        assert_eq!(said("Java", "\\u002a/ {@link x} a & ", "List"), "&#92;u002a/ {&#64;link x} a &amp; {@code List}");
        assert_eq!(said("C", "\\include x */ @file ", "f"), "\\\\include x * / @ file `f`");
        assert_eq!(said("C#", "</summary>", "List<int>"), "&lt;/summary&gt;<c>List&lt;int&gt;</c>");
        assert_eq!(said("Python", ">>> import os ", "f"), ">> > import os f");
    }

    #[test]
    fn what_turns_the_text_around_or_begins_a_line_is_gone() {
        assert_eq!(said("Go", "a\u{202e}b\u{2028}c\r\n\t\0d\u{feff} ", "e"), "ab c d e");
    }
}
