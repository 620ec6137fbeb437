// How the parts around the text look: folds, header, guides, marks, columns and ruler.
import { EditorView } from "@codemirror/view";

export const RULER_WIDTH = 12;

export const partsTheme = EditorView.theme({
  // Folding
  ".cm-foldGutter": { width: "20px" },
  ".cm-foldGutter .cm-gutterElement": {
    display: "grid",
    placeItems: "center",
    cursor: "pointer",
    padding: 0,
  },
  ".cm-chevron": {
    display: "grid",
    placeItems: "center",
    width: "100%",
    height: "100%",
    color: "var(--ink-3)",
    opacity: 0,
  },
  ".cm-gutters:hover .cm-chevron, .cm-chevron.closed": { opacity: 1 },
  ".cm-foldGutter .cm-gutterElement:hover .cm-chevron": { color: "var(--ink-1)" },
  ".cm-folded": {
    margin: "0 6px",
    padding: "0 6px",
    border: "1px solid var(--line)",
    borderRadius: "var(--r-1)",
    background: "var(--well)",
    color: "var(--ink-2)",
    font: "var(--text-11)/16px var(--font-ui)",
    verticalAlign: "1px",
    cursor: "pointer",
  },
  ".cm-folded:hover": { background: "var(--hover)", color: "var(--ink-1)" },
  // Header
  ".cm-sticky": {
    display: "none",
    position: "absolute",
    top: 0,
    left: 0,
    right: `${RULER_WIDTH}px`,
    zIndex: 5,
    overflow: "hidden",
    background: "var(--paper)",
    borderBottom: "1px solid var(--line)",
    boxShadow: "var(--shadow-1)",
    font: "var(--code-size)/var(--code-lh) var(--font-code)",
    fontVariantLigatures: "none",
    tabSize: 4,
  },
  ".cm-sticky.shown": { display: "block" },
  ".cm-sticky-row": { display: "flex", height: "var(--code-lh)", cursor: "pointer", whiteSpace: "pre" },
  ".cm-sticky-row:hover": { background: "var(--line-now)" },
  ".cm-sticky-row .n": {
    flex: "none",
    width: "var(--gutters)",
    paddingRight: "28px",
    textAlign: "right",
    color: "var(--ink-3)",
    fontSize: "calc(var(--code-size) - 1px)",
    fontVariantNumeric: "tabular-nums",
    boxSizing: "border-box",
    position: "relative",
    zIndex: 1,
    background: "inherit",
  },
  ".cm-sticky-row .t": { flex: 1, minWidth: 0, overflow: "hidden" },
  ".cm-sticky-row .t > span": { display: "block", marginLeft: "var(--aside)" },
  // Guides
  ".cm-guided": {
    backgroundImage:
      "repeating-linear-gradient(to right, var(--line-soft) 0 1px, transparent 1px calc(var(--indent-unit) * 1ch))",
    backgroundSize: "calc(var(--guides) * var(--indent-unit) * 1ch) 100%",
    backgroundRepeat: "no-repeat",
  },
  // Words and brackets
  ".cm-same": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)", borderRadius: "2px" },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--line-ctl)",
    borderRadius: "1px",
  },
  "&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket": { backgroundColor: "transparent" },
  // White space and what can't be seen
  ".cm-highlightSpace": {
    backgroundImage: "radial-gradient(circle at 50% 55%, var(--line-ctl) 12%, transparent 14%)",
    backgroundPosition: "center",
  },
  ".cm-highlightTab": { backgroundImage: "none", position: "relative" },
  ".cm-highlightTab::before": {
    content: '"→"',
    position: "absolute",
    left: "2px",
    color: "var(--line-ctl)",
    pointerEvents: "none",
  },
  ".cm-direction": {
    margin: "0 1px",
    padding: "0 3px",
    borderRadius: "var(--r-1)",
    background: "var(--danger-wash)",
    color: "var(--danger)",
    font: "var(--text-11)/16px var(--font-ui)",
    unicodeBidi: "isolate",
    direction: "ltr",
  },
  ".cm-unseen": { color: "var(--danger)" },
  ".cm-isolated": { unicodeBidi: "isolate", direction: "ltr" },
  // Changes
  ".cm-changes": { width: "8px" },
  ".cm-changes .cm-gutterElement": { position: "relative" },
  ".cm-changes .added, .cm-changes .changed, .cm-changes .removed, .cm-changes .removed-below": {
    cursor: "pointer",
  },
  ".cm-changes .cm-gutterElement > span": { position: "absolute", inset: 0 },
  ".cm-changes .cm-gutterElement > span::before": {
    content: '""',
    position: "absolute",
    inset: "0 auto 0 0",
    width: "3px",
  },
  ".cm-changes .cm-gutterElement:hover > span::before": { width: "6px" },
  ".cm-changes .added > span::before": { background: "var(--ok)" },
  ".cm-changes .changed > span::before": { background: "var(--change-bar)" },
  ".cm-changes .removed > span::before, .cm-changes .removed-below > span::before": {
    inset: "-4px auto auto 0",
    width: "7px",
    height: "8px",
    background: "var(--danger)",
    clipPath: "polygon(0 0, 100% 50%, 0 100%)",
  },
  ".cm-changes .removed-below > span::before": { inset: "auto auto -4px 0" },
  // Blame
  ".cm-blame": {
    width: "var(--blame-w, 196px)",
    fontFamily: "var(--font-ui)",
    fontSize: "var(--text-11)",
    cursor: "pointer",
  },
  ".cm-blame .cm-gutterElement": {
    width: "var(--blame-w, 196px)",
    boxSizing: "border-box",
    borderLeft: "3px solid transparent",
    overflow: "hidden",
  },
  ".cm-blame .begins": { boxShadow: "inset 0 1px var(--line-soft)" },
  ".cm-blame .cm-gutterElement:hover": { background: "var(--line-now)" },
  ".cm-blame-who": { display: "flex", gap: "var(--s-2)", padding: "0 var(--s-2)", whiteSpace: "nowrap" },
  ".cm-blame-author": {
    flex: 1,
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    color: "var(--ink-2)",
  },
  ".cm-blame-day": { flex: "none", color: "var(--ink-3)" },
  ...Object.fromEntries(
    [100, 74, 52, 36, 22, 12].map((strength, age) => [
      `.cm-blame .age-${age}`,
      { borderLeftColor: `color-mix(in srgb, var(--accent) ${strength}%, transparent)` },
    ]),
  ),
  // Ruler
  ".cm-scroller": { marginRight: `${RULER_WIDTH}px` },
  ".cm-ruler": {
    position: "absolute",
    top: 0,
    right: 0,
    width: `${RULER_WIDTH}px`,
    height: "100%",
    background: "var(--paper)",
    boxShadow: "inset 1px 0 var(--line-soft)",
    touchAction: "none",
  },
});
