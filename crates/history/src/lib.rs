//! Commits, blame, branches and tags of a git repository.
