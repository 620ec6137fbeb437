//! What is served and to whom.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_workspace::{
    Workspace,
    view::{EndedReason, LinkUse, Preview, PreviewRequest, PreviewStatus, Retention, Trust},
};

use crate::support::*;

#[test]
fn a_version_stays_as_it_was_and_the_folder_is_as_it_is() {
    let f = fixture("<p>first");
    let first = f.start(&version(1));
    let folder = f.start(&FOLDER);
    assert_eq!((first.status, folder.status), (PreviewStatus::Ready, PreviewStatus::Ready));
    assert_eq!((first.title.as_str(), first.version, first.reloads), ("Snapshot of v1", Some(1), false));
    assert_eq!((folder.title.as_str(), folder.version, folder.reloads), ("Working copy", None, true));
    fs::write(f.root.join("index.html"), "<p>second").expect("an edit");
    let show = |preview: &Preview| {
        let cookie = enter(&f.link(preview));
        get(&format!("{}/", preview.url.as_ref().expect("a url")), Some(&cookie)).expect("an answer")
    };
    assert_eq!(show(&first).2, "<p>first");
    assert!(show(&folder).2.contains("<p>second"), "as it is now");
    assert_ne!(first.port, folder.port, "each on an origin of its own");
}

#[test]
fn folders_of_one_project_are_told_apart_by_their_titles() {
    let f = fixture("<p>first");
    let titles = ["one", "two/deep"].map(|folder| {
        fs::create_dir_all(f.root.join(folder)).expect("a folder");
        f.start(&PreviewRequest::Static { version: None, folder: folder.to_owned(), falls_back: false }).title
    });
    assert_eq!(titles, ["Working copy, one", "Working copy, two/deep"]);
}

#[test]
fn nobody_gets_in_without_a_ticket_and_a_ticket_opens_once() {
    let f = fixture("<p>private");
    let preview = f.start(&version(1));
    let url = preview.url.clone().expect("a url");
    let (status, _, body) = get(&format!("{url}/"), None).expect("an answer");
    assert!(status >= 400 && !body.contains("private"), "{status}");
    let link = f.link(&preview);
    enter(&link);
    assert!(get(&link, None).expect("an answer").0 >= 400, "the second time");
    let token: String = f.database().query_row("SELECT preview_token FROM preview_sessions", [], |row| row.get(0)).expect("a token");
    assert!(token.len() == 64 && !link.contains(&token), "the secret is stored by its hash");
}

#[test]
fn the_same_request_twice_is_the_same_preview() {
    let f = fixture("<p>x");
    let first = f.start(&FOLDER);
    assert_eq!(f.start(&FOLDER).id, first.id);
    assert_ne!(f.start(&version(1)).id, first.id);
    let stopped = f.workspace.stop_preview(&first.id).expect("it ran");
    assert_eq!((stopped.status, stopped.ended_reason, stopped.url), (PreviewStatus::Expired, Some(EndedReason::Stopped), None));
    assert_ne!(f.start(&FOLDER).id, first.id);
    let again = f.workspace.restart_preview(&first.id, None).expect("a new one");
    assert_ne!(again.id, first.id);
    assert_eq!(f.workspace.previews(&f.id).expect("a list").len(), 3, "the one that was started anew is the one that ran");
}

#[test]
fn an_id_alone_opens_nothing() {
    let f = fixture("<p>x");
    let preview = f.start(&version(1));
    let grant = f.id.clone();
    let calls = |workspace: &Arc<Workspace>| {
        vec![
            code(workspace.preview_choices(&f.id, None)),
            code(workspace.start_preview(&f.id, &FOLDER, Some(Trust::Once))),
            code(workspace.previews(&f.id)),
            code(workspace.preview(&preview.id)),
            code(workspace.preview_log(&preview.id, 0)),
            code(workspace.preview_link(&preview.id, LinkUse::Open)),
            code(workspace.preview_window_link(&preview.id, None)),
            code(workspace.stop_preview(&preview.id)),
            code(workspace.restart_preview(&preview.id, None)),
            code(workspace.extend_preview(&preview.id)),
            code(workspace.remove_preview(&preview.id, false)),
            code(workspace.remove_preview(&preview.id, true)),
            code(workspace.forget_trusted_command(&grant)),
        ]
    };
    f.workspace.lock().expect("locked");
    assert!(calls(&f.workspace).iter().all(|code| code == "LOCKED"));
    assert_eq!(code(f.workspace.trusted_commands()), "LOCKED");
    f.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    f.workspace.create_profile("bob@example.org", "", PASSWORD.to_owned(), false).expect("another profile");
    let codes = calls(&f.workspace);
    assert!(codes.iter().all(|code| ["UNKNOWN_PROJECT", "UNKNOWN_PREVIEW", "UNKNOWN_GRANT"].contains(&code.as_str())), "{codes:?}");
    assert_eq!(get(&format!("{}/", preview.url.expect("a url")), None), None, "another profile doesn't keep the first one's previews");
    f.workspace.sign_out().expect("signed out");
    assert!(calls(&f.workspace).iter().all(|code| code == "NOT_SIGNED_IN"));
}

#[test]
fn what_a_preview_shows_is_not_thinned_out_until_it_ends() {
    let f = fixture("<p>1");
    for number in 2..6 {
        f.clock.advance(60 * 1000);
        fs::write(f.root.join("index.html"), format!("<p>{number}")).expect("an edit");
        f.workspace.sync_path(&f.root, &|_| {}).expect("a version");
    }
    f.clock.advance(90 * 24 * HOUR);
    f.workspace.set_retention(&f.id, Retention::Thin).expect("thinned");
    let preview = f.start(&version(2));
    f.workspace.collect("t", &|_| {}).expect("collected");
    let cookie = enter(&f.link(&preview));
    let shown = get(&format!("{}/", preview.url.as_ref().expect("a url")), Some(&cookie)).expect("an answer");
    assert_eq!(shown.2, "<p>2");
    f.workspace.stop_preview(&preview.id).expect("it ran");
    f.workspace.collect("t", &|_| {}).expect("collected");
    assert_eq!(code(f.workspace.start_preview(&f.id, &version(2), None)), "UNKNOWN_VERSION", "nothing keeps it any more");
}

#[test]
fn two_previews_stand_beside_each_other_in_one_page() {
    let f = fixture("<p>x");
    let (first, second) = (f.start(&version(1)), f.start(&FOLDER));
    let link = f.workspace.preview_window_link(&first.id, Some(&second.id)).expect("a page");
    let cookie = enter(&link);
    let origin = link.split("/.lectern").next().expect("an origin").to_owned();
    let page = get(&format!("{origin}/"), Some(&cookie)).expect("an answer").2;
    for preview in [&first, &second] {
        assert!(page.contains(preview.url.as_deref().expect("a url")), "{page}");
    }
    let state = |cookie: &str| get(&format!("{origin}/state"), Some(cookie)).expect("an answer").2;
    assert_eq!(state(&cookie).matches("\"running\":true").count(), 2);
    f.workspace.stop_preview(&second.id).expect("it ran");
    assert_eq!(state(&cookie).matches("\"running\":true").count(), 1);
    assert_eq!(code(f.workspace.preview_window_link(&first.id, Some(&second.id))), "PREVIEW_ENDED");
}

#[test]
fn a_folder_or_version_that_is_not_there_is_refused_and_leaves_no_session() {
    let f = fixture("<p>x");
    let missing = PreviewRequest::Static { version: None, folder: "dist".to_owned(), falls_back: true };
    assert_eq!(code(f.workspace.start_preview(&f.id, &missing, None)), "FOLDER_MISSING");
    assert_eq!(code(f.workspace.start_preview(&f.id, &version(9), None)), "UNKNOWN_VERSION");
    for folder in ["../..", "/etc", "a/../../b"] {
        let outside = PreviewRequest::Static { version: None, folder: folder.to_owned(), falls_back: false };
        assert_eq!(code(f.workspace.start_preview(&f.id, &outside, None)), "OUTSIDE_PROJECT");
    }
    std::os::unix::fs::symlink("/etc", f.root.join("out")).expect("a link");
    let link = PreviewRequest::Static { version: None, folder: "out".to_owned(), falls_back: false };
    assert_eq!(code(f.workspace.start_preview(&f.id, &link, None)), "FOLDER_MISSING");
    assert_eq!(f.workspace.previews(&f.id).expect("a list"), []);
    let choices = f.workspace.preview_choices(&f.id, None).expect("choices");
    assert!(!choices.folders.is_empty());
    fs::remove_dir_all(&f.root).expect("gone");
    assert_eq!(code(f.workspace.start_preview(&f.id, &FOLDER, None)), "FOLDER_MISSING");
    assert_eq!(f.start(&version(1)).status, PreviewStatus::Ready, "a version needs no folder");
}

#[test]
fn a_save_reaches_the_pages_of_the_folder() {
    let f = fixture("<p>x");
    let preview = f.start(&FOLDER);
    let cookie = enter(&f.link(&preview));
    let url = preview.url.clone().expect("a url");
    let waits = |after: u64| {
        let (url, cookie) = (format!("{url}/.lectern/reload?after={after}"), cookie.clone());
        std::thread::spawn(move || get(&url, Some(&cookie)).expect("an answer").2)
    };
    // Until the folder is watched; then once each.
    std::thread::sleep(Duration::from_millis(500));
    for (name, text, expected) in [("site.css", "p { color: blue }", "\"css\":[\"site.css\"]"), ("index.html", "<p>y", "\"all\":true")] {
        let number = u64::from(name == "index.html");
        let told = waits(number);
        std::thread::sleep(Duration::from_millis(100));
        let saved = Instant::now();
        fs::write(f.root.join(name), text).expect("a save");
        let told = told.join().expect("no panic");
        assert!(told.contains(expected), "{name}: {told}");
        println!("{name}: told after {:?}", saved.elapsed());
    }
    // What the project ignores, and what is new, counts too.
    fs::create_dir_all(f.root.join("dist/a")).expect("folders");
    fs::write(f.root.join("dist/a/new.js"), "1").expect("a file");
    assert!(waits(2).join().expect("no panic").contains("\"all\":true"));
}

#[test]
fn contents_that_were_not_kept_come_from_the_folder_or_are_said_to_be_gone() {
    let f = fixture("<p>x");
    let large = "0123456789abcdef".repeat(100_000);
    fs::write(f.root.join("large.txt"), &large).expect("a file");
    f.workspace.sync_path(&f.root, &|_| {}).expect("a version");
    let show = |preview: &Preview, path: &str| {
        let cookie = f.enter(preview);
        let (status, _, body) = get(&format!("{}{path}", preview.url.as_ref().expect("a url")), Some(&cookie)).expect("an answer");
        (status, body)
    };
    let preview = f.start(&version(2));
    assert_eq!(show(&preview, "/large.txt"), (200, large.clone()), "the folder still has it");
    f.workspace.stop_preview(&preview.id).expect("it ran");
    fs::write(f.root.join("large.txt"), large.replace('0', "x")).expect("an edit of the same size");
    let preview = f.start(&version(2));
    let (status, body) = show(&preview, "/large.txt");
    assert!(status == 404 && body.contains("only its hash was kept"), "{status} {body}");
    // Of what was kept, nothing is left.
    f.workspace.stop_preview(&preview.id).expect("it ran");
    let objects = rusqlite::Connection::open(f.dir.path().join("data/objects.db")).expect("the objects");
    assert!(objects.execute("DELETE FROM objects", []).expect("gone") > 0);
    let preview = f.start(&version(1));
    assert_eq!(show(&preview, "/site.css"), (200, "p { color: red }".to_owned()), "the folder still has it");
    fs::write(f.root.join("site.css"), "p { color: blue }").expect("an edit");
    let preview = f.start(&version(2));
    let (status, body) = show(&preview, "/site.css");
    assert!(status == 500 && body.contains("Verify this version in Lectern"), "{status} {body}");
}

#[test]
fn what_is_saved_at_once_is_told_at_once() {
    let f = fixture("<p>x");
    let preview = f.start(&FOLDER);
    let (cookie, url) = (f.enter(&preview), preview.url.clone().expect("a url"));
    let ask = |after: u64| -> serde_json::Value {
        let told = get(&format!("{url}/.lectern/reload?after={after}"), Some(&cookie)).expect("an answer").2;
        serde_json::from_str(&told).expect("JSON")
    };
    // The folder is watched from its first change on that is told.
    wait("the folder to be watched", || {
        fs::write(f.root.join("site.css"), "p { color: green }").expect("a save");
        std::thread::sleep(Duration::from_millis(200));
        ask(u64::MAX)["at"].as_u64().is_some_and(|at| at > 0)
    });
    std::thread::sleep(Duration::from_millis(300));
    let before = ask(u64::MAX)["at"].as_u64().expect("a number");
    // A build: many files, one after the other without a pause.
    fs::create_dir_all(f.root.join("dist/assets")).expect("folders");
    for number in 0..400 {
        fs::write(f.root.join(format!("dist/assets/{number}.css")), "p { margin: 0 }").expect("a file");
    }
    std::thread::sleep(Duration::from_millis(1500));
    let after = ask(u64::MAX)["at"].as_u64().expect("a number");
    assert!(after > before, "nothing was told");
    assert!(after - before <= 10, "400 files made pages reload {} times", after - before);
}
