-- What people say about a version, what it changed, and how many are kept.

ALTER TABLE project_manifests ADD COLUMN label TEXT NOT NULL DEFAULT '' CHECK (length(label) <= 200);
-- A pinned version is never thinned out.
ALTER TABLE project_manifests ADD COLUMN pinned_at TEXT;
-- When it was last found to match its hashes, all of it.
ALTER TABLE project_manifests ADD COLUMN verified_at TEXT;
-- What asked for the sync that made it.
ALTER TABLE project_manifests ADD COLUMN trigger TEXT NOT NULL DEFAULT 'MANUAL' CHECK (trigger IN ('MANUAL', 'WATCH', 'OPEN'));
-- Against the version before it: {"format":1,"added","changed","removed","paths":[the first few, lossy]}.
ALTER TABLE project_manifests ADD COLUMN changes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(changes));

UPDATE project_manifests SET
    trigger = coalesce((SELECT s.trigger FROM repo_syncs AS s WHERE s.manifest_id = project_manifests.id ORDER BY s.id LIMIT 1), 'MANUAL'),
    changes = coalesce((SELECT json_object('format', 1, 'added', coalesce(s.stats ->> '$.added', 0),
                                           'changed', coalesce(s.stats ->> '$.changed', 0), 'removed', coalesce(s.stats ->> '$.removed', 0))
                        FROM repo_syncs AS s WHERE s.manifest_id = project_manifests.id ORDER BY s.id LIMIT 1), '{}');

-- Whether the folder is watched and synced by itself, and which versions are kept.
ALTER TABLE projects ADD COLUMN watching INTEGER NOT NULL DEFAULT 1 CHECK (watching IN (0, 1));
ALTER TABLE projects ADD COLUMN retention TEXT NOT NULL DEFAULT 'ALL' CHECK (retention IN ('ALL', 'THIN'));

-- What scans saw is in files of its own now (scans/): rebuildable, and written in parts.
DROP TABLE scan_caches;
