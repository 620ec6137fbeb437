// The pane that lists what the frames printed, what failed to load and what the window refused.
import { icon } from "./frame.js";

/** Older lines are dropped. */
const MOST = 1000;
const ICONS = { error: "bad", warn: "warn", info: "info" };
const REFUSED = {
  window: "A window was not opened; a preview has this one alone:",
  link: "A link leads out of the preview and was not followed:",
  download: "A download was refused:",
  navigation: "The preview tried to go elsewhere and was held:",
  permission: "The preview asked for something that no preview may have:",
};
const byId = (id) => document.getElementById(id);

/** A message of a frame as a line, or null for one that is none. Everything in it is text of the site's. */
function lineOf(message, from) {
  const text = (value) => (typeof value === "string" ? value.slice(0, 5000) : "");
  const base = { at: new Date(), from, times: 1 };
  if (message?.kind === "console") {
    const level = ["error", "warn", "info", "debug"].includes(message.level) ? message.level : "log";
    return { ...base, list: "console", level, text: text(message.text), where: text(message.where) };
  }
  if (message?.kind === "failed") {
    return { ...base, list: "failed", level: "error", text: `${text(message.what)} ${text(message.url)}`, where: text(message.why) };
  }
  if (message?.kind === "refused") {
    return { ...base, list: "console", level: "warn", text: `${REFUSED[message.what] ?? REFUSED.navigation} ${text(message.url)}`, where: "" };
  }
  return null;
}

export class Console {
  #lines = [];
  #list = "console";
  #errors = false;
  #queued = false;

  /** `said` shows a short message. */
  constructor(said) {
    this.pane = byId("console");
    this.button = byId("console-button");
    this.button.addEventListener("click", () => this.toggle());
    byId("hide").addEventListener("click", () => this.toggle(false));
    byId("clear").addEventListener("click", () => {
      this.#lines = [];
      this.#draw();
    });
    byId("errors").addEventListener("click", (event) => {
      this.#errors = !this.#errors;
      event.currentTarget.setAttribute("aria-pressed", String(this.#errors));
      this.#draw();
    });
    byId("copy").addEventListener("click", async () => {
      const text = this.#listed().map((line) => [line.at.toISOString(), line.level, line.from, line.text, line.where].filter(Boolean).join("\t")).join("\n");
      await navigator.clipboard.writeText(text).then(() => said("Copied."), () => said("The clipboard can't be reached."));
    });
  }

  get open() {
    return !this.pane.hidden;
  }

  toggle(open = !this.open) {
    const held = this.pane.contains(document.activeElement);
    this.pane.hidden = !open;
    this.button.setAttribute("aria-pressed", String(open));
    if (open) byId("lines").focus();
    else if (held) this.button.focus();
    this.#draw();
    dispatchEvent(new Event("resize"));
  }

  choose(list) {
    this.#list = list;
    this.#draw();
  }

  /** Lists a message of a frame; `from` names it where there are two. */
  add(message, from) {
    const line = lineOf(message, from);
    if (!line) return;
    const last = this.#lines.at(-1);
    const same = last && ["list", "level", "text", "where", "from"].every((each) => last[each] === line[each]);
    if (same) last.times += 1;
    else this.#lines.push(line);
    if (this.#lines.length > MOST) this.#lines.splice(0, this.#lines.length - MOST);
    this.#later();
  }

  #listed() {
    return this.#lines.filter((line) => line.list === this.#list && (!this.#errors || line.level === "error"));
  }

  /** Many lines at once are drawn once. */
  #later() {
    if (this.#queued) return;
    this.#queued = true;
    setTimeout(() => {
      this.#queued = false;
      this.#draw();
    }, 50);
  }

  #draw() {
    const bad = this.#lines.reduce((sum, line) => sum + (line.level === "error" ? line.times : 0), 0);
    byId("pip").hidden = bad === 0;
    byId("pip").textContent = bad > 99 ? "99+" : String(bad);
    this.button.setAttribute("aria-label", bad === 0 ? "Console" : `Console, ${bad} ${bad === 1 ? "error" : "errors"}`);
    for (const list of ["console", "failed"]) {
      const count = this.#lines.filter((line) => line.list === list).length;
      byId(`count-${list}`).textContent = count > 0 ? String(count) : "";
    }
    if (!this.open) return;
    const box = byId("lines");
    const atEnd = box.scrollTop + box.clientHeight > box.scrollHeight - 24;
    const listed = this.#listed();
    box.replaceChildren(...listed.map(row));
    box.hidden = listed.length === 0;
    byId("none").hidden = listed.length > 0;
    byId("none").textContent = this.#list === "failed" ? "No request has failed." : this.#errors ? "No errors." : "Nothing was printed yet.";
    if (atEnd) box.scrollTop = box.scrollHeight;
  }
}

function row(line) {
  const item = document.createElement("li");
  item.className = line.level;
  const part = (name, text, tag = "span") => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    item.append(element);
    return element;
  };
  part("at", line.at.toTimeString().slice(0, 8), "time");
  if (ICONS[line.level]) {
    const drawn = icon(ICONS[line.level]);
    drawn.setAttribute("aria-label", line.level === "warn" ? "Warning" : line.level === "error" ? "Error" : "Information");
    drawn.setAttribute("role", "img");
    drawn.removeAttribute("aria-hidden");
    item.append(drawn);
  } else part("", "");
  part("text", line.text);
  part("from", [line.times > 1 ? `× ${line.times}` : "", line.where, line.from].filter(Boolean).join("  "));
  return item;
}
