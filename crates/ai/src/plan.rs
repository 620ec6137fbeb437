//! Which slots are written, and exactly what a model is asked for each: the same for the same code, page and model.

mod evidence;
mod fit;
mod source;
mod split;
mod target;
mod task;

use std::collections::BTreeSet;

use lectern_llm::{Capacity, EngineError, Message};

pub(crate) use self::split::MOST_BYTES as LONGEST_PIECE;
use self::{
    evidence::{Evidence, Gathering, Item},
    fit::largest,
    source::{Hidden, Sources},
    target::Target,
    task::Task,
};
use crate::{
    Citation, Ground, JobType, Page, Subject,
    checks::{Known, Offer, each_prose, identifiers},
    ground::Names,
    prompt::{Form, Piece, Prompter, grammar},
};

/// Tokens that are left free beside prompt and answer.
const MARGIN: u32 = 24;
/// A prompt is not filled beyond so many tokens, however large the context is: what is asked about must stay near.
const MOST_TOKENS: u32 = 6000;
/// What stands beside the code itself takes at most so many tokens, on pages with few slots and with many.
const BESIDE: (u32, u32) = (900, 260);
/// A page with so many slots or fewer has few.
const FEW_SLOTS: usize = 12;
/// A stretch of code is read in so many parts at most; a note says what was not read.
const MOST_PARTS: usize = 40;
/// So many numbered pieces are offered at most.
const MOST_PIECES: usize = 24;

/// What may be in prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// They are sent to an endpoint: secrets are withheld, and files that hold them are never shown.
    pub to_endpoint: bool,
}

/// Everything that would be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// In the order in which they are asked. Where a slot is read in parts, what is asked last depends on the answers and is not here.
    pub slots: Vec<PlannedSlot>,
    /// Files whose text is in a prompt, ascending.
    pub files: Vec<String>,
}

/// What is asked for a slot, or for a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedSlot {
    /// The slot of the page.
    pub slot: String,
    /// Names the prompt: the slot, and which part of it.
    pub name: String,
    /// The title of the slot's section.
    pub section: String,
    /// The conversation.
    pub messages: Vec<Message>,
    /// What each number from 1 on stands for.
    pub offered: Vec<Citation>,
    /// The form of the answer, for engines that keep to one.
    pub grammar: String,
    /// The most that is written.
    pub max_tokens: u32,
    /// Tokens of the messages, as the engine counts them.
    pub tokens: u32,
    /// Secrets withheld from it.
    pub withheld: u32,
    /// Number (from 1) and count of the parts it is read in.
    pub part: Option<(u32, u32)>,
    /// What the number stands for, and what was shown under it.
    pub(crate) offers: Vec<Offer>,
    /// What it is about.
    pub(crate) subject: String,
    /// So many sentences are asked for.
    pub(crate) sentences: u32,
}

/// A slot's prompts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SlotPlan {
    /// One, or one for each part; none when there is nothing to show.
    pub prompts: Vec<PlannedSlot>,
    /// What the reader must know: what was read in parts, what was not read.
    pub notes: Vec<String>,
    /// Files that were left out because they hold secrets.
    pub secret_files: u32,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Counting tokens failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Not even a line of code fits beside the rules.
    #[error("the model's context of {context} tokens is too small to show it any code")]
    ContextTooSmall {
        /// Tokens.
        context: u32,
    },
}

/// Counts the tokens of a conversation.
pub type Count<'a> = dyn Fn(&[Message]) -> Result<u32, EngineError> + 'a;

/// Makes prompts, slot by slot.
pub struct Planner<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) prompter: Prompter,
    pub(crate) names: Names<'a>,
    gathering: Gathering<'a>,
    capacity: Capacity,
    explains: bool,
    slots: Vec<Slot>,
}

/// A slot of the page.
struct Slot {
    name: String,
    section: String,
    target: Option<Target>,
}

impl<'a> Planner<'a> {
    /// For the slots of a page, whatever is written in them already.
    pub fn new(ground: Ground<'a>, job: JobType, page: &Page, capacity: Capacity, policy: Policy) -> Self {
        let mut slots = Vec::new();
        each_prose(page, |prose, section| {
            let target = Target::of(&prose.slot, page, ground.index);
            slots.push(Slot { name: prose.slot.clone(), section: section.to_owned(), target });
        });
        Self {
            ground,
            prompter: Prompter::new(ground.version.project(), ground.index, policy.to_endpoint),
            names: Names::new(ground),
            gathering: Gathering { ground, sources: Sources::new(policy.to_endpoint), thorough: slots.len() <= FEW_SLOTS },
            capacity,
            explains: job == JobType::Explanation && !matches!(page.subject, Subject::Diff { .. }),
            slots,
        }
    }

    /// What the model can take.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// How many slots the page has.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the page has none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The name of a slot and the title of its section.
    pub fn slot(&self, at: usize) -> (&str, &str) {
        (&self.slots[at].name, &self.slots[at].section)
    }

    /// What is asked for a slot.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn prompts(&self, at: usize, count: &Count<'_>) -> Result<SlotPlan, PlanError> {
        let slot = &self.slots[at];
        let mut plan = SlotPlan::default();
        let Some(target) = &slot.target else { return Ok(plan) };
        let evidence = self.gathering.of(target, self.explains);
        if evidence.hidden == Some(Hidden::Secret) {
            plan.secret_files = 1;
            plan.notes.push("A file here holds secrets by its name. It was not sent to the model.".into());
        }
        let task = self.task(target);
        self.fill(slot, &task, evidence, count, &mut plan)?;
        Ok(plan)
    }

    fn task(&self, target: &Target) -> Task {
        let task = Task::of(target, self.ground, self.explains, self.gathering.thorough);
        if self.gathering.sources.to_endpoint { task.without_secrets() } else { task }
    }

    /// Shows the evidence: in one prompt if all that must be read fits, else in parts.
    fn fill(&self, slot: &Slot, task: &Task, evidence: Evidence, count: &Count<'_>, plan: &mut SlotPlan) -> Result<(), PlanError> {
        let Evidence { must, may, .. } = evidence;
        if must.is_empty() && may.is_empty() {
            return Ok(());
        }
        let limit = self.limit(task.max_tokens());
        let tokens = |items: &[Item]| self.tokens(items, &task.text(None), count);
        let all = must.len();
        let used = if all <= MOST_PIECES { tokens(&must)? } else { u32::MAX };
        if used > limit {
            return self.in_parts(slot, task, must, limit, count, plan);
        }
        let beside = limit.min(used.saturating_add(if self.gathering.thorough { BESIDE.0 } else { BESIDE.1 }));
        // With nothing that must be read, all there is may fill the room.
        let beside = if all == 0 && self.gathering.thorough { limit } else { beside };
        let mut items = must;
        items.extend(may.into_iter().take(MOST_PIECES - all));
        // Something is shown, even if it is longer than what stands beside code usually is.
        let fewest = all.max(1);
        let used = loop {
            let sums = items.iter().scan(used, |used, item| (*used = used.saturating_add(guessed(item)), Some(*used)).1);
            let guess = sums.filter(|used| *used <= beside).count();
            let (fitting, used) = largest(fewest, items.len(), guess, beside, |shown| tokens(&items[..shown]))?;
            items.truncate(fitting);
            if used <= limit {
                break used;
            }
            let Some([first, _]) = items[0].halves() else { return Err(PlanError::ContextTooSmall { context: self.capacity.context }) };
            items[0] = first;
        };
        plan.prompts.push(self.planned(slot, task, &items, used, None));
        Ok(())
    }

    /// As many pieces to a part as fit; a piece that fits into no part is cut smaller.
    fn in_parts(
        &self,
        slot: &Slot,
        task: &Task,
        must: Vec<Item>,
        limit: u32,
        count: &Count<'_>,
        plan: &mut SlotPlan,
    ) -> Result<(), PlanError> {
        // The longest number of parts that a prompt can name.
        let text = task.text(Some((MOST_PARTS as u32, MOST_PARTS as u32)));
        let mut left: Vec<Item> = must.into_iter().rev().collect();
        let mut parts: Vec<Vec<Item>> = Vec::new();
        while !left.is_empty() && parts.len() < MOST_PARTS {
            let next: Vec<Item> = left.iter().rev().take(MOST_PIECES).cloned().collect();
            let guess = next.iter().scan(300, |used, item| (*used += guessed(item), Some(*used)).1).filter(|used| *used <= limit).count();
            let (fitting, _) = largest(0, next.len(), guess, limit, |shown| self.tokens(&next[..shown], &text, count))?;
            if fitting == 0 {
                let item = left.pop().map(|item| item.halves());
                let Some(Some([first, second])) = item else { return Err(PlanError::ContextTooSmall { context: self.capacity.context }) };
                left.extend([second, first]);
                continue;
            }
            left.truncate(left.len() - fitting);
            parts.push(next.into_iter().take(fitting).collect());
        }
        if let (Some(first), Some(last)) = (left.last(), left.first()) {
            let (from, to) = (first.citation.line_start, last.citation.line_end);
            plan.notes.push(format!("Lines {from} to {to} of {} were not read: it is too long for this model.", first.citation.path));
        }
        let of = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        plan.notes.push(format!(
            "{} is too long for one prompt. It was read in {of} parts, and described from what was found in each.",
            task.called()
        ));
        for (number, items) in (1..).zip(parts) {
            let part = Some((number, of));
            let used = self.tokens(&items, &task.text(part), count)?;
            plan.prompts.push(self.planned(slot, task, &items, used, part));
        }
        Ok(())
    }

    /// What is asked for a slot that was read in parts, from the sentences that its parts left: as many at once as fit. `round` and `number`
    /// name it. Says how many sentences it takes.
    pub(crate) fn summary(&self, at: usize, sentences: &[Offer], name: &str, count: &Count<'_>) -> Result<(PlannedSlot, usize), PlanError> {
        let slot = &self.slots[at];
        let task = slot.target.as_ref().map_or_else(Task::default, |target| self.task(target)).over_sentences();
        let limit = self.limit(task.max_tokens());
        let headings: Vec<String> = sentences.iter().map(heading_of).collect();
        let messages = |shown: usize| {
            let pieces: Vec<Piece<'_>> =
                headings.iter().zip(sentences).take(shown).map(|(heading, offer)| Piece { heading, text: &offer.shown }).collect();
            self.prompter.messages(&pieces, &task.text(None))
        };
        let most = sentences.len().min(MOST_PIECES);
        let (fitting, tokens) = largest(0, most, most, limit, |shown| Ok(count(&messages(shown))?))?;
        if fitting == 0 {
            return Err(PlanError::ContextTooSmall { context: self.capacity.context });
        }
        let offers = sentences[..fitting].to_vec();
        let shown: Vec<&str> = offers.iter().map(|offer| offer.shown.as_str()).collect();
        let messages = messages(fitting);
        let planned = PlannedSlot {
            slot: slot.name.clone(),
            name: format!("{} ({name})", slot.name),
            section: slot.section.clone(),
            withheld: self.withheld(&messages),
            messages,
            offered: offers.iter().flat_map(|offer| offer.citations.clone()).collect(),
            grammar: self.grammar(&task, &shown),
            max_tokens: task.max_tokens(),
            tokens,
            part: None,
            offers,
            subject: task.subject.clone(),
            sentences: task.sentences,
        };
        Ok((planned, fitting))
    }

    fn planned(&self, slot: &Slot, task: &Task, items: &[Item], tokens: u32, part: Option<(u32, u32)>) -> PlannedSlot {
        let shown: Vec<&str> = items.iter().map(Item::shown).collect();
        let messages = self.messages(items, &task.text(part));
        PlannedSlot {
            slot: slot.name.clone(),
            name: part.map_or_else(|| slot.name.clone(), |(number, of)| format!("{} (part {number} of {of})", slot.name)),
            section: slot.section.clone(),
            withheld: self.withheld(&messages),
            messages,
            offered: items.iter().map(|item| item.citation.clone()).collect(),
            grammar: self.grammar(task, &shown),
            max_tokens: task.max_tokens(),
            tokens,
            part,
            offers: items.iter().map(|item| Offer { citations: vec![item.citation.clone()], shown: item.shown().to_owned() }).collect(),
            subject: task.subject.clone(),
            sentences: task.sentences,
        }
    }

    fn messages(&self, items: &[Item], task: &str) -> Vec<Message> {
        let pieces: Vec<Piece<'_>> = items.iter().map(|item| Piece { heading: &item.heading, text: item.shown() }).collect();
        self.prompter.messages(&pieces, task)
    }

    /// How many secrets are withheld from a conversation.
    fn withheld(&self, messages: &[Message]) -> u32 {
        messages.iter().map(|message| self.gathering.sources.withheld(&message.text)).sum()
    }

    fn tokens(&self, items: &[Item], task: &str, count: &Count<'_>) -> Result<u32, PlanError> {
        Ok(count(&self.messages(items, task))?)
    }

    fn limit(&self, max_tokens: u32) -> u32 {
        self.capacity.context.saturating_sub(max_tokens + MARGIN).min(MOST_TOKENS)
    }

    /// The names that are shown and the project has: what the slot is about first, then definitions, then other names.
    fn grammar(&self, task: &Task, shown: &[&str]) -> String {
        let index = self.ground.index;
        let mut names: Vec<String> = task.names.clone();
        let there: BTreeSet<&str> = shown.iter().flat_map(|text| identifiers(text)).filter(|name| name.len() >= 3).collect();
        let (defined, others): (Vec<&str>, Vec<&str>) =
            there.into_iter().filter(|name| self.names.is_name(name)).partition(|name| !index.named(name).is_empty());
        for name in defined.into_iter().chain(others) {
            if !names.iter().any(|each| each == name) {
                names.push(name.to_owned());
            }
        }
        let offered = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        grammar(&Form { lead: task.lead.clone(), offered, names: &names, sentences: task.sentences })
    }
}

/// Everything that would be asked for a page, without asking.
///
/// # Errors
/// [`PlanError`].
pub fn plan(planner: &Planner<'_>, count: &Count<'_>) -> Result<Plan, PlanError> {
    let mut slots = Vec::new();
    for at in 0..planner.len() {
        slots.extend(planner.prompts(at, count)?.prompts);
    }
    let files: BTreeSet<String> = slots.iter().flat_map(|slot| &slot.offered).map(|citation| citation.path.clone()).collect();
    Ok(Plan { slots, files: files.into_iter().collect() })
}

fn heading_of(offer: &Offer) -> String {
    offer.citations.first().map_or_else(String::new, |citation| {
        format!("{}, lines {}-{}, described", crate::prompt::plain_name(&citation.path), citation.line_start, citation.line_end)
    })
}

/// About how many tokens a piece takes. Only where to begin looking.
fn guessed(item: &Item) -> u32 {
    u32::try_from((item.shown().len() + item.heading.len()) / 3 + 16).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
