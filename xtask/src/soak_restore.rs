//! Kills a restore in the middle, again and again: at the next start the folder is all old or all new.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::binary;
use crate::fail;
use crate::report::{Failed, ask};
use crate::soak::{number, parse};

const FILES: u32 = 1_500;

/// Path and contents of everything in a folder.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

pub fn run(count: u32) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (root, data) = (folder.path().join("tree"), folder.path().join("data"));
    let lectern = binary("release", "lectern")?;
    let run = |words: &[&str]| {
        let mut command = Command::new(&lectern);
        command.args(words).arg("--json").env("LECTERN_DATA_DIR", &data).stderr(Stdio::null());
        command
    };
    let place = root.to_string_lossy().into_owned();
    let mut states: Vec<(u64, Tree)> = Vec::new();
    for state in 1..=2 {
        let _ = fs::remove_dir_all(&root);
        for file in 0..FILES {
            // Some files are in one version only, and one folder becomes a file.
            if file % 7 != state || file % 5 == 0 {
                write(&root, file, state)?;
            }
        }
        if state == 1 {
            fs::create_dir_all(root.join("swap"))?;
            fs::write(root.join("swap/inside"), "1")?
        } else {
            fs::write(root.join("swap"), "2")?
        }
        let version = number(&ask(&mut run(&["sync", &place]))?, "version")?;
        states.push((version, read(&root)?));
    }
    let timer = Instant::now();
    ask(&mut run(&["restore", &place, &states[0].0.to_string()]))?;
    let whole = timer.elapsed();
    let (mut at, mut interrupted, mut halfway) = (0_usize, 0_u32, 0_u32);
    for round in 1..=count {
        let target = 1 - at;
        let mut child = run(&["restore", &place, &states[target].0.to_string()]).stdout(Stdio::null()).spawn()?;
        // Spread over a whole restore, in steps that don't fall on the same moments.
        let part = f64::from(round.wrapping_mul(2_654_435_761) % 1_000) / 1_000.0;
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        interrupted += u32::from(child.try_wait()?.is_none());
        child.kill()?;
        child.wait()?;
        halfway += u32::from(!states.iter().any(|(_, tree)| read(&root).is_ok_and(|found| found == *tree)));
        // Any start recovers; this one also looks at everything.
        let verdict = parse(&ask(&mut run(&["verify", &place]))?)?;
        if verdict["ok"] != serde_json::Value::Bool(true) {
            fail!("after kill {round} the last version does not verify: {verdict}");
        }
        let found = read(&root)?;
        let Some(state) = states.iter().position(|(_, tree)| *tree == found) else {
            fail!("after kill {round} the folder is neither as before nor as in version {}", states[target].0);
        };
        at = state;
    }
    println!(
        "    {count} rounds, {interrupted} killed before the end, {halfway} with the folder half written; it was all old or all new each time"
    );
    Ok(())
}

fn write(root: &Path, file: u32, state: u32) -> Result<(), Failed> {
    let folder = root.join(format!("part{:02}", file / 100));
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("file{file}.txt")), format!("file {file} in state {state}\n").repeat(30))?)
}

fn read(root: &Path) -> Result<Tree, Failed> {
    let mut tree = Tree::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                tree.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(tree)
}
