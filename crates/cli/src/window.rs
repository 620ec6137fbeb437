//! From the shell to the window: hand the path to the one that runs, or start it.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use lectern_workspace::{DataDir, hand_to_running, view::Failure};

const PROGRAM: &str = if cfg!(windows) { "lectern-desktop.exe" } else { "lectern-desktop" };

/// Opens the window, or brings it forward, with `path` in it.
pub fn open(data_dir: Option<&Path>, path: Option<&Path>) -> Result<(), Failure> {
    let path = match path {
        Some(path) => Some(std::path::absolute(path).map_err(|error| Failure::new("BAD_PATH", error.to_string()))?),
        None => None,
    };
    if let Some(missing) = path.as_ref().filter(|path| !path.exists()) {
        return Err(Failure::new("FOLDER_MISSING", format!("“{}” is not there", missing.display())).hint("Check the path."));
    }
    let text = path.as_ref().map(|path| path.to_string_lossy().into_owned());
    let located = DataDir::locate(data_dir.map(Path::to_owned)).filter(|folder| folder.is_dir());
    if let Some(data) = located.and_then(|folder| DataDir::open(&folder).ok())
        && hand_to_running(&data, text.as_deref())
    {
        return Ok(());
    }
    let mut command = Command::new(find().ok_or_else(|| {
        Failure::new("NO_WINDOW", "lectern-desktop was found neither beside lectern nor on the PATH")
            .hint("Install both in the same folder.")
    })?);
    if let Some(data_dir) = data_dir {
        command.arg("--data-dir").arg(data_dir);
    }
    if let Some(path) = &path {
        command.arg("--").arg(path);
    }
    command.stdin(Stdio::null());
    #[cfg(unix)]
    {
        // The window stays when the terminal's Ctrl+C ends what was started from it.
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    command.spawn().map_err(|error| Failure::new("NO_WINDOW", format!("the window could not be started: {error}")))?;
    Ok(())
}

fn find() -> Option<PathBuf> {
    let beside = env::current_exe().ok().and_then(|program| Some(program.canonicalize().ok()?.with_file_name(PROGRAM)));
    let on_path = env::var_os("PATH").into_iter().flat_map(|path| env::split_paths(&path).collect::<Vec<_>>()).map(|dir| dir.join(PROGRAM));
    beside.into_iter().chain(on_path).find(|program| program.is_file())
}
