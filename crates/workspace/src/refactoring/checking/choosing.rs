//! With which command a project is checked: what is suggested, and what is chosen.

use lectern_reader::Root;
use lectern_refactor::check_rows::{self, CheckCommand};
use lectern_supervise::program_on_path;
use lectern_sync::RepoPath;

use super::suggesting::suggestions;
use crate::{
    Workspace,
    previews::shown,
    view::{Failure, RefactorCheckChoices, RefactorCheckCommand},
};

/// A longer command is not taken: words, and bytes.
const MOST_WORDS: usize = 200;
const MOST_BYTES: usize = 8 << 10;

impl Workspace {
    /// With what a project can be checked.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `FOLDER_MISSING`.
    pub fn refactor_check_choices(&self, project_id: &str) -> Result<RefactorCheckChoices, Failure> {
        let project = self.project(project_id)?;
        let grants = self.projects.grants(&self.user()?, &project.id)?;
        let view = |command: CheckCommand, reason: String| RefactorCheckCommand {
            shown: shown(&command.argv),
            trusted: self.is_check_trusted(&project, &grants, &command),
            missing: command.argv.first().filter(|program| !program.contains('/') && program_on_path(program).is_none()).cloned(),
            folder: command.cwd,
            argv: command.argv,
            reason,
        };
        let found = suggestions(&Root::open(&project.root)?);
        let suggestions: Vec<_> = found.into_iter().map(|one| view(CheckCommand { argv: one.argv, cwd: one.folder }, one.reason)).collect();
        let chosen = self.store.read(|connection| check_rows::command(connection, project.id.as_str()))?;
        let is_chosen = chosen.is_some();
        let command = chosen.map(|command| view(command, String::new())).or_else(|| suggestions.first().cloned());
        Ok(RefactorCheckChoices { command, chosen: is_chosen, suggestions })
    }

    /// Remembers the command that checks a project, as one would type it; an empty one goes back to what is suggested. Nothing is run.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `BAD_COMMAND` for what only a shell could mean, `OUTSIDE_PROJECT`.
    pub fn set_refactor_check_command(&self, project_id: &str, line: &str, folder: &str) -> Result<RefactorCheckChoices, Failure> {
        let project = self.project(project_id)?;
        let line = line.trim();
        if line.len() > MOST_BYTES {
            return Err(Failure::new("BAD_COMMAND", "this command is too long").hint("Put it into a script of the project."));
        }
        let command = if line.is_empty() {
            None
        } else {
            let argv = crate::split_command(line)?;
            if argv.is_empty() || argv.len() > MOST_WORDS {
                return Err(Failure::new("BAD_COMMAND", "there is no command").hint("Type one, as in a terminal."));
            }
            let cwd = RepoPath::from_key(folder.trim().trim_matches('/'))?.key();
            Some(CheckCommand { argv, cwd })
        };
        let now = self.clock.now();
        self.store.write(|transaction| check_rows::set_command(transaction, project.id.as_str(), command.as_ref(), now))?;
        self.refactor_check_choices(project_id)
    }
}
