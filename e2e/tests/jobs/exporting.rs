//! Pages as Markdown: one by the system's dialog, all of a project beside the open window.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lectern_e2e::Stage;
use serde_json::{Value, json};

use crate::support::*;

/// The footnotes of a page: number, path, first and last line.
fn footnotes(markdown: &str) -> Vec<(u32, String, usize, usize)> {
    let notes = markdown.lines().filter_map(|line| line.strip_prefix("[^")?.split_once("]: "));
    notes
        .map(|(number, place)| {
            // In a site a citation may link to the page about the file.
            let place = place.trim_start_matches('[').split('`').nth(1).unwrap_or_else(|| panic!("no place: {place}"));
            let place = place.strip_suffix("@v1").unwrap_or_else(|| panic!("no version: {place}"));
            let (path, lines) = place.rsplit_once(':').unwrap_or_else(|| panic!("no lines: {place}"));
            let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
            let line = |text: &str| text.parse().unwrap_or_else(|_| panic!("no line: {place}"));
            (number.parse().expect("a number"), path.to_owned(), line(first), line(last))
        })
        .collect()
}

/// Every mark has its footnote and every footnote its mark, and each names lines that the project has.
fn assert_cited(markdown: &str, root: &Path) {
    let notes = footnotes(markdown);
    let known: BTreeSet<u32> = notes.iter().map(|(number, ..)| *number).collect();
    assert_eq!(known.len(), notes.len(), "a footnote stands twice: {markdown}");
    let body: String = markdown.lines().filter(|line| !(line.starts_with("[^") && line.contains("]: "))).collect();
    let marks = body.split("[^").skip(1).filter_map(|rest| rest.split_once(']')?.0.parse().ok());
    assert_eq!(marks.collect::<BTreeSet<u32>>(), known, "marks and footnotes differ: {markdown}");
    for (number, path, first, last) in notes {
        let text = fs::read_to_string(root.join(&path)).unwrap_or_else(|error| panic!("[^{number}] cites {path}: {error}"));
        assert!(first >= 1 && first <= last && last <= text.lines().count(), "[^{number}] cites lines {first}-{last} of {path}");
    }
}

#[test]
fn a_page_is_exported_as_markdown_where_the_systems_dialog_says() {
    let stage = Stage::new("jobs-export");
    let written = with_model(&stage);
    let (app, root) = ferry(&stage);
    let id = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/sync.rs" }), !written);
    wait_status(&app, &id, "SUCCESS");
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "sync.rs");
    app.wait_js("the page is done", "document.querySelector('#jobs article[aria-busy=false]') !== null", &[]);
    let target = stage.place("page.md");
    app.click("button", "More about this job");
    app.click("menuitem", "Export…");
    stage.type_into_dialog("Export as Markdown", &target.to_string_lossy());
    app.wait_toast("Exported src/sync.rs");
    app.settled_shot("exported");

    let markdown = fs::read_to_string(&target).expect("the page is there");
    assert!(markdown.starts_with("# src/sync.rs\n\n*Version 1, "), "{markdown}");
    let who = if written { "written by AI (SmolLM2 135M) on this computer" } else { "no prose: facts from the code only" };
    assert!(markdown.contains(who), "{markdown}");
    // The sections of the page, in its order.
    let page = command(&app, "ai_job", &json!({ "jobId": id }))["page"].clone();
    let titles: Vec<String> =
        page["sections"].as_array().expect("sections").iter().map(|each| each["title"].as_str().unwrap_or_default().to_owned()).collect();
    let headings: Vec<&str> = markdown.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### "))).collect();
    assert_eq!(headings, titles);
    // Definitions with the signatures of the source, and what the source says of them.
    for expected in [
        "#### `plan` (function) [^",
        "```\npub fn plan(paths: &[String], store: &Store) -> SyncPlan\n```",
        "> Compares the folder with the newest manifest; writes nothing.",
        "```mermaid\nflowchart TD\n",
    ] {
        assert!(markdown.contains(expected), "{expected:?} is not in\n{markdown}");
    }
    assert_cited(&markdown, &root);
    let cited = page["citations"].as_array().expect("citations");
    for (number, path, first, last) in footnotes(&markdown) {
        let same = |each: &&Value| each["id"] == number;
        let of_page = cited.iter().find(same).unwrap_or_else(|| panic!("the page has no citation {number}"));
        assert_eq!((&of_page["path"], &of_page["line_start"], &of_page["line_end"]), (&json!(path), &json!(first), &json!(last)));
    }
    let uncited = markdown.matches("*(no citation)*").count();
    assert_eq!(json!(uncited), page["checks"]["uncited"], "what has no support is marked");

    // By the palette, too.
    app.dismiss_toasts();
    fs::remove_file(&target).expect("the test's own file");
    app.command("Export the page as Markdown");
    stage.type_into_dialog("Export as Markdown", &target.to_string_lossy());
    app.wait_toast("Exported src/sync.rs");
    assert_eq!(fs::read_to_string(&target).ok().as_deref(), Some(markdown.as_str()), "the same page gives the same bytes");
}

#[test]
fn pages_of_a_whole_project_are_written_beside_the_open_window() {
    let stage = Stage::new("jobs-docs");
    let (app, root) = ferry(&stage);
    let out = stage.place("docs");
    let password = password_file(&stage);
    let (project, folder) = (root.to_string_lossy().into_owned(), out.to_string_lossy().into_owned());
    let arguments = ["docs", project.as_str(), "--out", folder.as_str(), "--no-prose"];
    let written = stage.lectern_json(&arguments, &[("LECTERN_PASSWORD_FILE", &password)]);
    assert_eq!((&written["pages"], &written["version"]), (&json!(4), &json!(1)), "{written}");
    let index = fs::read_to_string(out.join("index.md")).expect("an index");
    let linked: Vec<&str> = index.lines().filter_map(|line| line.split_once("](<")?.1.split_once('>')).map(|(file, _)| file).collect();
    assert_eq!(linked.len(), 4, "{index}");
    for file in &linked {
        let page = fs::read_to_string(out.join(file)).unwrap_or_else(|error| panic!("the index links to {file}: {error}"));
        assert!(page.starts_with("# "), "{page}");
        assert_cited(&page, &root);
        // Links lead to pages of the site.
        let folder = out.join(file).parent().expect("a folder").to_path_buf();
        for to in page.split("](<").skip(1).filter_map(|rest| rest.split_once('>')).map(|(to, _)| to) {
            assert!(folder.join(to).is_file(), "{file} links to {to}");
        }
    }
    // The window has them once its jobs are looked at.
    app.press("Ctrl+5");
    app.wait_text("#jobs", "src/store.rs");
    assert_eq!(jobs(&app).len(), 4);

    // Over its own pages it writes, over somebody's files never.
    let again = stage.lectern_json(&arguments, &[("LECTERN_PASSWORD_FILE", &password)]);
    assert_eq!(again["pages"], json!(4), "{again}");
    let refused = stage.lectern_as(&["docs", &project, "--out", &project, "--no-prose"], &[("LECTERN_PASSWORD_FILE", &password)]);
    assert!(!refused.status.success());
    assert!(!root.join("index.md").exists());
}
