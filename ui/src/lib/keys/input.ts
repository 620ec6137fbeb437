// Says on <html> whether the keyboard or the pointer is in use, so that every move of the keyboard's focus can be seen.

/** Listens until the returned function is called. */
export function markInput(): () => void {
  const root = document.documentElement;
  const keys = () => (root.dataset.input = "keys");
  const pointer = () => (root.dataset.input = "pointer");
  // Before anybody else, so that focus moved by a handler of the same event is shown right.
  window.addEventListener("keydown", keys, true);
  window.addEventListener("pointerdown", pointer, true);
  return () => {
    window.removeEventListener("keydown", keys, true);
    window.removeEventListener("pointerdown", pointer, true);
    delete root.dataset.input;
  };
}
