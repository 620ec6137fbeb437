//! Line hunks and word marks between two texts. Text in, hunks out.
