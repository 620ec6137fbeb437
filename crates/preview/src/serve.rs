//! Files behind the gate: those of a version by their hashes, those of the folder beneath a handle of it.
