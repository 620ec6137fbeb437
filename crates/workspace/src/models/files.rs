//! Model files of this computer: added, downloaded, tried.

use std::{path::Path, sync::Arc};

use lectern_ai::Run;
use lectern_llm::{
    Cancel, EngineError, Message, ModelError, ModelFacts, ModelFile, ModelProgress, Request, Role, Told, describe, hardware,
};

use super::ModelChoices;
use crate::{
    Tell, Workspace,
    tasks::Task,
    view::{Failure, ModelCard, Models},
};

/// Tokens that are written to see how fast a model is here.
const MEASURED_TOKENS: u32 = 64;
/// What a model reads to see how fast it is: as long as prompts usually are, in the middle.
const MEASURED_TEXT: usize = 24;

/// A job that wrote so many tokens tells how fast the model is.
const TELLING_TOKENS: u32 = 64;

impl Workspace {
    /// Adds a model file where it is; nothing is copied. Its hash is recorded.
    ///
    /// # Errors
    /// `BAD_MODEL` with what it is instead, `CANCELLED`.
    pub fn add_model_file(self: &Arc<Self>, task_id: &str, path: &Path, tell: Tell<'_>) -> Result<Models, Failure> {
        self.user()?;
        let task = self.task(task_id, tell);
        let cancel = cancel_of(&task);
        let added = self.models.files.add(path, &self.describer(&cancel), &mut |progress| told(&task, progress), &cancel)?;
        self.model_changed(&added.id);
        self.models()
    }

    /// Downloads a model file into the data folder and adds it; goes on where an earlier try stopped.
    ///
    /// # Errors
    /// `BAD_ARGUMENT`, `DOWNLOAD_FAILED`, `WRONG_HASH`, `DISK_FULL`, `BAD_MODEL`, `CANCELLED`. Nothing half there is ever listed.
    pub fn download_model(self: &Arc<Self>, task_id: &str, url: &str, sha256: Option<&str>, tell: Tell<'_>) -> Result<Models, Failure> {
        self.user()?;
        let task = self.task(task_id, tell);
        let (cancel, sha256) = (cancel_of(&task), sha256.unwrap_or_default());
        let added = self.models.files.download(url, sha256, &self.describer(&cancel), &mut |progress| told(&task, progress), &cancel)?;
        self.model_changed(&added.id);
        self.models()
    }

    /// Sees how fast a model reads and writes here. Loads it.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`, `CANCELLED`, and what loading says.
    pub fn measure_model(self: &Arc<Self>, task_id: &str, model_id: &str, tell: Tell<'_>) -> Result<Models, Failure> {
        let user = self.user()?;
        let file = self.model_file(model_id)?.ok_or_else(super::unknown_model)?;
        let task = self.task(task_id, tell);
        task.progress("Loading", 0, 0, 0);
        let engine = self.embedded_engine(&user, &file)?.engine;
        let code = "fn add(a: u32, b: u32) -> u32 { a.saturating_add(b) } // what a prompt is like\n".repeat(MEASURED_TEXT);
        let request = Request {
            messages: vec![Message::new(Role::User, format!("Describe this code at length:\n{code}"))],
            max_tokens: MEASURED_TOKENS,
            stop: Vec::new(),
            grammar: None,
            // Another one each time: what was read before is not read again, and that would not be its speed.
            seed: std::process::id(),
            temperature: 0.8,
        };
        let mut written = 0;
        let mut said = |said: Told<'_>| match said {
            Told::Reading { done, total } => task.progress("Reading", u64::from(done), u64::from(total), 0),
            Told::Text(_) => {
                written += 1;
                task.progress("Writing", written, u64::from(MEASURED_TOKENS), 0);
            }
        };
        let finished = engine.generate(&request, &mut said, &cancel_of(&task))?;
        let read = speed(finished.prompt_tokens.saturating_sub(finished.reused_tokens), finished.prompt_ms);
        self.models.files.note_speed(model_id, speed(finished.generated_tokens, finished.generate_ms), read)?;
        self.events.models_changed();
        self.models()
    }

    /// Keeps how fast a model, or a server, was in a job. A job is done whether that can be kept or not.
    pub(crate) fn note_run(&self, user: &str, model: &str, run: &Run, to_endpoint: bool) {
        // Short answers are over before a model is up to speed.
        let Some(written) = speed(run.generated_tokens, run.generate_ms).filter(|_| run.generated_tokens >= TELLING_TOKENS) else { return };
        let kept = if to_endpoint {
            self.models.endpoints.note_speed(user, model, written).is_ok()
        } else {
            let read = speed(run.prompt_tokens.saturating_sub(run.reused_tokens), run.prompt_ms);
            self.models.files.note_speed(model, Some(written), read).is_ok()
        };
        if kept {
            self.events.models_changed();
        }
    }

    /// Chooses the context that a model is loaded with; 0 for the usual one.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`.
    pub fn set_model_context(self: &Arc<Self>, model_id: &str, context: u32) -> Result<Models, Failure> {
        self.user()?;
        self.models.files.set_context(model_id, context)?;
        self.model_changed(model_id);
        self.models()
    }

    /// Chooses whether a model is loaded even when there is not enough memory.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`.
    pub fn set_load_anyway(self: &Arc<Self>, model_id: &str, anyway: bool) -> Result<Models, Failure> {
        self.user()?;
        self.models.files.set_load_anyway(model_id, anyway)?;
        self.model_changed(model_id);
        self.models()
    }

    /// Removes a model: its file when it lies in the data folder, elsewhere only what is known of it.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`, and when the file can't be deleted.
    pub fn remove_model(self: &Arc<Self>, model_id: &str) -> Result<Models, Failure> {
        self.user()?;
        self.models.files.remove(model_id)?;
        self.model_changed(model_id);
        self.models()
    }

    pub(super) fn model_changed(&self, id: &str) {
        self.ai.engines.forget(id);
        self.events.models_changed();
    }

    fn describer<'a>(&'a self, cancel: &'a Cancel) -> impl Fn(&Path) -> Result<ModelFacts, EngineError> + 'a {
        move |path| describe(&self.own_program(), path, cancel)
    }

    /// The first model there is whose file can be used.
    pub(super) fn first_model(&self) -> Result<Option<String>, Failure> {
        Ok(self.models.files.list()?.into_iter().find(|model| model.problem.is_none()).map(|model| model.id))
    }

    pub(super) fn model_cards(&self, choices: &ModelChoices) -> Result<Vec<ModelCard>, Failure> {
        let free = hardware::memory().map_or(u64::MAX, |memory| memory.available);
        let allowed = if choices.memory_limit > 0 { choices.memory_limit.min(free) } else { free };
        Ok(self.models.files.list()?.into_iter().map(|model| self.model_card(model, allowed)).collect())
    }

    fn model_card(&self, model: ModelFile, allowed: u64) -> ModelCard {
        #[expect(clippy::cast_precision_loss, reason = "bytes and weights, shown in thousands")]
        let number = |value: u64| value as f64;
        let loaded = self.ai.engines.get(&model.id).is_some_and(|engine| engine.is_loaded());
        ModelCard {
            note: model.note.to_owned(),
            size: number(model.size),
            trained_context: model.facts.context,
            context: model.context(),
            memory: number(model.memory()),
            // A loaded one has its memory already.
            fits: loaded || model.memory() <= allowed,
            load_anyway: model.settings.load_anyway,
            tokens_per_second: model.settings.tokens_per_second,
            prompt_tokens_per_second: model.settings.prompt_tokens_per_second,
            parameters: number(model.facts.parameters),
            architecture: model.facts.architecture,
            quantization: model.facts.quantization,
            loaded,
            problem: model.problem,
            id: model.id,
            name: model.name,
            file_name: model.file_name,
            sha256: model.sha256,
        }
    }
}

/// A task's wish to stop, as engines hear it.
fn cancel_of(task: &Task<'_>) -> Cancel {
    Cancel::from(Arc::clone(task.cancel()))
}

/// Tokens a second; `None` where there were too few to tell.
#[expect(clippy::cast_possible_truncation, reason = "tokens a second")]
fn speed(tokens: u32, ms: f64) -> Option<f32> {
    (tokens > 8 && ms > 0.0).then(|| (f64::from(tokens) * 1000.0 / ms) as f32)
}

fn told(task: &Task<'_>, progress: ModelProgress) {
    match progress {
        // In megabytes: the window's numbers end at four thousand million.
        ModelProgress::Downloading { done, total } => task.progress("Downloading", done >> 20, total.unwrap_or_default() >> 20, done),
        ModelProgress::Hashing { done, total } => task.progress("Hashing", done >> 20, total >> 20, done),
        ModelProgress::Describing => task.progress("Looking at it", 0, 0, 0),
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::NotThere => super::unknown_model(),
            ModelError::Sqlite(error) => crate::failure::database(&error),
            ModelError::Engine(error) => error.into(),
            error => Self { hint: error.hint().map(str::to_owned), ..Self::new(error.code(), error.to_string()) },
        }
    }
}
