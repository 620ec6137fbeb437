//! What the overview of a project promises: sums that are right, manifests and entry points found, git's life told.

mod common;

use std::{fs, process::Command};

use common::{Fixture, fixture};
use lectern_store::{Clock, SystemClock};

impl Fixture {
    fn commit(&self, who: &str, time: i64, message: &str) {
        for arguments in [&["add", "-A"][..], &["commit", "-q", "--allow-empty", "-m", message]] {
            let mut git = Command::new("git");
            git.args(["-c", &format!("user.name={who}"), "-c", &format!("user.email={}@example.org", who.to_lowercase())]).args(arguments);
            let date = format!("{time} +0000");
            git.current_dir(&self.root)
                .env("GIT_AUTHOR_DATE", &date)
                .env("GIT_COMMITTER_DATE", &date)
                .env("GIT_CONFIG_GLOBAL", "/dev/null");
            assert!(git.status().expect("git runs").success());
        }
    }
}

#[test]
fn files_languages_and_directories_add_up() {
    let fixture = fixture();
    fixture.write("README.md", "# Ferry\n");
    fixture.write("readme.txt", "no\n");
    fixture.write("src/main.rs", "fn help() {}\nfn main() {}\n");
    fixture.write("src/deep/er/one.rs", "x".repeat(1000));
    fixture.write("src/deep/two.py", "x = 1\n");
    fixture.write("docs/a.md", "hello\n");
    fixture.write("data.bin", b"\0\0\0\0");
    let project = fixture.project();
    let overview = fixture.workspace.project_overview(&project).expect("an overview");
    assert_eq!((overview.version, overview.files, overview.readme.as_deref()), (Some(1), 7, Some("README.md")));
    assert_eq!(overview.bytes, (8 + 3 + 26 + 1000 + 6 + 6 + 4).to_string());
    let languages: Vec<_> = overview.languages.iter().map(|part| (part.name.as_str(), part.files, part.bytes.as_str())).collect();
    assert_eq!(languages[0], ("Rust", 2, "1026"));
    assert!((overview.languages.iter().map(|part| part.percent).sum::<f32>() - 100.0).abs() < 0.01);
    let directories: Vec<_> = overview.directories.iter().map(|part| (part.path.as_str(), part.files, part.language.as_deref())).collect();
    assert_eq!(
        directories,
        [("", 3, Some("Markdown")), ("docs", 1, Some("Markdown")), ("src", 3, Some("Rust")), ("src/deep", 2, Some("Rust"))]
    );
    assert_eq!((overview.largest[0].path.as_str(), overview.largest.len()), ("src/deep/er/one.rs", 7));
    let entries: Vec<_> = overview.entry_points.iter().map(|entry| (entry.path.as_str(), entry.line, entry.reason.as_str())).collect();
    assert_eq!(entries, [("src/main.rs", 2, "main")]);
}

#[test]
fn manifests_and_what_they_name_are_found_and_hostile_ones_say_why_not() {
    let fixture = fixture();
    fixture.write("Cargo.toml", "[package]\nname = \"ferry\"\nversion = \"1.2.3\"\n[dependencies]\nserde = \"1\"\n");
    fixture.write("ui/package.json", r#"{"name":"ui","main":"./lib/start.js","bin":"../../etc/passwd","scripts":{"dev":"vite"}}"#);
    fixture.write("ui/lib/start.js", "x\n");
    fixture.write("broken/go.mod", "module x\n");
    fixture.write("broken/composer.json", "[".repeat(100_000));
    fixture.write("node_modules/x/package.json", "{}");
    fixture.write("cmd/sail/sail.go", "package main\n\nfunc main() {}\n");
    fixture.write("tool.py", "x\nif __name__ == '__main__':\n    pass\n");
    let project = fixture.project();
    let overview = fixture.workspace.project_overview(&project).expect("an overview");
    let told: Vec<_> = overview.dependencies.iter().map(|it| (it.path.as_str(), it.kind.as_str(), it.name.as_deref(), it.total)).collect();
    let expected = [
        ("Cargo.toml", "Cargo", Some("ferry"), 1),
        ("broken/composer.json", "Composer", None, 0),
        ("broken/go.mod", "Go", Some("x"), 0),
        ("ui/package.json", "npm", Some("ui"), 0),
    ];
    assert_eq!(told, expected);
    let problems: Vec<bool> = overview.dependencies.iter().map(|manifest| manifest.problem.is_some()).collect();
    assert_eq!(problems, [false, true, false, false]);
    assert_eq!(overview.dependencies[3].scripts, ["dev"]);
    let entries: Vec<_> = overview.entry_points.iter().map(|entry| (entry.path.as_str(), entry.line)).collect();
    assert_eq!(entries, [("ui/lib/start.js", 1), ("cmd/sail/sail.go", 3), ("tool.py", 2)]);
}

#[test]
fn the_overview_needs_no_folder() {
    let fixture = fixture();
    fixture.write("Cargo.toml", "[package]\nname = \"ferry\"\n");
    fixture.write("src/main.rs", "fn main() {}\n");
    let project = fixture.project();
    fs::remove_dir_all(&fixture.root).expect("removed");
    let overview = fixture.workspace.project_overview(&project).expect("an overview");
    assert_eq!((overview.dependencies[0].name.as_deref(), overview.entry_points[0].line), (Some("ferry"), 1));
    assert_eq!(fixture.workspace.project_activity(&project).expect_err("no folder").code, "FOLDER_MISSING");
}

#[test]
fn activity_is_that_of_the_last_year_without_merges() {
    let fixture = fixture();
    let now = SystemClock.now().millis() / 1000;
    let (day, week) = (24 * 3600, 7 * 24 * 3600);
    assert!(Command::new("git").args(["init", "-q", "-b", "main"]).current_dir(&fixture.root).status().expect("git runs").success());
    fixture.write("old.txt", "old\n");
    fixture.commit("Ada", now - 60 * week, "long ago");
    for number in 0..3 {
        fixture.write("hot.txt", number.to_string());
        fixture.write(format!("once{number}.txt"), "x");
        fixture.commit(if number == 0 { "Eve" } else { "Ada" }, now - 3 * week + number * day, "work");
    }
    fixture.write("gone.txt", "x");
    fixture.commit("Ada", now - 2 * day, "add");
    fs::remove_file(fixture.root.join("gone.txt")).expect("removed");
    fixture.commit("Ada", now - day, "remove");
    let project = fixture.project();
    let activity = fixture.workspace.project_activity(&project).expect("activity");
    assert_eq!((activity.is_git, activity.commits, activity.truncated, activity.weeks.len()), (true, 5, false, 52));
    assert_eq!((activity.weeks[51], activity.weeks.iter().sum::<u32>()), (2, 5));
    let hot = &activity.hot[0];
    assert_eq!((hot.path.as_str(), hot.commits, hot.authors), ("hot.txt", 3, 2));
    assert!(activity.hot.iter().all(|file| file.path != "gone.txt"), "what is gone is not hot");
    let authors: Vec<_> = activity.authors.iter().map(|author| (author.name.as_str(), author.commits)).collect();
    assert_eq!(authors, [("Ada", 4), ("Eve", 1)]);
    let plain = crate::fixture();
    plain.write("a", "x");
    assert!(!plain.workspace.project_activity(&plain.project()).expect("activity").is_git);
}
