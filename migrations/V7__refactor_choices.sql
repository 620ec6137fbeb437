-- What of a proposal is not to be done: beside the proposal, because a click must not write ten thousand edits anew.

CREATE TABLE refactor_choices (
    job_id     TEXT NOT NULL PRIMARY KEY REFERENCES refactor_jobs (id) ON DELETE CASCADE,
    -- {"format":1,"excluded":[7,12]}: numbers of edits, moves, and files made and removed.
    data       TEXT NOT NULL CHECK (json_valid(data)),
    updated_at TEXT NOT NULL
) STRICT;
