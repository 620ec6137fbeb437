//! A page: what a job makes, as it is stored in `ai_jobs.result` (and, while it is written, in `ai_drafts`) and shown.
//!
//! Code fills everything but [`Prose`]; a model writes prose into its slots, sentence by sentence, and each sentence is checked.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The `format` of a page that this build writes.
pub const PAGE_FORMAT: u32 = 2;

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Page {
    /// [`PAGE_FORMAT`].
    pub format: u32,
    /// `How ferry syncs a folder`, `src/sync.rs`, `plan`.
    pub title: String,
    /// What it is about.
    pub subject: Subject,
    /// The version that was read.
    pub manifest_id: String,
    /// Its number.
    pub version: u32,
    /// Who wrote the prose; `None` where nobody did ("no prose").
    pub writer: Option<Writer>,
    /// In the order they are read.
    pub sections: Vec<Section>,
    /// What sentences and facts refer to, by [`Citation::id`]: ascending, from 1.
    pub citations: Vec<Citation>,
    /// Files that were read for it.
    pub files_read: u32,
    /// What checking found.
    pub checks: Checks,
    /// What writing took.
    pub run: Run,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Subject {
    /// The whole project.
    Project,
    /// A folder and what is beneath it.
    Folder {
        /// Relative, with `/`, without one at its end.
        path: String,
    },
    /// A file.
    File {
        /// Relative, with `/`.
        path: String,
    },
    /// A definition: the innermost that holds this line.
    Symbol {
        /// The file it is defined in.
        path: String,
        /// A line of its definition, 1-based.
        line: u32,
        /// Its name, for titles before anything was looked up.
        name: String,
    },
    /// Lines of a file.
    Selection {
        /// The file.
        path: String,
        /// 1-based.
        line_start: u32,
        /// Inclusive.
        line_end: u32,
    },
    /// What differs between two versions.
    Diff {
        /// The older version's number.
        from: u32,
        /// The newer version's number.
        to: u32,
        /// Only this file or folder; all where it is `None`.
        path: Option<String>,
    },
}

/// The model that wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Writer {
    /// `SmolLM2 135M`.
    pub model: String,
    /// What the text was sent to: `None` for a model in a process of ours.
    pub endpoint: Option<String>,
}

/// A part of a page under a heading of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Section {
    /// Names it within the page; stays the same from plan to result: `overview`, `file:src/sync.rs`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// 2 or 3.
    pub level: u32,
    /// In the order they are read.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A slot for what a model writes.
    Prose(Prose),
    /// What code says for itself: a doc comment, the beginning of a README. Plain text.
    Quote {
        /// As it stands there, without comment marks.
        text: String,
        /// Where it stands.
        citation: u32,
    },
    /// Definitions, each with what is known of it.
    Symbols {
        /// In the order they are defined.
        symbols: Vec<SymbolFacts>,
    },
    /// Definitions with a line each, on pages with too many for all that is known of them.
    Brief {
        /// In the order they are defined.
        symbols: Vec<BriefSymbol>,
    },
    /// Terms with what is said of each.
    List {
        /// `Depends on`, `Used by`, `Entry points`; may be empty.
        caption: String,
        /// In order.
        items: Vec<ListItem>,
        /// So many more were left out, and where to see them is said by the caption's list.
        more: u32,
    },
    /// Lines of code.
    Code {
        /// As they stand there.
        text: String,
        /// Where they stand.
        citation: u32,
    },
    /// Boxes and arrows.
    Diagram(Diagram),
    /// Something the reader must know: a part that could not be read, prose that is missing.
    Note {
        /// A sentence or two.
        text: String,
    },
}

/// Text by a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Prose {
    /// Names the slot within the page.
    pub slot: String,
    /// Whether it is written.
    pub state: ProseState,
    /// What is written.
    pub sentences: Vec<Sentence>,
}

/// How far a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProseState {
    /// Not yet.
    Waiting,
    /// Done.
    Written,
    /// Nothing of what the model wrote held, or there is no model.
    Empty,
}

/// A sentence, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Sentence {
    /// In order; their texts together are the sentence.
    pub parts: Vec<Part>,
    /// [`Citation::id`]s that support it; none: it is marked.
    pub citations: Vec<u32>,
    /// Somebody read it without a citation and keeps it.
    pub accepted: bool,
    /// Somebody took it out; it can be put back. Pages of format 1 have none.
    #[serde(default)]
    pub removed: bool,
}

/// A stretch of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    /// Plain words.
    Text {
        /// The words.
        text: String,
    },
    /// A name that exists in the project.
    Name {
        /// The name.
        text: String,
        /// Where it is defined, if in one place only: a [`Citation::id`].
        citation: Option<u32>,
    },
    /// Something written as a name that the project does not have: shown struck.
    Unknown {
        /// What was written.
        text: String,
    },
}

/// Lines of a file of a version, proven by the hash of the contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Citation {
    /// From 1, in the order of first use on the page.
    pub id: u32,
    /// The file.
    pub path: String,
    /// 1-based.
    pub line_start: u32,
    /// Inclusive.
    pub line_end: u32,
    /// BLAKE3 of the file's contents, lowercase hex.
    pub object: String,
    /// The version they were read in.
    pub version: u32,
}

impl Citation {
    /// Whether a file with so many lines has those that it names.
    pub(crate) fn names_lines_of(&self, lines: u32) -> bool {
        (1..=self.line_end).contains(&self.line_start) && self.line_end <= lines
    }
}

/// What is known of a definition without any model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SymbolFacts {
    /// `plan`; of a member with what it belongs to: `Syncer::plan`.
    pub name: String,
    /// `function`, `struct`, … as in outlines.
    pub kind: String,
    /// Exactly as in the source, up to the body; lines keep their breaks.
    pub signature: String,
    /// Its doc comment, without comment marks.
    pub doc: Option<String>,
    /// Whether others than its file or module can use it.
    pub public: bool,
    /// Its whole definition.
    pub citation: u32,
    /// Who uses it, by name. Others of the same name may be meant.
    pub used_by: Vec<Use>,
    /// So many more use it.
    pub more_used_by: u32,
    /// What it uses.
    pub uses: Vec<Use>,
    /// So many more are used.
    pub more_uses: u32,
    /// A slot for what a model says of it.
    pub prose: Option<Prose>,
}

/// What a long page says of a definition. The page of its file says more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BriefSymbol {
    /// As of [`SymbolFacts`].
    pub name: String,
    /// `function`, `struct`, … as in outlines.
    pub kind: String,
    /// Exactly as in the source, up to the body; lines keep their breaks.
    pub signature: String,
    /// The first sentence of its doc comment, on one line; may be empty.
    pub says: String,
    /// Whether others than its file or module can use it.
    pub public: bool,
    /// Its whole definition.
    pub citation: u32,
}

/// One end of a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Use {
    /// The definition at the other end, or the file's path where it is in none.
    pub name: String,
    /// Of a caller: the lines that use. Of something used: its definition.
    pub citation: u32,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ListItem {
    /// A path, a name.
    pub term: String,
    /// A few words: plain text.
    pub text: String,
    /// Where to see it.
    pub citation: Option<u32>,
    /// A slot for what a model says of it.
    pub prose: Option<Prose>,
}

/// Boxes and arrows, laid out: pixels from the top left at the size of text in the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Diagram {
    /// What is shown, for those who don't see it: `sync.rs uses store.rs and objects.rs`.
    pub caption: String,
    /// Pixels.
    pub width: f32,
    /// Pixels.
    pub height: f32,
    /// Boxes.
    pub nodes: Vec<DiagramNode>,
    /// Arrows.
    pub edges: Vec<DiagramEdge>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DiagramNode {
    /// What stands in it: at most 28 characters.
    pub label: String,
    /// Left.
    pub x: f32,
    /// Top.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// What the page is about.
    pub focus: bool,
    /// Where to see it.
    pub citation: Option<u32>,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DiagramEdge {
    /// Index in [`Diagram::nodes`].
    pub from: u32,
    /// Index in [`Diagram::nodes`].
    pub to: u32,
    /// At least two, from box to box; x and y alternate.
    pub points: Vec<f32>,
    /// How many uses it stands for.
    pub weight: u32,
}

/// What checking found, over the whole page. Counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Checks {
    /// Sentences on the page.
    pub sentences: u32,
    /// Of these, with at least one citation that holds.
    pub cited: u32,
    /// Of these, without.
    pub uncited: u32,
    /// Citations on the page whose lines have the bytes they were read with.
    pub citations_resolved: u32,
    /// Citations taken out: not offered, out of the file, or with nothing in common with the sentence.
    pub citations_dropped: u32,
    /// Names in sentences that the project has.
    pub names_known: u32,
    /// Names struck.
    pub names_unknown: u32,
    /// Paths in sentences that the version does not have: struck.
    pub paths_unknown: u32,
    /// Sentences left out: repeated, cut off in the middle, about the prompt itself, or with nothing but unknown names.
    pub sentences_dropped: u32,
    /// Definitions on the page, with their facts or with a line each.
    pub symbols: u32,
    /// Secrets withheld from the prompts.
    pub secrets_withheld: u32,
    /// Stretches of code that were too long for one prompt and were read in parts.
    pub parts: u32,
}

/// What writing took. Of a page that was resumed: all its runs together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Run {
    /// Answers of the model.
    pub answers: u32,
    /// Tokens of all prompts.
    pub prompt_tokens: u32,
    /// Of these, known from the prompt before.
    pub reused_tokens: u32,
    /// Tokens written.
    pub generated_tokens: u32,
    /// Reading prompts, milliseconds.
    pub prompt_ms: f64,
    /// Writing, milliseconds.
    pub generate_ms: f64,
    /// The model's context, tokens.
    pub context: u32,
    /// From claim to end, milliseconds.
    pub duration_ms: f64,
}
