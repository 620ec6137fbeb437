//! A file as it is now: its definitions, its comments' width, its line ends.

use std::{ops::Range, sync::Arc, time::Duration};

use lectern_syntax::{Code, Defined, Language, SyntaxTree};

use super::{
    DocSymbol,
    form::{Form, form_of},
    layout::columns,
};
use crate::names::{line_of, offset};

/// A file that takes longer is left as it is.
const BUDGET: Duration = Duration::from_secs(3);
/// Comments are not made wider, nor narrower where a file's own are.
const WIDTHS: (usize, usize) = (60, 100);

/// A file that was read.
pub(super) struct Source {
    pub text: Arc<str>,
    pub language: &'static str,
    pub form: Form,
    pub code: Code,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// Why nothing is written into it.
    pub fn read(path: &str, text: Arc<str>) -> Result<Self, String> {
        let language = Language::for_path(path, text.lines().next()).ok_or_else(|| "its language is not known".to_owned())?;
        let form = form_of(language.name()).ok_or_else(|| format!("doc comments of {} are not written", language.name()))?;
        if !text.contains('\n') && text.contains('\r') {
            return Err("its lines end in a way that is not written".to_owned());
        }
        let is_header = matches!(path.rsplit('.').next(), Some("h" | "hpp" | "hh" | "hxx" | "h++" | "inl" | "ipp" | "tpp"));
        let code = SyntaxTree::parse(language, Arc::clone(&text), BUDGET).and_then(|tree| tree.code(is_header, BUDGET));
        let code = code.map_err(|_| "it could not be analysed in time".to_owned())?;
        Ok(Self { text, language: language.name(), form, code })
    }

    /// The columns of the file's widest doc comment, within reason.
    pub fn width(&self) -> usize {
        let docs = self.code.definitions.iter().filter_map(|defined| defined.doc.as_ref()).chain(&self.code.doc);
        let lines = docs.filter_map(|doc| {
            let start = self.line_start(doc.range.start);
            self.text.get(start..doc.range.end)
        });
        let widest = lines.flat_map(str::lines).map(|line| columns(line.trim_end())).max();
        widest.map_or(self.form.width, |widest| widest.clamp(WIDTHS.0.max(self.form.width.min(WIDTHS.1)), WIDTHS.1))
    }

    /// Where the line of a byte begins.
    pub fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// How the line of a byte ends; of the last line, how the first does.
    pub fn line_end(&self, at: usize) -> &'static str {
        let end = self.text[at..].find('\n').map(|end| at + end).or_else(|| self.text.find('\n'));
        if end.is_some_and(|end| self.text[..end].ends_with('\r')) { "\r\n" } else { "\n" }
    }

    /// The line of a byte, from 1.
    pub fn line_of(&self, at: usize) -> u32 {
        line_of(&self.text, offset(at))
    }

    /// The bytes of a part.
    pub fn part(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// The definition that is meant: of this name and signature, and where there are more, on its line or of its owner.
    ///
    /// # Errors
    /// Why it can't be told.
    pub fn find(&self, wanted: &DocSymbol) -> Result<&Defined, String> {
        let name = last_name(&wanted.name);
        let named: Vec<usize> =
            (0..self.code.definitions.len()).filter(|at| last_name(&self.code.definitions[*at].symbol.name) == name).collect();
        let same: Vec<usize> =
            named.iter().copied().filter(|at| self.part(self.code.definitions[*at].signature.clone()) == wanted.signature).collect();
        let found = match (same.as_slice(), wanted.line) {
            ([], _) if named.is_empty() => return Err("it is not there any more".to_owned()),
            ([], _) => return Err("it is declared in another way by now".to_owned()),
            (same, Some(line)) => {
                let on_line = |at: &&usize| self.line_of(self.code.definitions[**at].whole.start) == line;
                only(same.iter().filter(on_line).copied())
            }
            ([one], None) => Some(*one),
            (same, None) => {
                let owner = owner_name(&wanted.name);
                only(same.iter().filter(|at| self.owner(**at) == owner).copied())
            }
        };
        found.map(|at| &self.code.definitions[at]).ok_or_else(|| "there are several like it".to_owned())
    }

    /// What a definition belongs to, by its last name.
    fn owner(&self, at: usize) -> Option<&str> {
        let defined = &self.code.definitions[at];
        if let Some(owner) = &defined.owner {
            return Some(last_name(owner));
        }
        let depth = defined.symbol.depth.checked_sub(1)?;
        let outer = self.code.definitions[..at].iter().rev().find(|outer| outer.symbol.depth == depth)?;
        Some(last_name(outer.owner.as_deref().filter(|_| outer.symbol.name.starts_with("impl ")).unwrap_or(&outer.symbol.name)))
    }
}

fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// `plan` of `Syncer::plan`.
fn last_name(qualified: &str) -> &str {
    let name = qualified.rsplit("::").next().unwrap_or(qualified);
    name.rsplit(['.', ':']).next().filter(|last| !last.is_empty()).unwrap_or(name)
}

/// `Syncer` of `Syncer::plan`.
fn owner_name(qualified: &str) -> Option<&str> {
    let outer = qualified.strip_suffix(last_name(qualified))?.trim_end_matches([':', '.']);
    (!outer.is_empty()).then(|| last_name(outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, signature: &str, line: Option<u32>) -> DocSymbol {
        DocSymbol { name: name.to_owned(), signature: signature.to_owned(), line }
    }

    #[test]
    fn a_definition_is_found_by_what_it_is_and_not_by_where_it_was() {
        let text =
            "struct A;\nimpl A {\n    fn new() -> Self { A }\n}\nstruct B;\nimpl B {\n    fn new() -> Self { B }\n}\nfn new() -> Self {}\n";
        let source = Source::read("a.rs", text.into()).expect("read");
        let line = |wanted: &DocSymbol| source.find(wanted).map(|found| source.line_of(found.whole.start));
        assert_eq!(line(&wanted("B::new", "fn new() -> Self", None)), Ok(7));
        assert_eq!(line(&wanted("A::new", "fn new() -> Self", Some(7))), Ok(7), "the line says which");
        assert_eq!(line(&wanted("new", "fn new() -> Self", None)), Ok(9));
        assert_eq!(line(&wanted("A::new", "fn new()", None)), Err("it is declared in another way by now".to_owned()));
        assert_eq!(line(&wanted("A::old", "fn old()", None)), Err("it is not there any more".to_owned()));
        assert_eq!(line(&wanted("C::new", "fn new() -> Self", None)), Err("there are several like it".to_owned()));
    }

    #[test]
    fn names_have_their_last_part() {
        assert_eq!((last_name("a::b.c"), owner_name("a::b.c")), ("c", Some("b")));
        assert_eq!((last_name("plan"), owner_name("plan")), ("plan", None));
    }
}
