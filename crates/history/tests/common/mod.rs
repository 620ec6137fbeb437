//! Repositories made for tests with the git program, and what it says of them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use lectern_history::{CommitWalk, Query, Repo, Step};

/// A folder with a repository in it.
pub struct Made {
    pub dir: tempfile::TempDir,
    seconds: i64,
}

impl Made {
    pub fn new() -> Self {
        let made = Self { dir: tempfile::tempdir().expect("a temporary folder"), seconds: 1_700_000_000 };
        made.git(&["init", "-q", "-b", "main"]);
        made
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs git there, without anybody's configuration, and returns what it says.
    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(self.path(), self.seconds, arguments)
    }

    /// Whether git did it.
    pub fn tries(&self, arguments: &[&str]) -> bool {
        output_of(self.path(), self.seconds, arguments).status.success()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).expect("a file")
    }

    /// Commits everything a second later.
    pub fn commit(&mut self, message: &str) -> String {
        self.seconds += 1;
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The next commit's time, `seconds` after the last.
    pub fn wait(&mut self, seconds: i64) {
        self.seconds += seconds;
    }

    pub fn repo(&self) -> Repo {
        open(self.path())
    }
}

pub fn git_in(folder: &Path, seconds: i64, arguments: &[&str]) -> String {
    let output = output_of(folder, seconds, arguments);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn output_of(folder: &Path, seconds: i64, arguments: &[&str]) -> std::process::Output {
    let date = format!("{seconds} +0100");
    Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "merge.conflictStyle=merge"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .output()
        .expect("git runs")
}

pub fn open(folder: &Path) -> Repo {
    Repo::new(git2::Repository::discover(folder).expect("a repository"), folder).expect("readable")
}

/// The ids a walk finds, at most `most`.
pub fn walked(repo: &Repo, path: Option<&str>, text: Option<&str>, most: usize) -> Vec<String> {
    let start = repo.head().expect("a commit");
    let query = Query { start, path: path.map(|path| path.as_bytes().to_vec()), text: text.map(str::to_owned) };
    let mut walk = CommitWalk::new(repo, query).expect("a walk");
    let mut ids = Vec::new();
    while ids.len() < most
        && let Some(step) = walk.step(repo).expect("a step")
    {
        if let Step::Found(found) = step {
            ids.push(found.id.to_string());
        }
    }
    ids
}

/// git's own repository with its history, when this computer has it (in the folder `LECTERN_CORPORA`).
pub fn corpus() -> Option<PathBuf> {
    let Some(corpora) = std::env::var_os("LECTERN_CORPORA") else {
        eprintln!("skipped: LECTERN_CORPORA names no folder of repositories");
        return None;
    };
    let place = PathBuf::from(corpora).join("git");
    let there = place.join(".git").exists();
    if !there {
        eprintln!("skipped: {} is not there", place.display());
    }
    there.then_some(place)
}

/// The same numbers for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// A history of `commits` commits with edits, additions, deletions, renames, copies, branches and merges.
pub fn grown(seed: u64, commits: usize) -> Made {
    let mut made = Made::new();
    let mut dice = Dice(seed);
    let lines = |dice: &mut Dice, count: usize| -> String {
        (0..count).map(|_| format!("line {} of {}\n", dice.roll(500), dice.roll(7))).collect()
    };
    for name in ["src/a.txt", "src/b.txt", "docs/deep/c.txt", "d.txt"] {
        let text = lines(&mut dice, 30);
        made.write(name, text);
    }
    made.commit("first");
    made.git(&["branch", "side"]);
    let mut on_side = false;
    for number in 0..commits {
        made.wait(dice.roll(3) as i64);
        let files: Vec<String> = made.git(&["ls-files"]).lines().map(str::to_owned).collect();
        let file = files[dice.roll(files.len())].clone();
        match dice.roll(12) {
            0 => {
                let text = lines(&mut dice, 25);
                made.write(&format!("src/new{number}.txt"), text);
            }
            1 if files.len() > 4 => drop(made.git(&["rm", "-q", "-f", &file])),
            2 | 3 => {
                let target = format!("moved{}/r{number}.txt", dice.roll(3));
                made.write(&target, edited(&mut dice, &made.read(&file)));
                made.git(&["rm", "-q", "-f", &file]);
            }
            4 => made.write(&format!("copies/c{number}.txt"), edited(&mut dice, &made.read(&file))),
            5 => {
                made.git(&["checkout", "-q", if on_side { "main" } else { "side" }]);
                on_side = !on_side;
                continue;
            }
            6 => {
                made.wait(1);
                // Whichever side wins where both edited: a merge is a merge.
                let other = if on_side { "main" } else { "side" };
                if !made.tries(&["merge", "-q", "--no-ff", "-X", "ours", "-m", "a merge", other]) {
                    made.git(&["add", "-A"]);
                    made.git(&["commit", "-q", "-m", "a merge with conflicts"]);
                }
                continue;
            }
            _ => made.write(&file, edited(&mut dice, &made.read(&file))),
        }
        made.commit(&format!("commit {number} by dice {}", dice.roll(9)));
    }
    made
}

fn edited(dice: &mut Dice, text: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(lines.len() + 1);
        match dice.roll(3) {
            0 if at < lines.len() && lines.len() > 8 => drop(lines.remove(at)),
            1 if at < lines.len() => lines[at] = format!("edited {}\n", dice.roll(1000)).into_bytes(),
            _ => lines.insert(at, format!("added {}\n", dice.roll(1000)).into_bytes()),
        }
    }
    lines.concat()
}
