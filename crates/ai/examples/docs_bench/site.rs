//! The Markdown files of a site, read back: what is in them, and where their links lead.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

/// Every Markdown file beneath a folder, by its relative path.
pub fn read(root: &Path) -> io::Result<BTreeMap<String, String>> {
    let (mut files, mut waiting) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read_to_string(&path)?);
            }
        }
    }
    Ok(files)
}

/// What each page is about, as its first line says it: a file's path; `None` for the project.
pub fn paths(site: &BTreeMap<String, String>) -> Vec<Option<String>> {
    let mut paths = vec![None];
    for (_, text) in site.iter().filter(|(name, _)| name.starts_with("files/")) {
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let mut path = String::new();
        let mut letters = title.chars();
        while let Some(letter) = letters.next() {
            path.extend(if letter == '\\' { letters.next() } else { Some(letter) });
        }
        paths.push(Some(path));
    }
    paths
}

/// Says how many links and footnotes there are; how many lead nowhere.
pub fn links(site: &BTreeMap<String, String>) -> usize {
    let (mut links, mut footnotes) = (0, 0);
    let mut broken = Vec::new();
    let mut led: BTreeSet<String> = BTreeSet::from(["index.md".to_owned()]);
    for (name, text) in site {
        for target in text.split("](<").skip(1).filter_map(|rest| rest.split_once(">)")).map(|(target, _)| target) {
            links += 1;
            let base = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            match joined(base, target).filter(|target| site.contains_key(target)) {
                Some(target) => drop(led.insert(target)),
                None => broken.push(format!("{name} links to {target}")),
            }
        }
        let marks: BTreeSet<&str> =
            text.split("[^").skip(1).filter_map(|rest| rest.split_once(']')).map(|(id, _)| id).filter(|id| is_number(id)).collect();
        footnotes += marks.len();
        broken.extend(marks.iter().filter(|id| !text.contains(&format!("\n[^{id}]: "))).map(|id| format!("{name} has no footnote {id}")));
        let heads: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let depth = |line: &str| line.bytes().take_while(|byte| *byte == b'#').count();
        let mut fenced = false;
        for pair in heads.windows(2) {
            fenced ^= pair[0].trim_start().starts_with("```");
            if !fenced && pair[0].starts_with('#') && pair[1].starts_with('#') && depth(pair[1]) <= depth(pair[0]) {
                broken.push(format!("{name} has nothing under {}", pair[0]));
            }
        }
    }
    broken.extend(site.keys().filter(|name| !led.contains(*name)).map(|name| format!("nothing leads to {name}")));
    println!(
        "Markdown {} KB, links {links}, footnotes {footnotes}: {} broken",
        site.values().map(String::len).sum::<usize>() / 1024,
        broken.len()
    );
    broken.iter().take(12).for_each(|each| println!("  {each}"));
    broken.len()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A relative link from a folder, percent signs undone.
fn joined(base: &str, target: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = target.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (u8::from_str_radix(std::str::from_utf8(&[*high, *low]).ok()?, 16).ok()?, tail),
            (first, tail) => (*first, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let target = String::from_utf8(bytes).ok()?;
    for part in target.split('/') {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}
