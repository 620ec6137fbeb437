//! Threads out of SARIF 2.1.0: one a result, written by the tool.

use std::path::Path;

use lectern_anchor::Quote;
use lectern_objects::ObjectHash;
use lectern_store::Timestamp;
use percent_encoding::percent_decode_str;

use super::{
    Author, ExchangeComment, ExchangeError, Incoming, IncomingThread, LONGEST_BODY, Wanted, WantedPlace, Whereabouts, is_inside,
    sarif_log::{ArtifactLocation, Fix, Head, Log, Region, Run, SarifResult},
    sarif_text::{Related, body, message},
    text_of, time_of,
};
use crate::AuthorType;

const WANTED: &str = "a SARIF 2.1.0 file";
/// A base that is relative to a base, and so on.
const DEEPEST_BASE: usize = 16;

/// Threads of all results. `root` is the project's folder: results name files by whole paths too. `now` is when they count as written, where a run
/// says nothing of its time.
///
/// # Errors
/// When it is no SARIF 2.1.0, or not whole.
pub fn read_sarif(bytes: &[u8], root: &Path, now: Timestamp) -> Result<Incoming, ExchangeError> {
    let text = text_of(bytes)?;
    let wrong = |why: String| ExchangeError::WrongKind { wanted: WANTED, why };
    let unread =
        |error: serde_json::Error| if error.is_data() { wrong(error.to_string()) } else { ExchangeError::NotJson(error.to_string()) };
    let head: Head = serde_json::from_str(text).map_err(unread)?;
    match head.version.as_deref() {
        Some("2.1.0") if head.runs.is_some() => {}
        Some("2.1.0") => return Err(wrong("it has no runs".to_owned())),
        Some(other) => return Err(wrong(format!("its version is {}", other.chars().take(40).collect::<String>()))),
        None => return Err(wrong("it names no version".to_owned())),
    }
    let log: Log = serde_json::from_str(text).map_err(unread)?;
    let mut incoming = Incoming::default();
    let mut number = 0_u32;
    for run in &log.runs {
        let reader = RunReader { run, root, at: time_of_run(run).unwrap_or(now) };
        for result in run.results.iter().flatten() {
            number += 1;
            if let Some(reason) = left_out(result) {
                incoming.leave_out(reason);
                continue;
            }
            match reader.thread(result) {
                Ok(thread) => incoming.push(thread)?,
                Err(why) => incoming.problems.add(format!("result {number}"), why),
            }
        }
    }
    Ok(incoming)
}

fn left_out(result: &SarifResult) -> Option<&'static str> {
    match (result.kind.as_deref(), result.baseline_state.as_deref()) {
        (Some("pass"), _) => Some("passed"),
        (Some("notApplicable"), _) => Some("not applicable"),
        (_, Some("absent")) => Some("gone since an earlier run"),
        _ if result.is_suppressed() => Some("suppressed"),
        _ => None,
    }
}

fn time_of_run(run: &Run) -> Option<Timestamp> {
    run.invocations.iter().find_map(|one| one.end_time_utc.as_deref().or(one.start_time_utc.as_deref()).and_then(time_of))
}

struct RunReader<'a> {
    run: &'a Run,
    root: &'a Path,
    at: Timestamp,
}

impl RunReader<'_> {
    fn thread(&self, result: &SarifResult) -> Result<IncomingThread, String> {
        let location = result.locations.iter().find_map(|location| location.physical_location.as_ref());
        let (path, region) = match location {
            Some(location) => (self.path(location.artifact_location.as_ref())?, location.region.as_ref()),
            // Of the project as a whole.
            None => (String::new(), None),
        };
        let found = region.map(lines_of).transpose()?.flatten();
        let fix = self.fix(&result.fixes, &path, found);
        // A suggestion takes the place of the very lines that the thread is on.
        let (lines, suggestion) = match fix {
            Some((lines, text)) => (Some(lines), Some(text)),
            None => (found, None),
        };
        let (line_start, line_end) = lines.unwrap_or((0, 0));
        let related: Vec<Related> = result.related_locations.iter().map(|location| self.related(location)).collect();
        let body = body(self.run, result, &related, suggestion.as_deref());
        if body.len() > LONGEST_BODY {
            return Err("its message is longer than 256 KiB".to_owned());
        }
        let tool = self.tool();
        let key = self.key(result, &tool, &path, (line_start, line_end));
        let comment = ExchangeComment {
            id: None,
            source: Some(key.clone()),
            author_type: AuthorType::Ai,
            author: Author::default(),
            model: Some(tool).filter(|tool| !tool.is_empty()),
            body,
            created_at: self.at,
            edited_at: None,
        };
        let place = WantedPlace { commit: None, before: false, path, line_start, line_end };
        let whole = found == lines && found.is_some();
        Ok(IncomingThread {
            id: None,
            source: Some(key),
            at: Whereabouts::Wanted(Wanted {
                places: vec![place],
                quote: region.filter(|_| whole).and_then(snippet),
                needs_file: true,
                from_top: false,
            }),
            resolved: None,
            created_at: self.at,
            updated_at: self.at,
            comments: vec![comment],
        })
    }

    fn tool(&self) -> String {
        self.run.tool.as_ref().map(|tool| tool.driver.name.trim().to_owned()).unwrap_or_default()
    }

    /// What names the result in every run: the tool's own fingerprints, else what it is about.
    fn key(&self, result: &SarifResult, tool: &str, path: &str, (start, end): (u32, u32)) -> String {
        let mut parts = vec![tool.to_owned()];
        let prints = |prints: &std::collections::BTreeMap<String, String>| -> Vec<String> {
            prints.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect()
        };
        let rule = result.rule_id().unwrap_or_default().to_owned();
        if !result.fingerprints.is_empty() {
            parts.extend(prints(&result.fingerprints));
        } else if !result.partial_fingerprints.is_empty() {
            // Only together with the rule and the file do they name one result.
            parts.extend([rule, path.to_owned()]);
            parts.extend(prints(&result.partial_fingerprints));
        } else {
            let said = message(&result.message, self.run.rule(result), &[]);
            parts.extend([rule, path.to_owned(), format!("{start}-{end}"), said]);
        }
        // Lengths keep the parts apart.
        let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        format!("sarif:{}", ObjectHash::of(text.as_bytes()).to_string().get(..32).unwrap_or_default())
    }

    fn related(&self, location: &super::sarif_log::Location) -> Related {
        let physical = location.physical_location.as_ref();
        let path = physical.and_then(|physical| self.path(physical.artifact_location.as_ref()).ok()).filter(|path| !path.is_empty());
        let lines = physical.and_then(|physical| lines_of(physical.region.as_ref()?).ok().flatten());
        let text = location.message.as_ref().map(|said| message(said, None, &[])).unwrap_or_default();
        Related { id: location.id, path, line: lines.map_or(0, |(start, _)| start), text }
    }

    /// The lines that the only replacement of a result's only fix takes out, and what it puts there; `None` unless they are whole lines around those
    /// that the result is on.
    fn fix(&self, fixes: &[Fix], path: &str, found: Option<(u32, u32)>) -> Option<((u32, u32), String)> {
        let [fix] = fixes else { return None };
        let [change] = fix.artifact_changes.as_slice() else { return None };
        let [replacement] = change.replacements.as_slice() else { return None };
        if self.path(Some(&change.artifact_location)).ok()? != path {
            return None;
        }
        let region = &replacement.deleted_region;
        let (start, end) = lines_of(region).ok()??;
        let text = replacement.inserted_content.as_ref().and_then(|content| content.text.clone()).unwrap_or_default();
        if region.start_column.is_some_and(|column| column != 1) {
            return None;
        }
        let (lines, text) = match region.end_column {
            // To the end of the last line, without its line end (3.30.8).
            None => ((start, end), text),
            // To the beginning of the line after: the line end is replaced too.
            Some(1) if end > start && (text.is_empty() || text.ends_with('\n')) => ((start, end - 1), text),
            Some(_) => return None,
        };
        let text = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)).unwrap_or(&text).to_owned();
        let (first, last) = found?;
        (lines.0 <= first && last <= lines.1).then_some((lines, text))
    }

    /// Where a file is in the project.
    fn path(&self, location: Option<&ArtifactLocation>) -> Result<String, String> {
        let Some(location) = location else { return Ok(String::new()) };
        let listed = || {
            let index = usize::try_from(location.index.unwrap_or(-1)).ok()?;
            self.run.artifacts.get(index)?.location.as_ref()
        };
        let location = if location.uri.is_none() { listed().unwrap_or(location) } else { location };
        let Some(uri) = location.uri.as_deref() else { return Err("it names no file".to_owned()) };
        let mut uri = uri.to_owned();
        let mut base = location.uri_base_id.as_deref().and_then(|id| self.run.original_uri_base_ids.get(id));
        for _ in 0..DEEPEST_BASE {
            let Some(known) = base else { break };
            match known.uri.as_deref() {
                // Where the files were when the tool ran: the project's folder here.
                Some(place) if has_scheme(place) && !self.is_in_project(place) => break,
                Some(place) if !has_scheme(&uri) => uri = format!("{}/{uri}", place.trim_end_matches('/')),
                _ => {}
            }
            base = known.uri_base_id.as_deref().and_then(|id| self.run.original_uri_base_ids.get(id));
        }
        self.in_project(&uri)
    }

    fn is_in_project(&self, uri: &str) -> bool {
        self.in_project(&format!("{}/x", uri.trim_end_matches('/'))).is_ok()
    }

    fn in_project(&self, uri: &str) -> Result<String, String> {
        let outside = || format!("“{uri}” is not in the project");
        let path = match uri.strip_prefix("file:") {
            Some(rest) => match rest.strip_prefix("//localhost").or_else(|| rest.strip_prefix("//")) {
                // A file of another computer.
                Some(path) if !path.starts_with('/') => return Err(outside()),
                path => path.unwrap_or(rest),
            },
            None if has_scheme(uri) => return Err(outside()),
            None => uri,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8().map_err(|_| outside())?;
        // Some tools on Windows write their own separators.
        let path = if path.contains('/') { path.into_owned() } else { path.replace('\\', "/") };
        let path = if path.starts_with('/') {
            let below = Path::new(&path).strip_prefix(self.root).map_err(|_| outside())?;
            below.to_str().ok_or_else(outside)?.to_owned()
        } else {
            path
        };
        let mut names = Vec::new();
        for name in path.split('/') {
            match name {
                "" | "." => {}
                ".." => drop(names.pop().ok_or_else(outside)?),
                name => names.push(name),
            }
        }
        let path = names.join("/");
        if path.is_empty() || !is_inside(&path) { Err(outside()) } else { Ok(path) }
    }
}

fn has_scheme(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    // One letter is a drive of Windows, which is no place in a project either.
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The lines of a region; `None` when it has none, as of a binary file.
fn lines_of(region: &Region) -> Result<Option<(u32, u32)>, String> {
    let Some(start) = region.start_line else { return Ok(None) };
    let end = region.end_line.unwrap_or(start);
    let no_lines = || format!("{start} to {end} are no lines");
    let (first, last) = (u32::try_from(start).map_err(|_| no_lines())?, u32::try_from(end).map_err(|_| no_lines())?);
    if first == 0 || last < first || last == u32::MAX { Err(no_lines()) } else { Ok(Some((first, last))) }
}

/// The lines themselves, when the tool wrote whole ones down.
fn snippet(region: &Region) -> Option<Quote> {
    let (start, end) = lines_of(region).ok()??;
    let text = region.snippet.as_ref()?.text.as_deref()?;
    let count = u32::try_from(text.lines().count()).ok()?;
    let whole = region.start_column.is_none_or(|column| column == 1) && region.end_column.is_none();
    (whole && count == end - start + 1).then(|| Quote { prefix: String::new(), quote: text.to_owned(), suffix: String::new() })
}
