//! The hidden `lectern __model`: the process in which an embedded language model runs.

use std::{env, process::ExitCode};

/// Runs a model when that is what this process was started for. Before anything else: it is on no list, and nothing of it is for a person.
pub fn run() -> Option<ExitCode> {
    (env::args_os().nth(1)? == lectern_llm::embedded::protocol::ARGUMENT).then(lectern_model::run)
}
