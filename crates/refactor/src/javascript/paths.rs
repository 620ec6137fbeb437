//! Paths of a project's files: relative, with `/`.

/// Endings of files that hold code, in the order modules are looked for.
pub(super) const EXTENSIONS: [&str; 11] = [".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".d.mts", ".mjs", ".cts", ".d.cts", ".cjs"];

/// Whether a file is of these languages.
pub(super) fn is_code(path: &str) -> bool {
    EXTENSIONS.iter().any(|extension| path.ends_with(extension))
}

/// The folder a file is in; empty at the top.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path beneath a folder.
pub(super) fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path from a folder, without dots; `None` when it leaves the project.
pub(super) fn join(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// The folders around a file, innermost first; the last is the top, an empty one.
pub(super) fn folders_up(path: &str) -> impl Iterator<Item = &str> {
    let mut at = Some(folder(path));
    std::iter::from_fn(move || {
        let found = at?;
        at = if found.is_empty() { None } else { Some(folder(found)) };
        Some(found)
    })
}

/// A file's path without its ending.
pub(super) fn without_extension(path: &str) -> &str {
    let longest = EXTENSIONS.iter().filter(|extension| path.ends_with(**extension)).max_by_key(|extension| extension.len());
    longest.map_or(path, |extension| &path[..path.len() - extension.len()])
}

/// How one file names another from its folder: `./a`, `../b/c`.
pub(super) fn relative(from_folder: &str, to: &str) -> String {
    let from: Vec<&str> = from_folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|part| !part.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from.len() - shared;
    let rest = to[shared..].join("/");
    match (up, rest.is_empty()) {
        (0, true) => ".".to_owned(),
        (0, false) => format!("./{rest}"),
        (_, true) => vec![".."; up].join("/"),
        (_, false) => format!("{}/{rest}", vec![".."; up].join("/")),
    }
}

/// JSON without comments and commas before a closing bracket.
pub(super) fn plain_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut is_text = false;
    while let Some(letter) = letters.next() {
        if is_text {
            out.push(letter);
            if letter == '\\' {
                out.extend(letters.next());
            } else if letter == '"' {
                is_text = false;
            }
            continue;
        }
        match (letter, letters.peek()) {
            ('"', _) => {
                is_text = true;
                out.push(letter);
            }
            ('/', Some('/')) => {
                for skipped in letters.by_ref() {
                    if skipped == '\n' {
                        break;
                    }
                }
            }
            ('/', Some('*')) => {
                letters.next();
                let mut last = ' ';
                for skipped in letters.by_ref() {
                    if last == '*' && skipped == '/' {
                        break;
                    }
                    last = skipped;
                }
            }
            ('}' | ']', _) => {
                let kept = out.trim_end().len();
                if out[..kept].ends_with(',') {
                    out.truncate(kept - 1);
                }
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_the_project() {
        assert_eq!(join("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(join("a", "../../c"), None);
    }

    #[test]
    fn a_file_is_named_from_another_folder() {
        assert_eq!(relative("a/b", "a/c/d"), "../c/d");
        assert_eq!(relative("", "a"), "./a");
        assert_eq!(relative("a/b", "a"), "..");
    }

    #[test]
    fn settings_may_have_comments_and_trailing_commas() {
        let plain = plain_json("{ // one\n \"a\": [1, 2,], /* two */ \"b\": \"//no,}\", }");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).expect("JSON")["b"], "//no,}");
    }
}
