//! Keeping texts from grammars whose hand-written scanners can't stand them.
//!
//! tree-sitter gives a scanner 1024 bytes to remember its state in. A few scanners write past that end, or abort the process, when a text
//! nests deeper than any person writes; one reads outside of a table. These checks are cheap, refuse too much rather than too little, and go once the scanners are fixed.

/// tree-sitter-yaml 0.7.2 remembers four bytes for each open collection and checks for room before it has added them. Collections open at
/// the column of a token, at most two at one column.
const YAML_COLUMNS: usize = 110;

/// tree-sitter-python 0.25.0 remembers two bytes for each indentation behind up to 255 open string delimiters.
const PYTHON_COLUMNS: usize = 300;

/// tree-sitter-ruby 0.23.1 keeps the length of a heredoc's word in one byte.
const RUBY_WORD: usize = 200;

/// It also remembers the words of all heredocs that are open at the same time.
const RUBY_OPEN_WORDS: usize = 700;

/// The highest letter that tree-sitter-bash 0.25.1 may look up: behind a brace it asks C's `isdigit`, a table of a byte's values, about whole letters.
const BASH_LETTER: char = '\u{ff}';

/// Whether a shell text can be parsed.
pub(crate) fn bash(text: &str) -> bool {
    let after_digits = |text: &str| text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let is_known = |text: &str| text.chars().next().is_none_or(|letter| letter <= BASH_LETTER);
    text.match_indices('{').all(|(at, _)| {
        let rest = &text[at + 1..];
        let first = &rest[after_digits(rest)..];
        let last = first.strip_prefix("..").map(|rest| &rest[after_digits(rest)..]);
        is_known(first) && last.is_none_or(is_known)
    })
}

/// Whether a YAML text can be parsed.
pub(crate) fn yaml(text: &str) -> bool {
    let mut columns = Columns::default();
    for line in text.split(['\n', '\r']) {
        let mut column = 0;
        loop {
            let rest = &line[column..];
            column += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let rest = &line[column..];
            if rest.is_empty() {
                break;
            }
            columns.insert(column);
            // A block marker or a tag, an anchor or a key in front of one.
            let marker =
                rest.starts_with(['-', '?', ':', '&', '!']) || rest.split([' ', '\t']).next().is_some_and(|word| word.ends_with(':'));
            let Some(length) = rest.find([' ', '\t']).filter(|_| marker) else { break };
            let opens = &rest[..length];
            column += length;
            if !matches!(opens, "-" | "?" | ":") && !line[column..].trim_start().starts_with(['-', '?', ':']) {
                break;
            }
        }
    }
    columns.count <= YAML_COLUMNS
}

/// Whether a Python text can be parsed.
pub(crate) fn python(text: &str) -> bool {
    let mut columns = Columns::default();
    for line in text.split(['\n', '\r']) {
        let indentation = line.chars().map_while(|char| match char {
            ' ' | '\u{c}' => Some(1),
            '\t' => Some(8),
            _ => None,
        });
        columns.insert(indentation.sum());
    }
    columns.count <= PYTHON_COLUMNS
}

/// Whether a Ruby text can be parsed.
pub(crate) fn ruby(text: &str) -> bool {
    let (mut widest, mut deepest, mut depth) = (0, 0, 0);
    for line in text.lines() {
        let mut open = 0;
        for (at, _) in line.match_indices("<<") {
            let word = line[at + 2..].trim_start_matches(['-', '~']);
            let length = match word.chars().next() {
                Some(quote @ ('"' | '\'' | '`')) => word[1..].find(quote).unwrap_or(word.len()),
                _ => word.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(word.len()),
            };
            if length > RUBY_WORD {
                return false;
            }
            open += length + 4;
        }
        widest = widest.max(open);
        // Heredocs can only be open inside each other through interpolations.
        let bytes = line.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'{' if at > 0 && bytes[at - 1] == b'#' => depth += 1,
                b'}' => depth = depth.max(1) - 1,
                _ => {}
            }
        }
        deepest = deepest.max(depth);
    }
    widest * (deepest + 1) <= RUBY_OPEN_WORDS
}

/// How many different columns something begins at.
#[derive(Default)]
struct Columns {
    seen: Vec<bool>,
    count: usize,
}

impl Columns {
    /// Columns beyond the first few thousand count as one each time: nobody writes there.
    fn insert(&mut self, column: usize) {
        const FAR: usize = 4096;
        if column >= FAR {
            self.count += 1;
            return;
        }
        if self.seen.len() <= column {
            self.seen.resize(column + 1, false);
        }
        if !std::mem::replace(&mut self.seen[column], true) {
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_people_write_passes() {
        let real: String =
            (0..500).map(|at| format!("{}- key{at}: {{a: b, c: [1, 2]}} # {}\n", "  ".repeat(at % 20), "x".repeat(at))).collect();
        assert!(yaml(&real));
        let real: String = (0..500).map(|at| format!("{}call(a, b,\n", " ".repeat(at % 120))).collect();
        assert!(python(&real));
        let real = "expect(<<~RUBY, <<~OTHER)\n  a #{b} << c\nRUBY\nOTHER\nlist << item << \"#{a}\" << \"#{b}\"\n".repeat(500);
        assert!(ruby(&real));
        assert!(bash("f() { echo \"${HOME}\" {1..10} 'größe – 日本'; }\n# { 日本 }\n"));
    }

    #[test]
    fn letters_beyond_the_table_of_the_shells_scanner_are_refused() {
        for text in ["{\u{e0100}", "echo {12日", "{1..3\u{1f600}", "{..\u{e0100}}"] {
            assert!(!bash(text), "{text}");
        }
    }

    #[test]
    fn nesting_beyond_the_scanners_is_refused() {
        let stairs = |line: &str| (0..600).map(|depth| format!("{}{line}\n", " ".repeat(depth))).collect::<String>();
        assert!(!yaml(&stairs("a:")));
        assert!(!yaml(&"- ".repeat(300)));
        assert!(!yaml(&"? ".repeat(300)));
        assert!(!python(&stairs("if a:")));
        assert!(!ruby(&format!("a <<~{}\n", "A".repeat(256))));
        assert!(!ruby(&"<<A, ".repeat(300)));
        assert!(!ruby(&"<<A\n#{\n".repeat(300)));
    }
}
