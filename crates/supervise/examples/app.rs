//! Stands for the app in tests, so that it can be killed: `app SUPERVISOR ID FOLDER PROGRAM …` runs the program, prints what is told as JSON lines
//! and `supervisor PID` first, and goes on for ever.

use std::{env, path::PathBuf, process::ExitCode, thread};

use lectern_supervise::{Launch, Supervised};

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let mut next = || words.next().expect("SUPERVISOR ID FOLDER PROGRAM …");
    let (supervisor, id, folder) = (PathBuf::from(next()), next(), PathBuf::from(next()));
    let launch = Launch { id, argv: words.collect(), folder, environment: Vec::new() };
    let tell = |said| println!("{}", serde_json::to_string(&said).expect("JSON"));
    match Supervised::start(&supervisor, launch, tell) {
        Ok(supervised) => {
            println!("supervisor {}", supervised.supervisor_pid());
            loop {
                thread::park();
            }
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
