//! What a model answered, read line by line: sentences, each with the numbers it names.

use std::sync::LazyLock;

use regex::Regex;

/// A sentence as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// On one line, without marks of lists or invisible characters; ends like a sentence.
    pub text: String,
    /// The numbers it names, each once, in order; they may be of nothing that was offered.
    pub numbers: Vec<u32>,
}

/// What was read of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// In order.
    pub said: Vec<Said>,
    /// Sentences that end in the middle, or are too long to be one.
    pub dropped: u32,
}

/// A sentence of more characters is not one.
const LONGEST_SENTENCE: usize = 500;
/// Of an answer, so many are read.
const MOST_SENTENCES: usize = 40;

static NUMBERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[ \t]*\[[ \t]*(-|[0-9]{1,4}(?:[ \t]*[,;–-][ \t]*[0-9]{1,4}){0,8})[ \t]*\]").expect("a constant"));
static LIST_MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:[-*+•>#]+|[0-9]{1,2}[.)])[ \t]+").expect("a constant"));

/// Reads an answer. `cut` says that the model was stopped by its limit: what it was in the middle of is left out.
pub(crate) fn read(raw: &str, cut: bool) -> Answer {
    let mut answer = Answer::default();
    let visible = visible(raw);
    let lines: Vec<&str> = visible.split('\n').collect();
    let last = lines.iter().rposition(|line| !line.trim().is_empty());
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("```") || line.starts_with("~~~") {
            continue;
        }
        read_line(LIST_MARK.replace(line, "").trim(), cut && Some(at) == last, &mut answer);
    }
    answer
}

/// Citations belong to the sentence that they stand in or behind; sentences before it on the line that have none share them.
fn read_line(line: &str, cut: bool, answer: &mut Answer) {
    // The line without its citations, and where each stood.
    let (mut bare, mut marks, mut from) = (String::new(), Vec::new(), 0);
    for captures in NUMBERS.captures_iter(line) {
        let (Some(whole), Some(list)) = (captures.get(0), captures.get(1)) else { continue };
        bare.push_str(&line[from..whole.start()]);
        from = whole.end();
        marks.push((bare.len(), numbers(list.as_str())));
        let goes_on = line[from..].starts_with(' ') && starts_a_sentence(line[from..].trim_start());
        if goes_on && !ends_like_a_sentence(&bare) && !bare.trim().is_empty() {
            bare.push('.');
        }
    }
    bare.push_str(&line[from..]);

    let mut sentences: Vec<(&str, Vec<u32>)> = Vec::new();
    let (mut start, mut without) = (0, 0);
    while start < bare.len() {
        let end = sentence_end(&bare[start..]).map_or(bare.len(), |end| start + end);
        // Behind the last full stop nothing but spaces may follow.
        let its = marks.extract_if(.., |(at, _)| *at <= end).flat_map(|(_, numbers)| numbers);
        let numbers: Vec<u32> = its.collect();
        let cited = !numbers.is_empty();
        sentences.push((&bare[start..end], numbers));
        if cited {
            let (before, last) = sentences.split_at_mut(without);
            let _ = before;
            if let Some((last, earlier)) = last.split_last_mut() {
                earlier.iter_mut().for_each(|(_, numbers)| numbers.clone_from(&last.1));
            }
            without = sentences.len();
        }
        start = end;
    }
    let count = sentences.len();
    for (at, (text, numbers)) in sentences.into_iter().enumerate() {
        if cut && at + 1 == count && !ends_like_a_sentence(text.trim()) && !line.ends_with(']') {
            answer.dropped += u32::from(!text.trim().is_empty());
            continue;
        }
        tell(text, numbers, answer);
    }
}

/// Takes a sentence with its numbers.
fn tell(text: &str, mut numbers: Vec<u32>, answer: &mut Answer) {
    let mut sentence = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !sentence.chars().any(char::is_alphabetic) {
        return;
    }
    if sentence.chars().count() > LONGEST_SENTENCE || answer.said.len() >= MOST_SENTENCES {
        answer.dropped += 1;
        return;
    }
    if !ends_like_a_sentence(&sentence) {
        sentence.truncate(sentence.trim_end_matches([',', ';', ':', '-', ' ']).len());
        sentence.push('.');
    }
    let mut seen = Vec::new();
    numbers.retain(|number| !seen.contains(number) && (seen.push(*number), true).1);
    answer.said.push(Said { text: sentence, numbers });
}

fn numbers(list: &str) -> Vec<u32> {
    let mut all: Vec<u32> = Vec::new();
    for piece in list.split([',', ';']) {
        let ends: Vec<u32> = piece.split(['-', '–']).filter_map(|number| number.trim().parse().ok()).collect();
        match ends[..] {
            [from, to] if from < to && to - from < 12 => all.extend(from..=to),
            _ => all.extend(ends),
        }
    }
    all
}

/// Where the first sentence ends, its mark included; a mark inside of a word, of backticks or after an abbreviation ends none.
fn sentence_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '`' => quoted = !quoted,
            '.' | '!' | '?' if !quoted => {
                let after = &text[at + 1..];
                let word = text[..at].rsplit([' ', '(']).next().unwrap_or("");
                let abbreviated =
                    ["e.g", "i.e", "etc", "vs", "cf", "resp", "approx", "eg", "ie"].contains(&word.to_ascii_lowercase().as_str());
                if after.is_empty() || (after.starts_with([' ', '\t']) && !abbreviated && starts_a_sentence(after.trim_start())) {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn starts_a_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || c == '`' || c.is_ascii_digit())
}

fn ends_like_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '`', ')', ']', '”', '’']).ends_with(['.', '!', '?'])
}

/// Without what can't be seen or turns text around: control characters, bidirectional marks, zero-width ones. Lines end at `\n`.
fn visible(raw: &str) -> String {
    let unified = raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'], "\n");
    unified.chars().filter_map(|c| if c == '\t' || c == '\u{a0}' { Some(' ') } else { Some(c).filter(|c| is_visible(*c)) }).collect()
}

fn is_visible(letter: char) -> bool {
    if letter == '\n' {
        return true;
    }
    let hidden = matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{fe00}'..='\u{fe0f}');
    !letter.is_control() && !hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(raw: &str) -> Vec<(String, Vec<u32>)> {
        read(raw, false).said.into_iter().map(|said| (said.text, said.numbers)).collect()
    }

    fn one(text: &str, numbers: &[u32]) -> (String, Vec<u32>) {
        (text.to_owned(), numbers.to_vec())
    }

    #[test]
    fn the_asked_form_is_read() {
        assert_eq!(
            told("`plan` walks the folder. [1]\nIt writes nothing. [1,3]\nIt is fast. [-]\n"),
            [one("`plan` walks the folder.", &[1]), one("It writes nothing.", &[1, 3]), one("It is fast.", &[])]
        );
    }

    #[test]
    fn other_forms_are_read_as_well() {
        assert_eq!(told("- It reads [2]. It writes [3]."), [one("It reads.", &[2]), one("It writes.", &[3])]);
        assert_eq!(told("1. It reads, e.g. files. It writes. [1][2]"), [one("It reads, e.g. files.", &[1, 2]), one("It writes.", &[1, 2])]);
        assert_eq!(told("It reads [1] and writes [2] all."), [one("It reads and writes all.", &[1, 2])]);
        assert_eq!(told("It takes a[0] of [src/a.rs]. [1-3]"), [one("It takes a of [src/a.rs].", &[0, 1, 2, 3])]);
        assert_eq!(told("```\nNo mark at the end\n```"), [one("No mark at the end.", &[])]);
        assert_eq!(told("\u{feff}# A\u{202e}b\u{200b}c\u{7}. [1]"), [one("Abc.", &[1])]);
        assert_eq!(told("Called by `a.b. C`. Done."), [one("Called by `a.b. C`.", &[]), one("Done.", &[])]);
    }

    #[test]
    fn what_was_cut_off_is_left_out() {
        let answer = read("It is whole. [1]\nIt goes on and o", true);
        assert_eq!((answer.said.len(), answer.dropped), (1, 1));
        let answer = read("It is whole. It goes on and o", true);
        assert_eq!((answer.said.len(), answer.said[0].text.as_str(), answer.dropped), (1, "It is whole.", 1));
        let answer = read("It is whole. [1]", true);
        assert_eq!((answer.said.len(), answer.dropped), (1, 0), "its citation stands: it is whole");
        assert_eq!(read(&format!("{} end. [1]", "word ".repeat(200)), false), Answer { said: vec![], dropped: 1 });
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(raw in "(?s).{0,200}", cut: bool) {
            read(&raw, cut);
        }

        #[test]
        fn what_looks_like_an_answer_is_read(raw in "([A-Z][a-z`. ]{0,12}|\\[[0-9,;–-]{0,6}\\]|[.!?\n ]|\\[){0,24}", cut: bool) {
            for said in read(&raw, cut).said {
                proptest::prop_assert!(!said.text.contains('\n') && !said.text.is_empty());
            }
        }
    }
}
