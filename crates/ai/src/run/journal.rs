//! Who is told how writing gets on.

use lectern_llm::Finished;

use crate::{Page, PlannedSlot};

/// Why a journal does not take something.
pub type JournalError = Box<dyn std::error::Error + Send + Sync>;

/// Hears how writing gets on, in order, on the thread that writes.
pub trait Writing {
    /// Something moved: a slot begins, the prompt is read, more is written. Comes often; skip what is too soon.
    fn progress(&mut self, progress: &WriteProgress);

    /// Everything written for a slot so far, unchecked plain text; empty when it begins anew.
    fn text(&mut self, slot: &str, text: &str);

    /// What was answered to exactly this prompt (its name, conversation, form and length) for this page before, by a run that ended early.
    /// `None` also when that can't be told: it is asked again then.
    fn answer_to(&mut self, prompt: &PlannedSlot) -> Option<Answered>;

    /// An answer is whole. `prompt.name` is unique on the page. Not called for an answer that [`Writing::answer_to`] gave.
    ///
    /// # Errors
    /// Ends the writing.
    fn answered(&mut self, prompt: &PlannedSlot, answer: &Answered) -> Result<(), JournalError>;

    /// A slot is done: the page as it is now. From it [`write`](crate::write()) goes on.
    ///
    /// # Errors
    /// Ends the writing.
    fn page(&mut self, page: &Page) -> Result<(), JournalError>;
}

/// A whole answer, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Before anything was checked.
    pub text: String,
    /// Why it ended, and what it took.
    pub finished: Finished,
}

/// How writing gets on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriteProgress {
    /// The slot that is written.
    pub slot: String,
    /// The title of its section.
    pub section: String,
    /// Slots that are done, those of earlier runs too.
    pub done: u32,
    /// All slots.
    pub total: u32,
    /// The answer has begun; before, the prompt is read.
    pub answering: bool,
    /// Tokens of the prompt that are read.
    pub read_tokens: u32,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of the model.
    pub context: u32,
    /// Tokens of the answer so far.
    pub tokens: u32,
    /// Of the answer, a second; 0 before there are two.
    pub tokens_per_second: f32,
    /// Until all slots are done, going by those of this run; `None` before the first is.
    pub seconds_left: Option<u32>,
}
