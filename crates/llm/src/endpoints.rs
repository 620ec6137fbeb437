//! The endpoints of each profile, their keys, and the projects whose code may be sent there.

use std::sync::Arc;

use lectern_accounts::{Keychain, KeychainError};
use lectern_store::{
    Clock, Store, Timestamp, new_id,
    rusqlite::{self, Connection},
};
use serde::{Deserialize, Serialize};

use crate::{
    Cancel, EngineError, Identity,
    http::{Address, AddressError, Checked, HttpEngine, HttpOptions, Patience, ServerKind},
    keys::{ApiKey, BadKey, KeptIn, Keys, slot},
    models::{BadName, typed_name},
    rows::{self, EndpointRow},
};

/// Bytes of a name.
const LONGEST_NAME: usize = 200;

/// A server that a user named, with the model that is asked there.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// The row's id.
    pub id: String,
    /// As the user calls it.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// The model's name there.
    pub model: String,
    /// As far as it is known; asked anew whenever it is used.
    pub kind: ServerKind,
    /// What is kept beside.
    pub settings: EndpointSettings,
    /// Whether there is a key for it.
    pub has_key: bool,
    /// The key is kept for this run only: there is no keychain.
    pub key_is_temporary: bool,
    /// Projects whose code may be sent to this address: ids.
    pub allowed: Vec<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Endpoint {
    /// Whether an engine of this identity asks the address that the endpoint has now.
    pub fn is_asked_by(&self, identity: &Identity) -> bool {
        let rest = identity.fingerprint.strip_prefix(&self.address.to_string());
        identity.id == self.id && rest.is_some_and(|rest| rest.starts_with(' '))
    }
}

/// `model_endpoints.settings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointSettings {
    /// 1.
    pub format: u32,
    /// Tokens that the user says it has; 0 asks the server.
    pub context: u32,
    /// Whether the keychain has a key for it.
    pub has_key: bool,
    /// Written there, the last time.
    pub tokens_per_second: Option<f32>,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self { format: 1, context: 0, has_key: false, tokens_per_second: None }
    }
}

/// An endpoint as somebody fills it in.
#[derive(Clone)]
pub struct EndpointChange {
    /// Empty for the model's name.
    pub name: String,
    /// As it was typed.
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// Tokens; 0 asks the server.
    pub context: u32,
    /// What becomes of the key.
    pub key: KeyChange,
    /// What the server said it is, when it was asked.
    pub kind: Option<ServerKind>,
}

/// What becomes of an endpoint's key.
#[derive(Clone, Debug)]
pub enum KeyChange {
    /// It stays, unless the address is another origin now: then it is forgotten, as it was given for the old one.
    Keep,
    /// There is none any more.
    Remove,
    /// It is this one.
    Set(ApiKey),
}

impl KeyChange {
    /// As a field is filled in: `None` leaves the key as it is, an empty text removes it.
    ///
    /// # Errors
    /// When it can't be a key.
    pub fn typed(key: Option<&str>) -> Result<Self, BadKey> {
        Ok(match key.map(ApiKey::new).transpose()? {
            None => Self::Keep,
            Some(None) => Self::Remove,
            Some(Some(key)) => Self::Set(key),
        })
    }
}

/// Why an endpoint could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The address is none that can be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The key is none.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// Without a model's name nothing can be asked.
    #[error("say which model is asked there")]
    NoModel,
    /// Names are for people.
    #[error("this name is too long, or has characters that can't be shown")]
    BadName,
    /// What it should be called is no name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// There is no such endpoint, or it is somebody else's.
    #[error("this endpoint is not there any more")]
    NotThere,
    /// The key is kept in the keychain, which can't be asked now.
    #[error("{0}")]
    Keychain(#[from] KeychainError),
    /// It can't be asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The database.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Every profile's endpoints.
pub struct Endpoints {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    keys: Keys,
    patience: Patience,
}

impl Endpoints {
    /// Over the rows of `store`, with keys in `keychain`.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, keychain: Arc<dyn Keychain>) -> Self {
        Self { store, clock, keys: Keys::new(keychain), patience: Patience::default() }
    }

    /// With another patience than the usual one.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The user's endpoints, oldest first. Asks neither keychain nor network. Rows whose address can't be read any more are left out.
    ///
    /// # Errors
    /// The database.
    pub fn list(&self, user_id: &str) -> Result<Vec<Endpoint>, EndpointError> {
        self.store.read(|connection| {
            let rows = rows::endpoints(connection, user_id)?;
            rows.into_iter().filter_map(|row| self.read(connection, user_id, row).transpose()).collect()
        })
    }

    /// One of the user's endpoints.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`], the database.
    pub fn get(&self, user_id: &str, id: &str) -> Result<Endpoint, EndpointError> {
        self.store.read(|connection| {
            let row = rows::one_endpoint(connection, user_id, id)?.ok_or(EndpointError::NotThere)?;
            self.read(connection, user_id, row)?.ok_or(EndpointError::NotThere)
        })
    }

    /// Adds an endpoint. Nothing is sent there. No project's code may be sent there yet.
    ///
    /// # Errors
    /// What is wrong with what was filled in; the database.
    pub fn add(&self, user_id: &str, change: &EndpointChange) -> Result<Endpoint, EndpointError> {
        let (name, address) = looked_at(change)?;
        let id = new_id(self.clock.as_ref());
        let mut settings = EndpointSettings { context: change.context, ..EndpointSettings::default() };
        if let KeyChange::Set(key) = &change.key {
            settings.has_key = self.keys.keep(&slot(&id, &address), key) == KeptIn::Keychain;
        }
        let row = EndpointRow {
            id: id.clone(),
            name,
            url: address.to_string(),
            model: change.model.trim().to_owned(),
            kind: change.kind.unwrap_or_default().word().to_owned(),
            settings: json(&settings),
            created_at: self.clock.now(),
        };
        let kept = self.store.write(|transaction| rows::insert_endpoint(transaction, user_id, &row));
        if let Err(error) = kept {
            // A key without its endpoint would lie around for good.
            let _ = self.keys.forget(&slot(&id, &address), settings.has_key);
            return Err(error.into());
        }
        self.get(user_id, &id)
    }

    /// Changes an endpoint. Projects that were allowed for another address have to be allowed again, and a key that was given for
    /// another origin is forgotten.
    ///
    /// # Errors
    /// As [`add`](Self::add), [`EndpointError::NotThere`].
    pub fn change(&self, user_id: &str, id: &str, change: &EndpointChange) -> Result<Endpoint, EndpointError> {
        let (name, address) = looked_at(change)?;
        let before = self.get(user_id, id)?;
        let mut settings = before.settings.clone();
        settings.context = change.context;
        if before.model != change.model.trim() || before.address != address {
            settings.tokens_per_second = None;
        }
        let key = match &change.key {
            KeyChange::Keep if before.address.origin() != address.origin() => &KeyChange::Remove,
            key => key,
        };
        if !matches!(key, KeyChange::Keep) {
            self.keys.forget(&slot(id, &before.address), settings.has_key)?;
            settings.has_key = false;
        }
        if let KeyChange::Set(key) = key {
            settings.has_key = self.keys.keep(&slot(id, &address), key) == KeptIn::Keychain;
        }
        let same_server = before.address == address;
        let kind = change.kind.unwrap_or(if same_server { before.kind } else { ServerKind::Other });
        let row = EndpointRow {
            id: id.to_owned(),
            name,
            url: address.to_string(),
            model: change.model.trim().to_owned(),
            kind: kind.word().to_owned(),
            settings: json(&settings),
            created_at: before.created_at,
        };
        let now = self.clock.now();
        let there = self.store.write(|transaction| {
            // Going back to the old address asks again too.
            if !same_server {
                rows::revoke_all(transaction, user_id, id)?;
            }
            rows::update_endpoint(transaction, user_id, &row, now)
        })?;
        if there { self.get(user_id, id) } else { Err(EndpointError::NotThere) }
    }

    /// Removes an endpoint, its key and what was allowed.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`]; [`EndpointError::Keychain`] when the key can't be removed: then nothing is.
    pub fn remove(&self, user_id: &str, id: &str) -> Result<(), EndpointError> {
        let endpoint = self.get(user_id, id)?;
        self.keys.forget(&slot(id, &endpoint.address), endpoint.settings.has_key)?;
        let there = self.store.write(|transaction| rows::delete_endpoint(transaction, user_id, id))?;
        if there { Ok(()) } else { Err(EndpointError::NotThere) }
    }

    /// Allows that code of the project is sent to the endpoint's present address.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`] unless project and endpoint are the user's.
    pub fn allow(&self, user_id: &str, project_id: &str, endpoint_id: &str) -> Result<(), EndpointError> {
        let now = self.clock.now();
        let there = self.store.write(|transaction| rows::grant(transaction, user_id, project_id, endpoint_id, now))?;
        if there { Ok(()) } else { Err(EndpointError::NotThere) }
    }

    /// Takes that back; it need not have been allowed.
    ///
    /// # Errors
    /// The database.
    pub fn disallow(&self, user_id: &str, project_id: &str, endpoint_id: &str) -> Result<(), EndpointError> {
        self.store.write(|transaction| rows::revoke(transaction, user_id, project_id, endpoint_id))?;
        Ok(())
    }

    /// Whether code of the project may be sent to the endpoint's present address.
    ///
    /// # Errors
    /// The database.
    pub fn is_allowed(&self, user_id: &str, project_id: &str, endpoint_id: &str) -> Result<bool, EndpointError> {
        let allowed = self.store.read(|connection| rows::grants(connection, user_id, endpoint_id))?;
        Ok(allowed.iter().any(|allowed| allowed == project_id))
    }

    /// The endpoint as an engine. Asks the keychain where it has a key, which may ask the user.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`], [`EndpointError::Keychain`] when the key can't be had.
    pub fn engine(&self, user_id: &str, id: &str) -> Result<HttpEngine, EndpointError> {
        let endpoint = self.get(user_id, id)?;
        let key = self.keys.get(&slot(id, &endpoint.address), endpoint.settings.has_key)?;
        let (context, patience) = (endpoint.settings.context, self.patience);
        let options =
            HttpOptions { id: endpoint.id, name: endpoint.name, address: endpoint.address, model: endpoint.model, key, context, patience };
        Ok(HttpEngine::new(options)?)
    }

    /// Asks what is filled in, before it is kept. `id`: the endpoint that is being changed, whose key is used when the origin is the same.
    ///
    /// # Errors
    /// What is wrong with what was filled in; why the server does not answer.
    pub fn try_out(&self, user_id: &str, id: Option<&str>, change: &EndpointChange, cancel: &Cancel) -> Result<Checked, EndpointError> {
        let address = Address::parse(&change.url)?;
        let kept = id.map(|id| self.get(user_id, id)).transpose()?;
        let key = match (&change.key, kept) {
            (KeyChange::Set(key), _) => Some(key.clone()),
            (KeyChange::Keep, Some(kept)) if kept.address.origin() == address.origin() => {
                self.keys.get(&slot(&kept.id, &address), kept.settings.has_key)?
            }
            _ => None,
        };
        let patience = Patience { call: self.patience.call.min(std::time::Duration::from_secs(10)), ..self.patience };
        let model = change.model.trim().to_owned();
        let options = HttpOptions { id: String::new(), name: String::new(), address, model, key, context: change.context, patience };
        Ok(HttpEngine::new(options)?.check(cancel)?)
    }

    /// Calls it something else from now on. Its address, its key and what was allowed stay.
    ///
    /// # Errors
    /// [`EndpointError::Name`], [`EndpointError::NotThere`], the database.
    pub fn rename(&self, user_id: &str, id: &str, name: &str) -> Result<(), EndpointError> {
        let name = typed_name(name)?;
        self.note(user_id, id, |row, _| row.name = name)
    }

    /// Keeps how fast it wrote.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`], the database.
    pub fn note_speed(&self, user_id: &str, id: &str, tokens_per_second: f32) -> Result<(), EndpointError> {
        self.note(user_id, id, |_, settings| settings.tokens_per_second = Some(tokens_per_second))
    }

    /// Keeps which server it turned out to be.
    ///
    /// # Errors
    /// [`EndpointError::NotThere`], the database.
    pub fn note_kind(&self, user_id: &str, id: &str, kind: ServerKind) -> Result<(), EndpointError> {
        self.note(user_id, id, |row, _| row.kind = kind.word().to_owned())
    }

    fn note(&self, user_id: &str, id: &str, change: impl FnOnce(&mut EndpointRow, &mut EndpointSettings)) -> Result<(), EndpointError> {
        let now = self.clock.now();
        self.store.write(|transaction| {
            let mut row = rows::one_endpoint(transaction, user_id, id)?.ok_or(EndpointError::NotThere)?;
            let mut settings = settings(&row);
            change(&mut row, &mut settings);
            row.settings = json(&settings);
            rows::update_endpoint(transaction, user_id, &row, now)?;
            Ok(())
        })
    }

    fn read(&self, connection: &Connection, user_id: &str, row: EndpointRow) -> Result<Option<Endpoint>, EndpointError> {
        let Ok(address) = Address::parse(&row.url) else { return Ok(None) };
        let allowed = rows::grants(connection, user_id, &row.id)?;
        let settings = settings(&row);
        let key_is_temporary = self.keys.is_temporary(&slot(&row.id, &address));
        Ok(Some(Endpoint {
            has_key: settings.has_key || key_is_temporary,
            key_is_temporary,
            settings,
            address,
            allowed,
            kind: ServerKind::from_word(&row.kind),
            id: row.id,
            name: row.name,
            model: row.model,
            created_at: row.created_at,
        }))
    }
}

/// What was filled in, when it can be kept: the name and the address.
fn looked_at(change: &EndpointChange) -> Result<(String, Address), EndpointError> {
    let address = Address::parse(&change.url)?;
    let model = change.model.trim();
    if model.is_empty() {
        return Err(EndpointError::NoModel);
    }
    let name = if change.name.trim().is_empty() { model } else { change.name.trim() };
    if [name, model].iter().any(|text| text.len() > LONGEST_NAME || text.chars().any(char::is_control)) {
        return Err(EndpointError::BadName);
    }
    Ok((name.to_owned(), address))
}

fn settings(row: &EndpointRow) -> EndpointSettings {
    serde_json::from_str(&row.settings).unwrap_or_default()
}

fn json(settings: &EndpointSettings) -> String {
    serde_json::to_string(settings).expect("settings are plain numbers")
}
