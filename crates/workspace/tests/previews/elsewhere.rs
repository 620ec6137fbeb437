//! A preview that another Lectern serves, on the same data folder.

use std::sync::Arc;

use lectern_workspace::view::{EndedReason, LinkUse, PreviewStatus, Trust};

use crate::support::*;

/// Another process as far as rows, locks and ports are concerned.
fn another(f: &Fixture) -> Arc<lectern_workspace::Workspace> {
    let other = open(f.dir.path(), &f.clock, &Arc::default());
    other.sign_in(EMAIL, PASSWORD.to_owned(), false).expect("signed in");
    other
}

#[test]
fn another_lectern_sees_it_and_can_not_open_it() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let other = another(&f);
    let listed = other.previews(&f.id).expect("a list");
    assert_eq!((listed[0].id.as_str(), listed[0].status), (preview.id.as_str(), PreviewStatus::Ready));
    assert_eq!(code(other.preview_link(&preview.id, LinkUse::Open)), "ELSEWHERE");
    assert_eq!(code(other.preview_window_link(&preview.id, None)), "ELSEWHERE");
    assert_eq!(code(other.remove_preview(&preview.id, false)), "STILL_RUNNING");
    drop(other);
    assert!(get(&f.link(&preview), None).is_some(), "the end of the other is not its end");
}

#[test]
fn another_lectern_prolongs_it() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let (cookie, url) = (f.enter(&preview), preview.url.clone().expect("a url"));
    let other = another(&f);
    f.clock.advance(7 * HOUR);
    let extended = other.extend_preview(&preview.id).expect("it runs");
    assert_ne!(extended.expires_at, preview.expires_at);
    // Past its first end, which nobody must keep to any more.
    let served = || get(&format!("{url}/"), Some(&cookie)).is_some_and(|(status, ..)| status == 200);
    std::thread::sleep(std::time::Duration::from_millis(600));
    f.clock.advance(2 * HOUR);
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert!(served(), "its server did not hear that it was prolonged");
    f.clock.advance(7 * HOUR);
    assert_eq!(f.until_ended(&preview).ended_reason, Some(EndedReason::TimedOut));
    assert_eq!(code(other.extend_preview(&preview.id)), "PREVIEW_ENDED");
}

#[test]
fn another_lectern_stops_it_with_all_that_it_runs() {
    let f = fixture("<p>x");
    let (files, server) = (f.start(&version(1)), f.ready(&["python3", "server.py"]));
    let other = another(&f);
    for preview in [&files, &server] {
        let stopped = other.stop_preview(&preview.id).expect("the other process hears it");
        assert_eq!((stopped.status, stopped.ended_reason), (PreviewStatus::Expired, Some(EndedReason::Stopped)));
        assert!(!listens(preview.port.expect("a port")), "it is stopped and answers");
    }
    assert!(!listens(server.own_port.expect("a port")), "what it ran still listens");
    assert_eq!(f.stages(&server), ["EXPIRED"]);
    assert_eq!(code(f.workspace.preview_link(&files.id, LinkUse::Open)), "PREVIEW_ENDED");
}

#[test]
fn another_lectern_starts_it_anew_as_its_own() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let other = another(&f);
    let again = other.restart_preview(&preview.id, Some(Trust::Once)).expect("started");
    assert_ne!(again.id, preview.id);
    assert!(other.preview_link(&again.id, LinkUse::Open).is_ok());
    assert_eq!(code(f.workspace.preview_link(&again.id, LinkUse::Open)), "ELSEWHERE");
    assert_eq!(f.until_ended(&preview).ended_reason, Some(EndedReason::Stopped));
}
