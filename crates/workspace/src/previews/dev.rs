//! Dev servers.

use std::sync::Arc;

use lectern_preview::sessions::Shows;
use lectern_projects::Project;

use crate::{
    Workspace,
    view::{Failure, Preview, Trust},
};

/// A dev server that runs.
pub(super) struct DevServer {}

impl DevServer {
    pub fn stop(&self) {}
}

impl Workspace {
    pub(super) fn start_dev_server(
        self: &Arc<Self>,
        _project: &Project,
        _shows: Shows,
        _trust: Option<Trust>,
        _port: Option<u16>,
    ) -> Result<Preview, Failure> {
        Err(Failure::new("NOT_BUILT", "dev servers are not built yet"))
    }
}
