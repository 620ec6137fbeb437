//! The text of files, as prompts may show it.

use std::{cell::RefCell, ops::Range, rc::Rc};

use lectern_diff::Lines;
use lectern_objects::ObjectHash;

use crate::{
    Version,
    secrets::{WITHHELD, is_secret_path, withhold},
};

/// So many texts are kept; pages go through files one after the other.
const KEPT: usize = 24;
/// Larger files are not shown in prompts.
const LARGEST: u64 = 64 << 20;

/// A text by lines.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    /// Without their ends.
    lines: Vec<Range<usize>>,
}

impl Source {
    pub fn new(text: String) -> Self {
        let found = Lines::new(&text);
        // A byte order mark is not part of the first line, and not counted in its place.
        let mark = text.len() - (0..found.len()).map(|at| found.whole(at).len()).sum::<usize>();
        let lines = (0..found.len()).map(|at| found.range(at).start + mark..found.range(at).start + mark + found.line(at).len()).collect();
        Self { text, lines }
    }

    /// How many lines there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// Bytes of a line (1-based) without its end; empty beyond the last.
    pub fn bytes(&self, line: u32) -> Range<usize> {
        (line as usize).checked_sub(1).and_then(|at| self.lines.get(at).cloned()).unwrap_or(self.text.len()..self.text.len())
    }

    /// A line (1-based) without its end; empty beyond the last.
    pub fn line(&self, line: u32) -> &str {
        &self.text[self.bytes(line)]
    }

    /// Some bytes of it; both ends are ends of characters.
    pub fn text(&self, bytes: Range<usize>) -> &str {
        &self.text[bytes]
    }
}

/// Texts of a version, secrets withheld where they must be.
pub(crate) struct Sources {
    /// Prompts leave this computer's own engine.
    pub to_endpoint: bool,
    kept: RefCell<Vec<(ObjectHash, Rc<Source>)>>,
}

/// Why a text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hidden {
    /// It is not there, or no text.
    Unreadable,
    /// Its name says that it holds secrets, and it would go to an endpoint.
    Secret,
}

impl Sources {
    pub fn new(to_endpoint: bool) -> Self {
        Self { to_endpoint, kept: RefCell::default() }
    }

    /// The text of a file of a version.
    pub fn of(&self, version: &dyn Version, path: &str) -> Result<Rc<Source>, Hidden> {
        if self.to_endpoint && is_secret_path(path) {
            return Err(Hidden::Secret);
        }
        let files = version.files();
        let at = files.binary_search_by(|file| file.path.as_str().cmp(path)).map_err(|_| Hidden::Unreadable)?;
        let file = &files[at];
        let mut kept = self.kept.borrow_mut();
        if let Some(at) = kept.iter().position(|(object, _)| *object == file.object) {
            let found = kept.remove(at);
            kept.push(found);
            return Ok(Rc::clone(&kept[kept.len() - 1].1));
        }
        let bytes = Some(()).filter(|()| file.size <= LARGEST).and_then(|()| version.read(&file.object)).ok_or(Hidden::Unreadable)?;
        if lectern_reader::looks_binary(&bytes[..bytes.len().min(8192)]) {
            return Err(Hidden::Unreadable);
        }
        let mut text = lectern_reader::decode(bytes.to_vec()).text;
        if self.to_endpoint {
            text = withhold(&text).0.into_owned();
        }
        let source = Rc::new(Source::new(text));
        kept.push((file.object, Rc::clone(&source)));
        if kept.len() > KEPT {
            kept.remove(0);
        }
        Ok(source)
    }

    /// How many secrets were withheld from what is shown.
    pub fn withheld(&self, shown: &str) -> u32 {
        if self.to_endpoint { u32::try_from(shown.matches(WITHHELD).count()).unwrap_or(u32::MAX) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_reader() {
        let source = Source::new("\u{feff}a\r\nb\rc\n\n".into());
        assert_eq!((1..=5).map(|line| source.line(line)).collect::<Vec<_>>(), ["a", "b", "c", "", ""]);
        assert_eq!((source.len(), Source::new(String::new()).len()), (4, 0));
    }
}
