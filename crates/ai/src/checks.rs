//! What a model wrote, held against the code: sentences that stand get proven citations and known names, everything else is dropped, struck or marked.

mod choosing;
mod names;
mod page;
mod repeats;
mod words;

use std::collections::BTreeSet;

pub use self::{
    choosing::{SentenceChoice, as_read, choose_sentence},
    page::{recount, unproven},
};
pub(crate) use self::{
    names::Known,
    page::{add_citation, each_prose, in_order, proses},
    repeats::{SaidBefore, prompt_lines},
    words::identifiers,
};
use crate::{Citation, Ground, Part, ground::Names, prompt::Answer};

/// A sentence with so many words that mean something must share more than one of them with what it cites.
const LONG_SENTENCE: usize = 7;
/// A line of more bytes is shown in pieces.
const LONGEST_SHOWN: usize = crate::plan::LONGEST_PIECE;

/// What the prompt offered to cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// What citing the number means. More than one where the number stands for a sentence that was written before.
    pub citations: Vec<Citation>,
    /// What the model was shown under the number.
    pub shown: String,
}

/// What an answer is held against.
pub(crate) struct Bench<'a> {
    pub ground: Ground<'a>,
    pub names: &'a Names<'a>,
    /// Marks of the prompt that are in no sentence about code.
    pub marks: &'a [&'a str],
    /// What the prompt says itself.
    pub prompt_lines: &'a [BTreeSet<String>],
}

/// A sentence that stands, its citations and the places of its names not numbered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    /// As it was written.
    pub text: String,
    pub parts: Vec<Part>,
    pub citations: Vec<Citation>,
    /// Where each part that is a name is defined.
    pub places: Vec<Option<Citation>>,
}

/// What was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub sentences: u32,
    pub citations: u32,
}

/// Checks an answer. `subject` is what the slot is about: that a sentence and its citation both name it proves nothing.
pub(crate) fn check(
    bench: &Bench<'_>,
    answer: Answer,
    offers: &[Offer],
    subject: &str,
    before: &mut SaidBefore,
) -> (Vec<Checked>, Dropped) {
    let mut dropped = Dropped { sentences: answer.dropped, citations: 0 };
    let mut kept = Vec::new();
    let shown: Vec<&str> = offers.iter().map(|offer| offer.shown.as_str()).collect();
    for said in answer.said {
        let parts = names::parts(&said.text, bench.names, &shown);
        let echo = repeats::echoes(&said.text, &shown, bench.marks, bench.prompt_lines);
        if echo
            || repeats::ends_in_the_middle(&said.text)
            || repeats::goes_in_circles(&said.text)
            || before.has(&said.text)
            || says_nothing(&parts)
        {
            dropped.sentences += 1;
            continue;
        }
        let mut citations: Vec<Citation> = Vec::new();
        for number in said.numbers {
            let offer = (number as usize).checked_sub(1).and_then(|at| offers.get(at));
            let proven = offer.is_some_and(|offer| supports(bench.ground, offer, &said.text, subject));
            match offer.filter(|_| proven) {
                Some(offer) => citations.extend(offer.citations.iter().filter(|new| !citations.contains(new)).cloned().collect::<Vec<_>>()),
                None => dropped.citations += 1,
            }
        }
        before.add(&said.text);
        let places = parts.iter().map(|part| if let Part::Name { text, .. } = part { bench.names.place(text) } else { None }).collect();
        kept.push(Checked { text: said.text, parts, citations, places });
    }
    (kept, dropped)
}

/// Whether the lines exist, unchanged, and have a word or a name in common with the sentence beyond what it is about; a long sentence shares two.
fn supports(ground: Ground<'_>, offer: &Offer, sentence: &str, subject: &str) -> bool {
    let proven: Option<Vec<String>> = offer.citations.iter().map(|citation| ground.prove(citation)).collect();
    let Some(lines) = proven.filter(|lines| !lines.is_empty()) else { return false };
    let lines = lines.join("\n");
    // Of a very long line a model is shown a piece: what stands elsewhere on it supports nothing.
    let lines = if lines.len() > LONGEST_SHOWN && !lines.contains('\n') { offer.shown.clone() } else { lines };
    let about = words::content_words(subject);
    let said = words::content_words(sentence);
    let there = words::content_words(&lines);
    let own: Vec<&String> = said.difference(&about).collect();
    let common = own.iter().filter(|word| there.iter().any(|other| words::alike(word, other))).count();
    if common > usize::from(own.len() >= LONG_SENTENCE) {
        return true;
    }
    let there = words::identifiers(&lines);
    words::identifiers(sentence).into_iter().any(|name| names::looks_like_code(name) && !subject.contains(name) && there.contains(name))
}

/// Nothing but names that don't exist, and words that say nothing.
fn says_nothing(parts: &[Part]) -> bool {
    let unknown = parts.iter().any(|part| matches!(part, Part::Unknown { .. }));
    let known = parts.iter().any(|part| matches!(part, Part::Name { .. }));
    let words: BTreeSet<String> = parts
        .iter()
        .filter_map(|part| if let Part::Text { text } = part { Some(words::content_words(text)) } else { None })
        .flatten()
        .collect();
    if unknown && !known { words.len() < 2 } else { !known && words.is_empty() }
}

#[cfg(test)]
mod tests;
