; Besides those of HTML.

((svelte_raw_text) @injection.content
  (#set! injection.language "typescript"))
