//! What notifications promise: each user's own, newest first, read once; and types that are not known yet do no harm.

use std::sync::Arc;

use lectern_notify::{Notice, NoticeFilter, Notifications, PreviewExpiring, PreviewFailed, PreviewReady, SyncFailed, notify};
use lectern_store::{Clock, ManualClock, Store, StoreOptions, Timestamp, rusqlite};

struct Fixture {
    _dir: tempfile::TempDir,
    clock: ManualClock,
    store: Arc<Store>,
    notifications: Notifications,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &clock).expect("a database"));
    store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute_batch(
                "INSERT INTO users VALUES ('ada', 'a@b', 'h', '', '{}', NULL, 't', 't'), ('bob', 'b@b', 'h', '', '{}', NULL, 't', 't')",
            )
        })
        .expect("rows");
    let notifications = Notifications::new(Arc::clone(&store), Arc::new(clock.clone()));
    Fixture { _dir: dir, clock, store, notifications }
}

fn ready(number: u32) -> Notice {
    Notice::PreviewReady(PreviewReady {
        project_id: "p".to_owned(),
        preview_session_id: number.to_string(),
        title: "Dev server".to_owned(),
    })
}

#[test]
fn a_notification_is_its_users_alone_and_the_newest_come_first() {
    let f = fixture();
    let ids: Vec<String> = (0..5)
        .map(|number| {
            f.clock.advance(1);
            f.notifications.add("ada", &ready(number)).expect("a row").expect("its type is on")
        })
        .collect();
    let page = f.notifications.list("ada", None, 2).expect("rows");
    assert_eq!(page.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [ids[4].clone(), ids[3].clone()]);
    assert_eq!((&page[0].notice, page[0].created_at, page[0].read_at), (&ready(4), f.clock.now(), None));
    let rest = f.notifications.list("ada", Some(&ids[3]), 10).expect("rows");
    assert_eq!(rest.len(), 3);
    assert_eq!(f.notifications.list("bob", None, 10).expect("rows"), []);
    assert!(!f.notifications.mark_read("bob", &ids[0]).expect("no row"), "another's can't be read");
}

#[test]
fn what_is_read_is_read_once() {
    let f = fixture();
    let first = f.notifications.add("ada", &ready(1)).expect("a row").expect("its type is on");
    f.notifications.add("ada", &ready(2)).expect("a row");
    f.notifications.add("bob", &ready(3)).expect("a row");
    assert_eq!(f.notifications.unread("ada").expect("rows"), 2);
    assert_eq!(
        [f.notifications.mark_read("ada", &first).expect("a row"), f.notifications.mark_read("ada", &first).expect("a row")],
        [true, false]
    );
    assert_eq!(f.notifications.mark_all_read("ada").expect("rows"), 1);
    assert_eq!((f.notifications.unread("ada").expect("rows"), f.notifications.unread("bob").expect("rows")), (0, 1));
}

#[test]
fn each_type_is_stored_under_its_name_with_a_payload_of_its_own() {
    let f = fixture();
    let failed = Notice::PreviewFailed(PreviewFailed {
        project_id: "p".to_owned(),
        preview_session_id: "s".to_owned(),
        title: "Dev server".to_owned(),
        code: "NO_ANSWER".to_owned(),
        message: "It did not answer.".to_owned(),
    });
    let expiring = Notice::PreviewExpiring(PreviewExpiring {
        project_id: "p".to_owned(),
        preview_session_id: "s".to_owned(),
        title: "Dev server".to_owned(),
        expires_at: "2026-01-01T00:00:00.000Z".to_owned(),
    });
    for notice in [&failed, &expiring] {
        f.notifications.add("ada", notice).expect("a row");
    }
    let rows: Vec<(String, String)> = f
        .store
        .read::<_, rusqlite::Error>(|connection| {
            connection
                .prepare("SELECT type, payload ->> '$.preview_session_id' FROM notifications ORDER BY id")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("rows");
    assert_eq!(rows, [("PREVIEW_FAILED".to_owned(), "s".to_owned()), ("PREVIEW_EXPIRING".to_owned(), "s".to_owned())]);
    let read: Vec<Notice> = f.notifications.list("ada", None, 10).expect("rows").into_iter().map(|row| row.notice).collect();
    assert_eq!(read, [expiring, failed]);
}

#[test]
fn a_type_of_a_later_build_is_left_alone() {
    let f = fixture();
    f.store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute_batch(
                "INSERT INTO notifications VALUES ('0', 'ada', 'MOON_LANDED', '{\"crater\":1}', NULL, '2026-01-01T00:00:00.000Z')",
            )
        })
        .expect("a row");
    f.notifications.add("ada", &ready(1)).expect("a row");
    assert_eq!((f.notifications.list("ada", None, 10).expect("rows").len(), f.notifications.unread("ada").expect("rows")), (1, 1));
}

#[test]
fn a_notification_goes_with_the_transaction_that_it_tells_of() {
    let f = fixture();
    let lost = f.store.write::<(), rusqlite::Error>(|tx| {
        notify(tx, &f.clock, "ada", &ready(1))?;
        Err(rusqlite::Error::InvalidQuery)
    });
    assert!(lost.is_err());
    assert_eq!(f.notifications.list("ada", None, 10).expect("rows"), []);
}

fn sync_failed(project: &str) -> Notice {
    Notice::SyncFailed(SyncFailed {
        project_id: project.to_owned(),
        repo_sync_id: "s".to_owned(),
        code: "FOLDER_MISSING".to_owned(),
        message: "The folder is not there.".to_owned(),
    })
}

#[test]
fn what_goes_on_failing_is_told_once_until_it_is_read() {
    let f = fixture();
    let told = |user: &str, project: &str| f.notifications.add_once(user, &sync_failed(project)).expect("a row or none").is_some();
    assert!(told("ada", "p"));
    assert!(!told("ada", "p"));
    assert!(told("ada", "another") && told("bob", "p"), "of each project, to each user");
    f.notifications.mark_all_read("ada").expect("rows");
    assert!(told("ada", "p"), "again after it was read");
}

#[test]
fn old_notifications_are_removed_read_or_not() {
    let f = fixture();
    f.notifications.add("ada", &ready(1)).expect("a row");
    f.clock.advance(10);
    let kept = f.notifications.add("ada", &ready(2)).expect("a row").expect("its type is on");
    assert_eq!(f.notifications.remove_before(f.clock.now()).expect("rows"), 1);
    let left = f.notifications.list("ada", None, 10).expect("rows");
    assert_eq!(left.iter().map(|row| &row.id).collect::<Vec<_>>(), [&kept]);
}

#[test]
fn a_type_that_its_user_switched_off_leaves_no_row() {
    let f = fixture();
    f.store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute_batch(
                "UPDATE users SET settings = '{\"notifications\":{\"PREVIEW_READY\":\"OFF\",\"SYNC_FAILED\":\"BELL\"}}' WHERE id = 'ada'",
            )
        })
        .expect("a row");
    assert_eq!(f.notifications.add("ada", &ready(1)).expect("no row"), None);
    assert_eq!(f.notifications.add_once("ada", &ready(1)).expect("no row"), None);
    assert!(f.notifications.add("ada", &sync_failed("p")).expect("a row").is_some(), "only what is off is left out");
    assert!(f.notifications.add("bob", &ready(1)).expect("a row").is_some(), "another's choice counts for them alone");
    assert_eq!((f.notifications.unread("ada").expect("rows"), f.notifications.unread("bob").expect("rows")), (1, 1));
}

#[test]
fn a_list_can_be_of_the_unread_of_one_project_or_of_some_types() {
    let f = fixture();
    let read = f.notifications.add("ada", &ready(1)).expect("a row").expect("its type is on");
    f.notifications.mark_read("ada", &read).expect("a row");
    f.notifications.add("ada", &sync_failed("p")).expect("a row");
    f.notifications.add("ada", &sync_failed("another")).expect("a row");
    let kinds = |filter: NoticeFilter| {
        let rows = f.notifications.matching("ada", None, 10, &filter).expect("rows");
        rows.iter().map(|row| (row.notice.kind(), row.notice.project_id().to_owned())).collect::<Vec<_>>()
    };
    let failed = |project: &str| ("SYNC_FAILED", project.to_owned());
    assert_eq!(kinds(NoticeFilter { unread: true, ..NoticeFilter::default() }), [failed("another"), failed("p")]);
    let of_p = NoticeFilter { project_id: Some("p".to_owned()), ..NoticeFilter::default() };
    assert_eq!(kinds(of_p), [failed("p"), ("PREVIEW_READY", "p".to_owned())]);
    let ready_only = NoticeFilter { kinds: vec!["PREVIEW_READY".to_owned()], ..NoticeFilter::default() };
    assert_eq!(kinds(ready_only), [("PREVIEW_READY", "p".to_owned())]);
}

#[test]
fn what_came_after_another_is_told_oldest_first_until_it_is_read() {
    let f = fixture();
    let ids: Vec<String> = (0..4)
        .map(|number| {
            f.clock.advance(1);
            f.notifications.add("ada", &ready(number)).expect("a row").expect("its type is on")
        })
        .collect();
    f.notifications.mark_read("ada", &ids[2]).expect("a row");
    let after = f.notifications.unread_after("ada", &ids[0], 10).expect("rows");
    assert_eq!(after.iter().map(|row| &row.id).collect::<Vec<_>>(), [&ids[1], &ids[3]]);
    assert_eq!(f.notifications.one("ada", &ids[1]).expect("a row").map(|row| row.id), Some(ids[1].clone()));
    assert_eq!(f.notifications.one("bob", &ids[1]).expect("no row"), None);
}
