-- The queue of ai_jobs and refactor_jobs, what jobs asked and cited, models and endpoints.

-- Both are made anew: what is long comes last in a row, so that nobody who lists jobs has to read over it.
CREATE TABLE ai_jobs_anew (
    id                  TEXT NOT NULL PRIMARY KEY,
    project_id          TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status              TEXT NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCESS', 'FAILED')),
    -- Open by contract: DOCS, EXPLANATION, REVIEW, QUESTION are validated in code.
    type                TEXT NOT NULL,
    -- Raised at each claim, three at most.
    attempt             INTEGER NOT NULL DEFAULT 0,
    -- The process that runs it; the row is an orphan as soon as that boot's lock can be taken.
    boot_id             TEXT,
    -- The number of its last claim among all of the table: never lowered, so that it tells two runs of a job apart, and whose project's turn it is.
    turn                INTEGER NOT NULL DEFAULT 0,
    cancel_requested_at TEXT,
    -- Lowercase hex of everything that decides the result; equal ones run once.
    input_hash          TEXT,
    -- 0 somebody waits for it, 1 batch.
    priority            INTEGER NOT NULL DEFAULT 0,
    -- Set when somebody moved it: smaller ones come before all others.
    position            INTEGER,
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,
    started_at          TEXT,
    finished_at         TEXT,
    -- Since when it is no longer listed; NULL again after an undo.
    deleted_at          TEXT,
    -- {"code","message","hint"} of one that is FAILED; cancelled is FAILED with the code CANCELLED.
    error               TEXT CHECK (error IS NULL OR json_valid(error)),
    -- How it gets on; of one that is done, what lists say of its result.
    progress            TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(progress)),
    params              TEXT NOT NULL CHECK (json_valid(params)),
    result              TEXT CHECK (result IS NULL OR json_valid(result))
) STRICT;
INSERT INTO ai_jobs_anew (id, project_id, user_id, status, type, params, result, created_at, updated_at)
    SELECT id, project_id, user_id, status, type, params, result, created_at, updated_at FROM ai_jobs ORDER BY rowid;
DROP TABLE ai_jobs;
ALTER TABLE ai_jobs_anew RENAME TO ai_jobs;
CREATE INDEX ai_jobs_project_id ON ai_jobs (project_id);
CREATE INDEX ai_jobs_status ON ai_jobs (status);
CREATE INDEX ai_jobs_user_id ON ai_jobs (user_id);
CREATE INDEX ai_jobs_input_hash ON ai_jobs (project_id, input_hash);
CREATE INDEX ai_jobs_turn ON ai_jobs (project_id, turn);

-- What a job has written so far, in the format of result: one that was interrupted goes on after it. Beside the row, which is written more often.
CREATE TABLE ai_drafts (
    job_id      TEXT NOT NULL PRIMARY KEY REFERENCES ai_jobs (id) ON DELETE CASCADE,
    updated_at  TEXT NOT NULL,
    data        TEXT NOT NULL CHECK (json_valid(data))
) STRICT;

CREATE TABLE refactor_jobs_anew (
    id                  TEXT NOT NULL PRIMARY KEY,
    project_id          TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status              TEXT NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'PROPOSED', 'APPLYING', 'APPLIED', 'UNDONE', 'DISCARDED', 'FAILED')),
    -- These as in ai_jobs.
    attempt             INTEGER NOT NULL DEFAULT 0,
    boot_id             TEXT,
    turn                INTEGER NOT NULL DEFAULT 0,
    cancel_requested_at TEXT,
    input_hash          TEXT,
    priority            INTEGER NOT NULL DEFAULT 0,
    position            INTEGER,
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,
    started_at          TEXT,
    finished_at         TEXT,
    deleted_at          TEXT,
    error               TEXT CHECK (error IS NULL OR json_valid(error)),
    progress            TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(progress)),
    params              TEXT NOT NULL CHECK (json_valid(params)),
    proposal            TEXT CHECK (proposal IS NULL OR json_valid(proposal)),
    applied_changes     TEXT CHECK (applied_changes IS NULL OR json_valid(applied_changes))
) STRICT;
INSERT INTO refactor_jobs_anew (id, project_id, user_id, status, params, proposal, applied_changes, created_at, updated_at)
    SELECT id, project_id, user_id, status, params, proposal, applied_changes, created_at, updated_at FROM refactor_jobs ORDER BY rowid;
DROP TABLE refactor_jobs;
ALTER TABLE refactor_jobs_anew RENAME TO refactor_jobs;
CREATE INDEX refactor_jobs_project_id ON refactor_jobs (project_id);
CREATE INDEX refactor_jobs_status ON refactor_jobs (status);
CREATE INDEX refactor_jobs_user_id ON refactor_jobs (user_id);
CREATE INDEX refactor_jobs_input_hash ON refactor_jobs (project_id, input_hash);
CREATE INDEX refactor_jobs_turn ON refactor_jobs (project_id, turn);

-- Exactly what a model was asked for a job, slot by slot, and what it answered.
CREATE TABLE ai_prompts (
    job_id     TEXT NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    slot       TEXT NOT NULL,
    -- {"format":1,"section","messages":[{"role","text"}],"tokens","max_tokens","grammar","withheld","answer"}
    data       TEXT NOT NULL CHECK (json_valid(data)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (job_id, slot)
) STRICT;

-- The contents that a result refers to; they are kept as long as it.
CREATE TABLE ai_citations (
    job_id      TEXT NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    file_path   TEXT NOT NULL,
    line_start  INTEGER NOT NULL,
    line_end    INTEGER NOT NULL,
    object_hash TEXT NOT NULL CHECK (length(object_hash) = 64),
    PRIMARY KEY (job_id, number)
) STRICT;
CREATE INDEX ai_citations_file_path ON ai_citations (file_path);

-- Model files in models/, or where the user keeps them. Of the computer, not of a profile.
CREATE TABLE models (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    -- A name within models/, or an absolute path.
    file       TEXT NOT NULL UNIQUE,
    size       INTEGER NOT NULL,
    -- The file's time of change when it was hashed, milliseconds: another one, and it is hashed again before it is loaded.
    modified   INTEGER NOT NULL,
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    source_url TEXT,
    -- {"format":1,"architecture","quantization","parameters","context","layers","kv_bytes_per_token",…}: what the file says of itself.
    facts      TEXT NOT NULL CHECK (json_valid(facts)),
    -- {"format":1,"context","load_anyway","tokens_per_second","prompt_tokens_per_second"}
    settings   TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(settings)),
    created_at TEXT NOT NULL
) STRICT;

-- Servers that speak OpenAI's protocol. Their keys are in the keychain.
CREATE TABLE model_endpoints (
    id         TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    model      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    -- {"format":1,"context","has_key","tokens_per_second"}
    settings   TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(settings)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX model_endpoints_user_id ON model_endpoints (user_id);

-- Projects whose code may be sent to an endpoint, each after its user read what that means.
CREATE TABLE endpoint_grants (
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    endpoint_id TEXT NOT NULL REFERENCES model_endpoints (id) ON DELETE CASCADE,
    -- Where it went when it was allowed; another address asks again.
    url         TEXT NOT NULL,
    granted_at  TEXT NOT NULL,
    PRIMARY KEY (project_id, endpoint_id)
) STRICT;
CREATE INDEX endpoint_grants_endpoint_id ON endpoint_grants (endpoint_id);
