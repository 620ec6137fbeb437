//! What the rows of preview sessions promise: a life in one direction, one owner, and a cleanup in order whatever happens in between.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_preview::sessions::{
    EndedReason, KEPT_ENDED, Kind, NOTHING_ELSE, NewSession, PreviewSession, SessionError, Sessions, SessionsError, Shows, Stage, Status,
    UNDO_WINDOW,
};
use lectern_store::{Boot, ManualClock, Store, StoreOptions, Timestamp, rusqlite};

const HOUR: i64 = 60 * 60 * 1000;
const PROJECT: &str = "p";

struct Fixture {
    dir: tempfile::TempDir,
    clock: ManualClock,
    store: Arc<Store>,
    boot: Option<Boot>,
    sessions: Sessions,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for folder in ["run", "previews"] {
        fs::create_dir(dir.path().join(folder)).expect("a folder");
    }
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &clock).expect("a database"));
    store
        .write::<_, rusqlite::Error>(|tx| {
            tx.execute_batch(
                "INSERT INTO users VALUES ('u', 'a@b', 'h', '', '{}', NULL, 't', 't');
                 INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'n', x'2f', 't', 't');",
            )
        })
        .expect("rows");
    let boot = Boot::start(&dir.path().join("run")).expect("a lock");
    let sessions =
        Sessions::new(Arc::clone(&store), Arc::new(clock.clone()), boot.id().clone(), dir.path().join("run"), dir.path().join("previews"));
    Fixture { dir, clock, store, boot: Some(boot), sessions }
}

impl Fixture {
    fn begin(&self, token: &str) -> PreviewSession {
        let shows = Shows::Static { version: None, folder: "site".to_owned(), falls_back: true };
        let new = NewSession { project_id: PROJECT, token, title: "Working copy", shows: &shows, manifest_id: None, lifetime: 8 * HOUR };
        self.sessions.begin(&new).expect("a session")
    }

    fn ready(&self, token: &str) -> PreviewSession {
        let session = self.begin(token);
        self.sessions.ready(&session.id, "http://127.0.0.1:41700", None, NOTHING_ELSE).expect("a row").expect("it was pending")
    }

    /// One that ended, with bytes.
    fn ended(&self, token: &str) -> PreviewSession {
        let session = self.ready(token);
        fs::write(self.sessions.log_path(&session.id).expect("a folder"), "a line\n").expect("a log");
        self.sessions.end(&session.id, EndedReason::Stopped, None, NOTHING_ELSE).expect("a row").expect("it ran")
    }

    fn folder(&self, session: &PreviewSession) -> PathBuf {
        self.dir.path().join("previews").join(&session.id)
    }

    fn stages(&self, session: &PreviewSession) -> Vec<Stage> {
        self.sessions.events(&session.id).expect("events").into_iter().map(|(stage, _)| stage).collect()
    }

    /// Another process over the same data folder.
    fn another(&self) -> (Boot, Sessions) {
        let boot = Boot::start(&self.dir.path().join("run")).expect("a lock");
        let clock = Arc::new(self.clock.clone());
        let sessions =
            Sessions::new(Arc::clone(&self.store), clock, boot.id().clone(), self.dir.path().join("run"), self.dir.path().join("previews"));
        (boot, sessions)
    }

    fn refuse_events(&self, stage: &str) {
        self.sql(&format!(
            "CREATE TRIGGER killed BEFORE INSERT ON preview_cleanup_events WHEN NEW.stage = '{stage}' BEGIN SELECT RAISE(ABORT, 'killed'); END"
        ));
    }

    fn sql(&self, sql: &str) {
        self.store.write::<_, rusqlite::Error>(|tx| tx.execute_batch(sql)).expect("SQL");
    }
}

#[test]
fn a_session_is_pending_then_ready_then_expired_and_never_goes_back() {
    let f = fixture();
    let session = f.begin("t1");
    assert_eq!((session.status, session.kind, session.bundle_url.as_deref()), (Status::Pending, Kind::Static, None));
    assert_eq!(session.expires_at, f.clock_now().plus_millis(8 * HOUR));
    let ready = f.sessions.ready(&session.id, "http://127.0.0.1:41700", Some(5173), NOTHING_ELSE).expect("a row").expect("pending");
    assert_eq!((ready.status, ready.bundle_url.as_deref(), ready.own_port), (Status::Ready, Some("http://127.0.0.1:41700"), Some(5173)));
    assert_eq!(f.sessions.ready(&session.id, "http://127.0.0.1:1", None, NOTHING_ELSE).expect("a row"), None, "only once");
    let error = SessionError { code: "X".to_owned(), message: "It broke.".to_owned(), hint: None };
    let ended = f.sessions.end(&session.id, EndedReason::Crashed, Some(&error), NOTHING_ELSE).expect("a row").expect("it ran");
    assert_eq!((ended.status, ended.ended_reason, ended.error), (Status::Expired, Some(EndedReason::Crashed), Some(error)));
    assert_eq!(f.sessions.end(&session.id, EndedReason::Stopped, None, NOTHING_ELSE).expect("a row"), None, "what ended ended once");
    assert_eq!(f.sessions.ready(&session.id, "http://127.0.0.1:1", None, NOTHING_ELSE).expect("a row"), None);
    assert!(matches!(f.sessions.prolong(&session.id, HOUR), Err(SessionsError::Ended)));
    assert_eq!(f.stages(&session), [Stage::Expired]);
    let shows = f.sessions.get(&session.id).expect("a row").shows;
    assert_eq!(shows, Some(Shows::Static { version: None, folder: "site".to_owned(), falls_back: true }));
}

#[test]
fn a_secret_is_stored_by_its_hash_and_two_sessions_never_share_one() {
    let f = fixture();
    f.begin("same");
    let shows = Shows::DevServer { argv: vec!["npm".to_owned()], folder: String::new() };
    let new = NewSession { project_id: PROJECT, token: "same", title: "t", shows: &shows, manifest_id: None, lifetime: HOUR };
    assert!(f.sessions.begin(&new).is_err());
}

#[test]
fn what_else_is_written_is_there_exactly_when_the_change_is() {
    let f = fixture();
    let session = f.begin("t1");
    let fails: lectern_preview::sessions::Also<'_> = &|tx, _| tx.execute_batch("INSERT INTO no_such_table VALUES (1)");
    assert!(f.sessions.ready(&session.id, "http://127.0.0.1:1", None, fails).is_err());
    assert_eq!(f.sessions.get(&session.id).expect("a row").status, Status::Pending);
    assert!(f.sessions.end(&session.id, EndedReason::Stopped, None, fails).is_err());
    assert_eq!((f.sessions.get(&session.id).expect("a row").status, f.stages(&session)), (Status::Pending, vec![]));
}

#[test]
fn a_session_is_an_orphan_exactly_when_its_process_is_gone() {
    let mut f = fixture();
    let (pending, ready) = (f.begin("t1"), f.ready("t2"));
    let (_boot, other) = f.another();
    assert_eq!(other.recover(NOTHING_ELSE).expect("rows"), [], "its process lives");
    assert_eq!(
        other.end(&ready.id, EndedReason::Stopped, None, NOTHING_ELSE).expect("a row"),
        None,
        "another process's is not ours to end"
    );
    assert_eq!(other.ready(&pending.id, "http://127.0.0.1:1", None, NOTHING_ELSE).expect("a row"), None);
    f.boot = None;
    let told = AtomicUsize::new(0);
    let recovered = other
        .recover(&|_, _| {
            told.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .expect("rows");
    assert_eq!(recovered.iter().map(|session| &session.id).collect::<Vec<_>>(), [&pending.id, &ready.id]);
    assert_eq!(recovered[0].ended_reason, Some(EndedReason::Failed));
    assert_eq!(recovered[1].ended_reason, Some(EndedReason::Crashed));
    assert_eq!(recovered[1].error.as_ref().map(|error| error.code.as_str()), Some("INTERRUPTED"));
    assert_eq!((f.stages(&pending), f.stages(&ready)), (vec![Stage::Expired], vec![Stage::Expired]));
    assert_eq!(other.recover(NOTHING_ELSE).expect("rows"), []);
    assert_eq!(told.load(Ordering::Relaxed), 2);
}

#[test]
fn an_orphan_whose_time_was_up_timed_out() {
    let mut f = fixture();
    let session = f.ready("t1");
    f.boot = None;
    f.clock.advance(8 * HOUR);
    let (_boot, other) = f.another();
    let recovered = other.recover(NOTHING_ELSE).expect("rows");
    assert_eq!((recovered[0].id.as_str(), recovered[0].ended_reason), (session.id.as_str(), Some(EndedReason::TimedOut)));
    assert_eq!(recovered[0].error, None);
}

#[test]
fn each_stage_is_one_row_in_order_and_the_bytes_go_with_the_last() {
    let f = fixture();
    let session = f.ended("t1");
    assert_eq!(f.sessions.disk_bytes(&session.id), 7);
    assert_eq!(f.sessions.listed(PROJECT).expect("rows").len(), 1);
    f.sessions.remove(&session.id).expect("it ended");
    f.sessions.remove(&session.id).expect("twice is fine");
    assert_eq!(f.sessions.listed(PROJECT).expect("rows"), []);
    assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted]);
    f.clock.advance(UNDO_WINDOW as i64 - 1);
    assert_eq!(f.sessions.clean().expect("rows").purged, [""; 0], "it can still be put back");
    assert!(f.folder(&session).exists());
    f.clock.advance(1);
    assert_eq!(f.sessions.clean().expect("rows").purged, [session.id.as_str()]);
    assert!(!f.folder(&session).exists(), "no bytes are left");
    for _ in 0..3 {
        assert_eq!(f.sessions.clean().expect("rows"), lectern_preview::sessions::Cleaned::default());
    }
    assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted, Stage::Purged]);
    let tombstone = f.sessions.get(&session.id).expect("the row stays");
    assert_eq!((tombstone.bundle_url, tombstone.purged_at), (None, Some(f.clock_now())));
    assert!(tombstone.shows.is_some(), "what was shown can be started again");
}

#[test]
fn a_running_session_is_not_removed() {
    let f = fixture();
    let session = f.ready("t1");
    assert!(matches!(f.sessions.remove(&session.id), Err(SessionsError::StillRunning)));
    assert!(matches!(f.sessions.remove("nobody"), Err(SessionsError::Unknown)));
    f.clock.advance(30 * 24 * HOUR);
    assert_eq!(f.sessions.clean().expect("rows"), lectern_preview::sessions::Cleaned::default(), "ending it is its process's");
    assert_eq!(f.stages(&session), []);
}

#[test]
fn a_removed_session_can_be_put_back_for_ten_minutes() {
    let f = fixture();
    let session = f.ended("t1");
    f.sessions.remove(&session.id).expect("it ended");
    f.clock.advance(UNDO_WINDOW as i64 - 1);
    f.sessions.put_back(&session.id).expect("in time");
    f.sessions.put_back(&session.id).expect("twice is fine");
    assert_eq!((f.sessions.listed(PROJECT).expect("rows").len(), f.stages(&session)), (1, vec![Stage::Expired]));
    f.clock.advance(KEPT_ENDED as i64 - 1);
    assert_eq!(f.sessions.clean().expect("rows").removed, [], "a day from when it was put back");
    f.sessions.remove(&session.id).expect("again");
    assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted], "one row a stage, also the second time");
    f.clock.advance(UNDO_WINDOW as i64);
    assert!(matches!(f.sessions.put_back(&session.id), Err(SessionsError::Gone)), "too late, also before the bytes are gone");
    f.sessions.clean().expect("rows");
    assert!(matches!(f.sessions.put_back(&session.id), Err(SessionsError::Gone)));
    assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted, Stage::Purged]);
}

#[test]
fn an_ended_session_that_nobody_removes_leaves_the_list_after_a_day() {
    let f = fixture();
    let session = f.ended("t1");
    f.clock.advance(KEPT_ENDED as i64 - 1);
    assert_eq!(f.sessions.clean().expect("rows").removed, []);
    f.clock.advance(1);
    let cleaned = f.sessions.clean().expect("rows");
    assert_eq!((cleaned.removed.len(), cleaned.purged.len()), (1, 0), "one step at a time: it can still be put back");
    assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted]);
}

#[test]
fn after_a_kill_between_any_two_steps_the_cleanup_goes_on_where_it_was() {
    for (stage, before) in
        [("EXPIRED", vec![]), ("SOFT_DELETED", vec![Stage::Expired]), ("PURGED", vec![Stage::Expired, Stage::SoftDeleted])]
    {
        let mut f = fixture();
        let session = f.ready("t1");
        fs::write(f.sessions.log_path(&session.id).expect("a folder"), "a line\n").expect("a log");
        // The kill: the event can't be written, so the transaction around it is lost.
        f.refuse_events(stage);
        f.boot = None;
        let (_boot, other) = f.another();
        let round = |sessions: &Sessions| {
            let _ = sessions.recover(NOTHING_ELSE);
            let _ = sessions.clean();
        };
        for step in [0, KEPT_ENDED as i64, UNDO_WINDOW as i64] {
            f.clock.advance(step);
            round(&other);
        }
        assert_eq!(f.stages(&session), before, "killed at {stage}");
        let row = f.sessions.get(&session.id).expect("a row");
        assert_eq!(row.status == Status::Expired, !before.is_empty(), "the state and its event are one: {stage}");
        assert_eq!(row.removed_at.is_some(), before.len() == 2, "{stage}");
        assert_eq!(row.purged_at, None, "{stage}");
        f.sql("DROP TRIGGER killed");
        for step in [0, KEPT_ENDED as i64, UNDO_WINDOW as i64] {
            f.clock.advance(step);
            round(&other);
        }
        assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted, Stage::Purged], "after {stage}");
        assert!(!f.folder(&session).exists());
    }
}

#[test]
fn a_clock_that_jumps_neither_stops_the_cleanup_nor_turns_its_order() {
    for jump in [-30 * 24 * HOUR, -9 * 60 * 1000, 30 * 24 * HOUR] {
        let f = fixture();
        let session = f.ended("t1");
        f.clock.advance(jump);
        let mut rounds = 0;
        while f.stages(&session).len() < 3 {
            f.sessions.clean().expect("rows");
            f.clock.advance(60 * 1000);
            rounds += 1;
            assert!(rounds < 24 * 60 + 20 + 20, "after a jump of {jump} ms the cleanup takes no longer than without it, but for the jump");
        }
        let events = f.sessions.events(&session.id).expect("events");
        assert_eq!(f.stages(&session), [Stage::Expired, Stage::SoftDeleted, Stage::Purged]);
        assert!(events.is_sorted_by_key(|(_, at)| *at), "{events:?}");
    }
}

#[test]
fn two_processes_that_clean_write_each_stage_once() {
    let f = fixture();
    let sessions: Vec<_> = (0..20).map(|number| f.ended(&number.to_string())).collect();
    let (_boot, other) = f.another();
    for step in [KEPT_ENDED as i64, UNDO_WINDOW as i64] {
        f.clock.advance(step);
        std::thread::scope(|scope| {
            for sessions in [&f.sessions, &other] {
                scope.spawn(|| sessions.clean().expect("rows"));
            }
        });
    }
    for session in &sessions {
        assert_eq!(f.stages(session), [Stage::Expired, Stage::SoftDeleted, Stage::Purged]);
    }
}

#[test]
fn folders_that_belong_to_nobody_are_swept_and_others_stay() {
    let f = fixture();
    let (kept, gone) = (f.ended("t1"), f.ended("t2"));
    f.sql(&format!("DELETE FROM preview_sessions WHERE id = '{}'", gone.id));
    fs::create_dir(f.dir.path().join("previews/notes")).expect("not ours");
    f.sessions.sweep().expect("rows");
    assert!(f.folder(&kept).exists() && !f.folder(&gone).exists());
    assert!(f.dir.path().join("previews/notes").exists());
    assert_eq!(f.sessions.folder_of("../../etc"), None);
}

#[test]
fn a_version_that_is_shown_is_told_until_its_session_ends() {
    let f = fixture();
    f.sql(&format!(
        "INSERT INTO project_manifests (id, project_id, version, created_at, data, hash) VALUES ('m', 'p', 1, 't', '{{}}', '{}')",
        "0".repeat(64)
    ));
    let shows = Shows::Static { version: Some(1), folder: String::new(), falls_back: false };
    let new = NewSession { project_id: PROJECT, token: "t", title: "t", shows: &shows, manifest_id: Some("m"), lifetime: HOUR };
    let session = f.sessions.begin(&new).expect("a session");
    assert_eq!(f.sessions.manifests_shown(PROJECT).expect("rows"), ["m"]);
    f.sessions.end(&session.id, EndedReason::Stopped, None, NOTHING_ELSE).expect("a row");
    assert_eq!(f.sessions.manifests_shown(PROJECT).expect("rows"), [""; 0]);
}

#[test]
fn a_warning_is_given_once_and_again_after_it_was_prolonged() {
    let f = fixture();
    let session = f.ready("t1");
    assert_eq!(
        [f.sessions.warn(&session.id, NOTHING_ELSE).expect("a row"), f.sessions.warn(&session.id, NOTHING_ELSE).expect("a row")],
        [true, false]
    );
    f.clock.advance(HOUR);
    let prolonged = f.sessions.prolong(&session.id, 8 * HOUR).expect("it runs");
    assert_eq!((prolonged.expires_at, prolonged.warned_at), (f.clock_now().plus_millis(8 * HOUR), None));
    assert!(f.sessions.warn(&session.id, NOTHING_ELSE).expect("a row"));
}

impl Fixture {
    fn clock_now(&self) -> Timestamp {
        lectern_store::Clock::now(&self.clock)
    }
}
