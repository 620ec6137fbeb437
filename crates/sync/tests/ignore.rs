//! Which files are in is what git says.

mod common;

use std::{fs, os::unix::fs::symlink};

use common::{Random, fixture, git_lists};
use lectern_sync::{Content, RepoPath};

#[track_caller]
fn assert_parity(fixture: &common::Fixture, context: &str) {
    fixture.sync();
    let ours: Vec<RepoPath> = fixture.flat().into_iter().map(|(path, _)| path).collect();
    assert_eq!(ours, git_lists(&fixture.root), "left is Lectern, right is git: {context}");
}

const NAMES: [&str; 20] = [
    "a", "b", "foo", "foobar", "bar", "a.o", "b.log", "x y", "Foo", "é", "[x]", "{a,b}", "a1", "#h", "!n", "trail ", "a.rs", "-", "\\b",
    "foo.log",
];

const PIECES: [&str; 46] = [
    "a",
    "b",
    "foo",
    "bar",
    "*",
    "**",
    "*.o",
    "*.log",
    "?",
    "[ab]",
    "[!a]",
    "[^a-f]",
    "[a-c]*",
    "{a,b}",
    "fo*",
    "*oo",
    "**foo",
    "foo**",
    "x y",
    "x\\ y",
    "trail ",
    "trail\\ ",
    "Foo",
    "é",
    "\\#h",
    "\\!n",
    "#h",
    "\\[x\\]",
    "[x]",
    "[[]x]",
    "[[:alpha:]]",
    "[[:digit:]a]*",
    "[[:bad:]]",
    "[a",
    "[]-]",
    "a\\",
    "*[0-9]",
    "[a-]",
    "\\a",
    "***",
    "*.*",
    "a?",
    "[[:upper:]]*",
    "\\\\b",
    "foo.*",
    "[!-a]*",
];

fn random_pattern(random: &mut Random) -> String {
    let mut pattern = String::new();
    if random.below(4) == 0 {
        pattern.push('!');
    }
    if random.below(4) == 0 {
        pattern.push('/');
    }
    let pieces = 1 + random.below(3) * usize::from(random.below(2) == 0);
    for piece in 0..pieces {
        if piece > 0 {
            pattern.push('/');
        }
        pattern.push_str(PIECES[random.below(PIECES.len())]);
    }
    match random.below(8) {
        0 | 1 => pattern.push('/'),
        2 => pattern.push_str("  "),
        3 => pattern.push_str("\\ "),
        4 => pattern.push('\r'),
        _ => {}
    }
    pattern
}

fn random_rules(random: &mut Random) -> String {
    let mut text = String::new();
    if random.below(6) == 0 {
        text.push('\u{feff}');
    }
    for _ in 0..1 + random.below(7) {
        text.push_str(&random_pattern(random));
        text.push('\n');
    }
    if random.below(3) == 0 {
        text.pop();
    }
    text
}

/// A repository with random names, random rules in random places, and some files that are tracked whatever the rules say.
fn hostile(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    let mut directories = vec![String::new()];
    for _ in 0..40 {
        let directory = random.pick(&directories).clone();
        let path = format!("{directory}{}", random.pick(&NAMES));
        let place = fixture.root.join(&path);
        if place.symlink_metadata().is_ok() {
            continue;
        }
        if random.below(3) == 0 && directories.len() < 12 {
            fs::create_dir(&place).expect("made");
            directories.push(format!("{path}/"));
        } else if random.below(10) == 0 {
            symlink(random.pick(&NAMES), &place).expect("linked");
        } else {
            fs::write(&place, "x").expect("written");
        }
    }
    let mut all_rules = Vec::new();
    // Without tracked files: git then also looks for those without regard to case, which only makes sense where the disk does too.
    let ignore_case = random.below(5) == 0;
    if ignore_case {
        fixture.git(&["config", "core.ignorecase", "true"]);
        all_rules.push("core.ignorecase".to_owned());
    }
    // Tracked before there are rules, so that some of it is tracked and ignored.
    for name in ["a", "foo", "b.log"] {
        if !ignore_case && random.below(2) == 0 && fixture.root.join(name).symlink_metadata().is_ok() {
            fixture.git(&["add", "--", name]);
        }
    }
    for _ in 0..1 + random.below(3) {
        let directory = random.pick(&directories).clone();
        let rules = random_rules(&mut random);
        fs::write(fixture.root.join(format!("{directory}.gitignore")), &rules).expect("written");
        all_rules.push(format!("{directory}.gitignore: {rules:?}"));
    }
    if random.below(2) == 0 {
        let rules = random_rules(&mut random);
        fs::write(fixture.root.join(".git/info/exclude"), &rules).expect("written");
        all_rules.push(format!("info/exclude: {rules:?}"));
    }
    if random.below(3) == 0 {
        let rules = random_rules(&mut random);
        let file = fixture.data.join("excludes");
        fs::write(&file, &rules).expect("written");
        fixture.git(&["config", "core.excludesFile", file.to_str().expect("UTF-8")]);
        all_rules.push(format!("core.excludesFile: {rules:?}"));
    }
    assert_parity(&fixture, &format!("seed {seed}\n{}", all_rules.join("\n")));
}

#[test]
fn hostile_rules_decide_as_in_git() {
    let first: u64 = std::env::var("LECTERN_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let count: u64 = std::env::var("LECTERN_ROUNDS").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    for seed in first..first + count {
        hostile(seed);
    }
}

#[test]
fn what_is_tracked_is_in_though_a_rule_ignores_it() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("target/kept.txt", "tracked");
    fixture.write("target/deep/er/kept.txt", "tracked");
    fixture.git(&["add", "."]);
    fixture.write("target/built.o", "not tracked");
    fixture.write("target/gone.txt", "tracked, then deleted");
    fixture.git(&["add", "target/gone.txt"]);
    fs::remove_file(fixture.root.join("target/gone.txt")).expect("deleted");
    fixture.write(".gitignore", "/target/\n");
    assert_parity(&fixture, "tracked and ignored");
    assert_eq!(fixture.paths(), [".gitignore", "target/deep/er/kept.txt", "target/kept.txt"]);
}

#[test]
fn a_tracked_file_behind_a_link_is_not_read() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("d/secret", "tracked");
    fixture.git(&["add", "."]);
    fs::rename(fixture.root.join("d"), fixture.data.join("elsewhere")).expect("moved away");
    symlink(fixture.data.join("elsewhere"), fixture.root.join("d")).expect("linked");
    fixture.sync();
    assert_eq!(fixture.paths(), ["d"], "the link is recorded, what it leads to is not");
}

#[test]
fn the_users_own_excludes_count_with_git_and_without() {
    let fixture = fixture();
    let config = std::env::var("HOME").expect("set by isolate");
    let ignore = std::path::Path::new(&config).join(".config/git/ignore");
    fs::create_dir_all(ignore.parent().expect("in the home")).expect("made");
    fs::write(&ignore, "*.lectern-test-swap\n").expect("written");
    fixture.write("a.lectern-test-swap", "x");
    fixture.write("b.txt", "x");
    fixture.sync();
    assert_eq!(fixture.paths(), ["b.txt"]);
    fixture.git(&["init", "-q"]);
    assert_parity(&fixture, "global excludes");
    assert_eq!(fixture.paths(), ["b.txt"]);
}

#[test]
fn rules_hold_in_a_folder_without_git_and_end_at_its_top() {
    let fixture = fixture();
    fs::write(fixture.root.parent().expect("a parent").join(".gitignore"), "*\n").expect("written");
    fixture.write(".gitignore", "*.log\n!keep.log\n");
    fixture.write("a.log", "x");
    fixture.write("sub/keep.log", "x");
    fixture.write("sub/.gitignore", "b\n");
    fixture.write("sub/b", "x");
    fixture.sync();
    assert_eq!(fixture.paths(), [".gitignore", "sub/.gitignore", "sub/keep.log"]);
}

#[test]
fn a_folder_inside_a_repository_follows_the_rules_above_it() {
    let fixture = fixture();
    let top = fixture.root.parent().expect("a parent").join("outer");
    let inner = top.join("packages/one");
    fs::create_dir_all(&inner).expect("made");
    common::git(&top, &["init", "-q"]);
    for (path, text) in [
        (".gitignore", "*.log\n/packages/one/only-here\n"),
        ("packages/.gitignore", "!keep.log\n"),
        ("packages/one/a.log", "x"),
        ("packages/one/keep.log", "x"),
        ("packages/one/only-here", "x"),
        ("packages/one/tracked.log", "x"),
        ("packages/two/other", "x"),
    ] {
        common::write(&top, path.as_bytes(), text.as_bytes());
    }
    common::git(&top, &["add", "-f", "packages/one/tracked.log"]);
    let fixture = common::Fixture { root: inner, ..fixture };
    assert_parity(&fixture, "a subfolder");
    assert_eq!(fixture.paths(), ["keep.log", "tracked.log"]);
}

#[test]
fn a_folder_that_the_repository_around_it_ignores_is_a_folder_of_its_own() {
    let fixture = fixture();
    let top = fixture.root.parent().expect("a parent").to_owned();
    common::git(&top, &["init", "-q"]);
    fs::write(top.join(".gitignore"), "*\n").expect("written");
    fixture.write("main.rs", "fn main() {}");
    fixture.sync();
    assert_eq!(fixture.paths(), ["main.rs"]);
}

#[test]
fn repositories_inside_are_entries_of_their_own() {
    let fixture = fixture();
    let other = fixture.data.join("other");
    fs::create_dir_all(&other).expect("made");
    common::git(&other, &["init", "-q"]);
    common::write(&other, b"file", b"x");
    common::git(&other, &["add", "."]);
    common::git(&other, &["commit", "-qm", "one"]);
    let commit = String::from_utf8(common::git(&other, &["rev-parse", "HEAD"])).expect("hex").trim().to_owned();

    fixture.git(&["init", "-q"]);
    fixture.git(&["submodule", "--quiet", "add", other.to_str().expect("UTF-8"), "sub"]);
    fixture.git(&["clone", "-q", other.to_str().expect("UTF-8"), "embedded"]);
    fixture.git(&["init", "-q", "unborn"]);
    fixture.write("unborn/file", "x");
    fixture.write("half/.git/config", "not a repository");
    fixture.write("half/file", "x");
    fixture.git(&["clone", "-q", other.to_str().expect("UTF-8"), "ignored"]);
    fixture.write(".gitignore", "/ignored\n");
    assert_parity(&fixture, "nested repositories");
    let submodules: Vec<(String, Option<String>)> = fixture
        .flat()
        .into_iter()
        .filter_map(|(path, content)| if let Content::Submodule { commit } = content { Some((path.key(), commit)) } else { None })
        .collect();
    let expected = [("embedded", Some(&commit)), ("sub", Some(&commit)), ("unborn", None)];
    assert_eq!(submodules, expected.map(|(path, commit)| (path.to_owned(), commit.cloned())));
}

#[test]
fn an_ignore_file_that_is_no_file_is_not_read() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("rules", "*.txt\n");
    fixture.write("a.txt", "x");
    symlink("rules", fixture.root.join(".gitignore")).expect("linked");
    assert_parity(&fixture, "a linked ignore file");
    fs::remove_file(fixture.root.join(".gitignore")).expect("removed");
    nix::unistd::mkfifo(&fixture.root.join(".gitignore"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    let outcome = fixture.sync();
    assert_eq!(outcome.stats.warnings, [".gitignore is a pipe, socket or device, and was left out."]);
    assert_eq!(fixture.paths(), ["a.txt", "rules"]);
}
