//! In place of a supervisor where there is none yet.

use std::{convert::Infallible, path::Path, process::ExitCode};

use crate::{Launch, Said, SuperviseError};

/// A program that runs. There is none on this platform.
#[derive(Debug)]
pub struct Supervised(Infallible);

impl Supervised {
    /// Refuses.
    ///
    /// # Errors
    /// `Unsupported`, or `BadRequest`, always: a job object would be needed to end a whole tree.
    pub fn start(_: &Path, launch: Launch, _: impl Fn(Said) + Send + Sync + 'static) -> Result<Self, SuperviseError> {
        launch.check()?;
        Err(SuperviseError::Unsupported)
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        match self.0 {}
    }

    /// The supervisor's process.
    pub fn supervisor_pid(&self) -> u32 {
        match self.0 {}
    }

    /// Ends it.
    pub fn stop(&self) {
        match self.0 {}
    }
}

/// Refuses.
pub fn run() -> ExitCode {
    eprintln!("{}", SuperviseError::Unsupported);
    ExitCode::FAILURE
}
