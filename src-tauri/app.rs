//! Starting the window.

use std::{
    process::ExitCode,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use lectern_workspace::{
    Claim, DataDir, Instance, Workspace, WorkspaceOptions,
    view::{Failure, OpenRequest},
};
use tauri::{AppHandle, Manager, RunEvent, State};
use tauri_specta::Event;

use crate::{
    arguments::Arguments,
    bindings,
    desktop_notifications::{self, DesktopNotifications, InFront},
    events, windows,
};

/// What every command can reach.
pub struct App {
    workspace: Arc<Opening>,
    open_request: Mutex<Option<OpenRequest>>,
}

/// The data folder, opened on a thread of its own while the webview starts. Commands wait for it.
#[derive(Default)]
struct Opening {
    /// The open data folder, or why it could not be opened: the window shows that instead.
    result: Mutex<Option<Result<Arc<Workspace>, Failure>>>,
    done: Condvar,
}

impl Opening {
    fn set(&self, result: Result<Arc<Workspace>, Failure>) {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        self.done.notify_all();
    }

    /// The open data folder, if it is open by now.
    fn opened(&self) -> Option<Arc<Workspace>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.as_ref().ok().cloned()
    }

    fn wait(&self) -> Result<Arc<Workspace>, Failure> {
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(result) = &*result {
                return result.clone();
            }
            result = self.done.wait(result).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl App {
    pub fn workspace(&self) -> Result<Arc<Workspace>, Failure> {
        self.workspace.wait()
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
    let opening = Arc::clone(&app.workspace);
    tauri::async_runtime::spawn_blocking(move || work(opening.wait()?))
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
        .manage(InFront::default())
        .on_window_event(desktop_notifications::note_focus)
        .setup(move |app| {
            builder.mount_events(app);
            let opening = Arc::new(Opening::default());
            let options = WorkspaceOptions {
                data_dir: arguments.data_dir.clone(),
                resume_session: true,
                events: Arc::new(events::ToWindow(app.handle().clone())),
                ..WorkspaceOptions::default()
            };
            open_in_background(Arc::clone(&opening), options, app.handle().clone())?;
            app.manage(App { workspace: opening, open_request: Mutex::new(path.map(|path| OpenRequest { path })) });
            app.manage(windows::Remembered::load(data.path()));
            windows::open_main(app.handle(), data.path())?;
            listen(&instance, app.handle().clone());
            // Held until the process ends: the lock says that this is the window.
            app.manage(instance);
            Ok(())
        })
        .build(tauri::generate_context!());
    match result {
        Ok(app) => {
            app.run(|handle, event| {
                if matches!(event, RunEvent::Exit)
                    && let Some(workspace) = handle.try_state::<App>().and_then(|app| app.workspace.opened())
                {
                    // Nothing is dropped when the process ends; what it serves and runs ends here.
                    workspace.end_previews();
                    workspace.let_go_of_jobs();
                }
            });
            ExitCode::SUCCESS
        }
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

/// Opens the data folder, looks for the keychain, then locks the window when nobody touches it.
fn open_in_background(opening: Arc<Opening>, options: WorkspaceOptions, app: AppHandle) -> std::io::Result<()> {
    let work = move || {
        // Commands wait for an answer; a panic must be one too.
        let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Workspace::open(options)))
            .unwrap_or_else(|_| Err(Failure::internal("opening the data folder stopped")));
        opening.set(opened.clone());
        let Ok(workspace) = opened else { return };
        app.manage(DesktopNotifications::start(app.clone(), Arc::clone(&workspace)));
        workspace.probe_keychain();
        // Looking at every watched folder and hashing take a processor for a while: not while the first screen is made.
        thread::sleep(Duration::from_secs(1));
        workspace.start_watching();
        thread::sleep(Duration::from_secs(2));
        workspace.prepare_sign_in();
        collect_now_and_then(Arc::clone(&workspace));
        loop {
            thread::sleep(Duration::from_secs(2));
            if let Err(error) = workspace.lock_if_idle() {
                eprintln!("lectern-desktop: the window could not be locked: {error}");
            }
        }
    };
    thread::Builder::new().name("housekeeping".to_owned()).spawn(work).map(drop)
}

/// Thins out and collects once a day where a project asks for it; on a thread of its own, because it may take long. A kill in the middle does no
/// harm.
fn collect_now_and_then(workspace: Arc<Workspace>) {
    let work = move || loop {
        thread::sleep(Duration::from_mins(1));
        workspace.forget_old_notifications();
        workspace.forget_deleted_threads();
        if let Err(error) = workspace.collect_if_due() {
            eprintln!("lectern-desktop: old versions could not be thinned out: {error}");
        }
        thread::sleep(Duration::from_mins(29));
    };
    if let Err(error) = thread::Builder::new().name("collecting".to_owned()).spawn(work) {
        eprintln!("lectern-desktop: no thread for thinning out old versions: {error}");
    }
}
