//! Pages about a project: what code knows of it, prose by a model, and what proves each sentence.

mod page;
mod params;
mod version;

pub use page::{
    Block, Checks, Citation, Diagram, DiagramEdge, DiagramNode, ListItem, PAGE_FORMAT, Page, Part, Prose, ProseState, Run, Section, Sentence,
    Subject, SymbolFacts, Use, Writer,
};
pub use params::{JobType, PARAMS_FORMAT, Params};
pub use version::{Version, VersionFile};
