//! Taking requests for jobs: what is meant, by which version and model, and whether it was written before.

use std::sync::Arc;

use lectern_ai::{JobType, PARAMS_FORMAT, Params, Subject};
use lectern_jobs::{NewJob, Outcome, Priority, Retried, Status};
use lectern_projects::Project;
use lectern_sync::Manifest;

use super::engines::Chosen;
use crate::{
    Workspace,
    view::{AiRequest, AiSubmission, AiSubmitted, Failure},
};

/// Moves with whatever changes what is written from the same code by the same model.
const INPUT_FORMAT: u32 = 1;

/// A request with everything it leaves open decided.
pub(crate) struct Asked {
    pub project: Project,
    pub job_type: JobType,
    pub params: Params,
    pub chosen: Option<Chosen>,
    pub input_hash: String,
}

impl Workspace {
    /// Takes a request for a job. The folder is synced first where it names no version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, `BAD_REQUEST`, `UNKNOWN_MODEL`; `ENDPOINT_NOT_ALLOWED` when the project's code may not be sent there; what a
    /// sync says.
    pub fn submit_ai_job(self: &Arc<Self>, project_id: &str, request: &AiRequest) -> Result<AiSubmitted, Failure> {
        let asked = self.asked(project_id, request, 0)?;
        self.submit(&asked, false)
    }

    /// Asks for the same again, written anew, by the same model or another.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, and as [`submit_ai_job`](Self::submit_ai_job).
    pub fn rewrite_ai_job(self: &Arc<Self>, job_id: &str, model: Option<&str>) -> Result<AiSubmitted, Failure> {
        let user = self.user()?;
        let job = self.ai.queue.job(user.as_str(), job_id)?.ok_or_else(super::unknown_job)?;
        let params = super::cards::params_of(&job).ok_or_else(super::from_a_newer)?;
        let job_type = job.job_type.as_deref().and_then(JobType::parse).ok_or_else(super::from_a_newer)?;
        let model = model.map(str::to_owned).or(params.model.clone());
        let request = AiRequest { job_type, no_prose: model.is_none(), subject: params.subject, model, version: Some(params.version) };
        let asked = self.asked(&job.project_id, &request, params.seed.wrapping_add(1))?;
        self.submit(&asked, true)
    }

    fn submit(self: &Arc<Self>, asked: &Asked, fresh: bool) -> Result<AiSubmitted, Failure> {
        if !fresh && let Some(taken_up) = self.taken_up(asked)? {
            return Ok(taken_up);
        }
        let params = serde_json::to_value(&asked.params).map_err(|error| Failure::internal(error.to_string()))?;
        let submitted = self.ai.queue.submit(&NewJob {
            project_id: asked.project.id.as_str(),
            user_id: asked.project.owner_id.as_str(),
            job_type: Some(asked.job_type.as_str()),
            params: &params,
            input_hash: Some(&asked.input_hash),
            priority: priority(&asked.params.subject),
            fresh,
        })?;
        let outcome = match submitted.outcome {
            Outcome::Queued => AiSubmission::Queued,
            Outcome::Joined => AiSubmission::Joined,
            Outcome::Finished => AiSubmission::Written,
        };
        self.tell_job(&submitted.id);
        self.ai.wake();
        Ok(AiSubmitted { job_id: submitted.id, outcome })
    }

    /// The same was begun before and did not come to its end: it goes on after what it had finished.
    fn taken_up(self: &Arc<Self>, asked: &Asked) -> Result<Option<AiSubmitted>, Failure> {
        let owner = asked.project.owner_id.as_str();
        let jobs = self.ai.queue.list(owner, Some(asked.project.id.as_str()))?;
        let same = jobs.iter().filter(|job| job.input_hash.as_deref() == Some(asked.input_hash.as_str()));
        // The latest comes first; one that is done or under way is for the queue to find.
        let Some(begun) = same.into_iter().next().filter(|job| job.status == Status::Failed && job.has_draft) else { return Ok(None) };
        let job_id = match self.ai.queue.retry(owner, &begun.id)? {
            Retried::Queued => begun.id.clone(),
            Retried::Joined(other) => other,
            Retried::NotThere => return Ok(None),
        };
        self.tell_job(&job_id);
        self.ai.wake();
        Ok(Some(AiSubmitted { job_id, outcome: AiSubmission::Queued }))
    }

    /// Decides what a request leaves open.
    pub(crate) fn asked(self: &Arc<Self>, project_id: &str, request: &AiRequest, seed: u32) -> Result<Asked, Failure> {
        let project = self.project(project_id)?;
        if !request.job_type.takes(&request.subject) {
            return Err(Failure::new("BAD_REQUEST", "such a page is not made of such a thing"));
        }
        let chosen = if request.no_prose { None } else { self.chosen_for(&project, request.model.as_deref())? };
        let (manifest, older) = match &request.subject {
            Subject::Diff { from, to, .. } => {
                if from == to {
                    return Err(Failure::new("BAD_REQUEST", "a version does not differ from itself").hint("Choose two versions."));
                }
                (self.manifest(&project, Some(*to))?, Some(self.manifest(&project, Some(*from))?))
            }
            _ => match request.version {
                Some(version) => (self.manifest(&project, Some(version))?, None),
                None => (self.folder_as_version(&project)?, None),
            },
        };
        let params = Params {
            format: PARAMS_FORMAT,
            subject: request.subject.clone(),
            manifest_id: manifest.id.clone(),
            version: manifest.version,
            model: chosen.as_ref().map(|chosen| chosen.identity.id.clone()),
            model_name: chosen.as_ref().map(|chosen| chosen.identity.name.clone()),
            seed,
        };
        let input_hash = input_hash(request.job_type, &params, &manifest, older.as_ref(), chosen.as_ref())?;
        Ok(Asked { project, job_type: request.job_type, params, chosen, input_hash })
    }

    /// The folder as it is now, as a version; the latest one when the folder is gone.
    fn folder_as_version(self: &Arc<Self>, project: &Project) -> Result<Manifest, Failure> {
        let task = self.task(&format!("ai:{}", project.id.as_str()), &|_| {});
        match self.alone(project, || self.record(project, &task)) {
            Ok((_, manifest)) => Ok(manifest),
            Err(failure) if failure.code == "FOLDER_MISSING" => self.manifest(project, None).map_err(|_| failure),
            Err(failure) => Err(failure),
        }
    }
}

/// Somebody waits for an answer about a place; a page about much may wait for those.
fn priority(subject: &Subject) -> Priority {
    match subject {
        Subject::Project | Subject::Folder { .. } | Subject::Diff { path: None, .. } => Priority::Batch,
        _ => Priority::Interactive,
    }
}

/// Lowercase hex of what decides the result: the code by its hash, what is asked of it, and by whom it is answered.
fn input_hash(
    job_type: JobType,
    params: &Params,
    manifest: &Manifest,
    older: Option<&Manifest>,
    chosen: Option<&Chosen>,
) -> Result<String, Failure> {
    let inputs = serde_json::json!({
        "format": INPUT_FORMAT,
        "type": job_type.as_str(),
        "subject": params.subject,
        "manifest": manifest.hash.to_string(),
        "older": older.map(|older| older.hash.to_string()),
        "model": chosen.map(|chosen| &chosen.identity.fingerprint),
        "seed": params.seed,
    });
    let bytes = serde_json::to_vec(&inputs).map_err(|error| Failure::internal(error.to_string()))?;
    Ok(blake3::hash(&bytes).to_hex().to_string())
}
