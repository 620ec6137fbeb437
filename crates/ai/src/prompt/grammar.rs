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

/// What a lead is followed by. A closed list: without "is" and "was" something is said, and a model that is refused a word half-way writes
/// half-words.
const VERBS: &str = "adds allows answers appends applies asks assigns attaches begins binds blocks breaks builds caches calculates calls cancels carries \
catches changes checks chooses cleans clears clones closes collects combines compares compiles completes computes configures connects \
consists contains continues controls converts copies counts covers creates cuts decides declares decodes defines deletes delivers \
describes detects determines disables discards displays divides downloads draws drives drops enables encodes ends ensures enters \
estimates evaluates examines executes exits expands explains exports exposes extends extracts fails fetches fills filters finds \
finishes fits follows formats forwards gathers generates gets gives groups guards handles hashes helps hides holds identifies \
ignores implements imports includes increases indexes informs initializes inserts installs invokes iterates joins keeps launches \
leaves lets limits links listens lists loads locks logs looks maintains makes manages maps marks matches measures merges modifies \
moves names needs normalizes notifies offers opens orders organizes overrides parses passes performs picks places points prepares \
prevents prints processes produces protects provides publishes pulls pushes puts queries raises reads receives records reduces refers \
refuses registers rejects releases reloads removes renames renders replaces reports represents requests requires resets resolves \
responds restores retries returns reverses rounds routes runs saves scans schedules searches selects sends separates serializes serves \
sets shows skips slides sorts specifies splits starts stops stores strips supports swaps switches synchronizes syncs takes tells tests \
throws tracks transforms translates tries trims turns updates uploads uses validates verifies waits walks warns watches wraps writes \
yields";

/// The grammar in llama.cpp's GBNF; its start symbol is `root`.
///
/// With a lead, the first sentence is the lead and a verb ("`plan` compares …"), and further ones are "It" and a verb: left to themselves, small
/// models begin every sentence with "`plan` is a function that".
pub(crate) fn grammar(form: &Form<'_>) -> String {
    let mut text = String::new();
    let more = form.sentences.saturating_sub(1);
    let (first, next) = if form.lead.is_empty() { ("line", "line") } else { ("first", "next") };
    let _ = match more {
        0 => writeln!(text, "root ::= {first}"),
        _ => writeln!(text, "root ::= {first} {next}{{0,{more}}}"),
    };
    let (fewest, most) = (WORDS.0 - 2, WORDS.1 - 2);
    if form.lead.is_empty() {
        let _ = writeln!(text, "line ::= opening (\" \" word){{{fewest},{most}}} \".\" cite");
        let names = if form.names.iter().any(|name| is_plain(name)) { " | name" } else { "" };
        let _ = writeln!(text, "opening ::= [A-Z] [a-z]{{0,14}} (\"-\" [a-z]{{2,14}})?{names}");
    } else {
        let _ = writeln!(text, "first ::= {} does cite", literal(&form.lead));
        if more > 0 {
            text.push_str("next ::= \"It \" (\"also \" | \"then \")? does cite\n");
        }
        let _ = writeln!(text, "does ::= verb (\" \" word){{{fewest},{most}}} \".\"");
        let _ = writeln!(text, "verb ::= {}", verbs());
    }
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
    let _ = writeln!(text, "word ::= (lower | [A-Z] [a-z]{{1,14}} | acronym | amount{word}) \",\"?");
    text.push_str("lower ::= [a-z]{1,18} (\"-\" [a-z]{2,14})? (\"'\" [a-z]{1,2})?\n");
    text.push_str("acronym ::= [A-Z]{2,6} (\"-\" [0-9]{1,3})? \"s\"?\n");
    text.push_str("amount ::= [0-9]{1,6} (\".\" [0-9]{1,3})? \"%\"?\n");
    if !names.is_empty() {
        let _ = writeln!(text, "name ::= \"`\" ({}) \"`\"", names.join(" | "));
    }
    text
}

/// The verbs by their first letters: a grammar is the slower, the more it has to choose from at once.
fn verbs() -> String {
    let all: Vec<&str> = VERBS.split_whitespace().collect();
    let groups: Vec<String> = all
        .chunk_by(|a, b| a.as_bytes().first() == b.as_bytes().first())
        .map(|group| {
            let rests: Vec<String> = group.iter().map(|verb| format!("\"{}\"", &verb[1..])).collect();
            format!("\"{}\" ({})", &group[0][..1], rests.join(" | "))
        })
        .collect();
    groups.join(" | ")
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
    fn verbs_are_words_in_order() {
        let all: Vec<&str> = VERBS.split_whitespace().collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "their first letters are together");
        assert!(all.iter().all(|verb| verb.ends_with('s') && verb.bytes().all(|letter| letter.is_ascii_lowercase()) && *verb != "is"));
    }

    #[test]
    fn a_lead_is_quoted() {
        let text = grammar(&Form { lead: "`a\"b\\` ".into(), offered: 1, names: &[], sentences: 1 });
        assert!(text.contains(r#"first ::= "`a\"b\\` " does cite"#), "{text}");
    }
}
