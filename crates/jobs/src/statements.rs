//! The SQL of ai_jobs, ai_drafts and refactor_jobs: the same for both, as constants.

use crate::Table;

/// What the queue says to one table.
pub(crate) struct Statements {
    pub insert: &'static str,
    pub same_live: &'static str,
    pub same_done: &'static str,
    pub raise: &'static str,
    pub running: &'static str,
    pub pick: &'static str,
    pub begin: &'static str,
    pub job: &'static str,
    pub users_job: &'static str,
    pub list: &'static str,
    pub long: &'static str,
    pub waiting: &'static str,
    pub count_running: &'static str,
    pub set_position: &'static str,
    pub holds: &'static str,
    pub progress: &'static str,
    /// `None` where there are no drafts.
    pub draft: Option<&'static str>,
    pub discard_draft: Option<&'static str>,
    pub succeed: &'static str,
    pub fail: &'static str,
    pub release: &'static str,
    pub end: &'static str,
    pub wait_again: &'static str,
    pub live: &'static str,
    pub ask_to_cancel: &'static str,
    pub failed: &'static str,
    pub retry: &'static str,
    pub remove: &'static str,
    pub restore: &'static str,
    pub clear: &'static str,
    pub purge: &'static str,
    pub result: &'static str,
    pub set_result: &'static str,
}

/// A run's own row: ?1 job, ?2 boot, ?3 turn.
macro_rules! fenced {
    () => {
        " WHERE id = ?1 AND boot_id = ?2 AND turn = ?3 AND status = 'RUNNING'"
    };
}

macro_rules! statements {
    (table: $table:literal, job_type: $type:literal, has_draft: $has_draft:literal, get_draft: $get_draft:literal, result: $result:literal,
     done: $done:literal, insert: $insert:literal, draft: $draft:expr, discard_draft: $discard_draft:expr) => {
        Statements {
            insert: $insert,
            same_live: concat!(
                "SELECT id, priority FROM ",
                $table,
                " WHERE project_id = ?1 AND user_id = ?2 AND input_hash = ?3 AND status IN ('QUEUED', 'RUNNING')
                  AND cancel_requested_at IS NULL"
            ),
            same_done: concat!(
                "SELECT id FROM ",
                $table,
                " WHERE project_id = ?1 AND user_id = ?2 AND input_hash = ?3 AND status = '",
                $done,
                "' AND deleted_at IS NULL ORDER BY rowid DESC LIMIT 1"
            ),
            raise: concat!("UPDATE ", $table, " SET priority = 0, updated_at = ?2 WHERE id = ?1"),
            running: concat!(
                "SELECT id, user_id, coalesce(boot_id, ''), turn, attempt, cancel_requested_at IS NOT NULL FROM ",
                $table,
                " WHERE status = 'RUNNING' ORDER BY rowid"
            ),
            // ?1 users, ?2 job or NULL, ?3 projects to leave alone. Rows are numbered as they are made, whatever the clock says then.
            pick: concat!(
                "SELECT j.id FROM ",
                $table,
                " AS j WHERE j.status = 'QUEUED' AND j.user_id IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR j.id = ?2)
                  AND j.project_id NOT IN (SELECT value FROM json_each(?3))
                  ORDER BY j.position IS NULL, j.position, j.priority, (SELECT max(t.turn) FROM ",
                $table,
                " AS t WHERE t.project_id = j.project_id), j.rowid LIMIT 1"
            ),
            begin: concat!(
                "UPDATE ",
                $table,
                " SET status = 'RUNNING', attempt = attempt + 1, boot_id = ?2, turn = (SELECT max(turn) + 1 FROM ",
                $table,
                "), started_at = coalesce(started_at, ?3), updated_at = ?3
                  WHERE id = ?1 AND status = 'QUEUED' RETURNING turn"
            ),
            job: concat!("SELECT ", columns!($type, $has_draft, $result), " FROM ", $table, " AS j WHERE j.id = ?1"),
            users_job: concat!(
                "SELECT ",
                columns!($type, $has_draft, $result),
                " FROM ",
                $table,
                " AS j WHERE j.id = ?1 AND j.user_id = ?2 AND j.deleted_at IS NULL"
            ),
            list: concat!(
                "SELECT ",
                columns!($type, $has_draft, $result),
                " FROM ",
                $table,
                " AS j WHERE j.user_id = ?1 AND (?2 IS NULL OR j.project_id = ?2) AND j.deleted_at IS NULL ORDER BY j.rowid DESC"
            ),
            long: concat!("SELECT ", $get_draft, ", j.", $result, " FROM ", $table, " AS j WHERE j.id = ?1"),
            waiting: concat!(
                "SELECT j.id, j.project_id, j.position, j.priority, (SELECT max(t.turn) FROM ",
                $table,
                " AS t WHERE t.project_id = j.project_id), j.rowid FROM ",
                $table,
                " AS j WHERE j.status = 'QUEUED' AND j.user_id IN (SELECT value FROM json_each(?1)) ORDER BY j.rowid"
            ),
            count_running: concat!("SELECT count(*) FROM ", $table, " WHERE status = 'RUNNING' AND user_id = ?1"),
            set_position: concat!("UPDATE ", $table, " SET position = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'QUEUED'"),
            holds: concat!("SELECT cancel_requested_at IS NOT NULL FROM ", $table, fenced!()),
            progress: concat!("UPDATE ", $table, " SET progress = ?4, updated_at = ?5", fenced!()),
            draft: $draft,
            discard_draft: $discard_draft,
            succeed: concat!(
                "UPDATE ",
                $table,
                " SET status = '",
                $done,
                "', ",
                $result,
                " = ?4, progress = ?5, error = NULL, boot_id = NULL, finished_at = ?6, updated_at = ?6",
                fenced!(),
                " AND cancel_requested_at IS NULL"
            ),
            // ?5 instead of ?4 when it was to be cancelled.
            fail: concat!(
                "UPDATE ",
                $table,
                " SET status = 'FAILED', error = iif(cancel_requested_at IS NULL, ?4, ?5), boot_id = NULL, finished_at = ?6, updated_at = ?6",
                fenced!(),
                " RETURNING error"
            ),
            release: concat!(
                "UPDATE ",
                $table,
                " SET status = 'QUEUED', attempt = max(attempt - 1, 0), boot_id = NULL, updated_at = ?4",
                fenced!(),
                " AND cancel_requested_at IS NULL"
            ),
            end: concat!(
                "UPDATE ",
                $table,
                " SET status = 'FAILED', error = ?2, boot_id = NULL, finished_at = ?3, updated_at = ?3
                  WHERE id = ?1 AND status IN ('QUEUED', 'RUNNING')"
            ),
            wait_again: concat!(
                "UPDATE ",
                $table,
                " SET status = 'QUEUED', boot_id = NULL, updated_at = ?2 WHERE id = ?1 AND status = 'RUNNING'"
            ),
            // ?2 job, or NULL for all that have not ended.
            live: concat!(
                "SELECT id, status, coalesce(boot_id, ''), turn FROM ",
                $table,
                " WHERE user_id = ?1 AND deleted_at IS NULL AND iif(?2 IS NULL, status IN ('QUEUED', 'RUNNING'), id = ?2) ORDER BY rowid"
            ),
            ask_to_cancel: concat!(
                "UPDATE ",
                $table,
                " SET cancel_requested_at = coalesce(cancel_requested_at, ?2), updated_at = ?2 WHERE id = ?1 AND status = 'RUNNING'"
            ),
            failed: concat!(
                "SELECT project_id, input_hash FROM ",
                $table,
                " WHERE id = ?1 AND user_id = ?2 AND status = 'FAILED' AND deleted_at IS NULL"
            ),
            retry: concat!(
                "UPDATE ",
                $table,
                " SET status = 'QUEUED', attempt = 0, error = NULL, cancel_requested_at = NULL, position = NULL, started_at = NULL,
                      finished_at = NULL, updated_at = ?2 WHERE id = ?1 AND status = 'FAILED'"
            ),
            remove: concat!(
                "UPDATE ",
                $table,
                " SET deleted_at = ?3 WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND deleted_at IS NULL
                  AND status NOT IN ('QUEUED', 'RUNNING', 'APPLYING') RETURNING id"
            ),
            restore: concat!(
                "UPDATE ",
                $table,
                " SET deleted_at = NULL WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND deleted_at IS NOT NULL RETURNING id"
            ),
            clear: concat!(
                "UPDATE ",
                $table,
                " SET deleted_at = ?3 WHERE user_id = ?1 AND status IN (SELECT value FROM json_each(?2)) AND deleted_at IS NULL
                  AND status NOT IN ('QUEUED', 'RUNNING', 'APPLYING') RETURNING id"
            ),
            purge: concat!("DELETE FROM ", $table, " WHERE deleted_at < ?1"),
            result: concat!(
                "SELECT ",
                $result,
                ", progress FROM ",
                $table,
                " WHERE id = ?1 AND user_id = ?2 AND status = '",
                $done,
                "' AND deleted_at IS NULL"
            ),
            set_result: concat!("UPDATE ", $table, " SET ", $result, " = ?2, progress = ?3, updated_at = ?4 WHERE id = ?1"),
        }
    };
}

/// The columns that [`crate::rows`] reads a job from, in its order.
macro_rules! columns {
    ($type:literal, $has_draft:literal, $result:literal) => {
        concat!(
            "j.id, j.project_id, j.user_id, j.status, ",
            $type,
            ", j.params, j.error, j.progress, j.attempt, j.boot_id, j.cancel_requested_at, j.input_hash, j.priority, j.position IS NOT NULL,
             j.created_at, j.updated_at, j.started_at, j.finished_at, ",
            $has_draft,
            ", typeof(j.",
            $result,
            ") <> 'null'"
        )
    };
}

static AI: Statements = statements!(
    table: "ai_jobs",
    job_type: "j.type",
    has_draft: "EXISTS (SELECT 1 FROM ai_drafts AS d WHERE d.job_id = j.id)",
    get_draft: "(SELECT d.data FROM ai_drafts AS d WHERE d.job_id = j.id)",
    result: "result",
    done: "SUCCESS",
    insert: "INSERT INTO ai_jobs (id, project_id, user_id, status, type, params, input_hash, priority, created_at, updated_at)
             VALUES (?1, ?2, ?3, 'QUEUED', ?4, ?5, ?6, ?7, ?8, ?8)",
    draft: Some(concat!(
        "INSERT INTO ai_drafts (job_id, data, updated_at) SELECT id, ?4, ?5 FROM ai_jobs",
        fenced!(),
        " ON CONFLICT (job_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at"
    )),
    discard_draft: Some("DELETE FROM ai_drafts WHERE job_id = ?1")
);

static REFACTOR: Statements = statements!(
    table: "refactor_jobs",
    job_type: "NULL",
    has_draft: "0",
    get_draft: "NULL",
    result: "proposal",
    done: "PROPOSED",
    // ?4, the type, has no column here.
    insert: "INSERT INTO refactor_jobs (id, project_id, user_id, status, params, input_hash, priority, created_at, updated_at)
             VALUES (?1, ?2, ?3, 'QUEUED', ?5, ?6, ?7, ?8, ?8)",
    draft: None,
    discard_draft: None
);

impl Table {
    pub(crate) fn statements(self) -> &'static Statements {
        match self {
            Self::Ai => &AI,
            Self::Refactor => &REFACTOR,
        }
    }
}
