//! Pages as Markdown, for reading elsewhere: nothing of a project or a model becomes HTML, a link or an image there.

mod brief;
mod escape;
mod quote;
mod site;

use std::{cell::RefCell, collections::BTreeSet, fmt::Write};

use self::escape::{code, fenced, line, text};
pub use self::site::docs_site;
use crate::{Block, Citation, Diagram, ListItem, Page, Part, Prose, ProseState, Section, Sentence, SymbolFacts, Use, as_read};

/// How citations are written.
pub(crate) trait Places {
    /// The citation in Markdown: a link, or a text.
    fn cited(&self, citation: &Citation) -> String;

    /// Where the page of a file is, for a link; `None` where there is none.
    fn page_of(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Citations as text: `src/sync.rs:40-58@v12`.
struct InText;

impl Places for InText {
    fn cited(&self, citation: &Citation) -> String {
        code(&place(citation))
    }
}

/// A page as Markdown: citations are footnotes, sentences without one are marked, those taken out are left out, names that don't exist are struck.
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
    let page = as_read(page);
    let mut out = Out { page: &page, places, markdown: String::new(), marked: RefCell::default() };
    let _ = write!(out.markdown, "# {}\n\n", line(&page.title));
    out.about();
    for (at, section) in page.sections.iter().enumerate() {
        let leads = page.sections.get(at + 1).is_some_and(|next| next.level > section.level);
        out.section(section, leads);
    }
    out.footnotes();
    out.markdown
}

struct Out<'a> {
    page: &'a Page,
    places: &'a dyn Places,
    markdown: String,
    /// Citations that the text has marks of: each gets a footnote.
    marked: RefCell<BTreeSet<u32>>,
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
            "*Version {}, {who}.{}{counts}*\n\n",
            page.version,
            match page.citations.len() {
                0 => String::new(),
                1 => " 1 citation, checked against the code.".to_owned(),
                many => format!(" {many} citations, each checked against the code."),
            }
        );
    }

    /// A section with nothing in it is left out, unless those that follow are of it.
    fn section(&mut self, section: &Section, leads: bool) {
        let begins = self.markdown.len();
        let marks = "#".repeat(section.level.clamp(2, 6) as usize);
        let title = line(&section.title);
        let title = match section.id.strip_prefix("file:").and_then(|path| self.places.page_of(path)) {
            Some(target) => format!("[{title}](<{target}>)"),
            None => title,
        };
        let _ = write!(self.markdown, "{marks} {title}\n\n");
        let heading = self.markdown.len();
        for block in &section.blocks {
            self.block(block);
        }
        if self.markdown.len() == heading && !leads {
            self.markdown.truncate(begins);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Prose(prose) => {
                // A page that nobody writes says so once, at its top.
                if self.page.writer.is_some() || prose.state == ProseState::Waiting || !prose.sentences.is_empty() {
                    let sentences = self.prose(prose);
                    let _ = write!(self.markdown, "{sentences}\n\n");
                }
            }
            Block::Quote { text: quoted, citation } => {
                self.markdown.push_str(&quote::quoted(quoted));
                let mark = self.mark(*citation);
                let _ = write!(self.markdown, "> {mark}\n\n");
            }
            Block::Symbols { symbols } => symbols.iter().for_each(|symbol| self.symbol(symbol)),
            Block::Brief { symbols } => brief::list(self.page, symbols, &mut self.markdown),
            Block::List { caption, items, more } => self.list(caption, items, *more),
            Block::Code { text: source, citation } => {
                let mark = self.mark(*citation);
                let _ = write!(self.markdown, "{}\n{mark}\n\n", fenced(source, ""));
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
            _ => prose.sentences.iter().map(|each| self.sentence(each)).collect::<Vec<_>>().join(" "),
        }
    }

    fn symbol(&mut self, symbol: &SymbolFacts) {
        let public = if symbol.public { "" } else { ", private" };
        let mark = self.mark(symbol.citation);
        let _ = write!(self.markdown, "#### {} ({}{public}) {mark}\n\n", code(&symbol.name), text(&symbol.kind));
        let _ = writeln!(self.markdown, "{}", fenced(&symbol.signature, ""));
        if let Some(doc) = &symbol.doc {
            self.markdown.push_str(&quote::quoted(doc));
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
        let named: Vec<String> = uses.iter().map(|each| format!("{}{}", code(&each.name), self.mark(each.citation))).collect();
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
            let mark = item.citation.map(|id| self.mark(id)).unwrap_or_default();
            let _ = writeln!(self.markdown, "- {}{mark}{between}{}", self.term(item), said.join(" "));
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

    /// What an item is about; a file's name leads to its page.
    fn term(&self, item: &ListItem) -> String {
        let term = code(&item.term);
        let cited =
            item.citation.and_then(|id| self.page.citations.get((id as usize).wrapping_sub(1))).map(|citation| citation.path.as_str());
        let is_it = |path: &&str| path.strip_suffix(item.term.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        match cited.filter(is_it).or(Some(item.term.as_str())).and_then(|path| self.places.page_of(path)) {
            Some(target) => format!("[{term}](<{target}>)"),
            None => term,
        }
    }

    fn footnotes(&mut self) {
        let marked = self.marked.take();
        for citation in self.page.citations.iter().filter(|citation| marked.contains(&citation.id)) {
            let _ = writeln!(self.markdown, "[^{}]: {}", citation.id, self.places.cited(citation));
        }
    }

    /// `[^3]`
    fn mark(&self, citation: u32) -> String {
        self.marked.borrow_mut().insert(citation);
        format!("[^{citation}]")
    }

    /// A sentence with its citations; one without is marked.
    fn sentence(&self, sentence: &Sentence) -> String {
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
        sentence.citations.iter().for_each(|citation| out.push_str(&self.mark(*citation)));
        if sentence.citations.is_empty() && !sentence.accepted {
            out.push_str(" *(no citation)*");
        }
        out
    }
}

#[cfg(test)]
mod tests;
