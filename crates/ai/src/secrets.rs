//! Secrets in files: found by their form, and withheld from what leaves this computer's own engine.
//!
//! Forms of well-known services are taken wherever they stand. What only *may* be a secret, a literal that is assigned to something called a
//! password, is taken when it looks random enough; a word, a name or a placeholder is not.

mod patterns;

use std::borrow::Cow;

use regex::Regex;

/// What stands in the place of a secret.
pub const WITHHELD: &str = "[withheld]";

/// File names that hold secrets, whatever is in them.
const SECRET_NAMES: [&str; 20] = [
    ".netrc",
    "_netrc",
    ".npmrc",
    ".yarnrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".git-credentials",
    ".dockercfg",
    ".vault-token",
    ".terraformrc",
    "terraform.rc",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "local.settings.json",
    "credentials",
    "secrets",
];
/// Folders whose files are secrets.
const SECRET_FOLDERS: [&str; 4] = [".ssh", ".gnupg", ".aws", ".kube"];
const SECRET_EXTENSIONS: [&str; 14] =
    ["env", "p8", "pem", "key", "p12", "pfx", "jks", "keystore", "kdbx", "ppk", "ovpn", "tfstate", "tfvars", "pkcs12"];
/// `credentials.json` holds some; `credentials.rs` is about some.
const DATA_EXTENSIONS: [&str; 9] = ["json", "yml", "yaml", "toml", "ini", "cfg", "conf", "env", "properties"];

/// Whether a file holds secrets by its name: nothing of it goes to an endpoint.
pub fn is_secret_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if folders.split('/').any(|folder| SECRET_FOLDERS.contains(&folder)) || lower.ends_with(".docker/config.json") {
        return true;
    }
    let is_ssh_key = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].iter().any(|key| name.starts_with(key)) && !name.ends_with(".pub");
    if name.starts_with(".env") || SECRET_NAMES.contains(&name) || is_ssh_key || name.contains(".tfstate.") {
        return true;
    }
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    SECRET_EXTENSIONS.contains(&extension)
        || (DATA_EXTENSIONS.contains(&extension)
            && (["credentials", "secrets", "secret"].contains(&stem)
                || stem.starts_with("service-account")
                || stem.starts_with("service_account")))
}

/// The text with [`WITHHELD`] for each secret, and how many there were. Lines stay where they are.
pub fn withhold(text: &str) -> (Cow<'_, str>, u32) {
    let (mut text, mut count) = without_key_blocks(text);
    for index in patterns::FORMS_SET.matches(&text) {
        let (replaced, found) = replace(&text, &patterns::FORMS[index], |_| true);
        if let Some(replaced) = replaced {
            text = Cow::Owned(replaced);
            count += found;
        }
    }
    for (pattern, judge) in patterns::SUSPECTS.iter() {
        let (replaced, found) = replace(&text, pattern, judge);
        if let Some(replaced) = replaced {
            text = Cow::Owned(replaced);
            count += found;
        }
    }
    (text, count)
}

/// Replaces the group `secret`, or all of a match that has none, where `judge` says so.
fn replace(text: &str, pattern: &Regex, judge: impl Fn(&str) -> bool) -> (Option<String>, u32) {
    let (mut out, mut last, mut count) = (String::new(), 0, 0);
    for found in pattern.captures_iter(text) {
        let Some(secret) = found.name("secret").or_else(|| found.get(0)) else { continue };
        if secret.as_str().contains(WITHHELD) || !judge(secret.as_str()) {
            continue;
        }
        out.push_str(&text[last..secret.start()]);
        out.push_str(WITHHELD);
        last = secret.end();
        count += 1;
    }
    if count == 0 {
        return (None, 0);
    }
    out.push_str(&text[last..]);
    (Some(out), count)
}

/// From the beginning of a key its end is looked for in so many lines.
const LONGEST_KEY: usize = 400;

/// Withholds private keys: every line of one, whatever stands around it in source. A line that only mentions how one begins stays.
fn without_key_blocks(text: &str) -> (Cow<'_, str>, u32) {
    if !patterns::KEY_BEGIN.is_match(text) {
        return (Cow::Borrowed(text), 0);
    }
    let lines = whole_lines(text);
    let having = |pattern: &Regex| -> Vec<usize> { (0..lines.len()).filter(|at| pattern.is_match(lines[*at])).collect() };
    let (ends, runs) = (having(&patterns::KEY_END), having(&patterns::KEY_RUN));
    let (mut out, mut count) = (String::with_capacity(text.len()), 0);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let Some(begin) = patterns::KEY_BEGIN.find(line) else {
            out.push_str(line);
            at += 1;
            continue;
        };
        let after = &line[begin.end()..];
        let rest = match patterns::KEY_END.find(after) {
            Some(end) if patterns::KEY_RUN.is_match(&after[..end.start()]) => Some(&after[end.end()..]),
            _ => patterns::KEY_INLINE.find(after).map(|key| &after[key.end()..]),
        };
        // A key's last line, where something like a key stands before it.
        let end = ends[ends.partition_point(|end| *end <= at)..].first().copied();
        let end = end
            .filter(|end| *end - at <= LONGEST_KEY && runs[runs.partition_point(|run| *run <= at)..].first().is_some_and(|run| run < end));
        let next_is_key = lines.get(at + 1).is_some_and(|next| patterns::KEY_LINE.is_match(next));
        if rest.is_none() && end.is_none() && !next_is_key {
            out.push_str(line);
            at += 1;
            continue;
        }
        out.push_str(&line[..begin.start()]);
        out.push_str(WITHHELD);
        out.push_str(rest.unwrap_or_else(|| end_of(line)));
        count += 1;
        at += 1;
        let last = end.filter(|_| rest.is_none());
        while let Some(next) = lines.get(at) {
            let ends = patterns::KEY_END.is_match(next);
            if !ends && last.is_none_or(|last| at > last) && !patterns::KEY_LINE.is_match(next) {
                break;
            }
            out.push_str(WITHHELD);
            out.push_str(end_of(next));
            at += 1;
            if ends {
                break;
            }
        }
    }
    (Cow::Owned(out), count)
}

/// Lines with their ends: `\n`, `\r\n` or `\r`.
fn whole_lines(text: &str) -> Vec<&str> {
    let (mut lines, mut start) = (Vec::new(), 0);
    let bytes = text.as_bytes();
    for at in 0..bytes.len() {
        if bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            lines.push(&text[start..=at]);
            start = at + 1;
        }
    }
    lines.extend((start < text.len()).then(|| &text[start..]));
    lines
}

fn end_of(line: &str) -> &str {
    &line[line.trim_end_matches(['\r', '\n']).len()..]
}

#[cfg(test)]
mod tests;
