//! Previews beside what people know: nginx and Caddy for serving files, Vite's own websocket for its updates, and a dev server's own first answer.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cargo::{binary, build_release, cargo, target_dir};
use crate::fail;
use crate::report::{Failed, ask, call, has, step};

/// Names and lengths in bytes of what is served.
const BODIES: [(&str, usize); 3] = [("1k.bin", 1_000), ("50k.bin", 50_000), ("10m.bin", 10_000_000)];

/// Each server is asked so often for so long, in turn, and its best round counts: other work on the computer only ever slows down.
const ROUNDS: usize = 3;
const SECONDS: &str = "3s";

/// New previews that are timed, dev servers that are started, and saves.
const READY_ROUNDS: &str = "50";
const SERVERS: &str = "20";
const EDITS: &str = "20";
/// Trees that are killed here; `soak supervise` kills as many as one wants.
const KILLS: &str = "40";

/// All of it; what isn't installed is named and left out.
pub fn run(tree: &Path) -> Result<(), Failed> {
    call(cargo().args([
        "build",
        "--release",
        "--locked",
        "-p",
        "lectern-preview",
        "-p",
        "lectern-workspace",
        "--example",
        "proxy_bench",
        "--example",
        "serve_bench",
        "--example",
        "preview_bench",
        "--example",
        "preview_supervisor",
    ]))?;
    let examples = target_dir()?.join("release/examples");
    serving(&examples.join("serve_bench"))?;
    let (example, engine) = (examples.join("proxy_bench"), examples.join("preview_bench"));
    ready(&engine, tree)?;
    dev_server(&engine)?;
    updates(&example)?;
    reload(&example)?;
    detection()?;
    crate::soak::run(&["supervise".to_owned(), KILLS.to_owned()])
}

/// A program of the benchmark's own, ended with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Asked first: nginx would leave its workers behind, and `lectern` its session.
        let _asked = Command::new("kill").arg(self.0.id().to_string()).status();
        let limit = Instant::now() + Duration::from_secs(5);
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < limit {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Where a server answers, and the header that lets in.
struct Served {
    name: &'static str,
    address: String,
    cookie: String,
    best: f64,
}

fn serving(example: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("site");
    fs::create_dir(&root)?;
    for (name, length) in BODIES {
        fs::write(root.join(name), bytes(length))?;
    }
    let (mut running, mut servers) = (Vec::new(), Vec::new());
    let ours = [Some(ours(example, "version", &root)?), Some(ours(example, "folder", &root)?)];
    for server in ours.into_iter().chain([nginx(folder.path(), &root)?, caddy(folder.path(), &root)?]).flatten() {
        running.push(server.0);
        servers.push(server.1);
    }
    if !has("wrk") {
        println!("  wrk is not installed: serving is not measured (apt-get install wrk nginx-light caddy)");
        return Ok(());
    }
    println!(
        "\nStatic serving, requests a second (wrk, 1 thread, 32 connections, best of {ROUNDS} rounds of {SECONDS}, all on this computer)"
    );
    for (name, length) in BODIES {
        for server in &mut servers {
            same_body(server, name, length)?;
            server.best = 0.0;
        }
        for _ in 0..ROUNDS {
            for server in &mut servers {
                server.best = server.best.max(rate(server, name)?);
            }
        }
        let of = |name: &str| servers.iter().find(|server| server.name == name).map(|server| server.best);
        let ratio = |ours: f64, peer: &str| of(peer).map_or_else(|| "-".to_owned(), |theirs| format!("{:.2} × {peer}", ours / theirs));
        println!("  {name}");
        for server in &servers {
            let beside = match server.name {
                "version" | "folder" => format!("{}, {}", ratio(server.best, "nginx"), ratio(server.best, "caddy")),
                _ => String::new(),
            };
            println!("    {:<10} {:>10.0}   {beside}", server.name, server.best);
        }
    }
    println!("  (targets: ≥ 0.9 × nginx at 1 KB and 50 KB, ≥ 0.5 × at 10 MB; ≥ 2 × caddy)");
    Ok(())
}

fn ours(example: &Path, kind: &'static str, root: &Path) -> Result<(Running, Served), Failed> {
    // Its input stays open as long as it is wanted.
    let mut child = Command::new(example).arg(kind).arg(root).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take();
    let running = Running(child);
    let told = first_line(output)?;
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    Ok((running, Served { name: kind, address: text("host"), cookie: text("cookie"), best: 0.0 }))
}

/// The JSON that a program prints when it is ready.
fn first_line(output: Option<ChildStdout>) -> Result<Value, Failed> {
    let mut line = String::new();
    if let Some(output) = output {
        BufReader::new(output).read_line(&mut line)?;
    }
    serde_json::from_str(&line).map_err(|error| Failed(format!("no JSON ({error}): {line}")))
}

fn nginx(folder: &Path, root: &Path) -> Result<Option<(Running, Served)>, Failed> {
    if !has("nginx") {
        println!("  nginx is not installed: no peer for serving (apt-get install nginx-light)");
        return Ok(None);
    }
    let address = free_address()?;
    let configuration = folder.join("nginx.conf");
    let work = folder.display();
    // As Debian sets it up, without a log of each request, which we have none of either.
    fs::write(
        &configuration,
        format!(
            "daemon off; worker_processes auto; pid {work}/nginx.pid; error_log stderr crit;\n\
             events {{ worker_connections 768; }}\n\
             http {{ sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000; default_type application/octet-stream;\n\
             client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi; uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;\n\
             server {{ listen {address}; root {}; }} }}\n",
            root.display()
        ),
    )?;
    // Its workers may run as another user, who has to reach the files.
    call(Command::new("chmod").arg("-R").arg("a+rX").arg(folder))?;
    let child = Command::new(program("nginx")).arg("-c").arg(&configuration).stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
    started(Running(child), "nginx", address)
}

fn caddy(folder: &Path, root: &Path) -> Result<Option<(Running, Served)>, Failed> {
    if !has("caddy") {
        println!("  caddy is not installed: no peer for serving (apt-get install caddy)");
        return Ok(None);
    }
    let address = free_address()?;
    let configuration = folder.join("Caddyfile");
    fs::write(
        &configuration,
        format!(
            "{{\n\tadmin off\n\tauto_https off\n}}\nhttp://{address} {{\n\tbind 127.0.0.1\n\troot * {}\n\tfile_server\n}}\n",
            root.display()
        ),
    )?;
    let child = Command::new(program("caddy"))
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&configuration)
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    started(Running(child), "caddy", address)
}

fn started(running: Running, name: &'static str, address: String) -> Result<Option<(Running, Served)>, Failed> {
    let limit = Instant::now() + Duration::from_secs(15);
    while TcpStream::connect(&address).is_err() {
        if Instant::now() > limit {
            fail!("{name} doesn't listen on {address}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(Some((running, Served { name, address, cookie: "theme=dark".to_owned(), best: 0.0 })))
}

/// A comparison counts only between servers that give the same bytes.
fn same_body(server: &Served, name: &str, length: usize) -> Result<(), Failed> {
    let mut stream = TcpStream::connect(&server.address)?;
    let request = format!("GET /{name} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n", server.address, server.cookie);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").map(|at| &answer[at + 4..]).unwrap_or_default();
    if !answer.starts_with(b"HTTP/1.1 200") || body != bytes(length) {
        let head = String::from_utf8_lossy(&answer[..answer.len().min(300)]).into_owned();
        fail!("{} doesn't serve {name} as it is: {head}", server.name);
    }
    Ok(())
}

/// Requests a second, all of them answered with 200.
fn rate(server: &Served, name: &str) -> Result<f64, Failed> {
    let address = format!("http://{}/{name}", server.address);
    let answer = ask(Command::new("wrk").args(["-t1", "-c32", "-d", SECONDS, "-H", &format!("Cookie: {}", server.cookie), &address]))?;
    if answer.contains("Non-2xx") || answer.contains("Socket errors") {
        println!(
            "    {}: {}",
            server.name,
            answer.lines().filter(|line| line.contains("Non-2xx") || line.contains("errors")).collect::<String>()
        );
    }
    let rate = answer.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")?.trim().parse().ok());
    rate.ok_or_else(|| Failed(format!("wrk told no rate: {answer}")))
}

fn ready(example: &Path, tree: &Path) -> Result<(), Failed> {
    // A page to open, and nothing else that the other benchmarks over this tree would see.
    let page = tree.join("index.html");
    fs::write(&page, "<!doctype html><title>bench</title>")?;
    let found = figures(example, &["files", &tree.display().to_string(), READY_ROUNDS]);
    fs::remove_file(&page)?;
    let found = found?;
    println!(
        "\nA static preview of {} files, from asking for it to its first page ({} times, rows and all)",
        found["files"], found["rounds"]
    );
    for (name, key) in [("version", "version_ms"), ("folder as it is", "folder_ms")] {
        println!(
            "  {name:<18} median {:>7.1} ms, p95 {:>7.1} ms   (target p95 ≤ 50 ms)",
            number(&found[key], "median"),
            number(&found[key], "p95")
        );
    }
    Ok(())
}

fn dev_server(example: &Path) -> Result<(), Failed> {
    if !has("python3") {
        println!("  python3 is not installed: no dev server is timed");
        return Ok(());
    }
    let found = figures(example, &["server", SERVERS])?;
    println!("\nA dev server (Python's own, {} times)", found["rounds"]);
    for (name, key, target) in
        [("asked for to ready", "whole_ms", ""), ("ready, later than its own first answer by", "beyond_ms", "   (target ≤ 150 ms)")]
    {
        let spread = &found[key];
        println!("  {name:<42} median {:>7.1} ms, p95 {:>7.1} ms{target}", number(spread, "median"), number(spread, "p95"));
    }
    Ok(())
}

/// The survey's own test tells how many of its fixtures it understands.
fn detection() -> Result<(), Failed> {
    let words = [
        "test",
        "--locked",
        "-p",
        "lectern-survey",
        "--test",
        "dev_servers",
        "the_first_command_is_the_one_that_is_meant",
        "--",
        "--nocapture",
    ];
    let told = ask(cargo().args(words))?;
    println!("\nFramework detection, the first command is the one that is meant");
    for line in told.lines().filter(|line| line.contains(" of ")) {
        println!("  {line}");
    }
    println!("  (target ≥ 95 %)");
    Ok(())
}

fn updates(example: &Path) -> Result<(), Failed> {
    let found = figures(example, &["updates", EDITS])?;
    if let Some(reason) = found["skipped"].as_str() {
        println!("\nVite's updates are not measured: {reason}");
        return Ok(());
    }
    println!("\nA Vite dev server through gate and proxy");
    let rows = [("save to update, Vite's own websocket", &found["direct_ms"]), ("save to update, through the proxy", &found["through_ms"])];
    for (name, spread) in rows {
        println!("  {name:<40} median {:>7.2} ms, p95 {:>7.2} ms", number(spread, "median"), number(spread, "p95"));
    }
    let added = &found["added_ms"];
    println!(
        "  {:<40} median {:>+7.2} ms, p95 {:>+7.2} ms   (target ≤ + 2 ms)",
        "the same update, heard later by",
        number(added, "median"),
        number(added, "p95")
    );
    let (direct, through) = (&found["requests"]["direct_ms"], &found["requests"]["through_ms"]);
    println!(
        "  {:<40} median {:>7.2} ms, directly {:.2} ms",
        "a module, through the proxy",
        number(through, "median"),
        number(direct, "median")
    );
    Ok(())
}

/// The whole way of a save, in the program that users run: watcher, session, websocket.
fn reload(example: &Path) -> Result<(), Failed> {
    step("Build Lectern", build_release)?;
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    fs::create_dir(&site)?;
    let page = site.join("index.html");
    fs::write(&page, "<!doctype html><title>bench</title>")?;
    let mut child = Command::new(binary("release", "lectern")?)
        .args(["preview", "--json"])
        .arg(&site)
        .env("LECTERN_DATA_DIR", folder.path().join("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take();
    let _running = Running(child);
    let told = first_line(output)?;
    let Some(link) = told["url"].as_str() else {
        fail!("`lectern preview` told no link: {told}");
    };
    let found = figures(example, &["reload", link, &page.display().to_string(), EDITS])?;
    let spread = &found["reload_ms"];
    println!("\nFrom a save to the page that is told to reload (`lectern preview`, {} saves)", found["edits"]);
    println!(
        "  static             median {:>7.1} ms, p95 {:>7.1} ms   (target p95 ≤ 100 ms)",
        number(spread, "median"),
        number(spread, "p95")
    );
    Ok(())
}

fn figures(example: &Path, options: &[&str]) -> Result<Value, Failed> {
    let answer = ask(Command::new(example).args(options))?;
    serde_json::from_str(&answer).map_err(|error| Failed(format!("no JSON ({error}): {answer}")))
}

fn number(figures: &Value, key: &str) -> f64 {
    figures[key].as_f64().unwrap_or(f64::NAN)
}

/// The same bytes for the same length, which compress badly, as pictures and bundles that were compressed before do.
fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    next.take(length).collect()
}

fn free_address() -> Result<String, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn program(name: &str) -> PathBuf {
    let of_the_system = Path::new("/usr/sbin").join(name);
    if of_the_system.is_file() { of_the_system } else { name.into() }
}
