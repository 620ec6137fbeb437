//! `cargo xtask run`: from a fresh clone to an open window.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{binary, build_release};
use crate::fail;
use crate::report::{Failed, step};
use crate::setup::{self, For};
use crate::{model, ui};

/// Installs, builds, opens.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let project = match arguments {
        [] => None,
        [path] => Some(PathBuf::from(path).canonicalize().map_err(|error| Failed(format!("{path}: {error}")))?),
        _ => fail!("usage: cargo xtask run [PATH]"),
    };
    let screen = has_screen();
    step("Check the system's packages", || setup::system(if screen { For::Window } else { For::NoScreen }))?;
    step("Install the interface's dependencies", || {
        setup::node()?;
        ui::install()
    })?;
    step("Provide the default model", model::provide)?;
    step("Build the interface", ui::build)?;
    step("Build Lectern", build_release)?;
    let desktop = binary("release", "lectern-desktop")?;
    if !screen {
        return step("Open Lectern on a virtual screen", || on_virtual_screen(&desktop, project.as_deref()));
    }
    println!("\n==> Open Lectern: {}", desktop.display());
    let mut command = Command::new(desktop);
    command.args(project);
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(Failed(format!("Lectern ended with {status}"))) }
}

fn has_screen() -> bool {
    let set = |key: &str| std::env::var_os(key).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// There is no screen: shows the window on one of its own, keeps a picture, and stops.
#[cfg(target_os = "linux")]
fn on_virtual_screen(desktop: &std::path::Path, project: Option<&std::path::Path>) -> Result<(), Failed> {
    use lectern_e2e::process::{Guarded, poll};
    use lectern_e2e::{Bus, Desktop};
    use std::time::Duration;

    println!(
        "    Neither DISPLAY nor WAYLAND_DISPLAY is set: Lectern opens on a virtual screen (Xvfb), a picture is taken, then it is closed."
    );
    let folder = tempfile::tempdir()?;
    let artifacts = crate::cargo::root().join("artifacts");
    std::fs::create_dir_all(&artifacts)?;
    let log = artifacts.join("run.log");
    std::fs::write(&log, "")?;
    let screen = Desktop::start(folder.path(), folder.path(), Bus::Bare);
    let mut command = screen.command(desktop);
    if let Some(data) = model::data_dir() {
        command.arg("--data-dir").arg(data);
    }
    command.args(project);
    let mut window = Guarded::start(&command, &log);
    // Text has many shades at its edges; an empty page has none.
    let painted = poll(Duration::from_secs(60), || screen.framebuffer().colours(40) >= 40 || !window.is_running());
    if !window.is_running() {
        fail!("Lectern ended before it showed anything; see {}", log.display());
    }
    if !painted {
        fail!("Lectern painted nothing within a minute; see {}", log.display());
    }
    // What comes right after the first paint (fonts, a first sync's end) belongs in the picture.
    std::thread::sleep(Duration::from_secs(2));
    let picture = artifacts.join("run.png");
    if !screen.framebuffer().save(&picture) {
        fail!("the picture could not be written to {}", picture.display());
    }
    println!("    Lectern's window is up. Picture: {}", picture.display());
    println!("    It is closed again now; on a computer with a screen it stays open.");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn on_virtual_screen(_: &std::path::Path, _: Option<&std::path::Path>) -> Result<(), Failed> {
    fail!("there is no screen")
}
