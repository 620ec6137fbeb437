//! The durable queue that ai_jobs and refactor_jobs share.
//!
//! A job is a row. Whoever runs jobs claims one, works, and ends it; between, a process may be killed at any moment, and several processes may
//! share the database. What a process claimed is its own as long as it lives: a RUNNING row is an orphan as soon as the lock of its boot can be
//! taken, or, of one's own boot, as soon as nobody in the process holds its [`Fence`] any more. There are no timeouts. Every write of a run names
//! its fence, so that a run that lost its job, for whatever reason, changes nothing any more.

mod error;
mod fence;
mod job;
mod order;
mod queue;
mod recovery;
mod rows;
mod run;
mod statements;

pub use error::QueueError;
pub use fence::Fence;
pub use job::{
    Cancelled, Claim, Claimed, Claiming, FullJob, Job, JobFailure, MAX_ATTEMPTS, NewJob, Outcome, Priority, Recovered, Retried, Status,
    Submitted, Table,
};
pub use queue::Queue;
pub use recovery::EndedHook;
