//! Pages about a project: what code knows of it, prose by a model, and what proves each sentence.

mod checks;
mod diagram;
mod error;
mod explain;
mod facts_only;
mod graph;
mod ground;
mod index;
mod markdown;
mod page;
mod params;
mod plan;
mod prompt;
mod rows;
mod run;
#[cfg(test)]
mod scripted;
mod secrets;
mod skeleton;
mod version;

pub use checks::{SentenceChoice, as_read, choose_sentence, recount, unproven};
pub use diagram::{DiagramColours, to_svg};
pub use error::AiError;
pub use explain::difference;
pub use facts_only::without_prose;
pub use ground::Ground;
pub use index::{
    Doc, FileId, FileUse, Focus, Import, IndexCache, IndexedFile, IndexedManifest, IndexedSymbol, ProjectIndex, Reference, SymbolId,
    SymbolKind, Used, Why, is_code,
};
pub use markdown::{docs_site, to_markdown};
pub use page::{
    Block, BriefSymbol, Checks, Citation, Diagram, DiagramEdge, DiagramNode, ListItem, PAGE_FORMAT, Page, Part, Prose, ProseState, Run,
    Section, Sentence, Subject, SymbolFacts, Use, Writer,
};
pub use params::{JobType, PARAMS_FORMAT, Params};
pub use plan::{Count, Plan, PlanError, PlannedSlot, Planner, Policy, SlotPlan, plan};
pub use rows::{CitingRow, KeptPrompt, cited_objects, forget_prompts, keep_prompt, pages_citing, prompt_of, prompts_of, replace_citations};
pub use run::{Answered, JournalError, WriteError, WriteProgress, Writing, write};
pub use secrets::{WITHHELD, is_secret_path, withhold};
pub use skeleton::skeleton;
pub use version::{Version, VersionFile};
