//! The tooling of this repository: `cargo xtask` lists what it does.

mod bench;
mod bench_ai;
mod bench_anchors;
mod bench_blame;
mod bench_find;
mod bench_preview;
#[cfg(target_os = "linux")]
mod bench_reading;
mod bench_refactor;
mod bench_search;
#[cfg(target_os = "linux")]
mod bench_start;
mod bench_sync;
mod cargo;
mod e2e;
mod icons;
mod model;
mod report;
mod run;
mod setup;
mod shots;
mod soak;
mod soak_restore;
mod test;
mod types;
mod ui;

use std::process::ExitCode;

use report::Failed;

struct Task {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<(), Failed>,
}

const TASKS: &[Task] = &[
    Task {
        name: "run",
        usage: "[PATH]",
        about: "Install what is missing, build, and open Lectern (with PATH as a project)",
        run: run::run,
    },
    Task {
        name: "test",
        usage: "",
        about: "Everything CI checks: format, lints, tests, types, the interface, the real window",
        run: test::run,
    },
    Task {
        name: "e2e",
        usage: "[FILTER]",
        about: "Only the tests in the real window, all or those whose name contains FILTER",
        run: e2e::run,
    },
    Task { name: "shots", usage: "", about: "Photograph every screen, both themes and both sizes, into artifacts/shots/", run: shots::run },
    Task { name: "types", usage: "", about: "Write the TypeScript types of commands and events from their Rust source", run: types::run },
    Task { name: "bench", usage: "NAME …", about: "Measure: gen, sync, start, size; `bench` alone explains them", run: bench::run },
    Task { name: "soak", usage: "NAME …", about: "Repeat until something breaks: sync-kill; `soak` alone explains it", run: soak::run },
    Task { name: "icons", usage: "", about: "Render icons/lectern.svg to the PNG, ICO and ICNS files that packages need", run: icons::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = arguments.first() else {
        list();
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        list();
        return ExitCode::SUCCESS;
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("There is no task {name:?}.\n");
        list();
        return ExitCode::from(2);
    };
    match (task.run)(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("\ncargo xtask {name} failed: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn list() {
    println!("cargo xtask TASK\n");
    for task in TASKS {
        println!("  {:<16} {}", format!("{} {}", task.name, task.usage), task.about);
    }
    println!("\nCARGO_TARGET_DIR moves the build; LECTERN_DATA_DIR moves the data folder that `run` opens.");
}
