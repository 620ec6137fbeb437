//! The operating system's keychain, behind a trait so that tests bring their own.

use std::{
    collections::HashMap,
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use zeroize::Zeroizing;

/// Why a keychain could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is none, or it is closed.
    #[error("{0}")]
    Unavailable(String),
}

/// Keeps small secrets under a name.
pub trait Keychain: Send + Sync {
    /// The secret under `name`, or `None` when there is none.
    ///
    /// # Errors
    /// When the keychain can't be used.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeychainError>;
    /// Stores or replaces a secret.
    ///
    /// # Errors
    /// When the keychain can't be used.
    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError>;
    /// Removes a secret; removing one that is not there is fine.
    ///
    /// # Errors
    /// When the keychain can't be used.
    fn delete(&self, name: &str) -> Result<(), KeychainError>;
}

const SERVICE: &str = "app.lectern.desktop";
/// A keychain may ask the user to unlock it; a missing one may never answer. Nobody waits longer than this for the window.
const PATIENCE: Duration = Duration::from_secs(20);
const PROBE_PATIENCE: Duration = Duration::from_secs(2);

/// The Secret Service on Linux, the Keychain on macOS, the Credential Manager on Windows.
#[derive(Debug, Default)]
pub struct OsKeychain;

impl OsKeychain {
    /// Whether a keychain answers, without asking it for anything that could prompt.
    ///
    /// # Errors
    /// The reason, in words for the user.
    pub fn probe() -> Result<(), KeychainError> {
        within(PROBE_PATIENCE, || match entry("probe")?.get_password() {
            Ok(_) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        })
    }
}

impl Keychain for OsKeychain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        let name = name.to_owned();
        within(PATIENCE, move || match entry(&name)?.get_password() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        })
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        let (name, secret) = (name.to_owned(), Zeroizing::new(secret.to_owned()));
        within(PATIENCE, move || entry(&name)?.set_password(&secret).map_err(|error| unavailable(&error)))
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        let name = name.to_owned();
        within(PATIENCE, move || match entry(&name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        })
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeychainError> {
    keyring::Entry::new(SERVICE, name).map_err(|error| unavailable(&error))
}

fn unavailable(error: &keyring::Error) -> KeychainError {
    KeychainError::Unavailable(match error {
        keyring::Error::NoStorageAccess(_) => "The keychain of this computer is locked.".to_owned(),
        _ => "This computer has no keychain that Lectern can reach.".to_owned(),
    })
}

fn within<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver
        .recv_timeout(patience)
        .unwrap_or_else(|_| Err(KeychainError::Unavailable("The keychain of this computer did not answer.".to_owned())))
}

/// A keychain that lives as long as the process: for tests.
#[derive(Debug, Default)]
pub struct MemoryKeychain(Mutex<HashMap<String, String>>);

impl Keychain for MemoryKeychain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        Ok(self.0.lock().expect("no test panics while holding it").get(name).cloned().map(Zeroizing::new))
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        self.0.lock().expect("no test panics while holding it").insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.0.lock().expect("no test panics while holding it").remove(name);
        Ok(())
    }
}
