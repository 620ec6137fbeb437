//! What a project is made of: dependency manifests and entry points.
