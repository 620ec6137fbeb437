//! Adding projects in the real window: from a shell, by cloning, and what can be wrong with a folder.

use std::process::{Command, Stdio};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::project::{self, Git};
use lectern_e2e::{App, Stage};

#[test]
fn lectern_path_opens_the_folder_in_the_window_that_is_there() {
    let stage = Stage::new("open-path");
    let (first, second) = (stage.place("first-shelf"), stage.place("second-shelf"));
    project::sample(&first);
    project::write(&second, "only.txt", "a folder without git\n");
    let app = stage.launch(&[&first.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&first);
    app.wait_in_sync(1);

    let answer = stage.lectern(&[&second.to_string_lossy()]);
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    app.wait_project(&second);
    app.wait_in_sync(1);

    // The same folder again opens what is there, also by another spelling.
    let other = first.join("src").join("..");
    stage.lectern(&[&other.to_string_lossy()]);
    app.wait_project(&first);
    app.command("Show all projects");
    app.wait_js("two rows", "document.querySelectorAll('#projects-home tr[data-project]').length === 2", &[]);
    app.wait_text("#projects-home tr[data-project='first-shelf']", "Rust");
    app.wait_text("#projects-home tr[data-project='first-shelf']", "main");
    app.shot("projects");
}

#[test]
fn what_is_wrong_with_a_folder_is_said() {
    let stage = Stage::new("bad-folders");
    let app = stage.launch(&[]);
    app.first_run();

    // In the shell a wrong path is refused there; what reaches the window is said in the window.
    let nowhere = stage.place("nowhere");
    let refused = stage.lectern(&[&nowhere.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not there"), "{refused:?}");
    expect_problem(&stage, &app, &nowhere.to_string_lossy(), "FOLDER_MISSING");

    let file = stage.place("notes");
    project::write(&file, "file.txt", "a file\n");
    expect_problem(&stage, &app, &file.join("file.txt").to_string_lossy(), "NOT_A_FOLDER");

    let sample = stage.place("sample");
    project::sample(&sample);
    let bare = stage.place("bare.git");
    project::bare_copy(&sample, &bare);
    expect_problem(&stage, &app, &bare.to_string_lossy(), "BARE_REPOSITORY");

    let closed = stage.place("closed");
    project::write(&closed, "a.txt", "a\n");
    Command::new("chmod").arg("000").arg(&closed).status().expect("chmod is there");
    if std::fs::read_dir(&closed).is_err() {
        // Root reads everything.
        expect_problem(&stage, &app, &closed.to_string_lossy(), "FOLDER_UNREADABLE");
    }
    Command::new("chmod").arg("700").arg(&closed).status().expect("chmod is there");

    let foreign = stage.place("foreign");
    project::sample(&foreign);
    let given = Command::new("chown").args(["-R", "12345:12345"]).arg(&foreign).stderr(Stdio::null()).status();
    if given.is_ok_and(|status| status.success()) {
        expect_problem(&stage, &app, &foreign.to_string_lossy(), "OWNED_BY_SOMEONE_ELSE");
    }

    let empty = stage.place("empty");
    std::fs::create_dir_all(&empty).expect("a fresh folder can be made");
    Git(&empty).run(&["init", "-q"]);
    stage.lectern(&[&empty.to_string_lossy()]);
    app.wait_project(&empty);
    app.wait_text("#workspace", "empty");
    app.shot("empty-repository");
}

fn expect_problem(stage: &Stage, app: &App, path: &str, code: &str) {
    stage.open_again(path);
    app.wait_js(
        &format!("the problem {code} with {path}"),
        "[...document.querySelectorAll('[role=alert][data-code=' + arguments[0] + ']')].some(isShown)",
        &[code.into()],
    );
    let told = app.text(&format!("[role=alert][data-code={code}]"));
    assert!(told.len() > 30, "{code} is hardly explained: {told:?}");
    app.shot(&format!("problem-{code}"));
    app.click("button", "Dismiss");
    app.wait_gone("[role=alert]");
}

#[test]
fn a_clone_arrives_whole_and_a_cancelled_one_leaves_nothing() {
    let stage = Stage::new("clone");
    let (sample, bare, into) = (stage.place("sample"), stage.place("origin.git"), stage.place("clones"));
    project::sample(&sample);
    project::bare_copy(&sample, &bare);
    std::fs::create_dir_all(&into).expect("a fresh folder can be made");
    let app = stage.launch(&[]);
    app.first_run();

    open_clone_dialog(&app);
    app.assert_accessible("clone-dialog");
    app.fill("Address or path", &stage.place("no-such.git").to_string_lossy());
    app.fill("Into folder", &into.to_string_lossy());
    app.click("button", "Clone repository");
    app.find("#clone-dialog [role=alert]");
    assert_eq!(entries(&into), Vec::<String>::new(), "a failed clone left something");

    app.fill("Address or path", &bare.to_string_lossy());
    app.fill("Name", "shelf");
    app.click("button", "Clone repository");
    app.wait_project(&into.join("shelf"));
    app.wait_in_sync(1);
    assert!(into.join("shelf/src/main.rs").is_file());
    assert_eq!(entries(&into), ["shelf"]);

    let large = stage.place("large.git");
    project::large_bare(&large, 60_000);
    open_clone_dialog(&app);
    app.fill("Address or path", &large.to_string_lossy());
    app.fill("Into folder", &into.to_string_lossy());
    app.fill("Name", "large");
    app.click("button", "Clone repository");
    app.click("button", "Cancel clone");
    app.wait_js("the clone to stop", "!named('button', 'Cancel clone')", &[]);
    assert!(app.shows("#clone-dialog"), "the clone was done before it could be cancelled");
    assert_eq!(entries(&into), ["shelf"], "a cancelled clone left something");
}

fn open_clone_dialog(app: &App) {
    app.command("Clone a repository");
    app.find("#clone-dialog");
}

fn entries(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry reads").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_project_is_renamed_and_taken_off_the_list_with_undo() {
    let stage = Stage::new("rename-remove");
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.command("Show all projects");

    app.click("button", "Actions for shelf");
    app.click("menuitem", "Rename");
    app.fill("Name", "bookshelf");
    app.click("button", "Rename project");
    app.wait_text("#projects-home", "bookshelf");

    app.click("button", "Actions for bookshelf");
    app.click("menuitem", "Remove from list");
    app.wait_text("#projects-home", "No projects yet");
    assert!(root.join("README.md").is_file(), "removing a project touched its folder");
    app.click("button", "Undo");
    app.wait_text("#projects-home tr[data-project=bookshelf]", "v1");
}

#[test]
fn a_project_whose_folder_is_gone_is_read_from_its_last_version() {
    let stage = Stage::new("folder-gone");
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.kill();
    std::fs::rename(&root, stage.place("moved")).expect("our own folder can be moved");

    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_text("#workspace", "From v1");
    app.open_in_tree("src/main.rs");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
    app.shot("from-version");
    app.command("Show all projects");
    app.wait_text("#projects-home", "Folder missing");
    app.assert_accessible("projects with a missing folder");
}
