//! Refactor jobs on real folders: asked, reviewed, applied, taken back, and what happens when files change in between.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    thread,
    time::Duration,
};

use common::{Fixture, fixture};
use lectern_workspace::view::{
    NewThreadPlace, PathMove, RefactorApplied, RefactorAsk, RefactorCertainty, RefactorJob, RefactorProposal, RefactorStatus,
    RefactorUndoChoice, RefactorUndoState, Side, ThreadPlace,
};

/// Everything in the folder: bytes and permission bits, or where a link leads.
fn tree(fixture: &Fixture) -> BTreeMap<String, (Vec<u8>, u32)> {
    let (mut tree, mut pending) = (BTreeMap::new(), vec![fixture.root.clone()]);
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).expect("listed") {
            let path = entry.expect("an entry").path();
            let meta = fs::symlink_metadata(&path).expect("there");
            let name = path.strip_prefix(&fixture.root).expect("below").display().to_string();
            let bytes = if meta.is_dir() {
                pending.push(path);
                b"a folder".to_vec()
            } else if meta.is_symlink() {
                fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).expect("read")
            };
            tree.insert(name, (bytes, meta.permissions().mode()));
        }
    }
    tree
}

fn ended(fixture: &Fixture, id: &str) -> RefactorJob {
    for _ in 0..6000 {
        let job = fixture.workspace.refactor_job(id).expect("a job");
        if !matches!(job.status, RefactorStatus::Queued | RefactorStatus::Running) {
            return job;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the job does not end");
}

fn asked(fixture: &Fixture, project: &str, ask: RefactorAsk) -> RefactorProposal {
    let job = fixture.workspace.refactor_ask(project, ask).expect("asked");
    let job = ended(fixture, &job.id);
    assert_eq!(job.status, RefactorStatus::Proposed, "{:?}", job.error);
    fixture.workspace.refactor_proposal(&job.id).expect("a proposal")
}

fn apply(fixture: &Fixture, id: &str) -> RefactorApplied {
    fixture.workspace.refactor_apply("task", id, &|_| {}).expect("applied")
}

fn rename(path: &str, line: u32, column: u32, new_name: &str) -> RefactorAsk {
    RefactorAsk::RenameSymbol { path: path.into(), line, column, new_name: new_name.into(), files: true, hierarchy: true }
}

fn replace(query: &str, replacement: &str) -> RefactorAsk {
    RefactorAsk::ReplaceText {
        query: query.into(),
        replacement: replacement.into(),
        regex: false,
        word: true,
        case: true,
        globs: Vec::new(),
    }
}

#[test]
fn a_name_is_renamed_where_it_means_the_same_and_taken_back_to_the_byte() {
    let f = fixture();
    f.write("src/a.ts", "export function cat() { return 1 } // cat\r\nexport const x = cat();\r\n");
    f.write("src/b.ts", "import { cat } from './a';\nconst s = 'cat';\ncat()");
    f.write("other.ts", "const cat = 2;\n");
    let project = f.project();
    let before = tree(&f);
    let proposal = asked(&f, &project, rename("src/a.ts", 1, 16, "dog"));
    assert_eq!((proposal.job.old_name.as_str(), proposal.job.new_name.as_str()), ("cat", "dog"));
    assert_eq!(proposal.job.title, "Rename cat to dog");
    assert!(!proposal.job.stale && proposal.job.certain >= 4, "{:?}", proposal.job);
    let text: Vec<u32> = proposal
        .files
        .iter()
        .flat_map(|file| &file.edits)
        .filter(|edit| edit.certainty == RefactorCertainty::Text)
        .map(|edit| edit.id)
        .collect();
    assert_eq!(proposal.excluded, text, "mere spellings are left out by themselves");
    let id = proposal.job.id.clone();
    let applied = apply(&f, &id);
    assert_eq!(
        fs::read_to_string(f.root.join("src/a.ts")).expect("read"),
        "export function dog() { return 1 } // cat\r\nexport const x = dog();\r\n"
    );
    assert_eq!(fs::read_to_string(f.root.join("src/b.ts")).expect("read"), "import { dog } from './a';\nconst s = 'cat';\ndog()");
    assert_eq!(fs::read_to_string(f.root.join("other.ts")).expect("read"), "const cat = 2;\n");
    assert_eq!((applied.files, applied.edits, applied.skipped), (2, proposal.job.certain, proposal.job.text));
    let after = tree(&f);
    let job = f.workspace.refactor_job(&id).expect("a job");
    assert_eq!((job.status, job.applied.is_some(), job.applied_at.is_some()), (RefactorStatus::Applied, true, true));
    assert!(f.workspace.refactor_undo_plan(&id).expect("a plan").exact);
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("undone");
    assert_eq!((tree(&f), f.workspace.refactor_job(&id).expect("a job").status), (before.clone(), RefactorStatus::Undone));
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("done again");
    assert_eq!((tree(&f), f.workspace.refactor_job(&id).expect("a job").status), (after, RefactorStatus::Applied));
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("undone again");
    assert_eq!(tree(&f), before);
}

#[test]
fn bytes_beside_the_edits_stay_as_they_are_in_every_encoding() {
    let f = fixture();
    f.write("bom.txt", b"\xef\xbb\xbfa cat\r\n");
    f.write("latin.txt", b"caf\xe9 cat\nno end cat");
    f.write("wide.txt", b"\xff\xfec\0a\0t\0\n\0");
    f.write("binary.dat", b"cat\0cat");
    f.write("run.sh", "#!/bin/sh\necho cat\n");
    f.write("fixed.txt", "cat\n");
    f.write("real.txt", "cat\n");
    symlink("real.txt", f.root.join("link.txt")).expect("a link");
    fs::set_permissions(f.root.join("run.sh"), fs::Permissions::from_mode(0o750)).expect("a mode");
    fs::set_permissions(f.root.join("fixed.txt"), fs::Permissions::from_mode(0o444)).expect("a mode");
    let project = f.project();
    let before = tree(&f);
    let proposal = asked(&f, &project, replace("cat", "d\u{fc}g"));
    let paths: Vec<&str> = proposal.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["bom.txt", "fixed.txt", "latin.txt", "real.txt", "run.sh", "wide.txt"], "no binary, and no link's target twice");
    apply(&f, &proposal.job.id);
    let read = |name: &str| fs::read(f.root.join(name)).expect("read");
    assert_eq!(read("bom.txt"), "\u{feff}a d\u{fc}g\r\n".as_bytes());
    assert_eq!(read("latin.txt"), b"caf\xe9 d\xfcg\nno end d\xfcg");
    assert_eq!(read("wide.txt"), b"\xff\xfed\0\xfc\0g\0\n\0");
    let after = tree(&f);
    for (name, (bytes, mode)) in &before {
        assert_eq!(after[name].1, *mode, "{name}");
        assert!(after[name].0 != *bytes || !paths.contains(&name.as_str()), "{name} was changed");
    }
    f.workspace.refactor_undo("task", &proposal.job.id, &[], &|_| {}).expect("undone");
    assert_eq!(tree(&f), before);
}

#[test]
fn letters_that_a_files_encoding_has_not_are_refused_before_anything_is_written() {
    let f = fixture();
    f.write("a.txt", "cat\n");
    f.write("latin.txt", b"\xe9 cat\n");
    let project = f.project();
    let before = tree(&f);
    let proposal = asked(&f, &project, replace("cat", "\u{2192}"));
    let refused = f.workspace.refactor_apply("task", &proposal.job.id, &|_| {}).expect_err("refused");
    assert_eq!((refused.code.as_str(), tree(&f)), ("NOT_ENCODABLE", before));
    let latin = proposal.files.iter().find(|file| file.path == "latin.txt").expect("there").edits[0].id;
    f.workspace.refactor_choose(&proposal.job.id, &[latin]).expect("chosen");
    assert_eq!(apply(&f, &proposal.job.id).skipped, 1);
}

#[test]
fn a_moved_folder_takes_everything_along_and_imports_follow() {
    let f = fixture();
    f.write("src/lib/a.ts", "export const a = 1;\n");
    f.write("src/lib/deep/b.ts", "import { a } from '../a';\nexport const b = a;\n");
    f.write("src/main.ts", "import { b } from './lib/deep/b';\nb;\n");
    f.write("src/lib/data.bin", b"\0\x01");
    symlink("a.ts", f.root.join("src/lib/link.ts")).expect("a link");
    fs::set_permissions(f.root.join("src/lib/a.ts"), fs::Permissions::from_mode(0o600)).expect("a mode");
    let project = f.project();
    let before = tree(&f);
    let moves = vec![PathMove { from: "src/lib".into(), to: "core".into() }];
    let proposal = asked(&f, &project, RefactorAsk::Move { moves });
    assert_eq!((proposal.moves.len(), proposal.moves[0].files), (1, 3), "regular files; the link goes along");
    apply(&f, &proposal.job.id);
    assert_eq!(fs::read_to_string(f.root.join("src/main.ts")).expect("read"), "import { b } from '../core/deep/b';\nb;\n");
    let after = tree(&f);
    assert_eq!(after["core/a.ts"], before["src/lib/a.ts"], "bytes and mode");
    assert_eq!(after["core/link.ts"], before["src/lib/link.ts"]);
    assert!(!after.contains_key("src/lib"), "nothing is left behind: {:?}", after.keys());
    f.workspace.refactor_undo("task", &proposal.job.id, &[], &|_| {}).expect("undone");
    assert_eq!(tree(&f), before);
    let taken = vec![PathMove { from: "src/main.ts".into(), to: "src/lib/a.ts".into() }];
    let taken = asked(&f, &project, RefactorAsk::Move { moves: taken });
    assert!(taken.conflicts.iter().any(|conflict| conflict.breaks), "{:?}", taken.conflicts);
    let outside = vec![PathMove { from: "src/main.ts".into(), to: "../main.ts".into() }];
    let outside = f.workspace.refactor_ask(&project, RefactorAsk::Move { moves: outside }).expect("asked");
    assert_eq!(ended(&f, &outside.id).error.expect("refused").code, "BAD_PATH");
}

#[test]
fn a_proposal_whose_files_changed_is_worked_out_again_with_what_was_chosen() {
    let f = fixture();
    f.write("a.txt", "cat one\ncat two\n");
    f.write("b.txt", "cat three\n");
    let project = f.project();
    let proposal = asked(&f, &project, replace("cat", "dog"));
    let id = proposal.job.id.clone();
    let second = proposal.files[0].edits[1].id;
    f.workspace.refactor_choose(&id, &[second, 999]).expect("chosen");
    f.write("a.txt", "new\ncat one\ncat two\n");
    let before = tree(&f);
    let refused = f.workspace.refactor_apply("task", &id, &|_| {}).expect_err("refused");
    assert_eq!((refused.code.as_str(), tree(&f)), ("STALE", before));
    assert!(f.workspace.refactor_job(&id).expect("a job").stale);
    let again = f.workspace.refactor_again(&id).expect("again");
    assert_eq!((ended(&f, &again.id).status, again.id.as_str()), (RefactorStatus::Proposed, id.as_str()));
    let proposal = f.workspace.refactor_proposal(&id).expect("a proposal");
    assert!(!proposal.job.stale);
    assert_eq!(proposal.excluded, [proposal.files[0].edits[1].id]);
    apply(&f, &id);
    assert_eq!(fs::read_to_string(f.root.join("a.txt")).expect("read"), "new\ndog one\ncat two\n");
    assert_eq!(f.workspace.refactor_apply("task", &id, &|_| {}).expect_err("refused").code, "NOT_PROPOSED");
}

#[test]
fn a_file_that_came_with_the_name_makes_a_rename_stale_and_any_other_does_not() {
    let f = fixture();
    f.write("a.ts", "export const cat = 1;\n");
    let project = f.project();
    let proposal = asked(&f, &project, rename("a.ts", 1, 13, "dog"));
    f.write("notes.txt", "nothing\n");
    f.sync();
    assert!(!f.workspace.refactor_job(&proposal.job.id).expect("a job").stale);
    f.write("b.ts", "import { cat } from './a';\ncat;\n");
    assert_eq!(f.workspace.refactor_apply("task", &proposal.job.id, &|_| {}).expect_err("refused").code, "STALE");
}

#[test]
fn files_that_changed_since_are_merged_when_a_job_is_taken_back() {
    let f = fixture();
    let text = |word: &str| format!("one {word}\n2\n3\n4\n5\n6\n7\n8\nlast {word}\n");
    for name in ["exact.txt", "merged.txt", "conflict.txt", "gone.txt"] {
        f.write(name, text("cat"));
    }
    let project = f.project();
    let id = asked(&f, &project, replace("cat", "dog")).job.id;
    apply(&f, &id);
    f.write("merged.txt", text("dog").replace("\n5\n", "\nfive\n"));
    f.write("conflict.txt", text("dog").replace("one dog", "one big dog"));
    f.remove("gone.txt");
    let plan = f.workspace.refactor_undo_plan(&id).expect("a plan");
    let states: Vec<_> = plan.files.iter().map(|file| (file.path.as_str(), file.state)).collect();
    let expected = [
        ("conflict.txt", RefactorUndoState::Conflict),
        ("exact.txt", RefactorUndoState::Exact),
        ("gone.txt", RefactorUndoState::Gone),
        ("merged.txt", RefactorUndoState::Merged),
    ];
    assert_eq!((plan.exact, states), (false, expected.to_vec()));
    let conflict = &plan.files[0].conflicts[0];
    assert_eq!((conflict.line, conflict.now.as_str(), conflict.back.as_str()), (1, "one big dog\n", "one cat\n"));
    let before = tree(&f);
    assert_eq!(f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect_err("refused").code, "UNDO_CONFLICTS");
    assert_eq!(tree(&f), before);
    let choice = RefactorUndoChoice { path: "conflict.txt".into(), number: 0, back: false };
    f.workspace.refactor_undo("task", &id, &[choice], &|_| {}).expect("undone");
    let read = |name: &str| fs::read_to_string(f.root.join(name)).expect("read");
    assert_eq!(read("exact.txt"), text("cat"));
    assert_eq!(read("merged.txt"), text("cat").replace("\n5\n", "\nfive\n"));
    assert_eq!(read("conflict.txt"), text("cat").replace("one cat", "one big dog"));
    assert!(!f.root.join("gone.txt").exists());
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("done again");
    assert_eq!(tree(&f), before, "an undo of a merged undo is exact");
}

#[test]
fn a_moved_file_that_is_taken_back_beside_changed_ones_keeps_its_mode() {
    let f = fixture();
    f.write("src/a.ts", "export const a = 1;\n");
    f.write("main.ts", "import { a } from './src/a';\na;\n1;\n2;\n3;\n4;\n");
    fs::set_permissions(f.root.join("src/a.ts"), fs::Permissions::from_mode(0o640)).expect("a mode");
    let project = f.project();
    let before = tree(&f);
    let moves = vec![PathMove { from: "src/a.ts".into(), to: "lib/a.ts".into() }];
    let id = asked(&f, &project, RefactorAsk::Move { moves }).job.id;
    apply(&f, &id);
    f.write("main.ts", "import { a } from './lib/a';\na;\n1;\n2;\n3;\nfour;\n");
    assert!(!f.workspace.refactor_undo_plan(&id).expect("a plan").exact);
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("undone");
    assert_eq!(tree(&f)["src/a.ts"], before["src/a.ts"], "bytes and mode");
    assert!(fs::read_to_string(f.root.join("main.ts")).expect("read").ends_with("four;\n"));
}

#[test]
fn nobody_gets_at_jobs_of_another_profile_or_behind_the_lock() {
    let f = fixture();
    f.write("a.txt", "cat\n");
    let project = f.project();
    let id = asked(&f, &project, replace("cat", "dog")).job.id;
    f.workspace.lock().expect("locked");
    assert_eq!(f.workspace.refactor_proposal(&id).expect_err("locked").code, "LOCKED");
    assert_eq!(f.workspace.refactor_apply("task", &id, &|_| {}).expect_err("locked").code, "LOCKED");
    f.workspace.sign_out().expect("signed out");
    assert_eq!(f.workspace.refactor_jobs(None).expect_err("nobody").code, "NOT_SIGNED_IN");
    f.workspace.create_profile("eve@example.org", "", common::PASSWORD.to_owned(), false).expect("a profile");
    let code = |failure: lectern_workspace::view::Failure| failure.code;
    let workspace = &f.workspace;
    assert_eq!(workspace.refactor_proposal(&id).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_hunks(&id, "a.txt", 0, 1).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_choose(&id, &[]).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_discard(&id).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_again(&id).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_undo_plan(&id).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_patch(&id).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_apply("task", &id, &|_| {}).map_err(code).expect_err("another's"), "UNKNOWN_JOB");
    assert_eq!(workspace.refactor_ask(&project, replace("a", "b")).map_err(code).expect_err("another's"), "UNKNOWN_PROJECT");
    assert!(workspace.refactor_jobs(None).expect("none").is_empty());
}

#[test]
fn ten_thousand_edits_are_reviewed_page_by_page_and_written_at_once() {
    let f = fixture();
    let text = |word: &str| (0..1000).map(|line| format!("{word} {line}\n")).collect::<String>();
    for number in 0..10 {
        f.write(format!("f{number}.txt"), text("cat"));
    }
    let project = f.project();
    let proposal = asked(&f, &project, replace("cat", "dog"));
    assert_eq!((proposal.job.edits, proposal.job.files), (10_000, 10));
    let hunks = f.workspace.refactor_hunks(&proposal.job.id, "f3.txt", 990, 1000).expect("hunks");
    assert_eq!((hunks.total, hunks.first, hunks.hunks.len()), (1000, 990, 10));
    assert_eq!((hunks.hunks[0].line, hunks.hunks[0].new[0].text.as_str()), (991, "dog 990"));
    let every_other: Vec<u32> = proposal.files.iter().flat_map(|file| &file.edits).map(|edit| edit.id).filter(|id| id % 2 == 1).collect();
    f.workspace.refactor_choose(&proposal.job.id, &every_other).expect("chosen");
    let applied = apply(&f, &proposal.job.id);
    assert_eq!((applied.files, applied.edits, applied.skipped), (10, 5000, 5000));
    assert!(fs::read_to_string(f.root.join("f9.txt")).expect("read").starts_with("dog 0\ncat 1\ndog 2\n"));
    f.workspace.refactor_undo("task", &proposal.job.id, &[], &|_| {}).expect("undone");
    assert_eq!(fs::read_to_string(f.root.join("f9.txt")).expect("read"), text("cat"));
}

#[test]
fn what_is_proposed_is_a_patch_that_git_takes_and_a_patch_is_a_proposal() {
    let f = fixture();
    f.write("src/a.ts", "export function cat() {\n  return 1;\n}\n");
    f.write("src/b.ts", "import { cat } from './a';\ncat();\n");
    f.git(&["init", "-q"]);
    f.git(&["add", "-A"]);
    f.git(&["commit", "-qm", "first"]);
    let project = f.project();
    let id = asked(&f, &project, rename("src/a.ts", 1, 16, "dog")).job.id;
    let patch = f.workspace.refactor_patch(&id).expect("a patch");
    let before = tree(&f);
    apply(&f, &id);
    let after = tree(&f);
    assert_eq!(f.workspace.refactor_patch(&id).expect("still"), patch);
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("undone");
    fs::write(f.dir.path().join("x.patch"), &patch).expect("a file");
    f.git(&["apply", "../x.patch"]);
    let code = |tree: &BTreeMap<String, (Vec<u8>, u32)>| -> Vec<(String, Vec<u8>)> {
        tree.iter().filter(|(name, _)| name.starts_with("src/")).map(|(name, (bytes, _))| (name.clone(), bytes.clone())).collect()
    };
    assert_eq!(code(&tree(&f)), code(&after));
    f.git(&["checkout", "-q", "--", "."]);
    let imported = asked(&f, &project, RefactorAsk::Patch { name: "x.patch".into(), text: patch });
    assert_eq!(imported.conflicts, []);
    apply(&f, &imported.job.id);
    assert_eq!(code(&tree(&f)), code(&after));
    assert_ne!(code(&before), code(&after));
}

#[test]
fn what_would_no_longer_parse_and_what_would_no_longer_mean_it_is_told() {
    let f = fixture();
    f.write("a.ts", "const cat = 1;\nuse(cat);\nuse(cat);\n");
    let project = f.project();
    let renamed = asked(&f, &project, rename("a.ts", 1, 6, "dog"));
    let certain: Vec<u32> = renamed.files[0].edits.iter().map(|edit| edit.id).collect();
    f.workspace.refactor_choose(&renamed.job.id, &certain[1..2]).expect("chosen");
    let checks = f.workspace.refactor_check(&renamed.job.id).expect("checked");
    assert_eq!((checks.parsed, checks.new_errors.len()), (1, 0));
    assert_eq!(checks.unresolved.iter().map(|one| (one.line, one.name.as_str())).collect::<Vec<_>>(), [(2, "cat")]);
    let broken = asked(&f, &project, replace("use", "("));
    let checks = f.workspace.refactor_check(&broken.job.id).expect("checked");
    assert!(checks.new_errors.iter().any(|error| error.path == "a.ts" && error.line >= 2), "{checks:?}");
}

#[test]
fn names_are_told_by_what_they_mean_also_before_the_file_is_recorded() {
    let f = fixture();
    f.write("a.ts", "export function cat() {}\n");
    f.write("b.ts", "import { cat } from './a';\n'\u{1f600}';cat();\n");
    f.write("c.c", "int cat; /* cat */\n");
    let project = f.project();
    let symbol = f.workspace.symbol_at(&project, "b.ts", 2, 7).expect("a symbol");
    assert_eq!((symbol.name.as_str(), symbol.column, symbol.end_column, symbol.by_name), ("cat", 5, 8, false));
    assert_eq!(symbol.refused, None);
    assert!(f.workspace.symbol_at(&project, "c.c", 1, 4).expect("a symbol").by_name);
    f.write("b.ts", "// new\nimport { cat } from './a';\ncat();\n");
    assert_eq!(f.workspace.symbol_at(&project, "b.ts", 3, 0).expect("as it is now").name, "cat");
    assert_eq!(f.workspace.symbol_at(&project, "b.ts", 1, 0).expect_err("a comment").code, "NO_NAME");
    assert_eq!(f.workspace.symbol_at(&project, "b.ts", 99, 0).expect_err("no line").code, "NO_NAME");
}

#[test]
fn a_proposal_that_nobody_wants_is_discarded_and_what_finds_nothing_says_so() {
    let f = fixture();
    f.write("a.txt", "cat\n");
    let project = f.project();
    let id = asked(&f, &project, replace("cat", "dog")).job.id;
    f.workspace.refactor_discard(&id).expect("discarded");
    assert_eq!(f.workspace.refactor_job(&id).expect("a job").status, RefactorStatus::Discarded);
    assert_eq!(f.workspace.refactor_apply("task", &id, &|_| {}).expect_err("refused").code, "NOT_PROPOSED");
    let nothing = f.workspace.refactor_ask(&project, replace("horse", "dog")).expect("asked");
    assert_eq!(ended(&f, &nothing.id).error.expect("nothing").code, "NOTHING_FOUND");
    let titles: Vec<_> = f.workspace.refactor_jobs(Some(&project)).expect("jobs").into_iter().map(|job| job.title).collect();
    assert_eq!(titles, ["Replace \u{201c}horse\u{201d} by \u{201c}dog\u{201d}", "Replace \u{201c}cat\u{201d} by \u{201c}dog\u{201d}"]);
}

#[test]
fn a_suggestion_is_a_proposal_too_and_threads_follow_what_is_written() {
    let f = fixture();
    f.write("a.txt", "one\r\ntwo\r\nthree");
    let project = f.project();
    let body = "Better:\n```suggestion\nTWO\nAND A HALF\n```\n";
    let thread = |line, body: &str| {
        let place = NewThreadPlace {
            place: ThreadPlace { path: "a.txt".into(), line_start: line, line_end: line },
            side: Side::WorkingTree,
            document: None,
        };
        f.workspace.create_thread(&project, &place, body).expect("a thread")
    };
    let (suggesting, below) = (thread(2, body), thread(3, "Why?"));
    let comment_id = suggesting.comments[0].id.clone();
    let proposal = asked(&f, &project, RefactorAsk::Suggestion { comment_id, index: 0 });
    assert_eq!(proposal.files[0].edits[0].new, "TWO\r\nAND A HALF\r\n");
    let applied = apply(&f, &proposal.job.id);
    assert_eq!(fs::read(f.root.join("a.txt")).expect("read"), b"one\r\nTWO\r\nAND A HALF\r\nthree");
    assert!(applied.threads_moved >= 1, "{applied:?}");
    assert_eq!(f.workspace.thread(&project, &below.id).expect("there").place.line_start, 4);
}

#[test]
fn a_job_that_was_killed_between_the_folder_and_its_row_stands_where_the_journal_does() {
    let f = fixture();
    f.write("a.txt", "cat\n");
    let project = f.project();
    let id = asked(&f, &project, replace("cat", "dog")).job.id;
    let applied = apply(&f, &id);
    let data = f.dir.path().join("data");
    let kill = |journal: &str, to: &str, from: &str| {
        let pending = format!(
            "json_object('journal_id', '{journal}', 'to', '{to}', 'from', '{from}', 'files', json_extract(applied_changes, '$.files'))"
        );
        let sql = format!(
            "UPDATE refactor_jobs SET status = 'APPLYING', applied_changes = json_set(applied_changes, '$.pending', {pending}) WHERE id = '{id}'"
        );
        assert_eq!(rusqlite::Connection::open(data.join("lectern.db")).expect("a database").execute(&sql, []).expect("changed"), 1);
    };
    let opened = || {
        let workspace = common::open(data.clone(), std::sync::Arc::new(lectern_workspace::NoEvents));
        workspace.sign_in(common::EMAIL, common::PASSWORD.to_owned(), false).expect("signed in");
        workspace.refactor_job(&id).expect("a job").status
    };
    kill(&applied.journal_id, "APPLIED", "PROPOSED");
    assert_eq!(opened(), RefactorStatus::Applied, "the journal came to its end");
    kill("nobody-knows", "UNDONE", "APPLIED");
    assert_eq!(opened(), RefactorStatus::Applied, "nothing was taken back");
    f.workspace.refactor_undo("task", &id, &[], &|_| {}).expect("undone");
    assert_eq!(fs::read_to_string(f.root.join("a.txt")).expect("read"), "cat\n");
}
