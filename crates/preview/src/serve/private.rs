//! Tells which files a preview never shows, wherever they lie and whether or not they are tracked: settings with secrets, repositories, keys.

use lectern_sync::RepoPath;

/// Names of folders and files that hold secrets or the history, in lower case.
const NAMES: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".bzr",
    ".jj",
    ".git-credentials",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".netrc",
    "_netrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".dockercfg",
    ".docker",
    ".aws",
    ".azure",
    ".gcloud",
    ".ssh",
    ".gnupg",
    ".kube",
    ".terraformrc",
    ".vault-token",
    ".bash_history",
    ".zsh_history",
    ".dev.vars",
    "terraform.tfstate",
];
/// Names of keys, with whatever ending but `.pub`.
const KEYS: &[&str] = &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk"];
/// Endings of files that are made to hold keys.
const KEY_ENDINGS: &[&str] = &[".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk"];
/// Endings of files that hold a key or something public.
const MAYBE_KEY_ENDINGS: &[&str] = &[".pem", ".key", ".crt", ".cer", ".p8"];

/// Whether a file of this path is never shown, whatever is in it. Any folder on the way counts.
pub(super) fn is_private(path: &RepoPath) -> bool {
    path.names().any(is_private_name)
}

/// Whether a folder or file of this name is never shown.
pub(super) fn is_private_name(name: &[u8]) -> bool {
    let plain = name.is_ascii() && !name.contains(&b':') && !matches!(name.last(), Some(b'.' | b' '));
    if plain {
        return is_private_plain(name);
    }
    // As Windows and macOS see it: without dots and spaces at its end, what follows a colon, and characters that count for nothing.
    let name = String::from_utf8_lossy(name).to_lowercase().replace('\u{17f}', "s");
    let name = name.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    let counts_for_nothing =
        |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let name: String = name.chars().filter(|c| !counts_for_nothing(c)).collect();
    is_private_plain(name.as_bytes())
}

fn is_private_plain(name: &[u8]) -> bool {
    let begins = |start: &[u8]| name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    let ends = |end: &str| name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes());
    let is_key = |key: &&str| begins(key.as_bytes()) && matches!(name.get(key.len()), None | Some(b'.' | b'-' | b'~' | b' '));
    match name.first() {
        None => return false,
        Some(b'.' | b'_' | b't' | b'T') if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) => return true,
        Some(b'i' | b'I') if !ends(".pub") && KEYS.iter().any(is_key) => return true,
        _ => {}
    }
    // `GIT~1` is the short name of `.git` on Windows.
    begins(b".env") || begins(b"git~") || KEY_ENDINGS.iter().any(|ending| ends(ending))
}

/// Whether these bytes are a private key: begun as one, or with one anywhere in a file whose name is a key's.
pub(super) fn holds_key(name: &[u8], bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"PRIVATE KEY";
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"PuTTY-User-Key-File") {
        return true;
    }
    let begun = text.starts_with(b"-----BEGIN ") && contains(text.split(|byte| *byte == b'\n').next().unwrap_or_default(), MARK);
    let name = name.to_ascii_lowercase();
    begun || MAYBE_KEY_ENDINGS.iter().any(|ending| name.ends_with(ending.as_bytes())) && contains(bytes, MARK)
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_private_however_they_are_spelled() {
        for path in [
            ".env",
            ".env.local",
            ".ENV.production",
            ".envrc",
            "sub/.env",
            ".git/config",
            "a/.git",
            ".GIT/HEAD",
            ".git./config",
            ".git /config",
            ".env::$DATA",
            ".git\u{200c}/config",
            "GIT~1/config",
            ".npmrc",
            ".netrc",
            "id_rsa",
            "keys/id_ed25519",
            "id_rsa.bak",
            "cert.p12",
            ".ssh/config",
            ".aws/credentials",
            ".svn/entries",
            ".Htpasswd",
        ] {
            assert!(is_private(&RepoPath::new(path).expect("a path")), "{path} is private");
        }
        for path in [
            "env",
            "environment.js",
            "src/env.d.ts",
            ".github/workflows/a.yml",
            ".gitignore",
            "id_rsa.pub",
            "gitlab.html",
            ".well-known/x",
            "a.pem",
            "idea.html",
        ] {
            assert!(!is_private(&RepoPath::new(path).expect("a path")), "{path} is not private");
        }
    }

    #[test]
    fn a_private_key_is_told_by_its_bytes() {
        assert!(holds_key(b"server.key", b"-----BEGIN RSA PRIVATE KEY-----\nabc"));
        assert!(holds_key(b"notes.txt", b"\xef\xbb\xbf\n-----BEGIN OPENSSH PRIVATE KEY-----\n"));
        assert!(holds_key(b"bundle.PEM", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n"));
        assert!(!holds_key(b"ca.pem", b"-----BEGIN CERTIFICATE-----\nx\n"));
        assert!(!holds_key(b"docs.html", b"<p>It begins with -----BEGIN PRIVATE KEY-----"), "a page about keys is a page");
    }
}
