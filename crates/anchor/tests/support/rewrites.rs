//! The rewrite set: what people and agents do to code, labelled by hand, in `tests/rewrites`.
//!
//! A case begins with `# kind: what happened`. Then come files: `@ old PATH`, `@ new PATH` (the same path, later), `@ added PATH`. Each line has a
//! mark before it, `>` for the lines of the range; where no file but the old one has any, the range was deleted.

#![allow(dead_code, reason = "each of its users needs a part")]

use lectern_anchor::LineRange;

/// A file of a case.
pub struct File {
    pub path: String,
    pub text: String,
    pub range: Option<LineRange>,
}

/// One rewrite.
pub struct Case {
    pub name: String,
    pub old: File,
    pub same_path: Option<File>,
    pub added: Vec<File>,
}

impl Case {
    /// Where the range went; `None` when it was deleted.
    pub fn answer(&self) -> Option<(&str, LineRange)> {
        self.same_path.iter().chain(&self.added).find_map(|file| Some((file.path.as_str(), file.range?)))
    }
}

/// All of them.
pub fn cases() -> Vec<Case> {
    let texts = [
        include_str!("../rewrites/functions.txt"),
        include_str!("../rewrites/names.txt"),
        include_str!("../rewrites/files.txt"),
        include_str!("../rewrites/duplicates.txt"),
    ];
    texts.iter().flat_map(|text| format!("\n{text}").split("\n# ").skip(1).map(case).collect::<Vec<_>>()).collect()
}

fn case(text: &str) -> Case {
    let (name, rest) = text.split_once('\n').expect("a case has files");
    let (mut old, mut same_path, mut added) = (None, None, Vec::new());
    for part in format!("\n{}", rest.trim_end()).split("\n@ ").skip(1) {
        let (head, body) = part.split_once('\n').expect("a file has lines");
        let (role, path) = head.split_once(' ').expect("a file has a role and a path");
        let file = file(path, body);
        match role {
            "old" => old = Some(file),
            "new" => same_path = Some(file),
            "added" => added.push(file),
            other => panic!("{name}: a file can't be {other:?}"),
        }
    }
    Case { name: name.to_owned(), old: old.expect("a case has an old file"), same_path, added }
}

fn file(path: &str, body: &str) -> File {
    let mut text = String::new();
    let mut marked: Vec<u32> = Vec::new();
    for (number, line) in (1..).zip(body.lines()) {
        if line.starts_with('>') {
            marked.push(number);
        }
        text.push_str(line.get(1..).unwrap_or_default());
        text.push('\n');
    }
    let range = marked.first().map(|first| LineRange::new(*first, marked[marked.len() - 1]).expect("marks are in order"));
    File { path: path.to_owned(), text, range }
}
