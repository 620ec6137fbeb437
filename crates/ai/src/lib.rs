//! Pages about a project: what code knows of it, prose by a model, and what proves each sentence.

mod checks;
mod error;
mod explain;
mod ground;
mod index;
mod page;
mod params;
mod plan;
mod prompt;
mod run;
mod secrets;
mod skeleton;
mod version;

pub use checks::{recount, unproven};
pub use error::AiError;
pub use explain::difference;
pub use ground::Ground;
pub use index::{
    Doc, FileId, FileUse, Focus, Import, IndexCache, IndexedFile, IndexedSymbol, ProjectIndex, Reference, SymbolId, SymbolKind, Used, Why,
};
pub use page::{
    Block, Checks, Citation, Diagram, DiagramEdge, DiagramNode, ListItem, PAGE_FORMAT, Page, Part, Prose, ProseState, Run, Section,
    Sentence, Subject, SymbolFacts, Use, Writer,
};
pub use params::{JobType, PARAMS_FORMAT, Params};
pub use plan::{Count, Plan, PlanError, PlannedSlot, Planner, Policy, SlotPlan, plan};
pub use run::{JournalError, WriteError, WriteProgress, Writing, write};
pub use secrets::{WITHHELD, is_secret_path, withhold};
pub use skeleton::skeleton;
pub use version::{Version, VersionFile};
