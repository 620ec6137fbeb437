//! What the page answers, and that it looks as the main window does.

use super::*;

fn frame(title: &str, port: u16) -> Frame {
    Frame { title: title.to_owned(), origin: format!("http://127.0.0.1:{port}"), link_path: "/.lectern/open?ticket=abc&to=%2F".to_owned() }
}

fn body(response: Response<Body>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let bytes = runtime.block_on(response.into_body().collect()).expect("a whole body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn policy_of(response: &Response<Body>) -> String {
    response.headers()[CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned()
}

#[test]
fn the_page_frames_its_previews_and_nothing_else() {
    let page = Page::new(vec![frame("Snapshot of v41", 41700), frame("Working copy", 41701)]);
    let answer = page.respond(&Method::GET, "/", None);
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = policy_of(&answer);
    assert!(policy.contains("frame-src 'self' http://127.0.0.1:41700 http://127.0.0.1:41701;"), "{policy}");
    for strict in ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"] {
        assert!(policy.contains(strict), "{strict} is missing in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(body(answer).contains(r#""title":"Working copy","origin":"http://127.0.0.1:41701""#));
}

#[test]
fn a_title_can_not_end_the_element_that_holds_it() {
    let page = Page::new(vec![frame("</script><script>alert(1)</script>", 41700)]);
    let html = body(page.respond(&Method::GET, "/", None));
    assert!(!html.contains("<script>alert"), "a title became a script");
    assert!(html.contains("\\u003c/script>\\u003cscript>alert"));
}

#[test]
fn every_part_that_the_page_names_is_there() {
    let page = Page::new(Vec::new());
    let mut texts = vec![body(page.respond(&Method::GET, "/", None))];
    for (path, kind, _) in PARTS {
        let answer = page.respond(&Method::GET, path, None);
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[CONTENT_TYPE], *kind);
        if *kind != FONT_TYPE {
            texts.push(body(answer));
        }
    }
    for text in texts {
        let named = text.split(['"', '\'']).filter(|word| word.ends_with(".js") || word.ends_with(".css") || word.ends_with(".woff2"));
        for name in named {
            let path = format!("/{}", name.trim_start_matches("./").trim_start_matches('/'));
            assert_eq!(page.respond(&Method::GET, &path, None).status(), StatusCode::OK, "{name} is named and missing");
        }
    }
}

#[test]
fn the_page_is_only_read() {
    let page = Page::new(Vec::new());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        assert_eq!(page.respond(&method, "/state", None).status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    for path in ["/nothing", "/../page.js", "//page.js", "/order/key/shot"] {
        assert_eq!(page.respond(&Method::GET, path, None).status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn the_page_is_told_how_its_sessions_are() {
    let state = |running, left_ms, ended: Option<&str>| FrameState {
        note: "Dev server".to_owned(),
        running,
        left_ms,
        reloads: true,
        ended: ended.map(str::to_owned),
    };
    let states = vec![state(true, 4_320_999, None), state(false, -5, Some("It was stopped."))];
    let page = Page::new(vec![frame("a", 1), frame("b", 2)]).with_states(Arc::new(move || states.clone()));
    let json: serde_json::Value = serde_json::from_str(&body(page.respond(&Method::GET, "/state", None))).expect("JSON");
    assert_eq!(json[0]["seconds_left"], 4320);
    assert_eq!(json[0]["reloads"], true);
    assert_eq!(json[1]["running"], false);
    assert_eq!(json[1]["seconds_left"], 0, "no time is left that is past");
    assert_eq!(json[1]["ended"], "It was stopped.");
    let untold: serde_json::Value =
        serde_json::from_str(&body(Page::new(vec![frame("a", 1)]).respond(&Method::GET, "/state", None))).expect("JSON");
    assert_eq!(untold[0]["running"], true);
    assert!(untold[0]["seconds_left"].is_null());
}

#[test]
fn the_page_wears_the_colours_of_the_main_window() {
    let tokens = include_str!("../../../../ui/src/styles/tokens.css");
    let normal = |value: &str| value.split_whitespace().collect::<String>().replace("0.", ".").to_ascii_lowercase();
    let values = |css: &str, name: &str| -> Vec<String> {
        let mark = format!("{name}:");
        let found = css.split(['{', ';', '\n', '/']).map(str::trim_start).filter_map(|part| part.strip_prefix(&mark));
        found.map(normal).collect()
    };
    let css = include_str!("page.css");
    let mut compared = 0;
    // Fonts come under one name here, from files of the page's own.
    for line in css.lines().filter_map(|line| line.trim().strip_prefix("--")).filter(|line| !line.starts_with("font")) {
        let name = format!("--{}", line.split(':').next().unwrap_or_default());
        let known = values(tokens, &name);
        for value in values(css, &name) {
            assert!(known.contains(&value), "{name} is {value} here and {known:?} there");
            compared += 1;
        }
    }
    assert!(compared > 80, "only {compared} values were compared");
}

#[test]
fn a_window_whose_page_became_another_ones_is_told() {
    let page = Page::new(vec![frame("a", 41700), frame("b", 41701)]);
    let asks = |query| page.respond(&Method::GET, "/state", Some(query)).status();
    assert_eq!(asks("http://127.0.0.1:41700,http://127.0.0.1:41701"), StatusCode::OK);
    assert_eq!(asks("http://127.0.0.1:41700"), StatusCode::GONE);
}
