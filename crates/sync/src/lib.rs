//! Scans a folder into verified versions: repo_syncs, project_manifests, manifest_nodes.
