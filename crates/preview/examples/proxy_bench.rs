//! Measures previews as `cargo xtask bench preview` needs it; every command prints one JSON object.
//!
//! `updates EDITS` times a Vite dev server's updates directly and through gate and proxy.
//! `reload LINK FILE EDITS` opens a running preview by its link, and times how long after a save of FILE its pages hear of it.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/proxy/vite_project.rs"]
mod vite_project;

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use lectern_preview::proxy::Proxy;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use vite_project::{MODULE, Preview, Updates, Vite, cookies, get, token};

/// Between two edits: longer than Vite gathers events, and than its watcher ignores further ones.
const PAUSE: Duration = Duration::from_millis(200);

/// Between two saves of somebody who looks at each: watching takes saves in quick succession together.
const CALM: Duration = Duration::from_millis(1_500);

/// Requests of which the median counts.
const REQUESTS: usize = 500;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["updates", edits] => updates(edits.parse()?),
        ["reload", link, file, edits] => reload(link, Path::new(file), edits.parse()?),
        _ => Err("usage: proxy_bench updates EDITS | reload LINK FILE EDITS".into()),
    }
}

fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}

fn updates(edits: u32) -> Result<(), Failure> {
    let Some(vite) = Vite::start() else {
        println!("{}", json!({ "skipped": "Vite isn't installed; `npm ci` in ui/ brings it" }));
        return Ok(());
    };
    let runtime = runtime()?;
    let preview = Preview::open(runtime.handle(), Proxy::new(vite.address, Arc::new(Vec::new)));
    let client = preview.client();
    let token = token(&client);
    let path = format!("/{MODULE}");
    preview.get(&path);
    let (mut direct, mut through, mut added) = (Vec::new(), Vec::new(), Vec::new());
    // Vite tells its clients one after the other: each is first in half of the edits.
    for proxy_first in [false, true] {
        let plain = || Updates::open(vite.address, token, "theme=dark");
        let proxied = || Updates::open(preview.address(), token, &preview.cookie);
        let (mut at_proxy, mut at_vite);
        if proxy_first {
            at_proxy = proxied();
            at_vite = plain();
        } else {
            at_vite = plain();
            at_proxy = proxied();
        }
        at_proxy.next("connected");
        at_vite.next("connected");
        at_proxy.next_after(|| vite.edit(0));
        preview.get(&path);
        // Updates of repeated saves that were on the way still.
        thread::sleep(CALM);
        at_vite.skip();
        at_proxy.skip();
        for edit in 0..edits {
            thread::sleep(PAUSE);
            let saved = Instant::now();
            let (heard, heard_directly) = thread::scope(|scope| {
                let other = scope.spawn(|| hear(&mut at_vite));
                vite.edit(1 + edit + if proxy_first { edits } else { 0 });
                (hear(&mut at_proxy), other.join())
            });
            let heard_directly = heard_directly.map_err(|_| "Vite itself sent nothing")?;
            direct.push(heard_directly.duration_since(saved));
            through.push(heard.duration_since(saved));
            let later = heard.saturating_duration_since(heard_directly);
            let sooner = heard_directly.saturating_duration_since(heard);
            added.push((later.as_secs_f64() - sooner.as_secs_f64()) * 1e3);
            // The module is asked for again as the page would, so that Vite tells of the next change too.
            preview.get(&path);
        }
    }
    added.sort_by(f64::total_cmp);
    let requests = json!({
        "direct_ms": requests(vite.address, "", &path)?,
        "through_ms": requests(preview.address(), &preview.cookie, &path)?,
    });
    let added = json!({ "median": at(&added, 0.5), "p95": at(&added, 0.95) });
    println!("{}", json!({ "direct_ms": spread(direct), "through_ms": spread(through), "added_ms": added, "requests": requests }));
    Ok(())
}

fn reload(link: &str, file: &Path, edits: u32) -> Result<(), Failure> {
    let rest = link.strip_prefix("http://").ok_or("a link begins with http://")?;
    let (host, path) = rest.split_once('/').ok_or("a link has a path")?;
    let address: SocketAddr = host.parse()?;
    let cookies = cookies(&get(address, &format!("/{path}"), "")?);
    let mut pages = Updates::ask(address, "/.lectern/reload", &cookies, None)?;
    // What is told at the beginning is about the past.
    thread::sleep(CALM);
    let mut times = Vec::new();
    for edit in 0..edits {
        let saved = Instant::now();
        fs::write(file, format!("<!doctype html><title>{edit}</title>"))?;
        pages.text()?;
        times.push(saved.elapsed());
        thread::sleep(CALM);
    }
    println!("{}", json!({ "edits": edits, "reload_ms": spread(times) }));
    Ok(())
}

fn hear(updates: &mut Updates) -> Instant {
    updates.next("update");
    Instant::now()
}

/// How long one request after the other takes on one connection.
fn requests(address: SocketAddr, cookie: &str, path: &str) -> Result<Value, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let started = Instant::now();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n").as_bytes())?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length])?;
        times.push(started.elapsed());
    }
    Ok(spread(times))
}

fn spread(times: Vec<Duration>) -> Value {
    let mut millis: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    millis.sort_by(f64::total_cmp);
    json!({ "median": at(&millis, 0.5), "p95": at(&millis, 0.95) })
}

/// The value that a share of all is at most.
fn at(sorted: &[f64], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
