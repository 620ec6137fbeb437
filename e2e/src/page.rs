//! Finding, clicking and typing in the page, by accessible names.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::App;
use crate::webdriver::Element;

/// Scripts find elements with the functions in here.
const PRELUDE: &str = include_str!("page.js");

impl App {
    /// Runs a function body in the page; `named(role, name)`, `nameOf`, `isShown` and `squeeze` are at hand.
    #[track_caller]
    pub fn js(&self, script: &str, args: &[Value]) -> Value {
        let full = format!("{PRELUDE}\n{script}");
        self.session().execute(&full, args).unwrap_or_else(|error| panic!("a script failed ({error}): {script}"))
    }

    /// Runs a function body whose last argument is a callback.
    #[track_caller]
    pub fn js_async(&self, script: &str, args: &[Value]) -> Value {
        let full = format!("{PRELUDE}\n{script}");
        self.session().execute_async(&full, args).unwrap_or_else(|error| panic!("a script failed ({error}): {script}"))
    }

    /// Waits until `done` holds.
    #[track_caller]
    pub fn wait(&self, what: &str, mut done: impl FnMut() -> bool) {
        let deadline = Instant::now() + self.patience();
        while !done() {
            if Instant::now() > deadline {
                self.shot("timed-out");
                let shown = self.session().execute("return document.body.innerText.slice(0, 1500)", &[]);
                panic!(
                    "waited {:?} in vain for {what}. The page says:\n{}",
                    self.patience(),
                    shown.unwrap_or_default().as_str().unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Waits until an expression is truthy. An expression that throws counts as not yet.
    #[track_caller]
    pub fn wait_js(&self, what: &str, expression: &str, args: &[Value]) {
        let script = format!("{PRELUDE}\nreturn Boolean({expression});");
        self.wait(what, || self.session().execute(&script, args).is_ok_and(|value| value == Value::Bool(true)));
    }

    /// Waits for a visible element.
    #[track_caller]
    pub fn find(&self, css: &str) -> Element {
        self.await_element(
            &format!("an element {css:?}"),
            "return [...document.querySelectorAll(arguments[0])].find(isShown) ?? null",
            &[json!(css)],
        )
    }

    /// Waits for a visible element by role ("*" for any) and accessible name: the same name, else a beginning, else a part, in any case.
    #[track_caller]
    pub fn named(&self, role: &str, name: &str) -> Element {
        self.await_element(&format!("the {role} {name:?}"), "return named(arguments[0], arguments[1])", &[json!(role), json!(name)])
    }

    /// Like [`App::named`], among what lies within the first element that `css` matches.
    #[track_caller]
    pub fn named_in(&self, css: &str, role: &str, name: &str) -> Element {
        let script = "const root = [...document.querySelectorAll(arguments[2])].find(isShown); return root ? named(arguments[0], arguments[1], root) : null";
        self.await_element(&format!("the {role} {name:?} in {css:?}"), script, &[json!(role), json!(name), json!(css)])
    }

    #[track_caller]
    fn await_element(&self, what: &str, script: &str, args: &[Value]) -> Element {
        let full = format!("{PRELUDE}\n{script}");
        let mut found = None;
        self.wait(what, || {
            found = self.session().execute(&full, args).ok().as_ref().and_then(Element::from_value);
            found.is_some()
        });
        found.expect("the wait ends with an element")
    }

    /// Whether a visible element matches now.
    #[track_caller]
    pub fn shows(&self, css: &str) -> bool {
        self.js("return [...document.querySelectorAll(arguments[0])].some(isShown)", &[json!(css)]) == Value::Bool(true)
    }

    /// Whether a visible element has this role and name now.
    #[track_caller]
    pub fn shows_named(&self, role: &str, name: &str) -> bool {
        self.js("return Boolean(named(arguments[0], arguments[1]))", &[json!(role), json!(name)]) == Value::Bool(true)
    }

    /// Waits until no visible element matches.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        self.wait_js(&format!("{css:?} to go"), "![...document.querySelectorAll(arguments[0])].some(isShown)", &[json!(css)]);
    }

    /// Waits until the text of the first visible match contains `text`, in any case.
    #[track_caller]
    pub fn wait_text(&self, css: &str, text: &str) {
        self.wait_js(
            &format!("{css:?} to say {text:?}"),
            "[...document.querySelectorAll(arguments[0])].some((e) => isShown(e) && squeeze(e.innerText).toLowerCase().includes(arguments[1].toLowerCase()))",
            &[json!(css), json!(text)],
        );
    }

    /// From now on the page notes each text that a visible match of `css` shows, for [`App::wait_shown`]:
    /// what is only there for a moment can be gone before anybody asks.
    #[track_caller]
    pub fn note_texts(&self, css: &str) {
        let script = "const css = arguments[0];
            const seen = ((window.lecternSeen ??= {})[css] = new Set());
            const look = () => {
                for (const found of document.querySelectorAll(css)) {
                    if (isShown(found)) seen.add(squeeze(found.innerText).toLowerCase());
                }
            };
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
            look();";
        self.js(script, &[json!(css)]);
    }

    /// Waits until a text noted since [`App::note_texts`] of the same `css` contains `text`, in any case.
    #[track_caller]
    pub fn wait_shown(&self, css: &str, text: &str) {
        self.wait_js(
            &format!("{css:?} to have said {text:?}"),
            "[...(window.lecternSeen?.[arguments[0]] ?? [])].some((e) => e.includes(arguments[1].toLowerCase()))",
            &[json!(css), json!(text)],
        );
    }

    /// The visible text of the first visible match, or "".
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let script = "return squeeze([...document.querySelectorAll(arguments[0])].find(isShown)?.innerText)";
        self.js(script, &[json!(css)]).as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a visible match of a selector that stays where it is from one frame to the next: what is above it may still be coming in.
    #[track_caller]
    pub fn find_still(&self, css: &str) -> Element {
        let script = "const [css] = arguments;
            const found = [...document.querySelectorAll(css)].find(isShown);
            if (!found) return null;
            const { x, y, width, height } = found.getBoundingClientRect();
            const place = [x, y, width, height].join();
            return { place, element: found };";
        let full = format!("{PRELUDE}\n{script}");
        let (mut before, mut found) = (String::new(), None);
        self.wait(&format!("{css:?} to keep its place"), || {
            let answer = self.session().execute(&full, &[json!(css)]).unwrap_or_default();
            let place = answer["place"].as_str().unwrap_or_default().to_owned();
            found = (!place.is_empty() && place == before).then(|| Element::from_value(&answer["element"])).flatten();
            before = place;
            found.is_some()
        });
        found.expect("the wait ends with an element")
    }

    /// Clicks what has this role and name, once it can be.
    #[track_caller]
    pub fn click(&self, role: &str, name: &str) {
        self.click_found(&format!("the {role} {name:?}"), |app| app.named(role, name));
    }

    /// Clicks the first visible match of a selector, once it can be.
    #[track_caller]
    pub fn click_css(&self, css: &str) {
        self.click_found(css, |app| app.find(css));
    }

    #[track_caller]
    fn click_found(&self, what: &str, find: impl Fn(&Self) -> Element) {
        let mut last = None;
        let deadline = Instant::now() + self.patience();
        while Instant::now() < deadline {
            match self.session().click(&self.pointed_at(find(self))) {
                Ok(()) => return,
                // Replaced, moved or covered for a moment: look again.
                Err(error) => last = Some(error),
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        self.shot("not-clickable");
        panic!("{what} can't be clicked: {}", last.map(|error| error.to_string()).unwrap_or_default());
    }

    /// What a pointer would go for: a check box is drawn by its label.
    fn pointed_at(&self, element: Element) -> Element {
        let script = "const [e] = arguments; return e.matches('input[type=checkbox], input[type=radio]') ? (e.labels[0] ?? e) : e";
        let found = self.session().execute(script, &[element.to_value()]);
        found.ok().as_ref().and_then(Element::from_value).unwrap_or(element)
    }

    /// Takes the pointer to where it points at nothing: hovering and its tooltips end.
    #[track_caller]
    pub fn park_pointer(&self) {
        let place = self.js("return [Math.round(innerWidth / 2), innerHeight - 3]", &[]);
        let side = |index: usize| place[index].as_u64().and_then(|length| u32::try_from(length).ok()).unwrap_or_default();
        self.session().move_pointer(side(0), side(1)).unwrap_or_else(|error| panic!("the pointer can't be moved: {error}"));
    }

    /// Writes into the field of this label, in place of what it held.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let field = self.named("textbox", label);
        self.fill_element(&field, text);
    }

    /// Writes into a field, in place of what it held.
    #[track_caller]
    pub fn fill_element(&self, field: &Element, text: &str) {
        self.session().clear(field).unwrap_or_else(|error| panic!("a field can't be emptied: {error}"));
        self.session().type_into(field, text).unwrap_or_else(|error| panic!("a field takes no text: {error}"));
    }

    /// Puts a text of many lines into the field of a label at once, as pasting does: typed, a letter may be lost.
    #[track_caller]
    pub fn paste(&self, label: &str, text: &str) {
        let field = self.named("textbox", label);
        let script = "arguments[0].focus(); arguments[0].select(); document.execCommand('insertText', false, arguments[1]);
            return arguments[0].value === arguments[1];";
        let took = self.js(script, &[field.to_value(), json!(text)]);
        assert_eq!(took, Value::Bool(true), "the field {label:?} takes the text as it is");
    }

    /// Types into whatever has the focus.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.session().press(&[letter]).unwrap_or_else(|error| panic!("the key {letter:?} can't be pressed: {error}"));
        }
    }

    /// Presses a chord such as `Ctrl+Shift+P`, `Escape`, `?` or `ArrowDown`.
    #[track_caller]
    pub fn press(&self, chord: &str) {
        let mut keys: Vec<char> = chord.split('+').map(key).collect();
        // Named as on the key cap: with Shift held or not, Ctrl+K sends the key k.
        if let (true, Some(last)) = (keys.len() > 1, keys.last_mut()) {
            *last = last.to_ascii_lowercase();
        }
        self.session().press(&keys).unwrap_or_else(|error| panic!("{chord} can't be pressed: {error}"));
    }
}

/// WebDriver's code for a key.
fn key(name: &str) -> char {
    match name {
        "Ctrl" => '\u{e009}',
        "Shift" => '\u{e008}',
        "Alt" => '\u{e00a}',
        "Enter" => '\u{e007}',
        "Tab" => '\u{e004}',
        "Escape" => '\u{e00c}',
        "Backspace" => '\u{e003}',
        "Delete" => '\u{e017}',
        "Space" => ' ',
        "ArrowLeft" => '\u{e012}',
        "ArrowUp" => '\u{e013}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        "PageUp" => '\u{e00e}',
        "PageDown" => '\u{e00f}',
        "End" => '\u{e010}',
        "Home" => '\u{e011}',
        "F2" => '\u{e032}',
        "F3" => '\u{e033}',
        "F4" => '\u{e034}',
        "F12" => '\u{e03c}',
        "F6" => '\u{e036}',
        "F8" => '\u{e038}',
        "F10" => '\u{e03a}',
        letter => {
            let mut chars = letter.chars();
            match (chars.next(), chars.next()) {
                (Some(letter), None) => letter,
                _ => panic!("no key is called {letter:?}"),
            }
        }
    }
}
