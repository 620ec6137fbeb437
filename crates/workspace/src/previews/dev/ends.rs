//! Why a dev server ended, and what to do about it, as far as its last lines tell.

use std::time::Duration;

use lectern_preview::sessions::{Log, SessionError};

/// So many of the last lines are looked at.
const LOOKED_AT: usize = 60;
/// In characters, of a line that is repeated to the user.
const LONGEST_QUOTE: usize = 160;

/// What programs say when something is missing, and the remedy.
const REMEDIES: &[(&[&str], &str)] = &[
    (
        &["eaddrinuse", "address already in use", "port is already in use"],
        "Another program uses its port: stop that one, or give the command another port.",
    ),
    (
        &["cannot find module", "err_module_not_found", "cannot find package", "module_not_found", "node_modules missing"],
        "Its dependencies are not installed, or not all of them: install them first.",
    ),
    (&["modulenotfounderror", "no module named"], "A Python package is missing: install what it requires first."),
    (&["could not find gem", "bundler::gemnotfound", "run `bundle install`"], "Run bundle install first."),
    (&["missing script"], "package.json has no such script: choose another command."),
    (&["enospc: system limit for number of file watchers"], "The system watches no more files: raise fs.inotify.max_user_watches."),
    (&["command not found", ": not found"], "A program that it needs is not on this computer, or its dependencies are not installed."),
    (&["eacces", "permission denied"], "It may not use a file or a port: look at its log."),
];

/// It ended by itself.
pub(super) fn error(code: Option<i32>, signal: Option<i32>, log: &Log) -> SessionError {
    let how = match (code, signal) {
        (Some(0), _) => "The dev server ended".to_owned(),
        (Some(code), _) => format!("The dev server ended with exit code {code}"),
        (None, Some(signal)) => format!("The dev server was ended by signal {signal}"),
        (None, None) => "The dev server was ended from outside".to_owned(),
    };
    let tail = log.tail(LOOKED_AT);
    let message = match telling(&tail) {
        Some(line) => format!("{how}: “{line}”."),
        None => format!("{how}."),
    };
    SessionError { code: "ENDED".to_owned(), message, hint: Some(remedy(&tail)) }
}

/// It never answered.
pub(super) fn no_answer(log: &Log, waited: Duration) -> SessionError {
    let tail = log.tail(LOOKED_AT);
    let waited = match waited.as_secs() {
        seconds if seconds > 60 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    let message = match telling(&tail) {
        Some(line) => format!("The dev server did not answer for {waited}; it last printed “{line}”."),
        None => format!("The dev server did not answer for {waited}, and printed nothing."),
    };
    SessionError { code: "NO_ANSWER".to_owned(), message, hint: Some(remedy(&tail)) }
}

fn remedy(tail: &[String]) -> String {
    let lines: Vec<String> = tail.iter().map(|line| line.to_lowercase()).collect();
    let says = |words: &[&str]| lines.iter().any(|line| words.iter().any(|word| line.contains(word)));
    REMEDIES.iter().find(|(words, _)| says(words)).map_or("Look at its log, then start it again.", |(_, remedy)| remedy).to_owned()
}

/// The line that tells most: the last one that speaks of an error, else the last one.
fn telling(tail: &[String]) -> Option<String> {
    let spoken: Vec<&String> = tail.iter().filter(|line| !line.trim().is_empty() && !line.starts_with("$ ")).collect();
    let is_error = |line: &&&String| line.to_lowercase().contains("error");
    let line = spoken.iter().rev().find(is_error).or(spoken.last())?.trim();
    let cut: String = line.chars().take(LONGEST_QUOTE).collect();
    Some(if cut.len() < line.len() { format!("{cut}…") } else { cut })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lectern_preview::sessions::Source;
    use lectern_store::SystemClock;

    use super::*;

    fn log(lines: &[&str]) -> Log {
        let log = Log::new(Arc::new(SystemClock), None);
        lines.iter().for_each(|line| log.push(Source::Err, line));
        log
    }

    #[test]
    fn an_end_is_told_with_its_reason_and_a_remedy() {
        let ended = error(Some(1), None, &log(&["$ npm run dev", "Error: Cannot find module 'vite'", "    at x.js:1"]));
        assert_eq!(ended.message, "The dev server ended with exit code 1: “Error: Cannot find module 'vite'”.");
        assert!(ended.hint.is_some_and(|hint| hint.contains("install")));
        let busy = error(Some(1), None, &log(&["Error: listen EADDRINUSE: address already in use :::3000"]));
        assert!(busy.hint.is_some_and(|hint| hint.contains("port")));
        assert_eq!(error(None, Some(9), &log(&[])).message, "The dev server was ended by signal 9.");
        let silent = no_answer(&log(&["compiling"]), Duration::from_secs(60));
        assert_eq!(silent.message, "The dev server did not answer for 60 s; it last printed “compiling”.");
        assert!(no_answer(&log(&[]), Duration::from_secs(600)).message.contains("for 10 minutes, and printed nothing"));
    }
}
