//! What the command line says.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::{
    ai::{Ai, Docs},
    find::{Find, Symbols},
    preview::PreviewArguments,
    refactor::{Move, Rename, Replace, Undo},
    threads::Threads,
};

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
    /// Watch a folder and record each change as a version, until Ctrl+C; adds it as a project when it isn't one
    Watch {
        /// The folder
        path: PathBuf,
    },
    /// Show a folder, a version or a dev server behind a private link, until Ctrl+C or its end; adds the folder as a project when it isn't one
    Preview(PreviewArguments),
    /// Check a version: its manifest, every node and every kept object
    Verify {
        /// The project's folder
        path: PathBuf,
        /// The version [default: the latest]
        #[arg(long, value_name = "N", value_parser = version_number)]
        version: Option<u32>,
        /// Check every version
        #[arg(long, conflicts_with = "version")]
        all: bool,
    },
    /// List the versions of a project, newest first
    Versions {
        /// The project's folder
        path: PathBuf,
    },
    /// List the files that differ between two versions
    Diff {
        /// The project's folder
        path: PathBuf,
        /// The older version
        #[arg(value_name = "A", value_parser = version_number)]
        old: u32,
        /// The newer version
        #[arg(value_name = "B", value_parser = version_number)]
        new: u32,
    },
    /// Put files back as they were in a version; what is there now is recorded first
    Restore {
        /// The project's folder
        path: PathBuf,
        /// The version
        #[arg(value_name = "N", value_parser = version_number)]
        version: u32,
        /// Files or folders, relative to the project's folder [default: everything]
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a version out; nothing is written over
    Export {
        /// The project's folder
        path: PathBuf,
        /// The version
        #[arg(value_name = "N", value_parser = version_number)]
        version: u32,
        /// What to write; its folder must be there
        target: PathBuf,
        /// The form [default: by TARGET's ending, else a folder]
        #[arg(long, value_enum)]
        format: Option<Format>,
    },
    /// Find text in the files of a version; adds the folder as a project when it isn't one
    Search(Search),
    /// Find files of the latest version by letters of their paths; adds the folder as a project when it isn't one
    Find(Find),
    /// Find symbols of the latest version by letters of their names; adds the folder as a project when it isn't one
    Symbols(Symbols),
    /// List the symbols of a file, in a project or not
    Outline {
        /// The file
        file: PathBuf,
    },
    /// Write a page of documentation or an explanation of a project; adds the folder as a project when it isn't one
    Ai(Ai),
    /// Write pages of a project and its files to a folder, as Markdown; adds the folder as a project when it isn't one
    Docs(Docs),
    /// List the models and endpoints that pages can be written with
    Models,
    /// Rename what a name means, everywhere it means that; adds the folder as a project when it isn't one
    Rename(Rename),
    /// Move a file or folder; what imports it follows. Adds the folder as a project when it isn't one
    Move(Move),
    /// Replace text, or code of a shape, in many files; adds the folder as a project when it isn't one
    Replace(Replace),
    /// Take back a rename, move or replacement that was applied, or apply it again when it was taken back
    Undo(Undo),
    /// List the threads of comments of a project, or exchange them with files and git notes
    Threads(Threads),
    /// Thin out versions of projects that ask for it, and give back what nothing needs any more
    Gc,
    /// List the files of a version
    Ls {
        /// The project's folder
        path: PathBuf,
        /// The version [default: the latest]
        #[arg(long, value_name = "N", value_parser = version_number)]
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

/// What `search` is given.
#[derive(Debug, clap::Args)]
pub struct Search {
    /// The project's folder
    pub path: PathBuf,
    /// The text to find
    #[arg(value_name = "Q", allow_hyphen_values = true)]
    pub query: String,
    /// Q is a regular expression
    #[arg(long)]
    pub regex: bool,
    /// Only whole words
    #[arg(long)]
    pub word: bool,
    /// Upper and lower case differ
    #[arg(long)]
    pub case: bool,
    /// Only files that fit, as in a .gitignore; !G leaves out those that do
    #[arg(long = "glob", value_name = "G", allow_hyphen_values = true)]
    pub globs: Vec<String>,
    /// The version [default: the latest]
    #[arg(long, value_name = "N", value_parser = version_number)]
    pub version: Option<u32>,
    /// Stop after so many hits [default: all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// How to write a version out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Files in a folder
    Folder,
    /// A .tar.gz archive
    #[value(name = "tar.gz", alias = "tgz")]
    TarGz,
    /// A .zip archive
    Zip,
}

/// `3` or `v3`.
pub fn version_number(text: &str) -> Result<u32, String> {
    let version = text.strip_prefix('v').unwrap_or(text).parse();
    version.map_err(|_| "a version is a number, for example 3".to_owned())
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
    fn a_version_may_be_written_with_its_letter() {
        assert_eq!((version_number("3"), version_number("v12")), (Ok(3), Ok(12)));
        for bad in ["", "v", "-1", "vv1", "3.1"] {
            assert!(version_number(bad).is_err(), "accepted {bad}");
        }
    }

    #[test]
    fn a_versioned_file_names_both() {
        assert_eq!(VersionedFile::parse("v3:a:b"), Ok(VersionedFile { version: 3, path: "a:b".to_owned() }));
        for bad in ["a.rs", "3:", ":a", "x:a"] {
            assert!(VersionedFile::parse(bad).is_err(), "accepted {bad}");
        }
    }
}
