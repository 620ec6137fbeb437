//! Which model writes, and the engines that are kept between jobs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use lectern_accounts::UserId;
use lectern_llm::{
    Cancel, Capacity, Computes, EmbeddedEngine, EmbeddedOptions, Engine, EngineError, Finished, Identity, Message, ModelError, ModelFile,
    Place, Request, Told, embedded::KEEP_LOADED,
};
use lectern_projects::Project;

use crate::{Workspace, view::Failure};

/// Engines by the ids of their rows. A row that changes forgets its engine.
#[derive(Default)]
pub(crate) struct Engines(Mutex<HashMap<String, Chosen>>);

/// A model that writes.
#[derive(Clone)]
pub(crate) struct Chosen {
    pub identity: Identity,
    /// What it reads leaves this process: secrets are withheld.
    pub to_endpoint: bool,
    pub engine: Arc<dyn Engine>,
    embedded: Option<Arc<EmbeddedEngine>>,
}

impl Chosen {
    /// Where what it reads is sent; `None` for a process of ours.
    pub fn address(&self) -> Option<String> {
        match &self.identity.place {
            Place::Embedded => None,
            Place::Endpoint { address, .. } => Some(address.clone()),
        }
    }

    /// Bytes its process takes; `None` when it is not loaded, or not ours.
    pub fn resident_memory(&self) -> Option<u64> {
        self.embedded.as_ref()?.resident_memory()
    }

    /// What it computes with, in words: `CPU, 2 threads`. Empty when it is not loaded, or not ours.
    pub fn computes(&self) -> String {
        match self.embedded.as_ref().and_then(|embedded| embedded.computes()) {
            Some(Computes { gpu: true, .. }) => "GPU".to_owned(),
            Some(Computes { threads: 1, .. }) => "CPU, 1 thread".to_owned(),
            Some(Computes { threads, .. }) => format!("CPU, {threads} threads"),
            None => String::new(),
        }
    }

    /// Whether it is loaded now.
    pub fn is_loaded(&self) -> bool {
        self.embedded.as_ref().is_some_and(|embedded| embedded.is_loaded())
    }
}

impl Engines {
    pub fn get(&self, id: &str) -> Option<Chosen> {
        self.lock().get(id).cloned()
    }

    /// The next job makes it anew; one that runs keeps its own.
    pub fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    /// All of them: who may use what changed.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn keep(&self, chosen: Chosen) -> Chosen {
        self.lock().insert(chosen.identity.id.clone(), chosen.clone());
        chosen
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Chosen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An endpoint's engine for one project. Each request asks anew whether it may be sent: a job takes hours, and meanwhile somebody may disallow it,
/// enter another address or remove the endpoint.
struct Allowed {
    workspace: Weak<Workspace>,
    user: String,
    project: String,
    engine: Arc<dyn Engine>,
}

impl Allowed {
    fn is_allowed(&self) -> Result<(), EngineError> {
        let identity = self.engine.identity();
        let refused = || {
            let place = identity.place.to_string();
            EngineError::Refused(format!("Code of this project may not be sent to {place} any more."))
        };
        let workspace = self.workspace.upgrade().ok_or_else(refused)?;
        let endpoints = &workspace.models.endpoints;
        let same = endpoints.get(&self.user, &identity.id).is_ok_and(|endpoint| endpoint.is_asked_by(identity));
        let allowed = endpoints.is_allowed(&self.user, &self.project, &identity.id).unwrap_or(false);
        if same && allowed { Ok(()) } else { Err(refused()) }
    }
}

impl Engine for Allowed {
    fn identity(&self) -> &Identity {
        self.engine.identity()
    }

    fn load(&self, cancel: &Cancel) -> Result<Capacity, EngineError> {
        self.is_allowed()?;
        self.engine.load(cancel)
    }

    fn count_tokens(&self, messages: &[Message], cancel: &Cancel) -> Result<u32, EngineError> {
        self.is_allowed()?;
        self.engine.count_tokens(messages, cancel)
    }

    fn generate(&self, request: &Request, told: &mut dyn FnMut(Told<'_>), cancel: &Cancel) -> Result<Finished, EngineError> {
        self.is_allowed()?;
        self.engine.generate(request, told, cancel)
    }
}

impl Workspace {
    /// The model that a request names, or the chosen one, or the first there is; `None` when there is none at all.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`, `ENDPOINT_NOT_ALLOWED`.
    pub(crate) fn chosen_for(self: &Arc<Self>, project: &Project, model: Option<&str>) -> Result<Option<Chosen>, Failure> {
        if let Some(model) = model {
            return self.engine_for(project, model).map(Some);
        }
        match self.chosen_model(&project.owner_id)? {
            Some(model) => self.engine_for(project, &model).map(Some),
            None => Ok(None),
        }
    }

    /// The engine of a model or an endpoint of the project's owner, if the project's code may be sent there.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`, `ENDPOINT_NOT_ALLOWED`, `BAD_MODEL`.
    pub(crate) fn engine_for(self: &Arc<Self>, project: &Project, model: &str) -> Result<Chosen, Failure> {
        let user = project.owner_id.as_str();
        if let Some(file) = self.model_file(model)? {
            return self.embedded_engine(&project.owner_id, &file);
        }
        let endpoint = self.models.endpoints.get(user, model)?;
        if !self.models.endpoints.is_allowed(user, project.id.as_str(), model)? {
            let place = endpoint.address.origin();
            return Err(Failure::new("ENDPOINT_NOT_ALLOWED", format!("code of {} may not be sent to {place}", project.name))
                .hint(format!("Allow {place} for this project, or choose a model on this computer.")));
        }
        let chosen = match self.ai.engines.get(model) {
            Some(kept) if endpoint.is_asked_by(&kept.identity) => kept,
            _ => {
                let engine = self.models.endpoints.engine(user, model)?;
                let identity = engine.identity().clone();
                self.ai.engines.keep(Chosen { identity, to_endpoint: true, engine: Arc::new(engine), embedded: None })
            }
        };
        let asked = Allowed {
            workspace: Arc::downgrade(self),
            user: user.to_owned(),
            project: project.id.as_str().to_owned(),
            engine: Arc::clone(&chosen.engine),
        };
        // What was allowed is the address that the row has: nothing may have changed it since it was looked at.
        asked.is_allowed()?;
        Ok(Chosen { engine: Arc::new(asked), ..chosen })
    }

    /// The engine of a model file; its bytes are looked at before it is loaded.
    ///
    /// # Errors
    /// `BAD_MODEL` when the file is not what was added any more.
    pub(crate) fn embedded_engine(&self, user: &UserId, file: &ModelFile) -> Result<Chosen, Failure> {
        let file = self.models.files.ready(&file.id, &mut |_| {}, &Cancel::new())?;
        if let Some(kept) = self.ai.engines.get(&file.id) {
            return Ok(kept);
        }
        let limit = self.model_choices(user)?.memory_limit;
        let engine = Arc::new(EmbeddedEngine::new(EmbeddedOptions {
            program: self.own_program(),
            model: file.to_load(),
            threads: None,
            keep_loaded: KEEP_LOADED,
            memory_limit: (limit > 0).then_some(limit),
            states: Some(self.data.models().join("state")),
        }));
        let identity = engine.identity().clone();
        let (shared, embedded) = (Arc::clone(&engine) as Arc<dyn Engine>, Some(engine));
        Ok(self.ai.engines.keep(Chosen { identity, to_endpoint: false, engine: shared, embedded }))
    }

    /// The model file of this id; `None` when it names none.
    pub(crate) fn model_file(&self, id: &str) -> Result<Option<ModelFile>, Failure> {
        match self.models.files.get(id) {
            Ok(file) => Ok(Some(file)),
            Err(ModelError::NotThere) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
