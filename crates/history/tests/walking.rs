//! Lists of commits are those of git, in its order.

mod common;

use common::{Made, corpus, git_in, grown, open, walked};
use lectern_history::{CommitWalk, HistoryError, LabelKind, Query, Repo, Step, labels, references};

fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn all_commits_come_in_the_order_of_git_log() {
    for seed in 0..4 {
        let made = grown(seed, 60);
        let repo = made.repo();
        assert_eq!(walked(&repo, None, None, usize::MAX), lines(&made.git(&["rev-list", "HEAD"])), "seed {seed}");
    }
}

#[test]
fn the_commits_of_a_directory_are_those_of_rev_list() {
    for seed in 0..4 {
        let made = grown(seed, 60);
        let repo = made.repo();
        for directory in ["src", "docs", "docs/deep", "copies", "moved1"] {
            if !made.path().join(directory).is_dir() {
                continue;
            }
            let git = made.git(&["rev-list", "HEAD", "--", directory]);
            assert_eq!(walked(&repo, Some(directory), None, usize::MAX), lines(&git), "seed {seed}: {directory}");
        }
    }
}

#[test]
fn a_file_is_followed_through_renames_and_copies_as_git_follows_it() {
    let (mut files, mut renamed) = (0, 0);
    for seed in 0..6 {
        let made = grown(seed, 60);
        let repo = made.repo();
        for file in lines(&made.git(&["ls-files"])) {
            let git = made.git(&["-c", "log.showSignature=false", "log", "--follow", "--format=%H", "--name-status", "--", &file]);
            renamed += usize::from(git.contains("\nR"));
            let git: Vec<String> = git.lines().filter(|line| line.len() == 40 && !line.contains('\t')).map(str::to_owned).collect();
            assert_eq!(walked(&repo, Some(&file), None, usize::MAX), git, "seed {seed}: {file}");
            files += 1;
        }
    }
    assert!(files > 30 && renamed > 10, "the dice made {files} files, {renamed} of them renamed");
}

#[test]
fn where_the_file_was_comes_with_each_commit() {
    let mut made = Made::new();
    let text: String = (0..20).map(|line| format!("line {line}\n")).collect();
    made.write("old.txt", &text);
    made.commit("one");
    made.git(&["mv", "old.txt", "new.txt"]);
    made.write("new.txt", format!("{text}more\n"));
    made.commit("two");
    let repo = made.repo();
    let query = Query { start: repo.head().expect("a commit"), path: Some(b"new.txt".to_vec()), text: None };
    let mut walk = CommitWalk::new(&repo, query).expect("a walk");
    let mut paths = Vec::new();
    while let Some(step) = walk.step(&repo).expect("a step") {
        if let Step::Found(found) = step {
            paths.push(String::from_utf8(found.path.expect("a path").to_vec()).expect("text"));
        }
    }
    assert_eq!(paths, ["new.txt", "old.txt"]);
}

#[test]
fn text_is_found_in_messages_authors_and_the_beginnings_of_ids() {
    let mut made = Made::new();
    let first = made.commit("The FERRY sails");
    let second = made.commit("Nothing");
    let repo = made.repo();
    let found = |text: &str| walked(&repo, None, Some(text), 9);
    assert_eq!(found("ferry"), vec![first.clone()]);
    assert_eq!(found("ADA@EXAMPLE"), [second.clone(), first.clone()], "the author, in any case");
    assert_eq!(found(&second[..7].to_uppercase()), vec![second.clone()]);
    assert!(found(&second[1..9]).is_empty(), "an id only from its beginning");
    assert_eq!(found("  ").len(), 2, "nothing to look for");
}

#[test]
fn a_folder_inside_the_working_tree_has_paths_of_its_own() {
    let mut made = Made::new();
    made.write("part/inner/x.txt", "x\n");
    made.write("other.txt", "x\n");
    let first = made.commit("one");
    made.write("other.txt", "y\n");
    made.commit("two");
    let repo = open(&made.path().join("part"));
    assert_eq!(walked(&repo, Some("inner/x.txt"), None, 9), vec![first.clone()]);
    assert_eq!(walked(&repo, Some("inner"), None, 9), vec![first.clone()]);
    assert_eq!(walked(&repo, Some(""), None, 9), [first], "the folder itself");
    assert_eq!(walked(&repo, None, None, 9).len(), 2, "the repository");
}

#[test]
fn a_shallow_clone_ends_where_it_ends() {
    let mut made = Made::new();
    for number in 0..5 {
        made.write("a.txt", number.to_string());
        made.commit("more");
    }
    let clone = tempfile::tempdir().expect("a folder");
    let address = format!("file://{}", made.path().display());
    made.git(&["clone", "-q", "--depth", "2", &address, clone.path().join("it").to_str().expect("text")]);
    let repo = open(&clone.path().join("it"));
    assert_eq!(walked(&repo, None, None, 99).len(), 2);
    assert_eq!(walked(&repo, Some("a.txt"), None, 99).len(), 2);
    let last = repo.resolve(Some(&walked(&repo, None, None, 99)[1])).expect("known").expect("a commit");
    assert!(repo.commit(last).expect("read").parents.is_empty());
}

#[test]
fn lost_objects_end_the_history_and_nothing_else() {
    let mut made = Made::new();
    made.write("a.txt", "1");
    let first = made.commit("one");
    made.write("a.txt", "2");
    let second = made.commit("two");
    made.write("a.txt", "3");
    let third = made.commit("three");
    let lost = made.path().join(".git/objects").join(&first[..2]).join(&first[2..]);
    std::fs::remove_file(lost).expect("removed");
    let repo = made.repo();
    assert_eq!(walked(&repo, None, None, 9), [third.clone(), second.clone()]);
    assert_eq!(walked(&repo, Some("a.txt"), None, 9), [third, second]);
    let missing = repo.find(&first);
    assert!(matches!(missing, Err(HistoryError::UnknownCommit(_))), "{missing:?}");
}

#[test]
fn a_blob_that_is_not_what_its_name_says_is_not_read() {
    let mut made = Made::new();
    made.write("a.txt", "one\n");
    made.write("b.txt", "two\n");
    made.commit("one");
    let id = |name: &str| made.git(&["rev-parse", &format!("HEAD:{name}")]);
    let place = |id: &str| made.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let (one, two) = (id("a.txt"), id("b.txt"));
    std::fs::remove_file(place(&one)).expect("removed");
    std::fs::copy(place(&two), place(&one)).expect("another in its place");
    let repo = made.repo();
    let read = |id: &str| repo.blob(git2::Oid::from_str(id).expect("an id"), 99);
    assert_eq!((read(&one), read(&two)), (None, Some(b"two\n".to_vec())));
    assert_eq!(walked(&repo, Some("a.txt"), None, 9).len(), 1, "the history is there all the same");
}

#[test]
fn a_message_in_another_encoding_and_a_huge_one_are_read() {
    let mut made = Made::new();
    made.write(".git/message", b"Gr\xfc\xdfe aus K\xf6ln\n");
    made.git(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", ".git/message"]);
    made.write(".git/message", "long ".repeat(100_000));
    made.git(&["commit", "-q", "--allow-empty", "-F", ".git/message"]);
    made.commit("last");
    let repo = made.repo();
    let ids = walked(&repo, None, None, 9);
    let commit = |at: usize| repo.commit(repo.find(&ids[at]).expect("known")).expect("a commit");
    assert_eq!(commit(2).message, "Grüße aus Köln\n");
    assert_eq!(commit(1).summary(100).chars().count(), 99, "cut, without the blank at its end");
    assert_eq!(walked(&repo, None, Some("grüße"), 9).len(), 1);
}

#[test]
fn a_name_leads_to_a_commit_by_branch_tag_remote_or_id() {
    let mut made = Made::new();
    let first = made.commit("one");
    made.git(&["tag", "-a", "v1", "-m", "The first"]);
    made.git(&["branch", "feature/x"]);
    made.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let second = made.commit("two");
    let repo = made.repo();
    let id = |name: &str| repo.resolve(Some(name)).expect("known").expect("a commit").to_string();
    for name in ["v1", "feature/x", "origin/main", "refs/tags/v1", &first, &first[..8]] {
        assert_eq!(id(name), first, "{name}");
    }
    assert_eq!(
        (id("HEAD"), id("main"), repo.resolve(None).expect("known").expect("a commit").to_string()),
        (second.clone(), second.clone(), second)
    );
    for name in ["nope", "HEAD~1", ":/one", "@{1}", "../x", "abc", "\0", "-n"] {
        let answer = repo.resolve(Some(name));
        assert!(matches!(answer, Err(HistoryError::UnknownReference(_))), "{name}: {answer:?}");
    }
}

#[test]
fn branches_and_tags_are_told_with_how_far_apart_they_are() {
    let mut made = Made::new();
    made.commit("one");
    made.git(&["tag", "light"]);
    made.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    made.git(&["config", "remote.origin.url", "https://example.org/x"]);
    made.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    made.git(&["config", "branch.main.remote", "origin"]);
    made.git(&["config", "branch.main.merge", "refs/heads/main"]);
    made.git(&["checkout", "-q", "-b", "theirs"]);
    made.commit("theirs 1");
    made.commit("theirs 2");
    made.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    made.git(&["checkout", "-q", "main"]);
    made.commit("ours");
    made.wait(5);
    made.git(&["tag", "-a", "v1", "-m", "Version one"]);
    // A branch that is broken, one that leads nowhere, and a tag of a tree.
    made.write(".git/refs/heads/broken", "not an id\n");
    made.write(".git/refs/heads/nowhere", format!("{}\n", "1".repeat(40)));
    made.git(&["tag", "tree", "HEAD^{tree}"]);
    let repo = made.repo();
    let found = references(&repo).expect("references");
    assert_eq!(found.branch.as_deref(), Some("main"));
    let names: Vec<_> = found.branches.iter().map(|branch| (branch.name.as_str(), branch.remote, branch.current)).collect();
    assert_eq!(names, [("main", false, true), ("theirs", false, false), ("origin/main", true, false)]);
    assert_eq!((found.branches[0].upstream.as_deref(), found.branches[0].ahead_behind), (Some("origin/main"), Some((1, 2))));
    assert_eq!(found.branches[1].upstream, None);
    let tags: Vec<_> = found.tags.iter().map(|tag| (tag.name.as_str(), tag.message.as_deref())).collect();
    assert_eq!(tags, [("v1", Some("Version one")), ("light", None)]);
    let at_head = &labels(&repo).expect("labels")[&repo.head().expect("a commit")];
    let at_head: Vec<_> = at_head.iter().map(|label| (label.kind, label.name.as_str())).collect();
    assert_eq!(at_head, [(LabelKind::Head, "HEAD"), (LabelKind::Branch, "main"), (LabelKind::Tag, "v1")]);
}

#[test]
fn a_repository_before_its_first_commit_a_detached_one_and_a_worktree_are_read() {
    let mut made = Made::new();
    let repo = made.repo();
    assert_eq!((repo.head(), repo.branch().as_deref()), (None, Some("main")));
    assert!(references(&repo).expect("references").branches.is_empty());
    made.write("a.txt", "1");
    let first = made.commit("one");
    made.git(&["worktree", "add", "-q", "--detach", "tree"]);
    let worktree = open(&made.path().join("tree"));
    assert_eq!((worktree.head().map(|id| id.to_string()), worktree.branch()), (Some(first.clone()), None));
    assert_eq!(walked(&worktree, Some("a.txt"), None, 9), vec![first.clone()]);
    let bare = made.path().join("bare.git");
    made.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("text")]);
    let bare = Repo::new(git2::Repository::open_bare(&bare).expect("a repository"), &bare).expect("readable");
    assert_eq!(walked(&bare, None, None, 9), [first]);
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_references_is_refused_without_waiting_for_it() {
    let mut made = Made::new();
    made.commit("one");
    let repo = made.repo();
    let pipe = made.path().join(".git/refs/heads/pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    assert!(references(&repo).is_err() && labels(&repo).is_err());
    assert!(repo.resolve(Some("pipe")).is_err());
}

#[test]
fn how_far_branches_are_apart_is_what_git_counts() {
    for seed in 0..4 {
        let made = grown(seed, 50);
        made.git(&["config", "branch.main.remote", "."]);
        made.git(&["config", "branch.main.merge", "refs/heads/side"]);
        let git = made.git(&["rev-list", "--left-right", "--count", "main...side"]);
        let expected: Vec<u32> = git.split_whitespace().map(|count| count.parse().expect("a number")).collect();
        let found = references(&made.repo()).expect("references");
        let main = found.branches.iter().find(|branch| branch.name == "main").expect("main");
        assert_eq!(main.ahead_behind, Some((expected[0], expected[1])), "seed {seed}");
    }
}

#[test]
fn git_itself_has_the_same_history() {
    let Some(place) = corpus() else { return };
    let repo = open(&place);
    let git = |arguments: &[&str]| lines(&git_in(&place, 0, arguments));
    assert_eq!(walked(&repo, None, None, 3000), git(&["rev-list", "-n3000", "HEAD"]));
    assert_eq!(walked(&repo, Some("contrib"), None, 100), git(&["rev-list", "-n100", "HEAD", "--", "contrib"]));
    for file in ["builtin/blame.c", "builtin/stash.c"] {
        assert_eq!(walked(&repo, Some(file), None, 60), git(&["log", "-n60", "--follow", "--format=%H", "--", file]), "{file}");
    }
    let (files, mut dice) = (git(&["ls-files"]), common::Dice(7));
    for _ in 0..6 {
        let file = &files[dice.roll(files.len())];
        assert_eq!(walked(&repo, Some(file), None, usize::MAX), git(&["log", "--follow", "--format=%H", "--", file]), "{file}");
    }
}
