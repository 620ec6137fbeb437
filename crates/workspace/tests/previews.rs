//! What previews promise: what is served and to whom, when it ends, and what is left then.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_store::{ManualClock, Timestamp};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{EndedReason, Failure, LinkUse, Preview, PreviewRequest, PreviewStatus, Retention, SessionState, Settings, SyncProgress, Trust},
};
use rusqlite::Connection;

const PASSWORD: &str = "ferry lantern sycamore";
const DEADLINE: Duration = Duration::from_secs(20);
const HOUR: i64 = 60 * 60 * 1000;

#[derive(Default)]
struct Heard {
    previews: Mutex<Vec<Preview>>,
    said: Mutex<Vec<String>>,
    syncs: Mutex<Vec<SyncProgress>>,
    more: Condvar,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, progress: SyncProgress) {
        self.syncs.lock().expect("no panic").push(progress);
    }
    fn preview_changed(&self, preview: Preview) {
        self.previews.lock().expect("no panic").push(preview);
        self.more.notify_all();
    }
    fn preview_said(&self, said: lectern_workspace::view::PreviewSaid) {
        self.said.lock().expect("no panic").extend(said.page.lines.into_iter().map(|line| line.text));
    }
}

struct Fixture {
    /// Before the folder it lives in.
    workspace: Arc<Workspace>,
    dir: tempfile::TempDir,
    clock: ManualClock,
    heard: Arc<Heard>,
    id: String,
    root: PathBuf,
}

fn open(dir: &Path, clock: &ManualClock, heard: &Arc<Heard>) -> Arc<Workspace> {
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.join("data")),
        resume_session: true,
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::clone(heard) as Arc<dyn Events>,
        clock: Arc::new(clock.clone()),
    })
    .expect("a workspace");
    let test = std::env::current_exe().expect("this test");
    workspace.supervise_with(&test.parent().and_then(Path::parent).expect("the build's folder").join("examples/preview_supervisor"));
    workspace
}

/// A project with a page of these words, synced once.
fn fixture(index: &str) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let heard = Arc::new(Heard::default());
    let workspace = open(dir.path(), &clock, &heard);
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let root = dir.path().join("ferry");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("index.html"), index).expect("a page");
    fs::write(root.join("site.css"), "p { color: red }").expect("a style sheet");
    let id = workspace.sync_path(&root, &|_| {}).expect("a sync").0;
    Fixture { workspace, dir, clock, heard, id, root }
}

const FOLDER: PreviewRequest = PreviewRequest::Static { version: None, folder: String::new(), falls_back: false };

fn version(version: u32) -> PreviewRequest {
    PreviewRequest::Static { version: Some(version), folder: String::new(), falls_back: false }
}

impl Fixture {
    fn start(&self, request: &PreviewRequest) -> Preview {
        self.workspace.start_preview(&self.id, request, None).expect("a preview")
    }

    fn link(&self, preview: &Preview) -> String {
        self.workspace.preview_link(&preview.id, LinkUse::Open).expect("a link")
    }

    fn database(&self) -> Connection {
        Connection::open(self.dir.path().join("data/lectern.db")).expect("the database")
    }

    fn stages(&self, preview: &Preview) -> Vec<String> {
        let connection = self.database();
        let mut statement = connection
            .prepare("SELECT stage FROM preview_cleanup_events WHERE preview_session_id = ?1 ORDER BY created_at, id")
            .expect("SQL");
        let stages = statement.query_map([&preview.id], |row| row.get(0)).expect("rows");
        stages.collect::<Result<_, _>>().expect("stages")
    }

    fn notified(&self) -> Vec<String> {
        let connection = self.database();
        let mut statement = connection.prepare("SELECT type FROM notifications ORDER BY id").expect("SQL");
        let types = statement.query_map([], |row| row.get(0)).expect("rows");
        types.collect::<Result<_, _>>().expect("types")
    }

    /// Waits until a preview is so.
    fn until(&self, preview: &Preview, is: impl Fn(&Preview) -> bool) -> Preview {
        let began = Instant::now();
        loop {
            let now = self.workspace.preview(&preview.id).expect("a preview");
            if is(&now) {
                return now;
            }
            assert!(began.elapsed() < DEADLINE, "it never came to that: {now:?}\n{:?}", self.workspace.preview_log(&preview.id, 0));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn until_ended(&self, preview: &Preview) -> Preview {
        self.until(preview, |preview| preview.status == PreviewStatus::Expired)
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

/// What a browser gets: status, cookies, body.
fn get(url: &str, cookie: Option<&str>) -> Option<(u16, Vec<String>, String)> {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, path.to_owned()));
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n{cookie}Connection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let cookies = head.lines().filter_map(|line| line.split_once(": ")).filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let cookies = cookies.filter_map(|(_, value)| value.split(';').next().map(str::to_owned)).collect();
    Some((status, cookies, body.to_owned()))
}

/// Exchanges a link; the cookies that open the preview from then on.
fn enter(link: &str) -> String {
    let (status, cookies, _) = get(link, None).expect("an answer");
    assert_eq!(status, 303, "a ticket is exchanged");
    cookies.join("; ")
}

#[test]
fn a_version_stays_as_it_was_and_the_folder_is_as_it_is() {
    let f = fixture("<p>first");
    let first = f.start(&version(1));
    let folder = f.start(&FOLDER);
    assert_eq!((first.status, folder.status), (PreviewStatus::Ready, PreviewStatus::Ready));
    assert_eq!((first.title.as_str(), first.version, first.reloads), ("Snapshot of v1", Some(1), false));
    assert_eq!((folder.title.as_str(), folder.version, folder.reloads), ("Working copy", None, true));
    fs::write(f.root.join("index.html"), "<p>second").expect("an edit");
    let show = |preview: &Preview| {
        let cookie = enter(&f.link(preview));
        get(&format!("{}/", preview.url.as_ref().expect("a url")), Some(&cookie)).expect("an answer")
    };
    assert_eq!(show(&first).2, "<p>first");
    assert!(show(&folder).2.contains("<p>second"), "as it is now");
    assert_ne!(first.port, folder.port, "each on an origin of its own");
}

#[test]
fn nobody_gets_in_without_a_ticket_and_a_ticket_opens_once() {
    let f = fixture("<p>private");
    let preview = f.start(&version(1));
    let url = preview.url.clone().expect("a url");
    let (status, _, body) = get(&format!("{url}/"), None).expect("an answer");
    assert!(status >= 400 && !body.contains("private"), "{status}");
    let link = f.link(&preview);
    enter(&link);
    assert!(get(&link, None).expect("an answer").0 >= 400, "the second time");
    let token: String = f.database().query_row("SELECT preview_token FROM preview_sessions", [], |row| row.get(0)).expect("a token");
    assert!(token.len() == 64 && !link.contains(&token), "the secret is stored by its hash");
}

#[test]
fn the_same_request_twice_is_the_same_preview() {
    let f = fixture("<p>x");
    let first = f.start(&FOLDER);
    assert_eq!(f.start(&FOLDER).id, first.id);
    assert_ne!(f.start(&version(1)).id, first.id);
    let stopped = f.workspace.stop_preview(&first.id).expect("it ran");
    assert_eq!((stopped.status, stopped.ended_reason, stopped.url), (PreviewStatus::Expired, Some(EndedReason::Stopped), None));
    assert_ne!(f.start(&FOLDER).id, first.id);
    let again = f.workspace.restart_preview(&first.id, None).expect("a new one");
    assert_ne!(again.id, first.id);
    assert_eq!(f.workspace.previews(&f.id).expect("a list").len(), 3, "the one that was started anew is the one that ran");
}

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
    f.clock.advance(8 * HOUR - 5 * 60 * 1000 - 1);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(f.notified(), [""; 0], "not yet");
    f.clock.advance(1);
    let began = Instant::now();
    while f.notified().is_empty() {
        assert!(began.elapsed() < DEADLINE, "no warning");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(f.notified(), ["PREVIEW_EXPIRING"], "once");
    let extended = f.workspace.extend_preview(&preview.id).expect("it runs");
    assert_eq!(extended.status, PreviewStatus::Ready);
    f.clock.advance(5 * 60 * 1000);
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
fn an_id_alone_opens_nothing() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let grant = f.id.clone();
    let calls = |workspace: &Arc<Workspace>| {
        vec![
            code(workspace.preview_choices(&f.id, None)),
            code(workspace.start_preview(&f.id, &FOLDER, Some(Trust::Once))),
            code(workspace.previews(&f.id)),
            code(workspace.preview(&preview.id)),
            code(workspace.preview_log(&preview.id, 0)),
            code(workspace.preview_link(&preview.id, LinkUse::Open)),
            code(workspace.preview_window_link(&preview.id, None)),
            code(workspace.stop_preview(&preview.id)),
            code(workspace.restart_preview(&preview.id, None)),
            code(workspace.extend_preview(&preview.id)),
            code(workspace.remove_preview(&preview.id, false)),
            code(workspace.remove_preview(&preview.id, true)),
            code(workspace.forget_trusted_command(&grant)),
        ]
    };
    f.workspace.lock().expect("locked");
    assert!(calls(&f.workspace).iter().all(|code| code == "LOCKED"));
    assert_eq!(code(f.workspace.trusted_commands()), "LOCKED");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    f.workspace.create_profile("bob@example.org", "", PASSWORD.to_owned(), false).expect("another profile");
    let codes = calls(&f.workspace);
    assert!(codes.iter().all(|code| ["UNKNOWN_PROJECT", "UNKNOWN_PREVIEW", "UNKNOWN_GRANT"].contains(&code.as_str())), "{codes:?}");
    assert_eq!(get(&format!("{}/", preview.url.expect("a url")), None), None, "another profile doesn't keep the first one's previews");
    f.workspace.sign_out().expect("signed out");
    assert!(calls(&f.workspace).iter().all(|code| code == "NOT_SIGNED_IN"));
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
fn what_a_preview_shows_is_not_thinned_out_until_it_ends() {
    let f = fixture("<p>1");
    for number in 2..6 {
        f.clock.advance(60 * 1000);
        fs::write(f.root.join("index.html"), format!("<p>{number}")).expect("an edit");
        f.workspace.sync_path(&f.root, &|_| {}).expect("a version");
    }
    f.clock.advance(90 * 24 * HOUR);
    f.workspace.set_retention(&f.id, Retention::Thin).expect("thinned");
    let preview = f.start(&version(2));
    f.workspace.collect("t", &|_| {}).expect("collected");
    let cookie = enter(&f.link(&preview));
    let shown = get(&format!("{}/", preview.url.as_ref().expect("a url")), Some(&cookie)).expect("an answer");
    assert_eq!(shown.2, "<p>2");
    f.workspace.stop_preview(&preview.id).expect("it ran");
    f.workspace.collect("t", &|_| {}).expect("collected");
    assert_eq!(code(f.workspace.start_preview(&f.id, &version(2), None)), "UNKNOWN_VERSION", "nothing keeps it any more");
}

#[test]
fn the_end_of_a_process_is_the_end_of_its_previews() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let Fixture { workspace, dir, clock, heard, id, .. } = f;
    drop(workspace);
    assert_eq!(get(&format!("{}/", preview.url.clone().expect("a url")), None), None);
    let workspace = open(dir.path(), &clock, &heard);
    workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    let listed = workspace.previews(&id).expect("a list");
    assert_eq!((listed[0].id.as_str(), listed[0].ended_reason), (preview.id.as_str(), Some(EndedReason::Stopped)));
}

#[test]
fn two_previews_stand_beside_each_other_in_one_page() {
    let f = fixture("<p>x");
    let (first, second) = (f.start(&version(1)), f.start(&FOLDER));
    let link = f.workspace.preview_window_link(&first.id, Some(&second.id)).expect("a page");
    let cookie = enter(&link);
    let origin = link.split("/.lectern").next().expect("an origin").to_owned();
    let page = get(&format!("{origin}/"), Some(&cookie)).expect("an answer").2;
    for preview in [&first, &second] {
        assert!(page.contains(preview.url.as_deref().expect("a url")), "{page}");
    }
    let state = |cookie: &str| get(&format!("{origin}/state"), Some(cookie)).expect("an answer").2;
    assert_eq!(state(&cookie).matches("\"running\":true").count(), 2);
    f.workspace.stop_preview(&second.id).expect("it ran");
    assert_eq!(state(&cookie).matches("\"running\":true").count(), 1);
    assert_eq!(code(f.workspace.preview_window_link(&first.id, Some(&second.id))), "PREVIEW_ENDED");
}

#[test]
fn a_folder_or_version_that_is_not_there_is_refused_and_leaves_no_session() {
    let f = fixture("<p>x");
    let missing = PreviewRequest::Static { version: None, folder: "dist".to_owned(), falls_back: true };
    assert_eq!(code(f.workspace.start_preview(&f.id, &missing, None)), "FOLDER_MISSING");
    assert_eq!(code(f.workspace.start_preview(&f.id, &version(9), None)), "UNKNOWN_VERSION");
    for folder in ["../..", "/etc", "a/../../b"] {
        let outside = PreviewRequest::Static { version: None, folder: folder.to_owned(), falls_back: false };
        assert_eq!(code(f.workspace.start_preview(&f.id, &outside, None)), "OUTSIDE_PROJECT");
    }
    std::os::unix::fs::symlink("/etc", f.root.join("out")).expect("a link");
    let link = PreviewRequest::Static { version: None, folder: "out".to_owned(), falls_back: false };
    assert_eq!(code(f.workspace.start_preview(&f.id, &link, None)), "FOLDER_MISSING");
    assert_eq!(f.workspace.previews(&f.id).expect("a list"), []);
    let choices = f.workspace.preview_choices(&f.id, None).expect("choices");
    assert!(!choices.folders.is_empty());
    fs::remove_dir_all(&f.root).expect("gone");
    assert_eq!(code(f.workspace.start_preview(&f.id, &FOLDER, None)), "FOLDER_MISSING");
    assert_eq!(f.start(&version(1)).status, PreviewStatus::Ready, "a version needs no folder");
}

#[test]
fn a_save_reaches_the_pages_of_the_folder() {
    let f = fixture("<p>x");
    let preview = f.start(&FOLDER);
    let cookie = enter(&f.link(&preview));
    let url = preview.url.clone().expect("a url");
    let waits = |after: u64| {
        let (url, cookie) = (format!("{url}/.lectern/reload?after={after}"), cookie.clone());
        std::thread::spawn(move || get(&url, Some(&cookie)).expect("an answer").2)
    };
    // Until the folder is watched; then once each.
    std::thread::sleep(Duration::from_millis(500));
    for (name, text, expected) in [("site.css", "p { color: blue }", "\"css\":[\"site.css\"]"), ("index.html", "<p>y", "\"all\":true")] {
        let number = u64::from(name == "index.html");
        let told = waits(number);
        std::thread::sleep(Duration::from_millis(100));
        let saved = Instant::now();
        fs::write(f.root.join(name), text).expect("a save");
        let told = told.join().expect("no panic");
        assert!(told.contains(expected), "{name}: {told}");
        println!("{name}: told after {:?}", saved.elapsed());
    }
    // What the project ignores, and what is new, counts too.
    fs::create_dir_all(f.root.join("dist/a")).expect("folders");
    fs::write(f.root.join("dist/a/new.js"), "1").expect("a file");
    assert!(waits(2).join().expect("no panic").contains("\"all\":true"));
}
