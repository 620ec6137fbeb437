//! Which files git would ignore.
//!
//! Our own reading of gitignore(5), because the promise is *identical to git*: the usual matchers take `{a,b}` for alternatives, don't know
//! `[[:alpha:]]`, and stop at a line that isn't UTF-8. Matching costs at most pattern length × path length, whatever the pattern.

mod glob;
mod pattern;

use std::sync::Arc;

pub(crate) use pattern::Patterns;

/// The rules that hold in a directory: its own before its parent's, the first file that has an opinion decides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules(Option<Arc<Level>>);

#[derive(Debug)]
struct Level {
    patterns: Patterns,
    outer: Option<Arc<Level>>,
}

impl Rules {
    /// These rules with `patterns` asked first.
    pub fn with(&self, patterns: Patterns) -> Self {
        if patterns.is_empty() { self.clone() } else { Self(Some(Arc::new(Level { patterns, outer: self.0.clone() }))) }
    }

    /// Whether `path` (from the top of the working tree) is ignored, given that no directory above it is.
    pub fn ignores(&self, path: &[u8], is_dir: bool) -> bool {
        let mut level = self.0.as_ref();
        while let Some(current) = level {
            if let Some(verdict) = current.patterns.verdict(path, is_dir) {
                return verdict;
            }
            level = current.outer.as_ref();
        }
        false
    }
}

impl Drop for Level {
    /// One after the other: a chain as deep as a hostile tree must not be dropped recursively.
    fn drop(&mut self) {
        let mut next = self.outer.take();
        while let Some(mut level) = next.and_then(Arc::into_inner) {
            next = level.outer.take();
        }
    }
}
