//! The page of a large project: it opens, scrolls to its end, and only what is in sight exists.

use std::fmt::Write;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};
use serde_json::{Value, json};

use crate::support::*;

const FILES: usize = 150;
/// In each file.
const FUNCTIONS: usize = 14;
/// So many elements of a page may exist at once; all of them would be some ten times as many.
const MOST: u64 = 8_000;

fn part(file: usize) -> String {
    let mut text = format!("//! Part {file} of the works.\n\n");
    for number in 0..FUNCTIONS {
        let _ = writeln!(
            text,
            "/// Turns wheel {number} of part {file} by so many teeth.\npub fn wheel_{file:03}_{number:02}(teeth: u32) -> u32 {{"
        );
        // Each uses the one before, also across files.
        match (file, number) {
            (0, 0) => text.push_str("    teeth\n"),
            (_, 0) => {
                let _ = writeln!(text, "    crate::part_{:03}::wheel_{:03}_{:02}(teeth)", file - 1, file - 1, FUNCTIONS - 1);
            }
            _ => {
                let _ = writeln!(text, "    wheel_{file:03}_{:02}(teeth) + {number}", number - 1);
            }
        }
        text.push_str("}\n\n");
    }
    text
}

/// The names of all definitions of a page, in its order.
fn symbols(page: &Value) -> Vec<String> {
    let sections = page["sections"].as_array().into_iter().flatten();
    let blocks = sections.flat_map(|section| section["blocks"].as_array().into_iter().flatten());
    let all = blocks.flat_map(|block| block["symbols"].as_array().into_iter().flatten());
    all.filter_map(|symbol| Some(symbol["name"].as_str()?.to_owned())).collect()
}

/// Goes on by `by` pixels, lets it be drawn, and says what is in sight and whether this is the end.
fn scroll(app: &App, by: f64) -> Value {
    let script = "const [by, done] = arguments;
        const box = document.querySelector('[data-page-scroll]');
        box.scrollTop += by;
        const frames = (left, then) => left ? requestAnimationFrame(() => frames(left - 1, then)) : then();
        frames(3, () => {
            const { top, bottom } = box.getBoundingClientRect();
            const inside = (e) => { const at = e.getBoundingClientRect(); return at.bottom > top && at.top < bottom; };
            done({
                seen: [...box.querySelectorAll('[data-symbol]')].filter(inside).map((e) => e.dataset.symbol),
                text: [...box.querySelectorAll('h2, h3, h4, p, pre, li')].filter(inside).length,
                elements: box.querySelectorAll('*').length,
                end: box.scrollTop + box.clientHeight >= box.scrollHeight - 1,
            });
        });";
    app.js_async(script, &[json!(by)])
}

#[test]
fn the_page_of_a_large_project_is_scrolled_to_its_last_definition() {
    let stage = Stage::new("jobs-large");
    let root = stage.place("works");
    for file in 0..FILES {
        project::write(&root, &format!("src/part_{file:03}.rs"), &part(file));
    }
    let modules: String = (0..FILES).map(|file| format!("pub mod part_{file:03};\n")).collect();
    project::write(&root, "src/lib.rs", &format!("//! The works.\n\n{modules}"));
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    let id = ask(&app, "DOCS", &json!({ "kind": "PROJECT" }), true);
    wait_status(&app, &id, "SUCCESS");
    let all = symbols(&command(&app, "ai_job", &json!({ "jobId": id }))["page"]);
    assert!(all.len() >= FILES * FUNCTIONS, "{} definitions", all.len());

    // The longest time between two frames is told, not judged: other tests run beside this one.
    app.js(
        "let last = performance.now(); window.longestGap = 0;
        const tick = (now) => { window.longestGap = Math.max(window.longestGap, now - last); last = now; requestAnimationFrame(tick); };
        requestAnimationFrame(tick);",
        &[],
    );
    let gap = |what: &str| {
        let longest = app.js("const longest = window.longestGap; window.longestGap = 0; return longest", &[]);
        println!("{what}: {:.0} ms between two frames at most", longest.as_f64().unwrap_or_default());
    };
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "facts only");
    app.settle();
    gap("opening");
    app.shot("top");

    let height = app.js("return document.querySelector('[data-page-scroll]').clientHeight", &[]).as_f64().expect("a number");
    let mut seen: Vec<String> = Vec::new();
    let mut steps = 0;
    loop {
        let now = scroll(&app, height * 0.9);
        assert!(now["text"].as_u64() > Some(0), "nothing is in sight after {steps} steps: {now}");
        assert!(now["elements"].as_u64() < Some(MOST), "all of it exists at once: {} elements", now["elements"]);
        seen.extend(now["seen"].as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())));
        steps += 1;
        if now["end"] == json!(true) {
            break;
        }
        assert!(steps < 4_000, "there is no end");
    }
    gap(&format!("{steps} steps"));
    app.settled_shot("end");
    seen.dedup();
    let missing: Vec<&String> = all.iter().filter(|name| !seen.contains(name)).collect();
    assert!(
        missing.is_empty(),
        "{} of {} definitions were never in sight: {:?}",
        missing.len(),
        all.len(),
        &missing[..missing.len().min(5)]
    );
    let last = all.last().expect("there are some");
    assert!(
        seen.iter().rev().take(6).any(|name| name == last),
        "the last definition is {last}, at the end stand {:?}",
        &seen[seen.len() - 6..]
    );

    // Back to the top at once, and to the end by a key.
    app.js("document.querySelector('[data-page-scroll]').scrollTop = 0", &[]);
    app.js("document.querySelector('[data-page-scroll]').focus()", &[]);
    app.wait_text("#jobs article", "facts only");
    app.press("End");
    app.wait_js(
        "the last definition in sight",
        "(() => { const box = document.querySelector('[data-page-scroll]').getBoundingClientRect();
            const at = [...document.querySelectorAll('[data-symbol]')].find((e) => e.dataset.symbol === arguments[0])?.getBoundingClientRect();
            return at && at.top < box.bottom && at.bottom > box.top; })()",
        &[json!(last)],
    );
    gap("to the end");
}
