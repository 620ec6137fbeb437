//! The binary `lectern`: headless commands, and the way to the window. It links no WebKit.

mod ai;
mod arguments;
mod commands;
mod find;
mod model_worker;
mod output;
mod password;
mod preview;
mod refactor;
mod search;
mod signals;
mod supervise;
mod threads;
mod versions;
mod watch;
mod window;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, error::ErrorKind};

use arguments::{Arguments, Command};
use output::Output;

fn main() -> ExitCode {
    if let Some(code) = supervise::run().or_else(model_worker::run) {
        return code;
    }
    let arguments = Arguments::parse();
    if arguments.command.is_some() {
        start_git_without_certificates();
    }
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
        Some(Command::Outline { file }) => find::outline(&file, &output),
        Some(Command::Watch { path }) => watch::run(&path, arguments.data_dir, arguments.profile.as_deref(), &output),
        Some(Command::Preview(wanted)) => preview::run(&wanted, arguments.data_dir, arguments.profile.as_deref(), &output),
        Some(Command::Ai(wanted)) => ai::run(&wanted, arguments.data_dir, arguments.profile.as_deref(), &output),
        Some(Command::Docs(wanted)) => ai::docs(&wanted, arguments.data_dir, arguments.profile.as_deref(), &output),
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

/// libgit2 reads every certificate of the computer when it starts, which takes longer than a small sync, and no headless command goes to
/// a remote. What is started from here later sees the environment as it was.
fn start_git_without_certificates() {
    const CERTIFICATES: [(&str, &str); 2] = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/dev/null")];
    if !cfg!(all(unix, not(target_vendor = "apple"))) {
        return;
    }
    let before = CERTIFICATES.map(|(name, _)| (name, std::env::var_os(name)));
    for (name, nowhere) in CERTIFICATES {
        // SAFETY: nothing else runs yet, so nobody reads the environment meanwhile.
        unsafe { std::env::set_var(name, nowhere) };
    }
    // Any call starts the library; the answer does not matter.
    let _ = git2::message_prettify("", None);
    for (name, value) in before {
        // SAFETY: as above; starting libgit2 leaves no thread behind.
        match value {
            Some(value) => unsafe { std::env::set_var(name, value) },
            None => unsafe { std::env::remove_var(name) },
        }
    }
}
