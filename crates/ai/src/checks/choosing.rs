//! What a reader decides about sentences without a citation.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::page::{each_prose, in_order, proses, recount};
use crate::{PAGE_FORMAT, Page, ProseState};

/// What is done with a sentence that has no citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SentenceChoice {
    /// It stays, no longer marked.
    Accept,
    /// Marked again.
    Unaccept,
    /// It is taken out: not read, counted or exported any more.
    Remove,
    /// It is put back where it was.
    Restore,
}

/// Decides about a sentence of a slot and counts the page again; each choice can be taken back. `sentence` counts all of the slot, those that were
/// taken out too. Says whether there is such a sentence.
pub fn choose_sentence(page: &mut Page, slot: &str, sentence: usize, choice: SentenceChoice) -> bool {
    let prose = page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(proses).find(|prose| prose.slot == slot);
    let Some(chosen) = prose.and_then(|prose| prose.sentences.get_mut(sentence)) else { return false };
    match choice {
        SentenceChoice::Accept => chosen.accepted = true,
        SentenceChoice::Unaccept => chosen.accepted = false,
        SentenceChoice::Remove => chosen.removed = true,
        SentenceChoice::Restore => chosen.removed = false,
    }
    // A build that does not know of sentences taken out would show them.
    page.format = PAGE_FORMAT;
    recount(page);
    // The page keeps its citations and their numbers: what is put back finds them again.
    page.checks.citations_resolved = u32::try_from(as_read(page).citations.len()).unwrap_or(u32::MAX);
    true
}

/// The page as it is read: without the sentences that were taken out, and without what only they cite; citations are
/// numbered anew then.
pub fn as_read(page: &Page) -> Cow<'_, Page> {
    let mut whole = true;
    each_prose(page, |prose, _| whole &= prose.sentences.iter().all(|sentence| !sentence.removed));
    if whole {
        return Cow::Borrowed(page);
    }
    let mut page = page.clone();
    for prose in page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(proses) {
        let before = prose.sentences.len();
        prose.sentences.retain(|sentence| !sentence.removed);
        if prose.sentences.is_empty() && before > 0 {
            prose.state = ProseState::Empty;
        }
    }
    in_order(&mut page);
    Cow::Owned(page)
}
