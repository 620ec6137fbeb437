//! Writing one slot: in one answer, or part by part and then from what the parts left.

use std::time::Instant;

use lectern_llm::{Cancel, Engine, EngineError, Finished, Message, Reason, Request, Told};

use super::{Answered, WriteError, WriteProgress, Writing};
use crate::{
    Page, PlannedSlot, Planner,
    checks::{Bench, Checked, Offer, SaidBefore, check},
    prompt::read,
};

/// How freely words are chosen: a little, so that another seed gives another answer.
const TEMPERATURE: f32 = 0.25;
/// When nothing of an answer held, it is asked once more, more freely.
const TEMPERATURE_AGAIN: f32 = 0.45;
/// Of a stretch that was read in parts and could not be summed up, so many sentences are kept.
const MOST_OF_PARTS: usize = 6;

/// A slot under way.
pub(super) struct SlotRun<'r, 'a> {
    pub planner: &'r Planner<'a>,
    pub engine: &'r dyn Engine,
    pub seed: u32,
    pub journal: &'r mut dyn Writing,
    pub cancel: &'r Cancel,
    /// The slot's place in the planner.
    pub at: usize,
    pub progress: WriteProgress,
    pub page: &'r mut Page,
    /// What the page says already.
    pub before: &'r mut SaidBefore,
}

impl SlotRun<'_, '_> {
    /// The sentences that stand, and what the reader must know.
    pub fn write(&mut self) -> Result<(Vec<Checked>, Vec<String>), WriteError> {
        if self.cancel.is_cancelled() {
            return Err(EngineError::Cancelled.into());
        }
        let (engine, cancel) = (self.engine, self.cancel);
        let count = |messages: &[Message]| engine.count_tokens(messages, cancel);
        let plan = self.planner.prompts(self.at, &count)?;
        let checks = &mut self.page.checks;
        checks.secrets_withheld += plan.secret_files + plan.prompts.iter().map(|prompt| prompt.withheld).sum::<u32>();
        let mut kept = Vec::new();
        match &plan.prompts[..] {
            [] => {}
            [prompt] => {
                kept = self.asked(prompt, None)?;
                if kept.is_empty() {
                    let again = PlannedSlot { name: format!("{} (again)", prompt.name), ..prompt.clone() };
                    kept = self.asked(&again, None)?;
                }
            }
            parts => {
                self.page.checks.parts += u32::try_from(parts.len()).unwrap_or(u32::MAX);
                // What is said of parts is not on the page yet.
                let mut of_parts = self.before.clone();
                for part in parts {
                    kept.extend(self.asked(part, Some(&mut of_parts))?);
                }
                kept = self.summed_up(kept, &count)?;
            }
        }
        Ok((kept, plan.notes))
    }

    /// Sums sentences up until what is left was summed up in one answer.
    fn summed_up(&mut self, mut sentences: Vec<Checked>, count: &crate::Count<'_>) -> Result<Vec<Checked>, WriteError> {
        for round in 1.. {
            let cited = sentences.iter().filter(|sentence| !sentence.citations.is_empty());
            let offers: Vec<Offer> =
                cited.map(|sentence| Offer { citations: sentence.citations.clone(), shown: sentence.text.clone() }).collect();
            let (mut next, mut at, mut number) = (Vec::new(), 0, 1);
            let mut of_round = self.before.clone();
            while at < offers.len() {
                let name = format!("summary {round}.{number}");
                let (prompt, taken) = self.planner.summary(self.at, &offers[at..], &name, count)?;
                let last = at == 0 && taken == offers.len();
                next.extend(self.asked(&prompt, Some(&mut of_round).filter(|_| !last))?);
                if last && !next.is_empty() {
                    return Ok(next);
                }
                at += taken;
                number += 1;
            }
            if next.is_empty() || next.len() >= sentences.len() {
                break;
            }
            sentences = next;
        }
        // As they were found: better than nothing, and each is checked.
        sentences.truncate(MOST_OF_PARTS);
        sentences.iter().for_each(|sentence| self.before.add(&sentence.text));
        Ok(sentences)
    }

    /// One answer, checked. `before` is what was said, where that is not the page.
    fn asked(&mut self, prompt: &PlannedSlot, before: Option<&mut SaidBefore>) -> Result<Vec<Checked>, WriteError> {
        let answer = match self.journal.answer_to(prompt) {
            Some(answer) => answer,
            None => self.answer(prompt)?,
        };
        self.add_up(&answer.finished);
        let bench = Bench {
            ground: self.planner.ground,
            names: &self.planner.names,
            marks: &[&self.planner.prompter.mark],
            prompt_lines: &self.planner.prompter.own_lines,
        };
        let read = read(&answer.text, answer.finished.reason == Reason::Length);
        let (mut kept, dropped) = check(&bench, read, &prompt.offers, &prompt.subject, before.unwrap_or(self.before));
        let checks = &mut self.page.checks;
        let beyond = kept.len().saturating_sub(prompt.sentences as usize * 2);
        kept.truncate(kept.len() - beyond);
        checks.sentences_dropped += dropped.sentences + u32::try_from(beyond).unwrap_or(u32::MAX);
        checks.citations_dropped += dropped.citations;
        Ok(kept)
    }

    /// Asks, and keeps what is answered.
    fn answer(&mut self, prompt: &PlannedSlot) -> Result<Answered, WriteError> {
        let answer = match self.generated(prompt) {
            // Its process ended in the middle: it may have been something else's fault.
            Err(EngineError::Stopped(_)) if !self.cancel.is_cancelled() => self.generated(prompt)?,
            other => other?,
        };
        self.journal.answered(prompt, &answer).map_err(WriteError::Journal)?;
        Ok(answer)
    }

    fn generated(&mut self, prompt: &PlannedSlot) -> Result<Answered, EngineError> {
        let again = prompt.name.ends_with("(again)");
        let request = Request {
            messages: prompt.messages.clone(),
            max_tokens: prompt.max_tokens,
            stop: vec![self.planner.prompter.mark.clone(), "\nTask:".into()],
            grammar: Some(prompt.grammar.clone()),
            seed: self.seed.wrapping_mul(2).wrapping_add(u32::from(again)),
            temperature: if again { TEMPERATURE_AGAIN } else { TEMPERATURE },
        };
        let (journal, progress) = (&mut *self.journal, &mut self.progress);
        (progress.answering, progress.read_tokens, progress.prompt_tokens) = (false, 0, prompt.tokens);
        (progress.tokens, progress.tokens_per_second) = (0, 0.0);
        journal.progress(progress);
        journal.text(&prompt.slot, "");
        let mut text = String::new();
        let mut first: Option<Instant> = None;
        let mut told = |told: Told<'_>| match told {
            Told::Reading { done, total } => {
                (progress.read_tokens, progress.prompt_tokens) = (done, total);
                journal.progress(progress);
            }
            Told::Text(piece) => {
                text.push_str(piece);
                progress.tokens += 1;
                progress.answering = true;
                let since = first.get_or_insert_with(Instant::now).elapsed().as_secs_f32();
                if progress.tokens > 1 && since > 0.0 {
                    progress.tokens_per_second = (progress.tokens - 1) as f32 / since;
                }
                journal.text(&prompt.slot, &text);
                journal.progress(progress);
            }
        };
        let finished = self.engine.generate(&request, &mut told, self.cancel)?;
        Ok(Answered { text, finished })
    }

    fn add_up(&mut self, finished: &Finished) {
        let run = &mut self.page.run;
        run.answers += 1;
        run.prompt_tokens += finished.prompt_tokens;
        run.reused_tokens += finished.reused_tokens;
        run.generated_tokens += finished.generated_tokens;
        run.prompt_ms += finished.prompt_ms;
        run.generate_ms += finished.generate_ms;
    }
}
