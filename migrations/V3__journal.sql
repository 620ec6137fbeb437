-- What was written to working trees as a whole: enough of it to finish or take back after a kill, and to undo.

CREATE TABLE journals (
    id          TEXT NOT NULL PRIMARY KEY,
    -- Whose tree, as the caller names it (a project's id); the journal knows no other table.
    scope       TEXT NOT NULL,
    -- The folder that all paths are relative to. Bytes, because a path need not be UTF-8.
    root_path   BLOB NOT NULL,
    -- Open by contract: RESTORE, UNDO, …
    kind        TEXT NOT NULL CHECK (length(kind) > 0),
    title       TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('PREPARED', 'APPLIED', 'ROLLED_BACK', 'UNDONE', 'NEEDS_ATTENTION')),
    undo_of     TEXT REFERENCES journals (id) ON DELETE SET NULL,
    -- The process that writes; a PREPARED row is an orphan as soon as that boot's lock can be taken.
    boot_id     TEXT NOT NULL,
    -- {"format":1,"code","message","files":[lossy paths],"retry"}
    error       TEXT CHECK (error IS NULL OR json_valid(error)),
    created_at  TEXT NOT NULL,
    -- Set once nothing of the work, no temporary file either, is left to do.
    finished_at TEXT
) STRICT;

-- One file or link: what was there and what is to be there. The contents of both are objects.
CREATE TABLE journal_files (
    journal_id      TEXT NOT NULL REFERENCES journals (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL CHECK (seq >= 0),
    path            BLOB NOT NULL,
    -- The directory that holds its temporary file.
    home            BLOB NOT NULL,
    -- 1 when the bytes are written into the file that is there (it has other names, or another owner) instead of taking its place.
    in_place        INTEGER NOT NULL CHECK (in_place IN (0, 1)),
    pre_kind        TEXT NOT NULL CHECK (pre_kind IN ('ABSENT', 'FILE', 'SYMLINK')),
    pre_hash        BLOB CHECK (length(pre_hash) = 32),
    pre_size        INTEGER NOT NULL DEFAULT 0 CHECK (pre_size >= 0),
    pre_executable  INTEGER NOT NULL DEFAULT 0 CHECK (pre_executable IN (0, 1)),
    -- Permission bits; NULL for what the system gives a new file.
    pre_mode        INTEGER,
    post_kind       TEXT NOT NULL CHECK (post_kind IN ('ABSENT', 'FILE', 'SYMLINK')),
    post_hash       BLOB CHECK (length(post_hash) = 32),
    post_size       INTEGER NOT NULL DEFAULT 0 CHECK (post_size >= 0),
    post_executable INTEGER NOT NULL DEFAULT 0 CHECK (post_executable IN (0, 1)),
    post_mode       INTEGER,
    PRIMARY KEY (journal_id, seq),
    CHECK ((pre_kind = 'ABSENT') = (pre_hash IS NULL)),
    CHECK ((post_kind = 'ABSENT') = (post_hash IS NULL))
) STRICT;

-- A directory that is made for the files, or removed because nothing is left in it.
CREATE TABLE journal_directories (
    journal_id  TEXT NOT NULL REFERENCES journals (id) ON DELETE CASCADE,
    path        BLOB NOT NULL,
    made        INTEGER NOT NULL CHECK (made IN (0, 1)),
    -- Permission bits; NULL for what the system gives a new directory.
    mode        INTEGER,
    PRIMARY KEY (journal_id, path)
) STRICT;

CREATE INDEX journals_scope ON journals (scope, id);
CREATE INDEX journals_undo_of ON journals (undo_of);
CREATE INDEX journals_unfinished ON journals (status) WHERE finished_at IS NULL;
