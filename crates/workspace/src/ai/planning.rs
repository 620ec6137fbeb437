//! What would be asked, shown before anything is.

use std::{collections::BTreeSet, sync::Arc};

use lectern_ai::{Planner, Policy};
use lectern_llm::{Cancel, Message};

use super::pages::prompt;
use crate::{
    Workspace,
    tasks::cancelled,
    view::{AiPlan, AiRequest, Failure},
};

/// Prompts that are shown before a job; after it, all are.
const SHOWN: usize = 50;

impl Workspace {
    /// What a model would be asked for a request, exactly. The model counts tokens for it, but is asked nothing; an endpoint gets no code.
    /// A task of this id: a large project takes long.
    ///
    /// # Errors
    /// `CANCELLED`; as [`submit_ai_job`](Self::submit_ai_job), and what loading the model says.
    pub fn ai_plan(self: &Arc<Self>, task_id: &str, project_id: &str, request: &AiRequest) -> Result<AiPlan, Failure> {
        let task = self.task(task_id, &|_| {});
        let cancel = Cancel::from(Arc::clone(task.cancel()));
        let wanted = || if cancel.is_cancelled() { Err(cancelled()) } else { Ok(()) };
        let asked = self.asked(project_id, request, 0)?;
        wanted()?;
        let material = self.material(&asked.project, &asked.params, &cancel, &|_, _| {})?;
        let page = material.skeleton(asked.job_type, &asked.params.subject, &cancel)?;
        wanted()?;
        let mut plan = AiPlan { title: page.title.clone(), model: None, endpoint: None, prompts: Vec::new(), total: 0, files: Vec::new() };
        let Some(chosen) = asked.chosen else { return Ok(plan) };
        plan.model = Some(chosen.identity.name.clone());
        plan.endpoint = chosen.address();
        let capacity = chosen.engine.load(&cancel)?;
        let planner = Planner::new(material.ground(), asked.job_type, &page, capacity, Policy { to_endpoint: chosen.to_endpoint });
        plan.total = crate::syncing::count(planner.len() as u64);
        let count = |messages: &[Message]| chosen.engine.count_tokens(messages, &cancel);
        let mut files = BTreeSet::new();
        for at in 0..planner.len() {
            // Those who count by themselves, as endpoints do, ask nobody who would hear of it.
            wanted()?;
            if plan.prompts.len() >= SHOWN {
                break;
            }
            for slot in planner.prompts(at, &count).map_err(lectern_ai::WriteError::from)?.prompts {
                files.extend(slot.offered.iter().map(|cited| cited.path.clone()));
                plan.prompts.push(prompt(lectern_ai::KeptPrompt::new(&slot, None)));
            }
        }
        plan.files = files.into_iter().collect();
        Ok(plan)
    }
}
