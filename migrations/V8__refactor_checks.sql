-- The command that checks a project, and what it last said of a proposal.

CREATE TABLE project_checks (
    project_id TEXT NOT NULL PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    -- An array of strings.
    argv       TEXT NOT NULL CHECK (json_valid(argv)),
    -- Relative to the project, '' is its root.
    cwd        TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE refactor_checks (
    job_id     TEXT NOT NULL PRIMARY KEY REFERENCES refactor_jobs (id) ON DELETE CASCADE,
    -- {"format":1,"argv":["cargo","check"],"cwd":"","state":"PASSED","exit":0,"millis":4200,"choices":"…","lines":["…"]}
    data       TEXT NOT NULL CHECK (json_valid(data)),
    updated_at TEXT NOT NULL
) STRICT;
