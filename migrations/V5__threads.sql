-- Threads: where each began, where it is now and why we think so, who wrote what, what was read, what is not sent yet.

-- {"format":1,"manifest_id","version","commit","object","path","line_start","line_end","quote","prefix","suffix"}: what the thread was written about.
ALTER TABLE comment_threads ADD COLUMN origin TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(origin));
-- {"format":1,"confidence","method","object","version","candidates","rejected","kept"}: how the place in file_path, line_start, line_end was found.
ALTER TABLE comment_threads ADD COLUMN anchor TEXT NOT NULL DEFAULT '{"format":1}' CHECK (json_valid(anchor));
ALTER TABLE comment_threads ADD COLUMN state TEXT NOT NULL DEFAULT 'EXACT'
    CHECK (state IN ('EXACT', 'MOVED', 'EDITED', 'NEEDS_REVIEW', 'OUTDATED'));
ALTER TABLE comment_threads ADD COLUMN resolved_at TEXT;
-- Since when it is no longer listed; NULL again after an undo.
ALTER TABLE comment_threads ADD COLUMN deleted_at TEXT;
-- Where an imported thread comes from; what is imported again is known by it.
ALTER TABLE comment_threads ADD COLUMN source TEXT;

CREATE INDEX comment_threads_file_path ON comment_threads (project_id, file_path);
CREATE UNIQUE INDEX comment_threads_source ON comment_threads (project_id, source) WHERE source IS NOT NULL;

ALTER TABLE comments ADD COLUMN edited_at TEXT;
-- Of author_type AI: which model wrote it.
ALTER TABLE comments ADD COLUMN model TEXT;
-- Of an imported comment: who wrote it. '' is whoever author_id names.
ALTER TABLE comments ADD COLUMN author_name TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN deleted_at TEXT;
ALTER TABLE comments ADD COLUMN source TEXT;

CREATE UNIQUE INDEX comments_source ON comments (thread_id, source) WHERE source IS NOT NULL;

-- Every place that a thread had, the first one too. Rows are only added.
CREATE TABLE thread_anchors (
    id         TEXT NOT NULL PRIMARY KEY,
    thread_id  TEXT NOT NULL REFERENCES comment_threads (id) ON DELETE CASCADE,
    -- CREATED, FOLLOWED after a sync, PLACED by hand, REJECTED as wrong, KEPT as outdated, UNDONE.
    event      TEXT NOT NULL CHECK (event IN ('CREATED', 'FOLLOWED', 'PLACED', 'REJECTED', 'KEPT', 'UNDONE')),
    file_path  TEXT NOT NULL,
    line_start INTEGER NOT NULL,
    line_end   INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('EXACT', 'MOVED', 'EDITED', 'NEEDS_REVIEW', 'OUTDATED')),
    -- The thread's origin from then on; NULL where it stayed the same.
    origin     TEXT CHECK (json_valid(origin)),
    -- Its anchor from then on.
    anchor     TEXT NOT NULL CHECK (json_valid(anchor)),
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX thread_anchors_thread_id ON thread_anchors (thread_id);

-- Up to when somebody has read a thread. What somebody else wrote after it is unread.
CREATE TABLE thread_reads (
    user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    thread_id TEXT NOT NULL REFERENCES comment_threads (id) ON DELETE CASCADE,
    read_at   TEXT NOT NULL,
    PRIMARY KEY (user_id, thread_id)
) STRICT;

CREATE INDEX thread_reads_thread_id ON thread_reads (thread_id);

-- What somebody is writing and has not sent.
CREATE TABLE comment_drafts (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- What it becomes: a reply to a thread, another text of a comment, or a new thread. Made by the writer; at most one draft each.
    key        TEXT NOT NULL,
    -- {"format":1,"new":{"place":{"path","line_start","line_end"},"side","document"}} of a new thread, else {"format":1}.
    place      TEXT NOT NULL CHECK (json_valid(place)),
    body       TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (user_id, project_id, key)
) STRICT;

-- The version that a project's threads were last followed into.
CREATE TABLE thread_follows (
    project_id  TEXT NOT NULL PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    manifest_id TEXT NOT NULL REFERENCES project_manifests (id) ON DELETE CASCADE
) STRICT;
