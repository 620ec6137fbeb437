//! Pages as Markdown, for reading elsewhere: nothing of a project or a model becomes HTML, a link or an image there.

mod escape;
mod site;

use std::fmt::Write;

use self::escape::{code, fenced, line, text};
pub use self::site::docs_site;
use crate::{Block, Citation, Diagram, ListItem, Page, Part, Prose, ProseState, Section, Sentence, SymbolFacts, Use};

/// How citations are written.
pub(crate) trait Places {
    /// The citation in Markdown: a link, or a text.
    fn cited(&self, citation: &Citation) -> String;
}

/// Citations as text: `src/sync.rs:40-58@v12`.
struct InText;

impl Places for InText {
    fn cited(&self, citation: &Citation) -> String {
        code(&place(citation))
    }
}

/// A page as Markdown: citations are footnotes, sentences without one are marked, names that don't exist are struck.
pub fn to_markdown(page: &Page) -> String {
    written(page, &InText)
}

/// `src/sync.rs:40-58@v12`
pub(crate) fn place(citation: &Citation) -> String {
    let lines = if citation.line_start == citation.line_end {
        citation.line_start.to_string()
    } else {
        format!("{}-{}", citation.line_start, citation.line_end)
    };
    format!("{}:{lines}@v{}", citation.path, citation.version)
}

pub(crate) fn written(page: &Page, places: &dyn Places) -> String {
    let mut out = Out { page, markdown: String::new() };
    let _ = write!(out.markdown, "# {}\n\n", line(&page.title));
    out.about();
    for section in &page.sections {
        out.section(section);
    }
    out.footnotes(places);
    out.markdown
}

struct Out<'a> {
    page: &'a Page,
    markdown: String,
}

impl Out<'_> {
    /// Who wrote it from what, and what checking found.
    fn about(&mut self) {
        let page = self.page;
        let who = match &page.writer {
            None => "no prose: facts from the code only".to_owned(),
            Some(writer) => match &writer.endpoint {
                None => format!("written by AI ({}) on this computer", text(&writer.model)),
                Some(endpoint) => format!("written by AI ({}) at {}", text(&writer.model), code(endpoint)),
            },
        };
        let checks = page.checks;
        let counts = match checks.uncited {
            _ if checks.sentences == 0 => String::new(),
            0 => format!(" Every sentence of {} has a citation.", checks.sentences),
            uncited => format!(" {uncited} of {} sentences have no citation and are marked.", checks.sentences),
        };
        let _ = write!(
            self.markdown,
            "*Version {}, {who}. {} citations, each checked against the code.{counts}*\n\n",
            page.version,
            page.citations.len()
        );
    }

    fn section(&mut self, section: &Section) {
        let marks = "#".repeat(section.level.clamp(2, 6) as usize);
        let _ = write!(self.markdown, "{marks} {}\n\n", line(&section.title));
        for block in &section.blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Prose(prose) => {
                let sentences = self.prose(prose);
                let _ = write!(self.markdown, "{sentences}\n\n");
            }
            Block::Quote { text: quoted, citation } => {
                for quoted in quoted.lines() {
                    let _ = writeln!(self.markdown, "> {}", escape::beginning(&text(quoted)));
                }
                let _ = write!(self.markdown, "> {}\n\n", mark(*citation));
            }
            Block::Symbols { symbols } => symbols.iter().for_each(|symbol| self.symbol(symbol)),
            Block::List { caption, items, more } => self.list(caption, items, *more),
            Block::Code { text: source, citation } => {
                let _ = write!(self.markdown, "{}\n{}\n\n", fenced(source, ""), mark(*citation));
            }
            Block::Diagram(diagram) => self.diagram(diagram),
            Block::Note { text: note } => {
                let _ = write!(self.markdown, "*{}*\n\n", line(note));
            }
        }
    }

    fn prose(&self, prose: &Prose) -> String {
        match prose.state {
            ProseState::Waiting => "*Not written yet.*".to_owned(),
            ProseState::Empty if prose.sentences.is_empty() => "*No prose.*".to_owned(),
            _ => prose.sentences.iter().map(sentence).collect::<Vec<_>>().join(" "),
        }
    }

    fn symbol(&mut self, symbol: &SymbolFacts) {
        let public = if symbol.public { "" } else { ", private" };
        let _ = write!(self.markdown, "#### {} ({}{public}) {}\n\n", code(&symbol.name), text(&symbol.kind), mark(symbol.citation));
        let _ = writeln!(self.markdown, "{}", fenced(&symbol.signature, ""));
        if let Some(doc) = &symbol.doc {
            doc.lines().for_each(|doc| {
                let _ = writeln!(self.markdown, "> {}", escape::beginning(&text(doc)));
            });
            self.markdown.push('\n');
        }
        if let Some(prose) = symbol.prose.as_ref().filter(|prose| !prose.sentences.is_empty()) {
            let sentences = self.prose(prose);
            let _ = write!(self.markdown, "{sentences}\n\n");
        }
        for (caption, uses, more) in [("Used by", &symbol.used_by, symbol.more_used_by), ("Uses", &symbol.uses, symbol.more_uses)] {
            self.uses(caption, uses, more);
        }
    }

    fn uses(&mut self, caption: &str, uses: &[Use], more: u32) {
        if uses.is_empty() {
            return;
        }
        let named: Vec<String> = uses.iter().map(|each| format!("{}{}", code(&each.name), mark(each.citation))).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(self.markdown, "{caption}: {}{more}.\n\n", named.join(", "));
    }

    fn list(&mut self, caption: &str, items: &[ListItem], more: u32) {
        if !caption.is_empty() {
            let _ = write!(self.markdown, "**{}**\n\n", line(caption));
        }
        for item in items {
            let said = [Some(item.text.as_str()).filter(|said| !said.is_empty()).map(line)];
            let prose = item.prose.as_ref().filter(|prose| !prose.sentences.is_empty()).map(|prose| self.prose(prose));
            let said: Vec<String> = said.into_iter().flatten().chain(prose).collect();
            let between = if said.is_empty() { "" } else { ": " };
            let _ =
                writeln!(self.markdown, "- {}{}{between}{}", code(&item.term), item.citation.map(mark).unwrap_or_default(), said.join(" "));
        }
        if more > 0 {
            let _ = writeln!(self.markdown, "- and {more} more");
        }
        self.markdown.push('\n');
    }

    /// As Mermaid, which many renderers draw; its labels are quoted.
    fn diagram(&mut self, diagram: &Diagram) {
        let mut source = String::from("flowchart TD\n");
        for (at, node) in diagram.nodes.iter().enumerate() {
            let _ = writeln!(source, "  n{at}[\"{}\"]", escape::label(&node.label));
        }
        for edge in &diagram.edges {
            let _ = writeln!(source, "  n{} --> n{}", edge.from, edge.to);
        }
        let _ = write!(self.markdown, "{}\n*{}*\n\n", fenced(&source, "mermaid"), line(&diagram.caption));
    }

    fn footnotes(&mut self, places: &dyn Places) {
        for citation in &self.page.citations {
            let _ = writeln!(self.markdown, "[^{}]: {}", citation.id, places.cited(citation));
        }
    }
}

/// `[^3]`
fn mark(citation: u32) -> String {
    format!("[^{citation}]")
}

/// A sentence with its citations; one without is marked.
fn sentence(sentence: &Sentence) -> String {
    let mut out = String::new();
    for part in &sentence.parts {
        match part {
            Part::Text { text: words } => out.push_str(&text(words)),
            Part::Name { text: name, .. } => out.push_str(&code(name)),
            Part::Unknown { text: name } => {
                let _ = write!(out, "~~{}~~", code(name));
            }
        }
    }
    let mut out = escape::beginning(out.trim());
    sentence.citations.iter().for_each(|citation| out.push_str(&mark(*citation)));
    if sentence.citations.is_empty() && !sentence.accepted {
        out.push_str(" *(no citation)*");
    }
    out
}

#[cfg(test)]
mod tests;
