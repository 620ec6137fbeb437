//! One grammar with its queries, compiled when first needed.

use std::sync::OnceLock;

use tree_sitter::Query;
use tree_sitter_language::LanguageFn;

use crate::classes::Paint;
use crate::code::Sort;
use crate::fold_kinds::FoldKind;
use crate::outline::Definition;

/// A registry entry.
pub(crate) struct Grammar {
    pub(crate) facts: Facts,
    compiled: Compiled,
}

/// What the registry says about a language. Query texts are given in parts that are joined; where two patterns capture the same text, the
/// later one wins.
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    pub(crate) language: Source,
    pub(crate) highlights: &'static [&'static str],
    pub(crate) injections: &'static str,
    pub(crate) outline: &'static str,
    /// It is text within a paragraph: nothing in it folds or has a name.
    pub(crate) running_text: bool,
    /// What is embedded in it belongs to its outline: the scripts of a page, not the examples of a document.
    pub(crate) outline_embedded: bool,
    /// `$name` in its strings is a name, though the grammar doesn't say so.
    pub(crate) dollar_in_strings: bool,
    /// Says whether the grammar's scanner can take a text; see [`crate::guard`].
    pub(crate) guard: Option<fn(&str) -> bool>,
    /// Lower case, without the dot.
    pub(crate) extensions: &'static [&'static str],
    /// Whole file names, as written.
    pub(crate) file_names: &'static [&'static str],
    /// Programs of a `#!` line, without version digits.
    pub(crate) interpreters: &'static [&'static str],
    /// Further names, lower case, as in Markdown fences.
    pub(crate) aliases: &'static [&'static str],
}

/// Where the tables of a grammar come from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    Function(LanguageFn),
    /// Of a crate that makes the language itself.
    Made(fn() -> tree_sitter::Language),
}

struct Compiled {
    language: OnceLock<tree_sitter::Language>,
    highlights: OnceLock<Highlights>,
    injections: OnceLock<Option<Injections>>,
    outline: OnceLock<Option<Outline>>,
    fold_kinds: OnceLock<Box<[FoldKind]>>,
    sorts: OnceLock<Box<[Sort]>>,
}

pub(crate) struct Highlights {
    pub(crate) query: Query,
    /// By capture index.
    pub(crate) paints: Vec<Option<Paint>>,
}

pub(crate) struct Injections {
    pub(crate) query: Query,
    pub(crate) content: u32,
    pub(crate) language: Option<u32>,
    /// By pattern index.
    pub(crate) settings: Vec<InjectionSettings>,
}

/// What the `#set!` directives of an injection pattern say.
#[derive(Default)]
pub(crate) struct InjectionSettings {
    pub(crate) language: Option<Box<str>>,
    /// All contents of the file are one document.
    pub(crate) combined: bool,
    /// The content's own children belong to the injected text.
    pub(crate) include_children: bool,
}

pub(crate) struct Outline {
    pub(crate) query: Query,
    pub(crate) name: u32,
    /// By capture index.
    pub(crate) definitions: Vec<Option<Definition>>,
}

impl Facts {
    pub(crate) const fn named(name: &'static str, language: LanguageFn) -> Self {
        Self::of(name, Source::Function(language))
    }

    pub(crate) const fn made(name: &'static str, language: fn() -> tree_sitter::Language) -> Self {
        Self::of(name, Source::Made(language))
    }

    const fn of(name: &'static str, language: Source) -> Self {
        Self {
            name,
            language,
            highlights: &[],
            injections: "",
            outline: "",
            running_text: false,
            outline_embedded: false,
            dollar_in_strings: false,
            guard: None,
            extensions: &[],
            file_names: &[],
            interpreters: &[],
            aliases: &[],
        }
    }
}

impl Grammar {
    pub(crate) const fn of(facts: Facts) -> Self {
        let compiled = Compiled {
            language: OnceLock::new(),
            highlights: OnceLock::new(),
            injections: OnceLock::new(),
            outline: OnceLock::new(),
            fold_kinds: OnceLock::new(),
            sorts: OnceLock::new(),
        };
        Self { facts, compiled }
    }

    pub(crate) fn language(&self) -> &tree_sitter::Language {
        self.compiled.language.get_or_init(|| match self.facts.language {
            Source::Function(function) => tree_sitter::Language::new(function),
            Source::Made(make) => make(),
        })
    }

    pub(crate) fn highlights(&self) -> &Highlights {
        self.compiled.highlights.get_or_init(|| {
            let query = self.compile("highlights", &self.facts.highlights.join("\n"));
            let paints = query.capture_names().iter().map(|name| Paint::of_capture(name)).collect();
            Highlights { query, paints }
        })
    }

    pub(crate) fn injections(&self) -> Option<&Injections> {
        let compile = || {
            if self.facts.injections.is_empty() {
                return None;
            }
            let query = self.compile("injections", self.facts.injections);
            let content = query.capture_index_for_name("injection.content")?;
            let language = query.capture_index_for_name("injection.language");
            let settings = (0..query.pattern_count())
                .map(|pattern| {
                    let mut settings = InjectionSettings::default();
                    for property in query.property_settings(pattern) {
                        match &*property.key {
                            "injection.language" => settings.language = property.value.as_deref().map(Box::from),
                            "injection.combined" => settings.combined = true,
                            "injection.include-children" => settings.include_children = true,
                            _ => {}
                        }
                    }
                    settings
                })
                .collect();
            Some(Injections { query, content, language, settings })
        };
        self.compiled.injections.get_or_init(compile).as_ref()
    }

    pub(crate) fn outline(&self) -> Option<&Outline> {
        let compile = || {
            if self.facts.outline.is_empty() {
                return None;
            }
            let query = self.compile("outline", self.facts.outline);
            let name = query.capture_index_for_name("name")?;
            let definitions = query.capture_names().iter().map(|name| Definition::of_capture(name)).collect();
            Some(Outline { query, name, definitions })
        };
        self.compiled.outline.get_or_init(compile).as_ref()
    }

    /// What its nodes mean for folding, by the ids of their kinds.
    pub(crate) fn fold_kinds(&self) -> &[FoldKind] {
        self.compiled.fold_kinds.get_or_init(|| FoldKind::table(self.language()))
    }

    /// What its nodes are to who reads code for its definitions and names, by the ids of their kinds.
    pub(crate) fn sorts(&self) -> &[Sort] {
        self.compiled.sorts.get_or_init(|| Sort::table(self.language()))
    }

    /// Whether its text has parts and names, rather than being the running text of one paragraph.
    pub(crate) fn has_blocks(&self) -> bool {
        !self.facts.running_text
    }

    fn compile(&self, what: &str, text: &str) -> Query {
        match Query::new(self.language(), text) {
            Ok(query) => query,
            Err(error) => panic!("the {what} query of {} is part of this crate and tested, yet: {error}", self.facts.name),
        }
    }
}
