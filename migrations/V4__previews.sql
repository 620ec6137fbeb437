-- What a preview session shows and how it ended, and which commands of which projects may run.

ALTER TABLE preview_sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'STATIC' CHECK (kind IN ('STATIC', 'DEV_SERVER'));
-- The version that is shown; NULL is the folder as it is.
ALTER TABLE preview_sessions ADD COLUMN manifest_id TEXT REFERENCES project_manifests (id) ON DELETE SET NULL;
ALTER TABLE preview_sessions ADD COLUMN title TEXT NOT NULL DEFAULT '';
-- {"format":1,…}: the folder that is served, or the command; what it takes to start it again.
ALTER TABLE preview_sessions ADD COLUMN request TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(request));
-- The process that serves it; a session that is not EXPIRED is an orphan as soon as that boot's lock can be taken.
ALTER TABLE preview_sessions ADD COLUMN boot_id TEXT;
ALTER TABLE preview_sessions ADD COLUMN ended_at TEXT;
ALTER TABLE preview_sessions ADD COLUMN ended_reason TEXT CHECK (ended_reason IN ('STOPPED', 'TIMED_OUT', 'FAILED', 'CRASHED'));
-- {"code","message","hint"}
ALTER TABLE preview_sessions ADD COLUMN error TEXT CHECK (error IS NULL OR json_valid(error));

-- Of a dev server: the port that it listens on itself.
ALTER TABLE preview_sessions ADD COLUMN own_port INTEGER CHECK (own_port BETWEEN 1 AND 65535);
-- The user was told that it ends soon; NULL again once it is prolonged.
ALTER TABLE preview_sessions ADD COLUMN warned_at TEXT;
-- Another process than the one that serves it wants it to end.
ALTER TABLE preview_sessions ADD COLUMN stop_asked_at TEXT;
-- Since when it is no longer listed; NULL again after an undo.
ALTER TABLE preview_sessions ADD COLUMN removed_at TEXT;
-- Since when nothing but this row is left of it.
ALTER TABLE preview_sessions ADD COLUMN purged_at TEXT;

CREATE INDEX preview_sessions_status ON preview_sessions (status);
CREATE INDEX preview_sessions_manifest_id ON preview_sessions (manifest_id);

-- A command that the user granted to a project, exactly as it is.
CREATE TABLE trust_grants (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('DEV_SERVER', 'CHECK', 'LANGUAGE_SERVER')),
    -- An array of strings.
    argv       TEXT NOT NULL CHECK (json_valid(argv)),
    -- Relative to the project, '' is its root.
    cwd        TEXT NOT NULL,
    -- BLAKE3 over the files that define the command (manifest and lock file), lowercase hex.
    files_hash TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    UNIQUE (project_id, kind, argv, cwd)
) STRICT;
