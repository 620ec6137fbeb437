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

CREATE INDEX preview_sessions_status ON preview_sessions (status);

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
