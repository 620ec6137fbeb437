//! A command as one would type it, so that what one reads is exactly what runs.

use std::fmt::Write as _;

/// Why a typed command can't be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A quotation mark that is never closed.
    OpenQuote,
    /// An escape that names no character.
    BadEscape,
    /// Something only a shell does: pipes, redirection, variables, several commands.
    NeedsShell,
    /// There is no program.
    Empty,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::OpenQuote => "a quotation mark is not closed",
            Self::BadEscape => "an escape names no character",
            Self::NeedsShell => "pipes, variables and several commands need a shell, and none is used",
            Self::Empty => "there is no command",
        })
    }
}

impl std::error::Error for Unreadable {}

/// Program and arguments on one line, quoted as bash and zsh read them. Characters that can't be seen, or that turn the direction of what
/// is around them, are written as escapes.
pub fn shown(argv: &[String]) -> String {
    let mut line = String::new();
    for word in argv {
        if !line.is_empty() {
            line.push(' ');
        }
        quote(word, &mut line);
    }
    line
}

/// What [`shown`] wrote, taken apart again. No shell is meant: what only a shell could do is refused.
///
/// # Errors
/// [`Unreadable`], for which the text has to be changed.
pub fn read_shown(line: &str) -> Result<Vec<String>, Unreadable> {
    let mut argv = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.trim().chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ' ' | '\t' => argv.extend(word.take()),
            '\'' => plain(&mut rest, word.get_or_insert_default())?,
            '"' => double(&mut rest, word.get_or_insert_default())?,
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                escaped(&mut rest, word.get_or_insert_default())?;
            }
            '\\' => word.get_or_insert_default().push(rest.next().ok_or(Unreadable::BadEscape)?),
            '$' | '`' | '|' | '&' | ';' | '<' | '>' | '(' | ')' | '\n' | '\r' => return Err(Unreadable::NeedsShell),
            other => word.get_or_insert_default().push(other),
        }
    }
    argv.extend(word);
    if argv.first().is_none_or(String::is_empty) {
        return Err(Unreadable::Empty);
    }
    Ok(argv)
}

/// Text of a file on one line: what can't be seen is written as an escape, so that it can be.
pub(crate) fn visible(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (at, next) in text.chars().enumerate() {
        if at == most {
            let _ = write!(line, " … ({} more characters)", text.chars().count() - most);
            break;
        }
        match next {
            hidden if is_hidden(hidden) => escape(hidden, &mut line),
            other => line.push(other),
        }
    }
    line
}

fn quote(word: &str, line: &mut String) {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(bare) {
        line.push_str(word);
    } else if word.chars().any(is_hidden) {
        line.push_str("$'");
        for next in word.chars() {
            match next {
                '\'' | '\\' => line.extend(['\\', next]),
                hidden if is_hidden(hidden) => escape(hidden, line),
                other => line.push(other),
            }
        }
        line.push('\'');
    } else {
        let _ = write!(line, "'{}'", word.replace('\'', r"'\''"));
    }
}

fn escape(hidden: char, line: &mut String) {
    match hidden {
        '\n' => line.push_str(r"\n"),
        '\r' => line.push_str(r"\r"),
        '\t' => line.push_str(r"\t"),
        other => {
            let _ = if u32::from(other) > 0xffff {
                write!(line, r"\U{:08x}", u32::from(other))
            } else {
                write!(line, r"\u{:04x}", u32::from(other))
            };
        }
    }
}

/// Control characters, direction marks, spaces that don't look like one, and what has no width at all.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn plain(rest: &mut Rest<'_>, word: &mut String) -> Result<(), Unreadable> {
    loop {
        match rest.next().ok_or(Unreadable::OpenQuote)? {
            '\'' => return Ok(()),
            other => word.push(other),
        }
    }
}

fn double(rest: &mut Rest<'_>, word: &mut String) -> Result<(), Unreadable> {
    loop {
        match rest.next().ok_or(Unreadable::OpenQuote)? {
            '"' => return Ok(()),
            '$' | '`' => return Err(Unreadable::NeedsShell),
            '\\' => match rest.next().ok_or(Unreadable::OpenQuote)? {
                kept @ ('"' | '\\' | '$' | '`') => word.push(kept),
                other => word.extend(['\\', other]),
            },
            other => word.push(other),
        }
    }
}

fn escaped(rest: &mut Rest<'_>, word: &mut String) -> Result<(), Unreadable> {
    loop {
        match rest.next().ok_or(Unreadable::OpenQuote)? {
            '\'' => return Ok(()),
            '\\' => word.push(match rest.next().ok_or(Unreadable::OpenQuote)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                kept @ ('\'' | '\\') => kept,
                'u' => numbered(rest, 4)?,
                'U' => numbered(rest, 8)?,
                _ => return Err(Unreadable::BadEscape),
            }),
            other => word.push(other),
        }
    }
}

fn numbered(rest: &mut Rest<'_>, digits: usize) -> Result<char, Unreadable> {
    let mut number = 0;
    for _ in 0..digits {
        let digit = rest.next().and_then(|c| c.to_digit(16)).ok_or(Unreadable::BadEscape)?;
        number = number * 16 + digit;
    }
    char::from_u32(number).ok_or(Unreadable::BadEscape)
}
