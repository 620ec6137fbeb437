//! Which folders can be served as they are.

use super::{
    Folder,
    candidate::Candidate,
    listing::{depth, join, split},
    project::Project,
    quoting::visible,
};

/// Folders that builds write and their tools' names for it; they are looked for besides the listing, since git mostly ignores them.
const BUILT: &[&str] = &[
    "dist",
    "build",
    "out",
    "public",
    "_site",
    "site",
    "www",
    "public_html",
    "htdocs",
    "docs",
    "storybook-static",
    "book",
    "book/html",
    "target/doc",
    "target/site",
    "docs/_build/html",
    "_build/html",
    "docs/build/html",
    "build/html",
    "docs/.vitepress/dist",
    "docs/.vuepress/dist",
    "output",
    "coverage",
    "coverage/lcov-report",
    "htmlcov",
    "playwright-report",
    "build/reports/tests/test",
    "target/site/jacoco",
    "dist/spa",
    "build/client",
    ".output/public",
    "doc",
    "docs/html",
    "html",
    "apidocs",
    "javadoc",
    "demo",
    "web",
];
const MOST: usize = 24;
/// So much of a page is looked at.
const PAGE: usize = 256 * 1024;

/// What is known of a page.
struct Page {
    /// Shows nothing without its script, which finds the way by the path.
    by_script: bool,
    /// Its script is a source that has to be built first.
    unbuilt: bool,
}

/// The folders, the best first; the last is the project itself where nothing better is known of it.
pub(crate) fn find(project: &Project<'_>, candidates: &[Candidate]) -> Vec<Folder> {
    let mut found: Vec<(i32, Folder)> = Vec::new();
    for candidate in candidates {
        for built in candidate.built {
            add(project, &mut found, &join(&candidate.command.folder, built), Some((&candidate.command.framework, candidate.falls_back)));
        }
    }
    add(project, &mut found, "", None);
    for built in BUILT {
        add(project, &mut found, built, None);
    }
    for folder in project.listing.with("index.html", 60) {
        add(project, &mut found, folder, None);
    }
    if !found.iter().any(|(_, folder)| folder.folder.is_empty()) {
        let reason = "the project itself, as a list of its files".to_owned();
        found.push((-100, Folder { folder: String::new(), reason, has_index: false, falls_back: false, files: None }));
    }
    found.sort_by(|(one, first), (other, second)| {
        other.cmp(one).then_with(|| depth(&first.folder).cmp(&depth(&second.folder))).then_with(|| first.folder.cmp(&second.folder))
    });
    let root = found.iter().position(|(_, folder)| folder.folder.is_empty()).filter(|at| *at >= MOST).map(|at| found.remove(at));
    found.truncate(MOST - usize::from(root.is_some()));
    found.extend(root);
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn add(project: &Project<'_>, found: &mut Vec<(i32, Folder)>, folder: &str, writer: Option<(&str, bool)>) {
    if found.iter().any(|(_, other)| other.folder == folder) {
        return;
    }
    // rustdoc of several crates has no page at its root.
    if folder == "target/doc" && !project.exists("target/doc/index.html") {
        if project.exists("target/doc/help.html") {
            let reason = "what `cargo doc` writes".to_owned();
            found.push((8, Folder { folder: folder.to_owned(), reason, has_index: false, falls_back: false, files: None }));
        }
        return;
    }
    let Some(text) = project.text(&join(folder, "index.html")) else { return };
    let page = look(&text);
    let (score, reason) = rate(folder, &page, writer.map(|(framework, _)| framework));
    let alone = !project.exists(&join(folder, "404.html"));
    let falls_back = alone && !page.unbuilt && (page.by_script || writer.is_some_and(|(_, falls_back)| falls_back && !has_words(&text)));
    found.push((score, Folder { folder: folder.to_owned(), reason, has_index: true, falls_back, files: None }));
}

fn rate(folder: &str, page: &Page, writer: Option<&str>) -> (i32, String) {
    let name = split(folder).1;
    if page.unbuilt {
        return (-20, "has an index.html, but its script has to be built first".to_owned());
    }
    if let Some(framework) = writer {
        return (60, format!("what {} builds", visible(framework, 80)));
    }
    if folder.is_empty() {
        return (50, "has an index.html".to_owned());
    }
    let far = i32::try_from(depth(folder).min(20)).unwrap_or(20) * 3;
    let tests = ["test", "tests", "fixtures", "examples", "e2e", "templates", "testdata", "spec", "__tests__"];
    if folder.split('/').any(|part| tests.contains(&part)) {
        return (-30 - far, "has an index.html".to_owned());
    }
    let (base, reason) = match name {
        "dist" | "build" | "out" | "_site" | "client" | "browser" => (45, "has an index.html, and its name is one for what was built"),
        "public" | "www" | "public_html" | "htdocs" | "site" | "web" => (40, "has an index.html, and its name is one for websites"),
        "storybook-static" => (20, "what Storybook builds"),
        "doc" | "docs" | "html" | "book" | "apidocs" | "javadoc" => (22, "has an index.html: documentation"),
        "coverage" | "lcov-report" | "htmlcov" | "jacoco" | "playwright-report" => (5, "has an index.html: a report"),
        _ if folder.starts_with("target/") || folder.starts_with("build/reports") => (8, "has an index.html: a report"),
        _ => (15, "has an index.html"),
    };
    (base - far, reason.to_owned())
}

/// Whether a page is the shell of an application.
fn look(text: &str) -> Page {
    let text = &text[..text.floor_char_boundary(PAGE)];
    let lower = text.to_ascii_lowercase();
    let root = [
        "id=\"root\"",
        "id=\"app\"",
        "id=root",
        "id=app",
        "id='root'",
        "id='app'",
        "id=\"q-app\"",
        "<app-root",
        "id=\"svelte\"",
        "id=\"redwood-app\"",
        "id=\"__nuxt\"",
        "data-ember",
        "id=\"flutter",
    ];
    let has_root = root.iter().any(|sign| lower.contains(sign));
    let sources = || lower.match_indices("src=").map(|(at, _)| source_of(&lower[at + 4..]));
    let unbuilt = sources().any(|source| {
        let inner = source.trim_start_matches(['.', '/']);
        inner.starts_with("src/") || [".tsx", ".ts", ".jsx", ".vue", ".svelte"].iter().any(|end| inner.ends_with(end))
    }) || lower.contains("data-trunk")
        || lower.contains("%public_url%")
        || lower.contains("<%=");
    let bundled = sources().any(is_bundle);
    Page { by_script: has_root && bundled && !has_words(text), unbuilt }
}

fn source_of(text: &str) -> &str {
    let text = text.get(..text.floor_char_boundary(300)).unwrap_or(text);
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split(quote).next().unwrap_or_default(),
        _ => text.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default(),
    }
}

/// Whether a script's name carries a hash, as bundlers give it.
fn is_bundle(source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or_default();
    let Some(stem) = name.strip_suffix(".js").or_else(|| name.strip_suffix(".mjs")) else { return false };
    stem.split(['-', '.', '_']).skip(1).any(|part| {
        part.len() >= 6 && part.bytes().all(|byte| byte.is_ascii_alphanumeric()) && part.bytes().any(|byte| byte.is_ascii_digit())
    }) || matches!(stem, "main" | "bundle" | "app" | "index" | "build")
        || source.contains("/assets/index-")
}

/// Whether the page's body says something by itself.
fn has_words(text: &str) -> bool {
    let body = text.find("<body").map_or(text, |at| &text[at..]);
    let mut words = 0;
    let mut rest = body;
    while let Some(open) = rest.find('<') {
        words += rest[..open].split_whitespace().count();
        let tag = &rest[open..];
        let hidden = ["script", "noscript", "style", "template", "svg"].into_iter().find(|name| tag[1..].starts_with(name));
        let end = match hidden {
            Some(name) => tag.find(&format!("</{name}")).and_then(|at| tag[at..].find('>').map(|end| at + end)),
            None => tag.find('>'),
        };
        let Some(end) = end else { return words > 40 };
        rest = &tag[end + 1..];
        if words > 40 {
            return true;
        }
    }
    false
}
