//! What the window's command line says.

use std::{ffi::OsString, path::PathBuf};

/// `lectern-desktop [--data-dir DIR] [PATH]`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `None` for the usual place.
    pub data_dir: Option<PathBuf>,
    /// A folder to open, made absolute.
    pub path: Option<PathBuf>,
    /// Write the TypeScript side of commands and events there and end; debug builds only.
    pub export_types: Option<PathBuf>,
}

impl Arguments {
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        let mut only_paths = false;
        while let Some(word) = words.next() {
            let mut folder_after = |name: &str| words.next().map(PathBuf::from).ok_or_else(|| format!("{name} needs a path"));
            match word.to_str() {
                Some("--") if !only_paths => only_paths = true,
                Some("--data-dir") if !only_paths => arguments.data_dir = Some(folder_after("--data-dir")?),
                Some("--export-types") if !only_paths && cfg!(debug_assertions) => {
                    arguments.export_types = Some(folder_after("--export-types")?);
                }
                Some(option) if !only_paths && option.starts_with('-') => return Err(format!("there is no option {option}")),
                _ if arguments.path.is_some() => return Err("one path at most".to_owned()),
                _ => {
                    // A running window may have another current folder.
                    arguments.path =
                        Some(std::path::absolute(&word).map_err(|error| format!("{}: {error}", PathBuf::from(&word).display()))?);
                }
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn a_path_becomes_absolute_and_options_are_known() {
        let here = std::env::current_dir().expect("a current folder");
        let arguments = parse(&["--data-dir", "data", "code/ferry"]).expect("fine");
        assert_eq!(arguments.data_dir, Some(PathBuf::from("data")));
        assert_eq!(arguments.path, Some(here.join("code/ferry")));
        assert_eq!(parse(&["--", "--odd"]).expect("fine").path, Some(here.join("--odd")));
        for bad in [&["--data-dir"][..], &["--unknown"], &["a", "b"]] {
            assert!(parse(bad).is_err(), "accepted {bad:?}");
        }
    }
}
