//! Saying what is done and how long it took.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Why a task stopped, in words for whoever ran it.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// `Err(Failed)` with a formatted message.
#[macro_export]
macro_rules! fail {
    ($($format:tt)*) => { return Err($crate::report::Failed(format!($($format)*))) };
}

/// Runs one step, announcing it and the time it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    println!("\n==> {what}");
    let start = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("    {verdict}: {what} ({})", seconds(start.elapsed()));
    outcome
}

/// Runs a command with its output shown, and fails when it does.
pub fn call(command: &mut Command) -> Result<(), Failed> {
    let line = line_of(command);
    println!("    $ {line}");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failed(format!("`{line}` ended with {status}"))),
        Err(error) => Err(Failed(format!("`{line}` can't be started: {error}"))),
    }
}

/// Runs a command quietly and returns what it printed; fails when it does.
pub fn ask(command: &mut Command) -> Result<String, Failed> {
    let line = line_of(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| Failed(format!("`{line}` can't be started: {error}")))?;
    if !output.status.success() {
        fail!("`{line}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be found and started.
pub fn has(program: &str) -> bool {
    let mut paths = std::env::var_os("PATH").map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()).unwrap_or_default();
    paths.push(Path::new("/usr/sbin").to_path_buf());
    paths.iter().any(|folder| folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file())
}

/// "3.2 s", or "4 min 05 s" from two minutes on.
pub fn seconds(duration: Duration) -> String {
    let total = duration.as_secs_f64();
    if total < 120.0 { format!("{total:.1} s") } else { format!("{} min {:02} s", total as u64 / 60, total as u64 % 60) }
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// What was checked, kept for the table at the end.
#[derive(Debug, Default)]
pub struct Summary {
    rows: Vec<(String, Result<String, String>, Duration)>,
}

impl Summary {
    /// Runs a step and notes how it went; `Ok` carries a word on what was found ("212 tests").
    /// Returns whether it went well.
    pub fn check(&mut self, what: &str, work: impl FnOnce() -> Result<String, Failed>) -> bool {
        let start = Instant::now();
        let outcome = step(what, work).map_err(|failed| failed.0);
        if let Err(message) = &outcome {
            eprintln!("    {message}");
        }
        let fine = outcome.is_ok();
        self.rows.push((what.to_owned(), outcome, start.elapsed()));
        fine
    }

    /// Notes a step that could not be tried.
    pub fn skip(&mut self, what: &str, reason: &str) {
        self.rows.push((what.to_owned(), Err(format!("not run: {reason}")), Duration::ZERO));
    }

    /// Prints the table.
    pub fn print(&self) {
        let width = self.rows.iter().map(|(what, ..)| what.chars().count()).max().unwrap_or(0);
        println!("\nSummary");
        for (what, outcome, time) in &self.rows {
            let (mark, detail) = match outcome {
                Ok(detail) => ("ok  ", detail.as_str()),
                Err(message) => ("FAIL", message.lines().next().unwrap_or_default()),
            };
            println!("  {mark} {what:<width$}  {:>12}  {detail}", seconds(*time));
        }
    }

    /// How many steps failed or could not be tried.
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|(_, outcome, _)| outcome.is_err()).count()
    }
}
