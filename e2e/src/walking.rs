//! Walks a screen by the Tab key, as somebody without a pointer does.

use serde_json::{Value, json};

use crate::app::App;

/// What has the focus: what it is called, where it is, and whether it can be seen to have it.
const FOCUSED: &str = r"
    let e = document.activeElement;
    if (!e || e === document.body) return null;
    const name = nameOf(e);
    const box = e.getBoundingClientRect();
    // A ring of its own or of what holds it; a list shows its active row, the code its caret line.
    const ringed = (each) => { const s = getComputedStyle(each); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1; };
    const active = e.getAttribute('aria-activedescendant');
    const code = e.closest('.cm-editor');
    // A field's frame takes the colour of the focus.
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'var(--focus)';
    const colour = getComputedStyle(probe).color;
    probe.remove();
    const framed = (each) => { const s = getComputedStyle(each); return s.borderTopColor === colour || s.boxShadow.includes(colour); };
    // The palette has one field, whose caret and chosen row are all there is.
    let shown = e.matches('#palette input') || [...e.children].some((each) => getComputedStyle(each).stroke === colour) || ringed(e) || (e.localName === 'textarea' && framed(e)) || Boolean(code?.closest('.keyboard'));
    for (let up = e.parentElement, steps = 0; !shown && up && steps < 3; up = up.parentElement, steps += 1) shown = ringed(up) || framed(up);
    if (!shown && active) { const row = document.getElementById(active); shown = Boolean(row && ringed(row)); }
    const inside = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    e.dataset.walked ??= String(Math.random());
    return { id: e.dataset.walked, role: e.getAttribute('role') ?? e.localName, name, shown, inside, code: Boolean(code) };";

/// What Tab should reach: visible, enabled, not taken out of the order, one of each group of radios.
const REACHABLE: &str = r"
    const root = document.querySelector('dialog[open]') ?? document.body;
    const all = [...root.querySelectorAll('a[href], button, input, select, textarea, [tabindex], [contenteditable=true]')];
    return all.filter((e) => e.tabIndex >= 0 && !e.disabled && isShown(e) && !e.closest('[inert]')
        && !(e.matches('input[type=radio]') && !e.checked))
        .filter((e) => !e.dataset.walked).map((e) => (e.getAttribute('role') ?? e.localName) + ' ' + JSON.stringify(nameOf(e)));";

impl App {
    /// Asserts that Tab reaches everything on the screen that can be focused, that what has the focus lies in sight, shows it and has a name.
    #[track_caller]
    pub fn assert_walked(&self, screen: &str) {
        self.js("for (const each of document.querySelectorAll('[data-walked]')) delete each.dataset.walked", &[]);
        let mut trouble = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..200 {
            self.press("Tab");
            self.wait_transitions();
            let at = self.js(FOCUSED, &[]);
            let Some(id) = at["id"].as_str() else { continue };
            if seen.iter().any(|one| one == id) {
                break;
            }
            seen.push(id.to_owned());
            let named = format!("{} {}", at["role"].as_str().unwrap_or_default(), at["name"]);
            for (holds, what) in [("shown", "does not show its focus"), ("inside", "has the focus out of sight")] {
                if at[holds] != json!(true) {
                    self.shot(&format!("walk-{screen}-{}", trouble.len()));
                    trouble.push(format!("{named} {what}"));
                }
            }
            if at["name"] == json!("") {
                trouble.push(format!("{named} has no name"));
            }
        }
        let missed = self.js(REACHABLE, &[]);
        let missed = missed.as_array().into_iter().flatten().filter_map(Value::as_str).map(|name| format!("{name} is not reached"));
        trouble.extend(missed);
        assert!(!seen.is_empty(), "Tab reaches nothing on {screen}");
        assert!(trouble.is_empty(), "{screen} by keyboard, {} stops:\n    {}", seen.len(), trouble.join("\n    "));
    }
}
