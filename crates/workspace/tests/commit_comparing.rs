//! Comparisons with commits: what git says differs, whichever stands on the other side.

mod common;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use common::Fixture;
use lectern_workspace::view::{CommitId, DiffFile, DiffKind, DiffSummary, FileDiff, Side};

fn fixture() -> Fixture {
    let fixture = common::fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    fixture
}

impl Fixture {
    fn commit(&self) -> Side {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a commit"]);
        side(&self.git(&["rev-parse", "HEAD"]))
    }

    fn version(&self) -> (String, Side) {
        let (id, version) = self.sync();
        (id, Side::Version { version })
    }

    fn compare(&self, project: &str, old: Side, new: Side) -> (DiffSummary, Vec<DiffFile>) {
        let summary = self.workspace.compare(project, old, new).expect("compared");
        let files = self.workspace.diff_files(&summary.diff, 0, 1000).expect("files").files;
        assert_eq!(summary.files as usize, files.len());
        (summary, files)
    }
}

fn side(commit: &str) -> Side {
    Side::Commit { commit: CommitId::try_from(commit.to_owned()).expect("an id") }
}

fn told(files: &[DiffFile]) -> Vec<(String, DiffKind)> {
    files.iter().map(|file| (file.path.clone(), file.kind)).collect()
}

/// A commit with one of everything, and another in which each differs.
fn two_commits(fixture: &Fixture) -> (Side, Side) {
    let text: String = (0..20).map(|line| format!("line {line}\n")).collect();
    for name in ["changed.rs", "gone.rs", "moved/old.rs", "run.sh", "same.rs"] {
        fixture.write(name, format!("// {name}\n{text}"));
    }
    fixture.write("image.bin", b"\0\x01\x02");
    symlink("same.rs", fixture.root.join("link")).expect("a link");
    let old = fixture.commit();
    fixture.write("changed.rs", format!("// changed.rs\n{text}more\n"));
    fs::remove_file(fixture.root.join("gone.rs")).expect("removed");
    fixture.write("moved/new.rs", format!("// moved/old.rs\n{text}more\n"));
    fs::remove_file(fixture.root.join("moved/old.rs")).expect("removed");
    fs::set_permissions(fixture.root.join("run.sh"), fs::Permissions::from_mode(0o755)).expect("a mode");
    fixture.write("image.bin", b"\0\x01\x03");
    fs::remove_file(fixture.root.join("link")).expect("removed");
    symlink("run.sh", fixture.root.join("link")).expect("a link");
    fixture.write("added.txt", "quite\nnew\n");
    (old, fixture.commit())
}

const EXPECTED: [(&str, DiffKind); 7] = [
    ("added.txt", DiffKind::Added),
    ("changed.rs", DiffKind::Changed),
    ("gone.rs", DiffKind::Removed),
    ("image.bin", DiffKind::Changed),
    ("link", DiffKind::Changed),
    ("moved/new.rs", DiffKind::Renamed),
    ("run.sh", DiffKind::Mode),
];

fn expected() -> Vec<(String, DiffKind)> {
    EXPECTED.map(|(path, kind)| (path.to_owned(), kind)).to_vec()
}

#[test]
fn a_commit_is_compared_with_its_parent() {
    let fixture = fixture();
    let (old, new) = two_commits(&fixture);
    let (project, _) = fixture.version();
    let (summary, files) = fixture.compare(&project, old, new);
    assert_eq!(told(&files), expected());
    assert_eq!((summary.added_lines, summary.removed_lines), (Some(4), Some(21)));
    assert_eq!((files[5].old_path.as_deref(), files[6].new_mode.as_deref()), (Some("moved/old.rs"), Some("100755")));
    let rows = fixture.workspace.diff_rows(&summary.diff, 1, 0, 100, &[]).expect("rows").rows;
    assert_eq!(rows.last().map(|row| row.text.as_str()), Some("more"));
    let look = |index| fixture.workspace.diff_file(&summary.diff, index).expect("looked at");
    assert!(matches!(look(3), FileDiff::Binary { .. }));
    assert!(matches!(look(4), FileDiff::Symlink { old: Some(old), new: Some(new) } if old == "same.rs" && new == "run.sh"));
    assert!(matches!(look(6), FileDiff::Mode));
    assert_eq!(fixture.workspace.diff_bytes(&summary.diff, 3, true).expect("bytes"), b"\0\x01\x03");
    assert!(fixture.compare(&project, new, new).1.is_empty());
    let all = fixture.compare(&project, Side::Empty, old).1;
    assert!(all.len() == 7 && all.iter().all(|file| file.kind == DiffKind::Added), "a root commit: {all:?}");
}

#[test]
fn a_commit_against_a_version_or_the_folder_differs_as_against_the_same_commit() {
    let fixture = fixture();
    let (old, new) = two_commits(&fixture);
    let (project, version) = fixture.version();
    assert_eq!(told(&fixture.compare(&project, old, version).1), expected(), "the version was made at the new commit");
    assert_eq!(told(&fixture.compare(&project, old, Side::WorkingTree).1), expected());
    assert!(fixture.compare(&project, version, new).1.is_empty());
    assert!(fixture.compare(&project, Side::WorkingTree, new).1.is_empty());
    let back = told(&fixture.compare(&project, version, old).1);
    let kinds: BTreeSet<_> = back.iter().map(|(path, _)| path.as_str()).collect();
    assert!(kinds.contains("moved/old.rs") && kinds.contains("gone.rs") && back.len() == 7, "{back:?}");
    // The folder as it is now, and what is new in it.
    fixture.write("added.txt", "quite\nnewer\n");
    fixture.write("untracked.txt", "x\n");
    let now = fixture.compare(&project, new, Side::WorkingTree);
    assert_eq!(told(&now.1), [("added.txt".to_owned(), DiffKind::Changed), ("untracked.txt".to_owned(), DiffKind::Added)]);
    let rows = fixture.workspace.diff_rows(&now.0.diff, 0, 0, 100, &[]).expect("rows").rows;
    assert_eq!(rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["quite", "new", "newer"]);
}

#[test]
fn what_differs_is_what_git_says() {
    let fixture = fixture();
    let (old, new) = two_commits(&fixture);
    let (project, _) = fixture.version();
    let git = fixture.git(&["diff-tree", "-r", "--no-renames", "--name-only", "HEAD~1", "HEAD"]);
    let git: BTreeSet<&str> = git.lines().collect();
    let files = fixture.compare(&project, old, new).1;
    let ours: BTreeSet<&str> = files.iter().flat_map(|file| [Some(file.path.as_str()), file.old_path.as_deref()]).flatten().collect();
    assert_eq!(ours, git);
}

#[test]
fn a_folder_inside_a_repository_sees_its_own_files_only() {
    let fixture = fixture();
    fixture.write("part/a.txt", "one\n");
    fixture.write("outside.txt", "one\n");
    let old = fixture.commit();
    fixture.write("part/a.txt", "two\n");
    fixture.write("outside.txt", "two\n");
    let new = fixture.commit();
    let (project, outcome) = fixture.workspace.sync_path(&fixture.root.join("part"), &|_| {}).expect("a sync");
    assert_eq!(told(&fixture.compare(&project, old, new).1), [("a.txt".to_owned(), DiffKind::Changed)]);
    assert_eq!(
        told(&fixture.compare(&project, old, Side::Version { version: outcome.version }).1),
        [("a.txt".to_owned(), DiffKind::Changed)]
    );
}

#[test]
fn a_commit_that_is_not_there_is_told_as_such() {
    let fixture = fixture();
    let known = fixture.commit();
    let (project, _) = fixture.version();
    let unknown = fixture.workspace.compare(&project, side(&"1".repeat(40)), known).expect_err("a refusal");
    assert_eq!(unknown.code, "UNKNOWN_COMMIT");
    fs::remove_dir_all(fixture.root.join(".git")).expect("removed");
    assert_eq!(fixture.workspace.compare(&project, Side::Empty, known).expect_err("a refusal").code, "NO_REPOSITORY");
}
