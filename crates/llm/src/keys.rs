//! Keys of endpoints: in the keychain of the computer, or in memory for this run where there is none.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use lectern_accounts::{Keychain, KeychainError};
use zeroize::Zeroizing;

use crate::http::Address;

/// Longer ones are a mistake.
const LONGEST: usize = 4096;

/// A key of an endpoint. Never shown: its debug form says nothing, and its bytes are wiped when the last copy goes.
#[derive(Clone)]
pub struct ApiKey(Arc<Zeroizing<String>>);

impl ApiKey {
    /// A key as somebody pasted it, without the blanks around it; `None` when nothing is left.
    ///
    /// # Errors
    /// When it holds characters that no key has.
    pub fn new(typed: &str) -> Result<Option<Self>, BadKey> {
        let key = typed.trim();
        if key.is_empty() {
            return Ok(None);
        }
        if key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadKey);
        }
        Ok(Some(Self(Arc::new(Zeroizing::new(key.to_owned())))))
    }

    /// The key itself, for the header that carries it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// What was typed can't be a key. Says nothing of what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has letters, digits and signs only, without blanks")]
pub struct BadKey;

/// Where a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptIn {
    /// In the keychain of the computer.
    Keychain,
    /// In memory, until Lectern ends: there is no keychain.
    ThisRun,
}

/// The keys of all endpoints, by their [`slot`]s.
pub(crate) struct Keys {
    keychain: Arc<dyn Keychain>,
    this_run: Mutex<HashMap<String, ApiKey>>,
}

impl Keys {
    pub(crate) fn new(keychain: Arc<dyn Keychain>) -> Self {
        Self { keychain, this_run: Mutex::default() }
    }

    /// Keeps a key in place of the one there was.
    pub(crate) fn keep(&self, slot: &str, key: &ApiKey) -> KeptIn {
        match self.keychain.set(slot, key.reveal()) {
            Ok(()) => {
                self.temporary().remove(slot);
                KeptIn::Keychain
            }
            Err(KeychainError::Unavailable(_)) => {
                self.temporary().insert(slot.to_owned(), key.clone());
                KeptIn::ThisRun
            }
        }
    }

    /// The key of an endpoint, this run's before the keychain's. The keychain is only asked when `in_keychain`, as asking may prompt.
    ///
    /// # Errors
    /// When the keychain should have one and can't be asked.
    pub(crate) fn get(&self, slot: &str, in_keychain: bool) -> Result<Option<ApiKey>, KeychainError> {
        if let Some(key) = self.temporary().get(slot) {
            return Ok(Some(key.clone()));
        }
        if !in_keychain {
            return Ok(None);
        }
        let kept = self.keychain.get(slot)?;
        Ok(kept.and_then(|key| ApiKey::new(&key).ok().flatten()))
    }

    /// Whether a key is kept for this run only.
    pub(crate) fn is_temporary(&self, slot: &str) -> bool {
        self.temporary().contains_key(slot)
    }

    /// Forgets a key.
    ///
    /// # Errors
    /// When the keychain should have it and can't be asked: it stays there.
    pub(crate) fn forget(&self, slot: &str, in_keychain: bool) -> Result<(), KeychainError> {
        self.temporary().remove(slot);
        if in_keychain { self.keychain.delete(slot) } else { Ok(()) }
    }

    fn temporary(&self) -> MutexGuard<'_, HashMap<String, ApiKey>> {
        self.this_run.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The keychain's name for an endpoint's key. The origin is part of it: a key that was given for one is never found for another.
pub(crate) fn slot(endpoint_id: &str, address: &Address) -> String {
    format!("endpoint-key:{endpoint_id}@{}", address.origin())
}
