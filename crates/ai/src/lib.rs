//! Pages about a project: what code knows of it, prose by a model, and what proves each sentence.

mod error;
mod index;
mod page;
mod params;
mod skeleton;
mod version;

pub use error::AiError;
pub use index::{
    Doc, FileId, FileUse, Focus, Import, IndexCache, IndexedFile, IndexedSymbol, ProjectIndex, Reference, SymbolId, SymbolKind, Used, Why,
};
pub use page::{
    Block, Checks, Citation, Diagram, DiagramEdge, DiagramNode, ListItem, PAGE_FORMAT, Page, Part, Prose, ProseState, Run, Section,
    Sentence, Subject, SymbolFacts, Use, Writer,
};
pub use params::{JobType, PARAMS_FORMAT, Params};
pub use skeleton::skeleton;
pub use version::{Version, VersionFile};
