// Runs in every document of a preview's window before the document's own scripts, and tells the page around the frame what happens in it.
// Everything that is used later is taken now, because the document may replace it.
(() => {
  "use strict";
  const { page, key, frames } = __CHANNEL__;
  if (window === window.top || !frames.includes(window.origin)) return;
  // Within a frame of the site's own only what goes wrong is told; such a window may have been prepared by the site, so it gets no key.
  const nested = window.parent !== window.top;
  const { port1, port2 } = new MessageChannel();
  const send = port1.postMessage.bind(port1);
  const later = window.setTimeout.bind(window);
  const { apply } = Reflect;
  window.top.postMessage(nested ? { lectern: "nested" } : { lectern: "frame", key }, page, [port2]);

  const tell = (message) => {
    try {
      send(message);
    } catch {
      // What can't be cloned is not worth breaking the document for.
    }
  };

  // --- what is printed and what fails -------------------------------------------------------------------------------------------------
  const LONGEST = 4000;
  const MOST_AT_ONCE = 200;
  let held = [];
  let dropped = 0;
  const note = (message) => {
    if (held.length >= MOST_AT_ONCE) {
      dropped += 1;
      return;
    }
    if (held.length === 0) later(flush, 40);
    held.push(message);
  };
  const flush = () => {
    const notes = held;
    held = [];
    if (dropped > 0) notes.push({ kind: "console", level: "warn", text: `${dropped} more lines were printed at the same time` });
    dropped = 0;
    tell({ kind: "notes", notes });
  };

  const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  /** A value in one line; nothing of it is run but what a proxy may do. */
  const shown = (value, depth) => {
    if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
    if (typeof value === "function") return `ƒ ${value.name || "()"}`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null) return String(value);
    if (value instanceof Error) return value.stack?.includes(value.message) ? `${value.name}: ${value.message}\n${value.stack}` : `${value.name}: ${value.message}`;
    if (value instanceof Node) return value.nodeType === 1 ? `<${value.localName}${value.id ? `#${value.id}` : ""}>` : value.nodeName;
    if (depth > 2) return Array.isArray(value) ? "[…]" : "{…}";
    const entries = [];
    for (const name of Object.keys(value).slice(0, 20)) {
      const property = Object.getOwnPropertyDescriptor(value, name);
      const text = property && "value" in property ? shown(property.value, depth + 1) : "…";
      entries.push(Array.isArray(value) ? text : `${name}: ${text}`);
    }
    const more = Object.keys(value).length > 20 ? ", …" : "";
    const name = value.constructor?.name;
    return Array.isArray(value)
      ? `[${entries.join(", ")}${more}]`
      : `${name && name !== "Object" ? `${name} ` : ""}{${entries.join(", ")}${more}}`;
  };
  const safely = (value, depth = 0) => {
    try {
      return cut(shown(value, depth));
    } catch {
      return "(not readable)";
    }
  };
  /** As consoles print: with %s and the like replaced where the first is a string. */
  const line = (values) => {
    const rest = [...values];
    let first = "";
    if (typeof rest[0] === "string" && rest[0].includes("%")) {
      first = rest.shift().replace(/%([sdifoOc%])/g, (whole, letter) => {
        if (letter === "%") return "%";
        if (rest.length === 0) return whole;
        const value = rest.shift();
        if (letter === "c") return "";
        return letter === "d" || letter === "i" ? String(parseInt(value, 10)) : letter === "f" ? String(parseFloat(value)) : safely(value);
      });
      rest.unshift(first);
    }
    return cut(rest.map((value) => safely(value)).join(" "));
  };
  const watched = window.console;
  for (const level of ["debug", "log", "info", "warn", "error", "dir", "table", "trace"]) {
    const print = watched[level];
    if (typeof print !== "function") continue;
    watched[level] = { [level]: (...values) => {
      note({ kind: "console", level: ["dir", "table", "trace"].includes(level) ? "log" : level, text: line(values) });
      return apply(print, watched, values);
    } }[level];
  }
  const assert = watched.assert;
  watched.assert = (holds, ...values) => {
    if (!holds) note({ kind: "console", level: "error", text: `Assertion failed${values.length ? `: ${line(values)}` : ""}` });
    return apply(assert, watched, [holds, ...values]);
  };

  const place = (file, row, column) => (file ? `${String(file).replace(window.origin, "")}${row ? `:${row}:${column}` : ""}` : "");
  window.addEventListener("error", (event) => {
    const source = event.target;
    if (source instanceof Element) {
      const url = source.currentSrc || source.src || source.href || source.data;
      if (url) note({ kind: "failed", what: source.localName, url: cut(String(url)), why: "could not be loaded" });
      return;
    }
    const text = event.error instanceof Error ? `${event.error.name}: ${event.error.message}` : event.message;
    note({ kind: "console", level: "error", text: cut(String(text)), where: place(event.filename, event.lineno, event.colno) });
  }, true);
  window.addEventListener("unhandledrejection", (event) => {
    const reason = event.reason instanceof Error ? `${event.reason.name}: ${event.reason.message}` : safely(event.reason);
    note({ kind: "console", level: "error", text: cut(`Unhandled rejection: ${reason}`) });
  });
  window.addEventListener("securitypolicyviolation", (event) => {
    note({ kind: "console", level: "warn", text: cut(`Its own policy (${event.effectiveDirective}) refused ${event.blockedURI}`), where: place(event.sourceFile, event.lineNumber, event.columnNumber) });
  });

  const fetched = window.fetch;
  if (fetched) {
    window.fetch = function fetch(...asked) {
      const [resource, options] = asked;
      const url = () => cut(String(resource instanceof Request ? resource.url : resource));
      const method = () => String(options?.method ?? (resource instanceof Request ? resource.method : "GET")).toUpperCase();
      return apply(fetched, this ?? window, asked).then(
        (answer) => {
          if (answer.status >= 400) note({ kind: "failed", what: method(), url: url(), why: `${answer.status} ${answer.statusText}`.trim() });
          return answer;
        },
        (error) => {
          if (error?.name !== "AbortError") note({ kind: "failed", what: method(), url: url(), why: safely(error?.message ?? error) });
          throw error;
        },
      );
    };
  }
  const asked = new WeakMap();
  const { open, send: sendRequest } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    asked.set(this, { what: String(method).toUpperCase(), url: cut(String(url)) });
    return apply(open, this, [method, url, ...rest]);
  };
  XMLHttpRequest.prototype.send = function (...rest) {
    this.addEventListener("load", () => {
      if (this.status >= 400) note({ kind: "failed", ...asked.get(this), why: `${this.status} ${this.statusText}`.trim() });
    });
    this.addEventListener("error", () => note({ kind: "failed", ...asked.get(this), why: "no answer" }));
    this.addEventListener("timeout", () => note({ kind: "failed", ...asked.get(this), why: "took too long" }));
    return apply(sendRequest, this, rest);
  };
  if (nested) return;

  // --- where the document is ------------------------------------------------------------------------------------------------------------
  const at = () => tell({ kind: "at", path: location.pathname + location.search + location.hash, title: cut(document.title) });
  for (const name of ["pushState", "replaceState"]) {
    const move = history[name];
    history[name] = function (...values) {
      const result = apply(move, this, values);
      at();
      return result;
    };
  }
  for (const name of ["popstate", "hashchange", "DOMContentLoaded", "load", "pageshow"]) window.addEventListener(name, at);
  window.addEventListener("load", () => {
    const answer = performance.getEntriesByType("navigation")[0];
    if (answer?.responseStatus >= 400) note({ kind: "failed", what: "page", url: location.pathname, why: String(answer.responseStatus) });
    tell({ kind: "loaded" });
  });

  // --- ways out, which the window does not go ---------------------------------------------------------------------------------------------
  window.open = (url = "about:blank") => {
    note({ kind: "refused", what: "window", url: cut(String(url)) });
    return null;
  };
  window.addEventListener("click", (event) => {
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement && each.hasAttribute("href"));
    if (!link || event.defaultPrevented) return;
    const own = link.origin === window.origin;
    if (link.hasAttribute("download")) {
      event.preventDefault();
      note({ kind: "refused", what: "download", url: cut(link.href) });
    } else if (!own && link.protocol !== "javascript:") {
      event.preventDefault();
      note({ kind: "refused", what: "link", url: cut(link.href) });
    } else if (own && link.target && link.target !== "_self" && !window.frames[link.target]) {
      // A new window would be refused; what belongs to the preview can be shown where the link is.
      event.preventDefault();
      location.assign(link.href);
    }
  });

  // --- scrolling together -----------------------------------------------------------------------------------------------------------------
  const scroller = () => document.scrollingElement ?? document.documentElement;
  const room = (box) => ({ x: box.scrollWidth - box.clientWidth, y: box.scrollHeight - box.clientHeight });
  let followed = null;
  let telling = false;
  window.addEventListener("scroll", () => {
    if (telling) return;
    telling = true;
    later(() => {
      telling = false;
      const box = scroller();
      // Where it was put by the other frame, it does not lead.
      if (followed && Math.abs(followed.x - box.scrollLeft) < 2 && Math.abs(followed.y - box.scrollTop) < 2) return;
      followed = null;
      const { x, y } = room(box);
      tell({ kind: "scroll", x: x > 0 ? box.scrollLeft / x : 0, y: y > 0 ? box.scrollTop / y : 0, left: box.scrollLeft, top: box.scrollTop });
    }, 16);
  }, { passive: true });
  const lead = (event) => event.isTrusted && tell({ kind: "lead" });
  for (const name of ["pointerdown", "wheel", "touchstart", "keydown"]) window.addEventListener(name, lead, { passive: true, capture: true });
  const put = (left, top) => {
    const box = scroller();
    followed = { x: left, y: top };
    box.scrollTo({ left, top, behavior: "instant" });
    followed = { x: box.scrollLeft, y: box.scrollTop };
  };
  /** Where the document was before it was loaded anew; its height may come late. */
  const restore = ({ left, top }) => {
    put(left, top);
    window.addEventListener("load", () => put(left, top), { once: true });
  };

  // --- keys of the window ------------------------------------------------------------------------------------------------------------------
  const KEYS = { r: "reload", "+": "larger", "=": "larger", "-": "smaller", 0: "plain", l: "address", w: "close" };
  window.addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    const name = event.key === "F5" ? "reload" : control && event.shiftKey && letter === "j" ? "console" : control && event.shiftKey && letter === "s" ? "shot" : control && (!event.shiftKey || letter === "+") ? KEYS[letter] : undefined;
    if (!name) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell({ kind: "key", name });
  }, true);

  // --- live reload ---------------------------------------------------------------------------------------------------------------------------
  const again = () => {
    const box = scroller();
    tell({ kind: "reloading", left: box.scrollLeft, top: box.scrollTop });
    location.reload();
  };
  /** Loads style sheets anew and drops the old ones once the new ones are there, so that nothing flashes. */
  const restyle = (paths) => {
    const links = [...document.querySelectorAll("link[rel~=stylesheet][href]")].filter((link) => new URL(link.href).origin === window.origin);
    const named = links.filter((link) => paths.some((path) => `/${path}`.endsWith(new URL(link.href).pathname) || new URL(link.href).pathname.endsWith(`/${path}`)));
    // One that no link names is imported by another, or by the document itself.
    if (links.length === 0) return again();
    for (const old of named.length > 0 ? named : links) {
      const url = new URL(old.href);
      url.searchParams.set("lectern", String(Date.now()));
      const fresh = old.cloneNode();
      fresh.href = url.href;
      for (const name of ["load", "error"]) fresh.addEventListener(name, () => old.remove(), { once: true });
      old.after(fresh);
    }
    tell({ kind: "restyled" });
  };
  const changed = (change) => {
    if (change?.all) again();
    else if (Array.isArray(change?.css) && change.css.length > 0) restyle(change.css.map(String));
  };
  const Socket = window.WebSocket;
  let listening = false;
  /** How many changes were heard of; null before the first. */
  let count = null;
  const since = () => (count === null ? "" : `?after=${count}`);
  const hear = (change) => {
    if (Number.isFinite(change?.at)) count = change.at;
    changed(change);
  };
  const listen = () => {
    if (listening) return;
    listening = true;
    let opened = false;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      listening = false;
      later(opened ? listen : poll, opened ? 1000 : 0);
    };
    // A policy of the document's own may refuse the websocket, some webviews by throwing, and yet let requests through.
    try {
      const socket = new Socket(`${window.origin.replace("http", "ws")}/.lectern/reload${since()}`);
      socket.onopen = () => (opened = true);
      socket.onmessage = ({ data }) => hear(JSON.parse(data));
      socket.onclose = socket.onerror = end;
    } catch {
      end();
    }
  };
  /** Where no websocket gets through: each answer comes when something changed, or after a while. */
  const poll = async () => {
    for (let failures = 0; failures < 5; ) {
      try {
        const answer = await apply(fetched, window, [`/.lectern/reload${since()}`, { cache: "no-store" }]);
        if (answer.status >= 400) return;
        hear(await answer.json());
        failures = 0;
      } catch {
        failures += 1;
        await new Promise((done) => later(done, 2000));
      }
    }
  };

  port1.onmessage = ({ data }) => {
    switch (data?.kind) {
      case "scroll": {
        const { x, y } = room(scroller());
        put(x * data.x, y * data.y);
        break;
      }
      case "restore": restore(data); break;
      case "go": location.assign(new URL(data.path, window.origin)); break;
      case "reload": again(); break;
      case "back": history.back(); break;
      case "forward": history.forward(); break;
      case "listen": listen(); break;
    }
  };
  at();
})();
