//! How long a dev server may take until it answers.

use std::{fs, process::Command, time::Duration};

use lectern_workspace::view::{EndedReason, PreviewStatus};

use crate::support::*;

/// Prints again and again; begins to serve after as many lines as it is told, if ever. Its last word marks its processes.
const TALKER: &str = r#"
import http.server, os, sys, time
lines = int(sys.argv[1])
for number in range(1000000):
    if number == lines:
        http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
    print(f"compiling {number}", flush=True)
    time.sleep(0.1)
"#;

fn runs(mark: &str) -> bool {
    !Command::new("pgrep").args(["-f", &format!("talker.py .*{mark}")]).output().expect("pgrep").stdout.is_empty()
}

#[test]
fn one_that_only_prints_is_given_up_in_the_end() {
    let f = fixture("<p>x");
    f.workspace.wait_for_dev_servers(DEADLINE, Duration::from_secs(2));
    fs::write(f.root.join("talker.py"), TALKER).expect("a program");
    let preview = f.run(&["python3", "talker.py", "-1", "given-up-mark"]);
    wait("its process", || runs("given-up-mark"));
    let failed = f.until_ended(&preview);
    assert_eq!(failed.ended_reason, Some(EndedReason::Failed));
    let error = failed.error.expect("why");
    assert!(error.contains("did not answer for 2 s") && error.contains("compiling "), "{error}");
    assert_eq!(f.notified(), ["PREVIEW_FAILED"]);
    assert!(!runs("given-up-mark"), "it was given up and still runs");
    assert!(f.lines(&preview).iter().any(|line| line == "compiling 1"), "the log stays");
}

#[test]
fn one_that_prints_is_waited_for_longer_than_a_silent_one() {
    let f = fixture("<p>x");
    f.workspace.wait_for_dev_servers(Duration::from_secs(3), DEADLINE * 2);
    fs::write(f.root.join("talker.py"), TALKER).expect("a program");
    let silent = f.until_ended(&f.run(&["sleep", "4322"]));
    assert!(silent.error.clone().is_some_and(|error| error.contains("did not answer for 3 s, and printed nothing")), "{silent:?}");
    let talking = f.run(&["python3", "talker.py", "50", "waited-for-mark"]);
    f.until(&talking, |preview| preview.status != PreviewStatus::Pending);
    let talking = f.workspace.preview(&talking.id).expect("a preview");
    assert_eq!(talking.status, PreviewStatus::Ready, "{:?}", talking.error);
}
