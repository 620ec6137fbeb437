//! Files that only their owner may read.

use std::fs::OpenOptions;

/// Options to create or open a file for writing, with mode 0600 where files have modes.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
