//! Runs a program as a tree of processes that never outlives the one who started it.
