//! The one thing a prompt asks for: how it is said, how an answer begins, how long it may be.

use super::target::Target;
use crate::{Ground, SymbolKind, prompt::plain_name, secrets::withhold};

/// A task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Task {
    /// `what the function `plan` does`
    what: String,
    /// How the first sentence begins; empty for any beginning.
    pub lead: String,
    /// At most so many sentences.
    pub sentences: u32,
    /// What it is about, as a name or a path.
    pub subject: String,
    /// Names that it mentions itself.
    pub names: Vec<String>,
    /// The pieces are sentences about the code.
    over_sentences: bool,
}

impl Task {
    /// `thorough` asks for more than a sentence: the page has few slots.
    pub fn of(target: &Target, ground: Ground<'_>, explains: bool, thorough: bool) -> Self {
        let index = ground.index;
        let few = if thorough { 2 } else { 1 };
        let task = |what: String, lead: String, sentences: u32, subject: &str| Self {
            what,
            lead,
            sentences,
            subject: subject.to_owned(),
            ..Self::default()
        };
        match target {
            Target::Project => {
                let name = plain_name(ground.version.project());
                task(format!("what the project {name} is for and how it works"), "This project ".into(), 2 + u32::from(thorough), &name)
            }
            Target::Folder(path) => task(format!("what the folder {} is for", plain_name(path)), "This folder ".into(), few, path),
            Target::File(file) => {
                let path = &index[*file].path;
                let sentences = if explains { 3 } else { few };
                task(format!("what the file {} is for", plain_name(path)), "This file ".into(), sentences, path)
            }
            Target::Symbol(symbol) => {
                let its = &index[*symbol];
                // A block of methods has no name of its own that a sentence could begin with.
                let named = its.kind != SymbolKind::Heading && !its.name.contains(' ') && its.name.len() <= 60;
                let name = plain_name(&its.name);
                let lead = if named { format!("`{name}` ") } else { String::new() };
                let what = format!("what the {} `{}` does", its.kind.as_str(), plain_name(&its.qualified));
                let names = if named { vec![name] } else { vec![] };
                Self { names, ..task(what, lead, if explains { 3 } else { few }, &its.qualified) }
            }
            Target::Lines(file, from, to) => {
                let path = &index[*file].path;
                let what = format!("what lines {from} to {to} of {} do, step by step", plain_name(path));
                task(what, "This code ".into(), 2, path)
            }
            Target::Changes(_) => task("what changed between the two versions and what for".into(), "This change ".into(), 2, ""),
            Target::Change(path) => task(format!("what changed in {} and what for", plain_name(path)), "This change ".into(), 2, path),
        }
    }

    /// The same for an endpoint: a name that is a secret by its form is neither a beginning nor offered. The prompt withholds it.
    pub fn without_secrets(self) -> Self {
        let is_secret = |text: &str| withhold(text).1 > 0;
        if is_secret(&self.lead) || self.names.iter().any(|name| is_secret(name)) {
            return Self { lead: "This definition ".into(), names: vec![], ..self };
        }
        self
    }

    /// The same, from sentences about parts of it.
    pub fn over_sentences(self) -> Self {
        Self { over_sentences: true, sentences: self.sentences.max(3), ..self }
    }

    /// How a note calls it.
    pub fn called(&self) -> &str {
        if self.subject.is_empty() { "This" } else { &self.subject }
    }

    /// As the prompt says it, at its end.
    pub fn text(&self, part: Option<(u32, u32)>) -> String {
        let most = if self.sentences == 1 { "one sentence".to_owned() } else { format!("at most {} sentences", self.sentences) };
        let of = match (part, self.over_sentences) {
            (Some((number, of)), _) => format!(" The pieces are part {number} of {of} of it: say what this part does."),
            (None, true) => " The pieces are notes about it, from its beginning to its end: sum them up.".to_owned(),
            (None, false) => String::new(),
        };
        let begin = if self.lead.is_empty() { String::new() } else { format!(" Begin with: {}", self.lead.trim_end()) };
        format!("Task: say in {most} {}.{of}{begin}", self.what)
    }

    /// Room for its sentences.
    pub fn max_tokens(&self) -> u32 {
        self.sentences.max(1) * 72
    }
}
