//! Where a run leaves its pictures and logs.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The checkout's root.
pub fn repository_root() -> PathBuf {
    // What cargo says now, not what it said at the build: two checkouts may share a target folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().expect("e2e/ lies in the checkout").to_path_buf()
}

/// The folder of this run: `LECTERN_E2E_RUN`, or a new one under `artifacts/e2e/`.
pub fn run_folder() -> PathBuf {
    let folder = match std::env::var_os("LECTERN_E2E_RUN") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs();
            repository_root().join("artifacts/e2e").join(format!("run-{seconds}"))
        }
    };
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{} can't be created: {error}", folder.display()));
    folder
}
