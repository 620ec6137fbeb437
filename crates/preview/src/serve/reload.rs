//! Tells pages that files changed.

/// The pages of a preview that want to know about changes.
#[derive(Clone, Default)]
pub struct Reload {}

impl Reload {
    /// Nobody listens yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells every page at `/.lectern/reload` that these files changed, paths relative to the served folder, `/` between names:
    /// `{"css":[…]}` when all of them are style sheets, else `{"all":true}`.
    pub fn changed(&self, _paths: &[String]) {}
}
