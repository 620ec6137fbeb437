//! Prints, as JSON, how many milliseconds one question about a repository takes and how much it found.
//!
//! `cargo run --release -p lectern-history --example history_bench -- REPOSITORY blame FILE | own-blame FILE | list COUNT | follow FILE |
//! followed FILE | folder FOLDER | activity | references`

use std::{
    path::Path,
    process::Command,
    sync::atomic::AtomicBool,
    time::{Duration, Instant, SystemTime},
};

use lectern_history::{CommitWalk, Git, Query, Repo, Step, activity, blame_with_git, blame_without_git, references};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [repository, question, ref rest @ ..] = words[..] else { return Err("a repository and a question".into()) };
    let folder = Path::new(repository);
    let begin = Instant::now();
    let repo = Repo::new(git2::Repository::open(folder)?, folder)?;
    let head = repo.head().ok_or("a commit")?;
    let walk = |path: Option<&str>, most: usize| -> Result<usize, Failure> {
        let query = Query { start: head, path: path.map(|path| path.as_bytes().to_vec()), text: None };
        let mut walk = CommitWalk::new(&repo, query)?;
        let mut found = 0;
        while found < most
            && let Some(step) = walk.step(&repo)?
        {
            if let Step::Found(commit) = step {
                // As a list shows it.
                repo.commit(commit.id)?;
                found += 1;
            }
        }
        Ok(found)
    };
    let found = match (question, rest) {
        ("blame" | "own-blame", [file]) => {
            let text = Command::new("git").arg("-C").arg(folder).args(["cat-file", "blob", &format!("HEAD:{file}")]).output()?.stdout;
            let (cancel, begin) = (AtomicBool::new(false), Instant::now());
            let blame = if question == "blame" {
                blame_with_git(&Git::find().ok_or("git")?, &repo, head, file.as_bytes(), &text, &cancel, &mut |_| {})?
            } else {
                blame_without_git(&repo, head, file.as_bytes(), &text, &cancel, begin + Duration::from_secs(600), &mut |_| {})?
            };
            for commit in &blame.commits {
                repo.commit(commit.id)?;
            }
            println!("{{\"ms\":{},\"found\":{}}}", begin.elapsed().as_secs_f64() * 1e3, blame.hunks.len());
            return Ok(());
        }
        ("followed", [file]) => {
            // The ids alone, as `git log --follow --format=%H` prints them.
            let query = Query { start: head, path: Some(file.as_bytes().to_vec()), text: None };
            let mut walk = CommitWalk::new(&repo, query)?;
            while let Some(step) = walk.step(&repo)? {
                if let Step::Found(commit) = step {
                    println!("{}", commit.id);
                }
            }
            return Ok(());
        }
        ("list", [count]) => walk(None, count.parse()?)?,
        ("follow" | "folder", [path]) => walk(Some(path), usize::MAX)?,
        ("activity", []) => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
            activity(&repo, i64::try_from(now)?, 52, begin + Duration::from_secs(2))?.commits as usize
        }
        ("references", []) => {
            let found = references(&repo)?;
            found.branches.len() + found.tags.len()
        }
        _ => return Err("another question".into()),
    };
    println!("{{\"ms\":{},\"found\":{found}}}", begin.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
