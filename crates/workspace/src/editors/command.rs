//! An editor's command: words with places in them, run without a shell.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::known::Places;

/// An editor that has not failed by then has started.
const STARTING: Duration = Duration::from_millis(500);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Variables of whoever drives or packages Lectern, which are not the editor's business, by the beginnings of their names.
const NOT_INHERITED: &[&str] = &["LECTERN_", "TAURI_", "WEBDRIVER", "WEBKIT_", "CARGO", "RUST_", "APPDIR", "APPIMAGE", "ARGV0", "OWD"];
/// Words in names of variables that hold secrets.
const SECRETS: &[&str] = &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "API_KEY", "APIKEY", "PRIVATE_KEY"];
/// What an AppImage sets for itself, and what would make another program load its libraries.
const OF_AN_APPIMAGE: &[&str] =
    &["LD_LIBRARY_PATH", "LD_PRELOAD", "GTK_PATH", "GTK_EXE_PREFIX", "GTK_DATA_PREFIX", "GIO_MODULE_DIR", "PYTHONHOME"];

/// Why an editor did not open.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error("the editor's command names no program")]
    Empty,
    #[error("a quote in the editor's command is not closed")]
    OpenQuote,
    #[error("“{0}” is not the full path of a program")]
    Relative(String),
    #[error("the editor “{0}” was not found on this computer")]
    NotFound(String),
    #[error("the editor “{0}” is inside the project")]
    InsideProject(String),
    #[error("the editor “{0}” could not be started: {1}")]
    Refused(String, io::Error),
    #[error("the editor “{0}” stopped at once ({1})")]
    Failed(String, ExitStatus),
}

/// What the placeholders of a command stand for.
pub(super) struct Place {
    pub path: PathBuf,
    /// 1-based.
    pub line: u32,
    /// 1-based.
    pub column: u32,
}

/// A command, split into its words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<String>);

impl Template {
    /// Splits a command at white space. Quotes of both kinds keep words together, a backslash keeps the next character as it is; nothing else
    /// has a meaning: no variables, no pipes.
    pub(super) fn parse(command: &str) -> Result<Self, CommandError> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        let mut characters = command.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (None, character) if character.is_whitespace() => words.extend(word.take()),
                (None, '"' | '\'') => {
                    quote = Some(character);
                    word.get_or_insert_default();
                }
                (Some(open), character) if character == open => quote = None,
                (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
                (_, character) => word.get_or_insert_default().push(character),
            }
        }
        if quote.is_some() {
            return Err(CommandError::OpenQuote);
        }
        words.extend(word);
        if words.first().is_none_or(|program| program.is_empty()) { Err(CommandError::Empty) } else { Ok(Self(words)) }
    }

    /// Starts the editor in the project's folder, on its own. A command without `{path}` gets the path as its last word.
    pub(super) fn start(&self, place: &Place, root: &Path, places: &Places) -> Result<(), CommandError> {
        let [name, arguments @ ..] = self.0.as_slice() else { return Err(CommandError::Empty) };
        let program = self.program(name, places)?;
        if std::fs::canonicalize(&program).is_ok_and(|real| real.starts_with(root)) {
            return Err(CommandError::InsideProject(name.clone()));
        }
        let mut command = Command::new(program);
        command.args(arguments.iter().map(|word| filled(word, place)));
        if !arguments.iter().any(|word| word.contains("{path}")) {
            command.arg(&place.path);
        }
        command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for (variable, _) in std::env::vars_os().filter(|(variable, _)| !is_inherited(variable, std::env::var_os("APPDIR").is_some())) {
            command.env_remove(variable);
        }
        // SAFETY: between fork and exec only setsid is called, which allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(|| nix::unistd::setsid().map(drop).map_err(io::Error::from));
        }
        let child = command.spawn().map_err(|error| CommandError::Refused(name.clone(), error))?;
        watch(child).map_or(Ok(()), |status| Err(CommandError::Failed(name.clone(), status)))
    }

    fn program(&self, name: &str, places: &Places) -> Result<PathBuf, CommandError> {
        let path = match name.strip_prefix("~/") {
            Some(below) => places.home().map(|home| home.join(below)).unwrap_or_default(),
            None => PathBuf::from(name),
        };
        if path.is_absolute() {
            return Ok(path);
        }
        if name.contains('/') {
            return Err(CommandError::Relative(name.to_owned()));
        }
        places.find(name).ok_or_else(|| CommandError::NotFound(name.to_owned()))
    }
}

/// A word with what its placeholders stand for. What a path holds is not looked at again.
fn filled(word: &str, place: &Place) -> OsString {
    let mut filled = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('{') {
        filled.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let known = [("{path}", place.path.as_os_str().as_bytes().to_vec())]
            .into_iter()
            .chain([("{line}", place.line.to_string().into_bytes()), ("{column}", place.column.to_string().into_bytes())])
            .find_map(|(name, value)| Some((rest.strip_prefix(name)?, value)));
        match known {
            Some((after, value)) => {
                filled.extend(value);
                rest = after;
            }
            None => {
                filled.push(b'{');
                rest = &rest[1..];
            }
        }
    }
    filled.extend_from_slice(rest.as_bytes());
    OsString::from_vec(filled)
}

fn is_inherited(variable: &OsStr, in_appimage: bool) -> bool {
    let name = variable.to_string_lossy().to_uppercase();
    let left_out = NOT_INHERITED.iter().any(|beginning| name.starts_with(beginning))
        || SECRETS.iter().any(|secret| name.contains(secret))
        || (in_appimage && OF_AN_APPIMAGE.contains(&name.as_str()));
    !left_out
}

/// How an editor failed, if it does at once. Afterwards somebody waits for its end, so that it leaves nothing behind.
fn watch(mut child: Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < STARTING {
        match child.try_wait() {
            Ok(Some(status)) => return (!status.success()).then_some(status),
            Ok(None) => thread::sleep(LOOK_EVERY),
            Err(_) => return None,
        }
    }
    // Without a thread it is waited for when this process ends.
    let _ = thread::Builder::new().name("editor".to_owned()).spawn(move || child.wait());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &str) -> Vec<String> {
        Template::parse(command).expect("a command").0
    }

    #[test]
    fn a_command_is_split_into_words_and_nothing_more() {
        assert_eq!(words("code --goto {path}:{line}"), ["code", "--goto", "{path}:{line}"]);
        assert_eq!(words(" '/opt/my editor/run'  \"a \\\"b\\\\\" c\\ d '' "), ["/opt/my editor/run", "a \"b\\", "c d", ""]);
        assert_eq!(words("a '\\n' $(b) | c; `d` $E *"), ["a", "\\n", "$(b)", "|", "c;", "`d`", "$E", "*"]);
        assert!(matches!(Template::parse(" "), Err(CommandError::Empty)));
        assert!(matches!(Template::parse("'' a"), Err(CommandError::Empty)));
        assert!(matches!(Template::parse("a 'b"), Err(CommandError::OpenQuote)));
    }

    #[test]
    fn placeholders_are_filled_inside_words_and_a_path_is_never_filled_again() {
        let place = Place { path: OsString::from_vec(b"/a b/{line}\xff".to_vec()).into(), line: 3, column: 9 };
        assert_eq!(filled("+{line}:{column}", &place), "+3:9");
        assert_eq!(filled("{path}:{line}", &place).as_bytes(), b"/a b/{line}\xff:3");
        assert_eq!(filled("{lines} {", &place), "{lines} {");
    }

    #[test]
    fn variables_of_drivers_and_secrets_are_not_inherited() {
        for name in ["TAURI_WEBVIEW_AUTOMATION", "WEBKIT_INSPECTOR_SERVER", "GITHUB_TOKEN", "aws_secret_access_key", "LECTERN_DATA"] {
            assert!(!is_inherited(OsStr::new(name), false), "{name}");
        }
        for name in ["PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "LANG"] {
            assert!(is_inherited(OsStr::new(name), true), "{name}");
        }
        assert!(is_inherited(OsStr::new("LD_LIBRARY_PATH"), false));
        assert!(!is_inherited(OsStr::new("LD_LIBRARY_PATH"), true));
    }
}
