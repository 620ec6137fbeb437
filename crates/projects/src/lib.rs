//! Projects and the git facts about them.
