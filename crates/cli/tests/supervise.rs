//! The supervisor is there for Lectern itself, and on no list.
#![cfg(target_os = "linux")]

use std::{path::Path, process::Command, sync::mpsc::channel, time::Duration};

use lectern_supervise::{Launch, Said, Supervised};

#[test]
fn the_supervisor_is_on_no_list() {
    let say = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_lectern")).args(words).output().expect("lectern runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let lists = [&["--help"][..], &["help"], &["completions", "bash"], &["completions", "zsh"], &["completions", "fish"]];
    for words in lists {
        let said = say(words);
        assert!(said.contains("sync") && !said.contains("supervise"), "lectern {words:?} says {said}");
    }
}

#[test]
fn lectern_supervises_a_program() {
    let (sender, said) = channel();
    let launch = Launch {
        id: "cli-test".to_owned(),
        argv: ["printf", "%s\\n", "a b; $HOME"].map(str::to_owned).to_vec(),
        folder: "/".into(),
        environment: Vec::new(),
    };
    let lectern = Path::new(env!("CARGO_BIN_EXE_lectern"));
    let supervised = Supervised::start(lectern, launch, move |said| drop(sender.send(said))).expect("it runs");
    let mut lines = Vec::new();
    loop {
        match said.recv_timeout(Duration::from_secs(30)).expect("something is told") {
            Said::Line { text, .. } => lines.push(text),
            Said::Ended { code, signal } => {
                assert_eq!((code, signal), (Some(0), None));
                break;
            }
            Said::Started { pid } => assert_eq!(pid, supervised.pid()),
            Said::Listening(ports) => panic!("nobody listens on {ports:?}"),
        }
    }
    assert_eq!(lines, ["a b; $HOME"], "no shell saw it");
}
