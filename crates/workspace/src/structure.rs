//! What a file is built of, for folding and for the header that stays in sight.

use std::time::Duration;

use lectern_reader::Shape;
use lectern_syntax::Structure;

use crate::{
    Workspace,
    view::{Failure, FileStructure, ScopeRange},
};

/// Longer, and indentation has to do.
const BUDGET: Duration = Duration::from_secs(2);

impl Workspace {
    /// The parts of a document that can be folded and that have names. Text without a grammar, or too hard to analyse, folds by its indentation;
    /// what is shown page by page, and bytes, have no parts.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`.
    pub fn file_structure(&self, document: &str) -> Result<FileStructure, Failure> {
        let document = self.document(document)?;
        let Some(text) = document.text().filter(|_| document.shape() != Shape::Paged) else {
            return Ok(FileStructure { folds: Vec::new(), scopes: Vec::new() });
        };
        let by_tree = document.tree().ok().flatten().and_then(|tree| tree.structure(BUDGET).ok());
        Ok(view(by_tree.unwrap_or_else(|| Structure::by_indentation(&text))))
    }
}

fn view(structure: Structure) -> FileStructure {
    FileStructure {
        folds: structure.folds.into_iter().map(|fold| (fold.first, fold.last)).collect(),
        scopes: structure
            .scopes
            .into_iter()
            .map(|scope| ScopeRange { first: scope.first, last: scope.last, name: scope.name, kind: scope.kind.as_str().to_owned() })
            .collect(),
    }
}
