// How CodeMirror looks here: every colour and size is a token.
import { EditorView } from "@codemirror/view";

export const codeTheme = EditorView.theme({
  "&": { height: "100%", color: "var(--sx-plain)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    font: "var(--code-size)/var(--code-lh) var(--font-code)",
    fontVariantLigatures: "none",
    scrollbarWidth: "thin",
    scrollbarColor: "var(--line) transparent",
    overflowX: "auto",
  },
  // The bar of CodeView says where the keyboard is.
  "& .cm-content:focus.cm-content": { outline: "none" },
  ".cm-content": { padding: "var(--s-2) 0 var(--s-6)", caretColor: "var(--ink-1)", outline: "none" },
  ".cm-line": { padding: "0 var(--s-4) 0 0" },
  // As wide as the longest line, the text would have these begin out of sight.
  ".cm-content:not(.cm-lineWrapping) .cm-line[dir=rtl]": { textAlign: "left" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--ink-3)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": {
    minWidth: "calc(var(--num-w, 56px) - 8px)",
    padding: "0 var(--s-2) 0 0",
    fontSize: "calc(var(--code-size) - 1px)",
    fontVariantNumeric: "tabular-nums",
    cursor: "default",
  },
  ".cm-activeLine": { backgroundColor: "var(--line-now)" },
  // The line's colour would lie over the selection.
  "&.selecting .cm-activeLine": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": {
    backgroundColor: "var(--line-now)",
    color: "var(--ink-1)",
    fontWeight: "var(--w-semi)",
  },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)", marginLeft: "-1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "var(--select)" },
  ".cm-selectionLayer .cm-selectionBackground": { background: "var(--select)" },
  ".cm-match": { backgroundColor: "var(--mark)", borderRadius: "2px" },
  ".cm-match, .cm-match *": { color: "var(--ink-1)" },
  // Of two marks on one word that of the search counts.
  ".cm-match .cm-same": { backgroundColor: "transparent" },
  ".cm-match.now": { backgroundColor: "var(--mark-now)", outline: "1px solid var(--warn)" },
});
