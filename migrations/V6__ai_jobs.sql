-- The queue of ai_jobs and refactor_jobs, what jobs asked and cited, models and endpoints.

-- {"code","message","hint"} of one that is FAILED; cancelled is FAILED with the code CANCELLED.
ALTER TABLE ai_jobs ADD COLUMN error TEXT CHECK (error IS NULL OR json_valid(error));
ALTER TABLE ai_jobs ADD COLUMN progress TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(progress));
-- What is done so far, in the format of result: a job that was interrupted goes on after it.
ALTER TABLE ai_jobs ADD COLUMN draft TEXT CHECK (draft IS NULL OR json_valid(draft));
-- Raised at each claim, three at most.
ALTER TABLE ai_jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
-- The process that runs it; the row is an orphan as soon as that boot's lock can be taken.
ALTER TABLE ai_jobs ADD COLUMN boot_id TEXT;
ALTER TABLE ai_jobs ADD COLUMN cancel_requested_at TEXT;
-- Lowercase hex of everything that decides the result; equal ones run once.
ALTER TABLE ai_jobs ADD COLUMN input_hash TEXT;
-- 0 somebody waits for it, 1 batch.
ALTER TABLE ai_jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
-- Set when somebody moved it: smaller ones come before all others.
ALTER TABLE ai_jobs ADD COLUMN position INTEGER;
ALTER TABLE ai_jobs ADD COLUMN started_at TEXT;
ALTER TABLE ai_jobs ADD COLUMN finished_at TEXT;
-- Since when it is no longer listed; NULL again after an undo.
ALTER TABLE ai_jobs ADD COLUMN deleted_at TEXT;

CREATE INDEX ai_jobs_input_hash ON ai_jobs (project_id, input_hash);

ALTER TABLE refactor_jobs ADD COLUMN error TEXT CHECK (error IS NULL OR json_valid(error));
ALTER TABLE refactor_jobs ADD COLUMN progress TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(progress));
ALTER TABLE refactor_jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE refactor_jobs ADD COLUMN boot_id TEXT;
ALTER TABLE refactor_jobs ADD COLUMN cancel_requested_at TEXT;
ALTER TABLE refactor_jobs ADD COLUMN input_hash TEXT;
ALTER TABLE refactor_jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE refactor_jobs ADD COLUMN position INTEGER;
ALTER TABLE refactor_jobs ADD COLUMN started_at TEXT;
ALTER TABLE refactor_jobs ADD COLUMN finished_at TEXT;
ALTER TABLE refactor_jobs ADD COLUMN deleted_at TEXT;

CREATE INDEX refactor_jobs_status ON refactor_jobs (status);
CREATE INDEX refactor_jobs_input_hash ON refactor_jobs (project_id, input_hash);

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
