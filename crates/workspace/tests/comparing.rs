//! What comparisons promise: each kind of difference, the folder on either side, pages that are the whole, and nobody else's.

mod common;

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
    process::Command,
};

use common::{Fixture, PASSWORD, fixture};
use lectern_workspace::{
    RepoPath,
    view::{DiffFile, DiffKind, DiffRow, DiffRowKind, DiffSummary, Failure, FileDiff, Side},
};

impl Fixture {
    fn compare(&self, project: &str, old: Side, new: Side) -> (DiffSummary, Vec<DiffFile>) {
        let summary = self.workspace.compare(project, old, new).expect("compared");
        let files = self.workspace.diff_files(&summary.diff, 0, 1000).expect("files").files;
        assert_eq!(summary.files as usize, files.len());
        (summary, files)
    }

    fn rows(&self, diff: &str, index: u32, expand: &[u32]) -> Vec<DiffRow> {
        self.workspace.diff_rows(diff, index, 0, 2000, expand).expect("rows").rows
    }

    /// The difference of one file that was `old` and is `new`.
    fn one(&self, name: &str, old: &[u8], new: &[u8]) -> (String, FileDiff) {
        self.write(name, old);
        let (project, version) = self.sync();
        self.write(name, new);
        self.sync();
        let (summary, files) = self.compare(&project, at(version), at(version + 1));
        assert_eq!(files.len(), 1, "{files:?}");
        let view = self.workspace.diff_file(&summary.diff, 0).expect("looked at");
        (summary.diff, view)
    }
}

fn at(version: u32) -> Side {
    Side::Version { version }
}

fn told(files: &[DiffFile]) -> Vec<(String, DiffKind)> {
    files.iter().map(|file| (file.path.clone(), file.kind)).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

/// A row as `diff` would print it, with its numbers.
fn print(row: &DiffRow) -> String {
    let number = |line: Option<u32>| line.map_or_else(|| "·".to_owned(), |line| line.to_string());
    let sign = match row.kind {
        DiffRowKind::Context => ' ',
        DiffRowKind::Added => '+',
        DiffRowKind::Removed => '-',
        DiffRowKind::Gap => return format!("@ {} {}", row.hidden, row.text),
    };
    format!("{sign} {} {} {}", number(row.old_line), number(row.new_line), row.text)
}

fn numbered(from: u32, to: u32) -> String {
    (from..to).map(|line| format!("    line {line}\n")).collect()
}

#[test]
fn each_kind_is_told_and_counted() {
    let fixture = fixture();
    for name in ["changed.rs", "gone.rs", "moved/old.rs", "run.sh", "same.rs"] {
        fixture.write(name, format!("fn one() {{}}\n// {name}\n{}", numbered(0, 12)));
    }
    let (project, _) = fixture.sync();
    fixture.write("changed.rs", format!("fn two() {{}}\n// changed.rs\n{}", numbered(0, 12)));
    fixture.remove("gone.rs");
    fixture.write("moved/new.rs", format!("fn one() {{}}\n// moved/old.rs\n{}", numbered(0, 13)));
    fixture.remove("moved/old.rs");
    fixture.write("added.txt", "quite\nnew\n");
    fs::set_permissions(fixture.root.join("run.sh"), fs::Permissions::from_mode(0o755)).expect("a mode");
    fixture.sync();
    let (summary, files) = fixture.compare(&project, at(1), at(2));
    let expected = [
        ("added.txt", DiffKind::Added),
        ("changed.rs", DiffKind::Changed),
        ("gone.rs", DiffKind::Removed),
        ("moved/new.rs", DiffKind::Renamed),
        ("run.sh", DiffKind::Mode),
    ];
    assert_eq!(told(&files), expected.map(|(path, kind)| (path.to_owned(), kind)));
    assert_eq!((summary.added, summary.changed, summary.removed, summary.renamed, summary.mode), (1, 1, 1, 1, 1));
    assert_eq!((summary.added_lines, summary.removed_lines), (Some(4), Some(15)));
    let lines: Vec<_> = files.iter().map(|file| (file.added_lines, file.removed_lines)).collect();
    assert_eq!(lines, [(2, 0), (1, 1), (0, 14), (1, 0), (0, 0)].map(|(added, removed)| (Some(added), Some(removed))));
    assert_eq!((files[3].old_path.as_deref(), files[3].similarity.is_some_and(|percent| percent > 80)), (Some("moved/old.rs"), true));
    assert_eq!((files[4].old_mode.as_deref(), files[4].new_mode.as_deref()), (Some("100644"), Some("100755")));
    assert!(matches!(fixture.workspace.diff_file(&summary.diff, 4), Ok(FileDiff::Mode)));
    // The renamed file shows what was edited, and nothing else.
    let rows = fixture.rows(&summary.diff, 3, &[]);
    assert_eq!(print(rows.last().expect("rows")), "+ · 15     line 12");
    let paths = fixture.workspace.compare_paths(&fixture.root, 1, 2).expect("compared");
    assert_eq!(told(&paths), told(&files), "headless the same");
    assert_eq!(code(fixture.workspace.compare(&project, at(1), at(9))), "UNKNOWN_VERSION");
}

#[test]
fn rows_are_the_changes_with_their_surroundings_words_and_colours() {
    let fixture = fixture();
    let text =
        |word: &str| format!("fn first() {{\n{}}}\n\nfn second() {{\n{}    let {word} = 1;\n}}\n", numbered(0, 10), numbered(20, 30));
    let (diff, view) = fixture.one("a.rs", text("größe").as_bytes(), text("breite").as_bytes());
    let FileDiff::Text { rows, hunks, added_lines, removed_lines, language, same_lines, note } = view else { panic!("{view:?}") };
    assert_eq!((rows, hunks, added_lines, removed_lines, &*language, same_lines, note), (7, 1, 1, 1, "Rust", false, None));
    let rows = fixture.rows(&diff, 0, &[]);
    let printed: Vec<String> = rows.iter().map(print).collect();
    assert_eq!(
        printed,
        [
            "@ 21 second",
            "  22 22     line 27",
            "  23 23     line 28",
            "  24 24     line 29",
            "- 25 ·     let größe = 1;",
            "+ · 25     let breite = 1;",
            "  26 26 }",
        ]
    );
    assert_eq!((rows[4].marks.clone(), rows[5].marks.clone()), (vec![(8, 13)], vec![(8, 14)]), "UTF-16 columns");
    let keyword = |row: &DiffRow| row.spans.contains(&(4, 7, 1));
    assert!(keyword(&rows[4]) && keyword(&rows[5]), "`let` is a keyword on both sides: {:?} {:?}", rows[4].spans, rows[5].spans);
    assert!(rows[1..].iter().all(|row| row.spans.iter().all(|span| span.0 < span.1)));
}

#[test]
fn gaps_open_by_the_line_they_begin_with_and_pages_are_the_whole() {
    let fixture = fixture();
    let old = numbered(0, 100);
    let new = old.replace("line 40\n", "line forty\nand more\n").replace("    line 70\n", "").replace("line 99\n", "line 99");
    let new = new.replace("    line 98\n", "    line ninety-eight\n");
    let (diff, view) = fixture.one("a.txt", old.as_bytes(), new.as_bytes());
    assert!(matches!(&view, FileDiff::Text { hunks: 3, note: Some(note), .. } if note.contains("last line lost its end")), "{view:?}");
    let gaps = |rows: &[DiffRow]| rows.iter().filter(|row| row.kind == DiffRowKind::Gap).map(|row| row.hidden).collect::<Vec<_>>();
    let closed = fixture.rows(&diff, 0, &[]);
    assert_eq!(gaps(&closed), [37, 23, 21]);
    // The second gap begins after the three lines that follow the first change.
    let second = closed.iter().rposition(|row| row.hidden == 23).expect("the gap");
    let begins = closed[second - 1].new_line.expect("a line") + 1;
    let opened = fixture.rows(&diff, 0, &[begins]);
    assert_eq!((gaps(&opened), opened.len()), (vec![37, 21], closed.len() + 22));
    assert_eq!((opened[second].kind, opened[second].new_line), (DiffRowKind::Context, Some(begins)));
    let all = fixture.rows(&diff, 0, &[0]);
    assert!(gaps(&all).is_empty());
    let side =
        |of: fn(&DiffRow) -> Option<u32>| all.iter().filter(|row| of(row).is_some()).map(|row| row.text.clone() + "\n").collect::<String>();
    assert_eq!(side(|row| row.old_line), old, "all rows with an old line are the old text");
    assert_eq!(side(|row| row.new_line), new.clone() + "\n");
    assert!(all.last().expect("rows").no_newline && !all[0].no_newline);
    for expand in [&[][..], &[begins], &[0]] {
        let whole: Vec<String> = fixture.rows(&diff, 0, expand).iter().map(print).collect();
        for size in [1, 7, 2000] {
            let mut paged = Vec::new();
            loop {
                let page = fixture.workspace.diff_rows(&diff, 0, paged.len() as u32, size, expand).expect("a page");
                assert_eq!(page.total as usize, whole.len());
                if page.rows.is_empty() {
                    break;
                }
                paged.extend(page.rows.iter().map(print));
            }
            assert_eq!(paged, whole, "in pages of {size}");
        }
    }
}

#[test]
fn what_no_line_shows_is_said_in_words() {
    let fixture = fixture();
    for (index, (old, new, said)) in [
        (&b"a\nb\n"[..], &b"a\r\nb\r\n"[..], "the line ends differ (LF to CRLF)"),
        (b"a\n", b"\xef\xbb\xbfa\n", "a byte order mark was added"),
        (b"a\nb\n", b"a\nb", "the last line lost its end"),
        ("é\n".as_bytes(), b"\xe9\n", "the encoding differs (UTF-8 to Latin-1)"),
    ]
    .into_iter()
    .enumerate()
    {
        let (diff, view) = fixture.one(&format!("{index}.txt"), old, new);
        let FileDiff::Text { rows: 0, hunks: 0, same_lines: true, note: Some(note), .. } = view else { panic!("{view:?}") };
        assert!(note.contains(said), "{note}");
        assert!(fixture.rows(&diff, 0, &[0]).is_empty());
    }
}

#[test]
fn the_folder_can_stand_on_either_side() {
    let fixture = fixture();
    fixture.write("a.txt", "one\n");
    fixture.write("b.txt", "b\n");
    fixture.write("back.txt", "first\n");
    let (project, _) = fixture.sync();
    fixture.write("b.txt", "b of version 2\n");
    fixture.write("back.txt", "second\n");
    fixture.sync();
    fixture.write("a.txt", "two\n");
    fixture.write("back.txt", "first\n");
    fixture.write("new.txt", "new\n");
    let (summary, files) = fixture.compare(&project, at(1), Side::WorkingTree);
    let kinds = [("a.txt", DiffKind::Changed), ("b.txt", DiffKind::Changed), ("new.txt", DiffKind::Added)];
    assert_eq!(told(&files), kinds.map(|(path, kind)| (path.to_owned(), kind)), "what went back to what it was doesn't differ");
    let printed = |diff: &str, index| fixture.rows(diff, index, &[]).iter().map(print).collect::<Vec<_>>();
    assert_eq!(printed(&summary.diff, 0), ["- 1 · one", "+ · 1 two"]);
    assert_eq!((summary.added_lines, summary.removed_lines), (Some(3), Some(2)));
    let (reversed, files) = fixture.compare(&project, Side::WorkingTree, at(1));
    assert_eq!(told(&files)[2], ("new.txt".to_owned(), DiffKind::Removed));
    assert_eq!(printed(&reversed.diff, 0), ["- 1 · two", "+ · 1 one"]);
    let (_, files) = fixture.compare(&project, Side::Empty, Side::WorkingTree);
    assert_eq!(told(&files).iter().filter(|(_, kind)| *kind == DiffKind::Added).count(), 4);
    let (_, files) = fixture.compare(&project, at(2), Side::Empty);
    assert!(files.len() == 3 && files.iter().all(|file| file.kind == DiffKind::Removed));
    for side in [Side::Empty, Side::WorkingTree, at(1)] {
        assert!(fixture.compare(&project, side, side).1.is_empty(), "{side:?}");
    }
    // The file changes after it was compared: what is there now is shown, once it is looked at again.
    fixture.write("a.txt", "three\nfour\n");
    assert_eq!(printed(&summary.diff, 0), ["- 1 · one", "+ · 1 two"], "one answer stays in itself");
    assert!(matches!(fixture.workspace.diff_file(&summary.diff, 0), Ok(FileDiff::Text { added_lines: 2, removed_lines: 1, .. })));
    assert_eq!(printed(&summary.diff, 0), ["- 1 · one", "+ · 1 three", "+ · 2 four"]);
    fixture.remove("a.txt");
    let gone = fixture.workspace.diff_file(&summary.diff, 0).expect("looked at");
    assert!(matches!(&gone, FileDiff::Unavailable { failure } if failure.code == "FILE_MISSING"), "{gone:?}");
    assert_eq!(code(fixture.workspace.diff_bytes(&summary.diff, 2, false)), "FILE_MISSING", "an added file has no old side");
    assert_eq!(fixture.workspace.diff_bytes(&summary.diff, 2, true).expect("bytes"), b"new\n");
}

#[test]
fn contents_that_were_not_kept_are_said_to_be_so() {
    let fixture = fixture();
    let large = "a line of a large text\n".repeat(60_000);
    let (diff, view) = fixture.one("large.txt", large.as_bytes(), format!("{large}x\n").as_bytes());
    assert!(
        matches!(&view, FileDiff::Unavailable { failure } if failure.code == "NOT_KEPT" && failure.message.contains("ersion 1")),
        "{view:?}"
    );
    assert_eq!(code(fixture.workspace.diff_rows(&diff, 0, 0, 10, &[])), "NOT_TEXT");
    let huge = "a line of a huge text\n".repeat(500_000);
    let (_, view) = fixture.one("huge.txt", huge.as_bytes(), format!("{huge}x\n").as_bytes());
    assert!(matches!(&view, FileDiff::Unavailable { failure } if failure.code == "TOO_LARGE"), "{view:?}");
}

#[test]
fn what_was_not_kept_but_committed_is_shown_from_git() {
    let fixture = fixture();
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.arg("-C").arg(&fixture.root).args(["-c", "user.name=T", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]);
        let output = command.args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    fixture.write("logo.png", b"\x89PNG\r\n\x1a\n\0one");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    let (project, _) = fixture.sync();
    fixture.write("logo.png", b"\x89PNG\r\n\x1a\n\0two!");
    git(&["commit", "-q", "-a", "-m", "two"]);
    fixture.sync();
    let (summary, _) = fixture.compare(&project, at(1), at(2));
    let view = fixture.workspace.diff_file(&summary.diff, 0).expect("looked at");
    assert!(matches!(view, FileDiff::Image { old: true, new: true }), "{view:?}");
    assert_eq!(fixture.workspace.diff_bytes(&summary.diff, 0, false).expect("bytes"), b"\x89PNG\r\n\x1a\n\0one");
}

#[test]
fn text_of_any_encoding_is_text_and_bytes_are_hashes() {
    let fixture = fixture();
    let utf16 = |text: &str| [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    fixture.write("keep", "k\n");
    let (project, _) = fixture.sync();
    fixture.write("wide.txt", utf16("größe\nzwei\n"));
    fixture.write("latin.txt", b"caf\xe9\n");
    fixture.write("blob", b"\x7fELF\0\0");
    fixture.write("empty", b"");
    let (summary, files) = fixture.compare(&project, at(1), Side::WorkingTree);
    let at_path = |path: &str| files.iter().find(|file| file.path == path).expect("listed").index;
    let texts = |path: &str| fixture.rows(&summary.diff, at_path(path), &[]).into_iter().map(|row| row.text).collect::<Vec<_>>();
    assert_eq!(texts("wide.txt"), ["größe", "zwei"]);
    assert_eq!(texts("latin.txt"), ["café"]);
    assert!(!files[at_path("wide.txt") as usize].binary && files[at_path("blob") as usize].binary);
    let blob = fixture.workspace.diff_file(&summary.diff, at_path("blob")).expect("looked at");
    assert!(matches!(&blob, FileDiff::Binary { old_hash: None, new_hash: Some(hash) } if hash.len() == 64), "{blob:?}");
    let empty = fixture.workspace.diff_file(&summary.diff, at_path("empty")).expect("looked at");
    assert!(matches!(&empty, FileDiff::Text { rows: 0, same_lines: false, note: Some(_), .. }), "{empty:?}");
}

#[test]
fn images_links_and_other_repositories_are_shown_as_such() {
    let fixture = fixture();
    fixture.write("logo.png", b"\x89PNG\r\n\x1a\n\0one");
    symlink("target/one", fixture.root.join("link")).expect("a link");
    fixture.write("was-file", "text\n");
    let git = |arguments: &[&str]| {
        let inner = fixture.root.join("inner");
        fs::create_dir_all(&inner).expect("a folder");
        let output = Command::new("git")
            .arg("-C")
            .arg(inner)
            .args(["-c", "user.name=T", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    let first = git(&["rev-parse", "HEAD"]);
    let (project, _) = fixture.sync();
    fixture.write("logo.png", b"\x89PNG\r\n\x1a\n\0two!");
    fixture.remove("link");
    symlink("target/two", fixture.root.join("link")).expect("a link");
    fixture.remove("was-file");
    symlink("elsewhere", fixture.root.join("was-file")).expect("a link");
    git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    let second = git(&["rev-parse", "HEAD"]);
    let (summary, files) = fixture.compare(&project, at(1), Side::WorkingTree);
    let views: HashMap<String, FileDiff> =
        files.iter().map(|file| (file.path.clone(), fixture.workspace.diff_file(&summary.diff, file.index).expect("looked at"))).collect();
    assert!(matches!(&views["link"], FileDiff::Symlink { old: Some(old), new: Some(new) } if old == "target/one" && new == "target/two"));
    assert!(matches!(&views["inner"], FileDiff::Submodule { old: Some(old), new: Some(new) } if *old == first && *new == second));
    assert!(matches!(&views["logo.png"], FileDiff::Image { new: true, .. }), "{:?}", views["logo.png"]);
    assert!(matches!(&views["was-file"], FileDiff::Text { note: Some(note), .. } if note.contains("link")), "{:?}", views["was-file"]);
    let logo = files.iter().find(|file| file.path == "logo.png").expect("listed").index;
    assert_eq!(fixture.workspace.diff_bytes(&summary.diff, logo, true).expect("bytes"), b"\x89PNG\r\n\x1a\n\0two!");
    let FileDiff::Image { old, .. } = views["logo.png"] else { panic!("an image") };
    match fixture.workspace.diff_bytes(&summary.diff, logo, false) {
        Ok(bytes) => assert!(old && bytes.ends_with(b"one")),
        Err(failure) => assert!(!old && failure.code == "NOT_KEPT", "{failure:?}"),
    }
}

#[test]
fn a_name_that_is_not_text_can_be_asked_for() {
    let fixture = fixture();
    let name = OsStr::from_bytes(b"caf\xe9.txt");
    fixture.write(name, "one\n");
    let (project, _) = fixture.sync();
    fixture.write(name, "two\n");
    let (summary, files) = fixture.compare(&project, at(1), Side::WorkingTree);
    assert_eq!(RepoPath::from_key(&files[0].path).expect("a path").as_bytes(), b"caf\xe9.txt");
    assert_eq!(fixture.rows(&summary.diff, 0, &[]).len(), 2);
}

#[test]
fn another_profile_can_not_use_a_comparison() {
    let fixture = fixture();
    fixture.write("a.txt", "one\n");
    let (project, _) = fixture.sync();
    fixture.write("a.txt", "two\n");
    let (summary, _) = fixture.compare(&project, at(1), Side::WorkingTree);
    let refusals = |workspace: &lectern_workspace::Workspace| {
        let diff = &summary.diff;
        vec![
            code(workspace.compare(&project, at(1), Side::WorkingTree)),
            code(workspace.diff_files(diff, 0, 10)),
            code(workspace.diff_file(diff, 0)),
            code(workspace.diff_rows(diff, 0, 0, 10, &[])),
            code(workspace.diff_bytes(diff, 0, true)),
            code(workspace.compare_paths(&fixture.root, 1, 1)),
        ]
    };
    fixture.workspace.sign_out().expect("signed out");
    assert_eq!(refusals(&fixture.workspace), ["NOT_SIGNED_IN"; 6]);
    fixture.workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let unknown = "UNKNOWN_DIFF";
    assert_eq!(refusals(&fixture.workspace), ["UNKNOWN_PROJECT", unknown, unknown, unknown, unknown, "NOT_A_PROJECT"]);
    fixture.workspace.sign_out().expect("signed out");
    fixture.workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    assert!(fixture.workspace.diff_file(&summary.diff, 0).is_ok());
    assert_eq!(code(fixture.workspace.diff_file(&summary.diff, 1)), unknown, "there is no such file");
    for _ in 0..8 {
        fixture.compare(&project, at(1), at(1));
    }
    assert_eq!(code(fixture.workspace.diff_files(&summary.diff, 0, 1)), unknown, "the last eight are kept");
}

/// Prints how long a difference of 100,000 lines takes to look at and to page through; run by name, in release.
#[test]
#[ignore = "prints figures"]
fn figures_of_a_large_text() {
    let fixture = fixture();
    let text = |every: u32| (0..100_000).map(|line| format!("{}{line}\n", if line % every == 0 { "y=" } else { "x=" })).collect::<String>();
    let (diff, _) = fixture.one("large.py", text(100_001).as_bytes(), text(10).as_bytes());
    let timed = |what: &str, work: &dyn Fn() -> String| {
        let started = std::time::Instant::now();
        let said = work();
        println!("{what:<24} {:>10.1?}  {said}", started.elapsed());
    };
    let project = fixture.sync().0;
    timed("compare", &|| format!("{:?}", fixture.workspace.compare(&project, at(1), at(2)).expect("compared").added_lines));
    let again = fixture.workspace.compare(&project, at(1), at(2)).expect("compared").diff;
    timed("look at the file", &|| format!("{:?}", fixture.workspace.diff_file(&again, 0).expect("looked at")));
    for first in [0, 0, 30_000, 60_000, 100_000] {
        timed(&format!("200 rows at {first}"), &|| {
            let page = fixture.workspace.diff_rows(&diff, 0, first, 200, &[]).expect("rows");
            let coloured = page.rows.iter().filter(|row| !row.spans.is_empty()).count();
            format!("{} of {}, {coloured} coloured", page.rows.len(), page.total)
        });
    }
}
