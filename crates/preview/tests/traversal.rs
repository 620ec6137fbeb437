//! Thousands of ways to spell a path that leads out or to a secret: none of them does.

mod serving;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::symlink,
    sync::atomic::{AtomicBool, Ordering},
};

use serving::*;

/// Secrets all around what is served, and links to them.
fn trap() -> tempfile::TempDir {
    let dir = project(&[
        ("site/index.html", b"start"),
        ("site/a/b/page.html", b"page"),
        ("site/.env", SECRET.as_bytes()),
        ("site/.git/config", SECRET.as_bytes()),
        ("site/a/.env.local", SECRET.as_bytes()),
        ("site/innocent.txt@", b".env"),
        ("site/pub@", b".git"),
        ("site/around@", b"a/../.git/config"),
        ("site/out.txt@", b"../../secret.txt"),
        ("site/out@", b"../.."),
        ("site/self@", b"self"),
        ("site/loop@", b"loop2"),
        ("site/loop2@", b"loop"),
        (".env", SECRET.as_bytes()),
        ("id_rsa", b"-----BEGIN OPENSSH PRIVATE KEY-----\nthe-secret-that-nobody-may-see"),
    ]);
    fs::write(dir.path().join("secret.txt"), SECRET).expect("a file");
    fs::create_dir(dir.path().join("proj-secret")).expect("a folder");
    fs::write(dir.path().join("proj-secret/secret.txt"), SECRET).expect("a file");
    symlink(dir.path().join("secret.txt"), root(&dir).join("site/absolute.txt")).expect("a link");
    dir
}

fn spellings(dir: &tempfile::TempDir) -> BTreeSet<Vec<u8>> {
    let dots: [&[u8]; 14] = [
        b"..",
        b"%2e%2e",
        b".%2e",
        b"%2E.",
        b"%252e%252e",
        b"..;",
        b"...",
        b"..%00",
        b"%c0%ae%c0%ae",
        b"%u002e%u002e",
        b"..%20",
        b"%ef%bc%8e%ef%bc%8e",
        b"..\\..",
        b"\xc0\xae\xc0\xae",
    ];
    let slashes: [&[u8]; 9] = [b"/", b"%2f", b"\\", b"%5c", b"//", b"%252f", b"/./", b"%c0%af", b"/%2e/"];
    let starts: [&[u8]; 8] = [b"/", b"/a/", b"/a/b/", b"/out/", b"/pub/", b"//", b"/@fs/", b"/index.html/"];
    let ends: [&[u8]; 8] =
        [b"secret.txt", b"proj-secret/secret.txt", b"proj/.env", b".env", b".git/config", b"id_rsa", b"etc/passwd", b"proj-secret"];
    let mut paths = BTreeSet::new();
    let mut turn = 0;
    for start in starts {
        for dots in dots {
            for slash in slashes {
                // Every beginning with every spelling of the way up; the ends take turns.
                for _ in 0..3 {
                    turn += 1;
                    let mut path = start.to_vec();
                    for _ in 0..1 + turn % 5 {
                        path.extend_from_slice(dots);
                        path.extend_from_slice(slash);
                    }
                    path.extend_from_slice(ends[turn % ends.len()]);
                    paths.insert(path);
                }
            }
        }
    }
    let outside = dir.path().display().to_string();
    for path in [
        "/innocent.txt",
        "/pub/config",
        "/pub/",
        "/pub",
        "/around",
        "/out.txt",
        "/out/secret.txt",
        "/out/",
        "/absolute.txt",
        "/self",
        "/loop",
        "/loop/x",
        "/.env",
        "/.git/config",
        "/a/.env.local",
        "/a/.env.local?",
        "/%2e%67%69%74/config",
        "/.git/",
        "/.git",
        "/a/b/../../.env",
    ] {
        paths.insert(path.as_bytes().to_vec());
    }
    for absolute in [
        format!("/{outside}/secret.txt"),
        format!("{outside}/secret.txt"),
        format!("/file://{outside}/secret.txt"),
        format!("/@fs{outside}/secret.txt?raw"),
    ] {
        paths.insert(absolute.into_bytes());
    }
    paths
}

#[test]
fn no_spelling_of_a_path_leads_out_or_to_a_secret() {
    let dir = trap();
    let paths = spellings(&dir);
    assert!(paths.len() >= 2000, "{}", paths.len());
    for (kind, site) in [("folder", folder_site(&dir, "site", true)), ("version", version_site(&dir, "site", true))] {
        let preview = open(site);
        // The trap is set: what it should serve it serves, and the secrets are where the paths look for them.
        assert_eq!(preview.get("/a/b/page.html").text(), "page");
        let (mut answers, mut silent) = (0, 0);
        for path in &paths {
            let mut request = b"GET ".to_vec();
            request.extend_from_slice(path);
            request.extend_from_slice(
                format!(
                    " HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept: text/html\r\nCookie: {}\r\n\r\n",
                    preview.host(),
                    preview.cookies
                )
                .as_bytes(),
            );
            match preview.raw(&request) {
                Some(reply) => {
                    answers += 1;
                    let text = reply.text();
                    let path = String::from_utf8_lossy(path);
                    assert!(!text.contains(SECRET), "{kind} gave {path} away");
                    assert!(!text.contains("root:"), "{kind} {path}");
                    assert!(!text.contains("secret.txt") && !text.contains("id_rsa"), "{kind} lists what lies outside at {path}: {text}");
                    assert!(reply.status != 500, "{kind} {path}: a path is no trouble");
                }
                None => silent += 1,
            }
        }
        println!("{kind}: {answers} answers, {silent} without one");
        assert!(silent * 10 < answers, "{kind} didn't answer {silent} of {}", paths.len());
        assert_eq!(preview.get("/").text(), "start", "{kind} still serves");
    }
}

/// Ends the thread that swaps also when the test fails, which would wait for it otherwise.
struct StopsAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopsAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere() {
    let dir = trap();
    let site = root(&dir).join("site");
    fs::create_dir(dir.path().join("elsewhere")).expect("a folder");
    fs::write(dir.path().join("elsewhere/page.html"), SECRET).expect("a file");
    fs::create_dir(site.join("flip")).expect("a folder");
    fs::write(site.join("flip/page.html"), "harmless").expect("a file");
    symlink("../../elsewhere", site.join("flop")).expect("a link");
    let preview = open(folder_site(&dir, "site", false));
    let stop = AtomicBool::new(false);
    let (mut harmless, mut nothing) = (0, 0);
    std::thread::scope(|scope| {
        let _stops = StopsAtTheEnd(&stop);
        scope.spawn(|| {
            let (a, b, c) = (site.join("flip"), site.join("flop"), site.join("third"));
            while !stop.load(Ordering::Relaxed) {
                fs::rename(&a, &c).and_then(|()| fs::rename(&b, &a)).and_then(|()| fs::rename(&c, &b)).expect("swapped");
            }
        });
        for _ in 0..3000 {
            let reply = preview.get("/flip/page.html");
            assert!(!reply.text().contains(SECRET), "a link out was followed");
            match reply.status {
                200 => harmless += 1,
                _ => nothing += 1,
            }
        }
    });
    println!("{harmless} times the page, {nothing} times nothing");
    assert!(harmless > 0 && nothing > 0, "both must have been seen: {harmless} and {nothing}");
}
