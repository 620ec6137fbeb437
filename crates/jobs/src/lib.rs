//! The durable queue that ai_jobs and refactor_jobs share.
