//! Starting the window.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use lectern_workspace::{
    Claim, DataDir, Instance, Workspace, WorkspaceOptions,
    view::{Failure, OpenRequest},
};
use tauri::{AppHandle, Manager, State};
use tauri_specta::Event;

use crate::{arguments::Arguments, bindings, events, windows};

/// What every command can reach.
pub struct App {
    /// The open data folder, or why it could not be opened: the window shows that instead.
    workspace: Result<Arc<Workspace>, Failure>,
    open_request: Mutex<Option<OpenRequest>>,
}

impl App {
    pub fn workspace(&self) -> Result<Arc<Workspace>, Failure> {
        self.workspace.clone()
    }

    /// The path of the command line, once.
    pub fn take_open_request(&self) -> Option<OpenRequest> {
        self.open_request.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Runs a call that may wait for the disk or the processor off the window's thread.
pub async fn blocking<T: Send + 'static>(
    app: State<'_, App>,
    work: impl FnOnce(Arc<Workspace>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let workspace = app.workspace()?;
    tauri::async_runtime::spawn_blocking(move || work(workspace))
        .await
        .unwrap_or_else(|error| Err(Failure::internal(format!("the command stopped: {error}"))))
}

pub fn run(arguments: Arguments) -> ExitCode {
    let path = arguments.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    let (data, instance) = match claim(&arguments, path.as_deref()) {
        Ok(Some(claimed)) => claimed,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("lectern-desktop: {message}");
            return ExitCode::FAILURE;
        }
    };
    let builder = bindings::builder();
    let typed = builder.invoke_handler();
    let result = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(move |invoke| if bindings::is_raw(invoke.message.command()) { bindings::raw(invoke) } else { typed(invoke) })
        .setup(move |app| {
            builder.mount_events(app);
            let workspace = Workspace::open(WorkspaceOptions {
                data_dir: arguments.data_dir.clone(),
                resume_session: true,
                events: Arc::new(events::ToWindow(app.handle().clone())),
                ..WorkspaceOptions::default()
            });
            if let Ok(workspace) = &workspace {
                start_housekeeping(Arc::clone(workspace));
            }
            app.manage(App { workspace, open_request: Mutex::new(path.map(|path| OpenRequest { path })) });
            app.manage(windows::Remembered::load(data.path()));
            listen(&instance, app.handle().clone());
            // Held until the process ends: the lock says that this is the window.
            app.manage(instance);
            windows::open_main(app.handle(), data.path())?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lectern-desktop: the window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Becomes the window of the data folder, or hands the path to the process that is (`None`).
fn claim(arguments: &Arguments, path: Option<&str>) -> Result<Option<(DataDir, Instance)>, String> {
    let folder = DataDir::locate(arguments.data_dir.clone()).ok_or("this computer names no home folder; use --data-dir")?;
    let data = DataDir::open(&folder).map_err(|error| format!("the data folder {} can't be used: {error}", folder.display()))?;
    match Instance::claim(&data, path) {
        Ok(Claim::First(instance)) => Ok(Some((data, instance))),
        Ok(Claim::Handed) => Ok(None),
        Err(error) => Err(format!("Lectern is running but does not answer: {error}")),
    }
}

fn listen(instance: &Instance, handle: AppHandle) {
    let listening = instance.listen(move |request| {
        windows::come_forward(&handle);
        if let Some(request) = request {
            let _ = events::OpenRequested(request).emit(&handle);
        }
    });
    if let Err(error) = listening {
        eprintln!("lectern-desktop: later starts can't reach this window: {error}");
    }
}

/// Looks for the keychain, then locks the window when nobody touches it.
fn start_housekeeping(workspace: Arc<Workspace>) {
    thread::spawn(move || {
        workspace.probe_keychain();
        loop {
            thread::sleep(Duration::from_secs(2));
            if let Err(error) = workspace.lock_if_idle() {
                eprintln!("lectern-desktop: the window could not be locked: {error}");
            }
        }
    });
}
