//! Text that stays text in Markdown, whoever wrote it.

/// Marks that begin something inside of a line. Each can be escaped by a backslash.
const MARKS: &str = "\\`*_{}[]<>()#+!|~^$&\"'=";

/// Plain words on one line: no mark begins anything, no address becomes a link.
pub(super) fn line(words: &str) -> String {
    beginning(text(&words.split_whitespace().collect::<Vec<_>>().join(" ")).trim())
}

/// Words within a line. Addresses are put in code, since many renderers link them without being asked.
pub(super) fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for piece in words.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if looks_like_an_address(word) {
            out.push_str(&code(word));
        } else {
            word.chars().for_each(|letter| escaped(letter, &mut out));
        }
        out.extend(piece[word.len()..].chars().map(|space| if space.is_control() { ' ' } else { space }));
    }
    out
}

/// A line that begins with no list, heading, quote, rule or indentation.
pub(super) fn beginning(line: &str) -> String {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['-', '+', '=', ':', '%']) { format!("\\{line}") } else { line.to_owned() }
}

/// Code within a line, by as many backticks as it takes. Line breaks become spaces.
pub(super) fn code(source: &str) -> String {
    let source: String =
        source.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).filter(|letter| !is_invisible(*letter)).collect();
    if source.trim().is_empty() {
        return "` `".to_owned();
    }
    let marks = "`".repeat(longest_run(&source, '`') + 1);
    let space = if source.starts_with(['`', ' ']) || source.ends_with(['`', ' ']) { " " } else { "" };
    // A bar ends a cell of a table even in code.
    format!("{marks}{space}{}{space}{marks}", source.replace('|', "\u{2502}"))
}

/// Whether [`code`] shows these words as they are.
pub(super) fn is_exact_as_code(source: &str) -> bool {
    !source.trim().is_empty() && !source.contains('|') && !source.chars().any(|letter| letter.is_control() || is_invisible(letter))
}

/// Lines of code, fenced by as many backticks as it takes.
pub(super) fn fenced(source: &str, language: &str) -> String {
    let marks = "`".repeat((longest_run(source, '`') + 1).max(3));
    let source: String =
        source.chars().filter(|letter| matches!(letter, '\n' | '\t') || (!letter.is_control() && !is_invisible(*letter))).collect();
    format!("{marks}{language}\n{}\n{marks}\n", source.trim_end_matches('\n'))
}

/// A label of a Mermaid diagram, within quotes.
pub(super) fn label(words: &str) -> String {
    let mut out = String::new();
    for letter in words.chars() {
        match letter {
            letter if letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '_' | '-' | '/' | ':' | ',' | '(' | ')') => out.push(letter),
            letter if letter.is_control() => out.push(' '),
            // Mermaid's own entities: a number between # and ;.
            letter => out.push_str(&format!("#{};", u32::from(letter))),
        }
    }
    out
}

/// The target of a link within a site, between angle brackets.
pub(super) fn target(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn escaped(letter: char, out: &mut String) {
    if is_invisible(letter) || (letter.is_control() && letter != '\n') {
        return;
    }
    if MARKS.contains(letter) {
        out.push('\\');
    }
    out.push(letter);
}

/// `https://…`, `www.…`, `somebody@example.org`, also in brackets or quotes.
fn looks_like_an_address(word: &str) -> bool {
    let lower = word.to_lowercase();
    let mail = lower.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    lower.contains("://") || lower.contains("www.") || lower.contains("mailto:") || lower.contains("xmpp:") || mail
}

/// Turns text around or can't be seen.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
