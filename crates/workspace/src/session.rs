//! Who is signed in, and whether the window is locked.

use std::{
    sync::{Mutex, MutexGuard, OnceLock},
    time::Instant,
};

use lectern_accounts::{AccountError, KeychainError, OsKeychain, Password, User, UserId, strength};
use lectern_store::Timestamp;
use serde_json::Value;

use crate::{
    Workspace,
    models::ModelChoices,
    view::{Failure, KeychainState, PasswordStrength, ProfileSummary, SessionState, Settings},
};

/// Where the choice of models is in `users.settings`.
const MODELS: &str = "models";

/// The signed-in profile of this process.
#[derive(Debug, Default)]
pub(crate) struct Session {
    user: Option<UserId>,
    has_password: bool,
    locked: bool,
    lock_after_minutes: u32,
    last_input: Option<(Instant, Timestamp)>,
}

/// What [`Workspace`] keeps about sessions.
#[derive(Default)]
pub(crate) struct Sessions {
    current: Mutex<Session>,
    keychain: OnceLock<Result<(), KeychainError>>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Workspace {
    /// The user whose rows a command may touch.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn user(&self) -> Result<UserId, Failure> {
        let session = self.sessions.lock();
        if session.locked {
            return Err(Failure::locked());
        }
        session.user.clone().ok_or_else(Failure::not_signed_in)
    }

    /// Who is signed in, also while the window is locked. For work that shows nothing.
    pub(crate) fn signed_in(&self) -> Option<UserId> {
        self.sessions.lock().user.clone()
    }

    pub(crate) fn is_signed_in(&self, user: &UserId) -> bool {
        self.sessions.lock().user.as_ref() == Some(user)
    }

    /// Whether the window shows this user's projects now.
    pub(crate) fn shows(&self, user: &UserId) -> bool {
        let session = self.sessions.lock();
        !session.locked && session.user.as_ref() == Some(user)
    }

    /// Everything the sign-in screens need. Shows no project.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn session_state(&self) -> Result<SessionState, Failure> {
        let profiles: Vec<ProfileSummary> = self.accounts.users()?.into_iter().map(summary).collect();
        let session = self.sessions.lock();
        let user = session.user.as_ref().and_then(|id| profiles.iter().find(|profile| profile.id == id.as_str()).cloned());
        let keychain = match self.sessions.keychain.get() {
            Some(Ok(())) => KeychainState { available: true, reason: None },
            Some(Err(error)) => KeychainState { available: false, reason: Some(error.to_string()) },
            None => KeychainState { available: false, reason: Some("Looking for the keychain of this computer…".to_owned()) },
        };
        Ok(SessionState {
            locked: session.locked && user.is_some(),
            user,
            profiles,
            keychain,
            data_dir: self.data.path().display().to_string(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            notice: self.notice.clone(),
        })
    }

    /// Makes a profile and signs in to it.
    ///
    /// # Errors
    /// See [`lectern_accounts::AccountError`].
    pub fn create_profile(&self, email: &str, display_name: &str, password: String, remember: bool) -> Result<SessionState, Failure> {
        let password = Password::new(password);
        let user = self.accounts.create(email, display_name, &password)?;
        self.enter(&user);
        self.remember_if(&user.id, remember);
        self.session_changed()
    }

    /// Signs in with e-mail and password. When the keychain refuses to remember it, the sign-in holds all the same.
    ///
    /// # Errors
    /// `WRONG_CREDENTIALS`, `TOO_MANY_ATTEMPTS`.
    pub fn sign_in(&self, email: &str, password: String, remember: bool) -> Result<SessionState, Failure> {
        let user = self.accounts.sign_in(email, &Password::new(password))?;
        if user.remembered && !remember && matches!(self.sessions.keychain.get(), Some(Ok(()))) {
            // It could have been asked for and was not. Without a keychain nobody could ask, and nothing changes.
            self.accounts.forget(&user.id)?;
        }
        self.enter(&user);
        self.remember_if(&user.id, remember);
        self.session_changed()
    }

    /// Opens the locked window again.
    ///
    /// # Errors
    /// As [`Workspace::sign_in`].
    pub fn unlock(&self, password: String) -> Result<SessionState, Failure> {
        let id = self.sessions.lock().user.clone().ok_or_else(Failure::not_signed_in)?;
        let user = self.accounts.unlock(&id, &Password::new(password)).map_err(wrong_password)?;
        self.accounts.set_locked(&id, false)?;
        self.enter(&user);
        self.session_changed()
    }

    /// Hides everything until the password is entered. Running syncs go on. A profile without a password can't be locked.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `NO_PASSWORD`.
    pub fn lock(&self) -> Result<SessionState, Failure> {
        let (id, has_password) = {
            let session = self.sessions.lock();
            (session.user.clone().ok_or_else(Failure::not_signed_in)?, session.has_password)
        };
        if !has_password {
            return Err(Failure::new("NO_PASSWORD", "this profile has no password to unlock it with").hint("Set one in Settings first."));
        }
        // First of all nothing is shown any more; a database that is full or busy must not keep a window open.
        self.sessions.lock().locked = true;
        let state = self.session_changed();
        self.accounts.set_locked(&id, true)?;
        self.end_previews_if_chosen(&id)?;
        state
    }

    /// Leaves the profile; it is no longer remembered.
    ///
    /// # Errors
    /// When the database refuses to forget it; the window is left all the same.
    pub fn sign_out(&self) -> Result<SessionState, Failure> {
        let left = std::mem::take(&mut *self.sessions.lock());
        self.cancel_clones();
        self.cancel_tasks();
        self.stop_indexing();
        self.adjust_watching();
        // Told at once; what the database then forgets is told after.
        self.session_changed()?;
        if let Some(id) = left.user {
            self.ai.scheduler.let_go_of(&id);
            self.refactoring.let_go_of(&id);
            self.end_previews_of_user(&id);
            self.accounts.forget(&id)?;
        }
        self.session_changed()
    }

    /// Sets a new password. A remembered sign-in is renewed.
    ///
    /// # Errors
    /// `WRONG_CREDENTIALS`, `BAD_PASSWORD`, `TOO_MANY_ATTEMPTS`.
    pub fn change_password(&self, current: String, new: String) -> Result<SessionState, Failure> {
        let id = self.user()?;
        let remembered = self.accounts.user(&id)?.remembered;
        self.accounts.change_password(&id, &Password::new(current), &Password::new(new)).map_err(wrong_password)?;
        self.remember_if(&id, remembered);
        self.session_changed()
    }

    /// Turns "stay signed in on this computer" on or off.
    ///
    /// # Errors
    /// `NO_KEYCHAIN`.
    pub fn set_remembered(&self, remember: bool) -> Result<SessionState, Failure> {
        let id = self.user()?;
        if remember {
            self.accounts.remember(&id)?
        } else {
            self.accounts.forget(&id)?
        }
        self.session_changed()
    }

    /// Notes that somebody pressed a key or clicked.
    pub fn touch(&self) {
        let now = self.clock.now();
        self.sessions.lock().last_input = Some((Instant::now(), now));
    }

    /// Locks the window if nobody touched it for as long as the user chose. By both clocks: one of them stands still while the computer sleeps.
    ///
    /// # Errors
    /// As [`Workspace::lock`].
    pub fn lock_if_idle(&self) -> Result<bool, Failure> {
        let idle = {
            let session = self.sessions.lock();
            let limit = u64::from(session.lock_after_minutes) * 60_000;
            let (Some((instant, time)), false) = (session.last_input, session.locked || session.user.is_none() || limit == 0) else {
                return Ok(false);
            };
            let by_uptime = u64::try_from(instant.elapsed().as_millis()).unwrap_or(u64::MAX);
            by_uptime.max(self.clock.now().millis_since(time)) >= limit
        };
        if idle {
            self.lock()?;
        }
        Ok(idle)
    }

    /// The user's choices.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let user = self.accounts.user(&self.user()?)?;
        Ok(parse_settings(&user.settings))
    }

    /// Stores the user's choices, each brought into its range, and returns them as stored.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn save_settings(&self, settings: Settings) -> Result<Settings, Failure> {
        let id = self.user()?;
        let settings = in_range(settings);
        let stored = self.accounts.user(&id)?.settings;
        self.accounts.save_settings(&id, &with_models(&settings, &model_choices(&stored))?)?;
        self.sessions.lock().lock_after_minutes = settings.lock_after_minutes;
        Ok(settings)
    }

    /// What a user chose, also while the window is locked.
    pub(crate) fn settings_of(&self, user: &UserId) -> Result<Settings, Failure> {
        Ok(parse_settings(&self.accounts.user(user)?.settings))
    }

    /// Which models a user chose, also while the window is locked.
    pub(crate) fn model_choices(&self, user: &UserId) -> Result<ModelChoices, Failure> {
        Ok(model_choices(&self.accounts.user(user)?.settings))
    }

    /// Stores which models the user chose.
    pub(crate) fn save_model_choices(&self, user: &UserId, choices: &ModelChoices) -> Result<(), Failure> {
        let settings = self.settings_of(user)?;
        Ok(self.accounts.save_settings(user, &with_models(&settings, choices)?)?)
    }

    /// Judges a password while it is typed.
    pub fn password_strength(&self, password: String) -> PasswordStrength {
        let verdict = strength(&Password::new(password));
        let label = ["Very weak", "Weak", "Fair", "Strong", "Very strong"][usize::from(verdict.score.min(4))];
        PasswordStrength { score: verdict.score, label: label.to_owned(), hint: verdict.hint, acceptable: verdict.acceptable }
    }

    /// Signs in whoever asked to stay signed in, and finds out whether there is a keychain. For the window, at its start.
    pub(crate) fn resume_session(&self) {
        if let Ok(Some((user, locked))) = self.accounts.remembered() {
            let _ = self.sessions.keychain.set(Ok(()));
            self.enter(&user);
            self.sessions.lock().locked = locked && user.has_password;
        }
    }

    /// Asks the keychain whether it is there; slow on some computers, so not on the way to the first paint.
    pub fn probe_keychain(&self) {
        if self.sessions.keychain.get().is_none() {
            let _ = self.sessions.keychain.set(OsKeychain::probe());
            let _ = self.session_changed();
        }
    }

    /// Does ahead of time what the first sign-in would otherwise take longer for. Keeps a processor busy for a while.
    pub fn prepare_sign_in(&self) {
        self.accounts.prepare();
    }

    /// Signs in without a window: the only profile, or the one named, or on an empty database a new one without a password.
    ///
    /// `password` is asked only for a profile that has one and is not remembered.
    ///
    /// # Errors
    /// `PROFILE_NEEDED` when several could be meant, `PASSWORD_NEEDED` when nobody gives one, and what signing in says.
    pub fn sign_in_headless(&self, email: Option<&str>, password: impl FnOnce(&str) -> Option<String>) -> Result<UserId, Failure> {
        let users = self.accounts.users()?;
        let user = match (email, users.as_slice()) {
            (Some(email), _) => self.accounts.user_by_email(email).map_err(|_| {
                Failure::new("UNKNOWN_PROFILE", format!("there is no profile with the e-mail {email}"))
                    .hint("Leave --profile out to use the only one.")
            })?,
            (None, []) => self.accounts.create_local()?,
            (None, [only]) => only.clone(),
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|user| user.email.as_str()).collect();
                return Err(Failure::new("PROFILE_NEEDED", "this computer has several profiles")
                    .hint(format!("Name one with --profile: {}", names.join(", "))));
            }
        };
        if user.has_password && !self.accounts.is_remembered(&user.id)? {
            let typed = password(&user.email).ok_or_else(|| {
                Failure::new("PASSWORD_NEEDED", format!("the profile {} has a password", user.email))
                    .hint("Run it in a terminal, or put the password into a file and name that in LECTERN_PASSWORD_FILE.")
            })?;
            self.accounts.sign_in(&user.email, &Password::new(typed))?;
        }
        self.enter(&user);
        Ok(user.id)
    }

    fn enter(&self, user: &User) {
        let mut session = self.sessions.lock();
        let before = session.user.replace(user.id.clone());
        session.has_password = user.has_password;
        session.locked = false;
        session.lock_after_minutes = parse_settings(&user.settings).lock_after_minutes;
        session.last_input = Some((Instant::now(), self.clock.now()));
        drop(session);
        if let Some(before) = before.filter(|before| *before != user.id) {
            self.end_previews_of_user(&before);
            self.ai.scheduler.let_go_of(&before);
        }
        self.adjust_watching();
        self.ai.wake();
    }

    fn remember_if(&self, id: &UserId, remember: bool) {
        // The sign-in itself worked; that it won't be remembered shows in the state that is returned.
        if remember && let Err(AccountError::Keychain(error)) = self.accounts.remember(id) {
            let _ = self.sessions.keychain.set(Err(error));
        }
    }

    fn session_changed(&self) -> Result<SessionState, Failure> {
        let state = self.session_state()?;
        self.events.session_changed(state.clone());
        Ok(state)
    }
}

/// Where only a password was asked for, only the password can be wrong.
fn wrong_password(error: AccountError) -> Failure {
    let failure = Failure::from(error);
    if failure.code == "WRONG_CREDENTIALS" { Failure { message: "The password is wrong.".to_owned(), ..failure } } else { failure }
}

fn summary(user: User) -> ProfileSummary {
    ProfileSummary {
        id: user.id.as_str().to_owned(),
        email: user.email,
        display_name: user.display_name,
        has_password: user.has_password,
        remembered: user.remembered,
        created_at: user.created_at.to_string(),
        password_changed_at: user.password_changed_at.map(|time| time.to_string()),
    }
}

/// Field by field: what is missing or can't be read any more counts as never chosen.
fn parse_settings(json: &str) -> Settings {
    let default = Settings::default();
    let (Ok(Value::Object(stored)), Ok(Value::Object(mut merged))) = (serde_json::from_str(json), serde_json::to_value(&default)) else {
        return default;
    };
    for (name, value) in stored {
        let Some(before) = merged.get(&name).cloned() else { continue };
        merged.insert(name.clone(), value);
        if serde_json::from_value::<Settings>(Value::Object(merged.clone())).is_err() {
            merged.insert(name, before);
        }
    }
    in_range(serde_json::from_value(Value::Object(merged)).unwrap_or(default))
}

/// The part of the settings that is about models; kept apart because the window stores the others all at once.
fn model_choices(json: &str) -> ModelChoices {
    let stored: Option<Value> = serde_json::from_str(json).ok();
    stored.and_then(|stored| serde_json::from_value(stored.get(MODELS)?.clone()).ok()).unwrap_or_default()
}

fn with_models(settings: &Settings, choices: &ModelChoices) -> Result<String, Failure> {
    let stored = || -> serde_json::Result<String> {
        let mut value = serde_json::to_value(settings)?;
        if let Some(settings) = value.as_object_mut() {
            settings.insert(MODELS.to_owned(), serde_json::to_value(choices)?);
        }
        serde_json::to_string(&value)
    };
    stored().map_err(|error| Failure::internal(error.to_string()))
}

fn in_range(settings: Settings) -> Settings {
    let clamp = |value: f32, low: f32, high: f32, default: f32| if value.is_finite() { value.clamp(low, high) } else { default };
    let default = Settings::default();
    Settings {
        code_font_size: clamp(settings.code_font_size, 9.0, 24.0, default.code_font_size),
        zoom: clamp(settings.zoom, 0.5, 2.0, default.zoom),
        lock_after_minutes: settings.lock_after_minutes.min(24 * 60),
        preview_hours: settings.preview_hours.clamp(1, 168),
        ..settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;

    #[test]
    fn storing_the_other_settings_keeps_the_choice_of_models() {
        let choices = ModelChoices { model: Some("m".into()), jobs_at_once: 2, memory_limit: 5 };
        let json = with_models(&Settings { zoom: 1.5, ..Settings::default() }, &choices).expect("JSON");
        assert_eq!(model_choices(&json), choices);
        assert_eq!(parse_settings(&json), Settings { zoom: 1.5, ..Settings::default() });
        assert_eq!(model_choices("{}"), ModelChoices::default());
    }

    #[test]
    fn one_setting_that_cannot_be_read_does_not_cost_the_others() {
        let settings = parse_settings(r#"{"theme":"dark","code_font_size":"huge","zoom":9,"gone":1}"#);
        assert_eq!(settings, Settings { theme: Theme::Dark, zoom: 2.0, ..Settings::default() });
        for broken in ["", "[]", "{", "null"] {
            assert_eq!(parse_settings(broken), Settings::default());
        }
    }
}
