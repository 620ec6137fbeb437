//! Secrets are taken, source is left alone.

use std::{fs, path::Path};

use super::*;

/// Put together here, so that no scanner takes this file for a leak.
fn secrets() -> Vec<(&'static str, String)> {
    let random = "q7Xr2LmP9vKt4ZsB8nYd3HwF6cJg1TeA5uRo";
    vec![
        ("AWS", format!("AK{}", "IAQ7XR2LMP9VKT4ZSB")),
        ("GitHub", format!("ghp{}{random}", "_")),
        ("GitHub, fine-grained", format!("github{}{random}", "_pat_")),
        ("GitLab", format!("glpat{}{}", "-", &random[..20])),
        ("Slack", format!("xoxb{}123456789012-{}", "-", &random[..24])),
        ("Stripe", format!("sk{}{}", "_live_", &random[..24])),
        ("Google", format!("AI{}{}", "za", &random[..35])),
        ("npm", format!("npm{}{random}", "_")),
        ("PyPI", format!("pypi{}{random}{random}", "-")),
        ("JWT", format!("ey{}.ey{}.{}", "JhbGciOiJIUzI1NiJ9", "JzdWIiOiIxMjM0NTY3ODkwIn0", &random[..30])),
        ("a model's", format!("sk{}{random}", "-proj-")),
    ]
}

#[test]
fn secrets_of_well_known_services_are_withheld_wherever_they_stand() {
    for (whose, secret) in secrets() {
        let (text, count) = {
            let source = format!("a line\n  call(\"{secret}\"); // {secret}\nanother\n");
            let (text, count) = withhold(&source);
            (text.into_owned(), count)
        };
        assert_eq!((count, text.contains(&secret)), (2, false), "{whose}: {text}");
        assert_eq!(text.lines().count(), 3, "{whose}: lines stay where they are");
        assert!(text.starts_with("a line\n  call(\"[withheld]\");"), "{whose}: {text}");
    }
}

#[test]
fn a_private_key_is_withheld_line_by_line() {
    let body = "MIIEowIBAAKCAQEAq7Xr2LmP9vKt4ZsB8nYd3HwF6cJg1TeA5uRoq7Xr2LmP9vKt\n";
    let key = format!(
        "before\n-----BEGIN RSA {0}-----\nProc-Type: 4,ENCRYPTED\n\n{body}{body}q7Xr2Lm=\n-----END RSA {0}-----\nafter\n",
        "PRIVATE KEY"
    );
    let (text, count) = withhold(&key);
    assert_eq!((count, text.lines().count()), (1, key.lines().count()));
    assert_eq!(text.lines().filter(|line| *line != WITHHELD).collect::<Vec<_>>(), ["before", "after"]);
    let inline = format!(
        "const KEY: &str = \"-----BEGIN {0}-----\\nMIIEowIBAAKCAQEAq7Xr2LmP9vKt4ZsB8nYd3HwF6cJg1TeA5uRo\\n-----END {0}-----\\n\";",
        "PRIVATE KEY"
    );
    let (text, count) = withhold(&inline);
    assert_eq!((count, text.contains("MIIE"), text.starts_with("const KEY: &str = \"[withheld]")), (1, false, true), "{text}");
    let mention = format!("if text.contains(\"-----BEGIN {}-----\") {{\n    return true;\n}}\n", "PRIVATE KEY");
    assert_eq!(withhold(&mention), (Cow::Borrowed(mention.as_str()), 0), "a mention is no key");
}

#[test]
fn what_is_assigned_to_a_password_is_withheld_when_it_looks_like_one() {
    let taken = [
        "password = \"hunter2!xy\"",
        "PASSWORD: 'Tr0ub4dor&3'",
        "\"client_secret\": \"8Kq_zP3nV-xR7tLm\"",
        "db_password := `s3cr3t-Pa55`",
        "api_key = \"9f8a7b6c5d4e3f2a1b0c\"",
        "authToken: '7hG2kLq9ZxW4vB8nM1pR'",
        "export DB_PASSWORD=x9$",
        "DB_PASSWORD=Gx9mQ2vT7z",
        "  password: Gx9mQ2vT7z",
        "postgres://app:Gx9mQ2vT7z@db.internal/app",
        "redis://:Gx9mQ2vT7z@cache:6379",
    ];
    for line in taken {
        let expected = u32::from(!line.contains('$'));
        assert_eq!(withhold(line).1, expected, "{line}: {}", withhold(line).0);
    }
    let left = [
        "password = \"password\"",
        "let password = \"\";",
        "password: String,",
        "token = \"access_token\"",
        "const TOKEN_KEY = \"lectern.session.token\";",
        "secret: process.env.SECRET,",
        "password = \"${DB_PASSWORD}\"",
        "password = \"<your password>\"",
        "api_key = \"YOUR_API_KEY_HERE\"",
        "placeholder=\"password\" type='password'",
        "https://user:password@example.com",
        "https://example.com:8080/a@b",
        "token: \"if\", kind: Keyword",
        "Password: at least eight characters",
        "PASSWORD=$(cat /run/secrets/db)",
        "class Secret:",
        "password_hash = hash(password)",
    ];
    for line in left {
        assert_eq!(withhold(line), (Cow::Borrowed(line), 0), "this is no secret");
    }
}

/// Each has the same secret in a place where configuration, commands and documents have theirs.
#[test]
fn a_secret_is_found_however_it_is_written_down() {
    let (password, token) = ("Gx9mQ2vT7z", "9f8a7b6c5d4e3f2a1b0c");
    let texts = [
        format!("spring.datasource.password={password}\n"),
        format!("[db]\npassword = {password}\r\nuser = ferry\r\n"),
        format!("auth_token={token}\n"),
        format!(r#"let body = "{{\"password\":\"{password}\"}}";"#),
        format!("<password>{password}</password>"),
        format!("<add key=\"ApiKey\" value=\"{token}\"/>"),
        format!("curl -H 'Authorization: Bearer {token}'"),
        "Authorization: Basic YWRtaW46R3g5bVEydlQ3eg==".into(),
        format!("mysql --user=root --password={password} db"),
        format!("tool --api-key {token}"),
        format!("ENV DB_PASSWORD {password}\n"),
        format!("# DB_PASSWORD={password}\n"),
        format!("DB_PASSWORD={password} ./run.sh # prod\n"),
        format!("curl -u admin:{password} https://example.com"),
        format!("Server=x;User Id=sa;Password={password};"),
        format!("The password is `{password}`."),
        format!("https://example.com/api?access_token={token}&x=1"),
        format!("https://{token}@example.com/a/b"),
        format!("define('DB_PASSWORD', '{password}');"),
        format!("const PASSWORD: &str = \"{password}\";"),
        format!("const password: string = \"{password}\";"),
        format!("account.setPassword(\"{password}\")"),
        format!("if password == \"{password}\" {{"),
        format!("hv{}.{token}{token}", "s"),
        format!("dap{}{token}0123456789ab", "i"),
        format!("tls.key: LS0t{}", "LS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2UUlCQURBTg=="),
    ];
    for text in texts {
        let (kept, count) = withhold(&text);
        assert!(count > 0 && ![password, token, "YWRtaW46", "LS1CRUdJTiBQ"].iter().any(|secret| kept.contains(secret)), "{kept}");
        assert_eq!(kept.lines().count(), text.lines().count(), "{kept}");
    }
}

#[test]
fn a_private_key_is_withheld_whatever_stands_around_its_lines() {
    let body = "MIIEowIBAAKCAQEAq7Xr2LmP9vKt4ZsB8nYd3HwF6cJg1TeA5uRoq7Xr2LmP9vKt";
    let (begin, end) = (format!("-----BEGIN {}-----", "PRIVATE KEY"), format!("-----END {}-----", "PRIVATE KEY"));
    let texts = [
        format!("KEY = (\n  b\"{begin}\\n\"\n  b\"{body}\\n\"\n  b\"{end}\\n\")\n"),
        format!("{begin}\n-{body}\n-{body}\n-{end}\nafter\n"),
        format!("1: {begin}\n2: {body}\n3: {end}\n"),
        format!("x: \"{begin}\\\\n{body}\\\\n{end}\""),
        format!("KEY=\"{begin} {body} {body} {end}\""),
        format!("{begin}\nX-Odd: header\n{body}\nq7Xr2LmMIIE\n{end}\nafter\n"),
        format!("const k = '{begin}' +\n  nl + '{body}' + nl +\n  '{end}'\n"),
        format!("<pre>{begin}<br>\r\n{body}<br>\r\n{end}</pre>\r\nafter\r\n"),
        format!("{begin}\r{body}\r{end}\rafter\r"),
        // Cut off before its end.
        format!("{begin}\n{body}\n{body}"),
    ];
    for text in texts {
        let (kept, count) = withhold(&text);
        assert!(count > 0 && !kept.contains("MIIE"), "{kept}");
        assert_eq!(kept.contains("after"), text.contains("after"), "{kept}");
        let lines = |text: &str| text.replace("\r\n", "\n").matches(['\n', '\r']).count();
        assert_eq!(lines(&kept), lines(&text), "lines stay where they are: {kept:?}");
    }
    let parser = format!("if line == \"{begin}\" {{\n    inside = true;\n}} else if line == \"{end}\" {{\n    inside = false;\n}}\n");
    assert_eq!(withhold(&parser), (Cow::Borrowed(parser.as_str()), 0), "a reader of keys holds none");
}

#[test]
fn files_that_hold_secrets_are_known_by_their_names() {
    for path in [
        ".env",
        "web/.env.production",
        "a/server.PEM",
        "deploy/id_rsa",
        ".aws/config",
        "k/credentials.json",
        "credentials",
        ".npmrc",
        "x/.netrc",
        "deploy/production.env",
        "keys/id_ed25519_old",
        "AuthKey.p8",
        "terraform.tfstate.backup",
    ] {
        assert!(is_secret_path(path), "{path} holds secrets");
    }
    for path in
        ["src/env.rs", "id_rsa.pub", "src/credentials.rs", "docs/secrets.md", "keyboard.ts", "monkey.rs", "environment.ts", "pem.rs"]
    {
        assert!(!is_secret_path(path), "{path} is source");
    }
}

#[test]
fn real_source_is_left_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut figures = Figures::default();
    figures.folder(&root);
    println!("{} files, {} lines, {} withheld: {:.2} per 10,000 lines", figures.files, figures.lines, figures.found, figures.rate());
    for hit in &figures.hits {
        println!("  {hit}");
    }
    assert!(figures.lines > 10_000, "there is source to look at");
    assert!(
        figures.rate() <= 2.0,
        "of ordinary source at most two lines in 10,000 are taken, not {:.2}:\n{}",
        figures.rate(),
        figures.hits.join("\n")
    );
}

/// The same over any folder: `LECTERN_SECRETS_IN=… cargo test -p lectern-ai secrets -- --ignored --nocapture`.
#[test]
#[ignore = "prints figures of a folder that is named in the environment"]
fn how_much_of_a_folder_is_withheld() {
    let folder = std::env::var("LECTERN_SECRETS_IN").expect("a folder");
    let mut figures = Figures::default();
    figures.folder(Path::new(&folder));
    println!("{} files, {} lines, {} withheld: {:.2} per 10,000 lines", figures.files, figures.lines, figures.found, figures.rate());
    for hit in figures.hits.iter().take(200) {
        println!("  {hit}");
    }
}

#[derive(Default)]
struct Figures {
    files: u32,
    lines: u32,
    found: u32,
    hits: Vec<String>,
}

impl Figures {
    fn folder(&mut self, folder: &Path) {
        let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_symlink() || path.file_name().is_some_and(|name| name == ".git" || name == "node_modules" || name == "target") {
                continue;
            }
            if path.is_dir() {
                self.folder(&path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                self.file(&path, &text);
            }
        }
    }

    fn file(&mut self, path: &Path, text: &str) {
        // Texts that are about secrets have some on purpose.
        if path.components().any(|part| ["secrets", "tests", "secrets.rs"].iter().any(|name| part.as_os_str() == *name)) {
            return;
        }
        let (kept, found) = withhold(text);
        self.files += 1;
        self.lines += u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        self.found += found;
        assert_eq!(kept.lines().count(), text.lines().count(), "{}: lines stay where they are", path.display());
        for (number, (kept, was)) in kept.lines().zip(text.lines()).enumerate() {
            if kept != was {
                self.hits.push(format!("{}:{}: {}", path.display(), number + 1, was.trim().chars().take(160).collect::<String>()));
            }
        }
    }

    fn rate(&self) -> f64 {
        f64::from(self.found) * 10_000.0 / f64::from(self.lines.max(1))
    }
}
