//! How long it takes until a preview is ready, and until a save is told: prints milliseconds. `preview_bench FOLDER`, a folder of any size, which is
//! not written to.

use std::{path::PathBuf, sync::Arc, time::Instant};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Workspace, WorkspaceOptions,
    view::{Failure, PreviewRequest},
};

const RUNS: usize = 40;

fn main() -> Result<(), Failure> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or_else(|| Failure::new("USAGE", "name a folder"))?);
    let data = std::env::temp_dir().join(format!("lectern-preview-bench-{}", std::process::id()));
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(data.clone()),
        resume_session: true,
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        ..WorkspaceOptions::default()
    })?;
    workspace.sign_in_headless(None, |_| None)?;
    let (project, synced) = workspace.sync_path(&folder, &|_| {})?;
    println!("{} files", synced.files);
    for (name, version) in [("version", Some(synced.version)), ("folder", None)] {
        let request = PreviewRequest::Static { version, folder: String::new(), falls_back: false };
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let began = Instant::now();
            let preview = workspace.start_preview(&project, &request, None)?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
            workspace.stop_preview(&preview.id)?;
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{name}: ready after {:.1} ms (median), {:.1} ms (p95), {:.1} ms (worst)",
            times[RUNS / 2],
            times[RUNS * 95 / 100],
            times[RUNS - 1]
        );
    }
    drop(workspace);
    let _ = std::fs::remove_dir_all(data);
    Ok(())
}
