// One preview in the page: its frame, what stands above it and over it, and the talk with the script in it.
import { frameSize, timeLeft } from "./layout.js";

/** What a site in the frame may do. It can't lead the window away, open others or save files. */
const ALLOWED = "allow-scripts allow-same-origin allow-forms allow-modals";

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export class Frame {
  /** The script in the document that is shown; none for a document it does not run in. */
  #port = null;
  /** Where the document was scrolled to when it began to load anew. */
  #place = null;
  #listening = false;
  path = "/";
  ended = false;

  /** `heard` is told of everything the script says, `number` is the frame's place. */
  constructor(about, number, heard) {
    Object.assign(this, { about, number, heard });
    this.iframe = make("iframe", { title: about.title });
    this.iframe.setAttribute("sandbox", ALLOWED);
    this.iframe.setAttribute("referrerpolicy", "no-referrer");
    this.note = make("span", { className: "muted trunc grow" });
    this.left = make("span", { className: "muted num" });
    this.browser = make("button", { type: "button", className: "btn icon sm", title: "Open in the browser", hidden: true }, icon("ext"));
    this.browser.setAttribute("aria-label", `Open ${about.title} in the browser`);
    const heading = make("h2", { className: "trunc", textContent: about.title });
    this.sheet = make("div", { className: "sheet" }, this.iframe);
    this.place = make("div", { className: "place fit" }, this.sheet);
    this.element = make("section", { className: "frame" }, make("header", {}, heading, this.note, this.left, this.browser), this.place);
    this.element.setAttribute("aria-label", about.title);
  }

  /** Goes in by the link. It is good once: a page that is loaded again goes in by the cookie that it left. */
  enter() {
    const entered = `entered ${this.about.link_path}`;
    const path = sessionStorage.getItem(entered) ?? this.about.link_path;
    sessionStorage.setItem(entered, "/");
    this.iframe.src = this.about.origin + path;
  }

  /** Takes what came to the window, if it is from this frame. */
  receive({ source, origin, data, ports }, key) {
    if (origin !== this.about.origin || !ports[0]) return false;
    if (data?.lectern === "nested") {
      ports[0].onmessage = ({ data: message }) => message?.kind === "notes" && this.heard(this, message);
      return true;
    }
    if (data?.lectern !== "frame" || data.key !== key || source !== this.iframe.contentWindow) return false;
    this.#port?.close();
    this.#port = ports[0];
    this.#port.onmessage = ({ data: message }) => this.#hear(message);
    if (this.#place) this.tell({ kind: "restore", ...this.#place });
    this.#place = null;
    if (this.#listening) this.tell({ kind: "listen" });
    return true;
  }

  #hear(message) {
    if (typeof message !== "object" || message === null) return;
    if (message.kind === "reloading") this.#place = { left: Number(message.left) || 0, top: Number(message.top) || 0 };
    if (message.kind === "at") this.path = String(message.path).slice(0, 4000);
    this.heard(this, message);
  }

  tell(message) {
    this.#port?.postMessage(message);
  }

  go(path) {
    if (this.#port) this.tell({ kind: "go", path });
    else this.iframe.src = this.about.origin + path;
  }

  reload() {
    if (this.#port) this.tell({ kind: "reload" });
    else this.iframe.src = this.about.origin + this.path;
  }

  /** Shows how the session is. */
  show({ note, running, seconds_left: seconds, reloads, ended }) {
    this.note.textContent = note === this.about.title ? "" : note;
    this.left.textContent = running && seconds !== null ? timeLeft(seconds) : "";
    if (reloads && !this.#listening) {
      this.#listening = true;
      this.tell({ kind: "listen" });
    }
    if (!running) this.end(ended);
  }

  end(why) {
    if (this.ended) return;
    this.ended = true;
    this.left.textContent = "Ended";
    this.browser.hidden = true;
    const said = make("div", {},
      make("span", { className: "ic" }, icon("clock")),
      make("h3", { textContent: "This preview ended" }),
      ...(why ? [make("p", { textContent: why })] : []),
      make("p", { textContent: "Start it again from Previews in Lectern; it opens in a new window." }));
    const over = make("div", { className: "over" }, said);
    over.setAttribute("role", "alert");
    this.place.replaceChildren(over);
    this.place.classList.add("fit");
    this.#port = null;
  }

  /** Draws the frame as large as it is to be. */
  fit(look) {
    if (this.ended) return;
    const device = look.size !== "fit";
    this.place.classList.toggle("fit", !device);
    const { width, height, scale } = frameSize({ width: this.place.clientWidth, height: this.place.clientHeight }, look);
    Object.assign(this.iframe.style, { width: `${width}px`, height: `${height}px`, transform: scale === 1 ? "none" : `scale(${scale})` });
    const drawn = device ? [Math.round(width * scale), Math.round(height * scale)] : [this.place.clientWidth, this.place.clientHeight];
    Object.assign(this.sheet.style, { width: `${drawn[0]}px`, height: `${drawn[1]}px` });
    this.scale = scale;
  }
}
