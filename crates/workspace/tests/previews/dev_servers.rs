//! What runs is found, shown behind the gate, and nothing of it outlives its preview.

use std::fs;

use lectern_workspace::view::{EndedReason, PreviewKind, PreviewRequest, PreviewStatus, Trust};

use crate::support::*;

#[test]
fn a_dev_server_is_shown_behind_the_gate_once_it_answers_and_its_log_is_told_without_secrets() {
    let f = fixture("<p>x");
    let preview = f.ready(&["python3", "server.py"]);
    let url = preview.url.clone().expect("a url");
    assert_eq!(preview.kind, PreviewKind::DevServer);
    assert!(get(&format!("{url}/"), None).expect("an answer").0 >= 400, "not without a ticket");
    let cookie = f.enter(&preview);
    assert_eq!(get(&format!("{url}/"), Some(&cookie)).expect("an answer").2, "<p>served by the project");
    assert_eq!(preview.command.as_deref(), Some("python3 server.py"));
    let own = preview.own_port.expect("a port of its own");
    let lines = f.lines(&preview);
    assert_eq!(lines[0], "$ python3 server.py");
    assert!(lines.contains(&"API_TOKEN=••••".to_owned()), "{lines:?}");
    assert!(lines.contains(&format!("answers on port {own}")), "{lines:?}");
    let on_disk = fs::read_to_string(f.dir.path().join("data/previews").join(&preview.id).join("log")).expect("a log");
    assert!(!on_disk.contains("abcdef0123456789"), "nor on the disk");
    assert_eq!(f.notified(), ["PREVIEW_READY"]);
    assert_eq!(f.run(&["python3", "server.py"]).id, preview.id, "the same again");
    let stopped = f.workspace.stop_preview(&preview.id).expect("it ran");
    assert_eq!((stopped.status, stopped.ended_reason, stopped.error), (PreviewStatus::Expired, Some(EndedReason::Stopped), None));
    assert!(!listens(own) && !listens(preview.port.expect("a port")), "nobody listens on either port");
    assert_eq!(f.lines(&preview)[0], "$ python3 server.py", "the log can be read afterwards");
    let said = f.heard.said.lock().expect("no panic");
    assert!(said.iter().any(|said| said.page.lines.iter().any(|line| line.text == "API_TOKEN=••••")), "live lines are told");
}

#[test]
fn a_server_on_a_port_of_its_own_choice_is_found() {
    let f = fixture("<p>x");
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let preview = f.ready(&["python3", "server.py", &free.to_string()]);
    assert_eq!(preview.own_port, Some(free));
}

#[test]
fn one_that_ends_before_it_answers_failed_and_one_that_ends_later_crashed() {
    let f = fixture("<p>x");
    fs::write(f.root.join("broken.py"), "import sys; print(\"Error: Cannot find module 'vite'\"); sys.exit(1)").expect("a program");
    let failed = f.until_ended(&f.run(&["python3", "broken.py"]));
    assert_eq!(failed.ended_reason, Some(EndedReason::Failed));
    let error = failed.error.clone().expect("why");
    assert!(error.contains("exit code 1") && error.contains("Cannot find module") && error.contains("install"), "{error}");
    let preview = f.ready(&["python3", "server.py"]);
    let cookie = f.enter(&preview);
    let _ = get(&format!("{}/crash", preview.url.as_ref().expect("a url")), Some(&cookie));
    let crashed = f.until_ended(&preview);
    assert_eq!(crashed.ended_reason, Some(EndedReason::Crashed));
    assert!(crashed.error.expect("why").contains("exit code 3"));
    assert!(!listens(preview.port.expect("a port")));
    assert_eq!(f.notified(), ["PREVIEW_FAILED", "PREVIEW_READY", "PREVIEW_FAILED"]);
    let again = f.workspace.restart_preview(&preview.id, Some(Trust::Once)).expect("started over");
    f.until(&again, |preview| preview.status == PreviewStatus::Ready);
}

#[test]
fn a_program_that_is_not_there_is_told_before_anything_begins() {
    let f = fixture("<p>x");
    assert_eq!(code(f.workspace.start_preview(&f.id, &command(&["no-such-program-x"]), Some(Trust::Once))), "PROGRAM_MISSING");
    assert_eq!(code(f.workspace.start_preview(&f.id, &command(&[]), Some(Trust::Once))), "BAD_COMMAND");
    assert_eq!(f.workspace.previews(&f.id).expect("a list"), []);
    let outside = PreviewRequest::DevServer { argv: vec!["python3".to_owned()], folder: "../..".to_owned() };
    assert_eq!(code(f.workspace.start_preview(&f.id, &outside, Some(Trust::Once))), "OUTSIDE_PROJECT");
}

#[test]
fn what_a_preview_started_ends_with_the_sign_out() {
    let f = fixture("<p>x");
    fs::write(
        f.root.join("family.py"),
        "import subprocess, sys, os\nsubprocess.Popen(['sleep', '4321'], start_new_session=True)\nexec(open('server.py').read())",
    )
    .expect("a program");
    let preview = f.ready(&["python3", "family.py"]);
    f.workspace.sign_out().expect("signed out");
    assert!(!listens(preview.own_port.expect("a port")));
    let left = std::process::Command::new("pgrep").args(["-fx", "sleep 4321"]).output().expect("pgrep");
    assert!(left.stdout.is_empty(), "a child in a session of its own is gone too");
}
