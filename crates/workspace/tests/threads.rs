//! Threads in a whole workspace: written, followed through syncs, placed by hand, applied, seen by nobody else.

mod common;

use std::fs;

use common::{Fixture, PASSWORD, fixture};
use lectern_workspace::view::{
    CommentPart, NewThreadPlace, NotificationFilter, RefactorStatus, Side, ThreadCard, ThreadFilter, ThreadHere, ThreadPlace, ThreadState,
};

const PLAN: &str = "\
use std::path::Path;

pub fn plan(root: &Path, base: &Manifest) -> Result<SyncPlan> {
    let mut plan = SyncPlan::default();
    for path in walk_tracked(root)? {
        let digest = hash_file(&path)?;
        plan.changed.push((path, digest));
    }
    Ok(plan)
}

pub fn commit(store: &Path, plan: SyncPlan) -> Result<Manifest> {
    let lock = Lock::take(store)?;
    let manifest = plan.into_manifest();
    lock.write(&manifest)?;
    Ok(manifest)
}
";

fn place(path: &str, line_start: u32, line_end: u32) -> ThreadPlace {
    ThreadPlace { path: path.to_owned(), line_start, line_end }
}

fn here(path: &str, first: u32, last: u32) -> NewThreadPlace {
    NewThreadPlace { place: place(path, first, last), side: Side::WorkingTree, document: None }
}

/// A project with `src/sync.rs`, and a thread on its lines.
fn with_thread(fixture: &Fixture, first: u32, last: u32) -> (String, ThreadCard) {
    fixture.write("src/sync.rs", PLAN);
    let project = fixture.project();
    let card = fixture.workspace.create_thread(&project, &here("src/sync.rs", first, last), "Why *hash* all?").expect("a thread");
    (project, card)
}

fn now(fixture: &Fixture, project: &str, card: &ThreadCard) -> ThreadCard {
    fixture.workspace.thread(project, &card.id).expect("the thread is there")
}

fn in_document(fixture: &Fixture, project: &str, path: &str, version: Option<u32>) -> Vec<ThreadHere> {
    let opened = fixture.workspace.open_file(project, path, version).expect("it opens");
    fixture.workspace.threads_of_document(&opened.document).expect("its threads")
}

fn kinds(fixture: &Fixture) -> Vec<String> {
    let page = fixture.workspace.notifications(None, 50, NotificationFilter::default()).expect("a list");
    page.notifications.into_iter().map(|card| card.kind).collect()
}

#[test]
fn a_thread_is_where_it_was_written_until_its_code_changes() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 5, 8);
    assert_eq!((card.state, &card.place), (ThreadState::Exact, &place("src/sync.rs", 5, 8)));
    assert_eq!((card.origin_version, card.comments.len(), card.comments[0].author.as_str()), (Some(1), 1, "You"));
    assert!(!card.unread, "one's own words are read");

    fixture.write("src/sync.rs", format!("// One.\n// Two.\n{PLAN}"));
    fixture.sync();
    let shifted = now(&fixture, &project, &card);
    assert_eq!((shifted.state, shifted.place), (ThreadState::Exact, place("src/sync.rs", 7, 10)));
    assert_eq!(shifted.origin, place("src/sync.rs", 5, 8));

    fixture.write("src/sync.rs", PLAN.replace("hash_file(&path)?;", "hash_file(&path, Mode::Fast)?;"));
    fixture.sync();
    let edited = now(&fixture, &project, &card);
    assert_eq!((edited.state, edited.place), (ThreadState::Edited, place("src/sync.rs", 5, 8)));
    let change = fixture.workspace.thread_change(&project, &card.id).expect("the change");
    assert!(change.rows.iter().any(|row| row.text.contains("Mode::Fast")), "{:?}", change.rows);
    assert!(change.original.iter().any(|line| line.text.contains("hash_file(&path)?")) && !change.quoted_only);

    fixture.write("src/sync.rs", PLAN);
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Exact, "it is followed from its origin, so going back is exact again");
}

#[test]
fn a_renamed_file_keeps_its_threads_and_so_does_code_that_moved_to_another() {
    let fixture = fixture();
    fixture.write("src/other.rs", "pub fn other() {}\n");
    let (project, card) = with_thread(&fixture, 12, 17);
    fixture.remove("src/sync.rs");
    fixture.write("src/plan.rs", PLAN);
    fixture.sync();
    let moved = now(&fixture, &project, &card);
    assert_eq!((moved.state, moved.place), (ThreadState::Moved, place("src/plan.rs", 12, 17)));

    let (kept, gone) = PLAN.split_once("pub fn commit").expect("two functions");
    fixture.write("src/plan.rs", kept);
    fixture.write("src/commit.rs", format!("//! Commits.\n\npub fn commit{gone}"));
    fixture.sync();
    let moved = now(&fixture, &project, &card);
    assert_eq!((moved.state, moved.place), (ThreadState::Moved, place("src/commit.rs", 3, 8)));
    assert_eq!(in_document(&fixture, &project, "src/commit.rs", None).len(), 1, "it is shown in the file it is in");
    assert_eq!(in_document(&fixture, &project, "src/plan.rs", None).len(), 0, "and in no other");
    let old = in_document(&fixture, &project, "src/sync.rs", Some(1));
    assert_eq!((old.len(), old[0].line_start), (1, 12), "in the version it was written in it is where it was written");
    let history = fixture.workspace.thread_history(&project, &card.id).expect("a history");
    assert_eq!(history.iter().map(|event| event.event.as_str()).collect::<Vec<_>>(), ["CREATED", "FOLLOWED", "FOLLOWED"]);
}

#[test]
fn code_that_is_gone_leaves_its_thread_with_the_original_lines_and_is_told() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 12, 17);
    let (kept, _) = PLAN.split_once("\npub fn commit").expect("two functions");
    fixture.write("src/sync.rs", kept);
    fixture.sync();
    let gone = now(&fixture, &project, &card);
    assert_eq!(gone.state, ThreadState::Outdated);
    let shown = in_document(&fixture, &project, "src/sync.rs", None);
    assert_eq!(shown.len(), 1, "it is never hidden");
    assert!(shown[0].line_start <= 10, "and within the file: {}", shown[0].line_start);
    let change = fixture.workspace.thread_change(&project, &card.id).expect("the change");
    assert!(change.original.iter().any(|line| line.text.contains("Lock::take")));
    assert_eq!(kinds(&fixture), ["THREAD_OUTDATED"]);

    fixture.remove("src/sync.rs");
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Outdated);
    let page = fixture.workspace.threads(&project, &ThreadFilter::default(), 0, 10).expect("a list");
    assert_eq!((page.total, page.threads[0].state), (1, ThreadState::Outdated));

    fixture.write("src/sync.rs", PLAN);
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Exact, "what comes back is found");
}

#[test]
fn unsaved_versions_are_followed_too_an_open_file_is_right_before_any_sync() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 5, 8);
    fixture.write("src/sync.rs", format!("// A line above.\n{PLAN}"));
    let shown = in_document(&fixture, &project, "src/sync.rs", None);
    assert_eq!((shown[0].state, shown[0].line_start, shown[0].line_end), (ThreadState::Exact, 6, 9));
    assert_eq!(now(&fixture, &project, &card).place, place("src/sync.rs", 5, 8), "what is stored waits for the sync");
}

/// Two handlers that are alike; the thread is on one of them, and both are rewritten so that either could be it.
fn unsure(fixture: &Fixture) -> (String, ThreadCard) {
    let handler = |name: &str| format!("fn on_{name}(event: Event) {{\n    log.write(event);\n    window.redraw(event.area);\n}}\n\n");
    fixture.write("a.rs", handler("open") + &handler("close") + &handler("move"));
    let project = fixture.project();
    let card = fixture.workspace.create_thread(&project, &here("a.rs", 6, 9), "This one").expect("a thread");
    let copies = handler("closed") + "fn go() {}\n\n" + &handler("closes");
    fixture.write("a.rs", handler("open") + &handler("move") + "fn pause() {}\n\n" + &copies);
    fixture.sync();
    (project, card)
}

#[test]
fn when_in_doubt_a_person_is_asked_and_what_they_say_holds() {
    let fixture = fixture();
    let (project, card) = unsure(&fixture);
    let asked = now(&fixture, &project, &card);
    assert_eq!(asked.state, ThreadState::NeedsReview, "{asked:?}");
    assert!(asked.candidates.len() >= 2 && !asked.candidates[0].lines.is_empty(), "{:?}", asked.candidates);
    assert_eq!(kinds(&fixture), ["THREAD_NEEDS_REVIEW"]);

    let picked = asked.candidates[0].place.clone();
    let there = NewThreadPlace { place: picked.clone(), side: Side::WorkingTree, document: None };
    let placed = fixture.workspace.place_thread(&project, &card.id, &there).expect("placed");
    assert_eq!((placed.state, &placed.place, placed.method.as_str()), (ThreadState::Exact, &picked, "HAND"));
    assert!(placed.can_undo_place);
    let undone = fixture.workspace.undo_thread_place(&project, &card.id).expect("undone");
    assert_eq!((undone.state, undone.can_undo_place), (ThreadState::NeedsReview, false));
    assert_eq!(fixture.workspace.undo_thread_place(&project, &card.id).expect_err("nothing more").code, "NOTHING_TO_UNDO");

    let kept = fixture.workspace.keep_thread(&project, &card.id).expect("kept");
    assert_eq!((kept.state, kept.kept), (ThreadState::Outdated, true));
    fixture.write("b.rs", "fn b() {}\n");
    let text = fs::read_to_string(fixture.root.join("a.rs")).expect("a file");
    fixture.write("a.rs", format!("// Above.\n{text}"));
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Outdated, "it isn't asked about again");
}

#[test]
fn a_place_that_somebody_called_wrong_is_not_taken_again() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 5, 8);
    fixture.write("src/sync.rs", PLAN.replace("hash_file(&path)?;", "hash_file(&path, Mode::Fast)?;"));
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Edited);
    let rejected = fixture.workspace.reject_thread_place(&project, &card.id).expect("rejected");
    assert_eq!(rejected.state, ThreadState::NeedsReview);
    assert!(rejected.candidates.iter().all(|one| one.place != place("src/sync.rs", 5, 8)), "{:?}", rejected.candidates);
    let changed = PLAN.replace("hash_file(&path)?;", "hash_file(&path, Mode::Fast)?;");
    fixture.write("src/sync.rs", format!("// Above.\n{changed}"));
    fixture.sync();
    let after = now(&fixture, &project, &card);
    assert!(matches!(after.state, ThreadState::NeedsReview | ThreadState::Outdated), "pushed down it is the same wrong place: {after:?}");
    assert_eq!(fixture.workspace.reject_thread_place(&project, &card.id).expect_err("it has no place").code, "NOT_PLACED");
}

#[test]
fn a_place_that_is_wrong_leaves_the_copy_to_choose() {
    let fixture = fixture();
    let commit = &PLAN[PLAN.find("pub fn commit").expect("it is in it")..];
    let (project, card) = with_thread(&fixture, 12, 17);
    fixture.write("src/sync.rs", format!("{PLAN}\npub mod other {{}}\n\n{commit}"));
    fixture.sync();
    assert_eq!(now(&fixture, &project, &card).place, place("src/sync.rs", 12, 17));
    let rejected = fixture.workspace.reject_thread_place(&project, &card.id).expect("rejected");
    assert_eq!(rejected.candidates.first().map(|one| one.place.clone()), Some(place("src/sync.rs", 21, 26)), "{:?}", rejected.candidates);
}

#[test]
fn replies_edits_deletions_and_their_undo() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 5, 8);
    let workspace = &fixture.workspace;
    let replied = workspace.reply_to_thread(&project, &card.id, "Because.\r\n\r\n").expect("a reply");
    assert_eq!(replied.comments[1].body, "Because.");
    let id = replied.comments[1].id.clone();
    let edited = workspace.edit_comment(&project, &id, "Because **it** must.").expect("edited");
    assert!(edited.comments[1].edited_at.is_some());
    assert!(matches!(&edited.comments[1].parts[0], CommentPart::Html { html } if html.contains("<strong>it</strong>")));
    workspace.delete_comment(&project, &id).expect("deleted");
    assert_eq!(now(&fixture, &project, &card).comments.len(), 1);
    assert_eq!(workspace.restore_comment(&project, &id).expect("restored").comments.len(), 2);
    for comment in &replied.comments {
        workspace.delete_comment(&project, &comment.id).expect("deleted");
    }
    assert_eq!(workspace.thread(&project, &card.id).expect_err("with its last comment it is gone").code, "UNKNOWN_THREAD");
    assert_eq!(workspace.restore_comment(&project, &id).expect("restored").comments.len(), 1, "the thread comes back with it");
    assert!(workspace.resolve_thread(&project, &card.id, true).expect("resolved").resolved);
    assert_eq!(workspace.thread_counts(&project).expect("counts"), [], "a resolved one is not counted");
    assert!(!workspace.resolve_thread(&project, &card.id, false).expect("open").resolved);
    assert_eq!(workspace.thread_counts(&project).expect("counts")[0].open, 1);
    workspace.delete_thread(&project, &card.id).expect("deleted");
    workspace.restore_thread(&project, &card.id).expect("restored");
    for (body, code) in [("  \n", "EMPTY_COMMENT"), (&"x".repeat(300_000), "COMMENT_TOO_LONG")] {
        assert_eq!(workspace.reply_to_thread(&project, &card.id, body).expect_err("refused").code, code);
    }
}

#[test]
fn a_suggestion_is_applied_where_the_code_is_exact_and_can_be_taken_back() {
    let fixture = fixture();
    fixture.write("a.txt", "one\r\ntwo\r\nthree");
    let project = fixture.project();
    let body = "Better:\n```suggestion\nTWO\nAND A HALF\n```\n";
    let card = fixture.workspace.create_thread(&project, &here("a.txt", 2, 2), body).expect("a thread");
    let CommentPart::Suggestion { refusal: None, rows, .. } = &card.comments[0].parts[1] else {
        panic!("it can be applied: {:?}", card.comments[0].parts)
    };
    assert!(rows.iter().any(|row| row.text == "AND A HALF"), "{rows:?}");
    // Saved after the last sync, elsewhere in the file: the thread is found in what is there now.
    fixture.write("a.txt", "zero\r\none\r\ntwo\r\nthree");
    let job = fixture.workspace.apply_suggestion("t", &project, &card.comments[0].id, 0, &|_| {}).expect("applied");
    assert_eq!(fs::read(fixture.root.join("a.txt")).expect("a file"), b"zero\r\none\r\nTWO\r\nAND A HALF\r\nthree");
    assert_eq!((job.status, job.title.as_str()), (RefactorStatus::Applied, "Suggestion for a.txt, line 3"));
    let refused = fixture.workspace.apply_suggestion("t", &project, &card.comments[0].id, 0, &|_| {}).expect_err("not twice");
    assert_eq!(refused.code, "NOT_EXACT");
    assert!(fixture.workspace.refactor_undo_plan(&job.id).expect("a plan").exact);
    fixture.workspace.refactor_undo("t", &job.id, &[], &|_| {}).expect("undone");
    assert_eq!(fs::read(fixture.root.join("a.txt")).expect("a file"), b"zero\r\none\r\ntwo\r\nthree");
    assert_eq!(now(&fixture, &project, &card).state, ThreadState::Exact);
    assert_eq!(
        fixture.workspace.apply_suggestion("t", &project, &card.comments[0].id, 7, &|_| {}).expect_err("none").code,
        "NO_SUGGESTION"
    );
    let jobs = fixture.workspace.refactor_jobs(Some(&project)).expect("jobs");
    assert_eq!(jobs.iter().map(|job| job.status).collect::<Vec<_>>(), [RefactorStatus::Undone], "what was refused left nothing behind");
}

#[test]
fn a_suggestion_keeps_the_encoding_of_its_file_and_is_refused_what_that_has_not() {
    let fixture = fixture();
    fixture.write("a.txt", b"caf\xe9\nb\n");
    let project = fixture.project();
    let suggest = |line: u32, new: &str| {
        let body = format!("```suggestion\n{new}\n```\n");
        let card = fixture.workspace.create_thread(&project, &here("a.txt", line, line), &body).expect("a thread");
        fixture.workspace.apply_suggestion("t", &project, &card.comments[0].id, 0, &|_| {})
    };
    assert_eq!(suggest(2, "\u{2192}").expect_err("refused").code, "NOT_ENCODABLE");
    assert_eq!(suggest(2, "b").expect_err("refused").code, "NO_CHANGE");
    assert_eq!(fs::read(fixture.root.join("a.txt")).expect("a file"), b"caf\xe9\nb\n");
    assert!(fixture.workspace.refactor_jobs(None).expect("jobs").is_empty(), "nothing is left of what failed");
    suggest(2, "\u{fc}").expect("applied");
    assert_eq!(fs::read(fixture.root.join("a.txt")).expect("a file"), b"caf\xe9\n\xfc\n");
}

#[test]
fn threads_on_versions_commits_files_and_the_project() {
    let fixture = fixture();
    fixture.write("src/sync.rs", PLAN);
    fixture.git(&["init", "-q"]);
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "One"]);
    let commit = fixture.git(&["rev-parse", "HEAD"]);
    let (project, first) = fixture.sync();
    fixture.write("src/sync.rs", format!("// Above.\n{PLAN}"));
    fixture.sync();
    let workspace = &fixture.workspace;
    let at_version = NewThreadPlace { side: Side::Version { version: first }, ..here("src/sync.rs", 5, 8) };
    let card = workspace.create_thread(&project, &at_version, "Then").expect("a thread on a version");
    assert_eq!((card.place.line_start, card.origin.line_start, card.origin_version), (6, 5, Some(first)), "it is followed at once");
    let at_commit =
        NewThreadPlace { side: Side::Commit { commit: commit.clone().try_into().expect("an id") }, ..here("src/sync.rs", 5, 8) };
    let card = workspace.create_thread(&project, &at_commit, "There").expect("a thread on a commit");
    assert_eq!((card.place.line_start, card.origin_commit.as_deref()), (6, Some(commit.as_str())));
    let file = workspace.create_thread(&project, &here("src/sync.rs", 0, 0), "All of it").expect("a thread on a file");
    assert_eq!(file.place, place("src/sync.rs", 0, 0));
    let whole = workspace.create_thread(&project, &here("", 0, 0), "The project").expect("a thread on the project");
    fixture.remove("src/sync.rs");
    fixture.write("lib/sync.rs", format!("// Above.\n{PLAN}"));
    fixture.sync();
    assert_eq!(now(&fixture, &project, &file).place, place("lib/sync.rs", 0, 0), "a whole file's thread goes with the file");
    assert_eq!(now(&fixture, &project, &whole).state, ThreadState::Exact);
    for (path, first, last, code) in
        [("src/gone.rs", 1, 1, "FILE_MISSING"), ("lib/sync.rs", 900, 901, "NO_SUCH_LINES"), ("", 1, 1, "NO_SUCH_LINES")]
    {
        assert_eq!(workspace.create_thread(&project, &here(path, first, last), "x").expect_err("refused").code, code, "{path}:{first}");
    }
    let outside = workspace.create_thread(&project, &here("../secret", 1, 1), "x").expect_err("refused");
    assert_eq!(outside.code, "OUTSIDE_PROJECT", "{outside:?}");
}

#[test]
fn a_thread_on_a_commit_follows_its_file_to_another_name_and_its_code_to_another_file() {
    let fixture = fixture();
    fixture.write("src/sync.rs", PLAN);
    fixture.write("src/near.rs", "pub fn near() -> bool {\n    true\n}\n");
    fixture.git(&["init", "-q"]);
    fixture.git(&["add", "."]);
    fixture.git(&["commit", "-qm", "One"]);
    let commit = fixture.git(&["rev-parse", "HEAD"]);
    // The first version is of later: no version has the commit's files.
    fixture.remove("src/sync.rs");
    let (kept, gone) = PLAN.split_once("pub fn commit").expect("two functions");
    fixture.write("src/plan.rs", kept);
    fixture.write("src/near.rs", format!("pub fn near() -> bool {{\n    true\n}}\n\npub fn commit{gone}"));
    let project = fixture.project();
    let side = Side::Commit { commit: commit.try_into().expect("an id") };
    let thread = |first: u32, last: u32| {
        let place = NewThreadPlace { side, ..here("src/sync.rs", first, last) };
        fixture.workspace.create_thread(&project, &place, "There").expect("a thread")
    };
    let (plan, commit) = (thread(5, 8), thread(12, 17));
    assert_eq!((plan.state, &plan.place), (ThreadState::Moved, &place("src/plan.rs", 5, 8)));
    assert_eq!((commit.state, &commit.place), (ThreadState::Moved, &place("src/near.rs", 5, 10)));
}

#[test]
fn drafts_are_kept_until_they_are_sent_also_through_another_start() {
    let mut fixture = fixture();
    let (project, _) = with_thread(&fixture, 5, 8);
    let place = here("src/sync.rs", 12, 13);
    fixture.workspace.save_comment_draft(&project, "new:a", Some(&place), "Half a thou").expect("kept");
    fixture.workspace.save_comment_draft(&project, "new:a", Some(&place), "Half a thought").expect("kept");
    fixture.workspace.save_comment_draft(&project, "thread:b", None, " ").expect("a blank one is none");
    let data = fixture.dir.path().join("data");
    drop(std::mem::replace(
        &mut fixture.workspace,
        common::open(fixture.dir.path().join("other"), std::sync::Arc::new(lectern_workspace::NoEvents)),
    ));
    let again = common::open(data, std::sync::Arc::new(lectern_workspace::NoEvents));
    again.sign_in(common::EMAIL, PASSWORD.to_owned(), false).expect("signed in");
    let drafts = again.comment_drafts(&project).expect("drafts");
    assert_eq!(drafts.len(), 1);
    assert_eq!((drafts[0].body.as_str(), drafts[0].place.as_ref()), ("Half a thought", Some(&place)));
    again.save_comment_draft(&project, "new:a", None, "").expect("discarded");
    assert_eq!(again.comment_drafts(&project).expect("drafts"), []);
}

#[test]
fn lists_are_filtered_and_paged() {
    let fixture = fixture();
    fixture.write("a.rs", "one\ntwo\nthree\n");
    fixture.write("b.rs", "four\nfive\n");
    let project = fixture.project();
    let workspace = &fixture.workspace;
    let new = |path: &str, line: u32, body: &str| workspace.create_thread(&project, &here(path, line, line), body).expect("a thread").id;
    let ids = [new("a.rs", 2, "Say 100% why"), new("a.rs", 1, "First"), new("b.rs", 1, "Other_file")];
    workspace.resolve_thread(&project, &ids[1], true).expect("resolved");
    let listed = |filter: &ThreadFilter| {
        let page = workspace.threads(&project, filter, 0, 10).expect("a list");
        page.threads.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&ThreadFilter::default()), [ids[1].clone(), ids[0].clone(), ids[2].clone()], "by place");
    assert_eq!(listed(&ThreadFilter { resolved: Some(false), ..ThreadFilter::default() }), [ids[0].clone(), ids[2].clone()]);
    assert_eq!(listed(&ThreadFilter { path: Some("b.rs".to_owned()), ..ThreadFilter::default() }), [ids[2].clone()]);
    assert_eq!(listed(&ThreadFilter { text: "100%".to_owned(), ..ThreadFilter::default() }), [ids[0].clone()], "a percent sign is one");
    assert_eq!(listed(&ThreadFilter { text: "r_f".to_owned(), ..ThreadFilter::default() }), [ids[2].clone()]);
    assert_eq!(listed(&ThreadFilter { author: Some("ai".to_owned()), ..ThreadFilter::default() }), [""; 0]);
    assert_eq!(listed(&ThreadFilter { states: vec![ThreadState::Outdated], ..ThreadFilter::default() }), [""; 0]);
    assert_eq!(listed(&ThreadFilter { unread: true, ..ThreadFilter::default() }), [""; 0]);
    let page = workspace.threads(&project, &ThreadFilter::default(), 1, 1).expect("a page");
    assert_eq!((page.threads.len(), page.total, page.all, page.open), (1, 3, 3, 2));
}

#[test]
fn what_a_thread_was_written_about_outlives_thinning_and_collecting() {
    let fixture = fixture();
    fixture.write("a.rs", "fn first() {}\nfn second() {}\n");
    let project = fixture.project();
    // Never synced: only the thread keeps this text.
    fixture.write("a.rs", "fn first() {}\nfn between() {}\nfn second() {}\n");
    let card = fixture.workspace.create_thread(&project, &here("a.rs", 2, 2), "Gone soon").expect("a thread");
    fixture.write("a.rs", "fn first() {}\nfn second() {}\nfn third() {}\n");
    fixture.sync();
    fixture.workspace.collect("c", &|_| {}).expect("collected");
    let change = fixture.workspace.thread_change(&project, &card.id).expect("the change");
    assert!(!change.quoted_only && change.original.iter().any(|line| line.text.contains("between")), "{change:?}");
}

#[test]
fn threads_are_nobody_elses() {
    let fixture = fixture();
    let (project, card) = with_thread(&fixture, 5, 8);
    let workspace = &fixture.workspace;
    let document = workspace.open_file(&project, "src/sync.rs", None).expect("it opens").document;
    let comment = card.comments[0].id.clone();
    let tries = || {
        let there = here("src/sync.rs", 1, 1);
        vec![
            workspace.threads(&project, &ThreadFilter::default(), 0, 1).err(),
            workspace.thread(&project, &card.id).err(),
            workspace.threads_of_document(&document).err(),
            workspace.threads_of_side(&project, "src/sync.rs", Side::WorkingTree).err(),
            workspace.thread_counts(&project).err(),
            workspace.thread_history(&project, &card.id).err(),
            workspace.thread_change(&project, &card.id).err(),
            workspace.set_threads_read(&project, std::slice::from_ref(&card.id), true).err(),
            workspace.create_thread(&project, &there, "x").err(),
            workspace.reply_to_thread(&project, &card.id, "x").err(),
            workspace.edit_comment(&project, &comment, "x").err(),
            workspace.delete_comment(&project, &comment).err(),
            workspace.restore_comment(&project, &comment).err(),
            workspace.resolve_thread(&project, &card.id, true).err(),
            workspace.delete_thread(&project, &card.id).err(),
            workspace.restore_thread(&project, &card.id).err(),
            workspace.place_thread(&project, &card.id, &there).err(),
            workspace.reject_thread_place(&project, &card.id).err(),
            workspace.keep_thread(&project, &card.id).err(),
            workspace.undo_thread_place(&project, &card.id).err(),
            workspace.preview_comment(&project, "x").err(),
            workspace.comment_drafts(&project).err(),
            workspace.save_comment_draft(&project, "k", None, "x").err(),
            workspace.apply_suggestion("t", &project, &comment, 0, &|_| {}).err(),
        ]
    };
    let codes = |tries: Vec<Option<lectern_workspace::view::Failure>>| {
        tries.into_iter().map(|failure| failure.map_or_else(|| "it was allowed".to_owned(), |failure| failure.code)).collect::<Vec<_>>()
    };
    workspace.lock().expect("locked");
    assert!(codes(tries()).iter().all(|code| code == "LOCKED"), "{:?}", codes(tries()));
    workspace.sign_out().expect("signed out");
    assert!(codes(tries()).iter().all(|code| code == "NOT_SIGNED_IN"), "{:?}", codes(tries()));
    workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("another profile");
    assert!(codes(tries()).iter().all(|code| code == "UNKNOWN_PROJECT"), "{:?}", codes(tries()));
    // With a project of their own, a thread of another's is not there.
    let other = fixture.dir.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let own = workspace.sync_path(&other, &|_| {}).expect("a sync").0;
    assert_eq!(workspace.thread(&own, &card.id).expect_err("not theirs").code, "UNKNOWN_THREAD");
    assert_eq!(workspace.edit_comment(&own, &comment, "x").expect_err("not theirs").code, "UNKNOWN_COMMENT");
    assert_eq!(workspace.delete_thread(&own, &card.id).expect_err("not theirs").code, "UNKNOWN_THREAD");
}
