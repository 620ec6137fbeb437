//! The grammar of an answer, for engines that keep to one: so many lines `Sentence. [2]`, plain words, the project's own names in backticks.
//!
//! What it can't express, a model can't write: no number that was not offered, no name that was not shown, no markup, no endless sentence.

use std::fmt::Write;

/// What an answer may be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form<'a> {
    /// How the first sentence begins: "`plan` ". Empty for any beginning.
    pub lead: String,
    /// So many numbered pieces were offered.
    pub offered: u32,
    /// Names that may stand in backticks.
    pub names: &'a [String],
    /// At most so many sentences, at least 1.
    pub sentences: u32,
}

/// A sentence has so many words, backticked names counted as one.
const WORDS: (u32, u32) = (4, 28);
/// So many names are offered to the grammar at most: each of them is looked at for each token of a name.
const MOST_NAMES: usize = 48;

/// The grammar in llama.cpp's GBNF; its start symbol is `root`.
pub(crate) fn grammar(form: &Form<'_>) -> String {
    let mut text = String::new();
    let more = form.sentences.saturating_sub(1);
    let first = if form.lead.is_empty() { "line".to_owned() } else { "first".to_owned() };
    let _ = match more {
        0 => writeln!(text, "root ::= {first}"),
        _ => writeln!(text, "root ::= {first} line{{0,{more}}}"),
    };
    if !form.lead.is_empty() {
        let _ = writeln!(text, "first ::= {} more cite", literal(&form.lead));
        let _ = writeln!(text, "more ::= lower (\" \" word){{{},{}}} \".\"", WORDS.0 - 2, WORDS.1);
    }
    let _ = writeln!(text, "line ::= opening (\" \" word){{{},{}}} \".\" cite", WORDS.0 - 1, WORDS.1);
    text.push_str("cite ::= \" [\" numbers \"]\\n\"\n");
    let numbers: Vec<String> = (1..=form.offered).map(|number| format!("\"{number}\"")).collect();
    if numbers.is_empty() {
        text.push_str("numbers ::= \"-\"\n");
    } else {
        text.push_str("numbers ::= number (\",\" number)? | \"-\"\n");
        let _ = writeln!(text, "number ::= {}", numbers.join(" | "));
    }
    let names: Vec<String> = form.names.iter().filter(|name| is_plain(name)).take(MOST_NAMES).map(|name| literal(name)).collect();
    let word = if names.is_empty() { "" } else { " | name" };
    let _ = writeln!(text, "opening ::= [A-Z] [a-z]{{0,14}} (\"-\" [a-z]{{2,14}})?{word}");
    let _ = writeln!(text, "word ::= (lower | [A-Z] [a-z]{{1,14}} | acronym | amount{word}) \",\"?");
    text.push_str("lower ::= [a-z]{1,18} (\"-\" [a-z]{2,14})? (\"'\" [a-z]{1,2})?\n");
    text.push_str("acronym ::= [A-Z]{2,6} (\"-\" [0-9]{1,3})? \"s\"?\n");
    text.push_str("amount ::= [0-9]{1,6} (\".\" [0-9]{1,3})? \"%\"?\n");
    if !names.is_empty() {
        let _ = writeln!(text, "name ::= \"`\" ({}) \"`\"", names.join(" | "));
    }
    text
}

/// A name that can stand in a grammar and in backticks.
fn is_plain(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '$' | '-' | '/' | '(' | ')');
    (2..=60).contains(&name.len()) && name.chars().all(letters)
}

fn literal(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_offered_numbers_and_shown_names_can_be_written() {
        let names = ["plan".to_owned(), "Syncer::commit".to_owned(), "a\"; evil".to_owned()];
        insta::assert_snapshot!(grammar(&Form { lead: "`plan` ".into(), offered: 3, names: &names, sentences: 2 }));
    }

    #[test]
    fn without_evidence_nothing_can_be_cited() {
        let text = grammar(&Form { lead: String::new(), offered: 0, names: &[], sentences: 1 });
        assert!(text.contains("numbers ::= \"-\"\n") && !text.contains("name ::="), "{text}");
        assert!(text.starts_with("root ::= line\n"), "{text}");
    }

    #[test]
    fn a_lead_is_quoted() {
        let text = grammar(&Form { lead: "`a\"b\\` ".into(), offered: 1, names: &[], sentences: 1 });
        assert!(text.contains(r#"first ::= "`a\"b\\` " more cite"#), "{text}");
    }
}
