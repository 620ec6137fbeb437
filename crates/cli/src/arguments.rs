//! What the command line says.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

/// Read, sync and understand your own repositories, offline.
///
/// Without a command, opens the window; with a PATH, opens that folder in it.
#[derive(Debug, Parser)]
#[command(name = "lectern", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// A folder to open in the window
    pub path: Option<PathBuf>,
    /// Where Lectern keeps its data [default: LECTERN_DATA_DIR, or this platform's usual place]
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The profile to use, when there are several
    #[arg(long, value_name = "EMAIL", global = true)]
    pub profile: Option<String>,
    /// Print one JSON object on stdout; everything else goes to stderr
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 failed, 2 usage. A profile with a password asks for it on the terminal, or reads the file \
named in LECTERN_PASSWORD_FILE.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Record a folder as a version; adds it as a project when it isn't one
    Sync {
        /// The folder
        path: PathBuf,
    },
    /// Check a version: its manifest, every node and every kept object
    Verify {
        /// The project's folder
        path: PathBuf,
        /// The version [default: the latest]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// List the files of a version
    Ls {
        /// The project's folder
        path: PathBuf,
        /// The version [default: the latest]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Print a file as of a version
    Show {
        /// The project's folder
        path: PathBuf,
        /// The version and the file in it, for example 3:src/main.rs
        #[arg(value_name = "N:FILE", value_parser = VersionedFile::parse)]
        file: VersionedFile,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `N:FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedFile {
    pub version: u32,
    pub path: String,
}

impl VersionedFile {
    fn parse(text: &str) -> Result<Self, String> {
        let wanted = "write it as N:FILE, for example 3:src/main.rs";
        let (version, path) = text.split_once(':').ok_or(wanted)?;
        let version = version.trim_start_matches('v').parse().map_err(|_| wanted)?;
        if path.is_empty() { Err(wanted.to_owned()) } else { Ok(Self { version, path: path.to_owned() }) }
    }
}

/// Prints the completions of a shell.
pub fn completions(shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "lectern", &mut script);
    // Whoever stopped reading has what they wanted.
    let _ = std::io::Write::write_all(&mut std::io::stdout(), &script);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_versioned_file_names_both() {
        assert_eq!(VersionedFile::parse("v3:a:b"), Ok(VersionedFile { version: 3, path: "a:b".to_owned() }));
        for bad in ["a.rs", "3:", ":a", "x:a"] {
            assert!(VersionedFile::parse(bad).is_err(), "accepted {bad}");
        }
    }
}
