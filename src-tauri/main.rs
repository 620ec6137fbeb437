//! The window: turns commands into calls on the workspace, and the workspace's events into events of the webview.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod arguments;
mod bindings;
mod commands;
mod desktop_notifications;
mod events;
mod preview_window;
mod windows;

use std::process::ExitCode;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("lectern-desktop: {message}\nusage: lectern-desktop [--data-dir DIR] [PATH]");
            return ExitCode::from(2);
        }
    };
    #[cfg(debug_assertions)]
    if let Some(path) = &arguments.export_types {
        return match bindings::export(path) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("lectern-desktop: the types could not be written: {error}");
                ExitCode::FAILURE
            }
        };
    }
    windows::work_around_drivers();
    app::run(arguments)
}
