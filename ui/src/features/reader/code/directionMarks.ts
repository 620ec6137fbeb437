// Characters that can't be seen are drawn as a small box; those that change the direction of text by their name, without their effect.
import type { Extension } from "@codemirror/state";
import { highlightSpecialChars } from "@codemirror/view";
import { directionName } from "../bidi";

export const unseenCharacters: Extension = highlightSpecialChars({
  // Four that the editor does not count among them by itself.
  addSpecialChars: /[\u202a-\u202c\u2068]/,
  render: (code, description, placeholder) => {
    const name = directionName(String.fromCodePoint(code));
    const box = document.createElement("span");
    box.className = name ? "cm-direction" : "cm-unseen";
    box.textContent = name ?? placeholder ?? "•";
    const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    box.title = name ? `${point}: would change the direction of the text after it` : (description ?? point);
    box.setAttribute("aria-label", box.title);
    return box;
  },
});
