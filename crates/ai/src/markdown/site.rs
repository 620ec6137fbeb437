//! Pages as a folder of Markdown files that link to each other, with an index.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
};

use super::{
    Places,
    escape::{code, line, target},
    place, written,
};
use crate::{Citation, Page, Subject};

/// The files of a site: paths relative to its folder, with `/`, and their contents. `index.md` lists the others. A citation links to the page
/// about the file that it cites, where there is one.
pub fn docs_site(pages: &[Page]) -> Vec<(String, Vec<u8>)> {
    let names = names(pages);
    let mut about: BTreeMap<&str, &str> = BTreeMap::new();
    for (page, name) in pages.iter().zip(&names) {
        if let Subject::File { path } = &page.subject {
            about.entry(path.as_str()).or_insert(name);
        }
    }
    let mut files = vec![("index.md".to_owned(), index(pages, &names).into_bytes())];
    for (page, name) in pages.iter().zip(&names) {
        let places = InSite { about: &about, from: name };
        files.push((name.clone(), written(page, &places).into_bytes()));
    }
    files
}

/// A name for each page: after what it is about, safe on every file system, none twice.
fn names(pages: &[Page]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::from(["index.md".to_owned()]);
    pages
        .iter()
        .map(|page| {
            let wished = match &page.subject {
                Subject::Project => "project".to_owned(),
                Subject::Folder { path } => format!("folders/{}", safe(path)),
                Subject::File { path } => format!("files/{}", safe(path)),
                Subject::Symbol { path, name, .. } => format!("symbols/{}/{}", safe(path), safe(name)),
                Subject::Selection { path, line_start, line_end } => format!("selections/{}-{line_start}-{line_end}", safe(path)),
                Subject::Diff { from, to, path } => match path {
                    Some(path) => format!("changes/v{from}-v{to}-{}", safe(path)),
                    None => format!("changes/v{from}-v{to}"),
                },
            };
            let mut name = format!("{wished}.md");
            let mut number = 2;
            while !taken.insert(name.to_lowercase()) {
                name = format!("{wished}-{number}.md");
                number += 1;
            }
            name
        })
        .collect()
}

/// One name of letters, digits and a few marks for a whole path.
fn safe(path: &str) -> String {
    let letters = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' };
    let name: String = path.chars().map(letters).take(120).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

/// The project and other pages first, then those of files, folder by folder.
fn index(pages: &[Page], names: &[String]) -> String {
    let version = pages.first().map(|page| page.version).filter(|version| pages.iter().all(|page| page.version == *version));
    let mut out = String::from("# Contents\n\n");
    if let Some(version) = version {
        let _ = write!(out, "*{} of version {version}.*\n\n", if pages.len() == 1 { "A page" } else { "Pages" });
    }
    let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (page, name) in pages.iter().zip(names) {
        let of = |title: &str| {
            let place = if version.is_some() { String::new() } else { format!(", version {}", page.version) };
            format!("- [{}](<{}>){place}\n", line(title), target(name))
        };
        match &page.subject {
            Subject::File { path } => {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                folders.entry(folder).or_default().push(of(name));
            }
            _ => out += &of(&page.title),
        }
    }
    for (folder, files) in folders {
        let folder = if folder.is_empty() { "Files".to_owned() } else { code(&format!("{folder}/")) };
        let _ = write!(out, "\n## {folder}\n\n{}", files.concat());
    }
    out
}

/// Citations link to pages of the same site.
struct InSite<'a> {
    about: &'a BTreeMap<&'a str, &'a str>,
    /// The page that cites.
    from: &'a str,
}

impl Places for InSite<'_> {
    fn cited(&self, citation: &Citation) -> String {
        let shown = code(&place(citation));
        match self.page_of(&citation.path) {
            Some(target) => format!("[{shown}](<{target}>)"),
            None => shown,
        }
    }

    fn page_of(&self, path: &str) -> Option<String> {
        let name = self.about.get(path).filter(|name| **name != self.from)?;
        Some(format!("{}{}", "../".repeat(self.from.matches('/').count()), target(name)))
    }
}
