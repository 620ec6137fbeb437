//! Reading one answer as it is written.

use std::time::{Duration, Instant};

use reqwest::{Response, header::CONTENT_TYPE};
use tokio::time::{sleep, timeout};

use super::{
    events::{Events, Framing},
    piece::{Counts, Dialect, Piece},
    transport::{Patience, Transport, why},
    writing::Text,
};
use crate::{EngineError, Reason, Request, Told};

/// No token of any usual model is longer; more text than this for each token means that the server does not count.
const LONGEST_TOKEN: usize = 256;
/// Bytes that a model thinks before it answers; one that goes on never comes to an end.
const LONGEST_THOUGHTS: usize = 256 << 10;
/// Of an answer that does not come in events.
const LARGEST_WHOLE: usize = 8 << 20;
/// After the reason is said, only counts are waited for, and not for long.
const FOR_COUNTS: Duration = Duration::from_secs(2);

/// What was read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) reason: Reason,
    pub(crate) counts: Counts,
    /// Events with text: what stands for written tokens where the server doesn't count.
    pub(crate) events: u32,
    pub(crate) started: Instant,
    pub(crate) first_text: Option<Instant>,
}

/// An answer that is being read. Kept apart from the reading, so that it is known what was told when that fails.
pub(crate) struct Reading<'a> {
    transport: &'a Transport,
    dialect: Dialect,
    max_tokens: u32,
    text: Text<'a>,
    told: &'a mut dyn FnMut(Told<'_>),
    reason: Option<Reason>,
    counts: Counts,
    events: u32,
    /// Events that show that the server gets on.
    signs: u32,
    /// Tokens of the prompt that it said are read.
    read: u32,
    started: Instant,
    first_text: Option<Instant>,
    over: bool,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(transport: &'a Transport, dialect: Dialect, request: &'a Request, told: &'a mut dyn FnMut(Told<'_>)) -> Self {
        Self {
            transport,
            dialect,
            max_tokens: request.max_tokens,
            text: Text::new(&request.stop),
            told,
            reason: None,
            counts: Counts::default(),
            events: 0,
            signs: 0,
            read: 0,
            started: Instant::now(),
            first_text: None,
            over: false,
        }
    }

    /// Whether anything of the answer came: then it can't be asked for again as if nothing had been.
    pub(crate) fn has_begun(&self) -> bool {
        self.events > 0
    }

    /// Reads to the end.
    ///
    /// # Errors
    /// [`EngineError::Stopped`] when the connection ends or stalls in the middle, [`EngineError::BadAnswer`] for what can't be understood.
    pub(crate) async fn read(&mut self, response: Response) -> Result<Answer, EngineError> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        if kind.contains("html") {
            return Err(self.transport.no_json(b"<"));
        }
        if self.dialect == Dialect::OpenAi && kind.contains("application/json") {
            return self.whole(response).await;
        }
        let framing = if self.dialect == Dialect::Ollama { Framing::Lines } else { Framing::ServerSent };
        self.stream(response, Events::new(framing)).await?;
        self.finished()
    }

    /// An answer that comes at once, from a server that does not stream.
    async fn whole(&mut self, response: Response) -> Result<Answer, EngineError> {
        let patience = self.transport.patience.first_text;
        let body = timeout(patience, self.transport.body(response, LARGEST_WHOLE)).await.map_err(|_| self.stalled(patience))??;
        let text = std::str::from_utf8(&body).map_err(|_| self.transport.no_json(&body))?;
        if !text.trim_start().starts_with('{') {
            return Err(self.transport.no_json(&body));
        }
        self.event(text)?;
        self.finished()
    }

    async fn stream(&mut self, mut response: Response, mut events: Events) -> Result<(), EngineError> {
        let Patience { first_text, stall, .. } = self.transport.patience;
        let mut heard = self.signs;
        let mut pause = first_text;
        let mut alarm = Box::pin(sleep(pause));
        loop {
            let chunk = tokio::select! {
                chunk = response.chunk() => chunk,
                () = &mut alarm => {
                    // Why writing ended is known: only counts are missing.
                    if self.reason.is_some() {
                        return Ok(());
                    }
                    return Err(self.stalled(pause));
                }
            };
            let more = match chunk {
                Ok(Some(bytes)) => events.take(&bytes, &mut |data| self.event(data))?,
                Ok(None) => {
                    events.end(&mut |data| self.event(data))?;
                    false
                }
                Err(_) if self.reason.is_some() => false,
                Err(error) => {
                    let origin = self.transport.address.origin();
                    return Err(EngineError::Stopped(format!(
                        "The connection to {origin} ended in the middle of an answer: {}.",
                        why(&error)
                    )));
                }
            };
            if !more {
                return Ok(());
            }
            // Comments and half lines are no events: a server that only sends those does not get on.
            if self.signs != heard {
                heard = self.signs;
                pause = match (self.reason, self.has_begun()) {
                    (Some(_), _) => stall.min(FOR_COUNTS),
                    (None, true) => stall,
                    (None, false) => first_text,
                };
                alarm = Box::pin(sleep(pause));
            }
        }
    }

    /// Takes one event. `false` when nothing more is wanted.
    fn event(&mut self, data: &str) -> Result<bool, EngineError> {
        if data.trim().is_empty() {
            return Ok(true);
        }
        let piece = Piece::read(data, self.dialect, self.transport.key.as_ref())?;
        self.counts.update(piece.counts);
        if let Some((done, total)) = piece.reading {
            // The same again and again is no progress.
            self.signs += u32::from(done > self.read);
            self.read = self.read.max(done);
            (self.told)(Told::Reading { done: done.min(total), total });
        }
        if !piece.text.is_empty() {
            self.events += 1;
            self.signs += 1;
            self.first_text.get_or_insert_with(Instant::now);
            let told = &mut *self.told;
            if !self.text.take(&piece.text, &mut |text| told(Told::Text(text))) {
                self.reason = Some(Reason::Complete);
                self.over = true;
                return Ok(false);
            }
            if self.text.thought() > LONGEST_THOUGHTS {
                return Err(EngineError::BadAnswer("The model thinks without end and does not answer.".to_owned()));
            }
            if self.text.passed() > (self.max_tokens as usize).saturating_mul(LONGEST_TOKEN) {
                self.reason = Some(Reason::Length);
                self.over = true;
                return Ok(false);
            }
        }
        self.signs += u32::from(piece.reason.is_some());
        self.reason = piece.reason.or(self.reason);
        if piece.last && self.reason.is_none() {
            self.reason =
                Some(if self.counts.generated.is_some_and(|count| count >= self.max_tokens) { Reason::Length } else { Reason::Complete });
        }
        Ok(!piece.last)
    }

    fn finished(&mut self) -> Result<Answer, EngineError> {
        let Some(reason) = self.reason else {
            let origin = self.transport.address.origin();
            return Err(EngineError::Stopped(format!("The connection to {origin} ended in the middle of an answer.")));
        };
        if !self.over {
            let told = &mut *self.told;
            self.text.end(&mut |text| told(Told::Text(text)));
        }
        Ok(Answer { reason, counts: self.counts, events: self.events, started: self.started, first_text: self.first_text })
    }

    fn stalled(&self, patience: Duration) -> EngineError {
        let (origin, seconds) = (self.transport.address.origin(), patience.as_secs());
        EngineError::Stopped(format!("{origin} sent nothing more of its answer for {seconds} seconds."))
    }
}
