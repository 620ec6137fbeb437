//! Models and endpoints.

use std::{path::Path, sync::Arc};

use crate::{Tell, Workspace, view::*};

impl Workspace {
    /// TODO
    pub fn models(self: &Arc<Self>) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn choose_model(self: &Arc<Self>, model_id: Option<&str>) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn rename_model(self: &Arc<Self>, model_id: &str, name: &str) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn set_model_context(self: &Arc<Self>, model_id: &str, context: u32) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn set_load_anyway(self: &Arc<Self>, model_id: &str, anyway: bool) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn remove_model(self: &Arc<Self>, model_id: &str) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn set_model_limits(self: &Arc<Self>, limits: ModelLimits) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn discover_endpoints(self: &Arc<Self>) -> Result<Vec<FoundServer>, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn add_endpoint(self: &Arc<Self>, draft: EndpointDraft) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn change_endpoint(self: &Arc<Self>, endpoint_id: &str, draft: EndpointDraft) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn remove_endpoint(self: &Arc<Self>, endpoint_id: &str) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn check_endpoint(self: &Arc<Self>, draft: EndpointDraft, endpoint_id: Option<&str>) -> Result<EndpointCheck, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn allow_endpoint(self: &Arc<Self>, project_id: &str, endpoint_id: &str, allowed: bool) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn add_model_file(self: &Arc<Self>, task_id: &str, path: &Path, tell: Tell<'_>) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn download_model(self: &Arc<Self>, task_id: &str, url: &str, sha256: Option<&str>, tell: Tell<'_>) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn measure_model(self: &Arc<Self>, task_id: &str, model_id: &str, tell: Tell<'_>) -> Result<Models, Failure> {
        Err(Failure::internal("soon"))
    }
}
