//! What opening a file promises.

use std::{fs, fs::File, io::Write, path::Path, time::Duration};

use lectern_reader::{Document, Finder, LoadedFile, PackedSpans, Shape, TextEncoding, render_markdown};

fn memory(name: &str, bytes: impl Into<Vec<u8>>) -> Document {
    Document::open(name, LoadedFile::Memory(bytes.into())).expect("memory always opens")
}

fn disk(dir: &Path, name: &str, bytes: &[u8]) -> Document {
    let path = dir.join(name);
    fs::write(&path, bytes).expect("a file");
    Document::open(name, LoadedFile::Disk(File::open(path).expect("the file"))).expect("it opens")
}

#[test]
fn each_kind_of_file_takes_its_shape() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes, shape) in [
        ("a.rs", b"fn main() {}".as_slice(), Shape::Text),
        ("empty", b"", Shape::Text),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", Shape::Image),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Shape::Image),
        ("a.bin", b"\0\x01\x02", Shape::Binary),
        ("a.min.js", "x".repeat(200_000).as_bytes(), Shape::Paged),
    ] {
        assert_eq!(disk(dir.path(), name, bytes).shape(), shape, "{name}");
    }
}

#[test]
fn text_above_the_limit_is_paged_and_bytes_stay_bytes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let log = disk(dir.path(), "big.log", "one line of a log\n".repeat(600_000).as_bytes());
    assert_eq!((log.shape(), log.lines()), (Shape::Paged, 600_000));
    assert_eq!(log.page(599_999, 5).expect("a page").len(), 2);
    assert!(log.text().is_none());
    let blob = disk(dir.path(), "big.bin", &[0; 9_000_000]);
    assert_eq!(blob.shape(), Shape::Binary);
    assert_eq!(blob.bytes(8_999_990, 100).expect("the end").len(), 10);
    assert!(blob.bytes(u64::MAX, 100).expect("past the end").is_empty());
}

#[test]
fn a_sparse_file_of_many_gigabytes_opens_at_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("huge.bin");
    File::create(&path).expect("a file").set_len(40 << 30).expect("a sparse file");
    let huge = Document::open("huge.bin", LoadedFile::Disk(File::open(&path).expect("the file"))).expect("it opens");
    assert_eq!(huge.shape(), Shape::Binary);
    assert_eq!(huge.bytes(39 << 30, 16).expect("bytes").len(), 16);
}

#[test]
fn spans_are_by_line_in_utf16_columns() {
    let document = memory("a.rs", "// é😀 comment\r\nfn main() {}\r\n/* two\r\nlines */");
    let packed = PackedSpans::of_lines(&document, 1, 9, Duration::from_secs(5)).expect("in time").0;
    let numbers: Vec<u32> = packed.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let spans: Vec<[u32; 4]> = numbers.chunks_exact(4).map(|q| [q[0], q[1], q[2], q[3]]).collect();
    assert_eq!(spans[0], [1, 0, 14, 3], "the emoji counts two");
    assert!(spans.contains(&[2, 0, 2, 1]), "fn is a keyword: {spans:?}");
    assert!(spans.contains(&[2, 3, 7, 4]), "main is a function: {spans:?}");
    assert!(spans.contains(&[3, 0, 6, 3]) && spans.contains(&[4, 0, 8, 3]), "a comment over two lines is on both: {spans:?}");
    let second = PackedSpans::of_lines(&document, 2, 2, Duration::from_secs(5)).expect("in time").0;
    assert!(second.chunks_exact(16).all(|q| q[0] == 2), "only what was asked for");
    assert!(PackedSpans::of_lines(&memory("a.txt", "fn"), 1, 1, Duration::from_secs(5)).expect("in time").0.is_empty());
}

#[test]
fn the_stamp_follows_the_bytes() {
    assert_eq!(memory("a", "x").stamp(), memory("a", "x").stamp());
    assert_ne!(memory("a", "x").stamp(), memory("a", "y").stamp());
}

#[test]
fn finding_honours_case_words_and_patterns_in_small_and_large_text() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let small = memory("a.txt", "Sync the sync\nresync -> é sync\n");
    let count =
        |query: &str, regex, word, case| Finder::new(query, regex, word, case).expect("a pattern").find(&small).expect("found").matches;
    assert_eq!(count("sync", false, false, false).len(), 4);
    assert_eq!(count("sync", false, false, true).len(), 3);
    assert_eq!(count("sync", false, true, false).len(), 3);
    assert_eq!(count("->", false, true, false).len(), 1);
    assert_eq!(count(r"^re\w+", true, false, true).len(), 1);
    assert_eq!(count("", false, false, false).len(), 0);
    let last = *count("sync", false, true, true).last().expect("a match");
    assert_eq!((last.line, last.start, last.end), (2, 12, 16), "columns are UTF-16");
    let error = Finder::new("(", true, false, false).expect_err("not a pattern").to_string();
    assert!(error.contains("unclosed group"), "{error}");
    let mut text = "nothing here to see\n".repeat(450_000);
    text.push_str("the needle\n");
    let large = disk(dir.path(), "big.log", text.as_bytes());
    assert_eq!(large.shape(), Shape::Paged);
    let found = Finder::new("needle", false, false, false).expect("a pattern").find(&large).expect("found");
    assert_eq!(found.matches.iter().map(|m| m.line).collect::<Vec<_>>(), [450_001]);
    let many = Finder::new("e", false, false, false).expect("a pattern").find(&large).expect("found");
    assert!(many.truncated && many.matches.len() == 10_000);
}

#[test]
fn a_pathological_pattern_takes_no_time() {
    let started = std::time::Instant::now();
    let text = memory("a.txt", "a".repeat(50_000));
    let _ = Finder::new("(a+)+b", true, false, false).expect("a pattern").find(&text);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn encodings_are_named_and_shown() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("é\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let document = memory("a.txt", utf16);
    assert_eq!((document.encoding(), document.text().as_deref()), (Some(TextEncoding::Utf16Le), Some("é\n")));
    assert_eq!(memory("a.txt", b"caf\xe9".to_vec()).text().as_deref(), Some("café"));
}

#[test]
fn rendered_markdown_runs_and_loads_nothing() {
    for (source, never) in [
        ("<script>alert(1)</script>", "script"),
        ("<img src=x onerror=alert(1)>", "onerror"),
        ("[x](javascript:alert(1))", "javascript:"),
        ("<a href=\"java\nscript:alert(1)\">x</a>", "script:"),
        ("![x](https://tracker.example/pixel.png)", "tracker"),
        ("<img src=\"//tracker.example/x.png\">", "tracker"),
        ("<img srcset=\"https://tracker.example/x.png 2x\" src=\"a.png\">", "tracker"),
        ("<picture><source srcset=\"https://tracker.example/x.png\"></picture>", "tracker"),
        ("<iframe src=\"https://x.example\"></iframe>", "iframe"),
        ("<style>body{display:none}</style>", "display:none"),
        ("<p style=\"position:fixed\">x</p>", "position"),
        ("<form action=\"https://x.example\"><input type=password name=p></form>", "<input"),
        ("<input value=x>", "<input"),
        ("<a class=\"drop-over\" href=\"https://x.example\">x</a>", "drop-over"),
        ("<div class=\"scrim dialog\">x</div>", "dialog"),
        ("text that says src=\"lectern-project:a# and <b>goes on</b>", "data-project-path"),
        ("<form action=\"https://x.example\"><input type=password name=p></form>", "<form"),
        ("<svg><script>alert(1)</script></svg>", "script"),
        ("[x](data:text/html,hi)", "data:"),
        ("<img src=\"data:image/svg+xml,x\">", "data:"),
        ("[x](lectern-project:../../etc/passwd)", "passwd"),
        ("[x](../../../etc/passwd)", "passwd"),
        ("![x](%2e%2e/%2e%2e/etc/passwd)", "passwd"),
        ("<base href=\"https://x.example\">", "<base"),
        ("<div id=\"app\">x</div>", "id=\"app\""),
        ("<link rel=stylesheet href=\"https://x.example\">", "<link"),
        ("<meta http-equiv=refresh content=0>", "<meta"),
    ] {
        let html = render_markdown(source, "docs");
        assert!(!html.contains(never), "{source}\n became {html}");
    }
}

#[test]
fn rendered_markdown_points_into_the_project() {
    let html =
        render_markdown("![a](img/a%20b.png) [b](../src/main.rs#L12-L14) [c](/README.md) [d](https://x.example/) [e](#part)", "docs");
    assert!(html.contains("data-project-path=\"docs/img/a b.png\""), "{html}");
    assert!(html.contains("data-project-path=\"src/main.rs\" data-line=\"12\""), "{html}");
    assert!(html.contains("data-project-path=\"README.md\""), "{html}");
    assert!(html.contains("href=\"https://x.example/\""), "{html}");
    assert!(html.contains("href=\"#md-part\""), "{html}");
}

#[test]
fn rendered_markdown_looks_like_github_flavoured_markdown() {
    let html = render_markdown(
        "# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```rust\nfn main() {}\n```\n\n> [!NOTE]\n> Mind this\n\n~~gone~~\n",
        "",
    );
    for part in [
        "<table>",
        "aria-label=\"done\" type=\"checkbox\"",
        "disabled",
        "<span class=\"k\">fn</span>",
        "markdown-alert",
        "<del>gone</del>",
        "Title</h1>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn a_text_that_grows_while_it_is_read_is_bounded() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("a.txt");
    let mut file = File::create(&path).expect("a file");
    file.write_all(b"short\n").expect("written");
    let opened = Document::open("a.txt", LoadedFile::Disk(File::open(&path).expect("the file"))).expect("it opens");
    assert_eq!(opened.lines(), 2);
}

/// 16 bytes a span; what line 0 says is left out.
fn told(packed: &PackedSpans) -> (bool, &[u8]) {
    let provisional = packed.0.first_chunk::<16>().is_some_and(|first| first.iter().all(|byte| *byte == 0));
    (provisional, if provisional { &packed.0[16..] } else { &packed.0 })
}

#[test]
fn the_first_screen_of_a_large_file_has_its_colours_before_the_whole_is_analysed() {
    let text = "impl Outer {\n".to_owned() + &"    fn inner(&self) -> usize {\n        \"text\".len()\n    }\n".repeat(5_000) + "}\n";
    let document = memory("a.rs", text);
    let budget = Duration::from_secs(5);
    let early = PackedSpans::soonest(&document, 1, 128, budget).expect("in time");
    let (provisional, early) = told(&early);
    assert!(provisional, "nobody waited for the whole");
    let far = PackedSpans::soonest(&document, 9_000, 9_128, budget).expect("in time");
    assert!(!told(&far).0, "what the beginning says nothing about is the whole's to say");
    let late = PackedSpans::soonest(&document, 1, 128, budget).expect("in time");
    assert_eq!(told(&late), (false, early), "the class that the cut goes through is coloured as a class");
    document.release_tree();
    assert!(told(&PackedSpans::soonest(&document, 1, 128, budget).expect("in time")).0, "a tree that was let go is made again");
    assert_eq!(PackedSpans::of_lines(&document, 1, 128, budget).expect("in time").0, early);
}

#[test]
fn a_text_whose_beginning_is_given_up_is_given_up_as_a_whole() {
    let document = memory("a.rs", "[[[[[[[[[[[[[[[[[[[[\n".repeat(5_000));
    PackedSpans::soonest(&document, 1, 128, Duration::from_secs(5)).expect_err("no headway");
    document.tree().expect_err("the rest is not tried");
    PackedSpans::soonest(&document, 4_000, 4_128, Duration::from_secs(5)).expect_err("nor any other part");
}
