//! Endpoints of the signed-in user, and the projects whose code may be sent to them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use lectern_llm::{Address, Cancel, Checked, Endpoint, EndpointChange, EndpointError, EngineError, KeyChange, discover, usual_ports};

use crate::{
    Workspace,
    view::{EndpointCard, EndpointCheck, EndpointDraft, Failure, FoundServer, Models},
};

/// What to do about an address whose answers and questions can be read on the way.
const REMEDY: &str = "Use an address that begins with https://, or reach the server through an SSH tunnel to 127.0.0.1.";

/// What endpoints said when they were last asked, by their ids.
#[derive(Default)]
pub(crate) struct LastAnswers(Mutex<HashMap<String, Result<(), String>>>);

impl LastAnswers {
    pub fn note(&self, id: &str, answer: Result<(), String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), answer);
    }

    fn of(&self, id: &str) -> Option<Result<(), String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Workspace {
    /// Servers of models that answer on this computer. Only loopback addresses are asked, for a second and a half.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn discover_endpoints(self: &Arc<Self>) -> Result<Vec<FoundServer>, Failure> {
        let user = self.user()?;
        let known: Vec<String> = self.models.endpoints.list(user.as_str())?.into_iter().map(|endpoint| endpoint.address.origin()).collect();
        let found = discover(&usual_ports(), &Cancel::new());
        Ok(found
            .into_iter()
            .map(|server| FoundServer {
                kind: server.kind.to_string(),
                known: known.contains(&server.address.origin()),
                url: server.address.to_string(),
                models: server.models,
            })
            .collect())
    }

    /// Adds an endpoint. Nothing is sent there, and no project's code may be sent there yet.
    ///
    /// # Errors
    /// `BAD_ENDPOINT` with what is wrong.
    pub fn add_endpoint(self: &Arc<Self>, draft: EndpointDraft) -> Result<Models, Failure> {
        let user = self.user()?;
        let added = self.models.endpoints.add(user.as_str(), &change_of(draft)?)?;
        self.endpoint_changed(&added.id);
        self.models()
    }

    /// Changes an endpoint. Another address has to be allowed again for each project, and needs its key again.
    ///
    /// # Errors
    /// `BAD_ENDPOINT`, `UNKNOWN_MODEL`.
    pub fn change_endpoint(self: &Arc<Self>, endpoint_id: &str, draft: EndpointDraft) -> Result<Models, Failure> {
        let user = self.user()?;
        self.models.endpoints.change(user.as_str(), endpoint_id, &change_of(draft)?)?;
        self.endpoint_changed(endpoint_id);
        self.models()
    }

    /// Removes an endpoint, with its key and what was allowed.
    ///
    /// # Errors
    /// `UNKNOWN_MODEL`, `NO_KEYCHAIN` when its key can't be removed.
    pub fn remove_endpoint(self: &Arc<Self>, endpoint_id: &str) -> Result<Models, Failure> {
        let user = self.user()?;
        self.models.endpoints.remove(user.as_str(), endpoint_id)?;
        self.endpoint_changed(endpoint_id);
        self.models()
    }

    /// Why code and keys are not safe on their way to an address, and what to do about it. `None` also for what is no address yet. Nothing is asked.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn endpoint_warning(&self, url: &str) -> Result<Option<String>, Failure> {
        self.user()?;
        Ok(Address::parse(url).ok().and_then(|address| warning_of(&address)))
    }

    /// Asks a server who it is, before or after it is kept. No code is sent.
    ///
    /// # Errors
    /// `BAD_ENDPOINT` when the address can't be one; what a server that does not answer says is in the answer.
    pub fn check_endpoint(self: &Arc<Self>, draft: EndpointDraft, endpoint_id: Option<&str>) -> Result<EndpointCheck, Failure> {
        let user = self.user()?;
        let began = Instant::now();
        let warning = Address::parse(&draft.url).ok().and_then(|address| warning_of(&address));
        let checked = self.models.endpoints.try_out(user.as_str(), endpoint_id, &change_of(draft)?, &Cancel::new());
        let check = match checked {
            Ok(checked) => EndpointCheck { warning, ..answered(checked, began.elapsed().as_millis()) },
            Err(EndpointError::Engine(error)) => EndpointCheck { warning, ..silent(&error) },
            Err(error) => return Err(error.into()),
        };
        if let Some(id) = endpoint_id {
            self.models.answers.note(id, if check.answers { Ok(()) } else { Err(check.message.clone()) });
            self.events.models_changed();
        }
        Ok(check)
    }

    /// Says whether code of a project may be sent to an endpoint's address.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_MODEL`.
    pub fn allow_endpoint(self: &Arc<Self>, project_id: &str, endpoint_id: &str, allowed: bool) -> Result<Models, Failure> {
        let user = self.user()?;
        let project = self.project(project_id)?;
        let endpoints = &self.models.endpoints;
        if allowed {
            endpoints.allow(user.as_str(), project.id.as_str(), endpoint_id)?;
        } else {
            endpoints.disallow(user.as_str(), project.id.as_str(), endpoint_id)?;
        }
        self.events.models_changed();
        self.models()
    }

    fn endpoint_changed(&self, id: &str) {
        self.models.answers.forget(id);
        self.ai.engines.forget(id);
        self.events.models_changed();
    }

    pub(super) fn endpoint_card(&self, endpoint: Endpoint) -> EndpointCard {
        let answer = self.models.answers.of(&endpoint.id);
        EndpointCard {
            url: endpoint.address.to_string(),
            kind: endpoint.kind.to_string(),
            this_computer: endpoint.address.is_this_computer(),
            warning: warning_of(&endpoint.address),
            has_key: endpoint.has_key,
            key_is_temporary: endpoint.key_is_temporary,
            context: endpoint.settings.context,
            answers: answer.as_ref().map(Result::is_ok),
            problem: answer.and_then(Result::err),
            tokens_per_second: endpoint.settings.tokens_per_second,
            allowed: endpoint.allowed,
            id: endpoint.id,
            name: endpoint.name,
            model: endpoint.model,
        }
    }
}

fn warning_of(address: &Address) -> Option<String> {
    address.warning().map(|warning| format!("{warning} {REMEDY}"))
}

fn change_of(draft: EndpointDraft) -> Result<EndpointChange, Failure> {
    let key = KeyChange::typed(draft.key.as_deref()).map_err(EndpointError::from)?;
    Ok(EndpointChange { name: draft.name, url: draft.url, model: draft.model, context: draft.context, key, kind: None })
}

fn answered(checked: Checked, milliseconds: u128) -> EndpointCheck {
    let message = if checked.unknown_model && !checked.models.is_empty() {
        format!("{} answers in {milliseconds} ms, but has no model of this name", checked.kind)
    } else {
        format!("{} answers in {milliseconds} ms", checked.kind)
    };
    EndpointCheck { answers: true, message, models: checked.models, context: checked.context, warning: None }
}

fn silent(error: &EngineError) -> EndpointCheck {
    let hint = error.hint().map(|hint| format!(" {hint}")).unwrap_or_default();
    EndpointCheck { answers: false, message: format!("{error}.{hint}"), models: Vec::new(), context: None, warning: None }
}

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::NotThere => super::unknown_model(),
            EndpointError::Keychain(_) => {
                Self::new("NO_KEYCHAIN", error.to_string()).hint("Unlock the keychain of this computer, or type the key again.")
            }
            EndpointError::Engine(error) => error.into(),
            EndpointError::Sqlite(error) => crate::failure::database(&error),
            EndpointError::Address(_)
            | EndpointError::Key(_)
            | EndpointError::NoModel
            | EndpointError::BadName
            | EndpointError::Name(_) => Self::new("BAD_ENDPOINT", error.to_string()).hint("Correct it and try again."),
        }
    }
}
