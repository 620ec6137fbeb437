//! What a notification can tell, type by type: `notifications.type` and the shape of `payload`.

use serde::{Deserialize, Serialize};

/// What happened. The name of a variant is the row's `type`, what it holds the row's `payload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Notice {
    /// A dev server answers.
    PreviewReady(PreviewReady),
    /// A preview failed, or ended by itself.
    PreviewFailed(PreviewFailed),
    /// A preview ends soon.
    PreviewExpiring(PreviewExpiring),
    /// A folder could not be synced.
    SyncFailed(SyncFailed),
    /// A thread may be in one of several places.
    ThreadNeedsReview(ThreadLost),
    /// The code of a thread is gone.
    ThreadOutdated(ThreadLost),
    /// Somebody else wrote in a thread.
    CommentReply(CommentReply),
    /// A job is done.
    JobFinished(JobFinished),
    /// A job failed.
    JobFailed(JobFailed),
    /// A backup could not be made.
    BackupFailed(BackupFailed),
}

impl Notice {
    /// Every `type` there is.
    pub const KINDS: [&str; 10] = [
        "THREAD_NEEDS_REVIEW",
        "THREAD_OUTDATED",
        "COMMENT_REPLY",
        "SYNC_FAILED",
        "PREVIEW_READY",
        "PREVIEW_FAILED",
        "PREVIEW_EXPIRING",
        "JOB_FINISHED",
        "JOB_FAILED",
        "BACKUP_FAILED",
    ];

    /// The row's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PreviewReady(_) => "PREVIEW_READY",
            Self::PreviewFailed(_) => "PREVIEW_FAILED",
            Self::PreviewExpiring(_) => "PREVIEW_EXPIRING",
            Self::SyncFailed(_) => "SYNC_FAILED",
            Self::ThreadNeedsReview(_) => "THREAD_NEEDS_REVIEW",
            Self::ThreadOutdated(_) => "THREAD_OUTDATED",
            Self::CommentReply(_) => "COMMENT_REPLY",
            Self::JobFinished(_) => "JOB_FINISHED",
            Self::JobFailed(_) => "JOB_FAILED",
            Self::BackupFailed(_) => "BACKUP_FAILED",
        }
    }

    /// The project it is about; `""` of what is about none.
    pub fn project_id(&self) -> &str {
        match self {
            Self::PreviewReady(about) => &about.project_id,
            Self::PreviewFailed(about) => &about.project_id,
            Self::PreviewExpiring(about) => &about.project_id,
            Self::SyncFailed(about) => &about.project_id,
            Self::ThreadNeedsReview(about) | Self::ThreadOutdated(about) => &about.project_id,
            Self::CommentReply(about) => &about.project_id,
            Self::JobFinished(about) => &about.project_id,
            Self::JobFailed(about) => &about.project_id,
            Self::BackupFailed(_) => "",
        }
    }
}

/// Of `THREAD_NEEDS_REVIEW` and `THREAD_OUTDATED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadLost {
    /// Whose thread.
    pub project_id: String,
    /// Which; of several the first.
    pub thread_id: String,
    /// How many threads came to be so at once.
    pub threads: u32,
    /// The file that it was last in.
    pub path: String,
    /// The line that it was last at, 1-based; 0 for a whole file.
    pub line: u32,
    /// In how many places it may be.
    pub candidates: u32,
}

/// Of `COMMENT_REPLY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentReply {
    /// Whose thread.
    pub project_id: String,
    /// Which.
    pub thread_id: String,
    /// What was written.
    pub comment_id: String,
    /// The file that the thread is in.
    pub path: String,
    /// Its line, 1-based; 0 for a whole file.
    pub line: u32,
    /// Who wrote it.
    pub author: String,
    /// The beginning of it.
    pub text: String,
}

/// Of `JOB_FINISHED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFinished {
    /// Whose job.
    pub project_id: String,
    /// The row of ai_jobs or refactor_jobs.
    pub job_id: String,
    /// The row's type, or the kind of a refactoring.
    pub kind: String,
    /// As the list calls it.
    pub title: String,
}

/// Of `JOB_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailed {
    /// Whose job.
    pub project_id: String,
    /// The row of ai_jobs or refactor_jobs.
    pub job_id: String,
    /// The row's type, or the kind of a refactoring.
    pub kind: String,
    /// As the list calls it.
    pub title: String,
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// Of `BACKUP_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFailed {
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// Of `SYNC_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncFailed {
    /// Whose folder.
    pub project_id: String,
    /// The row of repo_syncs.
    pub repo_sync_id: String,
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// Of `PREVIEW_READY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewReady {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
}

/// Of `PREVIEW_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewFailed {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// Of `PREVIEW_EXPIRING`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewExpiring {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
    /// RFC 3339.
    pub expires_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_the_type_that_is_stored() {
        let notices = [
            Notice::PreviewReady(PreviewReady { project_id: "p".into(), preview_session_id: "s".into(), title: "t".into() }),
            Notice::SyncFailed(SyncFailed { project_id: "p".into(), repo_sync_id: "s".into(), code: "C".into(), message: "m".into() }),
            Notice::PreviewFailed(PreviewFailed {
                project_id: "p".into(),
                preview_session_id: "s".into(),
                title: "t".into(),
                code: "C".into(),
                message: "m".into(),
            }),
            Notice::PreviewExpiring(PreviewExpiring {
                project_id: "p".into(),
                preview_session_id: "s".into(),
                title: "t".into(),
                expires_at: "2026-01-01T00:00:00Z".into(),
            }),
        ];
        let lost =
            |n: u32| ThreadLost { project_id: "p".into(), thread_id: "t".into(), threads: n, path: "a".into(), line: 1, candidates: 2 };
        let others = [
            Notice::ThreadNeedsReview(lost(1)),
            Notice::ThreadOutdated(lost(2)),
            Notice::CommentReply(CommentReply {
                project_id: "p".into(),
                thread_id: "t".into(),
                comment_id: "c".into(),
                path: "a".into(),
                line: 1,
                author: "A".into(),
                text: "b".into(),
            }),
            Notice::JobFinished(JobFinished { project_id: "p".into(), job_id: "j".into(), kind: "DOCS".into(), title: "t".into() }),
            Notice::JobFailed(JobFailed {
                project_id: "p".into(),
                job_id: "j".into(),
                kind: "DOCS".into(),
                title: "t".into(),
                code: "C".into(),
                message: "m".into(),
            }),
        ];
        for notice in notices.into_iter().chain(others) {
            let stored = serde_json::to_value(&notice).expect("a notice is JSON");
            assert_eq!(stored["type"], notice.kind());
            assert!(Notice::KINDS.contains(&notice.kind()), "{} is not among the types", notice.kind());
            assert_eq!(stored["payload"]["project_id"], notice.project_id());
        }
    }
}
