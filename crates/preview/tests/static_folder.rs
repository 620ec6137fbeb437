//! What only holds for the folder: each answer is as the disk is, and nothing special on it is opened.

mod serving;

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use serving::*;

#[test]
fn a_saved_file_is_answered_as_it_is_now() {
    let dir = project(&[("a.txt", b"0000"), ("docs/index.html", b"0000")]);
    let preview = open(folder_site(&dir, "", false));
    for turn in 0..200 {
        // The same size each time, within the same tick of the clock.
        let contents = format!("{turn:04}");
        write(&root(&dir), "a.txt", contents.as_bytes());
        write(&root(&dir), "docs/index.html", contents.as_bytes());
        assert_eq!(preview.get("/a.txt").text(), contents);
        assert_eq!(preview.get("/docs/").text(), contents);
    }
}

#[test]
fn a_file_that_was_held_ready_is_seen_to_have_changed() {
    let dir = project(&[("a.txt", b"before"), ("b/c.txt", b"before")]);
    let root = root(&dir);
    // Old enough to be kept.
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().write(true).open(root.join("a.txt")).and_then(|file| file.set_modified(old)).expect("aged");
    std::thread::sleep(Duration::from_millis(2200));
    let preview = open(folder_site(&dir, "", false));
    for _ in 0..3 {
        assert_eq!((preview.get("/a.txt").text(), preview.get("/b/c.txt").text()), ("before".to_owned(), "before".to_owned()));
    }
    write(&root, "a.txt", b"after!");
    fs::File::options().write(true).open(root.join("a.txt")).and_then(|file| file.set_modified(old)).expect("aged again");
    assert_eq!(preview.get("/a.txt").text(), "after!", "also with its old time put back");
    fs::rename(root.join("b"), root.join("moved")).expect("moved");
    assert_eq!(preview.get("/b/c.txt").status, 404);
    write(&root, "b/c.txt", b"another");
    assert_eq!(preview.get("/b/c.txt").text(), "another");
    fs::remove_file(root.join("a.txt")).expect("removed");
    std::os::unix::fs::symlink("/etc/passwd", root.join("a.txt")).expect("a link");
    assert_eq!(preview.get("/a.txt").status, 404);
}

#[test]
fn private_keys_are_kept_back_by_what_is_in_them() {
    let dir = project(&[
        ("server.key", b"-----BEGIN EC PRIVATE KEY-----\nsecret"),
        ("chain.pem", b"-----BEGIN CERTIFICATE-----\na\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nsecret"),
        ("notes.txt", b"-----BEGIN OPENSSH PRIVATE KEY-----\nsecret"),
        ("ca.pem", b"-----BEGIN CERTIFICATE-----\npublic"),
        ("keynote.key", b"PK slides"),
    ]);
    for site in [folder_site(&dir, "", false), version_site(&dir, "", false)] {
        let preview = open(site);
        for path in ["/server.key", "/chain.pem", "/notes.txt"] {
            // Twice: what is held ready must not be easier to have.
            for _ in 0..2 {
                let reply = preview.get(path);
                assert!(reply.status == 403 && !reply.text().contains("secret"), "{path}");
            }
        }
        assert_eq!(preview.get("/ca.pem").status, 200);
        assert_eq!(preview.get("/keynote.key").status, 200);
    }
}

#[test]
fn pipes_and_what_may_not_be_read_cost_no_time() {
    let dir = project(&[("closed.txt", b"x"), ("a.txt", b"a")]);
    let pipe = root(&dir).join("pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let _socket = std::os::unix::net::UnixListener::bind(root(&dir).join("socket.txt")).expect("a socket");
    std::os::unix::fs::symlink("/dev/zero", root(&dir).join("device.txt")).expect("a link");
    fs::set_permissions(root(&dir).join("closed.txt"), fs::Permissions::from_mode(0o000)).expect("closed");
    let preview = open(folder_site(&dir, "", false));
    for path in ["/pipe.txt", "/socket.txt", "/device.txt"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    // Whoever runs the tests as root may read it all the same.
    assert!(matches!(preview.get("/closed.txt").status, 200 | 500));
    let page = preview.get("/").text();
    assert!(page.contains("a.txt") && !page.contains("pipe.txt") && !page.contains("socket.txt"), "{page}");
}

#[test]
fn a_large_file_is_sent_piece_by_piece_and_in_parts() {
    let bytes: Vec<u8> = (0_u32..6_000_000).flat_map(u32::to_le_bytes).collect();
    let dir = project(&[("film.mp4", &bytes)]);
    let preview = open(folder_site(&dir, "", false));
    let whole = preview.get("/film.mp4");
    assert_eq!(whole.header("content-length"), Some("24000000"));
    assert!(whole.body == bytes, "every byte in its place");
    let part = preview.get_with("/film.mp4", "Range: bytes=12345678-20000000\r\n");
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 12345678-20000000/24000000")));
    assert!(part.body == bytes[12_345_678..=20_000_000]);
    assert_eq!(preview.get_with("/film.mp4", "Range: bytes=24000000-\r\n").status, 416);
    let tag = whole.header("etag").expect("a tag").to_owned();
    assert_eq!(preview.get_with("/film.mp4", &format!("If-None-Match: {tag}\r\n")).status, 304);
    let head = preview.plain("HEAD", "/film.mp4", &format!("Cookie: {}\r\n", preview.cookies));
    assert_eq!((head.header("content-length"), head.body.len()), (Some("24000000"), 0));
}

#[test]
fn a_large_file_that_becomes_shorter_is_not_taken_for_whole() {
    let dir = project(&[("film.mp4", &vec![1; 64_000_000])]);
    let preview = open(folder_site(&dir, "", false));
    let mut stream = preview.connect();
    write!(stream, "GET /film.mp4 HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies).expect("sent");
    let mut some = [0; 1000];
    stream.read_exact(&mut some).expect("it begins");
    fs::File::options().write(true).open(root(&dir).join("film.mp4")).and_then(|file| file.set_len(10)).expect("shortened");
    let mut rest = Vec::new();
    // Ended, or reset: in no case everything that was promised.
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < 64_000_000, "{}", rest.len());
}

#[test]
fn a_page_brings_the_script_along_for_an_outside_browser_only() {
    let dir = project(&[("index.html", b"<body>start</body>"), ("a.js", b"x"), ("404.html", b"missing")]);
    let inside = open_with(folder_site(&dir, "", false), Default::default(), false);
    assert_eq!(inside.get("/").text(), "<body>start</body>", "Lectern's own window has the bytes untouched");
    let outside = open_with(folder_site(&dir, "", false), Default::default(), true);
    let reply = outside.get("/");
    assert_eq!(reply.text(), "<body>start<script src=\"/.lectern/reload.js\" async></script></body>");
    assert_eq!(outside.get("/a.js").text(), "x");
    assert!(outside.get_with("/none", "Accept: text/html\r\n").text().ends_with("</script>"));
    assert_ne!(reply.header("etag"), inside.get("/").header("etag"), "other bytes, another tag");
    let script = outside.get("/.lectern/reload.js");
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
}

#[test]
fn a_folder_that_is_gone_is_no_page_and_no_trouble() {
    let dir = project(&[("site/index.html", b"start")]);
    let preview = open(folder_site(&dir, "site", true));
    assert_eq!(preview.get("/").text(), "start");
    fs::remove_dir_all(root(&dir)).expect("removed");
    assert_eq!(preview.get("/").status, 404);
}
