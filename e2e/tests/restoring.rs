//! Earlier states in the real window: reading them, putting them back, taking that back, and writing them out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lectern_e2e::flows::{EMAIL, PASSWORD, row};
use lectern_e2e::versions::card;
use lectern_e2e::{App, Stage, project};

type State = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// The sample as version 1 and, with much changed, as version 2, on which there are changes that no version has yet. Nobody watches.
fn two_versions(stage: &Stage) -> (App, PathBuf, State) {
    let root = stage.place("shelf");
    project::sample(&root);
    stage.record(&root);
    let first = project::state(&root);
    project::write(&root, "src/main.rs", "fn main() {}\n");
    project::write(&root, "src/deep/extra.rs", "pub fn extra() {}\n");
    std::fs::remove_file(root.join("src/lib.rs")).expect("the sample has it");
    std::fs::remove_dir_all(root.join("config")).expect("the sample has it");
    project::set_mode(&root, "scripts/build.sh", 0o755);
    stage.record(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(2);
    app.set_watching(false);
    project::write(&root, "README.md", "# Not recorded yet\n");
    project::write(&root, "notes.md", "# Nor this\n");
    app.press("Ctrl+3");
    app.wait_version(2);
    (app, root, first)
}

/// What is in the folder apart from what is ignored, which no restore touches.
fn versioned(root: &Path) -> State {
    project::state(root).into_iter().filter(|(path, _)| !path.starts_with("build")).collect()
}

#[track_caller]
fn assert_same(now: &State, wanted: &State) {
    for (path, state) in wanted {
        assert!(
            now.get(path) == Some(state),
            "{} is not what it was: {:?}",
            path.display(),
            now.get(path).map(|(mode, bytes)| (mode, bytes.len()))
        );
    }
    let more: Vec<_> = now.keys().filter(|path| !wanted.contains_key(*path)).collect();
    assert!(more.is_empty(), "there is more than there was: {more:?}");
}

#[test]
fn everything_goes_back_to_a_version_and_undo_brings_back_what_was() {
    let stage = Stage::new("restore-all");
    let (app, root, first) = two_versions(&stage);
    let before = project::state(&root);
    let first: State = first.into_iter().filter(|(path, _)| !path.starts_with("build")).collect();
    app.version_action(1, "Restore…");
    app.wait_text("#restore", "to create");
    app.wait_text("#restore", "What the folder holds now is recorded as a version first");
    app.settled_shot("plan");
    app.confirm_restore();
    assert_same(&versioned(&root), &first);
    // What was there is a version of its own.
    app.wait_text("[data-version=\"3\"]", "Undo point");
    app.settled_shot("restored");
    app.click_css("#toasts .toast .btn");
    app.wait_toast("as before");
    assert_same(&project::state(&root), &before);
    // What was undone can be undone in turn.
    app.wait_text("#toasts .toast", "as before");
    app.click("button", "Undo");
    app.wait("version 1 again", || versioned(&root) == first);
}

#[test]
fn one_file_goes_back_and_nothing_else_is_touched() {
    let stage = Stage::new("restore-file");
    let (app, root, first) = two_versions(&stage);
    let before = project::state(&root);
    app.compare_versions(1, 2);
    app.jump_to_file("src/main.rs");
    app.file_action("src/main.rs", "Restore this file from v1…");
    app.wait_text("#restore", "1 to overwrite");
    app.confirm_restore();
    let mut wanted = before.clone();
    wanted.insert("src/main.rs".into(), first[Path::new("src/main.rs")].clone());
    assert_same(&project::state(&root), &wanted);
    // By its key as well.
    app.press("Ctrl+Z");
    app.wait_toast("1 file as before");
    assert_same(&project::state(&root), &before);
}

#[test]
fn a_folder_goes_back_from_the_tree_of_a_version() {
    let stage = Stage::new("restore-folder");
    let (app, root, first) = two_versions(&stage);
    let before = project::state(&root);
    app.version_action(1, "Read the tree at v1");
    app.wait_text("#workspace", "As of v1");
    app.menu_of(&row("config"), "Restore config…");
    app.wait_text("#restore h2", "Restore config from v1");
    app.wait_text("#restore", "3 to create");
    app.confirm_restore();
    let mut wanted = before.clone();
    wanted.extend(first.into_iter().filter(|(path, _)| path.starts_with("config")));
    assert_same(&project::state(&root), &wanted);
    app.click("button", "Undo");
    app.wait_toast("as before");
    assert_same(&project::state(&root), &before);
    assert!(!root.join("config").exists(), "an empty folder is left behind");
}

#[test]
fn an_older_restore_is_undone_from_what_was_applied() {
    let stage = Stage::new("applied");
    let (app, root, _first) = two_versions(&stage);
    let before = project::state(&root);
    app.version_action(1, "Restore…");
    app.confirm_restore();
    app.dismiss_toasts();
    let restored = project::state(&root);
    app.press("Ctrl+1");
    app.find("#workspace");
    app.press("Ctrl+3");
    app.click("button", "More about versions");
    app.click("menuitem", "Applied changes");
    app.wait_text(".drawer", "Restore of v1");
    app.settled_shot("applied");
    app.click_css(".drawer button[aria-label^=\"Undo\"]");
    app.wait_toast("as before");
    assert_same(&project::state(&root), &before);
    app.wait_text(".drawer", "Undone");
    app.settled_shot("undone");
    assert!(restored != before);
}

#[test]
fn what_was_changed_since_is_not_undone_and_the_window_says_why() {
    let stage = Stage::new("changed-since");
    let (app, root, _first) = two_versions(&stage);
    app.version_action(1, "Restore…");
    app.confirm_restore();
    project::write(&root, "src/main.rs", "fn main() { work_since() }\n");
    let before = project::state(&root);
    app.click("button", "Undo");
    app.wait_toast("src/main.rs");
    app.wait_toast("changed since");
    app.settled_shot("refused");
    assert_same(&project::state(&root), &before);
}

#[test]
fn a_file_that_changes_while_the_plan_is_read_is_recorded_before_it_is_written_over() {
    let stage = Stage::new("plan-overtaken");
    let (app, root, first) = two_versions(&stage);
    app.version_action(1, "Restore…");
    app.wait_text("#restore", "to create");
    project::write(&root, "src/main.rs", "fn main() { saved_at_the_last_moment() }\n");
    let before = project::state(&root);
    app.confirm_restore();
    assert_eq!(project::state(&root)[Path::new("src/main.rs")], first[Path::new("src/main.rs")]);
    app.click("button", "Undo");
    app.wait_toast("as before");
    assert_same(&project::state(&root), &before);
}

#[test]
fn a_file_and_the_tree_are_read_as_of_a_version() {
    let stage = Stage::new("as-of");
    let (app, _root, _first) = two_versions(&stage);
    app.compare_versions(1, 2);
    app.jump_to_file("src/main.rs");
    app.file_action("src/main.rs", "Open as of v1");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
    app.wait_text("#workspace [role=tab][aria-selected=true]", "v1");
    app.wait_text("#workspace .at-bar", "Reading v1");
    app.wait_text("#workspace section.files", "As of v1");
    // What the folder has no more is in the tree, and opens.
    app.open_in_tree_at("src/lib.rs", 1);
    app.wait_text("#workspace .cm-content", "pub mod shelf");
    app.settled_shot("as-of");
    // The same file as it is now is another tab.
    app.click("button", "Back to working copy");
    app.wait_gone("#workspace .at-bar");
    app.find(&row("notes.md"));
    app.open_in_tree("src/main.rs");
    app.wait_js("the file as it is now", "document.querySelector('#workspace .cm-content')?.innerText.includes('fn main() {}')", &[]);
    app.wait_gone("#workspace .at-bar");
    // From an earlier state straight to what differs now.
    app.press("Ctrl+3");
    app.version_action(1, "Read the tree at v1");
    app.wait_text("#workspace .at-bar", "Reading v1");
    app.click("button", "Compare with now");
    app.wait_compared("v1 to working copy");
}

#[test]
fn only_one_file_is_compared_from_the_reader() {
    let stage = Stage::new("compare-file");
    let (app, _root, _first) = two_versions(&stage);
    app.press("Ctrl+1");
    app.open_in_tree("src/main.rs");
    app.command("Compare the file with a version");
    app.click("option", "v1");
    app.wait_compared("v1 to working copy");
    app.wait_text("#versions .files-bar", "Only src/main.rs");
    app.wait_text(&card("src/main.rs"), "CAPACITY");
    app.wait_gone(&card("README.md"));
}

#[test]
fn the_export_dialog_lists_its_formats_and_closes() {
    let stage = Stage::new("export");
    let (app, _root, _first) = two_versions(&stage);
    app.version_action(1, "Export…");
    for format in ["Folder", ".tar.gz", ".zip"] {
        app.named_in("#export", "radio", format);
    }
    app.named_in("#export", "button", "Choose where");
    app.settled_shot("export");
    app.press("Escape");
    app.wait_gone("#export");
    app.wait_version(1);
}

/// The system's own dialog asks where to; it is driven by keys, as no WebDriver sees it.
#[test]
fn a_version_is_exported_where_the_systems_dialog_says() {
    let stage = Stage::new("export-window");
    let (app, _root, first) = two_versions(&stage);
    let target = stage.place("exported");
    app.version_action(1, "Export…");
    app.named_in("#export", "button", "Choose where");
    app.click("button", "Choose where");
    stage.type_into_dialog("Export v1", &target.to_string_lossy());
    app.wait_toast("Exported v1");
    let first: State = first.into_iter().filter(|(path, _)| !path.starts_with("build")).collect();
    assert_same(&project::state(&target), &first);
}

#[test]
fn every_format_is_exported_without_the_window() {
    let stage = Stage::new("export-headless");
    let root = stage.place("shelf");
    project::sample(&root);
    stage.record(&root);
    let wanted = versioned(&root);
    project::write(&root, "src/main.rs", "fn main() {}\n");
    let project = root.to_string_lossy().into_owned();
    for name in ["folder", "shelf.tar.gz", "shelf.zip"] {
        let target = stage.place(name);
        let said = stage.lectern(&["export", &project, "1", &target.to_string_lossy()]);
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
        let unpacked = match name.split_once('.') {
            None => target,
            Some((_, ending)) => unpack(&stage, &target, ending),
        };
        // What a program makes of a name that is not UTF-8 in a .zip would be anybody's guess: it is left out, and said so.
        let odd = |path: &Path| name.ends_with("zip") && path.to_str().is_none();
        let wanted = wanted.iter().filter(|(path, _)| !odd(path)).map(|(path, state)| (path.clone(), state.clone())).collect();
        assert_same(&project::state(&unpacked), &wanted);
        assert_eq!(String::from_utf8_lossy(&said.stderr).contains("latin-"), name.ends_with("zip"));
    }
}

/// Unpacks by programs that are not ours; the folder that the archive holds.
fn unpack(stage: &Stage, archive: &Path, ending: &str) -> PathBuf {
    let folder = stage.place(&format!("unpacked-{ending}"));
    std::fs::create_dir_all(&folder).expect("a fresh folder can be written");
    let mut command = std::process::Command::new(if ending == "zip" { "python3" } else { "tar" });
    if ending == "zip" {
        command.args(["-c", UNZIP]).arg(archive).arg(&folder);
    } else {
        command.arg("-xpzf").arg(archive).arg("-C").arg(&folder);
    }
    let done = command.output().expect("the unpacker is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let held: Vec<PathBuf> = std::fs::read_dir(&folder).expect("it was unpacked").map(|entry| entry.expect("it reads").path()).collect();
    match &held[..] {
        [only] if only.is_dir() => only.clone(),
        _ => folder,
    }
}

const UNZIP: &str = "
import os, stat, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for info in archive.infolist():
        target, mode = os.path.join(sys.argv[2], info.filename), info.external_attr >> 16
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if stat.S_ISLNK(mode): os.symlink(archive.read(info), target)
        elif not info.is_dir():
            open(target, 'wb').write(archive.read(info))
            os.chmod(target, mode & 0o777)
";
