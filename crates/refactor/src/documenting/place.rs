//! Where a comment about a definition goes, and the edit that puts it there.

use lectern_syntax::{Defined, SymbolKind};

use super::{
    Said,
    form::Mark,
    layout::{Measure, columns, comment},
    source::Source,
    speech::paragraph,
};

/// Some bytes that become others.
pub(super) struct Put {
    pub start: usize,
    pub end: usize,
    pub new: String,
}

/// Why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It has a doc comment, which stays as it is.
    Documented,
    /// For people.
    Because(String),
}

impl From<&str> for Kept {
    fn from(why: &str) -> Self {
        Self::Because(why.to_owned())
    }
}

/// The sentences as paragraphs: a summary and the rest where the language likes it so.
pub(super) fn paragraphs(sentences: &[Vec<Said>], source: &Source, name: Option<&str>) -> Result<Vec<String>, Kept> {
    let form = &source.form;
    let mut made = match sentences.split_first() {
        Some((first, rest)) if form.summary && !rest.is_empty() => {
            vec![paragraph(std::slice::from_ref(first), form), paragraph(rest, form)]
        }
        _ => vec![paragraph(sentences, form)],
    };
    made.retain(|paragraph| paragraph.chars().any(char::is_alphanumeric));
    match (made.first_mut(), name) {
        (None, _) => return Err("nothing is left to say of it".into()),
        (Some(first), Some(name)) => *first = beginning_with(name, first),
        _ => {}
    }
    Ok(made)
}

/// The comment of a definition that has none.
pub(super) fn of_definition(source: &Source, defined: &Defined, sentences: &[Vec<Said>]) -> Result<Put, Kept> {
    if matches!(defined.symbol.kind, SymbolKind::Heading | SymbolKind::Key) || defined.symbol.name.starts_with("impl ") {
        return Err("it is nothing that has a doc comment".into());
    }
    if is_documented(source, defined) {
        return Err(Kept::Documented);
    }
    let paragraphs = paragraphs(sentences, source, (source.language == "Go").then_some(defined.symbol.name.as_str()))?;
    if source.form.mark == Mark::Docstring {
        return docstring(source, defined, &paragraphs);
    }
    let start = source.line_start(defined.lead);
    let indent = source.part(start..defined.lead);
    if !is_blank(indent) {
        return Err("it begins in the middle of a line".into());
    }
    // Ruby takes such words at the top of a file for its own.
    let is_top = source.part(0..start).lines().all(|line| is_blank(line) || line.trim_start().starts_with('#'));
    if source.language == "Ruby" && is_top && paragraphs.iter().any(|text| text.contains([':', '='])) {
        return Err("at the top of a file of Ruby its words could be an instruction".into());
    }
    let lines = comment(source.form.mark, &paragraphs, &source.form, Measure { indent, width: source.width() });
    let end = source.line_end(start);
    // What is said of the licence is not said of this.
    let above = source.part(0..start).trim_end_matches(['\n', '\r', ' ', '\t']);
    let near = source.part(above.len()..start).matches('\n').count() == 1;
    let is_comment = |line: &str| line.starts_with("//") || line.starts_with('#') || line.starts_with("--") || line.ends_with("*/");
    let gap = near && source.language != "Rust" && above.lines().next_back().is_some_and(|line| is_comment(line.trim()));
    let new: String = gap.then(|| end.to_owned()).into_iter().chain(lines.iter().map(|line| indented(indent, line, end))).collect();
    Ok(Put { start, end: start, new })
}

fn is_documented(source: &Source, defined: &Defined) -> bool {
    if defined.doc.is_some() {
        return true;
    }
    // Rust has other ways to say it.
    let attributes = source.part(defined.lead..defined.whole.start);
    let inside = defined.body.clone().map(|body| source.part(body).trim_start_matches('{').trim_start()).unwrap_or_default();
    let says = |at: usize| attributes[at + 3..].trim_start().starts_with('=');
    source.language == "Rust"
        && (attributes.match_indices("doc").any(|(at, _)| says(at)) || inside.starts_with("//!") || inside.starts_with("/*!"))
}

/// The first statement of a body of Python.
fn docstring(source: &Source, defined: &Defined, paragraphs: &[String]) -> Result<Put, Kept> {
    let is_block = matches!(defined.symbol.kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Class);
    let Some(body) = defined.body.clone().filter(|_| is_block) else { return Err("Python has no doc comment for it".into()) };
    let start = source.line_start(body.start);
    let end = source.line_end(start);
    let own = source.line_start(defined.whole.start);
    let outer = source.part(own..defined.whole.start);
    let indent = source.part(start..body.start);
    let write = |indent: &str| {
        let measure = Measure { indent, width: source.width() };
        comment(Mark::Docstring, paragraphs, &source.form, measure)
    };
    if is_blank(indent) && columns(indent) > columns(outer) {
        let new = write(indent).iter().map(|line| indented(indent, line, end)).collect();
        return Ok(Put { start, end: start, new });
    }
    // `def f(): return 1` gets lines of its own.
    let before = source.part(0..body.start).trim_end_matches([' ', '\t']);
    if !is_blank(outer) || !before.ends_with(':') || start != source.line_start(defined.signature.end.max(1) - 1) {
        return Err("its body is not on lines of its own".into());
    }
    let indent = format!("{outer}{}", if outer.contains('\t') { "\t" } else { "    " });
    let lines: String = write(&indent).iter().map(|line| indented(&indent, line, end)).collect();
    Ok(Put { start: before.len(), end: body.start, new: format!("{end}{lines}{indent}") })
}

/// A line of a comment where it stands.
pub(super) fn indented(indent: &str, line: &str, end: &str) -> String {
    if line.is_empty() { end.to_owned() } else { format!("{indent}{line}{end}") }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' ' | '\t' | '\r' | '\n' | '\u{c}'))
}

/// As Go's comments begin: with the name of what they are about.
fn beginning_with(name: &str, text: &str) -> String {
    let rest_of = |start: &str| {
        let rest = text.strip_prefix(start)?;
        rest.starts_with(|next: char| !next.is_alphanumeric() && next != '_').then_some(rest)
    };
    if rest_of(name).is_some() {
        return text.to_owned();
    }
    let nouns = ["function", "method", "type", "struct", "interface", "package", "constant", "variable"];
    let subjects = nouns.iter().flat_map(|noun| [format!("This {noun}"), format!("The {noun}")]);
    let subject =
        std::iter::once("It".to_owned()).chain(subjects).find_map(|subject| rest_of(&subject).filter(|rest| rest.starts_with(' ')));
    let called = rest_of("The")
        .and_then(|rest| rest.trim_start().strip_prefix(name))
        .and_then(|rest| nouns.iter().find_map(|noun| rest.strip_prefix(&format!(" {noun}"))).filter(|rest| rest.starts_with(' ')));
    match called.or(subject) {
        Some(rest) => format!("{name}{rest}"),
        None => format!("{name}: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_go_begin_with_the_name() {
        assert_eq!(beginning_with("Plan", "Plan compares."), "Plan compares.");
        assert_eq!(beginning_with("Plan", "It compares."), "Plan compares.");
        assert_eq!(beginning_with("Plan", "The Plan function compares."), "Plan compares.");
        assert_eq!(beginning_with("Plan", "This function compares."), "Plan compares.");
        assert_eq!(beginning_with("Plan", "Planning is done here."), "Plan: Planning is done here.");
    }
}
