//! Cloning a repository into a folder: all of it or nothing.

use std::{
    cell::Cell,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

use git2::{Cred, CredentialType, FetchOptions, RemoteCallbacks, build::CheckoutBuilder, build::CloneLocal, build::RepoBuilder};

use crate::rows::path_of;

/// Why a clone failed. In every case nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum CloneError {
    /// Stopped by the user.
    #[error("the clone was cancelled")]
    Cancelled,
    /// Not an address git2 takes.
    #[error("{0:?} is not an address of a repository")]
    BadAddress(String),
    /// The name can't be a folder's.
    #[error("{0:?} can't be the name of a folder")]
    BadName(String),
    /// Something is at the target already.
    #[error("“{0}” already exists")]
    TargetExists(PathBuf),
    /// The parent can't be written.
    #[error("“{path}” can't be written: {source}")]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The server wants a sign-in that nobody gave.
    #[error("the server asks for a sign-in and refused what this computer offered")]
    Authentication,
    /// The server or repository could not be reached or read.
    #[error("the repository could not be cloned: {0}")]
    Git(git2::Error),
}

impl CloneError {
    /// A stable word for the situation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::BadAddress(_) => "BAD_ADDRESS",
            Self::BadName(_) => "BAD_NAME",
            Self::TargetExists(_) => "TARGET_EXISTS",
            Self::Unwritable { .. } => "FOLDER_UNWRITABLE",
            Self::Authentication => "AUTHENTICATION",
            Self::Git(_) => "CLONE_FAILED",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Cancelled => return None,
            Self::BadAddress(_) => "Use https://…, ssh://…, user@host:path, or the path of a repository on this computer.".to_owned(),
            Self::BadName(_) => "Choose a plain name without slashes.".to_owned(),
            Self::TargetExists(_) => "Choose another name, or open that folder instead.".to_owned(),
            Self::Unwritable { .. } => "Choose a folder of yours, or free some space.".to_owned(),
            Self::Authentication => {
                "Set up an SSH key in your agent or a git credential helper, check that git clone works, then try again.".to_owned()
            }
            Self::Git(_) => "Check the address and the connection. Nothing was left behind.".to_owned(),
        })
    }
}

/// What a clone is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClonePhase {
    /// Reaching the server.
    Connecting,
    /// Downloading objects.
    Receiving,
    /// Working out deltas.
    Resolving,
    /// Writing the working tree.
    Writing,
}

/// Where a clone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloneProgress {
    /// What it is doing.
    pub phase: ClonePhase,
    /// Objects, deltas or files done in this phase.
    pub done: usize,
    /// Of how many; 0 while unknown.
    pub total: usize,
    /// Bytes received so far.
    pub bytes: usize,
}

/// What to clone, and where to.
#[derive(Debug, Clone)]
pub struct CloneRequest {
    /// An address git understands, or a path of this computer.
    pub url: String,
    /// An existing folder.
    pub parent: PathBuf,
    /// The new folder's name in it.
    pub name: String,
}

/// Clones into a hidden folder beside the target and renames it when it is whole. `marks` gets a note of the hidden folder for the
/// time being, so that [`remove_abandoned_clones`] can clean up after a kill.
///
/// Credentials come from the SSH agent and the user's own git credential helpers. No hook, filter program or submodule command runs:
/// libgit2 has none of them.
///
/// # Errors
/// See [`CloneError`]; nothing is left behind.
pub fn clone_repository(
    request: &CloneRequest,
    marks: &Path,
    cancel: &AtomicBool,
    progress: &dyn Fn(CloneProgress),
) -> Result<PathBuf, CloneError> {
    static TIMEOUTS: Once = Once::new();
    TIMEOUTS.call_once(|| {
        // SAFETY: libgit2's options are process-wide and not synchronised; this is the only place that sets them, once, before the first clone.
        unsafe {
            let _ = git2::opts::set_server_connect_timeout_in_milliseconds(20_000);
            let _ = git2::opts::set_server_timeout_in_milliseconds(60_000);
        }
    });
    let url = request.url.trim();
    if url.is_empty() || url.starts_with('-') || url.contains("::") || url.chars().any(char::is_control) {
        return Err(CloneError::BadAddress(without_password(url)));
    }
    let name = request.name.trim();
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\\', '\0']) || name.eq_ignore_ascii_case(".git") {
        return Err(CloneError::BadName(name.to_owned()));
    }
    let target = request.parent.join(name);
    if target.symlink_metadata().is_ok() {
        return Err(CloneError::TargetExists(target));
    }
    let id = lectern_store::new_id(&lectern_store::SystemClock);
    let hidden = Hidden::create(&request.parent, marks, &id)?;
    progress(CloneProgress { phase: ClonePhase::Connecting, done: 0, total: 0, bytes: 0 });
    fetch_into(url, &hidden.path, cancel, progress)?;
    if cancel.load(Ordering::Relaxed) {
        return Err(CloneError::Cancelled);
    }
    // Somebody may have taken the name meanwhile; renaming onto an existing folder must not happen.
    if target.symlink_metadata().is_ok() {
        return Err(CloneError::TargetExists(target));
    }
    fs::rename(&hidden.path, &target).map_err(|source| CloneError::Unwritable { path: target.clone(), source })?;
    Ok(target)
}

fn fetch_into(url: &str, path: &Path, cancel: &AtomicBool, progress: &dyn Fn(CloneProgress)) -> Result<(), CloneError> {
    let tries = Cell::new(0_u32);
    let refused = Cell::new(false);
    let received = Cell::new(0_usize);
    let mut callbacks = RemoteCallbacks::new();
    callbacks.credentials(|url, user, allowed| {
        tries.set(tries.get() + 1);
        // libgit2 asks again after each refusal, for ever.
        if tries.get() > 4 || cancel.load(Ordering::Relaxed) {
            refused.set(true);
            return Err(git2::Error::from_str("no credentials were accepted"));
        }
        if allowed.contains(CredentialType::USERNAME) {
            return Cred::username(user.unwrap_or("git"));
        }
        if allowed.contains(CredentialType::SSH_KEY) {
            return Cred::ssh_key_from_agent(user.unwrap_or("git"));
        }
        if allowed.contains(CredentialType::USER_PASS_PLAINTEXT) {
            let config = git2::Config::open_default()?;
            return Cred::credential_helper(&config, url, user);
        }
        refused.set(true);
        Err(git2::Error::from_str("no credentials for this kind of sign-in"))
    });
    callbacks.transfer_progress(|stats| {
        received.set(stats.received_bytes());
        let (phase, done, total) = if stats.received_objects() < stats.total_objects() || stats.total_deltas() == 0 {
            (ClonePhase::Receiving, stats.received_objects(), stats.total_objects())
        } else {
            (ClonePhase::Resolving, stats.indexed_deltas(), stats.total_deltas())
        };
        progress(CloneProgress { phase, done, total, bytes: stats.received_bytes() });
        !cancel.load(Ordering::Relaxed)
    });
    callbacks.sideband_progress(|_| !cancel.load(Ordering::Relaxed));
    let mut options = FetchOptions::new();
    options.remote_callbacks(callbacks);
    let mut checkout = CheckoutBuilder::new();
    checkout.progress(|_, done, total| progress(CloneProgress { phase: ClonePhase::Writing, done, total, bytes: received.get() }));
    // A checkout can only be stopped from its notifications.
    checkout.notify_on(git2::CheckoutNotificationType::UPDATED);
    checkout.notify(|_, _, _, _, _| !cancel.load(Ordering::Relaxed));
    let result = RepoBuilder::new().clone_local(CloneLocal::None).fetch_options(options).with_checkout(checkout).clone(url, path);
    match result {
        Ok(_) => Ok(()),
        Err(_) if cancel.load(Ordering::Relaxed) => Err(CloneError::Cancelled),
        Err(error) if refused.get() || error.code() == git2::ErrorCode::Auth => Err(CloneError::Authentication),
        Err(error) => Err(CloneError::Git(error)),
    }
}

/// The folder a clone grows in; gone when dropped unless it was renamed.
struct Hidden {
    path: PathBuf,
    mark: PathBuf,
}

impl Hidden {
    fn create(parent: &Path, marks: &Path, id: &str) -> Result<Self, CloneError> {
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| CloneError::Unwritable { path, source }
        };
        let path = parent.join(format!("{HIDDEN_PREFIX}{id}"));
        let mark = marks.join(format!("{id}.clone"));
        let absolute = std::path::absolute(&path).map_err(unwritable(parent))?;
        lectern_store::private_file()
            .open(&mark)
            .and_then(|mut file| file.write_all(absolute.as_os_str().as_encoded_bytes()))
            .map_err(unwritable(marks))?;
        let hidden = Self { path: absolute, mark };
        fs::create_dir(&hidden.path).map_err(unwritable(parent))?;
        Ok(hidden)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_file(&self.mark);
    }
}

const HIDDEN_PREFIX: &str = ".lectern-clone-";

/// Removes what killed clones left behind, by their marks. To be called when no clone runs in any process of this data folder.
pub fn remove_abandoned_clones(marks: &Path) {
    let Ok(entries) = fs::read_dir(marks) else { return };
    for entry in entries.flatten() {
        let mark = entry.path();
        if mark.extension().is_none_or(|extension| extension != "clone") {
            continue;
        }
        if let Ok(bytes) = fs::read(&mark) {
            let path = path_of(bytes);
            // Only a folder of the name that a clone gives is ever removed, whatever the mark says.
            let expected = mark.file_stem().and_then(|stem| stem.to_str()).map(|id| format!("{HIDDEN_PREFIX}{id}"));
            if path.file_name().and_then(|name| name.to_str()) == expected.as_deref() && expected.is_some() {
                let _ = fs::remove_dir_all(&path);
            }
        }
        let _ = fs::remove_file(mark);
    }
}

/// The folder name that an address suggests: its last part without `.git`.
pub fn source_name(url: &str) -> String {
    let trimmed = url.trim().trim_end_matches('/');
    let last = trimmed.rsplit(['/', ':', '\\']).next().unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last).to_owned()
}

/// An address without the password it may carry: `https://me:secret@host/x` becomes `https://me@host/x`.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            if user.is_empty() { format!("{scheme}://{host}{path}") } else { format!("{scheme}://{user}@{host}{path}") }
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_left_out() {
        for (given, kept) in [
            ("https://me:secret@host.example/x.git", "https://me@host.example/x.git"),
            ("https://:secret@host.example/x", "https://host.example/x"),
            ("https://host.example/a@b:c", "https://host.example/a@b:c"),
            ("git@host.example:me/x.git", "git@host.example:me/x.git"),
            ("/srv/x.git", "/srv/x.git"),
        ] {
            assert_eq!(without_password(given), kept);
        }
    }

    #[test]
    fn a_folder_name_is_taken_from_the_end_of_the_address() {
        for (url, name) in
            [("https://host.example/me/ferry.git", "ferry"), ("git@host.example:ferry.git", "ferry"), ("/srv/ferry/", "ferry"), ("", "")]
        {
            assert_eq!(source_name(url), name);
        }
    }
}
