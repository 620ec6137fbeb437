//! Where a name is merely spelled: in comments, in strings and in prose.

use std::time::Duration;

use lectern_syntax::{Language, SyntaxTree};

use crate::{
    Found, Project, Refused,
    engine::engine_for,
    mentions::{SHORTEST, is_prose},
    names::{offset, words},
};

/// A file that takes longer to be parsed has nothing to tell here.
const PARSE_BUDGET: Duration = Duration::from_secs(2);
/// What others know of even where nobody uses it: it is told of elsewhere too.
const LASTING: [&str; 8] = ["function", "class", "type", "struct", "enum", "trait", "interface", "method"];

/// A place where a name is spelled and means nothing to the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelled {
    /// Relative, with `/`.
    pub path: String,
    /// The name's first byte in the decoded text, from 0.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// Why it is told.
    pub reason: &'static str,
}

/// Whether more than the file where something is declared may tell of it.
pub fn is_told_elsewhere(found: &Found) -> bool {
    let mut paths = found.occurrences.iter().map(|one| one.path.as_str());
    let first = paths.next();
    LASTING.contains(&found.kind.as_str()) || paths.any(|path| Some(path) != first)
}

/// Places in comments and strings of files that the engine of `from` knows, and in prose, where the name of what was found stands by itself, at most
/// `most`; ascending by path and start. What was found is not among them. Of what only its own file knows, that file is looked through; short names
/// are words of prose too often.
///
/// # Errors
/// When nobody waits any more.
pub fn spelled(project: &dyn Project, from: &str, found: &Found, most: usize) -> Result<Vec<Spelled>, Refused> {
    let Some(engine) = engine_for(from) else { return Ok(Vec::new()) };
    let (everywhere, told) = (is_told_elsewhere(found), found.name.chars().count() >= SHORTEST);
    let wanted = |path: &str| if everywhere { engine.takes(path) || told && is_prose(path) } else { path == from };
    let mut all = Vec::new();
    for path in project.containing(&found.name, &wanted) {
        if project.cancelled() {
            return Err(Refused::cancelled());
        }
        let Some(text) = project.text(&path) else { continue };
        let prose = is_prose(&path);
        let places = words(&text, 0..text.len(), &found.name);
        let known = |start: usize| found.occurrences.iter().any(|one| one.path == path && one.start as usize == start);
        let mut places: Vec<_> = places.into_iter().filter(|range| !known(range.start)).collect();
        if !prose && !places.is_empty() {
            let language = Language::for_path(&path, text.lines().next());
            let tree = language.and_then(|language| SyntaxTree::parse(language, text.clone(), PARSE_BUDGET).ok());
            places.retain(|range| tree.as_ref().is_some_and(|tree| !tree.is_code_name(range.clone())));
        }
        let reason = if prose { "told of in prose" } else { "spelled the same in a comment or a string" };
        all.extend(places.into_iter().map(|range| Spelled {
            path: path.clone(),
            start: offset(range.start),
            end: offset(range.end),
            reason,
        }));
        if all.len() >= most {
            all.truncate(most);
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, Place};

    #[test]
    fn comments_strings_and_prose_are_told_and_other_code_is_not() {
        let files = [
            ("a.ts", "// parse, parser\nexport function parse() { return 'parse'; }\n"),
            ("b.ts", "class Other { parse() {} } // parse\n"),
            ("README.md", "Call `parse`.\n"),
            ("c.py", "# parse\n"),
        ];
        let project = InMemory::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let at = Place { path: "a.ts".to_owned(), offset: 35 };
        let found = engine_for("a.ts").expect("an engine").references(&project, &at).expect("found");
        let places = |found: &Found| -> Vec<(String, u32)> {
            spelled(&project, "a.ts", found, 10).expect("told").into_iter().map(|one| (one.path, one.start)).collect()
        };
        assert_eq!(places(&found), [("README.md".to_owned(), 6), ("a.ts".to_owned(), 3), ("a.ts".to_owned(), 51), ("b.ts".to_owned(), 30)]);
        let own = Found { kind: "variable".to_owned(), ..found };
        assert_eq!(places(&own), [("a.ts".to_owned(), 3), ("a.ts".to_owned(), 51)], "what is of one file's own is not told of elsewhere");
    }
}
