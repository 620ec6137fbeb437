//! What others can use of a file, found by patterns of lines as `grep` would find them: no parser that the pages were made with.

/// Names and the lines (1-based) they are on. Only what a pattern can be sure of; nothing for languages without patterns here.
pub fn public<'a>(path: &str, text: &'a str) -> Vec<(&'a str, u32)> {
    let of: fn(&str) -> Option<&str> = match path.rsplit('.').next() {
        Some("rs") => rust,
        Some("py") => python,
        Some("go") => go,
        Some("ts" | "tsx" | "js" | "mjs") => typescript,
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    let listed = if path.ends_with(".py") { listed(text) } else { None };
    // Text within text is no code: strings of several lines are passed over, as far as patterns can see them.
    let (mut quoted, mut tested) = (None, false);
    for (at, line) in text.lines().enumerate() {
        let before = quoted;
        for mark in ["\"\"\"", "'''", "`"] {
            let applies = if mark == "`" { !path.ends_with(".py") && !path.ends_with(".rs") } else { path.ends_with(".py") };
            if applies && quoted.is_none_or(|open| open == mark) && line.matches(mark).count() % 2 == 1 {
                quoted = if quoted.is_some() { None } else { Some(mark) };
            }
        }
        tested |= line.starts_with("#[cfg(test)]") && path.ends_with(".rs");
        if before.is_none() && !tested {
            let name = of(line).filter(|name| listed.as_ref().is_none_or(|listed| listed.contains(name)));
            found.extend(name.map(|name| (name, u32::try_from(at + 1).unwrap_or(u32::MAX))));
        }
    }
    found
}

/// The name after one of these words, at the beginning of what is left when these others are taken away.
fn after<'a>(line: &'a str, passed: &[&str], words: &[&str]) -> Option<&'a str> {
    let mut rest = line;
    while let Some(tail) = passed.iter().find_map(|word| rest.strip_prefix(word).and_then(|tail| tail.strip_prefix(' '))) {
        rest = tail.trim_start();
    }
    let tail = words.iter().find_map(|word| rest.strip_prefix(word).and_then(|tail| tail.strip_prefix(' ')))?;
    let end = tail.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(tail.len());
    (end > 0).then_some(&tail[..end])
}

fn rust(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let name = after(rest, &["async", "unsafe", "const"], &["fn", "struct", "enum", "union", "trait", "type", "static", "mod"])
        .or_else(|| after(rest, &[], &["const"]))?;
    // A module in a file of its own is told of there.
    (name != "_" && !(rest.starts_with("mod ") && rest.trim_end().ends_with(';'))).then_some(name)
}

/// What a module says others can use: the strings of its `__all__`, where it has one.
fn listed(text: &str) -> Option<Vec<&str>> {
    let start = if text.starts_with("__all__") { 0 } else { text.find("\n__all__")? + 1 };
    let (_, list) = text[start..].split_once('=')?;
    let end = list.find([']', ')']).unwrap_or(list.len());
    Some(list[..end].split(['"', '\'']).skip(1).step_by(2).collect())
}

/// At the top of the file: what is deeper may be inside of a function.
fn python(line: &str) -> Option<&str> {
    after(line, &["async"], &["def", "class"]).filter(|name| !name.starts_with('_'))
}

fn go(line: &str) -> Option<&str> {
    let name = match line.strip_prefix("func (") {
        Some(receiver) => {
            let (of, rest) = receiver.split_once(") ")?;
            let owner = of.rsplit([' ', '*']).next()?;
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
            owner.starts_with(char::is_uppercase).then_some(&rest[..end])?
        }
        None => after(line, &[], &["func", "type"])?,
    };
    name.starts_with(char::is_uppercase).then_some(name)
}

fn typescript(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("export ")?;
    after(rest, &["default", "async", "abstract", "declare"], &["function", "class", "const", "let", "interface", "type", "enum"])
}
