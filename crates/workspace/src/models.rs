//! Models and endpoints that jobs can be written with.

mod choices;
mod endpoints;
mod files;

use std::sync::Arc;

use lectern_accounts::{Keychain, UserId};
use lectern_llm::{Endpoints, ModelFiles, hardware};
use lectern_store::{Clock, Store};

pub(crate) use self::choices::ModelChoices;
use self::endpoints::LastAnswers;
use crate::{
    DataDir, Workspace,
    view::{Failure, ModelLimits, Models},
};

/// Where models and endpoints are kept.
pub(crate) struct ModelStores {
    pub files: ModelFiles,
    pub endpoints: Endpoints,
    pub answers: LastAnswers,
}

impl ModelStores {
    pub fn new(store: &Arc<Store>, clock: &Arc<dyn Clock>, keychain: &Arc<dyn Keychain>, data: &DataDir) -> Self {
        Self {
            files: ModelFiles::new(Arc::clone(store), Arc::clone(clock), data.models()),
            endpoints: Endpoints::new(Arc::clone(store), Arc::clone(clock), Arc::clone(keychain)),
            answers: LastAnswers::default(),
        }
    }
}

impl Workspace {
    /// Everything that could write. Models that were put into the data folder's `models` by hand are found by this.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`, and what the database says.
    pub fn models(self: &Arc<Self>) -> Result<Models, Failure> {
        let user = self.user()?;
        let choices = self.model_choices(&user)?;
        let memory = hardware::memory();
        let models = self.model_cards(&choices)?;
        let endpoints = self.models.endpoints.list(user.as_str())?.into_iter().map(|each| self.endpoint_card(each)).collect();
        #[expect(clippy::cast_precision_loss, reason = "bytes, shown in gigabytes")]
        let bytes = |bytes: u64| bytes as f64;
        Ok(Models {
            models,
            endpoints,
            chosen: self.chosen_model(&user)?,
            jobs_at_once: choices.jobs_at_once,
            memory_limit: bytes(choices.memory_limit),
            memory_total: memory.map_or(0.0, |memory| bytes(memory.total)),
            memory_free: memory.map_or(0.0, |memory| bytes(memory.available)),
            engine_problem: self.engine_problem(),
        })
    }

    /// Chooses the model or endpoint that is asked where nothing else is named; `None` for the first model there is.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`.
    pub fn choose_model(self: &Arc<Self>, model_id: Option<&str>) -> Result<Models, Failure> {
        let user = self.user()?;
        if let Some(id) = model_id
            && self.model_file(id)?.is_none()
        {
            self.models.endpoints.get(user.as_str(), id)?;
        }
        let choices = ModelChoices { model: model_id.map(str::to_owned), ..self.model_choices(&user)? };
        self.save_model_choices(&user, &choices)?;
        self.events.models_changed();
        self.models()
    }

    /// Calls a model or an endpoint something else. Jobs that were asked for before keep the name that it had.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`; `BAD_ARGUMENT` or `BAD_ENDPOINT` with what is wrong with the name.
    pub fn rename_model(self: &Arc<Self>, model_id: &str, name: &str) -> Result<Models, Failure> {
        let user = self.user()?;
        if self.model_file(model_id)?.is_some() {
            self.models.files.rename(model_id, name)?;
            self.model_changed(model_id);
        } else {
            self.models.endpoints.rename(user.as_str(), model_id, name)?;
            // What it said when it was asked still holds.
            self.ai.engines.forget(model_id);
            self.events.models_changed();
        }
        self.models()
    }

    /// Bounds what jobs may take. Running ones keep what they have.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn set_model_limits(self: &Arc<Self>, limits: ModelLimits) -> Result<Models, Failure> {
        let user = self.user()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; bytes below 2^53 are exact")]
        let memory_limit = limits.memory_limit.clamp(0.0, 9e15) as u64;
        let before = self.model_choices(&user)?;
        let choices = ModelChoices { jobs_at_once: ModelChoices::at_once(limits.jobs_at_once), memory_limit, model: before.model };
        self.save_model_choices(&user, &choices)?;
        if before.memory_limit != memory_limit {
            self.ai.engines.clear();
        }
        self.ai.wake();
        self.events.models_changed();
        self.models()
    }

    /// The row that is asked where nothing else is named: the one that was chosen if it is still there, else the first model.
    pub(crate) fn chosen_model(&self, user: &UserId) -> Result<Option<String>, Failure> {
        if let Some(chosen) = self.model_choices(user)?.model {
            let there = self.model_file(&chosen)?.is_some() || self.models.endpoints.get(user.as_str(), &chosen).is_ok();
            if there {
                return Ok(Some(chosen));
            }
        }
        self.first_model()
    }

    /// Why no embedded model can run here.
    fn engine_problem(&self) -> Option<String> {
        if let Some(problem) = hardware::processor_problem() {
            return Some(problem);
        }
        let program = self.own_program();
        (!program.is_file()).then(|| format!("the program {} is missing; install Lectern again", program.display()))
    }
}

pub(crate) fn unknown_model() -> Failure {
    Failure::new("UNKNOWN_MODEL", "this model or endpoint is not there any more").hint("Choose another in Settings, Models.")
}
