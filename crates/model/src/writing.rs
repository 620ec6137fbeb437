//! Lets a model write: prompt in, text out, piece by piece.

use std::{sync::Arc, time::Instant};

use lectern_llm::{Finished, Reason, Request, embedded::protocol::Failure};

use crate::{
    llama::{self, Model, NotRead, Sampler},
    prompt::Prompter,
    reading::Reader,
    text::Holding,
};

/// What there is to tell while writing.
pub enum Step {
    /// So many tokens of the prompt are read.
    Read { done: u32, total: u32 },
    /// More text.
    Text(String),
}

/// Writes what is asked for. `interrupted` says whether somebody does not want it any more; nothing is told after it said so.
pub fn write(
    model: &Arc<Model>,
    prompter: &Prompter,
    reader: &mut Reader,
    request: &Request,
    tell: &mut dyn FnMut(Step),
    interrupted: &dyn Fn() -> bool,
) -> Result<Finished, Failure> {
    let prompt = prompter.tokens(&request.messages);
    let total = small(prompt.len());
    let (wanted, context) = (request.max_tokens.max(1), reader.size());
    if prompt.is_empty() || total.saturating_add(wanted) > context {
        return Err(Failure::TooLong { prompt: total, wanted, context });
    }
    let mut sampler = Sampler::new(Arc::clone(model), request.grammar.as_deref(), request.temperature, request.seed)
        .ok_or_else(|| Failure::BadGrammar { message: said(llama::complaint(), "llama.cpp can't read it") })?;
    let start = Instant::now();
    let reused = reader.read(&prompt, &mut |done| tell(Step::Read { done: small(done), total })).map_err(not_read)?;
    let read = Instant::now();
    let mut holding = Holding::new(&request.stop);
    let mut written = 0;
    let mut piece = Vec::new();
    let reason = loop {
        if interrupted() {
            return Err(Failure::Cancelled);
        }
        let token = sampler
            .next(reader.likelihoods())
            .ok_or_else(|| Failure::BadGrammar { message: "no word of this model goes on with it".into() })?;
        if model.ends(token) {
            break Reason::Complete;
        }
        written += 1;
        piece.clear();
        model.append_piece(token, &mut piece);
        let shown = holding.push(&piece);
        if !shown.text.is_empty() {
            tell(Step::Text(shown.text));
        }
        if shown.stopped {
            break Reason::Complete;
        }
        if written == wanted {
            break Reason::Length;
        }
        reader.go_on(token, prompt.len() + written as usize - 1).map_err(not_read)?;
    };
    let rest = holding.rest();
    if !rest.is_empty() {
        tell(Step::Text(rest));
    }
    let milliseconds = |from: Instant, to: Instant| (to - from).as_secs_f64() * 1000.0;
    Ok(Finished {
        reason,
        prompt_tokens: total,
        reused_tokens: small(reused),
        generated_tokens: written,
        prompt_ms: milliseconds(start, read),
        generate_ms: milliseconds(read, Instant::now()),
    })
}

fn not_read(why: NotRead) -> Failure {
    match why {
        NotRead::Interrupted => Failure::Cancelled,
        NotRead::Failed => Failure::Stopped { message: said(llama::complaint(), "llama.cpp could not compute") },
    }
}

fn said(complaint: String, otherwise: &str) -> String {
    if complaint.is_empty() { otherwise.to_owned() } else { complaint }
}

fn small(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}
