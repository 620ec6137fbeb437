//! A process that writes is killed for real, at moments nobody chose, and the tree is all of one state after the next start.

mod common;

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use common::{Bench, Node, Random, snapshot};

/// Cargo builds examples before it runs the tests of a package, and puts them beside the test's own folder.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    profile.join("examples").join(format!("journal_kill{}", std::env::consts::EXE_SUFFIX))
}

#[test]
fn a_process_killed_at_any_moment_leaves_a_tree_of_one_state() {
    let rounds: u64 = std::env::var("LECTERN_SOAK_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(25);
    let bench = Bench::new();
    bench.fresh();
    let mut random = Random(7);
    let (mut settled, mut states) = (0, [0, 0]);
    for round in 0..rounds {
        let mut child = Command::new(example())
            .args([bench.dir.path(), &bench.tree()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example is built with the tests");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        assert_eq!(line, "writing\n", "round {round}: it gets to work after a kill");
        // Not a sleep that something depends on: any moment will do.
        let until = Instant::now() + Duration::from_micros(random.next() % 30_000);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        settled += bench.real_journal().recover().expect("recovers").len();
        let tree = snapshot(&bench.tree());
        let files: Vec<&Vec<u8>> =
            tree.values().filter_map(|node| if let Node::File(bytes, _) = node { Some(bytes) } else { None }).collect();
        let first = files.first().map(|bytes| bytes[0]);
        assert!(
            files.iter().all(|bytes| Some(bytes[0]) == first && bytes.iter().all(|byte| *byte == bytes[0])),
            "round {round}: {:?}",
            tree.keys()
        );
        let expected = match first {
            None => 0,
            Some(b'a') => 8,
            Some(_) => 12,
        };
        assert_eq!(files.len(), expected, "round {round}: all of one state");
        assert!(!tree.keys().any(|name| name.windows(9).any(|part| part == b".lectern-")), "round {round}: no temporary file is left");
        if let Some(first) = first {
            states[usize::from(first - b'a')] += 1;
        }
    }
    assert!(rounds < 25 || settled > 0, "some kill came in the middle of a journal");
    println!("{rounds} kills, {settled} in the middle of a journal, ended in the states {states:?}");
}
