//! Measures reading in the real window: opening, expanding, scrolling, the palette. Prints one line a measure.
//!
//! Times are taken in the page, from the input's event to the change of the document that shows its effect (and, where so named, to the
//! frame that paints it).

#[cfg(target_os = "linux")]
fn main() {
    use std::io::Write as _;
    use std::path::Path;

    use lectern_e2e::flows::{EMAIL, PASSWORD, row};
    use lectern_e2e::process::{proportional_kib, tree_of};
    use lectern_e2e::{App, Stage};
    use serde_json::{Value, json};

    /// Runs `act`, then waits for `done` to hold; answers with the milliseconds to that, and to the next painted frame.
    const UNTIL: &str = "
        const finish = arguments[arguments.length - 1];
        const args = arguments[0];
        const act = () => { ACT };
        const done = () => DONE;
        const began = performance.now();
        const limit = setTimeout(() => finish(null), 20000);
        let over = false;
        const look = () => {
            if (over || !done()) return;
            over = true;
            watch.disconnect();
            clearTimeout(limit);
            const there = performance.now() - began;
            requestAnimationFrame(() => setTimeout(() => finish([there, performance.now() - began]), 0));
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        act();
        look();";

    /// Scrolls an element down for some frames and answers with the milliseconds between them.
    const SCROLL: &str = "
        const [css, step, frames, finish] = arguments;
        const box = document.querySelector(css);
        const times = [];
        let last = null;
        const frame = (now) => {
            if (last !== null) times.push(now - last);
            last = now;
            box.scrollTop += step;
            if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) box.scrollTop = 0;
            if (times.length < frames) requestAnimationFrame(frame); else finish(times);
        };
        requestAnimationFrame(frame);";

    /// Notes for every key, as typed, when it changed the palette's list and when that was painted.
    const KEYS: &str = "
        window.keysTimed = [];
        let began = null;
        addEventListener('keydown', () => { began = performance.now(); }, true);
        const isOfList = ({ target }) => (target.nodeType === 1 ? target : target.parentElement)?.closest('#palette [role=listbox]');
        new MutationObserver((records) => {
            if (began === null || !records.some(isOfList)) return;
            const pressed = began;
            began = null;
            const there = performance.now() - pressed;
            requestAnimationFrame(() => setTimeout(() => window.keysTimed.push([there, performance.now() - pressed]), 0));
        }).observe(document.body, { subtree: true, childList: true, characterData: true });";

    fn timed(app: &App, act: &str, done: &str, args: &Value) -> Option<(f64, f64)> {
        // Put into the script as text: the page allows no code made at run time.
        let answer = app.js_async(&UNTIL.replace("ACT", act).replace("DONE", done), std::slice::from_ref(args));
        Some((answer[0].as_f64()?, answer[1].as_f64()?))
    }

    fn at(sorted: &[f64], part: f64) -> f64 {
        let last = sorted.len().saturating_sub(1);
        sorted.get((last as f64 * part).round() as usize).copied().unwrap_or(f64::NAN)
    }

    fn tell(name: &str, mut times: Vec<f64>, target: &str) {
        times.sort_by(f64::total_cmp);
        println!(
            "  {name:<62} {:>7.1} {:>7.1} {:>7.1}   {:>3}   {target}",
            at(&times, 0.5),
            at(&times, 0.95),
            at(&times, 1.0),
            times.len()
        );
    }

    fn tell_pair(name: &str, times: &[(f64, f64)], target: &str) {
        tell(name, times.iter().map(|each| each.0).collect(), target);
        tell(&format!("{name}, painted"), times.iter().map(|each| each.1).collect(), "");
    }

    /// Pages that processes share are divided between them.
    fn tell_memory(app: &App, name: &str, target: &str) {
        let kib: u64 = tree_of(app.id()).iter().filter_map(|&id| proportional_kib(id)).sum();
        println!("  {name:<62} {:>7.0} MB                       {target}", kib as f64 / 1e3);
    }

    fn code(lines: usize) -> String {
        (0..lines / 5).fold(String::new(), |text, n| {
            text + &format!("/// Adds {n} to the number.\npub fn add_{n}(number: u64) -> u64 {{\n    number + {n} // as \"said\"\n}}\n\n")
        })
    }

    fn write_corpus(root: &Path, files: usize) {
        for n in 0..files {
            let folder = root.join(format!("area{:02}/part{:03}", n % 40, n % 2000));
            if n < 2000 {
                std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
            }
            std::fs::write(folder.join(format!("module_{n}.js")), format!("export const module{n} = {n};\n")).expect("there is room");
        }
        std::fs::create_dir_all(root.join("big")).expect("the temporary folder can be written");
        std::fs::write(root.join("big/ten_thousand.rs"), code(10_000)).expect("there is room");
        std::fs::write(root.join("big/hundred_thousand.rs"), code(100_000)).expect("there is room");
        let mut log = std::io::BufWriter::new(std::fs::File::create(root.join("big/server.log")).expect("there is room"));
        for n in 0..2_000_000_u32 {
            writeln!(
                log,
                "2026-03-01T12:00:00.{:06}Z INFO request {n:>9} took {:>4} ms; /api/books?page={:>6} 200 OK",
                n % 1_000_000,
                n % 977,
                n % 100_000
            )
            .expect("there is room");
        }
    }

    let files: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(57_000);
    let stage = Stage::new("reading");
    let root = stage.place("corpus");
    write_corpus(&root, files);
    let said = stage.lectern_json(&["sync", &root.to_string_lossy()], &[]);
    println!("  a project of {} files, {:.0} MB", said["files"], said["bytes"].as_f64().unwrap_or_default() / 1e6);

    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    std::thread::sleep(std::time::Duration::from_secs(3));
    tell_memory(&app, "memory with the project open", "<= hello-world + 150 MB; `bench start` has its figure");
    println!("  {:<62} {:>7} {:>7} {:>7}   {:>3}   target", "milliseconds", "median", "95 %", "most", "n");

    let mut opened = Vec::new();
    let mut glanced = Vec::new();
    for n in 0..18 {
        app.command("Close the project");
        app.find("#projects-home");
        app.wait_text("#projects-home", "corpus");
        let act = "[...document.querySelectorAll('#projects-home button, #projects-home a')].find((e) => /corpus/.test(e.textContent) && isShownNow(e)).click(); function isShownNow(e) { return e.getClientRects().length > 0; }";
        if n % 3 == 2 {
            glanced.extend(timed(
                &app,
                act,
                "/files, .* in v/.test(document.querySelector('#workspace .overview')?.textContent)",
                &json!([]),
            ));
        } else {
            opened.extend(timed(&app, act, "document.querySelector('#workspace [role=treeitem]') !== null", &json!([])));
        }
        app.wait_in_sync(1);
    }
    tell_pair("open project to its overview in figures", &glanced, "");
    tell_pair("open project to first tree rows", &opened, "<= 50 at 95 %");

    let mut expanded = Vec::new();
    for n in 0..20 {
        let path = format!("area{n:02}");
        app.show_row(&path);
        let css = row(&path);
        let act = "document.querySelector(args[0]).click()";
        expanded.extend(timed(
            &app,
            act,
            "document.querySelector(args[0])?.ariaExpanded === 'true' && document.querySelector(args[1]) !== null",
            &json!([css, row(&format!("{path}/part0{n:02}"))]),
        ));
        app.click_css(&css);
        app.wait_js("the folder to close", "document.querySelector(arguments[0])?.ariaExpanded === 'false'", &[json!(css)]);
    }
    tell_pair("expand a folder", &expanded, "<= 5 at 95 %");

    app.open_in_tree("big/ten_thousand.rs");
    let mut coloured = Vec::new();
    let mut logged = Vec::new();
    for n in 0..12 {
        // Another state of the file each time, so that nothing of it is remembered.
        std::fs::write(root.join("big/ten_thousand.rs"), format!("// {n}\n{}", code(10_000))).expect("there is room");
        app.open_in_tree("big/server.log");
        std::thread::sleep(std::time::Duration::from_millis(600));
        let args = json!([row("big/ten_thousand.rs"), format!("// {n}")]);
        let done = "document.querySelector('#workspace .cm-content .k') !== null && document.querySelector('#workspace .cm-content').textContent.startsWith(args[1])";
        coloured.extend(timed(&app, "document.querySelector(args[0]).click()", done, &args));
        std::thread::sleep(std::time::Duration::from_millis(300));
        let args = json!([row("big/server.log")]);
        logged.extend(timed(
            &app,
            "document.querySelector(args[0]).click()",
            "document.querySelector('#reader-panel')?.textContent.includes('INFO request         0')",
            &args,
        ));
    }
    tell_pair("open a 10,000-line file to its first coloured screen", &coloured, "<= 60");
    tell_pair("open a 200 MB log to its first screen", &logged, "<= 100");

    app.open_in_tree("big/hundred_thousand.rs");
    app.find("#workspace .cm-content .k");
    let times = |value: &Value| value.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect::<Vec<_>>()).unwrap_or_default();
    tell(
        "a frame of scrolling 100,000 lines, 3 lines a frame",
        times(&app.js_async(SCROLL, &[json!("#workspace .cm-scroller"), json!(60), json!(240)])),
        "<= the plain one",
    );
    tell(
        "a frame of scrolling 100,000 lines, a screen a frame",
        times(&app.js_async(SCROLL, &[json!("#workspace .cm-scroller"), json!(700), json!(240)])),
        "<= the plain one",
    );
    app.js(
        "const plain = document.createElement('pre'); plain.id = 'plain';
         plain.style.cssText = 'position:fixed;inset:60px 300px 40px 330px;overflow:auto;z-index:99;background:#fff;font:12.5px/20px monospace';
         plain.textContent = Array.from({ length: 80 }, (_, n) => 'pub fn add_' + n + '(number: u64) -> u64 { number + ' + n + ' }').join('\\n');
         document.body.append(plain)",
        &[],
    );
    tell("a frame of scrolling a plain <pre> of one screen", times(&app.js_async(SCROLL, &[json!("#plain"), json!(3), json!(240)])), "");
    app.js("document.querySelector('#plain').remove()", &[]);

    app.js(KEYS, &[]);
    for query in ["module_4711", "area07/part", "thousand", "mod12345", "server.log"] {
        app.press("Ctrl+P");
        app.find("#palette input");
        for key in query.chars() {
            app.press(&key.to_string());
            std::thread::sleep(std::time::Duration::from_millis(120));
        }
        app.press("Escape");
        app.wait_gone("#palette");
    }
    let keys = app.js("return window.keysTimed", &[]);
    let keys: Vec<(f64, f64)> =
        keys.as_array().into_iter().flatten().filter_map(|pair| Some((pair[0].as_f64()?, pair[1].as_f64()?))).collect();
    tell_pair("quick open: a key to its list", &keys, "<= 10 at 57k files");

    tell_memory(&app, "memory with all of this open", "");
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the window is driven on Linux only");
}
