//! Creating profiles and signing in to them.

use std::sync::{Arc, OnceLock};

use lectern_store::{Clock, Store, new_id, rusqlite};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    Keychain, KeychainError, Password, PasswordCost, User, UserId,
    password::{self, Verdict},
    rows,
};

/// The e-mail of the profile that headless commands make on an empty database.
pub const LOCAL_EMAIL: &str = "local@localhost";

/// Wrong passwords in a row that cost nothing yet.
const FREE_ATTEMPTS: u32 = 4;
const LONGEST_WAIT_MS: u64 = 5 * 60 * 1000;

/// What can go wrong with a profile.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not of the form name@place.
    #[error("{0:?} does not look like an e-mail address")]
    BadEmail(String),
    /// Too short, too long or too easy; the sentence says which.
    #[error("{0}")]
    BadPassword(String),
    /// A profile with this e-mail exists.
    #[error("there already is a profile with the e-mail {0}")]
    EmailTaken(String),
    /// Unknown e-mail or wrong password: which of them is not told.
    #[error("the e-mail or the password is wrong")]
    WrongCredentials,
    /// Too many wrong passwords; the next try counts after this time.
    #[error("too many wrong passwords")]
    TooManyAttempts {
        /// How long to wait.
        wait_ms: u64,
    },
    /// No such profile.
    #[error("this profile does not exist any more")]
    Unknown,
    /// The OS keychain could not be used.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The password could not be hashed (no memory, no randomness).
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// The profiles of one data folder.
pub struct Accounts {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    keychain: Arc<dyn Keychain>,
    /// Sets this data folder's keychain entries apart from another's.
    scope: String,
    cost: PasswordCost,
    decoy: OnceLock<String>,
}

impl Accounts {
    /// `scope` names the data folder among the keychain's entries.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, keychain: Arc<dyn Keychain>, scope: String, cost: PasswordCost) -> Self {
        Self { store, clock, keychain, scope, cost, decoy: OnceLock::new() }
    }

    /// Every profile, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn users(&self) -> Result<Vec<User>, AccountError> {
        self.store.read(|connection| Ok(rows::all(connection)?))
    }

    /// One profile.
    ///
    /// # Errors
    /// [`AccountError::Unknown`] when it is gone.
    pub fn user(&self, id: &UserId) -> Result<User, AccountError> {
        self.store.read(|connection| rows::by_id(connection, id)?.ok_or(AccountError::Unknown))
    }

    /// The profile with this e-mail, without regard to case.
    ///
    /// # Errors
    /// [`AccountError::Unknown`] when there is none.
    pub fn user_by_email(&self, email: &str) -> Result<User, AccountError> {
        self.store.read(|connection| rows::by_email(connection, email.trim())?.ok_or(AccountError::Unknown))
    }

    /// Makes a profile. When the only profile is the one that headless commands made, it is taken over, with its projects.
    ///
    /// # Errors
    /// [`AccountError::BadEmail`], [`AccountError::BadPassword`], [`AccountError::EmailTaken`].
    pub fn create(&self, email: &str, display_name: &str, password: &Password) -> Result<User, AccountError> {
        let email = parse_email(email)?;
        if let Some(complaint) = password.complaint(email) {
            return Err(AccountError::BadPassword(complaint));
        }
        let hash = self.hash(password)?;
        let now = self.clock.now();
        self.store.write(|tx| {
            let existing = rows::all(tx)?;
            if existing.iter().any(|user| user.email.eq_ignore_ascii_case(email)) {
                return Err(AccountError::EmailTaken(email.to_owned()));
            }
            let id = match existing.as_slice() {
                [only] if !only.has_password => {
                    rows::take_over(tx, &only.id, email, display_name.trim(), &hash, now)?;
                    only.id.clone()
                }
                _ => {
                    let id = UserId::new(new_id(&*self.clock));
                    rows::insert(tx, &id, email, display_name.trim(), &hash, now)?;
                    id
                }
            };
            rows::by_id(tx, &id)?.ok_or(AccountError::Unknown)
        })
    }

    /// The profile for headless commands on an empty database: `local@localhost`, without a usable password.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn create_local(&self) -> Result<User, AccountError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            if let Some(user) = rows::by_email(tx, LOCAL_EMAIL)? {
                return Ok(user);
            }
            let id = UserId::new(new_id(&*self.clock));
            rows::insert(tx, &id, LOCAL_EMAIL, "", "", now)?;
            rows::by_id(tx, &id)?.ok_or(AccountError::Unknown)
        })
    }

    /// Checks an e-mail and a password. An unknown e-mail takes as long and answers the same as a wrong password.
    ///
    /// Each try is counted before the password is looked at, so that tries in parallel don't slip through; the right password clears the count.
    /// From the fifth wrong one on, the next counts only after 1 s, 2 s, 4 s … up to five minutes.
    ///
    /// # Errors
    /// [`AccountError::WrongCredentials`], [`AccountError::TooManyAttempts`].
    pub fn sign_in(&self, email: &str, password: &Password) -> Result<User, AccountError> {
        let email = email.trim();
        self.count_attempt(email)?;
        let found = self.store.read::<_, AccountError>(|connection| {
            let Some(user) = rows::by_email(connection, email)? else { return Ok(None) };
            Ok(rows::password_hash(connection, &user.id)?.map(|hash| (user, hash)))
        })?;
        match found {
            Some((user, hash)) if user.has_password => self.check(user, &hash, password),
            _ => {
                let _ = password::verify(password, self.decoy()?, self.cost);
                Err(AccountError::WrongCredentials)
            }
        }
    }

    /// Checks the password of a known profile, with the same counting as [`Accounts::sign_in`].
    ///
    /// # Errors
    /// As [`Accounts::sign_in`], and [`AccountError::Unknown`].
    pub fn unlock(&self, id: &UserId, password: &Password) -> Result<User, AccountError> {
        let user = self.user(id)?;
        self.sign_in(&user.email, password)
    }

    /// Sets a new password; the old one must be right. Other remembered sign-ins of this profile end.
    ///
    /// # Errors
    /// As [`Accounts::unlock`], and [`AccountError::BadPassword`].
    pub fn change_password(&self, id: &UserId, current: &Password, new: &Password) -> Result<User, AccountError> {
        let user = self.unlock(id, current)?;
        if let Some(complaint) = new.complaint(&user.email) {
            return Err(AccountError::BadPassword(complaint));
        }
        let hash = self.hash(new)?;
        let now = self.clock.now();
        self.store.write::<_, AccountError>(|tx| {
            rows::set_hash(tx, id, &hash, Some(now), now)?;
            rows::forget(tx, id)?;
            Ok(())
        })?;
        if user.remembered {
            // A keychain that is gone by now holds a secret that no longer opens anything.
            let _ = self.keychain.delete(&self.entry(id));
        }
        self.user(id)
    }

    /// Signs this profile in by itself from now on: a random secret in the keychain, its hash in the database.
    ///
    /// # Errors
    /// [`AccountError::Keychain`] when there is no keychain; then nothing is remembered.
    pub fn remember(&self, id: &UserId) -> Result<(), AccountError> {
        let secret = random_secret()?;
        self.keychain.set(&self.entry(id), &secret)?;
        let hash = blake3::hash(secret.as_bytes()).to_hex();
        self.store.write(|tx| Ok(rows::remember(tx, id, &hash, self.clock.now())?))
    }

    /// Ends the remembered sign-in.
    ///
    /// # Errors
    /// When the database refuses; a keychain that can't be reached is no error, its secret opens nothing any more.
    pub fn forget(&self, id: &UserId) -> Result<(), AccountError> {
        let was_remembered = self.user(id)?.remembered;
        self.store.write::<_, AccountError>(|tx| Ok(rows::forget(tx, id)?))?;
        if was_remembered {
            let _ = self.keychain.delete(&self.entry(id));
        }
        Ok(())
    }

    /// The profile that asked to stay signed in, latest first, and whether its window was locked when it was last seen.
    ///
    /// # Errors
    /// When the database refuses. A keychain that can't be reached means nobody is remembered.
    pub fn remembered(&self) -> Result<Option<(User, bool)>, AccountError> {
        let candidates = self.store.read::<_, AccountError>(|connection| Ok(rows::remembered(connection)?))?;
        for (id, expected, locked) in candidates {
            if self.keychain_agrees(&id, &expected) {
                return Ok(Some((self.user(&id)?, locked)));
            }
        }
        Ok(None)
    }

    /// Whether this profile asked to stay signed in, the keychain agrees, and its window was not locked since.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn is_remembered(&self, id: &UserId) -> Result<bool, AccountError> {
        let rows = self.store.read::<_, AccountError>(|connection| Ok(rows::remembered(connection)?))?;
        Ok(rows.iter().any(|(user, expected, locked)| user == id && !locked && self.keychain_agrees(user, expected)))
    }

    /// Notes that the window was locked or unlocked, so that a restart doesn't open a locked window.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_locked(&self, id: &UserId, locked: bool) -> Result<(), AccountError> {
        let at = locked.then(|| self.clock.now());
        self.store.write(|tx| Ok(rows::set_locked(tx, id, at)?))
    }

    /// Stores the user's choices, a JSON object.
    ///
    /// # Errors
    /// When it is not JSON, by the database's own check.
    pub fn save_settings(&self, id: &UserId, settings: &str) -> Result<(), AccountError> {
        self.store.write(|tx| Ok(rows::set_settings(tx, id, settings, self.clock.now())?))
    }

    fn check(&self, user: User, hash: &str, password: &Password) -> Result<User, AccountError> {
        let verdict = password::verify(password, hash, self.cost);
        if verdict == Verdict::Wrong {
            return Err(AccountError::WrongCredentials);
        }
        let stronger = if verdict == Verdict::RightButWeak { Some(self.hash(password)?) } else { None };
        let now = self.clock.now();
        self.store.write::<_, AccountError>(|tx| {
            rows::clear_attempts(tx, &user.email)?;
            if let Some(hash) = &stronger {
                rows::set_hash(tx, &user.id, hash, None, now)?;
            }
            Ok(())
        })?;
        Ok(user)
    }

    fn keychain_agrees(&self, id: &UserId, expected: &str) -> bool {
        let Ok(Some(secret)) = self.keychain.get(&self.entry(id)) else { return false };
        bool::from(blake3::hash(secret.as_bytes()).to_hex().as_bytes().ct_eq(expected.as_bytes()))
    }

    fn count_attempt(&self, email: &str) -> Result<(), AccountError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let failures = match rows::attempts(tx, email)? {
                Some((failures, last_at)) => {
                    if last_at > now {
                        // The clock went backwards; waiting starts over rather than lasting until the old time comes round again.
                        rows::set_attempts(tx, email, failures, now)?;
                    }
                    let wait_ms = wait_after(failures).saturating_sub(now.millis_since(last_at));
                    if wait_ms > 0 {
                        return Ok(Err(AccountError::TooManyAttempts { wait_ms }));
                    }
                    failures
                }
                None => 0,
            };
            rows::set_attempts(tx, email, failures.saturating_add(1), now)?;
            rows::trim_attempts(tx)?;
            Ok::<_, AccountError>(Ok(()))
        })?
    }

    fn hash(&self, password: &Password) -> Result<String, AccountError> {
        password::hash(password, self.cost).map_err(|error| AccountError::Hash(error.to_string()))
    }

    /// A hash that no password opens, with the parameters of a real one, so that an unknown e-mail takes as long as a wrong password.
    fn decoy(&self) -> Result<&str, AccountError> {
        if let Some(decoy) = self.decoy.get() {
            return Ok(decoy);
        }
        let real = self.store.read::<_, AccountError>(|connection| {
            let users = rows::all(connection)?;
            let with_password = users.iter().find(|user| user.has_password);
            Ok(with_password.map(|user| rows::password_hash(connection, &user.id)).transpose()?.flatten())
        })?;
        let secret = Password::new(random_secret()?.to_string());
        let decoy = match real.and_then(|real| password::hash_like(&secret, &real)) {
            Some(decoy) => decoy,
            None => self.hash(&secret)?,
        };
        Ok(self.decoy.get_or_init(|| decoy))
    }

    /// Does ahead of time what the first sign-in would otherwise be told apart by.
    pub fn prepare(&self) {
        // Made again when it is needed.
        let _ = self.decoy();
    }

    fn entry(&self, id: &UserId) -> String {
        format!("{}:{}", self.scope, id.as_str())
    }
}

/// How long the next try waits after `failures` wrong ones in a row.
fn wait_after(failures: u32) -> u64 {
    match failures.checked_sub(FREE_ATTEMPTS + 1) {
        None => 0,
        Some(doublings) => 1000_u64.checked_shl(doublings.min(20)).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS),
    }
}

/// Not a grammar of addresses: a name for the profile that has the shape of one.
fn parse_email(text: &str) -> Result<&str, AccountError> {
    let text = text.trim();
    let shaped = text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(name, place)| !name.is_empty() && !place.is_empty() && !place.contains('@'));
    if shaped { Ok(text) } else { Err(AccountError::BadEmail(text.chars().take(80).collect())) }
}

fn random_secret() -> Result<Zeroizing<String>, AccountError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| AccountError::Hash(error.to_string()))?;
    Ok(Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
}

impl AccountError {
    /// What to do about it, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooManyAttempts { wait_ms } if *wait_ms > 90_000 => Some(format!("Try again in {} min.", wait_ms.div_ceil(60_000))),
            Self::TooManyAttempts { wait_ms } => Some(format!("Try again in {} s.", wait_ms.div_ceil(1000))),
            Self::WrongCredentials => Some("Check the keyboard layout and Caps Lock. A forgotten password can't be recovered.".to_owned()),
            Self::EmailTaken(_) => Some("Sign in to that profile, or choose another e-mail.".to_owned()),
            Self::BadEmail(_) => Some("It only names the profile, for example you@home.".to_owned()),
            Self::Keychain(_) => {
                Some("Sign in with the password each time, or start a keychain such as GNOME Keyring or KWallet.".to_owned())
            }
            _ => None,
        }
    }
}
