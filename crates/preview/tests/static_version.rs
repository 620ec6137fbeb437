//! What only holds for versions: they never change, come from hashes alone, and say when contents were not kept.

mod serving;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_objects::{ObjectHash, Objects};
use serving::*;

#[test]
fn a_version_stays_as_it_was_whatever_becomes_of_the_folder() {
    let dir = project(&[("index.html", b"then"), ("a/b.txt", b"then")]);
    let site = version_site(&dir, "", false);
    write(&root(&dir), "index.html", b"now");
    write(&root(&dir), "new.txt", b"now");
    fs::remove_dir_all(root(&dir).join("a")).expect("removed");
    let preview = open(site);
    assert_eq!(preview.get("/").text(), "then");
    assert_eq!(preview.get("/a/b.txt").text(), "then");
    assert_eq!(preview.get("/new.txt").status, 404);
}

#[test]
fn links_lead_within_the_version_only() {
    let dir = project(&[
        ("site/page.html", b"page"),
        ("other/target.txt", b"target"),
        ("other/deep/file.txt", b"deep"),
        ("site/in@", b"../other/target.txt"),
        ("site/dir@", b"../other/deep"),
        ("site/chain@", b"in"),
        ("site/out@", b"../../../etc/passwd"),
        ("site/etc@", b"/etc"),
        ("site/self@", b"self"),
        ("site/env@", b"../.env"),
        (".env", SECRET.as_bytes()),
    ]);
    let preview = open(version_site(&dir, "site", false));
    for (path, expected) in [("/in", "target"), ("/chain", "target"), ("/dir/file.txt", "deep")] {
        assert_eq!(preview.get(path).text(), expected, "{path}");
    }
    for path in ["/out", "/etc/passwd", "/etc/", "/self", "/self/x"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    assert_eq!(preview.get("/env").status, 403, "a link to a secret is the secret");
    assert!(preview.get("/dir/").text().contains("file.txt"));
}

#[test]
fn what_was_not_kept_comes_from_elsewhere_or_is_said_to_be_gone() {
    let large = vec![7; 3_000_000];
    let dir = project(&[("large.bin", &large), ("gone.bin", &vec![8; 2_000_000]), ("small.txt", b"small")]);
    let asked = Arc::new(AtomicUsize::new(0));
    let (counted, bytes) = (Arc::clone(&asked), large.clone());
    let elsewhere = move |path: &lectern_sync::RepoPath, hash: &ObjectHash| {
        counted.fetch_add(1, Ordering::SeqCst);
        assert!(hash != &ObjectHash::of(b"small"), "what is kept isn't asked for");
        // The folder has other bytes by now: they are not the version's.
        Some(if path.as_bytes() == b"large.bin" { bytes.clone() } else { b"other bytes".to_vec() })
    };
    let preview = open(Arc::new(version(&dir, "", false, 1000, Some(Arc::new(elsewhere)))));
    assert_eq!(preview.get("/large.bin").body, large);
    assert_eq!(preview.get("/small.txt").text(), "small");
    let gone = preview.get("/gone.bin");
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("only its hash was kept"), "{}", gone.text());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let without = open(Arc::new(version(&dir, "", false, 1000, None)));
    assert_eq!(without.get("/large.bin").status, 404);
}

#[test]
fn a_damaged_object_is_never_served() {
    let dir = project(&[("a.txt", b"the right bytes, enough of them to be compressed when they are stored: aaaaaaaaaaaaaaaaaaaaaaaaaaaa")]);
    let site = version_site(&dir, "", false);
    let objects = dir.path().join("data/objects.db");
    let connection = lectern_store::rusqlite::Connection::open(&objects).expect("the objects");
    let changed =
        connection.execute("UPDATE objects SET encoding = 0, data = CAST('other bytes' AS BLOB), size = 11", []).expect("damaged");
    assert!(changed > 0);
    let reply = open(site).get("/a.txt");
    assert_eq!(reply.status, 500);
    assert!(!reply.text().contains("other bytes") && reply.text().contains("Verify this version"), "{}", reply.text());
    drop(Objects::open(&objects));
}

#[test]
fn a_lost_object_is_told_from_one_that_was_never_kept() {
    let dir = project(&[("a.txt", b"small enough to be kept"), ("large.bin", &[7; 5000])]);
    let preview = open(Arc::new(version(&dir, "", false, 1000, None)));
    let connection = lectern_store::rusqlite::Connection::open(dir.path().join("data/objects.db")).expect("the objects");
    assert_eq!(connection.execute("DELETE FROM objects", []).expect("gone"), 1);
    let (lost, never) = (preview.get("/a.txt"), preview.get("/large.bin"));
    assert_eq!((lost.status, never.status), (500, 404));
    assert!(lost.text().contains("damaged or gone") && lost.text().contains("Verify this version"), "{}", lost.text());
    assert!(never.text().contains("too large for versions"), "{}", never.text());
}

#[test]
fn pages_of_a_version_have_nothing_put_in_even_for_an_outside_browser() {
    let dir = project(&[("index.html", b"<body>start</body>")]);
    let preview = open_with(version_site(&dir, "", false), Default::default(), true);
    assert_eq!(preview.get("/").text(), "<body>start</body>");
}

#[test]
fn a_wide_folder_of_a_version_is_found_and_listed() {
    let names: Vec<String> = (0..2000).map(|n| format!("wide/file-{n:04}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), name.as_bytes())).collect();
    let dir = project(&files);
    let preview = open(version_site(&dir, "", false));
    for name in names.iter().step_by(250) {
        assert_eq!(&preview.get(&format!("/{name}")).text(), name);
    }
    assert_eq!(preview.get("/wide/").text().matches("<li>").count(), 2001);
}
