//! Writing a page slot by slot: ask, check, keep. Whoever keeps the journal can go on after any slot.

mod journal;
mod slot;

use std::time::Instant;

use lectern_llm::{Cancel, Engine, EngineError, Place};

pub use self::journal::{Answered, JournalError, WriteProgress, Writing};
use self::slot::SlotRun;
use crate::{
    Block, Page, Part, Planner, ProseState, Sentence, Writer,
    checks::{Checked, SaidBefore, add_citation, each_prose, in_order, proses, recount, unproven},
    plan::PlanError,
};

/// Why a page was not finished. What was written of it is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The model did not answer, or somebody cancelled.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model's context is too small to show it anything.
    #[error("the model's context of {context} tokens is too small to show it any code")]
    ContextTooSmall {
        /// Tokens.
        context: u32,
    },
    /// Contents that the page refers to can't be read any more: it could not be proven.
    #[error("{path} as it was in version {version} can't be read any more")]
    SourceGone {
        /// The file.
        path: String,
        /// Its version.
        version: u32,
    },
    /// The journal does not take what was written: the job is somebody else's now, or the disk is full.
    #[error("what was written can't be kept: {0}")]
    Journal(#[source] JournalError),
}

impl From<PlanError> for WriteError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Engine(error) => Self::Engine(error),
            PlanError::ContextTooSmall { context } => Self::ContextTooSmall { context },
        }
    }
}

/// Writes the slots of `page` that are still waiting, in the order in which they are read. `page` is a skeleton or a draft of an earlier run; the
/// same page comes out of both. The same seed and engine give the same page.
///
/// # Errors
/// [`WriteError`]. The last page that the journal was told is what there is then.
pub fn write(
    planner: &Planner<'_>,
    mut page: Page,
    engine: &dyn Engine,
    seed: u32,
    journal: &mut dyn Writing,
    cancel: &Cancel,
) -> Result<Page, WriteError> {
    let began = Instant::now();
    let spent = page.run.duration_ms;
    page.run.context = planner.capacity().context;
    page.writer = Some(writer(engine));
    let mut before = said_on(&page);
    let waiting = |page: &Page| {
        let mut waiting = Vec::new();
        each_prose(page, |prose, _| waiting.push(prose.state == ProseState::Waiting));
        waiting
    };
    let todo = waiting(&page);
    let total = u32::try_from(todo.len()).unwrap_or(u32::MAX);
    let finished_before = total - u32::try_from(todo.iter().filter(|waits| **waits).count()).unwrap_or(0);
    let slots = todo.iter().enumerate().filter(|(_, waits)| **waits).map(|(at, _)| at);
    for (done, at) in (finished_before..).zip(slots) {
        let (name, section) = planner.slot(at);
        let each = began.elapsed().as_secs_f64() / f64::from((done - finished_before).max(1));
        let progress = WriteProgress {
            slot: name.to_owned(),
            section: section.to_owned(),
            done,
            total,
            context: page.run.context,
            seconds_left: (done > finished_before).then_some((each * f64::from(total - done)).ceil() as u32),
            ..WriteProgress::default()
        };
        journal.progress(&progress);
        let mut run = SlotRun { planner, engine, seed, journal, cancel, at, progress, page: &mut page, before: &mut before };
        let (kept, notes) = run.write()?;
        keep(&mut page, at, kept, &notes);
        page.run.duration_ms = spent + began.elapsed().as_secs_f64() * 1000.0;
        recount(&mut page);
        journal.page(&page).map_err(WriteError::Journal)?;
    }
    finish(planner, &mut page)?;
    page.run.duration_ms = spent + began.elapsed().as_secs_f64() * 1000.0;
    Ok(page)
}

/// Every citation of a page that is done is proven once more, in the order in which they are read.
fn finish(planner: &Planner<'_>, page: &mut Page) -> Result<(), WriteError> {
    in_order(page);
    recount(page);
    if let Some(citation) = unproven(page, planner.ground) {
        return Err(WriteError::SourceGone { path: citation.path.clone(), version: citation.version });
    }
    page.checks.citations_resolved = u32::try_from(page.citations.len()).unwrap_or(u32::MAX);
    Ok(())
}

fn writer(engine: &dyn Engine) -> Writer {
    let identity = engine.identity();
    let endpoint = match &identity.place {
        Place::Embedded => None,
        Place::Endpoint { address, .. } => Some(address.clone()),
    };
    Writer { model: identity.name.clone(), endpoint }
}

/// What the page says already: written sentences, and what the code says of itself.
fn said_on(page: &Page) -> SaidBefore {
    let mut before = SaidBefore::default();
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        let texts: Vec<&str> = match block {
            Block::Quote { text, .. } => vec![text],
            Block::Symbols { symbols } => symbols.iter().filter_map(|symbol| symbol.doc.as_deref()).collect(),
            _ => vec![],
        };
        texts.into_iter().flat_map(|text| text.split_inclusive(". ")).filter(|text| text.contains(' ')).for_each(|text| before.add(text));
    }
    each_prose(page, |prose, _| prose.sentences.iter().for_each(|sentence| before.add(&text_of(sentence))));
    before
}

/// A sentence as it is read.
pub(crate) fn text_of(sentence: &Sentence) -> String {
    let text = |part: &Part| match part {
        Part::Text { text } | Part::Name { text, .. } | Part::Unknown { text } => text.clone(),
    };
    sentence.parts.iter().map(text).collect()
}

/// Puts sentences into their slot, and notes at the end of its section.
fn keep(page: &mut Page, at: usize, kept: Vec<Checked>, notes: &[String]) {
    let sentences: Vec<Sentence> = kept.into_iter().map(|checked| numbered(page, checked)).collect();
    let mut next = 0;
    for section in &mut page.sections {
        let mut found = false;
        for slot in section.blocks.iter_mut().flat_map(proses) {
            if next == at {
                slot.state = if sentences.is_empty() { ProseState::Empty } else { ProseState::Written };
                slot.sentences.clone_from(&sentences);
                found = true;
            }
            next += 1;
        }
        if found {
            for text in notes {
                let note = Block::Note { text: text.clone() };
                if !section.blocks.contains(&note) {
                    section.blocks.push(note);
                }
            }
        }
    }
}

fn numbered(page: &mut Page, checked: Checked) -> Sentence {
    let mut parts = checked.parts;
    for (part, place) in parts.iter_mut().zip(checked.places) {
        if let (Part::Name { citation, .. }, Some(place)) = (part, place) {
            *citation = Some(add_citation(page, &place));
        }
    }
    let citations = checked.citations.iter().map(|citation| add_citation(page, citation)).collect();
    Sentence { parts, citations, accepted: false, removed: false }
}

#[cfg(test)]
mod tests;
