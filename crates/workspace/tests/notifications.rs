//! What users are told of and where: what they switched off is not kept, the desktop gets no project content while the window is locked.

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{Fixture, PASSWORD, fixture};
use lectern_notify::{CommentReply, JobFinished, Notice, Notifications, ThreadLost};
use lectern_store::{Store, StoreOptions, SystemClock};
use lectern_workspace::view::{Delivery, NotificationFilter, Settings};

/// Notifications as another slice leaves them.
fn left(f: &Fixture) -> (Notifications, String) {
    let store = Store::open(&f.dir.path().join("data/lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database");
    let user = f.workspace.session_state().expect("a session").user.expect("somebody").id;
    (Notifications::new(Arc::new(store), Arc::new(SystemClock)), user)
}

fn reply(project_id: &str) -> Notice {
    Notice::CommentReply(CommentReply {
        project_id: project_id.to_owned(),
        thread_id: "t1".to_owned(),
        comment_id: "c1".to_owned(),
        path: "src/sync.rs".to_owned(),
        line: 88,
        author: "Noor".to_owned(),
        text: "let key = 1;".to_owned(),
    })
}

fn lost(project_id: &str, threads: u32) -> Notice {
    Notice::ThreadNeedsReview(ThreadLost {
        project_id: project_id.to_owned(),
        thread_id: "t1".to_owned(),
        threads,
        path: "src/sync.rs".to_owned(),
        line: 88,
        candidates: 2,
    })
}

fn wanting(f: &Fixture, notifications: &[(&str, Delivery)], desktop_notifications: bool) {
    let notifications: BTreeMap<String, Delivery> = notifications.iter().map(|(kind, delivery)| ((*kind).to_owned(), *delivery)).collect();
    f.workspace.save_settings(Settings { desktop_notifications, notifications, ..Settings::default() }).expect("stored");
}

#[test]
fn a_card_leads_to_its_thread_and_tells_how_many_there_are() {
    let f = fixture();
    let project = f.project();
    let (notices, user) = left(&f);
    notices.add(&user, &lost(&project, 1)).expect("a row");
    notices.add(&user, &lost(&project, 12)).expect("a row");
    let page = f.workspace.notifications(None, 10, NotificationFilter::default()).expect("a page");
    let [several, one] = page.notifications.as_slice() else { panic!("{page:?}") };
    assert_eq!((one.thread_id.as_deref(), one.threads), (Some("t1"), 1));
    assert_eq!(one.text, "src/sync.rs line 88 now has 2 possible matches. Pick one.");
    assert_eq!((several.title.as_str(), several.threads), ("12 threads lost their exact place", 12));
    assert_eq!(f.workspace.notification(&one.id).expect("a card").as_ref(), Some(one));
}

#[test]
fn what_the_user_switched_off_is_not_kept() {
    let f = fixture();
    let project = f.project();
    let (notices, user) = left(&f);
    wanting(&f, &[("COMMENT_REPLY", Delivery::Off)], false);
    assert_eq!(notices.add(&user, &reply(&project)).expect("no row"), None);
    assert!(notices.add(&user, &lost(&project, 1)).expect("a row").is_some());
    wanting(&f, &[], false);
    assert!(notices.add(&user, &reply(&project)).expect("a row").is_some());
    let replies = NotificationFilter { kinds: vec!["COMMENT_REPLY".to_owned()], ..NotificationFilter::default() };
    assert_eq!(f.workspace.notifications(None, 10, replies).expect("a page").notifications.len(), 1);
}

#[test]
fn the_desktop_is_told_once_what_the_user_wants_there_and_no_words_of_comments() {
    let f = fixture();
    let project = f.project();
    let (notices, user) = left(&f);
    let told = |cursor: &mut _| f.workspace.desktop_notices(cursor).expect("an answer");
    let mut cursor = f.workspace.desktop_cursor();
    notices.add(&user, &reply(&project)).expect("a row");
    assert_eq!(told(&mut cursor), [], "nobody asked for any");

    wanting(&f, &[("THREAD_NEEDS_REVIEW", Delivery::Bell)], true);
    assert_eq!(told(&mut cursor), [], "what is past is past");
    let id = notices.add(&user, &reply(&project)).expect("a row");
    notices.add(&user, &lost(&project, 1)).expect("a row");
    let shown = told(&mut cursor);
    let [one] = shown.as_slice() else { panic!("only what is wanted on the desktop: {shown:?}") };
    assert_eq!((&one.id, one.title.as_str(), one.text.as_str()), (&id, "New reply", "ferry: Noor wrote at src/sync.rs line 88."));
    assert_eq!(told(&mut cursor), [], "told once");

    let read = notices.add(&user, &reply(&project)).expect("a row").expect("its type is on");
    f.workspace.read_notification(&read).expect("read");
    assert_eq!(told(&mut cursor), [], "what was read meanwhile is no news");
    for _ in 0..5 {
        notices.add(&user, &reply(&project)).expect("a row");
    }
    let shown = told(&mut cursor);
    assert_eq!(shown.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["5 new notifications"], "many are told in one");
}

#[test]
fn a_locked_window_shows_nothing_of_a_project_on_the_desktop() {
    let f = fixture();
    let project = f.project();
    let (notices, user) = left(&f);
    wanting(&f, &[], true);
    let mut cursor = f.workspace.desktop_cursor();
    f.workspace.lock().expect("locked");
    notices.add(&user, &reply(&project)).expect("a row");
    notices.add(&user, &lost(&project, 1)).expect("a row");
    let job =
        JobFinished { project_id: project, job_id: "j".to_owned(), kind: "REVIEW".to_owned(), title: "Review src/sync.rs".to_owned() };
    notices.add(&user, &Notice::JobFinished(job)).expect("a row");
    let shown = f.workspace.desktop_notices(&mut cursor).expect("an answer");
    let [one] = shown.as_slice() else { panic!("one for all: {shown:?}") };
    let said = format!("{} {}", one.title, one.text);
    assert!(one.id.is_none() && !["ferry", "sync.rs", "Noor", "reply", "Review"].iter().any(|word| said.contains(word)), "{said}");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    assert_eq!(f.workspace.desktop_notices(&mut cursor).expect("an answer"), [], "told once, locked or not");
}
