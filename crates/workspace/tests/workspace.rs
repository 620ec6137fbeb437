//! What the whole promises: who may see what, what a sync tells, what survives.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use lectern_accounts::{Keychain, MemoryKeychain, PasswordCost};
use lectern_store::{ManualClock, Timestamp};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{
        EntryKind, Failure, FileView, FindOptions, FolderState, NotificationFilter, ProjectCard, SessionState, Settings, Side, SyncProgress,
    },
};

const PASSWORD: &str = "ferry lantern sycamore";

#[derive(Default)]
struct Heard {
    syncs: Mutex<Vec<SyncProgress>>,
    sessions: Mutex<Vec<SessionState>>,
}

impl Events for Heard {
    fn session_changed(&self, state: SessionState) {
        self.sessions.lock().expect("no panic").push(state);
    }
    fn sync_changed(&self, progress: SyncProgress) {
        self.syncs.lock().expect("no panic").push(progress);
    }
    fn projects_changed(&self) {}
}

struct Fixture {
    dir: tempfile::TempDir,
    keychain: Arc<MemoryKeychain>,
    clock: ManualClock,
    heard: Arc<Heard>,
    workspace: Arc<Workspace>,
}

fn open(dir: &Path, keychain: Arc<dyn Keychain>, clock: &ManualClock, heard: &Arc<Heard>) -> Result<Arc<Workspace>, Failure> {
    Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.join("data")),
        resume_session: true,
        keychain,
        password_cost: PasswordCost::Floor,
        events: Arc::clone(heard) as Arc<dyn Events>,
        clock: Arc::new(clock.clone()),
        ..WorkspaceOptions::default()
    })
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let keychain = Arc::new(MemoryKeychain::default());
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let heard = Arc::new(Heard::default());
    let workspace = open(dir.path(), keychain.clone(), &clock, &heard).expect("a workspace");
    Fixture { dir, keychain, clock, heard, workspace }
}

impl Fixture {
    fn sign_up(&self, email: &str) {
        self.workspace.create_profile(email, "", PASSWORD.to_owned(), false).expect("a profile");
    }

    fn folder(&self, files: &[(&str, &[u8])]) -> PathBuf {
        let root = self.dir.path().join("ferry");
        for (name, bytes) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, bytes).expect("a file");
        }
        root
    }

    /// Adds a project; its first sync is done when this returns.
    fn project(&self, files: &[(&str, &[u8])]) -> ProjectCard {
        let project = self.workspace.add_project(&self.folder(files)).expect("a project").project;
        let id = self.heard.syncs.lock().expect("no panic").first().expect("adding starts the first sync").sync_id.clone();
        self.wait_for(&id);
        project
    }

    fn sync(&self, project: &ProjectCard) -> SyncProgress {
        let id = self.workspace.start_sync(&project.id).expect("a sync");
        self.wait_for(&id)
    }

    fn wait_for(&self, id: &str) -> SyncProgress {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let done = self
                .heard
                .syncs
                .lock()
                .expect("no panic")
                .iter()
                .find(|progress| progress.sync_id == id && ["SUCCESS", "FAILED"].contains(&progress.status.as_str()))
                .cloned();
            if let Some(done) = done {
                return done;
            }
            assert!(Instant::now() < deadline, "the sync never ended");
            std::thread::yield_now();
        }
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

/// Every call that takes a project or document, with another's id.
fn codes_of_every_call(workspace: &Arc<Workspace>, id: &str, document: &str, folder: &Path) -> Vec<(&'static str, String)> {
    let find = FindOptions { query: "x".to_owned(), regex: false, word: false, case_sensitive: false };
    vec![
        ("project_facts", code(workspace.project_facts(id))),
        ("rename_project", code(workspace.rename_project(id, "x", ""))),
        ("remove_project", code(workspace.remove_project(id))),
        ("restore_project", code(workspace.restore_project(id))),
        ("relocate_project", code(workspace.relocate_project(id, folder))),
        ("save_view_state", code(workspace.save_view_state(id, "{}"))),
        ("start_sync", code(workspace.start_sync(id))),
        ("cancel_sync", code(workspace.cancel_sync(id))),
        ("verify_version", code(workspace.verify_version("verify", id, None, &|_| {}))),
        ("directory", code(workspace.directory(id, "", None))),
        ("open_file", code(workspace.open_file(id, "a.rs", None))),
        ("project_bytes", code(workspace.project_bytes(id, "a.rs", Side::WorkingTree))),
        ("project_bytes of a version", code(workspace.project_bytes(id, "a.rs", Side::Version { version: 1 }))),
        ("path_on_disk", code(workspace.path_on_disk(id, "a.rs"))),
        ("file_text", code(workspace.file_text(document))),
        ("file_bytes", code(workspace.file_bytes(document, 0, 10))),
        ("file_lines", code(workspace.file_lines(document, 1, 10))),
        ("file_spans", code(workspace.file_spans(document, 1, 10))),
        ("file_outline", code(workspace.file_outline(document))),
        ("find_in_document", code(workspace.find_in_document(document, &find))),
        ("render_markdown", code(workspace.render_markdown(document))),
    ]
}

#[test]
fn every_command_checks_who_asks_and_whose_it_is() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let mine = f.project(&[("a.rs", b"fn main() {}")]);
    let document = f.workspace.open_file(&mine.id, "a.rs", None).expect("a file").document;
    let folder = f.dir.path().join("ferry");

    f.workspace.lock().expect("a lock");
    for (call, code) in codes_of_every_call(&f.workspace, &mine.id, &document, &folder) {
        assert_eq!(code, "LOCKED", "{call} while locked");
    }
    assert_eq!(code(f.workspace.project_cards()), "LOCKED");
    assert_eq!(code(f.workspace.settings()), "LOCKED");
    assert_eq!(code(f.workspace.add_project(&folder)), "LOCKED");

    f.workspace.sign_out().expect("signing out");
    for (call, code) in codes_of_every_call(&f.workspace, &mine.id, &document, &folder) {
        assert_eq!(code, "NOT_SIGNED_IN", "{call} when nobody is signed in");
    }

    f.sign_up("noor@harbour.example");
    assert!(f.workspace.project_cards().expect("a list").is_empty());
    for (call, code) in codes_of_every_call(&f.workspace, &mine.id, &document, &folder) {
        assert_eq!(code, "UNKNOWN_PROJECT", "{call} by another profile");
    }
    f.workspace.sign_in("mira@harbour.example", PASSWORD.to_owned(), false).expect("the owner");
    assert_eq!(f.workspace.file_text(&document).expect("the owner reads").as_ref(), "fn main() {}");
    assert_eq!(f.workspace.project_cards().expect("a list")[0].name, "ferry", "nothing was changed meanwhile");
}

#[test]
fn a_sync_tells_each_step_and_the_card_its_end() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("src/a.rs", b"fn main() {}"), ("README.md", b"# Ferry")]);
    assert!(project.latest.is_none());
    let first = f.heard.syncs.lock().expect("no panic").last().expect("the first sync ended").clone();
    let outcome = first.outcome.expect("an outcome");
    assert_eq!((outcome.version, outcome.is_new, outcome.files, outcome.added), (1, true, 2, 2));
    let statuses: Vec<String> = f.heard.syncs.lock().expect("no panic").iter().map(|progress| progress.status.clone()).collect();
    assert_eq!(statuses.first().map(String::as_str), Some("PENDING"));
    assert!(statuses.iter().any(|status| status == "RUNNING") && statuses.last().is_some_and(|status| status == "SUCCESS"), "{statuses:?}");

    let again = f.sync(&project).outcome.expect("an outcome");
    assert_eq!((again.version, again.is_new), (1, false), "nothing changed since v1");
    assert_eq!(f.workspace.project_facts(&project.id).expect("facts").changed, Some(0));

    fs::write(f.dir.path().join("ferry/src/a.rs"), "fn main() { run() }").expect("an edit");
    fs::write(f.dir.path().join("ferry/new.txt"), "new").expect("a file");
    assert_eq!(f.workspace.project_facts(&project.id).expect("facts").changed, Some(2));
    let rows = f.workspace.directory(&project.id, "", None).expect("rows").entries;
    let marks: Vec<(String, bool)> = rows.into_iter().map(|row| (row.name, row.change.is_some())).collect();
    assert_eq!(marks, [("src".to_owned(), true), ("new.txt".to_owned(), true), ("README.md".to_owned(), false)]);
    let changed = f.sync(&project).outcome.expect("an outcome");
    assert_eq!((changed.version, changed.added, changed.changed, changed.unchanged), (2, 1, 1, 1));

    let card = f.workspace.project_cards().expect("a list").remove(0);
    assert_eq!(card.latest.expect("a version").version, 2);
    assert_eq!(card.last_sync.map(|sync| (sync.status, sync.version)), Some(("SUCCESS".to_owned(), Some(2))));
    assert_eq!(card.languages.first().map(|language| language.name.as_str()), Some("Rust"));
    assert!(f.workspace.verify_version("verify", &project.id, Some(1), &|_| {}).expect("a verdict").ok);
    assert_eq!(code(f.workspace.verify_version("verify", &project.id, Some(9), &|_| {})), "UNKNOWN_VERSION");
}

#[test]
fn a_sync_of_a_folder_that_is_gone_fails_with_its_remedy_and_the_last_version_can_be_read() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("src/a.rs", b"fn main() {}")]);
    fs::rename(f.dir.path().join("ferry"), f.dir.path().join("moved")).expect("a move");
    let failed = f.sync(&project);
    let error = failed.error.expect("an error");
    assert_eq!((failed.status.as_str(), error.code.as_str()), ("FAILED", "FOLDER_MISSING"));
    assert!(error.hint.expect("a remedy").contains("Locate folder"));
    assert!(matches!(f.workspace.project_facts(&project.id).expect("facts").folder, FolderState::Missing(_)));

    // Told once, however often it is tried, until it is read.
    f.sync(&project);
    let told = f.workspace.notifications(None, 10, NotificationFilter::default()).expect("a page");
    let [one] = told.notifications.as_slice() else { panic!("{told:?}") };
    assert_eq!((one.kind.as_str(), one.project_id.as_str(), one.read, told.unread), ("SYNC_FAILED", project.id.as_str(), false, 1));
    f.workspace.read_notification(&one.id).expect("read");
    assert_eq!(f.workspace.unread_notifications().expect("a count"), 0);
    f.sync(&project);
    assert_eq!(f.workspace.unread_notifications().expect("a count"), 1);
    f.workspace.read_all_notifications().expect("read");
    f.workspace.lock().expect("locked");
    assert_eq!(code(f.workspace.notifications(None, 10, NotificationFilter::default())), "LOCKED", "a locked window tells nothing");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");

    let rows = f.workspace.directory(&project.id, "", None).expect("rows of v1");
    assert_eq!((rows.from_version, rows.entries[0].kind), (Some(1), EntryKind::Directory));
    let opened = f.workspace.open_file(&project.id, "src/a.rs", None).expect("the file of v1");
    assert_eq!(opened.from_version, Some(1));
    assert_eq!(f.workspace.file_text(&opened.document).expect("text").as_ref(), "fn main() {}");

    f.workspace.relocate_project(&project.id, &f.dir.path().join("moved")).expect("located");
    assert_eq!(f.sync(&project).outcome.expect("an outcome").version, 1, "the same bytes at another place are the same version");
}

#[test]
fn reading_shows_each_file_as_what_it_is() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[
        ("a.rs", "// é\r\nfn main() {}\r\n".as_bytes()),
        ("b.bin", b"\0\x01"),
        ("docs/r.md", b"# Hi\n![x](../p.png) <script>alert(1)</script>"),
        ("p.png", b"\x89PNG\r\n\x1a\n\0"),
        (".git/config", b"[core]\n"),
        ("target/x", b"x"),
        (".gitignore", b"target\n"),
    ]);
    let rows = f.workspace.directory(&project.id, "", None).expect("rows").entries;
    assert!(rows.iter().all(|row| row.name != ".git"));
    assert!(rows.iter().find(|row| row.name == "target").expect("target").ignored);
    let rust = f.workspace.open_file(&project.id, "a.rs", None).expect("a file");
    assert_eq!(
        (rust.view, rust.language.as_str(), rust.line_ends.as_str(), rust.encoding.as_str(), rust.lines),
        (FileView::Text, "Rust", "CRLF", "UTF-8", 3)
    );
    assert!(!f.workspace.file_spans(&rust.document, 1, 3).expect("spans").is_empty());
    assert_eq!(f.workspace.file_outline(&rust.document).expect("an outline")[0].line, 2);
    assert_eq!(f.workspace.open_file(&project.id, "b.bin", None).expect("a file").view, FileView::Binary);
    assert_eq!(f.workspace.open_file(&project.id, "p.png", None).expect("a file").view, FileView::Image);
    let markdown = f.workspace.open_file(&project.id, "docs/r.md", None).expect("a file");
    let html = f.workspace.render_markdown(&markdown.document).expect("html").html;
    assert!(html.contains("data-project-path=\"p.png\"") && !html.contains("script"), "{html}");
    assert_eq!(f.workspace.project_bytes(&project.id, "p.png", Side::WorkingTree).expect("bytes").len(), 9);
    for outside in ["../data/lectern.db", "/etc/passwd", "a/../../x", "\u{0}2e2e2f78"] {
        assert_eq!(code(f.workspace.open_file(&project.id, outside, None)), "OUTSIDE_PROJECT", "{outside}");
    }
    assert_eq!(code(f.workspace.open_file(&project.id, "gone.rs", None)), "FILE_MISSING");
    fs::write(f.dir.path().join("ferry/a.rs"), "changed").expect("an edit");
    assert_eq!(f.workspace.file_text(&rust.document).expect("still what was opened").as_ref(), "// é\r\nfn main() {}\r\n");
    assert_ne!(
        f.workspace.open_file(&project.id, "a.rs", None).expect("a file").document,
        rust.document,
        "a changed file is another document"
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_shown_as_a_link_and_never_followed() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("a.rs", b"x")]);
    std::os::unix::fs::symlink("/etc/passwd", f.dir.path().join("ferry/link")).expect("a link");
    let link = f.workspace.open_file(&project.id, "link", None).expect("a link");
    assert_eq!(link.view, FileView::Symlink);
    assert_eq!(f.workspace.file_text(&link.document).expect("its target").as_ref(), "/etc/passwd");
}

#[test]
fn an_idle_window_locks_by_the_wall_clock_and_input_puts_it_off() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let minutes = |minutes: i64| f.clock.advance(minutes * 60_000);
    minutes(14);
    assert!(!f.workspace.lock_if_idle().expect("a check"));
    f.workspace.touch();
    minutes(14);
    assert!(!f.workspace.lock_if_idle().expect("a check"), "input puts it off");
    minutes(1);
    assert!(f.workspace.lock_if_idle().expect("a check"));
    assert!(f.heard.sessions.lock().expect("no panic").last().expect("an event").locked);
    assert_eq!(code(f.workspace.unlock("wrong lantern sycamore".to_owned())), "WRONG_CREDENTIALS");
    assert!(!f.workspace.unlock(PASSWORD.to_owned()).expect("the password").locked);
    let settings = Settings { lock_after_minutes: 0, ..f.workspace.settings().expect("settings") };
    f.workspace.save_settings(settings).expect("saved");
    minutes(1000);
    assert!(!f.workspace.lock_if_idle().expect("a check"), "0 is never");
}

#[test]
fn a_remembered_profile_is_signed_in_at_the_next_start_and_a_locked_one_stays_locked() {
    let f = fixture();
    f.workspace.create_profile("mira@harbour.example", "Mira", PASSWORD.to_owned(), true).expect("a profile");
    let Fixture { dir, keychain, clock, heard, workspace } = f;
    drop(workspace);
    let again = open(dir.path(), keychain.clone(), &clock, &heard).expect("a workspace");
    let state = again.session_state().expect("a state");
    assert_eq!((state.user.expect("signed in").display_name.as_str(), state.locked), ("Mira", false));
    again.lock().expect("a lock");
    drop(again);
    let locked = open(dir.path(), keychain.clone(), &clock, &heard).expect("a workspace");
    assert!(locked.session_state().expect("a state").locked, "a restart is no way around the lock");
    locked.unlock(PASSWORD.to_owned()).expect("the password");
    let again = locked.sign_in("mira@harbour.example", PASSWORD.to_owned(), false).expect("the password");
    assert!(!again.user.expect("signed in").remembered, "signing in without staying signed in ends what was remembered");
    locked.set_remembered(true).expect("a keychain");
    let left = locked.sign_out().expect("signing out");
    assert!(!left.profiles[0].remembered, "what is told is what is true after");
    drop(locked);
    let out = open(dir.path(), keychain, &clock, &heard).expect("a workspace");
    assert!(out.session_state().expect("a state").user.is_none());
}

#[test]
fn a_removed_project_comes_back_by_undo_and_is_gone_after_a_restart() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("a.rs", b"x")]);
    f.workspace.remove_project(&project.id).expect("a removal");
    assert!(f.workspace.project_cards().expect("a list").is_empty());
    assert_eq!(f.workspace.restore_project(&project.id).expect("an undo").latest.expect("its versions").version, 1);
    f.workspace.remove_project(&project.id).expect("a removal");
    let Fixture { dir, keychain, clock, heard, workspace } = f;
    drop(workspace);
    let again = open(dir.path(), keychain, &clock, &heard).expect("a workspace");
    again.sign_in("mira@harbour.example", PASSWORD.to_owned(), false).expect("signed in");
    assert_eq!(code(again.restore_project(&project.id)), "UNKNOWN_PROJECT");
    assert!(dir.path().join("ferry/a.rs").exists(), "the folder itself is never touched");
}

#[test]
fn a_clone_becomes_a_project_and_a_cancelled_one_leaves_nothing() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let source = f.folder(&[("a.txt", b"one\n")]);
    for words in [&["init", "-q"][..], &["add", "."], &["-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "one"]] {
        let done = std::process::Command::new("git").args(words).current_dir(&source).env("GIT_CONFIG_GLOBAL", "/dev/null").status();
        assert!(done.expect("git runs").success());
    }
    let url = source.to_string_lossy().into_owned();
    let card = f.workspace.clone_project("c1", &url, f.dir.path(), "copy", |_| {}).expect("a clone");
    assert_eq!((card.name.as_str(), card.repo_url.as_deref()), ("copy", Some(url.as_str())));
    let stopping = Arc::clone(&f.workspace);
    let cancelled = f.workspace.clone_project("c2", &url, f.dir.path(), "other", move |_| stopping.cancel_clone("c2"));
    assert_eq!(code(cancelled), "CANCELLED");
    assert!(!f.dir.path().join("other").exists());
    assert_eq!(code(f.workspace.clone_project("c3", &url, f.dir.path(), "copy", |_| {})), "TARGET_EXISTS");
}

#[cfg(unix)]
#[test]
fn a_hostile_ignore_file_or_git_folder_costs_no_time_and_no_memory() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("src/a.rs", b"x"), ("b.log", b"x")]);
    let root = f.dir.path().join("ferry");
    std::os::unix::fs::symlink("/dev/zero", root.join(".gitignore")).expect("a link");
    let pipe = |path: PathBuf| assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
    pipe(root.join("src/.gitignore"));
    fs::create_dir(root.join(".git")).expect("a folder");
    pipe(root.join(".git/config"));
    fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
    let started = Instant::now();
    assert_eq!(f.workspace.directory(&project.id, "", None).expect("rows").entries.len(), 3);
    assert_eq!(f.workspace.directory(&project.id, "src", None).expect("rows").entries.len(), 2);
    let _ = f.workspace.project_facts(&project.id);
    let _ = f.sync(&project);
    assert!(started.elapsed() < Duration::from_secs(5), "took {:?}", started.elapsed());
}

#[test]
fn a_tracked_file_is_not_shown_as_left_out_whatever_a_rule_says() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let root = f.folder(&[("kept.log", b"x"), ("other.log", b"x"), ("out/kept.txt", b"x"), (".gitignore", b"*.log\n/out/\n")]);
    for words in [&["init", "-q"][..], &["add", "-f", "kept.log", "out/kept.txt"]] {
        assert!(std::process::Command::new("git").args(words).current_dir(&root).status().expect("git runs").success());
    }
    let project = f.project(&[]);
    let left_out = |path: &str| -> Vec<String> {
        let rows = f.workspace.directory(&project.id, path, None).expect("rows").entries;
        rows.into_iter().filter(|row| row.ignored).map(|row| row.name).collect()
    };
    assert_eq!(left_out(""), ["other.log"]);
    assert!(left_out("out").is_empty());
}

#[test]
fn a_damaged_object_is_named_and_put_right_from_the_folder() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("a.txt", b"some words to find again"), ("b.txt", b"other words to find again")]);
    let objects = f.dir.path().join("data/objects.db");
    let connection = rusqlite::Connection::open(&objects).expect("the objects");
    let flipped = connection.execute("UPDATE objects SET data = zeroblob(length(data))", []).expect("damage");
    drop(connection);
    assert!(flipped >= 2);
    fs::write(f.dir.path().join("ferry/b.txt"), "edited since").expect("an edit");
    let found = f.workspace.verify_version("verify", &project.id, None, &|_| {}).expect("a verdict");
    assert!(!found.ok);
    let left: Vec<&str> = found.problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!((found.healed.as_slice(), left), (["a.txt".to_owned()].as_slice(), vec!["b.txt"]), "only the very bytes that were recorded");
    let again = f.workspace.verify_version("verify", &project.id, None, &|_| {}).expect("a verdict");
    assert_eq!(again.problems.iter().map(|p| p.path.as_str()).collect::<Vec<_>>(), ["b.txt"]);
}

#[test]
fn a_clone_belongs_to_whoever_asked_for_it_and_ends_with_their_session() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let source = f.folder(&[("a.txt", b"one\n")]);
    for words in [&["init", "-q"][..], &["add", "."], &["-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "one"]] {
        assert!(std::process::Command::new("git").args(words).current_dir(&source).status().expect("git runs").success());
    }
    let url = source.to_string_lossy().into_owned();
    let locking = Arc::clone(&f.workspace);
    let card = f.workspace.clone_project("c1", &url, f.dir.path(), "copy", move |_| drop(locking.lock())).expect("a clone outlasts a lock");
    assert_eq!(card.name, "copy");
    f.workspace.unlock(PASSWORD.to_owned()).expect("the password");
    assert_eq!(f.workspace.project_cards().expect("a list").len(), 1);
    let leaving = Arc::clone(&f.workspace);
    let left = f.workspace.clone_project("c2", &url, f.dir.path(), "other", move |_| drop(leaving.sign_out()));
    assert_eq!(code(left), "CANCELLED");
    assert!(!f.dir.path().join("other").exists());
    f.sign_up("noor@harbour.example");
    assert!(f.workspace.project_cards().expect("a list").is_empty());
}

#[test]
fn a_busy_database_keeps_no_window_open() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let project = f.project(&[("a.rs", b"x")]);
    let other = rusqlite::Connection::open(f.dir.path().join("data/lectern.db")).expect("the database");
    other.execute_batch("BEGIN IMMEDIATE").expect("somebody writes for long");
    let workspace = Arc::clone(&f.workspace);
    let locking = std::thread::spawn(move || workspace.lock().map(drop));
    let deadline = Instant::now() + Duration::from_secs(5);
    while code_of(f.workspace.directory(&project.id, "", None)) != "LOCKED" {
        assert!(Instant::now() < deadline, "the content stayed visible");
    }
    other.execute_batch("ROLLBACK").expect("done writing");
    locking.join().expect("no panic").expect("stored in the end");
}

fn code_of<T>(result: Result<T, Failure>) -> String {
    result.err().map(|failure| failure.code).unwrap_or_default()
}

#[test]
fn settings_are_each_profiles_own_and_kept_in_range() {
    let f = fixture();
    f.sign_up("mira@harbour.example");
    let saved = f.workspace.save_settings(Settings { code_font_size: 400.0, zoom: f32::NAN, ..Settings::default() }).expect("saved");
    assert_eq!((saved.code_font_size, saved.zoom), (24.0, 1.0));
    f.workspace.sign_out().expect("signing out");
    f.sign_up("noor@harbour.example");
    assert_eq!(f.workspace.settings().expect("settings"), Settings::default());
    assert_eq!(code(f.workspace.save_view_state("x", "[]")), "BAD_VIEW_STATE");
}
