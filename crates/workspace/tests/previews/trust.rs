//! Nothing runs that was not granted, and a grant holds while the files that define the command stay as they were.

use std::fs;

use lectern_workspace::view::Trust;

use crate::support::*;

#[test]
fn nothing_runs_that_was_not_granted_and_a_grant_holds_while_its_files_stay() {
    let f = fixture("<p>x");
    fs::write(f.root.join("make.py"), "open('ran', 'w')").expect("a program");
    let request = command(&["python3", "make.py"]);
    assert_eq!(code(f.workspace.start_preview(&f.id, &request, None)), "NOT_TRUSTED");
    assert!(!f.root.join("ran").exists() && f.workspace.previews(&f.id).expect("a list").is_empty());
    let server = command(&["python3", "server.py"]);
    let first = f.workspace.start_preview(&f.id, &server, Some(Trust::Remembered)).expect("a preview");
    assert_eq!(f.workspace.trusted_commands().expect("commands").len(), 1);
    f.workspace.stop_preview(&first.id).expect("it ran");
    let again = f.workspace.start_preview(&f.id, &server, None).expect("it was granted");
    f.workspace.stop_preview(&again.id).expect("it ran");
    let other = command(&["python3", "server.py", "--host"]);
    assert_eq!(code(f.workspace.start_preview(&f.id, &other, None)), "NOT_TRUSTED", "another command");
    fs::write(f.root.join("server.py"), format!("{SERVER}\n# edited")).expect("an edit");
    assert_eq!(code(f.workspace.start_preview(&f.id, &server, None)), "NOT_TRUSTED", "what it runs was edited");
    fs::write(f.root.join("server.py"), SERVER).expect("put back");
    let third = f.workspace.start_preview(&f.id, &server, None).expect("as it was granted");
    f.workspace.stop_preview(&third.id).expect("it ran");
    fs::write(f.root.join("package-lock.json"), "{}").expect("a lock file");
    assert_eq!(code(f.workspace.restart_preview(&third.id, None)), "NOT_TRUSTED", "a lock file came");
    fs::remove_file(f.root.join("package-lock.json")).expect("removed");
    let grant = f.workspace.trusted_commands().expect("commands").remove(0);
    assert_eq!((grant.shown.as_str(), grant.project_id.as_str()), ("python3 server.py", f.id.as_str()));
    f.workspace.forget_trusted_command(&grant.id).expect("taken back");
    assert_eq!(code(f.workspace.start_preview(&f.id, &server, None)), "NOT_TRUSTED");
    assert_eq!(code(f.workspace.forget_trusted_command(&grant.id)), "UNKNOWN_GRANT");
}

#[test]
fn what_could_be_started_is_offered_with_whether_it_may() {
    let f = fixture("<p>x");
    fs::write(f.root.join("package.json"), r#"{"scripts":{"dev":"vite"},"devDependencies":{"vite":"5"}}"#).expect("a manifest");
    f.workspace.sync_path(&f.root, &|_| {}).expect("a sync");
    let choices = f.workspace.preview_choices(&f.id, None).expect("choices");
    let command = choices.commands.iter().find(|command| command.framework == "Vite").expect("the command of the script");
    assert!(!command.trusted && command.reason.contains("vite"), "{command:?}");
    assert!(f.workspace.preview_choices(&f.id, Some(2)).expect("choices").commands.is_empty(), "a version is never run");
}

/// What package managers run by themselves, written here once more: who takes one off the list of the survey is told so by this.
const HOOKS: [&str; 9] =
    [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".pnpmfile.mjs", ".pnp.cjs", ".pnp.loader.mjs", "bunfig.toml", "package.json"];

#[test]
fn a_grant_ends_with_any_file_that_changes_what_the_command_does() {
    let f = fixture("<p>x");
    fs::create_dir_all(f.root.join("web/site")).expect("folders");
    fs::write(f.root.join("web/site/server.py"), SERVER).expect("a server");
    let request = lectern_workspace::view::PreviewRequest::DevServer {
        argv: vec!["python3".to_owned(), "server.py".to_owned()],
        folder: "web/site".to_owned(),
    };
    let stop = |preview: lectern_workspace::view::Preview| f.workspace.stop_preview(&preview.id).expect("it ran");
    // With files there, so that a change can be told from a file that came.
    let edited = |folder: &str, name: &str| f.root.join(folder).join(name);
    for name in HOOKS {
        fs::write(edited("web", name), "first").expect("a file");
    }
    stop(f.workspace.start_preview(&f.id, &request, Some(Trust::Remembered)).expect("a preview"));
    let refused = |what: &str| {
        let started = f.workspace.start_preview(&f.id, &request, None);
        assert_eq!(started.map_err(|failure| failure.code).map(|_| ()), Err("NOT_TRUSTED".to_owned()), "{what}");
    };
    for name in HOOKS {
        let path = edited("web", name);
        fs::write(&path, "other").expect("an edit");
        refused(&format!("{name} above was edited"));
        fs::remove_file(&path).expect("removed");
        refused(&format!("{name} above went"));
        fs::write(&path, "first").expect("put back");
    }
    for name in lectern_survey::defining_files().chain(HOOKS) {
        for folder in ["", "web/site"] {
            let path = edited(folder, name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(&path, "new").expect("a file");
            refused(&format!("{name} came in {folder:?}"));
            fs::remove_file(&path).expect("removed");
        }
    }
    let link = edited("web/site", ".npmrc");
    std::os::unix::fs::symlink("/etc/hostname", &link).expect("a link");
    refused("a link out of the project came");
    fs::remove_file(&link).expect("removed");
    stop(f.workspace.start_preview(&f.id, &request, None).expect("all is as it was granted"));
}

#[test]
fn a_grant_ends_with_what_its_files_link_to() {
    let f = fixture("<p>x");
    fs::create_dir_all(f.root.join("shared")).expect("a folder");
    fs::write(f.root.join("shared/package.json"), "{}").expect("a file");
    std::os::unix::fs::symlink("shared/package.json", f.root.join("link.json")).expect("a link");
    std::os::unix::fs::symlink("link.json", f.root.join("package.json")).expect("a link");
    std::os::unix::fs::symlink("Makefile", f.root.join("Makefile")).expect("a link to itself");
    let server = command(&["python3", "server.py"]);
    let start = |trust| f.workspace.start_preview(&f.id, &server, trust);
    let first = start(Some(Trust::Remembered)).expect("a preview");
    f.workspace.stop_preview(&first.id).expect("it ran");
    fs::write(f.root.join("shared/package.json"), r#"{"scripts":{"dev":"curl evil"}}"#).expect("an edit");
    assert_eq!(code(start(None)), "NOT_TRUSTED");
    fs::write(f.root.join("shared/package.json"), "{}").expect("put back");
    let again = start(None).expect("as it was granted");
    f.workspace.stop_preview(&again.id).expect("it ran");
    fs::remove_file(f.root.join("link.json")).expect("removed");
    std::os::unix::fs::symlink("shared/other.json", f.root.join("link.json")).expect("another link");
    assert_eq!(code(start(None)), "NOT_TRUSTED");
}
