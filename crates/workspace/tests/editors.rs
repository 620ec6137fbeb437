//! What opening a file in an editor promises: the right words, on its own, from inside the project only, and failures that say what to do.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Workspace, WorkspaceOptions,
    view::{Failure, Settings},
};

const PASSWORD: &str = "ferry lantern sycamore";

struct Fixture {
    // Before the folder that it is in.
    workspace: Arc<Workspace>,
    project: String,
    root: PathBuf,
    dir: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("my ferry");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("a b.rs"), "fn a() {}\n").expect("a file");
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.path().join("data")),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        ..WorkspaceOptions::default()
    })
    .expect("a workspace");
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let project = workspace.sync_path(&root, &|_| {}).expect("a sync").0;
    Fixture { workspace, project, root, dir }
}

impl Fixture {
    /// An editor that writes down how it was started, then does what `then` says.
    fn editor(&self, then: &str) -> PathBuf {
        let script = self.dir.path().join("fake editor");
        let log = self.dir.path().join("log");
        // The name appears at once and whole, so that whoever waits for it may read it.
        let text = format!(
            "#!/bin/sh\n{{ pwd; printf '%s\\n' \"$@\"; ps -o sid= -p $$; echo \"token=$MY_TOKEN\"; }} > '{0}.part'\nmv '{0}.part' '{0}'\n{then}\n",
            log.display()
        );
        fs::write(&script, text).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("permitted");
        script
    }

    fn choose(&self, editor: impl Into<String>) {
        let settings = Settings { editor: editor.into(), ..Settings::default() };
        self.workspace.save_settings(settings).expect("saved");
    }

    fn log(&self) -> Vec<String> {
        let file = self.dir.path().join("log");
        let start = Instant::now();
        while !file.exists() && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(10));
        }
        fs::read_to_string(file).expect("the editor ran").lines().map(str::to_owned).collect()
    }

    fn open(&self, path: &str) -> Result<(), Failure> {
        self.workspace.open_in_editor(&self.project, path, 3, 7)
    }

    fn refusal(&self, path: &str) -> String {
        let failure = self.open(path).expect_err("a refusal");
        assert!(failure.hint.is_some(), "{failure:?} says what to do");
        failure.code
    }
}

#[test]
fn the_editor_of_the_settings_gets_the_path_and_the_place_as_words() {
    let fixture = fixture();
    let editor = fixture.editor("exit 0");
    fixture.choose(format!("'{}' --goto {{path}}:{{line}}:{{column}} '$HOME'", editor.display()));
    fixture.open("a b.rs").expect("opened");
    let log = fixture.log();
    let root = fs::canonicalize(&fixture.root).expect("the folder");
    assert_eq!(log[..4], [root.display().to_string(), "--goto".into(), format!("{}/a b.rs:3:8", root.display()), "$HOME".into()]);
}

#[test]
fn a_command_without_a_place_for_the_path_gets_it_at_its_end() {
    let fixture = fixture();
    fixture.choose(format!("'{}' -n", fixture.editor("exit 0").display()));
    fixture.open("a b.rs").expect("opened");
    assert_eq!(
        fixture.log()[1..3],
        ["-n".to_owned(), format!("{}/a b.rs", fs::canonicalize(&fixture.root).expect("the folder").display())]
    );
}

#[test]
fn the_editor_runs_on_its_own_and_is_not_waited_for() {
    let fixture = fixture();
    fixture.choose(format!("'{}'", fixture.editor("exec sleep 20").display()));
    let start = Instant::now();
    fixture.open("a b.rs").expect("opened");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let log = fixture.log();
    let session: i32 = log[2].trim().parse().expect("a session");
    let own = fs::read_to_string("/proc/self/stat").expect("this process");
    let own: i32 =
        own.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(3)).and_then(|id| id.parse().ok()).expect("a session");
    assert_ne!(session, own);
    // It leads its session, so its id ends it.
    std::process::Command::new("kill").arg(session.to_string()).status().expect("ended");
}

#[test]
fn what_fails_is_told_with_what_to_do() {
    let fixture = fixture();
    fixture.choose(format!("'{}'", fixture.editor("exit 3").display()));
    let failure = fixture.open("a b.rs").expect_err("it fails");
    assert_eq!(failure.code, "EDITOR_FAILED");
    assert!(failure.message.contains("exit status: 3") && failure.hint.is_some(), "{failure:?}");
    for (command, code) in [
        ("/no/such/editor {path}", "EDITOR_FAILED"),
        ("no-such-editor-anywhere {path}", "EDITOR_FAILED"),
        ("/etc/passwd {path}", "EDITOR_FAILED"),
        ("./editor {path}", "BAD_COMMAND"),
        ("'editor {path}", "BAD_COMMAND"),
        ("''", "BAD_COMMAND"),
    ] {
        fixture.choose(command);
        assert_eq!(fixture.refusal("a b.rs"), code, "{command}");
    }
}

#[test]
fn nothing_is_opened_that_is_outside_of_the_project_or_no_file() {
    let fixture = fixture();
    fixture.choose(format!("'{}'", fixture.editor("exit 0").display()));
    symlink("/etc/passwd", fixture.root.join("out")).expect("a link");
    fs::create_dir(fixture.root.join("folder")).expect("a folder");
    assert_eq!(fixture.refusal("gone.rs"), "FILE_MISSING");
    assert_eq!(fixture.refusal("../data"), "OUTSIDE_PROJECT");
    assert_eq!(fixture.refusal("out"), "NOT_A_FILE", "a link is shown as one");
    assert_eq!(fixture.refusal("folder"), "NOT_A_FILE");
    assert!(!fixture.dir.path().join("log").exists());
    fixture.workspace.lock().expect("locked");
    assert_eq!(fixture.refusal("a b.rs"), "LOCKED");
}

#[test]
fn nothing_that_a_project_brings_along_is_run() {
    let fixture = fixture();
    let inside = fixture.root.join("editor");
    fs::rename(fixture.editor("exit 0"), &inside).expect("moved");
    fixture.choose(format!("'{}'", inside.display()));
    assert_eq!(fixture.refusal("a b.rs"), "EDITOR_FAILED");
    let link = fixture.dir.path().join("link");
    symlink(&inside, &link).expect("a link");
    fixture.choose(format!("'{}'", link.display()));
    assert_eq!(fixture.refusal("a b.rs"), "EDITOR_FAILED");
    assert!(!fixture.dir.path().join("log").exists());
}
