//! How files are answered, the same for a version and for the folder: types, encodings, parts, and what a browser has already.

mod serving;

use std::{io::Read, sync::Arc};

use lectern_preview::site::Site;
use serving::*;

const HTML: &str = "text/html; charset=utf-8";

fn both(dir: &tempfile::TempDir, folder: &str, falls_back: bool, check: impl Fn(&str, &Preview)) {
    let sites: [(&str, Arc<dyn Site>); 2] =
        [("folder", folder_site(dir, folder, falls_back)), ("version", version_site(dir, folder, falls_back))];
    for (kind, site) in sites {
        check(kind, &open(site));
    }
}

fn text(length: usize) -> Vec<u8> {
    "body { color: rebeccapurple } ".bytes().cycle().take(length).collect()
}

#[test]
fn a_path_leads_to_the_file_that_one_expects() {
    let dir = project(&[
        ("site/index.html", b"start"),
        ("site/about.html", b"about"),
        ("site/docs/index.html", b"docs"),
        ("site/docs/a b & c.html", b"space"),
        ("site/plain/z.txt", b"z"),
        ("site/404.html", b"own page"),
        ("site/_headers", b"/*\n  Access-Control-Allow-Origin: *"),
        ("site/_redirects", b"/a https://evil.example 301"),
        ("site/link.txt@", b"plain/z.txt"),
        ("site/linked@", b"docs"),
        ("shared.css", b"a{}"),
        ("site/shared.css@", b"../shared.css"),
        ("outside.txt", b"outside of what is served"),
    ]);
    both(&dir, "site", false, |kind, preview| {
        let page = |path: &str| preview.get_with(path, "Accept: text/html\r\n");
        for (path, status, body) in [
            ("/", 200, "start"),
            ("/index.html", 200, "start"),
            ("/?query=1", 200, "start"),
            ("/about", 200, "about"),
            ("/about.html?x", 200, "about"),
            ("/docs/", 200, "docs"),
            ("/docs/a%20b%20%26%20c.html", 200, "space"),
            ("/docs/a%20b%20&%20c", 200, "space"),
            ("/link.txt", 200, "z"),
            ("/linked/", 200, "docs"),
            ("/shared.css", 200, "a{}"),
            ("/nothing", 404, "own page"),
            ("/about/", 404, "own page"),
            ("/index.html/", 404, "own page"),
            ("/outside.txt", 404, "own page"),
        ] {
            let reply = page(path);
            assert_eq!((reply.status, reply.text().as_str()), (status, body), "{kind} {path}");
        }
        assert_eq!(preview.get("/nothing").status, 404, "{kind}: who wants no page gets none of the site's");
        assert_ne!(preview.get("/nothing").text(), "own page");
        for (path, to) in [("/docs", "/docs/"), ("/docs?a=b", "/docs/?a=b"), ("/linked", "/linked/")] {
            let reply = page(path);
            assert_eq!((reply.status, reply.header("location")), (302, Some(to)), "{kind} {path}");
        }
        for path in ["/_headers", "/_redirects", "/a"] {
            assert_eq!(page(path).status, 404, "{kind} {path}: instructions for a hoster are neither followed nor shown");
        }
    });
}

#[test]
fn a_site_that_finds_its_way_by_script_gets_its_index_for_unknown_pages() {
    let dir = project(&[("index.html", b"app"), ("main.js", b"x"), ("404.html", b"own page")]);
    both(&dir, "", true, |kind, preview| {
        let route = preview.get_with("/users/7", "Accept: text/html,*/*\r\n");
        assert_eq!((route.status, route.text().as_str(), route.header("content-type")), (200, "app", Some(HTML)), "{kind}");
        assert_eq!(preview.get_with("/missing.js", "Accept: */*\r\n").status, 404, "{kind}: a script that is missing is missing");
        assert_eq!(preview.get_with("/.env", "Accept: text/html\r\n").status, 403, "{kind}");
    });
}

#[test]
fn types_are_by_ending_and_else_by_the_bytes() {
    let dir = project(&[
        ("a.html", "é".as_bytes()),
        ("latin.html", b"<meta charset=latin1>\xe9"),
        ("a.mjs", b"x"),
        ("a.CSS", b"x"),
        ("a.svg", b"<svg/>"),
        ("a.json", b"{}"),
        ("a.wasm", b"\0asm"),
        ("a.webmanifest", b"{}"),
        ("LICENSE", b"MIT"),
        ("a.rs", b"fn main() {}"),
        ("a.ts", b"let a"),
        ("blob", b"\0\x01"),
        ("a.woff2", b"wOF2"),
        ("empty", b""),
    ]);
    both(&dir, "", false, |kind, preview| {
        for (path, expected) in [
            ("/a.html", HTML),
            ("/latin.html", "text/html"),
            ("/a.mjs", "text/javascript; charset=utf-8"),
            ("/a.CSS", "text/css; charset=utf-8"),
            ("/a.svg", "image/svg+xml; charset=utf-8"),
            ("/a.json", "application/json; charset=utf-8"),
            ("/a.wasm", "application/wasm"),
            ("/a.webmanifest", "application/manifest+json; charset=utf-8"),
            ("/LICENSE", "text/plain; charset=utf-8"),
            ("/a.rs", "text/plain; charset=utf-8"),
            ("/a.ts", "text/plain; charset=utf-8"),
            ("/blob", "application/octet-stream"),
            ("/a.woff2", "font/woff2"),
            ("/empty", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(preview.get(path).header("content-type"), Some(expected), "{kind} {path}");
        }
    });
}

#[test]
fn text_is_compressed_as_the_browser_likes_it_best() {
    let css = text(50_000);
    let dir = project(&[("a.css", &css), ("small.css", b"a{}"), ("a.png", &css)]);
    both(&dir, "", false, |kind, preview| {
        let get = |wish: &str| preview.get_with("/a.css", &format!("Accept-Encoding: {wish}\r\n"));
        let unpack = |encoding: &str, body: &[u8]| {
            let mut bytes = Vec::new();
            match encoding {
                "zstd" => bytes = zstd::decode_all(body).expect("zstd"),
                "br" => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut bytes).expect("brotli")),
                _ => drop(flate2::read::GzDecoder::new(body).read_to_end(&mut bytes).expect("gzip")),
            }
            bytes
        };
        let mut tags = vec![preview.get("/a.css").header("etag").expect("a tag").to_owned()];
        for (wish, expected) in
            [("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip;q=1.0, br;q=0.5", "gzip"), ("zstd;q=0, *", "br")]
        {
            let reply = get(wish);
            assert_eq!(reply.header("content-encoding"), Some(expected), "{kind} {wish}");
            assert_eq!(unpack(expected, &reply.body), css, "{kind} {wish}");
            assert!(reply.body.len() < css.len() / 10);
            assert!(reply.all("vary").contains(&"accept-encoding"), "{kind}");
            tags.push(reply.header("etag").expect("a tag").to_owned());
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{kind}: each encoding has a tag of its own");
        for wish in ["identity", "deflate", "*;q=0", "br;q=0"] {
            assert_eq!(get(wish).header("content-encoding"), None, "{kind} {wish}");
            assert_eq!(get(wish).body, css, "{kind} {wish}");
        }
        for path in ["/small.css", "/a.png"] {
            let reply = preview.get_with(path, "Accept-Encoding: gzip, br, zstd\r\n");
            assert_eq!(reply.header("content-encoding"), None, "{kind} {path} isn't worth it");
        }
    });
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let css = text(5000);
    let dir = project(&[("a.css", &css), ("index.html", b"start")]);
    both(&dir, "", false, |kind, preview| {
        let plain = preview.get("/a.css");
        let tag = plain.header("etag").expect("a tag");
        assert!(tag.contains(&lectern_objects::ObjectHash::of(&css).to_string()), "{kind}: the tag is the hash");
        let packed = preview.get_with("/a.css", "Accept-Encoding: br\r\n");
        let packed = packed.header("etag").expect("a tag");
        for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned(), packed.to_owned()] {
            let reply = preview.get_with("/a.css", &format!("If-None-Match: {known}\r\nAccept-Encoding: br\r\n"));
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{kind} {known}");
            assert!(reply.header("etag").is_some() && reply.header("cache-control").is_some());
        }
        for other in ["\"x\"", &tag[..20], "", &tag.replace('"', ""), &format!("\"x{}", &tag[1..])] {
            assert_eq!(preview.get_with("/a.css", &format!("If-None-Match: {other}\r\n")).status, 200, "{kind} {other:?}");
        }
    });
    let version = open(version_site(&dir, "", false));
    assert_eq!(version.get("/a.css").header("cache-control"), Some("private, max-age=31536000, immutable"));
    assert_eq!(
        version.get("/").header("cache-control"),
        Some("private, no-cache"),
        "a page is asked for again: the preview may have ended"
    );
    assert_eq!(open(folder_site(&dir, "", false)).get("/a.css").header("cache-control"), Some("private, no-cache"));
}

#[test]
fn a_part_of_a_file_is_that_part() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let dir = project(&[("film.mp4", &bytes), ("a.css", &text(5000)), ("empty.mp4", b"")]);
    both(&dir, "", false, |kind, preview| {
        let get = |range: &str| preview.get_with("/film.mp4", &format!("Range: {range}\r\n"));
        for (range, first, last) in
            [("bytes=0-0", 0, 0), ("bytes=500-", 500, 99_999), ("bytes=-5", 99_995, 99_999), ("bytes=7-99999999", 7, 99_999)]
        {
            let reply = get(range);
            assert_eq!((reply.status, &reply.body[..]), (206, &bytes[first..=last]), "{kind} {range}");
            assert_eq!(reply.header("content-range"), Some(&format!("bytes {first}-{last}/100000")[..]));
        }
        let reply = get("bytes=100000-");
        assert_eq!((reply.status, reply.header("content-range")), (416, Some("bytes */100000")), "{kind}");
        for range in ["bytes=5-3", "bytes=0-1,5-6", "nonsense"] {
            assert_eq!((get(range).status, get(range).body.len()), (200, 100_000), "{kind} {range}");
        }
        let tag = preview.get("/film.mp4").header("etag").expect("a tag").to_owned();
        for (known, status) in [(&tag[..], 206), ("\"older\"", 200), (&format!("W/{tag}"), 200), ("Mon, 23 Nov 2026 04:00:00 GMT", 200)] {
            assert_eq!(
                preview.get_with("/film.mp4", &format!("Range: bytes=0-9\r\nIf-Range: {known}\r\n")).status,
                status,
                "{kind} {known}"
            );
        }
        let packed = preview.get_with("/a.css", "Range: bytes=0-9\r\nAccept-Encoding: br\r\n");
        assert_eq!((packed.status, packed.header("content-encoding"), packed.body.len()), (206, None, 10), "{kind}");
        assert_eq!(preview.get_with("/empty.mp4", "Range: bytes=0-\r\n").status, 416, "{kind}");
        assert_eq!(preview.get("/empty.mp4").status, 200, "{kind}");
    });
}

#[test]
fn asking_for_the_head_gives_the_head() {
    let dir = project(&[("a.css", &text(5000)), ("docs/a.txt", b"a")]);
    both(&dir, "", false, |kind, preview| {
        for (path, status) in [("/a.css", 200), ("/docs/", 200), ("/docs", 302), ("/nothing", 404)] {
            let (head, get) = (preview.plain("HEAD", path, &format!("Cookie: {}\r\n", preview.cookies)), preview.get(path));
            assert_eq!((head.status, head.body.len()), (status, 0), "{kind} {path}");
            if !get.body.is_empty() {
                assert_eq!(head.header("content-length"), get.header("content-length"), "{kind} {path}");
            }
            assert_eq!(head.header("etag"), get.header("etag"), "{kind} {path}");
        }
    });
}

#[test]
fn files_take_nothing_in() {
    let dir = project(&[("index.html", b"start")]);
    both(&dir, "", false, |kind, preview| {
        let own = format!("Cookie: {}\r\nOrigin: http://{}\r\n", preview.cookies, preview.host());
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let reply = preview.plain(method, "/", &own);
            assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")), "{kind} {method}");
        }
        let reply = preview.raw(format!("GET / HTTP/1.1\r\nHost: {}\r\n{own}Content-Length: 5\r\n\r\nabcde", preview.host()).as_bytes());
        assert_eq!(
            reply.map(|reply| (reply.status, reply.header("connection").map(str::to_owned))),
            Some((413, Some("close".to_owned()))),
            "{kind}"
        );
    });
}

#[test]
fn a_folder_without_an_index_is_listed_without_its_secrets() {
    let dir = project(&[
        ("<img src=x onerror=alert(1)>.txt", b"a"),
        ("z/deep.txt", b"a"),
        ("b.txt", b"12345"),
        (".env", b"secret"),
        (".git/config", b"secret"),
        ("id_rsa", b"secret"),
        ("javascript:alert(1)", b"a"),
        ("a&b\"'.html", b"a"),
    ]);
    std::fs::write(root(&dir).join(std::ffi::OsString::from(std::str::from_utf8(b"%2e%2e").expect("text"))), "dots").expect("a file");
    {
        use std::os::unix::ffi::OsStringExt;
        std::fs::write(root(&dir).join(std::ffi::OsString::from_vec(b"\xff\xfe.txt".to_vec())), "not UTF-8").expect("a file");
    }
    both(&dir, "", false, |kind, preview| {
        let reply = preview.get("/");
        let page = reply.text();
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(HTML)), "{kind}");
        assert!(reply.all("content-security-policy")[0].starts_with("default-src 'none'"), "{kind}");
        for shown in [
            "<a href=\"./z/\">z/</a>",
            "b.txt</a> <span>5 bytes</span>",
            "&lt;img src=x onerror=alert(1)&gt;.txt",
            "href=\"./javascript%3Aalert%281%29\"",
            "a&amp;b&quot;&#39;.html",
            "href=\"./%FF%FE.txt\"",
            "href=\"./%252e%252e\"",
        ] {
            assert!(page.contains(shown), "{kind} lacks {shown}: {page}");
        }
        for hidden in ["<img", "<script", ".env", ".git", "id_rsa"] {
            assert!(!page.contains(hidden), "{kind} shows {hidden}: {page}");
        }
        assert!(page.find("z/</a>") < page.find("b.txt"), "folders come first");
        assert_eq!(preview.get("/%ff%fe.txt").text(), "not UTF-8", "{kind}");
        assert_eq!(preview.get("/%252e%252e").text(), "dots", "{kind}: what is decoded isn't decoded again");
        assert!(preview.get("/z/").text().contains("../"), "{kind}");
    });
}

#[test]
fn many_requests_on_one_connection_are_answered_in_order() {
    use std::io::Write;
    let dir = project(&[("a.txt", b"aa"), ("b.txt", b"bbb")]);
    both(&dir, "", false, |kind, preview| {
        let mut stream = preview.connect();
        let mut requests = String::new();
        for index in 0..50 {
            let path = ["/a.txt", "/b.txt", "/none.txt"][index % 3];
            requests.push_str(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies));
        }
        stream.write_all(requests.as_bytes()).expect("sent");
        stream.shutdown(std::net::Shutdown::Write).ok();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).ok();
        let all = String::from_utf8_lossy(&all);
        let statuses: Vec<&str> = all.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect();
        let expected: Vec<&str> = (0..statuses.len()).map(|index| ["200", "200", "404"][index % 3]).collect();
        assert_eq!(statuses, expected, "{kind}");
        assert!(statuses.len() >= 3, "{kind}");
    });
}
