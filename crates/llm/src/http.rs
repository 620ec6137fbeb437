//! A model behind an endpoint that speaks OpenAI's protocol.

mod address;
mod answer;
mod ask;
mod events;
mod kind;
mod piece;
mod refusal;
mod retry;
mod survey;
mod tokens;
mod transport;
mod writing;

use std::sync::{Arc, Mutex, MutexGuard};

use reqwest::Method;

use self::{
    answer::{Answer, Reading},
    ask::Unwanted,
    refusal::{passes, speaks_of_context},
    retry::Retries,
    survey::{Reach, Survey},
    tokens::Before,
};
use crate::{Cancel, Capacity, Engine, EngineError, Finished, Identity, Message, Place, Request, Role, Told, keys::ApiKey};

pub use self::{
    address::{Address, AddressError},
    kind::ServerKind,
    transport::Patience,
};
pub(crate) use self::{
    survey::survey,
    transport::{Transport, client, leads_here, run, why},
};

/// Tokens of context where nobody says any.
const USUAL_CONTEXT: u32 = 4096;
/// Asked of Ollama where neither its model file nor the user says any: it takes what it is told.
const OLLAMA_CONTEXT: u32 = 8192;

/// Which endpoint, and how it is asked.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The row of `model_endpoints`.
    pub id: String,
    /// As it is shown.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// The model's name there.
    pub model: String,
    /// Sent to this address only.
    pub key: Option<ApiKey>,
    /// Tokens of context that the user says it has; 0 asks the server.
    pub context: u32,
    /// How long it is waited for.
    pub patience: Patience,
}

/// An endpoint as an [`Engine`]. Every call blocks and makes connections of its own, which are closed when it returns.
pub struct HttpEngine {
    identity: Identity,
    model: String,
    context: u32,
    transport: Transport,
    unwanted: Unwanted,
    loaded: Mutex<Option<Arc<Loaded>>>,
    before: Mutex<Option<Before>>,
}

/// What the server said it is.
struct Loaded {
    survey: Survey,
    capacity: Capacity,
}

/// What an endpoint said when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Which server it is.
    pub kind: ServerKind,
    /// The models it can be asked for; empty when it doesn't list them.
    pub models: Vec<String>,
    /// Tokens that the model takes; `None` when the server doesn't say.
    pub context: Option<u32>,
    /// It lists its models, and this is none of them.
    pub unknown_model: bool,
}

impl HttpEngine {
    /// An engine for an endpoint. Nothing is sent before it is asked something.
    ///
    /// # Errors
    /// When no connection can be made at all: the system's TLS does not work.
    pub fn new(options: HttpOptions) -> Result<Self, EngineError> {
        let HttpOptions { id, name, address, model, key, context, patience } = options;
        let identity = Identity {
            id,
            name,
            fingerprint: format!("{address} {model}"),
            place: Place::Endpoint { address: address.origin(), this_computer: address.is_this_computer() },
        };
        let transport = Transport::new(address, key, patience)?;
        Ok(Self { identity, model, context, transport, unwanted: Unwanted::default(), loaded: Mutex::default(), before: Mutex::default() })
    }

    /// Asks the server who it is, without asking it to write.
    ///
    /// # Errors
    /// When it doesn't answer, or refuses.
    pub fn check(&self, cancel: &Cancel) -> Result<Checked, EngineError> {
        run(cancel, async {
            let survey = survey(&self.transport).await?;
            let known = survey.has(&self.model);
            let reach = if known { survey.reach(&self.transport, &self.model).await.unwrap_or_default() } else { Reach::default() };
            let context = reach.context.or((survey.kind == ServerKind::Ollama).then_some(reach.trained).flatten());
            Ok(Checked { kind: survey.kind, models: survey.models, context, unknown_model: !known })
        })
    }

    /// What the server said it is, asked once.
    fn loaded(&self, cancel: &Cancel) -> Result<Arc<Loaded>, EngineError> {
        if let Some(loaded) = self.known().clone() {
            return if cancel.is_cancelled() { Err(EngineError::Cancelled) } else { Ok(loaded) };
        }
        let loaded = Arc::new(run(cancel, self.ask_who_until_ready())?);
        *self.known() = Some(Arc::clone(&loaded));
        Ok(loaded)
    }

    /// A server that is starting answers nothing else than that.
    async fn ask_who_until_ready(&self) -> Result<Loaded, EngineError> {
        let mut retries = Retries::new(self.transport.patience);
        loop {
            match self.ask_who().await {
                Err(error @ EngineError::Busy(_)) => match retries.next(None, &error) {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(error),
                },
                result => return result,
            }
        }
    }

    async fn ask_who(&self) -> Result<Loaded, EngineError> {
        let survey = survey(&self.transport).await?;
        if !survey.has(&self.model) {
            let there = survey.models.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(EngineError::Refused(format!("{} has no model \"{}\". It has: {there}.", survey.kind, self.model)));
        }
        let reach = survey.reach(&self.transport, &self.model).await?;
        let probe = [Message::new(Role::User, "a")];
        let counts_exactly =
            survey::exact_count(&self.transport, survey.kind, &self.model, &probe).await.is_ok_and(|count| count.is_some());
        let keeps_grammar = matches!(survey.kind, ServerKind::LlamaServer | ServerKind::Vllm);
        let capacity = Capacity { context: self.context_for(survey.kind, reach), counts_exactly, keeps_grammar };
        Ok(Loaded { survey, capacity })
    }

    /// What the user says holds, but never more than the server has.
    fn context_for(&self, kind: ServerKind, reach: Reach) -> u32 {
        let chosen = (self.context > 0).then_some(self.context);
        match kind {
            // Takes what it is told in each request.
            ServerKind::Ollama => {
                let wanted = chosen.or(reach.context).unwrap_or(OLLAMA_CONTEXT);
                wanted.min(reach.trained.unwrap_or(u32::MAX))
            }
            _ => match (chosen, reach.context) {
                (Some(chosen), Some(has)) => chosen.min(has),
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => USUAL_CONTEXT.min(reach.trained.unwrap_or(u32::MAX)),
            },
        }
    }

    async fn count(&self, loaded: &Loaded, messages: &[Message]) -> Result<u32, EngineError> {
        if loaded.capacity.counts_exactly
            && let Some(count) = survey::exact_count(&self.transport, loaded.survey.kind, &self.model, messages).await?
        {
            return Ok(count);
        }
        Ok(tokens::most(messages))
    }

    async fn answer(&self, loaded: &Loaded, request: &Request, told: &mut dyn FnMut(Told<'_>)) -> Result<(Answer, u32), EngineError> {
        let Capacity { context, counts_exactly, .. } = loaded.capacity;
        let prompt = self.count(loaded, &request.messages).await?;
        if prompt.saturating_add(request.max_tokens) > context {
            return Err(EngineError::TooLong { prompt, wanted: request.max_tokens, context });
        }
        let answer = self.ask(loaded, request, prompt, told).await?;
        let is_whole = !loaded.survey.counts_only_what_is_new();
        if let Some(reported) = answer.counts.prompt.filter(|count| *count > 0 && is_whole) {
            let before = self.before();
            if let Some(said) = tokens::cut(reported, &request.messages, counts_exactly.then_some(prompt), before.as_ref()) {
                return Err(EngineError::BadAnswer(said));
            }
            drop(before);
            *self.before() = Some(Before::new(&request.messages, reported));
        }
        Ok((answer, prompt))
    }

    /// Asks until there is an answer, or it is clear that there will be none.
    async fn ask(&self, loaded: &Loaded, request: &Request, prompt: u32, told: &mut dyn FnMut(Told<'_>)) -> Result<Answer, EngineError> {
        let Survey { kind, .. } = loaded.survey;
        let address = &self.transport.address;
        let url = if kind == ServerKind::Ollama { address.native("api/chat") } else { address.call("chat/completions") };
        let asked = Some((prompt, request.max_tokens, loaded.capacity.context));
        let mut retries = Retries::new(self.transport.patience);
        let mut reading = Reading::new(&self.transport, ask::dialect(kind), request, told);
        loop {
            let body = ask::body(&loaded.survey, &self.model, loaded.capacity.context, request, &self.unwanted);
            let response = self.transport.send(Method::POST, url.clone(), Some(&body), self.transport.patience.first_text).await?;
            let status = response.status();
            if status.is_success() {
                let answer = reading.read(response).await;
                return match answer {
                    // Some say so only after they said that all is well.
                    Err(EngineError::BadAnswer(said)) if !reading.has_begun() && speaks_of_context(&said) => {
                        Err(EngineError::TooLong { prompt, wanted: request.max_tokens, context: loaded.capacity.context })
                    }
                    answer => answer,
                };
            }
            let wants = retry::wanted_wait(response.headers());
            let error = self.transport.refusal(response, asked).await;
            if matches!(status.as_u16(), 400 | 422) && self.unwanted.learn(&error.to_string()) {
                continue;
            }
            if !passes(status) || matches!(error, EngineError::TooLong { .. }) {
                return Err(error);
            }
            match retries.next(wants, &error) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Arc<Loaded>>> {
        self.loaded.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn before(&self) -> MutexGuard<'_, Option<Before>> {
        self.before.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// After a failure the server is asked anew who it is: it may have been started again, with another model or context.
    fn forget_after<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        if result.as_ref().is_err_and(|error| !matches!(error, EngineError::Cancelled)) {
            *self.known() = None;
            *self.before() = None;
        }
        result
    }
}

impl Engine for HttpEngine {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn load(&self, cancel: &Cancel) -> Result<Capacity, EngineError> {
        self.loaded(cancel).map(|loaded| loaded.capacity)
    }

    fn count_tokens(&self, messages: &[Message], cancel: &Cancel) -> Result<u32, EngineError> {
        let loaded = self.loaded(cancel)?;
        self.forget_after(run(cancel, self.count(&loaded, messages)))
    }

    fn generate(&self, request: &Request, told: &mut dyn FnMut(Told<'_>), cancel: &Cancel) -> Result<Finished, EngineError> {
        let loaded = self.loaded(cancel)?;
        let (answer, estimate) = self.forget_after(run(cancel, self.answer(&loaded, request, told)))?;
        let milliseconds = |from: std::time::Instant, to: std::time::Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
        let now = std::time::Instant::now();
        let first = answer.first_text.unwrap_or(now);
        Ok(Finished {
            reason: answer.reason,
            prompt_tokens: answer.counts.prompt.unwrap_or(estimate),
            reused_tokens: answer.counts.reused.unwrap_or(0),
            generated_tokens: answer.counts.generated.unwrap_or(answer.events),
            prompt_ms: answer.counts.prompt_ms.unwrap_or_else(|| milliseconds(answer.started, first)),
            generate_ms: answer.counts.generate_ms.unwrap_or_else(|| milliseconds(first, now)),
        })
    }
}
