//! Printing: results on stdout, everything else on stderr.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use lectern_workspace::view::Failure;
use serde_json::{Value, json};

/// Where a command prints, and in which form.
#[derive(Debug)]
pub struct Output {
    json: bool,
    /// Whether the one object was printed.
    answered: AtomicBool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json, answered: AtomicBool::new(false) }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a result: `value` as JSON, or `text` for people.
    pub fn result(&self, value: &Value, text: &str) -> Result<(), Failure> {
        self.stream(|out| if self.json { writeln!(out, "{value}") } else { writeln!(out, "{text}") })
    }

    /// Writes a long result piece by piece. A reader that went away has what it wanted.
    pub fn stream(&self, write: impl FnOnce(&mut BufWriter<StdoutLock<'_>>) -> io::Result<()>) -> Result<(), Failure> {
        self.answered.store(true, Ordering::Relaxed);
        let mut out = BufWriter::new(io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::new("OUTPUT", format!("the result could not be written: {error}"))),
            Ok(()) => Ok(()),
        }
    }

    /// A line that is written over by the next one; only on a terminal.
    pub fn progress(&self, line: &str) {
        if !self.json && io::stderr().is_terminal() {
            let _ = write!(io::stderr(), "\r\x1b[K{}", plain(line).replace('\n', " "));
        }
    }

    pub fn failure(&self, failure: &Failure) {
        if self.json && self.answered.load(Ordering::Relaxed) {
            return;
        }
        if self.json {
            let error = json!({ "error": { "code": failure.code, "message": failure.message, "hint": failure.hint } });
            let _ = writeln!(io::stdout(), "{error}");
        } else {
            let hint = failure.hint.as_deref().map(|hint| format!("\n  {hint}")).unwrap_or_default();
            let _ = writeln!(io::stderr(), "lectern: {}{}", plain(&failure.message), plain(&hint));
        }
    }
}

/// Text of a project or a model as a terminal may have it: nothing that moves the cursor, paints, or turns text around.
pub fn plain(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    text.chars().filter(|c| *c == '\n' || !(c.is_control() || hidden(*c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_commands_out_of_names_and_texts() {
        let hostile = "a\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{202e}b\nc";
        assert_eq!(plain(hostile), "a[2J]0;title31mb\nc");
    }
}
