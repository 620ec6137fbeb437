//! Known attacks on servers of this kind, replayed. Each is named after where it succeeded.

mod serving;

use std::{io::Write, sync::Arc};

use lectern_preview::site::Site;
use serving::*;

const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----\nthe-secret-that-nobody-may-see\n-----END PRIVATE KEY-----\n";

/// A project beside another whose name begins with its own, with secrets of every kind in both.
fn projects() -> tempfile::TempDir {
    let dir = project(&[
        ("index.html", b"<!doctype html><body>start</body>"),
        ("app.js", b"export const answer = 42"),
        (".env", SECRET.as_bytes()),
        (".git/config", SECRET.as_bytes()),
        ("server.key", KEY),
    ]);
    let beside = dir.path().join("proj-secret");
    std::fs::create_dir(&beside).expect("a folder");
    std::fs::write(beside.join("secret.txt"), SECRET).expect("a file");
    dir
}

/// Both kinds of sites of the same project.
fn sites(dir: &tempfile::TempDir) -> [(&'static str, Arc<dyn Site>); 2] {
    [("folder", folder_site(dir, "", true)), ("version", version_site(dir, "", true))]
}

fn refused_everywhere(paths: &[&str]) {
    let dir = projects();
    for (kind, site) in sites(&dir) {
        let preview = open(site);
        for path in paths {
            for accept in ["", "Accept: text/html\r\n"] {
                let reply = preview.raw(
                    format!(
                        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n{accept}\r\n",
                        preview.host(),
                        preview.cookies
                    )
                    .as_bytes(),
                );
                let text = reply.map(|reply| reply.text()).unwrap_or_default();
                assert!(!text.contains(SECRET), "{kind} gave {path} away");
            }
        }
        assert_eq!(preview.get("/app.js").text(), "export const answer = 42", "{kind} serves what it should");
    }
}

fn websocket(preview: &Preview, path: &str, origin: &str) -> Option<Reply> {
    let origin = if origin.is_empty() { String::new() } else { format!("Origin: {origin}\r\n") };
    preview.raw(
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {}\r\n{origin}\r\n",
            preview.host(),
            preview.cookies
        )
        .as_bytes(),
    )
}

#[test]
fn cve_2026_41612_a_project_whose_name_begins_like_this_one() {
    refused_everywhere(&[
        "/../proj-secret/secret.txt",
        "/..%2fproj-secret/secret.txt",
        "/-secret/secret.txt",
        "-secret/secret.txt",
        "/%2e%2e/proj-secret/secret.txt",
    ]);
}

#[test]
fn cve_2025_30208_31125_31486_query_tricks() {
    refused_everywhere(&[
        "/.env?raw??",
        "/.env?import&raw??",
        "/.env?inline&import",
        "/.env?inline&url&import",
        "/.env?.svg?.wasm?init",
        "/.env?.svg",
        "/.env?url",
        "/.env%3f.svg",
        "/.env%23.svg",
        "/@fs/etc/passwd?raw??",
        "/@fs/../proj-secret/secret.txt?import&raw??",
        "/@id/.env",
        "/.git/config?raw",
        "/server.key?import&raw",
        "/x/x/x/vite/?/../../../../../../../../.env?import&raw??",
    ]);
}

#[test]
fn cve_2025_32395_a_fragment_in_the_target() {
    refused_everywhere(&["/#/../.env", "/#/../../proj-secret/secret.txt", "/@fs/#/../../.env", "/#/../.git/config", "/app.js#/../.env"]);
    let counter = Arc::new(Counter::default());
    let preview = open(counter);
    let seen = preview.get("/a/#/../../b").text();
    assert!(seen.starts_with("GET /a/ "), "nothing after the # gets to a site: {seen}");
}

#[test]
fn cve_2026_39364_39365_private_files_by_other_spellings() {
    refused_everywhere(&[
        "/.ENV",
        "/.env/",
        "/.env.",
        "/.env%20",
        "/.env::$DATA",
        "/%2eenv",
        "/.%65nv",
        "/%252eenv",
        "/./.env",
        "//.env",
        "/.env%00",
        "/.env%00.html",
        "/.env;.js",
        "/.env/.",
        "/.git%2fconfig",
        "/.git\\config",
        "/.git%5cconfig",
        "/.GIT/config",
        "/.git./config",
        "/server.KEY",
        "/server.key/",
        "/.env.map",
        "/.git/config.map",
    ]);
}

#[test]
fn cve_2025_24010_a_websocket_from_another_page() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    for origin in ["http://evil.example", "http://localhost:5173", ""] {
        assert_eq!(websocket(&preview, "/", origin).map(|reply| reply.status), Some(403), "{origin:?}");
        assert_eq!(websocket(&preview, "/.lectern/reload", origin).map(|reply| reply.status), Some(403), "{origin:?}");
    }
    assert_eq!(counter.reached(), 0);
    let own = format!("http://{}", preview.host());
    assert_eq!(websocket(&preview, "/.lectern/reload", &own).map(|reply| reply.status), Some(101));
}

#[test]
fn cve_2026_27977_39363_27148_a_websocket_of_nobody() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    for origin in ["null", "file://", "", "http://", "*"] {
        assert_eq!(websocket(&preview, "/", origin).map(|reply| reply.status), Some(403), "{origin:?}");
    }
    assert_eq!(counter.reached(), 0);
}

#[test]
fn cve_2025_30360_an_origin_that_is_an_ip_address() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let port = preview.listener.port();
    for origin in [
        "http://192.168.0.2",
        "http://[::1]",
        "http://1.1.1.1:80",
        &format!("http://[::ffff:7f00:1]:{port}"),
        &format!("http://127.0.0.2:{port}"),
        &format!("http://0.0.0.0:{port}"),
    ] {
        assert_eq!(websocket(&preview, "/", origin).map(|reply| reply.status), Some(403), "{origin:?}");
        assert_eq!(preview.get_with("/", &format!("Origin: {origin}\r\n")).status, 403, "{origin:?}");
    }
    assert_eq!(counter.reached(), 0);
}

#[test]
fn cve_2025_30359_2026_6402_a_script_tag_on_another_page() {
    let dir = projects();
    for (kind, site) in sites(&dir) {
        let preview = open(site);
        // Another port of this computer is the same site: the cookie comes along.
        for site in ["same-site", "cross-site"] {
            let reply =
                preview.get_with("/app.js", &format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n"));
            assert_eq!(reply.status, 403, "{kind} {site}");
            assert!(!reply.text().contains("42"));
        }
        // A browser that doesn't say where it comes from obeys this one.
        assert_eq!(preview.get("/app.js").header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(preview.plain("GET", "/app.js", "").status, 403, "without the cookie there is nothing");
    }
}

#[test]
fn ghsa_67mh_4wv8_2f99_cve_2025_65717_reading_from_any_origin() {
    let dir = projects();
    for (kind, site) in sites(&dir) {
        let preview = open(site);
        for origin in ["http://evil.example", "null", "http://localhost:3000"] {
            let reply = preview.get_with("/app.js", &format!("Origin: {origin}\r\n"));
            assert_eq!(reply.status, 403, "{kind} {origin}");
            assert!(reply.headers.iter().all(|(name, _)| !name.starts_with("access-control")), "{reply:?}");
            let preflight = preview.plain("OPTIONS", "/app.js", &format!("Origin: {origin}\r\nAccess-Control-Request-Method: GET\r\n"));
            assert!(
                preflight.status == 403 && preflight.headers.iter().all(|(name, _)| !name.starts_with("access-control")),
                "{preflight:?}"
            );
        }
    }
}

#[test]
fn cve_2024_28224_2025_66414_a_name_that_was_rebound_to_this_computer() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let port = preview.listener.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        format!("0.0.0.0:{port}"),
        format!("127.0.0.1.nip.io:{port}"),
    ] {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://{host}\r\n\r\n",
            preview.cookies
        );
        let reply = preview.raw(request.as_bytes()).expect("an answer");
        assert_eq!(reply.status, 421, "{host}");
        let ticket = lectern_preview::gate::link("", &preview.gate.mint(60_000), "/");
        let request = format!("GET {ticket} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let reply = preview.raw(request.as_bytes()).expect("an answer");
        assert_eq!((reply.status, reply.cookies().as_str()), (421, ""), "a ticket isn't exchanged for another name");
    }
    assert_eq!(counter.reached(), 0);
}

#[test]
fn ghsa_q874_g24w_4q9g_a_token_in_what_is_served() {
    let dir = projects();
    let values = |preview: &Preview| {
        preview
            .cookies
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .map(|(_, value)| value.to_owned())
            .filter(|value| value.len() > 1)
            .collect::<Vec<_>>()
    };
    for (kind, site) in sites(&dir) {
        let preview = open_with(site, Default::default(), true);
        let secrets = values(&preview);
        assert_eq!(secrets.len(), 2, "the session's and the reload endpoint's");
        for path in ["/", "/app.js", "/index.html", "/nothing", "/.lectern/reload.js", "/.lectern/reload", "/.lectern/x", "/.env", "/%"] {
            let path = if path == "/.lectern/reload" { "/.lectern/reload?after=7" } else { path };
            for reply in [preview.get_with(path, "Accept: text/html\r\n"), preview.plain("GET", path, "")] {
                let all = format!("{:?}{}", reply.headers, reply.text());
                assert!(secrets.iter().all(|secret| !all.contains(secret.as_str())), "{kind} {path} holds a secret: {all}");
                assert!(!all.contains(&preview.secret_hash));
            }
        }
    }
}

#[test]
fn a_service_worker_of_one_preview_can_not_wait_for_the_next() {
    let dir = project(&[("sw.js", b"self.addEventListener('fetch', () => {})")]);
    let preview = open(folder_site(&dir, "", false));
    assert_eq!(preview.get("/sw.js").status, 200);
    assert_eq!(preview.get_with("/sw.js", "Service-Worker: script\r\n").status, 403);
    assert_eq!(preview.get_with("/sw.js", "Sec-Fetch-Dest: serviceworker\r\n").status, 403);
}

#[test]
fn an_upgraded_connection_ends_with_the_preview() {
    for close in [true, false] {
        let preview = open(Arc::new(Counter::default()));
        let mut socket = preview.connect();
        write!(
            socket,
            "GET /.lectern/reload HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {1}\r\n\r\n",
            preview.host(),
            preview.cookies
        )
        .expect("sent");
        let reply = read_reply(&mut socket, false).expect("an answer");
        assert_eq!((reply.status, reply.header("sec-websocket-accept")), (101, Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
        if close {
            preview.gate.close();
        } else {
            preview.clock.advance(9 * HOUR);
        }
        let asked = std::time::Instant::now();
        let mut rest = Vec::new();
        std::io::Read::read_to_end(&mut socket, &mut rest).expect("it ends");
        assert!(asked.elapsed().as_millis() < 1000, "took {:?}", asked.elapsed());
    }
}
