//! A workspace with one user, and a folder beside it that becomes a project.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{Events, NoEvents, Workspace, WorkspaceOptions};

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "ferry lantern sycamore";

pub struct Fixture {
    // Before the folder that it is in.
    pub workspace: Arc<Workspace>,
    /// The project's folder.
    pub root: PathBuf,
    pub dir: tempfile::TempDir,
}

/// Nobody hears what happens.
pub fn fixture() -> Fixture {
    heard_by(Arc::new(NoEvents))
}

pub fn heard_by(events: Arc<dyn Events>) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("ferry");
    fs::create_dir(&root).expect("a folder");
    let workspace = open(dir.path().join("data"), events);
    workspace.create_profile(EMAIL, "", PASSWORD.to_owned(), false).expect("a profile");
    Fixture { workspace, root, dir }
}

/// Opens a data folder, which may be one that was used before.
pub fn open(data: PathBuf, events: Arc<dyn Events>) -> Arc<Workspace> {
    Workspace::open(WorkspaceOptions {
        data_dir: Some(data),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events,
        ..WorkspaceOptions::default()
    })
    .expect("a workspace")
}

impl Fixture {
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.root.join(name)).expect("removed");
    }

    /// Runs git in the project's folder, by no configuration but its own.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    /// Syncs; gives the project's id and the version.
    pub fn sync(&self) -> (String, u32) {
        let (id, outcome) = self.workspace.sync_path(&self.root, &|_| {}).expect("a sync");
        (id, outcome.version)
    }

    /// Syncs; gives the project's id.
    pub fn project(&self) -> String {
        self.sync().0
    }
}

/// Runs git in a folder, by no configuration but its own.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
