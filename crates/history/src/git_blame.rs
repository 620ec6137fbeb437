//! Blame by the git program, kept from everything a repository could make it run.
//!
//! git never sees the project's own git directory: it gets one made for this one answer, with nothing in it but the commit to begin at, and the
//! project's objects beside it. So no configuration of the project is read (no fsmonitor, hooks, filters, text conversions, aliases, pagers),
//! no attributes, no index and no working tree; nor any of the user's or the computer's. What is blamed is the text it is given.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use git2::Oid;

use crate::{Blame, HistoryError, Repo, blame::Found, trees::Entry};

/// How soon a program ends that is no longer wanted.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// In bytes of one line of an answer.
const LONGEST_LINE: u64 = 256 * 1024;

/// The git program of this computer.
#[derive(Debug, Clone)]
pub struct Git(PathBuf);

impl Git {
    /// Looks for it in the absolute folders of `PATH`: never in the folder somebody happens to be in.
    pub fn find() -> Option<Self> {
        let folders = env::var_os("PATH")?;
        let is_program = |path: &PathBuf| fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0);
        env::split_paths(&folders).filter(|folder| folder.is_absolute()).map(|folder| folder.join("git")).find(is_program).map(Self)
    }

    /// The one at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }
}

/// Who wrote which line of `contents`, a text of the file `path` made from the one of `commit`. Lines that `commit` and what came before
/// it don't have are nobody's yet. `told` hears how many lines are known.
///
/// # Errors
/// [`HistoryError::NotInGit`] when `commit` does not have the file, [`HistoryError::Cancelled`], and what git says.
pub fn blame_with_git(
    git: &Git,
    repo: &Repo,
    commit: Oid,
    path: &[u8],
    contents: &[u8],
    cancel: &AtomicBool,
    told: &mut dyn FnMut(u64),
) -> Result<Blame, HistoryError> {
    if repo.entry_at(commit, path)?.is_none_or(Entry::is_directory) {
        return Err(HistoryError::NotInGit);
    }
    let scratch = Scratch::new(repo, commit)?;
    let mut child = scratch.command(git, &repo.path_from_top(path)).spawn()?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else { return Err(HistoryError::Git("it has no pipes".to_owned())) };
    let child = Mutex::new(child);
    let done = AtomicBool::new(false);
    let (found, said) = thread::scope(|scope| {
        // git may stop reading, and tell why, before it has all.
        scope.spawn(move || drop(stdin.write_all(contents)));
        let said = scope.spawn(move || {
            let mut said = String::new();
            let _ = stderr.take(4096).read_to_string(&mut said);
            said
        });
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if cancel.load(Ordering::Relaxed) {
                    let _ = child.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).kill();
                    break;
                }
                thread::park_timeout(LOOK_EVERY);
            }
        });
        let found = read(repo, stdout, told);
        if found.is_err() {
            let _ = child.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).kill();
        }
        done.store(true, Ordering::Relaxed);
        (found, said.join().unwrap_or_default())
    });
    let status = wait(&child)?;
    if cancel.load(Ordering::Relaxed) {
        return Err(HistoryError::Cancelled);
    }
    let found = found?;
    if !status.success() {
        let line = said.lines().next().unwrap_or("it stopped").trim_start_matches("fatal: ");
        return Err(HistoryError::Git(line.chars().take(300).collect()));
    }
    Ok(found.finish())
}

fn wait(child: &Mutex<Child>) -> Result<std::process::ExitStatus, HistoryError> {
    Ok(child.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).wait()?)
}

/// A git directory for one answer.
struct Scratch {
    folder: tempfile::TempDir,
    objects: PathBuf,
}

impl Scratch {
    fn new(repo: &Repo, commit: Oid) -> Result<Self, HistoryError> {
        let folder = tempfile::Builder::new().prefix("lectern-blame-").tempdir()?;
        let git = folder.path().join("git");
        fs::create_dir_all(git.join("refs"))?;
        fs::create_dir(folder.path().join("tree"))?;
        fs::write(git.join("HEAD"), format!("{commit}\n"))?;
        fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")?;
        let shallow: Vec<String> = repo.shallow().map(|id| format!("{id}\n")).collect();
        if !shallow.is_empty() {
            fs::write(git.join("shallow"), shallow.concat())?;
        }
        Ok(Self { folder, objects: fs::canonicalize(repo.objects_directory())? })
    }

    /// HEAD is the commit to begin at, so that also a git from before 2.41 takes the text on its standard input.
    fn command(&self, git: &Git, path: &[u8]) -> Command {
        let (folder, tree) = (self.folder.path(), self.folder.path().join("tree"));
        let mut command = Command::new(&git.0);
        command.env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR", "SystemRoot"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        let settings: [(&str, OsString); 12] = [
            ("GIT_DIR", folder.join("git").into()),
            ("GIT_WORK_TREE", tree.clone().into()),
            ("GIT_OBJECT_DIRECTORY", self.objects.clone().into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("GIT_ATTR_NOSYSTEM", "1".into()),
            ("GIT_OPTIONAL_LOCKS", "0".into()),
            ("GIT_TERMINAL_PROMPT", "0".into()),
            ("GIT_NO_LAZY_FETCH", "1".into()),
            ("GIT_NO_REPLACE_OBJECTS", "1".into()),
            ("HOME", folder.into()),
            ("LC_ALL", "C".into()),
        ];
        command.envs(settings).current_dir(tree);
        command.args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"]);
        command.args(["blame", "--incremental", "--encoding=UTF-8", "--contents", "-", "--"]);
        command.arg(std::ffi::OsStr::from_bytes(path));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Reads what `git blame --incremental` prints.
fn read(repo: &Repo, output: impl Read, told: &mut dyn FnMut(u64)) -> Result<Found, HistoryError> {
    let mut output = BufReader::with_capacity(64 * 1024, output);
    let mut found = Found::default();
    let mut line = Vec::new();
    let mut open: Option<(Option<usize>, u32, u32, u32)> = None;
    loop {
        line.clear();
        if (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(found);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let Some((commit, original, first, lines)) = open else {
            let (id, numbers) = header(text).ok_or_else(|| HistoryError::Git("its answer is not one of git blame".to_owned()))?;
            let commit = (!id.is_zero()).then(|| found.commit(id));
            open = Some((commit, numbers[0], numbers[1], numbers[2]));
            continue;
        };
        if let Some(path) = text.strip_prefix(b"filename ") {
            found.hunk(repo, first, lines, commit, original, &unquoted(path));
            told(found.lines);
            open = None;
        } else if let (Some(previous), Some(at)) = (text.strip_prefix(b"previous "), commit)
            && let Some((id, path)) = previous.split_at_checked(40)
            && let Ok(id) = Oid::from_str(&String::from_utf8_lossy(id))
        {
            found.previous(repo, at, id, &unquoted(path.strip_prefix(b" ").unwrap_or(path)));
        }
    }
}

fn header(line: &[u8]) -> Option<(Oid, [u32; 3])> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let id = Oid::from_str(words.next().filter(|id| id.len() == 40)?).ok()?;
    let mut number = || words.next()?.parse::<u32>().ok();
    Some((id, [number()?, number()?, number()?]))
}

/// A name as git prints it: in quotation marks with escapes when it has something else than plain letters.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let Some(inside) = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) else { return name.to_vec() };
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(digit @ b'0'..=b'3') => {
                let mut value = digit - b'0';
                for digit in rest.by_ref().take(2) {
                    value = value << 3 | (digit & 7);
                }
                bytes.push(value);
            }
            Some(letter) => bytes.push(match letter {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                other => other,
            }),
            None => {}
        }
    }
    bytes
}

/// Where a program is, for tests and measures that name one.
impl AsRef<Path> for Git {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_are_read_as_the_bytes_they_stand_for() {
        assert_eq!(unquoted(b"plain name"), b"plain name");
        assert_eq!(unquoted(br#""a\tb\"c\\d\303\251\377""#), b"a\tb\"c\\d\xc3\xa9\xff");
    }
}
