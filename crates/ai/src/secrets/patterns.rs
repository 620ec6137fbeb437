//! What secrets look like.

use std::{collections::HashMap, sync::LazyLock};

use regex::{Regex, RegexSet};

/// Forms that nothing else has. The group `secret` is what is withheld; without one, all of it.
const FORM_SOURCES: [&str; 37] = [
    // AWS, access keys and what is assigned to the name of the secret one.
    r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[0-9A-Z]{16}\b",
    r#"(?i)aws_?secret_?access_?key["']?\s*[=:]\s*["']?(?P<secret>[A-Za-z0-9/+=]{40})"#,
    // GitHub.
    r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b",
    r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b",
    // GitLab.
    r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft)-[A-Za-z0-9_-]{20,}",
    // Slack.
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"\bxapp-[0-9]-[A-Za-z0-9-]{20,}",
    r"https://hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9/]{20,})",
    // Stripe.
    r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"\bwhsec_[A-Za-z0-9+/=]{24,}",
    // Google.
    r"\bAIza[0-9A-Za-z_-]{35}",
    r"\bya29\.[0-9A-Za-z_-]{20,}",
    r"\bGOCSPX-[A-Za-z0-9_-]{20,}",
    // Registries.
    r"\bnpm_[A-Za-z0-9]{36}\b",
    r"\bpypi-[A-Za-z0-9_-]{50,}",
    r"\bcio[A-Za-z0-9]{32}\b",
    r"\brubygems_[a-f0-9]{48}\b",
    r"\bdckr_pat_[A-Za-z0-9_-]{20,}",
    // Models.
    r"\bsk-(?:proj-|ant-|svcacct-|or-v1-)?[A-Za-z0-9_-]{32,}",
    r"\bhf_[A-Za-z0-9]{30,}\b",
    // Mail and messages.
    r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]+/[A-Za-z0-9_-]{20,})",
    // Clouds.
    r"\bdop_v1_[a-f0-9]{64}\b",
    r"(?i)\bAccountKey=(?P<secret>[A-Za-z0-9+/=]{40,})",
    // age's own key, and JSON Web Tokens.
    r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b",
    r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    // Vault, Tailscale, Grafana, Atlassian, Databricks, Shopify.
    r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}",
    r"\btskey-[a-z]+-[A-Za-z0-9-]{12,}",
    r"\bgl(?:sa|c)_[A-Za-z0-9_+/=-]{32,}",
    r"\bAT(?:ATT|CTT|BB)[A-Za-z0-9_=-]{24,}",
    r"\bdapi[0-9a-f]{32}\b",
    r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",
    // More models, mail, and what teams plan and design with.
    r"\b(?:gsk|r8|xai|lin_api|figd|sbp|ntn|pscale_tkn)[_-][A-Za-z0-9_-]{32,}",
    r"\b(?:xkeysib-|NRAK-|PMAK-|key-)[A-Za-z0-9-]{27,}",
    r"\bSK[0-9a-f]{32}\b",
    // `-----BEGIN ` in base64: a key within a manifest.
    r"\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]{16,}",
];

pub(super) static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| FORM_SOURCES.iter().map(|source| pattern(source)).collect());
pub(super) static FORMS_SET: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(FORM_SOURCES).expect("the patterns are constants"));

type Judge = fn(&str) -> bool;

/// What is called a password, and what is called a token; how either is assigned: `=`, `:`, `=>`, `: &str =`, `, ` and `(` of a call.
const PASSWORDS: &str = "password|passwd|passphrase|pwd|secret";
const TOKENS: &str = "token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|bearer|credential";
const ASSIGNED: &str =
    r#"\\?["']?\]?\s{0,8}(?::[ \t]{0,4}&?[A-Za-z][A-Za-z0-9_<>:' ]{0,24}=|:=|===?|!==?|=>|=|:|,|\()\s{0,8}[A-Za-z]?\\?["'`]"#;

/// What may be a secret, and who decides.
pub(super) static SUSPECTS: LazyLock<[(Regex, Judge); 15]> = LazyLock::new(|| {
    [
        // postgres://user:password@host
        (
            pattern(r#"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@"'`<>]{0,64}:(?P<secret>[^\s/@"'`<>]{3,200})@[A-Za-z0-9\[]"#),
            is_no_placeholder,
        ),
        // https://token@host, https://host/?token=…
        (pattern(r#"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://(?P<secret>[A-Za-z0-9_-]{16,200})@[A-Za-z0-9\[]"#), looks_random),
        (
            pattern(
                r"(?i)[?&](?:[a-z_-]{0,20}token|[a-z_-]{0,10}key|secret|password|sig|[a-z-]{0,10}signature)=(?P<secret>[A-Za-z0-9._~%+/-]{16,300})",
            ),
            looks_random,
        ),
        // password = "…", 'secret': '…', client_secret => "…", setPassword("…"), {\"password\":\"…\"}
        (pattern(&format!(r#"(?i)(?:{PASSWORDS})[A-Za-z0-9_]{{0,20}}{ASSIGNED}(?P<secret>[^"'`\s\\]{{6,200}})\\?["'`]"#)), is_a_password),
        // api_key = "…", token: "…"
        (pattern(&format!(r#"(?i)(?:{TOKENS})[A-Za-z0-9_]{{0,20}}{ASSIGNED}(?P<secret>[^"'`\s\\]{{16,300}})\\?["'`]"#)), looks_random),
        // DB_PASSWORD=… in a shell, a container file or a comment, and ENV DB_PASSWORD …
        (
            pattern(
                r#"\b[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)[A-Z0-9_]{0,20}=(?P<secret>[^\s"'`$<{(;&]{8,300})"#,
            ),
            is_a_password,
        ),
        (
            pattern(
                r#"(?mR)^[ \t]*(?:ENV|ARG)[ \t]+[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY)[A-Z0-9_]{0,20}[ \t]+(?P<secret>[^\s"'`$<{(]{8,300})"#,
            ),
            is_a_password,
        ),
        // password: … in YAML, spring.datasource.password=… in properties
        (
            pattern(
                r#"(?mRi)^[ \t]*(?:[#;]+[ \t]*)?(?:-[ \t]+)?[a-z0-9_.-]{0,60}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)[ \t]*[:=][ \t]*(?P<secret>[^\s"'`#${}\[\]()<>,;|&*!]{8,300})[ \t]*(?:[#;].*)?$"#,
            ),
            looks_random,
        ),
        // Server=db;Password=…;
        (pattern(r#"(?i);[ \t]*(?:password|pwd)[ \t]*=[ \t]*(?P<secret>[^;"'`\s]{6,200})"#), is_a_password),
        // --password=…, --api-key …, curl -u name:…
        (
            pattern(
                r#"(?i)--[a-z-]{0,20}(?:password|passwd|passphrase|secret|token|api-?key|access-?key)[ \t=]+(?P<secret>[^\s"'`$<{(]{8,300})"#,
            ),
            looks_random,
        ),
        (pattern(r#"\s(?:-u|--user)[ =]["']?[^\s:"'/]{1,64}:(?P<secret>[^\s"'@/$<{]{6,200})"#), looks_random),
        // Authorization: Bearer …
        (pattern(r"(?i)\b(?:bearer|basic)[ \t]+(?P<secret>[A-Za-z0-9._~+/=-]{16,2000})"), looks_random),
        // <password>…</password>, <add key="ApiKey" value="…"/>
        (
            pattern(
                r"(?i)<[a-z0-9_.:-]{0,40}(?:password|passwd|secret|token|api_?key|access_?key)[a-z0-9_.-]{0,20}(?:\s[^<>]{0,100})?>(?P<secret>[^<>\s]{6,200})</",
            ),
            is_a_password,
        ),
        (
            pattern(
                r#"(?i)(?:key|name|id)\s?=\s?["'][^"'\n]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)[^"'\n]{0,20}["']\s{1,4}value\s?=\s?["'](?P<secret>[^"'\s]{6,200})["']"#,
            ),
            is_a_password,
        ),
        // The password is `…`.
        (
            pattern(
                r#"(?i)(?:password|passphrase|token|secret|api key)[ \t]+(?:is|was)[ \t]+(?:["'`*]{1,3})?(?P<secret>[^\s"'`*<>(){}\[\],;]{8,200})"#,
            ),
            looks_random,
        ),
    ]
});

pub(super) static KEY_BEGIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]:"));
pub(super) static KEY_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"));
/// The rest of a line on which a whole key stands, `\n` written out between its lines.
pub(super) static KEY_INLINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:\\{1,4}[rn]|[A-Za-z0-9+/=]){24,}(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)?"));
/// A line inside a key: base64, a header, or nothing, with what may stand around it in source.
pub(super) static KEY_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[\s"'+>*#/|-]*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/]{2,}={1,2}|(?:Proc-Type|DEK-Info|Version|Comment|Encryption|Public-Lines|Private-Lines|Private-MAC|Private-Hash):.*|)(?:\\[rn])*["',;+\\\s]*$"#,
    )
});

/// What a line of a key has, whatever stands around it.
pub(super) static KEY_RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/]{32,}"));

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the patterns are constants")
}

/// Not `password`, `<your password>`, `${PASSWORD}`, `xxxx`, `%s`.
fn is_no_placeholder(value: &str) -> bool {
    const WORDS: [&str; 23] = [
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "token",
        "changeme",
        "example",
        "placeholder",
        "your",
        "user",
        "foo",
        "bar",
        "test",
        "dummy",
        "sample",
        "redacted",
        "withheld",
        "xxx",
        "todo",
        "none",
        "null",
        "abc123",
    ];
    let lower = value.to_ascii_lowercase();
    if value.contains(['$', '{', '}', '<', '>', '%', '*', '…']) || value.contains("...") {
        return false;
    }
    // One letter over and over.
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 3 {
        return false;
    }
    !WORDS.iter().any(|word| {
        lower == *word || lower.strip_prefix(word).is_some_and(|rest| rest.chars().all(|c| !c.is_ascii_alphabetic()) && rest.len() <= 4)
    })
}

/// A literal that is assigned to something called a password: taken unless it is a placeholder, a word or a name.
fn is_a_password(value: &str) -> bool {
    if !is_no_placeholder(value) || is_a_name(value) {
        return false;
    }
    let kinds = [
        value.chars().any(|c| c.is_lowercase()),
        value.chars().any(|c| c.is_uppercase()),
        value.chars().any(|c| c.is_ascii_digit()),
        value.chars().any(|c| !c.is_alphanumeric()),
    ];
    kinds.iter().filter(|kind| **kind).count() >= 2 && entropy(value) >= 2.5
}

/// A literal that is random by its letters: keys and tokens, not words.
fn looks_random(value: &str) -> bool {
    is_no_placeholder(value)
        && !is_a_name(value)
        && value.chars().any(|c| c.is_ascii_digit())
        && value.chars().any(char::is_alphabetic)
        && entropy(value) >= 3.0
}

/// `my_password_field`, `auth.token.name`, `/etc/secret`, `X-Api-Key`, `https://…`: words between marks, which programs call things by.
fn is_a_name(value: &str) -> bool {
    if value.contains("://") || value.starts_with(['/', '.', '~', '#', '@', ':']) || value.contains(['(', ')', '[', ']', '\\', ' ', ';']) {
        return true;
    }
    let mut digits = 0;
    let words = value.split(['_', '-', '.', '/', ':', ',', '|', '=', '?', '&', '+', '@']).filter(|word| !word.is_empty());
    for word in words {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        digits += word.chars().filter(char::is_ascii_digit).count();
        let number_after_word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let hump = word.chars().zip(word.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
        // A word has its digits at its end, and few humps.
        if number_after_word.chars().any(|c| c.is_ascii_digit()) || hump * 4 > letters.max(4) || word.chars().count() > 24 {
            return false;
        }
    }
    digits <= 2
}

/// Bits a character, of the characters it has.
fn entropy(value: &str) -> f64 {
    let mut counts: HashMap<char, f64> = HashMap::new();
    for letter in value.chars() {
        *counts.entry(letter).or_default() += 1.0;
    }
    let length: f64 = counts.values().sum();
    // Sorted, so that the sum is the same in every run.
    let mut counts: Vec<f64> = counts.into_values().collect();
    counts.sort_by(f64::total_cmp);
    -counts.into_iter().map(|count| count / length * (count / length).log2()).sum::<f64>()
}
