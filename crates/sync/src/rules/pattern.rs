//! The lines of an ignore file.

use super::glob::Glob;

/// What one ignore file says about the directory it is for.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// The directory, from the top of the working tree; empty for the top.
    base: Vec<u8>,
    /// In the order of the file: the last that matches decides.
    patterns: Vec<Pattern>,
    fold_case: bool,
}

#[derive(Debug)]
struct Pattern {
    negated: bool,
    directories_only: bool,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// The name, in any directory below.
    Name(Vec<u8>),
    /// How the name ends.
    NameEnd(Vec<u8>),
    NameGlob(Glob),
    /// From the base: these bytes, and then a pattern for what follows them.
    Path(Vec<u8>, Option<Glob>),
}

impl Patterns {
    /// Reads an ignore file's `text` for the directory `base`.
    pub fn parse(text: &[u8], base: &[u8], fold_case: bool) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let patterns = text.split(|b| *b == b'\n').filter_map(|line| Pattern::parse(line, fold_case)).collect();
        Self { base: base.to_vec(), patterns, fold_case }
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether `path` is ignored; `None` when nothing here speaks of it.
    pub fn verdict(&self, path: &[u8], is_dir: bool) -> Option<bool> {
        let below = match self.base.len() {
            0 => path,
            length => path.strip_prefix(&*self.base).filter(|rest| rest.first() == Some(&b'/')).map(|_| &path[length + 1..])?,
        };
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
        let decider = self.patterns.iter().rev().find(|p| (is_dir || !p.directories_only) && p.test.holds(name, below, self.fold_case))?;
        Some(!decider.negated)
    }
}

impl Pattern {
    fn parse(line: &[u8], fold_case: bool) -> Option<Self> {
        if line.is_empty() || line[0] == b'#' {
            return None;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // git reads lines as C strings.
        let line = line.split(|b| *b == 0).next().unwrap_or_default();
        let line = trim_trailing_spaces(line);
        let (negated, line) = line.strip_prefix(b"!").map_or((false, line), |rest| (true, rest));
        let (directories_only, pattern) = line.strip_suffix(b"/").map_or((false, line), |rest| (true, rest));
        if pattern.is_empty() {
            return None;
        }
        let test = if pattern.contains(&b'/') { Test::path(pattern, fold_case)? } else { Test::name(pattern, line, fold_case)? };
        Some(Self { negated, directories_only, test })
    }
}

impl Test {
    /// `line` is the pattern with its trailing slash, which git looks at when it decides whether a wildcard follows the star.
    fn name(pattern: &[u8], line: &[u8], fold_case: bool) -> Option<Self> {
        if plain_length(pattern) == pattern.len() {
            return Some(Self::Name(pattern.to_vec()));
        }
        if pattern[0] == b'*' && plain_length(&line[1..]) == line.len() - 1 {
            return Some(Self::NameEnd(pattern[1..].to_vec()));
        }
        Glob::new(pattern, fold_case).map(Self::NameGlob)
    }

    fn path(pattern: &[u8], fold_case: bool) -> Option<Self> {
        let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
        // git compares the plain beginning as bytes and matches the rest by itself, so that `foo**/bar` means `foo` and then `**/bar`.
        let (plain, rest) = pattern.split_at(plain_length(pattern));
        let glob = if rest.is_empty() { None } else { Some(Glob::new(rest, fold_case)?) };
        Some(Self::Path(plain.to_vec(), glob))
    }

    fn holds(&self, name: &[u8], path: &[u8], fold_case: bool) -> bool {
        let same = |a: &[u8], b: &[u8]| if fold_case { a.eq_ignore_ascii_case(b) } else { a == b };
        match self {
            Self::Name(wanted) => same(name, wanted),
            Self::NameEnd(end) => name.len() >= end.len() && same(&name[name.len() - end.len()..], end),
            Self::NameGlob(glob) => glob.matches(name),
            Self::Path(plain, glob) => {
                path.len() >= plain.len()
                    && same(&path[..plain.len()], plain)
                    && glob.as_ref().map_or(path.len() == plain.len(), |glob| glob.matches(&path[plain.len()..]))
            }
        }
    }
}

/// How many bytes come before the first that has a meaning of its own.
fn plain_length(pattern: &[u8]) -> usize {
    pattern.iter().position(|b| matches!(b, b'*' | b'?' | b'[' | b'\\')).unwrap_or(pattern.len())
}

fn trim_trailing_spaces(line: &[u8]) -> &[u8] {
    let mut end = line.len();
    let mut first_space = None;
    let mut at = 0;
    while at < line.len() {
        match line[at] {
            b' ' => {
                first_space.get_or_insert(at);
            }
            b'\\' => {
                at += 1;
                if at == line.len() {
                    return line;
                }
                first_space = None;
            }
            _ => first_space = None,
        }
        at += 1;
    }
    if let Some(space) = first_space {
        end = space;
    }
    &line[..end]
}
