//! What a journal promises, claim by claim, on real folders.

mod common;

use std::{
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, PermissionsExt, symlink},
        net::UnixListener,
    },
    sync::atomic::{AtomicBool, Ordering},
};

use common::{Bench, Node, build, file, killed, never, proposal, snapshot, tree};
use lectern_journal::{Change, Content, Edit, Journal, JournalError, JournalStatus, New, Phase, Proposal, RecoveredTo, RelPath, State};
use lectern_objects::ObjectHash;

fn path(text: &str) -> RelPath {
    RelPath::new(text).expect("a path")
}

fn state(text: &str) -> State {
    State::File { hash: ObjectHash::of(text.as_bytes()), executable: false }
}

fn text(text: &str) -> New {
    New::File { content: Content::Bytes(text.as_bytes().to_vec()), executable: false }
}

fn change(name: &str, expected: State, becomes: New) -> Change {
    Change { path: path(name), expected, becomes }
}

fn propose(bench: &Bench, changes: Vec<Change>) -> Proposal {
    Proposal { root: bench.tree(), scope: "project".to_owned(), kind: "TEST".to_owned(), title: "Change".to_owned(), changes }
}

fn write(journal: &Journal, proposal: &Proposal) -> Result<Option<String>, JournalError> {
    Ok(journal.write(proposal, &never(), &|_, _, _, _| {})?.journal_id)
}

fn refused(bench: &Bench, changes: Vec<Change>) -> JournalError {
    let before = snapshot(&bench.tree());
    let error = write(&bench.real_journal(), &propose(bench, changes)).expect_err("refused");
    assert_eq!(snapshot(&bench.tree()), before, "{error}: and nothing is touched");
    error
}

#[test]
fn nothing_is_written_outside_of_the_root_or_into_git() {
    let bench = Bench::new();
    let root = bench.fresh();
    let outside = bench.dir.path().join("outside");
    fs::create_dir(&outside).expect("made");
    symlink(&outside, root.join("link")).expect("linked");
    fs::create_dir(root.join(".git")).expect("made");
    assert_eq!(refused(&bench, vec![change("link/a", State::Absent, text("x"))]).code(), "OUTSIDE_PROJECT");
    for name in [".git/config", ".GIT/config", "sub/.git", ".lectern-1.tmp"] {
        assert_eq!(refused(&bench, vec![change(name, State::Absent, text("x"))]).code(), "RESERVED_PATH", "{name}");
    }
    assert!(fs::read_dir(outside).expect("listed").next().is_none());
}

#[test]
fn a_link_swapped_in_after_preflight_leads_nowhere() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("dir/a", file("old")), ("b", file("old"))]));
    let outside = bench.dir.path().join("outside");
    fs::create_dir(&outside).expect("made");
    fs::write(outside.join("a"), "old").expect("written");
    let journal = bench.real_journal();
    let prepared = journal
        .preflight(&propose(&bench, vec![change("dir/a", state("old"), text("new")), change("b", state("old"), text("new"))]))
        .expect("possible");
    fs::rename(bench.tree().join("dir"), bench.tree().join("moved")).expect("moved");
    symlink(&outside, bench.tree().join("dir")).expect("linked");
    journal.apply(prepared, &never(), &|_, _, _, _| {}).expect_err("refused");
    assert_eq!(fs::read(outside.join("a")).expect("there"), b"old");
    assert_eq!(fs::read(bench.tree().join("b")).expect("there"), b"old", "all or nothing");
}

#[test]
fn what_is_not_as_expected_is_named_and_nothing_is_touched() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1")), ("b", file("1")), ("c", file("1"))]));
    let error = refused(
        &bench,
        vec![
            change("a", state("1"), text("2")),
            change("b", state("other"), text("2")),
            change("c", State::Absent, text("2")),
            change("d", state("1"), New::Absent),
        ],
    );
    let JournalError::ChangedSince(paths) = &error else { panic!("{error}") };
    assert_eq!(paths, &[path("b"), path("c"), path("d")]);
    assert_eq!(error.to_string(), "“b”, “c”, “d” changed since");
}

#[test]
fn what_can_not_both_be_is_refused() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1")), ("dir/x", file("1")), ("dir/y", file("1"))]));
    let twice = vec![change("a", state("1"), text("2")), change("a", state("1"), New::Absent)];
    assert_eq!(refused(&bench, twice).code(), "OVERLAP");
    let within = vec![change("a", state("1"), text("2")), change("a/b", State::Absent, text("2"))];
    assert_eq!(refused(&bench, within).code(), "OVERLAP");
    assert_eq!(refused(&bench, vec![change("a/b", State::Absent, text("2"))]).code(), "IN_THE_WAY");
    let not_empty = vec![change("dir", State::Absent, text("2")), change("dir/x", state("1"), New::Absent)];
    assert!(matches!(refused(&bench, not_empty), JournalError::DirectoryNotEmpty { inside, .. } if inside == path("dir/y")));
}

#[test]
fn special_files_lost_contents_and_a_missing_root_are_refused() {
    let bench = Bench::new();
    let root = bench.fresh();
    let _socket = UnixListener::bind(root.join("socket")).expect("bound");
    assert_eq!(refused(&bench, vec![change("socket", State::Absent, text("2"))]).code(), "SPECIAL_FILE");
    let lost = New::File { content: Content::Object { hash: ObjectHash::of(b"never put"), size: 9 }, executable: false };
    assert_eq!(refused(&bench, vec![change("a", State::Absent, lost)]).code(), "OBJECT_MISSING");
    let huge = New::File { content: Content::Object { hash: ObjectHash::of(b""), size: 1 << 40 }, executable: false };
    assert_eq!(refused(&bench, vec![change("a", State::Absent, huge)]).code(), "TOO_LARGE");
    let gone = Proposal { root: bench.dir.path().join("gone"), ..propose(&bench, vec![change("a", State::Absent, text("2"))]) };
    assert_eq!(write(&bench.real_journal(), &gone).expect_err("refused").code(), "FOLDER_MISSING");
}

#[test]
fn permissions_stay_and_only_who_may_execute_changes() {
    let bench = Bench::new();
    let root = bench.fresh();
    build(
        &root,
        &[("a", 0o640), ("b", 0o755), ("c", 0o600)].map(|(name, mode)| (name.as_bytes().to_vec(), Node::File(b"1".to_vec(), mode))).into(),
    );
    let executable = |content: &str| New::File { content: Content::Bytes(content.into()), executable: true };
    let runs = State::File { hash: ObjectHash::of(b"1"), executable: true };
    let changes = vec![change("a", state("1"), executable("1")), change("b", runs, text("2")), change("c", state("1"), text("2"))];
    let inode = fs::metadata(root.join("a")).expect("there").ino();
    let journal = bench.real_journal();
    let id = write(&journal, &propose(&bench, changes)).expect("applied").expect("something was done");
    let mode = |name: &str| fs::metadata(root.join(name)).expect("there").permissions().mode() & 0o7777;
    assert_eq!((mode("a"), mode("b"), mode("c")), (0o750, 0o644, 0o600));
    assert_eq!(fs::metadata(root.join("a")).expect("there").ino(), inode, "a mode alone is changed where the file is");
    journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone");
    assert_eq!((mode("a"), mode("b"), mode("c")), (0o640, 0o755, 0o600));
}

#[test]
fn a_file_with_several_names_keeps_them() {
    let bench = Bench::new();
    let root = bench.fresh();
    build(&root, &tree(&[("a", file("old and longer")), ("z", file("1"))]));
    fs::hard_link(root.join("a"), bench.dir.path().join("other")).expect("linked");
    let journal = bench.real_journal();
    let id = write(&journal, &propose(&bench, vec![change("a", state("old and longer"), text("new"))])).expect("applied").expect("done");
    assert_eq!(fs::read(bench.dir.path().join("other")).expect("there"), b"new");
    journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone");
    assert_eq!(fs::read(bench.dir.path().join("other")).expect("there"), b"old and longer");
}

#[test]
fn links_are_replaced_as_links_and_never_followed() {
    let bench = Bench::new();
    let root = bench.fresh();
    fs::write(bench.dir.path().join("outside"), "untouched").expect("written");
    symlink("../outside", root.join("link")).expect("linked");
    let leads = |target: &str| State::Symlink { hash: ObjectHash::of(target.as_bytes()) };
    let journal = bench.real_journal();
    write(&journal, &propose(&bench, vec![change("link", leads("../outside"), text("a file"))])).expect("applied");
    assert_eq!(fs::read(bench.dir.path().join("outside")).expect("there"), b"untouched");
    assert!(fs::symlink_metadata(root.join("link")).expect("there").is_file());
    let target = New::Symlink { target: Content::Bytes(b"\xff/elsewhere".to_vec()) };
    write(&journal, &propose(&bench, vec![change("link", state("a file"), target)])).expect("applied");
    assert_eq!(fs::read_link(root.join("link")).expect("a link").as_os_str().as_bytes(), b"\xff/elsewhere");
}

#[test]
fn an_edit_keeps_everything_around_it() {
    let bench = Bench::new();
    let root = bench.fresh();
    let old = "\u{feff}let a = 1;\r\nlet b = a;\r\n";
    fs::write(root.join("a.rs"), old).expect("written");
    let at = |word: &str, new: &str| {
        let start = old.find(word).expect("there");
        Edit { range: start..start + 1, replacement: new.into() }
    };
    let edits = New::Edited(vec![at("a = 1", "count"), at("a;", "count")]);
    let journal = bench.real_journal();
    write(&journal, &propose(&bench, vec![change("a.rs", state(old), edits)])).expect("applied");
    assert_eq!(fs::read_to_string(root.join("a.rs")).expect("read"), "\u{feff}let count = 1;\r\nlet b = count;\r\n");
    fs::write(root.join("bin"), b"\0").expect("written");
    assert_eq!(refused(&bench, vec![change("bin", state("\0"), New::Edited(vec![]))]).code(), "BAD_EDIT");
}

#[test]
fn an_undo_leaves_folders_as_they_were_and_what_others_put_there() {
    let bench = Bench::new();
    let root = bench.fresh();
    fs::create_dir(root.join("empty")).expect("made");
    let journal = bench.real_journal();
    let changes = vec![
        change("empty/a", State::Absent, text("1")),
        change("made/b", State::Absent, text("1")),
        change("shared/c", State::Absent, text("1")),
    ];
    let id = write(&journal, &propose(&bench, changes)).expect("applied").expect("done");
    fs::write(root.join("shared/mine"), "mine").expect("written");
    journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone");
    let now: Vec<_> = snapshot(&root).into_keys().map(|name| String::from_utf8_lossy(&name).into_owned()).collect();
    assert_eq!(now, ["empty", "shared", "shared/mine"]);
}

#[test]
fn an_undo_needs_its_files_as_they_were_written() {
    let bench = Bench::new();
    let root = bench.fresh();
    build(&root, &tree(&[("a", file("1")), ("b", file("1"))]));
    let journal = bench.real_journal();
    let id = write(&journal, &propose(&bench, vec![change("a", state("1"), text("2")), change("b", state("1"), text("2"))]))
        .expect("applied")
        .expect("done");
    fs::write(root.join("b"), "edited since").expect("written");
    let error = journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect_err("refused");
    assert!(matches!(&error, JournalError::ChangedSince(paths) if *paths == [path("b")]), "{error}");
    assert_eq!(fs::read(root.join("a")).expect("there"), b"2", "all or nothing");
    assert!(matches!(journal.undo("another", &id, &never(), &|_, _, _, _| {}), Err(JournalError::Unknown)), "another scope's is unknown");
}

#[test]
fn undoing_marks_the_undone_and_names_itself() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1"))]));
    let journal = bench.real_journal();
    let id = write(&journal, &propose(&bench, vec![change("a", state("1"), text("2"))])).expect("applied").expect("done");
    let undo = journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone").journal_id.expect("done");
    assert!(matches!(journal.undo("project", &id, &never(), &|_, _, _, _| {}), Err(JournalError::NotUndoable(_))));
    journal.undo("project", &undo, &never(), &|_, _, _, _| {}).expect("redone");
    let listed: Vec<_> = journal.list("project", 10).expect("listed").into_iter().map(|entry| (entry.title, entry.status)).collect();
    let expected =
        [("Redo of Change", JournalStatus::Applied), ("Undo of Change", JournalStatus::Undone), ("Change", JournalStatus::Undone)];
    assert_eq!(listed, expected.map(|(title, status)| (title.to_owned(), status)));
    assert!(journal.list("project", 10).expect("listed").iter().all(|entry| entry.finished_at.is_some()));
}

#[test]
fn what_both_sides_need_is_retained_until_it_is_forgotten() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1"))]));
    let journal = bench.real_journal();
    write(&journal, &propose(&bench, vec![change("a", state("1"), text("2"))])).expect("applied");
    let retained = journal.retained_objects().expect("listed");
    for bytes in [b"1", b"2"] {
        assert!(retained.contains(&ObjectHash::of(bytes)));
        assert_eq!(bench.objects.get(&ObjectHash::of(bytes)).expect("read").as_deref(), Some(&bytes[..]));
    }
    assert_eq!(journal.scopes().expect("listed"), ["project"]);
    journal.forget("project").expect("forgotten");
    assert!(journal.retained_objects().expect("listed").is_empty());
}

#[test]
fn a_cancel_at_any_moment_takes_everything_back() {
    let bench = Bench::new();
    let old = tree(&[("a", file("1")), ("b", file("1")), ("c/d", file("1")), ("e", file("1"))]);
    let new = tree(&[("a", file("2")), ("b/f", file("2")), ("g", Node::Link(b"a".to_vec()))]);
    for (phase, at) in [(Phase::Keeping, 1), (Phase::Writing, 1), (Phase::Writing, 2), (Phase::Replacing, 1), (Phase::Replacing, 3)] {
        build(&bench.fresh(), &old);
        let before = snapshot(&bench.tree());
        let cancel = AtomicBool::new(false);
        let journal = bench.real_journal();
        let result = journal.write(&proposal(&bench.tree(), &before, &new), &cancel, &|now, done, _, _| {
            if now == phase && done == at {
                cancel.store(true, Ordering::Relaxed);
            }
        });
        assert!(matches!(result, Err(JournalError::Cancelled)), "{phase:?} {at}: {result:?}");
        assert_eq!(snapshot(&bench.tree()), before, "{phase:?} {at}");
    }
}

#[test]
fn two_do_not_write_to_one_tree_and_a_dead_one_is_no_hindrance() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1")), ("b", file("1"))]));
    let journal = bench.real_journal();
    let inner = std::cell::Cell::new(None);
    write_with(&journal, &propose(&bench, vec![change("a", state("1"), text("2"))]), &|phase, _, _, _| {
        if phase == Phase::Replacing {
            let other = write(&journal, &propose(&bench, vec![change("b", state("1"), text("2"))]));
            inner.set(Some(matches!(other, Err(JournalError::Busy))));
        }
    })
    .expect("applied");
    assert_eq!(inner.get(), Some(true), "while one writes, another is refused");

    let dead = bench.real_journal();
    killed(|| {
        write_with(
            &dead,
            &propose(&bench, vec![change("a", state("2"), text("3")), change("b", state("1"), text("3"))]),
            &|phase, done, _, _| {
                if phase == Phase::Replacing && done == 1 {
                    std::panic::resume_unwind(Box::new(common::Killed));
                }
            },
        )
    });
    write(&journal, &propose(&bench, vec![change("c", State::Absent, text("1"))])).expect("applied");
    assert_eq!(
        snapshot(&bench.tree()),
        tree(&[("a", file("3")), ("b", file("3")), ("c", file("1"))]),
        "the dead one's work came to its end first"
    );
}

fn write_with(journal: &Journal, proposal: &Proposal, report: lectern_journal::Report<'_>) -> Result<(), JournalError> {
    journal.write(proposal, &never(), report).map(drop)
}

#[test]
fn recovery_leaves_what_was_edited_after_the_kill_and_says_so() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1")), ("b", file("1")), ("c", file("1"))]));
    let dead = bench.real_journal();
    let changes = ["a", "b", "c"].map(|name| change(name, state("1"), text("2"))).into();
    killed(|| {
        write_with(&dead, &propose(&bench, changes), &|phase, done, _, _| {
            if phase == Phase::Replacing && done == 1 {
                std::panic::resume_unwind(Box::new(common::Killed));
            }
        })
    });
    fs::write(bench.tree().join("a"), "edited after the kill").expect("written");
    let recovered = bench.real_journal().recover().expect("recovers");
    assert_eq!(snapshot(&bench.tree()), tree(&[("a", file("edited after the kill")), ("b", file("1")), ("c", file("1"))]));
    assert_eq!(recovered[0].outcome, RecoveredTo::NeedsAttention(vec![path("a")]), "it was edited after it had been written");
    let listed = bench.real_journal().list("project", 1).expect("listed").remove(0);
    assert_eq!(listed.status, JournalStatus::NeedsAttention);
    assert_eq!(listed.problem.map(|problem| (problem.files, problem.retry)), Some((vec!["a".to_owned()], false)));
    assert!(bench.real_journal().recover().expect("recovers").is_empty(), "and that is said once");
}

#[test]
fn a_tree_that_is_away_is_settled_when_it_is_back() {
    let bench = Bench::new();
    build(&bench.fresh(), &tree(&[("a", file("1")), ("b", file("1"))]));
    let dead = bench.real_journal();
    let changes = ["a", "b"].map(|name| change(name, state("1"), text("2"))).into();
    killed(|| {
        write_with(&dead, &propose(&bench, changes), &|phase, done, _, _| {
            if phase == Phase::Replacing && done == 1 {
                std::panic::resume_unwind(Box::new(common::Killed));
            }
        })
    });
    let away = bench.dir.path().join("away");
    fs::rename(bench.tree(), &away).expect("moved");
    assert_eq!(bench.real_journal().recover().expect("recovers")[0].outcome, RecoveredTo::Postponed);
    fs::rename(&away, bench.tree()).expect("moved back");
    assert_eq!(bench.real_journal().recover().expect("recovers")[0].outcome, RecoveredTo::Finished);
    assert_eq!(snapshot(&bench.tree()), tree(&[("a", file("2")), ("b", file("2"))]));
}

#[test]
fn many_files_are_written_together() {
    let bench = Bench::new();
    bench.fresh();
    let changes = (0..500).map(|n| change(&format!("dir{}/file{n}", n % 20), State::Absent, text(&format!("{n}")))).collect();
    let journal = bench.real_journal();
    let id = write(&journal, &propose(&bench, changes)).expect("applied").expect("done");
    assert_eq!(snapshot(&bench.tree()).len(), 520);
    journal.undo("project", &id, &never(), &|_, _, _, _| {}).expect("undone");
    assert!(snapshot(&bench.tree()).is_empty());
}

#[test]
fn what_a_caller_notes_of_a_journal_is_recorded_with_it_or_nothing_is_written() {
    let bench = Bench::new();
    bench.fresh();
    let journal = bench.real_journal();
    let ready = || journal.preflight(&propose(&bench, vec![change("a", State::Absent, text("x"))])).expect("possible");
    let before = snapshot(&bench.tree());
    let refuses: lectern_journal::Intent<'_> = &|_, _| Err(JournalError::Busy);
    journal.apply_with(ready(), refuses, &never(), &|_, _, _, _| {}).expect_err("refused");
    assert_eq!((snapshot(&bench.tree()), journal.list("project", 9).expect("listed").len()), (before, 0));
    let noted = std::cell::RefCell::new(String::new());
    let notes: lectern_journal::Intent<'_> = &|transaction, id| {
        let recorded: bool =
            transaction
                .query_row("SELECT EXISTS (SELECT 1 FROM journals WHERE id = ?1 AND status = 'PREPARED')", [id], |row| row.get(0))?;
        assert!(recorded, "in the same transaction");
        id.clone_into(&mut noted.borrow_mut());
        Ok(())
    };
    let applied = journal.apply_with(ready(), notes, &never(), &|_, _, _, _| {}).expect("written");
    assert_eq!(applied.journal_id, Some(noted.into_inner()));
}
