//! Puts the slices together: the data folder, who is signed in, what one event causes elsewhere.
