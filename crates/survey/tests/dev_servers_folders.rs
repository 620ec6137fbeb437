//! Which folders of a project can be served as they are, and whether unknown paths are answered with their index.

use lectern_survey::{Folder, dev_servers};

fn found(all: &[(&str, &str)]) -> Vec<Folder> {
    let paths: Vec<_> = all.iter().map(|(path, _)| *path).filter(|path| !path.starts_with("dist/")).collect();
    dev_servers(&paths, &|path| all.iter().find(|(other, _)| *other == path).map(|(_, text)| text.as_bytes().to_vec())).folders
}

fn named(folders: &[Folder]) -> Vec<&str> {
    folders.iter().map(|folder| folder.folder.as_str()).collect()
}

const SHELL: &str = r#"<!doctype html><body><div id="root"></div><script type="module" src="/assets/index-BfX3kq2a.js"></script></body>"#;
const PAGE: &str = "<!doctype html><body><h1>Hello</h1><p>Words.</p></body>";

#[test]
fn a_project_is_always_offered_itself() {
    let folders = found(&[("a.txt", "")]);
    assert_eq!((named(&folders), folders[0].has_index, folders[0].files), (vec![""], false, Some(1)));
    assert_eq!(dev_servers::<&str>(&[], &|_| None).folders.len(), 1);
}

#[test]
fn pages_as_they_are_come_first() {
    let folders = found(&[
        ("index.html", PAGE),
        ("docs/index.html", PAGE),
        ("a/b/index.html", PAGE),
        ("style.css", ""),
        ("coverage/index.html", PAGE),
    ]);
    assert_eq!(named(&folders), ["", "docs", "a/b", "coverage"]);
    assert!(folders.iter().all(|folder| folder.has_index && !folder.falls_back));
    assert_eq!(folders[0].files, Some(5));
    assert_eq!(folders[1].files, Some(1));
}

#[test]
fn what_was_built_is_found_though_it_is_ignored() {
    let package = r#"{"scripts":{"dev":"vite"},"devDependencies":{"vite":"7"}}"#;
    let source = r#"<div id="root"></div><script type="module" src="/src/main.tsx"></script>"#;
    let folders = found(&[("package.json", package), ("index.html", source), ("dist/index.html", SHELL)]);
    assert_eq!(named(&folders), ["dist", ""]);
    assert_eq!((folders[0].reason.as_str(), folders[0].falls_back, folders[0].files), ("what Vite builds", true, None));
    assert_eq!((folders[1].reason.as_str(), folders[1].falls_back), ("has an index.html, but its script has to be built first", false));
}

#[test]
fn only_pages_that_find_their_way_by_script_fall_back() {
    assert!(found(&[("public/index.html", SHELL)])[0].falls_back);
    assert!(!found(&[("public/index.html", SHELL), ("public/404.html", PAGE)])[0].falls_back, "it has an answer for unknown paths");
    let words = format!("{SHELL}<p>{}</p>", "word ".repeat(60));
    assert!(!found(&[("public/index.html", &words)])[0].falls_back, "its page says something by itself");
    assert!(!found(&[("public/index.html", r#"<div id="root"></div><script src="jquery.js"></script>"#)])[0].falls_back);
}

#[test]
fn documentation_of_several_crates_has_no_page_at_its_root() {
    let folders = found(&[("Cargo.toml", ""), ("target/doc/help.html", PAGE)]);
    assert!(folders.iter().any(|folder| folder.folder == "target/doc" && !folder.has_index), "{folders:?}");
}
