//! Patches as files: what somebody chose, in bytes that `git apply` takes, written whole or not at all.

mod common;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
    path::Path,
    thread,
    time::Duration,
};

use common::{Fixture, fixture, git};
use lectern_workspace::view::{PathMove, RefactorAsk, RefactorProposal, RefactorStatus};

fn asked(fixture: &Fixture, project: &str, ask: RefactorAsk) -> RefactorProposal {
    let id = fixture.workspace.refactor_ask(project, ask).expect("asked").id;
    for _ in 0..6000 {
        let job = fixture.workspace.refactor_job(&id).expect("a job");
        if job.status == RefactorStatus::Proposed {
            return fixture.workspace.refactor_proposal(&id).expect("a proposal");
        }
        assert!(matches!(job.status, RefactorStatus::Queued | RefactorStatus::Running), "{:?}", job.error);
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the job does not end");
}

fn replace() -> RefactorAsk {
    let (query, replacement) = ("cat".into(), "d\u{f6}g".into());
    RefactorAsk::ReplaceText { query, replacement, regex: false, word: true, case: true, globs: Vec::new() }
}

/// Bytes and whether it may be run, of every file that is not git's.
fn files(root: &Path) -> BTreeMap<String, (Vec<u8>, bool)> {
    let (mut found, mut pending) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("listed") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            let meta = fs::symlink_metadata(&path).expect("there");
            match () {
                () if name == ".git" => {}
                () if meta.is_dir() => pending.push(path),
                () if meta.is_symlink() => {
                    found.insert(name, (fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes(), false));
                }
                () => {
                    found.insert(name, (fs::read(&path).expect("read"), meta.permissions().mode() & 0o100 != 0));
                }
            }
        }
    }
    found
}

/// Exports a proposal, lets git apply it in a copy, and compares that with what applying the job makes.
fn git_makes_the_same(fixture: &Fixture, job: &str) -> Vec<u8> {
    let target = fixture.dir.path().join("out.patch");
    fixture.workspace.export_refactor_patch(job, &target).expect("exported");
    let patch = fs::read(&target).expect("a file");
    let copy = tempfile::tempdir().expect("a folder");
    git(fixture.dir.path(), &["clone", "-q", &fixture.root.to_string_lossy(), &copy.path().join("c").to_string_lossy()]);
    let copy = copy.path().join("c");
    git(&copy, &["apply", "--check", &target.to_string_lossy()]);
    git(&copy, &["apply", &target.to_string_lossy()]);
    fixture.workspace.refactor_apply("t", job, &|_| {}).expect("applied");
    assert_eq!(files(&copy), files(&fixture.root), "{}", String::from_utf8_lossy(&patch));
    fixture.workspace.export_refactor_patch(job, &target).expect("exported from the history");
    assert_eq!(fs::read(&target).expect("a file"), patch, "what was applied is what was proposed");
    fixture.workspace.refactor_undo("t", job, &[], &|_| {}).expect("undone");
    patch
}

fn commit(fixture: &Fixture) -> String {
    fixture.git(&["init", "-q"]);
    fixture.git(&["config", "core.autocrlf", "false"]);
    fixture.git(&["add", "-A"]);
    fixture.git(&["commit", "-qm", "first"]);
    fixture.project()
}

#[test]
fn texts_of_every_kind_are_in_a_patch_that_git_takes() {
    let fixture = fixture();
    fixture.write("crlf.txt", "a cat\r\nb\r\n");
    fixture.write("no end.txt", "b\ncat");
    fixture.write("na\u{ef}ve \u{65e5}\u{672c}.txt", "cat\n");
    fixture.write("quote\"back\\slash\ttab.txt", "cat\n");
    fixture.write("bom.txt", b"\xef\xbb\xbfcat\r\n");
    fixture.write("latin.txt", b"caf\xe9 cat\n");
    fixture.write("wide.txt", b"\xff\xfea\0\n\0c\0a\0t\0\n\0b\0");
    fixture.write("run.sh", "#!/bin/sh\necho cat\n");
    fs::set_permissions(fixture.root.join("run.sh"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let project = commit(&fixture);
    let proposal = asked(&fixture, &project, replace());
    assert_eq!(proposal.job.files, 8);
    let refused = fixture.workspace.refactor_patch(&proposal.job.id).expect_err("no text");
    assert_eq!(refused.code, "NOT_TEXT");
    let patch = git_makes_the_same(&fixture, &proposal.job.id);
    assert!(patch.windows(5).any(|bytes| bytes == b" d\xf6g\n"), "Latin-1 stays Latin-1");
}

#[test]
fn files_that_move_come_and_go_are_in_a_patch_that_git_takes() {
    let fixture = fixture();
    fixture.write("src/lib/a b.ts", "export const a = 1;\n");
    fixture.write("src/lib/deep/\u{e4}.ts", "import { a } from '../a b';\r\nexport const b = a;");
    fixture.write("src/main.ts", "import { b } from './lib/deep/\u{e4}';\nb;\n");
    fixture.write("src/lib/run.sh", "#!/bin/sh\n");
    fixture.write(OsStr::from_bytes(b"src/lib/\xe9\\.bin"), b"\0\x01");
    fixture.write("gone.txt", "one\ntwo");
    fs::set_permissions(fixture.root.join("src/lib/run.sh"), fs::Permissions::from_mode(0o755)).expect("a mode");
    symlink("a b.ts", fixture.root.join("src/lib/link.ts")).expect("a link");
    let project = commit(&fixture);
    let moves = vec![PathMove { from: "src/lib".into(), to: "c\u{f6}re x".into() }];
    let moved = asked(&fixture, &project, RefactorAsk::Move { moves });
    let patch = String::from_utf8(git_makes_the_same(&fixture, &moved.job.id)).expect("text");
    assert!(patch.contains("rename from src/lib/deep/"), "{patch}");
    let text = "diff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\n--- a/gone.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n\\ No newline at end of file\n\
        diff --git a/n\u{eb}w/file.txt b/n\u{eb}w/file.txt\nnew file mode 100644\n--- /dev/null\n+++ b/n\u{eb}w/file.txt\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n";
    let both = asked(&fixture, &project, RefactorAsk::Patch { name: "x.patch".into(), text: text.into() });
    git_makes_the_same(&fixture, &both.job.id);
}

#[test]
fn a_patch_is_written_whole_over_what_was_there_or_not_at_all() {
    let fixture = fixture();
    fixture.write("a.txt", "cat\n");
    fixture.write("b.txt", "cat\n");
    let project = commit(&fixture);
    let proposal = asked(&fixture, &project, replace());
    let (workspace, id) = (&fixture.workspace, proposal.job.id.as_str());
    let target = fixture.dir.path().join("old.patch");
    fs::write(&target, "x".repeat(100_000)).expect("a file");
    workspace.refactor_choose(id, &[proposal.files[1].edits[0].id]).expect("chosen");
    workspace.export_refactor_patch(id, &target).expect("exported");
    let text = fs::read_to_string(&target).expect("a file");
    assert!(text.contains("a/a.txt") && !text.contains("b.txt") && !text.contains("xx"), "only what is chosen: {text}");
    let refused = |target: &Path| {
        let failure = workspace.export_refactor_patch(id, target).expect_err("refused");
        assert_eq!(failure.code, "TARGET_UNWRITABLE");
        assert!(failure.message.contains(&*target.display().to_string()) && failure.hint.is_some(), "{failure:?}");
    };
    refused(&fixture.dir.path().join("no such folder/x.patch"));
    refused(&fixture.dir.path().join("data/x.patch"));
    refused(&fixture.root);
    refused(Path::new("/dev/full"));
    refused(Path::new("/proc/x.patch"));
    assert_eq!(fs::read_to_string(&target).expect("a file"), text);
    let left = fs::read_dir(fixture.dir.path())
        .expect("listed")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".part")));
    assert_eq!(left.count(), 0, "nothing half written is left");
    workspace.refactor_discard(id).expect("discarded");
    workspace.sign_out().expect("signed out");
    assert_eq!(workspace.export_refactor_patch(id, &target).expect_err("nobody").code, "NOT_SIGNED_IN");
}
