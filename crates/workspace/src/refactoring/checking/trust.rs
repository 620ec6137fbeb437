//! Which commands may check a project: exactly those that were granted, while the files that define them stay as they are.

use lectern_projects::{Project, TrustGrant, TrustKind};
use lectern_refactor::check_rows::CheckCommand;

use crate::{
    Workspace,
    previews::{files_hash, shown},
    view::{Failure, Trust},
};

/// What else says what a check runs, in its folder, besides what [`lectern_survey::defining_files`] names.
const ALSO: [&str; 8] =
    ["build.rs", "conftest.py", "pytest.ini", "setup.cfg", "tox.ini", "tsconfig.json", "rust-toolchain.toml", ".cargo/config.toml"];

impl Workspace {
    /// Refuses a command that may not run. `changes` are the files that the proposal changes: one that says what is run asks for this run alone.
    pub(super) fn check_trust_of_check(
        &self,
        project: &Project,
        command: &CheckCommand,
        trust: Option<Trust>,
        changes: &[String],
    ) -> Result<(), Failure> {
        let user = self.user()?;
        let defining = changes.iter().find(|path| is_defining(path));
        match (trust, defining) {
            (Some(Trust::Once), _) => Ok(self.projects.set_trusted(&user, &project.id)?),
            (Some(Trust::Remembered), _) => {
                let hash = files_hash(&project.root, &command.argv, &command.cwd, &also(&command.cwd))?;
                Ok(self.projects.grant(&user, &project.id, TrustKind::Check, &command.argv, &command.cwd, &hash)?)
            }
            (None, Some(path)) => {
                Err(Failure::new("NOT_TRUSTED", format!("these changes are to {path}, which says what “{}” runs", shown(&command.argv)))
                    .hint("It runs with your rights. Look at that file's changes before you allow it."))
            }
            (None, None) if self.is_check_trusted(project, &self.projects.grants(&user, &project.id)?, command) => Ok(()),
            (None, None) => Err(Failure::new("NOT_TRUSTED", format!("the command “{}” may not run yet", shown(&command.argv)))
                .hint("It runs with your rights. Allow it once, or for as long as the files that define it stay the same.")),
        }
    }

    /// Whether a command was granted as it is, with the files as they are.
    pub(super) fn is_check_trusted(&self, project: &Project, grants: &[TrustGrant], command: &CheckCommand) -> bool {
        let same = |grant: &&TrustGrant| grant.kind == TrustKind::Check && grant.argv == command.argv && grant.cwd == command.cwd;
        // What can't be read can't be compared, and what can't be compared is not trusted.
        grants.iter().find(same).is_some_and(|grant| {
            files_hash(&project.root, &command.argv, &command.cwd, &also(&command.cwd)).is_ok_and(|hash| hash == grant.files_hash)
        })
    }
}

fn also(folder: &str) -> Vec<String> {
    ALSO.iter().map(|name| if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") }).collect()
}

/// Whether a file may say what a command does.
fn is_defining(path: &str) -> bool {
    let is_it = |name: &str| path == name || path.ends_with(&format!("/{name}"));
    // Plain sources by common names: what is renamed in them is what is to be checked.
    let is_source = matches!(path.rsplit('/').next(), Some("main.py" | "app.py" | "manage.py" | "wsgi.py" | "main.go"));
    !is_source && (ALSO.iter().copied().any(is_it) || lectern_survey::defining_files().any(is_it))
}
