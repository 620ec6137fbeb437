//! A page that no model wrote into: what code knows, and nothing else.

use crate::{
    Ground, Page, ProseState,
    checks::{in_order, proses, recount, unproven},
    run::WriteError,
};

/// Ends a page without asking any model: slots that are still waiting stay empty. What an earlier run wrote stays.
///
/// # Errors
/// [`WriteError::SourceGone`] when contents that it refers to can't be read any more.
pub fn without_prose(mut page: Page, ground: Ground<'_>) -> Result<Page, WriteError> {
    for prose in page.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(proses) {
        if prose.state == ProseState::Waiting {
            prose.state = ProseState::Empty;
        }
    }
    in_order(&mut page);
    recount(&mut page);
    if let Some(citation) = unproven(&page, ground) {
        return Err(WriteError::SourceGone { path: citation.path.clone(), version: citation.version });
    }
    page.checks.citations_resolved = u32::try_from(page.citations.len()).unwrap_or(u32::MAX);
    Ok(page)
}
