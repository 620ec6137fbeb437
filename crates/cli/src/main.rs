//! The binary `lectern`: headless commands, and the way to the window. It links no WebKit.

mod arguments;
mod commands;
mod output;
mod password;
mod versions;
mod watch;
mod window;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, error::ErrorKind};

use arguments::{Arguments, Command};
use output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let (Some(path), Some(_)) = (&arguments.path, &arguments.command) {
        let unexpected = format!("a folder before the command: {}", path.display());
        Arguments::command().error(ErrorKind::ArgumentConflict, unexpected).exit();
    }
    let output = Output::new(arguments.json);
    let result = match arguments.command {
        None => window::open(arguments.data_dir.as_deref(), arguments.path.as_deref()),
        Some(Command::Completions { shell }) => {
            arguments::completions(shell);
            Ok(())
        }
        Some(Command::Watch { path }) => watch::run(&path, arguments.data_dir, arguments.profile.as_deref(), &output),
        Some(command) => commands::run(&command, arguments.data_dir, arguments.profile.as_deref(), &output),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::FAILURE
        }
    }
}
