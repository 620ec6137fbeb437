//! Requests put together and broken by chance: the server stays up, gives no secret away, and lets nothing in without the cookie.
//!
//! The same in every run, unless `LECTERN_SEED` and `LECTERN_ROUNDS` say otherwise, as `cargo xtask soak preview-requests` does.

mod serving;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serving::*;

/// How many requests each test makes.
fn rounds() -> usize {
    std::env::var("LECTERN_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4000)
}

/// Another seed each, the same in every run unless one is given.
fn seeded(number: u64) -> Dice {
    let given: u64 = std::env::var("LECTERN_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    Dice::new(number.wrapping_add(given.wrapping_mul(0xd1b5_4a32_d192_ed03)))
}

#[test]
fn broken_requests_break_nothing() {
    let dir = project(&[("index.html", b"start"), (".env", SECRET.as_bytes()), ("a/b.txt", b"b"), ("out@", b"../..")]);
    std::fs::write(dir.path().join("secret.txt"), SECRET).expect("a file");
    let rounds = rounds();
    for (seed, site) in [(1, folder_site(&dir, "", true)), (2, version_site(&dir, "", true))] {
        let preview = open(site);
        let mut dice = seeded(seed);
        let own = preview.host();
        let started = Instant::now();
        let mut answered = 0;
        for round in 0..rounds {
            let request = mangled(&mut dice, &own, &preview.cookies);
            // What isn't whole waits for more; then nothing more comes.
            let Some(reply) = preview.raw_within(&request, Duration::from_millis(25)) else { continue };
            answered += 1;
            assert!(!reply.text().contains(SECRET), "round {round} gave it away: {:?}", String::from_utf8_lossy(&request));
            assert_ne!(reply.status, 500, "round {round}: {:?}", String::from_utf8_lossy(&request));
        }
        println!("{rounds} requests in {:?}, {answered} answered", started.elapsed());
        assert!(answered > rounds / 2, "{answered}");
        assert_eq!(preview.get("/a/b.txt").text(), "b", "it still serves");
    }
}

#[test]
fn nothing_without_the_cookie_gets_through() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let mut dice = seeded(3);
    let own = preview.host();
    let cookie = preview.cookies.split(';').next().expect("a cookie");
    let (name, value) = cookie.split_once('=').expect("a value");
    for _ in 0..rounds() {
        let mut wrong = value.as_bytes().to_vec();
        match dice.below(4) {
            0 => wrong.truncate(dice.below(64)),
            1 => wrong.push(b'0'),
            2 => {
                let at = dice.below(64);
                wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            }
            _ => wrong.make_ascii_uppercase(),
        }
        if wrong == value.as_bytes() {
            continue;
        }
        let cookies = format!("{name}={}", String::from_utf8_lossy(&wrong));
        let _ = preview.raw(format!("GET / HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n").as_bytes());
    }
    assert_eq!(counter.reached(), 0);
}

fn mangled(dice: &mut Dice, own: &str, cookies: &str) -> Vec<u8> {
    let pieces: [&[u8]; 24] = [
        b"/",
        b"..",
        b"%2e",
        b"%2f",
        b"\\",
        b"%5c",
        b"a",
        b"b.txt",
        b".env",
        b"secret.txt",
        b"out",
        b"?",
        b"#",
        b"%00",
        b"%",
        b"%ff",
        b"\xff",
        b";",
        b"//",
        b"index.html",
        b"%25",
        b" ",
        b"\t",
        b"*",
    ];
    let mut request = dice.pick::<[u8]>(&[b"GET ", b"GET ", b"GET ", b"HEAD ", b"POST ", b"G\0T ", b""]).to_vec();
    request.push(b'/');
    for _ in 0..dice.below(12) {
        request.extend_from_slice(dice.pick(&pieces));
    }
    request.extend_from_slice(dice.pick::<[u8]>(&[
        b" HTTP/1.1\r\n",
        b" HTTP/1.1\r\n",
        b" HTTP/1.1\r\n",
        b" HTTP/1.0\r\n",
        b" HTTP/9\n",
        b"\r\n",
    ]));
    request.extend_from_slice(format!("Host: {own}\r\nCookie: {cookies}\r\n").as_bytes());
    let headers: [&[u8]; 16] = [
        b"Range: bytes=0-",
        b"Range: bytes=-1,5-",
        b"Range: bytes=99999999999999999999-",
        b"If-None-Match: \"",
        b"If-Range: x",
        b"Accept-Encoding: zstd;q=,*;q=9",
        b"Accept: text/html",
        b"Connection: close",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Origin: null",
        b"Content-Length: 5",
        b"Transfer-Encoding: chunked",
        b"Sec-Fetch-Site: none",
        b"Cookie: \xff=\xfe; ;;=",
        b"Expect: 100-continue",
    ];
    for _ in 0..dice.below(5) {
        request.extend_from_slice(dice.pick(&headers));
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    if dice.below(3) == 0 {
        // And a few bytes exchanged, added, or gone.
        for _ in 0..=dice.below(4) {
            let at = dice.below(request.len());
            match dice.below(3) {
                0 => request[at] = dice.below(256) as u8,
                1 => request.insert(at, dice.below(256) as u8),
                _ => drop(request.remove(at)),
            }
        }
    }
    request
}
