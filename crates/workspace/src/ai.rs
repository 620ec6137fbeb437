//! AI jobs of the signed-in user.

use std::{path::Path, sync::Arc};

use crate::{Workspace, view::*};

impl Workspace {
    /// TODO
    pub fn ai_plan(self: &Arc<Self>, project_id: &str, request: &AiRequest) -> Result<AiPlan, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn submit_ai_job(self: &Arc<Self>, project_id: &str, request: &AiRequest) -> Result<AiSubmitted, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn ai_jobs(self: &Arc<Self>, project_id: Option<&str>) -> Result<Vec<AiJob>, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn ai_job(self: &Arc<Self>, job_id: &str) -> Result<AiJobPage, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn ai_prompts(self: &Arc<Self>, job_id: &str) -> Result<Vec<AiPrompt>, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn cancel_ai_job(self: &Arc<Self>, job_id: &str) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn cancel_ai_jobs(self: &Arc<Self>) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn retry_ai_job(self: &Arc<Self>, job_id: &str) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn rewrite_ai_job(self: &Arc<Self>, job_id: &str, model: Option<&str>) -> Result<AiSubmitted, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn move_ai_job(self: &Arc<Self>, job_id: &str, before: Option<&str>) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn remove_ai_jobs(self: &Arc<Self>, job_ids: &[String]) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn restore_ai_jobs(self: &Arc<Self>, job_ids: &[String]) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn clear_ai_jobs(self: &Arc<Self>) -> Result<Vec<String>, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn choose_sentence(
        self: &Arc<Self>,
        job_id: &str,
        slot: &str,
        sentence: u32,
        choice: SentenceChoice,
    ) -> Result<AiJobPage, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn ai_markdown(self: &Arc<Self>, job_id: &str) -> Result<String, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn export_ai_job(self: &Arc<Self>, job_id: &str, target: &Path) -> Result<(), Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn cited_code(self: &Arc<Self>, job_id: &str, citation: u32) -> Result<CitedCode, Failure> {
        Err(Failure::internal("soon"))
    }

    /// TODO
    pub fn pages_citing(self: &Arc<Self>, project_id: &str, path: &str) -> Result<Vec<CitingPage>, Failure> {
        Err(Failure::internal("soon"))
    }
}
