//! The headless command that finds text in a project's files.

use std::{
    io::{self, BufWriter, StdoutLock, Write},
    sync::{Arc, atomic::AtomicBool},
};

use lectern_workspace::{
    RepoPath, Workspace,
    view::{Failure, SearchOptions, SearchState},
};
use serde_json::{Value, json};

use crate::{
    arguments::Search,
    commands::{path_json, sync_patiently},
    output::Output,
};

/// Prints every hit, in the order of paths and lines.
pub fn run(workspace: &Arc<Workspace>, wanted: &Search, output: &Output) -> Result<(), Failure> {
    let mut printer = Printer { out: BufWriter::new(io::stdout().lock()), json: output.is_json(), hits: 0, failed: None };
    let mut found = look(workspace, wanted, &mut printer);
    let never_recorded = match &found {
        Ok(state) => state.version.is_none(),
        Err(failure) => failure.code == "NOT_A_PROJECT",
    };
    if never_recorded {
        sync_patiently(workspace, &wanted.path, &AtomicBool::new(false), output)?;
        found = look(workspace, wanted, &mut printer);
    }
    // A search fails before its first hit or not at all, so nothing else is on stdout then.
    let state = found?;
    if state.unreadable > 0 {
        eprintln!("lectern: {} could not be looked at: not kept, and no longer in the folder", files_text(state.unreadable));
    }
    match printer.end(state.truncated) {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("OUTPUT", format!("the result could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn look(workspace: &Workspace, wanted: &Search, printer: &mut Printer<'_>) -> Result<SearchState, Failure> {
    let options = SearchOptions {
        query: wanted.query.clone(),
        regex: wanted.regex,
        word: wanted.word,
        case_sensitive: wanted.case,
        include: wanted.globs.clone(),
        exclude: Vec::new(),
        version: wanted.version,
        context: 0,
        names_only: false,
    };
    let limit = wanted.limit.unwrap_or(usize::MAX);
    workspace.search_path(&wanted.path, options, |path, line, column, text| printer.hits < limit && printer.hit(path, line, column, text))
}

/// Writes hits one by one: a million need not be one text in memory.
struct Printer<'a> {
    out: BufWriter<StdoutLock<'a>>,
    json: bool,
    hits: usize,
    failed: Option<io::Error>,
}

impl Printer<'_> {
    /// False when nobody reads on.
    fn hit(&mut self, path: &str, line: u32, column: u32, text: &str) -> bool {
        let written = if self.json { self.json_hit(path, line, column, text) } else { self.text_hit(path, line, text) };
        self.hits += 1;
        self.failed = written.err();
        self.failed.is_none()
    }

    fn json_hit(&mut self, path: &str, line: u32, column: u32, text: &str) -> io::Result<()> {
        self.out.write_all(if self.hits == 0 { b"{\"hits\":[" } else { b"," })?;
        let mut hit = path_json(path);
        hit.insert("line".to_owned(), json!(line));
        hit.insert("column".to_owned(), json!(column));
        hit.insert("text".to_owned(), json!(text));
        Ok(serde_json::to_writer(&mut self.out, &Value::Object(hit))?)
    }

    fn text_hit(&mut self, path: &str, line: u32, text: &str) -> io::Result<()> {
        // For people: bytes that are not UTF-8 are replaced.
        let path = RepoPath::from_key(path).map_or_else(|_| path.to_owned(), |path| path.to_string());
        writeln!(self.out, "{path}:{line}:{text}")
    }

    /// What kept something from being written, if anything did.
    fn end(mut self, truncated: bool) -> Option<io::Error> {
        if self.failed.is_some() {
            return self.failed;
        }
        let ended = match (self.json, self.hits) {
            (false, _) => Ok(()),
            (true, 0) => writeln!(self.out, "{{\"hits\":[],\"truncated\":{truncated}}}"),
            (true, _) => writeln!(self.out, "],\"truncated\":{truncated}}}"),
        };
        ended.and_then(|()| self.out.flush()).err()
    }
}

fn files_text(files: u32) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}
