//! What is promised of downloads of model files.

mod support;

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use lectern_llm::{Cancel, EngineError, ModelError, ModelFiles, ModelProgress};
use lectern_store::{Store, StoreOptions, SystemClock};
use proptest::prelude::*;
use support::{
    Server,
    files::{FileServer, Habits},
    fixture::{describe, fixture, hash, model, patience},
};

#[test]
fn a_download_is_hashed_kept_private_and_listed() {
    let f = fixture();
    let bytes = model(300_000);
    let server = FileServer::new(bytes.clone(), Habits::default());
    let mut heard = Vec::new();
    let url = format!("{}?token=secret", server.url("org/Small-Q4_K_M.gguf"));
    let got = f.files.download(&url, &hash(&bytes), &describe, &mut |told| heard.push(told), &Cancel::new()).expect("a model");
    assert_eq!((got.file_name.as_str(), got.name.as_str(), got.is_ours), ("Small-Q4_K_M.gguf", "Small", true));
    assert_eq!(fs::read(&got.path).expect("the file"), bytes);
    assert_eq!(got.source_url, Some(server.url("org/Small-Q4_K_M.gguf")), "without what may be secret");
    assert_eq!(f.names(), ["Small-Q4_K_M.gguf"], "nothing is left beside it");
    assert!(heard.contains(&ModelProgress::Downloading { done: 300_008, total: Some(300_008) }));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&got.path), mode(&f.folder())), (0o600, 0o700));
    }
    let answers = server.answers.load(Ordering::SeqCst);
    assert_eq!(f.download(&url, &hash(&bytes)).expect("again").id, got.id);
    assert_eq!(server.answers.load(Ordering::SeqCst), answers, "what is there is not fetched again");
    f.files.remove(&got.id).expect("removed");
    assert!(f.names().is_empty(), "a file of ours goes with its row");
}

#[test]
fn where_nothing_comes_for_a_moment_it_is_told_again_how_far_it_is() {
    let f = fixture();
    let bytes = model(2000);
    let sent = bytes.clone();
    let server = Server::start(move |_, line| {
        line.send(format!("HTTP/1.1 200 X\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n", sent.len()));
        line.send(&sent[..1500]);
        std::thread::sleep(std::time::Duration::from_millis(900));
        line.send(&sent[1500..]);
    });
    let mut heard = Vec::new();
    f.files
        .download(&format!("{}/m.gguf", server.address()), "", &describe, &mut |told| heard.push(told), &Cancel::new())
        .expect("a model");
    let there = heard.iter().filter(|told| matches!(told, ModelProgress::Downloading { done: 1500, .. })).count();
    assert!(there >= 2, "once when it came and again while nothing did: {heard:?}");
}

#[test]
fn another_file_of_the_same_name_gets_a_name_of_its_own() {
    let f = fixture();
    let first = FileServer::new(model(1000), Habits::default());
    let second = FileServer::new(model(2000), Habits::default());
    f.download(&first.url("m.gguf"), "").expect("a model");
    let other = f.download(&second.url("m.gguf"), "").expect("a model");
    assert_eq!((other.file_name.as_str(), f.names()), ("m-2.gguf", vec!["m-2.gguf".to_owned(), "m.gguf".to_owned()]));
}

#[test]
fn the_wrong_bytes_are_kept_apart_and_told() {
    let f = fixture();
    let (bytes, wanted) = (model(1000), hash(&model(1001)));
    let server = FileServer::new(bytes.clone(), Habits::default());
    let error = f.download(&server.url("m.gguf"), &wanted).expect_err("refused");
    assert!(matches!(&error, ModelError::WrongHash { expected, found } if *expected == wanted && *found == hash(&bytes)), "{error:?}");
    assert!(f.files.list().expect("a list").is_empty());
    assert!(f.names().iter().all(|name| !name.ends_with(".gguf")), "{:?}", f.names());
    let before = server.sent.load(Ordering::SeqCst);
    assert_eq!(f.download(&server.url("m.gguf"), &hash(&bytes)).expect("the right hash after all").sha256, hash(&bytes));
    assert_eq!(server.sent.load(Ordering::SeqCst), before, "what came is not fetched again");
    // The server's file was wrong, and is right now.
    let server = FileServer::new(bytes, Habits::default());
    assert!(matches!(f.download(&server.url("n.gguf"), &wanted), Err(ModelError::WrongHash { .. })));
    server.file.lock().expect("no panic").0 = model(1001);
    assert_eq!(f.download(&server.url("n.gguf"), &wanted).expect("a model").sha256, wanted);
}

#[test]
fn a_web_page_or_damaged_file_leaves_nothing() {
    let f = fixture();
    let page = Server::start(|_, line| line.answer(200, "text/html; charset=utf-8", "", "<!doctype html><title>Sign in</title>"));
    let error = f.download(&format!("{}/m.gguf", page.address()), "").expect_err("refused");
    assert!(matches!(&error, ModelError::Download(said) if said.contains("web page")), "{error:?}");
    let disguised = FileServer::new(format!("<!doctype html>{}", " ".repeat(100_000)).into_bytes(), Habits::default());
    assert!(matches!(f.download(&disguised.url("m.gguf"), ""), Err(ModelError::NotAModel(said)) if said.contains("web page")));
    let damaged = FileServer::new(model(1000), Habits::default());
    let refused = f.files.download(
        &damaged.url("d.gguf"),
        "",
        &|_| Err(EngineError::BadModel("the file is damaged".to_owned())),
        &mut |_| {},
        &Cancel::new(),
    );
    assert!(matches!(refused, Err(ModelError::NotAModel(_))));
    assert!(f.files.list().expect("a list").is_empty());
    assert!(f.names().iter().all(|name| name.starts_with("m.gguf.part")), "{:?}", f.names());
}

#[test]
fn addresses_are_looked_at_first() {
    let f = fixture();
    for url in ["", "model.gguf", "ftp://x/m.gguf", "file:///etc/passwd", "https://me:pw@x.example/m.gguf", "http://models.example/m.gguf"]
    {
        assert!(matches!(f.download(url, ""), Err(ModelError::BadUrl(_))), "{url:?}");
    }
    assert!(matches!(f.download("https://x.example/m.gguf", "abc"), Err(ModelError::BadHash)));
    assert!(matches!(f.download("https://x.example/m-00001-of-00002.gguf", ""), Err(ModelError::NotAModel(_))));
    assert!(f.names().is_empty());
}

#[test]
fn redirects_are_followed_but_not_in_circles() {
    let f = fixture();
    let files = FileServer::new(model(1000), Habits::default());
    let to = format!("Location: {}\r\n", files.url("cdn/blob"));
    let front = Server::start(move |_, line| line.answer(302, "text/plain", &to, ""));
    let got = f.download(&format!("{}/m.gguf", front.address()), "").expect("a model");
    assert_eq!(got.file_name, "m.gguf", "it is called as it was asked for");
    let circle = Server::start(|_, line| line.answer(302, "text/plain", "Location: /m.gguf\r\n", ""));
    assert!(matches!(f.download(&format!("{}/c.gguf", circle.address()), ""), Err(ModelError::Download(said)) if said.contains("circles")));
    let away = Server::start(|_, line| line.answer(302, "text/plain", "Location: http://models.example/m.gguf\r\n", ""));
    assert!(
        matches!(f.download(&format!("{}/a.gguf", away.address()), ""), Err(ModelError::Download(said)) if said.contains("encryption"))
    );
    let script = Server::start(|_, line| line.answer(302, "text/plain", "Location: file:///etc/passwd\r\n", ""));
    assert!(f.download(&format!("{}/s.gguf", script.address()), "").is_err());
}

#[test]
fn refusals_of_the_server_are_told() {
    let f = fixture();
    for (status, said) in [(401, "sign-in"), (404, "no such file"), (418, "418"), (500, "failed")] {
        let server = Server::start(move |_, line| line.answer(status, "text/plain", "", "x"));
        let error = f.download(&format!("{}/m.gguf", server.address()), "").expect_err("refused");
        assert!(matches!(&error, ModelError::Download(text) if text.contains(said)), "{status}: {error:?}");
    }
}

#[test]
fn a_download_goes_on_where_it_stopped() {
    let f = fixture();
    let bytes = model(200_000);
    let server = FileServer::new(bytes.clone(), Habits::default());
    let url = server.url("m.gguf");
    let cancel = Cancel::new();
    let stopped = f.files.download(
        &url,
        "",
        &describe,
        &mut |told| {
            if matches!(told, ModelProgress::Downloading { done, .. } if done > 0) {
                cancel.cancel();
            }
        },
        &cancel,
    );
    // Small files may all come before anybody looks; then there is nothing to go on with.
    if stopped.is_ok() {
        return;
    }
    assert!(matches!(stopped, Err(ModelError::Cancelled)), "{stopped:?}");
    let kept = fs::metadata(f.folder().join("m.gguf.part")).expect("the part").len();
    assert!(kept > 0);
    assert_eq!(fs::read(f.download(&url, "").expect("a model").path).expect("the file"), bytes);
    let ranges: Vec<_> = server.server.asked().iter().filter_map(|asked| asked.header("range").map(str::to_owned)).collect();
    assert_eq!(ranges, [format!("bytes={kept}-")]);
}

#[test]
fn connections_that_break_off_are_taken_up_again() {
    let f = fixture();
    let bytes = model(50_000);
    let server = FileServer::new(bytes.clone(), Habits::default());
    server.break_off(&[10_000, 5_000, 0, 0, 20_000]);
    assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), bytes);
    server.break_off(&[0, 0, 0, 0]);
    assert!(matches!(f.download(&server.url("n.gguf"), ""), Err(ModelError::Download(_))), "but not for ever");
}

#[test]
fn a_file_that_changed_meanwhile_is_fetched_from_its_beginning() {
    for heeds_mark in [true, false] {
        let f = fixture();
        let server = FileServer::new(model(50_000), Habits { heeds_mark, ..Habits::default() });
        server.break_off(&[10_000, 0, 0, 0]);
        f.download(&server.url("m.gguf"), "").expect_err("breaks off");
        let mut other = model(50_000);
        other[20] ^= 0xff;
        *server.file.lock().expect("no panic") =
            (other.clone(), Habits { mark: "ETag: \"two\"\r\n".to_owned(), heeds_mark, ..Habits::default() });
        assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), other);
    }
}

#[test]
fn a_server_without_marks_or_ranges_is_asked_for_everything_again() {
    for habits in [
        Habits { mark: String::new(), ..Habits::default() },
        Habits { ranges: false, ..Habits::default() },
        Habits { mark: "ETag: W/\"weak\"\r\n".to_owned(), ..Habits::default() },
    ] {
        let f = fixture();
        let server = FileServer::new(model(50_000), habits.clone());
        server.break_off(&[10_000, 0, 0, 0]);
        f.download(&server.url("m.gguf"), "").expect_err("breaks off");
        let mut other = model(50_000);
        other[20] ^= 0xff;
        server.file.lock().expect("no panic").0 = if habits.ranges { other.clone() } else { model(50_000) };
        let wanted = if habits.ranges { other } else { model(50_000) };
        assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), wanted);
    }
}

#[test]
fn a_file_that_changes_between_two_tries_of_one_call_is_not_mixed() {
    let f = fixture();
    let server = FileServer::new(model(50_000), Habits { mark: String::new(), ..Habits::default() });
    server.break_off(&[10_000]);
    let mut other = model(50_000);
    other[20] ^= 0xff;
    let got = f.files.download(
        &server.url("m.gguf"),
        "",
        &describe,
        &mut |told| {
            if matches!(told, ModelProgress::Downloading { done, .. } if done > 0) {
                server.file.lock().expect("no panic").0.clone_from(&other);
            }
        },
        &Cancel::new(),
    );
    assert_eq!(fs::read(got.expect("a model").path).expect("the file"), other);
}

#[test]
fn a_server_that_gives_ranges_in_pieces_is_asked_for_the_next() {
    let f = fixture();
    let bytes = model(50_000);
    let server = FileServer::new(bytes.clone(), Habits { at_most: 9_000, ..Habits::default() });
    server.break_off(&[10_000]);
    assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), bytes);
}

#[test]
fn a_hash_makes_up_for_a_server_without_marks() {
    let f = fixture();
    let bytes = model(50_000);
    let server = FileServer::new(bytes.clone(), Habits { mark: String::new(), ..Habits::default() });
    server.break_off(&[10_000, 0, 0, 0]);
    f.download(&server.url("m.gguf"), &hash(&bytes)).expect_err("breaks off");
    f.download(&server.url("m.gguf"), &hash(&bytes)).expect("a model");
    assert!(server.sent.load(Ordering::SeqCst) < 55_000, "the beginning is not fetched twice");
    // When what came before does not fit, it is fetched anew, within the same call.
    let server = FileServer::new(bytes, Habits { mark: String::new(), ..Habits::default() });
    let mut other = model(50_000);
    other[20] ^= 0xff;
    server.break_off(&[10_000, 0, 0, 0]);
    f.download(&server.url("n.gguf"), &hash(&other)).expect_err("breaks off");
    server.file.lock().expect("no panic").0 = other.clone();
    assert_eq!(f.download(&server.url("n.gguf"), &hash(&other)).expect("a model").sha256, hash(&other));
}

#[test]
fn what_a_crash_left_behind_the_last_sync_is_not_believed() {
    let f = fixture();
    let bytes = model(50_000);
    let server = FileServer::new(bytes.clone(), Habits::default());
    server.break_off(&[10_000, 0, 0, 0]);
    f.download(&server.url("m.gguf"), "").expect_err("breaks off");
    let part = f.folder().join("m.gguf.part");
    let mut torn = fs::read(&part).expect("the part");
    torn.extend([0; 7_000]);
    fs::write(&part, torn).expect("zeroes that were never sent");
    assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), bytes);
}

#[test]
fn a_note_that_can_t_be_read_or_a_lost_part_begins_anew() {
    for spoil in ["note", "part"] {
        let f = fixture();
        let bytes = model(50_000);
        let server = FileServer::new(bytes.clone(), Habits::default());
        server.break_off(&[10_000, 0, 0, 0]);
        f.download(&server.url("m.gguf"), "").expect_err("breaks off");
        match spoil {
            "note" => fs::write(f.folder().join("m.gguf.part.json"), "{half").expect("spoilt"),
            _ => fs::write(f.folder().join("m.gguf.part"), "short").expect("spoilt"),
        }
        assert_eq!(fs::read(f.download(&server.url("m.gguf"), "").expect("a model").path).expect("the file"), bytes, "{spoil}");
    }
}

#[test]
fn another_address_does_not_go_on_with_somebody_else_s_part() {
    let f = fixture();
    let (first, second) = (FileServer::new(model(50_000), Habits::default()), FileServer::new(vec![b'G'; 0], Habits::default()));
    let mut other = model(50_000);
    other[20] ^= 0xff;
    second.file.lock().expect("no panic").0 = other.clone();
    first.break_off(&[10_000, 0, 0, 0]);
    f.download(&first.url("m.gguf"), "").expect_err("breaks off");
    assert_eq!(fs::read(f.download(&second.url("m.gguf"), "").expect("a model").path).expect("the file"), other);
}

#[test]
fn a_disk_without_room_is_noticed_before_and_what_came_stays() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    let files =
        ModelFiles::new(store, Arc::new(SystemClock), dir.path().join("models")).with_patience(patience()).with_free_space(|_| Ok(1000));
    let server = FileServer::new(model(50_000), Habits::default());
    let error = files.download(&server.url("m.gguf"), "", &describe, &mut |_| {}, &Cancel::new()).expect_err("no room");
    assert!(matches!(error, ModelError::DiskFull { needed: 50_008, free: 1000 }), "{error:?}");
    assert_eq!(fs::metadata(dir.path().join("models/m.gguf.part")).expect("the part").len(), 0, "nothing was written");
}

#[test]
fn two_downloads_of_one_file_don_t_mix() {
    let f = fixture();
    let server = FileServer::new(model(50_000), Habits::default());
    let url = server.url("m.gguf");
    let mut second = None;
    let first = f.files.download(
        &url,
        "",
        &describe,
        &mut |_| {
            second.get_or_insert_with(|| f.download(&url, ""));
        },
        &Cancel::new(),
    );
    first.expect("the first gets it");
    assert!(matches!(second, Some(Err(ModelError::BeingDownloaded))), "{second:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn whatever_breaks_off_the_bytes_in_the_end_are_the_server_s(
        length in 0_usize..60_000,
        breaks in prop::collection::vec(0_usize..60_000, 0..8),
        marked in any::<bool>(),
        ranges in any::<bool>(),
        says_length in any::<bool>(),
        hashed in any::<bool>(),
    ) {
        let f = fixture();
        let bytes = model(length);
        let mark = if marked { "ETag: \"one\"\r\n".to_owned() } else { String::new() };
        // Without a length only the connection's end tells that all came: breaking off could not be told from the end.
        let says_length = says_length || !breaks.is_empty();
        let server = FileServer::new(bytes.clone(), Habits { ranges, mark, says_length, ..Habits::default() });
        server.break_off(&breaks);
        let sha256 = if hashed { hash(&bytes) } else { String::new() };
        let got = (0..10).find_map(|_| f.download(&server.url("m.gguf"), &sha256).ok()).expect("it comes in the end");
        prop_assert_eq!(got.sha256, hash(&bytes));
        prop_assert_eq!(fs::read(got.path).expect("the file"), bytes);
        prop_assert_eq!(f.names(), ["m.gguf"]);
    }
}
