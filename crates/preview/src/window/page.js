// The page around the previews: sizes, address, zoom, keys, and what the frames do together.
import { Console } from "./console.js";
import { Frame } from "./frame.js";
import { typedPath, zoomed } from "./layout.js";

const byId = (id) => document.getElementById(id);
/** What the window's own script left here; none in a window that is not Lectern's. */
const { key, order: orderKey } = window.lectern ?? {};
const look = { size: "fit", rotated: false, zoom: 1 };
let beside = true;
let together = true;
/** The frame that was touched last: the others follow it. */
let leader;
let unanswered = 0;

let saying;
const say = (text) => {
  byId("said").textContent = text;
  clearTimeout(saying);
  saying = setTimeout(() => (byId("said").textContent = ""), 6000);
};
const log = new Console(say);

const frames = JSON.parse(byId("frames").textContent).map((about, number) => new Frame(about, number, heard));
[leader] = frames;
const origins = frames.map((frame) => frame.about.origin);
const shown = () => (beside ? frames : frames.slice(0, 1));
document.title = `Preview: ${frames.map((frame) => frame.about.title).join(", ")}`;
byId("desk").append(...frames.map((frame) => frame.element));

// --- orders to the shell, which hears them as a way that a frame of this page wants to go, and does not let it go there ----------------------
function orderShell(what, values = {}) {
  if (!orderKey) return;
  byId("orders").src = `/order/${orderKey}/${what}?${new URLSearchParams(values)}`;
}
/** What the shell has to say; it calls this. */
window.lecternSays = (text) => say(String(text));
window.lecternRefused = (what, url) => log.add({ kind: "refused", what, url: String(url) }, "");

// --- what frames say ---------------------------------------------------------------------------------------------------------------------
addEventListener("message", (event) => {
  if (key) frames.some((frame) => frame.receive(event, key));
});

function heard(frame, message) {
  const others = together ? shown().filter((each) => each !== frame) : [];
  switch (message.kind) {
    case "notes":
      if (Array.isArray(message.notes)) for (const each of message.notes) log.add(each, frames.length > 1 ? frame.about.title : "");
      break;
    case "lead":
      leader = frame;
      break;
    case "at":
      if (frame === leader) showAddress();
      // The frame that is used leads the other to the same place.
      if (frame === leader) for (const each of others) if (each.path !== frame.path) each.go(frame.path);
      break;
    case "scroll":
      if (frame === leader) for (const each of others) each.tell({ kind: "scroll", x: Number(message.x) || 0, y: Number(message.y) || 0 });
      break;
    case "key":
      act(String(message.name));
      break;
  }
}

// --- the bar --------------------------------------------------------------------------------------------------------------------------------
function showAddress() {
  const field = byId("address");
  if (document.activeElement !== field) field.value = leader.path;
}
byId("address-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { path, why } = typedPath(byId("address").value, origins);
  byId("address").setAttribute("aria-invalid", String(Boolean(why)));
  if (why) return say(why);
  byId("address").blur();
  for (const frame of together ? shown() : [leader]) frame.go(path);
});
byId("address").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  event.currentTarget.setAttribute("aria-invalid", "false");
  event.currentTarget.blur();
  showAddress();
});

/** Makes buttons of one group a choice: arrows move and choose. */
function choice(group, chosen) {
  const buttons = [...byId(group).querySelectorAll("button")];
  const choose = (button) => {
    for (const each of buttons) {
      each.setAttribute("aria-checked", String(each === button));
      each.tabIndex = each === button ? 0 : -1;
    }
    chosen(button.dataset);
  };
  for (const button of buttons) button.addEventListener("click", () => choose(button));
  byId(group).addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    choose(next);
  });
}
choice("sizes", ({ size }) => {
  look.size = size;
  byId("rotate").disabled = size === "fit";
  draw();
});
choice("lists", ({ list }) => log.choose(list));

const toggle = (id, change) => byId(id).addEventListener("click", (event) => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(on));
  change(on);
  draw();
});
toggle("rotate", (on) => (look.rotated = on));
toggle("together", (on) => (together = on));
toggle("beside", (on) => {
  beside = on;
  if (!on) [leader] = frames;
  showAddress();
});
for (const id of ["back", "forward", "reload", "smaller", "plain", "larger"]) byId(id).addEventListener("click", () => act(id));
byId("shot").addEventListener("click", () => act("shot"));
for (const frame of frames) frame.browser.addEventListener("click", () => orderShell("browser", { frame: frame.number, again: Date.now() }));

function act(name) {
  const led = together ? shown() : [leader];
  switch (name) {
    case "reload": return shown().forEach((frame) => frame.reload());
    case "back":
    case "forward": return (together ? led : [leader]).forEach((frame) => frame.tell({ kind: name }));
    case "larger":
    case "smaller":
      look.zoom = zoomed(look.zoom, name === "larger" ? 1 : -1);
      return draw();
    case "plain":
      look.zoom = 1;
      return draw();
    case "address":
      window.focus();
      byId("address").focus();
      return byId("address").select();
    case "console": return log.toggle();
    case "close": return orderShell("close");
    case "shot": return orderShell("shot", { ...area(), name: pictureName(), again: Date.now() });
  }
}

/** Where the frames stand in the window, in CSS pixels: what a picture shows. */
function area() {
  const boxes = shown().map((frame) => (shown().length > 1 ? frame.element : frame.sheet).getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const inside = byId("desk").getBoundingClientRect();
  const x = Math.max(left, inside.left);
  const y = Math.max(top, inside.top);
  const right = Math.min(Math.max(...boxes.map((box) => box.right)), inside.right);
  const bottom = Math.min(Math.max(...boxes.map((box) => box.bottom)), inside.bottom);
  return { x, y, width: right - x, height: bottom - y };
}

/** "Working copy about-html 390": what is seen, as a name for a file. */
function pictureName() {
  const path = leader.path.split(/[?#]/, 1)[0].replaceAll("/", " ").trim();
  return [shown().map((frame) => frame.about.title).join(" and "), path, look.size === "fit" ? "" : look.size].filter(Boolean).join(" ");
}

function draw() {
  byId("zoom").textContent = `${Math.round(look.zoom * 100)} %`;
  frames.forEach((frame, number) => (frame.element.hidden = number > 0 && !beside));
  for (const frame of shown()) frame.fit(look);
}

// --- keys ------------------------------------------------------------------------------------------------------------------------------------
const KEYS = { r: "reload", "+": "larger", "=": "larger", "-": "smaller", 0: "plain", l: "address", w: "close" };
addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.toLowerCase();
  let name;
  if (event.key === "F5") name = "reload";
  else if (event.altKey && !control) name = { ArrowLeft: "back", ArrowRight: "forward" }[event.key];
  else if (control && event.shiftKey && (letter === "j" || letter === "s")) name = letter === "j" ? "console" : "shot";
  else if (control && (!event.shiftKey || letter === "+")) name = KEYS[letter];
  else if (event.key === "Escape" && log.open) name = "console";
  if (!name) return;
  event.preventDefault();
  act(name);
});

// --- how the sessions are -----------------------------------------------------------------------------------------------------------------
async function ask() {
  try {
    const answer = await fetch(`/state?${origins.join(",")}`, { cache: "no-store" });
    if (answer.status === 410) {
      for (const frame of frames) frame.end("Its window was needed for another one.");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const states = await answer.json();
    unanswered = 0;
    frames.forEach((frame, number) => states[number] && frame.show(states[number]));
  } catch {
    // One that is not answered may be a hiccup.
    unanswered += 1;
    if (unanswered > 1) for (const frame of frames) frame.end("Its server has stopped, or its time is over.");
  }
  if (frames.some((frame) => !frame.ended)) setTimeout(ask, 2000);
}

byId("beside").hidden = byId("together").hidden = frames.length < 2;
byId("shot").hidden = !orderKey;
for (const frame of frames) frame.browser.hidden = !orderKey;
addEventListener("resize", draw);
draw();
for (const frame of frames) frame.enter();
ask();
