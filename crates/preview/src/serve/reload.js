// Reloads a previewed page when its files are saved; style sheets are exchanged without reloading.
(() => {
  "use strict";
  const place = "/.lectern/reload";
  let at = null;
  const query = () => (at === null ? "" : "?after=" + at);

  function restyle(paths) {
    const ours = [...document.querySelectorAll('link[rel~="stylesheet"][href]')].filter((link) => new URL(link.href).origin === location.origin);
    const named = ours.filter((link) => paths.includes(decodeURIComponent(new URL(link.href).pathname).slice(1)));
    // A sheet that no link names may be imported by one of them.
    const stale = named.length > 0 ? named : ours;
    if (stale.length === 0) location.reload();
    for (const link of stale) {
      const url = new URL(link.href);
      url.searchParams.set("lectern", String(at));
      const fresh = link.cloneNode();
      fresh.href = url.href;
      fresh.onload = fresh.onerror = () => link.remove();
      link.after(fresh);
    }
  }

  function hear(change) {
    at = change.at;
    if (change.all) location.reload();
    else if (change.css) restyle(change.css);
  }

  async function ask() {
    for (;;) {
      try {
        const answer = await fetch(place + query(), { cache: "no-store" });
        if (answer.status >= 400) return;
        hear(await answer.json());
      } catch {
        await new Promise((later) => setTimeout(later, 2000));
      }
    }
  }

  function listen() {
    let opened = false;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      if (opened) setTimeout(listen, 1000);
      else ask();
    };
    // A policy of the page's own may refuse the websocket, some browsers by throwing, and yet let requests through.
    try {
      const socket = new WebSocket("ws://" + location.host + place + query());
      socket.onopen = () => (opened = true);
      socket.onmessage = (message) => hear(JSON.parse(message.data));
      socket.onclose = socket.onerror = end;
    } catch {
      end();
    }
  }
  listen();
})();
