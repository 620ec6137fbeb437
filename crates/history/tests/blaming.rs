//! Blame says what git says, and nothing of a repository runs for it.

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use common::{Made, corpus, git_in, grown, open};
use lectern_history::{Blame, Git, HistoryError, Repo, blame_with_git, blame_without_git};

/// For each line: the commit (zeros for nobody's) and the line in it.
fn lines_of(blame: &Blame) -> Vec<(String, u32)> {
    let mut next = 1;
    let mut lines = Vec::new();
    for hunk in &blame.hunks {
        assert_eq!(hunk.first, next, "hunks are in order, without gaps");
        next += hunk.lines;
        let id = hunk.commit.map_or_else(|| "0".repeat(40), |at| blame.commits[at].id.to_string());
        lines.extend((0..hunk.lines).map(|line| (id.clone(), if hunk.commit.is_some() { hunk.original_first + line } else { 0 })));
    }
    lines
}

fn lines_of_git(porcelain: &str) -> Vec<(String, u32)> {
    let headers = porcelain.lines().filter(|line| !line.starts_with('\t')).map(|line| line.split(' ').collect::<Vec<_>>());
    let headers = headers.filter(|words| words[0].len() == 40 && words.len() >= 3 && words[0].bytes().all(|byte| byte.is_ascii_hexdigit()));
    headers
        .map(|words| (words[0].to_owned(), if words[0].starts_with("00000000") { 0 } else { words[1].parse().expect("a line") }))
        .collect()
}

fn with_git(repo: &Repo, path: &str, contents: &[u8]) -> Result<Blame, HistoryError> {
    let git = Git::find().expect("git is installed");
    blame_with_git(&git, repo, repo.head().expect("a commit"), path.as_bytes(), contents, &AtomicBool::new(false), &mut |_| {})
}

fn without_git(repo: &Repo, path: &str, contents: &[u8]) -> Result<Blame, HistoryError> {
    let deadline = Instant::now() + Duration::from_secs(60);
    blame_without_git(repo, repo.head().expect("a commit"), path.as_bytes(), contents, &AtomicBool::new(false), deadline, &mut |_| {})
}

#[test]
fn every_line_has_the_commit_that_git_names() {
    let (mut same, mut lines) = (0, 0);
    for seed in 0..6 {
        let made = grown(seed, 50);
        let repo = made.repo();
        for file in made.git(&["ls-files"]).lines() {
            let expected = lines_of_git(&made.git(&["blame", "--porcelain", "HEAD", "--", file]));
            let blame = with_git(&repo, file, &made.read(file)).expect("a blame");
            assert_eq!(lines_of(&blame), expected, "seed {seed}: {file}");
            let own = lines_of(&without_git(&repo, file, &made.read(file)).expect("a blame"));
            assert_eq!(own.len(), expected.len());
            lines += own.len();
            same += own.iter().zip(&expected).filter(|(own, git)| own == git).count();
        }
    }
    // Lines that occur several times may have come from either place.
    assert!(same * 100 >= lines * 99, "without git {same} of {lines} lines are the same");
}

#[test]
fn lines_that_are_not_committed_are_nobodys() {
    let mut made = Made::new();
    made.write("a.txt", "one\ntwo\nthree\n");
    let first = made.commit("one");
    let repo = made.repo();
    for blame in [with_git(&repo, "a.txt", b"zero\none\n2\nthree\n"), without_git(&repo, "a.txt", b"zero\none\n2\nthree\n")] {
        let nobody = ("0".repeat(40), 0);
        assert_eq!(lines_of(&blame.expect("a blame")), [nobody.clone(), (first.clone(), 1), nobody, (first.clone(), 3)]);
    }
}

#[test]
fn blame_goes_on_at_the_parent_and_under_the_older_name() {
    let mut made = Made::new();
    let text: String = (0..20).map(|line| format!("line {line}\n")).collect();
    made.write("part/old name.txt", &text);
    let first = made.commit("one");
    made.git(&["mv", "part/old name.txt", "part/n\u{e9}w\t\"x\".txt"]);
    made.write("part/n\u{e9}w\t\"x\".txt", text.replace("line 7\n", "line seven\n"));
    let second = made.commit("two");
    let folder = open(&made.path().join("part"));
    let contents = made.read("part/n\u{e9}w\t\"x\".txt");
    for blame in [with_git(&folder, "n\u{e9}w\t\"x\".txt", &contents), without_git(&folder, "n\u{e9}w\t\"x\".txt", &contents)] {
        let blame = blame.expect("a blame");
        let hunk = blame.hunks.iter().find(|hunk| hunk.first == 8).expect("the eighth line");
        let commit = &blame.commits[hunk.commit.expect("committed")];
        assert_eq!((commit.id.to_string(), hunk.original_path.as_slice()), (second.clone(), "n\u{e9}w\t\"x\".txt".as_bytes()));
        let previous = commit.previous.as_ref().expect("a parent");
        assert_eq!((previous.commit.to_string(), previous.path.as_slice()), (first.clone(), b"old name.txt".as_slice()));
        assert_eq!(blame.hunks[0].original_path, b"old name.txt");
    }
}

#[test]
fn a_file_that_git_does_not_have_is_not_blamed() {
    let mut made = Made::new();
    made.write("a/b.txt", "x\n");
    made.commit("one");
    let repo = made.repo();
    for path in ["new.txt", "a", "--help", "a/b.txt/c"] {
        assert!(matches!(with_git(&repo, path, b"x\n"), Err(HistoryError::NotInGit)), "{path}");
        assert!(matches!(without_git(&repo, path, b"x\n"), Err(HistoryError::NotInGit)), "{path}");
    }
    let empty = with_git(&repo, "a/b.txt", b"").expect("a blame");
    assert!(empty.hunks.is_empty());
}

#[test]
fn nothing_of_a_hostile_repository_runs() {
    let mut made = Made::new();
    let proof = made.path().join("ran");
    let script = made.path().join("script");
    made.write("script", format!("#!/bin/sh\necho \"$0 $@\" >> '{}'\ncat\n", proof.display()));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("executable");
    let program = script.to_str().expect("text");
    made.write("a.txt", "one\ntwo\n");
    made.git(&["add", "a.txt"]);
    made.commit("one");
    made.write(".gitattributes", "* diff=evil filter=evil text eol=lf working-tree-encoding=UTF-8\n");
    made.write(".git/info/attributes", "* diff=evil filter=evil\n");
    for (key, value) in [
        ("core.fsmonitor", program),
        ("core.hooksPath", made.path().to_str().expect("text")),
        ("core.pager", program),
        ("core.editor", program),
        ("core.sshCommand", program),
        ("pager.blame", program),
        ("filter.evil.clean", program),
        ("filter.evil.smudge", program),
        ("filter.evil.process", program),
        ("filter.evil.required", "true"),
        ("diff.evil.textconv", program),
        ("diff.evil.command", program),
        ("diff.external", program),
        ("interactive.diffFilter", program),
        ("blame.ignoreRevsFile", program),
        ("alias.blame", &format!("!{program}")),
        ("credential.helper", program),
        ("gpg.program", program),
    ] {
        made.git(&["config", key, value]);
    }
    let repo = made.repo();
    let blame = with_git(&repo, "a.txt", b"one\nchanged\n").expect("a blame");
    assert_eq!(blame.hunks.len(), 2);
    assert!(!proof.exists(), "ran: {}", fs::read_to_string(&proof).unwrap_or_default());
    // The trap works: git by itself falls into it.
    made.git(&["config", "--unset", "blame.ignoreRevsFile"]);
    let mut plain = Command::new("git");
    plain.args(["blame", "--contents", "a.txt", "a.txt"]).current_dir(made.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = plain.output().expect("git runs");
    assert!(proof.exists(), "the trap would not have been noticed: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_blame_that_is_not_wanted_any_more_ends_soon() {
    let mut made = Made::new();
    made.write("a.txt", "x\n");
    made.commit("one");
    let repo = made.repo();
    // A git that never ends.
    made.write("slow", "#!/bin/sh\nexec sleep 600\n");
    let slow = made.path().join("slow");
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).expect("executable");
    let cancel = AtomicBool::new(false);
    let begin = Instant::now();
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::park_timeout(Duration::from_millis(100));
            cancel.store(true, Ordering::Relaxed);
        });
        blame_with_git(&Git::at(slow), &repo, repo.head().expect("a commit"), b"a.txt", b"x\n", &cancel, &mut |_| {})
    });
    assert!(matches!(answer, Err(HistoryError::Cancelled)), "{answer:?}");
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn what_is_no_answer_of_git_blame_is_told_as_such() {
    let mut made = Made::new();
    made.write("a.txt", "x\n");
    made.commit("one");
    let repo = made.repo();
    for (script, words) in [("echo nonsense", "not one of git blame"), ("echo 'fatal: it broke' >&2; exit 128", "it broke")] {
        made.write("git", format!("#!/bin/sh\n{script}\n"));
        let program = made.path().join("git");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
        let head = repo.head().expect("a commit");
        let error = blame_with_git(&Git::at(program), &repo, head, b"a.txt", b"x\n", &AtomicBool::new(false), &mut |_| {});
        let error = error.expect_err("no answer").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn git_itself_is_blamed_as_git_blames_it() {
    let Some(place) = corpus() else { return };
    let repo = open(&place);
    let file = "builtin/blame.c";
    let text = git_in(&place, 0, &["cat-file", "-p", &format!("HEAD:{file}")]) + "\n";
    let expected = lines_of_git(&git_in(&place, 0, &["blame", "--porcelain", "HEAD", "--", file]));
    assert_eq!(lines_of(&with_git(&repo, file, text.as_bytes()).expect("a blame")), expected);
}
