//! Sample projects, made afresh for each test.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

use crate::artifacts::repository_root;

/// A text of more than 8 MB, which is read in pages.
pub const LARGE_LINES: usize = 150_000;

/// Builds a git repository with several languages, an image, Markdown (some of it hostile), a binary, odd names and two commits.
pub fn sample(root: &Path) {
    write(root, "README.md", README);
    write(root, "src/main.rs", RUST);
    write(root, "src/lib.rs", "//! Shelves.\n\npub mod shelf;\n");
    write(root, "src/shelf.rs", &rust_shelf());
    write(root, "web/app.ts", TYPESCRIPT);
    write(root, "web/page.tsx", "export const Page = ({ title }: { title: string }) => <main class=\"page\">{title}</main>;\n");
    write(root, "web/index.html", "<!doctype html>\n<html lang=\"en\">\n  <title>Shelf</title>\n  <p class=\"lead\">Hello</p>\n</html>\n");
    write(root, "web/style.css", ".lead { color: rebeccapurple; margin: 0 auto; }\n");
    write(root, "tools/report.py", PYTHON);
    write(root, "tools/server.go", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"served\", 8080)\n}\n");
    write(root, "config/settings.toml", "[window]\nwidth = 1360\ntitle = \"Shelf\"\n");
    write(root, "config/data.json", "{\n  \"name\": \"shelf\",\n  \"books\": [1, 2, 3],\n  \"open\": true\n}\n");
    write(root, "config/ci.yaml", "jobs:\n  test:\n    steps: [build, check]\n");
    write(root, "scripts/build.sh", "#!/usr/bin/env bash\nset -euo pipefail\nfor shelf in a b c; do\n  echo \"building $shelf\"\ndone\n");
    write(root, "docs/guide.md", GUIDE);
    write(root, "docs/empty.txt", "");
    write(root, "docs/windows.txt", "one\r\ntwo\r\nthree\r\n");
    write(root, ".gitignore", "/build/\n*.log\n");
    write(root, "build/out.log", "left out of versions\n");
    fs::create_dir_all(root.join("assets")).expect("a fresh folder can be written");
    fs::copy(repository_root().join("icons/128x128.png"), root.join("assets/logo.png")).expect("icons/ holds the logo");
    fs::write(root.join("assets/blob.bin"), blob(4_000)).expect("a fresh folder can be written");
    odd_names(root);
    let git = Git(root);
    git.run(&["init", "-q", "-b", "main"]);
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Put up the shelf"]);
    write(root, "CHANGELOG.md", "# Changes\n\n- The shelf stands.\n");
    git.run(&["add", "-A"]);
    git.run(&["commit", "-q", "-m", "Say what changed"]);
}

/// Adds a text of [`LARGE_LINES`] lines as `logs/large.log`, which `.gitignore` leaves out of versions; line 120000 says `needle`.
pub fn add_large_text(root: &Path) {
    let mut text = String::with_capacity(LARGE_LINES * 70);
    for line in 1..=LARGE_LINES {
        let word = if line == 120_000 { "needle" } else { "hay" };
        text.push_str(&format!("{line:06} a line of the large log with some {word} in it, long enough to count\n"));
    }
    write(root, "logs/large.log", &text);
}

/// Builds a plain folder of `files` small files, fifty to a folder, of about `bytes` each.
pub fn wide(root: &Path, files: usize, bytes: usize) {
    for index in 0..files {
        let mut text = format!("// file {index}\n");
        while text.len() < bytes {
            text.push_str("let shelf = book(index, index * 7 + 1);\n");
        }
        write(root, &format!("part{:03}/file{index:05}.rs", index / 50), &text);
    }
}

/// Builds a bare repository with the sample's commits, to clone from.
pub fn bare_copy(sample: &Path, bare: &Path) {
    let parent = bare.parent().expect("a place has a parent");
    fs::create_dir_all(parent).expect("a fresh folder can be written");
    Git(parent).run(&["clone", "-q", "--bare", &sample.to_string_lossy(), &bare.to_string_lossy()]);
}

/// Writes one file below `root`, with its folders.
pub fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a fresh folder can be written");
    fs::write(&file, text).unwrap_or_else(|error| panic!("{} can't be written: {error}", file.display()));
}

/// Every file and link below `root` but git's own: its mode and its bytes (of a link, where it leads). Looks again while files come and go.
pub fn state(root: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    fn walk(folder: &Path, root: &Path, into: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.ends_with(".git") {
                continue;
            }
            let about = fs::symlink_metadata(&path)?;
            if about.is_dir() {
                walk(&path, root, into)?;
                continue;
            }
            let bytes = if about.is_symlink() { fs::read_link(&path)?.into_os_string().into_encoded_bytes() } else { fs::read(&path)? };
            let relative = path.strip_prefix(root).expect("it lies below the root").to_path_buf();
            into.insert(relative, (about.permissions().mode(), bytes));
        }
        Ok(())
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let mut all = BTreeMap::new();
        match walk(root, root, &mut all) {
            Ok(()) => return all,
            Err(error) if error.kind() == io::ErrorKind::NotFound && Instant::now() < deadline => {}
            Err(error) => panic!("{} can't be read: {error}", root.display()),
        }
    }
}

/// Gives one file below `root` these permissions, `0o755` say.
pub fn set_mode(root: &Path, path: &str, mode: u32) {
    fs::set_permissions(root.join(path), fs::Permissions::from_mode(mode)).expect("a test's file takes a mode");
}

/// The git program in one folder, without anybody's settings.
#[derive(Debug)]
pub struct Git<'a>(pub &'a Path);

impl Git<'_> {
    /// Runs one command and expects it to succeed.
    pub fn run(&self, args: &[&str]) {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.0).args(["-c", "commit.gpgsign=false"]).args(args).stdout(Stdio::null());
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.com");
            command.env(format!("GIT_{who}_DATE"), "2026-01-02T03:04:05Z");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let status = command.status().expect("git is installed");
        assert!(status.success(), "git {args:?} failed in {}", self.0.display());
    }
}

fn odd_names(root: &Path) {
    let folder = root.join("odd names");
    fs::create_dir_all(&folder).expect("a fresh folder can be written");
    for name in
        ["with space.txt", "quote\"s & <b>bold<b>.txt", "naïve-日本語-🦉.md", "-dash.txt", "#hash?query.txt", "%41.txt", "new\nline.txt"]
    {
        fs::write(folder.join(name), format!("I am {name}\n")).expect("a fresh folder can be written");
    }
    fs::write(folder.join(OsStr::from_bytes(b"latin-\xe9.txt")), "I am not UTF-8 by name\n").expect("a fresh folder can be written");
    fs::write(folder.join(format!("{}.txt", "long".repeat(50))), "I am long\n").expect("a fresh folder can be written");
    std::os::unix::fs::symlink("with space.txt", folder.join("link.txt")).expect("a fresh folder takes links");
}

/// Bytes that no one takes for text.
fn blob(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let noise = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    });
    b"BLOB\0\x01\x02\x03".iter().copied().chain(noise).take(length).collect()
}

fn rust_shelf() -> String {
    let mut text =
        String::from("//! A shelf of books.\n\n/// A shelf.\npub struct Shelf {\n    pub books: Vec<String>,\n}\n\nimpl Shelf {\n");
    for index in 0..120 {
        text.push_str(&format!(
            "    /// Book number {index}.\n    pub fn book_{index}(&self) -> Option<&str> {{\n        self.books.get({index}).map(String::as_str)\n    }}\n\n"
        ));
    }
    text.push_str("}\n");
    text
}

const RUST: &str = r#"//! Opens the shelf.

use std::collections::HashMap;

/// How many books fit.
const CAPACITY: usize = 42;

#[derive(Debug, Clone)]
pub enum Binding {
    Cloth,
    Paper { pages: u32 },
}

fn main() {
    let mut shelf: HashMap<String, Binding> = HashMap::with_capacity(CAPACITY);
    shelf.insert("A book".to_string(), Binding::Paper { pages: 320 });
    // Say what is there.
    for (title, binding) in &shelf {
        println!("{title}: {binding:?}");
    }
    let a_long_line = "The quick brown fox jumps over the lazy dog, and then it does so again, and again, and again, until the line is so long that no window of a usual size could show all of it at once without wrapping it somewhere in the middle";
    assert!(a_long_line.len() > 200, "needle at the end");
}
"#;

const TYPESCRIPT: &str = r#"import { readable } from './store';

export interface Book {
  title: string;
  pages?: number;
}

/** Counts the pages. */
export async function pages(books: readonly Book[]): Promise<number> {
  let total = 0;
  for (const book of books) {
    total += book.pages ?? 0; // unknown counts as none
  }
  return total > 1_000 ? Math.round(total) : total;
}

export const greeting = `Shelf with ${readable(3)} books`;
"#;

const PYTHON: &str = r#""""Prints a report."""
from dataclasses import dataclass


@dataclass
class Report:
    title: str
    lines: int = 0

    def render(self) -> str:
        # One line is enough.
        return f"{self.title}: {self.lines}"


if __name__ == "__main__":
    print(Report("shelf", 12).render())
"#;

const README: &str = r#"# Shelf

A *small* project to read, with **several** languages.

![The logo](assets/logo.png)

| what | where |
|---|---|
| code | `src/` |
| guide | [docs/guide.md](docs/guide.md) |

- [x] stands
- [ ] is full

```rust
fn main() { println!("hello"); }
```

See [the site](https://example.com/shelf) or [line 6 of the program](src/main.rs#L6).
"#;

const GUIDE: &str = r#"# Guide

A page that tries what it must not.

<script>window.hijacked = 'script'</script>
<img src="missing.png" onerror="window.hijacked = 'onerror'">
<a href="javascript:window.hijacked='link'">press me</a>
<iframe src="https://example.com/frame"></iframe>
<style>body { display: none }</style>
<form action="https://example.com/steal"><input name="password"></form>
<svg onload="window.hijacked = 'svg'"><circle r="1"/></svg>
![remote](https://example.com/pixel.png)

The end of the guide.
"#;

/// Builds a bare repository of `files` small files that takes a while to clone.
pub fn large_bare(bare: &Path, files: usize) {
    use std::io::Write as _;
    fs::create_dir_all(bare).expect("a fresh folder can be written");
    Git(bare).run(&["init", "-q", "--bare", "-b", "main"]);
    let mut import = Command::new("git");
    import.arg("-C").arg(bare).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = import.spawn().expect("git is installed");
    let mut input = std::io::BufWriter::new(child.stdin.take().expect("stdin is a pipe"));
    let mut stream = || -> std::io::Result<()> {
        writeln!(input, "commit refs/heads/main\ncommitter Ada <ada@example.com> 1767323045 +0000\ndata 3\nall")?;
        for file in 0..files {
            let text = format!("file {file}\n").repeat(1 + file % 60);
            writeln!(input, "M 100644 inline part{:03}/file{file}.txt\ndata {}\n{text}", file / 100, text.len())?;
        }
        input.flush()
    };
    stream().expect("git reads all of it");
    drop(input);
    assert!(child.wait().is_ok_and(|status| status.success()), "git fast-import failed");
}
