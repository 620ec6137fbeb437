//! A real Vite dev server through gate and proxy: its pages, its modules, and its updates when a file is saved.

use std::{
    process::{Command, Stdio},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use hyper::{Request, body::Incoming};
use lectern_preview::{
    gate::link,
    proxy::Proxy,
    site::{Answer, Site},
};
use tokio::runtime::{Builder, Runtime};

use crate::vite_project::{MODULE, Preview, Updates, Vite, chromium, token};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn body(answer: &str) -> &str {
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn a_saved_file_is_heard_of_through_gate_and_proxy() {
    let Some(vite) = Vite::start() else { return };
    let runtime = runtime();
    let preview = Preview::open(runtime.handle(), Proxy::new(vite.address, Arc::new(Vec::new)));
    assert!(body(&preview.get("/")).contains("<script type=\"module\" src=\"/@vite/client\"></script>"));
    let client = preview.client();
    assert!(body(&client).contains("const hmrPort = null"), "the client takes the port of the page it is on, which is the preview's");
    let mut updates = Updates::open(preview.address(), token(&client), &preview.cookie);
    updates.next("connected");
    assert!(body(&preview.get("/main.js")).contains("const state =      0;"));
    for state in 1..=3 {
        updates.skip();
        let update = updates.next_after(|| vite.edit(state));
        assert_eq!(update["updates"][0]["path"], format!("/{MODULE}"), "{update}");
        let at = update["updates"][0]["timestamp"].to_string();
        assert!(body(&preview.get(&format!("/{MODULE}?t={at}"))).contains(&format!("const state = {state:>6};")));
    }
    // A preview that is stopped is over for its pages too.
    preview.gate.close();
    assert!(updates.is_ended(), "the update channel outlives the gate");
}

#[test]
fn without_the_cookie_there_is_no_update_channel() {
    let Some(vite) = Vite::start() else { return };
    let runtime = runtime();
    let preview = Preview::open(runtime.handle(), Proxy::new(vite.address, Arc::new(Vec::new)));
    let client = preview.client();
    let (address, token) = (preview.address(), token(&client).to_owned());
    let refused = Updates::try_open(address, &token, "theme=dark").err().expect("Vite's own token was enough");
    assert!(refused.contains("40"), "the gate says so: {refused}");
    assert!(Updates::try_open(address, &token, &preview.cookie).is_ok(), "with the cookie it opens");
}

/// Notes what the page asks for on its way to the proxy.
struct Listening(Arc<Proxy>, mpsc::Sender<String>);

impl Site for Listening {
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let _nobody_listens_any_more = self.1.send(request.uri().to_string());
        self.0.clone().answer(request)
    }
}

#[test]
fn a_page_in_a_real_browser_takes_the_saved_file_in_without_a_reload() {
    let Some(browser) = chromium() else {
        eprintln!("skipped: Chromium isn't installed");
        return;
    };
    let Some(vite) = Vite::start() else { return };
    let runtime = runtime();
    let (tell, asked) = mpsc::channel();
    let preview = Preview::open(runtime.handle(), Arc::new(Listening(Proxy::new(vite.address, Arc::new(Vec::new)), tell)));
    let profile = tempfile::tempdir().expect("a folder");
    let mut process = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--remote-debugging-port=0",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(link(&preview.listener.origin(), &preview.gate.mint(60_000), "/"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut heard: Vec<String> = Vec::new();
    // Saves again from time to time, as in `Updates::next_after`.
    let mut runs = |state: u32| {
        let path = format!("/ran?{state}");
        let limit = Instant::now() + Duration::from_secs(60);
        while !heard.contains(&path) {
            match asked.recv_timeout(Duration::from_secs(3)) {
                Ok(path) => heard.push(path),
                Err(_) if Instant::now() < limit => vite.edit(state),
                Err(_) => return Err(format!("the page never asked for {path}, only for {heard:?}")),
            }
        }
        Ok(heard.iter().filter(|asked| *asked == "/").count())
    };
    let outcome = runs(0).and_then(|_| {
        vite.edit(1);
        runs(1)?;
        vite.edit(2);
        runs(2)
    });
    process.kill().expect("it runs");
    process.wait().expect("it ends");
    assert_eq!(outcome, Ok(1), "the page itself is loaded once, updates come over the websocket");
}
