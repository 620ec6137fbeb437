//! Secrets in what a dev server prints are masked before anybody keeps or sees them.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

const MASK: &str = "••••";

/// What gives itself away by its form.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = [
        r"\bgh[pousr]_[A-Za-z0-9]{20,}",
        r"\bgithub_pat_\w{20,}",
        r"\bglpat-[\w-]{16,}",
        r"\bxox[abeprs]-[\w-]{10,}",
        r"\bsk-[A-Za-z0-9_-]{16,}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bAIza[\w-]{30,}",
        r"\bnpm_[A-Za-z0-9]{30,}",
        r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
    ];
    Regex::new(&forms.join("|")).ok()
});
/// `Authorization: Bearer …`.
static BEARER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}").ok());
/// The password of an address.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"([a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@:]*:[^\s/@]+@").ok());
/// A name that says that its value is one.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = "pass(?:word|wd|phrase)|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?";
    Regex::new(&format!(r#"(?i)([\w.-]*(?:{names})[\w.-]*["']?\s*)([=:])(\s*["']?)([^\s"',;&]{{4,}})"#)).ok()
});

/// A line without what looks like a secret: tokens by their form, values of names like `API_KEY`, passwords in addresses. Not a guarantee; what
/// does not look like one stays.
pub fn mask(line: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(line);
    for (pattern, replacement) in [(&FORMS, MASK), (&BEARER, "$1 ••••"), (&ADDRESS, "$1••••@")] {
        masked = replaced(masked, pattern, |text, pattern| pattern.replace_all(text, replacement));
    }
    replaced(masked, &NAMED, |text, pattern| {
        pattern.replace_all(text, |found: &Captures<'_>| {
            let (name, sign, space, value) = (&found[1], &found[2], &found[3], &found[4]);
            // "Unexpected token: function" is no secret.
            let is_prose = sign == ":" && (value.len() < 8 || !value.contains(|c: char| c.is_ascii_digit()));
            if is_prose { found[0].to_owned() } else { format!("{name}{sign}{space}{MASK}") }
        })
    })
}

/// A pattern that can't be compiled masks nothing; the test shows that all can.
fn replaced<'a>(
    text: Cow<'a, str>,
    pattern: &LazyLock<Option<Regex>>,
    replace: impl for<'b> Fn(&'b str, &Regex) -> Cow<'b, str>,
) -> Cow<'a, str> {
    let Some(pattern) = pattern.as_ref() else { return text };
    let Cow::Owned(new) = replace(&text, pattern) else { return text };
    Cow::Owned(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        for (line, expected) in [
            ("API_KEY=abcd1234 started", "API_KEY=•••• started"),
            ("  \"client_secret\": \"a1b2c3d4e5\",", "  \"client_secret\": \"••••\","),
            ("DATABASE_PASSWORD = hunter22", "DATABASE_PASSWORD = ••••"),
            ("postgres://app:hunter2@db/x", "postgres://••••@db/x"),
            ("Authorization: Bearer abc.def-ghi_jkl", "Authorization: Bearer ••••"),
            ("using ghp_0123456789abcdefghijABCDEFGHIJ012345 now", "using •••• now"),
            ("AKIAIOSFODNN7EXAMPLE", "••••"),
            ("http://127.0.0.1:8888/?token=0123456789abcdef", "http://127.0.0.1:8888/?token=••••"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "••••"),
        ] {
            assert_eq!(mask(line), expected);
        }
    }

    #[test]
    fn what_people_read_stays() {
        for line in [
            "  ➜  Local:   http://localhost:5173/",
            "SyntaxError: Unexpected token: function",
            "watching 31 tokens in 2 files",
            "GET /secret 200 in 3ms",
            "ready - started server on 0.0.0.0:3000, url: http://localhost:3000",
        ] {
            assert_eq!(mask(line), line);
        }
    }
}
