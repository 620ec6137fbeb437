//! What others write into the same notes is never lost.

use std::process::Command;

use super::*;

const OTHER: &str = "refs/notes/devtools/analyses";

struct Fixture {
    notes: Notes,
    head: String,
    dir: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let repository = Repository::init(dir.path()).expect("a repository");
    let who = Signature::now("Ada", "ada@example.org").expect("a signature");
    let head = {
        let tree = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree");
        let tree = repository.find_tree(tree).expect("the tree");
        repository.commit(Some("HEAD"), &who, &who, "first", &tree, &[]).expect("a commit").to_string()
    };
    Fixture { notes: Notes { repository, prefix: Vec::new() }, head, dir }
}

impl Fixture {
    fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.dir.path()).args(["-c", "user.name=Bob", "-c", "user.email=bob@example.org"]).args(words);
        let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().expect("git runs");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
    }

    fn commit(&self, message: &str) -> String {
        let head = self.notes.repository.head().and_then(|head| head.peel_to_commit()).expect("HEAD");
        let tree = head.tree().expect("a tree");
        self.notes.repository.commit(None, &head.author(), &head.author(), message, &tree, &[]).expect("a commit").to_string()
    }

    fn append(&self, line: &str) {
        self.git(&["notes", "--ref=devtools/discuss", "append", "-m", line, "HEAD"]);
    }

    fn add(&self, commit: &str, line: &str) -> Result<(u32, u32), Failure> {
        self.notes.add(&Author::new("Ada", "ada@example.org"), |there| one(there, commit, line))
    }
}

/// Adds a line to the notes of a commit, unless it is there.
fn one(there: &[Note], commit: &str, line: &str) -> Added {
    let known =
        there.iter().any(|note| note.commit == commit && note.bytes.split(|byte| *byte == b'\n').any(|known| known == line.as_bytes()));
    let lines = if known { BTreeMap::new() } else { BTreeMap::from([((NoteKind::Discuss, commit.to_owned()), vec![line.to_owned()])]) };
    Added { lines, threads: 1 }
}

#[test]
fn a_line_that_somebody_adds_meanwhile_stays() {
    for before in [None, Some("{\"n\":0}")] {
        let f = fixture();
        before.into_iter().for_each(|line| f.append(line));
        let mut asked = 0;
        let done = f.notes.add(&Author::new("Ada", ""), |there| {
            asked += 1;
            if asked <= 3 {
                // Between the reading and the writing.
                f.append(&format!("{{\"n\":{asked}}}"));
            }
            one(there, &f.head, "{\"by\":\"lectern\"}")
        });
        assert_eq!((done, asked), (Ok((1, 1)), 4));
        let note = f.git(&["notes", "--ref=devtools/discuss", "show", "HEAD"]);
        for line in before.into_iter().chain(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"by\":\"lectern\"}"]) {
            assert!(note.lines().any(|there| there == line), "{line} is lost: {note}");
        }
    }
}

#[test]
fn notes_that_change_all_the_time_or_are_locked_end_in_an_error() {
    let f = fixture();
    let mut asked = 0;
    let busy = f.notes.add(&Author::new("Ada", ""), |there| {
        asked += 1;
        f.append(&format!("{{\"n\":{asked}}}"));
        one(there, &f.head, "{}")
    });
    assert_eq!(busy.map_err(|failure| failure.code), Err("NOTES_BUSY".to_owned()));
    let before = f.git(&["for-each-ref"]);
    fs::write(f.dir.path().join(".git/refs/notes/devtools/discuss.lock"), "").expect("a lock");
    assert_eq!(f.add(&f.head, "{}").map_err(|failure| failure.code), Err("NOTES_BUSY".to_owned()));
    assert_eq!(f.git(&["for-each-ref"]), before);
}

#[test]
fn notes_are_found_and_put_where_git_looks_for_them() {
    let f = fixture();
    // So many that git splits them by their first digits.
    let mut stream = String::from("commit refs/notes/devtools/discuss\ncommitter Bob <b@b> 1 +0000\ndata 0\n");
    let mut names = Vec::new();
    for index in 0..600 {
        let id = f.commit(&format!("commit {index}"));
        let line = format!("{{\"n\":{index}}}");
        stream.push_str(&format!("N inline {id}\ndata {}\n{line}\n", line.len()));
        names.push(id);
    }
    let file = f.dir.path().join("stream");
    fs::write(&file, stream).expect("a file");
    let mut git = Command::new("git");
    git.arg("-C").arg(f.dir.path()).args(["fast-import", "--quiet"]).stdin(fs::File::open(&file).expect("the file"));
    assert!(git.status().expect("git runs").success());
    let split = f.git(&["ls-tree", "--name-only", "refs/notes/devtools/discuss"]);
    assert!(split.lines().all(|name| name.len() == 2), "git split them: {split}");
    assert_eq!(f.add(&names[7], "{\"n\":\"more\"}"), Ok((1, 1)));
    assert_eq!(f.add(&f.head, "{\"n\":\"new\"}"), Ok((1, 1)));
    assert_eq!(f.git(&["notes", "--ref=devtools/discuss", "show", &names[7]]), "{\"n\":\"more\"}\n{\"n\":7}");
    assert_eq!(f.git(&["notes", "--ref=devtools/discuss", "show", "HEAD"]), "{\"n\":\"new\"}");
    assert_eq!(f.git(&["notes", "--ref=devtools/discuss", "list"]).lines().count(), 601);
    assert_eq!(f.notes.read_all().map(|(notes, problems)| (notes.len(), problems.len())), Ok((601, 0)));
    f.git(&["fsck", "--strict"]);
}

#[test]
fn what_is_no_reference_of_notes_is_left_alone() {
    let f = fixture();
    f.git(&["symbolic-ref", OTHER, "refs/heads/main"]);
    assert_eq!(f.add(&f.head, "{}").map_err(|failure| failure.code), Err("NOTES_UNREADABLE".to_owned()), "it would write a branch");
    f.git(&["symbolic-ref", "-d", OTHER]);
    let blob = f.notes.repository.blob(b"no commit").expect("a blob").to_string();
    f.git(&["update-ref", OTHER, &blob]);
    assert_eq!(f.notes.read_all().map(drop).map_err(|failure| failure.code), Err("NOTES_UNREADABLE".to_owned()));
    f.git(&["update-ref", "-d", OTHER]);
    let pipe = f.dir.path().join(".git").join(OTHER);
    fs::create_dir_all(pipe.parent().expect("a folder")).expect("folders");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    assert_eq!(f.notes.read_all().map(drop).map_err(|failure| failure.code), Err("NOTES_UNREADABLE".to_owned()), "it is not waited for");
}
