-- The whole seed schema, with the rows that syncing, reading and signing in need beside it.
-- Ids are UUIDv7 as TEXT, times RFC 3339 UTC with milliseconds as TEXT, JSON is TEXT that json_valid accepts.

-- 1. Core -------------------------------------------------------------------

CREATE TABLE users (
    id                  TEXT NOT NULL PRIMARY KEY,
    email               TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(email) BETWEEN 3 AND 254),
    -- An Argon2id PHC string; '' is the profile of headless commands, which no password opens until first run sets one.
    password_hash       TEXT NOT NULL,
    display_name        TEXT NOT NULL DEFAULT '',
    settings            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
    password_changed_at TEXT,
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL
) STRICT;

-- Failed sign-ins, by e-mail as typed (also unknown ones), so that guessing is slowed across restarts.
CREATE TABLE sign_in_attempts (
    email       TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    failures    INTEGER NOT NULL CHECK (failures >= 0),
    last_at     TEXT NOT NULL
) STRICT;

-- "Stay signed in on this computer": the secret is in the OS keychain, its BLAKE3 here.
CREATE TABLE remembered_sign_ins (
    user_id     TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL,
    -- Set while the window is locked, so that a restart doesn't open it.
    locked_at   TEXT,
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE projects (
    id          TEXT NOT NULL PRIMARY KEY,
    owner_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT NOT NULL CHECK (length(name) > 0),
    description TEXT NOT NULL DEFAULT '',
    repo_url    TEXT,
    -- The canonical folder. Bytes, because a path need not be UTF-8.
    root_path   BLOB NOT NULL,
    trusted_at  TEXT,
    settings    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
    -- Set when the user removes the project; undo clears it, the next start deletes the row.
    removed_at  TEXT,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    UNIQUE (owner_id, root_path)
) STRICT;

CREATE TABLE project_manifests (
    id          TEXT NOT NULL PRIMARY KEY,
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL CHECK (version > 0),
    created_at  TEXT NOT NULL,
    -- Canonical JSON, "format": 1 (crates/sync/src/manifest.rs says all of it).
    data        TEXT NOT NULL CHECK (json_valid(data)),
    -- BLAKE3 of data, lowercase hex.
    hash        TEXT NOT NULL CHECK (length(hash) = 64),
    UNIQUE (project_id, version)
) STRICT;

-- A directory below a manifest's root, or a shard of a wide one: its sorted entries, named by the BLAKE3 of their canonical JSON.
CREATE TABLE manifest_nodes (
    hash        TEXT NOT NULL CHECK (length(hash) = 64),
    entries     TEXT NOT NULL CHECK (json_valid(entries))
) STRICT;
CREATE UNIQUE INDEX manifest_nodes_hash ON manifest_nodes (hash);

CREATE TABLE repo_syncs (
    id            TEXT NOT NULL PRIMARY KEY,
    project_id    TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    status        TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCESS', 'FAILED')),
    error_message TEXT,
    -- A stable word for the message: CANCELLED, INTERRUPTED, FOLDER_MISSING, …
    error_code    TEXT,
    trigger       TEXT NOT NULL DEFAULT 'MANUAL' CHECK (trigger IN ('MANUAL', 'WATCH', 'OPEN')),
    manifest_id   TEXT REFERENCES project_manifests (id) ON DELETE SET NULL,
    stats         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(stats)),
    -- The process that asked for it or runs it; the row is an orphan as soon as that boot's lock can be taken.
    boot_id       TEXT,
    attempt       INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL,
    started_at    TEXT,
    finished_at   TEXT,
    CHECK (status <> 'FAILED' OR error_message IS NOT NULL)
) STRICT;

-- What the last scan of a project saw of each file, so that the next one reads only what changed.
CREATE TABLE scan_caches (
    project_id  TEXT NOT NULL PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    format      INTEGER NOT NULL,
    scanned_at  TEXT NOT NULL,
    data        BLOB NOT NULL
) STRICT;

-- 2. AI and refactor ----------------------------------------------------------

CREATE TABLE ai_jobs (
    id          TEXT NOT NULL PRIMARY KEY,
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status      TEXT NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCESS', 'FAILED')),
    -- Open by contract: DOCS, EXPLANATION, REVIEW, QUESTION are validated in code.
    type        TEXT NOT NULL,
    params      TEXT NOT NULL CHECK (json_valid(params)),
    result      TEXT CHECK (result IS NULL OR json_valid(result)),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;

CREATE TABLE refactor_jobs (
    id              TEXT NOT NULL PRIMARY KEY,
    project_id      TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id         TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status          TEXT NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'PROPOSED', 'APPLYING', 'APPLIED', 'UNDONE', 'DISCARDED', 'FAILED')),
    params          TEXT NOT NULL CHECK (json_valid(params)),
    proposal        TEXT CHECK (proposal IS NULL OR json_valid(proposal)),
    applied_changes TEXT CHECK (applied_changes IS NULL OR json_valid(applied_changes)),
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;

-- 3. Previews -------------------------------------------------------------------

CREATE TABLE preview_sessions (
    id            TEXT NOT NULL PRIMARY KEY,
    project_id    TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- BLAKE3 of the session's secret, lowercase hex.
    preview_token TEXT NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('PENDING', 'READY', 'EXPIRED')),
    bundle_path   TEXT,
    bundle_url    TEXT,
    expires_at    TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL
) STRICT;

CREATE TABLE preview_cleanup_events (
    id                 TEXT NOT NULL PRIMARY KEY,
    preview_session_id TEXT NOT NULL REFERENCES preview_sessions (id) ON DELETE CASCADE,
    stage              TEXT NOT NULL CHECK (stage IN ('EXPIRED', 'SOFT_DELETED', 'PURGED')),
    created_at         TEXT NOT NULL,
    UNIQUE (preview_session_id, stage)
) STRICT;

-- 4. Comments and notifications ---------------------------------------------------

CREATE TABLE comment_threads (
    id          TEXT NOT NULL PRIMARY KEY,
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- '' is the project as a whole.
    file_path   TEXT NOT NULL,
    -- 1-based, inclusive; 0 and 0 are the whole file.
    line_start  INTEGER NOT NULL CHECK (line_start >= 0),
    line_end    INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    CHECK (line_end >= line_start)
) STRICT;

CREATE TABLE comments (
    id          TEXT NOT NULL PRIMARY KEY,
    thread_id   TEXT NOT NULL REFERENCES comment_threads (id) ON DELETE CASCADE,
    author_id   TEXT REFERENCES users (id) ON DELETE SET NULL,
    author_type TEXT NOT NULL CHECK (author_type IN ('USER', 'AI')),
    body        TEXT NOT NULL,
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE notifications (
    id          TEXT NOT NULL PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type        TEXT NOT NULL CHECK (length(type) > 0),
    payload     TEXT NOT NULL CHECK (json_valid(payload)),
    read_at     TEXT,
    created_at  TEXT NOT NULL
) STRICT;

-- 5. Indexes ------------------------------------------------------------------------

CREATE INDEX projects_owner_id ON projects (owner_id);
CREATE INDEX ai_jobs_project_id ON ai_jobs (project_id);
CREATE INDEX ai_jobs_status ON ai_jobs (status);
CREATE INDEX ai_jobs_user_id ON ai_jobs (user_id);
CREATE INDEX refactor_jobs_project_id ON refactor_jobs (project_id);
CREATE INDEX refactor_jobs_user_id ON refactor_jobs (user_id);
CREATE UNIQUE INDEX preview_sessions_preview_token ON preview_sessions (preview_token);
CREATE INDEX preview_sessions_project_id ON preview_sessions (project_id);
CREATE INDEX repo_syncs_project_id ON repo_syncs (project_id);
CREATE INDEX repo_syncs_manifest_id ON repo_syncs (manifest_id);
CREATE UNIQUE INDEX repo_syncs_one_running ON repo_syncs (project_id) WHERE status = 'RUNNING';
CREATE INDEX notifications_user_id ON notifications (user_id);
CREATE INDEX notifications_read_at ON notifications (read_at);
CREATE INDEX comment_threads_project_id ON comment_threads (project_id);
CREATE INDEX comments_thread_id ON comments (thread_id);
CREATE INDEX comments_author_id ON comments (author_id);

-- 6. For people with a SQLite shell ----------------------------------------------------

-- The flat tree of every manifest: manifest_files(manifest_id, path, hash, size, mode). A directory entry
-- ("kind": "dir") and a shard of a wide directory ("kind": "shard", no name of its own) both lead to a node.
-- A name that is not UTF-8 shows as hex:… ; a submodule has its commit for a hash. For people: it can't be narrowed
-- to one manifest before it is computed, so on many versions it is slow.
CREATE VIEW manifest_files (manifest_id, path, hash, size, mode) AS
WITH RECURSIVE walk (manifest_id, path, kind, hash, size, mode) AS (
    SELECT m.id,
           coalesce(e.value ->> '$.name', 'hex:' || (e.value ->> '$.name_hex')),
           e.value ->> '$.kind',
           coalesce(e.value ->> '$.hash', e.value ->> '$.commit'),
           coalesce(e.value ->> '$.size', 0),
           e.value ->> '$.mode'
    FROM project_manifests AS m, json_each(m.data, '$.entries') AS e
    UNION ALL
    SELECT w.manifest_id,
           CASE WHEN e.value ->> '$.kind' = 'shard' THEN w.path
                ELSE coalesce(w.path || '/', '') || coalesce(e.value ->> '$.name', 'hex:' || (e.value ->> '$.name_hex')) END,
           e.value ->> '$.kind',
           coalesce(e.value ->> '$.hash', e.value ->> '$.commit'),
           coalesce(e.value ->> '$.size', 0),
           e.value ->> '$.mode'
    FROM walk AS w
    JOIN manifest_nodes AS n ON n.hash = w.hash
    JOIN json_each(n.entries) AS e
    WHERE w.kind IN ('dir', 'shard')
)
SELECT manifest_id, path, hash, size, mode FROM walk WHERE kind NOT IN ('dir', 'shard');
