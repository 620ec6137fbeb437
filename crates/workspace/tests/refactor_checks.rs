//! Checking a proposal before it is applied: what would not parse, what names would mean, and what a command of the project says on a copy.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use common::{Fixture, heard_by, open};
use lectern_workspace::{
    Events,
    view::{
        Failure, RefactorAsk, RefactorCheckRun, RefactorCheckSaid, RefactorCheckState, RefactorNameFate, RefactorProposal, RefactorStatus,
        SessionState, SyncProgress, Trust,
    },
};

/// What was told of checks.
#[derive(Default)]
struct Heard {
    states: Mutex<Vec<(RefactorCheckState, String)>>,
    lines: Mutex<Vec<String>>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn refactor_check_changed(&self, run: RefactorCheckRun) {
        self.states.lock().expect("a lock").push((run.state, run.phase));
    }
    fn refactor_check_said(&self, said: RefactorCheckSaid) {
        self.lines.lock().expect("a lock").extend(said.page.lines.into_iter().map(|line| line.text));
    }
}

struct Checked {
    f: Fixture,
    heard: Arc<Heard>,
    project: String,
    proposal: RefactorProposal,
}

/// A project of two files in which `load` is to become `read`, and a script that checks it.
fn checked(script: &str) -> Checked {
    let heard = Arc::new(Heard::default());
    let f = heard_by(Arc::clone(&heard) as Arc<dyn Events>);
    supervised(&f.workspace);
    f.write("a.py", "def load():\n    return 1\n");
    f.write("b.py", "from a import load\nprint(load())\n");
    f.write("check.sh", script);
    let project = f.project();
    let proposal = renamed(&f, &project);
    f.workspace.set_refactor_check_command(&project, "sh check.sh", "").expect("set");
    Checked { f, heard, project, proposal }
}

fn supervised(workspace: &lectern_workspace::Workspace) {
    let test = std::env::current_exe().expect("this test");
    workspace.supervise_with(&test.parent().and_then(Path::parent).expect("the build's folder").join("examples/preview_supervisor"));
}

fn renamed(f: &Fixture, project: &str) -> RefactorProposal {
    let ask = RefactorAsk::RenameSymbol { path: "a.py".into(), line: 1, column: 4, new_name: "read".into(), files: false, hierarchy: true };
    let job = f.workspace.refactor_ask(project, ask).expect("asked");
    wait("the proposal", || f.workspace.refactor_job(&job.id).expect("a job").status == RefactorStatus::Proposed);
    f.workspace.refactor_proposal(&job.id).expect("a proposal")
}

#[track_caller]
fn wait(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_mins(1), "{what}: never");
        thread::sleep(Duration::from_millis(10));
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

impl Checked {
    fn id(&self) -> &str {
        &self.proposal.job.id
    }

    fn state(&self) -> RefactorCheckRun {
        self.f.workspace.refactor_check_state(self.id()).expect("a state").expect("a check")
    }

    /// Runs the check to its end.
    fn run(&self) -> RefactorCheckRun {
        self.f.workspace.refactor_check_run(self.id(), Some(Trust::Once)).expect("it begins");
        wait("the check's end", || self.state().state != RefactorCheckState::Running);
        self.state()
    }

    fn log(&self) -> Vec<String> {
        let page = self.f.workspace.refactor_check_log(self.id(), 0).expect("a log");
        page.lines.into_iter().map(|line| line.text).collect()
    }

    fn copy(&self) -> std::path::PathBuf {
        self.f.dir.path().join("data/run/checks").join(&self.project).join("copy")
    }

    /// Leaves out the edits of a file.
    fn leave_out(&self, path: &str) {
        let file = self.proposal.files.iter().find(|file| file.path == path).expect("a file");
        let ids: Vec<u32> = file.edits.iter().map(|edit| edit.id).collect();
        self.f.workspace.refactor_choose(self.id(), &ids).expect("chosen");
    }
}

/// Every file of a folder with its bytes.
fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut pending) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).expect("listed") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").display().to_string();
            if path.is_symlink() {
                found.push((name, fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()));
            } else if path.is_dir() {
                found.push((name, Vec::new()));
                pending.push(path);
            } else {
                found.push((name, fs::read(&path).expect("read")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_check_sees_the_changes_and_the_project_does_not() {
    let c = checked("grep -c read a.py b.py && pwd && python3 b.py\n");
    let before = tree(&c.f.root);
    let run = c.run();
    assert_eq!((run.state, run.exit, run.stale), (RefactorCheckState::Passed, Some(0), false), "{:?} {run:?}", c.log());
    assert_eq!(run.edits, 3);
    let log = c.log();
    assert!(log.contains(&"b.py:2".to_owned()) && log.contains(&"1".to_owned()), "{log:?}");
    assert!(log.iter().any(|line| line.ends_with("/copy")), "{log:?}");
    assert_eq!(tree(&c.f.root), before, "the project is as it was");
    assert!(!c.copy().exists(), "the copy is gone");
    wait("what was told", || c.heard.lines.lock().expect("a lock").len() == log.len());
    let states = c.heard.states.lock().expect("a lock").clone();
    assert_eq!(states.first().map(|(state, phase)| (*state, phase.as_str())), Some((RefactorCheckState::Running, "Copying the project")));
    assert_eq!(states.last().map(|(state, _)| *state), Some(RefactorCheckState::Passed));
}

#[test]
fn what_was_left_out_is_left_out_of_the_copy_and_a_later_choice_makes_the_check_old() {
    let c = checked("python3 b.py\n");
    c.leave_out("b.py");
    let run = c.run();
    assert_eq!((run.state, run.exit, run.stale), (RefactorCheckState::Failed, Some(1), false));
    assert!(c.log().iter().any(|line| line.contains("ImportError")), "{:?}", c.log());
    c.f.workspace.refactor_choose(c.id(), &[]).expect("chosen");
    assert!(c.state().stale, "it was checked before the last change of choices");
    c.leave_out("b.py");
    assert!(!c.state().stale, "the same choices are those that were checked");
}

#[test]
fn what_a_check_came_to_outlives_the_process() {
    let c = checked("echo done; exit 3\n");
    assert_eq!(c.run().exit, Some(3));
    let (id, data) = (c.id().to_owned(), c.f.dir.path().join("data"));
    let Checked { f, heard, .. } = c;
    let Fixture { workspace, dir, .. } = f;
    drop(workspace);
    let workspace = open(data, heard);
    workspace.sign_in(common::EMAIL, common::PASSWORD.to_owned(), false).expect("signed in");
    let run = workspace.refactor_check_state(&id).expect("a state").expect("a check");
    assert_eq!((run.state, run.exit, run.shown.as_str(), run.stale), (RefactorCheckState::Failed, Some(3), "sh check.sh", false));
    let log = workspace.refactor_check_log(&id, 0).expect("a log");
    assert!(log.lines.iter().any(|line| line.text == "done"), "{log:?}");
    drop(dir);
}

#[test]
fn a_check_that_writes_everywhere_it_can_reach_from_its_folder_changes_the_copy_alone() {
    let c = checked(
        "set -e\nrm -f a.py\necho x > new.txt\necho x >> b.py\necho x >> node_modules/pkg/index.js\necho x > node_modules/.cache\n\
         echo x >> linked/deep.txt\necho x >> absolute/deep.txt\necho x > real/other.txt\ntest ! -e up\nchmod -R a-w real\n",
    );
    c.f.write("node_modules/pkg/index.js", "module.exports = 1;\n");
    c.f.write("real/deep.txt", "deep\n");
    c.f.write(".gitignore", "node_modules\n");
    symlink("real", c.f.root.join("linked")).expect("linked");
    symlink(c.f.root.join("real"), c.f.root.join("absolute")).expect("linked");
    symlink(c.f.dir.path(), c.f.root.join("up")).expect("linked");
    c.f.git(&["init", "-q"]);
    c.f.sync();
    let before = tree(&c.f.root);
    let run = c.run();
    assert_eq!((run.state, run.exit), (RefactorCheckState::Passed, Some(0)), "{:?} {run:?}", c.log());
    assert_eq!(tree(&c.f.root), before);
    assert!(!c.copy().exists(), "also what was made unwritable is removed");
    assert!(c.log().iter().any(|line| line.contains("link up leads to a folder that the project is in")), "{:?}", c.log());
}

#[test]
fn ten_megabytes_are_cut_and_escapes_are_gone() {
    let c = checked("printf '\\033[31mred\\033[0m\\n'; yes 0123456789012345678901234567890123456789012345678 | head -c 10000000\n");
    let run = c.run();
    assert_eq!(run.state, RefactorCheckState::Passed, "{run:?}");
    let page = c.f.workspace.refactor_check_log(c.id(), 0).expect("a log");
    assert!(page.total > 200_000 && page.lines.len() == 10_000, "{} of {}", page.lines.len(), page.total);
    let told = c.heard.lines.lock().expect("a lock").clone();
    assert!(told.contains(&"red".to_owned()), "the escapes are gone and the word is there");
}

#[test]
fn a_check_that_hangs_is_cancelled_with_all_that_it_started() {
    let c = checked("sleep 1000 & echo $! > pid; echo waiting; wait\n");
    c.f.workspace.refactor_check_run(c.id(), Some(Trust::Once)).expect("it begins");
    wait("its word", || c.log().contains(&"waiting".to_owned()));
    assert_eq!(code(c.f.workspace.refactor_check_run(c.id(), Some(Trust::Once))), "CHECK_RUNNING");
    let pid = fs::read_to_string(c.copy().join("pid")).expect("a pid").trim().to_owned();
    assert!(Path::new("/proc").join(&pid).exists());
    c.f.workspace.refactor_check_cancel(c.id()).expect("cancelled");
    wait("its end", || c.state().state == RefactorCheckState::Cancelled);
    assert!(!Path::new("/proc").join(&pid).exists(), "what it started is gone");
    assert!(!c.copy().exists());
    assert_eq!(c.state().exit, None);
}

#[test]
fn a_check_that_takes_too_long_is_ended() {
    let c = checked("echo waiting; sleep 1000\n");
    c.f.workspace.limit_checks(Duration::from_millis(300));
    assert_eq!(c.run().state, RefactorCheckState::TimedOut);
}

#[test]
fn nothing_runs_before_it_is_allowed_and_a_changed_file_asks_again() {
    let c = checked("echo ran\n");
    c.f.write("pytest.ini", "[pytest]\n");
    c.f.sync();
    let run = |trust| c.f.workspace.refactor_check_run(c.id(), trust);
    let refused = run(None).expect_err("refused");
    assert_eq!(refused.code, "NOT_TRUSTED");
    assert!(refused.message.contains("sh check.sh") && refused.hint.is_some_and(|hint| hint.contains("your rights")));
    assert!(c.f.workspace.refactor_check_state(c.id()).expect("a state").is_none(), "nothing began");
    let is_trusted = || c.f.workspace.refactor_check_choices(&c.project).expect("choices").command.expect("one").trusted;
    assert!(!is_trusted());
    run(Some(Trust::Once)).expect("it begins");
    wait("its end", || c.state().state == RefactorCheckState::Passed);
    assert_eq!(code(run(None)), "NOT_TRUSTED", "once is once");
    run(Some(Trust::Remembered)).expect("it begins");
    wait("its end", || c.state().state == RefactorCheckState::Passed);
    assert!(is_trusted());
    run(None).expect("it is remembered");
    wait("its end", || c.state().state == RefactorCheckState::Passed);
    // The script is named by the command, pytest.ini is one of the files that say what a check does.
    for (path, text) in [("check.sh", "echo other\n"), ("pytest.ini", "[pytest]\naddopts = -x\n")] {
        run(Some(Trust::Remembered)).expect("it begins");
        wait("its end", || c.state().state == RefactorCheckState::Passed);
        c.f.write(path, text);
        assert!(!is_trusted(), "{path}");
        assert_eq!(code(run(None)), "NOT_TRUSTED", "{path}");
    }
    // Another command, or the same elsewhere, is another.
    c.f.workspace.set_refactor_check_command(&c.project, "sh -x check.sh", "").expect("set");
    assert_eq!(code(run(None)), "NOT_TRUSTED");
}

#[test]
fn changes_to_what_a_command_runs_ask_even_where_it_is_trusted() {
    let c = checked("echo ran\n");
    c.f.write("conftest.py", "from a import load\n");
    c.f.sync();
    c.f.workspace.refactor_check_run(c.id(), Some(Trust::Remembered)).expect("it begins");
    wait("its end", || c.state().state != RefactorCheckState::Running);
    let proposal = renamed(&c.f, &c.project);
    let c = Checked { proposal, ..c };
    let refused = c.f.workspace.refactor_check_run(c.id(), None).expect_err("refused");
    assert_eq!(refused.code, "NOT_TRUSTED");
    assert!(refused.message.contains("conftest.py"), "{}", refused.message);
}

#[test]
fn a_folder_that_changed_is_not_checked_as_if_it_had_not() {
    let c = checked("echo ran\n");
    c.f.write("a.py", "def load():\n    return 2\n");
    let run = c.run();
    assert_eq!(run.state, RefactorCheckState::Broken);
    assert!(run.message.is_some_and(|message| message.contains("changed since")));
    assert!(!c.log().contains(&"ran".to_owned()));
}

#[test]
fn a_command_is_remembered_suggested_and_refused_in_plain_words() {
    let c = checked("true\n");
    let w = &c.f.workspace;
    let choices = w.refactor_check_choices(&c.project).expect("choices");
    assert!(choices.chosen && choices.suggestions.is_empty());
    assert_eq!(choices.command.expect("one").shown, "sh check.sh");
    c.f.write("Cargo.toml", "[package]\nname = \"a\"\n");
    let choices = w.set_refactor_check_command(&c.project, "", "").expect("forgotten");
    assert!(!choices.chosen);
    assert_eq!(choices.command.expect("one").argv, ["cargo", "check"]);
    assert_eq!(code(w.set_refactor_check_command(&c.project, "make | tee log", "")), "BAD_COMMAND");
    assert_eq!(code(w.set_refactor_check_command(&c.project, "make", "../elsewhere")), "OUTSIDE_PROJECT");
    w.set_refactor_check_command(&c.project, "no-such-program --now", "").expect("set");
    assert_eq!(code(w.refactor_check_run(c.id(), Some(Trust::Once))), "PROGRAM_MISSING");
    w.set_refactor_check_command(&c.project, "git --version", "missing").expect("set");
    let run = c.run();
    assert_eq!(run.state, RefactorCheckState::Broken, "{run:?}");
    w.set_refactor_check_command(&c.project, "git --version", "").expect("set");
    assert_eq!(c.run().state, RefactorCheckState::Passed);
}

#[test]
fn a_copy_that_a_killed_process_left_is_swept_at_the_next_start() {
    let c = checked("true\n");
    let copy = c.copy();
    fs::create_dir_all(copy.join("deep")).expect("made");
    fs::write(copy.join("deep/file"), "x").expect("written");
    let data = c.f.dir.path().join("data");
    let Checked { f, heard, .. } = c;
    let Fixture { workspace, dir, .. } = f;
    drop(workspace);
    let workspace = open(data, heard);
    assert!(!copy.exists());
    drop(workspace);
    drop(dir);
}

#[test]
fn another_user_sees_and_starts_no_check() {
    let c = checked("echo ran\n");
    c.run();
    c.f.workspace.sign_out().expect("signed out");
    c.f.workspace.create_profile("bob@example.org", "", common::PASSWORD.to_owned(), false).expect("a profile");
    let w = &c.f.workspace;
    assert_eq!(code(w.refactor_check_state(c.id())), "UNKNOWN_JOB");
    assert_eq!(code(w.refactor_check_log(c.id(), 0)), "UNKNOWN_JOB");
    assert_eq!(code(w.refactor_check_run(c.id(), Some(Trust::Once))), "UNKNOWN_JOB");
    assert_eq!(code(w.refactor_check_choices(&c.project)), "UNKNOWN_PROJECT");
    assert_eq!(code(w.set_refactor_check_command(&c.project, "true", "")), "UNKNOWN_PROJECT");
}

#[test]
fn reading_tells_names_that_would_lead_nowhere_and_places_left_out() {
    let c = checked("true\n");
    let checks = c.f.workspace.refactor_check(c.id()).expect("checked");
    assert_eq!((checks.parsed, checks.followed, checks.errors_total, checks.unresolved_total), (2, 2, 0, 0), "{checks:?}");
    c.leave_out("b.py");
    let checks = c.f.workspace.refactor_check(c.id()).expect("checked");
    let told: Vec<_> = checks.unresolved.iter().map(|one| (one.path.as_str(), one.line, one.name.as_str(), one.fate)).collect();
    assert_eq!(
        told,
        [("b.py", 1, "load", RefactorNameFate::Unresolved), ("b.py", 2, "load", RefactorNameFate::LeftOut)],
        "the import is what is broken; the place after it is told as left out"
    );
}
