//! When a preview ends, and what is left then.

use std::time::{Duration, Instant};

use lectern_workspace::view::{EndedReason, LinkUse, PreviewStatus, Settings};

use crate::support::*;

#[test]
fn a_stopped_preview_answers_nobody_and_frees_its_port() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let (link, url) = (f.link(&preview), preview.url.clone().expect("a url"));
    let cookie = enter(&link);
    f.workspace.stop_preview(&preview.id).expect("it ran");
    assert_eq!(get(&format!("{url}/"), Some(&cookie)), None, "nobody listens");
    assert!(std::net::TcpListener::bind(("127.0.0.1", preview.port.expect("a port"))).is_ok(), "the port is free");
    assert_eq!(code(f.workspace.preview_link(&preview.id, LinkUse::Copy)), "PREVIEW_ENDED");
    assert_eq!(code(f.workspace.extend_preview(&preview.id)), "PREVIEW_ENDED");
    assert_eq!(f.stages(&preview), ["EXPIRED"]);
    f.workspace.stop_preview(&preview.id).expect("twice is fine");
    assert_eq!(f.stages(&preview), ["EXPIRED"]);
}

#[test]
fn a_preview_ends_within_a_second_of_its_time_and_is_warned_of_once() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    f.clock.advance(8 * HOUR - 10 * 60 * 1000 - 1);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(f.notified(), [""; 0], "not yet");
    assert!(!f.workspace.preview(&preview.id).expect("it runs").ends_soon);
    f.clock.advance(1);
    let began = Instant::now();
    while f.notified().is_empty() {
        assert!(began.elapsed() < DEADLINE, "no warning");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(f.notified(), ["PREVIEW_EXPIRING"], "once");
    assert!(f.workspace.preview(&preview.id).expect("it runs").ends_soon, "the window says it at the same time");
    let extended = f.workspace.extend_preview(&preview.id).expect("it runs");
    assert_eq!((extended.status, extended.ends_soon), (PreviewStatus::Ready, false));
    f.clock.advance(10 * 60 * 1000);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(f.workspace.preview(&preview.id).expect("it runs").status, PreviewStatus::Ready, "it was prolonged");
    let cookie = enter(&f.link(&preview));
    f.clock.advance(8 * HOUR);
    let over = Instant::now();
    let (status, url) = (f.until_ended(&preview), preview.url.expect("a url"));
    assert!(over.elapsed() < Duration::from_secs(2), "the keeper's second, and a busy computer's");
    assert_eq!(status.ended_reason, Some(EndedReason::TimedOut));
    assert_eq!(get(&format!("{url}/"), Some(&cookie)), None);
}

#[test]
fn a_clock_that_is_set_back_prolongs_nothing_that_ended() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    f.clock.advance(8 * HOUR);
    f.until_ended(&preview);
    f.clock.advance(-9 * HOUR);
    assert_eq!(code(f.workspace.preview_link(&preview.id, LinkUse::Open)), "PREVIEW_ENDED");
    assert_eq!(f.workspace.preview(&preview.id).expect("a row").status, PreviewStatus::Expired);
}

#[test]
fn signing_out_ends_previews_and_locking_does_only_when_chosen() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    f.workspace.lock().expect("locked");
    assert_eq!(code(f.workspace.preview_link(&preview.id, LinkUse::Open)), "LOCKED");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    assert_eq!(f.workspace.preview(&preview.id).expect("a row").status, PreviewStatus::Ready);
    f.workspace.save_settings(Settings { lock_ends_previews: true, ..Settings::default() }).expect("saved");
    f.workspace.lock().expect("locked");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    assert_eq!(f.workspace.preview(&preview.id).expect("a row").ended_reason, Some(EndedReason::Stopped));
    let second = f.start(&version(1));
    f.workspace.sign_out().expect("signed out");
    assert_eq!(get(&format!("{}/", second.url.expect("a url")), None), None);
    f.workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    assert_eq!(f.workspace.preview(&second.id).expect("a row").status, PreviewStatus::Expired);
}

#[test]
fn a_removed_preview_comes_back_for_ten_minutes_and_then_leaves_a_tombstone() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    assert_eq!(code(f.workspace.remove_preview(&preview.id, false)), "STILL_RUNNING");
    f.workspace.stop_preview(&preview.id).expect("it ran");
    f.workspace.remove_preview(&preview.id, false).expect("it ended");
    assert_eq!(f.workspace.previews(&f.id).expect("a list"), []);
    f.workspace.remove_preview(&preview.id, true).expect("in time");
    assert_eq!(f.workspace.previews(&f.id).expect("a list").len(), 1);
    f.workspace.remove_preview(&preview.id, false).expect("again");
    f.clock.advance(10 * 60 * 1000);
    assert_eq!(code(f.workspace.remove_preview(&preview.id, true)), "GONE");
    let began = Instant::now();
    while f.stages(&preview).len() < 3 {
        assert!(began.elapsed() < DEADLINE, "the keeper never cleans");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(f.stages(&preview), ["EXPIRED", "SOFT_DELETED", "PURGED"]);
}

#[test]
fn the_end_of_a_process_is_the_end_of_its_previews() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let cookie = enter(&f.link(&preview));
    let Fixture { workspace, dir, clock, heard, id, .. } = f;
    drop(workspace);
    // Nobody answers there, or whoever took the port since: not to this cookie.
    let answer = get(&format!("{}/", preview.url.clone().expect("a url")), Some(&cookie));
    assert!(answer.is_none_or(|(status, ..)| status == 403));
    let workspace = open(dir.path(), &clock, &heard);
    workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    let listed = workspace.previews(&id).expect("a list");
    assert_eq!((listed[0].id.as_str(), listed[0].ended_reason), (preview.id.as_str(), Some(EndedReason::Stopped)));
}
