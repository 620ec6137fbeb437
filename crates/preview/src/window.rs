//! The page of a preview's window: its frames and what is around them.
